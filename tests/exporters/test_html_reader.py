"""The HTML reader: what becomes of each piece of HTML, of each editor's way to write it, and of what is to break it."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SOURCES, png

from exporters import export, readers
from exporters.document import (
    Abbreviation,
    Admonition,
    Block,
    BlockQuote,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    Heading,
    Highlight,
    Image,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    Section,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Tab,
    Table,
    Tabs,
    ThematicBreak,
    Underline,
    nodes,
)
from exporters.document.walk import blocks as every_block
from exporters.document.walk import lines, parts, plain_text, within
from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.options import USUAL
from exporters.readers import html
from exporters.readers.html import anchors as html_anchors
from exporters.readers.html import nesting as html_nesting
from exporters.readers.html import roles as html_roles
from exporters.readers.html import tags as html_tags
from exporters.readers.html import tree as html_tree
from exporters.readers.reading import Reading
from exporters.report import Report
from exporters.source import Source, no_companions
from exporters.toolbox.raw_html import words as words_of_html

EDITORS = Path(__file__).parent.parent / "documents" / "html"
PNG = png(3, 2)
PNG_URL = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"


def read(text: str | bytes, report: Report | None = None, companions: dict[str, bytes] | None = None) -> Document:
    data = text.encode() if isinstance(text, str) else text
    source = Source(data, "a.html", companions.get if companions else no_companions)
    reading = Reading(source, USUAL, report or Report())
    return reading.finished(html.read(reading))


def blocks(text: str) -> tuple[Block, ...]:
    return read(text).blocks


def line(text: str) -> Inlines:
    """The content of a text's only paragraph."""
    match blocks(text):
        case (Paragraph(content),):
            return content
    raise AssertionError(f"{text!r} is not one paragraph")


def reported(text: str) -> list[tuple[str, str]]:
    report = Report()
    read(text, report)
    return [(item.code, item.severity) for item in report.items]


def said(*words: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph((word,)) for word in words)


def bullets(*words: str) -> List:
    return List(tuple(ListItem(said(word)) for word in words))


def row(*words: str) -> tuple[Cell, ...]:
    return tuple(Cell((word,) if word else ()) for word in words)


# Lines

LINES: dict[str, Inlines] = {
    "a  b\n\tc": ("a b c",),
    " <p> a <b> b </b> c </p> ": ("a ", Strong(("b",)), " c"),
    "a<b> </b>b<i> c</i>": ("a b ", Emphasis(("c",))),
    "a&nbsp; b &amp; &lt;c&gt; &#x263A; &copy": ("a\xa0 b & <c> ☺ ©",),
    "1 < 2 <3 & 4 > 3": ("1 < 2 <3 & 4 > 3",),
    "a<!-- no -->b<!-->c<!no>d<?no?>e</>f": ("abcdef",),
    "<b>a</b><b>b</b><strong>c</strong>": (Strong(("abc",)),),
    "<b>a<b>b</b></b>": (Strong(("ab",)),),
    "<b>1<i>2</b>3</i>": (Strong(("1", Emphasis(("2",)))), Emphasis(("3",))),
    "<em>a</em> <cite>b</cite> <var>c</var> <dfn>d</dfn>": (
        Emphasis(("a",)), " ", Emphasis(("b",)), " ", Emphasis(("c",)), " ", Emphasis(("d",)),
    ),
    "<u>a</u><ins>b</ins><s>c</s><del>d</del><strike>e</strike>": (Underline(("ab",)), Strikethrough(("cde",))),
    "<mark>a</mark>H<sub>2</sub>O<sup>3</sup>": (
        Highlight(("a",)), "H", Subscript(("2",)), "O", Superscript(("3",)),
    ),
    "<code>a <b>b</b></code> <samp>c</samp> <tt>d</tt>": (
        Code("a"), " ", Strong((Code("b"),)), " ", Code("c"), " ", Code("d"),
    ),
    "<code>a<br>b</code>": (Code("a"), LineBreak(), Code("b")),
    "<a href=u><code>a</code></a><code><a href=v>b</a></code>": (Link((Code("a"),), "u"), Link((Code("b"),), "v")),
    "<kbd>Ctrl</kbd><kbd>C</kbd> <kbd><kbd>A</kbd>+<kbd>B</kbd></kbd>": (
        Keyboard("Ctrl"), Keyboard("C"), " ", Keyboard("A+B"),
    ),
    "<abbr title='Hypertext'>H</abbr> <abbr>T</abbr> <acronym title=M>m</acronym>": (
        Abbreviation("H", "Hypertext"), " T ", Abbreviation("m", "M"),
    ),
    "<q>a <q>b</q></q>": ("“a ‘b’”",),
    "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>": ("漢(kan)",),
    "a<br>b<br>": ("a", LineBreak(), "b"),
    "<br> <br>a": ("a",),
    "<a href='https://e.org/?a=1&copy=2&amp;b=3' title=T>a</a>": (Link(("a",), "https://e.org/?a=1&copy=2&b=3", "T"),),
    "<a href=u>a</a><a href=u>b</a><a href=v>c</a>": (Link(("ab",), "u"), Link(("c",), "v")),
    "<a href=u>a<a href=v>b": (Link(("a",), "u"), Link(("b",), "v")),
    "<a>a</a><a href=''>b</a><a name=x>c</a>": ("abc",),
    "<b><a href=u><i>a</i></a></b>": (Strong((Link((Emphasis(("a",)),), "u"),)),),
    "<a href=u><u>a</u></a>": (Link(("a",), "u"),),
    "<label>a</label><time>b</time><wbr><font>c</font><unknown-tag>d</unknown-tag><o:p>e</o:p>": ("abcde",),
    "<span style='font-weight: 700'>a</span><span style='font-weight:bold'>b</span>": (Strong(("ab",)),),
    "<b style='font-weight:normal'>a <span style='font-style:italic'>b</span></b>": ("a ", Emphasis(("b",))),
    "<b>a <span style='font-weight:400'>b</span> c</b>": (Strong(("a",)), " b ", Strong(("c",))),
    "<span style='text-decoration: underline line-through'>a</span>": (Underline((Strikethrough(("a",)),)),),
    "<span style='vertical-align:super'>a</span><span style='vertical-align: sub'>b</span>": (
        Superscript(("a",)), Subscript(("b",)),
    ),
    "<span style='background-color:#ff0'>a</span><span style='background:white'>b</span>": (Highlight(("a",)), "b"),
    "<div style='font-weight:bold'>a <i>b</i></div>": (Strong(("a ", Emphasis(("b",)))),),
    "<p style='white-space:pre-wrap'>a  b\nc</p>": ("a  b", LineBreak(), "c"),
    "<p style='white-space:pre-line'>a  b \n c</p>": ("a b", LineBreak(), "c"),
    "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x &lt; y</annotation></semantics></math>": (
        Math("x < y"),
    ),
    "<math alttext='x_1' display=block><mi>x</mi></math>": (Math("x_1", display=True),),
    "<script type='math/tex'>x</script> <script type='math/tex; mode=display'>y</script>": (
        Math("x"), " ", Math("y", display=True),
    ),
    r"<span class='math inline'>\(x\)</span> <span class=arithmatex>\[y\]</span> <span class=math-tex>$z$</span>": (
        Math("x"), " ", Math("y", display=True), " ", Math("z"),
    ),
    "<code class='math display'>x</code>": (Math("x", display=True),),
    "<span class=katex-display><span class=katex><span class=katex-mathml><math><mi>x</mi><annotation encoding="
    "'application/x-tex'>x</annotation></math></span><span class=katex-html aria-hidden=true>x</span></span></span>": (
        Math("x", display=True),
    ),
    "<span data-type=mention data-label=Ada></span>, <span data-type=mention data-id=b>@Bea</span>": ("@Ada, @Bea",),
    f"<img src='{PNG_URL}' alt=a><img class=emoji alt=😀 src=b>": (Image("resource:5f3ab6d5b3d1", "a"), "😀"),
    "<span data-latex=x style='font-weight:bold'>y</span> z": (Strong((Math("x"),)), " z"),
    "<input type=checkbox checked> a <input type=checkbox> b": ("☑ a ☐ b",),
    "<span hidden>a</span><span style='display: none'>b</span><template>c</template><noscript>d</noscript>e": ("e",),
}  # fmt: skip


