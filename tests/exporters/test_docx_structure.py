"""What Word refuses, or offers to repair, beyond a schema: one function for each rule, tried on broken files."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from posixpath import normpath
from xml.etree.ElementTree import Element, fromstring

import pytest
from documents_strategy import documents
from hypothesis import HealthCheck, given, settings
from samples import EVERYTHING, SOURCES, VARIANTS

from exporters import Source, export, registry
from exporters.document import Document
from exporters.formats.docx import Options
from exporters.report import Report

OFFICE = "http://schemas.openxmlformats.org"
W = f"{{{OFFICE}/wordprocessingml/2006/main}}"
R = f"{{{OFFICE}/officeDocument/2006/relationships}}"
M = f"{{{OFFICE}/officeDocument/2006/math}}"
A = f"{{{OFFICE}/drawingml/2006/main}}"
WP = f"{{{OFFICE}/drawingml/2006/wordprocessingDrawing}}"
PACKAGE = f"{{{OFFICE}/package/2006"
SVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}"

# The order of children that ECMA-376-1 gives, of those that we write.
ORDERS = {
    # 17.3.1.26
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens wordWrap overflowPunct autoSpaceDE autoSpaceDN bidi snapToGrid spacing ind contextualSpacing "
    "jc outlineLvl rPr sectPr",
    # 17.3.2.28
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike noProof vanish color spacing w kern position sz "
    "szCs highlight u bdr shd vertAlign rtl cs lang",
    "pBdr": "top left bottom right between bar",  # 17.3.1.24
    "tblPr": "tblStyle bidiVisual tblStyleRowBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout "
    "tblCellMar tblLook",  # 17.4.59
    "trPr": "cantSplit tblHeader",
    "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",  # 17.4.69
    "sectPr": "headerReference footerReference footnotePr type pgSz pgMar pgNumType cols titlePg bidi "
    "docGrid",  # 17.6.17
    "style": "name aliases basedOn next link autoRedefine uiPriority semiHidden unhideWhenUsed qFormat locked pPr rPr "
    "tblPr trPr tcPr tblStylePr",  # 17.7.4.17
    "lvl": "start numFmt pStyle suff lvlText lvlJc pPr rPr",  # 17.9.6
    "abstractNum": "nsid multiLevelType tmpl lvl",
    "numbering": "abstractNum num",
    "settings": "zoom embedTrueTypeFonts mirrorMargins defaultTabStop autoHyphenation evenAndOddHeaders "
    "characterSpacingControl footnotePr endnotePr compat mathPr themeFontLang clrSchemeMapping decimalSymbol "
    "listSeparator",  # 17.15.1.78
}


class Docx:
    """A file as its parts."""

    def __init__(self, data: bytes | dict[str, bytes]) -> None:
        if isinstance(data, bytes):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = {name: archive.read(name) for name in archive.namelist()}
        self.parts = data
        self.trees = {name: fromstring(part) for name, part in data.items() if name.endswith((".xml", ".rels"))}

    def stories(self) -> Iterator[tuple[str, Element]]:
        """The parts that hold text."""
        for name, tree in self.trees.items():
            if tree.tag in (f"{W}document", f"{W}footnotes", f"{W}hdr", f"{W}ftr"):
                yield name, tree

    def all(self, tag: str) -> Iterator[Element]:
        """All elements of a kind in parts that hold text."""
        for _, tree in self.stories():
            yield from tree.iter(tag)

    def relations(self, part: str) -> dict[str, Element]:
        folder, _, name = part.rpartition("/")
        tree = self.trees.get(f"{folder}/_rels/{name}.rels")
        return {} if tree is None else {each.get("Id", ""): each for each in tree}


def local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


# The rules, each of which gives what offends against it


def children_in_order(docx: Docx) -> Iterator[str]:
    for name, tree in docx.trees.items():
        for element in tree.iter():
            order = ORDERS.get(local(element), "").split() if element.tag.startswith(W) else []
            if order:
                places = [order.index(local(child)) if local(child) in order else -1 for child in element]
                if places != sorted(places) or -1 in places:
                    yield f"{name}: {local(element)} has {[*map(local, element)]}"


def ids_are_unique(docx: Docx) -> Iterator[str]:
    for tag, attribute in ((f"{W}bookmarkStart", f"{W}id"), (f"{W}bookmarkStart", f"{W}name"), (f"{WP}docPr", "id")):
        for id, times in Counter(each.get(attribute, "").lower() for each in docx.all(tag)).items():
            if times > 1 or not id:
                yield f"{local(Element(tag))} {id!r}: {times} times"
    starts, ends = (Counter(each.get(f"{W}id") for each in docx.all(f"{W}bookmark{end}")) for end in ("Start", "End"))
    if starts != ends:
        yield "a bookmark that does not end"


def parts_are_related(docx: Docx) -> Iterator[str]:
    named = set(docx.parts)
    reached = {"[Content_Types].xml"}
    for name, tree in docx.trees.items():
        if not name.endswith(".rels"):
            continue
        folder, _, _ = name.rpartition("/_rels/") if "/_rels/" in name else ("", "", "")
        reached.add(name)
        for each in tree:
            target = each.get("Target", "")
            if each.get("TargetMode") == "External":
                continue
            target = normpath(f"{folder}/{target}").lstrip("/")
            reached.add(target)
            if target not in named:
                yield f"{name}: there is no {target}"
    yield from (f"nothing leads to {name}" for name in named - reached)


def references_are_related(docx: Docx) -> Iterator[str]:
    for name, tree in docx.stories():
        known = docx.relations(name)
        for element in tree.iter():
            for key, id in element.attrib.items():
                if key.startswith(R) and id not in known:
                    yield f"{name}: {local(element)} refers to {id}"


def parts_have_types(docx: Docx) -> Iterator[str]:
    types = docx.trees["[Content_Types].xml"]
    endings = {each.get("Extension") for each in types.iter(f"{PACKAGE}/content-types}}Default")}
    whole = {each.get("PartName") for each in types.iter(f"{PACKAGE}/content-types}}Override")}
    for name in docx.parts:
        is_known = name.rpartition(".")[2] in endings and not name.endswith(".xml")
        if not is_known and f"/{name}" not in whole and name != "[Content_Types].xml":
            yield f"{name} has no type"
    yield from (f"there is no {name}" for name in whole if str(name)[1:] not in docx.parts)


def rows_fill_the_grid(docx: Docx) -> Iterator[str]:
    for table in docx.all(f"{W}tbl"):
        grid = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        if not 1 <= grid <= 63:
            yield f"a table with {grid} columns"
        open_cells: dict[int, int] = {}  # where cells that go on downwards begin, and how many columns they span
        for row in table.iter(f"{W}tr"):
            at, still_open = 0, {}
            for cell in row.findall(f"{W}tc"):
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                columns = int(span.get(f"{W}val", "0")) if span is not None else 1
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                if merge is not None:
                    if merge.get(f"{W}val") != "restart" and open_cells.get(at) != columns:
                        yield "a cell goes on with one that is not above it"
                    still_open[at] = columns
                at += columns
            open_cells = still_open
            if at != grid:
                yield f"a row of {at} columns in a table of {grid}"


def cells_end_with_paragraphs(docx: Docx) -> Iterator[str]:
    for cell in docx.all(f"{W}tc"):
        if len(cell) == 0 or cell[-1].tag != f"{W}p":
            yield "a cell without a paragraph at its end"
    for body in docx.all(f"{W}body"):
        blocks = [local(each) for each in body]
        if blocks[-1:] != ["sectPr"] or blocks[-2:-1] == ["tbl"]:
            yield "the text does not end with a paragraph and its section"
        if any(pair == ("tbl", "tbl") for pair in pairwise(blocks)):
            yield "two tables that Word makes one of"
    for note in docx.all(f"{W}footnote"):
        if note[-1].tag != f"{W}p":
            yield "a footnote without a paragraph at its end"


def hyperlinks_hold_and_lead(docx: Docx) -> Iterator[str]:
    marks = {each.get(f"{W}name") for each in docx.all(f"{W}bookmarkStart")} | {"_top"}  # which every file has
    for link in docx.all(f"{W}hyperlink"):
        if link.find(f".//{W}r") is None and link.find(f".//{M}r") is None:
            yield "a link with nothing to click"
        if link.find(f".//{W}hyperlink") is not None:
            yield "a link within a link"
        anchor = link.get(f"{W}anchor")
        if anchor is None and link.get(f"{R}id") is None:
            yield "a link to nowhere"
        if anchor is not None and anchor not in marks:
            yield f"a link to {anchor}, which is not there"


def footnotes_are_there(docx: Docx) -> Iterator[str]:
    notes = [(each.get(f"{W}id"), each.get(f"{W}type")) for each in docx.all(f"{W}footnote")]
    if notes[:2] != [("-1", "separator"), ("0", "continuationSeparator")]:
        yield "the separators are not the first notes"
    mentioned = [each.get(f"{W}id") for each in docx.trees["word/document.xml"].iter(f"{W}footnoteReference")]
    if sorted(mentioned, key=str) != sorted((id for id, _ in notes[2:]), key=str):
        yield f"notes {notes[2:]} are mentioned as {mentioned}"


def numbers_are_there(docx: Docx) -> Iterator[str]:
    numbering = docx.trees["word/numbering.xml"]
    kinds = [each.get(f"{W}abstractNumId") for each in numbering.iter(f"{W}abstractNum")]
    numbers = {each.get(f"{W}numId"): each for each in numbering.iter(f"{W}num")}
    if len(set(kinds)) != len(kinds):
        yield "two kinds of lists with one id"
    for id, each in numbers.items():
        of = each.find(f"{W}abstractNumId")
        if of is None or of.get(f"{W}val") not in kinds:
            yield f"the list {id} is of no kind"
    styles = docx.trees["word/styles.xml"]
    for used in (*docx.all(f"{W}numId"), *styles.iter(f"{W}numId")):
        if used.get(f"{W}val") not in (*numbers, "0"):
            yield f"there is no list {used.get(f'{W}val')}"
    for level in docx.all(f"{W}ilvl"):
        if not 0 <= int(level.get(f"{W}val", "-1")) <= 8:
            yield "a level of lists that Word has not"


def styles_are_there(docx: Docx) -> Iterator[str]:
    styles = docx.trees["word/styles.xml"]
    kinds = {each.get(f"{W}styleId"): each.get(f"{W}type") for each in styles.iter(f"{W}style")}
    if len(kinds) != len([*styles.iter(f"{W}style")]):
        yield "two styles with one id"
    names = Counter((each.get(f"{W}val") or "").lower() for each in styles.iter(f"{W}name"))
    yield from (f"{times} styles are called {name!r}" for name, times in names.items() if times > 1)
    for tag, kind in (("pStyle", "paragraph"), ("rStyle", "character"), ("tblStyle", "table")):
        for used in docx.all(f"{W}{tag}"):
            if kinds.get(used.get(f"{W}val")) != kind:
                yield f"there is no style {used.get(f'{W}val')} of {kind}s"
    for tag in ("basedOn", "next", "link"):
        for used in styles.iter(f"{W}{tag}"):
            if used.get(f"{W}val") not in kinds:
                yield f"there is no style {used.get(f'{W}val')} for another"


def blanks_are_kept(docx: Docx) -> Iterator[str]:
    for tag in (f"{W}t", f"{M}t", f"{W}instrText"):
        for text in docx.all(tag):
            said = text.text or ""
            if said != said.strip(" \t\n") and text.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
                yield f"{said!r} loses its blanks"
            if re.search("[\n\t\r]", said):
                yield f"{said!r} holds what should be an element"


def pictures_are_whole(docx: Docx) -> Iterator[str]:
    for extent in docx.all(f"{WP}extent"):
        if not all(0 < int(extent.get(side, "0")) < 27_273_042_316_900 for side in ("cx", "cy")):
            yield "a picture of a size that Word has not"
    for name, tree in docx.stories():
        known = docx.relations(name)
        for blip in tree.iter(f"{A}blip"):
            shown = known[blip.get(f"{R}embed", "")].get("Target", "")
            vector = blip.find(f"{A}extLst/{A}ext/{SVG}svgBlip")
            if shown.endswith(".svg"):
                yield "an SVG that only new programs show"
            if vector is not None and not known[vector.get(f"{R}embed", "")].get("Target", "").endswith(".svg"):
                yield "an SVG that is none"


def formulas_are_whole(docx: Docx) -> Iterator[str]:
    needed = {"f": "num den", "sSup": "e sup", "sSub": "e sub", "sSubSup": "e sub sup", "rad": "deg e", "d": "e"}
    needed |= {"nary": "sub sup e", "acc": "e", "bar": "e", "limLow": "e lim", "limUpp": "e lim", "func": "fName e"}
    for _, tree in docx.stories():
        for element in tree.iter():
            if not element.tag.startswith(M):
                continue
            there = {local(each) for each in element}
            for name in needed.get(local(element), "").split():
                if name not in there:
                    yield f"m:{local(element)} has no m:{name}"
            if local(element) == "e" and len(element) == 0:
                yield "an empty argument, which Word shows as a dotted box"


def fields_end(docx: Docx) -> Iterator[str]:
    for name, tree in docx.stories():
        kinds = [each.get(f"{W}fldCharType") for each in tree.iter(f"{W}fldChar")]
        depth = 0
        for kind in kinds:
            depth += {"begin": 1, "end": -1}.get(str(kind), 0)
            if depth < 0:
                yield f"{name}: a field ends that did not begin"
        if depth:
            yield f"{name}: a field does not end"


def theme_is_whole(docx: Docx) -> Iterator[str]:
    theme = docx.trees["word/theme/theme1.xml"]
    parts = [local(each) for each in theme[0]]
    if parts != ["clrScheme", "fontScheme", "fmtScheme"]:
        yield f"the theme has {parts}"
    colours = theme.find(f"{A}themeElements/{A}clrScheme")
    if colours is None or len(colours) != 12:
        yield "the theme has not its twelve colours"
    for kind in ("fillStyleLst", "lnStyleLst", "effectStyleLst", "bgFillStyleLst"):
        found = theme.find(f"{A}themeElements/{A}fmtScheme/{A}{kind}")
        if found is None or len(found) < 3:
            yield f"the theme has not three of {kind}"


RULES: tuple[Callable[[Docx], Iterator[str]], ...] = (
    children_in_order, ids_are_unique, parts_are_related, references_are_related, parts_have_types, rows_fill_the_grid,
    cells_end_with_paragraphs, hyperlinks_hold_and_lead, footnotes_are_there, numbers_are_there, styles_are_there,
    blanks_are_kept, pictures_are_whole, formulas_are_whole, fields_end, theme_is_whole,
)  # fmt: skip


def complaints(docx: Docx) -> list[str]:
    return [f"{rule.__name__}: {what}" for rule in RULES for what in rule(docx)]


def made(document: Document, **chosen: object) -> Docx:
    return Docx(registry.load("docx")(document, Options(**chosen), Report()))  # type: ignore[arg-type]


# What we write


@pytest.mark.parametrize(
    "chosen",
    [{}, {"toc": True, "numbering": True, "header": "{title}|{section}|{page}"}, {"header": "", "footer": ""}],
    ids=str,
)
def test_a_file_with_everything_is_sound(chosen: dict[str, object]) -> None:
    assert complaints(made(EVERYTHING, **chosen)) == []


@pytest.mark.parametrize("document", VARIANTS.values(), ids=VARIANTS)
def test_variants_are_sound(document: Document) -> None:
    assert complaints(made(document)) == []


@pytest.mark.parametrize("path", SOURCES.values(), ids=SOURCES)
def test_files_of_sources_are_sound(path: Path) -> None:
    assert complaints(of_source(path)) == []


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(documents())
def test_any_document_is_sound(document: Document) -> None:
    assert complaints(made(document)) == []


OTHERS = sorted(each for kind in ("html", "maps", "notebooks") for each in SOURCES["tables"].parent.glob(f"{kind}/*.*"))


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_files_of_other_kinds_of_sources_are_sound(path: Path) -> None:
    assert complaints(of_source(path)) == []


def of_source(path: Path) -> Docx:
    def beside(name: str) -> bytes | None:
        found = path.parent / name
        return found.read_bytes() if found.is_file() else None

    return Docx(export(Source(path.read_bytes(), path.name, beside), "docx").data)


# The rules have teeth: each finds what was broken for it

TEXT, STYLES, NUMBERS, NOTES = (f"word/{name}.xml" for name in ("document", "styles", "numbering", "footnotes"))
BREAKS = {
    "children_in_order": (TEXT, "(<w:pStyle [^>]*/>)(<w:numPr>.*?</w:numPr>)", r"\2\1"),
    "ids_are_unique": (TEXT, r'<w:bookmarkStart w:id="\d+"', '<w:bookmarkStart w:id="7"'),
    "parts_are_related": ("word/_rels/document.xml.rels", 'Target="styles.xml"', 'Target="style.xml"'),
    "references_are_related": (TEXT, 'r:embed="[^"]*"', 'r:embed="rId999"'),
    "parts_have_types": ("[Content_Types].xml", '<Override PartName="/word/styles.xml"[^>]*>', ""),
    "rows_fill_the_grid": (TEXT, "<w:gridCol [^>]*>", ""),
    "cells_end_with_paragraphs": (TEXT, "</w:p></w:tc>", "</w:p><w:tbl/></w:tc>"),
    "hyperlinks_hold_and_lead": (TEXT, "(<w:hyperlink [^>]*>).*?(</w:hyperlink>)", r"\1\2"),
    "footnotes_are_there": (NOTES, 'w:id="1"', 'w:id="9"'),
    "numbers_are_there": (NUMBERS, '<w:num w:numId="3">.*?</w:num>', ""),
    "styles_are_there": (STYLES, 'w:styleId="Heading1"', 'w:styleId="Heading"'),
    "blanks_are_kept": (TEXT, ' xml:space="preserve"', ""),
    "pictures_are_whole": (TEXT, 'cx="[0-9]+"', 'cx="0"'),
    "formulas_are_whole": (TEXT, "<m:sup>.*?</m:sup>", ""),
    "fields_end": ("word/footer1.xml", '<w:fldChar w:fldCharType="end"/>', ""),
    "theme_is_whole": ("word/theme/theme1.xml", "<a:accent6>.*?</a:accent6>", ""),
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
    assert [*rule(Docx(parts | {part: broken.encode()}))]
