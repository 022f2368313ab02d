"""Fonts as a file embeds them: subsets that hold what was written in them, and say which text that was.

Text is addressed by glyph and by the characters that the glyph stands for, so that what is copied out of a page is what
its author wrote, whatever shape it was given. A face is embedded once, and used as one font or two: a simple one, whose
codes have one byte, which is enough for most writings, packs best and is understood by every reader; and one with two
bytes to a code for texts that need more.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from exporters.pages.objects import Objects, numbers
from exporters.toolbox.fonts import Glyph, Widths
from exporters.toolbox.truetype import Composed, Face

_MAX_WORDS = 20_000  # remembered per face as they are written, about 3 MB: a book of 1.2 MB has 4,000 different ones
_MAX_WORD = 40  # characters; longer ones hardly come twice
_MAX_BOXES = 256  # codes of one font for characters it lacks; further ones share the last
_MAX_CODES = 60_000  # of two bytes in one font, which has room for 65,536; what else is written shows as boxes
_MAX_KERNED = 64  # codes of one byte for glyphs with other advances than their own; 94 are for other than ASCII
_GAP = 160  # thousandths of an em, that are no kerning any more: readers who go by places take them for a space
_MAX_TEXT = 64  # characters that one code may stand for; only invisible ones are as many
_UNKNOWN = "\ufffd"
_SILENT = "\u200b"  # of a glyph that stands for nothing; PDF/A wants some text, and this one has no width
_BOX = -1  # a copy of glyph 0
_NONE = "\0"  # stands where there is no code of one byte
_MANY = 0x2E80  # from here on, scripts have thousands of characters: Chinese, Japanese, Korean, and what is alike

type _Glyph = int | Composed


type Shown = tuple[str, str, float | None]
"""The name of the font to select, "" if the operators do so themselves; the operators; and what is to be added to each
code 32 (ISO 32000-1, 9.3.3), in points, or None if there is none."""


class EmbeddedFont:
    """A face in one file. What was written in it is what is embedded."""

    def __init__(self, name: str, face: Face) -> None:
        self._face = face
        self._short = ShortCodes(name, face)
        self._long = LongCodes(f"{name}L", face)

    def show(self, words: str, widths: Widths, size: float, stretch: float = 0.0) -> Shown:
        """Shows words in this font, with so much added to each space between them, in points."""
        split = words.split(" ")
        written = " ".join(map(self._short.words(widths).__getitem__, split))
        if _NONE not in written:
            return self._short.show(written, (stretch and round(stretch, 3)) if len(split) > 1 else None)
        # What readers add to spaces they add to codes of one byte only.
        between = self._long[_SPACE] + _moved(round(-1000 * stretch / size))
        return self._long.show(between.join(map(self._long.words(widths).__getitem__, split)))

    def show_glyphs(self, glyphs: Sequence[Glyph]) -> Shown:
        """Shows glyphs in this font."""
        written = _shaped(glyphs, self._face, self._short)
        if _NONE not in written:
            return self._short.show(written)
        return self._long.show(_shaped(glyphs, self._face, self._long))

    def write(self, objects: Objects) -> dict[str, int]:
        """Embeds the face, and the fonts that it is used as. Gives their numbers by their names."""
        return _Embedding(objects, self._face, self._short, self._long).write()


class Codes(dict[int, str]):
    """Numbers what is written in a face: codes as they stand in a string in brackets.

    It is made for `str.translate`: by character, it gives the code of the character's own glyph. A character that the
    face lacks gets a copy of the box that fonts have for it, under a number of its own: so the box shows, the text
    behind it is kept, and the glyph is not number 0, which PDF/A forbids.
    """

    def __init__(self, name: str, face: Face) -> None:
        super().__init__()
        self.name = name
        """Of the font that has these codes, by which content streams select it."""
        self.are_used = False
        self._face = face
        self._words: dict[int, _Words] = {}  # by the identity of what shapes them, for there are several to a face
        self._written: dict[tuple[_Glyph, str], str] = {}
        self.said: dict[int, tuple[_Glyph, str]] = {}
        """By number: a glyph, and the text that it stands for."""

    def __missing__(self, character: int) -> str:
        code = self[character] = self.of(self._face.glyph(character), chr(character))
        return code

    def words(self, widths: Widths) -> _Words:
        """Words as they are written in these codes, with what shapes them."""
        if id(widths) not in self._words:
            self._words[id(widths)] = _Words(widths, self)
        return self._words[id(widths)]

    def show(self, written: str, spacing: float | None = None) -> Shown:
        """Shows what stands between the brackets of the first string and of the last."""
        self.are_used = True
        return self.name, f"[({written})]TJ" if ")" in written else f"({written})Tj", spacing

    def of(self, glyph: _Glyph, text: str) -> str:
        """The code of a glyph that stands for this text."""
        key = (glyph or _BOX, text or _SILENT)
        if key not in self._written:
            self._written[key] = self._add(*key)
        return self._written[key]

    def _add(self, glyph: _Glyph, text: str) -> str:
        raise NotImplementedError


class ShortCodes(Codes):
    """Codes of one byte, none of which needs to be escaped; `_NONE` for what finds no room.

    Letters and spaces of ASCII have their own numbers and the others like ones, so that a word is the same in all
    faces: by that alone a book is 2 % smaller.
    """

    def __init__(self, name: str, face: Face) -> None:
        super().__init__(name, face)
        self._kerned: set[str] = set()
        self.of(face.glyph(_SPACE), " ")

    def kerned(self, glyph: int, text: str, advance: int) -> str:
        """The code of a glyph with this advance, in font units, instead of its own; "" if there shall be none.

        Letters are kerned so often that moves between them would make a book 2 % larger.
        """
        code = self._written.get((Composed(advance, ((glyph, 0, 0),)), text), "")
        if not code and len(self._kerned) < _MAX_KERNED:
            code = self.of(Composed(advance, ((glyph, 0, 0),)), text)
            self._kerned.add(code)
        return code

    def _add(self, glyph: _Glyph, text: str) -> str:
        character = ord(text[0])
        if character >= _MANY:
            return _NONE
        number = character
        if text not in _OWN or glyph != (self._face.glyph(character) or _BOX):
            like = 128 + character % 128
            number = next((free for free in (like, *_FREE) if free not in self.said), 0)
        if number:
            self.said[number] = glyph, text
        return chr(number)


class LongCodes(Codes):
    """Codes of two bytes, in the order of first use."""

    def __init__(self, name: str, face: Face) -> None:
        super().__init__(name, face)
        self._boxes = 0
        self.said[0] = 0, _UNKNOWN

    def _add(self, glyph: _Glyph, text: str) -> str:
        if len(self.said) >= _MAX_CODES or (glyph == _BOX and self._boxes >= _MAX_BOXES):
            if (_BOX, _UNKNOWN) in self._written:
                return self._written[_BOX, _UNKNOWN]
            glyph, text = _BOX, _UNKNOWN
        number = len(self.said)
        self.said[number] = glyph, text
        self._boxes += glyph == _BOX
        code = self._written[glyph, text] = "".join(_ESCAPES.get(byte, chr(byte)) for byte in divmod(number, 256))
        return code


_SPACE = ord(" ")
_ESCAPES = {ord("("): "\\(", ord(")"): "\\)", ord("\\"): "\\\\", ord("\r"): "\\r"}
_OWN = frozenset(chr(number) for number in range(32, 127) if number not in _ESCAPES)
_FREE = [number for number in (*range(255, 126, -1), *range(31, 0, -1)) if number not in (10, 13)]


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
        text = "".join(glyph.text for glyph in cluster)[:_MAX_TEXT]
        shown: _Glyph
        first = cluster[0]
        is_mark = not first.advance
        x = 0 if is_mark else first.x  # the pen stays where it is for marks, which some readers take moves to part
        if len(cluster) == 1 and not first.y and not (is_mark and first.x):
            shown, own = first.number, _thousandths(face.advance(first.number), face)
            if own != pen and 0 < pen < own + _GAP and not x and isinstance(codes, ShortCodes):
                code = codes.kerned(shown, text, _units(pen, face))
                if code:
                    written.append(_moved(move) + code)
                    move = 0
                    continue
        else:
            shown = _composed(cluster, face, x)
            own = _thousandths(shown.advance, face)
        written.append(_moved(move - x) + codes.of(shown, text))
        move = x + own - pen
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


class _Embedding:
    """Writes a face into a file, with the fonts that it is used as."""

    def __init__(self, objects: Objects, face: Face, short: ShortCodes, long: LongCodes) -> None:
        self._objects = objects
        self._face = face
        self._short = short
        self._long = long
        # Codes that show the same glyph share it, so that an outline is embedded once: space and no-break space, A and
        # Α. Those of codes of one byte come first, for these lead to the first 256 only.
        self._places: dict[_Glyph, int] = {0: 0}
        for codes in self._used():
            for glyph, _ in codes.said.values():
                self._places.setdefault(glyph, len(self._places))

    def _used(self) -> list[Codes]:
        return [codes for codes in (self._short, self._long) if codes.are_used]

    def write(self) -> dict[str, int]:
        """Gives the numbers of the fonts by their names."""
        table = bytearray(256)
        if self._short.are_used:
            for code, (glyph, _) in self._short.said.items():
                table[code] = self._places[glyph]
        program = self._face.subset([0 if glyph == _BOX else glyph for glyph in self._places], bytes(table))
        name = f"/{_tag(program)}+{self._face.name}"
        descriptor = self._descriptor(name, program)
        return {codes.name: self._write(codes, name, descriptor) for codes in self._used()}

    def _write(self, codes: Codes, name: str, descriptor: int) -> int:
        return self._write_short(name, descriptor) if codes is self._short else self._write_long(name, descriptor)

    def _descriptor(self, name: str, program: bytes) -> int:
        face = self._face
        embedded = self._objects.add_stream(f"/Length1 {len(program)}", program)
        return self._objects.add(
            f"<</Type/FontDescriptor/FontName{name}/Flags {4 | face.is_monospaced | (64 if face.italic_angle else 0)}"
            f"/FontBBox{numbers(_thousandths(each, face) for each in face.bounds)}"
            f"/ItalicAngle {round(face.italic_angle)}"
            f"/Ascent {_thousandths(face.ascent, face)}/Descent {_thousandths(face.descent, face)}"
            f"/CapHeight {_thousandths(face.cap_height, face)}"
            # No table has the width of stems; in Adobe's own fonts it lies near this.
            f"/StemV {50 + round((face.weight / 65) ** 2)}/FontFile2 {embedded} 0 R>>"
        )

    def _write_short(self, name: str, descriptor: int) -> int:
        # ISO 32000-1, 9.6.3: which glyph a code shows is said by the font program.
        said = self._short.said
        first, last = min(said), max(said)
        widths = [self._width(said[code][0]) if code in said else 0 for code in range(first, last + 1)]
        return self._objects.add(
            f"<</Type/Font/Subtype/TrueType/BaseFont{name}/FirstChar {first}/LastChar {last}/Widths{numbers(widths)}"
            f"/FontDescriptor {descriptor} 0 R/ToUnicode {self._unicode(self._short, 1)} 0 R>>"
        )

    def _write_long(self, name: str, descriptor: int) -> int:
        # ISO 32000-1, 9.7.
        glyphs = [glyph for glyph, _ in self._long.said.values()]
        places = self._objects.add_stream("", b"".join([self._places[glyph].to_bytes(2) for glyph in glyphs]))
        descendant = self._objects.add(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont{name}/FontDescriptor {descriptor} 0 R"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/CIDToGIDMap {places} 0 R{_widths([self._width(glyph) for glyph in glyphs])}>>"
        )
        return self._objects.add(
            f"<</Type/Font/Subtype/Type0/BaseFont{name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]"
            f"/ToUnicode {self._unicode(self._long, 2)} 0 R>>"
        )

    def _width(self, glyph: _Glyph) -> int:
        units = glyph.advance if isinstance(glyph, Composed) else self._face.advance(max(glyph, 0))
        return _thousandths(units, self._face)

    def _unicode(self, codes: Codes, size: int) -> int:
        return self._objects.add_stream("", to_unicode({code: text for code, (_, text) in codes.said.items()}, size))


def _widths(widths: Sequence[int]) -> str:
    # ISO 32000-1, 9.7.4.3: the width that most have goes without saying.
    [(usual, _)] = Counter(widths).most_common(1)
    listed = []
    at = 0
    for is_usual, group in groupby(widths, key=usual.__eq__):
        run = list(group)
        if not is_usual:
            listed.append(f"{at}{numbers(run)}")
        at += len(run)
    return f"/DW {usual}" + (f"/W[{' '.join(listed)}]" if listed else "")


def _tag(program: bytes) -> str:
    # ISO 32000-1, 9.6.4: six capital letters that tell subsets apart.
    rest = zlib.crc32(program)
    letters = ""
    for _ in range(6):
        rest, letter = divmod(rest, 26)
        letters += chr(ord("A") + letter)
    return letters


def to_unicode(texts: Mapping[int, str], size: int) -> bytes:
    """A table of what codes of so many bytes stand for (ISO 32000-1, 9.10.3)."""

    def written(code: int) -> str:
        return f"<{code:0{2 * size}x}>"

    own = [code for code, text in texts.items() if code < 128 and text == chr(code)]
    own_range = f"{written(min(own))} {written(max(own))} <{min(own):04x}>" if own else ""
    others = [
        f"{written(code)} <{text.encode('utf-16-be', 'surrogatepass').hex()}>"
        for code, text in texts.items()
        if code >= 128 or text != chr(code)
    ]
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n{written(0)} {written(256**size - 1)}\nendcodespacerange\n"
        f"{_blocks('bfrange', [own_range] if own else [])}{_blocks('bfchar', others)}"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()


def _blocks(kind: str, lines: Sequence[str]) -> str:
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]  # there must be no more in one
    return "".join(f"{len(block)} begin{kind}\n{'\n'.join(block)}\nend{kind}\n" for block in blocks)
