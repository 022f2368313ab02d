"""What an element's tag, style and classes say of how its text looks, as far as a document can hold it.

A style sheet is read for what classes say of a text's dress: Google Docs writes its pages so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from exporters.document.nodes import Alignment
from exporters.frozen import NOTHING, frozen
from exporters.readers.html.tags import names

type Mark = tuple[str, ...]
"""What holds for a piece of text: its name, and what else there is to say, such as the address of a link."""
type Marks = tuple[Mark, ...]
"""From the outermost."""

EMPHASIS: Mark = ("emphasis",)
STRONG: Mark = ("strong",)
UNDERLINE: Mark = ("underline",)
STRIKETHROUGH: Mark = ("strikethrough",)
HIGHLIGHT: Mark = ("highlight",)
SUPERSCRIPT: Mark = ("superscript",)
SUBSCRIPT: Mark = ("subscript",)
CODE: Mark = ("code",)
SPACES: Mark = ("spaces",)  # stay as they are, as line ends do
LINES: Mark = ("lines",)  # line ends stay, spaces do not

type Placed = Alignment | Literal["inherited"]


@frozen
class Look:
    """How the text in an element differs from that around it."""

    on: Marks = ()
    off: Marks = ()
    alignment: Placed = "inherited"
    dropped: tuple[str, ...] = ()
    """What of it no document holds, by its name in `DROPPED`."""

    def applied(self, marks: Marks) -> Marks:
        """The marks of the text in the element, by those of the text around it."""
        if self.off:
            marks = tuple(mark for mark in marks if mark not in self.off)
        for mark in self.on:
            if mark not in marks:
                marks = (*marks, mark)
        return marks


PLAIN = Look()

DROPPED = {
    "background": "Backgrounds of blocks and cells are not kept.",
    "colour": "Colours of text are not kept.",
    "font": "Fonts and sizes of text are not kept.",
}

_OF_TAGS: dict[str, Mark] = {
    **dict.fromkeys(("cite", "dfn", "em", "i", "var"), EMPHASIS),
    **dict.fromkeys(("b", "strong"), STRONG),
    **dict.fromkeys(("ins", "u"), UNDERLINE),
    **dict.fromkeys(("del", "s", "strike"), STRIKETHROUGH),
    **dict.fromkeys(("code", "samp", "tt"), CODE),
    "mark": HIGHLIGHT,
    "sup": SUPERSCRIPT,
    "sub": SUBSCRIPT,
}

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_OF_CLASS = re.compile(r"\s*[a-z]*\.([\w-]+)\s*\Z")
_CLASS_ALIGNMENT = re.compile(
    r"(?:ql-align|has-text-align|text|align|alignment|has-text)-(left|center|centre|right|start|end|justify)\Z"
)

_ALIGNMENTS: dict[str, Placed] = {
    "left": "left",
    "-webkit-left": "left",
    "center": "center",
    "centre": "center",
    "middle": "center",
    "-webkit-center": "center",
    "right": "right",
    "-webkit-right": "right",
    "end": "right",
    "start": None,
    "justify": None,
    "initial": None,
}
_NO_COLOUR = names(
    """
    #000 #000000 black rgb(0,0,0) rgba(0,0,0,1) windowtext inherit initial unset currentcolor auto canvastext
    #1155cc #0563c1 blue
    """  # and what links have by themselves
)
_NO_BACKGROUND = names(
    """
    #fff #ffffff white rgb(255,255,255) rgba(255,255,255,1) rgba(0,0,0,0) transparent inherit initial unset none
    auto 0
    """
)
_CLASSES_OF_FONTS = ("ql-font-", "ql-size-", "text-big", "text-huge", "text-small", "text-tiny")
_SHEET = frozenset(("font-style", "font-weight", "text-align", "text-decoration", "vertical-align"))
"""What is taken from style sheets. Their colours are mostly those of the page around a document."""


_SAYING = frozenset(("align", "bgcolor", "color", "face", "size", "title"))
"""The attributes that say something here, beside style and class."""
_BY_TAG = {
    **{tag: Look((mark,)) for tag, mark in _OF_TAGS.items()},
    **dict.fromkeys(("big", "small"), Look(dropped=("font",))),
    "center": Look(alignment="center"),
}


def declarations(style: str) -> dict[str, str]:
    """What a style attribute says, by property, in lower case."""
    pairs = (each.partition(":") for each in style.lower().split(";"))
    return {name.strip(): value.strip() for name, colon, value in pairs if colon}


def sheet(css: str) -> dict[str, dict[str, str]]:
    """What a style sheet says of the text's dress, by class; rules that want more than one class are overlooked."""
    found: dict[str, dict[str, str]] = {}
    depth = 0
    for part in _COMMENT.sub("", css.lower()).split("}"):
        selectors, brace, body = part.rpartition("{")
        if brace and depth == 0 and "{" not in selectors:  # rules in others hold on some screens only
            declared = {name: value for name, value in declarations(body).items() if name in _SHEET}
            for selector in selectors.rpartition(";")[2].split(",") if declared else ():
                if of_class := _OF_CLASS.match(selector):
                    found.setdefault(of_class[1], {}).update(declared)
        depth = max(0, depth + part.count("{") - 1)
    return found


