"""The sources that exporters are measured with: a folder of an operator's own, or some that are always the same.

Sources that are made to need as much as any may are measured as well, once each: not for what exports cost, but for the
memory that a function must have, because whoever uploads may mean harm.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from exporters.errors import RequestError, UnknownKind
from exporters.readers import kinds
from exporters.source import Source

type SizeClass = Literal["small", "medium", "large", "worst"]

ROOT = Path(__file__).parents[2]

_KB, _MB = 1_000, 1_000_000
SMALL_BYTES, MEDIUM_BYTES = 100 * _KB, 1 * _MB
"""Up to these a source is small or medium: a chapter, a report or a handbook; a book is large."""
CLASSES: dict[SizeClass, str] = {
    "small": f"up to {SMALL_BYTES // _KB} kB",
    "medium": f"up to {MEDIUM_BYTES // _MB} MB",
    "large": f"more than {MEDIUM_BYTES // _MB} MB",
    "worst": "made to need as much as any may",
}
_MOST_BYTES = 100 * _MB  # what a ticket lets through at most


@dataclass(frozen=True, slots=True)
class Specimen:
    """One source of a corpus."""

    name: str
    """Of the file, with its folder below the corpus."""
    words: str
    """What it is, as a declaration says it: "a 1.2 MB book"."""
    data: bytes
    is_worst: bool = False

    @property
    def size_class(self) -> SizeClass:
        if self.is_worst:
            return "worst"
        size = len(self.data)
        return "small" if size <= SMALL_BYTES else "medium" if size <= MEDIUM_BYTES else "large"

    @property
    def filename(self) -> str:
        """Without its folder: what a ticket was asked for."""
        return self.name.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Corpus:
    specimens: tuple[Specimen, ...]
    origin: str
    """A folder, or "" for the one that is always the same."""
    left_out: tuple[tuple[str, str], ...] = ()
    """What is not a source, and why."""


def of_folder(folder: Path) -> Corpus:
    """All sources in a folder and those below it. Raises `RequestError` where there are none."""
    if not folder.is_dir():
        raise RequestError(f"There is no folder {str(folder)!r} with sources.")
    found: list[Specimen] = []
    left_out: list[tuple[str, str]] = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and not _hidden(each, folder)):
        name = path.relative_to(folder).as_posix()
        why = _why_not(path)
        if why:
            left_out.append((name, why))
        else:
            data = path.read_bytes()
            found.append(Specimen(name, f"a {size(len(data))} source", data))
    if not found:
        why = f" Left out: {left_out[0][0]}: {left_out[0][1]}" if left_out else ""
        raise RequestError(f"There is no source in {str(folder)!r}. Endings: {kinds.endings()}.{why}")
    return Corpus(tuple(found), str(folder), tuple(left_out))


def built_in() -> Corpus:
    """What people export, in about the mix that they do: many short texts, some reports and maps, a book."""
    from bench import sources  # of this repository, as is the command that measures

    def text(name: str, words: str, content: str) -> Specimen:
        return Specimen(name, words, content.encode())

    return Corpus(
        (
            text("note.md", "a 2 kB note", sources.chapter()[:2_000]),
            text("chapter.md", "a 25 kB chapter", sources.chapter()),
            text("chapter-2.md", "a 25 kB chapter", sources.chapter(2)),
            Specimen("languages.md", "a text in many scripts", (ROOT / "examples" / "languages.md").read_bytes()),
            Specimen("handbook.md", "a 200 kB handbook", (ROOT / "examples" / "handbook.md").read_bytes()),
            text("map.mup", "a map of 5,000 topics", sources.mindmup_map()),
            text("book.md", "a 1.2 MB book", sources.book()),
        ),
        "",
    )


def worst() -> tuple[Specimen, ...]:
    """Sources that need as much memory as any that the readers take."""
    return tuple(Specimen(name, words, make(), is_worst=True) for name, words, make in _WORST)


def size(of: int) -> str:
    """Bytes as people say them."""
    return f"{of / _MB:.1f} MB" if of >= _MB else f"{max(1, round(of / _KB))} kB"


def classes(specimens: Sequence[Specimen]) -> Iterator[SizeClass]:
    """Those that there are, smallest first."""
    there = {each.size_class for each in specimens}
    yield from (each for each in CLASSES if each in there)


def _why_not(path: Path) -> str:
    if path.stat().st_size > _MOST_BYTES:
        return f"It is larger than {_MOST_BYTES // _MB} MB."
    try:
        kinds.choose(Source(path.read_bytes(), path.name), "auto")
    except UnknownKind as error:
        return str(error).partition(". ")[0] + "."
    return ""


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _with_images(pictures: Sequence[tuple[str, bytes]]) -> bytes:
    """A bundle: a text that shows them, and the images beside it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as bundle:
        text = "# Images\n\n" + "\n\n".join(f"![An image]({name})" for name, _ in pictures)
        for name, data in (("text.md", text.encode()), *pictures):
            bundle.writestr(zipfile.ZipInfo(name), data)  # which has a date of its own, always the same
    return made.getvalue()


