"""Words of scripts without spaces end where a dictionary says."""

import subprocess
import sys
from pathlib import Path

import pytest
from counting import steps
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.toolbox import breaks


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ภาษาไทยเป็นภาษาที่สวยงาม", ["ภาษา", "ไทย", "เป็น", "ภาษา", "ที่", "สวยงาม"]),
        ("ພາສາລາວແມ່ນພາສາ", ["ພາສາ", "ລາວ", "ແມ່ນ", "ພາສາ"]),
        ("ភាសាខ្មែរគឺជាភាសា", ["ភាសាខ្មែរ", "គឺជា", "ភាសា"]),
        ("(ภาษาไทย)", ["(ภาษา", "ไทย)"]),  # nothing ends after an opening bracket
        ("ไทย😀ไทย", ["ไทย", "😀", "ไทย"]),  # two units in UTF-16
        ("ไทย漢字", ["ไทย", "漢", "字"]),
    ],
)
def test_words_end_where_people_end_them(word, expected):
    assert breaks.parts(word) == expected


@settings(max_examples=100)
@given(st.text(alphabet="กขคงาิ์ไทยភាសាပြ😀a-。", max_size=80))
def test_nothing_is_lost(word):
    assert "".join(breaks.parts(word)) == word


@pytest.mark.parametrize("text", ["ไทยแลนด์", "ລາວ", "ខ្មែរ", "မြန်မာ", "x ไทย"])
def test_what_needs_a_dictionary_is_known(text):
    assert breaks.needs_dictionary(text)


@pytest.mark.parametrize("text", ["plain", "naïve 漢字 हिन्दी שלום", ""])
def test_what_needs_none_does_not_load_it(text):
    assert not breaks.needs_dictionary(text)


@pytest.mark.parametrize("word", ["ภาษาไทย" * 8_000, "ก" * 50_000, "์" * 50_000, "ก" + "ๆ" * 50_000], ids=range(4))
def test_a_text_without_spaces_takes_work_by_its_length(word):
    assert "".join(breaks.parts(word)) == word
    # ICU, which is C and has no steps, looks at 2,000 characters together: there is a step for each time that it does.
    assert steps(lambda: breaks.parts(word)) < len(word) / 1_000


def test_a_window_ends_in_no_word():
    assert set(breaks.parts("ภาษาไทย" * 2_000)) == {"ภาษา", "ไทย"}


def test_latin_text_does_not_load_the_dictionaries():
    program = (
        "import sys; from exporters.pages.lines import break_lines; from exporters.pages.inlines import Style, Text;"
        "from exporters.toolbox.fonts import Fonts;"
        "assert list(break_lines([Text('Ein Wörtchen – naïve', Style(Fonts(), 10))], 30, 12));"
        "assert 'icu4py' not in sys.modules; assert 'exporters.pages.fit' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])
