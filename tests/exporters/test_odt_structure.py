"""What the parts of an ODT file promise each other, which no schema checks: one function for each rule."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZIP_STORED, ZipFile

import pytest
from documents_strategy import documents
from hypothesis import HealthCheck, given, settings
from samples import EVERYTHING, SOURCES, VARIANTS

from exporters import Source, export, options, registry
from exporters.document import Document
from exporters.formats.odt import Options
from exporters.report import Report

OASIS = "{urn:oasis:names:tc:opendocument:xmlns"
OFFICE, STYLE, TEXT, TABLE, DRAW, FO, MANIFEST = (
    f"{OASIS}:{name}:1.0}}"
    for name in ("office", "style", "text", "table", "drawing", "xsl-fo-compatible", "manifest")
)  # fmt: skip
HREF = "{http://www.w3.org/1999/xlink}href"
MATH = "{http://www.w3.org/1998/Math/MathML}math"
ID = "{http://www.w3.org/XML/1998/namespace}id"
UNLISTED = ("mimetype", "META-INF/manifest.xml")

# In which family a style is looked for, by what refers to it.
FAMILIES = {
    f"{TEXT}p": "paragraph",
    f"{TEXT}h": "paragraph",
    f"{TEXT}span": "text",
    f"{TEXT}a": "text",
    f"{TABLE}table": "table",
    f"{TABLE}table-column": "table-column",
    f"{TABLE}table-row": "table-row",
    f"{TABLE}table-cell": "table-cell",
    f"{DRAW}frame": "graphic",
}


class Odt:
    """A file as its parts."""

    def __init__(self, data: bytes | dict[str, bytes]) -> None:
        self.is_stored = True
        if isinstance(data, bytes):
            with ZipFile(io.BytesIO(data)) as archive:
                first = archive.infolist()[0]
                self.is_stored = first.filename == "mimetype" and first.compress_type == ZIP_STORED
                data = {name: archive.read(name) for name in archive.namelist()}
        self.parts = data
        self.trees = {name: fromstring(part) for name, part in data.items() if name.endswith(".xml")}

    def all(self, *parts: str) -> Iterator[Element]:
        for part in parts or ("content.xml", "styles.xml"):
            yield from self.trees[part].iter()

    def styles(self) -> Iterator[tuple[str, str]]:
        """Family and name of each style."""
        for each in self.all():
            if each.tag == f"{STYLE}style":
                yield each.get(f"{STYLE}family", ""), each.get(f"{STYLE}name", "")


def the_type_is_first(odt: Odt) -> Iterator[str]:
    if not odt.is_stored or odt.parts["mimetype"] != b"application/vnd.oasis.opendocument.text":
        yield "the first part does not say what the file is"


def the_manifest_is_complete(odt: Odt) -> Iterator[str]:
    entries = [*odt.trees["META-INF/manifest.xml"]]
    listed = Counter(each.get(f"{MANIFEST}full-path", "") for each in entries)
    yield from (f"{path} is listed {times} times" for path, times in listed.items() if times > 1)
    yield from (f"{path} is not listed" for path in odt.parts if path not in listed and path not in UNLISTED)
    for path in listed:
        if path != "/" and not any(part == path or part.startswith(path) for part in odt.parts):
            yield f"{path} is listed, but not there"
    yield from ("a part of no type" for each in entries if not each.get(f"{MANIFEST}media-type"))


def styles_are_there(odt: Odt) -> Iterator[str]:
    known = Counter(odt.styles())
    yield from (f"the style {name} is there {times} times" for name, times in known.items() if times > 1)
    for each in odt.all():
        family = FAMILIES.get(each.tag)
        for key in (f"{TEXT}style-name", f"{TABLE}style-name", f"{DRAW}style-name"):
            name = each.get(key)
            if family and name and (family, name) not in known:
                yield f"there is no style {name} of the family {family}"
        if each.tag == f"{STYLE}style":
            for key in (f"{STYLE}parent-style-name", f"{STYLE}next-style-name"):
                name = each.get(key)
                if name and (each.get(f"{STYLE}family", ""), name) not in known:
                    yield f"there is no style {name}"
        if each.tag in (f"{TEXT}list-level-style-bullet", f"{TEXT}list-level-style-number"):
            name = each.get(f"{TEXT}style-name")
            if name and ("text", name) not in known:
                yield f"there is no style {name} for labels"


def lists_have_styles(odt: Odt) -> Iterator[str]:
    known = {each.get(f"{STYLE}name") for each in odt.all() if each.tag == f"{TEXT}list-style"}
    ids = Counter(each.get(ID) for each in odt.all("content.xml") if each.tag == f"{TEXT}list" and each.get(ID))
    yield from (f"{times} lists are called {id}" for id, times in ids.items() if times > 1)
    for each in odt.all("content.xml"):
        if each.tag == f"{TEXT}list":
            if each.get(f"{TEXT}style-name") not in known:
                yield f"there is no list style {each.get(f'{TEXT}style-name')}"
            before = each.get(f"{TEXT}continue-list")
            if before is not None and before not in ids:
                yield f"a list goes on with {before}, which is not there"
            if any(child.tag not in (f"{TEXT}list-item", f"{TEXT}list-header") for child in each):
                yield "a list that holds no items"


def fonts_and_pages_are_there(odt: Odt) -> Iterator[str]:
    fonts = {each.get(f"{STYLE}name") for each in odt.all() if each.tag == f"{STYLE}font-face"}
    pages = {each.get(f"{STYLE}name") for each in odt.all() if each.tag == f"{STYLE}master-page"}
    layouts = {each.get(f"{STYLE}name") for each in odt.all() if each.tag == f"{STYLE}page-layout"}
    for each in odt.all():
        for key in (f"{STYLE}font-name", f"{STYLE}font-name-asian", f"{STYLE}font-name-complex"):
            if each.get(key) not in (None, *fonts):
                yield f"there is no font {each.get(key)}"
        if each.get(f"{STYLE}master-page-name") not in (None, "", *pages):
            yield "there is no such page"
        if each.get(f"{STYLE}page-layout-name") not in (None, *layouts):
            yield "there is no such paper"


def objects_are_there(odt: Odt) -> Iterator[str]:
    for each in odt.all("content.xml"):
        target = each.get(HREF, "")
        if each.tag == f"{DRAW}image" and target.removeprefix("./") not in odt.parts:
            yield f"there is no {target}"
        if each.tag == f"{DRAW}object":
            inner = odt.trees.get(f"{target.removeprefix('./')}/content.xml")
            if inner is None or inner.tag != MATH:
                yield f"{target} is no formula"
    names = Counter(each.get(f"{DRAW}name") for each in odt.all("content.xml") if each.tag == f"{DRAW}frame")
    yield from (f"{times} frames are called {name}" for name, times in names.items() if times > 1)


def rows_fill_their_tables(odt: Odt) -> Iterator[str]:
    for table in odt.trees["content.xml"].iter(f"{TABLE}table"):
        columns = len([*table.iter(f"{TABLE}table-column")])
        for row in table.iter(f"{TABLE}table-row"):
            if len(row) != columns:
                yield f"a row of {len(row)} cells in a table of {columns}"
            for at, cell in enumerate(row):
                across = int(cell.get(f"{TABLE}number-columns-spanned", "1"))
                if any(other.tag != f"{TABLE}covered-table-cell" for other in row[at + 1 : at + across]):
                    yield "a cell spans one that is not covered"
                if cell.tag == f"{TABLE}table-cell" and len(cell) == 0:
                    yield "a cell without a paragraph"


def links_lead_somewhere(odt: Odt) -> Iterator[str]:
    starts = Counter(
        each.get(f"{TEXT}name") for each in odt.all("content.xml")
        if each.tag in (f"{TEXT}bookmark", f"{TEXT}bookmark-start")
    )  # fmt: skip
    ends = Counter(each.get(f"{TEXT}name") for each in odt.all("content.xml") if each.tag == f"{TEXT}bookmark-end")
    yield from (f"{times} bookmarks are called {name}" for name, times in starts.items() if times > 1)
    yield from (f"the bookmark {name} does not begin" for name in ends if name not in starts)
    for link in odt.all("content.xml"):
        target = link.get(HREF, "")
        if link.tag == f"{TEXT}a" and target.startswith("#") and target[1:] not in starts:
            yield f"a link to {target}, which is not there"
        if link.tag == f"{TEXT}a" and any(inner.tag == link.tag for child in link for inner in child.iter()):
            yield "a link within a link"


def notes_are_told_apart(odt: Odt) -> Iterator[str]:
    notes = [each for each in odt.all("content.xml") if each.tag == f"{TEXT}note"]
    ids = Counter(each.get(f"{TEXT}id") for each in notes)
    yield from (f"{times} notes are called {id}" for id, times in ids.items() if times > 1)
    for each in odt.all("content.xml"):
        if each.tag == f"{TEXT}note-ref" and each.get(f"{TEXT}ref-name") not in ids:
            yield "a note that is not there is mentioned"
    for each in notes:
        if any(inner.tag in (f"{TEXT}note", f"{TABLE}table") for child in each for inner in child.iter()):
            yield "a note holds what no note may"


def measures_are_measures(odt: Odt) -> Iterator[str]:
    for each in odt.all():
        for key, value in each.attrib.items():
            if re.fullmatch(r"(nan|inf|.*e[-+]\d+)pt", value) or (key == f"{FO}font-size" and value.startswith("0")):
                yield f"{key} is {value}"


RULES: tuple[Callable[[Odt], Iterator[str]], ...] = (
    the_type_is_first, the_manifest_is_complete, styles_are_there, lists_have_styles, fonts_and_pages_are_there,
    objects_are_there, rows_fill_their_tables, links_lead_somewhere, notes_are_told_apart, measures_are_measures,
)  # fmt: skip


def complaints(odt: Odt) -> list[str]:
    return [f"{rule.__name__}: {what}" for rule in RULES for what in rule(odt)]


def made(document: Document, **chosen: object) -> Odt:
    return Odt(registry.load("odt")(document, options.parse(Options, chosen, "odt")[0], Report()))


@pytest.mark.parametrize("chosen", [{}, {"toc": True, "page_numbers": False}, {"font": "serif"}], ids=str)
def test_a_file_with_everything_is_sound(chosen: dict[str, object]) -> None:
    assert complaints(made(EVERYTHING, **chosen)) == []


@pytest.mark.parametrize("document", VARIANTS.values(), ids=VARIANTS)
def test_variants_are_sound(document: Document) -> None:
    assert complaints(made(document)) == []


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(documents())
def test_any_document_is_sound(document: Document) -> None:
    assert complaints(made(document)) == []


OTHERS = sorted(each for kind in ("html", "maps", "notebooks") for each in SOURCES["tables"].parent.glob(f"{kind}/*.*"))


@pytest.mark.parametrize("path", [*SOURCES.values(), *OTHERS], ids=lambda path: path.name)
def test_files_of_sources_are_sound(path: Path) -> None:
    def beside(name: str) -> bytes | None:
        found = path.parent / name
        return found.read_bytes() if found.is_file() else None

    assert complaints(Odt(export(Source(path.read_bytes(), path.name, beside), "odt").data)) == []


CONTENT, MANIFEST_PART = "content.xml", "META-INF/manifest.xml"
BREAKS = {
    "the_type_is_first": ("mimetype", "text", "texts"),
    "the_manifest_is_complete": (MANIFEST_PART, r'<manifest:file-entry manifest:full-path="Pictures/[^>]*>', ""),
    "styles_are_there": ("styles.xml", 'style:name="Heading_20_1"', 'style:name="Heading_20_0"'),
    "lists_have_styles": (CONTENT, '(<text:list [^>]*text:style-name=)"[^"]*"', r'\1"Nowhere"'),
    "fonts_and_pages_are_there": (
        "styles.xml",
        '<style:font-face style:name="Text"',
        '<style:font-face style:name="T"',
    ),
    "objects_are_there": (CONTENT, r'xlink:href="./Object \d+"', 'xlink:href="./Object 99"'),
    "rows_fill_their_tables": (CONTENT, "<table:table-column [^>]*>", ""),
    "links_lead_somewhere": (CONTENT, '<text:bookmark-start text:name="[^"]*"', '<text:bookmark-start text:name="x"'),
    "notes_are_told_apart": (CONTENT, "(<text:note .*?</text:note>)", r"\1\1"),
    "measures_are_measures": (CONTENT, r'style:column-width="[^"]*"', 'style:column-width="nanpt"'),
}


def test_each_rule_is_tried() -> None:
    assert BREAKS.keys() == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize("name", BREAKS)
def test_each_rule_finds_what_is_broken(name: str) -> None:
    part, pattern, instead = BREAKS[name]
    parts = dict(made(EVERYTHING).parts)
    broken, times = re.subn(pattern, instead, parts[part].decode(), flags=re.DOTALL)
    assert times, "nothing was broken"
    [rule] = [each for each in RULES if each.__name__ == name]
    assert [*rule(Odt(parts | {part: broken.encode()}))]
