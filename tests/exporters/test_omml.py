"""Formulas as Office Math."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from checkers import office_mistakes, pandoc
from hypothesis import given
from hypothesis import strategies as st
from test_mathml import EVERY_NODE

from exporters.document import Document
from exporters.toolbox import omml
from exporters.toolbox.formula_reader import UnreadableFormula
from exporters.toolbox.ooxml import XML, Package

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_NOTHING = "<m:r><m:rPr><m:nor/></m:rPr><m:t>\u200b</m:t></m:r>"


def content(latex: str, display: bool = True) -> str:
    written = omml.write(latex, display, {})
    return written.removeprefix("<m:oMathPara>").removesuffix("</m:oMathPara>")[len("<m:oMath>") : -len("</m:oMath>")]


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def upright(text: str) -> str:
    return f'<m:r><m:rPr><m:sty m:val="p"/></m:rPr><m:t>{text}</m:t></m:r>'


WRITTEN = {
    "what looks the same is one run": ("a+b=10", run("a+b=10")),
    "upright letters": (r"\mathrm{kg}", upright("kg")),
    "other alphabets are characters": (r"\mathbb{R}", upright("ℝ")),
    "a fraction": (r"\frac ab", f"<m:f><m:num>{run('a')}</m:num><m:den>{run('b')}</m:den></m:f>"),
    "a fraction without a line": (
        r"\binom ab",
        '<m:d><m:dPr><m:begChr m:val="("/><m:endChr m:val=")"/></m:dPr><m:e><m:f><m:fPr><m:type m:val="noBar"/></m:fPr>'
        f"<m:num>{run('a')}</m:num><m:den>{run('b')}</m:den></m:f></m:e></m:d>",
    ),
    "a root": (r"\sqrt x", f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{run("x")}</m:e></m:rad>'),
    "scripts": ("x_1", f"<m:sSub><m:e>{run('x')}</m:e><m:sub>{run('1')}</m:sub></m:sSub>"),
    "scripts before": (
        "{}_2^3X",
        f"<m:sPre><m:sub>{run('2')}</m:sub><m:sup>{run('3')}</m:sup><m:e>{run('X')}</m:e></m:sPre>",
    ),
    "a sum holds what it is of, up to what is compared or added": (
        r"\sum_i ab + c",
        '<m:nary><m:naryPr><m:chr m:val="∑"/><m:limLoc m:val="undOvr"/><m:supHide m:val="1"/></m:naryPr>'
        f"<m:sub>{run('i')}</m:sub><m:sup/><m:e>{run('ab')}</m:e></m:nary>{run('+c')}",
    ),
    "also a factorial": (
        r"\sum_i n! = c",
        '<m:nary><m:naryPr><m:chr m:val="∑"/><m:limLoc m:val="undOvr"/><m:supHide m:val="1"/></m:naryPr>'
        f"<m:sub>{run('i')}</m:sub><m:sup/><m:e>{run('n!')}</m:e></m:nary>{run('=c')}",
    ),
    "a function holds what it is of": (
        r"\sin 2x \cos (y) z",
        f"<m:func><m:fName>{upright('sin')}</m:fName><m:e>{run('2x')}</m:e></m:func>"
        f"<m:func><m:fName>{upright('cos')}</m:fName><m:e>{run('(y)')}</m:e></m:func>{run('z')}",
    ),
    "a function of nothing": (r"\sin", upright("sin")),
    "a limit": (
        r"\lim_x y",
        f"<m:func><m:fName><m:limLow><m:e>{upright('lim')}</m:e><m:lim>{run('x')}</m:lim></m:limLow></m:fName>"
        f"<m:e>{run('y')}</m:e></m:func>",
    ),
    "a fence": (
        r"\left(a\middle|b\right]",
        '<m:d><m:dPr><m:begChr m:val="("/><m:sepChr m:val="|"/><m:endChr m:val="]"/></m:dPr>'
        f"<m:e>{run('a')}</m:e><m:e>{run('b')}</m:e></m:d>",
    ),
    "an interval": (
        "[a)",
        f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val=")"/><m:grow m:val="0"/></m:dPr><m:e>{run("a")}</m:e></m:d>',
    ),
    "an amount": (
        "|a|",
        f'<m:d><m:dPr><m:begChr m:val="|"/><m:endChr m:val="|"/><m:grow m:val="0"/></m:dPr><m:e>{run("a")}</m:e></m:d>',
    ),
    "a bar that stands alone": ("P(A|B)", run("P(A∣B)")),
    "an accent": (r"\vec a", f'<m:acc><m:accPr><m:chr m:val="\u20d7"/></m:accPr><m:e>{run("a")}</m:e></m:acc>'),
    "a line": (r"\overline a", f'<m:bar><m:barPr><m:pos m:val="top"/></m:barPr><m:e>{run("a")}</m:e></m:bar>'),
    "a frame": (r"\boxed a", f"<m:borderBox><m:e>{run('a')}</m:e></m:borderBox>"),
    "words": (r"\text{if }", '<m:r><m:rPr><m:nor/></m:rPr><m:t xml:space="preserve">if </m:t></m:r>'),
    "a colour": (
        r"\color{red}a",
        '<m:r><w:rPr><w:color w:val="FF0000"/></w:rPr><m:t>a</m:t></m:r>',
    ),
    "a sign without operands": ("x^+", f"<m:sSup><m:e>{run('x')}</m:e><m:sup>{run('+')}{_NOTHING}</m:sup></m:sSup>"),
    "nothing": (r"\frac{}a", f"<m:f><m:num>{_NOTHING}</m:num><m:den>{run('a')}</m:den></m:f>"),
    "brackets with a power": (
        "(h-k)^b",
        '<m:sSup><m:e><m:d><m:dPr><m:begChr m:val="("/><m:endChr m:val=")"/><m:grow m:val="0"/></m:dPr>'
        f"<m:e>{run('h−k')}</m:e></m:d></m:e><m:sup>{run('b')}</m:sup></m:sSup>",
    ),
    "markup is none": ("a<b", run("a&lt;b")),
}


@pytest.mark.parametrize(("latex", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_a_formula_is_written_as_office_math(latex: str, expected: str) -> None:
    assert content(latex) == expected


def test_a_displayed_formula_is_a_paragraph_of_its_own() -> None:
    assert omml.write("a", True, {}) == f"<m:oMathPara><m:oMath>{run('a')}</m:oMath></m:oMathPara>"
    assert omml.write("a", False, {}) == f"<m:oMath>{run('a')}</m:oMath>"


def test_in_a_line_limits_stand_beside() -> None:
    assert '<m:limLoc m:val="subSup"/>' in content(r"\sum_i a", display=False)
    assert "limLow" not in content(r"\lim_x a", display=False)


def test_for_slides_text_is_dressed_as_text_of_slides_is() -> None:
    assert omml.write(r"\color{red}a", False, {}, "a") == (
        '<m:oMath><m:r><a:rPr><a:solidFill><a:srgbClr val="FF0000"/></a:solidFill><a:latin typeface="Cambria Math"/>'
        "</a:rPr><m:t>a</m:t></m:r></m:oMath>"
    )


# As pandoc reads it back, which writes each of these in one way; "" where it is the formula that was written.
READ_BACK = {
    r"x^{2} + y_{1}^{n}": "",
    r"\frac{a + b}{c}": "",
    r"3.14 + 10^{2} - 1,5": "3.14+10^2-1{,}5",
    r"\sqrt{2} + \sqrt[3]{x + 1}": "",
    r"\sum_{i = 1}^{n}i^{2} = \frac{n(n + 1)(2n + 1)}{6}": "",
    r"\int_{0}^{\infty}{e^{- x^{2}}\, dx} = \frac{\sqrt{\pi}}{2}": "",
    r"\lim_{x \rightarrow 0}\frac{\sin x}{x} = 1": "",
    r"\left( \frac{a}{b} \right)": "",
    r"\left\{ x \mid x > 0 \right\}": "",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}": "",
    r"f(x) = \left\{ \begin{matrix} 1 & x > 0 \\ 0 & \text{otherwise} \end{matrix} \right.\ ": (
        r"f(x)=\begin{cases}1&x>0\\0&\text{otherwise}\end{cases}"
    ),
    r"\widehat{x} + \overrightarrow{v} + \bar{y} + \dot{z} + \ddot{q} + \widetilde{n}": (
        r"\hat x+\vec v+\bar y+\dot z+\ddot q+\tilde n"
    ),
    r"\overline{AB} + \underline{cd}": "",
    r"\overset{n}{\overbrace{a + b + c}}": r"\overbrace{a+b+c}^{n}",
    r"A\overset{f}{\rightarrow}B": r"A\xrightarrow{f}B",
    r"{\mathbb{R}}^{n} \subset {\mathbb{C}}^{n}": r"\mathbb{R}^n\subset\mathbb{C}^n",
    r"\mathbf{x} \cdot \mathcal{L} + {\mathfrak{g}}": "",
    r"\alpha + \beta = \Gamma": "",
    r"\binom{n}{k}": "",
    r"\text{if }x > 0": "",
    r"f'(x) + g''(x)": "",
    r"\nabla \times \mathbf{E} = - \frac{\partial\mathbf{B}}{\partial t}": "",
    r"\prod_{k = 1}^{n}k": "",
    r"\max_{x \in S}f(x)": "",
    r"\log_{2}n": "",
    r"\bigcup_{i}^{}A_{i}": r"\bigcup_iA_i",
    r"\forall x\exists y": "",
    r"a \neq b \leq c \geq d": "",
    r"\boxed{x = 1}": "",
    r"\oint_{C}^{}{\mathbf{F} \cdot d\mathbf{r}}": r"\oint_C\mathbf{F}\cdot d\mathbf{r}",
    r"|x| + \| v\|": r"|x|+\|v\|",
    r"\left| \begin{matrix} a & b \\ c & d \end{matrix} \right|": r"\begin{vmatrix}a&b\\c&d\end{vmatrix}",
    r"(a,b\rbrack \cup \lbrack c,d)": "(a,b]\\cup[c,d)",
    r"n! = \Gamma(n + 1)": "",
    r"\cancel{x} + \phantom{y}": "",
    r"\sin{(x + y)}\cos z + \ln{2x}": "",
    r"x_{\text{max}}^{2}": "",
    r"\begin{matrix} 1 & 2 & │ & 3 \\ 4 & 5 & │ & 6 \end{matrix}": r"\begin{array}{cc|c}1&2&3\\4&5&6\end{array}",
    r"\begin{matrix} a & \text{\!} = b \\ c & \text{\!} = d \end{matrix}": r"\begin{aligned}a&=b\\c&=d\end{aligned}",
    r"\underset{m}{x}": "",
}


def test_another_program_reads_the_same_formulas() -> None:
    file = _docx([latex or read for read, latex in READ_BACK.items()])
    back = pandoc(file, "docx", "latex", "--wrap=none").replace("\n", " ")
    assert re.findall(r"\\\[(.*?)\\\]", back) == list(READ_BACK)


def _docx(formulas: list[str]) -> bytes:
    body = "".join(f"<w:p>{omml.write(latex, True, {})}</w:p>" for latex in formulas)
    package = Package(Document(), "word/document.xml", _DOCX)
    package.add("word/document.xml", f"{XML}<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>", _DOCX)
    return package.finish()


def test_every_kind_of_part_is_as_the_schema_says(tmp_path: Path) -> None:
    found = [each.description for each in office_mistakes(_docx([EVERY_NODE]), "docx", tmp_path)]
    # Only what a document must have besides: this has nothing but formulas.
    assert [each for each in found if "relationship" not in each] == []


@given(st.lists(st.sampled_from(EVERY_NODE.split()), max_size=12).map(" ".join) | st.text(max_size=40))
def test_whatever_can_be_read_is_well_formed(latex: str) -> None:
    try:
        written = omml.write(latex, True, {})
    except UnreadableFormula:
        return
    ElementTree.fromstring(f"<a {_NAMESPACES}>{written}</a>")


HOSTILE = {
    "sums in sums": r"\int" * 1_000,
    "functions that never close": r"\sin(" * 700,
    "brackets that never close": "[" * 1_300 + "a)" * 1_300,
    "scripts in scripts": "x" + "^{x" * 29 + "}" * 29,
}


@pytest.mark.parametrize("latex", HOSTILE.values(), ids=HOSTILE)
def test_hostile_formulas_nest_no_deeper_than_word_reads(latex: str) -> None:
    depth = most = 0
    for tag in re.findall(r"<(/?)m:e>", content(latex)):
        depth += -1 if tag else 1
        most = max(most, depth)
    assert most <= 30


def test_a_matrix_is_not_filled_up_without_end() -> None:
    with pytest.raises(UnreadableFormula, match="too large"):
        omml.write(r"\begin{matrix}" + "a&" * 900 + r"\\" * 1_000 + r"\end{matrix}", True, {})
