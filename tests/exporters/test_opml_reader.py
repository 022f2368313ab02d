"""The OPML reader: what becomes of each part of an outline, whichever outliner has written it."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlines import outline

from exporters import Source, readers
from exporters.document import Document, Topic
from exporters.errors import UnreadableSource
from exporters.options import CommonOptions
from exporters.report import Report

SAMPLES = Path(__file__).parent.parent / "documents" / "maps"


def read(text: str | bytes, report: Report | None = None, maxheading: int = 3) -> Document:
    data = text if isinstance(text, bytes) else text.encode()
    return readers.read(Source(data, "a.opml"), report or Report(), CommonOptions(maxheading=maxheading))


def opml(*outlines: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0"?>\n<opml version="2.0">\n<head>{head}</head>\n<body>\n{"".join(outlines)}</body></opml>'
    )


def item(text: str | None, *below: str, **attributes: str) -> str:
    """An outline with others in it."""
    stated = ({} if text is None else {"text": text}) | attributes
    written = "".join(f" {name}={quoteattr(value)}" for name, value in stated.items())
    return f"<outline{written}>\n{''.join(below)}</outline>\n"


def topics(document: Document) -> tuple[Topic, ...]:
    assert document.map is not None
    return document.map.topics


def said(report: Report) -> list[tuple[str, str]]:
    return [(item.code, item.severity) for item in report.items]


# Outlines


def test_outlines_are_sections_and_lists() -> None:
    text = opml(item("A", item("B", item("C", item("D"))), item("E")), item("F"))
    assert outline(read(text)) == "# A\n## B\n### C\n- D\n## E\n# F"
    assert outline(read(text, maxheading=1)) == "# A\n- B\n  - C\n    - D\n- E\n# F"
    assert outline(read(text, maxheading=0)) == "- A\n  - B\n    - C\n      - D\n  - E\n- F"
    assert [(topic.text, topic.parent) for topic in topics(read(text))] == [
        ("A", -1), ("B", 0), ("C", 1), ("D", 2), ("E", 0), ("F", -1)
    ]  # fmt: skip


TEXTS = {
    item("a & <b", title="c"): "# a & <b\nc",
    item("a", title="a"): "# a",
    item(None, title="a"): "# a",
    item("", title="a"): "# a",
    item(None): "",
    item(None, item("b")): "# b",
    item("AT&amp;T &lt;3 &copy;"): "# AT&T <3 ©",
    item("a && b &c; Map<String, Int>"): "# a && b &c; Map<String, Int>",
    '<outline text="a&#10;b"/>': "# a b",
    '<outline TEXT="a"/>': "# a",
}


@pytest.mark.parametrize("text", TEXTS)
def test_texts(text: str) -> None:
    assert outline(read(opml(text))) == TEXTS[text]


HTML = {
    item("<b>a</b> &amp; b"): "# **a** & b",
    item("a <a href='https://a.b'>c</a>", url="d"): "# a [c](https://a.b)\n[d](d)",
    item("a<br>b"): "# a b",
    item("a", _note="<p>b</p><ul><li>c</li></ul>"): "# a\nb\n- c",
    item("<p>a</p><p>b</p>", _note="c"): "# a\nb\nc",
    item("a", description="<i>b</i>"): "# a\n*b*",
}


@pytest.mark.parametrize("text", HTML)
def test_texts_and_notes_may_be_html(text: str) -> None:
    assert outline(read(opml(text))) == HTML[text]


# The head

HEADS = {
    "<title>T</title>": {"title": "T"},
    "<title> a\n b </title><ownerName>Ann Öst</ownerName>": {"title": "a b", "author": "Ann Öst"},
    "<dateCreated>Mon, 05 Feb 2024 10:00:00 GMT</dateCreated>": {"date": "2024-02-05"},
    "<dateCreated>x</dateCreated><dateModified>Tue, 31 Dec 24 23:59 +0100</dateModified>": {"date": "2024-12-31"},
    "<dateModified>2024-02-05T10:00:00Z</dateModified>": {"date": "2024-02-05"},
    "<dateModified>yesterday</dateModified>": {},
    "<dateModified>Mon, 99 Feb 2024 10:00:00 GMT</dateModified>": {},
    "<title/><ownerName> </ownerName><ownerEmail>a@b.c</ownerEmail><expansionState>1,2</expansionState>": {},
}


@pytest.mark.parametrize("head", HEADS)
def test_the_head_is_metadata(head: str) -> None:
    assert read(opml(item("a"), item("b"), head=head)).metadata == HEADS[head]


def test_a_title_that_the_only_outline_says_is_not_said_twice() -> None:
    head = "<title>Plan</title>"
    same, other = opml(item("Plan", item("a")), head=head), opml(item("A", item("a")), head=head)
    assert (read(same).metadata, outline(read(same))) == ({}, "# Plan\n## a")
    assert (read(other).metadata, outline(read(other))) == ({"title": "Plan"}, "# A\n## a")


def test_without_headings_the_only_outline_is_the_title_unless_there_is_one() -> None:
    document = read(opml(item("Plan", item("a"), _note="n")), maxheading=0)
    assert (document.metadata, outline(document)) == ({"title": "Plan"}, "n\n- a")
    document = read(opml(item("A", item("a")), head="<title>Plan</title>"), maxheading=0)
    assert (document.metadata, outline(document)) == ({"title": "Plan"}, "- A\n  - a")


# Notes

NOTES = {
    "one\ntwo\n\nthree": "# A\none / two\nthree",
    "R&amp;D": "# A\nR&D",
    "2 * 3 * 4 -- *no list*": "# A\n2 * 3 * 4 -- *no list*",
    "words\n\n- a\n- b **c**": "# A\nwords\n- a\n- b **c**",
    "> a": "# A\n<BlockQuote>",
    "```\na\n```": "# A\n<CodeBlock>",
    "| a |\n|---|\n| b |": "# A\n<Table>",
    "# h\n\n1. a": "# A\n<h1> h\n- a",
    "https://a.b": "# A\n[https://a.b](https://a.b)",
    "": "# A",
}


@pytest.mark.parametrize("note", NOTES)
def test_notes_are_plain_text_unless_they_hold_blocks_of_markdown(note: str) -> None:
    assert outline(read(opml(item("A", _note=note)))) == NOTES[note]


# Links

LINKS = {
    item("A", type="link", url="https://a.b"): "# [A](https://a.b)",
    item("A", type="rss", xmlUrl="https://a.b/f"): "# [A](https://a.b/f)",
    item("A", type="rss", xmlUrl="https://a.b/f", htmlUrl="https://a.b", language="en", version="RSS2"): (
        "# [A](https://a.b)\n[https://a.b/f](https://a.b/f)"
    ),
    item("A", xmlUrl="x", title="A", description="Daily news"): "# [A](x)\nDaily news",
    item(None, type="link", url="https://a.b"): "# [https://a.b](https://a.b)",
    item("A", type="link"): "# A",
}


@pytest.mark.parametrize("text", LINKS)
def test_links(text: str) -> None:
    report = Report()
    assert outline(read(opml(text), report)) == LINKS[text]
    assert report.items == ()


def test_an_include_is_a_link_and_never_fetched() -> None:
    def companions(path: str) -> bytes:
        raise AssertionError(f"{path} was asked for")

    report = Report()
    text = opml(item("A", type="include", url="more.opml"))
    document = readers.read(Source(text.encode(), "a.opml", companions), report)
    assert outline(document) == "# [A](more.opml)"
    assert said(report) == [("part", "note")]


# Attributes


def test_a_comment_is_left_out_with_all_below_it() -> None:
    report = Report()
    text = opml(item("A", item("B", item("C"), isComment="true"), item("D", isComment="false", isBreakpoint="true")))
    assert outline(read(text, report)) == "# A\n## D"
    assert [(item.code, item.severity, item.where) for item in report.items] == [("comment", "note", "A")]


def test_categories_are_a_paragraph() -> None:
    assert outline(read(opml(item("A", category="/Boston/Weather,  Tour")))) == "# A\n/Boston/Weather, Tour"


TASKS = {
    '_complete="true"': "[x] ", 'complete="true"': "[x] ", 'checked="true"': "[x] ", '_status="checked"': "[x] ",
    '_status="unchecked"': "[ ] ", '_status="indeterminate"': "", 'checkbox="true"': "[ ] ", '_task="true"': "[ ] ",
    'checkbox="true" complete="true"': "[x] ", '_complete="false"': "[ ] ", '_task="false"': "", 'created="x"': "",
}  # fmt: skip


@pytest.mark.parametrize("stated", TASKS)
def test_tasks_of_several_outliners(stated: str) -> None:
    report = Report()
    text = opml(f'<outline text="A"><outline text="B" {stated}/></outline>')
    assert outline(read(text, report, maxheading=1)) == f"# A\n- {TASKS[stated]}B"
    assert report.items == ()


def test_a_done_heading_says_so() -> None:
    document = read(opml(item("A", _complete="true")))
    assert (outline(document), topics(document)[0].icons) == ("# ☑ A", ("☑",))


def test_attributes_that_nobody_knows_are_named_once_each() -> None:
    report = Report()
    read(opml(item("A", item("B", foo="1", bar="2"), foo="3", text_="4")), report)
    assert [(item.code, item.severity, item.count) for item in report.items] == [
        ("syntax", "note", 2), ("syntax", "note", 1), ("syntax", "note", 1)
    ]  # fmt: skip
    assert "The attribute foo of outlines" in report.items[0].what


# Sources that are no outline, or odd


@pytest.mark.parametrize("text", ["<opml/>", "<opml><body/></opml>", "<opml><head/><body>text<other/></body></opml>"])
def test_an_outline_without_outlines_is_an_empty_document(text: str) -> None:
    assert outline(read(text)) == ""


@pytest.mark.parametrize("text", ["<map/>", '<rss version="2.0"/>', "<OPML/>"])
def test_another_element_is_no_outline(text: str) -> None:
    with pytest.raises(UnreadableSource, match="is XML, but not an outline in OPML: it begins with <"):
        read(text)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)
OUTLINES = st.recursive(
    st.just(""),
    lambda inner: st.builds(
        lambda text, stated, below: item(text, *below, **stated),
        st.none() | WORDS,
        st.dictionaries(st.sampled_from(["title", "_note", "url", "category", "_status", "isComment", "x"]), WORDS),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(outlines=st.lists(OUTLINES, max_size=3), title=WORDS, maxheading=st.integers(0, 5))
def test_any_outline_yields_a_document(outlines: list[str], title: str, maxheading: int) -> None:
    document = read(opml(*outlines, head=item(title).replace("outline", "title")), maxheading=maxheading)
    assert all(-1 <= topic.parent < number for number, topic in enumerate(topics(document)))


MUCH = {
    "tops": item("A") * 20_000,
    "less-than signs": item("<a" * 200_000),
    "ampersands": item("&a" * 200_000),
    "bars in a note": item("A", _note="| " * 200_000 + "x"),
    "hashes in a note": item("A", _note="# " * 100_000),
    "spaces in a note": item("A", _note=(" " * 3 + "\n") * 100_000),
    "attributes": item("A", **{f"a{number}": "" for number in range(3_000)}),
}


@pytest.mark.parametrize("what", MUCH)
def test_much_of_anything_is_read_in_time_that_is_proportional(what: str) -> None:
    assert topics(read(opml(MUCH[what])))


# The samples


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.opml")), ids=lambda path: path.stem)
def test_the_samples_are_read_without_a_loss(path: Path) -> None:
    report = Report()
    document = readers.read(Source(path.read_bytes(), path.name), report)
    assert document.sections
    assert [item for item in report.items if item.severity == "lost"] == []
