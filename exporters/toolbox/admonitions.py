"""What the kinds of call-outs have in common, for formats that do not know them all."""

from __future__ import annotations

from typing import Literal

from exporters.document.nodes import AdmonitionKind

type GithubKind = Literal["note", "tip", "important", "warning", "caution"]

_AS_GITHUB: dict[AdmonitionKind, GithubKind] = {
    "note": "note",
    "tip": "tip",
    "important": "important",
    "warning": "warning",
    "caution": "caution",
    "abstract": "note",
    "info": "note",
    "success": "tip",
    "question": "important",
    "failure": "caution",
    "danger": "caution",
    "bug": "caution",
    "example": "note",
    "quote": "note",
}


def as_github(kind: AdmonitionKind) -> GithubKind:
    """The nearest of the five kinds that GitHub has."""
    return _AS_GITHUB[kind]
