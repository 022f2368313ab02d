"""Mind maps as drawings: where topics stand, how they look, and what no map may do to us."""

import io
import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from counting import steps
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import png

from exporters import Source, readers
from exporters.document import Connector, Document, Edge, Map, Paragraph, Resource, Section, Topic
from exporters.pages.file import File
from exporters.pages.flow import Area as PageArea
from exporters.pages.flow import Flow, Margins
from exporters.pages.map_pages import MapPages, sheet_for
from exporters.pages.metadata import About
from exporters.pages.pictures import Pictures
from exporters.pages.tags import Element
from exporters.report import Report
from exporters.toolbox import map_drawing
from exporters.toolbox.drawing import Area, Colour, Drawing, Group, Part, Picture, Shape, Words
from exporters.toolbox.drawing import Path as Outline
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.map_drawing import LARGEST, MAX_EFFORT, MAX_TOPICS, described, draw
from exporters.toolbox.map_layout import Box, lay_out
from exporters.toolbox.map_looks import PALETTE
from exporters.toolbox.map_text import effort, is_right_to_left, wrap

DOCUMENTS = Path(__file__).parent.parent / "documents"
SAMPLES = [*sorted((DOCUMENTS / "maps").glob("*.*")), DOCUMENTS / "plan.mup"]
FONTS = Fonts()
WHITE = (1.0, 1.0, 1.0)


def tree(*texts: str, **attributes: object) -> Map:
    """A map whose topics are indented by as many spaces as they are deep; the last one has these attributes."""
    topics: list[Topic] = []
    path: list[int] = []
    for number, text in enumerate(texts):
        depth = len(text) - len(text.lstrip(" "))
        path = [*path[:depth], number]
        more = attributes if number == len(texts) - 1 else {}
        topics.append(Topic(str(number), path[-2] if depth else -1, text.strip(), **more))
    return Map(tuple(topics))


def drawn(map: Map, resources: dict[str, Resource] | None = None, report: Report | None = None) -> Drawing:
    return draw(map, FONTS, resources or {}, report)


def parts(drawing: Drawing) -> list[Part]:
    """All that a drawing shows, out of its groups. None of a map moves but the outermost."""
    return list(_parts(drawing.parts))


def _parts(several: tuple[Part, ...]) -> Iterator[Part]:
    for part in several:
        if isinstance(part, Group):
            yield from _parts(part.parts)
        else:
            yield part


def words(drawing: Drawing) -> list[Words]:
    return [part for part in parts(drawing) if isinstance(part, Words)]


def texts(drawing: Drawing) -> list[str]:
    return [each.text for each in words(drawing)]


def box_of(drawing: Drawing, text: str) -> Shape:
    """The box that was drawn last before this text."""
    found = None
    for part in parts(drawing):
        if isinstance(part, Words) and part.text == text:
            break
        if isinstance(part, Shape) and part.fill:
            found = part
    assert found
    return found


def left_top(path: Outline) -> tuple[float, float]:
    points = [point for _, numbers in path for point in zip(numbers[::2], numbers[1::2], strict=True)]
    return min(x for x, _ in points), min(y for _, y in points)


def lines(drawing: Drawing) -> list[Shape]:
    """Lines between topics."""
    return [part for part in parts(drawing) if isinstance(part, Shape) and part.pen and part.path[1][0] == "C"]


def heads(drawing: Drawing) -> list[Shape]:
    return [part for part in parts(drawing) if isinstance(part, Shape) and part.fill and len(part.path) == 4]


def contrast(one: Colour, other: Colour) -> float:
    def luminance(colour: Colour) -> float:
        red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def said(report: Report) -> str:
    return " ".join(item.what for item in report.items)


# What is drawn


def sample(path: Path) -> tuple[Map, dict[str, Resource]]:
    def companion(name: str) -> bytes | None:
        beside = path.parent / name
        return beside.read_bytes() if beside.is_file() else None

    document = readers.read(Source(path.read_bytes(), path.name, companion), Report())
    assert document.map
    return document.map, dict(document.resources)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_drawing_has_every_word_of_its_map(path):
    map, resources = sample(path)
    shown = "".join(texts(drawn(map, resources)))
    for topic in map.topics:
        assert all(word in shown for word in topic.text.split())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_map_is_drawn_alike_twice(path):
    map, resources = sample(path)
    assert draw(map, Fonts(), resources) == draw(map, Fonts(), resources)


