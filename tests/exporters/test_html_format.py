"""HTML: valid, safe whatever the source holds, and whole without anything else."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from checkers import html_mistakes
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import EVERYTHING, EXAMPLES, GFM_SOURCES, PICTURE, PICTURED, paragraph

from exporters import Source, options, readers
from exporters.document import (
    Abbreviation,
    Admonition,
    Block,
    BlockQuote,
    Blocks,
    Cell,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Figure,
    Footnote,
    FootnoteReference,
    Heading,
    Highlight,
    Image,
    Keyboard,
    Link,
    List,
    ListItem,
    Map,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    Resource,
    Section,
    Strong,
    Subscript,
    Superscript,
    Tab,
    Table,
    Tabs,
    Topic,
    Underline,
)
from exporters.document.walk import title
from exporters.formats.html import Options
from exporters.formats.html.export import export
from exporters.report import Report
from exporters.toolbox import formulas
from exporters.toolbox.words import words
from exporters.web import places
from exporters.web.content import Content
from exporters.web.settings import Settings

ROOT = Path(__file__).parent.parent.parent
VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}


class Tree(HTMLParser):
    """The tags of a page, and whether each that begins ends where it should."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never ended: {self._open}"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attributes}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1:] == [tag], f"</{tag}> ends {self._open[-1:]}"
        self._open.pop()

    def handle_data(self, text: str) -> None:
        self.text += text

    def names(self) -> list[str]:
        return [name for name, _ in self.tags]

    def all(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.tags if attribute in attributes]


def read(markdown: str, report: Report | None = None) -> Document:
    return readers.read(Source(markdown.encode(), "sample.md"), report or Report())


def page(document: Document | str, report: Report | None = None, **chosen: object) -> str:
    """The page of a document, or of Markdown."""
    read_report = Report() if report is None else report
    whole = read(document, read_report) if isinstance(document, str) else document
    return export(whole, options.parse(Options, chosen, "html")[0], read_report).decode()


def main(document: Document | str, report: Report | None = None, **chosen: object) -> str:
    """What stands in the page's body below its header."""
    return page(document, report, **chosen).partition("<main>\n")[2].partition("</main>")[0]


def fragment(document: Document | str, report: Report | None = None, **chosen: object) -> str:
    return page(document, report, fragment=True, **chosen)


def whats(report: Report) -> list[str]:
    return [item.what for item in report.items]


# The page


def test_every_page_is_valid(tmp_path: Path) -> None:
    for name, source in GFM_SOURCES.items():
        (tmp_path / f"{name}.html").write_text(page(source.read_text(), toc=name < "i"))
    (tmp_path / "handbook.html").write_text(page((ROOT / "examples/handbook.md").read_text(), toc=True))
    for variant in ({"theme": "light"}, {"theme": "dark"}, {"toc": True}, {"highlight": False}, {"raw_html": "drop"}):
        (tmp_path / f"everything-{'-'.join(map(str, *variant.items()))}.html").write_text(page(EVERYTHING, **variant))
    for at, source in enumerate(sorted((ROOT / "tests/documents/maps").glob("*.m*"))):
        document = readers.read(Source(source.read_bytes(), source.name), Report())
        (tmp_path / f"map-{at}.html").write_text(page(document))
    (tmp_path / "drawing.html").write_text(page(EVERYTHING, map="drawing"))
    for at, document in enumerate(ODD_HEADINGS):
        (tmp_path / f"headings-{at}.html").write_text(page(document, toc=True))

    # It guesses each page's language, and what people call their files is not what it should guess from.
    found = html_mistakes(sorted(tmp_path.glob("*.html")), "--no-langdetect")

    # It holds that no policy allows a data: URL, not even `img-src data:` (Content Security Policy 3, 6.7.2.8 does).
    wrong = "blocked by “img-src” directive."
    problems = [
        f"{Path(each['url']).name}:{each.get('lastLine')}: {each['message']}"
        for each in found
        if not each["message"].endswith(wrong)
    ]
    assert problems == []


ODD_HEADINGS = [
    Document((Paragraph(("no heading",)),)),
    Document((BlockQuote((Heading(4, ("the only one",)),)),)),
    Document(sections=(Section(3, ("begins with three",), "a", (), (Section(6, ("six",), "b"),)), Section(2, (), "c"))),
    Document(sections=(Section(1, ("one",), "a"), Section(1, ("another",), "b")), metadata={"title": "A third"}),
    Document(sections=(Section(1, ("one",), "a"), Section(1, ("another",), "b")), metadata={"title": "one"}),
    Document(
        sections=(Section(1, ("one",), "a", (List((ListItem((Heading(1, ("in a list",)), Heading(5, ("deep",)))),)),)),)
    ),
    Document((Paragraph(("first",)),), (Section(1, ("a title below text",), "a"),), metadata={"author": "A"}),
]


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    html = page(EVERYTHING)
    tree = Tree(html)
    assert "default-src 'none'" in html
    assert not {"script", "link", "iframe", "object", "embed", "form", "base"} & set(tree.names())
    assert all(source.startswith("data:image/png;base64,") for source in tree.all("src"))
    assert set(re.findall(r"url\((.)", html)) <= {"#"}
    assert "@import" not in html