@pytest.mark.parametrize("text", LINES)
def test_a_line(text: str) -> None:
    found = line(text)
    assert found[-1:] == LINES[text][-1:] if "resource:" in repr(found) else found == LINES[text]


# Blocks

BLOCKS: dict[str, tuple[Block, ...]] = {
    "<ul><li><button>x</button></li><li>a</li></ul>": (bullets("a"),),
    "a<p>b<div>c<p>d</div>e": said("a", "b", "c", "d", "e"),
    "<p>a<p>&nbsp;<p><br><p> <p>b": said("a", "b"),
    "a<br><br>b<br> <br/><br>c": said("a", "b", "c"),
    "<b><p>a</p><p>b</p></b>": (Paragraph((Strong(("a",)),)), Paragraph((Strong(("b",)),))),
    "<p><b>a<p>b</b>c": (Paragraph((Strong(("a",)),)), Paragraph((Strong(("b",)), "c"))),
    "<a href=u><div>a</div><div>b</div></a>": (Paragraph((Link(("a",), "u"),)), Paragraph((Link(("b",), "u"),))),
    "<p style='text-align:center'>a<p align=right>b<p class=ql-align-center>c<p style='text-align:justify'>d": (
        Paragraph(("a",), "center"), Paragraph(("b",), "right"), Paragraph(("c",), "center"), Paragraph(("d",)),
    ),
    "<center>a<p>b<p align=left>c</center>d": (
        Paragraph(("a",), "center"), Paragraph(("b",), "center"), Paragraph(("c",), "left"), Paragraph(("d",)),
    ),
    "<ul><li>a<li>b</ul>": (bullets("a", "b"),),
    "<ul><li>a<ul><li>b</ul></ul>": (List((ListItem((*said("a"), bullets("b"))),)),),
    "<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>": (
        List((ListItem((*said("a"), bullets("b"))), ListItem(said("c")))),
    ),
    "<ol start=3><li>a</ol><ol><li value=5>b</ol>": (
        List((ListItem(said("a")),), start=3), List((ListItem(said("b")),), start=5),
    ),
    "<ol><li>a<li value=5>b<li>c<li value=7>d<li value=1>e</ol>": (
        List((ListItem(said("a")),), start=1),
        List((ListItem(said("b")), ListItem(said("c")), ListItem(said("d"))), start=5),
        List((ListItem(said("e")),), start=1),
    ),
    "<ul><li value=3>a<li value=9>b</ul>": (bullets("a", "b"),),
    "<table><tr><th>a<td><ol><li>b<li value=5>c<li>d</ol></table>": (
        Table((None, None), (), ((Cell(("a",)), Cell(("1. b", LineBreak(), "5. c", LineBreak(), "6. d"))),)),
    ),
    "<ul><li><p>a</p></li><li><p>b</p></li></ul>": (bullets("a", "b"),),
    "<ul><li>\n<p>a</p></li><li>\n<p>b</p></li></ul>": (
        List((ListItem(said("a")), ListItem(said("b"))), tight=False),
    ),
    "<ul><li><p>a<p>b</ul>": (List((ListItem(said("a", "b")),), tight=False),),
    "<ul>a<li>b</ul><li>c": (bullets("a", "b"), bullets("c")),
    "<ul></ul><ol> </ol>": (),
    "<ul><li class=task-list-item><input type=checkbox checked disabled> a<li><label><input type=checkbox> b": (
        List((ListItem(said("a"), checked=True), ListItem(said("b"), checked=False))),
    ),
    "<blockquote>a<blockquote><p>b</blockquote></blockquote>": (BlockQuote((*said("a"), BlockQuote(said("b")))),),
    "<blockquote><h2>a</h2></blockquote><ul><li><h3>b</ul>": (
        BlockQuote((Heading(2, ("a",), "a"),)), List((ListItem((Heading(3, ("b",), "b"),)),)),
    ),
    "a<hr>b": (*said("a"), ThematicBreak(), *said("b")),
    "<pre>\na\n  &lt;b&gt;\n</pre>": (CodeBlock("a\n  <b>\n"),),
    "<pre><code class='language-py'>a</code></pre><pre class='hljs js'>b</pre><pre lang=go>c</pre>": (
        CodeBlock("a\n", "py", "py"), CodeBlock("b\n", "js", "js"), CodeBlock("c\n", "go", "go"),
    ),
    "<div class='highlight highlight-source-rust'><pre>a<br>b</pre></div><pre>c</pre>": (
        CodeBlock("a\nb\n", "rust", "rust"), CodeBlock("c\n"),
    ),
    "<pre><div>a</div><div><span class=lineno>1</span><b>b</b></div></pre>": (CodeBlock("a\nb\n"),),
    "<table class=highlighttable><tr><td class=linenos>1<td><pre><code class=lang-c>a</pre></table>": (
        CodeBlock("a\n", "c", "c"),
    ),
    "<pre><code class=language-mermaid>a</code></pre><pre class=mermaid>b</pre><div class=mermaid>c</div>": (
        Diagram("a\n"), Diagram("b\n"), Diagram("c\n"),
    ),
    "<p><code class=language-js>a</code><pre>b</pre>": (Paragraph((Code("a"),)), CodeBlock("b\n")),
    "<pre><code class=language-math>x</code></pre><div class=math>\\[y\\]</div>": (
        Paragraph((Math("x", display=True),)), Paragraph((Math("y", display=True),)),
    ),
    "<xmp><b></xmp><plaintext></b>": (CodeBlock("<b>\n"), CodeBlock("</b>\n")),
    "<dl><dt>a<dd>b<dt>c<dt>d<dd><p>e<p>f<dd>g</dl>": (
        DefinitionList((
            Definition((("a",),), (said("b"),)), Definition((("c",), ("d",)), (said("e", "f"), said("g"))),
        )),
    ),
    "<dl><div><dt>a<dd>b</div><div><dt>c<dd>d</div></dl>": (
        DefinitionList((Definition((("a",),), (said("b"),)), Definition((("c",),), (said("d"),)))),
    ),
    "<details open><summary>a <b>b</b></summary>c</details><details>d</details>": (
        Details(("a ", Strong(("b",))), said("c"), open=True), Details(("Details",), said("d")),
    ),
    "<details class='tip'><summary>a</summary>b</details>": (Details(("a",), said("b"), kind="tip"),),
    "<div class=tabs><details><summary>a</summary>b</details><details><summary>c</summary>d</details></div>": (
        Tabs((Tab(("a",), said("b")), Tab(("c",), said("d")))),
    ),
    "<figure><pre>a</pre><figcaption>b</figcaption></figure><figure><p>c</figure>": (
        Figure((CodeBlock("a\n"),), ("b",)), *said("c"),
    ),
    "<div class='alert alert-warning'>a</div><div class='admonition tip'><p class=admonition-title>T</p>b</div>": (
        Admonition("warning", said("a")), Admonition("tip", said("b"), ("T",)),
    ),
    "<div class='markdown-alert markdown-alert-note'><p class=markdown-alert-title>Note</p><p>a</div>": (
        Admonition("note", said("a")),
    ),
    "<blockquote class=warning>a</blockquote><aside class=note>b</aside><aside>c</aside><div class=callout>d</div>": (
        Admonition("warning", said("a")), Admonition("note", said("b")), *said("c"), Admonition("note", said("d"), ()),
    ),
    "<div class='theme-admonition theme-admonition-danger alert alert--danger'><div class=x>Mind</div></div>": (
        Admonition("danger", said("Mind")),
    ),
    "<p class=MsoHeading7>a": (),
    "<form>a<input name=b><select><option>c</select><button>d</button></form>": said("a"),
    "<div id=a><main><article><p>a</article></main></div>": said("a"),
}  # fmt: skip


