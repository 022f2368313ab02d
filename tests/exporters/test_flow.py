"""Flow: what stands on which page and where, notes at its foot, columns, and what surrounds the text."""

import io
import random
import re
from copy import replace
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
from counting import steps
from hypothesis import given, settings
from hypothesis import strategies as st
from painted import painted

from exporters.document import Section
from exporters.pages.contents import Contents
from exporters.pages.cover import Cover
from exporters.pages.file import File
from exporters.pages.flow import Area, Enough, Flow, Frame, Margins
from exporters.pages.furniture import FurnitureWriter, Running, Slots, Watermark, slots
from exporters.pages.inlines import Style, Text
from exporters.pages.lines import Line, align, break_lines, single_line
from exporters.pages.metadata import About
from exporters.pages.notes import Notes, Separator
from exporters.pages.pictures import Picture
from exporters.pages.rows import JoinedCell, JoinedRows, Row, Rule
from exporters.pages.tags import Element
from exporters.pages.theme import MODERN, THEMES
from exporters.toolbox.fonts import Fonts

SIZE, LEADING = 10.0, 15.0
STYLE = Style(Fonts(), SIZE)
SMALL = Area(300, 300, Margins.even(50))  # 13 lines of text
RULE = Rule(0.5, "0 0 0")


class Filled:
    """A file whose pages were filled, as others see it."""

    def __init__(self, write, area=SMALL, notes=None, header=None, footer=None, furniture=None, root=None, **options):
        self.file = File(About("Title", language="en"))
        self.area = area
        if furniture:
            surroundings = furniture(self.file)
            header, footer = surroundings.header, surroundings.footer
        self.notes = Notes(note_writer(notes), SEPARATOR) if notes else None
        nothing = lambda page, sheet: None  # noqa: E731
        self.flow = Flow(self.file, area, header or nothing, footer or nothing, self.notes, **options)
        try:
            write(self.flow)
            self.flow.finish()
        except Enough:
            self.is_cut = True
        else:
            self.is_cut = False
        if furniture:
            surroundings.finish(self.file.page_count)
        self.data = self.file.close([], root)
        self.pdf = pypdfium2.PdfDocument(self.data)
        self.objects = pikepdf.open(io.BytesIO(self.data))

    def __len__(self):
        return len(self.pdf)

    @property
    def pages(self) -> list[list[str]]:
        """The lines of each page, in reading order."""
        return [self.lines(number) for number in range(1, len(self) + 1)]

    def lines(self, number: int) -> list[str]:
        return self.pdf[number - 1].get_textpage().get_text_bounded().split("\r\n")

    def content(self, number: int) -> str:
        return self.objects.pages[number - 1].Contents.read_bytes().decode("latin-1")

    def place(self, text: str, number: int = 1) -> tuple[float, float]:
        """The left end and the bottom of the first such text on a page."""
        page = self.pdf[number - 1].get_textpage()
        index, _ = page.search(text, match_case=True).get_next()
        left, bottom, _, _ = page.get_charbox(index)
        return left, bottom

    def least(self, number: int) -> float:
        """The bottom of the lowest character of a page."""
        text = self.pdf[number - 1].get_textpage()
        return min(text.get_charbox(index)[1] for index in range(text.count_chars()))

    def rules(self, number: int) -> list[tuple[float, float]]:
        """Left ends and heights of the lines on a page."""
        return [each.points[0] for each in painted(self.objects.pages[number - 1]) if each.is_line]

    def boxes(self, number: int, colour: str) -> list[tuple[float, float, float, float]]:
        """Left, bottom, right and top of the boxes of a colour on a page."""
        return [each.bounds for each in painted(self.objects.pages[number - 1]) if each.fill == colour]


SEPARATOR = Separator(SMALL.left, 60, RULE, above=6, below=4, gap=3, leading=12)


def note_writer(notes):
    """Writes notes that are texts, or functions of a recorder."""

    def write(label, recorder):
        note = notes[label]
        if callable(note):
            note(recorder)
        else:
            for line in lines(note, leading=12):
                recorder.add(line)

    return write


def lines(text: str, width: float = SMALL.width, left: float = SMALL.left, leading: float = LEADING) -> list[Line]:
    """The lines of a text, in which [a] mentions the note a."""
    pieces = []
    for at, part in enumerate(re.split(r"\[(\w+)\]", text)):
        pieces.append(Text(part, replace(STYLE, note=part, rise=3.0, size=6.0) if at % 2 else STYLE))
    found = list(break_lines(pieces, width, leading))
    for line in found:
        align(line, left, width, None)
    return found


def numbered(*numbers: int) -> list[str]:
    return [f"line {number}" for number in numbers]


def adding(*texts: str, keep: bool = False):
    """Adds lines one by one; each is a line of its own."""

    def write(flow):
        for text in texts:
            for line in lines(text):
                line.keep = keep
                flow.add(line)

    return write


def row(*texts: str, width: float = SMALL.width) -> Row:
    each = width / len(texts)
    cells = [lines(text, each - 4, SMALL.left + at * each) for at, text in enumerate(texts)]
    return Row(cells, SMALL.left, width, 2, RULE)


def words(count: int, seed: int = 0) -> str:
    pool = ("river", "gauge", "rain", "snow", "bridge", "station", "observer")
    return " ".join(random.Random(seed).choices(pool, k=count))


