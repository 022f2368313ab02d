"""What stands at the foot of slides, as the option `footer` has it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from exporters.document.nodes import Document
from exporters.toolbox import metadata


def feet(document: Document, title: str, written: str) -> tuple[str, str, str]:
    """What stands at the left, in the middle and at the right of the foot, as the option `footer` is written.

    `{section}`, `{page}` and `{pages}` are left in it.
    """
    said = {
        "{title}": title,
        "{author}": ", ".join(metadata.authors(document)),
        "{date}": metadata.stated(document, "date"),
    }
    parts = [part.strip() for part in written.split("|", 2)]
    if len(parts) == 2:
        parts.insert(1, "")
    left, middle, right = (_PLACES.sub(lambda found: said[found[0]], part) for part in (*parts, "", "")[:3])
    return left, middle, right


_PLACES = re.compile(r"\{(?:title|author|date)\}")


def foot(said: str, chapter: str, count: int) -> Iterator[str | None]:
    """One part of what `feet` gives, as it stands on a slide: in pieces, None for the number of the slide."""
    for piece in _OF_SLIDES.split(said):
        match piece:
            case "{section}":
                yield chapter
            case "{pages}":
                yield str(count)
            case "{page}":
                yield None
            case _ if piece:
                yield piece


_OF_SLIDES = re.compile(r"(\{(?:section|pages?)\})")
