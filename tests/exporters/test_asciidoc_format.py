"""AsciiDoc, as Asciidoctor reads it."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from samples import EVERYTHING, SOURCES, paragraph

from exporters import Source, readers
from exporters.document import (
    BlockQuote,
    Cell,
    Code,
    CodeBlock,
    Document,
    Emphasis,
    Highlight,
    Keyboard,
    LineBreak,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    Strikethrough,
    Strong,
    Superscript,
    Table,
    Underline,
)
from exporters.formats.asciidoc.export import export
from exporters.options import NoOptions
from exporters.report import Report

ROOT = Path(__file__).parent.parent.parent
ASCIIDOCTOR = ROOT / "node_modules/.bin/asciidoctor"
HEADER = ":idprefix:\n:idseparator: -\n:!figure-caption:\n:!table-caption:\n:!example-caption:\n"


def text(document: Document | str, report: Report | None = None) -> str:
    whole = readers.read(Source(document.encode(), "a.md"), Report()) if isinstance(document, str) else document
    return export(whole, NoOptions(), report or Report()).decode()


def body(document: Document | str) -> str:
    """The text without its attributes."""
    return re.sub(r"\A(?::!?\w[^\n]*\n)*\n?", "", text(document)).removesuffix("\n")


WRITTEN = {
    "emphasis": ("*a* and **b**", "_a_ and *b*"),
    "dress within a word": ("a*b*c", "a__b__c"),
    "dress within dress": ("**a *b* c**", "*a _b_ c*"),
    "strong within emphasis": ("***a***", "_**a**_"),
    "code": ("`a b`", "`a b`"),
    "code with marks": ("`a*b`", "`a*b`"),
    "code with braces": ("`{a}`", "`++{a}++`"),
    "what could be marks": ("\\*a\\* {b} C++", "++*++a++*++ ++{++b} C$$++$$"),
    "what could be none": ("a_b * c 2 + 2", "a_b * c 2 + 2"),
    "a link": ("[a](https://b.c/d_)", "link:https://b.c/d%5F[a]"),
    "an address": ("<https://b.c/d>", "https://b.c/d[]"),
    "an unsafe link is its words": ("[a](javascript:b)", "a"),
    "a break": ("a\\\nb", "a +\nb"),
    "a formula": ("$x^2 + [1]$", "stem:[x^2 + [1\\]]"),
    "a formula on a line of its own": ("$$\nx\n$$", "[stem]\n++++\nx\n++++"),
    "code in a block": ("```python\nx = 1\n```", "[source,python]\n----\nx = 1\n----"),
    "code with its own fence": ("```\n----\n```", "-----\n----\n-----"),
    "code with what could be call-outs": ("```\na <1>\n```", "[subs=specialchars]\n----\na <1>\n----"),
    "a quote in a quote": ("> a\n>\n> > b", "____\na\n\n_____\nb\n_____\n____"),
    "a call-out": ("> [!NOTE]\n> a", "[NOTE]\n====\na\n===="),
    "a list": ("- a\n- b\n  - c\n\n  d", "* a\n* b\n** c\n\n+\nd"),
    "a list with numbers": ("3. a\n4. b", "[start=3]\n. a\n. b"),
    "tasks": ("- [x] a\n- [ ] b", "* [x] a\n* [ ] b"),
    "two lists": ("- a\n\n\n* b", "* a\n\n//-\n\n* b"),
    "a table": (
        "| a | b |\n|---|--:|\n| c | d\\|e |",
        '[%header,cols="<,>"]\n|===\n|a\n|b\n\n|c\n|d\\|e\n|===',
    ),
    "a footnote": ("a[^1] b[^1]\n\n[^1]: c]", "afootnote:fn-1[c\\]{empty}] bfootnote:fn-1[]"),
    "a rule": ("a\n\n---", "a\n\n'''"),
    "headings": ("# A\n\n## B\n\n# C", "== A\n\n=== B\n\n== C"),
    "the only heading is the title": ("# A\n\nb\n\n## C", f"= A\n{HEADER}\nb\n\n== C"),
    "details": ("<details open>\n<summary>a</summary>\n\nb\n\n</details>", ".a\n[%collapsible%open]\n====\nb\n===="),
}


@pytest.mark.parametrize(("source", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_each_kind_of_node_has_its_markup(source: str, expected: str) -> None:
    assert body(source) == expected


def test_dress_that_markdown_has_not() -> None:
    dressed = (Strikethrough(("a",)), " ", Underline(("b",)), " ", Highlight(("c",)), " ", Superscript(("d e",)))
    assert body(paragraph(*dressed)) == "[.line-through]#a# [.underline]#b# #c# ^d{sp}e^"
    assert text(paragraph(Keyboard("Ctrl+C"))) == f"{HEADER}:experimental:\n\nkbd:[Ctrl+C]\n"


def test_metadata_are_attributes() -> None:
    written = text("---\ntitle: A\nsubtitle: B\nauthor: [C, D]\ndate: 2024-02-29\nlang: de\nkeywords: '{e}'\n---\nf")
    head = "= A: B\n:authors: C; D\n:revdate: 2024-02-29\n:keywords: \\{e}\n:lang: de\n"
    assert written == f"{head}{HEADER}\nf\n"


def test_merged_cells_stay_merged() -> None:
    rows = (
        (Cell(("wide",), columns=2), Cell(()), Cell(("tall",), rows=2)),
        (Cell(("three",)), Cell(("four",)), Cell(())),
    )
    assert body(Document((Table((None, None, None), (), rows),))) == (
        '[cols="<,<,<"]\n|===\n2+|wide\n.2+|tall\n|three\n|four\n|==='
    )


DIRECTIVES = ("include::/etc/passwd[]", "ifdef::a[]", "ifeval::[1 > 0]", "endif::[]")


@pytest.mark.parametrize("line", DIRECTIVES)
def test_nothing_is_read_into_the_file(line: str) -> None:
    """Asciidoctor does what such a line asks for wherever one begins, even within code."""
    cell = Table((None,), (), ((Cell(("a", LineBreak(), line)),),))
    quote = BlockQuote((Paragraph((f"a\n{line}",)),))
    item = List((ListItem((Paragraph((line,)), CodeBlock(f"{line}  \n"))),))
    written = text(
        Document((Paragraph((line,)), CodeBlock(f"{line}\n"), cell, quote, item, Paragraph((Math(line, True),))))
    )

    name = line.partition(":")[0]
    assert [each for each in written.split("\n") if each.startswith(f"{name}::")] == []


def test_asciidoctor_reads_every_sample(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        {name: text(readers.read(Source(path.read_bytes(), path.name), Report())) for name, path in SOURCES.items()}
        | {"everything-else": text(EVERYTHING)},
    )
    assert set(read) == {*SOURCES, "everything-else"}


def test_links_lead_to_headings_whatever_they_are_called(tmp_path: Path) -> None:
    """Names that are no words, and headings that say the same: Asciidoctor numbers those that have no id."""
    written = text(
        "# Top\n\n[a](#größe) [b](#xy-2) [c](#options-3)\n\n## Größe\n\n## X.Y\n\n## X.Y\n\n"
        "## xy\n\n## Options\n\n## Options\n\n## Options\n\n## Options\n"
    )
    html = _read(tmp_path, {"a": written})["a"]

    ids = re.findall(r'<h2 id="([^"]+)"', html)
    assert len(set(ids)) == 8
    assert [ids.index(id) for id in re.findall(r'<a href="#([^"]+)"', html)] == [0, 3, 7]


# Pieces that are markup, or look like it.
_PIECES = (
    "* - + | _ ` :: .. [1] a_ __ `x` *b* **c** 1. (a) -- ---- ==== ++++ '' \\ \\\\ foo . ( ) [ ] < > ; a*b :a: "
    "// = .T NOTE: |=== +++ ++ $$ (C) ... -> kbd:[x] [[a]] ((b)) {set:a:b} {empty} a:: ;; ^a^ ~b~ #c# &amp; "
    "&#65; stem:[x] +a+ pass:[x] link:a[b] <1> include::x[] [.x]#y# *] ]* xref:a[b]"
).split(" ")


def test_any_text_is_read_back(tmp_path: Path) -> None:
    """Each piece beside some others, at the begin of a line, within it, and within dress."""
    said: list[str] = []
    blocks: list[Paragraph] = []
    for at, piece in enumerate(_PIECES):
        others = [_PIECES[(at * step + step) % len(_PIECES)] for step in (1, 7, 13)]
        first, second = f"{piece} {others[0]}{others[1]}", f"{others[2]}{piece}"
        dress = (Strong, Emphasis, Highlight)[at % 3]
        blocks += (
            Paragraph((f"{first} Q", dress((second,)), piece)),
            Paragraph((dress((piece,)), second, Code(piece), "Q")),
            Paragraph(("Q ", Link((f"x{piece}",), "https://e.x/"), f" {first}")),
        )
        said += (f"{first} Q{second}{piece}", f"{piece}{second}{piece}Q", f"Q x{piece} {first}")
    html = _read(tmp_path, {"a": text(Document(tuple(blocks)))})["a"]

    assert [each for each in _paragraphs(html) if "Q" in each] == [" ".join(each.split()) for each in said]


class _Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_open = False

    def handle_starttag(self, tag: str, attributes: object) -> None:
        if tag == "p":
            self._is_open = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_open = self._is_open and tag != "p"

    def handle_data(self, data: str) -> None:
        if self._is_open:
            self.found[-1] += data


def _paragraphs(html: str) -> list[str]:
    reader = _Paragraphs()
    reader.feed(html)
    return [" ".join(each.split()) for each in reader.found]


def _read(folder: Path, written: dict[str, str]) -> dict[str, str]:
    """The HTML that Asciidoctor makes of each, which it must do without a warning."""
    node = shutil.which("node", path=f"{ROOT / '.venv/bin'}") or shutil.which("node")
    if not node or not ASCIIDOCTOR.exists():
        pytest.skip("Asciidoctor is not there: run `make node_modules/ready`")
    for name, source in written.items():
        (folder / f"{name}.adoc").write_text(source)
    files = [str(folder / f"{name}.adoc") for name in written]
    done = subprocess.run([node, str(ASCIIDOCTOR), "-s", *files], capture_output=True, text=True, check=True)
    assert "WARN" not in done.stderr + done.stdout
    assert "ERROR" not in done.stderr + done.stdout
    return {name: (folder / f"{name}.html").read_text() for name in written}


def test_what_is_lost_is_reported() -> None:
    report = Report()
    document = readers.read(Source(b"a[^1]\n\n[^1]: b\n\n    - c", "a.md"), Report())
    text(document, report)
    text(paragraph(Link(("b",), "https://c.d", "e"), Highlight((Emphasis((Strikethrough(("f",)),)),))), report)
    assert [(item.code, item.severity) for item in report.items] == [
        ("footnote", "degraded"),
        ("link", "degraded"),
        ("style", "degraded"),
    ]