def test_lines_fill_pages_from_the_top_to_the_margin():
    file = Filled(adding(*numbered(*range(30))))
    assert [len(page) for page in file.pages] == [13, 13, 4]
    assert file.lines(2) == numbered(*range(13, 26))
    assert file.place("line 0")[1] > SMALL.top - LEADING
    assert file.least(1) >= SMALL.bottom


# Notes


def test_a_note_stands_at_the_foot_of_the_page_that_mentions_it():
    file = Filled(adding("first", "second[a]", "third"), notes={"a": "A note."})
    assert file.lines(1) == ["first", "seconda", "third", "A note."]
    assert SMALL.bottom <= file.least(1) < SMALL.bottom + 5
    [(left, height)] = file.rules(1)
    assert left == SMALL.left
    assert file.place("A note.")[1] + 10 < height < file.place("A note.")[1] + 20


def test_notes_follow_each_other_in_the_order_of_their_mentions_and_only_once():
    text = adding("first[b]", "second[a] and[c]", "third[b][a]")
    file = Filled(text, notes={"a": "Note A.", "b": "Note B.", "c": "Note C."})
    assert file.lines(1)[3:] == ["Note B.", "Note A.", "Note C."]
    assert len(file.rules(1)) == 1


def test_without_mentions_there_is_no_rule():
    file = Filled(adding("first", "second"), notes={"a": "A note."})
    assert file.rules(1) == []


def test_text_ends_where_notes_begin():
    file = Filled(adding("line 0[a]", *numbered(*range(1, 20))), notes={"a": "A note."})
    assert file.lines(1) == ["line 0a", *numbered(*range(1, 11)), "A note."]  # 200 points less 25 hold 11 lines
    assert file.lines(2) == numbered(*range(11, 20))


def test_a_line_whose_note_finds_no_room_goes_to_the_next_page():
    file = Filled(adding(*numbered(*range(12)), "last[a]", "more"), notes={"a": "A note."})
    assert file.pages == [numbered(*range(12)), ["lasta", "more", "A note."]]


def test_a_short_note_is_not_parted():
    file = Filled(adding(*numbered(*range(10)), "last[a]"), notes={"a": words(8)})  # two lines, with room for one
    assert file.lines(1) == numbered(*range(10))
    assert file.lines(2) == ["lasta", *text_lines(words(8))]


def text_lines(text: str) -> list[str]:
    return [" ".join(run.text for run in line.runs).strip() for line in lines(text)]


def test_a_long_note_begins_where_it_is_mentioned_and_goes_on_before_new_notes():
    long = words(60)
    count = len(text_lines(long))
    assert count > 10
    file = Filled(adding(*numbered(*range(6)), "here[a]", "next[b]", "end"), notes={"a": long, "b": "Note B."})
    first = file.lines(1)
    assert first[:7] == [*numbered(*range(6)), "herea"]
    here = len(first) - 7
    assert here > 1
    assert first[7:] == text_lines(long)[:here]
    assert file.lines(2) == ["nextb", "end", *text_lines(long)[here:], "Note B."]
    assert all(file.least(number) >= SMALL.bottom for number in (1, 2))


def test_a_note_over_many_pages_leaves_room_for_text_on_each():
    file = Filled(adding("begin[a]", *numbered(*range(20))), notes={"a": words(250)})
    texts = [sum(line.startswith("line ") for line in page) for page in file.pages]
    assert texts[1:3] == [3, 3]  # a quarter of 13 lines


def test_what_is_kept_together_goes_with_its_notes():
    def write(flow):
        adding(*numbered(*range(9)))(flow)
        adding("heading[a]", keep=True)(flow)
        adding("text[b]")(flow)

    file = Filled(write, notes={"a": "Note A.", "b": "Note B."})
    assert file.pages == [numbered(*range(9)), ["headinga", "textb", "Note A.", "Note B."]]


def test_a_note_may_mention_others_and_itself():
    notes = {"a": "Note A[b], [a].", "b": "Note B[c].", "c": "Note C[a]."}
    file = Filled(adding("text[a]"), notes=notes)
    assert re.sub(r"\s", "", "".join(file.lines(1))) == "textaNoteAb,a.NoteBc.NoteCa."


def test_rows_have_their_notes_below_them_and_repeated_heads_only_once():
    def write(flow):
        head = row("head[h]", "head")
        head.keep = True
        flow.open(Frame(SMALL.left, SMALL.width, repeated=head))
        flow.add(head)
        for number in range(20):
            flow.add(row(f"cell {number}", "mentions[a]" if number == 15 else "x"))
        flow.close()

    file = Filled(write, notes={"a": "Note A.", "h": "Note H."})
    assert file.lines(1)[-1] == "Note H."
    assert file.lines(2)[-1] == "Note A."
    assert sum(page.count("Note H.") for page in file.pages) == 1


def test_a_row_that_mentions_more_notes_than_a_page_holds():
    notes = {f"n{number}": f"Note {number}." for number in range(60)}
    file = Filled(lambda flow: flow.add(row("".join(f"x[{label}] " for label in notes))), notes=notes)
    found = [line for page in file.pages for line in page if line.startswith("Note")]
    assert found == list(notes.values())
    assert len(file) < 8


