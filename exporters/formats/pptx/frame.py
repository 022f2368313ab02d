"""What stands on a slide, and where: kinds of frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from exporters.document import CodeBlock, Diagram, Image, Link, Math, Table
from exporters.formats.pptx.shapes import Box
from exporters.toolbox.admonitions import GithubKind
from exporters.toolbox.deck_heights import Size
from exporters.toolbox.deck_tables import TableShape


class TextFrame(NamedTuple):
    box: Box
    paragraphs: tuple[Callable[[], str], ...]
    is_body: bool
    """Whether it is of the slide's own text, and stands in nothing else."""
    levels: int
    """Of lists in it."""


class CodeFrame(NamedTuple):
    box: Box
    block: CodeBlock
    size: float
    padding: float


class TableFrame(NamedTuple):
    box: Box
    block: Table
    shape: TableShape


class PictureFrame(NamedTuple):
    box: Box
    node: Image | Diagram
    link: Link | None
    is_beside: bool = False


class FormulaFrame(NamedTuple):
    """A formula on a line of its own."""

    box: Box
    node: Math
    size: Size
    """As it is drawn."""


class ShadeFrame(NamedTuple):
    """What stands behind a call-out or a quote."""

    box: Box
    kind: GithubKind | Literal["quote"]
    bar: float
    """The width of the bar at its side."""


type Frame = TextFrame | CodeFrame | TableFrame | PictureFrame | FormulaFrame | ShadeFrame
