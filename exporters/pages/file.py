"""The PDF file: pages, embedded fonts, images, links, bookmarks, and what it says about itself.

Pages are handed over as finished content streams, and leave nothing behind but their compressed bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor
from typing import TYPE_CHECKING, Literal

from exporters.frozen import frozen
from exporters.pages import structure
from exporters.pages.embedded_fonts import EmbeddedFont, Shown
from exporters.pages.metadata import About, information, xmp
from exporters.pages.objects import Objects, Rectangle, address, number, numbers, references, string, text, text_bytes
from exporters.pages.objects import name as written_name
from exporters.pages.tags import Element

if TYPE_CHECKING:
    from exporters.pages.colour_fonts import ColourFont
    from exporters.pages.locks import Permission
    from exporters.toolbox.drawing import Drawing, Matrix
    from exporters.toolbox.fonts import Glyph, Widths
    from exporters.toolbox.truetype import Face

type Kind = Literal["Shading", "ExtGState", "Pattern", "ColorSpace", "Properties"]
type Relationship = Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"]

_BRANCHES = 32  # pages below one node of their tree, so that readers find any of 20,000 in three steps


@frozen
class PageLink:
    """An area that leads somewhere: to a destination where `target` begins with #, to an address otherwise."""

    area: Rectangle
    target: str
    object: int = 0
    """The number that `File.reserve` gave for it; 0 for none."""
    element: Element | None = None
    """What it is in the structure of the document."""
    words: str = ""
    """What it says to those who do not see it; where it leads, without them."""


@frozen
class Bookmark:
    depth: int
    """From 0; a bookmark belongs to the nearest one before it that is less deep."""
    title: str
    destination: str


