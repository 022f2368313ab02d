"""Runs: the text of paragraphs, and what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from exporters.document import (
    Abbreviation,
    Code,
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
from exporters.document.walk import targets
from exporters.formats.docx.directions import Direction, Script, parts
from exporters.report import Code as About
from exporters.toolbox import raw_html, urls
from exporters.toolbox.abbreviations import AbbreviationsInText
from exporters.toolbox.escaping import html_attribute, html_text
from exporters.toolbox.footnotes import note_missing
from exporters.toolbox.leads import report_unfollowed

if TYPE_CHECKING:
    from exporters.formats.docx.work import Work
    from exporters.toolbox.formulas import Formulas

_MAX_ADDRESS = 2_000  # characters: Word takes 2,083
_MAX_TITLE = 255  # characters of what Word shows beside the mouse
_MARK = "FFF0A3"  # of a bright pen; links and comments still have 4.5 times its darkness
# What Word takes for an address: it refuses a whole file because of one that is none.
_ADDRESS = re.compile(
    r"(?:https?|ftp)://(?:[^/?#@\s]*@)?[\w.~%-]+(?::\d{1,5})?(?:[/?#].*)?|(?:mailto|tel):[^:/?]+(?:\?.*)?",
    re.ASCII | re.IGNORECASE,
)

_BLANKS = {ord(blank): " " for blank in "\t\n\r"}
# Where a line ends between two of these, it ends for want of room, and no space is meant.
_HAN = r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\n(?={_HAN})")
_SOFT_HYPHEN = "\u00ad"
_BREAK = "<w:r><w:br/></w:r>"


class Look(NamedTuple):
    """How a run is dressed."""

    style: str = ""
    bold: bool = False
    italic: bool = False
    strike: bool = False
    underline: bool = False
    mark: bool = False
    vertical: str = ""
    link: bool = False


PLAIN = Look()


class InlineWriter:
    """Turns the inline nodes of one document into runs."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._report = work.report
        self._resources = work.document.resources
        self._targets = targets(work.document)
        self._properties: dict[tuple[Look, Script, bool], str] = {}
        self._direction: Direction = "ltr"
        self.abbreviations = AbbreviationsInText()
        self.room = work.width
        """Twips that pictures may be wide."""

    def runs(self, content: Inlines, around: Direction, look: Look = PLAIN) -> str:
        """The runs of a paragraph that runs one way."""
        self._direction = around
        if len(content) == 1 and type(content[0]) is str:
            return self.text(content[0], look)
        out: list[str] = []
        self._inlines(content, look, out)
        return "".join(out)

    def heading(self, content: Inlines, around: Direction) -> str:
        """The same for a heading, which explains no abbreviations."""
        self.abbreviations.is_heading = True
        runs = self.runs(content, around)
        self.abbreviations.is_heading = False
        return runs

    def text(self, text: str, look: Look = PLAIN) -> str:
        """Runs of text that is no code: line ends and tabs count as spaces."""
        if not text.isprintable():
            if not text.isascii():
                text = _BETWEEN_HAN.sub("", text)
            text = text.translate(_BLANKS)
        if self._direction == "ltr" and text.isascii():
            return self._run(text, look, "") if text else ""
        return "".join([self._run(part, look, script) for script, part in parts(text, self._direction)])

    def _run(self, text: str, look: Look, script: Script) -> str:
        escaped = html_text(text)
        if _SOFT_HYPHEN in escaped:
            escaped = '</w:t><w:softHyphen/><w:t xml:space="preserve">'.join(escaped.split(_SOFT_HYPHEN))
        kept = "" if escaped[0] != " " and escaped[-1] != " " and "  " not in escaped else ' xml:space="preserve"'
        hint = self._work.language.is_east_asian and not text.isascii()
        return f"<w:r>{self.properties(look, script, hint)}<w:t{kept}>{escaped}</w:t></w:r>"

    def properties(self, look: Look, script: Script = "", hint: bool = False) -> str:
        """The element of a run's properties; "" where it has none."""
        key = (look, script, hint)
        found = self._properties.get(key)
        if found is None:
            within = "".join(_properties(look, script, hint))
            found = self._properties[key] = f"<w:rPr>{within}</w:rPr>" if within else ""
        return found

    def _inlines(self, content: Iterable[Inline], look: Look, out: list[str]) -> None:
        for node in content:
            self._inline(node, look, out)

    def _inline(self, node: Inline, look: Look, out: list[str]) -> None:
        match node:
            case str():
                out.append(self.text(node, look))
            case Emphasis():
                self._inlines(node.content, look._replace(italic=True), out)
            case Strong():
                self._inlines(node.content, look._replace(bold=True), out)
            case Strikethrough():
                self._inlines(node.content, look._replace(strike=True), out)
            case Underline():
                self._inlines(node.content, look._replace(underline=True), out)
            case Highlight():
                self._inlines(node.content, look._replace(mark=True), out)
            case Superscript():
                self._inlines(node.content, look._replace(vertical="superscript"), out)
            case Subscript():
                self._inlines(node.content, look._replace(vertical="subscript"), out)
            case Code():
                out.append(self.text(node.text, look._replace(style="VerbatimChar")))
            case Keyboard():
                out.append(self.text(f"\u00a0{node.text}\u00a0", look._replace(style="HTMLKeyboard")))
            case Abbreviation():
                out.append(self.text(self.abbreviations.said(node, self._work.where), look))
            case Math():
                out.append(self.formula(node.text, display=False) or self._latex(node.text, look))
            case Link():
                self._link(node, look, out)
            case Image():
                out.append(self._image(node, look))
            case FootnoteReference():
                out.append(self._reference(node, look))
            case LineBreak():
                out.append(_BREAK)
            case RawInline():
                self._raw(node.html, out)

    # Formulas

    def formula(self, latex: str, *, display: bool) -> str | None:
        """A formula as Word's own; None where it cannot be read, which is reported."""
        return self._formulas.written(Math(latex, display), self._work.where)

    @cached_property
    def _formulas(self) -> Formulas[str]:
        from exporters.toolbox import omml  # 10 ms with the tables of signs, for documents that have formulas
        from exporters.toolbox.formulas import Formulas

        return Formulas(omml.write, self._report, len)

    def _latex(self, latex: str, look: Look) -> str:
        return self.text(latex, look._replace(style="VerbatimChar"))

    # Links

    def _link(self, node: Link, look: Look, out: list[str]) -> None:
        opening = self._opening(node)
        if not opening:
            self._inlines(node.content, look, out)
            return
        content: list[str] = []
        self._inlines(node.content, look._replace(link=True), content)
        if any(content):  # Word repairs a link that holds nothing
            out += (opening, *content, "</w:hyperlink>")

    def _opening(self, node: Link) -> str:
        """The tag that opens a link; "" where it cannot be followed."""
        title = node.title.translate(_BLANKS)[:_MAX_TITLE]
        tip = f' w:tooltip="{html_attribute(title)}"' if title else ""
        if node.url.startswith("#"):
            return self._within(unquote(node.url[1:]), tip)
        if urls.is_followed_from_a_file(node.url):
            address = urls.encoded(node.url.strip())
            if len(address) <= _MAX_ADDRESS and _ADDRESS.fullmatch(address):
                id = self._work.relations.id("hyperlink", address, external=True)
                return f'<w:hyperlink r:id="{id}"{tip} w:history="1">'
        if node.url in self._resources:
            what = "Attached files are left out; the words of their links are kept."
            self._report.lost(About.ATTACHMENT, what, self._work.where)
            return ""
        self._report_link(node.url)
        return ""

    def _report_link(self, url: str) -> None:
        if urls.is_followed_from_a_file(url):
            what = "Links whose addresses Word does not take are only their words."
            self._report.degraded(About.LINK, what, self._work.where)
        else:
            report_unfollowed(url, "a document", self._report, self._work.where)

    def _within(self, id: str, tip: str) -> str:
        # What leads nowhere was reported when the source was read.
        if id in self._targets:
            return f'<w:hyperlink w:anchor="{self._work.bookmarks.name(id)}"{tip} w:history="1">'
        return f'<w:hyperlink w:anchor="_top"{tip} w:history="1">' if id in ("", "top") else ""

    # What else stands in text

    def _image(self, node: Image, look: Look) -> str:
        drawn = self._work.pictures.image(node, self.room)
        if drawn:
            return drawn
        words = node.alternative or node.title or self._work.words.image
        return self.text(f"[{words}]", look._replace(style="MissingImage"))

    def _reference(self, node: FootnoteReference, look: Look) -> str:
        reference = self._work.notes.reference(node.label)
        if reference is None:
            note_missing(node.label, self._report, self._work.where)
            return self.text(f"[^{node.label}]", look)
        return reference

    def _raw(self, html: str, out: list[str]) -> None:
        if raw_html.is_line_break(html):
            out.append(_BREAK)
        elif not raw_html.is_comment(html):
            what = "HTML inside the source was left out; text between its tags is kept."
            self._report.lost(About.RAW_HTML, what, self._work.where)


def _properties(look: Look, script: Script, hint: bool) -> Iterable[str]:
    """What a run has, in the order of the schema (ECMA-376-1, 17.3.2.28)."""
    style = look.style or ("Hyperlink" if look.link else "")
    if style:
        yield f'<w:rStyle w:val="{style}"/>'
    if hint:
        yield '<w:rFonts w:hint="eastAsia"/>'
    if look.bold:
        yield "<w:b/><w:bCs/>"
    if look.italic:
        yield "<w:i/><w:iCs/>"
    if look.strike:
        yield "<w:strike/>"
    if look.link and look.style:
        yield '<w:color w:val="0B5CAD"/>'
    if look.underline or (look.link and look.style):
        yield '<w:u w:val="single"/>'
    if look.mark:
        yield f'<w:shd w:val="clear" w:color="auto" w:fill="{_MARK}"/>'
    if look.vertical:
        yield f'<w:vertAlign w:val="{look.vertical}"/>'
    if script:
        yield f"<w:{script}/>"
