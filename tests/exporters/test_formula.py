"""Formulas: what people write in LaTeX's notation is drawn as TeX would, and what nobody can read is refused."""

from __future__ import annotations

from contextlib import suppress
from unicodedata import normalize

import pytest
from counting import steps
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as some

from exporters.toolbox import formula
from exporters.toolbox.drawing import Drawing, Glyphs, Shape, Words
from exporters.toolbox.fonts import Fonts, folder
from exporters.toolbox.formula import UnreadableFormula
from exporters.toolbox.formula_reader import MAX_LENGTH, Macro
from exporters.toolbox.formula_symbols import ACCENTS, ARROWS, BRACES, DELIMITERS, LARGE, signs, styled
from exporters.toolbox.math_font import math_font

FONTS = Fonts()
BLACK = (0.0, 0.0, 0.0)


def draw(latex: str, display: bool = True, size: float = 10, macros: dict[str, Macro] | None = None) -> Drawing:
    return formula.drawing(latex, size, BLACK, display, FONTS, macros)


def glyphs(drawing: Drawing) -> list[tuple[str, float, float, float]]:
    """What is written, where, and how large, in reading order; y upwards from the baseline."""
    base = drawing.height - drawing.depth
    return [
        (glyph.text, glyph.x, base - glyph.y, part.size)
        for part in drawing.parts
        if isinstance(part, Glyphs)
        for glyph in part.glyphs
    ]


def text(drawing: Drawing) -> str:
    words = [part.text for part in drawing.parts if isinstance(part, Words)]
    return normalize("NFC", "".join(glyph[0] for glyph in glyphs(drawing)) + "".join(words))


def place(drawing: Drawing, char: str) -> tuple[float, float, float]:
    return next((x, y, size) for found, x, y, size in glyphs(drawing) if found == char)


# What is written

WRITTEN = {
    "a^2 + b^2 = c^2": "a2+b2=c2",
    "E = mc^2": "E=mc2",
    r"x < y \& z": "x<y&z",
    r"\frac{-b \pm \sqrt{b^2 - 4ac}}{2a}": "−b±√b2−4ac2a",
    r"\sum_{n=1}^{\infty} \frac1{n^2}": "∑∞n=11n2",
    r"\int_0^\infty e^{-x^2}\,dx": "∫0∞e−x2dx",
    r"\lim_{x \to 0} \sin x": "limx→0sinx",
    r"\alpha\beta\Gamma\epsilon\varepsilon\phi\varphi": "αβΓϵεϕφ",
    r"\mathbb{R}\mathcal{L}\mathfrak{g}\mathbf{v}\mathrm{d}\mathsf{A}\mathtt{B}": "RLgvdAB",
    r"\left( \frac ab \right)": "(ab)",
    r"\left.\frac{df}{dx}\right|_{x=0}": "dfdx|x=0",
    r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}": "(1001)",
    r"f(x) = \begin{cases} 1 & \text{if $x > 0$} \\ 0 & \text{otherwise} \end{cases}": "f(x)={1ifx>00otherwise",
    r"\begin{aligned} a &= b \\ &= c \end{aligned}": "a=b=c",
    r"\begin{align*} a &= b & c &= d \\ \end{align*}": "a=bc=d",
    r"\begin{array}{c|c} A & B \\ \hline 1 & 2 \end{array}": "AB12",
    r"\begin{equation} a \tag{7} \end{equation}": "a(7)",
    r"\sum_{\substack{i < n \\ j < m}} x": "∑i<nj<mx",
    r"\hat x \bar{y} \vec v \widehat{abc} \overline{AB}": "x̂ȳv⃗abĉAB",
    r"\overbrace{a+b}^{n} \underbrace{c}_{m}": "a+b⏞nc⏟m",
    r"A \xrightarrow[below]{above} B": "A→abovebelowB",
    r"\binom{n}{k} {n \choose k} {a \over b}": "(nk)(nk)ab",
    r"\sqrt[3]{x} \root n \of y": "3√xn√y",
    r"\operatorname{softmax}(z) \operatorname*{arg\,max}_x": "softmax(z)argmaxx",
    r"x'' + y'": "x″+y′",
    r"a \equiv b \pmod n": "a≡b(modn)",
    r"\not= \not\in \neq": "≠∉≠",
    r"\stackrel{def}{=} \underset{x}{y}": "=defyx",
    r"\boxed{x} \cancel{y} \phantom{z} \color{red}{r} \textcolor{#00f}{b}": "xyrb",
    r"\big( \Bigl[ \biggr\} \Bigg\| ": "([}‖",
    r"P\left(A \middle| B\right)": "P(A|B)",
    r"\ce{2H2 + O2 -> 2H2O} \ce{SO4^2-}": "2H2+O2→2H2OSO42−",
    r"\newcommand{\norm}[1]{\|#1\|} \norm{x}": "‖x‖",
    r"\def\R{\mathbb R} \DeclareMathOperator{\tr}{tr} \R \tr": "Rtr",
    r"\newcommand{\p}[2][x]{#1#2} \p{1} \p[y]{2}": "x1y2",
    r"α ≤ ∑_i x_i ∈ ℝ": "α≤∑ixi∈ℝ",
    r"1{,}000.5 \% \$ \# \{ \}": "1,000.5%$#{}",
    r"\text{Größe 日本}": "Größe 日本",
    r"\bf x \rm y \displaystyle z": "xyz",
    "x % a remark\n+ y": "x+y",
    "": "",
}