def _photographs() -> bytes:
    """24 MB of them, of 12 million pixels each: noise, which compresses no better than the sharpest photograph."""
    from random import Random

    from PIL import Image

    def photograph(seed: int) -> bytes:
        noise = Random(seed).randbytes(400 * 300 * 3)  # noqa: S311 – a picture, no secret
        image = Image.frombytes("RGB", (400, 300), noise).resize((4_000, 3_000))
        made = io.BytesIO()
        image.save(made, "JPEG", quality=80)
        return made.getvalue()

    one = photograph(1)
    # Each with a comment of its own (ISO/IEC 10918-1, B.2.4.5), so that no exporter takes them for one image.
    return _with_images(
        [
            (f"{number}.jpg", one[:2] + b"\xff\xfe\x00\x04" + number.to_bytes(2) + one[2:])
            for number in range(24 * _MB // len(one))
        ]
    )


def _largest_image() -> bytes:
    """40 million pixels, in a way of compression whose decoder holds all of them more than once."""
    from PIL import Image

    made = io.BytesIO()
    gradient = Image.radial_gradient("L").resize((8_000, 5_000)).convert("RGBA")
    gradient.putalpha(128)
    gradient.save(made, "WEBP", quality=50, method=0)
    return _with_images([("large.webp", made.getvalue())])


def _long_table() -> bytes:
    from bench import sources

    return sources.long_table(40_000).encode()


def _large_map() -> bytes:
    topics = 100_000
    lines = (f"{'    ' * (number % 5)}- topic {number} of a large map\n" for number in range(topics))
    return ("# Map\n\n" + "".join(lines)).encode()


def _long_text() -> bytes:
    from bench import sources

    return sources.book().encode() * 6


def _tags() -> bytes:
    return b"<p>" + b"<b>many</b> words and <i>many</i> tags " * 195_000  # of 800,000 tags, which is as many as may be


def _paragraph() -> bytes:
    return b"<p>" + b"words and more words of it " * (15 * _MB // 27)


def _escapes() -> bytes:
    """A document as JSON, in which each character is written with six bytes, and read with a hundred."""
    words = b"\\u4e00" * (23 * _MB // 6)
    return b'{"schema":1,"blocks":[{"node":"Paragraph","content":["' + words + b'"]}]}'


_WORST: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
    ("photographs.zip", "24 MB of images", _photographs),
    ("webp.zip", "the largest WebP", _largest_image),
    ("table.md", "a table of 200,000 cells", _long_table),
    ("list.md", "a list of 100,000 entries", _large_map),
    ("books.md", "7 MB of text", _long_text),
    ("tags.html", "7 MB of HTML", _tags),
    ("paragraph.html", "a paragraph of 15 MB", _paragraph),
    ("escapes.json", "JSON made of escapes", _escapes),
)