def test_a_note_of_several_blocks_keeps_its_frame_over_pages():
    def note(recorder):
        recorder.marker(lines("*", left=40)[0].draw)
        adding("before")(recorder)
        recorder.space(5)
        recorder.open(Frame(SMALL.left, SMALL.width, fill="0.9 0.9 0.9", padding=4))
        adding(*(f"code {number}" for number in range(18)))(recorder)
        recorder.close()
        recorder.space(5)
        adding("after")(recorder)

    file = Filled(adding("text[a]"), notes={"a": note})
    assert len(file) == 2
    assert [file.content(number).count("0.9 0.9 0.9 rg") for number in (1, 2)] == [1, 1]
    assert file.lines(2)[-1] == "after"
    assert file.lines(1)[:2] == ["texta", "* before"]


@pytest.mark.parametrize("count", [1, 5])
def test_notes_that_are_longer_than_the_text_come_to_an_end(count):
    notes = {f"n{number}": words(400, number) for number in range(count)}
    file = Filled(adding(*(f"text[{label}]" for label in notes)), notes=notes)
    found = " ".join(line for page in file.pages for line in page if not line.startswith("text"))
    assert found == " ".join(notes.values())
    total = sum(len(text_lines(note)) for note in notes.values())
    assert len(file) <= total / 12 + count + 1


def test_a_picture_in_a_note_that_fills_a_page():
    def note(recorder):
        recorder.add(Line([], [(0, Block(190))], 0, 12))
        adding("after")(recorder)

    text = adding("a[a]", "b[b]", *numbered(*range(20)))
    file = Filled(text, notes={"a": note, "b": "Note B."})
    assert sum(page.count("Note B.") for page in file.pages) == 1
    assert len(file) <= 5


class Block:
    """A drawing that is nothing but high."""

    def __init__(self, height):
        self.height = height

    def draw(self, page, left, baseline):
        pass


def test_many_notes_take_work_that_grows_with_them():
    def taken(count):
        notes = {f"n{number}": words(30, number) for number in range(count)}
        return steps(lambda: Filled(adding(*(f"text[{label}]" for label in notes)), notes=notes))

    taken(20)  # what is only done once
    assert taken(400) < 2.3 * taken(200)


# Columns, sides, sizes


TWO_COLUMNS = Area(300, 300, Margins.even(50), columns=2, column_gap=20)


def test_columns_are_filled_one_after_the_other():
    file = Filled(adding(*numbered(*range(30))), TWO_COLUMNS)
    assert file.pages == [numbered(*range(26)), numbered(*range(26, 30))]
    assert TWO_COLUMNS.column_width == 90
    assert file.place("line 13")[0] - file.place("line 0")[0] == pytest.approx(110, abs=1)
    assert file.place("line 13")[1] == pytest.approx(file.place("line 0")[1], abs=0.1)


def test_notes_stand_below_their_column():
    text = adding("line 0[a]", *numbered(*range(1, 15)), "here[b]")
    file = Filled(text, TWO_COLUMNS, notes={"a": "Note A.", "b": "Note B."})
    assert file.place("Note B.")[0] - file.place("Note A.")[0] == pytest.approx(110, abs=1)
    assert file.place("Note B.")[1] == pytest.approx(file.place("Note A.")[1], abs=0.1)
    assert [left for left, _ in file.rules(1)] == [50, 160]


def test_what_is_spread_stands_above_all_columns():
    def write(flow):
        flow.spread(True)
        adding("the title")(flow)
        flow.space(10)
        flow.spread(False)
        adding(*numbered(*range(40)))(flow)

    file = Filled(write, TWO_COLUMNS)
    tops = [file.place(text)[1] for text in ("the title", "line 0", "line 11")]
    assert tops[0] - tops[1] == pytest.approx(25, abs=1)
    assert tops[1] == tops[2]
    assert file.lines(2) == numbered(*range(22, 40))


@pytest.mark.parametrize(("before", "pages"), [(3, 1), (25, 2)])
def test_what_is_spread_begins_a_page_where_there_is_text_in_the_second_column(before, pages):
    def write(flow):
        adding(*numbered(*range(before)))(flow)
        flow.spread(True)
        adding("wide")(flow)
        flow.spread(False)
        adding("after")(flow)

    file = Filled(write, TWO_COLUMNS)
    assert len(file) == pages
    assert file.lines(pages)[-2:] == ["wide", "after"]
    assert file.place("after", pages)[1] < file.place("wide", pages)[1]


def test_frames_and_links_move_with_their_column():
    def write(flow):
        flow.open(Frame(SMALL.left, 90, fill="0.9 0.9 0.9", padding=5))
        for text in numbered(*range(20)):
            [line] = [*break_lines([Text(text, replace(STYLE, target="https://example.org/"))], 90, LEADING)]
            line.left = SMALL.left
            flow.add(line)
        flow.close()

    file = Filled(write, TWO_COLUMNS)
    boxes = file.boxes(1, "0.9 0.9 0.9")
    assert [(left, right) for left, _, right, _ in boxes] == [(50, 140), (160, 250)]
    assert all(bottom >= SMALL.bottom for _, bottom, _, _ in boxes)
    lefts = [float(link.Rect[0]) for link in file.objects.pages[0].Annots]
    assert lefts == [50] * 12 + [160] * 8


TWO_SIDED = Area(300, 300, Margins(70, 30, 50, 50), is_two_sided=True)


def test_left_pages_have_their_inner_margin_at_the_right():
    text = lines("xxxx", left=TWO_SIDED.left)
    file = Filled(lambda flow: [flow.add(text[0]) for _ in range(30)], TWO_SIDED)
    assert [round(file.place("x", number)[0]) for number in (1, 2, 3)] == [70, 30, 70]


