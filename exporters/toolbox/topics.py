"""A document as topics that stand below each other, for outlines and mind maps.

A map has its topics already; its outline adds the dress of their words, and where links within the document lead. What
is no map becomes one as readers make an outline of a map, the other way round: headings are topics, so are the items of
a list of bullets that ends what stands under a heading, and all else is the notes of the topic it stands below.

Nothing here recurses into topics: a map may be as deep as it likes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from copy import replace
from typing import NamedTuple

from exporters.document.nodes import (
    Block,
    Blocks,
    Document,
    Image,
    Inlines,
    LineBreak,
    Link,
    List,
    ListItem,
    Map,
    Paragraph,
    Side,
    Topic,
)
from exporters.document.walk import lines, parts, plain_text, sections, title, undressed
from exporters.report import Code, Report
from exporters.toolbox import metadata, urls
from exporters.toolbox.words import words

_BOXES = {"☑": True, "☐": False}


class Entry(NamedTuple):
    """A topic, and what its map does not say of it."""

    topic: Topic
    """`parent` is its place among the entries."""
    content: Inlines
    """Its words with their dress, without what only the topic says: where it leads, icons."""
    level: int
    """How deep it stands, from 1."""
    checked: bool | None = None
    """Whether a task is done; None for what is no task."""
    anchor: str = ""
    """The id by which links within the document lead to it; "" where none can."""

    @property
    def icons(self) -> tuple[str, ...]:
        """Emoji and names of icons, without the box of a task."""
        return self.topic.icons if self.checked is None else self.topic.icons[:-1]


def entries(document: Document, report: Report, *, one_root: bool) -> list[Entry]:
    """The topics in reading order, each after its parent; at least one.

    `one_root` puts the document's title above all where there are several topics without a parent, or none, and where
    the only one of a document that is no map says something else.
    """
    drawn = document.map
    of_map = drawn is not None and bool(drawn.topics) and _is_all(drawn, document)
    found = _of_map(drawn, document) if drawn and of_map else _of_sections(document)
    if drawn and not of_map:
        report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
    if not one_root or (_roots(found) == 1 and (of_map or says_title(found, document))):
        return found
    if of_map:
        report.degraded(Code.MAP, "The map has several roots; they stand below one that bears the document's name.")
    return _below_title(found, document)


def says_title(found: list[Entry], document: Document) -> bool:
    """Whether a topic without a parent says the document's title, or there is none to say."""
    name = _one_line(title(document))
    return not name or any(name in _said(entry) for entry in found if entry.topic.parent < 0)


def children(found: list[Entry]) -> list[list[int]]:
    """For each entry the places of those right below it, in their order; the last is for those without a parent."""
    below: list[list[int]] = [[] for _ in range(len(found) + 1)]
    for place, entry in enumerate(found):
        below[entry.topic.parent].append(place)
    return below


def sides(found: list[Entry]) -> dict[int, Side]:
    """For each entry right below a root the side it stands on: as its author says; or so that both have about as many
    topics, those of the right side first."""
    below = children(found)
    of_roots = [place for root in below[-1] for place in below[root]]
    stated: dict[int, Side] = {place: found[place].topic.side for place in of_roots}
    for root in below[-1]:
        own = below[root]
        if not any(stated[place] for place in own):
            _balance(own, found, stated)
        for before, place in zip([None, *own], own, strict=False):
            stated[place] = stated[place] or (stated[before] if before is not None else "right")
    return stated


def _balance(own: list[int], found: list[Entry], stated: dict[int, Side]) -> None:
    ends = (
        [*own[1:], next((i for i in range(own[-1] + 1, len(found)) if found[i].level < 2), len(found))] if own else []
    )
    half = sum(end - place for place, end in zip(own, ends, strict=True)) / 2
    count = 0.0
    for place, end in zip(own, ends, strict=True):
        stated[place] = "right" if not count or count + (end - place) / 2 <= half else "left"
        count += end - place


def plain_lines(content: Inlines) -> str:
    """Words without their dress, in as many lines as their author has broken them into."""
    return "\n".join(" ".join(line.split()) for line in "".join(undressed(content)).split("\n"))


def is_plain(content: Inlines) -> bool:
    """Whether there is nothing but words and line breaks."""
    return all(isinstance(node, str | LineBreak) for node in content)


def plain_notes(blocks: Blocks) -> str | None:
    """Paragraphs without any dress as a text that empty lines part; None for anything else."""
    paragraphs: list[str] = []
    for block in blocks:
        if not isinstance(block, Paragraph) or block.alignment:
            return None
        pieces: list[str] = []
        for node in block.content:
            match node:
                case str():
                    pieces.append(node.replace("\n", " "))
                case LineBreak():
                    pieces.append("\n")
                case Link((str(text),), url, "") if text == url and urls.is_external(url):
                    pieces.append(text)
                case _:
                    return None
        paragraphs.append("".join(pieces))
    return "\n\n".join(paragraphs)


def broken(text: str) -> Inlines:
    """The words of a topic as a line."""
    if "\n" not in text:
        return (text,) if text else ()
    return tuple(part for line in text.split("\n") for part in (LineBreak(), line))[1:]


