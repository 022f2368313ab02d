"""What a page paints: boxes and lines where they are seen, however its content says so."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import pikepdf


class Painted(NamedTuple):
    """A part of a path, in points from the lower left corner."""

    points: list[tuple[float, float]]
    fill: str
    """Its colour as the content has it, "" if it is not filled."""
    stroke: str
    """The colour of its outline, "" if it has none."""
    width: float

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of what is filled or outlined, without the width of the pen."""
        xs, ys = zip(*self.points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def is_line(self) -> bool:
        return len(self.points) == 2 and bool(self.stroke)


def painted(page: pikepdf.Page) -> list[Painted]:
    """The paths of a page itself, without those of its forms, in the order in which they are painted."""
    found: list[Painted] = []
    states: list[tuple[pikepdf.Matrix, str, str, float]] = []
    matrix, fill, stroke, width = pikepdf.Matrix(), "", "", 1.0
    path: list[list[tuple[float, float]]] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                states.append((matrix, fill, stroke, width))
            case "Q":
                matrix, fill, stroke, width = states.pop()
            case "cm":
                matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
            case "rg":
                fill = " ".join(map(str, operands))
            case "RG":
                stroke = " ".join(map(str, operands))
            case "w":
                width = float(operands[0])
            case "m":
                path.append([_placed(matrix, *operands)])
            case "l" | "c":
                path[-1].append(_placed(matrix, *operands[-2:]))
            case "re":
                x, y, wide, high = operands
                corners = (x, y), (x + wide, y), (x + wide, y + high), (x, y + high)
                path.append([_placed(matrix, *corner) for corner in corners])
            case "f" | "S" | "B" as paint:
                kept = fill if paint in "fB" else "", stroke if paint in "SB" else "", width
                found += [Painted(points, *kept) for points in path]
                path = []
            case "n":
                path = []
    return found


def _placed(matrix: pikepdf.Matrix, x: Decimal, y: Decimal) -> tuple[float, float]:
    right, up = matrix.transform((float(x), float(y)))
    return round(right, 3), round(up, 3)
