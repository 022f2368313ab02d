"""What PowerPoint asks of a file beyond the schemas: where any of this is broken, it refuses the file or repairs it."""

from __future__ import annotations

import io
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

import pytest
from samples import EVERYTHING, png

from exporters import Source
from exporters.document import Cell, Document, Footnote, FootnoteReference, Image, Link, Map, Paragraph, Section, Table
from exporters.document import Topic as MapTopic
from exporters.formats.pptx import Options
from exporters.formats.pptx.export import export
from exporters.readers import read
from exporters.readers.resources import key_of
from exporters.report import Report
from exporters.toolbox.images import inspect

ROOT = Path(__file__).parents[2]
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"

type Parts = dict[str, bytes]


# The invariants: each says what breaks it


def unlike_names(parts: Parts) -> Iterator[str]:
    """No two parts differ only in how they are spelt, and each can be read."""
    names = Counter(name.casefold() for name in parts)
    yield from (f"twice: {name}" for name, count in names.items() if count > 1)


def known_types(parts: Parts) -> Iterator[str]:
    """Each part has a content type, and no type is said of a part that is not there."""
    types = fromstring(parts["[Content_Types].xml"])
    defaults = {each.get("Extension") for each in types.iter(f"{TYPES}Default")}
    overrides = [each.get("PartName")[1:] for each in types.iter(f"{TYPES}Override")]
    yield from (f"said of nothing: {name}" for name in overrides if name not in parts)
    yield from (f"said twice: {name}" for name, count in Counter(overrides).items() if count > 1)
    for name in parts:
        ending = name.rpartition(".")[2]
        if name not in overrides and (ending not in defaults or ending == "xml") and name != "[Content_Types].xml":
            yield f"without a type: {name}"


def sound_relationships(parts: Parts) -> Iterator[str]:
    """Each relationship has an id of its own and leads to a part that is there, or to an address."""
    for name in parts:
        if not name.endswith(".rels"):
            continue
        rows = list(fromstring(parts[name]))
        yield from (f"{name}: twice {id}" for id, n in Counter(row.get("Id") for row in rows).items() if n > 1)
        source = name.replace("_rels/", "").removesuffix(".rels")
        for row in rows:
            target = row.get("Target")
            if row.get("TargetMode") == "External":
                if not is_address(target):
                    yield f"{name}: no address: {target}"
            elif posixpath.normpath(posixpath.join(posixpath.dirname(source), target)).lstrip("/") not in parts:
                yield f"{name}: leads nowhere: {target}"


def is_address(url: str) -> bool:
    try:
        found = urlsplit(url)
        port = found.port
    except ValueError:
        return False
    is_web = found.scheme in ("http", "https", "ftp")
    is_whole = bool(found.hostname) if is_web else bool(found.scheme and found.path)
    return is_whole and port != 0 and not re.search(r"[\s<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})", url)


def used_relationships(parts: Parts) -> Iterator[str]:
    """What a part names is among its relationships, with the type that it is named for; and none is left over."""
    implicit = ("slideLayout", "notesMaster", "theme", "notesSlide", "slide", "slideMaster")
    implicit += ("presProps", "viewProps", "tableStyles")
    kinds = {"blip": "image", "svgBlip": "image", "sldId": "slide", "sldMasterId": "slideMaster"}
    kinds |= {"notesMasterId": "notesMaster", "sldLayoutId": "slideLayout"}
    for name, root in xml_parts(parts):
        known = relationships(parts, name)
        named = set()
        for each in root.iter():
            tag = each.tag.rpartition("}")[2]
            for attribute, value in each.attrib.items():
                if attribute.startswith(R):
                    named.add(value)
                    kind = known.get(value, ("", ""))[0]
                    wanted = kinds.get(tag)
                    if tag == "hlinkClick":
                        wanted = "slide" if each.get("action") == "ppaction://hlinksldjump" else "hyperlink"
                    if kind != wanted:
                        yield f"{name}: {tag} names {value}, which is {kind or 'not there'}"
        yield from (
            f"{name}: {id} is left over" for id, (kind, _) in known.items() if not (id in named or kind in implicit)
        )


