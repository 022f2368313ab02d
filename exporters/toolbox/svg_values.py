"""The values that stand in the attributes of SVG: lengths, transforms, fonts (SVG 2, chapters 4, 8 and 11)."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import cos, hypot, isfinite, radians, sin, sqrt, tan
from typing import NamedTuple

from exporters.toolbox.drawing import Matrix
from exporters.toolbox.fonts import Family
from exporters.toolbox.svg_paths import IDENTITY, multiplied, near, numbers
from exporters.toolbox.svg_styles import Element, Style

_LENGTH = re.compile(r"\s*([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*([a-zA-Z%]*)")
_TRANSFORM = re.compile(
    r"(matrix|translateX|translateY|translate|scaleX|scaleY|scale|rotate|skewX|skewY)\s*\(([^()]{0,200})\)"
)
_MAX_LENGTHS = 100_000  # in one list
XML_SPACE = "http://www.w3.org/XML/1998/namespace space"
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "q": 96 / 101.6}
_SIZES = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0,
}  # fmt: skip


class View(NamedTuple):
    """What an element inherits from where it stands, besides its style."""

    width: float
    height: float
    """Of the viewport, in user units: what percentages are of."""
    depth: int = 0
    within: tuple[str, ...] = ()
    """The ids of what is being used, so that nothing shows itself."""

    @property
    def diagonal(self) -> float:
        return hypot(self.width, self.height) / sqrt(2)


def number(value: str | None, missing: float) -> float:
    found = _LENGTH.match(value or "")
    return near(float(found[1])) if found else missing


def length(value: str | None, whole: float, em: float = 16.0, missing: float = 0.0) -> float:
    """A length in user units; percentages are of the whole."""
    found = _LENGTH.match(value or "")
    if not found:
        return missing
    number, unit = near(float(found[1])), found[2].lower()
    if unit == "%":
        return number * whole / 100
    if unit in ("em", "ex", "rem", "ch"):
        return number * em * (1.0 if unit.endswith("em") else 0.5)
    return number * _UNITS.get(unit, 1.0)


def pixels(value: str | None) -> float:
    return max(0.0, length(value, 0.0))


def lengths(value: str, whole: float, em: float) -> list[float]:
    return [length(word, whole, em) for word in value.replace(",", " ").split()[:_MAX_LENGTHS]]


def share(value: str) -> float:
    found = _LENGTH.match(value)
    if not found:
        return 1.0
    return min(1.0, max(0.0, float(found[1]) / (100 if found[2] == "%" else 1)))


def view_box(element: Element) -> tuple[float, float, float, float] | None:
    box = numbers(element.attributes.get("viewBox", "")[:200])
    if len(box) != 4 or box[2] <= 0 or box[3] <= 0:
        return None
    left, top, width, height = box
    return left, top, width, height


def fitted(box: tuple[float, float, float, float], area: tuple[float, float, float, float], ratio: str) -> Matrix:
    """What puts a box into an area: as `preserveAspectRatio` says (SVG 2, 8.2)."""
    left, top, width, height = box
    x, y, area_width, area_height = area
    scale_x, scale_y = area_width / width, area_height / height
    if "none" not in ratio:
        scale_x = scale_y = max(scale_x, scale_y) if "slice" in ratio else min(scale_x, scale_y)
    share_x = 0.0 if "xMin" in ratio else 1.0 if "xMax" in ratio else 0.5
    share_y = 0.0 if "YMin" in ratio else 1.0 if "YMax" in ratio else 0.5
    shift_x = x - left * scale_x + (area_width - width * scale_x) * share_x
    shift_y = y - top * scale_y + (area_height - height * scale_y) * share_y
    return scale_x, 0, 0, scale_y, shift_x, shift_y


def matrix(value: str) -> Matrix:
    """What a list of transforms does, the last of them first."""
    matrix = IDENTITY
    for name, text in _TRANSFORM.findall(value[:2_000]):
        values = [_angle(word) if name in ("rotate", "skewX", "skewY") else number(word, 0.0) for word in _words(text)]
        matrix = multiplied(matrix, _TRANSFORMS[name](values) if values else IDENTITY)
    return matrix if all(map(isfinite, matrix)) else IDENTITY


def _words(text: str) -> list[str]:
    return re.findall(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?[a-z%]*", text)


def _angle(word: str) -> float:
    if word.endswith("turn"):
        return number(word, 0.0) * 360
    return number(word, 0.0) * (57.29578 if word.endswith("rad") and not word.endswith("grad") else 1)


def _given_matrix(values: list[float]) -> Matrix:
    if len(values) != 6:
        return IDENTITY
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


def _rotation(values: list[float]) -> Matrix:
    angle = radians(values[0])
    turn: Matrix = (cos(angle), sin(angle), -sin(angle), cos(angle), 0, 0)
    if len(values) < 3:
        return turn
    x, y = values[1], values[2]
    return multiplied(multiplied((1, 0, 0, 1, x, y), turn), (1, 0, 0, 1, -x, -y))


_TRANSFORMS: dict[str, Callable[[list[float]], Matrix]] = {
    "matrix": _given_matrix,
    "translate": lambda values: (1, 0, 0, 1, values[0], values[1] if len(values) > 1 else 0),
    "translateX": lambda values: (1, 0, 0, 1, values[0], 0),
    "translateY": lambda values: (1, 0, 0, 1, 0, values[0]),
    "scale": lambda values: (values[0], 0, 0, values[1] if len(values) > 1 else values[0], 0, 0),
    "scaleX": lambda values: (values[0], 0, 0, 1, 0, 0),
    "scaleY": lambda values: (1, 0, 0, values[0], 0, 0),
    "rotate": _rotation,
    "skewX": lambda values: (1, 0, tan(radians(values[0])), 1, 0, 0),
    "skewY": lambda values: (1, tan(radians(values[0])), 0, 1, 0, 0),
}


def size(style: Style) -> float:
    """The size of letters, in user units."""
    return font_size(style.get("font-size", "16px"))


def font_size(value: str) -> float:
    value = value.strip()
    return _SIZES.get(value) or length(value, 16.0)


def face(style: Style) -> tuple[Family, bool, bool]:
    """The family, and whether it is bold and italic."""
    weight = style.get("font-weight", "").strip()
    is_bold = weight in ("bold", "bolder") or (weight.isdecimal() and len(weight) < 5 and int(weight) >= 600)
    is_italic = style.get("font-style", "").strip().startswith(("italic", "oblique"))
    return family(style.get("font-family", "").lower()), is_bold, is_italic


def family(names: str) -> Family:
    """Which of our families stands for the first that is named, in lower case."""
    for name in names.split(","):
        if any(word in name for word in ("mono", "courier", "consol", "menlo", "code", "terminal")):
            return "mono"
        if "sans" not in name and any(word in name for word in ("serif", "times", "georgia", "garamond", "roman")):
            return "serif"
        if name.strip():
            return "sans"
    return "sans"


def keeps_space(element: Element, style: Style) -> bool:
    return element.attributes.get(XML_SPACE) == "preserve" or style.get("white-space", "").startswith("pre")


def lower(style: Style, size: float) -> float:
    """How far below the given place the baseline is."""
    baseline = style.get("alignment-baseline") or style.get("dominant-baseline", "")
    down = _BASELINES.get(baseline.strip(), 0.0) * size
    shift = style.get("baseline-shift", "").strip()
    if shift in ("sub", "super"):
        return down + size * (0.2 if shift == "sub" else -0.35)
    return down - length(shift, size, size)


# Noto Sans: capitals are 0.71 em high, small letters 0.54, and a line reaches from 0.29 below to 1.07 above.
_BASELINES = {
    "middle": 0.27,
    "central": 0.36,
    "hanging": 0.75,
    "text-before-edge": 1.0,
    "before-edge": 1.0,
    "text-top": 1.0,
    "text-after-edge": -0.25,
    "after-edge": -0.25,
    "text-bottom": -0.25,
    "ideographic": -0.2,
    "mathematical": 0.36,
}
