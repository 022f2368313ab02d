"""Bytes to text: what the first bytes say, which encoding, and what is no text at all."""

from __future__ import annotations

import codecs

from exporters.errors import UnreadableSource
from exporters.report import Code, Report

# What people upload under a wrong name, by its first bytes, and how to say it.
_KNOWN_BINARIES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a zip archive, as Word, EPUB and OpenDocument files are"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP image, a sound or a film"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def as_utf8(data: bytes) -> bytes:
    """The same text in UTF-8, as far as it was in a Unicode encoding that says so. Raises `UnreadableSource`."""
    data = data.removeprefix(codecs.BOM_UTF8)
    if data.startswith(_UTF16):
        data = data.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    looks_like = next((name for magic, name in _KNOWN_BINARIES if data.startswith(magic)), None)
    if looks_like:
        raise UnreadableSource(f"The source is no text: it looks like {looks_like}. Upload text in UTF-8.")
    if b"\0" in data:
        raise UnreadableSource(
            "The source is no text: it has zero bytes, as binary files do, and UTF-16 text that does not begin with a "
            "byte order mark. Upload text in UTF-8."
        )
    if not data or data.isspace():
        raise UnreadableSource("The source is empty. Upload a text with something in it.")
    return data


def as_text(data: bytes, report: Report) -> str:
    """Decodes UTF-8 with `\\n` at the end of each line; says which bytes were none."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text = data.decode(errors="replace")
        bad = text.count("\N{REPLACEMENT CHARACTER}") - data.count("\N{REPLACEMENT CHARACTER}".encode())
        line = data.count(b"\n", 0, error.start) + 1
        report.lost(
            Code.ENCODING,
            f"The source is not quite UTF-8: {bad} {'place' if bad == 1 else 'places'} could not be read. "
            "Save it as UTF-8 and export again.",
            f"line {line}",
        )
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text
