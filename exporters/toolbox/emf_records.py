"""The records of Enhanced Metafiles, and the numbers that are in them ([MS-EMF], 2.1 and 2.3)."""

from __future__ import annotations

import struct

UNITS = 100
"""To the point: glyphs of formulas are drawn in them."""


def record(kind: int, layout: str, *values: object, more: bytes = b"") -> bytes:
    """One record, filled up to four bytes."""
    size = 8 + struct.calcsize(layout) + len(more)
    padding = -size % 4
    return struct.pack(f"<2I{layout[1:]}", kind, size + padding, *values) + more + bytes(padding)


# [MS-EMF], 2.1.1 RecordType, and the enumerations beside it.
HEADER, POLYBEZIERTO, POLYLINETO, SETWINDOWEXTEX, SETWINDOWORGEX = 1, 5, 6, 9, 10
SETVIEWPORTEXTEX, SETVIEWPORTORGEX, EOF, SETMAPMODE, SETBKMODE, SETPOLYFILLMODE = 11, 12, 14, 17, 18, 19
SETTEXTALIGN, SETTEXTCOLOR, MOVETOEX, INTERSECTCLIPRECT, SAVEDC, RESTOREDC = 22, 24, 27, 30, 33, 34
SELECTOBJECT, CREATEBRUSHINDIRECT, DELETEOBJECT, SETMITERLIMIT = 37, 39, 40, 58
BEGINPATH, ENDPATH, CLOSEFIGURE, FILLPATH, STROKEANDFILLPATH, STROKEPATH, SELECTCLIPPATH = *range(59, 65), 67
STRETCHDIBITS, EXTCREATEFONTINDIRECTW, EXTTEXTOUTW = 81, 82, 84
POLYBEZIERTO16, POLYLINETO16, EXTCREATEPEN = 88, 89, 95
POLY = {"L": (POLYLINETO, POLYLINETO16), "C": (POLYBEZIERTO, POLYBEZIERTO16)}

HEADER_SIZE = 108
NOWHERE = ("<4i", 0, 0, -1, -1)  # the bounds of a record, which nobody reads
ANISOTROPIC, TRANSPARENT, BASELINE, COMPATIBLE, AND, SRCCOPY = 8, 1, 24, 1, 1, 0xCC0020
ALTERNATE, WINDING = 1, 2
NULL_BRUSH, NULL_PEN, SYSTEM_FONT = 0x80000005, 0x80000008, 0x8000000D
GEOMETRIC = 0x10000
CAPS = {"round": 0, "square": 0x100, "butt": 0x200}
JOINS = {"round": 0, "bevel": 0x1000, "miter": 0x2000}
PANOSE = 320 - 92  # bytes of LogFontPanose after LogFont
TEXT_AT = 76  # bytes from the begin of EMR_EXTTEXTOUTW to its text
BITMAP_AT = 80  # the same of EMR_STRETCHDIBITS to its bitmap
HUNDREDTHS = 2540 / 72 / UNITS  # of a millimetre in a unit
