"""HTML inside Markdown: read for the formats that cannot hold it, and kept, with its images, for the others."""

from __future__ import annotations

import io
import re
import zipfile
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import png

from exporters import Source, export
from exporters.document import (
    BlockQuote,
    Blocks,
    Cell,
    CodeBlock,
    Details,
    Document,
    Emphasis,
    Heading,
    Image,
    LineBreak,
    Link,
    List,
    ListItem,
    Paragraph,
    RawBlock,
    RawInline,
    Section,
    Strong,
    Table,
)
from exporters.document.nodes import MAX_DEPTH
from exporters.document.walk import depth, holds, inlines
from exporters.readers import read
from exporters.readers.resources import key_of
from exporters.report import Report

A, B = Paragraph(("a",)), Paragraph(("b",))


def without_html(text: str, report: Report | None = None, files: dict[str, bytes] | None = None) -> Document:
    source = Source(text.encode(), "a.md", (files or {}).get)
    return read(source, report or Report(), keep_html=False)


def middle(*content: object) -> Paragraph:
    return Paragraph(tuple(content), "center")  # type: ignore[arg-type]


READ: dict[str, Blocks] = {
    "<p>a</p>\n\nb": (A, B),
    '<div align="center">\n\n**a**\n\n</div>\n\nb': (middle(Strong(("a",))), B),
    '<p align="center">\n  <a href="x"><img src="c" alt="d"></a>\n</p>': (middle(Link((Image("c", "d"),), "x")),),
    "a <span>b **c <b class=x>d</b>**</span>": (Paragraph(("a b ", Strong(("c d",)))),),
    '[a <i class="x">b</i>](c "d & e")': (Paragraph((Link(("a ", Emphasis(("b",))), "c", "d & e"),)),),
    "a<br class=x>b & <i>c</i> &amp;lt;": (Paragraph(("a", LineBreak(), "b & ", Emphasis(("c",)), " &lt;")),),
    "<!-- a -->\n\nb": (B,),
    "a <!-- b --> c": (Paragraph(("a c",)),),
    "<ul><li>a</li></ul>\n\n- b": (List((ListItem((A,)),)), List((ListItem((B,)),))),
    "> <p>a</p>\n>\n> b": (BlockQuote((A, B)),),
    "> # <span>a</span>": (BlockQuote((Heading(1, ("a",), "a"),)),),
    "|<i class=x>a</i>|\n|-|\n|b<br class=x>c|": (
        Table((None,), (Cell((Emphasis(("a",)),)),), ((Cell(("b", LineBreak(), "c")),),)),
    ),
    '<details class="x"><summary>a</summary>\n\n- b\n\n</details>': (
        Details(("a",), (List((ListItem((B,)),)),)),
    ),
    "<table><tr><td>\n\n- a\n- *b*\n\n</td><td>c</td></tr></table>": (
        Table((None, None), (), ((Cell(("a", LineBreak(), Emphasis(("b",)))), Cell(("c",))),)),
    ),
    "<pre>a\n b</pre>": (CodeBlock("a\n b\n"),),
    "</div>a</span>": (A,),
    "b <pre>a[^1]</pre>\n\n[^1]: c": (B, CodeBlock("a[^1]\n")),
}  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_html_is_read_with_the_markdown_between_its_tags(text: str) -> None:
    assert without_html(text).blocks == READ[text]


def test_html_in_headings_and_footnotes_is_read() -> None:
    document = without_html("# a <i class=x>b</i>\n\nc[^1]\n\n[^1]: d <i class=x>e</i>\n")
    assert document.sections[0].heading == ("a ", Emphasis(("b",)))
    assert document.footnotes[0].blocks == (Paragraph(("d ", Emphasis(("e",)))),)


def test_a_tag_that_ends_in_a_later_section_ends_with_its_own() -> None:
    document = without_html("<div align=center>\n\na\n\n# b\n\nc\n\n</div>")
    assert document == Document((middle("a"),), (Section(1, ("b",), "b", (Paragraph(("c",)),)),))