@pytest.mark.parametrize("text", BLOCKS)
def test_blocks(text: str) -> None:
    assert blocks(text) == BLOCKS[text]


# Tables

TABLES: dict[str, tuple[Block, ...]] = {
    "<table><tr><th>a<th>b<tr><td>c<td>d</table>": (Table((None, None), row("a", "b"), (row("c", "d"),)),),
    "<table><thead><tr><td>a</thead><tbody><tr><td>b</table>": (Table((None,), row("a"), (row("b"),)),),
    "<table><tr><td>a<td>b</table>": (Table((None, None), (), (row("a", "b"),)),),
    "<table><tr><td>a<tr><td>b<td>c<tr></table>": (Table((None, None), (), (row("a", ""), row("b", "c"))),),
    "<table><tr><th>a<th>b<tr><th>c<td>d</table>": (
        Table((None, None), row("a", "b"), ((Cell((Strong(("c",)),)), Cell(("d",))),)),
    ),
    "<table><tr><td align=right>a<td style='text-align:center'>b<td><p align=right>c</table>": (
        Table(("right", "center", "right"), (), (row("a", "b", "c"),)),
    ),
    "<table><tr><td colspan=2>a<tr><td rowspan=2>b<td>c<tr><td>d</table>": (
        Table(
            (None, None),
            (),
            ((Cell(("a",), columns=2), Cell(())), (Cell(("b",), rows=2), Cell(("c",))), (Cell(()), Cell(("d",)))),
        ),
    ),
    "<table><tr><th rowspan=2>a<th>b<tr><th>c</table>": (
        Table((None, None), row("a", "b"), ((Cell(()), Cell((Strong(("c",)),))),)),
    ),
    "<table><tr><td colspan=9>a<tr><td colspan=0 rowspan=x>b</table>": (
        Table((None,), (), (row("a"), row("b"))),
    ),
    "<table><tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d</table>": (
        Table((None, None), (), ((Cell(("a",), rows=3), Cell(("b",))), row("", "c"), row("", "d"))),
    ),
    "<table><caption>a</caption><tr><td>b</table>": (Figure((Table((None,), (), (row("b"),)),), ("a",)),),
    "<table>a<tr>b<td>c</table>": (*said("a", "b"), Table((None,), (), (row("c"),))),
    "<table><tr><th>a<td><p>b<p>c<br>d</table>": (
        Table((None, None), (), ((Cell(("a",)), Cell(("b", LineBreak(), "c", LineBreak(), "d"))),)),
    ),
    "<table><tr><th>a<td><ul><li>b<li>c</ul><ol><li>d</ol><pre>e\nf</pre><h2>g</h2></table>": (
        Table(
            (None, None),
            (),
            (
                (
                    Cell(("a",)),
                    Cell((
                        "• b", LineBreak(), "• c", LineBreak(), "1. d", LineBreak(), Code("e"), LineBreak(), Code("f"),
                        LineBreak(), Strong(("g",)),
                    )),
                ),
            ),
        ),
    ),
    "<table><tr><th>a<td><table><tr><td>b<td>c<tr><td>d</table></table>": (
        Table((None, None), (), ((Cell(("a",)), Cell(("b c", LineBreak(), "d"))),)),
    ),
    "<table><tr><td>a<td><ul><li>b</ul><table><tr><td>c<td>d</table></table>": (  # only lays out a page
        *said("a"), bullets("b"), Table((None, None), (), (row("c", "d"),)),
    ),
    "<table role=presentation><tr><td>a<td><p>b</table>": said("a", "b"),
    "<table><tr><td><ul><li>a</ul></table>": (bullets("a"),),
    "<table></table><table><tr><td></table>": (Table((None,), (), (row(""),)),),
}  # fmt: skip


@pytest.mark.parametrize("text", TABLES)
def test_a_table(text: str) -> None:
    assert blocks(text) == TABLES[text]


# Sections, ids and links within the page


def test_headings_begin_sections_within_what_only_groups_them() -> None:
    assert read("<main>a<section><h1>A</h1>b<div><h3>C</h3></div></section><article><h2>D <b>e</b></h2>") == Document(
        blocks=said("a"),
        sections=(
            Section(
                1,
                ("A",),
                "a",
                said("b"),
                (Section(3, ("C",), "c"), Section(2, ("D ", Strong(("e",))), "d-e")),
            ),
        ),
    )


HEADINGS = {
    "<h2>a": (2, "a"),
    "<h2 id=own>a": (2, "own"),
    "<h2 id='not an id'>a": (2, "a"),
    "<p class=MsoTitle>a": (1, "a"),
    "<p class=MsoHeading7>a": (7, "a"),
    "<h6 aria-level=8>a": (8, "a"),
    "<div role=heading aria-level=2>a</div>": (2, "a"),
    "<h1><a class=anchor href='#a'>#</a>a<a class=headerlink href='#a'>¶</a></h1>": (1, "a"),
    "<h1><div>a</div></h1>": (1, "a"),
}


@pytest.mark.parametrize("text", HEADINGS)
def test_a_heading(text: str) -> None:
    (section,) = read(text).sections
    assert (section.level, section.id) == HEADINGS[text]
    assert section.heading == ("a",)


def test_ids_are_unique_and_one_that_is_stated_later_counts() -> None:
    document = read("<h1>a</h1><h1>a</h1><h1 id=a>b</h1><h1 id=a>c</h1><p><a href='#a'>d</a>")
    assert [section.id for section in document.sections] == ["a-1", "a-2", "a", "c"]


LEADS = {
    "to a heading": ("<h1 id=x>A</h1>", "#x"),
    "to an anchor in a heading": ("<h1><a name=x></a>A</h1>", "#x"),
    "to an anchor before a heading": ("<p>a</p><a id=x></a>\n<h1>A</h1>", "#x"),
    "to one of two": ("<h1><a name=w></a><a name=x></a>A</h1><a href='#w'>w</a>", "#x"),
    "to a paragraph": ("<h1 id=h>A</h1><p>a<p id=x>b", "#h"),
    "to a paragraph of a section that has no id": ("<h1>A</h1><p>a<p id=x>b", "#x"),
    "in other letters": ("<h1 id='ü'>A</h1>", "#%C3%BC"),
}


@pytest.mark.parametrize("what", LEADS)
def test_where_a_link_leads(what: str) -> None:
    text, url = LEADS[what]
    target = "%C3%BC" if "letters" in what else "x"
    report = Report()
    document = read(f"<p><a href='#{target}'>link</a></p>{text}", report)
    first = document.blocks[0]
    assert first == Paragraph((Link(("link",), url),))
    assert not report.items


def test_a_link_that_leads_nowhere_is_reported() -> None:
    assert reported("<a href='#x'>a</a><h1>b</h1>") == [("link", "note")]


# Footnotes

NOTED = {
    "Pandoc": """<p>a<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a></p>
<section id="footnotes" class="footnotes" role="doc-endnotes"><hr/><ol><li id="fn1"><p>b<a href="#fnref1"
class="footnote-back" role="doc-backlink">↩︎</a></p></li></ol></section>""",
    "GitHub": """<p>a<sup><a href="#user-content-fn-1" id="user-content-fnref-1" data-footnote-ref
aria-describedby="footnote-label">1</a></sup></p><section data-footnotes class="footnotes"><h2 id="footnote-label"
class="sr-only">Footnotes</h2><ol><li id="user-content-fn-1"><p>b <a href="#user-content-fnref-1"
data-footnote-backref class="data-footnote-backref">↩</a></p></li></ol></section>""",
    "Python-Markdown": """<p>a<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup></p><div
class="footnote"><hr><ol><li id="fn:1"><p>b&#160;<a class="footnote-backref" href="#fnref:1">&#8617;</a></p></li></ol>
</div>""",
    "this project": """<p>a<sup><a href="#fn:1" id="fnref:1" role="doc-noteref">1</a></sup></p><div class="footnotes"
role="doc-endnotes"><ol><li id="fn:1"><p>b <a href="#fnref:1" role="doc-backlink">↩</a></p></li></ol></div>""",
    "Wikipedia": """<p>a<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">[1]</a></sup></p><ol
class="references"><li id="cite_note-1"><span class="mw-cite-backlink"><b><a href="#cite_ref-1">^</a></b></span> <span
class="reference-text">b</span></li></ol>""",
    "LibreOffice": """<p>a<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a></p><div
id="sdfootnote1"><p class="sdfootnote"><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>
b</p></div>""",
    "Word": """<p>a<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span>[1]</span></a></p><div
style='mso-element:footnote-list'><br clear=all><hr><div style='mso-element:footnote' id=ftn1><p><a href="#_ftnref1"
name="_ftn1" title="">[1]</a> b</p></div></div>""",
    "Google Docs": """<p>a<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup></p><hr><div><p><a href="#ftnt_ref1"
id="ftnt1">[1]</a><span>&nbsp;b</span></p></div>""",
    "EPUB": """<p>a<a epub:type="noteref" href="#n1">1</a></p><aside epub:type="footnote" id="n1">b</aside>""",
}


