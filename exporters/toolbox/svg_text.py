"""The text of SVG images: where each piece of it stands, and how wide it is (SVG 2, chapter 11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import replace
from typing import Literal, NamedTuple

from exporters.toolbox import svg_values as values
from exporters.toolbox.css_colours import colour
from exporters.toolbox.drawing import (
    Area,
    Colour,
    Group,
    LinearGradient,
    Matrix,
    Paint,
    Part,
    Path,
    Picture,
    RadialGradient,
    Shape,
    Stop,
    Words,
)
from exporters.toolbox.fonts import Family, Fonts
from exporters.toolbox.svg_paths import IDENTITY, Box, multiplied, rectangle, transformed
from exporters.toolbox.svg_paths import bounds as path_bounds
from exporters.toolbox.svg_styles import Element, Sheet, Style, TooMuchError
from exporters.toolbox.svg_values import View

MAX_CHARACTERS = 100_000  # of text as drawn
_MAX_LINES = 100  # of text in one box
_MAX_LINE = 1_000  # characters of each

_SPACE = re.compile(r"[ \t\r\n]+")

type FindPaint = Callable[[Literal["fill", "stroke"], Style, Path], tuple[Paint, float]]
"""What something is painted with by its style, and how opaque that is."""


class _Span(NamedTuple):
    """A piece of text in one style, and where it is put."""

    text: str
    style: Style
    x: float | None
    y: float | None
    dx: float
    dy: float
    lower: float
    """How far below the line it stands."""


class Texts:
    """Sets the text of one image."""

    def __init__(self, fonts: Fonts, sheet: Sheet, paint: FindPaint, missing: dict[str, None]) -> None:
        self._fonts = fonts
        self._sheet = sheet
        self._paint = paint
        self._missing = missing
        self._characters = 0

    def text(self, element: Element, style: Style, view: View) -> tuple[Part, ...]:
        """The parts that show a text."""
        spans = self._trimmed([*self._spans(element, style, view)], element)
        if style.get("writing-mode", "").startswith(("tb", "vertical")):
            self._missing["vertical text"] = None
        parts: list[Part] = []
        x = y = 0.0
        chunk: list[_Span] = []
        for span in spans:
            self._characters += len(span.text)
            if self._characters > MAX_CHARACTERS:
                raise TooMuchError
            if chunk and (span.x is not None or span.y is not None):
                x, y = self._chunk(chunk, x, y, parts)
                chunk = []
            chunk.append(span)
        if chunk:
            self._chunk(chunk, x, y, parts)
        wanted = values.length(element.attributes.get("textLength"), view.width)
        return self._stretched(tuple(parts), wanted) if wanted > 0 else tuple(parts)

    def _spans(self, element: Element, style: Style, view: View) -> Iterator[_Span]:
        """The pieces of a text, from its begin to its end."""
        size = values.size(style)
        get = element.attributes.get
        xs, ys = values.lengths(get("x", ""), view.width, size), values.lengths(get("y", ""), view.height, size)
        dxs, dys = values.lengths(get("dx", ""), view.width, size), values.lengths(get("dy", ""), view.height, size)
        lower = values.lower(style, size)
        is_first = True
        for child in element.children:
            if isinstance(child, str):
                text = child if values.keeps_space(element, style) else _SPACE.sub(" ", child)
                # Where each character has its own place, each is a piece of its own.
                many = max(len(xs), len(ys), len(dxs), len(dys)) - 1 if is_first else 0
                many = min(many, len(text) - 1)
                pieces = [*text[:many], text[many:]] if many > 0 and text.strip() else [text]
                for index, piece in enumerate(pieces):
                    at = index if is_first else len(text)
                    yield _Span(piece, style, _nth(xs, at), _nth(ys, at), _nth(dxs, at) or 0, _nth(dys, at) or 0, lower)
                is_first = is_first and not text.strip()
                continue
            if child.tag in ("tspan", "a"):
                within = self._sheet.style(child, style)
                if within.get("display", "").strip() == "none":
                    continue
                spans = [*self._spans(child, within, view)]
                if is_first and spans and not child.attributes.keys() & {"x", "y", "dx", "dy"}:
                    dx, dy = _nth(dxs, 0) or 0.0, _nth(dys, 0) or 0.0
                    spans[0] = spans[0]._replace(x=_nth(xs, 0), y=_nth(ys, 0), dx=dx, dy=dy)
                elif is_first and spans:
                    first = spans[0]
                    x = _nth(xs, 0) if first.x is None else first.x
                    y = _nth(ys, 0) if first.y is None else first.y
                    dx = first.dx if "dx" in child.attributes else _nth(dxs, 0) or 0.0
                    dy = first.dy if "dy" in child.attributes else _nth(dys, 0) or 0.0
                    spans[0] = first._replace(x=x, y=y, dx=dx, dy=dy)
                is_first = is_first and not any(span.text.strip() for span in spans)
                yield from spans
            elif child.tag == "textPath":
                self._missing["text on a path"] = None

    def _trimmed(self, spans: list[_Span], element: Element) -> list[_Span]:
        """The pieces without blanks at the begin and the end, nor two in a row."""
        if element.attributes.get(values.XML_SPACE) == "preserve":
            return [span for span in spans if span.text]
        trimmed: list[_Span] = []
        ends_in_space = True
        pending: _Span | None = None  # a place that was given to nothing but blanks
        for span in spans:
            text = span.text
            if span.x is not None or span.y is not None:
                ends_in_space = True
            if not values.keeps_space(element, span.style):
                text = text.lstrip(" ") if ends_in_space else text
                ends_in_space = text.endswith(" ") or (ends_in_space and not text)
            if pending:
                x = pending.x if span.x is None else span.x
                y = pending.y if span.y is None else span.y
                span = span._replace(x=x, y=y, dx=pending.dx + span.dx, dy=pending.dy + span.dy)
            pending = None if text else span
            if text:
                trimmed.append(span._replace(text=text))
        if trimmed:
            trimmed[-1] = trimmed[-1]._replace(text=trimmed[-1].text.rstrip(" "))
        return trimmed

    def _chunk(self, spans: list[_Span], x: float, y: float, parts: list[Part]) -> tuple[float, float]:
        """Writes what begins at one place; gives where it ends."""
        first = spans[0]
        x, y = x if first.x is None else first.x, y if first.y is None else first.y
        widths = [self._span_width(span) for span in spans]
        anchor = first.style.get("text-anchor", "").strip()
        x -= {"middle": 0.5, "end": 1.0}.get(anchor, 0.0) * (sum(widths) + sum(span.dx for span in spans[1:]))
        shown = [span for span in spans if span.text.strip()]
        for span, width in zip(spans, widths, strict=True):
            x, y = x + span.dx, y + span.dy
            if words := self._words(span, x, y + span.lower):
                if len(shown) == 1 and anchor in ("middle", "end"):
                    # Whoever shows it may have another font, so the place that was given is kept.
                    given = x + width * (0.5 if anchor == "middle" else 1)
                    words = replace(words, x=given, anchor="middle" if anchor == "middle" else "end")
                parts.append(words)
            x += width
        return x, y

    def _words(self, span: _Span, x: float, y: float) -> Words | None:
        style = span.style
        if style.get("visibility", "visible").strip() == "hidden" or not span.text.strip():
            return None
        fill, opacity = self._paint("fill", style, ())
        if style.get("stroke", "none").strip() != "none" and not style.get("paint-order", "").startswith("stroke"):
            self._missing["outlined text"] = None
        if isinstance(fill, LinearGradient | RadialGradient):
            self._missing["text in a gradient"] = None
            fill = _mean(fill.stops)
        if fill is None or not opacity:
            return None
        size, stretch = self._dress(style)
        if not 0 < size < 1e6:
            return None
        return Words(span.text.rstrip(), x, y, size, fill, *values.face(style), "start", opacity, stretch)

    def _span_width(self, span: _Span) -> float:
        size, stretch = self._dress(span.style)
        spacing = span.style.get("letter-spacing", "normal").strip()
        if spacing not in ("normal", "0", "0px"):
            self._missing["letter spacing"] = None
        return self._width(span.text, *values.face(span.style)) * size * stretch

    def _width(self, text: str, family: Family, bold: bool, italic: bool) -> float:
        """How wide a text is, in em."""
        runs = self._fonts.font(family, bold, italic).runs(text)
        return sum(sum(map(widths.__getitem__, run.split(" "))) + run.count(" ") * widths[" "] for widths, run in runs)

    def _dress(self, style: Style) -> tuple[float, float]:
        """How large a text is, and how far it is stretched to be as wide as in the font it was drawn for."""
        size = values.size(style)
        names = style.get("font-family", "").lower().split(",")
        share, stretch = _FITS.get(values.family(names[0]), (1.0, 1.0))
        return (size, 1.0) if any(name in names[0] for name in _AS_WIDE) else (size * share, stretch)

    def _stretched(self, parts: tuple[Part, ...], wanted: float) -> tuple[Part, ...]:
        """A text made as wide as it says that it is: whoever drew it had another font."""
        found = self.bounds(parts)
        words = [part for part in parts if isinstance(part, Words)]
        if not found or not words:
            return parts
        ratio = wanted / (found[2] - found[0]) if found[2] > found[0] else 1.0
        if not 0.5 < ratio < 2 or abs(ratio - 1) < 0.005:
            return parts
        if len(parts) == 1:
            return (replace(words[0], stretch=words[0].stretch * ratio),)
        fixed = words[0].x  # where it is anchored stays where it is
        return (Group(parts, (ratio, 0, 0, 1, fixed * (1 - ratio), 0)),)

    def label(self, element: Element, style: Style, view: View) -> tuple[Part, ...]:
        """The words of HTML in a box, in its middle, each line of them on one line."""
        get = element.attributes.get
        labels = self._labels(element, style)
        texts = [(text, dress) for text, dress in labels if text.strip()][:_MAX_LINES]
        if not texts:
            return ()
        self._missing["HTML in a label"] = None
        width, height = values.length(get("width"), view.width), values.length(get("height"), view.height)
        x, y = values.length(get("x"), view.width) + width / 2, values.length(get("y"), view.height) + height / 2
        leading = 1.25 * max(values.size(dress) for _, dress in texts)
        top = y - leading * (len(texts) - 1) / 2
        parts: list[Part] = []
        for index, (text, dress) in enumerate(texts):
            self._characters += len(text)
            if self._characters > MAX_CHARACTERS:
                raise TooMuchError
            size, stretch = self._dress(dress)
            shade = colour(dress.get("color", "black")) or ((0.0, 0.0, 0.0), 1.0)
            baseline = top + index * leading + size * 0.35
            parts.append(
                Words(text.strip(), x, baseline, size, shade[0], *values.face(dress), "middle", shade[1], stretch)
            )
        return tuple(parts)

    def _labels(self, element: Element, style: Style) -> list[tuple[str, Style]]:
        """The lines of HTML, each as it is dressed where it begins."""
        rows: list[tuple[str, Style]] = [("", style)]
        for child in element.children:
            if isinstance(child, str):
                text, dress = rows[-1]
                rows[-1] = ((text + _SPACE.sub(" ", child))[:_MAX_LINE], dress if text.strip() else style)
                continue
            within = self._sheet.style(child, style)
            inner = self._labels(child, within)
            if child.tag in _HTML_BLOCKS:
                rows += [*inner, ("", style)]
            else:
                text, dress = rows[-1]
                (first, first_dress), *rest = inner
                rows[-1] = ((text + first)[:_MAX_LINE], dress if text.strip() else first_dress)
                rows += rest
        return rows

    def bounds(self, parts: tuple[Part, ...], matrix: Matrix = IDENTITY) -> Box | None:
        """The smallest rectangle around parts, without the width of their outlines."""
        boxes: list[Box | None] = []
        for part in parts:
            match part:
                case Group():
                    boxes.append(self.bounds(part.parts, multiplied(matrix, part.transform)))
                case Shape():
                    boxes.append(path_bounds(transformed(part.path, matrix)))
                case Words():
                    width = self._width(part.text, part.family, part.bold, part.italic) * part.size * part.stretch
                    left = part.x - width * {"start": 0, "middle": 0.5, "end": 1}[part.anchor]
                    box = rectangle(left, part.y - part.size * 0.9, width, part.size * 1.15)
                    boxes.append(path_bounds(transformed(box, matrix)))
                case Picture() | Area():
                    box = rectangle(part.x, part.y, part.width, part.height)
                    boxes.append(path_bounds(transformed(box, matrix)))
                case _:  # glyphs and what else no SVG image has
                    continue
        found = [box for box in boxes if box]
        if not found:
            return None
        lefts, tops, rights, bottoms = zip(*found, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)


def _nth(numbers: list[float], index: int) -> float | None:
    return numbers[index] if index < len(numbers) else None


_HTML_BLOCKS = frozenset(
    ("html:div", "html:p", "html:br", "html:li", "html:ul", "html:ol", "html:tr", "html:h1", "html:h2")
)


def _mean(stops: tuple[Stop, ...]) -> Colour:
    red, green, blue = (sum(part) / len(stops) for part in zip(*(stop.colour for stop in stops), strict=True))
    return red, green, blue


# Drawings leave as much room as their own font takes. Helvetica and its kin are 0.94 times as wide as Noto Sans, Times
# is 0.85 times as wide as Noto Serif and has smaller letters: family → size and stretch.
_FITS: dict[Family, tuple[float, float]] = {"sans": (1.0, 0.945), "serif": (0.94, 0.9)}
_AS_WIDE = ("noto", "verdana", "dejavu", "open sans", "lucida", "bitstream")