def test_links_to_ids_of_html_lead_to_the_heading_there() -> None:
    text = (
        '<a name="top-of-it"></a>\n\nbefore\n\n# One\n\n<p id="inside">words</p>\n\n<a id="second"></a>\n\n'
        '# Two <a id="in-it"></a>\n\n'
        "<a href='#top-of-it'>a</a> [b](#inside) [c](#second) [d](#in-it) [e](#two-) [f](#gone)\n"
    )
    report = Report()
    document = without_html(text, report)
    links = [node.url for node in inlines(document) if isinstance(node, Link)]
    assert links == ["#one", "#one", "#two-", "#two-", "#two-", "#gone"]
    assert [item.what for item in report.items] == ["The link #gone leads nowhere: no heading has this id."]


def test_what_html_shows_comes_along_and_what_it_does_not_is_reported() -> None:
    files, report = {"a.png": png(2, 2)}, Report()
    text = '<p><img src="a.png" alt="a"> <img src="gone.png" alt="b"></p>\n\n<script>c</script>\n'
    document = without_html(text, report, files)
    assert document.blocks == (Paragraph((Image(key_of(png(2, 2)), "a"), " ", Image("gone.png", "b"))),)
    assert set(document.resources) == {key_of(png(2, 2))}
    assert [(item.code, item.severity) for item in report.items] == [("image-missing", "lost"), ("script", "lost")]


LEFT_OUT = {
    '<video src="a.mp4" controls></video>': ("link", "degraded"),
    "a <svg><path d='M0'/></svg> b": ("image", "lost"),
    "a <canvas></canvas> b": ("image", "lost"),
    "<title>a</title>\n\nb": ("raw-html", "lost"),
}


@pytest.mark.parametrize("text", LEFT_OUT)
def test_what_no_document_holds_is_reported_wherever_it_stands(text: str) -> None:
    report = Report()
    without_html(text, report)
    assert [(item.code, item.severity) for item in report.items] == [LEFT_OUT[text]]


def test_each_heading_has_an_id_of_its_own() -> None:
    document = without_html("<h1>A</h1>\n\n# A\n\n<h2>A</h2>\n\n> # A\n\n## B\n\n<h2 id=a>A</h2>\n")
    section = document.sections[0]
    assert section.id == "a"
    assert document.blocks == (Heading(1, ("A",), "a-2"),)
    assert section.blocks == (Heading(2, ("A",), "a-3"), BlockQuote((Heading(1, ("A",), "a-1"),)))
    assert section.sections[0].blocks == (Heading(2, ("A",), "a-4"),)


DEEP = {
    "below": "> " * 90 + "<blockquote>" * 90 + "word",
    "above": "<blockquote>\n\n" * 60 + "> " * 60 + "word",
    "between": "".join("> " * level + "<blockquote>" * 30 + "\n" + "> " * level + "\n" for level in range(1, 50))
    + "> " * 50
    + "word",
}


@pytest.mark.parametrize("name", DEEP)
def test_html_makes_nothing_deeper_than_a_document_may_be(name: str) -> None:
    report = Report()
    document = without_html(DEEP[name], report)
    assert 30 < depth(document.blocks) <= MAX_DEPTH
    assert [item.code for item in report.items] == ["nesting"]
    assert "word" in export(Source(DEEP[name].encode(), "a.md"), "text").data.decode()


def test_who_keeps_html_has_its_images() -> None:
    source = Source(
        b'<p><img src="a.png" alt="a"></p>\n\nb <img alt="c" src=\'b.png\'>\n', "a.md", {"a.png": png(2, 2)}.get
    )
    report = Report()
    document = read(source, report)
    assert document.blocks[0] == RawBlock(f'<p><img src="{key_of(png(2, 2))}" alt="a"></p>')
    assert [resource.name for resource in document.resources.values()] == ["a.png"]
    assert [item.code for item in report.items] == ["image-missing"]
    assert b"data:image/png;base64," in export(source, "html").data


def test_html_shows_an_image_that_another_path_leads_to_as_well() -> None:
    files = {"a/x.png": RED, "b/x.png": RED}
    source = Source(b'![c](a/x.png)\n\n<img src="b/x.png" alt="d">\n', "a.md", files.get)
    assert export(source, "html").data.count(b"<img") == 2


