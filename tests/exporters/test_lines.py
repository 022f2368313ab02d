"""Lines: where they end, how they are filled, and in which order their words stand."""

import itertools
import random
import re
from copy import replace

import bidi as theirs
import pypdfium2
import pytest
from counting import steps
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.pages.file import File
from exporters.pages.inlines import BREAK, Style, Text
from exporters.pages.lines import RAGGED, Line, Setting, align, break_lines, measure, single_line
from exporters.pages.metadata import About
from exporters.pages.page import Page
from exporters.pages.tags import Element
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.hyphenation import for_language

FONTS = Fonts()
STYLE = Style(FONTS, 10)
LEADING = 15
PAGE = 400.0
ENGLISH = Setting(justified=True, hyphenator=for_language("en"))
FILLED = Setting(justified=True)
TALE = (
    "In olden times when wishing still helped one, there lived a king whose daughters were all beautiful; and the "
    "youngest was so beautiful that the sun itself, which has seen so much, was astonished whenever it shone in her "
    "face. Close by the castle lay a great dark forest, and under an old lime-tree in the forest was a well."
)


def lines_of(text: str, width: float, setting: Setting = RAGGED, style: Style = STYLE) -> list[Line]:
    return list(break_lines([Text(text, style)], width, LEADING, setting))


def words_of(lines: list[Line]) -> list[str]:
    """What each line says, from left to right."""
    return ["".join(run.text for run in sorted(line.runs, key=lambda run: run.left)).strip() for line in lines]


def seen(line: Line) -> str:
    """A line as it is seen, character after character."""
    shown = []
    for run in sorted(line.runs, key=lambda run: (run.left, run.width)):
        words = run.text.split(" ")
        shown.append(" ".join(word[::-1] if run.widths.is_rtl else word for word in words))
    return "".join(shown).replace("\u00a0", " ")


