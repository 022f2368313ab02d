"""Writes lines of text as paragraphs and runs of DrawingML (ECMA-376-1, 21.1.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import unquote

from exporters.document import (
    Abbreviation,
    Alignment,
    Code,
    Document,
    Emphasis,
    FootnoteReference,
    Highlight,
    Image,
    Inline,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    Math,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)
from exporters.formats.pptx.design import INDENT, LEVELS, MONO, MUTED, Design, emu, hundredths
from exporters.formats.pptx.theme import hexed
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import metadata, urls
from exporters.toolbox.escaping import html_attribute, html_text
from exporters.toolbox.footnotes import note_missing
from exporters.toolbox.ooxml import Relations
from exporters.toolbox.text_runs import first_direction
from exporters.toolbox.words import words

if TYPE_CHECKING:
    from exporters.toolbox.formulas import Formulas

_RAISED, _LOWERED = 30_000, -25_000  # thousandths of a per cent of the size, as PowerPoint raises letters
_MAX_ADDRESS = 2_000  # characters: Office opens no longer ones
_A14 = 'xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main"'
_M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


class Look(NamedTuple):
    """How a run looks, where it is not as its paragraph."""

    size: float = 0.0
    """In points; 0 for that of the paragraph."""
    colour: str = ""
    """A colour as an element; "" for that of the paragraph."""
    bold: bool = False
    italic: bool = False
    struck: bool = False
    underlined: bool = False
    marked: str = ""
    """The colour behind it, as an element."""
    baseline: int = 0
    mono: bool = False
    link: str = ""
    """The element that makes it one."""


PLAIN = Look()

BOXES = {True: "☒", False: "☐"}  # no ☑, which would be an emoji to many programs

type Bullet = Literal["none", "level", "number", "said", "done", "open"]
"""A number that PowerPoint cannot count from is said: it stands in the text."""

NUMBERS = range(1, 32_768)
"""What PowerPoint counts from (ECMA-376-1, 20.1.10.76)."""


class Place(NamedTuple):
    """Where a paragraph stands in its frame."""

    bullet: Bullet = "none"
    level: int = -1
    """Of the list it is in, from 0; -1 for none."""
    offset: float = 0.0
    """Points that it is further in than its level."""
    before: float = 0.0
    """Space above it."""
    begin: int = 1
    """The number with which its row of numbers begins."""
    alignment: Alignment = None
    line: int = 0
    """Height of its lines in per cent; 0 for that of its frame."""


AT_SIDE = Place()


class TextWriter:
    """Writes the text of one file, slide by slide."""

    def __init__(self, document: Document, design: Design, slides: Mapping[str, int], report: Report) -> None:
        """`slides` says on which slide each section and heading is, by its id."""
        self._document = document
        self._design = design
        self._slides = slides
        self._report = report
        self._numbers = {note.label: number for number, note in enumerate(document.footnotes, 1)}
        self._image_word = words(metadata.language(document)).image
        self._lang = f' lang="{html_attribute(design.language)}"' if design.language else ""
        self._explained: dict[Abbreviation, Abbreviation] = {}
        self._formulas: dict[int, tuple[Math, str]] = {}
        self._writer: Formulas[str] | None = None
        self.relations = Relations()
        """Of the slide that is being written."""
        self.where = ""
        """Its heading, for the report."""
        self.in_notes = False
        """Whether what is only for who speaks is written."""
        self.native = True
        """Whether formulas are written as such, and not as their source."""
        self.sources: list[str] = []
        """Of the formulas that were written as such."""

    @property
    def is_rtl(self) -> bool:
        """Whether the document runs from right to left."""
        return self._design.is_rtl

    # Paragraphs

    def paragraph(self, content: Inlines, place: Place = AT_SIDE, look: Look = PLAIN, pictured: bool = False) -> str:
        """A paragraph. Its images are only described where they are `pictured` elsewhere."""
        runs = self.runs(content, look, pictured)
        if place.bullet == "said":
            runs = self.run(f"{place.begin}.\t", look) + runs
        return f"<a:p>{self.properties(place, content)}{runs}{self._end(look) if not runs else ''}</a:p>"

    def properties(self, place: Place, content: Inlines = ()) -> str:
        """The properties of a paragraph, which begins with this content."""
        size = self._design.settings.font_size
        attributes, inner = "", ""
        if place.level >= 0:
            level = min(place.level, LEVELS - 1)
            attributes = f' lvl="{level}"' if level else ""
            if place.offset or place.bullet == "none" or place.level >= LEVELS:
                indent = emu(INDENT * size * (place.level + 1) + place.offset)
                hang = 0 if place.bullet == "none" else emu(INDENT * size)
                attributes += f' marL="{min(indent, 51_206_400)}" indent="{-hang}"'
        else:
            attributes = f' marL="{min(emu(place.offset), 51_206_400)}" indent="0"'
        direction = self.direction(content)
        if place.alignment or direction:
            is_rtl = direction == "rtl" or (self._design.is_rtl and not direction)
            side = {"left": "l", "center": "ctr", "right": "r", None: "r" if is_rtl else "l"}[place.alignment]
            attributes += f' algn="{side}"'
            attributes += f' rtl="{int(is_rtl)}"' if direction else ""
        if place.line:
            inner += f'<a:lnSpc><a:spcPct val="{place.line}000"/></a:lnSpc>'
        inner += f'<a:spcBef><a:spcPts val="{min(hundredths(place.before), 158_400)}"/></a:spcBef>'
        match place.bullet:
            case "none" | "said":
                inner += "<a:buNone/>"
            case "number":
                start = f' startAt="{place.begin}"' if place.begin > 1 else ""
                inner += f'<a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod"{start}/>'
            case "done" | "open":
                sign = BOXES[place.bullet == "done"]
                inner += f'<a:buFont typeface="Segoe UI Symbol"/><a:buChar char="{sign}"/>'
            case "level":
                pass
        return f"<a:pPr{attributes}>{inner}</a:pPr>"

    def direction(self, content: Inlines) -> str:
        """Which way a line runs by its first letter, where that is not the document's; "" otherwise."""
        direction = first_direction(content)
        return direction if direction and (direction == "rtl") != self._design.is_rtl else ""

    def _end(self, look: Look) -> str:
        return f'<a:endParaRPr sz="{hundredths(look.size)}"/>' if look.size else ""

    # Runs

    def runs(self, content: Inlines, look: Look = PLAIN, pictured: bool = False) -> str:
        """The runs of a line."""
        return "".join([self._inline(node, look, pictured) for node in content])

    def run(self, text: str, look: Look) -> str:
        """One run; "" for no text."""
        if not text:
            return ""
        return f"<a:r>{self._run_properties(look)}<a:t>{html_text(text)}</a:t></a:r>"

    def _run_properties(self, look: Look) -> str:
        if look == PLAIN:
            return f"<a:rPr{self._lang}/>" if self._lang else ""
        attributes = self._lang
        attributes += f' sz="{max(hundredths(look.size), 100)}"' if look.size else ""
        attributes += ' b="1"' if look.bold else ""
        attributes += ' i="1"' if look.italic else ""
        attributes += ' u="sng"' if look.underlined else ""
        attributes += ' strike="sngStrike"' if look.struck else ""
        attributes += f' baseline="{look.baseline}"' if look.baseline else ""
        inner = f"<a:solidFill>{look.colour}</a:solidFill>" if look.colour else ""
        inner += f"<a:highlight>{look.marked}</a:highlight>" if look.marked else ""
        inner += f'<a:latin typeface="{MONO}"/><a:cs typeface="{MONO}"/>' if look.mono else ""
        return f"<a:rPr{attributes}>{inner}{look.link}</a:rPr>"

    def _inline(self, node: Inline, look: Look, pictured: bool) -> str:
        match node:
            case str():
                return self.run(node.replace("\n", " "), look)
            case Emphasis():
                return self.runs(node.content, look._replace(italic=not look.italic), pictured)
            case Strong():
                return self.runs(node.content, look._replace(bold=True), pictured)
            case Strikethrough():
                return self.runs(node.content, look._replace(struck=True), pictured)
            case Underline():
                return self.runs(node.content, look._replace(underlined=True), pictured)
            case Highlight():
                return self.runs(node.content, look._replace(marked=self._srgb(self._design.theme.mark)), pictured)
            case Superscript():
                return self.runs(node.content, look._replace(baseline=_RAISED), pictured)
            case Subscript():
                return self.runs(node.content, look._replace(baseline=_LOWERED), pictured)
            case Code() | Keyboard():
                shade = look.marked or '<a:schemeClr val="bg2"><a:lumMod val="95000"/></a:schemeClr>'
                return self.run(node.text.replace("\n", " "), look._replace(mono=True, marked=shade))
            case Abbreviation():
                return self.run(self._abbreviation(node), look)
            case Math():
                return self._math(node, look)
            case Link():
                return self.runs(node.content, look._replace(link=self.link(node) or look.link), pictured)
            case Image():
                # Where it stands below the line, its description stands for it there.
                if pictured:
                    return self.run(node.alternative.replace("\n", " "), look)
                if node.url in self._document.resources and (self.native or self.in_notes):
                    what = "Images in headings, captions, tables and notes are shown as their descriptions."
                    self._report.degraded(About.IMAGE, what, self.where)
                return self.missing(node, look)
            case FootnoteReference():
                return self._reference(node, look)
            case LineBreak():
                return "<a:br/>"
            case RawInline():
                self._report.lost(About.RAW_HTML, "HTML inside the source was left out.", self.where)
                return ""

    def missing(self, node: Image, look: Look = PLAIN) -> str:
        """What stands for an image that is not shown."""
        said = node.alternative or node.title or self._image_word
        return self.run(f"[{said}]".replace("\n", " "), look._replace(italic=True, colour=look.colour or MUTED))

    def _abbreviation(self, node: Abbreviation) -> str:
        # Nobody points at a slide, so what an abbreviation stands for is said once, where the text first has it. By
        # identity, for what holds a formula is written twice.
        first = self._explained.setdefault(node, node)
        return f"{node.text} ({node.expansion})" if first is node and node.expansion else node.text

    def _reference(self, node: FootnoteReference, look: Look) -> str:
        number = self._numbers.get(node.label)
        if number is None:
            note_missing(node.label, self._report, self.where)
            return self.run(f"[^{node.label}]", look)
        return self.run(str(number), look._replace(baseline=_RAISED, link=""))

    def _srgb(self, colour: str) -> str:
        return f'<a:srgbClr val="{hexed(colour)}"/>'

    # Links

    def link(self, node: Link) -> str:
        """The element that makes a run a link; "" where it cannot be followed."""
        if node.url.startswith("#"):
            return self._jump(unquote(node.url[1:]))
        if node.url in self._document.resources:
            self._report.lost(About.ATTACHMENT, "Attached files are left out; the words of their links are kept.")
        elif not urls.is_followed_from_a_file(node.url) or not _is_address(address := urls.encoded(node.url.strip())):
            what = "A link that cannot be followed from a presentation is only its words."
            self._report.degraded(About.LINK, what, self.where)
        elif len(address) > _MAX_ADDRESS:
            what = f"A link whose address has more than {_MAX_ADDRESS:,} characters cannot be followed."
            self._report.degraded(About.LINK, what, self.where)
        else:
            id = self.relations.id("hyperlink", address, external=True)
            tip = f' tooltip="{html_attribute(node.title)}"' if node.title else ""
            return f'<a:hlinkClick r:id="{id}"{tip}/>'
        return ""

    def _jump(self, name: str) -> str:
        # What leads nowhere was reported when the source was read.
        number = 1 if name in ("", "top") else self._slides.get(name, 0)
        if not number:
            return ""
        if self.in_notes:  # which may lead to one slide only, their own
            what = "Links from a speaker's notes to other slides are only their words."
            self._report.degraded(About.LINK, what, self.where)
            return ""
        id = self.relations.id("slide", f"slide{number}.xml")
        return f'<a:hlinkClick r:id="{id}" action="ppaction://hlinksldjump"/>'

    # Formulas

    def _math(self, node: Math, look: Look) -> str:
        formula = self.formula(node)
        if not formula:
            return self.run(node.text.replace("\n", " "), look._replace(mono=True))
        if self.native:
            self.sources.append(" ".join(node.text.split()))
            return f"<a14:m {_A14}>{formula}</a14:m>"
        rows = simple_formula(formula) or [(node.text.replace("\n", " "), 0)]
        italic = look._replace(italic=True)
        return "".join(self.run(text, italic._replace(baseline=raised or look.baseline)) for text, raised in rows)

    def formula(self, node: Math) -> str:
        """The formula as Office Math; "" where it cannot be read, which is reported."""
        # By identity, for what holds a formula is written twice, and one that defines something must not be read again.
        if id(node) not in self._formulas:
            if self._writer is None:
                from exporters.toolbox import omml  # 8 ms, and few documents have formulas
                from exporters.toolbox.formulas import Formulas

                self._writer = Formulas(partial(omml.write, family="a"), self._report, len)
            written = self._writer.written(node, self.where) or ""
            self._formulas[id(node)] = node, written.replace(">", f" {_M}>", 1)
        return self._formulas[id(node)][1]