def test_formats_that_hold_no_html_lose_no_words() -> None:
    source = Source(b"<div>one</div>\n\n**two** <big>three</big>\n\n<table><tr><td>four</td></tr></table>\n", "a.md")
    file = export(source, "text")
    assert file.data.decode().split() == ["one", "*two*", "three", "four"]
    assert not [item for item in file.report.items if item.severity == "lost"]


PIECES = [
    *("<div>", "</div>", "<p align=right>", "</p>", "<table>", "<td>", "</table>", "<b class=x>", "</b>", "<!-- "),
    *(
        " -->",
        "<pre>",
        "</pre>",
        "<li>",
        "</ul>",
        "<ul>",
        "<a href=z>",
        "</a>",
        "<select>",
        "<h2>",
        "</h2>",
        "<script>",
    ),
    *("word", "**", "*", "\n\n", "\n", "> ", "- ", "| a |\n|-|\n", "[x](y)", "    ", "&amp;", "`c`", "~~~\n"),
]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_whatever_html_there_is_none_is_left(text: str) -> None:
    source = Source(f"begin {text}".encode(), "a.md")
    assert not holds(read(source, Report(), keep_html=False), RawBlock, RawInline)
    assert export(source, "pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize("dialect", ["gfm", "mkdocs"])
def test_no_link_stands_within_a_link_of_html(dialect: str) -> None:
    text = '<a href="https://a.org/">https://b.org and [*c*](d)</a> https://e.org'
    source = Source(f"---\ndialect: {dialect}\n---\n{text}".encode(), "a.md")
    [paragraph] = read(source, Report(), keep_html=False).blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.content == (
        Link(("https://b.org and ", Emphasis(("c",))), "https://a.org/"),
        " ",
        Link(("https://e.org",), "https://e.org"),
    )


@pytest.mark.parametrize("keep_html", [True, False])
def test_the_images_of_html_in_chapters_are_where_the_chapter_is(keep_html: bool) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export.yml", "chapters: [a/one.md, b/two.md]")
        archive.writestr("a/one.md", '# One\n\n<img src="one.png" alt="x">\n')
        archive.writestr("a/one.png", png(2, 2))
        archive.writestr("b/two.md", '# Two\n\n<img src="two.png" alt="y">\n')
        archive.writestr("b/two.png", png(3, 2))
    report = Report()
    document = read(Source(packed.getvalue(), "book.zip"), report, keep_html=keep_html)
    assert set(document.resources) == {key_of(png(2, 2)), key_of(png(3, 2))}
    assert report.items == ()
    assert holds(document, RawBlock) is keep_html


def packed(files: dict[str, str | bytes]) -> Source:
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return Source(bundle.getvalue(), "book.zip")


RED, GREEN, BLUE = png(2, 2), png(3, 2), png(4, 2)
BOOK: dict[str, str | bytes] = {
    "export.yml": "chapters: [one.md, b/two.md]",
    "one.md": "# One\n\n<img src='img/x.png' alt='a'>\n",
    "b/two.md": '# Two\n\n<IMG alt="src=\'n\'" src=img/x.png> <img src="../img/x.png"> <img src="img/y%20z.png?raw=1">'
    '\n\n<picture><source srcset="../img/x.png, img/x.png 2x"></picture> <img src="img/gone.png">\n',
    "img/x.png": RED,
    "img/gone.png": png(5, 2),
    "b/img/x.png": GREEN,
    "b/img/y z.png": BLUE,
}


def test_each_chapter_shows_its_own_images() -> None:
    red, green, blue = map(key_of, (RED, GREEN, BLUE))
    report = Report()
    document = read(packed(BOOK), report)
    html = "".join(node.html for node in inlines(document) if isinstance(node, RawInline))
    assert document.sections[0].blocks == (RawBlock(f"<img src=\"{red}\" alt='a'>"),)
    assert html == (
        f'<IMG alt="src=\'n\'" src="{green}"><img src="{red}"><img src="{blue}">'
        f'<picture><source srcset="{red}, {green} 2x"></picture><img src="b/img/gone.png">'
    )
    [missing] = [item for item in report.items if item.code == "image-missing"]
    assert (missing.what, missing.where) == ("The image img/gone.png is not in the source.", "b/two.md: Two")
    page = export(packed(BOOK), "html").data.decode()
    assert re.findall(r' width="(\d)" height="2"', page) == ["2", "3", "2", "4"]
    assert page.count('<span class="missing">') == 1


def test_a_book_in_json_shows_the_same_images() -> None:
    again = Source(export(packed(BOOK), "json").data, "a.json")
    file = export(again, "html")
    assert re.findall(r' width="(\d)" height="2"', file.data.decode()) == ["2", "3", "2", "4"]


def test_images_within_the_html_of_a_bundle_stay_there() -> None:
    address = f"data:image/png;base64,{b64encode(RED).decode()}"
    bundle = packed({"index.md": f'<p><img src="{address}"> <img src="a.png"></p>\n', "a.png": RED})
    assert export(bundle, "markdown").data.decode() == f'<p><img src="{address}"> <img src="{address}"></p>\n'


LINKED: dict[str, str | bytes] = {
    "export.yml": "chapters: [one.md, b/two.md]",
    "one.md": "# One\n\n## Same\n",
    "b/two.md": "# Two\n\n## Same\n\n<a href='c/d.pdf'>d</a> <a href=../one.md id=e>e</a> <a href='#same'>f</a> "
    "<a href='https://g.org/'>g</a> <a href='gone.pdf'>h</a> <a href='#gone'>i</a>\n",
    "b/c/d.pdf": "%PDF",
}


def test_links_of_html_in_a_bundle_lead_where_those_of_markdown_do() -> None:
    report = Report()
    document = read(packed(LINKED), report)
    html = "".join(node.html for node in inlines(document) if isinstance(node, RawInline))
    assert re.findall('href=[\'"]([^\'"]*)', html) == [
        key_of(b"%PDF"), "#one", "#same-1", "https://g.org/", "gone.pdf", "#two",
    ]  # fmt: skip
    assert [(item.code, item.what) for item in report.items] == [
        ("part", "The link gone.pdf leads to a file that is not in the bundle."),
        ("link", "The link #gone leads nowhere: no heading has this id."),
    ]


@pytest.mark.parametrize("spelled", ["<", "\\u003c"])
def test_html_is_found_however_a_notebook_spells_it(spelled: str) -> None:
    cell = f'{{"cell_type": "markdown", "metadata": {{}}, "source": "{spelled}p>a{spelled}/p>"}}'
    source = Source(f'{{"nbformat": 4, "metadata": {{}}, "cells": [{cell}]}}'.encode(), "a.ipynb")
    assert read(source, Report(), keep_html=False).blocks == (A,)


def test_html_shows_no_image_of_another_cell() -> None:
    cell = '{"cell_type": "markdown", "metadata": {}, "source": "<img src=\'attachment:a\'>", "attachments": {"a": {'
    cells = (f'{cell}"image/png": "{b64encode(each).decode()}"}}}}}}' for each in (RED, GREEN))
    notebook = f'{{"nbformat": 4, "metadata": {{}}, "cells": [{", ".join(cells)}]}}'
    for source in (Source(notebook.encode(), "a.ipynb"), packed({"a.ipynb": notebook})):
        file = export(source, "html")
        assert b"<img" not in file.data
        assert [item.code for item in file.report.items] == ["image-missing"]


def test_links_to_ids_of_html_lead_there_in_a_book_too() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export.yml", "chapters: [one.md, two.md]")
        archive.writestr("one.md", "# Same\n\na\n")
        archive.writestr("two.md", '<a name="top-of-it"></a>\n\n# Same\n\n[back](#top-of-it)\n')
    report = Report()
    document = read(Source(packed.getvalue(), "book.zip"), report, keep_html=False)
    assert [node.url for node in inlines(document) if isinstance(node, Link)] == ["#same-1"]
    assert report.items == ()