@pytest.mark.parametrize("name", GFM_SOURCES)
def test_links_within_a_page_lead_somewhere_and_ids_are_unique(name: str) -> None:
    tree = Tree(page(GFM_SOURCES[name].read_text(), toc=True))
    ids = tree.all("id")
    assert len(set(ids)) == len(ids)
    assert {url[1:] for url in tree.all("href") if url.startswith("#")} <= set(ids)


def test_the_title_is_printed_once() -> None:
    alone = Document(sections=(Section(1, ("The title",), "t", (Paragraph(("text",)),)),), metadata={"author": "Ada"})
    assert title(alone) == "The title"
    assert re.findall("<h1.*", page(alone)) == ['<h1 id="t">The title</h1>']
    assert '<header class="title">\n<h1 id="t">The title</h1>\n<p class="byline">Ada</p>\n</header>' in page(alone)

    stated = Document(sections=(Section(1, ("Not the title",), "n"),), metadata={"title": "The title"})
    assert re.findall("<h[12].*", page(stated)) == ["<h1>The title</h1>", '<h2 id="n">Not the title</h2>']


@pytest.mark.parametrize("document", ODD_HEADINGS)
def test_heading_levels_begin_with_one_and_never_skip(document: Document) -> None:
    levels = [int(level) for level in re.findall("<h([1-6])", page(document))]
    assert levels[:1] in ([], [1])
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_metadata_goes_into_the_head_and_the_header() -> None:
    html = page(
        '---\ntitle: A & B\nauthor: [Ada, {name: Bob}]\ndate: 2024-02-29\nlang: de-AT\nkeywords: "a, b"\n---\nText.'
    )
    assert '<html lang="de-AT" dir="ltr">' in html
    assert "<title>A &amp; B</title>" in html
    assert '<meta name="author" content="Ada, Bob">' in html
    assert '<meta name="keywords" content="a, b">' in html
    assert '<time datetime="2024-02-29" dir="ltr">2024-02-29</time>' in html


def test_the_page_speaks_the_documents_language() -> None:
    german = "---\nlang: de\n---\n# Eins\n\n> [!WARNING]\n> Halt.\n\nText[^1]\n\n## Zwei\n\n[^1]: Note.\n"
    html = page(german, toc=True)
    assert ">Warnung</p>" in html
    assert ">Inhalt</p>" in html
    assert 'aria-label="Zurück zum Text"' in html


def test_the_contents_list_three_levels() -> None:
    html = page("# One\n\n## Two & *more*\n\n### Three\n\n#### Four\n\n##### Five\n", toc=True)
    contents = html.partition("<nav")[2].partition("</nav>")[0]
    assert re.findall(r'href="(#.*?)">(.*?)<', contents) == [
        ("#two--more", "Two &amp; more"),
        ("#three", "Three"),
        ("#four", "Four"),
    ]


def test_a_theme_leaves_no_choice_to_the_system() -> None:
    assert '<meta name="color-scheme" content="light dark">' in page("x")
    assert 'style="color-scheme: dark"' in page("x", theme="dark")
    assert '<meta name="color-scheme" content="light">' in page("x", theme="light")


# Blocks


def test_code_is_coloured_and_says_its_language() -> None:
    html = main("```python\nif x: # <b>\n    pass\n```")
    assert html.startswith(
        '<pre dir="ltr" data-language="python"><code class="language-python"><span class="k">if </span>x: '
    )
    assert "# &lt;b&gt;" in html
    assert Tree(html).text == "if x: # <b>\n    pass\n\n"
    assert "<span" not in main("```python\nif x: pass\n```", highlight=False)


@pytest.mark.parametrize("language", ["klingon", "", "../../etc", 'a"b<c', "python\x00"])
def test_code_of_an_unknown_language_is_plain(language: str) -> None:
    html = main(Document((CodeBlock("a < b\n", language, language),)))
    assert "<span" not in html
    assert Tree(html).text == "a < b\n\n"


def test_code_that_would_have_to_be_scrolled_can_be_reached_with_the_keys() -> None:
    assert "tabindex" not in main(f"```\n{'x' * 80}\n```")
    assert ' tabindex="0"' in main(f"```\n{'x' * 81}\n```")