@pytest.mark.parametrize("latex", WRITTEN)
def test_what_a_formula_says_is_written_in_reading_order(latex: str) -> None:
    assert text(draw(latex)) == WRITTEN[latex]


def test_letters_are_taken_from_the_alphabets_of_mathematics() -> None:
    assert [styled("h", variant) for variant in ("", "up", "bold", "double", "script")] == ["ℎ", "h", "𝐡", "𝕙", "𝒽"]
    assert [styled(letter, "") for letter in "xαΓ1∂"] == ["𝑥", "𝛼", "Γ", "1", "∂"]
    assert [styled(letter, "double") for letter in "RCNQZP1"] == ["ℝ", "ℂ", "ℕ", "ℚ", "ℤ", "ℙ", "𝟙"]


def test_the_font_has_nearly_all_signs() -> None:
    font = math_font(formula.SANS)
    chars = {sign.char for sign in signs().values()}
    chars |= {char for table in (LARGE, ACCENTS, BRACES) for char, _ in table.values()}
    chars |= set(ARROWS.values()) | set(DELIMITERS.values())
    assert {char for char in chars if len(char) == 1 and not font.glyph(char)} <= set("ⓈåæÆœŒßøØłŁµ‰")


def test_what_the_font_lacks_is_written_in_those_of_the_document() -> None:
    assert [part.text for part in draw(r"\aa + \text{日本}").parts if isinstance(part, Words)] == ["å", "日本"]


# Where it stands


def test_a_formula_in_a_line_stands_on_its_baseline() -> None:
    drawing = draw("x_1 + y", display=False)
    assert place(drawing, "x")[1] == place(drawing, "y")[1] == pytest.approx(0)
    assert 1 < drawing.depth < 4
    assert 5 < drawing.height < 12


def test_all_is_in_proportion_to_the_size() -> None:
    small, large = draw(r"\frac{a}{b}", size=8), draw(r"\frac{a}{b}", size=16)
    assert large.width == pytest.approx(2 * small.width)
    assert large.depth == pytest.approx(2 * small.depth)


def test_scripts_are_smaller_and_above_or_below() -> None:
    drawing = draw("x^a_b + y^{c^d}")
    (_, base, size), (_, above, script), (_, below, _) = (place(drawing, char) for char in "xab")
    assert below < base < above
    assert 0.6 * size <= script <= 0.75 * size
    assert place(drawing, "d")[2] < script


