"""Writes the inlines of a document as HTML."""

from __future__ import annotations

from collections.abc import Callable
from copy import replace
from functools import cached_property
from typing import TYPE_CHECKING

from exporters.document import (
    Abbreviation,
    Block,
    Code,
    Document,
    Emphasis,
    FootnoteReference,
    Heading,
    Highlight,
    Image,
    Inline,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    Math,
    Paragraph,
    RawInline,
    Resource,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)
from exporters.document.walk import inlines, plain_text
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import metadata, urls
from exporters.toolbox.escaping import html_attribute, html_text
from exporters.toolbox.footnotes import note_missing
from exporters.toolbox.html_tags import STYLED
from exporters.toolbox.leads import report_unsafe
from exporters.toolbox.text_runs import first_direction
from exporters.toolbox.words import Words
from exporters.web.places import Places
from exporters.web.settings import Settings

if TYPE_CHECKING:  # loaded for those documents that hold raw HTML, or formulas
    from exporters.toolbox.formulas import Formulas
    from exporters.web.raw import Piece, Sanitizer


class InlineContent:
    """What stands within a line. `BlockContent` extends it by what stands on lines of its own."""

    def __init__(
        self, document: Document, settings: Settings, report: Report, words: Words, places: Places | None = None
    ) -> None:
        self._document = document
        self._settings = settings
        self._report = report
        self._words = words
        self._places = places or Places()
        self._page = not settings.fragment
        self._sanitizes = settings.raw_html == "sanitize"
        self._void = "/>" if settings.xml else ">"
        self._out: list[str] = []
        self._direction: str = metadata.direction(document)
        self._numbers = {note.label: number for number, note in enumerate(document.footnotes, 1)}
        self._mentions: dict[str, int] = {}
        """How often each footnote was mentioned so far."""
        self._unwritten: list[int] = []
        """The numbers of the footnotes that were mentioned, and not yet written by `Content.notes`."""
        self._written: set[int] = set()
        """The numbers of those that were."""

    def _phrases(self, content: Inlines) -> None:
        """Writes inlines where only a line may stand."""
        if self._sanitizes and has_raw(content):
            self._out.append(self._sanitizer.phrases(self._raw_pieces(content)))
        else:
            self._each_inline(content)

    def _flow(self, content: Inlines) -> None:
        """Writes inlines where blocks may stand, too: raw HTML puts lists into the cells of tables."""
        if self._sanitizes and has_raw(content):
            self._assemble(self._raw_pieces(content))
        else:
            self._each_inline(content)

    def _each_inline(self, content: Inlines) -> None:
        for node in content:
            self._inline(node)

    def _inline(self, node: Inline) -> None:
        match node:
            case str():
                self._out.append(html_text(node))
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                tag = _TAGS[type(node)]
                self._out.append(f"<{tag}>")
                self._each_inline(node.content)
                self._out.append(f"</{tag}>")
            case Code():
                self._out.append(f"<code>{html_text(node.text)}</code>")
            case Keyboard():
                self._out.append(f"<kbd>{html_text(node.text)}</kbd>")
            case Abbreviation():
                expansion = html_attribute(node.expansion)
                self._out.append(f'<abbr title="{expansion}">{html_text(node.text)}</abbr>')
            case Math():
                self._math(node)
            case Link():
                opening = self._link(node)
                self._out.append(opening)
                self._each_inline(node.content)
                self._out.append("</a>" if opening else "")
            case Image():
                self._out.append(self._image(node))
            case FootnoteReference():
                self._reference(node)
            case LineBreak():
                self._out.append(f"<br{self._void}\n")
            case RawInline():
                self._raw_inline(node)

    def _math(self, node: Math) -> None:
        display = " display" if node.display else ""
        self._out.append(self._formula(node) or f'<code class="math{display}">{html_text(node.text)}</code>')

    def _formula(self, node: Math) -> str:
        """The formula as MathML; "" where it cannot be read, which is reported."""
        return self._formulas.written(node) or ""

    @cached_property
    def _formulas(self) -> Formulas[str]:
        from exporters.toolbox import mathml
        from exporters.toolbox.formulas import Formulas

        return Formulas(mathml.write, self._report, len)

    # Links

    def _link(self, node: Link) -> str:
        """The tag that opens the link; "" where the link is not to be followed."""
        if node.url in self._document.resources:
            return self._attachment(self._document.resources[node.url])
        if not urls.is_safe(node.url):
            report_unsafe(node.url, self._report)
            return ""
        href = self._places.link(node.url)
        if href is None:
            if not node.url.startswith("#"):  # what leads nowhere was reported when the source was read
                self._report.degraded(About.LINK, "Links that cannot be followed from the file are only their words.")
            return ""
        title = f' title="{html_attribute(node.title)}"' if node.title else ""
        more = self._link_attributes(node) if self._page else ""
        return f'<a href="{href}"{title}{more}>'

    def _attachment(self, file: Resource) -> str:
        attributes = self._places.attachment(file) if self._page else ""
        if not attributes:
            self._report.lost(About.ATTACHMENT, "Attached files are left out; the words of their links are kept.")
        return f"<a{attributes}>" if attributes else ""

    def _link_attributes(self, node: Link) -> str:
        # Paper shows the address behind the words, except where the words are the address.
        shown = urls.is_address_of(plain_text(node.content), node.url)
        foreign = ' rel="noopener noreferrer"' if urls.is_external(node.url) else ""
        return foreign + (' class="url"' if shown else "")

    def _reference(self, node: FootnoteReference) -> None:
        number = self._mentioned(node)
        if number is None:
            self._out.append(html_text(f"[^{node.label}]"))
            return
        nth = self._mentions[node.label]
        self._out.append(
            f'<sup><a href="#fn:{number}" id="fnref:{number}{nth_of(nth)}" role="doc-noteref">{number}</a></sup>'
        )

    def _mentioned(self, node: FootnoteReference) -> int | None:
        """The number of the footnote, which is mentioned once more; None where there is none, which is reported."""
        number = self._numbers.get(node.label)
        if number is None:
            note_missing(node.label, self._report)
        else:
            before = self._mentions.get(node.label, 0)
            self._mentions[node.label] = before + 1
            if not before:
                self._unwritten.append(number)
        return number

    # Images

    def _image(self, node: Image, more: str = "") -> str:
        source = self._image_source(node.url)
        alternative = html_attribute(node.alternative)
        if not source:
            words = html_text(node.alternative or self._words.image)
            return f'<span class="missing">{words}</span>'
        title = f' title="{html_attribute(node.title)}"' if node.title else ""
        return f'<img src="{source}" alt="{alternative}"{title}{more or self._size(node.url)}{self._void}'

    def _image_source(self, url: str) -> str:
        resource = self._document.resources.get(url)
        if resource is not None:
            source = self._places.image(resource)
            if not source:
                self._report.lost(About.IMAGE_UNREADABLE, "Images that repeat too often are not shown each time.")
            return source
        if urls.is_safe(url) and (not self._page or urls.scheme(url) == "data"):
            return html_attribute(urls.encoded(url))
        return ""

    def _size(self, url: str) -> str:
        resource = self._document.resources.get(url)
        return f' width="{resource.width}" height="{resource.height}"' if resource and resource.width else ""

    # Raw HTML

    def _raw_inline(self, node: RawInline) -> None:
        if self._settings.raw_html == "keep":
            self._out.append(node.html)
        else:
            self._report.lost(About.RAW_HTML, "HTML inside the source was left out, as the option raw_html=drop asks.")

    def _raw_pieces(self, content: Inlines) -> list[Piece]:
        """The inlines for the sanitizer: whole where they hold no raw HTML, otherwise tag by tag."""
        pieces: list[Piece] = []
        for node in content:
            match node:
                case RawInline():
                    pieces.append(("raw", node.html))
                case str():
                    pieces.append(("own", html_text(node)))
                case _ if content := _content_with_raw(node):
                    opening = self._link(node) if isinstance(node, Link) else f"<{_TAGS[type(node)]}>"
                    closing = f"</{_TAGS[type(node)]}>" if opening else ""
                    pieces += (("own", opening), *self._raw_pieces(content), ("own", closing))
                case _:
                    pieces.append(("whole", self._captured(self._inline, node)))
        return pieces

    def _assemble(self, pieces: list[Piece]) -> None:
        if any(source == "raw" for source, _ in pieces):
            self._out.append(self._sanitizer.flow(pieces))
        else:
            self._out += (html for _, html in pieces)

    def _raw_image(self, node: Image, more: str) -> str:
        # The author of HTML knows an image by its path. Readers make keys of those; documents may come from elsewhere.
        if node.url not in self._document.resources:
            node = replace(node, url=self._paths.get(_path(node.url), node.url))
        return self._image(node, more)

    @cached_property
    def _paths(self) -> dict[str, str]:
        return {resource.name: key for key, resource in self._document.resources.items() if resource.name}

    @cached_property
    def _sanitizer(self) -> Sanitizer:
        from exporters.web.raw import Sanitizer

        return Sanitizer(self._document, self._report, self._raw_image, self._attachment)

    # What is common to all

    def _captured[*T](self, write: Callable[[*T], None], *arguments: *T) -> str:
        outer, self._out = self._out, []
        write(*arguments)
        written, self._out = self._out, outer
        return "".join(written)

    def _id(self, id: str) -> str:
        """The id of a section or heading as it is written, escaped."""
        return html_attribute(id)

    def _flag(self, name: str) -> str:
        """An attribute that is there or not."""
        return f' {name}=""' if self._settings.xml else f" {name}"

    def _dir(self, content: Inlines) -> str:
        """The attribute for a line that runs the other way than what is around it, as its first letter tells."""
        if not self._page:
            return ""
        direction = first_direction(content)
        return f' dir="{direction}"' if direction and direction != self._direction else ""

    def _dir_of(self, blocks: tuple[Block, ...]) -> str:
        first = blocks[0] if blocks else None
        return self._dir(first.content) if isinstance(first, Paragraph | Heading) else ""

    def _turn(self, direction: str) -> None:
        if direction:
            self._direction = "rtl" if self._direction == "ltr" else "ltr"


_TAGS = {**STYLED, Link: "a"}


def link_targets(document: Document) -> set[str]:
    """The ids that the document's own links lead to: a fragment has no others, to leave those of its page alone."""
    return {node.url[1:] for node in inlines(document) if isinstance(node, Link) and node.url.startswith("#")}


def has_raw(content: Inlines) -> bool:
    for node in content:  # noqa: SIM110 – asked of every paragraph, and a generator takes twice as long
        if isinstance(node, RawInline) or (type(node) is not str and _content_with_raw(node)):
            return True
    return False


def _content_with_raw(node: Inline) -> Inlines:
    """The content of a node that holds raw HTML; () for all others."""
    content: Inlines = getattr(node, "content", ())
    return content if content and has_raw(content) else ()


def _path(url: str) -> str:
    """The path in an address, from the top: its shortest spelling, which is that of a resource's name."""
    from posixpath import normpath
    from urllib.parse import unquote

    path = unquote(url.partition("#")[0].partition("?")[0])
    return normpath(path) if path and not urls.scheme(url) else url


def nth_of(nth: int) -> str:
    """What tells the second mention of a note, and those after it, from the first."""
    return f":{nth}" if nth > 1 else ""
