"""The tools that several formats share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.document import Document
from exporters.toolbox import highlight, metadata, urls
from exporters.toolbox.columns import aligned, columns, wrap
from exporters.toolbox.escaping import html_attribute, html_text, without_controls
from exporters.toolbox.highlight import LANGUAGES, MAX_BLOCK, MAX_DOCUMENT, Highlighter
from exporters.toolbox.words import _WORDS, Words, words

# Escaping


def test_html_is_escaped_once() -> None:
    assert html_text('<a href="x">&amp;</a>') == '&lt;a href="x"&gt;&amp;amp;&lt;/a&gt;'
    assert html_attribute('<a href="x">') == "&lt;a href=&quot;x&quot;&gt;"


def test_controls_and_noncharacters_are_replaced_and_counted() -> None:
    assert without_controls("a\tb\nc\r é 日本 😀 \u200d \U0010fffd") == ("a\tb\nc\r é 日本 😀 \u200d \U0010fffd", 0)
    assert without_controls("\x00\x0b\x1f\x7f\x9f\ufdd0\uffff\U0010fffe") == ("\ufffd" * 8, 8)


# Code


def test_every_language_is_one_that_pygments_knows() -> None:
    from pygments.lexers import get_all_lexers

    assert {alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases} >= LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_coloured_code_is_the_same_code(language: str) -> None:
    code = '\n\nif (a == "b\\n") { /* c */ return 1.5; } # d\n<e f="g">h</e>\t\n'
    pieces = Highlighter().tokens(code, language)
    assert pieces is None or "".join(text for _, text in pieces) == code


def test_classes_say_what_the_code_is() -> None:
    assert Highlighter().tokens('def f(x: int): return "a\\n" + 1  # b', "Python") == [
        ("k", "def "), ("nf", "f"), ("", "(x: "), ("nb", "int"), ("", "): "), ("k", "return "),
        ("s", '"a'), ("se", "\\n"), ("s", '" '), ("", "+ "), ("m", "1  "), ("c", "# b"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "code",
    ["\n" * 5_000, " " * 5_000, "a\n" * 2_000, "a b" * 1_000, "x" * 1_001, "List<a>, b\n" * 600, "y = 1\n" * MAX_BLOCK],
    ids=["blank lines", "blanks", "words", "words in a line", "a long line", "types", "a long block"],
)
@pytest.mark.parametrize("language", ["c", "csharp", "java", "groovy", "python"])
def test_code_that_some_lexer_takes_minutes_for_stays_plain(language: str, code: str) -> None:
    highlighter = Highlighter()
    assert highlighter.tokens(code, language) is None
    assert highlighter.left_plain == 1


def test_a_document_has_a_budget() -> None:
    highlighter = Highlighter()
    block = ("# " + "x" * 97 + "\n") * (MAX_BLOCK // 100)
    coloured = [highlighter.tokens(block, "python") is not None for _ in range(60)]
    assert coloured.count(True) == MAX_DOCUMENT // len(block)
    assert highlighter.left_plain == coloured.count(False)


# URLs


def test_the_scheme_is_what_a_browser_takes_it_for() -> None:
    assert urls.scheme(" \x00 Java\tScript\n:x") == "javascript"
    assert urls.scheme("a/b:c") == urls.scheme("//a:1") == urls.scheme("#a:b") == ""


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("data:image/png;base64,x", True),
        ("DATA:image/PNG,x", True),
        ("data:image/svg+xml,x", False),
        ("data:,x", False),
    ],
)
def test_pictures_are_the_only_data_to_follow(url: str, safe: bool) -> None:
    assert urls.is_safe(url) is safe


@given(st.text())
def test_an_encoded_url_is_ascii_and_stays_as_it_is(url: str) -> None:
    encoded = urls.encoded(url)
    assert encoded.isascii()
    assert " " not in encoded
    assert urls.encoded(encoded) == encoded


# Words


@pytest.mark.parametrize("language", _WORDS)
def test_every_language_has_every_word(language: str) -> None:
    said = _WORDS[language].split("|")
    assert len(said) == len(Words._fields)
    assert all(word == word.strip() != "" for word in said)


def test_the_nearest_language_speaks() -> None:
    assert words("de-AT").note == words("DE").note == "Hinweis"
    assert words("zh-Hant-TW").contents == words("zh-TW").contents == "目錄"
    assert words("tlh").note == words("").note == "Note"


# Metadata


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ({"author": "Ada"}, ("Ada",)),
        ({"authors": ["Ada", {"name": " Bob\nB. "}, {"email": "x"}, 3, None, True]}, ("Ada", "Bob B.", "3")),
        ({"author": {"name": "Ada"}}, ("Ada",)),
        ({"author": None}, ()),
        ({}, ()),
    ],
)
def test_authors_in_any_shape(stated: dict[str, object], names: tuple[str, ...]) -> None:
    assert metadata.authors(Document(metadata=stated)) == names  # type: ignore[arg-type]


def test_keywords_in_any_shape() -> None:
    assert metadata.keywords(Document(metadata={"keywords": "a, b ,,c"})) == ("a", "b", "c")
    assert metadata.keywords(Document(metadata={"tags": ["a", 1, {}]})) == ("a", "1")


@pytest.mark.parametrize(
    ("stated", "tag", "direction"),
    [("ar", "ar", "rtl"), ("he_IL", "he-IL", "rtl"), ("az-Arab", "az-Arab", "rtl"), ("ar-Latn", "ar-Latn", "ltr"),
     ('en"><script>', "en", "ltr"), (["ar"], "en", "ltr"), ("", "en", "ltr")],
)  # fmt: skip
def test_a_language_is_a_tag_and_has_a_direction(stated: object, tag: str, direction: str) -> None:
    document = Document(metadata={"lang": stated})  # type: ignore[dict-item]
    assert (metadata.language(document), metadata.direction(document)) == (tag, direction)


def test_a_direction_may_be_stated() -> None:
    assert metadata.direction(Document(metadata={"lang": "ar", "dir": "ltr"})) == "ltr"
    assert metadata.direction(Document(metadata={"dir": "rtl"})) == "rtl"
    assert metadata.direction(Document(metadata={"lang": "ar", "dir": "up"})) == "rtl"


# Columns


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("é", 1), ("e\u0301", 1), ("日本", 4), ("한", 2), ("a\u00adb", 2), ("🇦🇹", 2), ("😀", 2), ("❤️", 2),
     ("👍🏽", 2), ("👩‍👩‍👧‍👦", 2)],
)  # fmt: skip
def test_columns(text: str, width: int) -> None:
    assert columns(text) == width


def test_lines_are_broken_where_the_language_breaks_them() -> None:
    assert wrap("one two  three\nfour", 9) == ["one two", "three", "four"]
    assert wrap("安全第一、水位上昇。", 8) == ["安全第", "一、水位", "上昇。"]
    assert wrap("안녕하세요 세계", 12) == ["안녕하세요", "세계"]
    assert wrap("unbreakable", 5) == ["unbreakable"]
    assert wrap("unbreakable", 5, hard=True) == ["unbre", "akabl", "e"]
    assert wrap("", 5) == [""]
    assert wrap("a\u00a0b c", 3) == ["a\u00a0b", "c"]


def test_alignment_counts_columns() -> None:
    assert [aligned("日", 5, each) for each in ("left", "center", "right", None)] == [
        "日   ",
        " 日  ",
        "   日",
        "日   ",
    ]


@pytest.mark.parametrize(
    "language", ["python", "js", "typescript", "csharp", "kotlin", "scala", "haskell", "sql", "vb.net"]
)
def test_lighter_classes_colour_code_as_before(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        '@déco\nclass Été_9: pass\nfun ñandú(a: Int) { return this[`x`] + "ü" } // “quoted”\nlet Ä = x_1 ;; (* é *)\n'
    )
    light = Highlighter().tokens(code, language)
    monkeypatch.setattr(highlight, "_light", lambda lexer: lexer)
    assert light == Highlighter().tokens(code, language)
