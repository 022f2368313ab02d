"""Looks through an SVG image: whether it is only a picture, and how large.

SVG is a program as much as a picture: it can run scripts, load what is elsewhere, show HTML, and repeat itself a
billion times. A file that does any of it is refused as a whole, for what is left of a picture with a part cut out may
say something else. What browsers do with such a file depends on how it is embedded; what is refused here does harm in
none of these ways (SVG 2, chapters 2, 5, 13 and 16; XML 1.0, 2.8; CSS Values 4, 4.5).

What remains: shapes, text, gradients, filters and animations that refer to nothing but each other; pictures and fonts
in `data:` URLs; links to the web, which only a click follows.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from bisect import bisect_left

from exporters.toolbox.images import MAX_PIXELS, NotAnImage, inspect

MAX_SIZE = 10_000_000  # bytes: maps of a whole country have 5 MB; 0.1 s of parsing
MAX_ELEMENTS = 100_000  # 0.8 s of looking through; the map of a city has 20,000
MAX_DEPTH = 100  # renderers recurse; drawing programs nest some twenty deep
MAX_DRAWN = 1_000_000  # elements, with each counted as often as it is referred to

_SVG = "http://www.w3.org/2000/svg"
_XHTML = "http://www.w3.org/1999/xhtml"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_EVENTS = "http://www.w3.org/2001/xml-events"

# What may stand before the outermost element. Each piece is taken as a whole: no end of a comment is looked for twice.
_BEGIN = re.compile(
    rb"(?>\s+|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*+(?:\[.*?\]\s*)?>)*+<(?:[A-Za-z_][\w.-]{0,30}:)?svg[\s>/]", re.DOTALL
)
_LOOK = 4_000  # bytes: a declaration, a licence

_ENCODINGS = frozenset(("utf-8", "us-ascii", "iso-8859-1"))  # which browsers and expat read alike
_SCRIPTS = frozenset(("script", "handler", "listener"))
_PAGES = frozenset(("foreignobject", "iframe", "object", "embed", "video", "audio", "canvas"))
_NOT_DRAWN = frozenset(("a", "mpath", "discard"))  # lead to an element, but do not show it again
_NO_STYLE = ("data-", "aria-", "content")  # attributes of any text, such as the plan that a drawing was made of
_ELSEWHERE = "loads something that is not a picture within it"
_ANIMATIONS = frozenset(("animate", "set", "animatetransform", "animatemotion", "animatecolor"))

_WEB = re.compile(r"(?:https?:|mailto:)", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp)((?:;[^,]{0,60})?),", re.IGNORECASE)
_FONT = re.compile(r"data:(?:font/|application/(?:x-)?font-)[a-z0-9+-]{1,20}[;,]", re.IGNORECASE)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})\s?|(.))", re.DOTALL)
_CSS_URL = re.compile(r"url\(\s*[\"']?\s*([^\"')]*)", re.IGNORECASE)
_CSS_LOADS = re.compile(r"@import|image-set\(|\bsrc\(|\bimage\(|javascript:|expression\(|-moz-binding", re.IGNORECASE)
_NUMBER = r"[0-9]{0,9}\.?[0-9]{1,20}"
_LENGTH = re.compile(rf"\s*({_NUMBER})\s*(px|pt|pc|mm|cm|in|)\s*")
_BOX = re.compile(rf"[-+]?{_NUMBER}")
_PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


def is_svg(data: bytes) -> bool:
    """Whether the bytes begin as an SVG image does."""
    return _BEGIN.match(data[:_LOOK].removeprefix(b"\xef\xbb\xbf")) is not None


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, 0 and 0 where the image has no size of its own.

    Raises `NotAnImage`, which says why, where the image is more than a picture.
    """
    from xml.parsers import expat  # 1 ms, and few documents have such images

    if len(data) > MAX_SIZE:
        raise _refused(f"has more than {MAX_SIZE // 10**6} MB")
    look = _Look()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = look.start
    parser.EndElementHandler = look.end
    parser.CharacterDataHandler = look.text
    parser.StartDoctypeDeclHandler = look.doctype
    parser.XmlDeclHandler = look.declaration
    parser.ProcessingInstructionHandler = look.instruction
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise _refused("is not well-formed XML") from None
    look.check_repetition()
    return look.size