def test_tight_and_loose_lists_and_tasks() -> None:
    assert main("- a\n- b\n  1. c") == "<ul>\n<li>a</li>\n<li>b\n<ol>\n<li>c</li>\n</ol>\n</li>\n</ul>\n"
    assert main("3. a\n\n4. b") == '<ol start="3">\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ol>\n'
    assert main("- [x] done") == (
        '<ul>\n<li class="task"><label><input type="checkbox" disabled checked> done</label></li>\n</ul>\n'
    )
    assert fragment("- [ ] open") == '<ul>\n<li><input type="checkbox" disabled> open</li>\n</ul>\n'


def test_tables_are_aligned_and_say_what_heads_a_column() -> None:
    table = "| a | b |\n|---|--:|\n| 1 | 2 |"
    assert '<th scope="col" style="text-align: right">b</th>' in main(table)
    assert '<td align="right">2</td>' in fragment(table)


def test_an_image_alone_is_a_figure_and_its_title_the_caption() -> None:
    html = main(Document((Paragraph((Image(PICTURED, "a < b", "Seen"),)),), resources=PICTURE))
    assert re.sub('base64,[^"]*', "base64,", html) == (
        '<figure><img src="data:image/png;base64," alt="a &lt; b" title="Seen" width="24" height="16">'
        "<figcaption>Seen</figcaption></figure>\n"
    )


def test_an_image_that_is_not_there_is_its_words() -> None:
    assert main(paragraph("x ", Image("gone.png", "a < b"))) == '<p>x <span class="missing">a &lt; b</span></p>\n'
    assert main(paragraph("x ", Image("gone.png"))) == '<p>x <span class="missing">Image</span></p>\n'
    assert fragment(paragraph(Image("a b.png", "c"))) == '<p><img src="a%20b.png" alt="c"></p>\n'


def test_an_image_that_repeats_too_often_is_not_shown_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_MAX_REPEATED", 3 * len(PICTURE[PICTURED].data))
    report = Report()
    html = main(Document((Paragraph(("x", *(Image(PICTURED, "seen"),) * 10)),), resources=PICTURE), report)
    assert html.count("data:image/png") == 4
    assert html.count('class="missing"') == 6
    assert [item.count for item in report.items] == [6]


# Kinds that only some readers make


def test_call_outs_of_every_kind_have_a_colour_and_a_label() -> None:
    assert main(_holding(Admonition("bug", (), ("A ", Strong(("bug",)))))) == (
        '<div class="alert caution bug" role="note">\n<p class="label">A <strong>bug</strong></p>\n</div>\n'
    )
    assert '<p class="label">Tip</p>' in main(_holding(Admonition("tip", ())))
    assert '<p class="label">Bug</p>' in main(_holding(Admonition("bug", ())))
    assert "label" not in main(_holding(Admonition("bug", (), ())))


def test_what_folds_folds_and_of_tabs_one_is_open() -> None:
    assert main(_holding(Details(("More",), _said("a")))) == (
        "<details>\n<summary>More</summary>\n<p>a</p>\n</details>\n"
    )
    assert main(_holding(Details(("More",), (), open=True, kind="tip"))) == (
        '<details class="alert tip" open>\n<summary>More</summary>\n</details>\n'
    )
    tabs = Tabs((Tab(("One",), _said("a")), Tab(("Two",), _said("b"))))
    html = main(_holding(tabs, tabs))
    assert re.findall(r"<details[^>]*>", html) == [
        '<details name="tabs:1" open>',
        '<details name="tabs:1">',
        '<details name="tabs:2" open>',
        '<details name="tabs:2">',
    ]


def test_a_figure_has_its_caption_below() -> None:
    picture = Paragraph((Image(PICTURED, "seen"),))
    html = main(Document((Figure((picture,), ("As ", Strong(("seen",)))),), resources=PICTURE))
    assert re.sub('base64,[^"]*', "", html) == (
        '<figure>\n<img src="data:image/png;" alt="seen" width="24" height="16">\n'
        "<figcaption>As <strong>seen</strong></figcaption>\n</figure>\n"
    )
    assert main(_holding(Figure(_said("a")))) == "<figure>\n<p>a</p>\n</figure>\n"


def test_definitions_stand_below_their_terms() -> None:
    listed = DefinitionList((Definition((("a",), ("b",)), (_said("c"), _said("d", "e"))),))
    assert main(_holding(listed)) == (
        "<dl>\n<dt>a</dt>\n<dt>b</dt>\n<dd>c</dd>\n<dd>\n<p>d</p>\n<p>e</p>\n</dd>\n</dl>\n"
    )


def test_inlines_have_the_tags_that_html_has_for_them() -> None:
    line = (
        Underline(("a",)),
        Highlight(("b",)),
        Superscript(("c",)),
        Subscript(("d",)),
        Keyboard("e"),
        Abbreviation("f", '"g"'),
    )
    assert main(paragraph(*line)) == (
        '<p><u>a</u><mark>b</mark><sup>c</sup><sub>d</sub><kbd>e</kbd><abbr title="&quot;g&quot;">f</abbr></p>\n'
    )