def test_a_denominator_stands_below_the_line_and_the_numerator_above() -> None:
    drawing = draw(r"\frac{a}{b}")
    [line] = [part for part in drawing.parts if isinstance(part, Shape)]
    height = drawing.height - drawing.depth - line.path[0][1][1]
    assert place(drawing, "b")[1] < 0 < height < place(drawing, "a")[1]


def test_a_fraction_in_a_line_is_smaller_than_one_on_display() -> None:
    assert draw(r"\frac ab", display=False).height < draw(r"\frac ab").height == draw(r"\dfrac ab", False).height


def test_limits_stand_below_a_sum_on_display_and_beside_it_in_a_line() -> None:
    shown, in_line = draw(r"\sum_i x"), draw(r"\sum_i x", display=False)
    assert place(shown, "i")[0] < place(shown, "x")[0] - 4
    assert place(shown, "i")[1] < place(in_line, "i")[1]
    assert place(draw(r"\sum\nolimits_i x"), "i")[1] > place(shown, "i")[1]
    assert place(draw(r"\int\limits_i x"), "i")[1] < place(draw(r"\int_i x"), "i")[1]


@pytest.mark.parametrize(("wide", "narrow"), [("a+b", "a{+}b"), ("a=b", "a{=}b"), ("a=b", "a+b"), (r"a,b", "a{,}b")])
def test_signs_keep_the_distance_that_they_should(wide: str, narrow: str) -> None:
    assert draw(wide).width > draw(narrow).width


@pytest.mark.parametrize(
    ("alone", "within"), [("-x", "{-}x"), ("(-x)", "({-}x)"), ("a=-b", "a={-}b"), ("x^{-1}", "x^{{-}1}")]
)
def test_a_minus_without_anything_before_it_is_no_operation(alone: str, within: str) -> None:
    assert draw(alone).width == pytest.approx(draw(within).width)


def test_brackets_are_as_high_as_what_they_hold() -> None:
    heights = [draw(rf"\left({inner}\right)").height for inner in ("x", r"\frac ab", r"\frac{\frac ab}{\frac cd}")]
    assert heights == sorted(heights)
    assert heights[0] < 12
    assert heights[2] < 45
    tall = r"\begin{matrix}" + r"x \\" * 40 + r"x \end{matrix}"
    assert draw(rf"\left({tall}\right.").height == pytest.approx(draw(tall).height, rel=0.1)


def test_the_sign_of_a_root_covers_what_it_is_of() -> None:
    drawing = draw(r"\sqrt{\frac{a}{b}}")
    [root_line, *_] = [part for part in drawing.parts if isinstance(part, Shape)]
    corners = [values for _, values in root_line.path if values]
    assert max(x for x, _ in corners) == pytest.approx(drawing.width)
    assert min(y for _, y in corners) < min(glyph[2] for glyph in glyphs(drawing)) + drawing.height


def test_signs_of_equality_stand_below_each_other() -> None:
    drawing = draw(r"\begin{aligned} abc &= d \\ e &= f \end{aligned}")
    equals = [x for char, x, _, _ in glyphs(drawing) if char == "="]
    assert equals[0] == pytest.approx(equals[1])
    # And as far from what is before them as in a row.
    assert draw("a=b").width == pytest.approx(draw(r"\begin{aligned}a&=b\end{aligned}").width)


def test_a_matrix_has_its_middle_where_a_minus_is() -> None:
    drawing = draw(r"\begin{matrix} a \\ b \\ c \end{matrix} -")
    middle = (place(drawing, "a")[1] + place(drawing, "c")[1]) / 2
    assert middle == pytest.approx(place(drawing, "b")[1], abs=0.01)
    assert abs(middle) < 3


def test_colours_are_those_that_are_asked_for() -> None:
    drawing = draw(r"a \color{red} b {\color{#00f} c} \textcolor[rgb]{0,0.5,0}{d}")
    found = {glyph.text: part.colour for part in drawing.parts if isinstance(part, Glyphs) for glyph in part.glyphs}
    assert found == {"a": BLACK, "b": (1, 0, 0), "c": (0, 0, 1), "d": (0, 0.5, 0)}