def test_destinations_know_which_side_they_are_on():
    def write(flow):
        adding(*numbered(*range(13)))(flow)
        flow.destination("there", TWO_SIDED.left)
        adding("there")(flow)

    file = Filled(write, TWO_SIDED)
    [_, place] = file.objects.Root.Names.Dests.Names
    assert (file.objects.pages.index(pikepdf.Page(place[0])), float(place[2])) == (1, 30)


def test_binding_widens_the_inner_margin():
    assert Area(300, 300, Margins.even(50, binding=10)).width == 190


def test_turned_pages_stand_between_others_and_take_along_what_is_kept():
    tall = Area(300, 400, Margins.even(50))
    seen = []

    def write(flow):
        adding("text")(flow)
        adding("heading", keep=True)(flow)
        flow.turn(landscape=True)
        seen.append((flow.area.width, flow.area.height))
        adding("wide")(flow)
        flow.turn(landscape=True)
        adding("still wide")(flow)
        flow.turn(landscape=False)
        flow.turn(landscape=False)
        adding("after")(flow)

    file = Filled(write, tall)
    assert file.pages == [["text"], ["heading", "wide", "still wide"], ["after"]]
    assert [page.get_size() for page in file.pdf] == [(300, 400), (400, 300), (300, 400)]
    assert seen == [(300, 200)]


def test_pages_in_landscape_format_are_not_turned():
    def write(flow):
        flow.turn(landscape=True)
        adding("wide")(flow)

    assert [page.get_size() for page in Filled(write, Area(400, 300, Margins.even(50))).pdf] == [(400, 300)]


def test_a_page_of_its_own_size_shows_only_what_is_drawn():
    def write(flow):
        adding("before")(flow)
        flow.destination("map", 0)
        flow.page_of_size(1000, 500, lambda page: single_line("drawn", STYLE).draw_at(page, 100))
        adding("after")(flow)
        flow.page_of_size(100, 100, lambda page: None)

    file = Filled(write, header=lambda page, sheet: single_line(f"page {sheet.number}", STYLE).draw_at(page, 280))
    assert file.pages == [["page 1", "before"], ["drawn"], ["page 3", "after"], [""]]
    assert [page.get_size() for page in file.pdf] == [(300, 300), (1000, 500), (300, 300), (100, 100)]
    [_, place] = file.objects.Root.Names.Dests.Names
    assert file.objects.pages.index(pikepdf.Page(place[0])) == 1


def test_the_first_page_can_have_its_own_size():
    file = Filled(lambda flow: flow.page_of_size(100, 100, lambda page: None))
    assert [page.get_size() for page in file.pdf] == [(100, 100)]


# Pages that run from right to left


def test_pages_are_mirrored_where_text_runs_from_right_to_left():
    area = Area(300, 300, Margins(70, 30, 50, 50), is_two_sided=True, columns=2, column_gap=20)

    def write(flow):
        flow.open(Frame(area.left, area.column_width, bar="0.5 0 0", bar_width=3, padding=2))
        for text in numbered(*range(40)):
            [line] = lines(text, area.column_width, area.left)
            align(line, area.left, area.column_width, "right")
            flow.add(line)
        flow.close()

    file = Filled(write, area, is_rtl=True)
    bars = [[left for left, _, _, _ in file.boxes(number, "0.5 0 0")] for number in (1, 2)]
    assert bars == [[227, 117], [267, 157]]  # of the first page, the inner margin is at the right
    assert file.place("line 0")[0] > 190 > file.place("line 39", 2)[0] or len(file) == 2


# What surrounds the text


WIDE = Area(400, 300, Margins.even(50))
VALUES = {"title": "The title", "author": "Ada", "date": "2024-02-29"}


def furnished(write, running, area=WIDE, **options) -> Filled:
    return Filled(write, area, furniture=lambda file: FurnitureWriter(file, STYLE, running, VALUES, **options))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", Slots()),
        ("{title}", Slots("{title}")),
        ("a | b", Slots("a", "", "b")),
        ("|{page}|", Slots("", "{page}", "")),
        ("a|b|c|d", Slots("a", "b", "c|d")),
    ],
)
def test_slots_are_written_with_bars_between(written, expected):
    assert slots(written) == expected


def test_slots_stand_at_both_sides_and_in_the_middle():
    running = Running(foot=Slots("left", "middle", "right"))
    file = furnished(adding("text"), running)
    assert file.lines(1) == ["text", "left middle right"]
    page = file.pdf[0].get_textpage()
    edges = {}
    for text in ("left", "middle", "right"):
        index, count = page.search(text).get_next()
        edges[text] = (page.get_charbox(index)[0], page.get_charbox(index + count - 1)[2])
    assert edges["left"][0] == pytest.approx(50, abs=1)
    assert sum(edges["middle"]) / 2 == pytest.approx(200, abs=1)
    assert edges["right"][1] == pytest.approx(350, abs=1)


def test_placeholders_are_filled_and_other_braces_are_text():
    running = Running(foot=Slots("{title} – {author}", "", "{date} {no} {page} {} {pages}"))
    file = furnished(adding(*numbered(*range(20))), running)
    assert [" ".join(page[13 if number < 2 else 7 :]) for number, page in enumerate(file.pages, 1)] == [
        "The title – Ada 2024-02-29 {no} 1 {} 2",
        "The title – Ada 2024-02-29 {no} 2 {} 2",
    ]


