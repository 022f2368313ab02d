"""Fonts whose glyphs are drawings, such as emoji in colour: as fonts of type 3 (ISO 32000-1, 9.6.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from exporters.pages.embedded_fonts import Shown, to_unicode
from exporters.pages.objects import Objects, number, numbers, text
from exporters.toolbox.fonts import Glyph, Widths

if TYPE_CHECKING:
    from exporters.toolbox.drawing import Drawing
    from exporters.toolbox.truetype import Face

_CODES = 256  # of one font, for they have one byte; there are as many fonts as that takes
_BLANK = -1  # the glyph of a space, which nothing is drawn for
_SILENT = "\u200b"  # what a glyph stands for that a glyph beside it speaks for


class ColourFont:
    """A face of drawings in one file. What was written in it is what is embedded."""

    def __init__(self, name: str, face: Face) -> None:
        self._name = name
        self._face = face
        self._codes: dict[tuple[int, str], int] = {}
        self._advances: dict[int, int] = {}

    def show(self, words: str, widths: Widths, size: float, stretch: float = 0.0) -> Shown:
        """Shows words in this font, with so much added to each space between them, in points.

        It takes several fonts, which the operators select themselves.

        Glyphs are not raised or lowered, which none of this kind has been seen to ask for.
        """
        operators: list[str] = []
        selected = -1
        for step in _steps(words, widths, stretch / size):
            if isinstance(step, str):
                operators.append(step)
                continue
            font, code = divmod(self._code(step), _CODES)
            if font != selected:
                selected = font
                operators.append(f"/{self._name}_{font} {number(size)} Tf")
            before, after = -step.x, step.x + self._advances[step.number] - step.advance
            operators.append(f"[{before or ''}<{code:02x}>{after or ''}] TJ")
        return "", " ".join(operators), 0.0

    def write(self, objects: Objects, resources: int, content: Callable[[Drawing], str]) -> dict[str, int]:
        """Embeds the fonts, with what makes the operators of a drawing. Gives their numbers by their names."""
        codes = list(self._codes)
        return {
            f"{self._name}_{at // _CODES}": self._write(objects, resources, content, codes[at : at + _CODES])
            for at in range(0, len(codes), _CODES)
        }

    def _code(self, glyph: Glyph) -> int:
        if glyph.number not in self._advances:
            face = self._face
            advance = round(1000 * face.advance(glyph.number) / face.units_per_em)
            self._advances[glyph.number] = glyph.advance if glyph.number == _BLANK else advance
        return self._codes.setdefault((glyph.number, glyph.text or _SILENT), len(self._codes))

    def _write(
        self, objects: Objects, resources: int, content: Callable[[Drawing], str], codes: list[tuple[int, str]]
    ) -> int:
        procedures: dict[int, int] = {}
        for glyph, _ in codes:
            if glyph not in procedures:
                drawn = "" if glyph == _BLANK else content(self._face.drawing(glyph))
                # d0 says that the glyph has colours of its own; a drawing's y goes downwards.
                shape = f"{self._advances[glyph]} 0 d0\nq 1 0 0 -1 0 0 cm\n{drawn}\nQ"
                procedures[glyph] = objects.add_stream("", shape.encode("latin-1"))
        names = {glyph: f"/g{index}" for index, glyph in enumerate(procedures)}
        drawn_by = " ".join(f"{names[glyph]} {procedure} 0 R" for glyph, procedure in procedures.items())
        descriptor = objects.add(
            f"<< /Type /FontDescriptor /FontName /{self._face.name} /Flags 4 /FontBBox [0 -300 1300 1000]"
            " /ItalicAngle 0 /Ascent 950 /Descent -250 /CapHeight 700 /StemV 0 >>"
        )
        unicode = objects.add_stream("", to_unicode(dict(enumerate(said for _, said in codes)), 1))
        return objects.add(
            "<< /Type /Font /Subtype /Type3 /FontBBox [0 -300 1300 1000] /FontMatrix [0.001 0 0 0.001 0 0]"
            f" /CharProcs << {drawn_by} >>"
            f" /Encoding << /Type /Encoding /Differences [0 {' '.join(names[glyph] for glyph, _ in codes)}] >>"
            f" /FirstChar 0 /LastChar {len(codes) - 1} /Widths {numbers(self._advances[glyph] for glyph, _ in codes)}"
            f" /FontDescriptor {descriptor} 0 R /Resources {resources} 0 R /ToUnicode {unicode} 0 R >>"
        )


def _steps(words: str, widths: Widths, stretch: float) -> Iterator[Glyph | str]:
    """Glyphs, and the operators around those that need some."""
    for index, word in enumerate(words.split(" ")):
        if index:
            yield Glyph(_BLANK, " ", round(1000 * (widths[" "] + stretch)))
        glyphs = (widths.glyphs(word) if word else ()) or _single(word, widths)
        if all(glyph.text for glyph in glyphs):
            yield from glyphs
        else:  # ISO 32000-1, 14.9.4
            yield f"/Span << /ActualText {text(word)} >> BDC"
            yield from glyphs
            yield "EMC"


def _single(word: str, widths: Widths) -> tuple[Glyph, ...]:
    face = widths.face
    return tuple(Glyph(face.glyph(ord(each)), each, round(1000 * widths.advances[each])) for each in word)
