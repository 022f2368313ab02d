"""What the readers of maps have in common: a map is a drawing, and as an outline it is sections and lists.

Topics come in reading order. Those of the first levels, as many as the option `maxheading` says, become headings; below
them, topics become lists in each other. One that says nothing is only in the drawing, and what is below it is below its
parent. Nothing here recurses into topics: a map may be as deep as it likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from exporters.document.nodes import (
    MAX_DEPTH,
    Block,
    Blocks,
    Connector,
    Document,
    Edge,
    Emphasis,
    Heading,
    Highlight,
    Image,
    Inline,
    Inlines,
    Json,
    Line,
    LineBreak,
    Link,
    List,
    ListItem,
    Map,
    Paragraph,
    Section,
    Side,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Topic,
    Underline,
)
from exporters.document.rewrite import rewritten
from exporters.document.walk import depth as depth_of
from exporters.document.walk import lines, parts, plain_text, sections, undressed, within
from exporters.errors import SourceTooLarge
from exporters.readers import autolinks
from exporters.readers.reading import Reading, shown
from exporters.readers.slugs import Slugs
from exporters.report import Code

MAX_TOPICS = 100_000  # some 1 kB each with their place in the outline, so 100 MB; a large map has 5,000
MAX_ANCHOR = 200  # characters of an id that is linked to: a map may have many links to one topic

_TOP = -1  # the place above all topics


class Entry:
    """A topic on its way into a document. Its reader sets what it finds."""

    __slots__ = (
        "background", "checked", "colour", "content", "edge", "folded", "full", "heading", "icons", "id", "image",
        "leads", "level", "notes", "parent", "position", "side", "url",
    )  # fmt: skip

    def __init__(self, id: str, parent: int, level: int, heading: bool) -> None:
        self.id = id
        self.parent = parent
        self.level = level
        self.heading = heading
        """Whether it becomes a section."""
        self.content: Inlines = ()
        """Its words; they may have several lines."""
        self.notes: list[Block] = []
        self.full = False
        """Whether there will be notes, though there are none yet."""
        self.image: Image | None = None
        self.url = ""
        self.leads = ""
        """The id of the topic that a link of it leads to."""
        self.icons: list[str] = []
        """Emoji, which stand before its words; and names of icons that no emoji stands for, which do not."""
        self.checked: bool | None = None
        self.side: Side = None
        self.position: tuple[float, float] | None = None
        self.folded = False
        self.colour = ""
        self.background = ""
        self.edge: Edge | None = None

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.content or self.notes or self.full or self.image)

    def take(self, blocks: list[Block]) -> Inlines:
        """The words of a topic that is written in blocks: the first line. What follows is noted."""
        if blocks and isinstance(blocks[0], Paragraph | Heading):
            self.notes += blocks[1:]
            return blocks[0].content
        self.notes += blocks
        return ()


class Outline:
    """Takes the topics of one map in reading order, and makes a document of them."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._headings = reading.options.maxheading
        self._entries: list[Entry] = []
        self._ids: dict[str, int] = {}
        self._taken: dict[str, int] = {}
        self._slugs: Mapping[str, str] | None = None

    def begin(self, id: str, parent: int = _TOP) -> tuple[int, Entry]:
        """A new topic below that with the number `parent`, of which all but the notes must be known; and its number."""
        if len(self._entries) == MAX_TOPICS:
            raise SourceTooLarge(f"The map has more than {MAX_TOPICS} topics. Split it.")
        level = 1
        if parent >= 0:
            above = self._entries[parent]
            level = above.level if above.empty else above.level + 1
        number = len(self._entries)
        id = self._unique(id or f"topic-{number + 1}")
        self._ids[id] = number
        entry = Entry(id, parent, level, level <= self._headings)
        self._entries.append(entry)
        return number, entry

    def at(self, entry: Entry) -> None:
        """Says that what comes belongs to a topic whose words are known."""
        if entry.heading and entry.content:
            self._reading.where = plain_text(entry.content)

    def anchor(self, id: str) -> str:
        """Where a link to the topic with this id leads; "" where that is no heading. All words must be known."""
        slug = self._section_ids().get(id, "")
        return f"#{slug}" if slug and len(slug) <= MAX_ANCHOR else ""

    def document(self, connectors: Iterable[Connector] = (), metadata: Mapping[str, Json] | None = None) -> Document:
        """The document, once all is known. The words of a single root become its title, if it has none and needs one:
        where roots are headings they say it already."""
        known = tuple(self._known(connectors))
        stated = dict(metadata or {})
        root = self._only_root() if not self._headings and "title" not in stated else _TOP
        if root != _TOP:
            stated["title"] = plain_text(self._entries[root].content)
        blocks, sections = self._outlined(root, self._arrows(known))
        topics = tuple(map(self._topic, self._entries))
        return Document(blocks, sections, metadata=stated, map=Map(topics, known))

    def _section_ids(self) -> Mapping[str, str]:
        if self._slugs is None:
            slugs = Slugs()
            self._slugs = {
                entry.id: slugs.give(_with_icons(entry, _on_one_line(entry.content)))
                for entry in self._entries
                if entry.heading and not entry.empty
            }
        return self._slugs

    def _unique(self, id: str) -> str:
        wanted = id
        while id in self._ids:
            self._taken[wanted] = self._taken.get(wanted, 1) + 1
            id = f"{wanted}-{self._taken[wanted]}"
        return id

    def _only_root(self) -> int:
        roots = [number for number, entry in enumerate(self._entries) if entry.level == 1 and not entry.empty]
        return roots[0] if len(roots) == 1 and plain_text(self._entries[roots[0]].content) else _TOP

    # Connectors

    def _known(self, connectors: Iterable[Connector]) -> Iterator[Connector]:
        for each in connectors:
            if each.start in self._ids and each.end in self._ids:
                yield each
            else:
                self._reading.report.note(Code.MAP, "A line leads to or from a topic that is not in the map.")

    def _arrows(self, connectors: Iterable[Connector]) -> dict[str, list[Paragraph]]:
        """What stands below a topic in the outline for the lines that lead from it."""
        found: dict[str, list[Paragraph]] = {}
        ends: dict[str, Inline] = {}
        for each in connectors:
            if each.end not in ends:
                words = shown(plain_text(self._entries[self._ids[each.end]].content))
                anchor = self.anchor(each.end) if words else ""
                ends[each.end] = self._reading.link((words,), anchor) if anchor else words
            if each.start == each.end:
                continue
            if not ends[each.end] or self._entries[self._ids[each.start]].empty:
                what = "A line from or to a topic without words is only in the drawing."
                self._reading.report.degraded(Code.MAP, what)
                continue
            line = joined(f"{each.edge.label} → ".lstrip(), ends[each.end])
            found.setdefault(each.start, []).append(Paragraph(line))
        return found

    # Sections and lists

    def _outlined(self, root: int, arrows: Mapping[str, list[Paragraph]]) -> tuple[Blocks, tuple[Section, ...]]:
        places = self._places(root)
        blocks: list[Block] = []
        items: dict[int, list[ListItem]] = {}  # by what they stand below; last ones first, as with sections
        inner: dict[int, list[Section]] = {}
        for number in range(len(self._entries) - 1, -1, -1):
            entry = self._entries[number]
            if entry.empty:
                continue
            content, below = self._line(entry, number == root)
            below += entry.notes
            below += arrows.get(entry.id, ())
            if number in items:
                below.append(_list(items.pop(number)))
            if number == root:
                blocks = below
            elif entry.heading:
                within_it = tuple(reversed(inner.pop(number, ())))
                section = Section(entry.level, content, self._section_ids()[entry.id], tuple(below), within_it)
                inner.setdefault(places[number], []).append(section)
            else:
                first = (Paragraph(content),) if content else ()
                items.setdefault(places[number], []).append(ListItem((*first, *below), entry.checked))
        if _TOP in items:
            blocks.append(_list(items[_TOP]))
        return tuple(blocks), tuple(reversed(inner.get(_TOP, ())))

    def _places(self, root: int) -> list[int]:
        """For each topic the number of that which it stands below in the outline."""
        places: list[int] = []
        holders: list[int] = []  # for each topic, what those below it stand below
        depths: list[int] = []  # how many lists each stands in
        flattened = False
        for number, entry in enumerate(self._entries):
            place = holders[entry.parent] if entry.parent >= 0 else _TOP
            depth = 0
            if not (entry.empty or entry.heading or number == root):
                most = max(1, MAX_DEPTH - depth_of(entry.notes)) if entry.notes else MAX_DEPTH
                depth = depths[place] + 1 if place >= 0 else 1
                while depth > most:  # at most that many times, for what is above stands in fewer lists
                    flattened = True
                    place = places[place]
                    depth = depths[place] + 1 if place >= 0 else 1
            places.append(place)
            holders.append(place if entry.empty else number)
            depths.append(depth)
        if flattened:
            what = f"The map has topics more than {MAX_DEPTH} lists deep; they stand in the lists above them."
            self._reading.report.degraded(Code.NESTING, what)
        return places

    def _line(self, entry: Entry, is_title: bool) -> tuple[Inlines, list[Block]]:
        """The words of a topic as they stand in the outline, and what of them stands below."""
        below: list[Block] = []
        content = entry.content
        if entry.image:
            if content:
                below.append(Paragraph((entry.image,)))
            else:
                content = (entry.image,)
        if entry.heading:
            content = _on_one_line(content or _first_words(entry.notes))
        url = self._target(entry)
        if url:
            if content and not is_title and not any(isinstance(node, Link) for node in within(content)):
                content = (self._reading.link(content, url),)
            else:
                below.append(Paragraph((self._reading.link((shown(url),), url),)))
        return _with_icons(entry, content), below

    def _target(self, entry: Entry) -> str:
        if not entry.leads:
            return entry.url
        anchor = self.anchor(entry.leads)
        if not anchor:
            missing = entry.leads not in self._ids
            what = "is not in the map" if missing else "is no heading"
            self._reading.report.degraded(Code.LINK, f"A link to a topic that {what} is only its words.")
        return anchor

    # The drawing

    def _topic(self, entry: Entry) -> Topic:
        image = entry.image
        if image is None and len(entry.content) == 1 and isinstance(entry.content[0], Image):
            image = entry.content[0]
        return Topic(
            entry.id,
            entry.parent,
            _in_lines(entry.content),
            self.anchor(entry.leads) if entry.leads else entry.url,
            tuple(entry.notes),
            entry.side,
            entry.position,
            entry.folded,
            entry.colour,
            entry.background,
            image.url if image and image.url in self._reading.resources.found else "",
            tuple(entry.icons) if entry.checked is None else (*entry.icons, "☑" if entry.checked else "☐"),
            entry.edge,
        )


