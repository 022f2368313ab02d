"""Reads plain text: paragraphs, and of all else only what is unmistakable.

That a line is a heading is not guessed, unless it is underlined; what a line end means is (see `blocks`). Where
letters must stay below each other, or a line keeps its indentation, the text becomes code.
"""

from __future__ import annotations

from exporters.document.nodes import MAX_DEPTH, Block, Document, Heading, List, ListItem, Paragraph
from exporters.document.walk import plain_text
from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.readers import decoding, terminal
from exporters.readers.gfm.tree import Tree
from exporters.readers.reading import Reading
from exporters.readers.text import blocks as plain_blocks
from exporters.report import Code, Report

MAX_SIZE = 8_000_000  # bytes, as for Markdown
MAX_LINES = 400_000  # each may become a node; a book of 500 pages has 25,000

_FEW = 20  # letters, of which none need be of the first 128 characters in any language


def read(reading: Reading) -> Document:
    """Reads a source of plain text. Raises `UnreadableSource`, `SourceTooLarge`."""
    data = decoding.as_utf8(reading.source.data)
    if len(data) > MAX_SIZE:
        raise SourceTooLarge(f"The source has more than {MAX_SIZE // 10**6} MB of text. Split it.")
    text = terminal.unescaped(decoding.as_text(_in_utf8(data, reading.report), reading.report))
    pages = [page for page in text.split("\f") if page.strip()]
    lines = [line if line == "\f" else line.rstrip() for line in "\n\n\f\n\n".join(pages).split("\n")]
    if len(lines) > MAX_LINES:
        raise SourceTooLarge(f"The source has more than {MAX_LINES:,} lines. Split it.")
    tree = Tree(reading)
    if _is_outline(lines):
        tree.append(_outline(lines, reading))
    else:
        for block in plain_blocks.blocks(lines, reading):
            _append(tree, block)
    return tree.document({})


def _append(tree: Tree, block: Block) -> None:
    if not isinstance(block, Heading):
        tree.append(block)
        return
    tree.section(block.level, block.content, tree.slugs.give(block.content))
    tree.reading.where = plain_text(block.content)


# Encodings


def _in_utf8(data: bytes, report: Report) -> bytes:
    """The same text in UTF-8, if it is in Windows' encoding for western languages."""
    try:
        data.decode()
        return data
    except UnicodeDecodeError:
        pass
    guess = data.decode(errors="replace")
    wrong = guess.count("\N{REPLACEMENT CHARACTER}")
    right = sum(character > "\x7f" for character in guess) - wrong
    if right > wrong:
        return data  # UTF-8 with some damage
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    if not _is_western(text):
        raise UnreadableSource(
            "The source is neither in UTF-8 nor in Windows-1252, and its bytes do not tell in what. Save it as UTF-8."
        )
    report.note(Code.ENCODING, "The source is not in UTF-8 and was read as Windows-1252. Save it as UTF-8.")
    return text.encode()


def _is_western(text: str) -> bool:
    """Whether a text has more of the plain letters than of those with accents, as any in a western language has."""
    letters = [character for character in text if character.isalpha()]
    accented = sum(character > "\x7f" for character in letters)
    return bool(text) and (accented <= _FEW or accented * 3 <= len(letters))


# Outlines


def _is_outline(lines: list[str]) -> bool:
    """Whether all lines stand below each other by tabs, as programs for mind maps write them."""
    depth = -1
    deepest = 0
    for line in lines:
        if not line:
            continue
        words = line.lstrip("\t")
        below = len(line) - len(words)
        if below > depth + 1 or "\t" in words or words[0] in " \f" or words[-1] in _ENDS_OF_CODE:
            return False
        deepest = max(deepest, below)
        depth = below
    return deepest > 0


_ENDS_OF_CODE = "{};:(,\\"


def _outline(lines: list[str], reading: Reading) -> List:
    """The lines as lists in each other."""
    open_lists: list[list[ListItem]] = [[]]
    for line in filter(None, lines):
        words = line.lstrip("\t")
        below = min(len(line) - len(words), MAX_DEPTH - 1)
        if below < len(line) - len(words):
            what = f"The source has lists nested more than {MAX_DEPTH} deep; what is deeper is flattened."
            reading.report.degraded(Code.NESTING, what, reading.where)
        _close(open_lists, below)
        if below == len(open_lists):
            open_lists.append([])
        open_lists[-1].append(ListItem((Paragraph(plain_blocks.line(words, reading)),)))
    _close(open_lists, 0)
    return List(tuple(open_lists[0]))


def _close(open_lists: list[list[ListItem]], depth: int) -> None:
    """Puts the lists that are deeper into the last items of those around them."""
    while len(open_lists) > depth + 1:
        inner = List(tuple(open_lists.pop()))
        item = open_lists[-1].pop()
        open_lists[-1].append(ListItem((*item.blocks, inner)))