def test_what_is_put_in_is_not_read_again():
    running = Running(foot=Slots("{title}", "", "{page}"))
    values = {"title": "{page}\n{pages}\0"}
    file = Filled(adding("x"), furniture=lambda file: FurnitureWriter(file, STYLE, running, values))
    assert " ".join(file.lines(1)) == "x {page} {pages} 1"


@pytest.mark.parametrize("expected", [1, 100, 10_000])
@pytest.mark.parametrize("is_rtl", [False, True])
def test_the_count_of_pages_stands_beside_the_page_whatever_was_expected(expected, is_rtl):
    for where in (Slots("{page} / {pages}"), Slots("", "{page} / {pages}"), Slots("", "", "{page} / {pages}")):
        running = Running(foot=where)
        file = Filled(
            adding(*numbered(*range(13 * 12))),
            WIDE,
            is_rtl=is_rtl,
            furniture=lambda file, running=running: FurnitureWriter(
                file, STYLE, running, {}, expected=expected, is_rtl=is_rtl
            ),
        )
        page = file.pdf[6].get_textpage()
        [count] = [x for x in file.pdf[6].get_objects() if isinstance(x, pypdfium2.PdfObject) and x.type == 5]
        left, _, right, _ = count.get_bounds()
        index, _ = page.search("/ 7" if is_rtl else "7 /").get_next()
        gap = page.get_charbox(index)[0] - right if is_rtl else left - page.get_charbox(index + 2)[2]
        assert 0 < gap < 6


def test_words_that_are_too_long_are_cut_and_nothing_overlaps():
    long = "{title} " * 30
    running = Running(head=Slots(long, "", "x" * 300), foot=Slots(long, "{author}", long))
    file = furnished(adding(*numbered(*range(20))), running)
    page = file.pdf[1].get_textpage()
    text = page.get_text_bounded()
    assert text.count("…") == 4
    for row in (text.split("\r\n")[0], text.split("\r\n")[-1]):
        index, count = page.search(row).get_next()
        boxes = [page.get_charbox(at) for at in range(index, index + count) if page.get_text_range(at, 1) != " "]
        assert all(before[2] <= after[0] + 1 for before, after in pairwise(boxes))
        assert boxes[-1][2] <= 351


@pytest.mark.parametrize(
    ("foot", "said"),
    [
        (Slots("{title}", "middle " * 30, "Page {page} of {pages}"), r"The title (middle )+mid\w*… Page 1 of 1"),
        (Slots("{page}", "{title} " * 20), r"1 (The title ){3,}.*…"),
        (Slots("{title}", "{title} " * 20), r"The title The title .*…"),
        (Slots("{title} " * 9, "{page} / {pages}", "{author} " * 30), r"The .*… 1 / 1 Ada .*…"),
        (Slots("{title}", "middle", "{author} " * 12 + "{page}"), r"The… (Ada ){12}1"),
        (Slots("{author} " * 9 + "{page}", "", "{title} " * 12), r"(Ada ){9}1 The .*…"),
    ],
)
def test_page_numbers_are_whole_whatever_stands_beside_them(foot, said):
    lines = furnished(adding("x"), Running(foot=foot)).lines(1)
    assert re.fullmatch(said, " ".join(lines[1:]))


def chapters(flow):
    for chapter in range(1, 4):
        flow.mark(f"Chapter {chapter}", 1)
        adding(f"begin {chapter}", *numbered(*range(5)))(flow)
        flow.mark(f"Part {chapter}", 2)
        adding(*numbered(*range(5, 20)))(flow)


def test_heads_name_the_section_at_the_top_of_their_page():
    file = furnished(chapters, Running(head=Slots("<{section}>"), first_head=Slots("first")))
    assert [page[0] for page in file.pages] == ["first", "<Chapter 1>", "<Chapter 2>", "<Chapter 2>", "<Chapter 3>"]


def test_pages_on_which_a_chapter_begins_have_no_head():
    def write(flow):
        adding(*numbered(*range(13)))(flow)
        flow.mark("Chapter", 1)
        adding("begin", *numbered(*range(20)))(flow)

    file = furnished(write, Running(head=Slots("<{section}>"), foot=Slots("{section}")))
    assert [page[0] for page in file.pages] == ["line 0", "begin", "<Chapter>"]
    assert [page[-1] for page in file.pages] == ["", "Chapter", "Chapter"] or file.lines(2)[-1] == "Chapter"


def test_left_pages_have_slots_of_their_own_or_mirrored_ones():
    area = Area(400, 300, Margins(70, 30, 50, 50), is_two_sided=True)
    mirrored = furnished(adding(*numbered(*range(30))), Running(foot=Slots("{title}", "", "{page}")), area)
    feet = [re.sub(r" |line \d\d", "", page[-1]) for page in mirrored.pages]
    assert feet == ["Thetitle1", "2Thetitle", "Thetitle3"]
    own = Running(foot=Slots("right {page}"), left_foot=Slots("left {page}"), first_foot=Slots("first"))
    assert [page[-1] for page in furnished(adding(*numbered(*range(30))), own, area).pages] == [
        "first",
        "left 2",
        "right 3",
    ]
    assert mirrored.place("The", 2)[0] > 250 > mirrored.place("The", 3)[0]


def test_a_rule_stands_below_heads_only():
    running = Running(head=Slots("{title}"), rule="0.5 0.5 0.5")
    file = furnished(adding(*numbered(*range(20))), running)
    assert [len(file.rules(number)) for number in (1, 2)] == [0, 1]


