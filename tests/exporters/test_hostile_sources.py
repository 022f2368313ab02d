"""Sources that are broken, or made to break something: a document with a report, or one clear sentence."""

from __future__ import annotations

import base64
import struct

import pytest
from samples import png

from exporters import Source, export, readers, registry
from exporters.document import BlockQuote, Document, Emphasis, Image, List, Paragraph, Section, nodes
from exporters.document.walk import blocks, inlines, parts, plain_text
from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.options import CommonOptions
from exporters.readers import details, gfm, resources
from exporters.report import Report


def read(text: str | bytes, report: Report | None = None) -> Document:
    source = Source(text.encode() if isinstance(text, str) else text, "a.md")
    return readers.read(source, report or Report(), CommonOptions(source_kind="gfm"))


# No text

NO_TEXT = {
    b"": "empty",
    b"\xef\xbb\xbf": "empty",
    b" \n\t\r\n ": "empty",
    b"%PDF-1.7\n%\xe2\xe3": "a PDF file",
    b"PK\x03\x04\x14\x00": "a zip archive, as Word, EPUB",
    b"\xd0\xcf\x11\xe0\xa1\xb1": "an old Office file",
    b"{\\rtf1 hello}": "an RTF file",
    png(1, 1): "a PNG image",
    b"\xff\xd8\xff\xe0 JFIF": "a JPEG image",
    b"\x1f\x8b\x08\x00": "a gzip archive",
    b"text\0text": "zero bytes",
    "no mark".encode("utf-16-le"): "zero bytes",
    "text".encode("utf-32"): "zero bytes",
}


@pytest.mark.parametrize("data", NO_TEXT, ids=[says.split(",")[0] for says in NO_TEXT.values()])
def test_what_is_no_text_is_refused_with_what_it_looks_like(data: bytes) -> None:
    with pytest.raises(UnreadableSource, match=NO_TEXT[data]):
        read(data)


def test_a_source_of_definitions_alone_is_an_empty_document() -> None:
    assert read("[a]: b") == Document()


# Too much

TOO_LARGE = {
    "bytes": ("a" * (gfm.MAX_SIZE + 1), "more than 8 MB of text"),
    "markup": ("*" * (gfm.MAX_MARKS + 1), "too much markup"),
    "lines": ("a\n" * (gfm.MAX_MARKS + 1), "too much markup"),
    "quotes on a line": ("a\n\n" + ">" * 100_000 + "a", "Line 3 of the source is nested too deep"),
    "lists on a line": ("- " * 50_000 + "a", "Line 1 of the source is nested too deep"),
    "numbers on a line": ("1. " * 50_000 + "a", "nested too deep"),
    "lists on many lines": ("".join("  " * depth + "- a\n" for depth in range(1_000)), "nested too deep"),
    "quotes, then many lines": ("> " * 10_000 + "a\n" + "a\n" * 10_000, "nested too deep"),
    "cells": ("|a|b|\n|-|-|\n" + "|c|d|\n" * 130_000, "too many parts"),
}


@pytest.mark.parametrize("what", TOO_LARGE)
def test_what_would_take_too_much_is_refused_before_it_does(what: str) -> None:
    text, says = TOO_LARGE[what]
    with pytest.raises(SourceTooLarge, match=says):
        read(text)


def test_a_long_line_is_no_problem() -> None:
    assert read("a" * 5_000_000).blocks == (Paragraph(("a" * 5_000_000,)),)
    assert read(" " * 5_000 + "\n\n    " + " " * 5_000 + "a\n").blocks, "nor one of spaces"


# Much, but bearable: each takes time in proportion to its length. What must not be is a time that grows faster, which
# at these sizes would be minutes.