@pytest.mark.parametrize("whose", NOTED)
def test_footnotes(whose: str) -> None:
    document = read(NOTED[whose])
    (note,) = document.footnotes
    assert note == Footnote(note.label, said("b"))
    assert document.blocks == (Paragraph(("a", FootnoteReference(note.label))),)
    assert len(note.label) <= 2


def test_footnotes_are_in_the_order_of_their_mentions_and_may_be_mentioned_twice() -> None:
    notes = "".join(f"<li id=fn{n}><p>note {n} <a href='#r{n}'>↩</a></p><p>more</p></li>" for n in (1, 2))
    report = Report()
    document = read(
        f"""<p><a id=r2 class=footnote-ref href='#fn2'>2</a> <a id=r1 class=footnote-ref href='#fn1'>1</a>
        <a class=footnote-ref href='#fn2'>2</a> see <a href='#fn1'>the first note</a></p>
        <div class=footnotes><ol>{notes}<li id=fn3>unmentioned</ol></div>""",
        report,
    )
    assert [note.label for note in document.footnotes] == ["2", "1", "fn3"]
    assert document.footnotes[0].blocks == said("note 2", "more")
    assert document.blocks == (
        Paragraph((
            FootnoteReference("2"), " ", FootnoteReference("1"), " ", FootnoteReference("2"), " see the first note",
            FootnoteReference("1"),
        )),
    )  # fmt: skip
    assert [item.code for item in report.items] == ["footnote"], "nobody mentions the third"


def test_what_leads_to_and_fro_is_not_always_a_footnote() -> None:
    contents = "<ul><li><a id=t1 href='#one'>One</a><li><a id=t2 href='#two'>Two</a></ul>"
    document = read(f"{contents}<h2 id=one>One <a href='#t1'>up</a></h2><p>a</p><h2 id=two><a href='#t2'>Two</a></h2>")
    assert document.footnotes == ()
    assert [section.id for section in document.sections] == ["one", "two"]


# What a page says of itself


def test_metadata() -> None:
    page = """<!DOCTYPE html><html lang="de-AT" dir=rtl><head><meta charset=utf-8><title> A &amp; B </title>
    <meta name="author" content="Ada"><meta name="author" content="Bea"><meta name=description content="About">
    <meta name="keywords" content="a, b"><meta name=date content="2024-02-29"><meta name=viewport content=x>
    <base href=x><link rel=icon href=y></head><body>a</body></html>"""
    assert read(page) == Document(
        said("a"),
        metadata={
            "lang": "de-AT",
            "dir": "rtl",
            "title": "A & B",
            "author": ["Ada", "Bea"],
            "description": "About",
            "keywords": "a, b",
            "date": "2024-02-29",
        },
    )


CHARSETS = {
    "none": "<p>é€".encode(),
    "a mark": b"\xef\xbb\xbf<p>\xc3\xa9\xe2\x82\xac",
    "UTF-16": "<p>é€".encode("utf-16"),
    "windows-1252": '<meta charset="windows-1252"><p>é€'.encode("cp1252"),
    "latin1, which means windows-1252": "<meta charset=ISO-8859-1><p>é€".encode("cp1252"),
    "as Word has it": "<meta http-equiv=Content-Type content='text/html; charset=iso-8859-15'><p>é€".encode(
        "iso8859-15"
    ),
    "XML": "<?xml version='1.0' encoding='iso-8859-15'?><p>é€</p>".encode("iso8859-15"),
    "windows-1252, but it is not": '<meta charset="windows-1252"><p>é€'.encode(),
    "unknown": '<meta charset="x-user-defined"><p>é€'.encode(),
    "the Chinese of China": '<meta charset="gb2312"><p>é€'.encode("gb18030"),
}


@pytest.mark.parametrize("what", CHARSETS)
def test_charsets(what: str) -> None:
    assert read(CHARSETS[what]).blocks == said("é€")


def test_what_is_no_utf8_is_reported() -> None:
    report = Report()
    assert read(b"<p>\xe9", report).blocks == said("\ufffd")
    assert [item.code for item in report.items] == ["encoding"]


def test_xml_closes_what_is_empty() -> None:
    assert blocks(
        '<?xml version="1.0"?><html><body><p/><script src="x"/><a id="b"/><div/><p>a</p></body></html>'
    ) == said("a")


def test_xml_keeps_text_from_being_markup() -> None:
    page = (
        '<?xml version="1.0"?><html><body><pre><![CDATA[a<b && c>d &amp;]]></pre><p>a<![CDATA[<b>]]></p></body></html>'
    )
    assert blocks(page) == (CodeBlock("a<b && c>d &amp;\n"), Paragraph(("a<b>",)))


def test_what_dresses_text_and_is_a_block_may_end_after_what_it_stands_in() -> None:
    two = List((ListItem(said("a")), ListItem((Paragraph(("b",)), Heading(3, (Underline(("c",)),), "c")))))
    page = "<ul><li>a</li><li>b<u role=heading aria-level=3>c</li></ul>d</u>e"
    assert blocks(page) == (two, Paragraph((Underline(("d",)),)), *said("e"))


def test_the_clipboard_of_windows() -> None:
    head = "Version:0.9\r\nStartHTML:0000000105\r\nEndHTML:0000000199\r\n"
    assert blocks(f"{head}<html><body><!--StartFragment--><p>a</p><!--EndFragment--></body></html>") == said("a")


def test_style_sheets_dress_text_by_class() -> None:
    css = """/* .a{} */ @import url(x); .a , p.b{font-weight:700} .c{font-style:italic;color:red}
    .d{text-align:center} @media print{.a{font-style:italic}} div .e{font-weight:bold}"""
    page = f"<style>{css}</style><p><b class=x>0</b><span class=a>1</span><i class=b>2</i><span class=c>3</span>"
    assert line(page) == (Strong(("01",)), Emphasis((Strong(("2",)), "3")))
    assert blocks(f"<style>{css}</style><p class='d e'>a") == (Paragraph(("a",), "center"),)


# Images


def test_images_come_from_data_urls_and_companions() -> None:
    report = Report()
    page = f"<img src='{PNG_URL}' alt=a title=T><p><img src='i/a%20b.png' alt=b><img data-src=i/c.png alt=c>"
    document = read(page, report, {"i/a b.png": PNG, "i/c.png": png(4, 4)})
    images = [node for block in document.blocks for each in lines(block) for node in within(each)]
    assert [(image.alternative, image.title) for image in images if isinstance(image, Image)] == [
        ("a", "T"), ("b", ""), ("c", ""),
    ]  # fmt: skip
    assert all(image.url in document.resources for image in images if isinstance(image, Image))
    assert len(document.resources) == 2
    assert not report.items


IMAGES = {
    "<img src=a.png alt=x>": ("a.png", [("image-missing", "lost")]),
    "<img src='https://e.org/a.png' alt=x>": ("https://e.org/a.png", [("image-remote", "degraded")]),
    "<img srcset='a.png 1x, b.png 2x' alt=x>": ("a.png", [("image-missing", "lost")]),
    "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' data-src=a.png alt=x>": (
        "a.png", [("image-missing", "lost")],
    ),
    "<picture><source srcset=b.webp><img src=a.png alt=x></picture>": ("a.png", [("image-missing", "lost")]),
    "<img src=' a.png '>": ("a.png", [("alternative", "note"), ("image-missing", "lost")]),
    "<image src=a.png alt=x>": ("a.png", [("image-missing", "lost")]),
}  # fmt: skip