def test_nothing_is_drawn_of_a_map_without_topics():
    assert drawn(Map(())).parts == ()


def test_those_who_do_not_see_it_are_told_what_it_is():
    assert described(tree("My\nplan", " a", " b")) == "Mind map: My plan, 3 topics"
    assert described(tree("")) == "Mind map: 1 topic"


# How topics look


def test_what_is_nearer_to_the_root_is_larger():
    sizes = [each.size for each in words(drawn(tree("a", " b", "  c", "   d")))]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 4


def test_text_is_readable_on_every_branch():
    assert all(contrast(colour, WHITE) >= 4.5 for colour in PALETTE)
    map = drawn(tree("r", *(f" {number}" for number in range(20)), "  deep", "   deeper"))
    for each in words(map):
        fill = box_of(map, each.text).fill
        assert isinstance(fill, tuple)
        assert contrast(each.colour, fill) >= 4.5


@pytest.mark.parametrize(
    ("background", "ink"),
    [("#ffff00", (0, 0, 0)), ("#000080", WHITE), ("#ff0000", (0, 0, 0)), ("#808080", (0, 0, 0))],
)
def test_on_the_authors_background_text_is_black_or_white(background, ink):
    map = drawn(tree("r", " a", background=background))
    assert words(map)[1].colour == ink
    assert box_of(map, "a").fill == tuple(byte / 255 for byte in bytes.fromhex(background[1:]))


def test_the_authors_own_colours_are_kept():
    map = drawn(tree("r", " a", background="#ccffcc", colour="#0033ff"))
    assert words(map)[1].colour == (0, 0.2, 1)
    assert box_of(map, "a").fill == (0.8, 1, 0.8)


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#0033ff", "#ffee00", "#888888"])
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_the_authors_text_is_readable_where_no_background_is_said(colour, depth):
    map = drawn(tree(*(" " * level + f"t{level}" for level in range(depth + 1)), colour=colour))
    fill = box_of(map, f"t{depth}").fill
    assert isinstance(fill, tuple)
    assert words(map)[depth].colour == tuple(byte / 255 for byte in bytes.fromhex(colour[1:]))
    assert contrast(words(map)[depth].colour, fill) >= 3.5


def test_white_on_white_becomes_readable():
    assert words(drawn(tree("a", background="#ffffff", colour="#fefefe")))[0].colour == (0, 0, 0)


@pytest.mark.parametrize("nonsense", ["", "red", "#12345", "#zzzzzz", "#12 345", "javascript:", "#1234567"])
def test_a_colour_that_is_none_is_as_if_nothing_were_said(nonsense):
    edge = Edge(colour=nonsense)
    assert drawn(tree("r", " a", background=nonsense, colour=nonsense, edge=edge)) == drawn(
        tree("r", " a", edge=Edge())
    )


def test_a_branch_has_the_colour_of_its_line():
    map = drawn(tree("r", " a", edge=Edge(colour="#008000")))
    [line] = lines(map)
    assert line.pen and line.pen.paint == (0, 128 / 255, 0)
    below = Map((*tree("r", " a", edge=Edge(colour="#008000")).topics, Topic("x", 1, "b")))
    assert {line.pen.paint for line in lines(drawn(below)) if line.pen} == {(0, 128 / 255, 0)}


def test_a_line_that_would_not_be_seen_has_a_colour_of_ours():
    [line] = lines(drawn(tree("r", " a", edge=Edge(colour="#ffffff"))))
    assert line.pen and line.pen.paint == PALETTE[0]


def test_emoji_stand_before_the_words_and_names_of_icons_below():
    map = drawn(tree("r", " walk", icons=("🐝", "my_icon", "other")))
    assert texts(map) == ["r", "🐝 walk", "my_icon · other"]


