"""Writes the cells of a sheet: numbers, words, words of several looks, and where they lead.

No cell is a formula: words are strings that all sheets share, which nothing calculates (ECMA-376-1, 18.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from exporters.document.nodes import (
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
from exporters.formats.xlsx.styles import MAIN, PLAIN, Font, Style, Styles
from exporters.formats.xlsx.values import Values
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import urls
from exporters.toolbox.escaping import html_text, without_controls
from exporters.toolbox.ooxml import XML
from exporters.toolbox.plain import Plain

MAX_TEXT = 32_767  # characters that Excel takes in a cell
MAX_URL = 2_079  # characters that Excel takes of an address

# What Excel would take for one character (ECMA-376-1, 22.9.2.19): _x0041_ is an A.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA = re.compile(r"[=+\-@\t\r\n]")


class Run(NamedTuple):
    """Words of one look."""

    text: str
    font: Font


class Content(NamedTuple):
    """What stands in a cell."""

    runs: tuple[Run, ...] = ()
    url: str = ""
    """Where all of it leads."""

    @property
    def text(self) -> str:
        return self.runs[0].text if len(self.runs) == 1 else "".join(run.text for run in self.runs)


class Strings:
    """The words of all cells of a workbook, each kept once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def id(self, xml: str) -> int:
        """The number that cells name a string by."""
        return self._numbers.setdefault(xml, len(self._numbers))

    def pieces(self) -> Iterator[str]:
        """The part."""
        yield f'{XML}<sst xmlns="{MAIN}" uniqueCount="{len(self._numbers)}">'
        yield from (f"<si>{each}</si>" for each in self._numbers)
        yield "</sst>"


