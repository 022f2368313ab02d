"""Where the topics of a mind map stand.

Its author's places are kept where the source has them. Otherwise each root stands in the middle of its tree, its
branches left and right of it, and each topic beside the middle of those below it. Branches are as close as they can
be, also where one reaches further out than its neighbours: their contours touch, not the boxes around them.

What is done takes time in proportion to the number of topics, and recurses nowhere: maps nest by the hundred.

Source: E. M. Reingold and J. S. Tilford, Tidier Drawings of Trees (1981), for contours; A. J. van der Ploeg, Drawing
Non-layered Tidy Trees in Linear Time (2014), for boxes of any size, and branches that share the room between others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf, sqrt

from exporters.document.nodes import Topic

_PLACED = 0.9  # of the topics: with fewer places, the author's drawing cannot be known
_STRETCHES = (1.0, 1.15, 1.35, 1.6, 2.0)  # points by pixels: our boxes may be larger than the author's
_COVERED = 0.02  # of the boxes at most may lie on others; of places that mean nothing, nearly all do
_EMPTY = 400.0  # times the area of its boxes: a drawing larger than that shows nothing. Usual ones have 5 to 30 times

_FAR = 1e7  # pixels: nobody has drawn that far; nor where comparing says no, as with what is no number

_SPACES = (14.0, 14.0, 7.0, 5.0)  # points between topics above each other, by level
_TREES = 40.0  # points between trees
_PAPER = 1.41  # width by height that several trees aim at together: that of a sheet
_MOST_MOVED = 100  # trees that are moved off each other; each is compared with all

_TOUCH = 0.01  # points that boxes may overlap by: sums of floats are not exact, and 10 million points are left so
_CELL = 80.0  # points: about a box


class Box:
    """The area of a topic, in points; x and y are of its left upper corner, and y goes down."""

    __slots__ = ("height", "is_left", "room", "width", "x", "y")

    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.height = height
        self.room = height
        """The height that is kept free for it, where something higher stands beside it."""
        self.x = self.y = 0.0
        self.is_left = False
        """Whether those below it stand to its left."""

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


class Grid:
    """Finds the boxes that cover a place."""

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = {}
        for box in boxes:
            self.add(box)

    def add(self, box: Box) -> None:
        for cell in _cells(box):
            self._cells.setdefault(cell, []).append(box)

    def at(self, x: float, y: float) -> Box | None:
        """A box that covers the point."""
        for box in self._cells.get((int(x // _CELL), int(y // _CELL)), ()):
            if box.x < x < box.x + box.width and box.y < y < box.y + box.height:
                return box
        return None

    def covers(self, box: Box) -> bool:
        """Whether something else lies where this box does."""
        for cell in _cells(box):
            for other in self._cells.get(cell, ()):
                if other is not box and _overlap(box, other):
                    return True
        return False


def lay_out(topics: Sequence[Topic], boxes: Sequence[Box], gaps: Sequence[float]) -> bool:
    """Gives each topic's box its place, and says whether that is the author's. `gaps` are the widths that are kept free
    between a topic and those below it."""
    return _as_the_author_did(topics, boxes, gaps) or _Trees(topics, boxes, gaps).place()


# The author's places


def _as_the_author_did(topics: Sequence[Topic], boxes: Sequence[Box], gaps: Sequence[float]) -> bool:
    places = [_place(topic) for topic in topics]
    known = len(places) - places.count(None)
    if known < _PLACED * len(topics):
        return False
    for stretch in _STRETCHES:
        _put(topics, boxes, gaps, places, stretch)
        if _is_empty(boxes):
            return False
        if not _covered(boxes, 0):
            return True
    return not _covered(boxes, int(_COVERED * len(boxes)))


def _place(topic: Topic) -> tuple[float, float] | None:
    place = topic.position
    return place if place and abs(place[0]) <= _FAR and abs(place[1]) <= _FAR else None


def _put(
    topics: Sequence[Topic],
    boxes: Sequence[Box],
    gaps: Sequence[float],
    places: Sequence[tuple[float, float] | None],
    stretch: float,
) -> None:
    """Puts topics where they are said to be; one of which nothing is said beside its parent, below others of these."""
    free = [0.0] * len(topics)
    for index, (topic, box, place) in enumerate(zip(topics, boxes, places, strict=True)):
        parent = boxes[topic.parent] if topic.parent >= 0 else None
        if place is not None:
            box.x, box.y = place[0] * stretch, place[1] * stretch
            box.is_left = parent is not None and box.middle[0] < parent.middle[0]
        elif parent is not None:
            gap = gaps[topic.parent]
            box.is_left = parent.is_left
            box.x = parent.x - gap - box.width if box.is_left else parent.right + gap
            box.y = free[topic.parent]
            free[topic.parent] += box.height + _SPACES[-1]
        free[index] = box.y


def _is_empty(boxes: Sequence[Box]) -> bool:
    left, top, right, bottom = extent(boxes)
    return (right - left) * (bottom - top) > _EMPTY * sum(box.width * box.height for box in boxes)


def _covered(boxes: Sequence[Box], most: int) -> bool:
    """Whether more boxes than that lie on others."""
    grid = Grid()
    covered = 0
    for box in boxes:
        if grid.covers(box):
            covered += 1
            if covered > most:
                return True
        grid.add(box)
    return False


def extent(boxes: Iterable[Box]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is around boxes."""
    left = top = inf
    right = bottom = -inf
    for box in boxes:
        left, top = min(left, box.x), min(top, box.y)
        right, bottom = max(right, box.x + box.width), max(bottom, box.y + box.height)
    return left, top, right, bottom


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    columns = range(int(box.x // _CELL), int((box.x + box.width) // _CELL) + 1)
    rows = range(int(box.y // _CELL), int((box.y + box.height) // _CELL) + 1)
    return ((column, row) for column in columns for row in rows)


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x + _TOUCH < other.x + other.width
        and other.x + _TOUCH < one.x + one.width
        and one.y + _TOUCH < other.y + other.height
        and other.y + _TOUCH < one.y + one.height
    )


# Our own places


class _Segment:
    """A piece of a contour."""

    __slots__ = ("drop", "end", "next")

    def __init__(self, end: float, drop: float) -> None:
        self.end = end
        self.drop = drop
        """How much further down it is than the piece before."""
        self.next: _Segment | None = None


class _Contour:
    """The upper and the lower outline of a branch, or of several: y by distance from the parent's edge.

    A list of segments, each of which says how much further down it is than the one before: so a branch is moved by
    changing the first alone, and the rest of one outline becomes that of another by linking it.
    """

    __slots__ = ("bottom", "last_bottom", "last_top", "least", "most", "reach", "top", "y_bottom", "y_top")

    def __init__(self, reach: float, height: float) -> None:
        self.top = _Segment(reach, -height / 2)
        self.bottom = _Segment(reach, height / 2)
        self.last_top, self.last_bottom = self.top, self.bottom
        self.y_top, self.y_bottom = -height / 2, height / 2
        """Of the last segments."""
        self.least, self.most = self.y_top, self.y_bottom
        """The uppermost and lowest of all."""
        self.reach = reach

    def move(self, by: float) -> None:
        self.top.drop += by
        self.bottom.drop += by
        self.y_top += by
        self.y_bottom += by
        self.least += by
        self.most += by


class _Trees:
    """The trees of a map on their way to places."""

    def __init__(self, topics: Sequence[Topic], boxes: Sequence[Box], gaps: Sequence[float]) -> None:
        self.topics, self.boxes, self.gaps = topics, boxes, gaps
        self.below: list[list[int]] = [[] for _ in topics]
        self.starts = [0.0] * len(topics)  # how far from its root's edge each begins
        self.levels = [0] * len(topics)
        self.roots: list[int] = []
        self.offsets = [0.0] * len(topics)  # how much further down than its parent's the middle of each is
        for index, topic in enumerate(topics):
            parent = topic.parent
            if parent < 0:
                self.roots.append(index)
                continue
            self.below[parent].append(index)
            self.levels[index] = self.levels[parent] + 1
            inner = self.starts[parent] + boxes[parent].width if self.levels[parent] else 0.0
            self.starts[index] = inner + gaps[parent]

    def place(self) -> bool:
        contours = self._contours()
        for root in self.roots:
            for is_left, side in zip((False, True), self._sides(root, contours), strict=True):
                for index in side:
                    self.boxes[index].is_left = is_left
                if side:
                    forest = self._beside_each_other(side, contours)
                    for index in side:
                        self.offsets[index] -= (forest.least + forest.most) / 2
        self._put()
        return _apart(self._trees(), self.roots, self.topics)

    def _contours(self) -> dict[int, _Contour]:
        """The contours of all branches that begin at a root."""
        contours: dict[int, _Contour] = {}
        for index in range(len(self.topics) - 1, -1, -1):
            if not self.levels[index]:
                continue
            box, below = self.boxes[index], self.below[index]
            contour = contours[index] = _Contour(self.starts[index] + box.width, box.room)
            if below:
                forest = self._beside_each_other(below, contours)
                middle = (self.offsets[below[0]] + self.offsets[below[-1]]) / 2
                for each in below:
                    self.offsets[each] -= middle
                forest.move(-middle)
                _append(contour, forest)
        return contours

    def _beside_each_other(self, indices: Sequence[int], contours: dict[int, _Contour]) -> _Contour:
        """Puts branches below each other as close as they can be, and says what is around all of them.

        Where one touches another that is not its neighbour, those between them share the room that is left.
        """
        forest = contours.pop(indices[0])
        self.offsets[indices[0]] = 0.0
        space = _SPACES[min(self.levels[indices[0]], len(_SPACES) - 1)]
        reaches = [(forest.reach, 0)]  # of branches that reach further out than all below them, lowest one last
        slopes, drops = [0.0] * len(indices), [0.0] * len(indices)
        for number in range(1, len(indices)):
            branch = contours.pop(indices[number])
            down = _hang(forest, branch, space, reaches, number, slopes, drops)
            self.offsets[indices[number]] = down
            while reaches and reaches[-1][0] <= branch.reach:
                reaches.pop()
            reaches.append((branch.reach, number))
        slope = shared = 0.0
        for number, index in enumerate(indices):
            shared += slope - drops[number]
            slope += slopes[number]
            self.offsets[index] += shared
        return forest

    def _sides(self, root: int, contours: Mapping[int, _Contour]) -> tuple[list[int], list[int]]:
        """The branches right and left of a root: as their author says, or so that both sides are about equally high."""
        below = self.below[root]
        heights = [contours[index].most - contours[index].least for index in below]
        if all(self.topics[index].side is None for index in below):
            half = sum(heights) / 2
            count, height = 0, 0.0
            while count < len(below) and (not count or height + heights[count] / 2 <= half):
                height += heights[count]
                count += 1
            return below[:count], below[count:]
        sides: tuple[list[int], list[int]] = ([], [])
        filled = [0.0, 0.0]
        for index, height in zip(below, heights, strict=True):
            side = self.topics[index].side
            to_left = side == "left" if side else filled[1] < filled[0]
            sides[to_left].append(index)
            filled[to_left] += height
        return sides

    def _put(self) -> None:
        """Turns distances from parents into places, with each root's middle at (0, 0)."""
        centres = [0.0] * len(self.topics)
        halves = [0.0] * len(self.topics)  # of the width of each topic's root
        for index, (topic, box) in enumerate(zip(self.topics, self.boxes, strict=True)):
            if topic.parent < 0:
                halves[index] = box.width / 2
                box.x = -box.width / 2
            else:
                if self.levels[index] > 1:
                    box.is_left = self.boxes[topic.parent].is_left
                halves[index] = halves[topic.parent]
                centres[index] = centres[topic.parent] + self.offsets[index]
                start = halves[index] + self.starts[index]
                box.x = -start - box.width if box.is_left else start
            box.y = centres[index] - box.height / 2

    def _trees(self) -> list[list[Box]]:
        """The boxes of each tree, its root's first."""
        trees: list[list[Box]] = []
        numbers: list[int] = []
        for topic, box in zip(self.topics, self.boxes, strict=True):
            if topic.parent < 0:
                numbers.append(len(trees))
                trees.append([box])
            else:
                numbers.append(numbers[topic.parent])
                trees[numbers[-1]].append(box)
        return trees


def _append(contour: _Contour, forest: _Contour) -> None:
    """Adds to the outline of one box what is around those beyond it."""
    contour.least, contour.most = min(contour.least, forest.least), max(contour.most, forest.most)
    forest.top.drop -= contour.y_top
    forest.bottom.drop -= contour.y_bottom
    contour.top.next, contour.bottom.next = forest.top, forest.bottom
    contour.last_top, contour.last_bottom = forest.last_top, forest.last_bottom
    contour.y_top, contour.y_bottom = forest.y_top, forest.y_bottom
    contour.reach = forest.reach


def _hang(
    forest: _Contour,
    branch: _Contour,
    space: float,
    reaches: Sequence[tuple[float, int]],
    number: int,
    slopes: list[float],
    drops: list[float],
) -> float:
    """Adds a branch below others, and says how far down.

    Each segment that is passed is no longer part of an outline, so all branches of a tree take as many steps as it has
    segments.
    """
    above: _Segment | None = forest.bottom
    own: _Segment | None = branch.top
    y_above, y_own = forest.bottom.drop, branch.top.drop
    down = y_above - y_own + space
    nearest = len(reaches) - 1
    reached = 0.0
    while above and own:
        needed = y_above - y_own + space
        if needed > down:
            while reaches[nearest][0] <= reached:
                nearest -= 1
            _share(reaches[nearest][1], number, needed - down, slopes, drops)
            down = needed
        end_above, end_own = above.end, own.end
        reached = min(end_above, end_own)
        if end_above == reached:
            above = above.next
            y_above += above.drop if above else 0.0
        if end_own == reached:
            own = own.next
            y_own += own.drop if own else 0.0
    branch.move(down)
    _merge(forest, branch, above, y_above, own, y_own + down)
    return down


def _merge(
    forest: _Contour, branch: _Contour, above: _Segment | None, y_above: float, own: _Segment | None, y_own: float
) -> None:
    """Makes one outline of two, where `above` or `own` are what is left of the one that reaches further out."""
    forest.least, forest.most = min(forest.least, branch.least), max(forest.most, branch.most)
    forest.bottom = branch.bottom
    if above is not None:
        branch.last_bottom.next = above
        above.drop = y_above - branch.y_bottom
        return
    forest.last_bottom, forest.y_bottom = branch.last_bottom, branch.y_bottom
    forest.reach = branch.reach
    if own is not None:
        forest.last_top.next = own
        own.drop = y_own - forest.y_top
        forest.last_top, forest.y_top = branch.last_top, branch.y_top


def _share(first: int, last: int, room: float, slopes: list[float], drops: list[float]) -> None:
    """Notes that the branches between these two are to be moved: each as far as its number goes."""
    part = room / (last - first)
    slopes[first] += part
    slopes[last] -= part
    drops[last] += room


# Several trees


def _apart(trees: Sequence[list[Box]], roots: Sequence[int], topics: Sequence[Topic]) -> bool:
    """Puts trees where none lies on another. Always False: that is not what their author did."""
    if len(trees) > 1:
        frames = [_frame(tree) for tree in trees]
        places = [_place(topics[root]) for root in roots]
        if not _near_places(frames, trees, places):
            _in_rows(frames)
        for frame, tree in zip(frames, trees, strict=True):
            across, down = frame.x - frame.left, frame.y - frame.top
            for box in tree:
                box.x += across
                box.y += down
    return False


class _Frame(Box):
    """What is around a tree, and where that was before it was moved."""

    __slots__ = ("left", "top")

    def __init__(self, left: float, top: float, width: float, height: float) -> None:
        super().__init__(width, height)
        self.left, self.top = left, top


def _frame(tree: Iterable[Box]) -> _Frame:
    left, top, right, bottom = extent(tree)
    half = _TREES / 2
    return _Frame(left - half, top - half, right - left + _TREES, bottom - top + _TREES)


def _near_places(
    frames: Sequence[_Frame], trees: Sequence[list[Box]], places: Sequence[tuple[float, float] | None]
) -> bool:
    """Puts trees where their roots are said to be, or as near as there is room; False if that is nowhere sensible."""
    if len(frames) > _MOST_MOVED:
        return False
    placed: list[Box] = []
    for frame, tree, place in zip(frames, trees, places, strict=True):
        if place is None:
            return False
        frame.x, frame.y = place[0] + frame.left - tree[0].x, place[1] + frame.top - tree[0].y
        _move_off(frame, placed)
        placed.append(frame)
    return not _is_empty(frames)


def _move_off(frame: Box, placed: Sequence[Box]) -> None:
    """Moves a frame to the nearest place right, below, left or above where it lies on none of the others."""
    ways: list[tuple[float, float, float]] = []
    for across, down in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        tried = Box(frame.width, frame.height)
        tried.x, tried.y = frame.x, frame.y
        while hit := next((other for other in placed if _overlap(tried, other)), None):
            if across:
                tried.x = hit.right if across > 0 else hit.x - tried.width
            else:
                tried.y = hit.bottom if down > 0 else hit.y - tried.height
        ways.append((abs(tried.x - frame.x) + abs(tried.y - frame.y), tried.x, tried.y))
    _, frame.x, frame.y = min(ways, key=lambda way: way[0])


def _in_rows(frames: Sequence[Box]) -> None:
    """Puts frames beside and below each other in their order, in about the shape of a sheet."""
    area = sum(frame.width * frame.height for frame in frames)
    limit = max(sqrt(area * _PAPER), max(frame.width for frame in frames))
    rest = iter(frames)
    frame = next(rest, None)
    y = 0.0
    while frame is not None:
        row: list[Box] = []
        x = 0.0
        while frame is not None and (not row or x + frame.width <= limit):
            frame.x = x
            x += frame.width
            row.append(frame)
            frame = next(rest, None)
        height = max(each.height for each in row)
        for each in row:
            each.x += (limit - x) / 2
            each.y = y + (height - each.height) / 2
        y += height