def test_a_diagram_is_drawn_and_says_what_it_shows() -> None:
    report = Report()
    html = main(_holding(Diagram("graph LR\n  a --> b\n"), Diagram("graph LR\n  a --> b\n")), report)
    assert html.count('<figure class="diagram"><svg ') == 2
    assert "graph LR\n  a --&gt; b" in html
    ids = Tree(html).all("id")
    assert len(ids) == len(set(ids))
    assert not report.items


@pytest.mark.parametrize("diagram", [Diagram("graph LR\n  a --> [\n"), Diagram("a -> b\n", "dot")])
def test_a_diagram_that_nobody_draws_is_its_source(diagram: Diagram) -> None:
    report = Report()
    html = main(_holding(diagram), report)
    assert f'<code class="language-{diagram.language}">' in html
    assert "<svg" not in html
    assert [(item.code, item.severity) for item in report.items] == [("diagram", "degraded")]


def test_a_fragment_leaves_diagrams_to_its_page() -> None:
    report = Report()
    assert fragment(_holding(Diagram("a-->b\n")), report) == (
        '<pre><code class="language-mermaid">a--&gt;b\n</code></pre>\n'
    )
    assert [(item.code, item.severity) for item in report.items] == [("diagram", "degraded")]


def test_lines_stand_where_their_author_has_put_them() -> None:
    document = _holding(Paragraph(("a",), "center"))
    assert main(document) == '<p style="text-align: center">a</p>\n'
    assert fragment(document) == '<p align="center">a</p>\n'


def test_cells_span_others_and_a_table_needs_no_head() -> None:
    def cells(*words: str) -> tuple[Cell, ...]:
        return tuple(Cell((word,) if word else ()) for word in words)

    wide_and_tall = (
        (Cell(("a",), columns=2, rows=2), *cells("", "b")),
        cells("", "", "c"),
        (*cells("d"), Cell(("e",), rows=2), *cells("f")),
        cells("g", "", "h"),
    )
    html = fragment(_holding(Table((None,) * 3, (), wide_and_tall)))
    rows = [re.findall(r"<td([^>]*)>(\w*)</td>", row) for row in html.split("<tr>")[1:]]
    assert rows == [
        [(' colspan="2" rowspan="2"', "a"), ("", "b")],
        [("", "c")],
        [("", "d"), (' rowspan="2"', "e"), ("", "f")],
        [("", "g"), ("", "h")],
    ]
    assert "thead" not in html
    head = (Cell(("a",), columns=2), *cells("", "b"))
    assert re.findall(r"<th[ >][^>]*", main(_holding(Table((None,) * 3, head, ())))) == [
        '<th scope="colgroup" colspan="2"',
        '<th scope="col"',
    ]


def test_an_attached_file_is_saved_and_never_opened() -> None:
    key, file = "resource:1", Resource("text/html", b"<script>", name="a/b.html")
    document, report = Document((Paragraph((Link(("c",), key),)),), resources={key: file}), Report()
    assert main(document, report) == (
        '<p><a href="data:application/octet-stream;base64,PHNjcmlwdD4=" download="b.html">c</a></p>\n'
    )
    assert not report.items
    assert fragment(document, report) == "<p>c</p>\n"
    assert [(item.code, item.severity) for item in report.items] == [("attachment", "lost")]


def test_a_map_is_drawn_above_its_outline() -> None:
    mapped, bare = EXAMPLES[Map].holding, EXAMPLES[Map].without
    drawing, svg, outline = main(mapped).partition("</svg></figure>\n")
    assert drawing.startswith('<figure class="map"')
    assert "Mind map: planned, 3 topics" in drawing
    assert svg
    assert outline == main(bare) == main(mapped, map="outline")

    only = Tree(main(_MAPPED_TWICE, map="drawing"))
    assert only.names().count("svg") == 1
    assert not {"h1", "h2", "p"} & set(only.names())
    assert "#a" not in only.all("xlink:href")
    assert "#a" in Tree(main(_MAPPED_TWICE)).all("xlink:href")


_MAPPED_TWICE = Document(
    sections=(Section(1, ("one",), "one", (Paragraph(("below",)),), (Section(2, ("a",), "a"),)),),
    map=Map((Topic("1", -1, "one", "#one"), Topic("2", 0, "a", "#a"))),
)


def test_a_fragment_shows_the_outline_of_a_map() -> None:
    report = Report()
    assert "<svg" not in fragment(EXAMPLES[Map].holding, report)
    assert [(item.code, item.severity) for item in report.items] == [("map", "degraded")]


def test_a_map_that_cannot_be_drawn_is_its_outline() -> None:
    empty = Document(_said("text"), map=Map(()))
    assert main(empty) == main(empty, map="drawing") == "<p>text</p>\n"