def _list(items: list[ListItem]) -> List:
    """The list of items that come last ones first."""
    tight = all(len(item.blocks) < 2 or (len(item.blocks) == 2 and isinstance(item.blocks[1], List)) for item in items)
    return List(tuple(reversed(items)), tight=tight)


# Words


def words(text: str) -> Inlines:
    """Words of one or several lines."""
    if "\n" not in text:
        text = text.strip()
        return (text,) if text else ()
    told = [stripped for line in text.split("\n") if (stripped := line.strip())]
    return joined(*(part for line in told for part in (LineBreak(), line)))[1:]


def paragraphs(text: str, reading: Reading) -> list[Block]:
    """The paragraphs of a plain text, which empty lines part. Line ends stay, and bare addresses become links."""
    text = reading.resources.embedded.restore(text)
    look_for_links = autolinks.possible(text)
    found: list[Block] = []
    for paragraph in _EMPTY_LINES.split(text):
        content = words(paragraph)
        if look_for_links:
            content = tuple(piece for node in content for piece in _linked(node, reading))
        if content:
            found.append(Paragraph(content))
    return found


def html(text: str, reading: Reading) -> list[Block]:
    """The blocks of a note in HTML."""
    from exporters.readers.html import blocks_of  # heavy, and most maps have none

    return _without_ids(blocks_of(text, reading))


