"""What a file says about itself: in its information dictionary (ISO 32000-1, 14.3.3), and as XMP (ISO 16684-1)."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from exporters.frozen import frozen
from exporters.pages.objects import text

type Conformance = Literal["", "2a", "2b", "2u", "3a", "3b"]
"""A level of PDF/A (ISO 19005-2 and -3), or none."""

PRODUCER = "Document export pipeline"


@frozen
class About:
    """What is known of a document as a whole."""

    title: str = ""
    author: str = ""
    subject: str = ""
    keywords: str = ""
    language: str = ""
    """A tag of RFC 5646."""
    created: str = ""
    """The date that its author gave, best as in ISO 8601; what cannot be read is left out."""
    conformance: Conformance = ""
    is_right_to_left: bool = False
    """Whether pages follow each other from right to left."""


def information(about: About) -> str:
    """The information dictionary."""
    said = {
        "Title": about.title,
        "Author": about.author,
        "Subject": about.subject,
        "Keywords": about.keywords,
        "Producer": PRODUCER,
        "CreationDate": _pdf_date(about.created),
    }
    return f"<< {' '.join(f'/{key} {text(value)}' for key, value in said.items() if value)} >>"


def xmp(about: About, is_accessible: bool) -> bytes:
    """The metadata as XML, in step with the dictionary; claims PDF/UA-1 for a file that is accessible."""
    simple = {
        "dc:format": "application/pdf",
        "dc:language": about.language and f"<rdf:Bag><rdf:li>{_xml(about.language)}</rdf:li></rdf:Bag>",
        "dc:title": _in_any_language(about.title),
        "dc:creator": about.author and f"<rdf:Seq><rdf:li>{_xml(about.author)}</rdf:li></rdf:Seq>",
        "dc:description": _in_any_language(about.subject),
        "pdf:Keywords": _xml(about.keywords),
        "pdf:Producer": _xml(PRODUCER),
        "xmp:CreateDate": _iso_date(about.created),
        "pdfaid:part": about.conformance[:1],
        "pdfaid:conformance": about.conformance[1:].upper(),
        "pdfuaid:part": "1" if is_accessible else "",
    }
    listed = "".join(f"<{key}>{value}</{key}>\n" for key, value in simple.items() if value)
    extension = _PDFUA_SCHEMA if is_accessible else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f'<rdf:Description rdf:about=""{_NAMESPACES}>\n{listed}{extension}</rdf:Description>\n'
        '</rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'
    ).encode()


def _pdf_date(given: str) -> str:
    # ISO 32000-1, 7.9.4.
    found = _parts(given) if given else []
    if not found:
        return ""
    *digits, zone = found
    if zone and zone != "Z":
        zone = f"{zone[:3]}'{zone[-2:]}'"
    return f"D:{''.join(digits)}{zone}"


def _iso_date(given: str) -> str:
    # The parts of ISO 8601 that XMP has: year, month, day, and time only with a zone.
    found = _parts(given) if given else []
    if not found:
        return ""
    *digits, zone = found
    date, time = "-".join(digits[:3]), ":".join(digits[3:])
    if zone and zone != "Z":
        zone = f"{zone[:3]}:{zone[-2:]}"
    return f"{date}T{time}{zone}" if time else date


def _parts(given: str) -> list[str]:
    """Year, month, day, hour, minute, second as far as they are given, and the zone; nothing for what is no date."""
    found = _date().fullmatch(given)
    if not found:
        return []
    *digits, zone = found.groups()
    known = [part.zfill(2) for part in digits if part]
    month, day, hour, minute, second = [*map(int, known[1:]), *_LEAST[len(known) - 1 :]]
    if not (1 <= month <= 12 and 1 <= day <= _days(int(known[0]), month) and hour < 24 and minute < 60 and second < 60):
        return []
    if len(known) > 3:
        # Acrobat and validators compare the two forms, and both have seconds and a zone where there is a time.
        return [*known, *["00"] * (6 - len(known)), zone or "Z"]
    return [*known, ""]


@cache  # as below: 3 ms, for those that have a date
def _date() -> re.Pattern[str]:
    time = r"[T ]+(\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?"
    return re.compile(rf"\s*(\d{{4}})(?:-(\d\d?)(?:-(\d\d?)(?:{time})?)?)?\s*", re.ASCII)


_LEAST = (1, 1, 0, 0, 0)


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _in_any_language(words: str) -> str:
    return words and f'<rdf:Alt><rdf:li xml:lang="x-default">{_xml(words)}</rdf:li></rdf:Alt>'


def _xml(words: str) -> str:
    if not words.isprintable():
        words = _not_xml().sub("\ufffd", words)
    return words.translate(_ESCAPES)


@cache
def _not_xml() -> re.Pattern[str]:
    return re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})

_NAMESPACES = "".join(
    f'\n xmlns:{prefix}="{address}"'
    for prefix, address in {
        "dc": "http://purl.org/dc/elements/1.1/",
        "pdf": "http://ns.adobe.com/pdf/1.3/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
        "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
        "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
        "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
        "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    }.items()
)

# PDF/A wants a description of what it does not know itself (ISO 19005-2, 6.6.2.3), which is how PDF/UA is claimed.
_PDFUA_SCHEMA = """\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
"""