def test_macros_are_kept_for_the_formulas_that_follow() -> None:
    macros: dict[str, Macro] = {}
    assert draw(r"\newcommand{\half}[1]{\frac{#1}{2}}", macros=macros).width == 0
    assert text(draw(r"\half{x}", macros=macros)) == "x2"
    with pytest.raises(UnreadableFormula):
        draw(r"\half{x}")


def test_a_formula_is_the_same_each_time() -> None:
    assert draw(r"\frac{\sqrt{x^2}}{\sum_i y_i}") == draw(r"\frac{\sqrt{x^2}}{\sum_i y_i}")


# What cannot be read

UNREADABLE = {
    r"\foo x": r"\foo is not known here",
    r"\begin{tikzpicture}\end{tikzpicture}": "the environment tikzpicture is not known here",
    r"{x": "a brace is not closed",
    r"x}": "a brace is closed that was not opened",
    r"\left( x": r"\left has no \right",
    r"x \right)": r"\right has no \left",
    r"\begin{matrix} x": r"\begin{matrix} has no \end",
    r"\begin{matrix} x \end{pmatrix}": r"\begin{matrix} has no \end",
    r"a & b": "& stands outside a table",
    r"\frac{a}": "it ends where more must follow",
    r"x^": "it ends where more must follow",
    r"x^2^3": "two superscripts or two subscripts follow each other",
    r"\sqrt[3": "a square bracket is not closed",
    r"\color{nocolour}{x}": "it has a colour that is not known here",
    r"\left x": "x stands where a bracket must stand",
    r"\hspace{wide}": "a space has no length",
    "x" * (MAX_LENGTH + 1): "it has more than 4,000 characters",
    r"\def\x{\x\x}\x": "its macros never end, or make it too long",
    r"\def\x{\y}\def\y{\x}\x": "its macros never end, or make it too long",
    r"\newcommand{x}{y}": "a macro has no name, or there are too many of them",
}


@pytest.mark.parametrize("latex", UNREADABLE)
def test_what_cannot_be_read_says_why(latex: str) -> None:
    with pytest.raises(UnreadableFormula) as refused:
        draw(latex)
    assert str(refused.value) == UNREADABLE[latex]