def masters_and_layouts(parts: Parts) -> Iterator[str]:
    """A master names all its layouts, each of which leads to it; and their ids are unlike, and large enough."""
    presentation = fromstring(parts["ppt/presentation.xml"])
    ids = [int(each.get("id")) for each in presentation.iter(f"{P}sldMasterId")]
    layouts = {name for name in parts if re.fullmatch(r"ppt/slideLayouts/[^/]+\.xml", name)}
    named = set()
    for name, root in xml_parts(parts, "slideMasters"):
        its = list(root.iter(f"{P}sldLayoutId"))
        ids += [int(each.get("id")) for each in its]
        named |= {relationships(parts, name)[each.get(f"{R}id")][1] for each in its}
        if "theme" not in [kind for kind, _ in relationships(parts, name).values()]:
            yield f"{name}: no theme"
    yield from (f"no master names {name}" for name in layouts - named)
    yield from (f"{name} leads to no master" for name in layouts if one(parts, name, "slideMaster") is None)
    yield from (f"id {id}" for id, count in Counter(ids).items() if count > 1 or not 2**31 <= id < 2**32)


def slides_in_the_list(parts: Parts) -> Iterator[str]:
    """The presentation lists each slide once, with an id of its own that is neither too small nor too large."""
    root = fromstring(parts["ppt/presentation.xml"])
    rows = [(int(each.get("id")), each.get(f"{R}id")) for each in root.iter(f"{P}sldId")]
    yield from (f"id {id}" for id, n in Counter(id for id, _ in rows).items() if n > 1 or not 256 <= id < 2**31)
    listed = [relationships(parts, "ppt/presentation.xml")[rid][1] for _, rid in rows]
    slides = [name for name, _ in xml_parts(parts, "slides")]
    if sorted(listed) != sorted(slides):
        yield "the list of slides is not that of their parts"
    yield from (f"{name} has not one layout" for name in slides if one(parts, name, "slideLayout") is None)


def notes_and_their_slides(parts: Parts) -> Iterator[str]:
    """Notes and their slide lead to each other; they have a master, which has a theme of its own and is listed."""
    pages = [name for name, _ in xml_parts(parts, "notesSlides")]
    masters = [name for name, _ in xml_parts(parts, "notesMasters")]
    for name in pages:
        slide = one(parts, name, "slide")
        if slide is None or one(parts, slide, "notesSlide") != name:
            yield f"{name} and its slide do not lead to each other"
        if one(parts, name, "notesMaster") not in masters:
            yield f"{name} has no master"
    listed = list(fromstring(parts["ppt/presentation.xml"]).iter(f"{P}notesMasterId"))
    if len(listed) != len(masters) or bool(pages) > bool(masters):
        yield "the list of masters of notes is not that of their parts"
    others = {one(parts, name, "theme") for name, _ in xml_parts(parts, "slideMasters")}
    yield from (f"{name} has no theme of its own" for name in masters if one(parts, name, "theme") in {None, *others})


def unlike_ids(parts: Parts) -> Iterator[str]:
    """No two shapes of a slide have one id; what stands for another in older programs has that of it."""
    for name, root in xml_parts(parts):
        for fallback in list(root.iter(f"{MC}Fallback")):
            fallback.clear()
        ids = Counter(int(each.get("id")) for each in root.iter(f"{P}cNvPr"))
        yield from (f"{name}: {id}" for id, count in ids.items() if count > 1 or not 0 < id < 2**31)


