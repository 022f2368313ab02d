"""Formulas as MathML Core."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from checkers import html_mistakes, pandoc
from hypothesis import given
from hypothesis import strategies as st

from exporters.document import Math
from exporters.report import Report
from exporters.toolbox import mathml
from exporters.toolbox.formula_reader import Macro, UnreadableFormula
from exporters.toolbox.formulas import Formulas


def content(latex: str, display: bool = True) -> str:
    """What the element says, without the LaTeX that goes along."""
    written = mathml.write(latex, display, {})
    found = re.fullmatch(r"<math [^>]*><semantics>(.*)<annotation [^>]*>[^<]*</annotation></semantics></math>", written)
    assert found
    return found[1].removeprefix("<mrow>").removesuffix("</mrow>") if found[1].startswith("<mrow>") else found[1]


WRITTEN = {
    "letters are slanted by themselves": ("x", "<mi>x</mi>"),
    "and upright where they are told": (r"\mathrm{d}", '<mi mathvariant="normal">d</mi>'),
    "several upright ones are a name": (r"\mathrm{kg}", "<mi>kg</mi>"),
    "other alphabets are characters": (r"\mathbb{R}\mathbf{v}", "<mi>ℝ</mi><mi>𝐯</mi>"),
    "a number is one": ("3.14", "<mn>3.14</mn>"),
    "also with a comma": ("3{,}14", "<mn>3,14</mn>"),
    "but a comma parts arguments": ("1,2", "<mn>1</mn><mo>,</mo><mn>2</mn>"),
    "a power is of the whole number": ("10^2", "<msup><mn>10</mn><mn>2</mn></msup>"),
    "a sign between operands": ("a-b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
    "a sign before an operand": (
        "(-b",
        '<mo stretchy="false">(</mo><mo lspace="0" rspace="0">−</mo><mi>b</mi>',
    ),
    "brackets are as high as a line": ("(x)", '<mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo>'),
    "a fraction": (r"\frac{a}{b+c}", "<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mi>c</mi></mrow></mfrac>"),
    "a root": (r"\sqrt{x+1}", "<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>"),
    "a root of a degree": (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
    "scripts": ("x_1^2", "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>"),
    "primes": ("f''", "<msup><mi>f</mi><mo>″</mo></msup>"),
    "scripts before something": (
        "{}^{14}C",
        "<mmultiscripts><mi>C</mi><mprescripts/><mrow></mrow><mn>14</mn></mmultiscripts>",
    ),
    "a sum has limits": (r"\sum_i^n", "<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>"),
    "an integral has none": (r"\int_0^1", "<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>"),
    "unless it is told": (r"\int\limits_0", "<munder><mo>∫</mo><mn>0</mn></munder>"),
    "a function is of something": (r"\sin x", '<mi>sin</mi><mo>\u2061</mo><mspace width="0.1667em"/><mi>x</mi>'),
    "and of something in brackets": (
        r"\sin(",
        '<mi>sin</mi><mo>\u2061</mo><mo stretchy="false">(</mo>',
    ),
    "a limit": (r"\lim_x", "<munder><mi>lim</mi><mi>x</mi></munder>"),
    "an own function": (r"\operatorname{rank}", "<mi>rank</mi>"),
    "a fence": (
        r"\left(x\right.",
        '<mo form="prefix" fence="true" stretchy="true" symmetric="true">(</mo><mi>x</mi>',
    ),
    "an accent": (r"\hat{x}", '<mover accent="true"><mi>x</mi><mo stretchy="false">^</mo></mover>'),
    "a line": (r"\overline{x}", '<mover accent="true"><mi>x</mi><mo stretchy="true">‾</mo></mover>'),
    "a brace": (
        r"\underbrace{x}_n",
        '<munder><munder><mi>x</mi><mo stretchy="true">⏟</mo></munder><mi>n</mi></munder>',
    ),
    "an arrow": (
        r"\xrightarrow{f}",
        '<mover><mo stretchy="true">→</mo>'
        '<mrow><mspace width="0.4em"/><mi>f</mi><mspace width="0.4em"/></mrow></mover>',
    ),
    "words": (r"\text{ if }", "<mtext>\u00a0if\u00a0</mtext>"),
    "bold words": (r"\textbf{so}", '<mtext style="font-weight:bold">so</mtext>'),
    "a colour": (r"\color{red}x", '<mstyle mathcolor="#ff0000"><mi>x</mi></mstyle>'),
    "a space": (r"\quad", '<mspace width="1em"/>'),
    "a matrix": (
        r"\begin{matrix}a&b\end{matrix}",
        "<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr></mtable>",
    ),
    "what is not seen": (r"\phantom{x}", "<mphantom><mi>x</mi></mphantom>"),
    "markup is none": ("a<b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
}


@pytest.mark.parametrize(("latex", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_a_formula_is_written_as_mathml(latex: str, expected: str) -> None:
    assert content(latex) == expected


def test_aligned_equations_are_aligned_for_old_and_new_browsers() -> None:
    written = content(r"\begin{aligned} a &= b \\ &= c \end{aligned}")

    assert written.startswith('<mtable columnalign="right left" displaystyle="true">')
    assert written.count("text-align:right") == written.count("text-align:left") == 2


def test_in_a_line_limits_stand_beside() -> None:
    assert content(r"\sum_i", display=False) == "<msub><mo>∑</mo><mi>i</mi></msub>"
    assert content(r"\sum\limits_i", display=False) == '<munder><mo movablelimits="false">∑</mo><mi>i</mi></munder>'


def test_the_element_says_how_it_stands_and_takes_its_source_along() -> None:
    written = mathml.write("a<b", True, {})

    assert written.startswith('<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><semantics>')
    assert '<annotation encoding="application/x-tex">a&lt;b</annotation>' in written
    assert 'display="block"' not in mathml.write("a", False, {})


# As pandoc reads it back, which writes each of these in one way.
READ_BACK = {
    r"x^{2} + y_{1}^{n}": "",
    r"\frac{a + b}{c}": "",
    r"\sqrt{2} + \sqrt[3]{x + 1}": "",
    r"\sum\limits_{i = 1}^{n}i^{2} = \frac{n(n + 1)}{6}": "",
    r"\int_{0}^{\infty}e^{- x^{2}}\, dx = \frac{\sqrt{\pi}}{2}": "",
    r"\left( \frac{a}{b} \right)": "",
    r"\left\{ x \mid x > 0 \right\}": "",
    "\\begin{pmatrix}\na & b \\\\\nc & d\n\\end{pmatrix}": "",
    r"\alpha + \beta = \Gamma": "",
    r"\mathbf{x} \cdot \mathcal{L}": "",
    r"a \neq b \leq c \geq d": "",
    r"\forall x\exists y": "",
    r"\underline{cd}": "",
    r"\overset{n}{\overbrace{a + b}} + \underset{m}{\underbrace{d + e}}": r"\overbrace{a+b}^{n}+\underbrace{d+e}_{m}",
    r"\prod\limits_{k = 1}^{n}k": "",
    r"\oint_{C}\mathbf{F} \cdot d\mathbf{r}": "",
    r"\cancel{x} + \phantom{y}": "",
}


def test_another_program_reads_the_same_formulas() -> None:
    page = "".join(
        f"<p>{re.sub('<annotation.*</annotation>', '', mathml.write(latex or read, True, {}))}</p>"
        for read, latex in READ_BACK.items()
    )
    without = page.replace("<semantics>", "").replace("</semantics>", "")
    assert re.findall(r"\\\[(.*?)\\\]", pandoc(without, "html", "latex"), re.DOTALL) == list(READ_BACK)


EVERY_NODE = r"""
a \mathbf{b} + \sum_i^n \sin x \lim_{x\to0} y'_1 \frac12 \binom ab \sqrt[3]x \left(a\middle|b\right] \hat x \widehat{ab}
\overline{x}\underline{y} \overbrace{z}^a \xrightarrow[u]{o} \overset ab \begin{array}{l|r}\hline a&b\\c&d\end{array}
\begin{cases}a&b\\c\end{cases} \textit{it} \texttt{m} \quad \! \displaystyle \dfrac12 \textcolor{red}{r} \phantom{p}
\smash{s} \bigl( x \bigr) \mathrel{R} \mathop{O}\limits_x \mathbin{+} \boxed{b} \cancel{c} \xcancel{d}
\colorbox{yellow}{e} \begin{align}a&=b\tag{1}\end{align} {}_2^3X \substack{a\\b} \not= a \pmod n \vec{v}
\iint\limits_D |x| \|y\|
"""


def test_the_html_checker_finds_nothing(tmp_path: Path) -> None:
    formulas = "".join(f"<p>{mathml.write(EVERY_NODE, display, {})}</p>" for display in (True, False))
    page = tmp_path / "a.html"
    page.write_text(f'<!DOCTYPE html><html lang="en"><head><title>a</title></head><body>{formulas}</body></html>')
    assert html_mistakes([page]) == []


@given(st.lists(st.sampled_from(EVERY_NODE.split()), max_size=12).map(" ".join) | st.text(max_size=40))
def test_whatever_can_be_read_is_well_formed(latex: str) -> None:
    try:
        written = mathml.write(latex, True, {})
    except UnreadableFormula:
        return
    root = ElementTree.fromstring(written)
    annotation = root.find(".//{*}annotation")
    assert annotation is not None
    assert (annotation.text or "").split() == latex.split()


def test_control_characters_are_refused() -> None:
    with pytest.raises(UnreadableFormula, match="control"):
        mathml.write("a\x07", True, {})


def test_macros_are_those_of_the_document() -> None:
    formulas = Formulas(mathml.write, Report(), len)

    assert formulas.written(Math(r"\def\R{\mathbb{R}}\R")) is not None
    assert "<mi>ℝ</mi>" in (formulas.written(Math(r"\R")) or "")


def test_what_cannot_be_read_is_reported_once() -> None:
    report = Report()
    formulas = Formulas(mathml.write, report, len)

    assert [formulas.written(Math(r"\unknown")) for _ in range(2)] == [None, None]
    assert [(item.code, item.severity, item.count) for item in report.items] == [("math", "degraded", 2)]


def test_a_few_characters_cannot_fill_a_file() -> None:
    """Macros make much of two characters, so all formulas of a document together have a limit."""
    formulas = Formulas(lambda *_: "x" * 1_000_000, Report(), len)

    assert formulas.written(Math("a"))
    assert None in [formulas.written(Math("a")) for _ in range(20)]


def test_what_a_formula_defines_stays_within_its_document() -> None:
    macros: dict[str, Macro] = {}
    mathml.write(r"\def\a{b}", True, macros)
    assert list(macros) == ["a"]


@pytest.mark.parametrize("end", ["", r"\unknown"])
def test_what_macros_bring_is_bounded_in_all_formulas_together(end: str) -> None:
    """Also where nothing much is written in the end, which 5,000 such formulas would take a minute for."""
    report = Report()
    formulas = Formulas(mathml.write, report, lambda _: 0)
    formulas.written(Math(rf"\def\x{{{'y' * 3_000}{end}}}"))
    for number in range(400):
        formulas.written(Math(rf"\x {number}"))
    assert any("macros make all together too long" in item.what for item in report.items)
    assert formulas.written(Math("a")) is not None
