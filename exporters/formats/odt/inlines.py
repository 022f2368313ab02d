"""Writes what stands within a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from urllib.parse import unquote

from exporters.document import (
    Abbreviation,
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
from exporters.document.nodes import Styled
from exporters.document.walk import targets
from exporters.formats.odt.automatic import Automatic
from exporters.formats.odt.frames import Frames
from exporters.formats.odt.held import Held
from exporters.formats.odt.text import flowing, kept
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import raw_html, urls
from exporters.toolbox.abbreviations import AbbreviationsInText
from exporters.toolbox.escaping import html_attribute
from exporters.toolbox.footnotes import note_missing
from exporters.toolbox.leads import report_unfollowed
from exporters.toolbox.words import Words

TOP = "_top"
"""The bookmark at the begin; no heading has it."""

UNKNOWN_NUMBER = re.compile("\0([0-9]+)\0")
"""Stands for the number of a footnote that is mentioned before its own place is known; no source has such a sign."""


class InlineWriter:
    """Writes the inlines of one document."""

    def __init__(
        self, document: Document, out: Held, automatic: Automatic, frames: Frames, words: Words, report: Report
    ) -> None:
        self._document = document
        self._out = out
        self._automatic = automatic
        self._frames = frames
        self._dress: tuple[type[Styled], ...] = ()
        self._words = words
        self._report = report
        self._targets = targets(document)
        self._notes = {note.label: note for note in document.footnotes}
        self._ids = {label: number for number, label in enumerate(self._notes, 1)}
        self._mentioned: set[str] = set()
        self.numbers: dict[int, int] = {}
        """The numbers of footnotes, in the order in which they stand in the file, by those in `UNKNOWN_NUMBER`."""
        self._waiting: list[str] = []
        """Footnotes that are mentioned where none may stand: within others, and within links."""
        self._places: list[tuple[int, str]] = []
        self._keeps_waiting = False
        self._is_in_note = False
        self._width = 0.0
        self.abbreviations = AbbreviationsInText()
        self.write_note: Callable[[str], None] = lambda _label: None
        """Writes the blocks of a footnote; set by who writes blocks."""
        self.where = ""
        """The section that is being written, for the report."""
        self.leads_to_top = False
        """Whether a link leads to the begin of the document."""

    def write(self, content: Inlines, width: float) -> None:
        """Writes a line, whose pictures are at most so wide."""
        self._width = width
        self._each(content)

    def write_heading(self, content: Inlines, width: float) -> None:
        """The same for a heading, which explains no abbreviations."""
        self.abbreviations.is_heading = True
        self.write(content, width)
        self.abbreviations.is_heading = False

    def unmentioned(self) -> list[str]:
        """The labels of the footnotes that nothing has mentioned so far."""
        return [label for label in self._notes if not self.is_mentioned(label)]

    def is_mentioned(self, label: str) -> bool:
        """Whether a footnote has been mentioned so far."""
        return label in self._mentioned

    def _each(self, content: Iterable[Inline]) -> None:
        for node in content:
            self._inline(node)

    def _inline(self, node: Inline) -> None:
        match node:
            case str():
                self._out.add(flowing(node))
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                outer = self._dress
                self._dress = (*outer, type(node))
                self._out.add(f'<text:span text:style-name="{self._automatic.dressed(self._dress)}">')
                self._each(node.content)
                self._out.add("</text:span>")
                self._dress = outer
            case Code():
                self._out.add(f'<text:span text:style-name="Source_Text">{kept(_one_line(node.text))}</text:span>')
            case Keyboard():
                self._out.add(f'<text:span text:style-name="User_20_Entry">{kept(_one_line(node.text))}</text:span>')
            case Abbreviation():
                self._out.add(flowing(self.abbreviations.said(node, self.where)))
            case Math():
                self._out.add(self._math(node))
            case Link():
                self._link(node)
            case Image():
                self._out.add(self._image(node))
            case FootnoteReference():
                self._reference(node.label)
            case LineBreak():
                self._out.add("<text:line-break/>")
            case RawInline():
                self._raw(node.html)

    def _math(self, node: Math) -> str:
        formula = self._frames.formula(node.text, self._width, self.where, is_displayed=False)
        if formula is None:
            return f'<text:span text:style-name="Source_Text">{kept(_one_line(node.text))}</text:span>'
        return formula

    # Links

    def _link(self, node: Link) -> None:
        target = self._target(node.url)
        if not target:
            self._each(node.content)
            return
        title = f' office:title="{html_attribute(node.title)}"' if node.title else ""
        its = f'xlink:type="simple" xlink:href="{html_attribute(target)}"{title}'
        outer, self._keeps_waiting = self._keeps_waiting, True
        # A picture is linked by an element of its own, which may not stand in that for text.
        for has_picture, group in groupby(_parted(node.content), _has_picture):
            if has_picture:
                self._linked_pictures(group, its)
            else:
                self._out.add(_linking_words(its))
                self._each(group)
                self._out.add("</text:a>")
        self._keeps_waiting = outer
        self.notes_that_wait()

    def _linked_pictures(self, content: Iterable[Inline], its: str) -> None:
        for node in content:
            shown = self._image(node) if isinstance(node, Image) else self._math(node) if isinstance(node, Math) else ""
            if shown.startswith("<draw:frame"):
                self._out.add(f"<draw:a {its}>{shown}</draw:a>")
            elif shown:  # the words that stand for it
                self._out.add(f"{_linking_words(its)}{shown}</text:a>")

    def _target(self, url: str) -> str:
        """Where a link may lead; "" if it cannot be followed."""
        if url.startswith("#"):
            return self._place(unquote(url[1:]))
        if urls.is_followed_from_a_file(url):
            return urls.encoded(url)
        if url in self._document.resources:
            what = "Attached files are left out; the words of their links are kept."
            self._report.lost(About.ATTACHMENT, what, self.where)
        else:
            report_unfollowed(url, "a document", self._report, self.where)
        return ""

    def _place(self, name: str) -> str:
        # What leads nowhere was reported when the source was read.
        if name in self._targets:
            return f"#{bookmark(name)}"
        if name in ("", "top"):  # for both, browsers go to the begin (HTML Standard, "scrolling to a fragment")
            self.leads_to_top = True
            return f"#{TOP}"
        return ""

    # Footnotes

    def _reference(self, label: str) -> None:
        if label not in self._notes:
            note_missing(label, self._report, self.where)
            self._out.add(f'<text:span text:style-name="Superscript">[{flowing(label)}]</text:span>')
        elif label in self._mentioned:
            self._mention(label)
        elif self._keeps_waiting:
            self._mentioned.add(label)
            self._waiting.append(label)
            if self._is_in_note:
                self._mention(label)
        else:
            self.note(label)

    def _mention(self, label: str) -> None:
        id = self._ids[label]
        self._out.add(
            '<text:span text:style-name="Footnote_20_anchor"><text:note-ref text:note-class="footnote" '
            f'text:reference-format="text" text:ref-name="ftn{id}">{_later(id)}</text:note-ref></text:span>'
        )

    def note(self, label: str) -> None:
        """Keeps the place of a footnote, where it is mentioned first."""
        self._mentioned.add(label)
        self._places.append((self._out.slot(), label))

    def notes_that_wait(self) -> None:
        """Keeps the places of footnotes that were mentioned where none may stand, if here they may."""
        if not self._keeps_waiting:
            waiting, self._waiting = self._waiting, []
            for label in waiting:
                self.note(label)

    def write_notes(self) -> None:
        """Writes the footnotes into their places: not before, for they may be as deep as what mentions them.

        After each stand those that only it mentions.
        """
        self._keeps_waiting = self._is_in_note = True
        for slot, label in self._places:
            labels, written = [label], []
            for each in labels:  # it grows meanwhile
                written.append(self._note(each))
                labels += self._waiting
                self._waiting = []
            self._out.put(slot, b"".join(written))
        self._keeps_waiting = self._is_in_note = False
        self._places = []

    def _note(self, label: str) -> bytes:
        id = self._ids[label]
        self.numbers[id] = len(self.numbers) + 1
        self._out.begin()
        self._out.add(
            f'<text:note text:id="ftn{id}" text:note-class="footnote">'
            f"<text:note-citation>{self.numbers[id]}</text:note-citation><text:note-body>"
        )
        self.write_note(label)
        self._out.add("</text:note-body></text:note>")
        return self._out.end()

    # Pictures and the rest

    def _image(self, node: Image) -> str:
        frame = self._frames.image(node, self._width, self.where)
        if frame is not None:
            return frame
        words = node.alternative or node.title or self._words.image
        return f'<text:span text:style-name="Missing_20_Image">[{flowing(words)}]</text:span>'

    def _raw(self, html: str) -> None:
        if raw_html.is_line_break(html):
            self._out.add("<text:line-break/>")
        elif not raw_html.is_comment(html):
            what = "HTML inside the source was left out; text between its tags is kept."
            self._report.lost(About.RAW_HTML, what, self.where)


def bookmark(id: str) -> str:
    """The name of the bookmark at what has this id."""
    # Behind a line, LibreOffice looks for the kind of what is meant; and names that begin with `_` are ours.
    return f"_{id}".replace("|", "¦") if id.startswith("_") else id.replace("|", "¦")


def _linking_words(its: str) -> str:
    return f'<text:a {its} text:style-name="Internet_20_link" text:visited-style-name="Visited_20_Internet_20_Link">'


def _later(id: int) -> str:
    return f"\0{id}\0"


def _one_line(text: str) -> str:
    return text.replace("\n", " ")


def _parted(content: Inlines) -> Iterator[Inline]:
    """The content in pieces that are either pictures or hold none."""
    for node in content:
        match node:
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                if not _holds_picture(node.content):
                    yield node
                    continue
                for piece in _parted(node.content):
                    if _has_picture(piece):
                        yield piece
                    else:
                        yield type(node)((piece,))
            case Link():
                yield from _parted(node.content)  # no link within another
            case _:
                yield node


def _holds_picture(content: Inlines) -> bool:
    return any(_has_picture(node) or _holds_picture(getattr(node, "content", ())) for node in content)


def _has_picture(node: Inline) -> bool:
    return isinstance(node, Image | Math)