def test_long_base64_that_is_no_image_stays_as_it_is_written() -> None:
    url = "data:font/woff;base64," + "QUJD" * 40
    page = (
        f"<title>{url}</title><p>{url} <code>{url}</code> <abbr title='{url}'>a</abbr>"
        f"<img src=a.png alt='{url}' title='{url}'><pre>{url}</pre><h1 id='{url}'>b</h1><a href='#{url}'>c</a>"
    )
    assert read(page) == Document(
        (
            Paragraph((f"{url} ", Code(url), " ", Abbreviation("a", url), Image("a.png", url, url))),
            CodeBlock(url + "\n"),
        ),
        (Section(1, ("b",), url, (Paragraph((Link(("c",), f"#{url}"),)),)),),
        metadata={"title": url},
    )


@pytest.mark.parametrize("text", IMAGES)
def test_an_image(text: str) -> None:
    url, items = IMAGES[text]
    (image,) = line(text)
    assert isinstance(image, Image)
    assert (image.url, reported(text)) == (url, items)


# What is left out, and said to be

REPORTED: dict[str, list[tuple[str, str]]] = {
    "<p>a": [],
    "<!-- a --><template>b</template><noscript>c</noscript>d": [],
    "<a href='javascript:x()'>a</a><a href=' JavaScript:x'>b</a><a href='java&#10;script:x'>c</a>": [("link", "lost")],
    "<script>a</script><script src=b></script>": [("script", "lost")],
    "<script type='application/ld+json'>a</script>": [],
    "<style>a{}</style><link rel=stylesheet href=b>": [("style", "degraded")],
    "<iframe src='https://e.org'></iframe><video><source src=a.mp4></video><oembed url=b></oembed>": [
        ("link", "degraded")
    ],
    "<iframe srcdoc=a></iframe><audio></audio><embed src='data:x'>": [("raw-html", "lost")],
    "<svg><title>a</title></svg><canvas>b</canvas>": [("image", "lost")],
    "<svg aria-hidden=true></svg>": [],
    "<input name=a><textarea>b</textarea><select></select><button>c</button>": [("raw-html", "lost")],
    "<input type=hidden><input type=checkbox>": [],
    "<p hidden>a</p><img style='display:none' src=b>c": [("style", "note")],
    "<span style='display:none;mso-hide:all'>a</span>b": [],
    "<span style='color:red'>a</span><font color=red>b</font><mark class=pen-red>c</mark>": [("style", "degraded")],
    "<span style='color:#000;background-color:transparent'>a</span><a href=b style='color:#1155cc'>c</a>": [],
    "<span style='font-family:x'>a</span><big>b</big><font size=2>c</font>": [("style", "degraded")],
    "<p style='background:yellow'>a<table><tr><td bgcolor=red>b</table>": [("style", "degraded")],
    "<span style='color:red;font-size:2em'>a<p style='background:red'>b</p></span>": [("style", "degraded")] * 3,
    f"<img src='{PNG_URL}' alt=a width=120><img src='{PNG_URL}' alt=a style='Height: 50%'>": [("style", "degraded")],
    f"<img src='{PNG_URL}' alt=a width=3 height=2px><img src=gone.png alt=a width=9>": [("image-missing", "lost")],
    f"<img src='{PNG_URL}' alt=a width=3 style='height:auto'>": [],
    "<math><mi>x</mi></math>": [("math", "degraded")],
    "<ol reversed><li>a</ol><ol type=i><li>b</ol>": [("node", "degraded")] * 2,
    "<ol type=1><li>a</ol><ul type=a reversed><li>b</ul>": [],
    "<table><tr><th>a<td><ul><li>b</ul></table>": [("table", "degraded")],
    "<table><tr><th>a<td><table><tr><td>b</table></table>": [("table", "degraded")],
}


@pytest.mark.parametrize("text", REPORTED)
def test_what_is_reported(text: str) -> None:
    assert reported(text) == REPORTED[text]


def test_films_are_links() -> None:
    assert line("<iframe src='https://e.org/f' title='A film'></iframe>") == (Link(("A film",), "https://e.org/f"),)
    assert line("<video><source src='a.mp4'>no film</video>") == (Link(("a.mp4",), "a.mp4"),)


# Editors. Their sources are written for this test, in each editor's way.


def editor(name: str) -> tuple[Document, list[str]]:
    report = Report()
    document = read((EDITORS / f"{name}.html").read_bytes(), report, {"lathe.png": PNG})
    return document, [item.what for item in report.items]


def test_tiptap() -> None:
    document, items = editor("tiptap")
    assert items == []
    assert document.sections[0].blocks == (
        Paragraph((
            "Ask @Ada before ", Strong(("nine",)), ", or ", Link(("read the rota",), "https://example.org/rota"), ".",
        )),
        Paragraph(("The rule is ", Math("E = mc^2"), ", ", Highlight(("always",)), "."), "center"),
        Paragraph((Math(r"\int_0^1 x\,dx", display=True),)),
        List((
            ListItem(said("Sweep the floor"), checked=True),
            ListItem(
                (*said("Oil the lathe"), List((ListItem(said("and its bed"), checked=False),))), checked=False
            ),
        )),
        List((
            ListItem(said("One")), ListItem((*said("Two"), List((ListItem(said("Three")),), start=3))),
        )),
        CodeBlock('print("ready")\n', "python", "python"),
        BlockQuote(said("Measure twice.")),
        Table((None, None), row("Tool", "Place"), ((Cell(("Saw, on the wall",), columns=2), Cell(())),)),
        ThematicBreak(),
        *said("The end"),
    )  # fmt: skip


def test_quill() -> None:
    document, items = editor("quill")
    assert items == [
        "Films, sounds and pages within the page are only links.",
        "Fonts and sizes of text are not kept.",
        "Colours of text are not kept.",
    ]
    assert document.sections[0].blocks == (
        Paragraph((
            "Some ", Strong(("bold",)), ", ", Emphasis(("slanted",)), ", ", Underline(("underlined",)), " and ",
            Strikethrough(("struck",)), " words; x", Superscript(("2",)), ", H", Subscript(("2",)), "O.",
        )),
        Paragraph(("On the right, ", Math("a^2+b^2"), "."), "right"),
        List(
            (ListItem((*said("First"), bullets("below the first", "beside it"))), ListItem(said("Second"))), start=1
        ),
        *said("Then:"),
        List((ListItem(said("done"), checked=True), ListItem(said("open"), checked=False))),
        CodeBlock("old = code\n"),
        CodeBlock("for x in y:\n    print(x)\n", "python", "python"),
        Paragraph((Link(("https://example.org/film",), "https://example.org/film"),)),
        *said("Large and red"),
    )  # fmt: skip


def test_ckeditor() -> None:
    document, items = editor("ckeditor")
    assert items == [
        "Colours of text are not kept.",
        "Fonts and sizes of text are not kept.",
        "Sizes that images are given are not kept.",
        "Films, sounds and pages within the page are only links.",
    ]
    (picture,) = document.resources
    assert document.sections[0].blocks == (
        Paragraph(("A ", Highlight(("marked",)), " and a red word, big or not.")),
        Figure((Paragraph((Image(picture, "A lathe"),)),), ("The lathe",)),
        Figure(
            (
                Table(
                    (None, "right"),
                    row("Tool", "Count"),
                    (
                        (Cell((Strong(("Saw",)),)), Cell(("3",))),
                        (Cell(("Plane",), rows=2), Cell(("1",))),
                        row("", "2"),
                    ),
                ),
            ),
            ("What there is",),
        ),
        List((ListItem(said("count the saws"), checked=True), ListItem(said("oil them"), checked=False))),
        Paragraph((Link(("https://example.org/watch?v=1",), "https://example.org/watch?v=1"),)),
        CodeBlock("no language\n"),
        BlockQuote(said("Quoted.")),
        Paragraph((Math("x^2"), " and ", Math("y^2"))),
    )


