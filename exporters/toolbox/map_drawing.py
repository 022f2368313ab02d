"""Draws a mind map as its author sees it: boxes in their colours, the lines between them, arrows, links and pictures.

What the author has not said follows one rule: the nearer to the root, the larger and stronger. Each branch that begins
at a root has a colour of its own, in which its lines are drawn. Branches that are folded on a screen are drawn open,
for a drawing cannot be unfolded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import replace
from typing import Literal, NamedTuple

from exporters.document.nodes import Connector, Edge, Map, Resource, Topic
from exporters.report import Code, Report
from exporters.toolbox.drawing import Area, Colour, Drawing, Group, Part, Path, Pen, Picture, Shape, Words
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.map_layout import Box, Grid, extent, lay_out
from exporters.toolbox.map_lines import HEAD, Connectors, Line, Point, edge, head
from exporters.toolbox.map_looks import LEAST_CONTRAST, LONG, WHITE, Look, colour, darkened, is_visible, looks
from exporters.toolbox.map_text import Lines, effort, is_right_to_left, wrap
from exporters.toolbox.urls import is_safe

type _Anchor = Literal["start", "middle", "end"]

LARGEST = 14_000.0  # points: a page of a PDF has 14,400 at most (ISO 32000-1, C.2)
MAX_TOPICS = 20_000  # 0.7 s, 80 MB; of more, none could be read on a sheet of 5 metres, the largest there is
_MARGIN = 14.0  # points around all

_MAX_TEXT = 2_000  # characters of a topic that are drawn: a page of a book. Nobody reads more in a box
_MAX_LINES = 60  # of a topic that are drawn
MAX_EFFORT = 6_000_000  # of all text, 5 s: 20,000 topics of 300 letters, or of 5 words in Korean, or of 8 emoji
_MAX_CONNECTORS = 10_000  # that are drawn, 2 s and 60 MB; one can follow some dozens
_WIDEST = 460.0  # points

_PIXEL = 0.75  # points
_PICTURE = (180.0, 140.0)  # points that a picture has at most
_NO_SIZE = (96.0, 72.0)  # points of a picture that has no size of its own

_FAN = (2.0, 40)  # points of gap that each topic below adds, for so many: lines that part need room
_LEADING = 1.28  # height of a line by size of its text
_CAPITALS = 0.36  # of the size that the middle of a capital letter is above the baseline
_GAP = 5.0  # points between what stands in a box
_MARK = 8.0  # points that a mark for notes or a link is wide
_DOT = 8.0  # points of a topic that says nothing
_LABEL = 8.0  # size of what stands at a line
_LABEL_WIDTH = 110.0
_NAME = 7.5  # size of the name of an icon
_CONNECTOR: Colour = (0.36, 0.40, 0.46)


def draw(
    map: Map,
    fonts: Fonts,
    resources: Mapping[str, Resource],
    report: Report | None = None,
    largest: float = LARGEST,
) -> Drawing:
    """The map as a drawing, of at most `largest` points in both directions; one without parts where there is nothing to
    draw, or too much. Raises `MissingPart` without fonts.

    The report is told where the drawing differs from what the author sees.
    """
    return _Map(map, fonts, resources, report or Report()).drawing(largest)


def described(map: Map) -> str:
    """What to say to those who do not see the drawing."""
    root = next((topic.text for topic in map.topics if topic.text), "")
    count = f"{len(map.topics)} topic{'s' * (len(map.topics) != 1)}"
    return f"Mind map: {' '.join(root.split())[:LONG]}, {count}" if root else f"Mind map: {count}"


class _Map:
    """One map on its way to a drawing."""

    def __init__(self, map: Map, fonts: Fonts, resources: Mapping[str, Resource], report: Report) -> None:
        self.map = map
        self.fonts = fonts
        self.resources = resources
        self.report = report
        self.looks = looks(map.topics)
        self.back: list[Part] = []  # lines, which boxes stand on
        self.boxes: list[Part] = []
        self.front: list[Part] = []  # labels of lines
        self.corners: list[Box] = []  # around what is drawn beside boxes
        self.effort = 0  # that its text has taken so far

    def drawing(self, largest: float) -> Drawing:
        if len(self.map.topics) > MAX_TOPICS:
            what = f"The map has more than {MAX_TOPICS:,} topics: only its outline is shown, not its drawing."
            self.report.lost(Code.MAP, what)
            return _NO_DRAWING
        if not self.map.topics:
            return _NO_DRAWING
        for look in self.looks:
            self.measure(look)
        self.place()
        self.edges()
        self.connectors()
        for look in self.looks:
            self.topic(look)
        left, top, right, bottom = extent([*(look.box for look in self.looks), *self.corners])
        width, height = right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN
        scale = min(1.0, largest / width, largest / height)
        if scale < 1:
            what = "The map is so large that its drawing is made smaller: magnify it to read it."
            self.report.degraded(Code.MAP, what)
        move = (scale, 0.0, 0.0, scale, (_MARGIN - left) * scale, (_MARGIN - top) * scale)
        return Drawing(width * scale, height * scale, (Group((*self.back, *self.boxes, *self.front), move),))

    # How large topics are

    def measure(self, look: Look) -> None:
        topic, style = look.topic, look.style
        look.lines = self.wrapped(_told(topic), style.size, style.bold, style.limit)
        named = [icon for icon in topic.icons if icon.isascii()]
        look.names = self.wrapped(" · ".join(named), _NAME, False, style.limit) if named else _NOTHING
        look.label = self.wrapped(topic.edge.label, _LABEL, False, _LABEL_WIDTH) if topic.edge else _NOTHING
        look.picture = self.picture(topic.image) if topic.image else (0.0, 0.0)
        if look.is_dot:
            look.box = Box(_DOT, _DOT)
        else:
            width, height = self.inside(look)
            across, down = style.padding
            look.box = Box(width + 2 * across, height + 2 * down)
        look.box.room = max(look.box.height, len(look.label.texts) * _LABEL * _LEADING + 4)

    def inside(self, look: Look) -> tuple[float, float]:
        """Width and height of what stands in a box."""
        width, height = _size(_row(look))
        if look.picture[0] and not look.has_small_picture:
            width = max(width, look.picture[0])
            height += look.picture[1] + (_GAP if height else 0)
        if look.names.texts:
            width = max(width, look.names.width + 8)
            height += len(look.names.texts) * _NAME * _LEADING + 2
        return width, height

    def wrapped(self, text: str, size: float, bold: bool, limit: float) -> Lines:
        if not text:
            return _NOTHING
        if len(text) > _MAX_TEXT:
            what = f"Text of more than {_MAX_TEXT:,} characters is cut in the drawing of the map."
            self.report.degraded(Code.MAP, what)
            text = f"{text[:_MAX_TEXT].rstrip()} …"
        if self.effort <= MAX_EFFORT:
            self.effort += effort(text)
        if self.effort > MAX_EFFORT:
            what = "The map has more text than a drawing can show: where it shows no more, it has three dots."
            self.report.degraded(Code.MAP, what)
            text = "…"
        if len(text) > LONG:
            limit = min(_WIDEST, limit * (len(text) / LONG) ** 0.5)
        lines = wrap(text, self.fonts.font("sans", bold), size, limit)
        if len(lines.texts) > _MAX_LINES:
            self.report.degraded(Code.MAP, f"Text of more than {_MAX_LINES} lines is cut in the drawing of the map.")
            return Lines([*lines.texts[: _MAX_LINES - 1], "…"], lines.width)
        return lines

    def picture(self, url: str) -> tuple[float, float]:
        image = self.resources.get(url)
        if image is None:
            return 0.0, 0.0
        width, height = image.width * _PIXEL, image.height * _PIXEL
        if not (width and height):
            return _NO_SIZE
        scale = min(1.0, _PICTURE[0] / width, _PICTURE[1] / height)
        return max(width * scale, 1.0), max(height * scale, 1.0)

    # Where they are

    def place(self) -> None:
        counts = [0] * len(self.looks)
        labels = [0.0] * len(self.looks)
        for look in self.looks:
            parent = look.topic.parent
            if parent >= 0:
                counts[parent] += 1
                labels[parent] = max(labels[parent], _lead(look))
        each, most = _FAN
        gaps = [
            look.style.gap + each * min(count, most) / (1 + look.level) + label
            for look, count, label in zip(self.looks, counts, labels, strict=True)
        ]
        is_authors = lay_out(self.map.topics, [look.box for look in self.looks], gaps)
        if is_authors:
            return
        if any(topic.folded for topic in self.map.topics):
            self.report.note(Code.MAP, "Branches that are folded in the map are drawn open.")
        if all(topic.position for topic in self.map.topics):
            self.report.degraded(Code.MAP, "The map is laid out anew: where its topics are said to be, they overlap.")

    # Lines

    def edges(self) -> None:
        for look in self.looks:
            topic = look.topic
            if topic.parent < 0:
                continue
            said = topic.edge or Edge()
            line = edge(self.looks[topic.parent].box, look.box, _lead(look), said.arrow)
            self.line(line, said, look.branch, look.style.line)
            if look.label.texts:
                self.label(look.label, line.label[0], look.branch)

    def connectors(self) -> None:
        if not self.map.connectors:
            return
        boxes = {look.topic.id: look.box for look in self.looks}
        parents = ((self.looks[look.topic.parent].box, look.box) for look in self.looks if look.topic.parent >= 0)
        ways = Connectors(boxes.values(), parents)
        labelled = Grid(boxes.values())
        if len(self.map.connectors) > _MAX_CONNECTORS:
            what = f"The map has more than {_MAX_CONNECTORS:,} connectors: its drawing shows only the first of them."
            self.report.degraded(Code.MAP, what)
        for connector in self.map.connectors[:_MAX_CONNECTORS]:
            if connector.start in boxes and connector.end in boxes:
                line = ways.connect(boxes[connector.start], boxes[connector.end], connector.edge.arrow)
                self.connector(connector, line, labelled)

    def connector(self, connector: Connector, line: Line, labelled: Grid) -> None:
        said = connector.edge
        shade = colour(said.colour)
        if shade is None or not is_visible(shade):
            shade = _CONNECTOR
        self.line(line, said if said.line else replace(said, line="dashed"), shade, 1.3)
        self.corners.append(_around(line.around))
        if said.label:
            lines = self.wrapped(said.label, _LABEL, False, _LABEL_WIDTH)
            places = [(_label_box(lines, place), place) for place in line.label]
            box, place = next((each for each in places if not labelled.covers(each[0])), places[0])
            labelled.add(box)
            self.label(lines, place, shade)

    def line(self, line: Line, said: Edge, shade: Colour, width: float) -> None:
        match said.line:
            case "dashed":
                pen = Pen(shade, width, (4 * width, 3 * width))
            case "dotted":
                pen = Pen(shade, width, (0.0, 2.5 * width), cap="round")
            case "solid" | None:
                pen = Pen(shade, width, cap="round")
        self.back.append(Shape(line.path, pen=pen))
        if said.arrow:
            self.back.append(Shape(head(line.tip, line.heading), fill=shade))

    def label(self, lines: Lines, middle: Point, shade: Colour) -> None:
        box = _label_box(lines, middle)
        self.corners.append(box)
        self.front.append(Shape(_rounded(box.x, box.y, box.width, box.height, 3), fill=WHITE, opacity=0.88))
        ink = darkened(shade, LEAST_CONTRAST)
        self.front += _words(lines, middle[0], box.y + 1, _LABEL, ink, "middle")

    # Boxes

    def topic(self, look: Look) -> None:
        box, topic = look.box, look.topic
        first = len(self.boxes)
        if look.is_dot:
            self.boxes.append(Shape(_rounded(box.x, box.y, box.width, box.height, _DOT / 2), fill=look.branch))
        else:
            pen = Pen(look.rim, 0.8) if look.rim else None
            path = _rounded(box.x, box.y, box.width, box.height, look.style.radius)
            self.boxes.append(Shape(path, fill=look.fill, pen=pen))
            self.content(look)
        if topic.url and is_safe(topic.url):
            self.boxes.append(Area(box.x, box.y, box.width, box.height, topic.url))
        self.boxes[first:] = [Group(tuple(self.boxes[first:]), name=topic.id)]

    def content(self, look: Look) -> None:
        """What stands in a box, from above to below: its picture, its text with what is beside that, names of icons."""
        box, padding = look.box, look.style.padding[1]
        top = box.y + padding
        width, height = look.picture
        if width and not look.has_small_picture:
            self.boxes.append(Picture(look.topic.image, box.middle[0] - width / 2, top, width, height))
            top += height + _GAP
        self.row(look, top)
        if look.names.texts:
            self.names(look, box.bottom - padding - len(look.names.texts) * _NAME * _LEADING)

    def row(self, look: Look, top: float) -> None:
        """The text of a topic, and what stands beside it; from right to left where the text is written so."""
        row = _row(look)
        is_mirrored = is_right_to_left(look.topic.text)
        padding = look.style.padding[0]
        left, right = look.box.x + padding, look.box.right - padding
        width, height = _size(row)
        at = 0.0 if look.lines.texts and not look.is_centred else (right - left - width) / 2
        for piece in row:
            x = right - at - piece.width if is_mirrored else left + at
            self.piece(look, piece, x, top + (height - piece.height) / 2, is_mirrored)
            at += piece.width + _GAP

    def piece(self, look: Look, piece: _Piece, x: float, y: float, is_mirrored: bool) -> None:
        match piece.kind:
            case "picture":
                self.boxes.append(Picture(look.topic.image, x, y, piece.width, piece.height))
            case "notes":
                self.boxes.append(Shape(_note(x, y), pen=Pen(look.ink, 0.8, join="round")))
            case "link":
                self.boxes.append(Shape(_arrow(x, y), pen=Pen(look.ink, 0.8, join="round")))
            case "text":
                anchor: _Anchor = "start"
                if look.is_centred:
                    x, anchor = x + piece.width / 2, "middle"
                elif is_mirrored:
                    x, anchor = x + piece.width, "end"
                self.boxes += _words(look.lines, x, y, look.style.size, look.ink, anchor, look.style.bold)

    def names(self, look: Look, top: float) -> None:
        lines = look.names
        height = len(lines.texts) * _NAME * _LEADING
        x = look.box.middle[0]
        path = _rounded(x - lines.width / 2 - 4, top - 1, lines.width + 8, height + 2, 3)
        self.boxes.append(Shape(path, pen=Pen(look.ink, 0.5, opacity=0.6)))
        self.boxes += _words(lines, x, top, _NAME, look.ink, "middle")


_NOTHING = Lines([], 0.0)
_NO_DRAWING = Drawing(0, 0, ())


def _told(topic: Topic) -> str:
    icons = "".join(icon for icon in topic.icons if not icon.isascii())
    return f"{icons} {topic.text}".strip() if icons else topic.text


class _Piece(NamedTuple):
    """Something in the row of a topic's text, with its size in points."""

    kind: Literal["picture", "text", "notes", "link"]
    width: float
    height: float


