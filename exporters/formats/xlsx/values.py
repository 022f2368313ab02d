"""Which cells are numbers and dates: those of which nobody could think otherwise.

A number is stored as a number, so that it can be summed up; but `007`, `1,234` and a card number of sixteen digits mean
something that a number loses, or that depends on who reads it. Those stay text. So does `12.500` where no language is
stated: it is a thousand times more in half of Europe.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_DIGITS = 15  # that a double keeps (ECMA-376-1, 18.18.11; IEEE 754)

_SIGN = r"(?P<sign>[+\-\u2212]?)"
_CURRENCY = r"(?P<{}>[$£€¥])"
_POINT = r"(?P<whole>0|[1-9]\d*)(?:\.(?P<part>\d+))?"
_POINT_FOR_ALL = rf"(?![1-9]\d{{0,2}}\.\d{{3}}(?!\d)){_POINT}"
_GROUPED_POINT = r"(?P<whole>[1-9]\d{0,2}(?:,\d{3})+)\.(?P<part>\d+)|(?P<whole2>[1-9]\d{0,2}(?:,\d{3}){2,})"
_SPACED = r"(?P<whole>[1-9]\d{0,2}(?:[\u00a0\u202f\u2009]\d{3})+)(?:\.(?P<part>\d+))?"
_COMMA = r"(?P<whole>0|[1-9]\d*),(?P<part>\d+)"
_GROUPED_COMMA = r"(?P<whole>[1-9]\d{0,2}(?:\.\d{3})+),(?P<part>\d+)|(?P<whole2>[1-9]\d{0,2}(?:\.\d{3}){2,})"
_SPACED_COMMA = r"(?P<whole>[1-9]\d{0,2}(?:[\u00a0\u202f\u2009]\d{3})+)(?:,(?P<part>\d+))?"

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIRST_YEAR = 1901  # Excel counts a 29 February 1900, so days before March of that year are not the same everywhere

# Languages that write 3,14 for what others write 3.14; of those the documents are mostly in.
_COMMA_LANGUAGES = frozenset(
    "bg ca cs da de el es et eu fi fr gl hr hu id is it lt lv nb nl nn no pl pt ro ru sk sl sr sv tr uk vi".split()
)
_POINT_REGIONS = frozenset(("de-ch", "es-mx", "de-li", "it-ch"))


class Value(NamedTuple):
    """A number, and how it is shown."""

    number: str
    """As XML has it."""
    format: str
    """In Excel's notation; "" for a number as it is."""


class Values:
    """Finds numbers in the texts of one document."""

    def __init__(self, language: str) -> None:
        """`language` is the tag that the document states; "" where it states none."""
        tag = language.lower()
        comma = tag.partition("-")[0] in _COMMA_LANGUAGES and tag not in _POINT_REGIONS
        forms = (
            (_COMMA, _GROUPED_COMMA, _SPACED_COMMA, r"(?P<whole>0|[1-9]\d*)")
            if comma
            else (_POINT if tag else _POINT_FOR_ALL, _GROUPED_POINT, _SPACED)
        )
        before, after = _CURRENCY.format("before"), _CURRENCY.format("after")
        percent = "[\u00a0\u202f ]?(?P<percent>%)"
        self._forms = [
            re.compile(rf"{_SIGN}(?:{before}[\u00a0 ]?)?(?:{form})(?:{percent}|[\u00a0\u202f ]?{after})?")
            for form in forms
        ]

    def find(self, text: str) -> Value | None:
        """The value of a cell; None for words."""
        if not text or len(text) > _LONGEST or not _MAY_BE.match(text):
            return None
        if found := _DATE.fullmatch(text):
            return _date(found)
        for form in self._forms:
            if found := form.fullmatch(text):
                return _number(found)
        return None


_LONGEST = 40  # characters
_MAY_BE = re.compile(r"[+\-\u2212]?[$£€¥]?[\u00a0 ]?\d")


def _number(found: re.Match[str]) -> Value | None:
    parts = found.groupdict()
    whole = parts["whole"] or parts.get("whole2") or ""
    grouped = not whole.isdecimal()
    digits, part = "".join(filter(str.isdecimal, whole)), parts.get("part") or ""
    if (
        len((digits + part).lstrip("0")) > _DIGITS
        or not (digits + part).isascii()
        or (parts["before"] and parts["after"])
    ):
        return None
    shown = f"{'#,##' if grouped else ''}0{'.' + '0' * len(part) if part else ''}"
    negative = parts["sign"] in ("-", "\u2212") and bool(parts["sign"])
    exponent = -len(part)
    format = shown if part or grouped else ""
    if parts["percent"]:
        if parts["before"]:
            return None
        exponent -= 2
        format = f"{shown}%"
    elif sign := parts["before"]:
        format = f'"{sign}"{shown}'
    elif sign := parts["after"]:
        format = f'{shown}\\ "{sign}"'
    if parts["sign"] == "+":
        format = f"+{format or shown};-{format or shown}"
    number = f"{'-' if negative else ''}{(digits + part).lstrip('0') or '0'}"
    return Value(f"{number}E{exponent}" if exponent else number, format)


def _date(found: re.Match[str]) -> Value | None:
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if year < _FIRST_YEAR or not 1 <= month <= 12:
        return None
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _DAYS[month - 1] + (leap and month == 2):
        return None
    before = year - 1
    days = (
        before * 365
        + before // 4
        - before // 100
        + before // 400
        + sum(_DAYS[: month - 1])
        + (leap and month > 2)
        + day
    )
    serial = str(days - _DAY_ZERO)
    if found[4] is None:
        return Value(serial, "yyyy\\-mm\\-dd")
    hour, minute, second = int(found[4]), int(found[5]), int(found[6] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = f"{(hour * 3600 + minute * 60 + second) / 86_400:.10f}"[1:]
    return Value(serial + fraction, f"yyyy\\-mm\\-dd\\ hh:mm{':ss' if found[6] else ''}")


_DAY_ZERO = 693_594  # the days from the year 1 to 1899-12-30, from which Excel counts
