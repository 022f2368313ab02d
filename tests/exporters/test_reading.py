"""What holds for every kind of source: how its kind is found out, its images and links, the options of every export."""

from __future__ import annotations

from typing import get_args

import pytest
from samples import png

from exporters import Source, export
from exporters.document import Document, Image, Paragraph, Resource
from exporters.errors import Lossy, UnknownKind
from exporters.options import USUAL, CommonOptions, Kind, declared_in, parse
from exporters.readers import kinds, read
from exporters.readers.resources import Resources, key_of
from exporters.registry import get, names
from exporters.report import MAX_ALIKE, MAX_ITEMS, Code, Report
from exporters.source import no_companions


def test_the_option_and_the_readers_know_the_same_kinds() -> None:
    assert get_args(Kind.__value__) == tuple(kinds.KINDS)


@pytest.mark.parametrize("format", names())
def test_no_format_has_an_option_of_a_common_name(format: str) -> None:
    assert not declared_in(get(format).options).keys() & declared_in(CommonOptions).keys()


# Kinds

NAMES = {
    "notes.md": "gfm",
    "Notes.MARKDOWN": "gfm",
    "page.html": "html",
    "page.htm": "html",
    "plan.mup": "mindmup",
    "plan.mm": "freemind",
    "list.opml": "opml",
    "book.zip": "bundle",
    "lab.ipynb": "notebook",
    "letter.txt": "text",
    "README": "gfm",
    "a/b.c/README": "gfm",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_tells_the_kind(name: str) -> None:
    assert kinds.choose(Source(b"anything", name), "auto") == NAMES[name]


INSIDE = {
    b'<?xml version="1.0"?>\n<!-- a comment -->\n<opml version="2.0">': "opml",
    b'<map version="1.0.1">\n<node TEXT="a"/></map>': "freemind",
    b"\xef\xbb\xbf<!DOCTYPE html><title>a</title>": "html",
    b"<html lang=en>": "html",
    b"PK\x03\x04": "bundle",
    b'{"nbformat": 4, "cells": []}': "notebook",
    b'{"cells": [], "nbformat":4}': "notebook",
    b'{"title": "a", "id": 1, "formatVersion": 2}': "mindmup",
    b'{"id": "root", "ideas": {}}': "mindmup",
    b'{"schema":1,"metadata":{},"blocks":[]}': "json",
    b'{ "blocks": [] }': "json",
    b'{"schema": 1}': "json",
    b"": "gfm",  # whose reader says that the source is empty
}


@pytest.mark.parametrize("data", INSIDE)
@pytest.mark.parametrize("name", ["stdin", "a.json", "a.xml", "Meeting 3.11", "a.unknown"])
def test_where_the_name_does_not_tell_a_look_inside_does(data: bytes, name: str) -> None:
    assert kinds.choose(Source(data, name), "auto") == INSIDE[data]


@pytest.mark.parametrize("data", [b"<!---->" * 500 + b"x", b"<?xml " * 600, b" " * 4_000, b"<!--" * 900])
def test_a_look_inside_takes_no_time_whatever_is_there(data: bytes) -> None:
    with pytest.raises(UnknownKind):
        kinds.choose(Source(data, "a.xml"), "auto")


def test_the_media_type_tells_more_than_a_look_inside_and_less_than_the_name() -> None:
    html = b"<html><p>a"
    assert kinds.choose(Source(html, "a.unknown", media_type="text/markdown; charset=utf-8"), "auto") == "gfm"
    assert kinds.choose(Source(html, "a.unknown", media_type="application/octet-stream"), "auto") == "html"
    assert kinds.choose(Source(html, "a.unknown", media_type="application/json"), "auto") == "html"
    assert kinds.choose(Source(html, "a.txt", media_type="text/markdown"), "auto") == "text"


def test_what_is_asked_for_tells_most() -> None:
    assert kinds.choose(Source(b"<html>", "page.html"), "text") == "text"
    assert kinds.choose(Source(b"!!! note", "a.docx"), "gfm") == "gfm"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        (
            "letter.docx",
            b"PK\x03\x04",
            "No reader takes files such as 'letter.docx'. Sources have one of these endings",
        ),
        ("a.unknown", b"words", "Neither the name 'a.unknown' nor what is inside says what kind of source this is."),
        ("a.json", b"[1, 2]", "Neither the name 'a.json' nor what is inside says"),
    ],
)
def test_what_no_reader_takes_is_told_what_can_be_read(name: str, data: bytes, says: str) -> None:
    with pytest.raises(UnknownKind, match=says.replace(".", r"\.")):
        kinds.choose(Source(data, name), "auto")


# Images and links


def test_an_image_is_kept_once_by_the_hash_of_its_bytes_whatever_its_names() -> None:
    files = {"a.png": png(2, 2), "b/a.png": png(2, 2), "c.png": png(3, 2)}
    document = read(Source(b"![x](a.png)![y](b/a.png)![z](c.png)", "a.md", files.get), Report())
    same, other = key_of(png(2, 2)), key_of(png(3, 2))
    assert document.blocks == (Paragraph((Image(same, "x"), Image(same, "y"), Image(other, "z"))),)
    assert document.resources == {
        same: Resource("image/png", png(2, 2), 2, 2, "a.png"),
        other: Resource("image/png", png(3, 2), 3, 2, "c.png"),
    }