def _holding(*blocks: Block) -> Document:
    return Document(blocks)


def _said(*words: str) -> Blocks:
    return tuple(Paragraph((word,)) for word in words)


def test_footnotes_lead_back_to_every_mention() -> None:
    html = main("One[^a], again[^a].\n\n[^a]: Said, and [^b].\n\n[^b]: Within.\n\n[^c]: Never.\n")
    notes = html.partition('<div class="footnotes"')[2]
    assert '<li id="fn:1">' in notes
    assert re.findall('href="(#fnref:[^"]*)"', notes) == ["#fnref:1", "#fnref:1:2", "#fnref:2"]
    assert {"fnref:1", "fnref:1:2", "fnref:2"} <= set(Tree(html).all("id"))


def test_a_footnote_that_is_not_there_stays_as_written() -> None:
    report = Report()
    assert main(paragraph("x", FootnoteReference("a<b")), report) == "<p>x[^a&lt;b]</p>\n"
    assert "mentioned" in whats(report)[0]


def test_a_footnote_that_ends_with_code_gets_its_link_in_a_paragraph_of_its_own() -> None:
    noted = Footnote("a", (CodeBlock("x\n"),))
    html = main(Document((Paragraph((FootnoteReference("a"),)),), footnotes=(noted,)))
    assert "</code></pre>\n<p><a href=" in html


def test_formulas_are_mathml_with_their_source_beside_it() -> None:
    report = Report()
    html = main(paragraph(Math("a<b", True), " ", Math("x")), report)
    assert html.startswith('<p><math xmlns="http://www.w3.org/1998/Math/MathML" display="block">')
    assert '<annotation encoding="application/x-tex">a&lt;b</annotation>' in html
    assert html.count("<math ") == fragment(paragraph(Math("a"), Math("b"))).count("<math ") == 2
    assert not report.items


def test_a_formula_that_cannot_be_read_is_its_source_and_reported() -> None:
    report = Report()
    written = r"\nowhere{a<b"
    assert main(paragraph(Math(written, True)), report) == (
        r'<p><code class="math display">\nowhere{a&lt;b</code></p>' + "\n"
    )
    assert [(item.code, item.severity) for item in report.items] == [("math", "degraded")]


def test_what_formulas_define_holds_for_those_after_them() -> None:
    html = main(paragraph(Math(r"\newcommand{\half}{\frac12}"), Math(r"\half")))
    assert html.count("<mfrac>") == 1


def test_formulas_that_become_too_much_are_their_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formulas, "_MAX_WRITTEN", 300)
    report = Report()
    html = main(paragraph(*[Math("x^2")] * 20), report)
    assert 0 < html.count("<math ") < 20
    assert html.count("<math ") + html.count('<code class="math">') == 20
    assert [item.code for item in report.items] == ["math"]


# Links


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JAVASCRIPT:x", " javascript:x", "java\nscript:x", "\x01javascript:x", "vbscript:x",
     "data:text/html,x", "data:image/svg+xml,<svg onload=alert(1)>", "DATA:,x"],
)  # fmt: skip
def test_links_that_run_code_are_text(url: str) -> None:
    report = Report()
    assert main(paragraph(Link((Strong(("x",)),), url)), report) == "<p><strong>x</strong></p>\n"
    assert [item.code for item in report.items] == ["link"]


@pytest.mark.parametrize(
    "url", ["https://a.b/", "//a.b", "a/b.html?c=d&e=f#g", "mailto:a@b.c", "tel:1", "#x", "", "x:y"]
)
def test_other_links_are_kept(url: str) -> None:
    report = Report()
    assert Tree(main(paragraph(Link(("x",), url)), report)).all("href") == [url]
    assert not report.items


def test_links_to_other_servers_tell_them_nothing() -> None:
    assert 'rel="noopener noreferrer"' in main("[x](https://example.org/)")
    assert "rel=" not in main("[x](notes.md)")


def test_urls_are_written_in_ascii() -> None:
    assert 'href="a%20b%C3%A4%22&amp;%25z%41"' in main(paragraph(Link(("x",), 'a bä"&%z%41')))


# Directions


def test_what_runs_the_other_way_says_so() -> None:
    assert main("Hebrew: שלום") == "<p>Hebrew: שלום</p>\n"
    assert main("**שלום** world") == '<p dir="rtl"><strong>שלום</strong> world</p>\n'
    assert main("- שלום\n- hello") == '<ul dir="rtl">\n<li>שלום</li>\n<li>hello</li>\n</ul>\n'
    assert main("> שלום").startswith('<blockquote dir="rtl">')

    arabic = page("---\nlang: ar\n---\nمرحبا\n\nEnglish")
    assert '<html lang="ar" dir="rtl">' in arabic
    assert '<p>مرحبا</p>\n<p dir="ltr">English</p>' in arabic