class File:
    """A PDF under construction."""

    def __init__(self, about: About) -> None:
        self.about = about
        self._objects = Objects()
        self._fonts: dict[str, EmbeddedFont | ColourFont] = {}
        self._resources = self._objects.reserve()
        self._has_masks = False
        self._named: dict[str, dict[str, int]] = {}  # kind → name → object
        self._names: dict[tuple[str, ...], str] = {}  # kind and value → name
        self._pages: list[int] = []
        self._page_entries: list[str] = []
        self._branches: list[int] = []
        self._owners: list[structure.Owners] = []
        self._destinations: dict[str, tuple[int, float, float]] = {}
        self._attachments: dict[str, int] = {}
        self._passwords: tuple[str, str, frozenset[Permission]] | None = None

    @property
    def page_count(self) -> int:
        return len(self._pages)

    # What pages consist of

    def font(self, widths: Widths) -> EmbeddedFont | ColourFont:
        """The face as it is embedded here: as a subset that grows with the text written in it."""
        name = widths.face.name
        if name not in self._fonts:
            self._fonts[name] = _font(f"F{len(self._fonts) + 1}", widths.face, widths.is_colour)
        return self._fonts[name]

    def words(self, text: str, widths: Widths, size: float, matrix: Matrix) -> str:
        """Operators that write text within a drawing, in the colour that is set (ISO 32000-1, 9.4.2)."""
        return _words(self.font(widths).show(text, widths, size), size, matrix)

    def glyphs(self, glyphs: Sequence[Glyph], face: Face, size: float, matrix: Matrix) -> str:
        """The same for glyphs that were chosen by their numbers, as formulas do."""
        font = self._fonts.get(face.name)
        if not isinstance(font, EmbeddedFont):
            font = self._fonts[face.name] = EmbeddedFont(f"F{len(self._fonts) + 1}", face)
        return _words(font.show_glyphs(glyphs), size, matrix)

    def resource(self, kind: Kind, value: str) -> str:
        """The name by which contents use a resource of this value, a dictionary or an array."""
        key = (kind, value)
        if key not in self._names:
            self._names[key] = self._name(kind, self._objects.add(value))
        return self._names[key]

    def add_object(self, value: str) -> str:
        """Adds a value that resources can refer to, and gives the reference."""
        return f"{self._objects.add(value)} 0 R"

    def reference(self, name: str) -> str:
        """The reference to an image or form."""
        return f"{self._named['XObject'][name]} 0 R"

    def add_image(
        self, data: bytes, entries: Mapping[str, object], mask: tuple[bytes, Mapping[str, object]] | None = None
    ) -> str:
        """Adds an image, already compressed as its `Filter` says, and returns the name it is drawn by."""
        written = _image(entries)
        if mask:
            self._has_masks = True
            mask_data, mask_entries = mask
            written += f" /SMask {self._objects.add_stream(_image(mask_entries), mask_data, is_final=True)} 0 R"
        return self._name("XObject", self._objects.add_stream(written, data, is_final=True))

    def add_form(self, name: str, content: str | bytes, area: Rectangle, group: str = "") -> str:
        """Adds a drawing that any page may show by its name, even one that was written before; gives the name.

        Without a name it gets one, the same for the same drawing. `group` is how it is made transparent as a whole
        (ISO 32000-1, 11.6.6).
        """
        data = content.encode("latin-1") if isinstance(content, str) else content
        entries = f"/Type /XObject /Subtype /Form /BBox {numbers(area)} /Resources {self._resources} 0 R"
        if group:
            entries += f" /Group {group}"
        if name:
            self._named.setdefault("XObject", {})[name] = self._objects.add_stream(entries, data)
            return name
        key = ("XObject", entries, data.decode("latin-1"))
        if key not in self._names:
            self._names[key] = self._name("XObject", self._objects.add_stream(entries, data))
        return self._names[key]

    def _name(self, kind: str, number: int) -> str:
        named = self._named.setdefault(kind, {})
        name = f"{kind[0]}{len(named) + 1}"
        named[name] = number
        return name

    # Pages, and places on them

    def add_page(self, width: float, height: float) -> int:
        """Adds an empty page and returns its number, from 1. `write_page` fills it, at any time."""
        if len(self._pages) % _BRANCHES == 0:
            self._branches.append(self._objects.reserve())
        self._pages.append(self._objects.reserve())
        self._page_entries.append(f"/MediaBox{numbers((0, 0, width, height))}")
        return len(self._pages)

    def write_page(
        self, number: int, content: bytes, links: Sequence[PageLink] = (), owners: Sequence[Element] = ()
    ) -> None:
        """Gives a page its content, its links, and the elements that its marked contents belong to."""
        entries = f"/Contents {self._objects.add_stream('', content)} 0 R"
        if owners:
            entries += f"/StructParents {self._owned(owners)}"
        if links:
            entries += f"/Annots{references(map(self._annotation, links))}/Tabs/S"
        self._page_entries[number - 1] = entries + self._page_entries[number - 1]

    def reserve(self) -> int:
        """The number of an object that is written later, such as that of a link."""
        return self._objects.reserve()

    def _annotation(self, link: PageLink) -> int:
        # ISO 32000-1, 12.5.6.5. Printed with the page (flag 4), which PDF/A asks of all annotations.
        annotation = link.object or self._objects.reserve()
        target = link.target
        left, bottom, right, top = (round(each, 2) for each in link.area)
        # A link without a border need not be more precise.
        entries = f"/Rect{numbers((floor(left), floor(bottom), ceil(right), ceil(top)))}"
        if link.element:
            said = text(link.words or target.removeprefix("#"))
            entries += f"/StructParent {self._owned(link.element)}/Contents{said}"
        if target.startswith("#"):
            entries += f"/Dest{string(target[1:].encode(errors='replace'))}"
        else:
            entries += f"/A<</S/URI/URI{address(target)}>>"
        self._objects.put(annotation, f"<<{entries}/Subtype/Link/Border[0 0 0]/F 4>>")
        return annotation

    def _owned(self, owners: structure.Owners) -> int:
        self._owners.append(owners)
        return len(self._owners) - 1

    def add_destination(self, name: str, page: int, left: float, top: float) -> None:
        """Names a place that links and bookmarks can lead to. The first of a name counts."""
        self._destinations.setdefault(name, (page, left, top))

    def page_of(self, name: str) -> int:
        """The number of the page that a destination is on."""
        return self._destinations[name][0]

    # What belongs to the file as a whole

    def attach(
        self,
        name: str,
        data: bytes,
        media_type: str,
        description: str = "",
        relationship: Relationship = "Unspecified",
    ) -> None:
        """Puts a file into this one (ISO 32000-1, 7.11.4; ISO 19005-3, annex E). Not for PDF/A-2, which takes PDF only.

        Of several with one name the first counts.
        """
        import hashlib  # 3 ms

        if name in self._attachments:
            return
        checksum = hashlib.md5(data, usedforsecurity=False).hexdigest()
        entries = f"/Type /EmbeddedFile /Subtype {written_name(media_type)}"
        entries += f" /Params << /Size {len(data)} /CheckSum <{checksum}> >>"
        embedded = self._objects.add_stream(entries, data)
        described = f" /Desc {text(description)}" if description else ""
        plain = name.encode("ascii", "replace").decode()
        self._attachments[name] = self._objects.add(
            f"<< /Type /Filespec /F {text(plain)} /UF {text(name)} /EF << /F {embedded} 0 R /UF {embedded} 0 R >>"
            f"{described} /AFRelationship /{relationship} >>"
        )

    def protect(self, user: str, owner: str, permissions: Iterable[Permission]) -> None:
        """Locks the file: it opens with either password, and allows what is permitted unless opened with the owner's.

        Not for PDF/A, which must open without one.
        """
        self._passwords = user, owner, frozenset(permissions)

    def close(self, bookmarks: Sequence[Bookmark], root: Element | None = None) -> bytes:
        """Writes everything. `root` is the uppermost element of the document's structure."""
        objects = self._objects
        self._write_resources()  # first, for glyphs of several colours add some
        entries = f"/Type /Catalog /Pages {self._page_tree()} 0 R"
        if bookmarks:
            entries += f" /Outlines {self._outline(bookmarks)} 0 R /PageMode /UseOutlines"
        entries += self._names_of_places() + self._files()
        tree = structure.write(objects, root, self._pages, self._owners) if root else 0
        if tree:
            entries += f" /MarkInfo << /Marked true >> /StructTreeRoot {tree} 0 R"
        entries += self._said(is_accessible=bool(tree and self.about.title and self.about.language))
        info = objects.add(information(self.about))
        if not self._passwords:
            return objects.close(objects.add(f"<< {entries} >>"), info)
        from exporters.pages.locks import lock  # 30 ms with what it needs

        # How readers of PDF 1.7 are told of an encryption that is younger (ISO 32000-2, 7.6.4).
        entries += " /Extensions << /ADBE << /BaseVersion /1.7 /ExtensionLevel 8 >> >>"
        catalogue = objects.add(f"<< {entries} >>")
        return objects.close(catalogue, info, lock(*self._passwords, objects.contents()))

    def _page_tree(self) -> int:
        # ISO 32000-1, 7.7.3: the lowest nodes are known to their pages; what is above them is made here.
        objects = self._objects
        more = f"/Resources {self._resources} 0 R"
        if self._named.get("ExtGState") or self._has_masks:
            more += "/Group<</S/Transparency/CS/DeviceRGB>>"  # ISO 19005-2, 6.2.10
        for at, (page, entries) in enumerate(zip(self._pages, self._page_entries, strict=True)):
            objects.put(page, f"<<{entries}{more}/Parent {self._branches[at // _BRANCHES]} 0 R/Type/Page>>")
        counts = dict.fromkeys(self._pages, 1)
        nodes, kids = self._branches, self._pages
        while True:
            above = [objects.reserve() for _ in range(0, len(nodes), _BRANCHES)] if len(nodes) > 1 else []
            for at, node in enumerate(nodes):
                below = kids[at * _BRANCHES : (at + 1) * _BRANCHES]
                counts[node] = sum(map(counts.__getitem__, below))
                parent = f" /Parent {above[at // _BRANCHES]} 0 R" if above else ""
                objects.put(node, f"<< /Type /Pages{parent} /Kids {references(below)} /Count {counts[node]} >>")
            if not above:
                return nodes[0]
            nodes, kids = above, nodes

    def _names_of_places(self) -> str:
        names = ""
        if self._destinations:
            places = ((name.encode(errors="replace"), self._place(*at)) for name, at in self._destinations.items())
            names += f" /Dests {structure.name_tree(self._objects, places)} 0 R"
        if self._attachments:
            files = ((text_bytes(name), f"{at} 0 R") for name, at in self._attachments.items())
            names += f" /EmbeddedFiles {structure.name_tree(self._objects, files)} 0 R"
        return f" /Names <<{names} >>" if names else ""

    def _files(self) -> str:
        return f" /AF {references(self._attachments.values())}" if self._attachments else ""

    def _place(self, page: int, left: float, top: float) -> str:
        return f"[{self._pages[page - 1]} 0 R/XYZ {round(left)} {ceil(round(top, 2))} null]"

    def _said(self, is_accessible: bool) -> str:
        """What the file says about itself."""
        about, objects = self.about, self._objects
        metadata = objects.add_stream("/Type /Metadata /Subtype /XML", xmp(about, is_accessible), is_final=True)
        entries = f" /Metadata {metadata} 0 R"
        if about.language:
            entries += f" /Lang {text(about.language)}"
        preferences = " /DisplayDocTitle true" if about.title else ""
        if about.is_right_to_left:
            preferences += " /Direction /R2L"
        if preferences:
            entries += f" /ViewerPreferences <<{preferences} >>"
        if about.conformance:
            from exporters.pages.colour_profile import srgb

            profile = objects.add_stream("/N 3", srgb())
            entries += " /OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB)"
            entries += f" /Info (sRGB) /DestOutputProfile {profile} 0 R >>]"
        return entries

    def _write_resources(self) -> None:
        for font in self._fonts.values():
            self._named.setdefault("Font", {}).update(self._written(font))
        kinds = (
            f"/{kind} << {' '.join(f'/{name} {number} 0 R' for name, number in named.items())} >>"
            for kind, named in self._named.items()
        )
        self._objects.put(self._resources, f"<< {' '.join(kinds)} >>")

    def _written(self, font: EmbeddedFont | ColourFont) -> dict[str, int]:
        if isinstance(font, EmbeddedFont):
            return font.write(self._objects)
        from exporters.pages.vectors import content

        def drawn(drawing: Drawing) -> str:
            return content(drawing, self)

        return font.write(self._objects, self._resources, drawn)

    def _outline(self, bookmarks: Sequence[Bookmark]) -> int:
        # ISO 32000-1, 12.3.3: a tree of items that are linked to parent, siblings, first and last child.
        root = self._objects.reserve()
        items: dict[int, dict[str, str]] = {root: {}}
        counts = Counter[int]()
        path = [(-1, root)]
        for bookmark in bookmarks:
            while path[-1][0] >= bookmark.depth:
                path.pop()
            parent = path[-1][1]
            number = self._objects.reserve()
            place = self._place(*self._destinations[bookmark.destination])
            item = {"Title": text(bookmark.title), "Parent": f"{parent} 0 R", "Dest": place}
            if "Last" in items[parent]:
                item["Prev"] = items[parent]["Last"]
                items[int(item["Prev"].split()[0])]["Next"] = f"{number} 0 R"
            items[parent].setdefault("First", f"{number} 0 R")
            items[parent]["Last"] = f"{number} 0 R"
            items[number] = item
            # Only the uppermost level is open: a positive count is of what shows, a negative one of what would.
            counts[parent] += 1 if parent == root else -1
            path.append((bookmark.depth, number))
        for number, item in items.items():
            if number in counts:
                item["Count"] = str(counts[number])
            self._objects.put(number, f"<<{''.join(f'/{key} {value}' for key, value in item.items())}>>")
        return root


def _words(shown: Shown, size: float, matrix: Matrix) -> str:
    font, operators, _ = shown
    selected = f"/{font} {number(size)} Tf " if font else ""
    return f"BT {selected}{' '.join(map(number, matrix))} Tm {operators} ET"


def _font(name: str, face: Face, is_colour: bool) -> EmbeddedFont | ColourFont:
    if not is_colour:
        return EmbeddedFont(name, face)
    from exporters.pages.colour_fonts import ColourFont

    return ColourFont(name, face)


def _image(entries: Mapping[str, object]) -> str:
    return f"/Type /XObject /Subtype /Image {' '.join(f'/{key} {value}' for key, value in entries.items())}"