def test_an_attachment_is_no_image_before_it_was_looked_at() -> None:
    report = Report()
    resources = Resources(no_companions, report)
    assert resources.attach(b"no image", "image/png", "a.png") == key_of(b"no image")
    assert resources.add(b"no image", "The image a.png", "") is None
    assert [item.code for item in report.items] == ["image-unreadable"]
    assert resources.attach(png(2, 2), "application/x", "b.bin") == resources.add(png(2, 2), "The image b.bin", "")
    assert resources.found[key_of(png(2, 2))].media_type == "image/png"


def test_an_image_that_nobody_has_described_is_noted() -> None:
    report = Report()
    read(Source(b"# A\n\n![](a.png) ![b](a.png) ![](a.png 'c')", "a.md", {"a.png": png(2, 2)}.get), report)
    assert [(item.code, item.severity, item.where, item.count) for item in report.items] == [
        ("alternative", "note", "A", 1)
    ]


def test_links_to_nowhere_are_noted_where_they_stand() -> None:
    report = Report()
    text = "# One\n\n[a](#one) [b](#two) [c](#three) [d](#)\n\n# Two\n\n[e](#three) [f](#four)\n\n<a id='four'></a>\n"
    read(Source(text.encode(), "a.md"), report)
    assert [(item.code, item.severity, item.what, item.where) for item in report.items] == [
        ("link", "note", "The link #three leads nowhere: no heading has this id.", "One")
    ]


# Options of every export


def test_the_text_direction_can_be_said() -> None:
    _, common = parse(get("html").options, {"text_direction": "rtl"}, "html")
    assert read(Source(b"a", "a.md"), Report(), common) == Document((Paragraph(("a",)),), metadata={"dir": "rtl"})
    page = export(Source(b"a", "a.md"), "html", {"text_direction": "rtl"}).data.decode()
    assert '<html lang="en" dir="rtl"' in page
    assert USUAL.text_direction == "auto"


def test_strict_fails_where_something_is_lost_and_tells_what_without_the_documents_words() -> None:
    source = Source(b"# Secret\n\n![a](gone.png)\n", "a.md")
    assert export(source, "html").report.items[0].severity == "lost"
    with pytest.raises(Lossy, match="lose something in 1 place \\(image-missing\\)") as failed:
        export(source, "html", {"strict": True})
    assert failed.value.report.items[0].where == "Secret"
    assert "Secret" not in str(failed.value)


def test_strict_counts_losses_and_not_what_a_report_has_no_room_for() -> None:
    remote = "".join(f"![a](https://example.org/{number}.png)\n\n" for number in range(MAX_ALIKE + 10))
    assert export(Source(remote.encode(), "a.md"), "html", {"strict": True}).report.left_out == 10
    gone = "".join(f"![a]({number}.png)\n\n" for number in range(MAX_ALIKE + 10))
    with pytest.raises(Lossy, match=f"lose something in {MAX_ALIKE + 10} places \\(image-missing\\)"):
        export(Source(gone.encode(), "a.md"), "html", {"strict": True})


def test_a_report_has_room_for_few_items_that_are_alike_and_so_for_what_else_there_is() -> None:
    report = Report()
    for number in range(2 * MAX_ALIKE):
        report.note(Code.IMAGE_REMOTE, f"Image {number}.")
    report.lost(Code.LINK, "A link.")
    assert len(report.items) == MAX_ALIKE + 1
    assert report.items[-1].code == Code.LINK
    assert report.left_out == MAX_ALIKE


def test_a_report_never_grows_beyond_what_its_schema_allows() -> None:
    report = Report()
    for code in Code:
        for number in range(MAX_ALIKE):
            report.note(code, f"Thing {number}.")
    assert len(report.items) == MAX_ITEMS
    assert report.left_out == len(Code) * MAX_ALIKE - MAX_ITEMS


def test_strict_lets_pass_what_is_only_degraded_or_noted() -> None:
    source = Source(b"$\\frac$ [a](#gone)\n", "a.md")
    file = export(source, "html", {"strict": True})
    assert {item.severity for item in file.report.items} == {"degraded", "note"}


@pytest.mark.parametrize(
    ("stated", "is_cover"),
    [("cover: front.png", True), ("cover-image: front.png", True), ("cover: dark", False), ("cover: true", False)],
)
def test_the_cover_of_a_book_comes_along(stated: str, is_cover: bool) -> None:
    picture = png(3, 4)
    source = Source(f"---\n{stated}\n---\n\nText.\n".encode(), "a.md", {"front.png": picture}.get)
    report = Report()

    document = read(source, report)

    assert [each.data for each in document.resources.values()] == ([picture] if is_cover else [])
    assert (document.metadata.get("cover") in document.resources) == is_cover
    assert not report.items
