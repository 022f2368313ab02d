"""Numbers and bullets of lists: the part `word/numbering.xml` (ECMA-376-1, 17.9).

A list and all that are nested in it are one list to Word, with a level for each: so that whoever goes on writing can
move an item from one level to another. Where that would count wrongly, a nested list is one of its own.
"""

from __future__ import annotations

from exporters.document import List
from exporters.formats.docx.styles import WORD
from exporters.toolbox.ooxml import XML

LEVELS = 9
"""That a list of Word's has at most (17.9.6)."""
STEP = 400
"""Twips that each level is indented by."""
_LARGEST = 32_767  # number that Word takes for the first of a list
_BULLETS = "•–◦"
_UNSEEN = "\u200b"  # what stands before tasks: without a character, programs take them for parts of one item

type Kinds = tuple[bool, ...]
"""Of each level, whether it has numbers."""

_TASKS: Kinds = ()  # levels with nothing before their items, which have a box to tick


class Numbering:
    """The lists of one file. What a reference document brings has the first ids, and the next two are of styles."""

    def __init__(self, first_abstract: int = 1, first_number: int = 1, others: tuple[str, str] = ("", "")) -> None:
        self._abstract: dict[Kinds | str, tuple[int, str]] = {}
        self._first_abstract = first_abstract
        self._first_number = first_number
        self._numbers: list[str] = []
        self._others = others
        self._bullets: dict[tuple[Kinds, int], int] = {}
        self._tasks = 0
        self._headings = 0
        self._number(self._levels((False,) * LEVELS), "")  # of the style List Bullet
        self._number(self._levels((True,) * LEVELS), "")  # of List Number

    def list(self, block: List, level: int) -> tuple[int, Kinds]:
        """The id of a list that begins at this level, and what its levels are."""
        kinds = kinds_of(block, level)
        if block.start is None:  # nothing to count, so all such lists may be one
            id = self._bullets.get((kinds, level))
            if id is None:
                id = self._bullets[kinds, level] = self._number(self._levels(kinds), "")
            return id, kinds
        first = min(max(block.start, 0), _LARGEST)
        override = f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{first}"/></w:lvlOverride>'
        return self._number(self._levels(kinds), override), kinds

    def tasks(self) -> int:
        """The id of the list that all tasks are in."""
        self._tasks = self._tasks or self._number(self._levels(_TASKS), "")
        return self._tasks

    def headings(self) -> int:
        """The id of the list that headings are in, where they are numbered."""
        if not self._headings:
            levels = "".join(_heading_level(level) for level in range(LEVELS))
            self._headings = self._number(self._add("headings", levels), "")
        return self._headings

    def xml(self) -> str:
        """The part."""
        abstract, numbers = self._others
        own = "".join(xml for _, xml in self._abstract.values())
        return f'{XML}<w:numbering xmlns:w="{WORD}">{abstract}{own}{numbers}{"".join(self._numbers)}</w:numbering>'

    def _levels(self, kinds: Kinds) -> int:
        if kinds in self._abstract:
            return self._abstract[kinds][0]
        if kinds == _TASKS:
            levels = [_level(level, "bullet", _UNSEEN, ' w:val="nothing"') for level in range(LEVELS)]
        else:
            levels = [
                _level(level, "decimal", f"%{level + 1}.") if ordered else _level(level, "bullet", _bullet(level))
                for level, ordered in enumerate(kinds)
            ]
        return self._add(kinds, "".join(levels))

    def _add(self, key: Kinds | str, levels: str) -> int:
        id = self._first_abstract + len(self._abstract)
        xml = (
            f'<w:abstractNum w:abstractNumId="{id}"><w:nsid w:val="{0x41A00000 + id:08X}"/>'
            f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        )
        self._abstract[key] = id, xml
        return id

    def _number(self, abstract: int, override: str) -> int:
        id = self._first_number + len(self._numbers)
        self._numbers.append(f'<w:num w:numId="{id}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>')
        return id


def kinds_of(block: List, level: int) -> Kinds:
    """What levels a list has that begins at this one: those nested first in it, the rest as the last of them."""
    kinds = [block.start is not None] * (level + 1)
    while len(kinds) < LEVELS:
        below = next((each for item in block.items for each in item.blocks if isinstance(each, List)), None)
        if below is None:
            break
        kinds.append(below.start is not None)
        block = below
    return (*kinds, *[kinds[-1]] * (LEVELS - len(kinds)))


def is_countable(block: List) -> bool:
    """Whether Word can count its items from where they begin."""
    return block.start is None or 0 <= block.start <= _LARGEST - len(block.items)


def _bullet(level: int) -> str:
    return _BULLETS[level % len(_BULLETS)]


def _level(level: int, kind: str, text: str, suffix: str = "") -> str:
    suffix = f"<w:suff{suffix}/>" if suffix else ""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{suffix}<w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{STEP * (level + 1)}" w:hanging="{STEP}"/></w:pPr></w:lvl>'
    )


def _heading_level(level: int) -> str:
    text = ".".join(f"%{number}" for number in range(1, level + 2))
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="space"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
    )