def test_a_topic_that_says_nothing_is_a_dot():
    map = drawn(tree("r", " ", "  a"))
    assert texts(map) == ["r", "a"]
    assert len(lines(map)) == 2


def test_links_and_notes_have_marks():
    plain, marked = drawn(tree("a")), drawn(tree("a", url="https://example.org", notes=(Paragraph(("x",)),)))
    assert len(parts(marked)) == len(parts(plain)) + 3
    [area] = [part for part in parts(marked) if isinstance(part, Area)]
    assert area.url == "https://example.org"
    assert area.width > 0 < area.height
    assert marked.width > plain.width


def test_what_would_run_a_script_leads_nowhere():
    assert not any(isinstance(part, Area) for part in parts(drawn(tree("a", url="javascript:alert(1)"))))


@pytest.mark.parametrize(
    ("size", "shown"),
    [((100, 40), (75, 30)), ((16, 16), (12, 12)), ((2_000, 1_000), (180, 90)), ((100, 10_000), (1.4, 140))],
)
def test_a_picture_has_its_natural_size_if_that_is_bearable(size, shown):
    image = Resource("image/png", png(1, 1), *size)
    [picture] = [part for part in parts(drawn(tree("a", image="i"), {"i": image})) if isinstance(part, Picture)]
    assert (picture.width, picture.height) == pytest.approx(shown)


def test_an_image_that_is_not_there_takes_no_room():
    assert drawn(tree("a", image="missing")) == drawn(tree("a"))


def test_a_long_text_is_cut_and_that_is_said():
    report = Report()
    map = drawn(tree("x" * 10_000, " " + "word " * 2_000, " a\n" + "b\n" * 1_000), report=report)
    assert "2,000 characters" in said(report)
    assert "60 lines" in said(report)
    assert sum(len(text) for text in texts(map)) < 4_200


# Lines


@pytest.mark.parametrize(("line", "dashes"), [("solid", 0), (None, 0), ("dashed", 2), ("dotted", 2)])
def test_lines_are_dressed_as_their_author_says(line, dashes):
    [drawn_line] = lines(drawn(tree("r", " a", edge=Edge(line=line))))
    assert drawn_line.pen and len(drawn_line.pen.dashes) == dashes


def test_a_line_has_its_label_and_its_head():
    map = drawn(tree("r", " a", edge=Edge("goes with", arrow=True)))
    assert "goes with" in texts(map)
    assert len(heads(map)) == 1


def test_connectors_are_dashed_and_have_heads_and_labels():
    topics = tree("r", " a", " b").topics
    map = drawn(Map(topics, (Connector("1", "2", Edge("then", "#ff0000", arrow=True)),)))
    *_, connector = lines(map)
    assert connector.pen and connector.pen.dashes
    assert connector.pen.paint == (1, 0, 0)
    assert len(heads(map)) == 1
    assert "then" in texts(map)


def test_connectors_to_nowhere_are_left_out_and_those_in_circles_are_drawn():
    topics = tree("r", " a", " b").topics
    several = [("0", "x"), ("y", "0"), ("1", "1"), ("1", "2"), ("2", "1"), ("2", "0"), ("0", "1")]
    map = drawn(Map(topics, tuple(Connector(*each) for each in several)))
    assert len(lines(map)) == 2 + 5
    assert len({line.path for line in lines(map)}) == 2 + 5


def test_a_connector_goes_round_a_box_that_is_in_its_way():
    places = [(0, 0), (300, 0), (600, 0)]
    topics = tuple(Topic(str(n), -1, "Topic", position=place) for n, place in enumerate(places))
    [line] = lines(drawn(Map(topics, (Connector("0", "2"),))))
    [_, (_, (_, bend, _, _, _, _))] = line.path
    assert abs(bend - line.path[0][1][1]) > 10


# Where topics stand


def placed(map: Map, size: tuple[float, float] = (60, 20), gap: float = 20) -> list[Box]:
    boxes = [Box(*size) for _ in map.topics]
    lay_out(map.topics, boxes, [gap] * len(boxes))
    return boxes


