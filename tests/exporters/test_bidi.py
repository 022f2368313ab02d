"""Text that runs both ways stands as UAX #9 says, which python-bidi, a port of another implementation, confirms."""

import unicodedata

import bidi as theirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.toolbox import bidi

STEERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "BN"}
BLANK = STEERING | {"WS", "S", "B", "LRI", "RLI", "FSI", "PDI"}


def shown(text: str, direction: bidi.Direction) -> str:
    """A line from left to right, without the characters that only steer: how those stand is nobody's business."""
    levels = bytearray(bidi.levels(text, direction))
    for index in range(len(text) - 1, -1, -1):  # L1
        if unicodedata.bidirectional(text[index]) not in BLANK:
            break
        levels[index] = direction == "rtl"
    return seen("".join(text[index] for index in bidi.visual_order(levels)))


def shown_by_others(text: str, direction: bidi.Direction) -> str:
    return seen(theirs.get_display(text, base_dir="R" if direction == "rtl" else "L"))


def seen(text: str) -> str:
    return "".join(character for character in text if unicodedata.bidirectional(character) not in STEERING)


@pytest.mark.parametrize(
    ("text", "direction", "expected"),
    [
        ("abc אבג def", "ltr", "abc גבא def"),
        ("abc אבג def", "rtl", "def גבא abc"),
        ("אבג 12.5% ד", "rtl", "ד 12.5% גבא"),  # a number keeps its own direction
        ("אבג (abc) ד", "rtl", "ד )abc( גבא"),  # fonts mirror brackets
        ("see אבג, דה!", "ltr", "see הד ,גבא!"),
        ("אבג https://a.org/b ד", "rtl", "ד https://a.org/b גבא"),
        ("ابج 12/34", "rtl", "12/34 جبا"),
        ("אבג 12-34", "rtl", "12-34 גבא"),
        ("ابج 12-34", "rtl", "34-12 جبا"),  # numbers after Arabic are others than after Hebrew
        ("\u2067אב 12\u2069 x", "ltr", "\u206712 בא\u2069 x"),
        ("a \u202ebc\u202c d", "ltr", "a cb d"),
        ("א  ", "rtl", "  א"),
        ("", "rtl", ""),
    ],
)
def test_a_line_stands_as_it_is_seen(text, direction, expected):
    assert shown(text, direction) == expected
    assert not text or shown_by_others(text, direction) == expected


def test_paragraphs_have_nothing_to_do_with_each_other():
    first, second = "אב\u202b", "גד 12"
    assert bidi.levels(f"{first}\u2029{second}", "ltr") == bidi.levels(first, "ltr") + b"\0" + bidi.levels(
        second, "ltr"
    )


CHARACTERS = {
    "letters": "ab éא ש ا ب 1 2 ١ ٢ + - $ % , . : \u0301 \u05b7 ! ; \t 漢",
    "brackets": "aא ا 1 ١ ()[]{}〈〉\u2329\u232a\u0301 -",
    "embeddings": "aא ا 1 ١ ! \u202a\u202b\u202c\u202d\u202e\u200b\u00ad",
    "isolates": "aא ا 1 ١ ! , \u2066\u2067\u2068\u2069\u202b\u202c",
}


@pytest.mark.parametrize("kind", CHARACTERS)
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_any_text_stands_as_others_have_it(kind, direction):
    @settings(max_examples=150)
    @given(st.text(alphabet=CHARACTERS[kind], min_size=1, max_size=30))
    def check(text):
        assert bidi.base(text) == ("rtl" if theirs.get_base_level(text) else "ltr")
        text = "א" + text  # they leave a line as it is if it has nothing that runs to the left
        assert shown(text, direction) == shown_by_others(text, direction)

    check()


def test_all_letters_that_run_to_the_left_are_met():
    for character in map(chr, range(0x110000)):
        if unicodedata.bidirectional(character) in ("R", "AL", "AN", "RLE", "RLO", "RLI"):
            assert bidi.needs_bidi(character)


def test_brackets_are_those_that_unicode_pairs():
    paired = {
        character
        for character in map(chr, range(0x110000))
        if unicodedata.category(character) in ("Ps", "Pe")
        and unicodedata.mirrored(character)
        and unicodedata.bidirectional(character) == "ON"
    }
    assert {each for each in paired if bidi.levels(f"א{each}", "ltr") != b"\x01\x00"} == set()  # neutral, as it should
    pairs = dict(zip(bidi._BRACKETS[::2], bidi._BRACKETS[1::2], strict=True))
    assert set(pairs) | set(pairs.values()) | {"\u2329", "\u232a"} == paired
    for opening, closing in pairs.items():
        assert bidi.levels(f"א{opening}b{closing}", "rtl") == b"\x01\x01\x02\x01"


@pytest.mark.parametrize(
    ("text", "needed"),
    [("plain", False), ("naïve – “quoted” 漢字 ไทย हिन्दी 😀", False), ("x ש", True), ("ع", True), ("a\u202eb", True)],
)
def test_only_what_runs_to_the_left_needs_all_this(text, needed):
    assert bidi.needs_bidi(text) is needed


def test_the_first_letter_outside_isolates_gives_the_direction():
    assert bidi.base("12 – (ש) a") == "rtl"
    assert bidi.base("\u2067ש\u2069 a ש") == "ltr"
    assert bidi.base("\u2067ש a") == "ltr"
    assert [bidi.base("1, 2", direction) for direction in ("ltr", "rtl")] == ["ltr", "rtl"]
    assert bidi.base("12\u2029ש") == "ltr"  # of the first paragraph


def test_runs_are_turned_once_for_each_level_between_them():
    assert bidi.visual_order([0, 1, 1, 2, 2, 1, 0]) == [0, 5, 3, 4, 2, 1, 6]
    assert bidi.visual_order(bytes([4, 1, 4])) == [2, 1, 0]
    assert bidi.visual_order([]) == []


@pytest.mark.parametrize(
    "text",
    [
        "\u202b" * 100_000 + "א",
        "\u2068" * 100_000 + "א",
        "\u2067א\u2069" * 30_000,
        "\u2067" * 50_000 + "\u2069" * 50_000,
        "(א" * 50_000,
        "(א[" * 20 + "()x" * 30_000,
        "א" + "()" * 50_000 + "x",
        "א\u0301" * 50_000,
        "1,1," * 25_000 + "א",
    ],
    ids=range(9),
)
def test_hostile_text_takes_time_by_its_length(text):
    levels = bidi.levels(text, "rtl")
    assert len(levels) == len(text)
    assert max(levels) <= 126