def markdown(text: str, reading: Reading) -> list[Block]:
    """The blocks of a note in Markdown; the paragraphs of one with footnotes, for those are of a whole document."""
    if "[^" in text:
        return paragraphs(text, reading)
    from exporters.readers import gfm  # 4 ms for its parser, and few maps have Markdown
    from exporters.readers.gfm.tree import Tree

    where = reading.where
    tree = Tree(reading)
    gfm.add(tree, text)
    document = tree.document({})
    reading.where = where  # which each heading has changed
    found: list[Block] = _without_ids(document.blocks)
    for section in sections(document):
        found += Heading(section.level, section.heading), *_without_ids(section.blocks)
    return found


def _without_ids(blocks: Blocks) -> list[Block]:
    """Blocks whose headings have no ids: what is unique in a note need not be so in the map."""
    return [rewritten(block, {"id": lambda _node, _id: ""}) for block in blocks]


def facts(pairs: Iterable[tuple[str, str]]) -> list[Block]:
    """What a topic has beside its words, as one paragraph: names and values."""
    told = (f"{name}: {value}" if name and value else name or value for name, value in pairs)
    content = words(" · ".join(filter(None, told)))
    return [Paragraph(content)] if content else []


def joined(*parts: Inline) -> Inlines:
    """A line of these parts, with adjacent texts made one and empty ones left out."""
    found: list[Inline] = []
    texts: list[str] = []
    for part in (*parts, None):
        if isinstance(part, str):
            texts.append(part)
            continue
        if text := "".join(texts):
            found.append(text)
        texts.clear()
        if part is not None:
            found.append(part)
    return tuple(found)


