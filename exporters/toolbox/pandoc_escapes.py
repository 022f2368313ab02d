"""What pandoc's writers leave unescaped: text that the target would take for markup, and code that would end too soon.

Some of them escape next to nothing, so that `{{groovy}}` in a document runs as a program where it is pasted into XWiki,
and `[[` or `{{` links, and embeds, in the others. What is found here goes to pandoc as its `RawInline`, which it writes
as it is: never anything but marks of the syntax, each of them escaped.

Source: the formatting manuals of MediaWiki, DokuWiki, Jira, Textile, XWiki 2.1, Zim, Org and djot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

_SIGNS = "–—…“”‘’"  # for which some writers have nothing but those of a typewriter
_NO_SPACE = "\u200b"  # has no width; what it parts is no mark


class _Syntax(NamedTuple):
    escaped: Callable[[str], str]
    """Makes marks harmless."""
    anywhere: str
    """An expression for marks."""
    at_begin: str = r"\Z."
    """The same for those at the begin of a line."""
    in_cells: str = ""
    """The same for those in the cell of a table."""
    in_links: str = ""
    """The same for those in a link."""
    ends_code: str = r"\Z."
    """The same for what would end a piece of code."""
    around_code: tuple[str, str] | None = None
    """What stands around code within a line, where pandoc's own would let its marks be read."""
    ends_urls: str = ""
    """Characters that would end a link's URL, and that it may have in `%` notation as well."""
    in_headings: bool = True
    """Whether marks are read in a heading."""


class Marks(NamedTuple):
    """The marks of one syntax, and what to write for them."""

    escaped: Callable[[str], str]
    anywhere: re.Pattern[str]
    at_begin: re.Pattern[str]
    in_cells: re.Pattern[str]
    in_links: re.Pattern[str]
    ends_code: re.Pattern[str]
    around_code: tuple[str, str] | None
    ends_urls: str
    in_headings: bool

    def parted(self, word: str, begins: bool, expression: re.Pattern[str]) -> Iterator[tuple[str, bool]]:
        """The word in pieces, each with whether it is marks, which are escaped then. `begins` says if a line does."""
        at = 0
        if begins and (found := self.at_begin.search(word)):
            yield word[: found.start()], False
            yield self.escaped(found[0]), True
            at = found.end()
        for found in expression.finditer(word, at):
            yield word[at : found.start()], False
            yield found[0] if found[0] in _SIGNS else self.escaped(found[0]), True
            at = found.end()
        yield word[at:], False

    def unended(self, code: str) -> str:
        """The code, with a space of no width in what would end it."""
        return self.ends_code.sub(lambda end: f"{end[0][0]}{_NO_SPACE}{end[0][1:]}", code)


@cache
def marks(syntax: str) -> Marks | None:
    """The marks of a syntax, by pandoc's name for it; None where pandoc escapes all that needs it."""
    its = _SYNTAXES.get(syntax)
    if its is None:
        return None
    anywhere, at_begin, in_cells, in_links, ends_code = (
        re.compile("|".join(filter(None, each)), re.IGNORECASE)
        for each in (
            (its.anywhere,),
            (its.at_begin,),
            (its.anywhere, its.in_cells),
            (its.anywhere, its.in_links),
            (its.ends_code,),
        )
    )
    return Marks(
        its.escaped,
        anywhere,
        at_begin,
        in_cells,
        in_links,
        ends_code,
        its.around_code,
        its.ends_urls,
        its.in_headings,
    )


def _as_references(marks: str) -> str:
    return "".join(f"&#{ord(mark)};" for mark in marks)


def _behind_backslashes(marks: str) -> str:
    return "".join(f"\\{mark}" for mark in marks)


def _behind_tildes(marks: str) -> str:
    return "".join(f"~{mark}" for mark in marks)


def _as_no_wiki(marks: str) -> str:
    return f"<nowiki>{marks}</nowiki>" if "%" in marks else f"%%{marks}%%"


def _apart(marks: str) -> str:
    return f"{_NO_SPACE}{_NO_SPACE.join(marks)}{_NO_SPACE}"


def _as_entities(marks: str) -> str:
    return {"|": r"\vert{}", "\\": f"\\{_NO_SPACE}"}.get(marks) or _apart(marks)


def _as_comma(_marks: str) -> str:
    return "@comma{}"


_TEXTILE_BLOCK = "|".join(
    rf"(?<=\A{name})[.(<>={{\[]" for name in (r"h[1-6]", "bq", "bc", "p", r"fn\d", "pre", "table", "notextile")
)

_SYNTAXES = {
    "mediawiki": _Syntax(
        _as_references,
        r"[\[\]{}|]|''+|~~~+|__",
        at_begin=r"\A[=*#:;-]+",
        ends_code="</(?:syntaxhighlight|pre)",
        around_code=("<code>", "</code>"),
    ),
    "dokuwiki": _Syntax(
        _as_no_wiki,
        r"\{\{|\}\}|\[\[|\]\]|\(\(|\)\)|''|\\\\|~~|%%|<(?=[/a-z])",
        at_begin=r"\A[>|^=-]+",
        in_cells=r"[|^]",
        ends_code="</code|</file|%%",
        in_headings=False,
    ),
    "jira": _Syntax(
        _behind_backslashes,
        r"\||&(?=[#a-z])",
        at_begin=r"\A#+|(?<=\Ah[1-6])\.|(?<=\Abq)\.",
        ends_code=r"\{(?:code|noformat)",
    ),
    "textile": _Syntax(
        _as_references,
        rf'[!^~%"\[\]={_SIGNS}]|\?\?',
        at_begin=rf"\A[#*;:>-]+|{_TEXTILE_BLOCK}",
        ends_code="</pre",
    ),
    "xwiki": _Syntax(
        _behind_tildes,
        r"\{\{+|\}\}+|\[\[+|\]\]+|\(\(\(|\)\)\)|>>|\||__|##|,,|\^\^|\\\\|~|''|@@",
        at_begin=r"\A[=*>;:!|#-]+|(?<=\A\d)\.",
        ends_code=r"\{\{/code",
        around_code=("##", "##"),
    ),
    "zimwiki": _Syntax(
        _apart,
        r"\{\{+|\}\}+|\[\[+|\]\]+|''+|[_^](?=\{)|\|",
        at_begin=r"\A(?:[=*>#-]+|\[|\d+[.)])",
        ends_code=r"\}\}\}|'''|''",
    ),
    "bbcode": _Syntax(_apart, rf"\[(?=[/*\w])|[{_SIGNS}]", ends_code=r"\[/code", around_code=("", "")),
    "org": _Syntax(
        _as_entities,
        rf"[{_SIGNS}]"
        r"|(?<![^\s({'\"-])[*/_=~+](?=\S)|\[\[|\[(?=fn:|cite)|\{\{\{|<<|\\(?=[a-z(\[])|@@|\$(?=\S)|src_(?=[a-z])|<(?=\d)",
        at_begin=r"\A(?:[*#|+:-]|\d+[.)])",
        in_cells=r"\|",
        ends_code="#\\+end_",
    ),
    "djot": _Syntax(_behind_backslashes, f"[{_SIGNS}]", at_begin=r"\A[#:|>+*-]|(?<=\A\w)[.)]|(?<=\A\d\d)[.)]"),
    "texinfo": _Syntax(
        _as_comma, f"[{_SIGNS}]", in_links=",", ends_code="@end", around_code=("@code{", "}"), ends_urls=","
    ),
    "context": _Syntax(_apart, r"\Z.", ends_code=r'\\stop|/BTEX|"', ends_urls="()"),
}