def _row(look: Look) -> list[_Piece]:
    """What stands beside each other: a small picture, the text, marks."""
    row: list[_Piece] = []
    if look.has_small_picture:
        row.append(_Piece("picture", *look.picture))
    if look.lines.texts:
        row.append(_Piece("text", look.lines.width, len(look.lines.texts) * look.style.size * _LEADING))
    if look.topic.notes:
        row.append(_Piece("notes", _MARK, _MARK))
    if look.topic.url:
        row.append(_Piece("link", _MARK, _MARK))
    return row


def _size(row: Sequence[_Piece]) -> tuple[float, float]:
    if not row:
        return 0.0, 0.0
    return sum(piece.width for piece in row) + _GAP * (len(row) - 1), max(piece.height for piece in row)


def _lead(look: Look) -> float:
    """How long the line that leads to a topic is straight at its end."""
    label = look.label.width + 12 if look.label.texts else 0.0
    return label + (HEAD + 2 if look.topic.edge and look.topic.edge.arrow else 0.0)


# Parts


def _words(
    lines: Lines, x: float, top: float, size: float, ink: Colour, anchor: _Anchor, bold: bool = False
) -> Iterator[Words]:
    for number, text in enumerate(lines.texts):
        baseline = top + (number + 0.5) * size * _LEADING + size * _CAPITALS
        yield Words(text, x, baseline, size, ink, bold=bold, anchor=anchor)


