"""Cuts HTML into tags and texts as browsers do (WHATWG HTML, 13.2.5).

One expression finds the next tag, comment or declaration. It takes what it begins to the very end where the end is
missing, so nothing is looked at twice. What is no text for readers comes as one piece: scripts, drawings, films.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from itertools import islice

from exporters.errors import SourceTooLarge

TEXT, START, END, WHOLE = range(4)

type Token = tuple[int, str, str, int, str]
"""What it is; the name of a tag, in lower case, or the text; a tag's attributes as they are written; where it begins;
what a WHOLE element holds, as it is written."""

_ATTRIBUTE = r"""[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+(?:[ \t\n\f\r]*+=[ \t\n\f\r]*+
    (?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^ \t\n\f\r"'>][^ \t\n\f\r>]*+)?+)?+"""
_MARKUP = re.compile(
    rf"""<(?:(/?)([a-zA-Z][^ \t\n\f\r/>]*+)((?:[ \t\n\f\r/]++|{_ATTRIBUTE})*+)(?:>|\Z)
          |!--(?:-?>|.*?(?:--!?>|\Z))
          |[!?/][^>]*+(?:>|\Z))""",
    re.VERBOSE | re.DOTALL,
)
_NAME_AND_VALUE = re.compile(
    r"""([^ \t\n\f\r/>][^ \t\n\f\r/>=]*+)(?:[ \t\n\f\r]*+=[ \t\n\f\r]*+
    (?:"([^"]*+)(?:"|\Z)|'([^']*+)(?:'|\Z)|([^ \t\n\f\r"'>][^ \t\n\f\r>]*+))?+)?+""",
    re.VERBOSE,
)
# In an attribute `&copy=1` is no ©: it is one of an address's parameters (13.2.5.73).
_REFERENCE = re.compile(r"&(?:#[xX]?[0-9a-fA-F]{1,12};?|[a-zA-Z][a-zA-Z0-9]{0,40}(?:;|(?![a-zA-Z0-9=])))")


def names(listed: str) -> frozenset[str]:
    """The names in a list that is written with spaces."""
    return frozenset(listed.split())


_MAX_ATTRIBUTES = 100  # of one tag; who writes more has none that mean something

_TO_THE_END = frozenset(("plaintext", "script", "style"))
"""Where these are never closed, all that follows is theirs; of others without an end, only the tag is overlooked."""
_NESTING = frozenset(("math", "object", "svg", "template"))
_WHOLE = (
    _TO_THE_END
    | _NESTING
    | names("applet audio button canvas datalist iframe noembed noframes noscript select textarea title video xml xmp")
)
_CDATA = "<![CDATA["
_MAX_TRIES = 2  # searches to the end of the source for the end of one kind of element, before no more are made


MAX_TAGS = 800_000  # some 200 bytes of nodes for each: a book of 500 pages has 60,000


def tokens(html: str, xml: bool = False) -> Iterator[Token]:
    """The pieces of a source, in its order, without its comments. In XML a tag may be its own end, and a text may be
    kept from being markup.

    Raises `SourceTooLarge`.
    """
    tries: dict[str, int] = {}
    left = MAX_TAGS
    at = 0
    found = _MARKUP.search(html)
    while found:
        start, end = found.span()
        if start > at:
            yield TEXT, html[at:start], "", at, ""
        at = end
        name = found[2]
        if name:
            left -= 1
            if not left:
                raise SourceTooLarge(f"The source has more than {MAX_TAGS:,} tags. Split it.")
            name = name.lower()
            raw = found[3]
            if found[1]:
                yield END, name, "", start, ""
            elif xml and raw.endswith("/"):
                yield START, name, raw, start, ""
                yield END, name, "", start, ""
            elif name not in _WHOLE:
                yield START, name, raw, start, ""
            elif inside := _inside(html, name, raw, at, tries):
                inner, at = inside
                yield WHOLE, name, raw, start, html[end:inner]
        elif xml and html.startswith(_CDATA, start):
            begin = start + len(_CDATA)
            end = html.find("]]>", begin)
            inner, at = (end, end + 3) if end >= 0 else (len(html), len(html))
            yield TEXT, html[begin:inner].replace("&", "&amp;"), "", begin, ""
        found = _MARKUP.search(html, at)
    if at < len(html):
        yield TEXT, html[at:], "", at, ""


def _inside(html: str, name: str, raw: str, at: int, tries: dict[str, int]) -> tuple[int, int] | None:
    """Where the content of an element ends, and where its end does; None where it has none."""
    if name in ("svg", "math") and raw.endswith("/"):
        return at, at
    if tries.get(name, 0) < _MAX_TRIES:
        depth = 1
        for edge in re.compile(rf"<(/?){name}(?=[ \t\n\f\r/>])[^>]*+(?:>|\Z)", re.IGNORECASE).finditer(html, at):
            if edge[1]:
                depth -= 1
            elif name in _NESTING and not edge[0].endswith("/>"):
                depth += 1
            if depth == 0:
                return edge.span()
        tries[name] = tries.get(name, 0) + 1
    return (len(html), len(html)) if name in _TO_THE_END else None


def attributes(raw: str) -> Mapping[str, str]:
    """The attributes of a tag by name; the first one counts."""
    found: dict[str, str] = {}
    for each in islice(_NAME_AND_VALUE.finditer(raw), _MAX_ATTRIBUTES):
        name, double, single, bare = each.groups()
        value = double or single or bare or ""
        if "&" in value:
            value = _REFERENCE.sub(lambda reference: unescape(reference[0]), value)
        found.setdefault(name.lower(), value)
    return found


def text_of(html: str) -> str:
    """The words of a piece of HTML, without its tags and comments."""
    return unescape("".join(name for kind, name, *_ in tokens(html) if kind == TEXT))