BEARABLE = {
    "delimiters": "a*_" * 30_000,
    "emphasis never closed": " *a" * 60_000,
    "emphasis closed at the end": "*a " * 60_000 + "b* " * 60_000,
    "brackets": "[" * 100_000,
    "brackets of links": "[](" * 60_000,
    "images in images": "![a" * 60_000 + "](b)" * 60_000,
    "backticks": "".join("`" * count + " " for count in range(800)),
    "dollars": "$a" * 60_000,
    "braces": "$" + "{" * 100_000,
    "tags never closed": "<a " * 60_000,
    "comments never closed": "a<!-- " * 60_000,
    "comments in deep emphasis": "*a " * 20_000 + "<!--\n-->" * 20_000,
    "headings of one name": "# a\n" * 30_000,
    "footnotes": "".join(f"[^{i}] " for i in range(9_000)) + "".join(f"\n\n[^{i}]: x" for i in range(9_000)),
    "footnotes nobody mentions": "".join(f"[^{i}]:\n" for i in range(20_000)),
    "footnotes in footnotes": "".join("    " * depth + f"[^{depth}]: a\n" for depth in range(240)),
    "references": "[a]: /" + "u" * 1000 + "\n\n" + "[a]" * 50_000,
    "at signs": "@a" * 100_000,
    "mail": "a@b.c" * 50_000,
    "addresses that are none": "_www._" * 50_000,
    "addresses": "http://" * 50_000,
    "parentheses after an address": "http://a.b/" + ")" * 100_000,
    "entities after an address": "http://a.b/" + "&amp;a;" * 30_000,
    "a word before an at sign": "a" * 200_000 + "@",
    "front matter": "---\n" + "a: [" * 100 + "\n" * 50_000 + "---\n",
    "front matter never closed": "---\na" + "\n--" * 60_000,
    "quotes within quotes": "".join(">" * (line % 900) + "a\n" for line in range(900)),
    "cells that a table fills up": "|a" * 1000 + "|\n" + "|-" * 1000 + "|\n" + "|a\n" * 200,
    "base64": "data:image/png;base64," * 10_000,
    "short codes that are none": ":a" * 100_000,
    "short codes": ":x:" * 60_000,
    "short codes between words": "a:x:b" * 40_000,
    "tags without a partner": "<sup>" * 60_000,
    "ends of tags": "</sup>" * 60_000,
    "tags in tags": "<sup>" * 40_000 + "a" + "</sup>" * 40_000,
    "tags of emphasis in others": "<sup><em>" * 20_000 + "a" + "</em></sup>" * 20_000,
    "tags that cross": "<sup><sub>a</sup></sub>" * 20_000,
    "abbreviations": '<abbr title="a">b</abbr>' * 20_000,
    "abbreviations never closed": '<abbr title="' * 30_000,
    "code beside code": "<code>a</code>" * 30_000,
    "details never closed": "<details>\n" * 20_000,
    "details in blocks never closed": "<details>\n<summary>a</summary>\n\n" * 20_000,
    "details": "<details>\n<summary>a</summary>\n\nb\n\n</details>\n\n" * 10_000,
    "details in details": "<details>\n<summary>a</summary>\n\n" * 10_000 + "</details>\n\n" * 10_000,
    "details in one block": "<details><summary>a</summary><p>b</p></details>" * 20_000,
    "summaries never closed": "<details>\n" + "<summary>" * 30_000,
    "tags in a summary": "<details><summary>" + "<sup>" * 60_000 + "</summary></details>",
    "what a term means": "a\n" + ": b\n" * 50_000,
    "terms": "a\n" * 50_000 + ": b",
    "definitions": "a\n: b\n\n" * 20_000,
    "definitions apart": "a\n: b\n\n[c]: d\n\n" * 10_000,
    "definitions that are none": "a\n" + ":b\n" * 50_000,
    "definitions that are none, apart": "a\n\n" + ":b\n\n" * 20_000,
    "colons": "a\n" + ":" * 200_000,
    "braces in a heading": "# a " + "{#" * 100_000 + "}",
    "spaces before a brace": "# a" + " " * 100_000 + "{#b",
    "attributes of a heading": "# a " + "{#b " * 60_000 + "}",
    "ids": "# a {#b}\n\n" * 20_000,
    "chats": "xmpp:a@b.c/" * 30_000,
    "wiki links never closed": "[[" * 60_000,
    "templates never closed": "{{" * 60_000 + "}" + "{%" * 60_000,
    "marks never closed": "==a" * 60_000,
    "imports": "import " * 60_000,
    "containers": "::: a\n\n" * 20_000,
    "components": "<Aa >" * 30_000,
    "line breaks": "a<br>\n" * 50_000,
}


@pytest.mark.parametrize("what", BEARABLE)
def test_much_of_anything_is_read_in_time_that_is_proportional(what: str) -> None:
    document = read(BEARABLE[what])
    assert document != Document()
    assert export(Source(BEARABLE[what].encode(), "a.md"), "markdown").data


# Depth


def depth(document: Document) -> int:
    deepest, stack = 0, [(block, 1) for block in document.blocks]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        match node:
            case BlockQuote(inner):
                stack += [(each, level + 1) for each in inner]
            case List(items):
                stack += [(each, level + 1) for item in items for each in item.blocks]
            case _:
                pass
    return deepest


def nested(block: object, level: int = 0) -> int:
    """How many blocks stand in each other, of whatever kind."""
    return max([level, *(nested(each, level + 1) for inner in parts(block) for each in inner)])  # type: ignore[arg-type]