def test_the_clipboard_of_google_docs() -> None:
    document, items = editor("google_docs")
    assert items == ["Fonts and sizes of text are not kept."]
    assert document.sections[0].blocks == (
        Paragraph((
            "We met in ", Strong((Highlight(("May",)),)), Emphasis((", on the 2", Superscript(("nd",)))), "; see ",
            Link(("the list",), "https://example.org/"),
        )),
        List((ListItem((*said("Saws"), bullets("Small saws"))), ListItem(said("Planes")))),
        Table((None, "right"), (), (row("Who", "42"),)),
    )  # fmt: skip


def test_a_page_of_google_docs() -> None:
    document, items = editor("google_docs_page")
    assert items == ["Style sheets are left out: the document looks as its format has it."]
    assert [(section.heading, section.id) for section in document.sections] == [
        (("The Workshop",), "h.abc123"),
        (("Tools",), "h.def456"),
    ]
    assert document.sections[1].blocks == (
        Paragraph(
            (
                Strong(("Heavy",)), "\xa0and ", Emphasis(("slanted",)), "; see ",
                Link(("there",), "https://example.org/a?b=1"), ".", FootnoteReference("1"),
            ),
            "center",
        ),
        List((ListItem((*said("One"), bullets("below one"))), ListItem(said("Two")))),
        List((ListItem(said("First")),), start=1),
    )  # fmt: skip
    assert document.footnotes == (Footnote("1", (Paragraph(("As far as anybody knows.",), "center"),)),)


def test_word() -> None:
    document, items = editor("word")
    assert items == [
        "Style sheets are left out: the document looks as its format has it.",
        "Colours of text are not kept.",
        "Fonts and sizes of text are not kept.",
        "Sizes that images are given are not kept.",
    ]
    assert document.metadata == {"title": "Inventory", "lang": "EN-GB"}
    (picture,) = document.resources
    title, tools = document.sections
    assert (title.level, title.heading, tools.heading, tools.id) == (1, ("Inventory",), ("Tools",), "_Toc99")
    assert tools.blocks == (
        Paragraph((
            "See ", Link(("the tools",), "#_Toc99"), ", which are ", Strong(("many",)), ", at the mill.",
            FootnoteReference("1"),
        )),
        List((
            ListItem((
                *said("Saws"), List((ListItem(said("Small saws")), ListItem(said("Large saws"))), start=1),
            )),
            ListItem(said("Planes")),
        )),
        BlockQuote(said("As the foreman said.")),
        Table((None, "right"), (), (row("Saw", "3"),)),
        Paragraph((Image(picture, "A lathe"),)),
    )  # fmt: skip
    assert document.footnotes == (Footnote("1", said("Counted in May.", "And again in June.")),)


def test_filtered_word_has_but_the_bullets_of_its_lists() -> None:
    def item(marker: str, words: str, margin: int) -> str:
        gap = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span>"
        style = f"margin-left:{margin}.0pt;text-indent:-18.0pt"
        return f"<p class=MsoListParagraphCxSpMiddle style='{style}'>{marker}{gap}{words}</p>"

    text = item("<span style='font-family:Symbol'>·</span>", "a", 36) + item("c.", "b", 72) + item("d.", "c", 72)
    assert blocks(f"{text}<p class=MsoListParagraph>no item</p>") == (
        List((ListItem((*said("a"), List((ListItem(said("b")), ListItem(said("c"))), start=3))),)),
        *said("no item"),
    )
    numbers = [item(f"{number}.", number, 36) for number in ("1", "2", "7")]
    assert blocks("".join(numbers)) == (
        List((ListItem(said("1")), ListItem(said("2"))), start=1), List((ListItem(said("7")),), start=7),
    )  # fmt: skip
    numerals = [item(f"{numeral}.", numeral, 36) for numeral in ("i", "ii", "v")]
    assert blocks("".join(numerals)) == (
        List((ListItem(said("i")), ListItem(said("ii"))), start=1), List((ListItem(said("v")),), start=5),
    )  # fmt: skip


def of_word(*markers: str) -> str:
    """Items of Word that say their markers; `>` before one puts it a level deeper."""
    return "".join(
        f"<p style='mso-list:l0 level{len(marker) - len(marker.lstrip('>')) + 1} lfo1'><span"
        f" style='mso-list:Ignore'>{marker.lstrip('>')}<span>&nbsp; </span></span>{marker.lstrip('>')}</p>"
        for marker in markers
    )


def starts(*markers: str) -> list[tuple[int | None, int]]:
    """Where each list of them starts, and how many items it has."""
    return [(each.start, len(each.items)) for each in blocks(of_word(*markers)) if isinstance(each, List)]


def test_words_that_word_has_for_numbers_are_kept() -> None:
    markers = "Article I.", "§1", "§\n2", "Step 1:", "[1]", "第1条", "2.1", "2.1.3", "1.a)", "Ii.", "Art."
    assert blocks(of_word(*markers)) == said(*(f"{each} {each}".replace("\n", " ") for each in markers))
    assert blocks(of_word("§1").replace("</span>§1", "</span><b>a</b>")) == (Paragraph(("§1 ", Strong(("a",)))),)
    assert blocks(of_word("§1").replace("</span>§1", "</span>")) == said("§1")
    below = List((ListItem(said("1.1.")), ListItem(said("1.2", "Step 1: Step 1:"))), start=1, tight=False)
    assert blocks(of_word("1.", ">1.1.", ">1.2", ">>Step 1:", ">2.3", "2.", "4.1")) == (
        List((ListItem((*said("1."), below, *said("2.3 2.3"))), ListItem(said("2."))), start=1),
        *said("4.1 4.1"),
    )
    for bullet in ("·", "o", "§", "-", "–", "ü", "v", "Ø", "\uf0b7", "->"):
        assert blocks(of_word(bullet)) == (bullets(bullet),)


def test_letters_and_roman_numerals_of_word() -> None:
    assert starts("II.", "III.") == starts("b)", "c)") == [(2, 2)]
    assert starts("(viii)", "(ix)", "(x)") == [(8, 3)]
    assert starts("v.", "vi.") == [(5, 2)]
    assert starts("v.", "w.") == [(22, 2)]
    assert starts("h.", "i.", "j.") == [(8, 3)]
    assert starts("i.", "j.") == [(9, 2)]
    assert starts("i.") == [(1, 1)]
    assert starts("z.", "aa.", "bb.") == [(26, 3)]
    assert starts("A.", "B.", "A.", "B.") == starts("1.", "2.", "1", "2") == [(1, 2), (1, 2)]
    assert reported(of_word("II.")) == [("node", "degraded")]
    assert reported(of_word("1.", "·", "o", "§1")) == []


def test_confluence() -> None:
    document, items = editor("confluence")
    assert items == ["Lists in cells of tables are lines of text."]
    assert document.sections[0].blocks == (
        Admonition("warning", said("Mind the belt."), ("Danger",)),
        Admonition("tip", said("Use gloves.")),
        List((ListItem(said("done"), checked=True), ListItem(said("open"), checked=False))),
        CodeBlock("int x = 1;\n", "java", "java"),
        Details(("More",), said("Folded.")),
        Paragraph(("🙂 See ", Link(("the rules",), "#Workshop-Rules"), ".")),
        Table(
            (None, None),
            row("Who", "What"),
            ((Cell(("Ada",)), Cell(("• saws", LineBreak(), "• planes"))),),
        ),
    )


def test_notion() -> None:
    document, _ = editor("notion")
    assert document.metadata == {"title": "Plan"}
    assert document.sections[0].blocks == (
        Admonition("note", said("💡", "Think first."), ()),
        List((ListItem(said("think"), checked=True),)),
        List((ListItem(said("act"), checked=False),)),
        Details(("More",), said("Inside."), open=True),
        CodeBlock("x = 1\n", "python", "python"),
        Paragraph((Math("x < y", display=True),)),
        Paragraph(("red and ", Highlight(("marked",)))),
    )


