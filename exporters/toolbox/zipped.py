"""Zip archives that are the same bytes each time: Word files, EPUBs and bundles are archives of text and images.

The standard library's module takes 22 ms to import, as long as a chapter takes to be written, because it brings
threads, files and encryption with it. What is written here is less: no file over 4 GB, no date but the first of all.

Source: PKWARE's APPNOTE.TXT 6.3.10, 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from zlib import DEFLATED, MAX_WBITS, compressobj, crc32

_LEVEL = 6  # zlib's own: level 9 takes twice as long for one per cent
_VERSION = 20  # 2.0: folders and deflation
_UTF_8 = 1 << 11  # names are UTF-8 (4.4.4)
_DATE = 1 << 5 | 1  # 1980-01-01, the first that the format knows (4.4.6)
_STORED, _DEFLATED = 0, 8
_PACKED_ALREADY = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".zip", ".docx", ".xlsx", ".pptx", ".woff2")


class Zip:
    """An archive on its way. What was added is held packed, so its peak memory is that of the archive."""

    def __init__(self) -> None:
        self._out = bytearray()
        self._directory = bytearray()
        self._names: set[str] = set()

    def add(self, name: str, data: bytes | str | Iterable[str], *, stored: bool = False) -> None:
        """Adds a file, by its path with `/`. Pieces of text are packed one after the other, and never joined.

        `stored` leaves it unpacked, as a `mimetype` has to be; so are images, which are packed already. No name may be
        added twice: `ValueError`.
        """
        if name in self._names:
            raise ValueError(f"{name} is in the archive already")
        self._names.add(name)
        stored = stored or name.lower().endswith(_PACKED_ALREADY)
        packer = None if stored else compressobj(_LEVEL, DEFLATED, -MAX_WBITS)
        header_at, size, check = len(self._out), 0, 0
        encoded = name.encode()
        self._out += bytes(30) + encoded
        begin = len(self._out)
        for piece in _bytes(data):
            size += len(piece)
            check = crc32(piece, check)
            self._out += packer.compress(piece) if packer else piece
        if packer:
            self._out += packer.flush()
        method = _STORED if stored else _DEFLATED
        fields = (method, 0, _DATE, check, len(self._out) - begin, size, len(encoded), 0)
        flags = 0 if name.isascii() else _UTF_8
        struct.pack_into("<4sHHHHHLLLHH", self._out, header_at, b"PK\x03\x04", _VERSION, flags, *fields)
        self._directory += struct.pack("<4sHHHHHHLLLHH", b"PK\x01\x02", _VERSION, _VERSION, flags, *fields)
        self._directory += struct.pack("<HHHLL", 0, 0, 0, 0, header_at) + encoded

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def finish(self) -> bytes:
        """The archive. Nothing can be added after that."""
        directory_at, count = len(self._out), len(self._names)
        self._out += self._directory
        end = (0, 0, count, count, len(self._directory), directory_at, 0)
        self._out += struct.pack("<4sHHHHLLH", b"PK\x05\x06", *end)
        return bytes(self._out)


def _bytes(data: bytes | str | Iterable[str]) -> Iterable[bytes]:
    match data:
        case bytes():
            yield data
        case str():
            yield data.encode(errors="replace")
        case _:
            batch: list[str] = []
            length = 0
            for piece in data:
                batch.append(piece)
                length += len(piece)
                if length > _BATCH:
                    yield "".join(batch).encode(errors="replace")
                    batch, length = [], 0
            yield "".join(batch).encode(errors="replace")


_BATCH = 100_000  # characters that are encoded at once: few calls, and little memory