DEEP = {
    "definitions": "".join("    " * level + f"a\n\n{'    ' * level}:   b\n\n" for level in range(120)),
    "details": "<details>\n<summary>a</summary>\n\n" * 200 + "b\n\n" + "</details>\n\n" * 200,
    "details in quotes": "".join(
        f"{'> ' * level}<details>\n{'> ' * level}<summary>a</summary>\n{'> ' * level}\n" for level in range(120)
    )
    + "".join(f"{'> ' * level}</details>\n{'> ' * level}\n" for level in reversed(range(120))),
}


@pytest.mark.parametrize("what", DEEP)
def test_blocks_of_any_kind_have_a_bound_together(what: str) -> None:
    document = read(DEEP[what])
    assert 4 <= max(map(nested, document.blocks)) <= nodes.MAX_DEPTH + details.MAX_AROUND * details.MAX_DEPTH
    for format in registry.names():
        assert export(Source(DEEP[what].encode(), "a.md"), format).data


def test_tags_within_emphasis_have_a_bound_together() -> None:
    text = "*a <sup><sub><u><mark>" * 40 + "b" + "</mark></u></sub></sup>*" * 40
    for format in registry.names():
        assert export(Source(text.encode(), "a.md"), format).data


@pytest.mark.parametrize("text", ["> " * 400 + "a", "- " * 400 + "a", "> - " * 200 + "a", "1. " * 300 + "a"])
def test_what_is_too_deep_is_flattened_and_reported_once(text: str) -> None:
    report = Report()
    document = read(text, report)
    assert depth(document) == nodes.MAX_DEPTH + 1
    assert [block for block in blocks(document) if isinstance(block, Paragraph)] == [Paragraph(("a",))]
    assert [(item.code, item.severity) for item in report.items] == [("nesting", "degraded")]


def test_items_that_are_too_deep_stay_apart() -> None:
    text = "".join("  " * level + f"- {level}\n" for level in range(103)) + "  " * 102 + "- last\n"
    words = [plain_text(block.content) for block in blocks(read(text)) if isinstance(block, Paragraph)]
    assert words == [*map(str, range(103)), "last"]


def test_emphasis_that_is_too_deep_is_flattened() -> None:
    report = Report()
    document = read("*a " * 500 + "b* " * 500, report)
    assert sum(isinstance(node, Emphasis) for node in inlines(document)) == nodes.MAX_INLINE_DEPTH
    assert plain_text(document.blocks[0].content) == " ".join(["a"] * 500 + ["b"] * 500)  # type: ignore[union-attr]
    assert [item.code for item in report.items] == ["nesting"]


def test_markdown_does_not_grow_without_bound_within_quotes() -> None:
    source = Source((">" * 99 + "a\n" + "a\n" * 300_000).encode(), "a.md")
    with pytest.raises(SourceTooLarge, match="more than 8 MB"):
        export(source, "markdown")


# Images


def bomb(width: int, height: int) -> str:
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII5B", 13, b"IHDR", width, height, 8, 2, 0, 0, 0)
    return "data:image/png;base64," + base64.b64encode(header + bytes(200)).decode()


def test_an_image_of_too_many_pixels_is_not_for_decoding() -> None:
    report = Report()
    document = read(f"![a]({bomb(30_000, 30_000)})", report)
    assert document.blocks == (Paragraph((Image("data:image/png;base64,…", "a"),)),)
    assert document.resources == {}
    assert "30000 × 30000 pixels" in report.items[0].what


def test_a_shortened_url_is_no_image_the_next_time() -> None:
    first = export(Source(f"![a]({bomb(30_000, 30_000)})".encode(), "a.md"), "markdown").data
    assert export(Source(first, "a.md"), "markdown").data == first


def test_the_images_of_a_source_have_a_bound_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "MAX_BYTES", 2 * len(png(8, 8)))
    report = Report()
    urls = ["data:image/png;base64," + base64.b64encode(png(8, 8) + bytes([i])).decode() for i in range(2)]
    text = " ".join(f"![a]({url})" for url in urls * 2)
    assert len(read(text, report).resources) == 1
    assert [item.code for item in report.items] == ["image-unreadable"]


def test_the_source_cannot_pass_off_its_text_as_an_image_set_aside() -> None:
    url = "data:image/png;base64," + base64.b64encode(png(2, 2)).decode()
    document = read(f"![a]({url}) ![b](data:0.0123456789abcdef) data:0.0123456789abcdef")
    assert len(document.resources) == 1
    assert document.blocks[0].content[-1] == " data:0.0123456789abcdef"  # type: ignore[union-attr]


def test_sections_of_any_order_of_levels_nest() -> None:
    document = read("###### a\n\n# b\n\n###### c\n\n## d\n")
    assert [section.level for section in document.sections] == [6, 1]
    assert [section.level for section in document.sections[1].sections] == [6, 2]
    assert isinstance(document.sections[0], Section)
