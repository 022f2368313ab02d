"""Mermaid's diagrams as SVG images, drawn without a browser."""

from __future__ import annotations

_LONGEST = 20_000  # characters: larger graphs take seconds, and nobody could read them on a page


class UnreadableDiagram(ValueError):
    """The text is no diagram that can be drawn. Says why."""


def image(text: str) -> bytes:
    """The diagram as an SVG image. Raises `UnreadableDiagram`."""
    if len(text) > _LONGEST:
        raise UnreadableDiagram(f"it has more than {_LONGEST:,} characters")
    from mmdr._mmdr import render  # 20 ms, and few documents have diagrams

    try:
        drawn: str = render(text, "merman")
    except ValueError as error:
        raise UnreadableDiagram("it cannot be read as Mermaid") from error
    return drawn.encode()