@st.composite
def trees(draw) -> tuple[list[Topic], list[Box], list[float]]:
    parents = draw(st.lists(st.integers(0, 1_000), max_size=60))
    roots = draw(st.integers(1, 3))
    topics = [Topic(str(n), -1, "") for n in range(roots)]
    for number, parent in enumerate(parents, roots):
        side = draw(st.sampled_from((None, None, "left", "right")))
        topics.append(Topic(str(number), parent % number, "", side=side))
    sizes = st.integers(5, 200)
    boxes = [Box(draw(sizes), draw(sizes)) for _ in topics]
    return topics, boxes, [draw(st.integers(5, 40)) for _ in topics]


@given(trees())
@settings(max_examples=150)
def test_no_topic_lies_on_another_and_all_stand_in_reading_order(found):
    topics, boxes, gaps = found
    lay_out(topics, boxes, gaps)
    for number, box in enumerate(boxes):
        for other in boxes[:number]:
            apart = max(box.x - other.right, other.x - box.right, box.y - other.bottom, other.y - box.bottom)
            assert apart > 1
    for number, parent in enumerate(boxes):
        below = [boxes[child] for child, topic in enumerate(topics) if topic.parent == number]
        for side in ([box for box in below if box.is_left], [box for box in below if not box.is_left]):
            assert all(above.bottom < box.y for above, box in pairwise(side))
            for box in side:
                gap = parent.x - box.right if box.is_left else box.x - parent.right
                assert gap == pytest.approx(gaps[number])
        if below and topics[number].parent >= 0:
            middle = (below[0].middle[1] + below[-1].middle[1]) / 2
            assert parent.middle[1] == pytest.approx(middle)


def test_sides_are_as_their_author_says():
    topics = [Topic("0", -1, "r"), *(Topic(str(n), 0, "x", side=("left", "right")[n % 2]) for n in range(1, 7))]
    boxes = placed(Map(tuple(topics)))
    assert [box.x < boxes[0].x for box in boxes[1:]] == [False, True] * 3


def test_sides_are_about_equally_high_where_nothing_is_said():
    boxes = placed(tree("r", " a", "  1", "  2", "  3", " b", " c", " d"))
    assert [box.x > boxes[0].x for box in boxes[1:]] == [True] * 4 + [False] * 3


def test_short_branches_share_the_room_between_long_ones():
    leaves = [f"  {number}" for number in range(9)]
    topics = tree("r", " a", *leaves, " b", " c", " d", *leaves, side="right").topics
    topics = tuple(Topic(t.id, t.parent, t.text, side="right") for t in topics)
    boxes = placed(Map(topics))
    level = [box for box, topic in zip(boxes, topics, strict=True) if topic.parent == 0]
    steps = [after.y - before.y for before, after in pairwise(level)]
    assert steps == pytest.approx([steps[0]] * 3)


def test_the_authors_places_are_kept():
    places = [(0.0, 0.0), (300.0, -80.0), (-250.0, 40.0), (310.0, 90.0)]
    topics = tuple(Topic(str(n), -1 if n == 0 else 0, f"t{n}", position=place) for n, place in enumerate(places))
    report = Report()
    map = drawn(Map(topics), report=report)
    corners = [left_top(box_of(map, f"t{n}").path) for n in range(4)]
    x, y = corners[0]
    found = [(left - x, top - y) for left, top in corners]
    assert found == [pytest.approx(place) for place in places]
    assert not report.items


def test_places_too_close_for_our_boxes_are_moved_apart():
    places = [(0.0, 0.0), (70.0, -18.0), (70.0, 18.0)]
    topics = tuple(Topic(str(n), -1 if n == 0 else 0, "", position=place) for n, place in enumerate(places))
    boxes = [Box(60, 22), Box(60, 22), Box(60, 40)]
    assert lay_out(topics, boxes, [20.0] * 3)
    assert boxes[1].x / places[1][0] == pytest.approx(boxes[2].y / places[2][1])


def test_a_topic_without_a_place_stands_beside_its_parent():
    topics = [Topic(str(n), -1 if n == 0 else 0, "", position=(150.0 * (n > 0), 40.0 * n)) for n in range(20)]
    topics.append(Topic("last", 19, ""))
    boxes = placed(Map(tuple(topics)))
    assert boxes[20].x == boxes[19].right + 20
    assert boxes[20].y == boxes[19].y


