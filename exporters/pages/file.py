"""The PDF file: pages, embedded fonts, images, links, bookmarks. The only module that knows ReportLab.

Pages are handed over as finished content streams. ReportLab's object model numbers, writes and (one day) encrypts what
they consist of. Its canvas is left aside: it opens each page with a font that is not embedded, keeps pages uncompressed
to the end, and writes text in fonts of 256 characters that are registered for the whole process.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArrayCompact, PDFDictionary, PDFDocument, PDFStream, PDFString

from exporters.frozen import frozen
from exporters.toolbox.truetype import Face

type Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top."""

_MAX_BOXES = 256  # glyphs of one font for characters it lacks; further ones share the last
_UNKNOWN = "\ufffd"


@frozen
class PageLink:
    """An area that leads somewhere: to a destination where `target` begins with #, to an address otherwise."""

    area: Rectangle
    target: str


@frozen
class Bookmark:
    depth: int
    """From 0; a bookmark belongs to the nearest one before it that is less deep."""
    title: str
    destination: str


class File:
    """A PDF under construction."""

    def __init__(self, title: str, author: str, language: str) -> None:
        self._document = PDFDocument(compression=1, invariant=1, pdfVersion=(1, 7), lang=language or None)
        info = {"Title": title, "Author": author, "Producer": "ReportLab"}
        self._document.info = PDFDictionary({name: _text(value) for name, value in info.items() if value})
        if title:
            self._document.Catalog.ViewerPreferences = PDFDictionary({"DisplayDocTitle": "true"})
        self._fonts: dict[str, EmbeddedFont] = {}
        self._xobjects = PDFDictionary()
        self._font_names = PDFDictionary()
        resources = PDFDictionary({"Font": self._font_names, "XObject": self._xobjects})
        self._resources = self._document.Reference(resources)
        self._pages: list[Any] = []
        self._destinations: dict[str, tuple[int, float, float]] = {}

    @property
    def page_count(self) -> int:
        return len(self._pages)

    def font(self, face: Face) -> EmbeddedFont:
        """The face as it is embedded here: as a subset that grows with the text written in it."""
        if face.name not in self._fonts:
            self._fonts[face.name] = EmbeddedFont(f"F{len(self._fonts) + 1}", face)
        return self._fonts[face.name]

    def add_page(self, width: float, height: float) -> int:
        """Adds an empty page and returns its number, from 1. `write_page` fills it, at any time."""
        page = PDFDictionary(
            {
                "Type": "/Page",
                "Parent": self._document.Reference(self._document.Pages),
                "MediaBox": _numbers(0, 0, width, height),
                "Resources": self._resources,
            }
        )
        self._document.Reference(page)
        self._document.Pages.addPage(page)
        self._pages.append(page)
        return len(self._pages)

    def write_page(self, number: int, content: bytes, links: Sequence[PageLink]) -> None:
        """Gives a page its content."""
        page = self._pages[number - 1]
        self._document.updateSignature(content)
        page["Contents"] = self._document.Reference(_stream(content))
        if links:
            page["Annots"] = PDFArrayCompact([self._document.Reference(_annotation(link)) for link in links])

    def add_image(self, data: bytes, entries: dict[str, Any], mask: tuple[bytes, dict[str, Any]] | None = None) -> str:
        """Adds an image, already compressed as its `Filter` says, and returns the name it is drawn by."""
        image = {"Type": "/XObject", "Subtype": "/Image", **entries}
        if mask:
            mask_data, mask_entries = mask
            masking = PDFDictionary({"Type": "/XObject", "Subtype": "/Image", **mask_entries})
            image["SMask"] = self._document.Reference(_Stream(masking, mask_data))
        name = f"I{len(self._xobjects.dict) + 1}"
        self._xobjects[name] = self._document.Reference(_Stream(PDFDictionary(image), data))
        return name

    def add_form(self, name: str, content: bytes, area: Rectangle) -> None:
        """Adds a drawing that any page may show by its name, even one that was written before."""
        entries = {"Type": "/XObject", "Subtype": "/Form", "BBox": _numbers(*area), "Resources": self._resources}
        self._xobjects[name] = self._document.Reference(_stream(content, entries))

    def add_destination(self, name: str, page: int, left: float, top: float) -> None:
        """Names a place that links and bookmarks can lead to. The first of a name counts."""
        self._destinations.setdefault(name, (page, left, top))

    def page_of(self, name: str) -> int:
        """The number of the page that a destination is on."""
        return self._destinations[name][0]

    def close(self, bookmarks: Sequence[Bookmark]) -> bytes:
        """Writes everything."""
        document = self._document
        for font in self._fonts.values():
            self._font_names[font.name] = document.Reference(_font(document, font))
        catalog = document.Catalog
        catalog.Outlines = self._outline(bookmarks)
        if bookmarks:
            catalog.PageMode = "/UseOutlines"
        if self._destinations:
            catalog.Names = PDFDictionary({"Dests": document.Reference(self._name_tree())})
        data: bytes = document.format()
        return data

    def _name_tree(self) -> Any:
        # ISO 32000-1, 7.9.6: sorted by the bytes of the names.
        names: list[Any] = []
        for name, place in sorted((name.encode(errors="replace"), place) for name, place in self._destinations.items()):
            names += (PDFString(name, enc="raw"), self._place(*place))
        return PDFDictionary({"Names": PDFArrayCompact(names)})

    def _place(self, page: int, left: float, top: float) -> Any:
        reference = self._document.Reference(self._pages[page - 1])
        return PDFArrayCompact([reference, "/XYZ", round(left, 2), round(top, 2), "null"])

    def _outline(self, bookmarks: Sequence[Bookmark]) -> Any:
        # ISO 32000-1, 12.3.3: a tree of items that are linked to parent, siblings, first and last child.
        if not bookmarks:
            return None
        root = PDFDictionary({"Type": "/Outlines"})
        path = [(-1, root)]
        for bookmark in bookmarks:
            while path[-1][0] >= bookmark.depth:
                path.pop()
            parent = path[-1][1]
            item = PDFDictionary(
                {
                    "Title": _text(bookmark.title),
                    "Parent": self._document.Reference(parent),
                    "Dest": self._place(*self._destinations[bookmark.destination]),
                }
            )
            reference = self._document.Reference(item)
            if "Last" in parent:
                before = self._document.idToObject[parent["Last"].name]
                before["Next"] = reference
                item["Prev"] = parent["Last"]
            else:
                parent["First"] = reference
            parent["Last"] = reference
            # Only the uppermost level is open: a positive count is of what shows, a negative one of what would.
            parent["Count"] = parent.dict.get("Count", 0) + (1 if parent is root else -1)
            path.append((bookmark.depth, item))
        return root