# Raw HTML


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        pytest.param("a<br>b", "<p>a<br>\nb</p>\n", id="void"),
        pytest.param("<b>a *b*</b>", "<p><strong>a <em>b</em></strong></p>\n", id="around Markdown"),
        pytest.param("**a <i>b** c</i>", "<p><strong>a <i>b</i></strong><i> c</i></p>\n", id="crossed"),
        pytest.param("a <b>b", "<p>a <b>b</b></p>\n", id="never ended"),
        pytest.param("a</b></div></td> b", "<p>a b</p>\n", id="never begun"),
        pytest.param("a <!-- b --> c", "<p>a  c</p>\n", id="comment"),
        pytest.param("a <script>b</script> c", "<p>a b c</p>\n", id="script in a line"),
        pytest.param("<script>\nb\n</script>\n\nc", "\n<p>c</p>\n", id="script as a block"),
        pytest.param("[a <b>b</b>](x)", '<p><a href="x">a <strong>b</strong></a></p>\n', id="in a link"),
        pytest.param("# a <u>b</u>", "", id="in a heading"),
        pytest.param("| a |\n|--|\n| x<ul><li>y</ul> |", None, id="a list in a cell"),
        pytest.param('<a name="x"></a>y', '<p><a id="x"></a>y</p>\n', id="an old anchor"),
        pytest.param("<tt>a</tt> <strike>b</strike>", "<p><code>a</code> <del>b</del></p>\n", id="old tags"),
        pytest.param(
            '<a href="https://e.org">x</a>',
            '<p><a href="https://e.org" rel="noopener noreferrer">x</a></p>\n',
            id="link",
        ),
        pytest.param('<a href="javascript:x">x</a>', "<p><a>x</a></p>\n", id="script in a link"),
        pytest.param(
            '<span style="color: red; position: fixed">x</span>',
            '<p><span style="color:red">x</span></p>\n',
            id="style",
        ),
        pytest.param("a <div>b</div> c", "<p>a </p><div>b</div> c<p></p>\n", id="a block ends the paragraph"),
    ],
)
def test_raw_html_in_a_line(markdown: str, expected: str | None) -> None:
    html = main(markdown)
    Tree(html)
    if expected == "":
        assert '<h1 id="a-b">a <u>b</u></h1>' in page(markdown)
    elif expected is None:
        assert "<td>x<ul><li>y</li></ul></td>" in html
    else:
        assert html == expected


@pytest.mark.parametrize("dialect", ["gfm", "mkdocs"])
def test_no_link_stands_within_a_link_of_raw_html(dialect: str) -> None:
    html = main(
        f"---\ndialect: {dialect}\n---\n"
        '<a href="https://a.org/">https://b.org and [*c*](d) [^1]</a> https://e.org\n\n[^1]: Note.\n'
    )
    Tree(html)
    assert re.findall(r'<a href="(https:[^"]+)"', html) == ["https://a.org/", "https://e.org"]
    assert "and <span><em>c</em></span> " in html
    assert '<span id="fnref:1">1</span>' in html


def test_raw_html_may_hold_markdown_between_its_tags() -> None:
    html = main('<div align="center">\n\n*a*\n\n</div>\n\n<table><tr><td>\n\n- b\n\n</td></tr></table>\n\nc')
    assert html == (
        '<div style="text-align: center">\n<p><em>a</em></p>\n</div>\n'
        "<table><tbody><tr><td>\n<ul>\n<li>b</li>\n</ul>\n</td></tr></tbody></table>\n<p>c</p>\n"
    )


def test_raw_html_may_go_on_in_a_later_section() -> None:
    html = main("# A\n\n<details>\n<summary>More</summary>\n\n## B\n\nhidden\n\n</details>\n\n# C\n\nshown")
    inside = html.partition("<details>")[2].partition("</details>")[0]
    assert "hidden" in inside
    assert "<h2" in inside
    assert "shown" not in inside


def test_an_image_of_raw_html_is_embedded_or_its_words() -> None:
    picture, report = Document((RawBlock('<img src="picture.png" alt="a" width="50%">'),), resources=PICTURE), Report()
    assert (
        re.sub('base64,[^"]*', "", main(picture, report)) == '<img src="data:image/png;" alt="a" style="width: 50%">\n'
    )
    assert not report.items

    assert main('<img src="https://example.org/x.png" alt="a">', report) == '<span class="missing">a</span>\n'
    assert [item.code for item in report.items] == ["image-remote"]


@pytest.mark.parametrize("path", ["./picture.png", "picture%2Epng", "picture.png?raw=true#a", "a/../picture.png"])
def test_an_image_of_raw_html_is_found_however_its_path_is_spelled(path: str) -> None:
    picture = Document((RawBlock(f'<img src="{path}" alt="a">'),), resources=PICTURE)
    assert main(picture).startswith('<img src="data:image/png;base64,')