@pytest.mark.parametrize(
    "place",
    [
        lambda n: (5.0, 5.0),
        lambda n: (1e9 * (n % 3 - 1), 1e9 * (n % 5 - 2)),
        lambda n: (1e6 * (n % 3 - 1), 1e6 * (n % 5 - 2)),
        lambda n: (math.nan, math.inf),
        lambda n: (1e308, -1e308),
    ],
    ids=["equal", "far", "less far", "nowhere", "at the end of numbers"],
)
@pytest.mark.parametrize("parent", [lambda n: (n - 1) // 6 if n else -1, lambda n: -1], ids=["tree", "roots"])
def test_places_that_make_no_sense_are_not_used(place, parent):
    map = Map(tuple(Topic(str(n), parent(n), f"t{n}", position=place(n)) for n in range(60)))
    report = Report()
    drawing = drawn(map, report=report)
    assert "laid out anew" in said(report)
    assert drawing.width < 6_000 > drawing.height


def test_trees_stand_where_their_roots_are_said_to_be():
    topics = (
        *(Topic("a", -1, "", position=(0.0, 0.0)), Topic("b", 0, ""), Topic("c", -1, "", position=(-400.0, 300.0))),
        Topic("d", 2, ""),
    )
    boxes = placed(Map(topics))
    assert (boxes[2].x - boxes[0].x, boxes[2].y - boxes[0].y) == (-400, 300)


def test_branches_that_are_folded_are_drawn_open_and_that_is_said():
    report = Report()
    map = drawn(Map((Topic("r", -1, "r", folded=True), Topic("a", 0, "a"))), report=report)
    assert texts(map) == ["r", "a"]
    assert "drawn open" in said(report)


# Maps that mean harm

HOSTILE = {
    "one chain": lambda n: n - 1,
    "one star": lambda n: 0 if n else -1,
    "only roots": lambda n: -1,
    "a comb": lambda n: n - 1 if n % 2 else max(n - 2, 0) if n else -1,
    "a tree": lambda n: (n - 1) // 6 if n else -1,
}


@pytest.mark.parametrize("parent", HOSTILE.values(), ids=HOSTILE)
def test_large_maps_take_work_by_their_topics_and_have_a_bounded_size(parent):
    def large(count: int) -> Map:
        return Map(tuple(Topic(str(n), parent(n), f"Topic {n}") for n in range(count)))

    drawing = drawn(large(5_000))
    assert 0 < drawing.width <= LARGEST
    assert 0 < drawing.height <= LARGEST
    assert len(texts(drawing)) == 5_000
    assert steps(lambda: drawn(large(2_000))) < 2.3 * steps(lambda: drawn(large(1_000)))


def test_that_a_map_had_to_be_made_smaller_is_said():
    report = Report()
    drawn(Map(tuple(Topic(str(n), n - 1, f"Topic {n}") for n in range(1_000))), report=report)
    assert "magnify" in said(report)


def test_more_topics_than_anybody_can_read_are_not_drawn_and_that_is_said():
    report = Report()
    topics = tuple(Topic(str(n), 0 if n else -1, "") for n in range(MAX_TOPICS + 1))
    assert drawn(Map(topics), report=report).parts == ()
    assert "only its outline" in said(report)
    assert report.losses == 1


def test_many_connectors_take_work_by_their_number():
    def connected(count: int, each: int) -> Map:
        topics = tuple(Topic(str(n), 0 if n else -1, f"Topic {n}") for n in range(count))
        ends = ((str(n % count), str(n * 7 % count)) for n in range(count * each))
        return Map(topics, tuple(Connector(*both, Edge("label", arrow=True)) for both in ends))

    drawing = drawn(connected(200, 15))
    assert max(drawing.width, drawing.height) < LARGEST
    # So few that the way of each is weighed.
    assert steps(lambda: drawn(connected(200, 2))) < 2.3 * steps(lambda: drawn(connected(100, 2)))


def test_more_connectors_than_anybody_can_follow_are_not_drawn_and_that_is_said(monkeypatch):
    def connected(count: int) -> Map:
        return Map(tree("r", " a").topics, tuple(Connector("0", "1", Edge("to")) for _ in range(count)))

    monkeypatch.setattr(map_drawing, "_MAX_CONNECTORS", 500)
    report = Report()
    assert texts(drawn(connected(501), report=report)).count("to") == 500
    assert "only the first of them" in said(report)
    assert report.losses == 0, "the outline has them"
    assert steps(lambda: drawn(connected(5_000))) < 1.1 * steps(lambda: drawn(connected(500)))


MUCH_TEXT = {
    "icons": lambda count: [Topic(str(n), 0 if n else -1, "a", icons=("😀",) * 100) for n in range(count)],
    "emoji": lambda count: [Topic(str(n), 0 if n else -1, "😀 🌍 " * 30) for n in range(count)],
    "scripts": lambda count: [Topic(str(n), 0 if n else -1, "aبक日א " * 20) for n in range(count)],
    "labels": lambda count: [
        Topic(str(n), 0 if n else -1, "a", edge=Edge("日本語 한국어 " * 10)) for n in range(count)
    ],
    "names": lambda count: [Topic(str(n), 0 if n else -1, "a", icons=("idea",) * 100) for n in range(count)],
}


@pytest.mark.parametrize("topics", MUCH_TEXT.values(), ids=MUCH_TEXT)
def test_text_of_all_topics_together_has_a_bound_and_that_is_said(monkeypatch, topics):
    map, report = Map(tuple(topics(400))), Report()
    unbounded = steps(lambda: drawn(map))
    monkeypatch.setattr(map_drawing, "MAX_EFFORT", 20_000)
    assert texts(drawn(map, report=report)).count("…") > 100
    assert "three dots" in said(report)
    assert report.losses == 0, "the outline has it"
    assert steps(lambda: drawn(map)) < unbounded / 3


USUAL = (
    "Word and " * 30,
    "größere Wörter " * 15,
    "слова и дела " * 20,
    "مرحبا بكم " * 6,
    "日本語文です",
    "한국어 문장 ",
    "😀🌍 idea",
)


@pytest.mark.parametrize("text", USUAL)
def test_a_map_of_as_many_topics_as_there_may_be_shows_what_one_usually_says(text):
    assert effort(text) * MAX_TOPICS <= MAX_EFFORT


def test_connectors_between_the_same_two_topics_do_not_reach_ever_further():
    drawing = drawn(Map(tree("r", " a").topics, tuple(Connector("0", "1") for _ in range(500))))
    assert max(drawing.width, drawing.height) < 1_000


# Text in boxes


@given(st.text(max_size=300), st.integers(20, 200))
@settings(max_examples=200)
def test_any_text_is_broken_into_lines_that_fit(text, limit):
    font = FONTS.font("sans")
    found = wrap(text, font, 10, limit)
    assert "".join("".join(found.texts).split()) == "".join(text.split())
    assert found.width <= limit * 1.25 + 25  # a cluster, or a space of another face, may be wider than it


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("", 100, []),
        ("one two", 200, ["one two"]),
        ("one\ntwo", 200, ["one", "two"]),
        ("one two three four", 80, ["one two", "three four"]),
        ("a well-known e-mail", 50, ["a well-", "known", "e-mail"]),
        ("日本語文、です", 44, ["日本語", "文、です"]),
        ("a 10\u00a0kg", 32, ["a", "10\u00a0kg"]),
    ],
)
def test_lines_end_where_they_may(text, limit, expected):
    assert wrap(text, FONTS.font("sans"), 10, limit).texts == expected