class _Look:
    """One way through an image, element by element."""

    def __init__(self) -> None:
        self.size = (0, 0)
        self._depth = 0
        self._sheet: list[str] = []
        self._sheet_depth = 0
        self._pixels = 0
        self._elements = _Elements()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, local = _split(name)
        if not self._depth:
            if (space, local) != (_SVG, "svg"):
                raise _refused("lacks its namespace, without which nobody shows it")
            self.size = _size(attributes)
        self._depth += 1
        self._elements.open(attributes.get("id", ""), attributes.get("d", "") or attributes.get("points", ""))
        if self._depth > MAX_DEPTH:
            raise _refused(f"is nested more than {MAX_DEPTH} deep")
        if self._elements.count > MAX_ELEMENTS:
            raise _refused(f"has more than {MAX_ELEMENTS} elements")
        kind = local.lower()
        if kind in _SCRIPTS:
            raise _refused("has a script")
        if space == _XHTML or kind in _PAGES:
            raise _refused(f"has HTML within ({local})")
        if kind == "style" and not self._sheet_depth:
            self._sheet_depth = self._depth
        for attribute, value in attributes.items():
            self._attribute(kind, attribute, value)

    def end(self, _name: str) -> None:
        self._elements.close()
        if self._depth == self._sheet_depth:
            self._css("".join(self._sheet), in_sheet=True)
            self._sheet.clear()
            self._sheet_depth = 0
        self._depth -= 1

    def text(self, text: str) -> None:
        if self._sheet_depth:
            self._sheet.append(text)

    def doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        # The name of SVG 1.1's own is harmless, for nobody fetches it; what an author declares need not be.
        if has_subset:
            raise _refused("declares entities")

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in _ENCODINGS:
            raise _refused("is not in UTF-8")

    def instruction(self, target: str, _data: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise _refused("takes its style from elsewhere")

    def check_repetition(self) -> None:
        """Refuses an image whose parts refer to each other so often that it never ends."""
        if self._elements.drawn() > MAX_DRAWN:
            raise _refused("repeats its parts too often, or without end")

    def _attribute(self, kind: str, name: str, value: str) -> None:
        space, local = _split(name)
        local = local.lower()
        if (not space and local.startswith("on")) or space == _EVENTS:
            raise _refused(f"has a script ({local[:30]})")
        if space == _XML and local == "base":
            raise _refused("says that it is elsewhere (xml:base)")
        if kind in _ANIMATIONS and local == "attributename":
            animated = value.strip().rpartition(":")[2].lower()
            if animated == "href" or animated.startswith("on"):
                raise _refused(f"changes where it leads ({animated[:30]})")
        if local in ("href", "src") and space in ("", _XLINK, _SVG):
            self._reference(kind, value.strip())
        elif local == "style" or (not space and ("(" in value or "\\" in value) and not local.startswith(_NO_STYLE)):
            self._css(value, marks=local.startswith("marker"))

    def _reference(self, kind: str, url: str) -> None:
        if url.startswith("#"):
            if kind not in _NOT_DRAWN and kind not in _ANIMATIONS:
                self._elements.refer(url[1:])
        elif url and not (kind == "a" and _WEB.match(url)):
            self._embedded(url)

    def _css(self, css: str, marks: bool = False, in_sheet: bool = False) -> None:
        if "\\" in css:
            css = _CSS_ESCAPE.sub(_unescaped, css)
        if _CSS_LOADS.search(css):
            raise _refused(_ELSEWHERE)
        marks = marks or "marker" in css
        for found in _CSS_URL.finditer(css):
            url = found[1].strip()
            if url.startswith("#"):
                self._elements.refer(url[1:], marks, by_all=in_sheet)
            elif url and not (in_sheet and _FONT.match(url)):
                self._embedded(url)

    def _embedded(self, url: str) -> None:
        picture = _PICTURE.match(url)
        if picture is None:
            raise _refused(_ELSEWHERE)
        try:
            within = inspect(a2b_base64(url[picture.end() :])) if picture[1].lower().endswith(";base64") else None
        except (Base64Error, ValueError):  # characters beyond ASCII, or no image
            within = None
        if within is None or within.media_type == "image/svg+xml":
            raise _refused("has a picture within that cannot be read")
        self._pixels += within.width * within.height
        if self._pixels > MAX_PIXELS:
            raise _refused(f"has pictures within of more than {MAX_PIXELS // 10**6} million pixels")


class _Elements:
    """Which elements an image has, and which of them are drawn again elsewhere."""

    def __init__(self) -> None:
        self.count = 0
        self._points = 0
        self._path = ""
        self._open: list[int] = []
        self._ends: list[int] = []
        """By element, the number of the first that is not within it."""
        self._ids: dict[str, int] = {}
        self._from: list[int] = []
        """Which elements refer to others, in reading order; the same may be there more than once."""
        self._to: list[tuple[str, int]] = []
        """And to which id, and how often it is drawn."""
        self._by_all: dict[str, bool] = {}
        """The ids to which a style sheet refers, and whether as markers."""

    def open(self, id: str, path: str) -> None:
        self._open.append(self.count)
        self._ends.append(0)
        if id:
            self._ids.setdefault(id, self.count)
        self.count += 1
        self._path = path
        self._points += len(path) // 2

    def close(self) -> None:
        self._ends[self._open.pop()] = self.count

    def refer(self, id: str, marks: bool = False, by_all: bool = False) -> None:
        """Notes that the element opened last refers to another, or that any may; a marker stands at each point."""
        if len(self._to) >= MAX_ELEMENTS:
            raise _refused(f"refers to its parts more than {MAX_ELEMENTS} times")
        if by_all:
            self._by_all[id] = marks or self._by_all.get(id, False)
        else:
            self._from.append(self.count - 1)
            self._to.append((id, 1 + len(self._path) // 2 if marks else 1))

    def drawn(self) -> int:
        """How many elements are drawn in all; more than `MAX_DRAWN` where it would never end."""
        if not self._to and not self._by_all:
            return self.count
        weights: dict[int, int] = {}
        drawn = self._weigh(0, weights)
        for id, marks in self._by_all.items():
            if id in self._ids:
                times = self.count + (self._points if marks else 0)
                drawn += times * self._weigh(self._ids[id], weights)
        return drawn

    def _weigh(self, element: int, weights: dict[int, int]) -> int:
        """How many elements are drawn with one. Without recursion: references may follow each other by the thousand."""
        stack, opened = [element], set[int]()
        while stack:
            at = stack[-1]
            if at in weights:
                stack.pop()
                continue
            within = self._within(at)
            unknown = {target for target, _ in within if target not in weights}
            if not unknown:
                drawn = self._ends[at] - at + sum(weights[target] * times for target, times in within)
                weights[at] = min(drawn, MAX_DRAWN + 1)
            elif at in opened or not opened.isdisjoint(unknown):
                return MAX_DRAWN + 1  # it comes back to where it began
            else:
                opened.add(at)
                stack += unknown
        return weights[element]

    def _within(self, element: int) -> list[tuple[int, int]]:
        """The elements that are drawn again within one, and how often."""
        first, end = bisect_left(self._from, element), bisect_left(self._from, self._ends[element])
        return [(self._ids[id], times) for id, times in self._to[first:end] if id in self._ids]


def _split(name: str) -> tuple[str, str]:
    space, _, local = name.rpartition(" ")
    return space, local


def _unescaped(found: re.Match[str]) -> str:
    if not found[1]:
        return found[2]
    code = int(found[1], 16)
    return chr(code) if 0 < code < 0x110000 else "\N{REPLACEMENT CHARACTER}"


def _size(attributes: dict[str, str]) -> tuple[int, int]:
    width, height = _pixels(attributes.get("width", "")), _pixels(attributes.get("height", ""))
    box = _BOX.findall(attributes.get("viewBox", "")[:200])
    if len(box) == 4 and (ratio := _ratio(*map(float, box[2:]))):
        width, height = width or height * ratio or float(box[2]), height or width / ratio or float(box[3])
    if not (width and height) or width * height > MAX_PIXELS:  # the extent of a plan or a map is no size on a page
        return 0, 0
    return max(1, round(width)), max(1, round(height))


def _ratio(width: float, height: float) -> float:
    return width / height if width > 0 and height > 0 else 0.0


def _pixels(length: str) -> float:
    found = _LENGTH.fullmatch(length[:40])
    return float(found[1]) * _PIXELS[found[2]] if found else 0.0


def _refused(why: str) -> NotAnImage:
    return NotAnImage(f"is an SVG image that {why}; save it as PNG")
