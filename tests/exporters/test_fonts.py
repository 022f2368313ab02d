"""Fonts: what we read of them is what fontTools reads, and what no font has is said."""

import io
import os
import re
import string
import subprocess
import sys
import tracemalloc
from itertools import product
from pathlib import Path

import pytest
import uharfbuzz
from counting import steps
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from exporters.errors import MissingPart
from exporters.report import MAX_ALIKE, Code, Report
from exporters.toolbox import fonts
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.truetype import Face, NotTrueType

TEXT_FACES = ["NotoSans-Regular", "NotoSans-BoldItalic", "NotoSerif-Regular", "NotoSerif-Bold", "NotoSerif-Italic"]
FACES = sorted(path.stem for path in fonts.folder().glob("*.ttf"))


def path_of(name: str) -> Path:
    return fonts.folder() / f"{name}.ttf"


def read_by_fonttools(name: str) -> TTFont:
    return TTFont(io.BytesIO(path_of(name).read_bytes()), lazy=True)


@pytest.mark.parametrize("name", FACES)
def test_glyphs_and_widths_are_those_that_fonttools_finds(name):
    ours, theirs = Face(path_of(name)), read_by_fonttools(name)
    glyphs = {code: theirs.getGlyphID(glyph) for code, glyph in theirs.getBestCmap().items()}
    assert {code: ours.glyph(code) for code in glyphs} == glyphs
    widths = {theirs.getGlyphID(glyph): width for glyph, (width, _) in theirs["hmtx"].metrics.items()}
    assert {glyph: ours.advance(glyph) for glyph in widths} == widths


def test_a_character_that_a_font_lacks_has_glyph_0():
    sans = Face(path_of("NotoSans-Regular"))
    assert [sans.glyph(ord(character)) for character in "漢😀\U0010ffff"] == [0, 0, 0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("NotoSans-Regular", "aÄéộЖfi½"),
        ("NotoSansJP-Bold", "漢字かなカナ"),
        ("NotoSansThai-Regular", "ไทย"),
        ("NotoColorEmoji-Regular", "😀❤"),
    ],
)
def test_a_subset_draws_the_same_outlines(name, text):
    face = Face(path_of(name))
    glyphs = [0, *(face.glyph(ord(character)) for character in text)]
    subset, whole = TTFont(io.BytesIO(face.subset(glyphs)), checkChecksums=2), read_by_fonttools(name)
    for number, glyph in enumerate(glyphs):
        assert outline(subset, number) == outline(whole, glyph)
        assert subset["hmtx"][subset.getGlyphName(number)] == whole["hmtx"][whole.getGlyphName(glyph)]


def outline(font: TTFont, glyph: int) -> list:
    """What a glyph draws, with its components drawn out."""
    drawn = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[font.getGlyphName(glyph)].draw(drawn)
    return drawn.value


def test_a_subset_is_a_small_part_of_its_font():
    face = Face(path_of("NotoSansJP-Regular"))
    assert len(face.subset([0, face.glyph(ord("漢"))])) < 3_000 < path_of("NotoSansJP-Regular").stat().st_size / 1_000


def test_a_file_that_is_no_truetype_font_is_refused(tmp_path):
    (tmp_path / "woff2.ttf").write_bytes(b"wOF2" + bytes(100))
    with pytest.raises(NotTrueType, match=r"woff2\.ttf"):
        Face(tmp_path / "woff2.ttf")


def runs(text: str, **style) -> list[tuple[str, str]]:
    return [(widths.face.name, run) for widths, run in Fonts().font("sans", **style).runs(text)]


def test_text_is_cut_where_another_face_must_take_over():
    assert runs("Grüße, κόσμε, Việt") == [("NotoSans-Regular", "Grüße, κόσμε, Việt")]
    assert runs("in 日本 today", bold=True) == [
        ("NotoSans-Bold", "in "),
        ("NotoSansJP-Bold", "日本"),
        ("NotoSans-Bold", " today"),
    ]
    assert runs("a → b 😀") == [
        ("NotoSans-Regular", "a "),
        ("NotoSansMath-Regular", "→"),
        ("NotoSans-Regular", " b "),
        ("NotoColorEmoji-Regular", "😀"),
    ]
    assert runs("Привет שלום") == [("NotoSans-Regular", "Привет "), ("NotoSansHebrew-Regular", "שלום")]


def test_signs_of_no_script_are_in_the_face_of_the_letters_around_them():
    assert runs("฿45", bold=True) == [("NotoSansThai-Bold", "฿"), ("NotoSans-Bold", "45")]
    assert runs("࿕ ꠰") == [
        ("NotoSerifTibetan-Regular", "࿕"),
        ("NotoSans-Regular", " "),
        ("NotoSansDevanagari-Regular", "꠰"),
    ]


def test_a_variation_selector_chooses_the_emoji_among_lookalikes():
    assert runs("❤") == [("NotoSansSymbols2-Regular", "❤")]
    assert runs("❤\ufe0f") == [("NotoColorEmoji-Regular", "❤\ufe0f")]


def test_accents_in_two_characters_become_one():
    assert runs("e\u0301") == [("NotoSans-Regular", "é")]


def test_a_mark_stays_in_the_face_of_its_letter():
    assert runs("x\u0305") == [("NotoSans-Regular", "x\u0305")]


PAIRS = string.ascii_letters + string.digits + ".,;:!?'\"()-–—“”‘’/«»äößéçñøŁżđŠΑΓΔΤΥαγδώАГДТУагду"


