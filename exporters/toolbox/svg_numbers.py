"""How numbers, paths, matrices and colours are written in SVG, as short as they can be (SVG 2, chapters 8 and 9)."""

from __future__ import annotations

from exporters.toolbox.drawing import Colour, Matrix, Path

_LARGEST = 10_000_000.0  # points: what is further away, or no number at all, is drawn there
_MAX_NUMBERS = 20_000  # remembered as text, 2 MB: a map has 3,000 different distances


class Numbers(dict[int, str]):
    """Numbers of so many decimals as text, by how many of their last places they are; with a blank unless negative."""

    def __init__(self, decimals: int) -> None:
        super().__init__()
        self.decimals = decimals
        self.unit = 10**decimals

    def __missing__(self, places: int) -> str:
        if len(self) >= _MAX_NUMBERS:
            self.clear()
        written = short(places / self.unit, self.decimals)
        text = self[places] = written if written[0] == "-" else f" {written}"
        return text

    def path(self, path: Path) -> str:
        """The `d` of a path: relative, which is half as long, with what is rounded made up for by what follows."""
        unit = self.unit
        x = y = start_x = start_y = 0
        written: list[str] = []
        try:
            for name, values in path:
                if name == "Z":
                    written.append("z")
                    x, y = start_x, start_y
                    continue
                points = [round(value * unit) for value in values]
                to_x, to_y = points[-2:]
                if name == "L":
                    if to_y == y:
                        written.append(f"h{self[to_x - x].lstrip()}")
                    elif to_x == x:
                        written.append(f"v{self[to_y - y].lstrip()}")
                    else:
                        written.append(f"l{self[to_x - x].lstrip()}{self[to_y - y]}")
                elif name == "M":
                    written.append(f"m{self[to_x - x].lstrip()}{self[to_y - y]}")
                    start_x, start_y = to_x, to_y
                else:
                    first_x, first_y, second_x, second_y, _, _ = points
                    written.append(
                        f"c{self[first_x - x].lstrip()}{self[first_y - y]}{self[second_x - x]}"
                        f"{self[second_y - y]}{self[to_x - x]}{self[to_y - y]}"
                    )
                x, y = to_x, to_y
        except (OverflowError, ValueError):  # infinite, or no number
            return self.path(tuple((name, tuple(map(near, values))) for name, values in path))
        return "".join(written)


def near(value: float) -> float:
    """A number that programs can bear."""
    return max(-_LARGEST, min(_LARGEST, value))


def short(value: float, decimals: int) -> str:
    """A number as short as it can be."""
    written = f"{near(value):.{decimals}f}"
    if decimals:
        written = written.rstrip("0").rstrip(".")
    if written[0] in "0-":
        if written.startswith("0."):
            return written[1:]
        if written.startswith("-0"):
            return f"-{written[2:]}" if len(written) > 2 else "0"
    return written


def matrix_of(matrix: Matrix) -> str:
    """A transformation, as the attribute says it."""
    a, b, c, d, e, f = matrix
    place = f"{short(e, 3)} {short(f, 3)}"
    if (a, b, c, d) == (1, 0, 0, 1):
        return f"translate({place})"
    return f"matrix({' '.join(short(each, 6) for each in (a, b, c, d))} {place})"


def hexadecimal(colour: Colour) -> str:
    """A colour as `#rgb` or `#rrggbb`."""
    red, green, blue = (round(255 * max(0.0, min(1.0, each))) for each in colour)
    written = f"{red:02x}{green:02x}{blue:02x}"
    return f"#{written[::2]}" if written[::2] == written[1::2] else f"#{written}"
