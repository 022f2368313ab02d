"""Bundles: which source is meant, how several become a book, and archives that are made to break something."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Mapping
from copy import replace

import pytest
from counting import steps
from hypothesis import given, settings
from hypothesis import strategies as some
from samples import png

from exporters import Source, export, readers
from exporters.document import Document, Footnote, FootnoteReference, Heading, Image, Link, Paragraph, Section
from exporters.document.walk import blocks, inlines, plain_text, sections, title
from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.options import USUAL
from exporters.readers.bundle import archive as bundle_archive
from exporters.readers.bundle import book
from exporters.report import Report

PNG = png(3, 2)
PDF = b"%PDF-1.7 not looked into"

type Files = Mapping[str, str | bytes]


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def read(files: Files | bytes, report: Report | None = None, **options: str) -> Document:
    data = files if isinstance(files, bytes) else zipped(files)
    return readers.read(Source(data, "a.zip"), report or Report(), replace(USUAL, **options))


def said(files: Files | bytes) -> list[tuple[str, str, str, str]]:
    report = Report()
    read(files, report)
    return [(item.code, item.severity, item.what, item.where) for item in report.items]


def outline(document: Document) -> list[str]:
    return [f"{'#' * section.level} {plain_text(section.heading)}" for section in sections(document)]


def links(document: Document) -> list[str]:
    return [node.url for node in inlines(document) if isinstance(node, Link)]


def images(document: Document) -> list[str]:
    return [node.url for node in inlines(document) if isinstance(node, Image)]


def words(document: Document) -> str:
    return " ".join(plain_text(block.content) for block in blocks(document) if isinstance(block, Paragraph))


def refusal(files: Files | bytes) -> str:
    with pytest.raises((UnreadableSource, SourceTooLarge)) as refused:
        read(files)
    return str(refused.value)


# Which source is meant

CHOSEN: dict[str, tuple[Files, str]] = {
    "the only one": ({"notes.md": "this", "a.png": PNG}, "this"),
    "the only one, in a folder": ({"deep/down/notes.md": "this", "a.png": PNG}, "this"),
    "the only one at the top": ({"notes.md": "this", "sub/other.md": "not"}, "this"),
    "index": ({"index.md": "this", "README.md": "not", "a.md": "not"}, "this"),
    "index of another ending": ({"Index.txt": "this", "README.md": "not"}, "this"),
    "Markdown before text": ({"index.md": "this", "index.txt": "not"}, "this"),
    "README": ({"ReadMe.MD": "this", "a.md": "not", "sub/index.md": "not"}, "this"),
    "README without an ending": ({"README": "this", "a.md": "not"}, "this"),
    "a text where there is nothing else": ({"a.txt": "this", "b.json": "{}"}, "this"),
    "Markdown where there is a text": ({"a.md": "this", "LICENSE.txt": "not"}, "this"),
    "in one folder": ({"repository-main/README.md": "this", "repository-main/a.md": "not"}, "this"),
    "in folders in each other": ({"a/b/index.md": "this", "a/b/a.md": "not"}, "this"),
    "from a Mac": (
        {"a/index.md": "this", "__MACOSX/a/._index.md": "not", "a/.DS_Store": b"\0", ".hidden.md": "not"},
        "this",
    ),
    "from Windows": ({"index.md": "this", "Thumbs.db": b"\0", "desktop.ini": "not"}, "this"),
}


@pytest.mark.parametrize("rule", CHOSEN)
def test_the_source_is_chosen_by_rules(rule: str) -> None:
    files, expected = CHOSEN[rule]
    assert words(read(files)) == expected


UNCLEAR: dict[str, tuple[Files, str]] = {
    "several": (
        {"b.md": "b", "a.md": "a"},
        "The bundle has 2 sources, and nothing says which is meant: b.md, a.md. Call one of them index.md; or, for a "
        "book of several, add a file export.yml with their paths in order: chapters: [first.md, second.md].",
    ),
    "many": ({f"{n}.md": "a" for n in range(30)}, "The bundle has 30 sources, and nothing says which is meant: 0.md"),
    "none": ({"a.png": PNG}, "The bundle has no source in it. Endings of sources: .md"),
    "nothing": ({}, "The bundle has no source in it."),
    "another bundle": ({"b.zip": zipped({"a.md": "a"})}, "The bundle has but another within (b.zip), and that is not"),
    "only hidden ones": ({".a.md": "a", "__MACOSX/b.md": "b"}, "The bundle has no source in it."),
    "an Office file": ({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>"}, "it looks like a Word, Excel"),
    "an EPUB file": (
        {"mimetype": "a", "META-INF/container.xml": "<a/>", "b.xml": "<a/>"},
        "it looks like an EPUB file",
    ),
    "JSON of no kind": ({"a.json": "[]"}, "Neither the name 'a.json' nor what is inside says what kind"),
    "an empty source": ({"a.md": ""}, "The source is empty."),
    "a bundle in it": ({"a.json": zipped({"b.md": "b"})}, "A bundle within a bundle is not read."),
}


@pytest.mark.parametrize("what", UNCLEAR)
def test_where_no_rule_says_the_error_does(what: str) -> None:
    files, says = UNCLEAR[what]
    assert says in refusal(files)


def test_many_candidates_are_not_all_listed() -> None:
    assert refusal({f"{n}.md": "a" for n in range(30)}).count(".md") == 13
    assert "9.md and 20 more." in refusal({f"{n}.md": "a" for n in range(30)})


# One source with its files

PLACES = {
    "a.png": "a.png",
    "./a.png": "a.png",
    "img/a.png": "img/a.png",
    "../img/a.png": "img/a.png",
    "/img/a.png": "img/a.png",
    "img%2Fa%20b.png": "img/a b.png",
    "<img/a b.png>": "img/a b.png",
    "a.png?raw=true#x": "a.png",
    "img\\\\a.png": "img/a.png",
    "größe.png": "größe.png",
    "gro\u0308ße.png": "größe.png",
    "gr%C3%B6%C3%9Fe.png": "größe.png",
}


@pytest.mark.parametrize("url", PLACES)
def test_an_image_is_found_where_the_source_says(url: str) -> None:
    folder = "sub/" if url.startswith("..") else ""
    document = read({f"{folder}a.md": f"![b]({url})", PLACES[url]: PNG})
    [key] = images(document)
    assert (document.resources[key].data, document.resources[key].name) == (PNG, PLACES[url])


def test_a_name_from_a_mac_is_found_too() -> None:
    assert len(read({"a.md": "![b](größe.png)", "gro\u0308ße.png": PNG}).resources) == 1


def test_other_capital_letters_are_noted() -> None:
    assert said({"a.md": "![b](IMG/A.PNG)", "img/a.png": PNG}) == [
        ("part", "note", "The file IMG/A.PNG is named with other capital letters than it has.", "img/a.png")
    ]


MISSING = {
    "b.png": "The image b.png is not in the source.",
    "../a.png": "The image ../a.png is not in the source.",
    "../../../etc/passwd": "The image ../../../etc/passwd is not in the source.",
    "/b.png": "The image /b.png lies outside the source. Put it into the source.",
    "file:///a.png": "The image file:///a.png lies outside the source. Put it into the source.",
    "C:/a.png": "The image C:/a.png lies outside the source. Put it into the source.",
}


@pytest.mark.parametrize("url", MISSING)
def test_an_image_that_is_not_there_is_reported(url: str) -> None:
    files = {"a.md": f"# B\n\n![c]({url})", "a.png": PNG, "etc/passwd": "root"}
    assert said(files)[0] == ("image-missing", "lost", MISSING[url], "B")
    assert images(read(files)) == [url]


def test_links_to_files_become_attachments() -> None:
    files = {"a.md": "[b](data/b.pdf) [c](b.bin#page=2) [d](https://example.org/)", "data/b.pdf": PDF, "b.bin": b"c"}
    report = Report()
    document = read(files, report)
    pdf, other, url = links(document)
    assert report.items == ()
    assert url == "https://example.org/"
    assert (document.resources[pdf].media_type, document.resources[pdf].name) == ("application/pdf", "data/b.pdf")
    assert (document.resources[other].media_type, document.resources[other].data) == ("application/octet-stream", b"c")


def test_a_link_to_an_image_that_is_shown_leads_to_the_same() -> None:
    document = read({"a.md": "[![b](b.png)](b.png) [c](c.svg)", "b.png": PNG, "c.svg": "<svg onload='a()'/>"})
    key, attached = links(document)
    assert images(document) == [key]
    assert document.resources[key].width == 3
    assert document.resources[attached].width == 0


def test_links_within_the_source_stay_there() -> None:
    files = {"sub/a.md": "# B\n\n[c](#b) [d](a.md#b) [e](../sub/a.md) [f](#) [g](?x)", "other.png": PNG}
    assert links(read(files)) == ["#b", "#b", "#b", "#", "#b"]


def test_links_that_lead_nowhere_are_reported() -> None:
    assert said({"a.md": "# B\n\n[c](d.pdf) [c](#d) [e](a.md#f) [g](x/) <a id='h'></a>[h](#h)"}) == [
        ("part", "degraded", "The link d.pdf leads to a file that is not in the bundle.", "B"),
        ("link", "note", "The link #d leads nowhere: no heading has this id.", "B"),
        ("link", "note", "The link a.md#f leads nowhere: no heading has this id.", "B"),
        ("part", "degraded", "The link x/ leads to a file that is not in the bundle.", "B"),
    ]


def test_files_that_nobody_used_are_counted() -> None:
    assert said({"a.md": "![b](b.png)", "b.png": PNG, "c.png": PNG}) == [
        ("part", "note", "1 file of the bundle is not used: nothing shows or links to what is in there.", "")
    ]
    [note] = said({"a.md": "b", "c.png": PNG, "d/e.pdf": PDF, ".git/f": "f"})
    assert note[2].startswith("2 files of the bundle are not used")


def test_only_what_is_asked_for_is_unpacked() -> None:
    data = zipped({"a.md": "![b](b.png)", "b.png": PNG, "c.png": PNG}, zipfile.ZIP_STORED)
    at = data.rindex(PNG)  # of c.png
    assert words(read(data[:at] + bytes(len(PNG)) + data[at + len(PNG) :])) == "b"


def test_a_bundle_of_another_kind_of_source() -> None:
    document = read({"a.txt": "one\n\ntwo"})
    assert "one" in words(document)


# Books

CHAPTERS: Files = {"one.md": "# One\n\nfirst", "two.md": "# Two\n\nsecond", "sub/three.md": "# Three\n\nthird"}


def ours(*chapters: str, head: str = "") -> Files:
    """A manifest of our own, whose list is written as YAML has it."""
    return {"export.yml": f"{head}\nchapters:\n" + "".join(f"  {chapter}\n" for chapter in chapters)}


def summary(text: str, place: str = "SUMMARY.md") -> Files:
    return {place: text}


BOOKS: dict[str, tuple[Files, list[str]]] = {
    "a list": (ours("- two.md", "- one.md"), ["# Two", "# One"]),
    "export.yaml": ({"export.yaml": "chapters: [one.md]"}, ["# One"]),
    "a part": (ours("- one.md", "- P:", "  - two.md", "  - sub/three.md"), ["# One", "# P", "## Two", "## Three"]),
    "parts in parts": (ours("- A:", "  - B:", "    - one.md", "  - two.md"), ["# A", "## B", "### One", "## Two"]),
    "a title for one with a heading": (ours("- Other: one.md"), ["# One"]),
    "a title without a path": (ours("- one.md", "- Later:"), ["# One"]),
    "a path from above": (ours("- ./sub/../sub/three.md"), ["# Three"]),
    "other capital letters": (ours("- ONE.md"), ["# One"]),
    "before other manifests": (
        {**ours("- one.md"), "mkdocs.yml": "nav: [two.md]", "SUMMARY.md": "[b](two.md)"},
        ["# One"],
    ),
    "MkDocs": (
        {"mkdocs.yml": "docs_dir: .\nnav:\n  - two.md\n  - A: one.md\n  - B:\n    - sub/three.md"},
        ["# Two", "# One", "# B", "## Three"],
    ),
    "MkDocs before mdBook": ({"mkdocs.yml": "docs_dir: .\nnav: [two.md]", "SUMMARY.md": "[b](one.md)"}, ["# Two"]),
    "MkDocs without a nav": ({"mkdocs.yml": "docs_dir: ''"}, ["# One", "# Two", "# Sub", "## Three"]),
    "MkDocs of an empty folder": ({"mkdocs.yml": "site_name: A", "SUMMARY.md": "[b](one.md)"}, ["# One"]),
    "mdBook": (
        summary("# Summary\n\n[One](one.md)\n\n- [Two](two.md)\n  - [Three](sub/three.md)\n"),
        ["# One", "# Two", "## Three"],
    ),
    "mdBook with numbers": (
        summary("1. [Two](two.md)\n   1. [Three](sub/three.md)\n2. [One](one.md)"),
        ["# Two", "## Three", "# One"],
    ),
    "mdBook with parts": (
        summary("# Summary\n\n[One](one.md)\n\n# Part\n\n- [Two](two.md)\n\n---\n\n[Three](sub/three.md)"),
        ["# One", "# Part", "## Two", "# Three"],
    ),
    "mdBook with drafts": (
        summary("- [One](one.md)\n- [Later]()\n- [Part]()\n  - [Two](two.md)"),
        ["# One", "# Part", "## Two"],
    ),
    "GitBook": (
        summary("# Contents\n\n* [One](one.md)\n\n### Part\n\n* Group\n  * [Two](two.md#a)\n* [Three](sub/three.md)"),
        ["# One", "# Part", "## Group", "### Two", "## Three"],
    ),
    "addresses as they are written": (summary("- [Three](<./sub/three.md>)\n- [One](one%2Emd)"), ["# Three", "# One"]),
}


@pytest.mark.parametrize("what", BOOKS)
def test_a_manifest_makes_a_book(what: str) -> None:
    manifest, expected = BOOKS[what]
    document = read({**manifest, **CHAPTERS})
    assert outline(document) == expected
    assert document.blocks == ()


def test_a_manifest_may_lie_in_src_or_where_mdbook_says() -> None:
    inside = {"src/one.md": "# One\n\n![a](/a.png)", "src/a.png": PNG, "other/two.md": "# Two"}
    assert outline(read({"src/SUMMARY.md": "[a](one.md)", "x.txt": "x", **inside})) == ["# One"]
    toml = '[book]\nsrc = "other"\ntitle = "The book"\nauthors = ["Ada"]\nlanguage = "de"\n[output.html]\na = 1\n'
    document = read({"book.toml": toml, "other/SUMMARY.md": "[b](two.md)", "src/SUMMARY.md": "[a](one.md)", **inside})
    assert outline(document) == ["# Two"]
    assert document.metadata == {"title": "The book", "author": ["Ada"], "lang": "de"}
    assert len(read({"src/SUMMARY.md": "[a](one.md)", "x.txt": "x", **inside}).resources) == 1


def test_mkdocs_has_an_order_of_its_own() -> None:
    names = ("b.md", "README.md", "a.md", "z/index.md", "z/a.md", "my-folder/deep_er/c.md", "my-folder/b.md", "B.md")
    document = read({"mkdocs.yml": "site_name: A", **{f"docs/{name}": f"# {name}" for name in names}})
    assert outline(document) == [
        "# README.md", "# B.md", "# a.md", "# b.md",
        "# My folder", "## my-folder/b.md", "## Deep er", "### my-folder/deep_er/c.md",
        "# Z", "## z/index.md", "## z/a.md",
    ]  # fmt: skip


def test_only_what_is_needed_of_mkdocs_is_read() -> None:
    text = """
