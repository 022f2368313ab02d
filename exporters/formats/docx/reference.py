"""A reference document: a Word file of the user's own, whose styles, theme, paper, headers and footers are to be used.

A style is known by its name, which Word keeps in English whatever its own language is (ECMA-376-1, 17.7.4.9), and gets
the id that our text names it by. What the text needs and the reference document has not is added. Nothing else of it is
taken: no text, no macros, no links to other files but images.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from exporters.document import Document, Resource
from exporters.errors import BadOption, SourceTooLarge, UnreadableSource
from exporters.formats.docx import styles
from exporters.formats.docx.language import Language
from exporters.formats.docx.page import Page
from exporters.formats.docx.reference_xml import Element, Unreadable, read
from exporters.formats.docx.styles import WORD
from exporters.readers.bundle.archive import Archive, CannotUnpack
from exporters.report import Report
from exporters.toolbox import urls
from exporters.toolbox.ooxml import RELATIONSHIPS, XML, Relations

_MAIN = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "application/vnd.ms-word.document.macroEnabled.main+xml",  # without the macros
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)
# Endings of images that Word takes, and their types where a package does not know them by the ending.
_IMAGES = {
    "png": "",
    "jpg": "",
    "jpeg": "",
    "gif": "",
    "emf": "",
    "wmf": "image/x-wmf",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
}
_MAX_MEDIA = 10_000_000  # bytes of the images in headers and footers
_LEAST_TEXT = 1_440  # twips that paper has to leave for text
_USUAL_MARGIN = 1_417  # twips, 25 mm
_LEAST_PAPER = _LEAST_TEXT + 2 * _USUAL_MARGIN
_MOST = 31_680  # twips: the largest paper that Word knows, 22 inches

# Elements in headers and footers that lead to other parts, or are what a program does.
_LEFT_OUT = ("w:pict", "w:object", "w:control", "w:dataBinding", "w:altChunk", "w:footnoteReference",
             "w:endnoteReference", "w:commentReference", "w:commentRangeStart", "w:commentRangeEnd", "w:subDoc",
             "w:printerSettings")  # fmt: skip
_OF_FONTS = ("w:altName", "w:panose1", "w:charset", "w:family", "w:notTrueType", "w:pitch", "w:sig")


class Part(NamedTuple):
    """A header or a footer."""

    kind: str
    """`header` or `footer`."""
    type: str
    """On which pages: `default`, `first` or `even`."""
    xml: str
    relations: Relations


class Reference(NamedTuple):
    """What is taken of a reference document."""

    styles: str
    theme: str
    fonts: str
    page: Page
    parts: tuple[Part, ...]
    media: tuple[tuple[str, bytes, str], ...]
    """Name, bytes and media type of images; "" where the ending tells."""
    numbering: tuple[str, str]
    """Elements of its lists, and of their uses."""
    next_ids: tuple[int, int]
    """The first of each that are free."""
    has_even_pages: bool
    """Whether left pages have their own headers and footers."""


def reference(document: Document, path: str, language: Language) -> Reference:
    """The reference document at a path of the source. Raises `BadOption`, `UnreadableSource`."""
    found = next((each for each in document.resources.values() if each.name == path), None)
    if found is None:
        raise BadOption(
            f"The option docx.reference cannot be {path!r}: the source has no such file. "
            "Put a Word file (.docx or .dotx) into the bundle, and give its path from the bundle's top."
        )
    try:
        return _Reader(found, language).read()
    except (Unreadable, CannotUnpack) as error:
        why = str(error)
    except (UnreadableSource, SourceTooLarge):
        why = "is no Word file, or is damaged"
    raise UnreadableSource(f"The reference document {path!r} {why}. Save it in Word as a document (.docx).")


class _Reader:
    """One reference document."""

    def __init__(self, file: Resource, language: Language) -> None:
        self._archive = Archive(file.data, Report())
        self._language = language
        self._main = self._main_part()
        self._folder = self._main.rpartition("/")[0]
        self._targets = self._relations(self._main)
        self._ids: dict[str, str] = {}
        self._first_list = 1
        self._media: dict[str, tuple[str, bytes, str]] = {}
        self._room = _MAX_MEDIA

    def read(self) -> Reference:
        sheet = self._part("styles")
        if sheet is None:
            raise Unreadable("has no styles")
        self._ids = _new_ids(sheet)
        numbering, next_ids = self._numbering()
        self._first_list = next_ids[1]
        section = read(self._bytes(self._main), ("w:document", "w:body", "w:sectPr"))
        body = section.first("w:body")
        found = [*body.elements("w:sectPr")] if body else []
        last = found[-1] if found else Element("w:sectPr", {})
        settings = self._part("settings")
        return Reference(
            self._styles(sheet),
            self._theme(),
            self._fonts(),
            _page(last),
            tuple(self._running(last)),
            tuple(self._media.values()),
            numbering,
            next_ids,
            settings is not None and _is_on(settings.first("w:evenAndOddHeaders")),
        )

    # Parts

    def _main_part(self) -> str:
        if "[Content_Types].xml" not in self._archive.paths:
            raise Unreadable("is no Word file")
        types = read(self._archive.read("[Content_Types].xml"))
        for each in types.elements("ct:Override"):
            if each.attributes.get("ContentType") in _MAIN:
                return each.attributes.get("PartName", "").lstrip("/")
        raise Unreadable("is no Word file")

    def _relations(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """By id: the last word of the type, the target, whether that is outside."""
        folder, _, name = part.rpartition("/")
        path = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if path not in self._archive.paths:
            return {}
        return {
            each.attributes.get("Id", ""): (
                each.attributes.get("Type", "").rpartition("/")[2],
                each.attributes.get("Target", ""),
                each.attributes.get("TargetMode") == "External",
            )
            for each in read(self._archive.read(path)).elements("rel:Relationship")
        }

    def _part(self, kind: str) -> Element | None:
        """The part of a kind that the text leads to."""
        for of_kind, target, is_outside in self._targets.values():
            path = self._path(target)
            if of_kind == kind and not is_outside and path in self._archive.paths:
                return read(self._bytes(path))
        return None

    def _path(self, target: str) -> str:
        if target.startswith("/"):
            return target.lstrip("/")
        return f"{self._folder}/{target}" if self._folder else target

    def _bytes(self, path: str) -> bytes:
        if path not in self._archive.paths:
            raise Unreadable("lacks one of its parts")
        return self._archive.read(path)

    # What is taken of them

    def _styles(self, sheet: Element) -> str:
        lists = (self._first_list, self._first_list + 1)
        own = read(f'<w:styles xmlns:w="{WORD}">{styles.own_styles(*lists)}</w:styles>'.encode())
        self._rename(sheet)
        known = {each.attributes.get("w:styleId", "") for each in sheet.elements("w:style")}
        defaults = {each.attributes.get("w:type") for each in sheet.elements("w:style") if _is_default(each)}
        added = [each for each in own.elements("w:style") if each.attributes["w:styleId"] not in known]
        for each in added:
            if each.attributes["w:type"] in defaults:
                each.attributes.pop("w:default", None)
        taken = {each.value("w:name").casefold() for each in added}
        for each in sheet.elements("w:style"):  # one of another kind that has the name of ours
            name = each.first("w:name")
            if name is not None and each.value("w:name").casefold() in taken:
                name.attributes["w:val"] = f"{each.value('w:name')} Other"
        kept = "".join(each.xml() for each in (*sheet.elements("w:style"), *added))
        latent = sheet.first("w:latentStyles")
        return (
            f'{XML}<w:styles xmlns:w="{WORD}">{self._defaults(sheet)}{latent.xml() if latent else ""}{kept}</w:styles>'
        )

    def _defaults(self, sheet: Element) -> str:
        """What holds for every paragraph, in the language of our document."""
        found = sheet.first("w:docDefaults")
        if found is None:
            return styles.defaults(self._language)
        runs = found.first("w:rPrDefault")
        properties = runs.first("w:rPr") if runs else None
        if properties is not None and self._language.latin:
            stated = (
                ("w:val", self._language.latin),
                ("w:eastAsia", self._language.east_asian),
                ("w:bidi", self._language.complex),
            )
            properties.children = [*(each for each in properties.elements() if each.name != "w:lang")]
            properties.children.append(Element("w:lang", dict(stated)))
        return found.xml()

    def _rename(self, part: Element) -> None:
        """Gives styles the ids that our text names them by, wherever they are named."""
        for each in part.every():
            if each.name == "w:style" and "w:styleId" in each.attributes:
                each.attributes["w:styleId"] = self._id(each.attributes["w:styleId"])
            elif each.name in _NAMING and "w:val" in each.attributes:
                each.attributes["w:val"] = self._id(each.attributes["w:val"])

    def _id(self, old: str) -> str:
        return self._ids.get(old, old)

    def _theme(self) -> str:
        part = self._part("theme")
        elements = part.first("a:themeElements") if part else None
        colours, fonts = (elements.first(f"a:{each}Scheme") if elements else None for each in ("clr", "font"))
        if colours is None or fonts is None:
            return styles.theme(self._language)
        for scheme in (colours, fonts):
            scheme.keep(lambda each: each.name != "a:extLst")
        return styles.theme_of(colours.xml(), fonts.xml())

    def _fonts(self) -> str:
        part = self._part("fontTable")
        if part is None:
            return styles.fonts(self._language)
        rows = [*part.elements("w:font")]
        for row in rows:
            row.keep(lambda each: each.name in _OF_FONTS)
        return f'{XML}<w:fonts xmlns:w="{WORD}">{"".join(row.xml() for row in rows)}</w:fonts>'

    def _numbering(self) -> tuple[tuple[str, str], tuple[int, int]]:
        """Its lists, on which styles of headings may lean. Pictures instead of bullets are not taken."""
        part = self._part("numbering")
        if part is None:
            return ("", ""), (1, 1)
        part.keep(lambda each: each.name not in ("w:numPicBullet", "w:lvlPicBulletId"))
        self._rename(part)
        abstract, uses = [*part.elements("w:abstractNum")], [*part.elements("w:num")]
        ids = (_next(abstract, "w:abstractNumId"), _next(uses, "w:numId"))
        return ("".join(each.xml() for each in abstract), "".join(each.xml() for each in uses)), ids

    def _running(self, section: Element) -> Iterator[Part]:
        """Headers and footers, with their images."""
        for each in section.elements("w:headerReference", "w:footerReference"):
            kind = each.name[2:8]
            of_kind, target, is_outside = self._targets.get(each.attributes.get("r:id", ""), ("", "", True))
            path = self._path(target)
            type = each.attributes.get("w:type", "default")
            if (
                of_kind == kind
                and not is_outside
                and path in self._archive.paths
                and type in ("default", "first", "even")
            ):
                part = read(self._bytes(path))
                self._rename(part)
                relations = self._without_leads(part, self._relations(path), path)
                part.attributes = {}
                namespaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
                written = part.xml().replace(f"<{part.name}", f"<{part.name}{namespaces}", 1)
                yield Part(kind, type, XML + written, relations)

    def _without_leads(self, part: Element, targets: dict[str, tuple[str, str, bool]], path: str) -> Relations:
        """Leaves of what leads elsewhere only images and links to the web."""
        relations = Relations()
        folder = path.rpartition("/")[0]

        def is_kept(element: Element) -> bool:
            if element.name in _LEFT_OUT:
                return False
            if element.name == "w:drawing":
                return all(map(shows, [each for each in element.every() if each.name != "w:drawing"]))
            if "r:id" in element.attributes and element.name != "a:hlinkClick":
                kind, target, is_outside = targets.get(element.attributes["r:id"], ("", "", False))
                if kind == "hyperlink" and is_outside and urls.is_followed_from_a_file(target):
                    element.attributes["r:id"] = relations.id("hyperlink", urls.encoded(target), external=True)
                else:
                    del element.attributes["r:id"]
            return True

        def shows(element: Element) -> bool:
            element.attributes.pop("r:link", None)
            if "r:embed" not in element.attributes:
                return not any(name.startswith("r:") for name in element.attributes)
            kind, target, is_outside = targets.get(element.attributes["r:embed"], ("", "", True))
            name = None if is_outside or kind != "image" else self._image(f"{folder}/{target}")
            if name is None:
                return False
            element.attributes["r:embed"] = relations.id("image", name)
            return True

        part.keep(lambda each: each.name not in ("a:hlinkClick", "a:extLst"))
        part.keep(is_kept)
        return relations

    def _image(self, path: str) -> str | None:
        """The name in our file of an image in the reference document; None where it has none that Word shows."""
        ending = path.rpartition(".")[2].lower()
        if path not in self._archive.paths or ending not in _IMAGES:
            return None
        if path not in self._media:
            data = self._archive.read(path)
            self._room -= len(data)
            if self._room < 0:
                return None
            name = f"media/reference{len(self._media) + 1}.{'jpeg' if ending == 'jpg' else ending}"
            self._media[path] = (name, data, _IMAGES[ending])
        return self._media[path][0]


_NAMING = ("w:basedOn", "w:next", "w:link", "w:pStyle", "w:rStyle", "w:tblStyle", "w:styleLink", "w:numStyleLink")
_NAMESPACES = {
    "w": WORD,
    "r": RELATIONSHIPS,
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
}


def _new_ids(sheet: Element) -> dict[str, str]:
    """By the id of a style in the reference document, the one that it has in our file."""
    own = read(f'<w:styles xmlns:w="{WORD}">{styles.own_styles()}</w:styles>'.encode())
    by_name = {each.value("w:name").casefold(): each.attributes["w:styleId"] for each in own.elements("w:style")}
    types = {each.attributes["w:styleId"]: each.attributes["w:type"] for each in own.elements("w:style")}
    found: dict[str, str] = {}
    given: set[str] = set()
    for each in sheet.elements("w:style"):
        id = each.attributes.get("w:styleId", "")
        wanted = by_name.get(each.value("w:name").casefold(), "")
        if wanted and wanted not in given and types[wanted] == each.attributes.get("w:type"):
            found[id] = wanted
            given.add(wanted)
    for each in sheet.elements("w:style"):
        id = each.attributes.get("w:styleId", "")
        if id not in found and id in types:  # another style that happens to have an id of ours
            found[id] = f"{id}Other"
    return found


def _page(section: Element) -> Page:
    """The paper, where it is one that leaves room for text; A4 otherwise."""
    size, around = section.first("w:pgSz"), section.first("w:pgMar")
    width, height = (_twips(size, f"w:{each}", usual) for each, usual in (("w", 11_906), ("h", 16_838)))
    sides = tuple(abs(_twips(around, f"w:{side}", _USUAL_MARGIN)) for side in ("top", "right", "bottom", "left"))
    edge = abs(_twips(around, "w:header", 708))
    if not all(_LEAST_PAPER <= side <= _MOST for side in (width, height)):
        width, height = 11_906, 16_838
    if width - sides[1] - sides[3] < _LEAST_TEXT or height - sides[0] - sides[2] < _LEAST_TEXT:
        sides = (_USUAL_MARGIN,) * 4
    top, right, bottom, left = sides
    columns = section.first("w:cols")
    has_own = any(section.elements("w:headerReference", "w:footerReference"))
    title = "<w:titlePg/>" if not has_own or _is_on(section.first("w:titlePg")) else ""
    count = max(1, min(_twips(columns, "w:num", 1), 4))
    space = max(0, min(_twips(columns, "w:space", 720), width // 4))
    several = f' w:num="{count}"' if count > 1 else ""
    more = f'<w:cols{several} w:space="{space}"/>{title}'
    return Page(width, height, (top, right, bottom, left), edge, more, count, space)


def _twips(element: Element | None, name: str, usual: int) -> int:
    written = element.attributes.get(name, "") if element else ""
    return int(written) if written.lstrip("-").isdecimal() and len(written) < 8 else usual


def _is_on(element: Element | None) -> bool:
    return element is not None and element.attributes.get("w:val", "1") not in ("0", "false", "off")


def _is_default(style: Element) -> bool:
    return style.attributes.get("w:default", "0") in ("1", "true", "on")


def _next(elements: list[Element], name: str) -> int:
    return max((_twips(each, name, 0) for each in elements), default=0) + 1