def test_furniture_is_not_part_of_the_text():
    file = furnished(adding("x"), Running(first_head=Slots("{title}"), foot=Slots("{page} / {pages}")))
    kinds = file.objects.pages[0].Resources.Properties
    marked = re.findall(r"/Artifact (/\w+) BDC", file.content(1))
    assert [str(kinds[name].Subtype) for name in marked] == ["/Header", "/Footer", "/Footer"]


@pytest.mark.parametrize("is_picture", [False, True])
def test_a_watermark_lies_behind_the_text_of_every_page(is_picture):
    def write(flow):
        adding(*numbered(*range(20)))(flow)
        flow.turn(landscape=True)
        adding("wide")(flow)

    def furniture(file):
        shown = "DRAFT"
        if is_picture:
            name = file.add_image(
                b"\x80", {"Width": 1, "Height": 1, "ColorSpace": "/DeviceGray", "BitsPerComponent": 8}
            )
            shown = Picture(name, 10, 10, 100, 1)
        return FurnitureWriter(file, STYLE, Running(), {}, watermark=Watermark(file, shown, STYLE))

    area = Area(300, 300.5, Margins(70, 30, 50, 50), is_two_sided=True)
    file = Filled(write, area, furniture=furniture)
    assert [file.content(number).splitlines()[0].count(" Do Q") for number in (1, 2, 3)] == [1, 1, 1]
    assert len({file.content(number).split("/")[2].split()[0] for number in (1, 2, 3)}) == 2  # one for each size
    for number in (1, 2, 3):
        [form] = [each for each in file.pdf[number - 1].get_objects(max_depth=1) if each.type == 5]
        left, bottom, right, top = form.get_bounds()
        width, height = file.pdf[number - 1].get_size()
        assert (left + right) / 2 == pytest.approx(width / 2, abs=8)
        assert (bottom + top) / 2 == pytest.approx(height / 2, abs=8)


def test_a_watermark_of_any_length_stays_on_the_page():
    for text in ("x", "STRICTLY CONFIDENTIAL " * 20, "草稿", ""):
        file = Filled(
            adding("text"),
            furniture=lambda file, text=text: FurnitureWriter(
                file, STYLE, Running(), {}, watermark=Watermark(file, text, STYLE)
            ),
        )
        for form in file.pdf[0].get_objects(max_depth=1):
            if form.type == 5:
                left, _, right, _ = form.get_bounds()
                assert left >= 0
                assert right <= 300


def kids(element) -> list:
    """What an element of the structure consists of."""
    return list(element.K) if isinstance(element.K, pikepdf.Array) else [element.K]


# Contents


def contents(sections, is_rtl=False) -> Filled:
    root = Element("Document", None)

    def write(flow):
        flow.draw_later(True)
        Contents(flow._file, flow, WIDE.left, WIDE.width, STYLE, root).write(sections)
        flow.draw_later(False)
        for _, section in sections:
            flow.destination(section.id, WIDE.left)
            adding("text")(flow)

    return Filled(write, WIDE, is_rtl=is_rtl, root=root)


def section(number: int, words: str) -> Section:
    return Section(1, (words,), f"s{number}")


def test_entries_wrap_and_lead_to_numbers_at_the_right():
    file = contents(
        [(0, section(0, "First")), (1, section(1, "A heading of many words " * 5)), (5, section(2, "Deep"))]
    )
    assert len(file.lines(1)) == 5
    assert file.lines(1)[0] == "First 2"
    assert file.lines(1)[3].endswith("words 2")
    assert file.content(1).count("[0 5.00] 0 d") == 3
    assert file.place("First")[0] < file.place("A heading")[0] < file.place("Deep")[0]


def test_entries_are_links_in_the_structure():
    file = contents([(0, section(0, "First")), (1, section(1, "Second"))])

    [document] = kids(file.objects.Root.StructTreeRoot)
    [toc] = kids(document)
    assert toc.S == "/TOC"
    for entry in kids(toc):
        [reference] = kids(entry)
        [link] = kids(reference)
        assert (entry.S, reference.S, link.S) == ("/TOCI", "/Reference", "/Link")
        assert any("/Obj" in kid for kid in kids(link) if isinstance(kid, pikepdf.Dictionary))
    assert [str(link.Contents) for link in file.objects.pages[0].Annots] == ["First", "Second"]


def test_contents_are_mirrored():
    file = contents([(0, section(0, "ראשון")), (1, section(1, "שני"))], is_rtl=True)
    page = file.pdf[0].get_textpage()
    digits = [page.get_charbox(at)[0] for at in range(page.count_chars()) if page.get_text_range(at, 1) == "2"]
    assert digits == [pytest.approx(50, abs=1)] * 2
    boxes = [page.get_charbox(at)[2] for at in range(page.count_chars())]
    assert max(boxes) == pytest.approx(350, abs=1)


# The cover