HOSTILE = {
    "roots without end": r"\sqrt" * 700,
    "fractions without end": r"\frac" * 700,
    "accents without end": r"\hat" * 900 + "x",
    "braces in braces": "{" * 1_900 + "}" * 1_900,
    "scripts of scripts": "x^{" * 900 + "}" * 900,
    "brackets in brackets": r"\left(" * 600,
    "tables in tables": r"\begin{matrix}" * 150 + r"\end{matrix}" * 150,
    "a table without anything": r"\begin{matrix}" + "&" * 1_900 + r"\\" * 900 + r"\end{matrix}",
    "a tall bracket": r"\left(" + r"\begin{matrix}" + r"x\\" * 1_200 + r"\end{matrix}" + r"\right)",
    "macros that grow": r"\def\a{xxxxxxxxxx}\def\b{\a\a\a\a\a\a\a\a\a\a}\def\c{\b\b\b\b\b\b\b\b\b\b}\c\c\c\c\c\c\c\c\c",
    "macros in arguments": r"\newcommand{\f}[1]{#1#1#1#1}" + r"\f{" * 12 + "x" + "}" * 12,
    "colours without end": r"\color{red}" * 350,
    "dollars in a text": r"\text{" + "$x$" * 1_200 + "}",
    "backwards": r"\kern-50em" * 300 + "x",
    "what is no text": "\0\x01\ud800\u202e",
    "long": "x" * MAX_LENGTH,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_no_formula_takes_long(what: str) -> None:
    def drawn() -> None:
        with suppress(UnreadableFormula):
            assert draw(HOSTILE[what]).width >= 0

    # 1.8 million for a table of as many rows and columns as have room, without anything in it; 152,000 for any other
    assert steps(drawn) < (5_500_000 if what == "a table without anything" else 500_000)


def test_a_document_that_is_itself_nested_to_the_limit_is_none_of_its_problems() -> None:
    def nested(depth: int) -> None:
        if depth:
            return nested(depth - 1)
        with pytest.raises(UnreadableFormula, match="too deep"):
            draw("{" * 50 + "x" + "}" * 50)
        return None

    import sys

    frame, depth = sys._getframe(), 0
    while frame := frame.f_back:  # type: ignore[assignment]
        depth += 1
    nested(sys.getrecursionlimit() - depth - 60)


@given(some.lists(some.sampled_from([*r"x2+=(){}[]^_&'$ \\".split(), *(f"\\{name} " for name in (
    "frac", "sqrt", "left(", "right)", "sum", "begin{matrix}", "end{matrix}", "text", "hat", "over", "def\\x", "x",
    "mathbf", "limits", "big", "not", "color", "tag", "middle|", "operatorname", "substack", "xrightarrow", "ce",
    "newcommand",
)), "{", "}", "^", "_", "&", "#1"]), max_size=25))  # fmt: skip
def test_any_commands_are_drawn_or_refused(words: list[str]) -> None:
    try:
        drawing = draw("".join(words))
    except UnreadableFormula as refused:
        assert str(refused)
    else:
        assert drawing.width >= 0
        assert drawing.height >= 0


@given(some.text(max_size=40))
def test_any_text_is_drawn_or_refused(latex: str) -> None:
    try:
        draw(latex)
    except UnreadableFormula as refused:
        assert str(refused)


# The font


def test_the_font_says_the_same_to_others() -> None:
    ours = math_font(formula.SANS)
    theirs = TTFont(folder() / f"{formula.SANS}.ttf")
    math, names, characters = theirs["MATH"].table, theirs.getGlyphOrder(), theirs.getBestCmap()
    constants = math.MathConstants
    for name, value in ours.constants.items():
        title = "".join(word.capitalize() for word in name.split("_"))
        if title != "DisplayOperatorHeight":
            found = getattr(constants, title)
            assert round(value * 1000) == getattr(found, "Value", found), name
    assert ours.degree_share == constants.RadicalDegreeBottomRaisePercent / 100
    variants = math.MathVariants
    for char, coverage, constructions, direction in (
        ("(", variants.VertGlyphCoverage, variants.VertGlyphConstruction, "up"),
        ("√", variants.VertGlyphCoverage, variants.VertGlyphConstruction, "up"),
        ("⏞", variants.HorizGlyphCoverage, variants.HorizGlyphConstruction, "across"),
    ):
        theirs_grown = constructions[coverage.glyphs.index(characters[ord(char)])]
        grown = ours.growth(ours.glyph(char), direction)  # type: ignore[arg-type]
        assert [names[glyph] for glyph, _ in grown.variants] == [
            record.VariantGlyph for record in theirs_grown.MathGlyphVariantRecord
        ]
        assert [names[piece.glyph] for piece in grown.pieces] == [
            record.glyph for record in theirs_grown.GlyphAssembly.PartRecords
        ]
    extent = ours.extent(ours.glyph("g"))
    glyph = theirs["glyf"][characters[ord("g")]]
    assert [round(each * 1000) for each in extent[1:]] == [glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax]


@pytest.mark.parametrize("length", [2.0, 5.0, 12.3, 100.0])
def test_pieces_are_joined_to_the_length_that_is_asked_for(length: float) -> None:
    font = math_font(formula.SANS)
    pieces = font.growth(font.glyph("("), "up").pieces
    *glyphs, (_, end) = font.built(pieces, length)
    assert length - 0.01 <= end < length + 0.5
    assert [at for _, at in glyphs] == sorted(at for _, at in glyphs)