def whole_tables(parts: Parts) -> Iterator[str]:
    """Each row has as many cells as there are columns, and what is merged into a cell is where that reaches."""
    for name, root in xml_parts(parts):
        for table in root.iter(f"{A}tbl"):
            columns = len(table.findall(f"{A}tblGrid/{A}gridCol"))
            rows = [row.findall(f"{A}tc") for row in table.findall(f"{A}tr")]
            if not columns or not rows or any(len(row) != columns for row in rows):
                yield f"{name}: {[len(row) for row in rows]} cells in {columns} columns"
                continue
            wanted = {}
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    across, down = int(cell.get("gridSpan", "1")), int(cell.get("rowSpan", "1"))
                    if cell.get("hMerge") or cell.get("vMerge"):
                        continue
                    if x + across > columns or y + down > len(rows):
                        yield f"{name}: a cell reaches out of its table"
                    reached = ((x + dx, y + dy, dx > 0, dy > 0) for dx in range(across) for dy in range(down))
                    wanted |= {(x, y): (h, v) for x, y, h, v in reached if h or v}
            merged = {
                (x, y): (cell.get("hMerge") == "1", cell.get("vMerge") == "1")
                for y, row in enumerate(rows)
                for x, cell in enumerate(row)
                if cell.get("hMerge") or cell.get("vMerge")
            }
            if merged != wanted:
                yield f"{name}: merged {merged}, where {wanted} was to be"


def whole_texts(parts: Parts) -> Iterator[str]:
    """Text has properties, styles and at least one paragraph, in this order; a paragraph ends with how it ends."""
    for name, root in xml_parts(parts):
        for body in (*root.iter(f"{P}txBody"), *root.iter(f"{A}txBody")):
            tags = [each.tag.rpartition("}")[2] for each in body]
            if tags[:2] != ["bodyPr", "lstStyle"] or set(tags[2:]) != {"p"}:
                yield f"{name}: {tags}"
        for paragraph in root.iter(f"{A}p"):
            tags = [each.tag.rpartition("}")[2] for each in paragraph]
            if "pPr" in tags[1:] or "endParaRPr" in tags[:-1]:
                yield f"{name}: {tags}"
        yield from (f"{name}: a run without text" for run in root.iter(f"{A}r") if run.find(f"{A}t") is None)
        yield from (f"{name}: an empty run" for text in root.iter(f"{A}t") if not text.text)


def sizes_within_bounds(parts: Parts) -> Iterator[str]:
    """Letters have from 1 to 4,000 points, numbers begin from 1 to 32,767, and no extent is negative."""
    bounds = {"sz": (100, 400_000), "startAt": (1, 32_767), "cx": (0, 2**31), "cy": (0, 2**31), "marL": (0, 51_206_400)}
    bounds |= {"indent": (-51_206_400, 51_206_400), "lvl": (0, 8), "w": (0, 2**31), "h": (0, 2**31)}
    for name, root in xml_parts(parts):
        for each in root.iter():
            for attribute, (least, most) in bounds.items():
                value = each.get(attribute)
                if value is not None and value.lstrip("-").isdigit() and not least <= int(value) <= most:
                    yield f"{name}: {attribute}={value}"


def places_of_their_layout(parts: Parts) -> Iterator[str]:
    """What a slide says to be a place of its layout, that has; and no place is filled twice."""
    for name, root in xml_parts(parts, "slides"):
        layout = fromstring(parts[one(parts, name, "slideLayout")])
        known = {place_of(each) for each in layout.iter(f"{P}ph")}
        for fallback in list(root.iter(f"{MC}Fallback")):
            fallback.clear()
        filled = Counter(place_of(each) for each in root.iter(f"{P}ph"))
        yield from (f"{name}: {place}" for place, n in filled.items() if n > 1 or place not in known)


def place_of(each: Element) -> str:
    kind = each.get("type", "")
    return "title" if kind in ("title", "ctrTitle") else each.get("idx") or kind


INVARIANTS: list[Callable[[Parts], Iterator[str]]] = [
    unlike_names,
    known_types,
    sound_relationships,
    used_relationships,
    masters_and_layouts,
    slides_in_the_list,
    notes_and_their_slides,
    unlike_ids,
    whole_tables,
    whole_texts,
    sizes_within_bounds,
    places_of_their_layout,
]


# What is looked at