class Drawn:
    """Lines on a page, as others see it."""

    def __init__(self, lines: list[Line], left: float = 50, width: float = 200, alignment=None, mirror: float = 0.0):
        file = File(About("Lines"))
        self.root = Element("Document", None)
        number = file.add_page(PAGE, 600)
        self.page = Page(file, mirror, number)
        top = 580.0
        for line in lines:
            line.tag = line.tag or Element("P", self.root)
            align(line, left, width, alignment)
            line.draw(self.page, top)
            top -= line.height
        file.write_page(number, self.page.content(), self.page.links, self.page.owners)
        self._pdf = pypdfium2.PdfDocument(file.close([], self.root))
        self._text = self._pdf[0].get_textpage()

    @property
    def text(self) -> str:
        """As it is copied. A hyphen at the end of a line comes as U+0002, for readers to leave out."""
        return self._text.get_text_bounded().replace("\r\n", "\n").replace("\x02", "")

    def left(self, text: str) -> float:
        """Where the ink of the first such text begins."""
        index, _ = self._text.search(text).get_next()
        return self._text.get_charbox(index)[0]

    def edges(self) -> list[tuple[float, float]]:
        """Where the ink of each line begins and ends."""
        boxes = [self._text.get_charbox(index) for index in range(self._text.count_chars())]
        rows: dict[int, list[tuple[float, float, float, float]]] = {}
        for box in boxes:
            if box[2] - box[0] > 0.5:
                rows.setdefault(int((580 - (box[1] + box[3]) / 2) // LEADING), []).append(box)
        return [(min(box[0] for box in row), max(box[2] for box in row)) for _, row in sorted(rows.items())]


# From right to left


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@settings(max_examples=150)
@given(text=st.text(alphabet="abcאבגעربي12١٢ (),.!-%", min_size=1, max_size=40))
def test_a_line_stands_as_unicode_says(direction, text):
    text = " ".join(text.split()) + "א"  # python-bidi leaves lines as they are without anything from right to left
    [line] = lines_of(text, 10_000, Setting(direction=direction))
    assert seen(line) == theirs.get_display(text, base_dir="R" if direction == "rtl" else "L")
    assert line.direction == direction


@settings(max_examples=100)
@given(
    pieces=st.lists(st.tuples(st.text(alphabet="ab אבגר ي12 (.漢", max_size=25), st.booleans()), max_size=8),
    width=st.floats(20, 150),
    setting=st.sampled_from([RAGGED, FILLED, Setting("rtl"), Setting("rtl", justified=True)]),
)
def test_words_stand_side_by_side_whatever_their_direction(pieces, width, setting):
    styles = {bold: replace(STYLE, bold=bold) for bold in (False, True)}
    lines = list(break_lines([Text(text, styles[bold]) for text, bold in pieces], width, LEADING, setting))
    characters = sorted("".join(text for text, _ in pieces).replace(" ", ""))
    assert sorted("".join(run.text for line in lines for run in line.runs).replace(" ", "")) == characters
    for line in lines:
        runs = sorted(line.runs, key=lambda run: (round(run.left, 3), run.width))
        for run, following in itertools.pairwise(runs):
            assert run.left + run.width <= following.left + 0.02
        if runs:
            assert runs[0].left >= -0.01
            assert runs[-1].left + runs[-1].width <= line.width + 0.02


def test_text_from_right_to_left_is_copied_in_the_order_in_which_it_is_read():
    text = "בראשית ברא אלהים את השמים ואת הארץ"
    drawn = Drawn(lines_of(text, 120))
    assert drawn.text == "בראשית ברא אלהים את\nהשמים ואת הארץ"
    assert Drawn(lines_of("مرحبا بالعالم", 200)).text == "مرحبا بالعالم"


def test_code_runs_to_the_right_whatever_is_around_it():
    code = replace(STYLE, family="mono")
    [line] = break_lines([Text("אב ", STYLE), Text("f(x)", code), Text(" גד", STYLE)], 300, LEADING)
    assert seen(line) == "דג f(x) בא"


def test_a_paragraph_without_letters_runs_as_its_document():
    setting = Setting(otherwise="rtl")
    assert [lines_of(text, 99, setting)[0].direction for text in ("12 + 3", "", "a 1", "1 ש")] == [
        *["rtl"] * 2,
        "ltr",
        "rtl",
    ]
    assert lines_of("12", 99)[0].direction == "ltr"


def test_a_paragraph_begins_where_its_first_letter_says():
    hebrew, english = "שלום, world", "Hello, עולם"
    assert [lines_of(text, 200)[0].direction for text in (hebrew, english)] == ["rtl", "ltr"]
    assert [lines_of(text, 200, Setting("rtl"))[0].direction for text in (hebrew, english)] == ["rtl", "rtl"]
    assert seen(lines_of(hebrew, 200, Setting("ltr"))[0]) == "םולש, world"
    [(left, right)] = Drawn(lines_of(hebrew, 200)).edges()
    assert right == pytest.approx(250, abs=1)
    [(left, right)] = Drawn(lines_of(english, 200)).edges()
    assert left == pytest.approx(50, abs=1)


@pytest.mark.parametrize(
    ("text", "alignment", "side"),
    [
        ("שלום עולם", None, "right"),
        ("שלום עולם", "left", "left"),
        ("Hello", None, "left"),
        ("Hello", "right", "right"),
        ("12", None, "right"),  # in a paragraph from right to left
    ],
)
def test_on_a_mirrored_page_a_line_keeps_to_its_column(text, alignment, side):
    direction = "auto" if text[0] > "9" else "rtl"
    drawn = Drawn(lines_of(text, 100, Setting(direction)), 50, 100, alignment, mirror=PAGE)
    [(left, right)] = drawn.edges()
    column = (PAGE - 150, PAGE - 50)
    assert (left if side == "left" else right) == pytest.approx(column[side == "right"], abs=1)


def test_words_in_the_other_direction_go_on_over_several_lines():
    lines = lines_of("one שלום עולם יפה מאד two", 70)
    assert [seen(line).strip() for line in lines] == ["one םלוע םולש", "דאמ הפי two"]


def marks(*pieces: Text, setting: Setting = RAGGED) -> int:
    """How many boxes of a bright pen a line has."""
    [line] = break_lines(pieces, 300, LEADING, setting)
    return Drawn([line], width=300).page.content().count(b" re ")


def test_marks_cover_what_stands_side_by_side():
    marked = replace(STYLE, shade=STYLE.theme.mark)
    bold = replace(marked, bold=True)
    assert marks(Text("אב ", STYLE), Text("גד abc 12", marked), Text(" הו", STYLE)) == 1
    assert marks(Text("אב ", STYLE), Text("גד ", marked), Text("abc ", bold), Text("הו", STYLE)) == 1
    assert marks(Text("x אב", marked), Text("גד y", STYLE)) == 2  # the second half of the word is between them
    assert marks(Text("x אב", marked), Text("גד y", STYLE), setting=Setting("rtl")) == 1


def test_pictures_stand_among_words_from_right_to_left():
    [line] = break_lines([Text("אב ", STYLE), Box(20, 8), Text(" גד", STYLE)], 300, LEADING)
    (left, _), first, last = line.drawings[0], line.runs[0], line.runs[-1]
    assert last.left < left < first.left


# Justified lines


def test_all_lines_but_the_last_are_as_wide_as_their_column():
    lines = lines_of(TALE, 200, FILLED)
    assert [line.width for line in lines[:-1]] == pytest.approx([200.0] * (len(lines) - 1))
    assert lines[-1].width < 200
    edges = Drawn(lines).edges()
    assert [left for left, _ in edges] == pytest.approx([50] * len(lines), abs=1)
    assert [right for _, right in edges[:-1]] == pytest.approx([250] * (len(lines) - 1), abs=1)
    assert " ".join(words_of(lines)).replace("lime- ", "lime-") == TALE


def test_words_stand_where_they_were_measured_whatever_their_face():
    lines = lines_of("권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을 (and) 서로 형제애의 정신으로", 210, FILLED)
    drawn = Drawn(lines, width=210)
    for run in (run for line in lines for run in line.runs):
        assert drawn.left(run.text.strip()) == pytest.approx(50 + run.left, abs=1.5)


def test_a_line_before_a_break_is_not_filled():
    first, second = break_lines([Text("One two", STYLE), BREAK, Text("three four", STYLE)], 200, LEADING, FILLED)
    assert first.width < 60
    assert second.width < 60


def test_a_line_that_would_be_too_loose_stays_ragged():
    lines = lines_of("a representation incomprehensibilities of", 100, FILLED)
    assert [line.width < 99 for line in lines] == [True] * len(lines)


def test_spaces_are_more_even_than_if_each_line_were_filled_at_once():
    def stretch(width: float) -> float:
        return sum(max(run.stretch for run in line.runs) ** 2 for line in lines_of(TALE, width, FILLED)[:-1])

    def stretch_of_full_lines(width: float) -> float:
        lines = [(line.width, "".join(run.text for run in line.runs).strip()) for line in lines_of(TALE, width)[:-1]]
        return sum(((width - natural) / text.count(" ")) ** 2 for natural, text in lines)

    widths = range(160, 320, 8)
    assert sum(map(stretch, widths)) < 0.7 * sum(map(stretch_of_full_lines, widths))


def test_long_words_are_parted_and_whole_again_when_they_are_copied():
    text = "Typography, representation, establishment and hyphenation are considerations of professional presentation."
    drawn = Drawn(lines_of(text, 110, ENGLISH), width=110)
    assert re.sub(r"\s+", " ", drawn.text) == text
    assert len(drawn.edges()) > 4


def test_a_hyphen_is_shown_where_a_word_is_parted():
    lines = lines_of("Typography and hyphenations, representations", 60, ENGLISH)
    parted = [words for words in words_of(lines) if words.endswith(("\u00ad", "-"))]
    assert parted
    for line in lines:
        assert line.width <= 60.02


@pytest.mark.parametrize("style", [replace(STYLE, family="mono"), STYLE])
def test_code_is_never_parted(style):
    text = "representations_of considerations" if style is STYLE else "representations considerations"
    words = words_of(lines_of(text, 130, ENGLISH, style))
    assert words[0].startswith(text.split()[0])


@settings(max_examples=80)
@given(
    words=st.lists(
        st.sampled_from(
            "a representation well-known of, 漢字かな 12-34 (x) establishment ไทยแลนด์ co\u00adop of\u00ad".split()
        )
    ),
    width=st.floats(15, 250),
    setting=st.sampled_from([ENGLISH, FILLED]),
)
def test_justified_lines_hold_all_of_the_text_and_are_not_too_long(words, width, setting):
    text = " ".join(words)
    lines = lines_of(text, width, setting)
    found = "".join(run.text for line in lines for run in line.runs)
    assert re.sub(r"[\s\u00ad]", "", found) == re.sub(r"[\s\u00ad]", "", text)
    assert all(line.width <= width + 0.02 for line in lines)


def test_chinese_is_filled_by_moving_its_characters_apart():
    text = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所で泣いていた。"
    lines = lines_of(text, 127, FILLED)
    assert [line.width for line in lines[:-1]] == pytest.approx([127.0] * (len(lines) - 1))
    assert "".join(words_of(lines)) == text
    assert all(right == pytest.approx(177, abs=6) for _, right in Drawn(lines, width=127).edges()[:-1])


def grows_with(text: str, setting: Setting) -> bool:
    """Whether twice a text takes twice the steps, and no more, to be set in lines."""
    for each in (text, text * 2):  # what is only done once, and what is remembered of long words
        lines_of(each, 150, setting)
    once, twice = steps(lambda: lines_of(text, 150, setting)), steps(lambda: lines_of(text * 2, 150, setting))
    assert once > 10_000, "too little to tell"
    return twice < 2.3 * once


@pytest.mark.parametrize(
    "text",
    [f"{TALE} " * 40, "a" * 20_000, "a\u00adb\u00adc\u00ad" * 2_000, "漢" * 5_000],
    ids=["a tale", "one word", "soft hyphens", "no spaces"],
)
def test_a_justified_paragraph_of_any_length_takes_work_by_its_length(text):
    assert grows_with(text, ENGLISH)


def test_the_joins_of_batches_do_not_show():
    words = random.Random(1).choices(TALE.split(), k=12_000)
    lines = lines_of(" ".join(words), 220, ENGLISH)
    text = " ".join(words_of(lines)).replace("lime- ", "lime-").replace("\u00ad ", "")
    assert text.split() == words
    assert sum(1 for line in lines if abs(line.width - 220) > 0.02) < 5  # the last, and what no space can fill


# Where lines end


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("Est-ce vrai ?", 52, ["Est-ce", "vrai\u00a0?"]),
        ("dit « bonjour » à", 60, ["dit", "«\u00a0bonjour\u00a0»", "à"]),
        ("a no\u00a0break", 46, ["a", "no\u00a0break"]),
        ("a no\u2060break", 44, ["a", "nobreak"]),
        ("see https://example.org/archive/one", 130, ["see https://example.org/", "archive/one"]),
        ("a\u3000b", 17, ["a\u3000", "b"]),
        ("모든 인간은 자유", 30, ["모든", "인간은", "자유"]),
        ("ภาษาไทยเป็นภาษา", 45, ["ภาษาไทย", "เป็นภาษา"]),
        ("👍🏽👩‍💻👨‍👩‍👧‍👦", 30, ["👍🏽👩‍💻", "👨‍👩‍👧‍👦"]),
        ("🇩🇪🇺🇸🇫🇷", 30, ["🇩🇪🇺🇸", "🇫🇷"]),
    ],
)
def test_lines_end_where_readers_expect(text, width, expected):
    found = [words.rstrip(" ") for words in ["".join(run.text for run in line.runs) for line in lines_of(text, width)]]
    assert found == expected