class Cells:
    """Writes the cells of one document."""

    def __init__(self, plain: Plain, report: Report, styles: Styles, strings: Strings, values: Values) -> None:
        self._plain = plain
        self._strings = strings
        self._report = report
        self._styles = styles
        self._values = values
        self.controls = 0
        """How many characters XML cannot hold; they became U+FFFD."""

    def content(self, content: Inlines, font: Font = PLAIN) -> Content:
        """What a line is in a cell."""
        match content:
            case ():
                return Content()
            case (str(text),):
                text = text.replace("\n", " ").strip()
                return Content((Run(text, font),) if text else ())
            case (Link(inner, url),) if self._leads(url):
                runs = self._joined(inner, font._replace(link=True)) or (Run(url, font._replace(link=True)),)
                return Content(runs, url)
            case _:
                return Content(self._joined(content, font))

    def words(self, text: str, font: Font = PLAIN) -> Content:
        """Plain words as what stands in a cell."""
        return Content((Run(text, font),) if text else ())

    def xml(self, place: str, content: Content, style: Style, *, numbers: bool = True) -> str:
        """A cell at a place such as `B2`; `numbers` says whether words may be a number."""
        if not content.runs:
            return f'<c r="{place}" s="{self._styles.id(style)}"/>'
        if len(content.runs) > 1:
            runs = "".join(f"<r>{run.font.xml('rPr', 'rFont')}{self._text(run.text)}</r>" for run in self._cut(content))
            return f'<c r="{place}" s="{self._styles.id(style)}" t="s"><v>{self._strings.id(runs)}</v></c>'
        text, font = content.runs[0]
        if font != style.font:
            style = style._replace(font=font)
        if numbers and not font.code and not content.url and (value := self._values.find(text)):
            style = style._replace(format=value.format, horizontal=style.horizontal or "right", indent=1)
            return f'<c r="{place}" s="{self._styles.id(style)}"><v>{value.number}</v></c>'
        if _FORMULA.match(text):
            style = style._replace(quoted=True)
        elif text[:1].isdecimal():
            style = style._replace(format="@")
        (run,) = self._cut(content)
        return f'<c r="{place}" s="{self._styles.id(style)}" t="s"><v>{self._strings.id(self._text(run.text))}</v></c>'

    def escaped(self, text: str) -> str:
        """Words as XML has them, and Excel."""
        safe, controls = without_controls(text)
        self.controls += controls
        return html_text(_ESCAPE.sub("_x005F_", safe) if "_x" in safe else safe)

    def _text(self, text: str) -> str:
        return f'<t xml:space="preserve">{self.escaped(text)}</t>'

    def _cut(self, content: Content) -> tuple[Run, ...]:
        """The runs, no more than fits into a cell."""
        if sum(len(run.text) for run in content.runs) <= MAX_TEXT // 2:  # in UTF-16 a character may be two
            return content.runs
        left = MAX_TEXT
        kept: list[Run] = []
        for run in content.runs:
            text = _fitting(run.text, left)
            left -= _units(text)
            if text:
                kept.append(run._replace(text=text))
            if len(text) < len(run.text):
                what = f"A cell holds {MAX_TEXT:,} characters: the end of a longer text is left out."
                self._report.lost(About.TABLE, what)
                break
        return tuple(kept)

    # Runs

    def _joined(self, content: Inlines, font: Font) -> tuple[Run, ...]:
        """The runs of a line: those of one look as one, without blanks around all."""
        found: list[Run] = []
        for run in self._runs(content, font):
            if found and found[-1].font == run.font:
                found[-1] = Run(found[-1].text + run.text, run.font)
            elif run.text:
                found.append(run)
        if found:
            found[0] = found[0]._replace(text=found[0].text.lstrip())
            found[-1] = found[-1]._replace(text=found[-1].text.rstrip())
        return tuple(run for run in found if run.text)

    def _runs(self, content: Inlines, font: Font) -> Iterator[Run]:
        for node in content:
            yield from self._run(node, font)

    def _run(self, node: Inline, font: Font) -> Iterator[Run]:
        match node:
            case str():
                yield Run(node.replace("\n", " "), font)
            case Strong(inner):
                yield from self._runs(inner, font._replace(bold=True))
            case Emphasis(inner):
                yield from self._runs(inner, font._replace(italic=True))
            case Strikethrough(inner):
                yield from self._runs(inner, font._replace(strike=True))
            case Underline(inner):
                yield from self._runs(inner, font._replace(underline=True))
            case Superscript(inner):
                yield from self._runs(inner, font._replace(raised=True, lowered=False))
            case Subscript(inner):
                yield from self._runs(inner, font._replace(lowered=True, raised=False))
            case Highlight(inner):
                self._report.degraded(About.STYLE, "Marked words in cells are bold: Excel marks only whole cells.")
                yield from self._runs(inner, font._replace(bold=True))
            case Code(text) | Keyboard(text):
                yield Run(text.replace("\n", " "), font._replace(code=True))
            case Math():
                yield Run(self._plain.line((node,)), font._replace(italic=True))
            case Link(inner, url):
                yield from self._link(inner, url, node, font)
            case FootnoteReference():
                yield Run(self._plain.line((node,)), font._replace(raised=True, lowered=False))
            case Abbreviation() | Image() | LineBreak() | RawInline():
                yield Run(self._plain.line((node,)), font)

    def _link(self, inner: Inlines, url: str, node: Link, font: Font) -> Iterator[Run]:
        if not self._leads(url):
            yield Run(self._plain.line((node,)), font)
            return
        # A cell leads to one place, or its words do not lead anywhere: the address stands beside them.
        runs = list(self._runs(inner, font._replace(link=True)))
        yield from runs
        said = "".join(run.text for run in runs)
        if not urls.is_address_of(said, url):
            yield Run(f" ({url})" if said else url, font)

    def _leads(self, url: str) -> bool:
        return urls.is_followed_from_a_file(url) and len(urls.encoded(url)) <= MAX_URL


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", errors="replace")) // 2


def _fitting(text: str, room: int) -> str:
    """The begin of a text that has no more than so many units of UTF-16."""
    if _units(text) <= room:
        return text
    cut = text.encode("utf-16-le", errors="replace")[: 2 * room]
    return cut.decode("utf-16-le", errors="ignore")
