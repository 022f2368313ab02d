"""What in a text Markdown would take for markup, and how it is written so that it does not.

As few backslashes as it takes: prose stays prose. So most rules depend on what stands before and after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from exporters.readers import autolinks, emoji
from exporters.readers.slugs import OWN_ID

# Each row: what would be markup within a line (CommonMark 0.31.2, chapter 6), and as what.
_MARKUP = (
    r"\\(?![0-9A-Za-z]{2}| \S.)",  # a backslash that may escape
    r"`",  # code
    r"[*_]",  # emphasis
    r"\[(?=[\^!]|\s*(?:(?i:image)-\d|//\s*\]))",  # a footnote, an alert, a label that this exporter defines
    r"\](?=[(\[:])",  # the end of a link's text, or of a label
    r"<(?=[A-Za-z/!?]|[^\s<>]*@)",  # HTML, an address
    r"&(?=#|[A-Za-z][A-Za-z0-9]*;)",  # an entity
    r"!(?=\[\Z)",  # an image, before a link
)
_MATH = r"\$"
_STRUCK = r"~"
_BRACKETS = r"[\[\]]"  # within the text of a link

# What looks like markup and is none.
_HARMLESS = (
    r"(?<=[^\W_])_+(?=[^\W_])",  # snake_case
    r"(?<=\S )[*_~](?= \S)",  # 2 * 3
)

# What would begin a block at the begin of a line (chapter 4 and 5). The backslash goes before it, after the number.
_BLOCKS = (
    r"(?P<number>\d{1,9})(?=[.)](?:[ \t\n]|\Z))",  # an ordered list
    r"[-+](?=[ \t\n]|\Z)",  # a list
    r"\#{1,6}(?=[ \t\n]|\Z)",  # a heading
    r">",  # a quote
    r"=+[ \t]*(?=\n|\Z)",  # the line under a heading
    r"~{3}",  # a fence
    r"[|:-][|:\t -]*(?=\n|\Z)",  # the second line of a table, the line under a heading, a thematic break
    r":(?=[ \t])",  # a definition
)
_AFTER_LINE_END = re.compile(rf"(?<=\n)(?:{'|'.join(_BLOCKS)})")
_AT_LINE_START = re.compile(rf"(?:\A|(?<=\n))(?:{'|'.join(_BLOCKS)})")
_TASK = re.compile(r"\A\[(?=[ \txX]\])")

# What would be lost, or end a line somewhere.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff]")
_SPACE_AT_LINE_END = re.compile(r"[ \t](?=\n)|(?<=\n)[ \t\n]")

_FORMULA_LINE = re.compile(r"(?<=\n)(?=[-+*>#=<|~`:\[\d])")

_OUTER_UNDERSCORES = re.compile(r"(?<![^\W_])_|_(?![^\W_])")

_ADDRESS = re.compile(r"\\(?![0-9A-Za-z])|&(?=#|[A-Za-z][A-Za-z0-9]*;)|[<>\"]")
_PAIRS = re.compile(r"[^()]*(?:\([^()]*\)[^()]*)*")  # parentheses that an address may have


def text(raw: str, before: str, after: str, math: bool, struck: bool, in_link: bool, cuts: list[int]) -> str:
    """A text so that it stays one, between the characters `before` and `after`; a backslash goes before each cut."""
    markup = _markup(math, struck, in_link)
    before, after = _kind(before), after if after in "([:" and not in_link else _kind(after)
    if not cuts:
        return _escaped(raw, before, after, markup)
    *parts, last = (raw[start:end] for start, end in pairwise([0, *cuts, len(raw)]))
    escaped = (_escaped(part, "." if i else before, ".", markup) for i, part in enumerate(parts))
    return "\\".join([*escaped, _escaped(last, ".", after, markup)])


def cuts(raw: str, in_link: bool, heading_ends: bool) -> list[int]:
    """Where in a text the reader would find more than words: addresses, short codes of emoji, the id of a heading."""
    found: list[int] = []
    if not in_link and autolinks.possible(raw):
        found += _in_addresses(raw)
    if ":" in raw and emoji.possible(raw):
        found += emoji.starts(raw)
    if heading_ends and (id := OWN_ID.search(raw)):
        found.append(id.start() + 1)
    return sorted(set(found)) if found else found


def spaces(line: str, first: bool, last: bool, one_line: bool) -> str:
    """Spaces and line ends that Markdown would drop, as entities; `first` and `last` on their line or lines."""
    line = line.replace("\n", "&#10;") if one_line else _SPACE_AT_LINE_END.sub(entity, line)
    if first and line[:1] in (" ", "\t", "\n"):
        line = entity(line[0]) + line[1:]
    if last and line[-1:] in (" ", "\t", "\n"):
        line = line[:-1] + entity(line[-1])
    return line


def line_starts(line: str, first: bool, item: bool) -> str:
    """Keeps lines from beginning a block; the `first` too, if it stands at the begin of one."""
    if item:
        line = _TASK.sub(r"\\[", line)
    return (_AT_LINE_START if first else _AFTER_LINE_END).sub(_backslash, line)


def address(url: str) -> str:
    """An address as it stands between parentheses, or in a definition."""
    plain = url and url[0] != "<" and " " not in url and "\t" not in url and _PAIRS.fullmatch(url)
    return _quoted(url, "") if plain else f"<{_quoted(url, '<>')}>"


def title(words: str) -> str:
    """The title of a link, between quotation marks."""
    return f'"{_quoted(words, chr(34))}"'


def info(words: str) -> str:
    """What stands after a fence."""
    return _quoted(words.replace("\n", " ").strip(" \t"), "")


def code(words: str) -> str:
    """A code span, within enough backticks."""
    words = words.replace("\n", " ")
    fence = "`"
    runs = set(re.findall("`+", words))
    while fence in runs:
        fence += "`"
    padded = "`" in (words[0], words[-1]) or (words[0] == words[-1] == " " and not words.isspace())
    return f"{fence} {words} {fence}" if padded else f"{fence}{words}{fence}"


def fits_dollars(formula: str) -> bool:
    """Whether a formula can stand between dollar signs: without any of its own, its braces in pairs, no empty line."""
    depth = 0
    for found in re.finditer(r"\\.|[{}$\\]|\n[ \t]*\n", formula, re.DOTALL):
        mark = found[0]
        if mark == "\\" or mark[0] == "\n" or (mark == "$" and depth == 0):
            return False
        depth += (mark == "{") - (mark == "}")
        if depth < 0:
            return False
    return depth == 0


def formula(lines: str) -> str:
    """A formula whose lines cannot begin blocks: four spaces keep them from it, and are not part of the formula."""
    return _FORMULA_LINE.sub(r"    \g<0>", lines)


def between_words(name: str) -> str:
    """A name of letters and underscores, of which none begins or ends an emphasis."""
    return _OUTER_UNDERSCORES.sub(r"\\\g<0>", name)


def entity(character: str | re.Match[str]) -> str:
    """A character as a numeric entity."""
    return f"&#{ord(character if isinstance(character, str) else character[0])};"


@cache
def _markup(math: bool, struck: bool, in_link: bool) -> re.Pattern[str]:
    rows = [f"(?P<keep>{'|'.join(_HARMLESS)})", *_MARKUP]
    rows += [row for row, wanted in ((_MATH, math), (_STRUCK, struck), (_BRACKETS, in_link)) if wanted]
    return re.compile("|".join(rows))


def _kind(neighbour: str) -> str:
    """A character of the same kind that is no markup."""
    if not neighbour:
        return ""
    return " " if neighbour.isspace() else "a" if neighbour.isalnum() else "."


def _backslash(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "keep":
            return found[0]
        case "number":
            return f"{found[0]}\\"
        case _:
            return f"\\{found[0]}"


def _escaped(raw: str, before: str, after: str, markup: re.Pattern[str]) -> str:
    line = markup.sub(_backslash, before + raw + after)
    return UNSAFE.sub(entity, line[len(before) : len(line) - len(after)])


def _in_addresses(raw: str) -> Iterator[int]:
    # Whether `www.` at the begin of a text begins an address depends on what stands before.
    for free in (True, False) if raw.startswith("www.") else (True,):
        at = 0
        while found := next(autolinks.find(raw, at, free), None):
            start, _, url = found
            is_mail = url.startswith(("mailto:", "xmpp:"))
            at = raw.index("@" if is_mail else "." if raw.startswith("www.", start) else ":", start)
            yield at


def _quoted(words: str, also: str) -> str:
    """An address or a title, where little but backslashes and entities means anything."""
    escaped = _ADDRESS.sub(lambda found: f"\\{found[0]}" if found[0] in also or found[0] in "\\&" else found[0], words)
    return re.sub(r"[\x00-\x1f\x7f]", entity, escaped)
