"""How text stands in AsciiDoc without being taken for markup.

A backslash is an escape there only before what would be markup, and text otherwise, so none is used within lines: what
could be markup stands between double pluses, which keep it as it is, and pluses between double dollars.

Source: the AsciiDoc Language Documentation, "Passthroughs" and "Substitutions"; the expressions of Asciidoctor 2.0.
"""

from __future__ import annotations

import re

_SPECIAL = r"""
      \$\$+ | \+\++ | \+(?!(?<=[^\W_].)[^\W_])(?!(?<=[ ].)[ ])   # what keeps other things as they are
    | (?:
        [%s]
      | [*_#](?!(?<=[^\W_].)[^\W_])(?!(?<=[ \n].)[ \n])  # not between letters, and not between blanks
      | [*_#](?=[*_#])
      | ::+(?=\s|$) | ;;(?=\s|$)                        # terms
      | << | >> | \(\( | (?<=\w)--(?=\w) | (?<![^ \n])--(?=[ \n]|$)
      | \((?:C|R|TM)\) | \.\.\. | [-=]> | <[-=]
      | &(?=\#?\w+;)
      )+
    """
_IN_TEXT = re.compile(_SPECIAL % r"\\`^~{\[", re.VERBOSE)
_IN_MACRO = re.compile(_SPECIAL % r'\\`^~{\[="', re.VERBOSE)  # where there are attributes
# What would make a term of all that is before it, even here, must be followed by something.
_PLUSES_AND_TERMS = re.compile(r"(\++)|(?<=\[)(?=\[)|(?<=::)(?=[ \t])|(?<=;;)(?=[ \t])")

# What makes something else than a line of a paragraph of a line, as far as it is written as it is.
_LINE_START = re.compile(
    r"""
      (?:=+|>|-|\*+|\.+|•)(?=[ ])       # headings, lists
    | (?:[0-9]+|[A-Za-z]|[IVXLCDMivxlcdm]+)[.)](?=[ ])
    | <[0-9.]+>(?=[ ])
    | \.(?=\S)                        # titles
    | (?=:[^:]+:(?:[ ]|$)):             # attributes
    | //
    | (?:=+|-+|\.+|\*+|_+|'+|\|=+|,=+|:=+|!=+|<+)$
    | --(?=[ ])                       # who said what is quoted
    | (?:-[ ]?-[ ]?-|\*[ ]?\*[ ]?\*)$
    | (?:include|ifdef|ifndef|ifeval|endif)::  # what Asciidoctor does before it reads anything
    | (?:NOTE|TIP|IMPORTANT|WARNING|CAUTION):(?=[ ])
    """,
    re.VERBOSE,
)
# What a program that reads the file does even within code.
_DIRECTIVE = re.compile(r"^\\?(?:include|ifdef|ifndef|ifeval|endif)::.*\[.*\](?:[^\S\n]|\ufeff)*$", re.MULTILINE)
_REFERENCE = re.compile(r"\{(?=(?:set|counter2?):|\w[\w-]*\})")
_BLANKS = re.compile(r"[ \t]+")


def text(words: str, in_macro: bool = False) -> str:
    """Words of a line; within the square brackets of a macro these have to be escaped, too."""
    if not in_macro:
        return _IN_TEXT.sub(_kept, words)
    # What is in brackets before pluses would say how they are dressed.
    return "\\]{empty}".join(_IN_MACRO.sub(_kept, part) for part in words.split("]"))


def kept(words: str, in_macro: bool = False) -> str:
    """Words that are kept as they are, whatever they hold."""
    if in_macro and "]" in words:
        return "\\]{empty}".join(map(kept, words.split("]")))
    parts = _PLUSES_AND_TERMS.split(words)
    return "".join(f"$${part}$$" if part[0] == "+" else f"++{part}++" for part in parts if part)


def ending(written: str) -> str:
    """What stands before a macro, where both together could be taken for another."""
    head, colon, tail = written.rpartition(":")
    is_safe = not colon or tail == "++" or any(map(str.isspace, tail))
    return written if is_safe else f"{head}++:++{tail}"


def _kept(found: re.Match[str]) -> str:
    return kept(found[0])


def line(written: str) -> str:
    """A line of a paragraph, as what it begins with could be taken for something else."""
    written = _BLANKS.sub(" ", written.strip(" \t"))
    found = _LINE_START.match(written)
    return f"{kept(found[0])}{written[found.end() :]}" if found else written


def lines(written: str) -> str:
    """The lines of a paragraph."""
    return "\n".join(made for each in written.split("\n") if (made := line(each)))


def verbatim(code: str) -> str:
    """Lines that are kept as they are, but for what would read other files into them."""
    return _DIRECTIVE.sub(r"\\\g<0>", code)


def value(words: str) -> str:
    """The value of an attribute of the document."""
    return _REFERENCE.sub(r"\\{", " ".join(words.split())).rstrip("\\+ ")


def quoted(words: str) -> str:
    """The value of an attribute of a macro, between double quotes."""
    return '"' + _REFERENCE.sub(r"\\{", " ".join(words.split())).replace('"', '\\"').rstrip("\\") + '"'


def address(url: str) -> str:
    """A URL where it would be read for markup, as an image's is."""
    return _IN_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", url)


_IN_ADDRESS = re.compile(r"[*_`^~+\[\]']|--|\.\.\.")
