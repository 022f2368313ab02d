"""Finds the blocks of MkDocs' Markdown: Python-Markdown's parser with what MkDocs adds, of bounded cost and depth.

The library's own extensions do tables, definitions, footnotes, HTML with Markdown in it and sane lists. Admonitions,
details and tabs are one thing here, boxes; pymdown-extensions' own import an HTTP client (30 ms), and its emphasis
compiles patterns of all the world's punctuation (34 ms). What comes out is an element tree whose texts nobody has
looked into yet.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element, SubElement

# 20 ms with its extensions; this module is imported when there is a source that needs it.
from markdown import blockprocessors as of_markdown
from markdown.blockparser import BlockParser
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.extensions.def_list import DefListIndentProcessor, DefListProcessor
from markdown.extensions.footnotes import FootnoteBlockProcessor
from markdown.extensions.md_in_html import HTMLExtractorExtra, MarkdownInHtmlProcessor
from markdown.extensions.sane_lists import SaneOListProcessor, SaneUListProcessor
from markdown.extensions.tables import TableProcessor
from markdown.util import BLOCK_LEVEL_ELEMENTS, AtomicString, HtmlStash

from exporters.errors import SourceTooLarge
from exporters.frozen import frozen
from exporters.readers.mkdocs.text import (
    Effort,
    Fence,
    Mark,
    SlashBlock,
    without_fences,
    without_marks,
    without_slashes,
)
from exporters.readers.placeholders import Placeholders

MAX_NESTING = 90  # blocks in blocks: the parser recurses, with up to four frames for each of the 1,000 there are
MAX_TAGS_NESTING = 100  # HTML tags in each other
MAX_TAGS = 4_000_000_000  # tags times characters: the library copies the rest of the text for most tags, 10 GB a second

BOX = "\x02box"
"""The class of a box's element, with its number; no HTML of the source can have it."""
FORMULA = "\x02formula"
"""The tag of a formula's element."""
_STASHED = re.compile(r"([> ]*)\x02wzxhzdk:([0-9]+)\x03")


@frozen
class Box:
    """What has a title on its first line and its content below, indented."""

    kind: str
    """`!!!`, `???` or `===`; or the name of a block between `///` that has no such form."""
    words: str = ""
    """What stands between that and the title, as it is written: `note inline end`."""
    title: str | None = None
    flag: bool = False
    """Open, of what folds; the first of a new set, of a tab."""


class Elements:
    """The elements that stand for the blocks of one source, and what was found on the way to them."""

    def __init__(self, text: str, effort: Effort) -> None:
        self.effort = effort
        self.stash = HtmlStash()
        self.placeholders = Placeholders()
        self.placeholders.look_in(text)
        self.marks: list[Mark] = []
        self.boxes: list[Box] = []
        self.references: dict[str, tuple[str, str]] = {}
        """Addresses and titles, by the names that links refer to them by."""
        self.abbreviations: dict[str, str] = {}
        self.notes: dict[str, Any] = {}
        """The elements that hold the blocks of footnotes, by their labels."""
        self.twice = False
        """Whether there are two footnotes of one label; the last one counts."""
        self.wide_rows = 0
        """How many rows of tables have more in them than there are columns."""
        self._texts_of_notes: dict[str, str] = {}
        text = without_fences(text, effort, self.stash.store)
        text = without_marks(text, self._keep_mark)
        text = self._without_html(text)
        text = without_slashes(text, self._keep_box)
        self.parser = _Parser(self)
        self.parser.processors = tuple(_processors(self, text))
        self.root = self._parsed(text)
        # There may be more of them, references and abbreviations in the footnotes.
        while waiting := {label: text for label, text in self._texts_of_notes.items() if label not in self.notes}:
            for label, text in waiting.items():
                self.notes[label] = self._parsed(text)

    def setFootnote(self, label: str, text: str) -> None:
        """Keeps the text of a footnote; the library's processor calls this."""
        self.twice = self.twice or label in self._texts_of_notes
        self._texts_of_notes[label] = text

    def _parsed(self, text: str) -> Any:
        root = Element("div")
        self.parser.parseChunk(root, text)
        return root

    def _keep_mark(self, mark: Mark) -> str:
        self.marks.append(mark)
        return f"\x02c{len(self.marks) - 1}\x03"

    def _keep_box(self, block: SlashBlock) -> str:
        self.boxes.append(_box(block))
        return f"\x02/{len(self.boxes) - 1}\x03"

    def _without_html(self, text: str) -> str:
        if "<" not in text:
            return text
        if text.count("<") * len(text) > MAX_TAGS:
            raise SourceTooLarge("The source has too many HTML tags. Split it.")
        html = _Html(_Md(self), self.effort)
        html.feed(text)
        html.close()
        return "".join(html.cleandoc)