def look(
    tag: str,
    attributes: Mapping[str, str],
    style: Mapping[str, str],
    classes: tuple[str, ...],
    block: bool,
    rules: Mapping[str, Mapping[str, str]] = NOTHING,
) -> Look:
    """The look of an element."""
    if not (style or classes or attributes.keys() & _SAYING):
        return _BY_TAG.get(tag, PLAIN)
    own = style
    if rules and any(name in rules for name in classes):
        own = {}
        for name in classes:
            own |= rules.get(name, NOTHING)
        own |= style
    on = dict.fromkeys((_OF_TAGS[tag],) if tag in _OF_TAGS else ())
    if tag in ("abbr", "acronym") and attributes.get("title"):
        on["abbreviation", attributes["title"]] = None
    off: dict[Mark, None] = {}
    for mark, holds in _dress(own):
        (on if holds else off)[mark] = None
        (off if holds else on).pop(mark, None)
    if "none" in own.get("text-decoration", "").split():
        on.pop(UNDERLINE, None)  # of its own; a line below the text around it stays
    dropped = _dropped(tag, attributes, style, classes)
    if "background" in dropped and not block:
        dropped.remove("background")
        if CODE not in on:
            on[HIGHLIGHT] = None
    if tag == "mark" and _is_only_coloured(classes):
        on.pop(HIGHLIGHT, None)
        dropped.add("colour")
    return Look(tuple(on), tuple(off), _alignment(tag, attributes, own, classes), tuple(sorted(dropped)))


def _dress(style: Mapping[str, str]) -> list[tuple[Mark, bool]]:
    """Which marks a style puts on its text, and which it takes off."""
    found: list[tuple[Mark, bool]] = []
    if weight := style.get("font-weight"):
        heavy = weight in ("bold", "bolder") or (weight.isdecimal() and int(weight[:4]) >= 600)
        if heavy or weight in ("normal", "lighter") or weight.isdecimal():
            found.append((STRONG, heavy))
    if slope := style.get("font-style"):
        found.append((EMPHASIS, slope.startswith(("italic", "oblique"))))
    lines = f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}"
    found += [
        (mark, True) for mark, word in ((UNDERLINE, "underline"), (STRIKETHROUGH, "line-through")) if word in lines
    ]
    position = style.get("vertical-align", "")
    found += [(mark, True) for mark, word in ((SUPERSCRIPT, "super"), (SUBSCRIPT, "sub")) if position == word]
    match style.get("white-space"):
        case "pre" | "pre-wrap" | "break-spaces" | "-moz-pre-wrap":
            found.append((SPACES, True))
        case "pre-line":
            found.append((LINES, True))
        case "normal" | "nowrap":
            found += [(SPACES, False), (LINES, False)]
        case _:
            pass
    return found


def _alignment(tag: str, attributes: Mapping[str, str], style: Mapping[str, str], classes: tuple[str, ...]) -> Placed:
    stated = style.get("text-align", "").split(" ")[0] or attributes.get("align", "").strip().lower()
    if stated in _ALIGNMENTS and not (tag == "table" and stated == attributes.get("align", "").lower()):
        return _ALIGNMENTS[stated]
    for name in classes:
        if found := _CLASS_ALIGNMENT.match(name):
            return _ALIGNMENTS[found[1]]
    return "center" if tag == "center" else "inherited"


def _dropped(tag: str, attributes: Mapping[str, str], style: Mapping[str, str], classes: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    colour = style.get("color") or attributes.get("color", "").lower()
    if colour and colour.replace(" ", "") not in _NO_COLOUR:
        found.add("colour")
    background = style.get("background-color") or style.get("background") or attributes.get("bgcolor", "").lower()
    if background and not _is_transparent(background):
        found.add("background")
    if (
        style.keys() & {"font-family", "font-size", "font"}
        or tag in ("big", "small")
        or (tag == "font" and attributes.keys() & {"face", "size"})
        or any(name.startswith(_CLASSES_OF_FONTS) for name in classes)
    ):
        found.add("font")
    return found


def _is_transparent(background: str) -> bool:
    word = background.replace(" ", "")
    return word in _NO_BACKGROUND or word.startswith(("url(", "var(", "none")) or word.endswith((",0)", ",0.0)"))


def _is_only_coloured(classes: tuple[str, ...]) -> bool:
    """Whether a `<mark>` is but coloured text: CKEditor's pens, Notion's colours."""
    return any(
        name.startswith("pen-") or (name.startswith("highlight-") and not name.endswith("_background"))
        for name in classes
    )
