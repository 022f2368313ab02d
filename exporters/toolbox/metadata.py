"""What front matter says of a document, in the words that people use for it.

Metadata is whatever the author wrote, so every function here takes any shape of it and gives "" or () for what it
cannot read.
"""

from __future__ import annotations

import re
from typing import Literal

from exporters.document.nodes import Document, Json

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_RTL_LANGUAGES = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"))
_RTL_SCRIPTS = frozenset(("adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"))


def language(document: Document) -> str:
    """The language tag (RFC 5646) of `lang` or `language`; "en" without one."""
    return stated_language(document) or "en"


def stated_language(document: Document) -> str:
    """The same; "" without one, for what is better left alone than done by the rules of a wrong language."""
    for key in ("lang", "language"):
        stated = document.metadata.get(key)
        if isinstance(stated, str) and _TAG.fullmatch(stated.strip()):
            return stated.strip().replace("_", "-")
    return ""


def direction(document: Document) -> Literal["ltr", "rtl"]:
    """Which way the document runs: as `dir` says, or as its language is written."""
    match document.metadata.get("dir"):
        case "ltr" | "rtl" as stated:
            return stated
        case _:
            return direction_of(language(document))


def direction_of(tag: str) -> Literal["ltr", "rtl"]:
    """Which way a language is written, by its script where the tag names one."""
    language, *others = tag.lower().split("-")
    script = next((other for other in others if len(other) == 4 and other.isalpha()), "")
    if script:
        return "rtl" if script in _RTL_SCRIPTS else "ltr"
    return "rtl" if language in _RTL_LANGUAGES else "ltr"


def authors(document: Document) -> tuple[str, ...]:
    """The names in `author` or `authors`: a line, a list of lines, or a list of mappings that have a `name`."""
    stated = document.metadata.get("author") or document.metadata.get("authors")
    several = stated if isinstance(stated, list) else [stated]
    names = (line(each.get("name")) if isinstance(each, dict) else line(each) for each in several)
    return tuple(name for name in names if name)


def stated(document: Document, *keys: str) -> str:
    """The first of these keys that holds a line of text."""
    return next((found for key in keys if (found := line(document.metadata.get(key)))), "")


def keywords(document: Document) -> tuple[str, ...]:
    """The words in `keywords` or `tags`: a list, or a line with commas."""
    found = document.metadata.get("keywords") or document.metadata.get("tags")
    several = found if isinstance(found, list) else line(found).split(",")
    return tuple(word for each in several if (word := line(each)))


def line(value: Json) -> str:
    """A scalar as one line of text; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())
