"""What every format owes its users. A folder under formats/ is asked all of it without being named here."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from compare import kind
from samples import EVERYTHING, EXAMPLES, SOURCES, kinds_in, paragraph

from exporters import Source, options, readers, registry
from exporters.document import Code, CodeBlock, Document, Paragraph, Section, nodes
from exporters.report import Report
from exporters.toolbox import pandoc_tree
from exporters.toolbox.escaping import without_controls

ROOT = Path(__file__).parent.parent.parent

# Every character that some syntax takes for markup, scripts from both sides, emoji of several code points, and the
# words that template languages and loggers act on.
AWKWARD = {
    "markup": r"""<b>&amp;</b> & " ' ` * _ ~ # + - | [x](y) ![z] ^f^ ::g:: @h !i ]]> --> <? \ \\ $e$ = ; .""",
    "templates": r"{a} {{b}} ${c} {% d %} %s %(e)s #{f} <%= g %> \n \u0041 &#65; %41",
    "markup at the beginning": "# no heading",
    "a number at the beginning": "1. no list",
    "a rule": "---",
    "emoji": "👩‍👩‍👧‍👦 👍🏽 🇦🇹 ❤️",
    "right to left": "שלום עולם, مرحبا بالعالم",
    "scripts": "Größe naïve Ἀθῆναι Москва नमस्ते สวัสดี 你好 こんにちは 안녕하세요",
    "combining": "e\u0301 a\u0308\u0304",
    "typography": "“quotes” – — … a\u00a0b soft\u00adhyphen",
    "blanks": "a\u2003b\u2009c\u200bd",
    "rare": "𓀀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "control characters": "bell\x07 escape\x1b[31m backspace\x08 null\x00 delete\x7f next\x85",
    "noncharacters": "a\ufffe b\uffff c\U0001fffe",
    "private use": "\ue000",
    "directions": "a\u202eb\u202cc",
    "line separators": "a\u2028b\u2029c\x0bd\x0ce",
}

# A picture of pages holds no words to be found; test_picture_formats.py asks whether it shows what the pages do.
WITH_WORDS = [name for name in registry.names() if not registry.get(name).pictures_of]
# Those that pandoc makes need a process for each file, so what can be asked of several at once is.
BY_PANDOC = [name for name in WITH_WORDS if registry.get(name).pandoc]
BY_US = [name for name in WITH_WORDS if not registry.get(name).pandoc]

every_format = pytest.mark.parametrize("format", registry.names())
every_format_with_words = pytest.mark.parametrize("format", WITH_WORDS)


def made(format: str, document: Document, report: Report | None = None) -> bytes:
    """The file with the options as they are when nobody sets any."""
    return registry.load(format)(document, registry.get(format).options(), report or Report())


def words(format: str, data: bytes) -> str:
    return kind(registry.get(format).media_type).words(data)


# Declarations


@every_format
def test_a_declaration_is_complete(format: str) -> None:
    exporter = registry.get(format)

    assert registry.summary(format).endswith("."), "the docstring begins with a sentence for lists of formats"
    assert exporter.extension.startswith(".")
    assert exporter.media_type.count("/") == 1
    assert not exporter.media_type.startswith("text/") or exporter.media_type.endswith("; charset=utf-8")
    assert 128 <= exporter.memory_mb <= 10_240, "what Lambda gives"
    assert 1 <= exporter.timeout_s <= 900, "what Lambda gives"
    assert exporter.concurrency is None or 2 <= exporter.concurrency <= 1000, "what SQS takes"
    assert [layer for layer in exporter.layers if not (ROOT / "layers" / layer).is_dir()] == []
    assert exporter.pandoc is None or "pandoc" in exporter.layers, 'what pandoc makes needs layers=("pandoc",)'


@every_format
def test_options_say_what_they_are_and_their_defaults_are_valid(format: str) -> None:
    declared = registry.get(format).options

    described = options.describe(declared)
    assert all(each["help"] for each in described)
    written = {str(each["name"]): str(each["default"]) for each in described}
    assert options.parse(declared, written, format) == (declared(), options.USUAL)