def _label_box(lines: Lines, middle: Point) -> Box:
    box = Box(lines.width + 6, len(lines.texts) * _LABEL * _LEADING + 2)
    box.x, box.y = middle[0] - box.width / 2, middle[1] - box.height / 2
    return box


def _around(points: Sequence[Point]) -> Box:
    left, top = min(x for x, _ in points), min(y for _, y in points)
    box = Box(max(x for x, _ in points) - left, max(y for _, y in points) - top)
    box.x, box.y = left, top
    return box


_CURVE = 0.4477  # 1 minus the length of a Bézier handle that makes a quarter of a circle with radius 1


def _rounded(x: float, y: float, width: float, height: float, radius: float) -> Path:
    radius = min(radius, width / 2, height / 2)
    right, bottom, near = x + width, y + height, radius * _CURVE
    return (
        ("M", (x + radius, y)),
        ("L", (right - radius, y)),
        ("C", (right - near, y, right, y + near, right, y + radius)),
        ("L", (right, bottom - radius)),
        ("C", (right, bottom - near, right - near, bottom, right - radius, bottom)),
        ("L", (x + radius, bottom)),
        ("C", (x + near, bottom, x, bottom - near, x, bottom - radius)),
        ("L", (x, y + radius)),
        ("C", (x, y + near, x + near, y, x + radius, y)),
        ("Z", ()),
    )


def _note(x: float, y: float) -> Path:
    """A sheet with lines on it."""
    sheet: Path = (("M", (x + 1, y)), ("L", (x + 7, y)), ("L", (x + 7, y + 8)), ("L", (x + 1, y + 8)), ("Z", ()))
    lines: Path = tuple(
        command
        for down, long in ((2.2, 3.2), (4.0, 3.2), (5.8, 1.8))
        for command in (("M", (x + 2.4, y + down)), ("L", (x + 2.4 + long, y + down)))
    )
    return sheet + lines


def _arrow(x: float, y: float) -> Path:
    """An arrow that leads out of a box."""
    return (
        *(("M", (x + 4, y + 1)), ("L", (x + 1, y + 1)), ("L", (x + 1, y + 7)), ("L", (x + 7, y + 7))),
        *(("L", (x + 7, y + 4)), ("M", (x + 4, y + 4)), ("L", (x + 7.5, y + 0.5))),
        *(("M", (x + 5, y + 0.5)), ("L", (x + 7.5, y + 0.5)), ("L", (x + 7.5, y + 3))),
    )
