"""Words are parted where pyphen parts them, and nowhere else."""

import subprocess
import sys
from pathlib import Path

import pyphen
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.toolbox.hyphenation import Hyphenator, for_language

ROOT = Path(__file__).parents[2]

# language → words. Those of Hungarian would change when parted, and stay whole there.
WORDS = {
    "en-US": "hyphenation representation establishment typography supercalifragilistic associate project",
    "en-GB": "hyphenation photography knowledge",
    "de-AT": "Donaudampfschifffahrtsgesellschaft Silbentrennung Straßenbahn Häuserblock Übersetzungen gegenüber",
    "fr": "développement intéressante aujourd'hui francophonie",
    "ru": "представление здравствуйте переносами",
    "el": "τυπογραφία παράδειγμα",
    "nl": "lettergrepen scheepvaartmaatschappij",
    "cs": "typografie příležitost",
    "pl": "przedstawienie niepodległość",
    "sv": "avstavning representation",
    "no": "orddeling sammensetning",
    "uk": "перенесення представлення",
}


def hyphenator(tag: str) -> Hyphenator:
    found = for_language(tag)
    assert found is not None
    return found


def parted(word: str, tag: str) -> str:
    points = hyphenator(tag).points(word)
    return "-".join(word[start:end] for start, end in zip((0, *points), (*points, None), strict=True))


@pytest.mark.parametrize("tag", WORDS)
def test_words_are_parted_as_pyphen_parts_them(tag):
    theirs = pyphen.Pyphen(lang={"no": "nb_NO"}.get(tag, tag.replace("-", "_")), left=2, right=3)
    for word in WORDS[tag].split():
        assert parted(word, tag) == theirs.inserted(word)


@settings(max_examples=300)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüß", min_size=6, max_size=30))
def test_any_letters_are_parted_as_pyphen_parts_them(word):
    assert list(hyphenator("de").points(word)) == pyphen.Pyphen(lang="de_DE", left=2, right=3).positions(word)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("(algorithm),", "(al-go-rithm),"),
        ("“Typography”", "“Ty-pog-ra-phy”"),
        ("NATO", "NATO"),
        ("UNESCO-organisation", "UNESCO-organisation"),  # its own hyphen is enough
        ("JavaScriptEngine", "JavaScriptEngine"),
        ("https://example.org/representation", "https://example.org/representation"),
        ("someone@representation", "someone@representation"),
        ("representation_of", "representation_of"),
        ("representation2", "representation2"),
        ("never", "never"),  # too short
        ("漢字漢字漢字漢字", "漢字漢字漢字漢字"),
        ("İstanbulİstanbul", "İstanbulİstanbul"),  # longer in small letters
        ("", ""),
        ("-", "-"),
        ("a" * 10_000, "a" * 10_000),
    ],
)
def test_what_is_no_word_stays_whole(word, expected):
    assert parted(word, "en") == expected


def test_what_would_change_when_it_is_parted_stays_whole():
    assert pyphen.Pyphen(lang="hu_HU", left=2, right=3).inserted("asszonyok") == "asz-szo-nyok"
    assert parted("asszonyok", "hu") == "asszo-nyok"


@pytest.mark.parametrize(
    ("tag", "same_as"),
    [
        ("en", "en-US"),
        ("en-NZ", "en-US"),
        ("de", "de-DE"),
        ("de-Latn-AT", "de-AT"),
        ("DE_at", "de-AT"),
        ("sr-Latn", "sr-Latn"),
    ],
)
def test_a_language_is_found_by_its_tag(tag, same_as):
    assert hyphenator(tag)._patterns is hyphenator(same_as)._patterns


@pytest.mark.parametrize("tag", ["ja", "tlh", "", "..", "../../etc", "e*", "x-private"])
def test_other_languages_are_left_alone(tag):
    assert for_language(tag) is None


def test_what_is_remembered_has_a_bound():
    parts = hyphenator("en")
    for number in range(45_000):
        parts.points(f"word{number}")
    assert len(parts._known) <= 20_000
    assert parts.points("hyphenation") == (2, 6)


def test_pyphen_is_not_loaded():
    program = (
        "import sys; from exporters.toolbox.hyphenation import for_language;"
        "assert for_language('en').points('hyphenation'); assert 'pyphen' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