def _is_address(url: str) -> bool:
    """Whether Office takes this for an address: because of one that is none, it repairs a whole file."""
    found = _ADDRESS.fullmatch(url)
    return found is not None and 0 < int(found["port"] or 80) < 65_536


_ADDRESS = re.compile(
    r"(?:https?|ftp)://(?:[^/?#@]*@)?[\w.~%-]+(?::(?P<port>\d{1,5}))?(?:[/?#].*)?|(?:mailto|tel):[^:/].*",
    re.ASCII | re.IGNORECASE,
)


def simple_formula(written: str) -> list[tuple[str, int]]:
    """A formula that is one row, of letters with scripts, as text and how far that is raised; [] for any other."""
    tags = set(_TAGS.findall(written))
    if not tags <= _SIMPLE:
        return []
    raised, depth = 0, 0
    found: list[tuple[str, int]] = []
    for tag, text in _PIECES.findall(written):
        match tag:
            case "<m:sup>" | "<m:sub>":
                if depth:
                    return []
                depth, raised = 1, _RAISED if tag == "<m:sup>" else _LOWERED
            case "</m:sup>" | "</m:sub>":
                depth, raised = 0, 0
            case _ if text:
                found.append((unescaped(text), raised))
    return found


_TAGS = re.compile(r"<(?:m|a):(\w+)")
_PIECES = re.compile(r"(</?m:su[bp]>)|<m:t(?: [^>]*)?>([^<]*)")
_SIMPLE = frozenset("oMath oMathPara r rPr t sty nor latin sSup sSub e sup sub ctrlPr scr".split())


def unescaped(text: str) -> str:
    """Text of XML as it is read."""
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text) if "&" in text else text


_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}
_ENTITY = re.compile("&(amp|lt|gt|quot);")