def covered(theme=MODERN, size=(420, 595), is_rtl=False, **said) -> Filled:
    root = Element("Document", None)
    area = Area(*size, Margins.even(50))

    def write(flow):
        style = Style(STYLE.fonts, SIZE, theme, theme.text_family, colour=theme.ink)
        cover = Cover(area, style, root, is_rtl=is_rtl, **said)
        flow.page_of_size(*size, cover.draw)

    return Filled(write, area, is_rtl=is_rtl, root=root)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_a_cover_says_title_subtitle_authors_and_date(theme):
    said = {"title": "The title", "subtitle": "And more", "authors": ("Ada", "Grace"), "date": "2024"}
    file = covered(theme, **said)
    assert file.lines(1) == ["The title", "And more", "Ada", "Grace", "2024"]
    assert theme.accent in file.content(1)
    [document] = kids(file.objects.Root.StructTreeRoot)
    assert [element.S for element in kids(document)][:2] == ["/Title", "/P"]


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("size", [(200, 200), (298, 420), (842, 595), (2000, 300)])
@pytest.mark.parametrize(
    "title", ["", "x", "W" * 400, "many words " * 60, "Grundstücksverkehrsgenehmigungszuständigkeit"]
)
def test_whatever_a_cover_says_stands_on_the_page(theme, size, title):
    file = covered(theme, size, title=title, subtitle=title, authors=("Ada",) * 40, date="2024")
    page = file.pdf[0].get_textpage()
    boxes = [page.get_charbox(at) for at in range(page.count_chars())]
    assert boxes or title != "x"
    if not boxes:
        return
    edge = min(45, min(size) * 0.14)  # of small paper, a cover leaves less empty
    assert min(box[0] for box in boxes) >= edge
    assert max(box[2] for box in boxes) <= size[0] - edge + 3
    assert max(box[3] for box in boxes) <= size[1] - edge
    assert min(box[1] for box in boxes) >= edge


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("size", [(595, 420), (420, 298), (298, 420)])
def test_a_long_subtitle_is_made_smaller_before_it_is_cut(theme, size):
    subtitle = "How we measure rain, rivers and snow, and why anybody should believe us, with many words besides"
    title = "Field Handbook of the River Watch"
    file = covered(theme, size, title=title, subtitle=subtitle, authors=("Ada",), date="1")
    assert subtitle in " ".join(file.lines(1))
    assert file.lines(1)[-2:] == ["Ada", "1"]


def test_a_cover_begins_at_the_right_where_text_does():
    file = covered(is_rtl=True, title="دليل", authors=("Ada",), date="2024")
    page = file.pdf[0].get_textpage()
    index, count = page.search("2024").get_next()
    assert page.get_charbox(index + count - 1)[2] == pytest.approx(370, abs=1)


# Only some of the pages


@pytest.mark.parametrize("notes", [None, {"a": words(100)}])
def test_no_more_is_laid_out_than_is_asked_for(notes):
    asked = []

    def write(flow):
        adding("begin[a]" if notes else "begin")(flow)
        for number in range(1_000):
            asked.append(number)
            adding(f"line {number}")(flow)

    whole = Filled(write, notes=notes)
    asked.clear()
    file = Filled(write, notes=notes, last_page=2)
    assert len(file) == 2
    assert len(asked) < 30
    assert file.is_cut
    assert file.pages == whole.pages[:2]


def test_a_file_that_is_shorter_than_what_is_asked_for_is_not_cut():
    file = Filled(adding("x"), last_page=1)
    assert (len(file), file.is_cut) == (1, False)


def test_pages_that_wait_for_others_are_drawn_all_the_same():
    def write(flow):
        flow.draw_later(True)
        adding("contents")(flow)
        flow.draw_later(False)
        adding(*numbered(*range(20)))(flow)

    file = Filled(write, last_page=1)
    assert file.lines(1) == ["contents"]


# What is kept together


@pytest.mark.parametrize("columns", [2, 3])
def test_a_heading_stays_with_its_text_where_no_column_of_the_page_has_room(columns):
    def write(flow):
        flow.spread(True)
        adding(*numbered(*range(11)))(flow)
        flow.spread(False)
        adding("heading", keep=True)(flow)
        flow.together(2)
        adding("one", "two")(flow)

    file = Filled(write, replace(TWO_COLUMNS, columns=columns))
    assert file.pages == [numbered(*range(11)), ["heading", "one", "two"]]


def test_what_is_kept_and_higher_than_any_column_comes_to_an_end():
    def write(flow):
        flow.spread(True)
        adding("wide")(flow)
        flow.spread(False)
        adding("heading", keep=True)(flow)
        flow.add(Line([], [(0, Block(400))], 0, LEADING))
        adding("after")(flow)

    assert Filled(write, TWO_COLUMNS).pages == [["wide"], ["heading"], ["after"]]


def test_a_heading_stays_with_two_lines():
    def write(flow):
        adding(*numbered(*range(11)))(flow)
        adding("heading", keep=True)(flow)
        flow.together(2)
        adding("one", "two")(flow)

    assert Filled(write).pages == [numbered(*range(11)), ["heading", "one", "two"]]


def test_a_frame_ends_within_the_margins():
    def write(flow):
        flow.open(Frame(SMALL.left, SMALL.width, fill="0.9 0.9 0.9", padding=8))
        adding(*numbered(*range(30)))(flow)
        flow.close()

    file = Filled(write)
    for number in range(1, len(file) + 1):
        [(_, bottom, _, top)] = file.boxes(number, "0.9 0.9 0.9")
        assert bottom >= SMALL.bottom
        assert top <= SMALL.top


# Rows


def test_a_row_is_not_parted_if_it_is_not_high():
    def write(flow):
        adding(*numbered(*range(10)))(flow)
        flow.add(row("a", "b " * 60))  # 4 lines

    assert Filled(write).lines(1) == numbered(*range(10))