@pytest.mark.parametrize("emoji", ["👨‍👩‍👧‍👦", "👩‍💻", "👍🏽", "🇩🇪", "🏳️‍🌈", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_an_emoji_of_several_characters_is_as_wide_as_one(emoji):
    [one], [several] = lines_of("a 😀, b", 200), lines_of(f"a {emoji}, b", 200)
    assert several.width == pytest.approx(one.width, abs=0.1)


@pytest.mark.parametrize("character", ["か\u309a", "👍🏽"])
def test_what_goes_on_a_character_stays_there_where_letters_stand_apart(character):
    first, *_ = lines_of(character * 40, 97, FILLED)
    assert {run.text for run in first.runs} == {character}


def test_a_soft_hyphen_shows_only_at_the_end_of_a_line():
    assert words_of(lines_of("co\u00adop\u00aderation", 100)) == ["cooperation"]
    assert words_of(lines_of("so co\u00adop\u00aderation", 45)) == ["so coop\u00ad", "eration"]
    drawn = Drawn(lines_of("so co\u00adop\u00aderation", 45), width=45)
    assert re.sub(r"\s+", " ", drawn.text) == "so cooperation"
    assert words_of(lines_of("end\u00ad of", 25)) == ["end", "of"]  # a space is enough
    assert words_of(lines_of("\u00ad\u00ad", 25)) in ([""], ["", ""])


def test_a_word_longer_than_a_line_is_parted_if_its_language_is_known():
    setting = Setting(hyphenator=for_language("en"))
    assert words_of(lines_of("representation", 40, setting)) == ["repre\u00ad", "senta\u00ad", "tion"]
    assert "".join(words_of(lines_of("representation", 40))) == "representation"


def test_measuring_knows_the_widest_word_in_any_direction():
    least, most = measure([Text("שלום abc שלוםשלום", STYLE)])
    [line] = lines_of("שלום abc שלוםשלום", 1_000)
    assert most == pytest.approx(line.width)
    assert least == pytest.approx(lines_of("שלוםשלום", 1_000)[0].width)


def test_a_single_line_is_cut_in_any_direction():
    line = single_line("שלום עולם " * 50, STYLE, most=100)
    assert line.width <= 100
    assert line.direction == "rtl"


# What stands in lines, and what it belongs to


class Box:
    """Something that is drawn, with a height above the baseline and a depth below it."""

    def __init__(self, width: float, height: float, depth: float = 0.0) -> None:
        self.width, self.height, self.depth = width, height, depth

    def fitted(self, width: float) -> "Box":
        return self if self.width <= width else Box(width, self.height, self.depth)

    def draw(self, page: Page, left: float, baseline: float) -> None:
        page.box(left, baseline - self.depth, left + self.width, baseline + self.height, "1 0 0")


def test_a_line_grows_around_what_is_higher_or_deeper():
    def height(*boxes: Box) -> float:
        pieces = [Text("a ", STYLE), *boxes]
        [line] = break_lines(pieces, 300, LEADING)
        return line.height

    assert height() == height(Box(5, 5)) == height(Box(5, 5, 4)) == LEADING
    assert height(Box(5, 30)) == pytest.approx(30 + LEADING * 0.3)
    assert height(Box(5, 5, 20)) == pytest.approx(LEADING * 0.7 + 20)
    assert height(Box(5, 30), Box(5, 5, 20)) == pytest.approx(50)


def test_runs_belong_to_what_they_are_in_reading_order():
    root = Element("Document", None)
    paragraph = Element("P", root)
    link = Element("Link", paragraph, is_inline=True)
    code = Element("Code", link, is_inline=True)
    linked = replace(STYLE, target="https://example.org", tag=link)
    pieces = [
        Text("see ", STYLE),
        Text("the ", linked),
        Text("code", replace(linked, tag=code)),
        Text(" or עולם", STYLE),
    ]
    [line] = break_lines(pieces, 300, LEADING, Setting("rtl"))
    line.tag = paragraph
    drawn = Drawn([line], width=300)
    roles = [kid.role if isinstance(kid, Element) else "text" for kid in paragraph.kids]
    assert roles == ["text", "Link", "text"]
    assert [kid.role if isinstance(kid, Element) else type(kid) for kid in link.kids] == [tuple, code.role, int]
    assert len(drawn.page.links) == 1


def test_a_line_knows_the_notes_that_it_mentions():
    one, two = (replace(STYLE, note=label) for label in ("one", "two"))
    pieces = [Text("a", STYLE), Text("2", two), Text(" b", STYLE), Text("1", one), Text("2", two)]
    [line] = break_lines(pieces, 300, LEADING)
    assert line.notes == ["two", "one"]
    assert lines_of("none", 300)[0].notes == []


@pytest.mark.parametrize("setting", [RAGGED, Setting("rtl"), ENGLISH])
def test_nothing_makes_one_empty_line(setting):
    [line] = break_lines([], 100, LEADING, setting)
    assert (line.runs, line.width, line.height) == ([], 0.0, LEADING)
    assert len(list(break_lines([BREAK, BREAK], 100, LEADING, setting))) == 3


@pytest.mark.parametrize(
    "text",
    ["א" * 5_000, "א ב " * 2_000, "א1" * 2_000, "\u2067א " * 2_000, "(א " * 2_000, "\u202eab " * 2_000],
    ids=range(6),
)
def test_hostile_text_from_right_to_left_takes_work_by_its_length(text):
    setting = Setting("rtl", justified=True)
    assert len(lines_of(text, 150, setting)) > 10
    assert grows_with(text, setting)
