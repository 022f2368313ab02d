"""What sRGB is, as an ICC profile (ICC.1:2010, the colour space of IEC 61966-2-1).

PDF/A wants a file to say what its colours mean. This takes 500 bytes of arithmetic; the profiles that others hand out
have 3,000, and licences.
"""

from __future__ import annotations

import struct

# Where the primaries and white of sRGB are once they are adapted to D50, as ICC profiles have it, in XYZ; and how they
# were adapted (Bradford). From the specification of sRGB by the ICC.
_WHITE = (0.9642, 1.0, 0.8249)
_RED = (0.4360, 0.2225, 0.0139)
_GREEN = (0.3851, 0.7169, 0.0971)
_BLUE = (0.1431, 0.0606, 0.7139)
_ADAPTED = (1.0479, 0.0229, -0.0502, 0.0296, 0.9905, -0.0171, -0.0092, 0.0151, 0.7517)

# How a value becomes light: ((a·x + b) ^ g) from d on, c·x below.
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def srgb() -> bytes:
    """The profile."""
    curve = b"para" + struct.pack(">IHH", 0, 3, 0) + _fixed(*_CURVE)
    tags = {
        b"desc": _words("sRGB"),
        b"cprt": _words("No copyright, use freely"),
        b"wtpt": _place(_WHITE),
        b"chad": b"sf32" + bytes(4) + _fixed(*_ADAPTED),
        b"rXYZ": _place(_RED),
        b"gXYZ": _place(_GREEN),
        b"bXYZ": _place(_BLUE),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    directory, body = struct.pack(">I", len(tags)), b""
    places: dict[bytes, int] = {}
    start = 128 + 4 + 12 * len(tags)
    for tag, data in tags.items():
        if data not in places:
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        directory += struct.pack(">4sII", tag, places[data], len(data))
    header = struct.pack(
        ">4x4sI4s4s4s12s4s28x12s48x",
        *(b"\0\0\0\0", 0x04200000, b"mntr", b"RGB ", b"XYZ ", struct.pack(">6H", 2024, 1, 1, 0, 0, 0), b"acsp"),
        _fixed(*_WHITE),
    )
    profile = header + directory + body
    return struct.pack(">I", len(profile)) + profile[4:]


def _place(xyz: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*xyz)


def _words(text: str) -> bytes:
    # multiLocalizedUnicodeType with one record, in American English.
    data = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">III4sII", 0, 1, 12, b"enUS", len(data), 28) + data


def _fixed(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))
