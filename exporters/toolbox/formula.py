"""Draws formulas: LaTeX's notation, laid out as TeX does, with a font for mathematics.

The rules are those of The TeXbook, appendix G; how far things are raised, and how thick lines are, says the font's
"MATH" table (OpenType 1.9). A formula is drawn by glyphs, not by their outlines, so that it stays small and can be
searched. One of a paper takes 0.3 ms.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, assert_never

from exporters.toolbox.css_colours import colour as css_colour
from exporters.toolbox.drawing import Colour, Command, Drawing, Glyph, Glyphs, Part, Pen, Shape, Words
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.formula_reader import (
    Accent,
    Arrow,
    Brace,
    Bracket,
    Coloured,
    Fence,
    Fraction,
    Framed,
    Grid,
    Kinded,
    Large,
    Line,
    Macro,
    Name,
    Node,
    Phantom,
    Root,
    Row,
    Scripts,
    Space,
    Stack,
    Styled,
    Symbol,
    Text,
    UnreadableFormula,
    read,
)
from exporters.toolbox.formula_symbols import Kind, Variant, styled
from exporters.toolbox.math_font import Extent, Piece, math_font

__all__ = ["SANS", "SERIF", "Macro", "UnreadableFormula", "drawing"]

SANS, SERIF = "NotoSansMath-Regular", "STIXTwoMath-Regular"
"""The fonts to choose from: one beside Noto Sans, and one with the shapes that papers have."""

_SCRIPT = 0.66  # of a letter, that scripts have at least: with 0.6, as Noto Sans Math asks for, they strain the eyes
_SHARES = {SERIF: 1.08}  # of the size: its small letters are a tenth lower than those of Noto Serif
_MAX_GLYPHS = 5_000  # of one formula: four pages
_BASELINES = 1.2  # em from line to line
_STRUT = 0.7, 0.3  # of that, above and below the baseline
_CLEAR = 0.06  # em between rows of a table, above and below each


def drawing(
    latex: str,
    size: float,
    colour: Colour,
    display: bool,
    fonts: Fonts,
    macros: dict[str, Macro] | None = None,
    font: str = SANS,
) -> Drawing:
    """Draws a formula at a font size in points; its `depth` says how far it reaches below the baseline.

    `display` is for one on a line of its own. `macros` are those of the document: what this formula defines is added,
    so that later ones may use it. `fonts` writes what the font for mathematics lacks. Raises `UnreadableFormula`, which
    says why, and `MissingPart` without the font.
    """
    try:
        row = read(latex, {} if macros is None else macros)
        size *= _SHARES.get(font, 1.0)
        setter = _Setter(font, fonts, size)
        box = setter.set(row, _Look(0 if display else 1, False, colour))
        parts = _Flat(size, font).parts(box)
    except RecursionError:  # in a document that is itself nested to the limit
        raise UnreadableFormula("it is nested too deep") from None
    return Drawing(max(box.width, 0.0), max(box.height + box.depth, 0.0), parts, box.depth)


class _Look(NamedTuple):
    """How a part of a formula is set."""

    style: int
    """0 displayed, 1 in a line, 2 as a script, 3 as a script of a script."""
    is_cramped: bool
    """Whether superscripts are to be low, for there is something above."""
    colour: Colour

    def raised(self) -> _Look:
        """For superscripts."""
        return self._replace(style=3 if self.style >= 2 else 2)

    def lowered(self) -> _Look:
        """For subscripts."""
        return self.raised()._replace(is_cramped=True)

    def cramped(self) -> _Look:
        return self._replace(is_cramped=True)

    def smaller(self) -> _Look:
        """For numerators; denominators are cramped as well."""
        return self._replace(style=min(3, self.style + 1))

    def at_least(self, style: int) -> _Look:
        return self._replace(style=max(self.style, style))


class _GlyphInk(NamedTuple):
    number: int
    text: str
    size: float
    colour: Colour


class _RuleInk(NamedTuple):
    """A filled rectangle above and to the right of its place."""

    width: float
    height: float
    colour: Colour


class _LineInk(NamedTuple):
    """A line to a point."""

    x: float
    y: float
    width: float
    colour: Colour


class _WordsInk(NamedTuple):
    text: str
    size: float
    colour: Colour
    look: tuple[Literal["sans", "serif", "mono"], bool, bool]


type _Ink = _GlyphInk | _RuleInk | _LineInk | _WordsInk


class _Box:
    """A part of a formula that is set: what is in it, placed from the left end of the baseline, y downwards."""

    __slots__ = ("accent", "depth", "glyph", "height", "italic", "parts", "width")

    def __init__(self, width: float = 0.0, height: float = 0.0, depth: float = 0.0) -> None:
        self.width = width
        self.height = height
        self.depth = depth
        self.italic = 0.0
        """How far it leans over its right end."""
        self.accent: float | None = None
        """Where the middle of an accent belongs; None for the middle of the box."""
        self.glyph = 0
        """Its glyph, where it is but one."""
        self.parts: list[tuple[float, float, _Box | _Ink]] = []

    def put(self, box: _Box, x: float, y: float = 0.0) -> None:
        """Adds a box at a place, and is as high and deep as that needs."""
        self.parts.append((x, y, box))
        self.height = max(self.height, box.height - y)
        self.depth = max(self.depth, box.depth + y)


class _Setter:
    """Sets the parts of one formula."""

    def __init__(self, font: str, fonts: Fonts, size: float) -> None:
        self._font = math_font(font)
        self._fonts = fonts
        self._size = size
        self._glyphs = 0

    def set(self, node: Node, look: _Look) -> _Box:
        """The box of a part of the formula."""
        match node:
            case Symbol():
                return self._symbol(node.char, node.text, look)
            case Row():
                return self._row(node, look)
            case Scripts():
                return self._scripts(node, look)
            case Large():
                return self._large(node, look)
            case Name():
                return self.set(node.content, look)
            case Fraction():
                return self._fraction(node, look)
            case Root():
                return self._root(node, look)
            case Fence():
                return self._fence(node, look)
            case Accent():
                return self._accent(node, look)
            case Line():
                return self._line(node, look)
            case Brace():
                return self._brace(node, look)
            case Arrow():
                return self._arrow(node, look)
            case Stack():
                return self._limits(self.set(node.base, look), node.below, node.above, look)
            case Grid():
                return self._grid(node, look)
            case Text():
                return self._text(node, look)
            case Phantom():
                return self._phantom(node, look)
            case Bracket():
                return self._bracket(node.char, node.height * self._size, look)
            case Kinded():
                return self.set(node.content, look)
            case Framed():
                return self._framed(node, look)
            case Space() | Styled() | Coloured():
                return self._row(Row((node,)), look)
            case _:
                assert_never(node)

    def _em(self, look: _Look) -> float:
        """The size of glyphs, in points."""
        if look.style < 2:
            return self._size
        share = max(self._font.script_share, _SCRIPT) if look.style == 2 else self._font.script_script_share
        return self._size * share

    def _constant(self, name: str, look: _Look) -> float:
        return self._font.constants[name] * self._em(look)

    def _axis(self, look: _Look) -> float:
        """How high the middle of a fraction, and of a minus, lies."""
        return self._constant("axis_height", look)

    # Glyphs

    def _symbol(self, char: str, text: str, look: _Look) -> _Box:
        number = self._font.glyph(char)
        if not number and char != text:
            number = self._font.glyph(text)
        if not number:
            return self._foreign(text, look, ("sans", False, False))
        return self._glyph(number, text, look)

    def _glyph(self, number: int, text: str, look: _Look) -> _Box:
        self._glyphs += 1
        if self._glyphs > _MAX_GLYPHS:
            raise UnreadableFormula("it is longer than four pages")
        em = self._em(look)
        extent = self._font.extent(number)
        box = _Box(extent.width * em, extent.top * em, -extent.bottom * em)
        box.italic = self._font.italic(number) * em
        accent = self._font.accent(number)
        box.accent = None if accent is None else accent * em
        box.glyph = number
        box.parts.append((0.0, 0.0, _GlyphInk(number, text, em, look.colour)))
        return box

    def _foreign(self, text: str, look: _Look, dress: tuple[Literal["sans", "serif", "mono"], bool, bool]) -> _Box:
        """Text in the fonts of the document."""
        em = self._em(look)
        runs = self._fonts.font(*dress).runs(text)
        width = sum(sum(map(widths.__getitem__, run.split(" "))) + run.count(" ") * widths[" "] for widths, run in runs)
        box = _Box(width * em, 0.75 * em, 0.25 * em)
        box.parts.append((0.0, 0.0, _WordsInk(text, em, look.colour, dress)))
        return box

    def _rule(self, width: float, height: float, look: _Look) -> _Box:
        box = _Box(width, height)
        box.parts.append((0.0, 0.0, _RuleInk(width, height, look.colour)))
        return box

    def _text(self, node: Text, look: _Look) -> _Box:
        """Words, in the font for mathematics as far as that has their characters."""
        variant: Variant = "bold" if node.is_bold else "italic" if node.is_italic else "up"
        if node.family != "serif":
            variant = "mono" if node.family == "mono" else "bold-sans" if node.is_bold else "sans"
        em = self._em(look)
        box = _Box()
        if not all(self._font.glyph(char) for char in node.text if char not in " \u00a0"):
            return self._foreign(node.text, look, (node.family, node.is_bold, node.is_italic))
        for char in node.text:
            if char in " \u00a0":
                box.width += 0.25 * em
                continue
            glyph = self._symbol(styled(char, variant), char, look)
            box.put(glyph, box.width)
            box.width += glyph.width
        return box

    # Rows

    def _row(self, row: Row, look: _Look) -> _Box:
        items = [*self._items(row, look)]
        kinds = _kinds([kind for kind, _, _ in items])
        box = _Box()
        before: Kind | None = None
        leaning = 0.0
        for (_, part, within), kind in zip(items, kinds, strict=True):
            if isinstance(part, Space):
                box.width += part.width * (self._size if part.is_fixed else self._em(within)) + leaning
                leaning = 0.0
                continue
            if kind is not None and before is not None:
                box.width += _space(before, kind, within.style) * self._em(within)
            each = self.set(part, within)
            # An f leans into the bracket behind it, but not into another slanted letter.
            if leaning and not (kind == "ord" and isinstance(part, Symbol) and part.char != part.text):
                box.width += leaning
            box.put(each, box.width)
            box.width += each.width
            leaning = each.italic if isinstance(part, Symbol) else 0.0
            before = kind
        if len(items) == 1 and len(box.parts) == 1:
            only = box.parts[0][2]
            if isinstance(only, _Box):
                return only
        box.width += leaning
        return box

    def _items(self, row: Row, look: _Look) -> Iterator[tuple[Kind | None, Node, _Look]]:
        """The parts of a row, with those of its changes of style and colour among them."""
        for node in row.nodes:
            match node:
                case Space():
                    yield None, node, look
                case Styled():
                    yield from self._items(node.content, look._replace(style=node.style))
                case Coloured():
                    named = css_colour(node.colour)
                    if named is None:
                        raise UnreadableFormula("it has a colour that is not known here")
                    yield from self._items(node.content, look._replace(colour=named[0]))
                case _:
                    yield node.kind, node, look

    # Scripts and limits

    def _scripts(self, node: Scripts, look: _Look) -> _Box:
        base = self._base(node.base)
        limits = node.limits
        if limits is None:
            limits = _has_limits(base) and (look.style == 0 or isinstance(base, Brace))
        if limits and base is not None and not node.primes:
            return self._limits(self.set(base, look), node.below, node.above, look)
        nucleus = self.set(base, look) if base is not None else _Box()
        if node.below is None and node.above is None and not node.primes:
            return nucleus
        return self._beside(nucleus, node, look, is_large=isinstance(base, Large))

    def _base(self, node: Node | None) -> Node | None:
        """What scripts stand at; braces around nothing but one part make no difference."""
        while (
            isinstance(node, Row) and len(node.nodes) == 1 and not isinstance(node.nodes[0], Space | Styled | Coloured)
        ):
            node = node.nodes[0]
        return node

    def _primes(self, count: int, look: _Look) -> _Box:
        # Their glyphs are as large as letters, and raised already.
        box = _Box()
        char = {2: "″", 3: "‴"}.get(count, "′")
        for _ in range(1 if count <= 3 else min(count, 20)):
            prime = self._symbol(char, char, look)
            box.put(prime, box.width)
            box.width += prime.width
        return box

    def _beside(self, nucleus: _Box, node: Scripts, look: _Look, is_large: bool) -> _Box:
        """Scripts at the right of something (The TeXbook, appendix G, 18)."""
        constant = self._constant
        low = self.set(node.below, look.lowered()) if node.below is not None else None
        high = self.set(node.above, look.raised()) if node.above is not None else None
        is_glyph = nucleus.glyph != 0 and not is_large
        up = down = 0.0
        if high:
            up = constant("superscript_shift_up_cramped" if look.is_cramped else "superscript_shift_up", look)
            if not is_glyph:
                up = max(up, nucleus.height - constant("superscript_baseline_drop_max", look))
            up = max(up, high.depth + constant("superscript_bottom_min", look))
        if low:
            down = constant("subscript_shift_down", look)
            if not is_glyph:
                down = max(down, nucleus.depth + constant("subscript_baseline_drop_min", look))
            down = max(down, low.height - constant("subscript_top_max", look))
        if high and low:
            gap = (up - high.depth) - (low.height - down)
            missing = constant("sub_superscript_gap_min", look) - gap
            if missing > 0:
                room = constant("superscript_bottom_max_with_subscript", look) - (up - high.depth)
                lift = max(0.0, min(missing, room))
                up += lift
                down += missing - lift
        box = _Box(nucleus.width)
        box.put(nucleus, 0.0)
        right = nucleus.width
        if low:
            # Under the belly of an integral, not behind its head.
            at = nucleus.width - (nucleus.italic if is_large else 0.0)
            box.put(low, at, down)
            right = at + low.width
        at = nucleus.width + (0.0 if is_large else nucleus.italic)
        if node.primes:
            primes = self._primes(node.primes, look)
            box.put(primes, at, -max(0.0, nucleus.height - primes.height - 0.12 * self._em(look)))
            at += primes.width
            right = max(right, at)
        if high:
            box.put(high, at, -up)
            right = max(right, at + high.width)
        box.width = right + constant("space_after_script", look)
        return box

    def _limits(self, nucleus: _Box, below: Node | None, above: Node | None, look: _Look) -> _Box:
        constant = self._constant
        low = self.set(below, look.lowered()) if below is not None else None
        high = self.set(above, look.raised()) if above is not None else None
        lean = nucleus.italic / 2
        half = nucleus.width / 2
        lefts = [0.0]
        rights = [nucleus.width]
        for each, shift in ((high, lean), (low, -lean)):
            if each:
                lefts.append(half - each.width / 2 + shift)
                rights.append(half + each.width / 2 + shift)
        left = min(lefts)
        box = _Box(max(rights) - left)
        box.put(nucleus, -left)
        if high:
            rise = max(
                constant("upper_limit_baseline_rise_min", look), constant("upper_limit_gap_min", look) + high.depth
            )
            box.put(high, half - high.width / 2 + lean - left, -(nucleus.height + rise))
        if low:
            drop = max(
                constant("lower_limit_baseline_drop_min", look) * 0.75,
                constant("lower_limit_gap_min", look) + low.height,
            )
            box.put(low, half - low.width / 2 - lean - left, nucleus.depth + drop)
        return box

    def _large(self, node: Large, look: _Look) -> _Box:
        """A sum or an integral: larger where it is displayed, and in the middle of the line."""
        number = self._font.glyph(node.char)
        if not number:
            return self._symbol(node.char, node.char, look)
        if look.style == 0:
            least = self._font.constants["display_operator_height"]
            variants = self._font.growth(number, "up").variants
            taller = [glyph for glyph, length in variants if length >= least]
            number = taller[0] if taller else variants[-1][0] if variants else number
        glyph = self._glyph(number, node.char, look)
        return _centred(glyph, self._axis(look))

    # Fractions and roots

    def _fraction(self, node: Fraction, look: _Look) -> _Box:
        outer = look
        if node.style is not None:
            look = look._replace(style=min(3, node.style))
        constant = self._constant
        is_displayed = look.style == 0
        inner = look if node.is_continued else look.smaller()
        above = self.set(node.above, inner)
        below = self.set(node.below, inner.cramped())
        if node.is_continued:
            strut = _BASELINES * self._em(look)
            above.height = max(above.height, strut * _STRUT[0])
            below.height = max(below.height, strut * _STRUT[0])
        width = max(above.width, below.width)
        box = _Box(width)
        if node.has_line:
            middle = "display_style_" if is_displayed else ""
            thickness = constant("fraction_rule_thickness", look)
            axis = self._axis(look)
            up = constant(f"fraction_numerator_{middle}shift_up", look)
            down = constant(f"fraction_denominator_{middle}shift_down", look)
            gap_above = constant(
                "fraction_num_display_style_gap_min" if is_displayed else "fraction_numerator_gap_min", look
            )
            gap_below = constant(
                "fraction_denom_display_style_gap_min" if is_displayed else "fraction_denominator_gap_min", look
            )
            up = max(up, axis + thickness / 2 + gap_above + above.depth)
            down = max(down, thickness / 2 + gap_below + below.height - axis)
            reach = 0.08 * self._em(look)
            width = box.width = width + 2 * reach
            box.put(self._rule(width, thickness, look), 0.0, thickness / 2 - axis)
        else:
            middle = "display_style_" if is_displayed else ""
            up = constant(f"stack_top_{middle}shift_up", look)
            down = constant(f"stack_bottom_{middle}shift_down", look)
            gap = (up - above.depth) - (below.height - down)
            missing = constant(f"stack_{middle}gap_min", look) - gap
            if missing > 0:
                up, down = up + missing / 2, down + missing / 2
        box.put(above, (width - above.width) / 2, -up)
        box.put(below, (width - below.width) / 2, down)
        if node.left or node.right:
            # As TeX has it: of a fixed height, whatever is within.
            height = (2.39 if is_displayed else 1.01) * self._em(look)
            height = max(height, 0.9 * (box.height + box.depth))
            return self._between(box, node.left, node.right, height, look)
        margin = 0.12 * self._em(outer)
        padded = _Box(width + 2 * margin)
        padded.put(box, margin)
        return padded

    def _root(self, node: Root, look: _Look) -> _Box:
        constant = self._constant
        content = self.set(node.content, look.cramped())
        gap = constant("radical_display_style_vertical_gap" if look.style == 0 else "radical_vertical_gap", look)
        thickness = constant("radical_rule_thickness", look)
        inside = max(content.height + content.depth, 0.4 * self._em(look))
        sign = self._tall("√", inside + gap + thickness, look)
        # What the sign is too tall is divided between above and below the content.
        spare = sign.height + sign.depth - inside - gap - thickness
        if spare > 0:
            gap += spare / 2
        top = max(content.height, inside - content.depth) + gap + thickness
        box = _Box()
        left = 0.0
        if node.degree is not None:
            degree = self.set(node.degree, look._replace(style=3))
            before = constant("radical_kern_before_degree", look)
            after = constant("radical_kern_after_degree", look)
            left = max(0.0, before + degree.width + after)
            bottom = sign.height + sign.depth - top
            lift = self._font.degree_share * (sign.height + sign.depth) - bottom
            box.put(degree, left - after - degree.width, -(lift + degree.depth))
        box.put(sign, left, sign.height - top)
        box.put(self._rule(content.width, thickness, look), left + sign.width, thickness - top)
        box.put(content, left + sign.width)
        box.width = left + sign.width + content.width
        box.height = max(box.height, top + constant("radical_extra_ascender", look))
        return box

    # Brackets

    def _fence(self, node: Fence, look: _Look) -> _Box:
        parts = [self.set(part, look) for part in node.parts]
        axis = self._axis(look)
        reach = max(max(part.height - axis, part.depth + axis) for part in parts)
        height = max(0.901 * 2 * reach, 2 * reach - 0.5 * self._em(look))
        box = _Box()
        edges = (node.left, *node.middles, node.right)
        for index, edge in enumerate(edges):
            if edge:
                space = 0.12 * self._em(look) if 0 < index < len(edges) - 1 else 0.0
                bracket = self._bracket(edge, height, look)
                box.put(bracket, box.width + space)
                box.width += bracket.width + 2 * space
            elif index in (0, len(edges) - 1):
                box.width += 0.12 * self._em(look)
            if index < len(parts):
                box.put(parts[index], box.width)
                box.width += parts[index].width
        return box

    def _between(self, content: _Box, left: str, right: str, height: float, look: _Look) -> _Box:
        box = _Box()
        if left:
            bracket = self._bracket(left, height, look)
            box.put(bracket, 0.0)
            box.width = bracket.width
        box.put(content, box.width)
        box.width += content.width
        if right:
            bracket = self._bracket(right, height, look)
            box.put(bracket, box.width)
            box.width += bracket.width
        return box

    def _bracket(self, char: str, height: float, look: _Look) -> _Box:
        """A bracket at least as high as this, in the middle of the line."""
        if not char:
            return _Box()
        return _centred(self._tall(char, height, look), self._axis(look))

    def _tall(self, char: str, height: float, look: _Look) -> _Box:
        number = self._font.glyph(char)
        if not number:
            return self._symbol(char, char, look)
        em = self._em(look)
        extent = self._font.extent(number)
        if (extent.top - extent.bottom) * em >= height:
            return self._glyph(number, char, look)
        growth = self._font.growth(number, "up")
        for glyph, length in growth.variants:
            if length * em >= height:
                return self._glyph(glyph, char, look)
        if not growth.pieces:
            return self._glyph(growth.variants[-1][0] if growth.variants else number, char, look)
        *pieces, (_, total) = self._font.built(growth.pieces, height / em)
        box = _Box()
        for index, (glyph, at) in enumerate(pieces):
            piece = self._glyph(glyph, "" if index else char, look)
            # A piece stands on the end of the one below it, wherever its origin is.
            box.put(piece, 0.0, -at * em - piece.depth)
            box.width = max(box.width, piece.width)
        box.height, box.depth = total * em, 0.0
        return box

    def _long(self, char: str, width: float, look: _Look) -> _Box:
        """A brace or an arrow at least as long as this; its ink begins at its left end."""
        number = self._font.glyph(char)
        if not number:
            return self._symbol(char, char, look)
        em = self._em(look)
        if char == "=":  # which fonts do not make longer
            return self._equals(width, look)
        growth = self._font.growth(number, "across")
        extent = self._font.extent(number)
        fitting = number
        if (extent.right - extent.left) * em < width:
            for glyph, length in growth.variants:
                fitting = glyph
                if length * em >= width:
                    break
            else:
                if growth.pieces:
                    return self._joined(growth.pieces, char, width, look)
        return self._inked(self._glyph(fitting, char, look), self._font.extent(fitting), em)

    def _equals(self, width: float, look: _Look) -> _Box:
        em, axis = self._em(look), self._axis(look)
        thickness = self._constant("fraction_rule_thickness", look)
        box = _Box(width)
        for y in (axis + 0.11 * em, axis - 0.11 * em):
            box.put(self._rule(width, thickness, look), 0.0, thickness / 2 - y)
        return box

    def _joined(self, pieces: tuple[Piece, ...], char: str, width: float, look: _Look) -> _Box:
        em = self._em(look)
        *built, (_, total) = self._font.built(pieces, width / em)
        box = _Box(total * em, -1e9, -1e9)
        for index, (glyph, at) in enumerate(built):
            piece = self._inked(self._glyph(glyph, "" if index else char, look), self._font.extent(glyph), em)
            box.put(piece, at * em)
        return box

    def _inked(self, glyph: _Box, extent: Extent, em: float) -> _Box:
        box = _Box((extent.right - extent.left) * em, glyph.height, glyph.depth)
        box.parts.append((-extent.left * em, 0.0, glyph))
        return box

    # What stands above and below

    def _accent(self, node: Accent, look: _Look) -> _Box:
        content = self.set(node.content, look.cramped())
        em = self._em(look)
        number = self._font.glyph(node.char)
        if not number:
            raise UnreadableFormula("an accent is not in the font")
        base_height = min(content.height, self._constant("accent_base_height", look))
        if node.is_wide and node.char in _ARROWS_ABOVE:
            arrow = self._long(node.char, content.width, look)
            lift = content.height + 0.1 * em + arrow.depth
            box = _Box(max(content.width, arrow.width))
            box.put(content, (box.width - content.width) / 2)
            box.put(arrow, (box.width - arrow.width) / 2, -lift)
            return box
        if node.is_wide:
            for glyph, length in self._font.growth(number, "across").variants:
                if length * em <= content.width:
                    number = glyph
        accent = self._glyph(number, node.char, look)
        extent = self._font.extent(number)
        middle = accent.accent if accent.accent is not None else (extent.left + extent.right) / 2 * em
        below = content.accent if content.accent is not None else content.width / 2
        box = _Box(content.width)
        box.put(content, 0.0)
        box.put(accent, below - middle, -(content.height - base_height))
        box.italic = content.italic
        return box

    def _line(self, node: Line, look: _Look) -> _Box:
        content = self.set(node.content, look.cramped() if node.is_above else look)
        which = "overbar" if node.is_above else "underbar"
        gap, thickness = self._constant(f"{which}_vertical_gap", look), self._constant(f"{which}_rule_thickness", look)
        gap *= 0.8  # the fonts' own is for whole formulas, and loose for a letter
        box = _Box(content.width + content.italic)
        box.put(content, 0.0)
        rule = self._rule(box.width, thickness, look)
        box.put(rule, 0.0, -(content.height + gap) if node.is_above else content.depth + gap + thickness)
        return box

    def _brace(self, node: Brace, look: _Look) -> _Box:
        content = self.set(node.content, look.cramped() if node.is_above else look)
        brace = self._long(node.char, content.width, look)
        gap = 0.1 * self._em(look)
        box = _Box(max(content.width, brace.width))
        box.put(content, (box.width - content.width) / 2)
        y = -(content.height + gap + brace.depth) if node.is_above else content.depth + gap + brace.height
        box.put(brace, (box.width - brace.width) / 2, y)
        return box

    def _arrow(self, node: Arrow, look: _Look) -> _Box:
        above = self.set(node.above, look.raised()) if node.above else None
        below = self.set(node.below, look.lowered()) if node.below else None
        em = self._em(look)
        widest = max(each.width if each else 0.0 for each in (above, below))
        arrow = self._long(node.char, max(widest + 0.6 * em, 1.2 * em), look)
        box = _Box(max(arrow.width, widest))
        box.put(arrow, (box.width - arrow.width) / 2)
        gap = 0.12 * em
        if above:
            box.put(above, (box.width - above.width) / 2, -(arrow.height + gap + above.depth))
        if below:
            box.put(below, (box.width - below.width) / 2, arrow.depth + gap + below.height)
        return box

    # Tables

    def _grid(self, node: Grid, look: _Look) -> _Box:
        inner = look.at_least(node.style) if node.style else look._replace(style=0)
        em = self._em(inner)
        cells = [[self.set(cell, inner) for cell in row] for row in node.rows]
        count = max(map(len, cells))
        widths = [max((row[at].width for row in cells if at < len(row)), default=0.0) for at in range(count)]
        lefts, width = self._columns(node, widths, em)
        baselines, top, bottom = self._baselines(node, cells, em)
        axis = self._axis(look)
        shift = -axis - (top + bottom) / 2  # its middle lies where that of a fraction would
        box = _Box(width, -(top + shift), bottom + shift)
        for row, y in zip(cells, baselines, strict=True):
            for at, cell in enumerate(row):
                spare = widths[at] - cell.width
                share = {"l": 0.0, "c": 0.5, "r": 1.0}[node.columns[min(at, len(node.columns) - 1)]]
                box.put(cell, lefts[at] + spare * share, y + shift)
        self._ruled(node, box, lefts, cells, baselines, shift, em, look)
        self._numbered(node, box, baselines, shift, look)
        if not (node.left or node.right):
            return box
        reach = max(box.height - axis, box.depth + axis)
        return self._between(box, node.left, node.right, max(1.802 * reach, 2 * reach - 0.5 * em), look)

    def _columns(self, node: Grid, widths: list[float], em: float) -> tuple[list[float], float]:
        lefts: list[float] = []
        edge = 0.25 * em if node.bars or node.lines else 0.1 * em if node.left or node.right else 0.0
        x = edge
        for at, width in enumerate(widths):
            if at:
                x += node.gaps[min(at - 1, len(node.gaps) - 1)] * em
            lefts.append(x)
            x += width
        return lefts, x + edge

    def _baselines(self, node: Grid, cells: list[list[_Box]], em: float) -> tuple[list[float], float, float]:
        """Where the lines stand, from the first; and the top and bottom of all."""
        strut = _BASELINES * em
        baselines: list[float] = []
        y = 0.0
        before = 0.0
        for index, row in enumerate(cells):
            # What is taller than a line keeps off its neighbours.
            height = max([strut * _STRUT[0], *(cell.height + _CLEAR * em for cell in row)])
            depth = max([strut * _STRUT[1], *(cell.depth + _CLEAR * em for cell in row)])
            if index:
                space = node.spaces[index - 1] * em if index <= len(node.spaces) else 0.0
                y += before + height + node.row_gap * em + space
            baselines.append(y)
            before = depth
        first = max([strut * _STRUT[0], *(cell.height + _CLEAR * em for cell in cells[0])])
        return baselines, -first, y + before

    def _ruled(
        self,
        node: Grid,
        box: _Box,
        lefts: list[float],
        cells: list[list[_Box]],
        baselines: list[float],
        shift: float,
        em: float,
        look: _Look,
    ) -> None:
        thickness = 0.05 * em
        for row in node.lines:
            if row < len(cells):
                height = max([_BASELINES * em * _STRUT[0], *(cell.height + _CLEAR * em for cell in cells[row])])
                y = baselines[row] - height + shift
            else:
                y = box.depth
            box.parts.append((0.0, y, self._rule(box.width, thickness, look)))
        tall = box.height + box.depth
        for column in node.bars:
            gap = node.gaps[min(max(column - 1, 0), len(node.gaps) - 1)] * em
            x = 0.0 if column == 0 else box.width - thickness if column >= len(lefts) else lefts[column] - gap / 2
            box.parts.append((x, box.depth, self._rule(thickness, tall, look)))

    def _numbered(self, node: Grid, box: _Box, baselines: list[float], shift: float, look: _Look) -> None:
        if not node.tags:
            return
        tags = [self._text(Text(tag), look) for tag in node.tags]
        left = box.width + 2 * self._em(look)
        box.width = left + max(tag.width for tag in tags)
        for tag, y in zip(tags, baselines, strict=True):
            box.put(tag, box.width - tag.width, y + shift)

    # Dress

    def _phantom(self, node: Phantom, look: _Look) -> _Box:
        content = self.set(node.content, look)
        box = _Box(content.width if node.has_width else 0.0)
        if node.has_height:
            box.height, box.depth = content.height, content.depth
        if node.is_shown:
            box.parts.append((0.0, 0.0, content))
        return box

    def _framed(self, node: Framed, look: _Look) -> _Box:
        content = self.set(node.content, look)
        em = self._em(look)
        is_box = "box" in node.lines or node.background
        padding = 0.3 * em if is_box else 0.0
        width = content.width + 2 * padding
        top, bottom = content.height + padding, content.depth + padding
        box = _Box(width, top, bottom)
        pen = 0.045 * em
        if node.background:
            named = css_colour(node.background)
            if named is None:
                raise UnreadableFormula("it has a colour that is not known here")
            box.parts.append((0.0, bottom, self._rule(width, top + bottom, look._replace(colour=named[0]))))
        box.put(content, padding)
        for line in node.lines:
            match line:
                case "box":
                    for x, y, wide, high in (
                        (0.0, bottom, width, pen),
                        (0.0, -top + pen, width, pen),
                        (0.0, bottom, pen, top + bottom),
                        (width - pen, bottom, pen, top + bottom),
                    ):
                        box.parts.append((x, y, _RuleInk(wide, high, look.colour)))
                case "up" | "down":
                    over = 0.12 * em  # or it would hide in the strokes of an x
                    rise = top + bottom + 2 * over if line == "down" else -(top + bottom + 2 * over)
                    start = -top - over if line == "down" else bottom + over
                    box.parts.append((-over, start, _LineInk(width + 2 * over, rise, pen, look.colour)))
                case "strike":
                    box.parts.append((0.0, -self._axis(look), _LineInk(width, 0.0, pen, look.colour)))
                case _:
                    assert_never(line)
        return box


class _Flat:
    """Makes parts of a drawing out of boxes: glyphs of one size and colour together."""

    def __init__(self, size: float, font: str) -> None:
        self._font = font
        self._parts: list[Part] = []
        self._glyphs: list[Glyph] = []
        self._dress: tuple[float, Colour] = (size, (0, 0, 0))

    def parts(self, box: _Box) -> tuple[Part, ...]:
        top = max(box.height, -box.depth)
        stack: list[tuple[float, float, _Box | _Ink]] = [(0.0, top, box)]
        while stack:
            x, y, part = stack.pop()
            match part:
                case _Box():
                    stack += ((x + dx, y + dy, inner) for dx, dy, inner in reversed(part.parts))
                case _GlyphInk():
                    if (part.size, part.colour) != self._dress:
                        self._flush()
                        self._dress = part.size, part.colour
                    self._glyphs.append(Glyph(part.number, part.text, x, y))
                case _RuleInk():
                    self._flush()
                    self._parts.append(Shape(_rectangle(x, y - part.height, part.width, part.height), part.colour))
                case _LineInk():
                    self._flush()
                    path: tuple[Command, ...] = ("M", (x, y)), ("L", (x + part.x, y + part.y))
                    self._parts.append(Shape(path, pen=Pen(part.colour, part.width)))
                case _WordsInk():
                    self._flush()
                    self._parts.append(Words(part.text, x, y, part.size, part.colour, *part.look))
                case _:
                    assert_never(part)
        self._flush()
        return tuple(self._parts)

    def _flush(self) -> None:
        if self._glyphs:
            size, colour = self._dress
            self._parts.append(Glyphs(self._font, size, tuple(self._glyphs), colour))
            self._glyphs = []


def _rectangle(x: float, y: float, width: float, height: float) -> tuple[Command, ...]:
    right, bottom = x + width, y + height
    return ("M", (x, y)), ("L", (right, y)), ("L", (right, bottom)), ("L", (x, bottom)), ("Z", ())


def _centred(box: _Box, axis: float) -> _Box:
    """A box with its middle at the height of the axis."""
    shift = (box.height - box.depth) / 2 - axis
    moved = _Box(box.width)
    moved.put(box, 0.0, shift)
    moved.height, moved.depth = box.height - shift, box.depth + shift
    moved.italic = box.italic
    return moved


def _has_limits(node: Node | None) -> bool:
    match node:
        case Large() | Name() | Brace() | Kinded():
            return node.has_limits
        case _:
            return False


def _kinds(kinds: list[Kind | None]) -> list[Kind | None]:
    """How parts stand beside each other: a sign between nothing, such as a minus, is none (The TeXbook, page 442)."""
    found: list[Kind | None] = []
    before: Kind | None = None
    at = -1  # where it is
    for kind in kinds:
        if kind == "bin" and before in (None, "bin", "op", "rel", "open", "punct"):
            kind = "ord"
        elif kind in ("rel", "close", "punct") and before == "bin":
            found[at] = "ord"
        found.append(kind)
        if kind is not None:
            before, at = kind, len(found) - 1
    if before == "bin":
        found[at] = "ord"
    return found


def _space(before: Kind, after: Kind, style: int) -> float:
    """The space between two parts, in em (The TeXbook, page 170)."""
    width = _SPACES[before][_ORDER.index(after)]
    if width in "234" and style >= 2:  # not in scripts
        return 0.0
    return _WIDTHS[width]


_ORDER: tuple[Kind, ...] = ("ord", "op", "bin", "rel", "open", "close", "punct", "inner")

# 0 none, 1 thin, 2 thin but not in scripts, 3 medium, 4 thick.
_SPACES: dict[Kind, str] = {
    "ord": "01340002",
    "op": "11040002",
    "bin": "33003003",
    "rel": "44004004",
    "open": "00000000",
    "close": "01340002",
    "punct": "22022222",
    "inner": "21342022",
}
_WIDTHS = {"0": 0.0, "1": 3 / 18, "2": 3 / 18, "3": 4 / 18, "4": 5 / 18}
_ARROWS_ABOVE = frozenset("\u20d7\u20d6\u20e1")
