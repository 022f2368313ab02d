"""Writes the summary of foldable details: a line of HTML, since Markdown means nothing there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from exporters.document.nodes import (
    Abbreviation,
    Code,
    Emphasis,
    FootnoteReference,
    Highlight,
    Image,
    Inline,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    Math,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)
from exporters.formats.markdown import html
from exporters.readers import emoji
from exporters.report import Code as Reported
from exporters.report import Report
from exporters.toolbox.html_tags import STYLED

_OUTER_SPACE = re.compile(r"\A\s|\s\Z")
_EMPTY_LINE = re.compile(r"\n(?=[ \t]*\n)")
# What would make another block of the whole, or end the summary.
_NO_PLACE = re.compile(r"<(?:!|\?|/?(?:details|summary|pre|script|style|textarea)\b)", re.IGNORECASE)


def write(content: Inlines, report: Report, raw: Callable[[str], str]) -> str:
    """The line between `<summary>` and `</summary>`. HTML of the source is written as `raw` makes it."""
    line = _EMPTY_LINE.sub("&#10;", "".join(_written(content, report, raw)))
    return _OUTER_SPACE.sub(lambda found: f"&#{ord(found[0])};", line)


def _written(content: Inlines, report: Report, raw: Callable[[str], str]) -> Iterator[str]:
    for node in content:
        yield _node(node, report, raw)


def _node(node: Inline, report: Report, raw: Callable[[str], str]) -> str:
    match node:
        case str():
            return _text(node)
        case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
            name = STYLED[type(node)]
            inner = "".join(_written(node.content, report, raw))
            return f"<{name}>{inner}</{name}>" if inner else ""
        case Code(text):
            return f"<code>{_text(text)}</code>" if text else ""
        case Keyboard(text):
            return f"<kbd>{_text(text)}</kbd>" if text else ""
        case Abbreviation(text, expansion):
            return f'<abbr title="{html.attribute(expansion)}">{_text(text)}</abbr>' if text else ""
        case LineBreak():
            return "<br>"
        case RawInline(tag) if not _NO_PLACE.match(tag):
            return raw(tag)
        case RawInline():
            report.lost(Reported.RAW_HTML, "HTML that cannot stand in a summary is left out.")
            return ""
        case Link(inner):
            report.degraded(Reported.LINK, "A link in a summary is written as its text.")
            return "".join(_written(inner, report, raw))
        case Image(_, alternative):
            report.degraded(Reported.IMAGE, "An image in a summary is written as its alternative text.")
            return _text(alternative)
        case Math(text):
            report.degraded(Reported.MATH, "A formula in a summary is written as code.")
            return f"<code>{_text(text)}</code>"
        case FootnoteReference():
            report.lost(Reported.FOOTNOTE, "The mention of a footnote in a summary is left out.")
            return ""


def _text(words: str) -> str:
    """A text of which nothing is taken for a tag, an entity or the short code of an emoji."""
    pieces: list[str] = []
    at = 0
    for start in emoji.starts(words):
        pieces += (html.text(words[at:start]), "&#58;")
        at = start + 1
    return "".join((*pieces, html.text(words[at:])))