site_name: The site
site_author: Ada
theme:
  name: material
  language: de
  custom_dir: !ENV [DIR, overrides]
markdown_extensions:
  - pymdownx.emoji: &emoji
      emoji_index: !!python/name:material.extensions.emoji.twemoji
  - *emoji
plugins: !!python/object/apply:os.system ["exit 1"]
<<: *emoji
nav: [a.md]
"""
    document = read({"mkdocs.yml": text, "docs/a.md": '!!! note "Look"\n    Here.\n', "docs/b.md": "b"})
    assert document.metadata == {"title": "The site", "author": "Ada", "lang": "de"}
    assert "Admonition" in repr(document), "its Markdown is that of MkDocs"


def test_metadata_is_that_of_the_manifest_and_the_first_chapter() -> None:
    head = "title: The book\nauthor: [Ada, Charles]\nlang: en\ndate: 2024-02-29"
    front = "---\ntitle: Own\nsubtitle: And more\nlang: de\n---\n# One"
    document = read({**ours("- a.md", "- b.md", head=head), "a.md": front, "b.md": "---\nlicence: x\n---\n# Two"})
    assert document.metadata == {
        "title": "The book", "author": ["Ada", "Charles"], "lang": "en", "date": "2024-02-29", "subtitle": "And more",
    }  # fmt: skip
    assert title(document) == "The book"


WRONG: dict[str, tuple[Files, str]] = {
    "a key": (
        ours("- one.md", head="titel: A"),
        "The bundle's export.yml cannot be read: there is no key 'titel'. Keys: title, author, lang, date, chapters.",
    ),
    "no chapters": ({"export.yml": "title: A"}, "it names no chapters. Write them as a list of paths"),
    "no list": ({"export.yml": "chapters: one.md"}, "chapters is no list."),
    "a number": (ours("- 7"), "chapters, item 1 is neither a path nor one title with a path or a list."),
    "two titles": (ours("- one.md", "- A: one.md", "  B: two.md"), "chapters, item 2 is neither a path nor one title"),
    "a number within": (ours("- A:", "  - 7"), "chapters, item 1, item 1 is neither"),
    "a title of several lines": (ours("- one.md", head="title: [a]"), "title is no line of text."),
    "an author of none": (ours("- one.md", head="author: {a: b}"), "author is no line of text and no list of them."),
    "no keys": ({"export.yml": "- one.md"}, "it has no keys such as `chapters: [first.md, second.md]`."),
    "nothing": ({"export.yml": ""}, "it has no keys"),
    "no YAML": ({"export.yml": "title: A\nchapters: ["}, "its YAML is wrong in line 3."),
    "an alias": (ours("- &a one.md", "- *a"), "it has an anchor (&) in line 3"),
    "a tag": (ours("- !!python/name:os.system one.md"), "it has a tag (!) in line 3; remove it."),
    "depth": ({"export.yml": "chapters: " + "[" * 300 + "]" * 300}, "it is nested too deep in line 1."),
    "size": ({"export.yml": "chapters: [one.md]\n#" + "a" * 70_000}, "it has more than 64 kB."),
    "bytes": ({"export.yml": b"title: \xff"}, "it is not in UTF-8."),
    "a tag in a nav": ({"mkdocs.yml": "nav: !ENV [a, b]"}, "mkdocs.yml cannot be read: it has a tag (!) in line 1"),
    "an entry of a nav": ({"mkdocs.yml": "nav: [{a: b, c: d}]"}, "nav, item 1 is neither a path nor"),
    "no links": (summary("# Summary\n\none, two"), "SUMMARY.md cannot be read: it has no links. Write one for each"),
    "an empty list": (summary(" "), "SUMMARY.md cannot be read: The source is empty."),
    "no TOML": ({"book.toml": "[book"}, "book.toml cannot be read: it is not as TOML is written."),
    "deep TOML": ({"book.toml": "a = " + "[" * 5_000}, "book.toml cannot be read: it is not as TOML is written."),
    "entries": (summary("[a](b.md) " * (book.MAX_ENTRIES + 1)), "it has more than 5000 entries."),
    "no chapter at all": (ours("- a.md", "- b.md"), "export.yml names can be read, such as a.md."),
    "no chapter that is text": (
        {**ours("- a.md"), "a.md": "\0"},
        "such as a.md. The source is no text: it has zero bytes",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_manifest_is_said(what: str) -> None:
    manifest, says = WRONG[what]
    assert says in refusal({**manifest, **CHAPTERS})


def test_chapters_that_cannot_be_had_are_reported_and_the_book_goes_on() -> None:
    files = {
        **ours("- gone.md", "- a.docx", "- b.zip", "- c.md", "- one.md", "- one.md", "- empty.md", "- https://a.org/"),
        "a.docx": "a", "b.zip": zipped({"a.md": "a"}), "c.md": PDF, "empty.md": " \n", **CHAPTERS,
    }  # fmt: skip
    found = said(files)
    assert [(code, severity, where) for code, severity, _, where in found] == [
        ("part", "lost", "export.yml"),
        ("part", "lost", "export.yml"),
        ("nesting", "lost", "export.yml"),
        ("part", "lost", "export.yml"),
        ("part", "note", "one.md"),
        ("part", "note", "empty.md"),
        ("part", "note", "export.yml"),
        ("part", "note", ""),
    ]
    assert found[0][2] == "The chapter gone.md is not in the bundle."
    assert found[2][2] == "The chapter b.zip is left out. A bundle within a bundle is not read."
    assert found[3][2].startswith("The chapter c.md is left out. The source is no text: it looks like a PDF file.")
    assert outline(read(files)) == ["# One", "# Empty"]


HEADINGS: dict[str, tuple[str, str, list[str]]] = {
    "its own": ("- T: c.md", "# A\n\n## B", ["# A", "## B"]),
    "its own, of a lower level": ("- T: c.md", "### A\n\n#### B", ["# A", "## B"]),
    "none": ("- T: c.md", "text", ["# T"]),
    "none, and no title": ("- c.md", "text", ["# C"]),
    "none, but front matter": ("- c.md", "---\ntitle: F\n---\ntext", ["# F"]),
    "none, a title and front matter": ("- T: c.md", "---\ntitle: F\n---\ntext", ["# T"]),
    "several": ("- T: c.md", "# A\n\n## B\n\n# C", ["# T", "## A", "### B", "## C"]),
    "several of a lower level": ("- T: c.md", "## A\n\n### B\n\n## C", ["# T", "## A", "### B", "## C"]),
    "of levels that rise": ("- T: c.md", "## A\n\n# B", ["# T", "### A", "## B"]),
    "after a picture": ("- T: c.md", "text\n\n# A", ["# A"]),
    "below a text": ("- T: c.md", "text\n\n## A", ["# T", "## A"]),
    "below front matter": ("- c.md", "---\ntitle: F\n---\n## A", ["# F", "## A"]),
    "the same as front matter": ("- c.md", "---\ntitle: A\n---\n## A", ["# A"]),
}


@pytest.mark.parametrize("what", HEADINGS)
def test_each_chapter_is_a_section(what: str) -> None:
    line, text, expected = HEADINGS[what]
    assert outline(read({**ours(line), "c.md": text})) == expected
    deeper = [f"#{each}" for each in expected]
    assert outline(read({**ours("- P:", f"  {line}"), "c.md": text})) == ["# P", *deeper]


def test_what_stands_before_a_heading_stands_below_it() -> None:
    document = read({**ours("- c.md"), "c.md": "before\n\n# A\n\nafter"})
    assert document.sections == (Section(1, ("A",), "a", (Paragraph(("before",)), Paragraph(("after",)))),)


def test_a_first_page_without_heading_is_called_as_its_folder() -> None:
    assert outline(read({**ours("- my-part/index.md", "- a_b.md"), "my-part/index.md": "a", "a_b.md": "b"})) == [
        "# My part",
        "# A b",
    ]


def test_headings_in_quotes_move_too() -> None:
    document = read({**ours("- A:", "  - c.md"), "c.md": "# B\n\n> # C"})
    [heading] = [block for block in blocks(document) if isinstance(block, Heading)]
    assert heading == Heading(2, ("C",), "c")


def test_lists_in_lists_in_a_summary_are_no_danger() -> None:
    lines = "".join(f"{'  ' * depth}- [{depth}](one.md#{depth})\n" for depth in range(99))
    assert len(list(sections(read({**summary(lines), **CHAPTERS})))) == 98
    assert "SUMMARY.md cannot be read: Line 1 of the source is nested too deep" in refusal(summary("- " * 5_000 + "a"))


def test_parts_nest_only_so_deep() -> None:
    lines = [f"{'  ' * depth}- P{depth}:" for depth in range(9)]
    report = Report()
    document = read({**ours(*lines, f"{'  ' * 9}- one.md"), **CHAPTERS}, report)
    levels = [section.level for section in sections(document)]
    assert levels == [1, 2, 3, 4, 5, 6, 6, 6, 6, 6]
    assert ("nesting", "degraded") in [(item.code, item.severity) for item in report.items]


# What chapters share

BOOK: Files = {
    **ours("- a.md", "- sub/b.md", "- sub/deep/index.md"),
    "a.md": "# Start\n\n## Notes\n\n"
    "[own](#notes) [other](sub/b.md) [part](sub/b.md#notes) [far](./sub/deep/) x[^1]\n\n[^1]: A.",
    "sub/b.md": "# Middle\n\n## Notes\n\n"
    "[own](#notes) [up](../a.md#notes) [home](/a.md) [top](#top) x[^1]\n\n[^1]: B. [own](#notes)",
    "sub/deep/index.md": "# End\n\n"
    "[web](../b.html) [bare](../b) [query](../../a.md?x=1#notes) [id](#middle) [pic](../a.pdf)",
    "sub/a.pdf": PDF,
}


def test_links_lead_to_where_things_are_in_the_book() -> None:
    document = read(BOOK)
    [pdf] = document.resources
    assert [section.id for section in sections(document)] == ["start", "notes", "middle", "notes-1", "end"]
    assert links(document) == [
        "#notes", "#middle", "#notes-1", "#end",
        "#notes-1", "#notes", "#start", "#middle",
        "#middle", "#middle", "#notes", "#middle", pdf,
        "#notes-1",
    ]  # fmt: skip
    assert said(BOOK) == []


def test_footnotes_are_those_of_their_chapter() -> None:
    document = read(BOOK)
    mentions = [node.label for node in inlines(document) if isinstance(node, FootnoteReference)]
    assert mentions == ["1", "1-1"]
    assert [note.label for note in document.footnotes] == ["1", "1-1"]
    assert document.footnotes[0] == Footnote("1", (Paragraph(("A.",)),))


def test_labels_differ_in_more_than_capital_letters() -> None:
    files = {**ours("- a.md", "- b.md"), "a.md": "# A\n\nx[^n]\n\n[^n]: X", "b.md": "# B\n\nx[^N]\n\n[^N]: Y"}
    assert [note.label for note in read(files).footnotes] == ["n", "N-1"]


def test_footnotes_that_nobody_mentions_come_last() -> None:
    document = read({**ours("- a.md", "- b.md"), "a.md": "# A\n\n[^x]: X", "b.md": "# B\n\nb[^1]\n\n[^1]: Y"})
    assert [note.label for note in document.footnotes] == ["1", "x"]


def test_ids_that_look_given_are_given_once() -> None:
    files = {
        **ours("- a.md", "- b.md", "- c.md"),
        "a.md": "# A",
        "b.md": "# A",
        "c.md": "# A-1\n\n## A\n\n[x](#a-1) [y](#a)",
    }
    document = read(files)
    assert [section.id for section in sections(document)] == ["a", "a-1", "a-1-1", "a-2"]
    assert links(document) == ["#a-1-1", "#a-2"]


def test_dead_links_lead_to_the_chapter_they_mean() -> None:
    files = {
        **ours("- a.md", "- b.md"),
        "a.md": "# A\n\n[x](b.md#gone) [y](#gone) [z](c.md) [w](b.md#raw)",
        "b.md": "# B\n\n<a id='raw'></a>c",
    }
    assert links(read(files)) == ["#b", "#a", "c.md", "#raw"]
    assert said(files) == [
        ("link", "note", "The link b.md#gone leads nowhere: no heading has this id.", "a.md: A"),
        ("link", "note", "The link #gone leads nowhere: no heading has this id.", "a.md: A"),
        ("part", "degraded", "The link c.md leads to a file that is not in the bundle.", "a.md: A"),
    ]


def test_reports_say_in_which_chapter() -> None:
    files = {**ours("- a.md", "- sub/b.md"), "a.md": "# A", "sub/b.md": "# B\n\n![c](d.png)\n\n## C\n\n![c](e.png)"}
    assert [where for _, _, _, where in said(files)] == ["sub/b.md: B", "sub/b.md: C"]


def test_an_image_is_that_of_the_chapter_s_folder() -> None:
    files = {"x/a.md": "![x](c.png)", "y/b.md": "![x](c.png)", "x/c.png": PNG, "y/c.png": png(1, 1)}
    document = read({**ours("- x/a.md", "- y/b.md"), **files})
    assert [document.resources[key].width for key in images(document)] == [3, 1]


def test_an_image_leads_to_no_chapter() -> None:
    files = {**ours("- a.md", "- b.md"), "a.md": "# A\n\n![x](b.md) [y](b.md)", "b.md": "# B"}
    assert images(read(files)) == ["b.md"]
    assert links(read(files)) == ["#b"]


def test_a_map_in_a_book_is_its_outline() -> None:
    mindmap = '{"id": "root", "formatVersion": 3, "ideas": {"1": {"id": "a", "title": "Root"}}}'
    files = {**ours("- b.mup", "- a.md"), "a.md": "# A", "b.mup": mindmap}
    document = read(files)
    assert document.map is None
    assert [section.id for section in document.sections] == ["root", "a"], "though a topic has the id a"
    assert ("map", "degraded", "b.mup") in [(code, severity, where) for code, severity, _, where in said(files)]
    assert read({"b.mup": mindmap}).map is not None


def test_an_image_in_many_chapters_is_unpacked_once() -> None:
    logo = PNG + bytes(3_000_000)  # 300 MB if it were unpacked each time
    chapters = {f"{n}.md": "![a](logo.png)" for n in range(100)}
    manifest = ours(*(f"- {name}" for name in chapters))
    document = read(zipped({**manifest, **chapters, "logo.png": logo}, zipfile.ZIP_STORED))
    assert len(images(document)) == 100
    assert len(document.resources) == 1


def test_a_damaged_image_is_reported_once() -> None:
    files = {**ours("- a.md", "- b.md"), "a.md": "![x](c.png)", "b.md": "![x](c.png)", "c.png": "no image"}
    [only] = said(files)
    assert only[:3] == ("image-unreadable", "lost", "The image c.png is not a PNG, JPEG, GIF, WebP or SVG image.")


def test_chapters_of_several_kinds() -> None:
    document = read({**ours("- a.md", "- b.txt"), "a.md": "# A", "b.txt": "hello"})
    assert outline(document)[0] == "# A"
    assert "hello" in words(document)


def test_options_reach_the_chapters_but_the_kind_does_not() -> None:
    document = read({**ours("- a.md"), "a.md": "# A"}, source_kind="bundle", text_direction="rtl")
    assert outline(document) == ["# A"]
    assert document.metadata["dir"] == "rtl"


def test_a_book_can_be_exported() -> None:
    file = export(Source(zipped(BOOK), "book.zip"), "html")
    assert file.name == "book.html"
    assert b'href="#notes-1"' in file.data


# Too much

TOO_MUCH: dict[str, tuple[Callable[[], Files], str]] = {
    "files": (lambda: {f"{n}.png": b"" for n in range(bundle_archive.MAX_FILES + 1)}, "has more than 10000 files"),
    "marks": (
        lambda: {**ours("- a.md", "- b.md", "- c.md"), **dict.fromkeys(("a.md", "b.md", "c.md"), "*a* " * 190_000)},
        "The chapter c.md: The chapters of the book are too long together.",
    ),
    "one chapter": (
        lambda: {**ours("- a.md"), "a.md": "a*" * 900_000},
        "The chapter a.md: The source has too much markup.",
    ),
    "bytes": (
        lambda: {**ours("- a.md", "- b.md"), "a.md": "a" * 7_900_000, "b.md": "b" * 39_000_000},
        "The chapter b.md: The chapters of the book are too long together.",
    ),
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_what_would_take_too_much_is_refused(what: str) -> None:
    files, says = TOO_MUCH[what]
    assert says in refusal(zipped(files(), zipfile.ZIP_STORED))


# Hostile archives

ONE: Files = {"a.md": "hello"}


def in_list(data: bytes, offset: int, value: bytes, name: str = "a.md") -> bytes:
    """An archive with other bytes at a place in the list, counted from where the entry of a file begins."""
    at = data.rindex(name.encode()) - 46 + offset
    assert data[at - offset : at - offset + 4] == b"PK\1\2"
    return data[:at] + value + data[at + len(value) :]


def at_end(data: bytes, offset: int, value: bytes) -> bytes:
    at = len(data) - 22 + offset
    return data[:at] + value + data[at + len(value) :]


def named(name: bytes, flags: int = 0, mode: int = 0) -> bytes:
    """An archive with a good source, and a file of this name."""
    data = zipped({"good.md": "good", "N" * len(name): PNG}).replace(b"N" * len(name), name)
    place = data.rindex(name) - 46
    data = data[: place + 8] + struct.pack("<H", flags) + data[place + 10 :]
    return data[: place + 38] + struct.pack("<L", mode << 16) + data[place + 42 :]


def encrypted() -> bytes:
    data = in_list(zipped(ONE), 8, b"\1\0")
    return data[:6] + b"\1\0" + data[8:]


def fifield() -> bytes:
    """Two entries of the list that lead to the same bytes."""
    data = zipped({"a.md": "a" * 1_000})
    begin = data.index(b"PK\1\2")
    entry = data[begin:-22]
    other = entry.replace(b"a.md", b"b.md")
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, 2 * len(entry), begin, 0)
    return data[:begin] + entry + other + end


def quoted() -> bytes:
    """A file whose bytes begin with what stands before the bytes of another, so that each holds the next."""
    inner = zipped({"b.md": "b" * 1_000}, zipfile.ZIP_STORED)
    local = inner[: inner.index(b"PK\1\2")]
    data = zipped({"a.md": local}, zipfile.ZIP_STORED)
    begin = data.index(b"PK\1\2")
    place = data.index(local)
    entry, other = data[begin:-22], inner[inner.index(b"PK\1\2") : -22]
    other = other[:42] + struct.pack("<L", place) + other[46:]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(entry) + len(other), begin, 0)
    return data[:begin] + entry + other + end


def with_comment(data: bytes, comment: bytes) -> bytes:
    return at_end(data, 20, struct.pack("<H", len(comment))) + comment


def zip64(size: int = 5, offset: int = 0, extra: bytes | None = None) -> bytes:
    """An archive whose numbers are all in the fields for what is too large for the others."""
    content = b"hello"
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 45, 0, 0, 0, 0, zlib.crc32(content), 0xFFFFFFFF, 0xFFFFFFFF, 4, 0)
    field = struct.pack("<2H3Q", 1, 24, size, 5, offset) if extra is None else extra
    entry = struct.pack(
        "<4sBBHHHHHLLLHHHHHLL", b"PK\1\2", 45, 3, 45, 0, 0, 0, 0, zlib.crc32(content), 0xFFFFFFFF, 0xFFFFFFFF,
        4, len(field), 0, 0, 0, 0, 0xFFFFFFFF,
    )  # fmt: skip
    body = local + b"a.md" + content
    listed = entry + b"a.md" + field
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(listed), len(body))
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(body) + len(listed), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return body + listed + end64 + locator + end


def bomb(size: int) -> bytes:
    return zipped({"a.md": bytes(size)})


CUT = "The bundle is cut short, or is no zip archive. Zip the files again."
DAMAGED = "The bundle's list of files is damaged. Zip the files again."
LISTED = zipped({"a.md": "hello"})

BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", CUT),
    "no archive": (lambda: b"PK\3\4 hello", CUT),
    "cut short": (lambda: LISTED[:-1], CUT),
    "cut in half": (lambda: LISTED[: len(LISTED) // 2], CUT),
    "something after the end": (lambda: LISTED + b"\n", CUT),
    "two ends": (lambda: with_comment(LISTED, LISTED[-22:]), "ends in two places, as if one archive hid in another"),
    "a list elsewhere": (lambda: at_end(LISTED, 16, b"\xff\xff\xff\x0f"), DAMAGED),
    "a list that is longer": (lambda: at_end(LISTED, 12, b"\xff\xff\0\0"), DAMAGED),
    "a list that is shorter": (lambda: at_end(LISTED, 12, b"\x20\0\0\0"), DAMAGED),
    "more files than said": (lambda: at_end(LISTED, 8, b"\0\0\0\0"), DAMAGED),
    "fewer files than said": (lambda: at_end(LISTED, 8, b"\2\0\2\0"), DAMAGED),
    "parts": (lambda: at_end(LISTED, 4, b"\1\0\1\0"), "one of several parts of an archive"),
    "many files": (lambda: at_end(LISTED, 8, b"\x20\x4e\x20\x4e"), "has more than 10000 files"),
    "a file outside": (lambda: in_list(LISTED, 42, b"\xff\xff\0\0"), DAMAGED),
    "a file that is longer": (lambda: in_list(LISTED, 20, b"\xff\xff\0\0"), DAMAGED),
    "a name that is longer": (lambda: in_list(LISTED, 28, b"\xff\xff"), DAMAGED),
    "bytes that are shared": (fifield, "files that share bytes, as nothing but traps do"),
    "bytes that are quoted": (quoted, "files that share bytes, as nothing but traps do"),
    "Zip64 without its end": (lambda: at_end(LISTED, 16, b"\xff\xff\xff\xff"), DAMAGED),
    "Zip64 without its field": (lambda: zip64(extra=b""), DAMAGED),
    "Zip64 with half a field": (lambda: zip64(extra=struct.pack("<2H2Q", 1, 16, 5, 5)), DAMAGED),
    "Zip64 far away": (lambda: zip64(offset=2**63), DAMAGED),
    "Zip64 of a huge file": (lambda: zip64(size=2**63), "The file a.md is larger than 40 MB."),
    "a checksum": (lambda: in_list(LISTED, 16, b"\0\0\0\0"), "The file a.md is damaged."),
    "more than it claims": (lambda: in_list(LISTED, 24, b"\1\0\0\0"), "The file a.md is damaged."),
    "less than it claims": (lambda: in_list(LISTED, 24, b"\xff\0\0\0"), "The file a.md is damaged."),
    "no stream": (lambda: LISTED[:34] + b"\xff" * 5 + LISTED[39:], "The file a.md is damaged."),
    "another name before the file": (lambda: LISTED.replace(b"a.md", b"b.md", 1), "The file a.md is damaged."),
    "no begin of the file": (lambda: b"XX" + LISTED[2:], "The file a.md is damaged."),
    "a password": (encrypted, "The file a.md is encrypted, and exports know no password."),
    "another method": (lambda: in_list(LISTED, 10, b"\x0e\0"), "The file a.md is packed by a method (14) that few"),
    "a bomb": (lambda: bomb(30_000_000), "is packed more than 250 times smaller than it is, as nothing but traps are."),
    "a large bomb": (lambda: bomb(50_000_000), "The file a.md is larger than 40 MB."),
    "a bomb that seems small": (lambda: in_list(bomb(30_000_000), 24, b"\xff\xff\0\0"), "The file a.md is damaged."),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_archive_is_refused_in_words(what: str) -> None:
    made, says = BROKEN[what]
    data = made()
    assert says in refusal(data)
    assert steps(lambda: refusal(data)) < 700  # 214 at most, however large they say to be


def test_a_bomb_is_unpacked_no_further_than_it_claims() -> None:
    data = in_list(bomb(30_000_000), 24, b"\xff\xff\0\0")
    archive = bundle_archive.Archive(data, Report())
    tracemalloc.start()
    try:
        with pytest.raises(bundle_archive.CannotUnpack):
            archive.read("a.md")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


GOOD: dict[str, Callable[[], bytes]] = {
    "stored": lambda: zipped(ONE, zipfile.ZIP_STORED),
    "packed": lambda: zipped(ONE),
    "a comment": lambda: with_comment(zipped(ONE), b"hello"),
    "a long comment": lambda: with_comment(zipped(ONE), b"PK\5\6" * 16_000),
    "something before it": lambda: b"#!/bin/sh\n" + zipped(ONE),
    "Zip64": zip64,
}


@pytest.mark.parametrize("what", GOOD)
def test_an_archive_may_be_packed_in_many_ways(what: str) -> None:
    assert words(read(GOOD[what]())) == "hello"


def test_an_archive_that_is_written_as_a_stream_is_read() -> None:
    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.found = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.found += bytes(data)
            return len(data)

    out = Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        archive.writestr("a.md", "hello")
        with archive.open("b.png", "w", force_zip64=True) as member:
            member.write(PNG)
    assert words(read(out.found)) == "hello"


NAMES: dict[bytes, str] = {
    b"/etc/passwd.md": "a file at a place of its own outside of it",
    b"\\\\server\\a.md": "a file at a place of its own outside of it",
    b"C:\\a.md": "a file at a place of its own outside of it",
    b"c:a.md": "a file at a place of its own outside of it",
    b"../../a.md": "a file that lies outside of it",
    b"sub\\..\\..\\a.md": "a file that lies outside of it",
    b"a\0.md": "a file whose name has control characters",
    b"a\n.md": "a file whose name has control characters",
    b"a" * 2_000 + b".md": "a file whose name is too long",
    b"a/" * 30_000 + b"a.md": "a file whose name is too long",
}


@pytest.mark.parametrize("name", NAMES, ids=[f"{number}" for number in range(len(NAMES))])
def test_names_that_no_folder_could_hold_are_left_out(name: bytes) -> None:
    [item] = said(named(name))
    assert item[:3] == ("part", "lost", f"The bundle has {NAMES[name]}, which is left out.")
    assert len(item[3]) <= 80


MODES = {
    0o120777: "a link to another file",
    0o010644: "something that is no file",
    0o060644: "something that is no file",
}


@pytest.mark.parametrize("mode", MODES)
def test_links_and_devices_are_left_out(mode: int) -> None:
    assert said(named(b"link.png", mode=mode)) == [
        ("part", "lost", f"The bundle has {MODES[mode]}, which is left out.", "link.png")
    ]


def test_folders_are_no_files() -> None:
    assert said({"a/": b"", "a/b/": b"", "a/b/c.md": "c"}) == []
    assert said(named(b"folder", mode=0o040755)) == []


SPELLINGS = {
    "in UTF-8": ("größe.png".encode(), 0x800),
    "in UTF-8, without saying so": ("größe.png".encode(), 0),
    "in the code page of DOS": ("größe.png".encode("cp437"), 0),
    "with backslashes": (b"img\\a.png", 0),
    "with dots": (b"./img//./a.png", 0),
}


@pytest.mark.parametrize("what", SPELLINGS)
def test_names_are_spelled_in_many_ways(what: str) -> None:
    name, flags = SPELLINGS[what]
    data = named(name, flags).replace(b"good.md", b"good.md")
    archive = bundle_archive.Archive(data, Report())
    assert archive.paths[1] in ("größe.png", "img/a.png")
    assert archive.read(archive.paths[1]) == PNG


def test_a_name_in_unicode_beside_another_is_the_one_that_counts() -> None:
    name = b"gr?.png"
    field = struct.pack("<BL", 1, zlib.crc32(name)) + "größe.png".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(name.decode())
        info.extra = struct.pack("<2H", 0x7075, len(field)) + field
        archive.writestr(info, PNG)
    assert bundle_archive.Archive(out.getvalue(), Report()).paths == ("größe.png",)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_files_of_one_name_the_first_counts() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for text in ("first", "second"):
            archive.writestr("a.md", text)
    assert words(read(out.getvalue())) == "first"
    assert said(out.getvalue()) == [
        ("part", "lost", "The bundle has two files of one name; the first one counts.", "a.md")
    ]


def test_names_that_differ_in_capital_letters_are_noted() -> None:
    files = {"a.md": "![x](b.png) ![x](B.png)", "b.png": PNG, "B.png": png(1, 1)}
    assert len(read(files).resources) == 2
    assert [what for _, _, what, _ in said(files)] == [
        "The bundle has files whose names differ in nothing but capital letters."
    ]


def test_an_encrypted_image_is_reported() -> None:
    data = in_list(zipped({"a.md": "# B\n\n![x](b.png)", "b.png": PNG}), 8, b"\1\0", "b.png")
    assert said(data) == [("encrypted", "lost", "The file b.png is encrypted, and exports know no password.", "B")]


def test_all_files_together_are_bounded() -> None:
    noise = bytes(range(256)) * 4_000  # packs well, but not suspiciously so
    body = "".join(f"![x]({n}.png)\n\n" for n in range(250))
    files = {"a.md": body, **{f"{n}.png": PNG + noise for n in range(250)}}
    assert "The files of the bundle have more than 200 MB." in refusal(zipped(files, zipfile.ZIP_STORED))


def test_files_are_listed_in_work_by_their_number() -> None:
    def taken(count: int) -> int:
        data = zipped({"a.md": "a", **{f"folder {n % 100}/file {n}.png": b"" for n in range(count)}})
        return steps(lambda: read(data))

    taken(100)  # what is only done once
    assert taken(2_000) < 2.3 * taken(1_000)


@settings(max_examples=200)
@given(some.data())
def test_any_damage_is_an_error_or_a_document(data: some.DataObject) -> None:
    damaged = bytearray(zipped(BOOK))
    for _ in range(data.draw(some.integers(1, 4))):
        damaged[data.draw(some.integers(0, len(damaged) - 1))] = data.draw(some.integers(0, 255))
    try:
        assert isinstance(read(bytes(damaged)), Document)
    except (UnreadableSource, SourceTooLarge) as refused:
        assert str(refused).endswith((".", "]")) or ": " in str(refused)


@given(
    some.dictionaries(some.text(min_size=1, max_size=8), some.binary(max_size=30), max_size=5), some.text(max_size=60)
)
def test_any_files_are_an_error_or_a_document(files: dict[str, bytes], text: str) -> None:
    try:
        read(zipped({**{name: data for name, data in files.items() if zip_can(name)}, "index.md": text + "\n\na"}))
    except UnreadableSource as refused:
        assert str(refused)


def zip_can(name: str) -> bool:
    try:
        return bool(name.encode()) and "\0" not in name and name.strip("/") not in ("", "index.md")
    except UnicodeEncodeError:
        return False