# Pieces of pages, for other readers


def reading() -> Reading:
    return Reading(Source(b"", "a.mup"), USUAL, Report())


def test_a_piece_of_a_page_as_blocks() -> None:
    assert html.blocks_of("<html><h2>a</h2><p>b\0<br>c</p><ul>\r\n<li>d</ul></html>", reading()) == (
        Heading(2, ("a",), "a"),
        Paragraph(("b", LineBreak(), "c")),
        bullets("d"),
    )
    assert html.blocks_of("", reading()) == ()


def on_one_line(text: str) -> Inlines:
    tree = html_tree.Tree(reading(), html_roles.Roles(text), html_anchors.NONE, frozenset())
    html_nesting.Nesting(tree.on_one_line()).take(html_tags.tokens(text.replace("\0", "")))
    return tree.inlines()


def test_a_piece_of_a_page_as_a_line() -> None:
    assert on_one_line("a <b>b</b>") == ("a ", Strong(("b",)))
    assert on_one_line("<h1>a</h1><p>b</p><ol><li>c<li>d</ol><pre>e</pre><table><tr><td>f</table>") == (
        "a", LineBreak(), "b", LineBreak(), "1. c", LineBreak(), "2. d", LineBreak(), Code("e"), LineBreak(), "f",
    )  # fmt: skip


# This project's own pages


def words_in(document: Document) -> list[str]:
    """Every word that the document says, in reading order; diagrams are drawn, and drawings are not read."""
    found: list[str] = []

    def add(within: tuple[Block, ...]) -> None:
        for block in within:
            found.extend(map(plain_text, lines(block)))
            match block:
                case CodeBlock():
                    found.append(block.text)
                case Diagram():
                    pass
                case RawBlock():
                    found.append(words_of_html(block.html))
                case _:
                    for part in parts(block):
                        add(part)

    def below(sections: tuple[Section, ...]) -> None:
        for section in sections:
            found.append(plain_text(section.heading))
            add(section.blocks)
            below(section.sections)

    add(document.blocks)
    below(document.sections)
    for note in document.footnotes:
        add(note.blocks)
    return re.findall(r"\w+", " ".join(found))


# What a page has beyond the document's words: a head made of its metadata, titles and stand-ins of images.
HEAD = re.compile(r'<header class="title">.*?</header>', re.DOTALL)
TITLE_OF_IMAGE = re.compile(r"(<img [^>]*>(?:</a>)?)<figcaption>.*?</figcaption>", re.DOTALL)
STAND_IN = '<span class="missing">Image</span>'


@pytest.mark.parametrize("name", SOURCES)
def test_the_page_of_a_document_says_what_the_document_does(name: str) -> None:
    source = Source(SOURCES[name].read_bytes(), SOURCES[name].name)
    document = readers.read(source, Report())
    page = TITLE_OF_IMAGE.sub(r"\1", export(source, "html").data.decode()).replace(STAND_IN, "")
    page = HEAD.sub("", page) if "title" in document.metadata else page
    assert words_in(read(page)) == words_in(document)


# The rules of nesting, against html5ever's, for tags on which both must agree. (They do not quite where text is dressed
# across tables and headings: see `html_nesting`.)


class Paths:
    """Notes for each text which elements it stands in, and which dress it."""

    def __init__(self) -> None:
        self.open_now: list[html_nesting.Element] = []
        self.dress: list[html_nesting.Element] = []
        self.found: dict[str, tuple[list[str], set[str]]] = {}

    def open(self, element: html_nesting.Element) -> None:
        (self.dress if element.name in html_nesting.DRESSING else self.open_now).append(element)

    def close(self, element: html_nesting.Element) -> None:
        if element.name in html_nesting.DRESSING:
            self.dress.remove(element)
        else:
            assert self.open_now.pop() is element

    def text(self, text: str) -> None:
        stands_in: list[str] = []
        for element in [*self.open_now, None]:
            if stands_in and stands_in[-1] in STRUCTURE and (element is None or element.name not in ALL_STRUCTURE):
                while stands_in.pop() != "table":  # what is in no cell is before the table
                    pass
            stands_in += [element.name] if element else []
        for word in text.split(";")[:-1]:
            self.found[word] = stands_in, {element.name for element in self.dress}

    def single(self, name: str, raw: str, inner: str) -> None:
        pass


STRUCTURE = ("table", "tbody", "tfoot", "thead", "tr")
ALL_STRUCTURE = (*STRUCTURE, "caption", "td", "th")
AGREED = (
    "p div b i ul li section pre blockquote br hr",
    "p div span sub ul ol li h1 h2 section pre blockquote br hr",
    "dl dt dd p div span li ul address h1",
    "table tr td th tbody thead caption p div li ul",
    "ruby rt rp rb p span li div",
)


@st.composite
def soups(draw: st.DrawFn) -> str:
    names = draw(st.sampled_from(AGREED)).split()
    tags = st.sampled_from(names).flatmap(lambda name: st.sampled_from((f"<{name}>", f"</{name}>", "text;")))
    pieces = draw(st.lists(tags, max_size=20))
    return "".join(piece.replace("text", str(at)) for at, piece in enumerate([*pieces, "text;"]))


@given(soups())
@settings(max_examples=300)
def test_what_stands_in_what_is_what_browsers_say(soup: str) -> None:
    paths = Paths()
    html_nesting.Nesting(paths).take(html_tags.tokens(soup))
    allowed = set(" ".join(AGREED).split())
    tree = nh3.clean(soup, tags=allowed, clean_content_tags=set(), attributes={}, link_rel=None)
    stack: list[str] = []
    expected: dict[str, tuple[list[str], set[str]]] = {}
    for end, name, text in re.findall(r"<(/?)(\w+)>|([^<]+)", tree):
        if text:
            stands_in = [each for each in stack if each not in html_nesting.DRESSING]
            for word in text.split(";")[:-1]:
                expected[word] = stands_in, set(stack) & html_nesting.DRESSING
        elif end:
            stack.pop()
        elif name not in ("br", "hr"):
            stack.append(name)
    assert paths.found == expected


# Anything at all

TAGS = """
<p>|</p>|<b>|</b>|<i>|<a href=x>|<a href="#a" id=b>|<a href="#b" id=a>|</a>|<ul>|<ol start=-3>|</ul>|<li>|</li>
<li class=ql-indent-2>|<table>|<tr>|<td>|<th colspan=2 rowspan=3>|</table>|<caption>|<h1>|<h2 id=a>|</h1>|<pre>|</pre>
<code>|<br>|<hr>|<dl>|<dt>|<dd>|<details>|<summary>|<figure>|<figcaption>|<blockquote>|<div class="alert note">|</div>
<p class=label>|<div class=tabs>|<img src=a>|<input type=checkbox>|<math>|</math>|<svg>|</svg>|<script>|</script>
<style>|</style>|<!--|-->|<![CDATA[|]]>|<kbd>|<abbr title=x>|<q>|<sup>|<span hidden>|</span>|<template>|<select>
<span style="white-space:pre;font-weight:bold">|<p style="mso-list:l0 level3">|<section class=footnotes>|<li id=a>
&nbsp;|&amp;|<|>|"|'|=|<plaintext>
"""
PIECES = st.one_of(st.text(max_size=8), st.sampled_from(TAGS.strip().replace("\n", "|").split("|")))


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=400)
def test_any_text_yields_a_document(text: str) -> None:
    if text.strip() and not text.startswith(("%PDF", "RIFF")) and "\0" not in text:
        document = read(text)
        for block in every_block(document):
            if isinstance(block, Table):
                assert {len(each) for each in block.rows} <= {len(block.alignments)}
                assert len(block.head) in (0, len(block.alignments))
            assert not isinstance(block, Paragraph) or block.content
        targets = [block.id for block in every_block(document) if isinstance(block, Heading)]
        assert len(set(targets)) == len(targets)
    assert isinstance(on_one_line(text), tuple)