def joined(*rows) -> JoinedRows:
    """Of two columns; each row is (text, rows it reaches over), … with None for what is reached over."""
    width = SMALL.width / 2
    made = []
    for each in rows:
        cells = []
        for at, cell in enumerate(each):
            if cell:
                text, reach = cell
                left = SMALL.left + at * width
                cells.append(JoinedCell(left, left + width, lines(text, width - 4, left), reach))
        made.append(cells)
    return JoinedRows(made, SMALL.left, SMALL.left + SMALL.width, 2, RULE)


def test_a_cell_over_rows_that_is_longer_than_a_page_fills_the_page_it_begins_on():
    long = words(200)

    def write(flow):
        adding(*numbered(*range(5)))(flow)
        flow.add(joined([(long, 2), ("first", 1)], [None, ("second", 1)]))

    file = Filled(write)
    assert len(file.lines(1)) > 10
    assert {"first", "second"} <= set(" ".join(file.lines(1)).split())
    assert " ".join(" ".join(page) for page in file.pages).replace("first ", "").replace("second ", "").endswith(long)
    assert all(file.least(number) >= SMALL.bottom for number in range(1, len(file) + 1))


def test_rows_that_a_cell_joins_part_between_two_of_them():
    rows = [[("joining", 30), ("row 0", 1)], *([None, (f"row {number}", 1)] for number in range(1, 30))]

    def write(flow):
        adding(*numbered(*range(5)))(flow)
        flow.add(joined(*rows))

    file = Filled(write)
    found = [line.removeprefix("joining ") for page in file.pages for line in page if "row" in line]
    assert sorted(found) == sorted(f"row {number}" for number in range(30))
    assert "row 4" in " ".join(file.lines(1))
    assert all(file.least(number) >= SMALL.bottom for number in range(1, len(file) + 1))


@settings(max_examples=80)
@given(
    st.lists(
        st.tuples(
            st.tuples(st.integers(0, 60), st.integers(1, 4)),
            st.integers(0, 60),
            st.booleans(),
        ),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 12),
)
def test_joined_rows_keep_every_word_on_pages_that_end_at_the_margin(shape, before):
    rows, reached = [], 0
    expected = before
    for at, ((left, reach), right, _) in enumerate(shape):
        reach = min(reach, len(shape) - at)
        cell = None if reached else ("l " * left, reach)
        reached = (reached or reach) - 1
        rows.append([cell, ("r " * right, 1)])
        expected += right + (left if cell else 0)

    def write(flow):
        adding(*["b"] * before)(flow)
        flow.add(joined(*rows))

    file = Filled(write)
    assert len(re.findall("[blr]", " ".join(" ".join(page) for page in file.pages))) == expected
    for number in range(1, len(file) + 1):
        if file.lines(number) != [""]:
            assert file.least(number) >= SMALL.bottom


# Any document


@settings(max_examples=150)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("line"), st.lists(st.sampled_from("abcde"), max_size=2), st.booleans()),
            st.tuples(st.just("space"), st.floats(0, 60)),
            st.tuples(st.just("row"), st.lists(st.sampled_from("abcde"), max_size=3), st.integers(1, 20)),
            st.tuples(st.just("open"), st.floats(0, 10)),
            st.tuples(st.just("close")),
            st.tuples(st.just("high"), st.floats(20, 150)),
        ),
        max_size=40,
    ),
    st.dictionaries(st.sampled_from("abcde"), st.tuples(st.integers(1, 40), st.sampled_from("abcde-"))),
    st.integers(1, 2),
)
def test_whatever_is_added_stands_between_the_margins_once(steps, notes, columns):
    area = replace(SMALL, columns=columns, column_gap=10.0)
    expected = []
    mentioned = set()

    def noted(labels):
        return "".join(f"[{label}]" for label in labels if label in notes)

    def note(label):
        length, other = notes[label]
        return adding(*(f"N{label}{number}{noted(other) if number == 2 else ''}" for number in range(length)))

    def write(flow):
        depth = 0
        for number, step in enumerate(steps):
            match step:
                case ("line", labels, keep):
                    expected.append(f"T{number}")
                    mentioned.update(labels)
                    adding(f"T{number} {noted(labels)}", keep=keep)(flow)
                case ("space", height):
                    flow.space(height)
                case ("row", labels, count):
                    expected.append(f"T{number}")
                    mentioned.update(labels)
                    flow.add(row(f"T{number} " + "x " * count, f"x{noted(labels)}", width=area.column_width))
                case ("open", padding):
                    flow.open(Frame(area.left, area.column_width, fill="0.9 0.9 0.9", padding=padding))
                    depth += 1
                case ("close",) if depth:
                    flow.close()
                    depth -= 1
                case ("high", height):
                    flow.add(Line([], [(0, Block(height))], 0, LEADING))
        for _ in range(depth):
            flow.close()

    file = Filled(write, area, notes={label: note(label) for label in notes} or None)
    found = " ".join(" ".join(page) for page in file.pages)
    assert re.findall(r"T\d+", found) == expected
    for label in "abcde" * 5:
        if label in mentioned and label in notes and notes[label][0] > 2:
            mentioned.add(notes[label][1])
    for label in mentioned & notes.keys():
        assert re.findall(rf"N{label}\d+", re.sub(r"(N\w\d+)[a-e]", r"\1", found)) == [
            f"N{label}{number}" for number in range(notes[label][0])
        ]
    for number in range(1, len(file) + 1):
        if file.lines(number) != [""]:
            assert file.least(number) >= SMALL.bottom - 0.1