FILE = {"resource:0123456789abcdef": Resource("text/csv", b"1;2", name="a/b.csv")}


def test_raw_html_links_to_attached_files() -> None:
    html = RawBlock('<a id="x" href="resource:0123456789abcdef">b</a>')
    document, report = Document((html,), resources=FILE), Report()
    link = 'href="data:application/octet-stream;base64,MTsy" download="b.csv"'
    assert main(document) == f'<a {link} id="x">b</a>\n'
    assert main(document, raw_html="keep") == f'<a id="x" {link}>b</a>\n'
    assert fragment(document, report=report) == '<a id="x">b</a>\n'
    assert [item.code for item in report.items] == ["attachment"]


def test_keys_in_raw_html_reach_only_what_is_in_the_document() -> None:
    html = '<a href="resource:fedcba9876543210">a</a><img src="resource:x" alt="b"><a href="RESOURCE:y">c</a>'
    assert main(Document((RawBlock(html),), resources=FILE)) == '<a>a</a><span class="missing">b</span><a>c</a>\n'


def test_ids_of_raw_html_leave_those_of_the_page_alone() -> None:
    html = page('# A\n\n<b id="a">x</b> <b id="b">y</b> <b id="b">z</b> <b id="fn:1">f</b>[^1]\n\n[^1]: n')
    assert [id for id in Tree(html).all("id") if id in ("a", "b", "fn:1")] == ["a", "b", "fn:1"]


def test_what_was_removed_is_reported() -> None:
    report = Report()
    main('<iframe src="x"></iframe>\n\n<p onclick="x" class="y">a</p>\n\n<a href="javascript:x">b</a>', report)
    assert sorted(whats(report)) == [
        "A link in raw HTML was removed, because it would run a script.",
        "The attribute onclick of raw HTML was removed.",
        "The tag <iframe> of raw HTML was removed.",
    ]


def test_raw_html_is_kept_or_dropped_when_asked() -> None:
    source, report = "<x-y onclick=z>\n\n*a* <b>c</b>\n\n</x-y>", Report()
    assert main(source, raw_html="keep") == "<x-y onclick=z>\n<p><em>a</em> <strong>c</strong></p>\n</x-y>\n"
    assert main(source, report, raw_html="drop") == "<p><em>a</em> <strong>c</strong></p>\n"
    assert [item.count for item in report.items] == [2]


