"""What a text of MkDocs' Markdown is looked through for, in Python-Markdown's order.

Each pass looks for one kind of mark. What it finds leaves a place, so that no pass after it looks inside.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any

from markdown.inlinepatterns import HTML_RE, LinkInlineProcessor

from exporters.document.nodes import Code, FootnoteReference, Keyboard, LineBreak, Math, RawInline
from exporters.document.walk import plain_text
from exporters.readers import autolinks, emoji, inline_html, placeholders
from exporters.readers.mkdocs.attributes import MAX_ATTRIBUTES, without_attributes
from exporters.report import Code as Reported

if TYPE_CHECKING:
    from exporters.readers.mkdocs.inlines import Lines
    from exporters.readers.reading import Reading

type _Look = Callable[[Lines, str], str]
"""Gives a text with a place for each mark of a kind that is in it."""


class Settled(str):
    """Text in which no mark is looked for any more."""

    __slots__ = ()


_TICKS = re.compile("`+")


def _code(lines: Lines, text: str) -> str:
    """`code`, ``co`de``"""
    runs = [run.span() for run in _TICKS.finditer(text)]
    places: dict[int, list[int]] = {}
    for number in reversed(range(len(runs))):
        places.setdefault(runs[number][1] - runs[number][0], []).append(number)
    pieces: list[str] = []
    at = number = 0
    while number < len(runs):
        start, end = runs[number]
        if _escapes(text, start):
            start += 1
        closers = places.get(end - start, [])
        while closers and closers[-1] <= number:
            closers.pop()
        number += 1
        if closers and start < end:
            close, after = runs[closers[-1]]
            code = _SHEBANG.sub("", lines.source(text[end:close]).strip(), count=1)
            pieces += [text[at:start], lines.keep(Code(code.replace("\n", " ")), text[start:after])]
            at = after
            number = closers[-1] + 1
    return "".join((*pieces, text[at:]))


_SHEBANG = re.compile(r"#!\w[\w+#.-]* +(?=\S)|:{3}\w[\w+#.-]* +(?=\S)")  # the language of code within a line


def _escapes(text: str, at: int) -> bool:
    """Whether the characters before a place make it one that means itself."""
    before = at
    while before and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1


_DOLLARS = re.compile(
    r"(?<!\\)(?:\$\$(?!\$)((?:\\.|[^\\$\x02])++)\$\$|\$(?![\s$])((?:\\.|[^\\$\x02])++)(?<!\s)\$(?!\d))", re.DOTALL
)


def _math(lines: Lines, text: str) -> str:
    """$a$, $$a$$, \\(a\\)"""

    def kept(found: re.Match[str]) -> str:
        display = found[1] is not None
        formula = lines.source(found[1] if display else found[2]).strip()
        return lines.keep(Math(formula, display), found[0]) if formula else found[0]

    return _round_math(lines, _DOLLARS.sub(kept, text) if "$" in text else text)


def _round_math(lines: Lines, text: str) -> str:
    pieces: list[str] = []
    at = start = 0
    while (start := text.find("\\(", start)) >= 0 and (end := text.find("\\)", start + 2)) >= 0:
        formula = "" if _escapes(text, start) else lines.source(text[start + 2 : end]).strip()
        if not formula:
            start += 2
            continue
        pieces += [text[at:start], lines.keep(Math(formula), text[start : end + 2])]
        at = start = end + 2
    return "".join((*pieces, text[at:]))


_KEYS = re.compile(r"\+\+([\w-]+(?:\+[\w-]+)*)\+\+")
_QUOTED = r"(?:[\w-]+|\"[^\"\n]+\"|'[^'\n]+')"
_QUOTED_KEYS = re.compile(rf"\+\+({_QUOTED}(?:\+{_QUOTED})*+)\+\+")
_KEY = re.compile(_QUOTED)


def _keys(lines: Lines, text: str) -> str:
    """++ctrl+alt+del++"""
    return _KEYS.sub(lambda found: _pressed(lines, found), text)


def _quoted_keys(lines: Lines, text: str) -> str:
    """++"my key"++: before anything else finds marks in the words."""
    return _QUOTED_KEYS.sub(
        lambda found: _pressed(lines, found) if '"' in found[1] or "'" in found[1] else found[0], text
    )


def _pressed(lines: Lines, found: re.Match[str]) -> str:
    from pymdownx.keymap_db import aliases, keymap

    nodes: list[Any] = []
    for key in _KEY.findall(found[1]):
        name = unescape(key[1:-1].strip()) if key[0] in "\"'" else keymap.get(aliases.get(key.lower(), key.lower()))
        if not name:
            return found[0]
        nodes += ["+", Keyboard(lines.shown(name))] if nodes else [Keyboard(lines.shown(name))]
    return lines.keep(tuple(Settled(node) if isinstance(node, str) else node for node in nodes), found[0])


_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()>#+\-.!|~^=$:/ ])")


def _escaped_signs(lines: Lines, text: str) -> str:
    """\\*"""
    return _ESCAPE.sub(lambda found: lines.keep(Settled(found[1]), found[0]), text)


_NOTE = re.compile(r"\[\^([^\[\]]+)\]")


def _notes(lines: Lines, text: str) -> str:
    """[^1]"""
    notes = lines.found.notes

    def kept(found: re.Match[str]) -> str:
        if found[1] not in notes:
            return found[0]
        if found[1] not in lines.mentioned:
            lines.mentioned.add(found[1])
            lines.mentions.append(found[1])
        return lines.keep(FootnoteReference(lines.source(found[1])), found[0])

    return _NOTE.sub(kept, text)


_BRACKET = re.compile(r"[\[\]]")


def _brackets(text: str) -> dict[int, int]:
    """Where each bracket that opens is closed."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for bracket in _BRACKET.finditer(text):
        if bracket[0] == "[":
            opened.append(bracket.start())
        elif opened:
            pairs[opened.pop()] = bracket.start()
    return pairs


type _Target = Callable[[str, int, int], tuple[str, str, int] | None]
"""Gives address, title and end of what stands between two brackets, or None where there is none."""


def _linked(lines: Lines, text: str, image: bool, target: _Target) -> str:
    """The text with a place for each link, or image, that has a target."""
    pieces: list[str] = []
    at = 0
    for opens, closes in sorted(_brackets(text).items()):
        start = opens - 1 if image else opens
        if start < at or (opens > 0 and text[opens - 1] == "!") != image:
            continue
        found = target(text, opens, closes)
        if found is None:
            continue
        url, title, end = found
        node: Any
        if image:
            words = plain_text(lines.words(text[opens + 1 : closes], _AFTER_BRACKETS))
            node = lines.reading.image(url, words, title)
        else:
            node = lines.reading.link(lines.words(text[opens + 1 : closes], _AFTER_LINKS), url, title)
        pieces += [text[at:start], lines.keep(node, text[start:end])]
        at = end
    return "".join((*pieces, text[at:]))


MAX_NAME = 999  # characters of a reference's name (CommonMark 0.31.2, 6.3)
USUAL_TARGET = 500  # characters of an address with its title
_QUOTE = re.compile("[\"']")


class Addresses(LinkInlineProcessor):  # type: ignore[misc]  # it has no types
    """What stands in the parentheses after a link's words, as the library has it."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def unescape(self, text: str) -> str:
        """The text with what its places stand for."""
        return self._lines.meant(text)

    def inline(self, text: str, _opens: int, closes: int) -> tuple[str, str, int] | None:
        """[words](address "title")"""
        if text[closes + 1 : closes + 2] != "(":
            return None
        part = text[closes + 1 : closes + 1 + USUAL_TARGET]
        url, title, length, handled = self.getLink(part, 0)
        unsure = length < 1 or not handled or (title is None and _QUOTE.search(part, 0, length))
        if len(part) == USUAL_TARGET and unsure:
            # It is longer, or may be: the library looks up to the end of the text, and would for each bracket.
            self._lines.found.effort.spend(8 * (len(text) - closes))
            url, title, length, handled = self.getLink(text[closes + 1 :], 0)
        if not handled or length < 1:  # the library gives -1 for `[a](b "c(d`
            self._lines.found.effort.spend(2 * len(part))
            return None
        return self._lines.plain(url), self._lines.plain(title or ""), closes + 1 + length

    def full(self, text: str, opens: int, closes: int) -> tuple[str, str, int] | None:
        """[words][name]"""
        begin = closes + 2 if text[closes + 1 : closes + 2].isspace() else closes + 1
        if text[begin : begin + 1] != "[":
            return None
        end = text.find("]", begin + 1)
        if end < 0:
            return None
        return self._reference(text[begin + 1 : end] or text[opens + 1 : closes], end + 1)

    def short(self, text: str, opens: int, closes: int) -> tuple[str, str, int] | None:
        """[name]"""
        return self._reference(text[opens + 1 : closes], closes + 1)

    def _reference(self, name: str, end: int) -> tuple[str, str, int] | None:
        if len(name) > MAX_NAME:
            return None
        found = self._lines.found.references.get(" ".join(self._lines.source(name).lower().split()))
        return (self._lines.plain(found[0]), self._lines.plain(found[1] or ""), end) if found else None


def _full_references(lines: Lines, text: str) -> str:
    return _linked(lines, text, False, lines.addresses.full) if lines.found.references else text


def _links(lines: Lines, text: str) -> str:
    return _linked(lines, text, False, lines.addresses.inline)


def _images(lines: Lines, text: str) -> str:
    return _linked(lines, text, True, lines.addresses.inline)


def _full_image_references(lines: Lines, text: str) -> str:
    return _linked(lines, text, True, lines.addresses.full) if lines.found.references else text


def _short_references(lines: Lines, text: str) -> str:
    return _linked(lines, text, False, lines.addresses.short) if lines.found.references else text


def _short_image_references(lines: Lines, text: str) -> str:
    return _linked(lines, text, True, lines.addresses.short) if lines.found.references else text


_AUTOLINK = re.compile(r"<(?:([A-Za-z][A-Za-z0-9+.-]*://[^<>\x02]*)|(?:mailto:)?([^<>\s!@\x02]+@[^@<>\s\x02]+))>")


def _autolinks(lines: Lines, text: str) -> str:
    """<https://example.org>, <me@example.org>"""

    def kept(found: re.Match[str]) -> str:
        words = lines.plain(found[1] or found[2])
        url = words if found[1] else f"mailto:{words}"
        return lines.keep(Settled(words) if lines.in_link else lines.reading.link((words,), url), found[0])

    return _AUTOLINK.sub(kept, text)


_BREAK = re.compile(r"(?<! ) {2,}\n")


def _breaks(lines: Lines, text: str) -> str:
    return _BREAK.sub(lambda found: lines.keep(LineBreak(), found[0]), text)


_HTML = re.compile(HTML_RE, re.DOTALL)
_INDENTED = re.compile(r"\n[ \t]*")


def _html(lines: Lines, text: str) -> str:
    def kept(found: re.Match[str]) -> str:
        html = _INDENTED.sub("\n", lines.source(found[0]))
        if inline_html.is_line_break(html):
            return lines.keep(LineBreak(), found[0])
        if lines.found.placeholders.has(html):
            lines.reading.report.note(Reported.SYNTAX, placeholders.WHAT, lines.reading.where)
            return lines.keep(Settled(html), found[0])
        return lines.keep(RawInline(html), found[0])

    return _HTML.sub(kept, text)


_MAIL = re.compile(r"[^/@+-]?\S+[A-Za-z]")
_PLACES = re.compile("(\x02[^\x03]*\x03)")


def _bare_addresses(lines: Lines, text: str) -> str:
    """https://example.org, www.example.org, me@example.org"""
    if lines.in_link or not autolinks.possible(text):
        return text
    pieces: list[str] = []
    for number, part in enumerate(_PLACES.split(text)):
        if number % 2 or not autolinks.possible(part):
            pieces.append(part)
            continue
        at = 0
        for start, end, url in autolinks.find(part, free=not number):
            if url.startswith("mailto:") and not _MAIL.fullmatch(part[max(0, start - 1) : end]):
                continue  # what GitHub takes for a mail address, but MkDocs does not: package@1.2.3
            unopened = _unopened_brackets(part, start, end)
            end -= unopened
            words, url = lines.plain(part[start:end]), lines.plain(url[: len(url) - unopened])
            pieces += [part[at:start], lines.keep(lines.reading.link((words,), url), part[start:end])]
            at = end
        pieces.append(part[at:])
    return "".join(pieces)


def _unopened_brackets(text: str, start: int, end: int) -> int:
    """How many brackets at the end of an address close what it stands in."""
    most = text.count("]", start, end) - text.count("[", start, end)
    trailing = end - start - len(text[start:end].rstrip("]"))
    return max(0, min(most, trailing))


ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def _entities(lines: Lines, text: str) -> str:
    return ENTITY.sub(lambda found: lines.keep(Settled(unescape(found[0])), found[0]), text)


_ICON = re.compile(r":(?:material|fontawesome|octicons|simple)-[a-z0-9-]+:")


def _emoji(lines: Lines, text: str) -> str:
    """:smile:"""
    if _ICON.search(text):
        what = "An icon of a theme (:material-check:) is kept as text: no character stands for it."
        lines.reading.report.note(Reported.SYNTAX, what, lines.reading.where)
        text = _without_looks(text)
    pieces: list[str] = []
    at = 0
    for start, end, found in emoji.find(text):
        pieces += [text[at:start], lines.keep(Settled(found), text[start:end])]
        at = end
    return "".join((*pieces, text[at:]))


def _without_looks(text: str) -> str:
    """The text without the attributes of its icons, :material-check:{ .lg .middle }, which say how large they are."""
    pieces: list[str] = []
    at = 0
    for found in _ICON.finditer(text):
        after = text[found.end() : found.end() + MAX_ATTRIBUTES]
        pieces.append(text[at : found.end()])
        at = found.end() + len(after) - len(without_attributes(after)[0])
    return "".join((*pieces, text[at:]))


_SNIPPET = "--8<--"
_MACRO = re.compile(r"\{\{[^{}\n]+\}\}|\{%[^{}\n]+%\}")


def note_snippets(text: str, reading: Reading) -> None:
    """Says that what would put other files into a text is left as it is."""
    if _SNIPPET in text:
        what = "A snippet (--8<--) is kept as text: exports read no other files than the source."
        reading.report.note(Reported.SYNTAX, what, reading.where)


def _unknown(lines: Lines, text: str) -> str:
    """Says what a plugin of MkDocs would replace."""
    report, where = lines.reading.report, lines.reading.where
    note_snippets(text, lines.reading)
    if _MACRO.search(text):
        what = "A macro ({{ … }} or {% … %}) is kept as text: exports run no plugins of MkDocs."
        report.note(Reported.SYNTAX, what, where)
    return text


PASSES: tuple[tuple[tuple[str, ...], _Look], ...] = (
    (("`",), _code),
    ((_SNIPPET, "{{", "{%"), _unknown),
    (("$", "\\("), _math),
    (('++"', "++'", '+"', "+'"), _quoted_keys),
    (("\\",), _escaped_signs),
    (("[^",), _notes),
    (("[",), _full_references),
    (("](",), _links),
    (("![",), _images),
    (("![",), _full_image_references),
    (("[",), _short_references),
    (("![",), _short_image_references),
    (("<",), _autolinks),
    (("  \n",), _breaks),
    (("<",), _html),
    (("://", "www.", "@"), _bare_addresses),
    (("&",), _entities),
    ((":",), _emoji),
    (("++",), _keys),
)
"""Each with what must be in a text for it to find something."""

_AFTER_LINKS = next(number for number, (_, look) in enumerate(PASSES) if look is _images)
_AFTER_BRACKETS = next(number for number, (_, look) in enumerate(PASSES) if look is _autolinks)