def test_lines_are_about_equally_long():
    found = wrap("a long title that needs more than one line of its box", FONTS.font("sans"), 10, 180)
    lengths = list(map(len, found.texts))
    assert len(lengths) == 2
    assert max(lengths) - min(lengths) < 6


@pytest.mark.parametrize(("text", "expected"), [("abc", False), ("שלום abc", True), ("abc שלום", False), ("", False)])
def test_text_begins_at_the_side_of_its_first_letter(text, expected):
    assert is_right_to_left(text) is expected
    if text:
        anchor = words(drawn(tree("r", " a", f"  {text}")))[2].anchor
        assert anchor == ("end" if expected else "start")


# On pages

A4 = PageArea(595.28, 841.89, Margins.even(70.0))


@pytest.mark.parametrize(
    ("size", "paper"),
    [
        ((700, 400), (841.89, 595.28)),
        ((400, 700), (595.28, 841.89)),
        ((300, 300), (595.28, 841.89)),
        ((1_500, 900), (841.89, 595.28)),
        ((1_600, 900), (1_656, 956)),
        ((900, 1_700), (956, 1_756)),
        ((14_000, 20), (14_056, 76)),
    ],
)
def test_a_drawing_has_a_page_on_which_it_can_be_read(size, paper):
    sheet = sheet_for(Drawing(*size, ()), A4)
    assert (sheet.width, sheet.height) == pytest.approx(paper)
    assert sheet.scale >= 0.5
    assert sheet.left >= 27.9
    assert sheet.left + size[0] * sheet.scale <= sheet.width - 27.9
    assert 27.9 <= sheet.top - size[1] * sheet.scale <= sheet.top <= sheet.height - 27.9