def test_an_ending_means_one_format() -> None:
    """Where several make such files, it is the one that is called so: notes.pdf is `pdf`, and not `pdf_small`."""
    sharing = Counter(registry.get(name).extension for name in registry.names())
    assert [ending for ending, count in sharing.items() if count > 1 and ending[1:] not in registry.names()] == []


@every_format
def test_what_an_option_changes_of_the_file_is_declared_whole(format: str) -> None:
    declared = registry.get(format)

    assert declared.file_type(declared.options()) == declared.usual
    for each in declared.instead:
        asked, _ = options.parse(declared.options, {each.option: each.value}, format)
        assert declared.file_type(asked) == each.type
        assert each.type.extension.startswith(".")
        assert each.type.media_type.count("/") == 1
    assert not declared.pictures_of or not registry.get(declared.pictures_of).pictures_of


# Documents


@every_format
@pytest.mark.parametrize(
    "document",
    [
        Document(),
        Document((Paragraph(()),)),
        Document(sections=(Section(1, (), "section"),)),
        Document(metadata={"title": "", "author": None, "date": [], "lang": {}, "keywords": 3, "tags": [None, True]}),
    ],
    ids=["nothing", "an empty paragraph", "an empty heading", "strange metadata"],
)
def test_next_to_nothing_is_a_document(format: str, document: Document) -> None:
    assert words(format, made(format, document)) is not None


def test_every_kind_of_node_has_an_example() -> None:
    classes = {each for _, each in inspect.getmembers(nodes, inspect.isclass) if each.__module__ == nodes.__name__}

    assert set(EXAMPLES) == classes, "tests/samples.py has an example for each class of nodes.py"
    assert kinds_in(EVERYTHING) == classes
    assert all(node in kinds_in(example.holding) for node, example in EXAMPLES.items())


# What stands in the text of a document, and nowhere else in it.
IN_TEXT = [
    node
    for node, example in EXAMPLES.items()
    for document in (example.holding,)
    if document.blocks and not (document.sections or document.footnotes or document.map) and node is not nodes.Resource
]


