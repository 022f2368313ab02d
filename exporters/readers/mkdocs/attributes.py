"""Lists of attributes in MkDocs' Markdown, `{ #id .class key=value }`: the ids are kept, all else is looks."""

from __future__ import annotations

import re
from typing import Any

_ATTRIBUTES = re.compile(r"\{:?[ ]*((?:\"[^\"\n]*\"|'[^'\n]*'|[^}\"'\n])*+)\}")
_WORD = re.compile(r"[^\s=\"']+=\"[^\"]*\"|[^\s=\"']+='[^']*'|[^\s\"']+")
_OWN_ID = re.compile(r"#[\w:.-]+")
_ATTRIBUTE = re.compile(r"[#.][\w:.-]+|[\w:.-]+=.*|data-[\w-]+|download|markdown")
MAX_ATTRIBUTES = 1_000  # characters of a list of attributes


def without_attributes(text: str) -> tuple[str, str]:
    """The text after a list of attributes at its begin, and the id that this gives.

    Other attributes are looks. What has nothing of an attribute, such as `{x, y}`, stays.
    """
    found = _ATTRIBUTES.match(text, 0, MAX_ATTRIBUTES)
    words = _WORD.findall(found[1]) if found else []
    if found is None or not (words and _ATTRIBUTE.fullmatch(words[0])):
        return text, ""
    return text[found.end() :], next((word[1:] for word in words if _OWN_ID.fullmatch(word)), "")


def without_last_attributes(nodes: list[Any], own_line: bool = False) -> str:
    """Takes a list of attributes off the end of a line, or of a paragraph's last, and gives the id in it."""
    last = nodes[-1] if nodes else None
    if not isinstance(last, str) or not last.rstrip(" ").endswith("}"):
        return ""
    begin = last.rfind("{", -MAX_ATTRIBUTES)
    rest, id = without_attributes(last[begin:])
    before = last[begin - 1 : begin] if begin > 0 else ""
    if begin <= 0 or rest.strip(" ") or before not in ("\n" if own_line else " \n"):
        return ""
    nodes[-1:] = filter(None, (last[:begin].rstrip(" \n"),))
    return id


_INFO = re.compile(r"\.?([\w#.+-]*)[ \t]*(?:\{(.*)\}|(.*))")


def language(info: str) -> tuple[str, str]:
    """The language of fenced code, and all that is said of it: `py title="a"` for `{ .py title="a" #b }`, too."""
    found = _INFO.fullmatch(info)
    if found is None:
        return "", info
    name, attributes = found[1], found[2]
    if attributes is None:
        return name, " ".join((name, *found[3].split())).strip()
    words = _WORD.findall(attributes)
    classes = [word[1:] for word in words if word[0] == "."]
    rest = [word for word in words if word[0] not in "#."]
    if not name and classes:
        name = classes[0]
    elif not name and rest and "=" not in rest[0]:
        name = rest.pop(0).rstrip(",")
    return name, " ".join((name, *rest)).strip()
