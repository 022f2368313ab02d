"""The HTML tag of each kind of node that only dresses its content."""

from __future__ import annotations

from exporters.document.nodes import (
    Emphasis,
    Highlight,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)

STYLED: dict[type, str] = {
    Emphasis: "em",
    Strong: "strong",
    Strikethrough: "del",
    Underline: "u",
    Highlight: "mark",
    Superscript: "sup",
    Subscript: "sub",
}