@pytest.mark.parametrize(
    ("format", "node"),
    [(format, node) for node in EXAMPLES for format in (WITH_WORDS if node not in IN_TEXT else BY_US)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_every_kind_of_node_is_kept_or_reported(format: str, node: type) -> None:
    example, report = EXAMPLES[node], Report()
    holding = made(format, example.holding, report)

    found = words(format, holding)
    assert report.items or example.words in found, f"the words of {node.__name__} are lost silently"
    referred = bool(example.reference) and example.reference in found
    assert report.items or referred or holding != made(format, example.without), f"{node.__name__} makes no difference"


@pytest.mark.parametrize("format", BY_PANDOC)
def test_every_kind_of_node_in_the_text_is_kept_or_reported(format: str) -> None:
    documents = [each for node in IN_TEXT for each in (EXAMPLES[node].holding, EXAMPLES[node].without)]
    begins = [f"begin{number}begin" for number in range(len(documents) + 1)]
    parts = zip(begins, (*(document.blocks for document in documents), ()), strict=True)
    whole = Document(
        tuple(block for begin, blocks in parts for block in (Paragraph((begin,)), *blocks)),
        resources=documents[IN_TEXT.index(nodes.Image) * 2].resources,
    )
    data = made(format, whole)
    said, written = (
        [text[text.index(begin) + len(begin) : text.index(end)] for begin, end in pairwise(begins)]
        for text in (words(format, data), data.decode())
    )

    for at, node in enumerate(IN_TEXT):
        if not told_by_pandoc(format, EXAMPLES[node].holding).items:
            assert EXAMPLES[node].words in said[2 * at], f"the words of {node.__name__} are lost silently"
            assert written[2 * at] != written[2 * at + 1], f"{node.__name__} makes no difference"


def told_by_pandoc(format: str, document: Document) -> Report:
    """What the report says of a document before pandoc has run, which is all but what only pandoc can find out."""
    report, declared = Report(), registry.get(format).pandoc
    assert declared is not None
    assert "".join(pandoc_tree.pieces(document, declared, report))
    return report


@every_format_with_words
def test_every_kind_of_node_goes_into_one_file(format: str) -> None:
    found = words(format, made(format, EVERYTHING))
    examples = [example for node, example in EXAMPLES.items() if node is not Document]
    assert [example.words for example in examples if example.words not in found] == []


PLACES = ("text", "code", "a code block", "a heading", "the title", "metadata")
IMPOSSIBLE = [text for text in AWKWARD.values() if without_controls(text)[1]]


def at(place: str, *texts: str) -> Document:
    """A document with texts at a place."""
    x = (Paragraph(("x",)),)
    match place:
        case "text":
            return Document(tuple(Paragraph((text,)) for text in texts))
        case "code":
            return Document(tuple(Paragraph((Code(text),)) for text in texts))
        case "a code block":
            return Document(tuple(CodeBlock(text + "\n", text, text) for text in texts))
        case "a heading":
            return Document(sections=tuple(Section(1, (text,), f"a{number}") for number, text in enumerate(texts)))
        case "the title":
            return Document(x, metadata={"title": " ".join(texts)})
        case _:
            text = " ".join(texts)
            return Document(x, metadata={"author": text, "date": text, "lang": text, text: [text]})


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("format", BY_PANDOC)
def test_awkward_texts_survive_together(format: str, place: str) -> None:
    texts = [text for text in AWKWARD.values() if text not in IMPOSSIBLE]
    found = words(format, made(format, at(place, *texts)))

    if place in ("text", "code", "a code block", "a heading"):
        missing = _characters("".join(texts)) - _characters(found)
        assert not missing, f"{sorted(missing)} are lost"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("format", "text"),
    [(format, text) for text in AWKWARD.values() for format in (WITH_WORDS if text in IMPOSSIBLE else BY_US)],
    ids=lambda value: next((name for name, text in AWKWARD.items() if text == value), value),
)
def test_awkward_text_survives_or_is_reported(format: str, text: str, place: str) -> None:
    report = Report()
    found = words(format, made(format, at(place, text), report))

    if place in ("text", "code", "a code block", "a heading"):
        # Not in their order, for a PDF has those of Hebrew as the eye meets them.
        missing = _characters(text) - _characters(found)
        assert not missing or report.items, f"{sorted(missing)} of {text!r} are lost silently"


def _characters(text: str) -> Counter[str]:
    # Without what is only seen by what it does to others: joiners, directions, places to break.
    normal = unicodedata.normalize("NFC", "".join(text.split()))
    return Counter(character for character in normal if unicodedata.category(character) != "Cf")


# Bytes


@every_format
def test_the_same_document_gives_the_same_bytes(format: str) -> None:
    assert made(format, EVERYTHING) == made(format, EVERYTHING)


@every_format
def test_nothing_of_one_document_gets_into_the_next(format: str) -> None:
    everything, another = made(format, EVERYTHING), made(format, paragraph("another"))

    # Alone, in processes that arrange their sets and dicts in another order.
    assert _made_alone(format, "EVERYTHING", seed="1") == everything
    assert _made_alone(format, "paragraph('another')", seed="2") == another


def _made_alone(format: str, document: str, seed: str) -> bytes:
    program = (
        "import sys; from samples import EVERYTHING, paragraph; from exporters import registry; "
        "from exporters.report import Report; "
        f"made = registry.load({format!r})({document}, registry.get({format!r}).options(), Report()); "
        "sys.stdout.buffer.write(made)"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment).stdout


# Reports


@every_format
def test_a_report_is_as_its_schema_says(format: str) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads((ROOT / "exporters/schemas/report.schema.json").read_text())
    report = Report()
    document = readers.read(Source(SOURCES["raw_html"].read_bytes(), "raw_html.md"), report)
    made(format, document, report)

    Draft202012Validator(schema).validate(report.as_json())
