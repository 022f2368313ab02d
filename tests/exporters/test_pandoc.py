"""pandoc is kept in: what it may do, how long, with how much; what it is given, and what it makes of that."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from documents_strategy import documents
from hypothesis import HealthCheck, given, settings
from samples import EVERYTHING, PICTURE, PICTURED, paragraph, png

from exporters import Source, export, readers, registry
from exporters.document import (
    Admonition,
    BlockQuote,
    Blocks,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Document,
    Emphasis,
    Footnote,
    FootnoteReference,
    Heading,
    Image,
    Json,
    LineBreak,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    Section,
    Strong,
    Table,
)
from exporters.errors import ExporterFailed, ExportError, MissingPart, OutOfMemory, SourceTooLarge
from exporters.exporter import Pandoc
from exporters.report import Report
from exporters.toolbox import pandoc, pandoc_lacks, pandoc_tree

pytestmark = pytest.mark.usefixtures("rubbish")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds another process")

BY_PANDOC = [name for name in registry.names() if registry.get(name).pandoc]
ORG = Pandoc("org")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another program in the place of pandoc: a test writes it, and looks at what is given to it."""
    path = tmp_path / "pandoc"
    path.touch(0o755)
    monkeypatch.setenv("EXPORT_PANDOC", str(path))
    return path


def made(format: str, document: Document, report: Report | None = None) -> str:
    return registry.load(format)(document, registry.get(format).options(), report or Report()).decode()


def body(format: str, *blocks: object) -> list[str]:
    """The lines that are made of blocks, without those that every file has."""
    lines = made(format, Document(blocks)).split("\n")  # type: ignore[arg-type]
    return [line for line in lines if line.strip() and not line.startswith(("Content-Type", "Wiki-Format"))]


def tree(document: Document, declared: Pandoc = ORG, report: Report | None = None) -> dict[str, object]:
    found: dict[str, object] = json.loads("".join(pandoc_tree.pieces(document, declared, report or Report())))
    return found


def said(document: Document, declared: Pandoc) -> list[str]:
    report = Report()
    tree(document, declared, report)
    return [item.what for item in report.items]


def read_back(writer: str, data: str) -> str:
    """A file as pandoc reads it, in its own plain text."""
    command = [pandoc.find(), "--from", writer, "--to", "plain", "--wrap=none"]
    return subprocess.run(command, input=data.encode(), capture_output=True, check=True).stdout.decode()


# Where it is