def xml_parts(parts: Parts, folder: str = "") -> list[tuple[str, Element]]:
    names = [name for name in parts if name.startswith("ppt/") and name.endswith(".xml")]
    return [(name, fromstring(parts[name])) for name in names if not folder or name.split("/")[1] == folder]


def relationships(parts: Parts, name: str) -> dict[str, tuple[str, str]]:
    """The last word of its type, and the part it leads to, of each relationship of a part, by its id."""
    folder, file = posixpath.split(name)
    rows = fromstring(parts.get(f"{folder}/_rels/{file}.rels", b"<none/>"))
    return {
        row.get("Id"): (
            row.get("Type").rpartition("/")[2],
            posixpath.normpath(posixpath.join(folder, row.get("Target"))),
        )
        for row in rows
    }


def one(parts: Parts, name: str, kind: str) -> str | None:
    """The part of this kind that a part leads to; None where it is not one."""
    found = [target for its, target in relationships(parts, name).values() if its == kind]
    return found[0] if len(found) == 1 else None


def made(document: Document, **options) -> Parts:
    with ZipFile(io.BytesIO(export(document, Options(**options), Report()))) as file:
        names = file.namelist()
        assert len(names) == len(set(names))
        return {name: file.read(name) for name in names}


def sample(path: Path) -> Document:
    return read(Source(path.read_bytes(), path.name), Report(), keep_html=False)


def linked(*addresses: str) -> Document:
    links = tuple(Paragraph((Link(("text",), url),)) for url in addresses)
    picture = inspect(png(4, 4))
    image = Paragraph((Link((Image(key_of(png(4, 4))),), "#heading"),))
    section = Section(1, ("Heading", FootnoteReference("n")), "heading", (*links, image))
    note = Footnote("n", (Paragraph((Link(("again",), addresses[0]),)),))
    return Document((), (section,), (note,), {}, {key_of(png(4, 4)): picture})


def spanned(*rows: tuple[Cell, ...]) -> Document:
    head = tuple(Cell((name,)) for name in "abc")
    return Document((Table((None,) * 3, head, rows),))


def mapped() -> Document:
    topics = (
        MapTopic("1", -1, "Root", notes=(Paragraph(("Said.",)),)),
        MapTopic("2", 0, "Leads", "https://example.org/"),
    )
    sections = (Section(1, ("Root",), "root", (topics[0].notes[0],), (Section(2, ("Leads",), "leads"),)),)
    return Document((), sections, map=Map(topics))


ADDRESSES = (
    "https://example.org/a b?c=d&e=<f>#g",
    "https://example.org:99999/",
    "https://[::1",
    "https://",
    "http://a b/",
    "https://example.org/100%",
    "https://example.org/{x}|^`\\",
    "mailto:someone@example.org?subject=a b",
    "https://münchen.example/straße",
    "https://user@:80/",
)
DOCUMENTS: dict[str, Callable[[], Document]] = {
    "nothing": Document,
    "everything": lambda: EVERYTHING,
    "links": lambda: linked(*ADDRESSES),
    "a map": mapped,
    "cells over cells": lambda: spanned(
        (Cell(("x",), columns=2, rows=2), Cell(()), Cell(("y",))),
        (Cell(()), Cell(()), Cell(("z",))),
        (Cell(("w",), columns=3), Cell(()), Cell(())),
    ),
    "a cell over many rows": lambda: spanned(
        (Cell(("x",), rows=60), Cell(("0",)), Cell(())),
        *((Cell(()), Cell((f"{row}",)), Cell(("text",))) for row in range(1, 60)),
    ),
    "a cell over more rows than there are": lambda: spanned((Cell(("x",), rows=9, columns=2), Cell(()), Cell(("y",)))),
}
SAMPLES = [
    ROOT / "examples" / "handbook.md",
    ROOT / "examples" / "arabic.md",
    *sorted((ROOT / "tests" / "documents").glob("*.md")),
    *sorted(path for path in (ROOT / "tests" / "documents" / "maps").iterdir() if path.is_file()),
]
DOCUMENTS |= {path.name: (lambda path=path: sample(path)) for path in SAMPLES}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_powerpoint_has_nothing_to_repair(name):
    parts = made(DOCUMENTS[name]())
    assert {each.__name__: found for each in INVARIANTS if (found := list(each(parts)))} == {}