class EmbeddedFont:
    """A face in one file. What was written in it is what is embedded.

    Content streams select it by `name`; `codes` is for `str.translate`, and turns text into the characters of a PDF
    string that shows it.
    """

    __slots__ = ("codes", "face", "name")

    def __init__(self, name: str, face: Face) -> None:
        self.name = name
        self.face = face
        self.codes = _Codes(face)


class _Codes(dict[int, str]):
    """Numbers characters in the order of their first use: two bytes each, escaped for a string in round brackets.

    A character that the font lacks gets a copy of the box that fonts have for it, under a number of its own: so the
    box shows, the text behind it is kept, and the glyph is not number 0, which PDF/A forbids.
    """

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face
        self._boxes = 0
        self._last_box = 0
        self.glyphs = [0]
        self.characters = [_UNKNOWN]

    def __missing__(self, character: int) -> str:
        glyph = self._face.glyph(character)
        number = self._add(glyph, chr(character)) if glyph else self._box(character)
        code = self[character] = "".join(_ESCAPES.get(byte, chr(byte)) for byte in divmod(number, 256))
        return code

    def _box(self, character: int) -> int:
        self._boxes += 1
        if self._boxes < _MAX_BOXES:
            return self._add(0, chr(character))
        if not self._last_box:
            self._last_box = self._add(0, _UNKNOWN)
        return self._last_box

    def _add(self, glyph: int, character: str) -> int:
        self.glyphs.append(glyph)
        self.characters.append(character)
        return len(self.glyphs) - 1