_EMPTY_LINES = re.compile(r"\n[ \t]*\n\s*")


def _linked(node: Inline, reading: Reading) -> Iterator[Inline]:
    if not isinstance(node, str):
        yield node
        return
    at = 0
    for start, end, url in autolinks.find(node):
        if start > at:
            yield node[at:start]
        yield reading.link((node[start:end],), url)
        at = end
    if at < len(node):
        yield node[at:]


def _on_one_line(content: Inlines) -> Inlines:
    return joined(*map(_without_break, content))


def _without_break(node: Inline) -> Inline:
    match node:
        case LineBreak():
            return " "
        case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
            return type(node)(_on_one_line(node.content))
        case Link():
            return Link(_on_one_line(node.content), node.url, node.title)
        case _:
            return node


def _in_lines(content: Inlines) -> str:
    """Words without their dress, in as many lines as they have."""
    if len(content) == 1 and isinstance(content[0], str):
        return content[0]
    return "\n".join(line.strip() for line in "".join(undressed(content)).split("\n"))


def _first_words(blocks: Iterable[Block]) -> Inlines:
    """What a heading without words of its own says: the first words below it."""
    for block in blocks:
        for line in lines(block):
            if told := shown(plain_text(line)):
                return (told,)
        for inner in parts(block):
            if found := _first_words(inner):
                return found
    return ()


def _with_icons(entry: Entry, content: Inlines) -> Inlines:
    icons = [icon for icon in entry.icons if not icon.isascii()]
    if entry.heading and entry.checked is not None:
        icons.append("☑" if entry.checked else "☐")
    return joined(f"{''.join(icons)} " if content else "".join(icons), *content) if icons else content


# Dress


def colour(stated: object) -> str:
    """A colour as #rrggbb; "" for what is none."""
    if not stated or not isinstance(stated, str) or len(stated) > _LONGEST:
        return ""
    stated = stated.strip().lower()
    if found := _LONG.fullmatch(stated):
        return f"#{found[1]}"
    if found := _SHORT.fullmatch(stated):
        return "#" + "".join(digit * 2 for digit in found[1])
    if found := _RGB.fullmatch(stated):
        return "#" + "".join(f"{min(int(each), 255):02x}" for each in found.groups())
    return _NAMES.get(stated, "")


_LONGEST = 40  # "rgba(255, 255, 255, 0.123456)", and some space
_SHORT = re.compile(r"#([0-9a-f]{3})")
_LONG = re.compile(r"#?([0-9a-f]{6})(?:[0-9a-f]{2})?")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*(?:,\s*(?:0?\.\d*[1-9]\d*|1(?:\.0*)?)\s*)?\)")
_NAMES = {
    # CSS 1's sixteen, and the few others that are met in maps.
    "aqua": "#00ffff",
    "black": "#000000",
    "blue": "#0000ff",
    "brown": "#a52a2a",
    "fuchsia": "#ff00ff",
    "gray": "#808080",
    "green": "#008000",
    "grey": "#808080",
    "lightblue": "#add8e6",
    "lightgray": "#d3d3d3",
    "lightgreen": "#90ee90",
    "lightgrey": "#d3d3d3",
    "lightyellow": "#ffffe0",
    "lime": "#00ff00",
    "maroon": "#800000",
    "navy": "#000080",
    "olive": "#808000",
    "orange": "#ffa500",
    "pink": "#ffc0cb",
    "purple": "#800080",
    "red": "#ff0000",
    "silver": "#c0c0c0",
    "teal": "#008080",
    "white": "#ffffff",
    "yellow": "#ffff00",
}


def line(stated: object) -> Line:
    """How a line is drawn, where it says so in a word."""
    match stated:
        case "solid" | "dashed" | "dotted":
            return stated
        case _:
            return None
