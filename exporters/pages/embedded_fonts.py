"""Fonts as a file embeds them: subsets that hold what was written in them, and say which text that was.

Text is addressed by glyph and by the characters that the glyph stands for, so that what is copied out of a page is what
its author wrote, whatever shape it was given.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from exporters.pages.objects import Objects, numbers
from exporters.toolbox.fonts import Glyph, Widths
from exporters.toolbox.truetype import Composed, Face

_MAX_WORDS = 20_000  # remembered per face as they are written, about 3 MB: a book of 1.2 MB has 4,000 different ones
_MAX_WORD = 40  # characters; longer ones hardly come twice
_MAX_BOXES = 256  # codes of one font for characters it lacks; further ones share the last
_MAX_CODES = 60_000  # of one font, which has room for 65,536; what else is written shows as boxes
_MAX_TEXT = 64  # characters that one code may stand for; only invisible ones are as many
_UNKNOWN = "\ufffd"
_SILENT = "\u200b"  # of a glyph that stands for nothing; PDF/A wants some text, and this one has no width
_BOX = -1  # a copy of glyph 0

type _Glyph = int | Composed


class EmbeddedFont:
    """A face in one file. What was written in it is what is embedded."""

    def __init__(self, name: str, face: Face) -> None:
        self.name = name
        """By which content streams select it."""
        self._face = face
        self._codes = Codes(face)
        self._words: dict[int, _Words] = {}  # by the identity of what shapes them, for there are several to a face

    def show(self, words: str, widths: Widths, size: float, stretch: float = 0.0) -> str:
        """The operator that shows words in this font, with so much added to each space between them, in points."""
        between = self._codes[_SPACE]
        if stretch:
            between += f"){round(-1000 * stretch / size)}("
        if id(widths) not in self._words:
            self._words[id(widths)] = _Words(widths, self._codes)
        shown = between.join(map(self._words[id(widths)].__getitem__, words.split(" ")))
        return f"[({shown})] TJ" if ")" in shown else f"({shown}) Tj"

    def show_glyphs(self, glyphs: Sequence[Glyph]) -> str:
        """The operator that shows glyphs in this font."""
        return f"[({_shaped(glyphs, self._face, self._codes)})] TJ"

    def write(self, objects: Objects) -> dict[str, int]:
        """Embeds the font, a composite one with codes of two bytes (ISO 32000-1, 9.7). Gives its number by its name."""
        return {self.name: _write(objects, self._face, self._codes)}


class Codes(dict[int, str]):
    """Numbers what is written in a face in the order of first use: two bytes each, escaped for a string in brackets.

    It is made for `str.translate`: by character, it gives the code of the character's own glyph. A character that the
    face lacks gets a copy of the box that fonts have for it, under a number of its own: so the box shows, the text
    behind it is kept, and the glyph is not number 0, which PDF/A forbids.
    """

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face
        self._numbers: dict[tuple[_Glyph, str], str] = {}
        self._boxes = 0
        self.glyphs: list[_Glyph] = [0]
        self.texts = [_UNKNOWN]

    def __missing__(self, character: int) -> str:
        code = self[character] = self.of(self._face.glyph(character), chr(character))
        return code

    def of(self, glyph: _Glyph, text: str) -> str:
        """The code of a glyph that stands for this text."""
        key = (glyph or _BOX, text or _SILENT)
        if key not in self._numbers:
            if len(self.glyphs) >= _MAX_CODES or (not glyph and self._boxes >= _MAX_BOXES):
                key = (_BOX, _UNKNOWN)
            if key not in self._numbers:
                self._add(*key)
        return self._numbers[key]

    def _add(self, glyph: _Glyph, text: str) -> None:
        both = divmod(len(self.glyphs), 256)
        self._numbers[glyph, text] = "".join(_ESCAPES.get(byte, chr(byte)) for byte in both)
        self._boxes += glyph == _BOX
        self.glyphs.append(glyph)
        self.texts.append(text)


_SPACE = ord(" ")
_ESCAPES = {ord("("): "\\(", ord(")"): "\\)", ord("\\"): "\\\\", ord("\r"): "\\r"}


class _Words(dict[str, str]):
    """Words as they are written in a face: what stands between the brackets of the first string and of the last."""

    def __init__(self, widths: Widths, codes: Codes) -> None:
        super().__init__()
        self._widths = widths  # which must live as long as this, for it is known by its identity
        self._codes = codes

    def __missing__(self, word: str) -> str:
        glyphs = self._widths.glyphs(word) if word else None
        written = word.translate(self._codes) if glyphs is None else _shaped(glyphs, self._widths.face, self._codes)
        if len(word) <= _MAX_WORD:
            if len(self) >= _MAX_WORDS:
                self.clear()
            self[word] = written
        return written


def _shaped(glyphs: Sequence[Glyph], face: Face, codes: Codes) -> str:
    # Nothing but strings and moves from left to right, with one code for each text: readers who go by places, or know
    # nothing of better ways to say what the text is, understand them all the same.
    written: list[str] = []
    move = 0  # how far the pen must go back, in thousandths of an em, before what comes next
    for cluster in _clusters(glyphs):
        pen = sum(glyph.advance for glyph in cluster)
        shown: _Glyph
        first = cluster[0]
        is_mark = not first.advance
        x = 0 if is_mark else first.x  # the pen stays where it is for marks, which some readers take moves to part
        if len(cluster) == 1 and not first.y and not (is_mark and first.x):
            shown, own = first.number, face.advance(first.number)
        else:
            shown = _composed(cluster, face, x)
            own = shown.advance
        written.append(_moved(move - x) + codes.of(shown, "".join(glyph.text for glyph in cluster)[:_MAX_TEXT]))
        move = x + _thousandths(own, face) - pen
    return "".join(written) + _moved(move)


def _clusters(glyphs: Sequence[Glyph]) -> Iterator[Sequence[Glyph]]:
    """Glyphs, those together that stand for the same text: what is silent, and what speaks for it."""
    start = 0
    is_said = False
    for at, glyph in enumerate(glyphs):
        if glyph.text and is_said:
            yield glyphs[start:at]
            start = at
        is_said = is_said or bool(glyph.text)
    if glyphs:
        yield glyphs[start:]


def _composed(glyphs: Sequence[Glyph], face: Face, left: int) -> Composed:
    """Glyphs as one, which begins at this place. So is a mark that is moved a glyph of its own."""
    parts = []
    pen = 0
    for glyph in glyphs:
        parts.append((glyph.number, _units(pen + glyph.x - left, face), _units(glyph.y, face)))
        pen += glyph.advance
    return Composed(max(0, _units(pen, face)), tuple(parts))


def _units(thousandths: int, face: Face) -> int:
    return round(thousandths * face.units_per_em / 1000)


def _thousandths(units: int, face: Face) -> int:
    return round(units * 1000 / face.units_per_em)


def _moved(by: int) -> str:
    return f"){by}(" if by else ""


def _write(objects: Objects, face: Face, codes: Codes) -> int:
    # Codes that show the same glyph share it, so that an outline is embedded once: space and no-break space, A and Α.
    places: dict[_Glyph, int] = {}
    for glyph in codes.glyphs:
        places.setdefault(glyph, len(places))
    program = face.subset([0 if glyph == _BOX else glyph for glyph in places])
    name = f"/{_tag(program)}+{face.name}"
    embedded = objects.add_stream(f"/Length1 {len(program)}", program)
    descriptor = objects.add(
        f"<< /Type /FontDescriptor /FontName {name} /Flags {4 | face.is_monospaced | (64 if face.italic_angle else 0)}"
        f" /FontBBox {numbers(_thousandths(each, face) for each in face.bounds)}"
        f" /ItalicAngle {round(face.italic_angle)}"
        f" /Ascent {_thousandths(face.ascent, face)} /Descent {_thousandths(face.descent, face)}"
        f" /CapHeight {_thousandths(face.cap_height, face)}"
        # No table has the width of stems; in Adobe's own fonts it lies near this.
        f" /StemV {50 + round((face.weight / 65) ** 2)} /FontFile2 {embedded} 0 R >>"
    )
    places_of_codes = "/Identity"
    if len(places) < len(codes.glyphs):
        table = b"".join([places[glyph].to_bytes(2) for glyph in codes.glyphs])
        places_of_codes = f"{objects.add_stream('', table)} 0 R"
    widths = [_thousandths(_advance(glyph, face), face) for glyph in codes.glyphs]
    descendant = objects.add(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont {name} /FontDescriptor {descriptor} 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        f" /CIDToGIDMap {places_of_codes}{_widths(widths)} >>"
    )
    unicode = objects.add_stream("", to_unicode(codes.texts, 2))
    return objects.add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H /DescendantFonts [{descendant} 0 R]"
        f" /ToUnicode {unicode} 0 R >>"
    )


def _advance(glyph: _Glyph, face: Face) -> int:
    return glyph.advance if isinstance(glyph, Composed) else face.advance(max(glyph, 0))


def _widths(widths: Sequence[int]) -> str:
    # ISO 32000-1, 9.7.4.3: the width that most have goes without saying.
    [(usual, _)] = Counter(widths).most_common(1)
    listed = []
    at = 0
    for is_usual, group in groupby(widths, key=usual.__eq__):
        run = list(group)
        if not is_usual:
            listed.append(f"{at} {numbers(run)}")
        at += len(run)
    return f" /DW {usual}" + (f" /W [{' '.join(listed)}]" if listed else "")


def _tag(program: bytes) -> str:
    # ISO 32000-1, 9.6.4: six capital letters that tell subsets apart.
    rest = zlib.crc32(program)
    letters = ""
    for _ in range(6):
        rest, letter = divmod(rest, 26)
        letters += chr(ord("A") + letter)
    return letters


def to_unicode(texts: Sequence[str], size: int) -> bytes:
    """A table of what codes of so many bytes stand for, from code 0 (ISO 32000-1, 9.10.3)."""
    digits = 2 * size
    lines = [
        f"<{code:0{digits}x}> <{text.encode('utf-16-be', 'surrogatepass').hex()}>" for code, text in enumerate(texts)
    ]
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]  # there must be no more lines in one
    listed = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<{'00' * size}> <{'ff' * size}>\nendcodespacerange\n"
        f"{listed}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()