_ESCAPES = {ord("("): "\\(", ord(")"): "\\)", ord("\\"): "\\\\", ord("\r"): "\\r"}


def _font(document: Any, font: EmbeddedFont) -> Any:
    # ISO 32000-1, 9.7: a composite font whose codes are the numbers of the subset's glyphs.
    face, codes = font.face, font.codes
    scale = 1000 / face.units_per_em
    program = face.subset(codes.glyphs)
    name = f"/{_tag(program)}+{face.name}"
    descriptor = PDFDictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": name,
            "Flags": 4 | face.is_monospaced | (64 if face.italic_angle else 0),
            "FontBBox": _numbers(*(round(each * scale) for each in face.bounds)),
            "ItalicAngle": round(face.italic_angle),
            "Ascent": round(face.ascent * scale),
            "Descent": round(face.descent * scale),
            "CapHeight": round(face.cap_height * scale),
            "StemV": 50 + round((face.weight / 65) ** 2),  # no table has it; Adobe's own fonts lie near this
            "FontFile2": document.Reference(_stream(program, {"Length1": len(program)})),
        }
    )
    widths = [round(face.advance(glyph) * scale) for glyph in codes.glyphs]
    descendant = PDFDictionary(
        {
            "Type": "/Font",
            "Subtype": "/CIDFontType2",
            "BaseFont": name,
            "CIDSystemInfo": PDFDictionary({"Registry": "(Adobe)", "Ordering": "(Identity)", "Supplement": 0}),
            "CIDToGIDMap": "/Identity",
            "FontDescriptor": document.Reference(descriptor),
            "W": PDFArrayCompact([0, PDFArrayCompact(widths)]),
        }
    )
    return PDFDictionary(
        {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": name,
            "Encoding": "/Identity-H",
            "DescendantFonts": PDFArrayCompact([document.Reference(descendant)]),
            "ToUnicode": document.Reference(_stream(_to_unicode(codes.characters))),
        }
    )


def _tag(program: bytes) -> str:
    # ISO 32000-1, 9.6.4: six capital letters that tell subsets apart.
    number = zlib.crc32(program)
    letters = ""
    for _ in range(6):
        number, letter = divmod(number, 26)
        letters += chr(ord("A") + letter)
    return letters


def _to_unicode(characters: Sequence[str]) -> bytes:
    # ISO 32000-1, 9.10.3. At most 100 lines per block.
    lines = [
        f"<{number:04x}> <{character.encode('utf-16-be', 'surrogatepass').hex()}>"
        for number, character in enumerate(characters)
    ]
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    listed = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{listed}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()


def _annotation(link: PageLink) -> Any:
    annotation = PDFDictionary(
        {
            "Subtype": "/Link",
            "Rect": _numbers(*(round(each, 2) for each in link.area)),
            "Border": _numbers(0, 0, 0),
            "F": 4,  # printed with the page, which PDF/A asks of all annotations
        }
    )
    if link.target.startswith("#"):
        annotation["Dest"] = PDFString(link.target[1:].encode(errors="replace"), enc="raw")
    else:
        uri = PDFString(link.target.encode("ascii"), enc="raw")
        annotation["A"] = PDFDictionary({"S": "/URI", "URI": uri})
    return annotation


def _stream(content: bytes, entries: dict[str, Any] | None = None) -> Any:
    return _Stream(PDFDictionary({**(entries or {}), "Filter": "/FlateDecode"}), zlib.compress(content))


class _Stream(PDFStream):  # type: ignore[misc]
    """A stream with a line end before its last word, which ReportLab leaves out and PDF/A asks for.

    It has two characters, lest a stream that happens to end in the first of them be taken for shorter than it is.
    """

    def format(self, document: Any) -> bytes:
        written: bytes = super().format(document)
        return written.removesuffix(b"endstream\n") + b"\r\nendstream\n"


def _text(text: str) -> Any:
    return PDFString(text.encode(errors="replace").decode())


def _numbers(*numbers: float) -> Any:
    return PDFArrayCompact(numbers)