def test_a_drawing_that_suits_both_ways_is_turned_as_the_other_pages_are():
    assert sheet_for(Drawing(300, 300, ()), A4.turned()).width == 841.89


def pdf(map: Map, resources: dict[str, Resource] | None = None) -> bytes:
    """A file that has a map, and nothing else."""
    document = Document(map=map, sections=(Section(1, ("A",), "here"),), resources=resources or {})
    report, root = Report(), Element("Document", None)
    file = File(About("Map", language="en"))
    flow = Flow(file, A4, lambda *_: None, lambda *_: None)
    pictures = Pictures(file, document.resources, 500, report, FONTS)
    MapPages(document, file, flow, FONTS, pictures, report).write(map, root, A4.left, A4.width)
    flow.finish()
    return file.close([], root)


def test_a_small_map_stands_among_the_text_and_others_on_pages_of_their_own():
    small, large = tree("r", " a", " b"), tree("r", *(f" topic {n}" for n in range(200)))
    assert [page.get_size() for page in pdfium.PdfDocument(pdf(small))] == [pytest.approx((595.28, 841.89))]
    [page] = pdfium.PdfDocument(pdf(large))
    assert page.get_height() > 1_000


def test_the_words_of_a_map_can_be_searched_on_its_page():
    [page] = pdfium.PdfDocument(pdf(tree("Plan of the year", " Spring", " Summer")))
    shown = page.get_textpage().get_text_range()
    assert all(text in shown for text in ("Plan of the year", "Spring", "Summer"))


@pytest.mark.parametrize(
    ("url", "count"), [("https://example.org/ä", 1), ("#here", 1), ("#nowhere", 0), ("plan.pdf", 0), ("data:x", 0)]
)
def test_links_that_can_be_followed_are_links_on_the_page(url, count):
    with pikepdf.open(io.BytesIO(pdf(tree("r", " a", url=url)))) as file:
        assert len(file.pages[0].get("/Annots", [])) == count


def test_a_map_is_one_figure_that_says_what_it_is():
    with pikepdf.open(io.BytesIO(pdf(tree("Plan", " a")))) as file:
        figures = [
            each for each in file.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"
        ]
        assert [str(figure.Alt) for figure in figures] == ["Mind map: Plan, 2 topics"]


def test_pictures_of_both_kinds_are_on_the_page():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z" fill="#f00"/></svg>'
    resources = {"png": Resource("image/png", png(3, 2), 3, 2), "svg": Resource("image/svg+xml", svg)}
    map = Map((Topic("a", -1, "a", image="png"), Topic("b", 0, "", image="svg")))
    data = pdf(map, resources)
    with pikepdf.open(io.BytesIO(data)) as file:
        assert len(file.pages[0].get_images()) == 1
    [page] = pdfium.PdfDocument(data)
    assert (255, 0, 0) in {colour for _, colour in page.render(scale=1).to_pil().getcolors(1 << 20)}