@pytest.mark.parametrize("name", TEXT_FACES)
def test_words_are_as_wide_as_harfbuzz_finds(name):
    widths = Fonts().widths(name)
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path_of(name)))))
    words = ["".join(pair) for pair in product(PAIRS, repeat=2)] + "AVATAR «Típo» To.We, Τύπος, ГДЕ, L’Été".split()
    for word in words:
        buffer = uharfbuzz.Buffer()
        buffer.add_str(word)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer, {"liga": False})
        advances = [place.x_advance for place in buffer.glyph_positions]
        assert widths[word] == pytest.approx(sum(advances) / font.face.upem), word
        glyphs = widths.glyphs(word)
        if glyphs is not None:
            assert [(glyph.number, glyph.advance) for glyph in glyphs] == [
                (info.codepoint, advance) for info, advance in zip(buffer.glyph_infos, advances, strict=True)
            ]
            assert "".join(glyph.text for glyph in glyphs) == word


def test_only_words_with_kerning_have_glyphs_of_their_own():
    widths = Fonts().font("sans").first
    assert widths.glyphs("minimum") is None
    assert [glyph.text for glyph in widths.glyphs("AV")] == ["A", "V"]
    assert widths["AV"] < widths.advances["A"] + widths.advances["V"]
    assert Fonts().font("mono").first.glyphs("AV") is None


@pytest.mark.parametrize("name", TEXT_FACES)
def test_of_the_pairs_of_a_face_little_is_read(name):
    left, right = (Face(path_of(name)).glyph(ord(letter)) for letter in "AV")
    assert steps(lambda: Face(path_of(name)).kern(left, right)) < 600  # 200, of 10,000 pairs and more
    face = Face(path_of(name))
    tracemalloc.start()
    try:
        face.kern(left, right)
        _, memory = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert memory < len(read_by_fonttools(name).getTableData("GPOS")) / 2  # a quarter


def test_what_no_font_has_is_reported_by_script():
    used, report = Fonts(), Report()
    for _ in range(2):
        used.font("sans").runs("𐤀𐤁 and 𓀀, हिन्दी \U0001faff")
    used.shortcomings.add_to(report)
    assert [(item.code, item.severity, item.what) for item in report.items] == [
        (Code.GLYPH, "lost", "1 character of Egyptian has no glyph in the fonts: 𓀀"),
        (Code.GLYPH, "lost", "2 characters of Phoenician have no glyph in the fonts: 𐤀, 𐤁"),
        (Code.GLYPH, "lost", "1 character of no assigned meaning has no glyph in the fonts: U+1FAFF"),
    ]


def test_signs_for_mathematics_are_no_stand_ins_for_letters():
    assert runs("\ufef3\ufedb") == [("NotoSansArabic-Regular", "\ufef3\ufedb")]
    assert runs("𞸀") == [("NotoSansMath-Regular", "𞸀")]


def test_every_character_of_unicode_can_be_asked_for():
    used, report = Fonts(), Report()
    everything = "".join(chr(code) for code in range(0x20, 0x110000, 7) if not 0xD800 <= code < 0xE000)
    used.font("mono", bold=True).runs(everything)
    used.shortcomings.add_to(report)
    assert len(report.items) >= MAX_ALIKE
    assert report.left_out > 20  # as many scripts more as any report has room for


@pytest.mark.parametrize(
    ("character", "kind"),
    [
        ("\x07", "control"),
        ("\ue000", "private use"),
        ("\U00012000", "Cuneiform"),
        ("\u0378", "no assigned meaning"),
    ],
)
def test_what_no_font_has_is_told_by_its_kind(character: str, kind: str):
    used, report = Fonts(), Report()
    used.font("mono", bold=True).runs(character)
    used.shortcomings.add_to(report)
    assert [re.search(r"of (.+?) (?:has|have|is|are)", item.what)[1] for item in report.items] == [kind]


def test_many_missing_characters_make_one_short_item():
    used, report = Fonts(), Report()
    used.font("sans").runs("".join(map(chr, range(0x13000, 0x13000 + 1_050))))
    used.shortcomings.add_to(report)
    [item] = report.items
    assert item.what.startswith("More than 1000 characters of Egyptian")
    assert len(item.what) < 120


def test_without_fonts_the_error_names_the_command_that_fetches_them(tmp_path):
    program = "from exporters.toolbox.fonts import Fonts; Fonts().font('sans')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "EXPORT_FONTS": str(tmp_path)},
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert MissingPart.__name__ in done.stderr
    assert "make build/fonts/ready" in done.stderr
    assert "EXPORT_FONTS" in done.stderr


def test_a_latin_text_opens_no_other_face():
    program = (
        "from exporters.toolbox import fonts\n"
        "used = fonts.Fonts()\n"
        "used.font('sans').runs('Ein Wörtchen, ένα, одно')\n"
        "assert fonts.face.cache_info().currsize == 1\n"
        "used.font('sans').runs('漢')\n"
        "assert fonts.face.cache_info().currsize > 1\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


def test_every_font_has_its_licence():
    families = {name.partition("-")[0].lower() for name in FACES}
    licences = {path.stem.removeprefix("LICENSE-"): path.read_text() for path in fonts.folder().glob("LICENSE-*.txt")}
    assert families == {family.replace("-", "") for family in licences}
    assert all("SIL OPEN FONT LICENSE VERSION 1.1" in text.upper().replace(",", "") for text in licences.values())
