"""What "the same" means for each kind of file, and which words a person finds in it."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True)
class Kind:
    meaning: Callable[[bytes], list[str]]
    """Lines that are equal where two files are the same to whoever uses them."""
    words: Callable[[bytes], str]
    """The text that somebody reads, hears or gets out of the file, blanks joined."""
    golden: Callable[[bytes], bytes] = bytes
    """How the file is kept in the repository: readable where that costs nothing."""


def differences(media_type: str, golden: bytes, made: bytes) -> str:
    """What has changed, as a diff; "" where the files are the same."""
    meaning = kind(media_type).meaning
    return "\n".join(difflib.unified_diff(meaning(golden), meaning(made), "golden", "made now", lineterm="", n=2))


def kind(media_type: str) -> Kind:
    """How files of this media type are compared."""
    essence = media_type.partition(";")[0]
    assert essence in KINDS, f"tests/compare.py does not know how to compare {essence}: add it to KINDS"
    return KINDS[essence]


def _text_lines(data: bytes) -> list[str]:
    return data.decode().split("\n")


def _json_lines(data: bytes) -> list[str]:
    return json.dumps(json.loads(data), indent=1, ensure_ascii=False).split("\n")


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from _strings(each)
        case dict():
            yield from value
            for each in value.values():
                yield from _strings(each)


def _pdf_lines(data: bytes) -> list[str]:
    import pypdfium2

    lines: list[str] = []
    with pypdfium2.PdfDocument(data) as pdf:
        for number, page in enumerate(pdf, 1):
            width, height = page.get_size()
            lines.append(f"page {number}: {width:.0f} × {height:.0f} points, {_pictures(page)} pictures")
            lines += page.get_textpage().get_text_bounded().split("\r\n")
        lines += [f"bookmark {'  ' * each.level}{each.get_title()}" for each in pdf.get_toc()]
    return lines


def _pictures(page: object) -> int:
    import pypdfium2.raw as raw

    return sum(1 for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))  # type: ignore[attr-defined]


class _Words(HTMLParser):
    """The text of a page with what is said instead of pictures; its style is no text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._silent = tag == "style"
        self.found += (value or "" for name, value in attributes if name in ("alt", "title", "href"))

    def handle_data(self, text: str) -> None:
        if not self._silent:
            self.found.append(text)


def _html_words(data: bytes) -> str:
    words = _Words()
    words.feed(data.decode())
    return _joined("".join(words.found))


def _markdown_words(data: bytes) -> str:
    # Controls are written as references there, which nothing else is.
    controls = re.compile(r"&#(\d|[12]\d|3[01]|12[7-9]|1[345]\d);")
    return _joined(controls.sub(lambda reference: chr(int(reference[1])), data.decode()))


def _joined(text: str) -> str:
    return " ".join(text.split())


KINDS = {
    "application/json": Kind(
        meaning=_json_lines,
        words=lambda data: _joined(" ".join(_strings(json.loads(data)))),
        golden=lambda data: "\n".join([*_json_lines(data), ""]).encode(),
    ),
    "application/pdf": Kind(_pdf_lines, words=lambda data: _joined("\n".join(_pdf_lines(data)))),
    "text/html": Kind(_text_lines, words=_html_words),
    "text/markdown": Kind(_text_lines, words=_markdown_words),
    "text/plain": Kind(_text_lines, words=lambda data: _joined(data.decode())),
}