def _said(entry: Entry) -> Iterator[str]:
    """What a title that was made of a topic would say."""
    topic = entry.topic
    yield _one_line(plain_text(entry.content))
    yield from (_one_line(prefix + (topic.text or _first_words(topic.notes))) for prefix in _prefixes(topic))


def _roots(found: list[Entry]) -> int:
    return sum(entry.topic.parent < 0 for entry in found)


def _below_title(found: list[Entry], document: Document) -> list[Entry]:
    content: Inlines = (_name(document),)
    root = Entry(Topic(_free_id({entry.topic.id for entry in found}), -1, plain_lines(content)), content, 1)
    return [root, *(_moved(entry) for entry in found)]


def _moved(entry: Entry) -> Entry:
    topic = replace(entry.topic, parent=entry.topic.parent + 1, position=None)
    return entry._replace(topic=topic, level=entry.level + 1)


def _free_id(taken: set[str]) -> str:
    return next(id for number in range(len(taken) + 1) if (id := f"{number}") not in taken)


def _name(document: Document) -> str:
    return title(document) or words(metadata.language(document)).untitled


# Those of a map


def _of_map(drawn: Map, document: Document) -> list[Entry]:
    # By their words, which come in the same order in the map and in its outline.
    dressed: dict[str, deque[tuple[Inlines, str]]] = {}
    for content, anchor in _Outline(drawn, document).places():
        dressed.setdefault(_key(content), deque()).append((content, anchor))
    # A root that became the document's title has no line there, and must not take that of a topic of the same words.
    root = _one_line(drawn.topics[0].text)
    own = dressed.get(root)
    if own and len(own) < sum(_one_line(topic.text) == root for topic in drawn.topics):
        own.appendleft((broken(drawn.topics[0].text), ""))
    found: list[Entry] = []
    for topic in drawn.topics:
        level = found[topic.parent].level + 1 if topic.parent >= 0 else 1
        checked = _BOXES.get(topic.icons[-1]) if topic.icons else None
        content, anchor = broken(topic.text), ""
        for prefix in _prefixes(topic):
            if waiting := dressed.get(_one_line(prefix + (topic.text or _first_words(topic.notes)))):
                its, anchor = waiting.popleft()
                content = _dressed(its, prefix, topic)
                break
        found.append(Entry(topic, content, level, checked, anchor))
    return found


def _prefixes(topic: Topic) -> Iterator[str]:
    """What may stand before the words of a topic in the outline: icons, and the box of a task in a heading."""
    icons = "".join(icon for icon in topic.icons if not icon.isascii())
    if icons:
        yield f"{icons} "
    if icons[:-1] and icons[-1] in _BOXES:
        yield f"{icons[:-1]} "
    yield ""


def _dressed(content: Inlines, prefix: str, topic: Topic) -> Inlines:
    """The words of a topic as the outline dresses them, or plain where they have another order there."""
    if not topic.text or is_plain(content):
        return broken(topic.text)
    if prefix and isinstance(content[0], str):
        first = content[0].removeprefix(prefix)
        content = (first, *content[1:]) if first else content[1:]
    match content:
        case (Link(inner, url),) if url == topic.url:
            content = inner
    told = plain_lines(content)
    if told == topic.text:
        return content
    # A heading is on one line, whatever its topic is.
    return _with_breaks(content, topic.text) if _one_line(topic.text) == told else broken(topic.text)


def _with_breaks(content: Inlines, text: str) -> Inlines:
    """The words with those of their spaces as breaks that are breaks in the text; only in what is not dressed."""
    words = iter(_blanks(text))
    made: list[str | LineBreak | object] = []
    for node in content:
        if not isinstance(node, str):
            if any(next(words, "") == "\n" for _ in _blanks(plain_lines((node,)))):
                return broken(text)
            made.append(node)
            continue
        at = 0
        for place, character in enumerate(node):
            if character == " " and next(words, "") == "\n":
                made += (node[at:place], LineBreak())
                at = place + 1
        made.append(node[at:])
    return tuple(part for part in made if part != "")  # type: ignore[misc]


def _blanks(text: str) -> Iterator[str]:
    return (character for character in text if character in " \n")


def _is_all(drawn: Map, document: Document) -> bool:
    """Whether the outline says nothing that the map does not: it was made of the map, and nobody has added to it."""
    if document.footnotes:
        return False
    outline = _Outline(drawn, document)
    known = {_one_line(prefix + topic.text) for topic in drawn.topics for prefix in _prefixes(topic)}
    unnamed = sum(1 for topic in drawn.topics if not topic.text and (topic.notes or topic.image))
    unknown = sum(1 for content, _ in outline.places() if _key(content) not in known)
    return unknown <= unnamed and all(outline.explains(block) for block in outline.under())