def _box(block: SlashBlock) -> Box:
    kind, options = block.options.get("type", ""), block.options
    match block.name:
        case "tab":
            return Box("===", "", block.argument or "", _yes(options.get("new")))
        case "details":
            return Box("???", kind, block.argument, _yes(options.get("open")))
        case "admonition":
            return Box("!!!", kind or "note", block.argument if kind or block.argument else "")
        case "define" | "html":
            return Box(block.name)
        case "caption" | "figure-caption" | "table-caption":
            return Box("caption")
        case name:
            return Box("!!!", name, block.argument)


def _yes(option: str | None) -> bool:
    return (option or "").lower() in ("true", "yes", "on")


# HTML


_BLOCK_TAGS = frozenset(BLOCK_LEVEL_ELEMENTS)


class _Md:
    """What the library's parts ask of the whole. `markdown.Markdown` makes much more, which nobody needs here."""

    tab_length = 4

    def __init__(self, found: Elements) -> None:
        self.htmlStash = found.stash
        self.references = found.references

    def is_block_level(self, tag: str) -> bool:
        return tag.lower() in _BLOCK_TAGS


class _Html(HTMLExtractorExtra):  # type: ignore[misc]
    """Sets HTML blocks aside, and makes elements of those that say they have Markdown in them."""

    # The library makes these sets anew for each tag.
    block_level_tags: Any = _BLOCK_TAGS
    block_tags: Any = None
    span_and_blocks_tags: Any = None

    def __init__(self, md: Any, effort: Effort) -> None:
        super().__init__(md)
        self._effort = effort
        self.block_tags = self.block_level_tags - (self.span_tags | self.raw_tags | self.empty_tags)
        self.span_and_blocks_tags = self.block_tags | self.span_tags

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if len(self.mdstack) + len(self.stack) > MAX_TAGS_NESTING:
            raise SourceTooLarge("The source has HTML tags nested too deep. Close those that are never closed.")
        super().handle_starttag(tag, attrs)

    def check_for_whole_start_tag(self, i: int) -> int:
        end: int = super().check_for_whole_start_tag(i)
        # A tag that is none may have been looked for up to the end of the text, in 100 ns a character.
        self._effort.spend(4 * (len(self.rawdata) - i) if end < 0 else end - i)
        return end

    def inline_close_follows(self, text: str) -> bool:
        if not self.inline_stack:
            return False
        self._effort.spend(len(self.inline_stack) * (len(self.rawdata) - self.line_offset) // 8)
        return bool(super().inline_close_follows(text))


# The parser


class _Queue(deque[str]):
    """Blocks that wait: the library takes them from the front of a list, which for many takes forever."""

    def pop(self, index: int = 0) -> str:
        if index:
            raise IndexError(index)
        return self.popleft()


class _Parser(BlockParser):  # type: ignore[misc]
    """The library's parser, which spends effort and does not recurse without end."""

    def __init__(self, found: Elements) -> None:
        md: Any = _Md(found)
        super().__init__(md)
        self.processors: tuple[Any, ...] = ()
        self._effort = found.effort
        self._depth = 0

    def parseBlocks(self, parent: Any, blocks: Iterable[str]) -> None:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise SourceTooLarge("The source has lists, quotes and other blocks nested too deep. Remove some.")
        queue: Any = _Queue(blocks)
        while queue:
            block = queue[0]
            self._effort.spend(len(block))
            for processor in self.processors:
                if processor.test(parent, block) and processor.run(parent, queue) is not False:
                    break
                block = queue[0]
        self._depth -= 1


def _processors(found: Elements, text: str) -> Iterable[Any]:
    """What makes elements of blocks, in the order in which MkDocs asks them; only what the text may have a use for."""
    parser = found.parser
    if any(isinstance(each, Element) for each in found.stash.rawHtmlBlocks):
        yield MarkdownInHtmlProcessor(parser)
    if found.boxes or any(opener in text for opener in _BOX_OPENERS):
        yield _Boxes(parser, found.boxes)
    yield of_markdown.EmptyBlockProcessor(parser)
    yield of_markdown.ListIndentProcessor(parser)
    if ": " in text:
        yield DefListIndentProcessor(parser)
    yield _IndentedCode(parser, found.stash)
    if "$$" in text or "\\[" in text or "\\begin{" in text:
        yield _Formulas(parser)
    if "|" in text:
        yield _Tables(parser, found)
    if "#" in text:
        yield of_markdown.HashHeaderProcessor(parser)
    yield of_markdown.SetextHeaderProcessor(parser)
    yield of_markdown.HRProcessor(parser)
    yield SaneOListProcessor(parser)
    yield SaneUListProcessor(parser)
    if ": " in text:
        yield DefListProcessor(parser)
    if ">" in text:
        yield of_markdown.BlockQuoteProcessor(parser)
    if "[^" in text:
        notes: Any = found
        yield FootnoteBlockProcessor(notes)
    if "*[" in text:
        yield _Abbreviations(parser, found.abbreviations)
    if "]:" in text:
        yield of_markdown.ReferenceProcessor(parser)
    yield of_markdown.ParagraphProcessor(parser)


_BOX_OPENERS = ("!!!", "???", "===")
_WORDS = r"([\w\-]+(?: +[\w\-]+)*+)"
_TITLE = r'"(.*)"'


class _Boxes(AdmonitionProcessor):  # type: ignore[misc]
    """Admonitions (`!!! note "Title"`), details (`??? note`), tabs (`=== "Title"`), and blocks between `///`."""

    CLASSNAME = BOX
    RE = re.compile(
        rf"(?:^|\n)(?:!!! ?{_WORDS}(?: +{_TITLE})?|\?\?\?(\+?) ?(?:{_WORDS}?(?: *{_TITLE})|{_WORDS})"
        rf"|===(\+!|!\+|[+!]?) +{_TITLE}|\x02/([0-9]+)\x03) *(?:\n|$)"
    )

    def __init__(self, parser: Any, boxes: list[Box]) -> None:
        super().__init__(parser)
        self._boxes = boxes

    def test(self, parent: Any, block: str) -> bool:
        possible = "\x02/" in block or any(opener in block for opener in _BOX_OPENERS)
        if possible and self.RE.search(block):
            return True
        return self.parse_content(parent, block)[0] is not None

    def get_class_and_title(self, match: re.Match[str]) -> tuple[str, str | None]:
        words, title, opens, folded, summary, folded_alone, tab, label, number = match.groups()
        if number is None:
            number = str(len(self._boxes))
            if label is not None:
                self._boxes.append(Box("===", "", label, "!" in tab))
            elif opens is not None:
                self._boxes.append(Box("???", folded or folded_alone or "", summary, opens == "+"))
            else:
                self._boxes.append(Box("!!!", words, title))
        return number, None


class _IndentedCode(of_markdown.CodeBlockProcessor):  # type: ignore[misc]
    """Code that is indented, in which fences are a part of it."""

    def __init__(self, parser: Any, stash: HtmlStash) -> None:
        super().__init__(parser)
        self._stash = stash

    def run(self, parent: Any, blocks: Any) -> None:
        if "\x02w" in blocks[0]:
            blocks[0] = "\n".join(self._unfenced(blocks[0]))
        super().run(parent, blocks)

    def _unfenced(self, block: str) -> Iterable[str]:
        for line in block.split("\n"):
            found = _STASHED.fullmatch(line)
            number = int(found[2]) if found else len(self._stash.rawHtmlBlocks)
            fence = self._stash.rawHtmlBlocks[number] if number < len(self._stash.rawHtmlBlocks) else None
            if found and isinstance(fence, Fence):
                yield from (f"{found[1]}{each}" for each in fence.source)
            else:
                yield line


class _Formulas(of_markdown.BlockProcessor):  # type: ignore[misc]
    """Formulas that stand alone: between `$$`, in `\\[…\\]` or in `\\begin{…}…\\end{…}`."""

    def test(self, _parent: Any, block: str) -> bool:
        return _formula(block) is not None

    def run(self, parent: Any, blocks: Any) -> None:
        SubElement(parent, FORMULA).text = AtomicString(_formula(blocks.pop(0)) or "")


_ENVIRONMENT = re.compile(r"\\begin\{([a-z]+\*?)\}")


def _formula(block: str) -> str | None:
    text = block.strip()
    if text.startswith("$$"):
        formula = text[2:-2]
        return formula if text.endswith("$$") and formula.strip() and "$$" not in formula else None
    if text.startswith("\\["):
        return text[2:-2] if text.endswith("\\]") and text[2:-2].strip() else None
    environment = _ENVIRONMENT.match(text)
    return text if environment and text.endswith(f"\\end{{{environment[1]}}}") else None


class _Tables(TableProcessor):  # type: ignore[misc]
    """Tables, of a size that can be borne."""

    def __init__(self, parser: Any, found: Elements) -> None:
        super().__init__(parser, {"use_align_attribute": True})
        self._found = found
        self._cells: list[str] = []

    def test(self, parent: Any, block: str) -> bool:
        return "|" in block and super().test(parent, block)

    def _split(self, row: str) -> list[str]:
        ticks = row.count("`")
        self._found.effort.spend(ticks * (ticks + row.count("|")) // 2)
        self._cells = super()._split(row)
        return self._cells

    def _build_row(self, row: str, parent: Any, align: Any) -> None:
        self._found.effort.spend(20 * len(align))  # a row of one cell gets as many as there are columns
        super()._build_row(row, parent, align)
        self._found.wide_rows += any(map(str.strip, self._cells[len(align) :]))


class _Abbreviations(of_markdown.BlockProcessor):  # type: ignore[misc]
    """`*[HTML]: Hypertext Markup Language`, all those of a block at once."""

    RE = re.compile(r"^\*\[([^\\\]\n]+)\][ ]?:[ ]*+(?:\n[ ]*+)?(.+)$", re.MULTILINE)

    def __init__(self, parser: Any, abbreviations: dict[str, str]) -> None:
        super().__init__(parser)
        self._abbreviations = abbreviations

    def test(self, _parent: Any, block: str) -> bool:
        return "*[" in block and self.RE.search(block) is not None

    def run(self, _parent: Any, blocks: Any) -> None:
        block = blocks.pop(0)
        rest: list[str] = []
        at = 0
        for found in self.RE.finditer(block):
            self._define(found[1].strip(), found[2].strip())
            rest.append(block[at : found.start()])
            at = found.end()
        rest.append(block[at:])
        for each in reversed(rest):
            if each.strip():
                blocks.insert(0, each.strip("\n"))

    def _define(self, short: str, long: str) -> None:
        if long in ("''", '""'):
            self._abbreviations.pop(short, None)
        elif short and long:
            self._abbreviations[short] = long
