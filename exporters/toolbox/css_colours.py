"""Colours as CSS writes them: names, #rgb, rgb(), hsl() and their kin (CSS Color 4, 4 to 7)."""

from __future__ import annotations

import re
from functools import cache

from exporters.toolbox.drawing import Colour

_FUNCTION = re.compile(r"(rgba?|hsla?|hwb)\(([^()]{1,100})\)")
_PART = re.compile(r"([-+]?[0-9]*\.?[0-9]+(?:e[-+]?[0-9]+)?)(%|deg|grad|rad|turn)?|none")
_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_DEGREES = {"": 1.0, "deg": 1.0, "grad": 0.9, "rad": 57.29578, "turn": 360.0}


def colour(text: str) -> tuple[Colour, float] | None:
    """The colour and how opaque it is, from 0 to 1; None for what is no colour."""
    text = text.strip().lower()
    if text.startswith("#"):
        return _hex(text[1:]) if _HEX.fullmatch(text) else None
    if text == "transparent":
        return (0.0, 0.0, 0.0), 0.0
    if found := _FUNCTION.fullmatch(text):
        return _function(found[1], [*_PART.finditer(found[2])])
    number = _names().get(text)
    return None if number is None else _hex(number)


def _hex(digits: str) -> tuple[Colour, float]:
    if len(digits) < 6:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue, *alpha = (int(digits[at : at + 2], 16) / 255 for at in range(0, len(digits), 2))
    return (red, green, blue), alpha[0] if alpha else 1.0


def _function(name: str, parts: list[re.Match[str]]) -> tuple[Colour, float] | None:
    if len(parts) not in (3, 4):
        return None
    opacity = _share(parts[3], 1) if len(parts) == 4 else 1.0
    if name.startswith("rgb"):
        red, green, blue = (_share(part, 255) for part in parts[:3])
        return (red, green, blue), opacity
    hue = (float(parts[0][1] or 0) * _DEGREES.get(parts[0][2] or "", 1.0)) % 360
    first, second = (_share(part, 100) for part in parts[1:3])
    if name == "hwb":
        first, second = min(first, 1 - second), second  # white and black are shares of the whole
        return _between(hue, first, 1 - second), opacity
    reach = first * min(second, 1 - second)
    return _between(hue, second - reach, second + reach), opacity


def _share(part: re.Match[str], whole: float) -> float:
    number = float(part[1] or 0)
    return min(1.0, max(0.0, number / (100 if part[2] == "%" else whole)))


def _between(hue: float, low: float, high: float) -> Colour:
    # The purest colour of a hue has one part in full and one not at all; here they are `high` and `low`.
    red, green, blue = (min(1.0, max(0.0, abs((hue / 60 + shift) % 6 - 3) - 1)) for shift in (0, 4, 2))
    reach = high - low
    return low + reach * red, low + reach * green, low + reach * blue


@cache
def _names() -> dict[str, str]:
    """The names of CSS Color 4, 6.1: 30 µs, when a drawing first names a colour."""
    words = _NAMED.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_NAMED = """
aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc bisque ffe4c4
black 000000 blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a burlywood deb887 cadetblue 5f9ea0
chartreuse 7fff00 chocolate d2691e coral ff7f50 cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff
darkblue 00008b darkcyan 008b8b darkgoldenrod b8860b darkgray a9a9a9 darkgreen 006400 darkgrey a9a9a9
darkkhaki bdb76b darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred 8b0000
darksalmon e9967a darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f darkslategrey 2f4f4f
darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff dimgray 696969 dimgrey 696969
dodgerblue 1e90ff firebrick b22222 floralwhite fffaf0 forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc
ghostwhite f8f8ff gold ffd700 goldenrod daa520 gray 808080 green 008000 greenyellow adff2f grey 808080
honeydew f0fff0 hotpink ff69b4 indianred cd5c5c indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa
lavenderblush fff0f5 lawngreen 7cfc00 lemonchiffon fffacd lightblue add8e6 lightcoral f08080 lightcyan e0ffff
lightgoldenrodyellow fafad2 lightgray d3d3d3 lightgreen 90ee90 lightgrey d3d3d3 lightpink ffb6c1 lightsalmon ffa07a
lightseagreen 20b2aa lightskyblue 87cefa lightslategray 778899 lightslategrey 778899 lightsteelblue b0c4de
lightyellow ffffe0 lime 00ff00 limegreen 32cd32 linen faf0e6 magenta ff00ff maroon 800000 mediumaquamarine 66cdaa
mediumblue 0000cd mediumorchid ba55d3 mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee
mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585 midnightblue 191970 mintcream f5fffa
mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead navy 000080 oldlace fdf5e6 olive 808000 olivedrab 6b8e23
orange ffa500 orangered ff4500 orchid da70d6 palegoldenrod eee8aa palegreen 98fb98 paleturquoise afeeee
palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9 peru cd853f pink ffc0cb plum dda0dd powderblue b0e0e6
purple 800080 rebeccapurple 663399 red ff0000 rosybrown bc8f8f royalblue 4169e1 saddlebrown 8b4513 salmon fa8072
sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d silver c0c0c0 skyblue 87ceeb slateblue 6a5acd
slategray 708090 slategrey 708090 snow fffafa springgreen 00ff7f steelblue 4682b4 tan d2b48c teal 008080 thistle d8bfd8
tomato ff6347 turquoise 40e0d0 violet ee82ee wheat f5deb3 white ffffff whitesmoke f5f5f5 yellow ffff00
yellowgreen 9acd32
"""