def test_a_program_on_the_path_is_never_taken(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXPORT_PANDOC")
    monkeypatch.setenv("PATH", str(program.parent))
    assert pandoc.find() != program
    assert pandoc.find().is_file()


@pytest.mark.parametrize("name", ["gone", "."], ids=["absent", "a folder"])
def test_a_program_that_is_not_there_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("EXPORT_PANDOC", str(tmp_path / name))
    with pytest.raises(MissingPart, match="pandoc is not where EXPORT_PANDOC says"):
        made("org", Document())


def test_its_package_is_found_and_never_imported() -> None:
    program = "import sys; from exporters.toolbox import pandoc; pandoc.find(); assert 'pypandoc' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


# What it may do


def test_it_sees_its_own_folder_and_nothing_of_us(
    program: Path, rubbish: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    program.write_text("#!/bin/sh\necho [] > log.json\n{ pwd; echo; env; echo; ls; cat; } > made\n")
    folder, environment, files = made("org", Document()).split("\n\n")

    assert Path(folder).parent == rubbish
    assert {line.partition("=")[0] for line in environment.splitlines()} <= {"PWD", "SHLVL", "_", "OLDPWD"}
    assert files.split() == ["log.json", "made", "tree.json"]
    assert list(rubbish.iterdir()) == []


@linux
def test_its_bounds_are_set_from_outside(program: Path) -> None:
    # The shell may look before they are set, so it gives us the time that starting pandoc gives.
    limits = "{ ulimit -v; ulimit -t; ulimit -f; ulimit -c; }"
    program.write_text(f"#!/bin/sh\nsleep 0.2\necho [] > log.json\n{limits} > made\n")
    addresses, seconds, blocks, core = map(int, made("org", Document()).split())
    assert addresses == 1536 * 1024
    assert seconds == 40
    assert blocks in (128 * 2**20 // 512, 128 * 2**20 // 1024)  # as the shell counts them
    assert core == 0


@pytest.mark.parametrize("place", ["/etc/hostname", "file:///etc/hostname", "http://localhost:1/x.png"])
@pytest.mark.parametrize("writer", ["rtf", "fb2", "icml"])
def test_it_reads_no_file_and_no_address(writer: str, place: str) -> None:
    """No tree of ours names any; but should one ever, then nothing is read."""
    image = {"t": "Image", "c": [["", [], []], [], [place, ""]]}
    whole = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": [{"t": "Para", "c": [image]}]}
    report = Report()
    data = pandoc.written(writer, [json.dumps(whole)], report)
    assert Path("/etc/hostname").read_bytes().strip() not in data
    assert {item.code for item in report.items} <= {"image"}


# What a hostile document does


def words(count: int) -> Document:
    return Document(tuple(Paragraph(("one two three four " * 100,)) for _ in range(count)))


@linux
def test_what_needs_too_much_memory_is_refused(rubbish: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_MAX_HEAP_MB", 40)
    with pytest.raises(OutOfMemory, match="Split the source, or make its images smaller"):
        made("org", words(4_000))
    assert list(rubbish.iterdir()) == []


@linux
def test_what_takes_too_long_is_stopped(rubbish: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_PATIENCE", 0.2)
    with pytest.raises(SourceTooLarge, match="takes more than 40 seconds"):
        made("org", words(20_000))
    assert list(rubbish.iterdir()) == []


@linux
def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_MAX_FILE", 100_000)
    with pytest.raises(SourceTooLarge, match="too much room"):
        made("org", words(500))


def test_a_tree_that_is_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_MAX_TREE", 100_000)
    with pytest.raises(SourceTooLarge, match="too much room"):
        made("org", words(500))


def nested(block: Callable[[Blocks], object], depth: int = 100) -> Document:
    blocks: Blocks = (Paragraph(("deep",)),)
    for _ in range(depth):
        blocks = (block(blocks),)  # type: ignore[assignment]
    return Document(blocks)


@pytest.mark.parametrize("format", BY_PANDOC)
def test_what_is_nested_as_deep_as_documents_are_is_written(format: str) -> None:
    def one_in_another(blocks: Blocks) -> object:
        return List((ListItem((Paragraph(("item",)), BlockQuote(blocks))),))

    assert "deep" in made(format, nested(one_in_another, 50))


def test_a_note_that_is_mentioned_a_thousand_times_is_written_once() -> None:
    mentions = (FootnoteReference("a"),) * 1000
    document = Document((Paragraph(("x", *mentions)),), footnotes=(Footnote("a", (Paragraph(("noted",)),)),))
    text = made("docbook", document)
    assert text.count("noted") == 1
    assert text.count("<superscript>1</superscript>") == 999


def test_notes_that_mention_each_other_end() -> None:
    notes = tuple(
        Footnote(each, (Paragraph((f"note {each} ", FootnoteReference(other))),)) for each, other in ("ab", "ba", "cc")
    )
    text = made("docbook", Document((Paragraph(("x", FootnoteReference("a"))),), footnotes=notes))
    assert [text.count(f"note {each}") for each in "abc"] == [1, 1, 1]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_cell_spans_no_more_than_there_is(rows: int) -> None:
    huge = Cell(("huge",), columns=10**9, rows=10**9)
    table = Table((None, None), (), ((huge, Cell(())), *(((Cell(()), Cell(()))),) * (rows - 1)))
    text = made("jats", Document((table,)))
    assert ('colspan="2"' in text, 'rowspan="3"' in text) == (True, rows == 3)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(documents())
def test_any_document_is_a_tree(document: Document) -> None:
    for format in ("org", "docbook", "dokuwiki", "ipynb", "xwiki"):
        declared = registry.get(format).pandoc
        assert declared is not None
        assert tree(document, declared)["pandoc-api-version"] == [1, 23, 1]


# What becomes of its failures

OURS = "This is a mistake in the exporter, not in the source; the operator can replay the job once it is mended."


@pytest.mark.parametrize(
    ("script", "error", "message"),
    [
        ("echo 'Heap exhausted' >&2; exit 251", OutOfMemory, "more memory than pandoc may have"),
        ("echo 'pandoc: out of memory' >&2; exit 1", OutOfMemory, "more memory than pandoc may have"),
        ("kill -9 $$", OutOfMemory, "more memory than pandoc may have"),
        ("echo 'No space left on device' >&2; exit 1", SourceTooLarge, "too much room"),
        ("kill -XCPU $$", SourceTooLarge, "takes more than 40 seconds"),
        ("echo secret >&2; exit 64", ExporterFailed, f"pandoc could not write the document (code 64). {OURS}"),
        ("kill -SEGV $$", ExporterFailed, f"pandoc could not write the document (code -11). {OURS}"),
    ],
    ids=["heap", "memory", "killed", "disk", "time", "a code", "a crash"],
)
def test_a_failure_says_what_to_do(program: Path, rubbish: Path, script: str, error: type, message: str) -> None:
    program.write_text(f"#!/bin/sh\n{script}\n")
    with pytest.raises(ExportError) as failed:
        made("org", Document())
    assert type(failed.value) is error
    assert message in str(failed.value)
    assert "secret" not in str(failed.value)
    assert list(rubbish.iterdir()) == []


def test_a_tree_that_is_none_is_our_mistake() -> None:
    with pytest.raises(ExporterFailed):
        pandoc.written("org", ["{}"], Report())


def test_what_pandoc_warns_of_is_told_without_its_words() -> None:
    report = Report()
    made("jats", paragraph(Math(r"\secret{x}")), report)
    (item,) = report.items
    assert (item.code, item.severity, item.what) == ("math", "degraded", "A formula is shown as its LaTeX source.")


# What it is given


def test_harmless_text_is_one_word_to_pandoc() -> None:
    """A third of an export is to read the tree, which has a node for each word otherwise."""
    ((para,), *_) = (tree(paragraph("The café, well-known, is open. Is 5 % much?"))["blocks"],)
    assert para == {"t": "Para", "c": [{"t": "Str", "c": "The café, well-known, is open. Is 5 % much?"}]}


def test_a_line_end_is_a_space_but_none_between_chinese_characters() -> None:
    text = made("org", paragraph("one\ntwo 你好\n世界"))
    assert text.strip() == "one two 你好世界"


def test_what_stands_in_another_of_its_kind_is_not_dressed_twice() -> None:
    assert body("org", Paragraph((Strong(("A ", Strong(("bold",)), " word")),))) == ["*A bold word*"]


def test_the_only_heading_is_the_title_where_there_is_a_place_for_it() -> None:
    document = Document(sections=(Section(1, ("The book",), "b", (), (Section(2, ("One",), "c"),)),))
    assert "#+title: The book\n\n* One" in made("org", document)
    assert made("mediawiki", document).startswith("= The book =\n\n== One ==")


def test_who_wrote_the_document_is_said_where_the_format_has_no_place_for_it() -> None:
    about = {"title": "Plan", "author": ["Ada", "Bo"], "date": "2024-02-29"}
    document = Document((Paragraph(("x",)),), metadata=about)
    assert made("dokuwiki", document) == "====== Plan ======\n\nAda, Bo · 2024-02-29\n\nx\n"


@pytest.mark.parametrize("key", ["title", "subtitle", "author", "date", "abstract"])
@pytest.mark.parametrize("format", BY_PANDOC)
def test_what_a_document_says_of_itself_is_in_the_file_or_reported(format: str, key: str) -> None:
    about: dict[str, Json] = {"title": "Named", key: "1871-02-28" if key == "date" else "Stated"}
    report = Report()
    text = made(format, Document((Paragraph(("x",)),), metadata=about), report)
    reported = [item.what for item in report.items if item.code == "metadata"]
    is_there = any(word in text for word in ("Stated", "1871"))
    assert reported == ([] if is_there else [f"The {key} is left out: the format has no place for it."])


def test_only_headings_that_links_lead_to_have_names() -> None:
    linked = Section(1, ("Linked",), "1-linked", (Paragraph((Link(("up",), "#1-linked"),)),))
    text = made("docbook", Document(sections=(linked, Section(1, ("Other",), "other"))))
    assert '<section xml:id="place-1">' in text, "an id of XML does not begin with a digit"
    assert 'linkend="place-1"' in text or 'xlink:href="#place-1"' in text
    assert "other" not in text


@pytest.mark.parametrize("format", ["docbook", "jats", "tei", "fb2", "icml", "textile", "mediawiki", "xwiki", "jira"])
def test_a_link_within_the_document_leads_somewhere(format: str) -> None:
    there = Section(1, ("There",), "over-there")
    text = made(format, Document((Paragraph((Link(("see",), "#over-there"),)),), (there, Section(1, ("B",), "b"))))
    assert text.count("over-there") >= 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "notes.md", "#gone", "data:text/html,x"])
def test_a_link_that_leads_nowhere_is_its_words(url: str) -> None:
    report = Report()
    assert made("org", paragraph(Link(("words",), url)), report) == "words\n"
    assert [item.severity for item in report.items] == ["lost"]


def test_python_becomes_cells_of_a_notebook_and_each_section_begins_one() -> None:
    code = CodeBlock("print(1)\n", "python", "python")
    document = Document((Paragraph(("first",)), code, code), (Section(1, ("Next",), "n", (Paragraph(("last",)),)),))
    file = export(Source(b"x", "x.md"), "ipynb")
    assert file.name == "x.ipynb"
    notebook = json.loads(made("ipynb", document))
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
    assert cells == [
        ("markdown", "first"),
        ("code", "print(1)"),
        ("code", "print(1)"),
        ("markdown", "# Next\n\nlast"),
    ]
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_a_list_in_a_notebook_begins_with_its_number() -> None:
    text = made("ipynb", Document((List((ListItem((Paragraph(("seven",)),)),), 7),)))
    assert json.loads(text)["cells"][0]["source"] == ["7.  seven"]


def test_our_reader_of_notebooks_finds_the_same_words() -> None:
    text = made("ipynb", EVERYTHING)
    document = readers.read(Source(text.encode(), "everything.ipynb"), Report(), keep_html=False)
    again = made("org", document)
    assert all(word in again for word in ("tabled", "printed = 1", "quoted", "emphatic", "folded", "second tab"))


# Images


@pytest.mark.parametrize(
    ("format", "held"),
    [("rtf", "\\pngblip"), ("fb2", 'content-type="image/png"'), ("docbook", "data:image/png;base64,")],
)
def test_an_image_is_in_the_file(format: str, held: str) -> None:
    report = Report()
    assert held in made(format, Document((Paragraph((Image(PICTURED, "seen"),)),), resources=PICTURE), report)
    assert report.items == ()


@pytest.mark.parametrize(("alternative", "severity"), [("seen", "degraded"), ("", "lost")])
def test_an_image_that_the_format_cannot_hold_is_its_alternative_text(alternative: str, severity: str) -> None:
    report = Report()
    text = made("org", Document((Paragraph((Image(PICTURED, alternative),)),), resources=PICTURE), report)
    assert text == f"/[{'Image: seen' if alternative else 'Image'}]/\n"
    assert [item.severity for item in report.items] == [severity]


def test_an_image_that_is_shown_again_and_again_does_not_fill_the_memory() -> None:
    data = png(24, 16) + bytes(9_000_000)
    resources = {PICTURED: type(PICTURE[PICTURED])("image/png", data, 24, 16)}
    report = Report()
    shown = Document((Paragraph((Image(PICTURED, "x"),) * 5),), resources=resources)
    size = sum(map(len, pandoc_tree.pieces(shown, Pandoc("rtf", images=("image/png",)), report)))
    assert size < 25_000_000
    assert [(item.severity, item.count) for item in report.items] == [("lost", 3)]


# What pandoc does not escape

INJECTIONS = {
    "xwiki": ["{{groovy}}x{{/groovy}}", "{{velocity}}", "[[w]]", "= no", "* no", "1. no", "(((", "|x"],
    "mediawiki": ["{{template}}", "[[page]]", "{|", "= no =", "* no", "# no", "''m''", "~~~~", "__TOC__", "----"],
    "dokuwiki": [
        "{{image}}",
        "[[page]]",
        "~~NOTOC~~",
        "((note))",
        "> no",
        "| no |",
        "^ no ^",
        "<code>",
        "''m''",
        "%%x",
    ],
    "jira": ["{toc}", "# no", "h1. no", "bq. no", "* no", "|x|", "&lt;"],
    "textile": ["# no", "h1. no", "bc. no", "!image!", '"x":http://y', "==x==", "|x|", "[1]", "??x??"],
    "zimwiki": ["{{image}}", "[[page]]", "= no =", "* no", "1. no", "[ ] no"],
    "bbcode": ["[b]no[/b]", "[url=x]", "[img]"],
    "org": ["* no", "# no", "[[link]]", "{{{macro}}}", "<<target>>", "*no*", "=no=", "| no", "[fn:1]", "\\alpha"],
    "djot": ["# no", "- no", "1. no", "> no", ": no", "| no |", "{.x}"],
}


@pytest.mark.parametrize("format", INJECTIONS)
def test_text_is_no_markup(format: str) -> None:
    for text in INJECTIONS[format]:
        assert body(format, Paragraph((text,))) != [text], f"{text} is as it would be in markup"


@pytest.mark.parametrize("format", ["jira", "org", "djot", "mediawiki"])
def test_pandoc_reads_text_back_as_text(format: str) -> None:
    declared = registry.get(format).pandoc
    assert declared is not None
    for text in (each for each in INJECTIONS[format] if "\\" not in each):  # which its reader of Org stumbles on
        again = read_back(format, made(format, paragraph(text))).replace("\u200b", "")
        assert again.strip().replace("\\|", "|") == text


@pytest.mark.parametrize(
    ("format", "end"),
    [
        ("xwiki", "{{/code}}"),
        ("mediawiki", "</syntaxhighlight>"),
        ("dokuwiki", "</code>"),
        ("jira", "{code}"),
        ("zimwiki", "}}}"),
        ("bbcode", "[/code]"),
        ("org", "#+end_src"),
        ("texinfo", "@end verbatim"),
        ("context", "\\stoptyping"),
        ("typst", "```"),
    ],
)
def test_code_ends_where_it_ends(format: str, end: str) -> None:
    """What comes after it would be markup, and in some formats a program."""
    without = made(format, Document((CodeBlock("one\n\ntwo\n", "sh", "sh"),))).count(end)
    text = made(format, Document((CodeBlock(f"one\n{end}\ntwo\n", "sh", "sh"),)))
    assert text.count(end) == without or "````" in text or f",{end}" in text


@pytest.mark.parametrize("format", ["context", "texinfo"])
@pytest.mark.parametrize(
    "formula",
    [
        r"\directlua{os.execute('x')}",
        r"\input /etc/passwd",
        r"x$ \write18{x} $",
        r"\text{\ctxlua{x}}",
        "^^5cinput x",
        "a % b",
        "x} y",
        r"\begin{luacode}x\end{luacode}",
        r"\csname input\endcsname",
        r"\def\x{y}",
        "x\\",
    ],
)
def test_a_formula_runs_no_program(format: str, formula: str) -> None:
    report = Report()
    text = made(format, paragraph("before ", Math(formula), " after"), report)
    assert [item.code for item in report.items] == ["math"]
    assert f"${formula}$" not in text
    assert "@math" not in text


@pytest.mark.parametrize("formula", [r"\frac{\alpha}{2}", r"\sum_{i=1}^{n} x_i", r"\mathbb{R}", r"\left( a \right)"])
def test_a_formula_that_is_nothing_else_is_kept(formula: str) -> None:
    assert f"${formula}$" in made("context", paragraph(Math(formula)))
    assert f"@math{{{formula}}}" in made("texinfo", paragraph(Math(formula)))


@pytest.mark.parametrize("format", ["mediawiki", "tei", "jats", "djot", "org", "dokuwiki"])
@pytest.mark.parametrize("formula", ["a</math><script>", "a$ b", "a` b", r"a\) b", "a]]><x/>", "a\n\nb"])
def test_a_formula_ends_where_it_ends(format: str, formula: str) -> None:
    report = Report()
    made(format, paragraph(Math(formula)), report)
    assert [item.code for item in report.items] == ["math"]


# What the formats lack


def test_everything_that_a_format_may_lack_has_its_sentence() -> None:
    lacked = {lack for name in BY_PANDOC for lack in registry.get(name).pandoc.lacks}  # type: ignore[union-attr]
    assert lacked - {"empty cells"} <= set(pandoc_lacks.LACKS)
    assert all(sentence.endswith(".") for _, sentence in pandoc_lacks.LACKS.values())


@pytest.mark.parametrize("format", BY_PANDOC)
def test_pandoc_keeps_what_no_lack_is_declared_of(format: str) -> None:
    """What pandoc leaves out by itself would be in its log, and in no capability table."""
    report, before = Report(), Report()
    document = EVERYTHING
    made(format, document, report)
    declared = registry.get(format).pandoc
    assert declared is not None
    tree(document, declared, before)
    assert report.items == before.items


def test_lists_of_a_wiki_hold_only_lines_and_lists() -> None:
    item = ListItem(
        (
            Paragraph(("one",)),
            Paragraph(("two",)),
            CodeBlock("code\n"),
            List((ListItem((Paragraph(("below",)),)),)),
            BlockQuote((Paragraph(("after",)),)),
        )
    )
    declared = Pandoc("dokuwiki", lacks=("blocks in lists",))
    assert body("dokuwiki", List((item,))) == ["  * one – two – ''%%code%%''", "    * below", "  * after"]
    assert said(Document((List((item,)),)), declared) == [
        "Items of lists hold lines and other lists; all else is written as lines."
    ]


def test_a_call_out_is_what_the_format_has_for_it() -> None:
    warning = Admonition("danger", (Paragraph(("hot",)),), ("Take ", Emphasis(("care",))))
    docbook = "".join(line.strip() for line in body("docbook", warning))
    assert "<caution><title>Take <emphasis>care</emphasis></title><para>hot</para></caution>" in docbook
    assert body("org", warning) == ["#+begin_caution", "*Take /care/*", "hot", "#+end_caution"]
    assert body("dokuwiki", warning) == ["> **Take //care//**", "> hot"]


def test_definitions_and_headings_within_are_paragraphs_where_there_is_nothing_better() -> None:
    definitions = DefinitionList((Definition((("term",),), ((Paragraph(("meant",)),),)),))
    assert body("dokuwiki", definitions, BlockQuote((Heading(2, ("head",)),))) == ["**term**", "> meant", "> **head**"]


def test_a_break_in_a_cell_does_not_break_the_table() -> None:
    table = Table((None,), (Cell(("h",)),), ((Cell(("one", LineBreak(), "two | three")),),))
    assert body("org", table)[-1] == "| one two \\vert{} three |"


# Read by others


@pytest.mark.parametrize("format", ["docbook", "fb2", "icml", "jats", "tei"])
def test_xml_is_well_formed(format: str) -> None:
    from xml.etree.ElementTree import fromstring

    fromstring(made(format, EVERYTHING))
    fromstring(made(format, paragraph(Math("a<b"), Code("</x>]]>"), "a & b <c>")))


def test_typst_compiles() -> None:
    import typst

    hostile = '#panic("x") $ @y <z> [w] = // /* ` panic()'
    names = ("title", "subtitle", "author", "date", "abstract", "keywords", "region", "mainfont", "margin")
    about = {**dict.fromkeys(names, hostile), "lang": "de-AT"}
    blocks = (*EVERYTHING.blocks, Paragraph((hostile, Code(hostile), Math(hostile))))
    document = Document(blocks, EVERYTHING.sections, EVERYTHING.footnotes, about)
    assert typst.compile(made("typst", document).encode()).startswith(b"%PDF")


@pytest.mark.parametrize("format", ["docbook", "ipynb", "jats", "jira", "man", "mediawiki", "org", "textile"])
def test_pandoc_reads_the_words_back(format: str) -> None:
    said = ("spoken", "quoted", "tabled", "listed", "emphatic", "struck", "linked", "folded", "second tab", "noted")
    back = read_back(format, made(format, EVERYTHING))
    assert [word for word in said if word not in back] == []


def test_a_title_that_is_too_long_for_its_place_is_said_in_full_below() -> None:
    text = made("man", Document((Paragraph(("x",)),), metadata={"title": "How to read a gauge in the rain"}))
    assert '.TH "How to read a gau…" "7"' in text.replace("\\&...", "…")
    assert "\\f[B]How to read a gauge in the rain\\f[R]" in text