class _Outline:
    """The outline of a map."""

    def __init__(self, drawn: Map, document: Document) -> None:
        self.document = document
        self.noted = {block for topic in drawn.topics for block in topic.notes}
        self.lists = {block for block in self.noted if isinstance(block, List)}

    def places(self) -> Iterator[tuple[Inlines, str]]:
        """The lines that are topics, in reading order, with the ids of those that are headings."""
        yield from self._items(self.document.blocks)
        for section in sections(self.document):
            yield section.heading, section.id
            yield from self._items(section.blocks)

    def under(self) -> Iterator[Block]:
        """The blocks that are no topics."""
        todo: list[tuple[Blocks, int]] = [(self.document.blocks, 0)]
        todo += ((section.blocks, 0) for section in sections(self.document))
        while todo:
            blocks, start = todo.pop()
            items = self._below(blocks)
            yield from blocks[start : len(blocks) - bool(items)]
            todo += ((item.blocks, int(isinstance(_first(item.blocks), Paragraph))) for item in items)

    def explains(self, block: Block) -> bool:
        """Whether a block is noted of a topic, or says what a drawing shows otherwise: a picture, a link, a line."""
        match block:
            case Paragraph((Image() | Link(),), None):
                return True
            case Paragraph((str(words), *_), None) if "→ " in words:
                return True
            case _:
                return block in self.noted

    def _items(self, blocks: Blocks) -> Iterator[tuple[Inlines, str]]:
        todo = [*reversed(self._below(blocks))]
        while todo:
            item = todo.pop()
            if isinstance(first := _first(item.blocks), Paragraph):
                yield first.content, ""
            todo += reversed(self._below(item.blocks))

    def _below(self, blocks: Blocks) -> tuple[ListItem, ...]:
        """The items of the list of topics that ends blocks."""
        match blocks:
            case (*_, List(items, None) as last) if not self.lists or last not in self.lists:
                return items
            case _:
                return ()


def _first(blocks: Blocks) -> Block | None:
    return blocks[0] if blocks else None


def _first_words(blocks: Iterable[Block]) -> str:
    """What the outline calls a topic that has but notes."""
    for block in blocks:
        for line in lines(block):
            if told := plain_text(line):
                return told
        for inner in parts(block):
            if told := _first_words(inner):
                return told
    return ""


def _key(content: Inlines) -> str:
    return _one_line(plain_lines(content))


def _one_line(text: str) -> str:
    return " ".join(text.split())


# Those of any other document


def _of_sections(document: Document) -> list[Entry]:
    made = _Made()
    tops = document.sections
    if document.blocks or len(tops) != 1:
        root = made.add(-1, (_name(document),), document.blocks) if document.blocks or not tops else -1
    else:
        root = -1
    # What is to be read, the next one last: sections nest by the hundred, and this takes no recursion.
    todo = [(section, root) for section in reversed(tops)]
    while todo:
        section, parent = todo.pop()
        place = made.add(parent, section.heading, section.blocks, anchor=section.id)
        todo += [(below, place) for below in reversed(section.sections)]
    if document.footnotes:
        notes = List(tuple(ListItem(note.blocks) for note in document.footnotes), 1)
        made.topic(root if root >= 0 or len(tops) != 1 else 0, (_footnotes(document),), (notes,))
    return made.found


def _footnotes(document: Document) -> str:
    return words(metadata.language(document)).footnotes


class _Made:
    """Topics that are made of headings and lists."""

    def __init__(self) -> None:
        self.found: list[Entry] = []

    def add(self, parent: int, content: Inlines, blocks: Blocks, anchor: str = "") -> int:
        """A topic with those that a list makes below it; gives its place."""
        place = self.topic(parent, content, _notes(blocks), anchor=anchor)
        todo = [(item, place) for item in reversed(_of_topics(blocks))]
        while todo:
            item, above = todo.pop()
            first, *others = item.blocks
            below = tuple(others)
            number = self.topic(above, first.content, _notes(below), checked=item.checked)  # type: ignore[union-attr]
            todo += [(each, number) for each in reversed(_of_topics(below))]
        return place

    def topic(
        self, parent: int, content: Inlines, notes: Blocks, *, checked: bool | None = None, anchor: str = ""
    ) -> int:
        """One topic; gives its place."""
        url = image = ""
        match content:
            case (Link(inner, url),):
                content = inner
            case (Image(image),):
                pass
        level = self.found[parent].level + 1 if parent >= 0 else 1
        icons = () if checked is None else ("☑" if checked else "☐",)
        number = len(self.found)
        topic = Topic(f"topic-{number + 1}", parent, plain_lines(content), url, notes, image=image, icons=icons)
        self.found.append(Entry(topic, content, level, checked, anchor))
        return number


def _notes(blocks: Blocks) -> Blocks:
    """The blocks that are notes."""
    return blocks[:-1] if _of_topics(blocks) else blocks


def _of_topics(blocks: Blocks) -> tuple[ListItem, ...]:
    """The items that are topics: those of a list of bullets at the end, if each begins with words."""
    match blocks:
        case (*_, List(items, None)) if all(map(_begins_with_words, items)):
            return items
        case _:
            return ()


def _begins_with_words(item: ListItem) -> bool:
    first = _first(item.blocks)
    return isinstance(first, Paragraph) and bool(plain_text(first.content))