# That they find what they are for


SLIDE, TABLE = "ppt/slides/slide1.xml", '<a:gridCol w="'
BREAKS: list[tuple[Callable[[Parts], Iterator[str]], str, str, str]] = [
    (known_types, "[Content_Types].xml", 'PartName="/ppt/slides/slide1.xml"', 'PartName="/ppt/slides/slide99.xml"'),
    (sound_relationships, "ppt/slides/_rels/slide1.xml.rels", "slideLayouts/slideLayout", "slideLayouts/slideLayoutX"),
    (sound_relationships, "ppt/slides/_rels/slide1.xml.rels", "https://example.org/", "https://[x"),
    (used_relationships, SLIDE, ' action="ppaction://hlinksldjump"', ""),
    (used_relationships, SLIDE, 'r:embed="rId', 'r:embed="rId9'),
    (masters_and_layouts, "ppt/slideMasters/slideMaster1.xml", '<p:sldLayoutId id="', '<p:sldLayoutId id="9'),
    (masters_and_layouts, "ppt/slideLayouts/_rels/slideLayout1.xml.rels", "/slideMaster", "/slideLayout"),
    (slides_in_the_list, "ppt/presentation.xml", 'id="256"', 'id="255"'),
    (slides_in_the_list, "ppt/_rels/presentation.xml.rels", "slides/slide1.xml", "slides/slide2.xml"),
    (notes_and_their_slides, "ppt/notesSlides/_rels/notesSlide1.xml.rels", "slide1.xml", "slide2.xml"),
    (notes_and_their_slides, "ppt/notesMasters/_rels/notesMaster1.xml.rels", "theme2.xml", "theme1.xml"),
    (unlike_ids, SLIDE, '<p:cNvPr id="3"', '<p:cNvPr id="2"'),
    (whole_tables, SLIDE, TABLE, f'{TABLE}1"/>{TABLE}'),
    (whole_tables, SLIDE, ' hMerge="1"', ""),
    (whole_tables, SLIDE, 'gridSpan="2"', 'gridSpan="9"'),
    (whole_texts, SLIDE, "<a:p>", "<a:p><a:endParaRPr/>"),
    (whole_texts, SLIDE, "<a:lstStyle></a:lstStyle>", ""),
    (sizes_within_bounds, SLIDE, ' cx="1', ' cx="-1'),
    (places_of_their_layout, SLIDE, 'type="title"', 'type="dt" idx="77"'),
]


@pytest.fixture(scope="module")
def whole() -> Parts:
    table = Table((None, None), (), ((Cell(("x",), columns=2), Cell(())), (Cell(("y",)), Cell(("z",)))))
    picture = Paragraph((Image(key_of(png(4, 4)), "seen"),))
    words = Paragraph((Link(("in",), "#other"), Link(("out",), "https://example.org/")))
    said = Paragraph((Link(("in",), "#other"), Link(("out",), "https://example.org/said")))
    topics = (MapTopic("1", -1, "Root", notes=(said,)),)
    own = Section(1, ("Heading",), "heading", (said, words, table, picture))
    resources = {key_of(png(4, 4)): inspect(png(4, 4))}
    document = Document((), (own, Section(1, ("Other",), "other")), (), {}, resources, map=Map(topics))
    return made(document, map="outline")


def test_what_is_to_be_broken_is_whole(whole):
    assert [problem for each in INVARIANTS for problem in each(whole)] == []


@pytest.mark.parametrize(("invariant", "part", "old", "new"), BREAKS)
def test_what_is_broken_is_found(whole, invariant, part, old, new):
    text = whole[part].decode()
    assert old in text, text
    assert list(invariant({**whole, part: text.replace(old, new, 1).encode()}))


def test_names_that_differ_in_their_case_are_found(whole):
    assert list(unlike_names({**whole, SLIDE.upper(): b""}))