# Much of anything. Each takes time in proportion to its length; what must not be is a time that grows faster, which at
# these sizes would be minutes.

MANY = 10_000
NAMES = """
p div li td tr table th span b a font ul ol dl dt dd h1 blockquote details summary figure figcaption caption section svg
math script style select button template textarea title iframe video object pre code kbd sup q rt abbr thead form label
input img br hr x-y plaintext xmp noscript head body html frameset
""".split()
BEARABLE = {
    **{f"<{name}>": f"<{name}>x" * MANY + f"</{name}>" * MANY for name in NAMES},
    "attributes": "<p " + " ".join(f"a{number}=b" for number in range(100_000)) + ">x",
    "a class of a megabyte": "<p class='" + "a " * 500_000 + "'>x",
    "a style of a megabyte": "<p style='" + "a:b;" * 250_000 + "'>x",
    "a property of a megabyte": "<p style='" + "a" * 1_000_000 + "'>x",
    "tables in tables": "<table><tr><td>" * 10_000 + "x",
    "tables with heads in tables": "<table><tr><th>a<td>" * 10_000 + "x",
    "spans without end": "<table><tr><td colspan=1000000 rowspan=1000000>a<tr><td>b" + "<tr><td>" * 5_000,
    "cells for each other": "<table><tr>" + "<td rowspan=9>a" * 5_000,
    "what no cell is around": "<table>" + "<p>x" * MANY + "x<tr>" * MANY,
    "dress never closed": "".join(f"<font color=c{number}><p>x" for number in range(MANY)),
    "dress across blocks": "<b><i><u><s><p>" * 5_000 + "</b></i></u></s>" * 5_000,
    "links across blocks": "<a href=x><div>" * MANY,
    "styles in each other": "<span style='font-weight:bold;white-space:pre'>x " * MANY,
    "spaces between dress": "a<b> </b><i> b</i>" * MANY,
    "references": "&amp;&#x41;" * 100_000,
    "ampersands": "&" * 1_000_000,
    "comments never closed": "<!--" * 200_000,
    "comments": "a<!---->" * 100_000,
    "declarations": "<!a" * 200_000,
    "less-than signs": "<" * 1_000_000,
    "ends of nothing": "</" * 500_000,
    "tags never ended": "<a " * 100_000,
    "quotes never ended": "<a b='" * 50_000 + '"' * 50_000,
    "equals signs": "<p " + "=" * 500_000,
    "slashes": "<p " + "/" * 500_000,
    "text": "word " * 1_600_000,
    "hard spaces": "a" + "\xa0" * 1_000_000,
    "breaks": "<br>" * 50_000 + "a<br>" * 50_000,
    "style sheets": "<style>.a{font-weight:bold}</style>" * 5_000,
    "rules": "<style>" + ".a,.b{font-weight:bold}" * 20_000 + "</style>" + "<p class=a>x" * 2_000,
    "rules never closed": "<style>" + "a{" * 100_000 + "/*" * 100_000 + "</style>x",
    "links within": "<a href='#x'>1</a>" * MANY + "<p id=x>y",
    "links from each to the next": "".join(f"<a id=a{n} href='#a{n + 1}'>1</a>" for n in range(MANY)),
    "footnotes": "".join(f"<sup><a href='#f{n}' id=r{n}>1</a></sup>" for n in range(5_000))
    + "".join(f"<li id=f{n}><a href='#r{n}'>^</a> x" for n in range(5_000)),
    "headings of one name": "<h1>a</h1>" * MANY + "<h1 id=a>a</h1>" * MANY,
    "headings in headings": "<h1><div>" * MANY + "x",
    "summaries in summaries": "<details><summary>" * MANY + "x",
    "terms in terms": "<dl><dt>" * MANY + "x",
    "levels of Word": "".join(f"<p style='mso-list:l0 level{n % 9 + 1} lfo1'>x" for n in range(MANY)),
    "levels of Quill": "<ol>" + "".join(f"<li data-list=bullet class=ql-indent-{n % 9}>x" for n in range(MANY)),
    "levels in levels": "<ul><li class=ql-indent-8>x" * 2_000,
    "lists in a cell": "<table><tr><th>x<td>" + "<ul><li>x" * MANY,
    "drawings in forms": "<svg><select><button><video><audio><object><canvas>" * 5_000,
    "call-outs": "<div class='alert note'><p class=label>x" * MANY,
    "annotations": "<math>" + "<annotation " * MANY + "</math>",
    "sources": "<video " + " src=" * 100_000 + "></video>",
}


@pytest.mark.parametrize("what", BEARABLE)
def test_much_of_anything_is_read_in_time_that_is_proportional(what: str) -> None:
    assert isinstance(read(BEARABLE[what]), Document)


@pytest.mark.parametrize("name", ["div", "p", "b", "blockquote", "table", "x-y"])
def test_a_hundred_thousand_tags_are_no_problem(name: str) -> None:
    assert words_in(read(f"<{name}>" * 100_000 + "a")) == ["a"]


def test_old_pages_that_close_nothing_are_read() -> None:
    text = "".join(f"<p>{n}" for n in range(50_000)) + "<ul>" + "".join(f"<li>{n}" for n in range(50_000))
    document = read(text)
    assert len(document.blocks) == 50_001
    assert len(document.blocks[-1].items) == 50_000  # type: ignore[union-attr]


def test_too_much_text_is_refused() -> None:
    with pytest.raises(SourceTooLarge, match="more than 16 MB of text"):
        read(b"a" * (html.MAX_SIZE + 1))


def test_too_many_tags_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_tags, "MAX_TAGS", 1_000)
    assert len(read("<p>a" * 999).blocks) == 999
    with pytest.raises(SourceTooLarge, match="more than 1,000 tags"):
        read("<p>a" * 1_000)


def test_too_many_places_for_cells_are_refused() -> None:
    stairs = "".join(f"<tr><td colspan={number}>a<td>b" for number in range(1, 900))
    with pytest.raises(SourceTooLarge, match="more than 200,000 places for cells"):
        read(f"<table>{stairs}</table>")


@pytest.mark.parametrize("data", [b"", b" \n", b"a\0b", b"%PDF-1.7"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableSource):
        read(data)


def depth(blocks: tuple[Block, ...]) -> int:
    deepest, stack = 0, [(block, 1) for block in blocks]
    while stack:
        block, level = stack.pop()
        deepest = max(deepest, level)
        stack += [(each, level + 1) for within in parts(block) for each in within]
    return deepest


DEEP = (
    "<blockquote>x", "<ul><li>x", "<ol><li class=ql-indent-8>x", "<dl><dd>x", "<dd>x<section>", "<details>x",
    "<figure>x<figcaption>b</figcaption>", "<div class='alert note'>x", "<ul class=lst-a-8><li>x",
    "<div class=tabs><details>x",
)  # fmt: skip


@pytest.mark.parametrize("text", DEEP)
def test_what_is_too_deep_is_flattened_and_reported_once(text: str) -> None:
    report = Report()
    document = read(text * 400, report)
    assert depth(document.blocks) <= nodes.MAX_DEPTH + 2
    assert sum(plain_text(each).count("x") for block in every_block(document) for each in lines(block)) == 400
    assert [item.code for item in report.items] == ["nesting"]


def test_marks_do_not_nest_without_bound() -> None:
    tags = "b i u s mark sup sub code kbd".split()
    document = read("".join(f"<{tag}>" for tag in tags * 200) + "a")
    assert plain_text(document.blocks[0].content) == "a"  # type: ignore[union-attr]
    assert len(list(within(document.blocks[0].content))) < 20  # type: ignore[union-attr]


def test_svg_and_mathml_are_no_way_around() -> None:
    for text in (
        "<svg><style><img src=x onerror=y></style></svg>a",
        "<math><mtext><table><mglyph><style><img src=x></style></mglyph></table></mtext></math>a",
        "<svg></p><script>b</script></svg>a",
        "<template><p>b</template>a",
    ):
        assert plain_text(read(text).blocks[-1].content).endswith("a")  # type: ignore[union-attr]