HOSTILE = {
    "deep": "<div>" * 100_000,
    "deep lists": "<ul><li>" * 50_000,
    "repeated formatting": "".join(f"<b id=x{n}><p>" for n in range(50_000)),
    "hidden ends": "".join(f'<b title="></b>" id=x{n}><p>' for n in range(50_000)),
    "ends in comments": "".join(f"<b id=x{n}><!-- </b> --><p>" for n in range(50_000)),
    "ends in scripts": "".join(f"<b id=x{n}><style></b></style><p>" for n in range(20_000)),
    "ends in tables": "".join(f"<b id=x{n}><table><tr><td></b></table>" for n in range(20_000)),
    "long attributes": "".join(f"<b title={'x' * 500}{n}>" for n in range(200)) + "<p>" * 50_000,
    "begun comments": "<!--" * 200_000,
    "begun tags": "<a b='" * 100_000,
    "blanks": "<a" + " " * 300_000,
    "attributes": "<a " + "b " * 200_000,
    "place holders": '<menu id="0"></menu>' * 10_000,
    "ends": "</b>" * 200_000,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_hostile_raw_html_costs_little_and_loses_nothing_else(html: str) -> None:
    report = Report()
    document = Document((Paragraph(("before",)), RawBlock(html), Paragraph(("after",)), RawBlock("<i>fine</i>")))
    made = main(document, report)
    assert len(made) < 20_000_000
    assert made.count("<p>before</p>") == made.count("<p>after</p>") == 1
    assert "<i>fine</i>" in made


# Joined in every order.
SNIPPETS = r"""
<b> </b> <i> </i> <a> </a> <p> </p> <div> </div> <br> <ul> <li> </ul> <dl> <dd> <h1> </h1> <button> <center> <font>
<pre> <table> <tr> <td> </table> <caption> <colgroup> <col> <select> <option> </select> <form> <input> <ruby> <rt>
<code> <script> </script> <style> </style> <textarea> <title> </title> <noscript> <template> <plaintext> <xmp> <iframe>
<svg> </svg> <math> <mi> <mglyph> <desc> <foreignObject> <annotation-xml/encoding="text/html"> <!-- --> --!> <![CDATA[
]]> <?x <!doctype/html> <body/onload=x> <img/src=x/onerror=x> <a/href=javascript:x> <a/href="java&#9;script:x">
<base/href=x> <meta/http-equiv=refresh> <link/rel=stylesheet> </main> </html> <details/open> <summary> <p/id=a>
</iframe> <menu/id=0> <menu/id="1"/> </menu> <slot/id="1"> </slot> <a/b=' <a/title="<b>"> < > " ' = / &lt; & x
<a/name=a>
"""
RAW = st.lists(st.sampled_from([*SNIPPETS.split(), " ", "\n"]), max_size=12).map("".join)
FORBIDDEN = re.compile(
    r"(?:script|style|svg|math|iframe|object|embed|form|textarea|select|title|noscript|template|base|meta|link|menu|slot)"
)


@settings(max_examples=300)
@given(st.lists(RAW, min_size=1, max_size=4), st.booleans())
def test_whatever_raw_html_holds_the_page_is_safe_and_balanced(raw: list[str], in_line: bool) -> None:
    pieces: list[object] = []
    for number, html in enumerate(raw):
        pieces += [RawInline(html), f"word{number} "] if in_line else [RawBlock(html), Paragraph((f"word{number} ",))]
    document = paragraph(*pieces) if in_line else Document(tuple(pieces))  # type: ignore[arg-type]
    tree = Tree(main(document))

    assert not [name for name in tree.names() if FORBIDDEN.fullmatch(name)]
    assert not [name for _, attributes in tree.tags for name in attributes if name.startswith("on")]
    assert not [url for url in tree.all("href") + tree.all("src") if "script" in url]
    assert [tree.text.count(f"word{number} ") for number in range(len(raw))] == [1] * len(raw)


# Fragments


def test_a_fragment_is_content_and_nothing_else() -> None:
    html = fragment("# A *b*\n\nText\n\n```python\nx = 1\n```\n\n## C\n\n[to c](#c)")
    assert html == (
        '<h1>A <em>b</em></h1>\n<p>Text</p>\n<pre><code class="language-python">x = 1\n</code></pre>\n'
        '<h2 id="c">C</h2>\n<p><a href="#c">to c</a></p>\n'
    )


def test_a_fragment_keeps_the_levels_of_its_headings() -> None:
    document = Document(sections=(Section(3, ("a",), "a", (), (Section(8, ("b",), "b"),)),))
    assert fragment(document) == '<h3>a</h3>\n<h6 aria-level="8">b</h6>\n'


# Text


def test_what_html_cannot_hold_is_replaced_and_reported() -> None:
    report = Report()
    html = main(Document((Paragraph(("a\x00\x1b\x85\ufffe\U0001ffff&é😀",)),)), report)
    assert html == "<p>a\ufffd\ufffd\ufffd\ufffd\ufffd&amp;é😀</p>\n"
    assert [(item.code, item.severity) for item in report.items] == [("text", "lost")]


def test_a_svg_has_no_size_of_its_own() -> None:
    drawing = {"d.svg": Resource("image/svg+xml", b"<svg/>")}
    html = main(Document((Paragraph(("x", Image("d.svg", "d"))),), resources=drawing))
    assert html == '<p>x<img src="data:image/svg+xml;base64,PHN2Zy8+" alt="d"></p>\n'


def test_empty_cells_and_items_are_fine() -> None:
    blocks: Blocks = (Table((None,), (Cell(()),), ()), List((ListItem(()), ListItem((), True))), List(()))
    Tree(main(Document(blocks)))


# Piece by piece, as slides and chapters have it


def test_content_is_written_piece_by_piece() -> None:
    document = read("# A[^1]\n\ntext[^2]\n\n> ## B\n\n[^1]: One, and [^3].\n[^2]: Two.\n[^3]: Three.\n[^4]: Four.\n")
    (section,) = document.sections
    content = Content(document, Settings(), Report(), words("en"))

    assert content.notes() == ""
    assert content.heading(section, 3).startswith('<h3 id="a">A<sup>')
    assert re.findall('<li id="fn:(.)"', content.notes()) == ["1", "3"]  # which the first mentions
    content.outline_level = 3
    assert '<h4 id="b">B</h4>' in content.html(section.blocks)
    assert content.line(("a ", Strong(("b",)))) == "a <strong>b</strong>"
    assert '<li id="fn:2" value="2">' in content.notes()
    assert '<li id="fn:4" value="4">' in content.notes(last=True)
    assert content.notes(last=True) == ""


def test_a_section_is_written_with_those_below_it_or_alone() -> None:
    document = read("# A\n\ntext\n\n## B\n")
    content = Content(document, Settings(), Report(), words("en"))
    alone = '<section class="x">\n<h1 id="a">A</h1>\n<p>text</p>\n</section>\n'
    assert content.section(document.sections[0], ' class="x"', alone=True) == alone
    assert '<h2 id="b">B</h2>' in content.section(document.sections[0])
    assert content.outline_level == 0
