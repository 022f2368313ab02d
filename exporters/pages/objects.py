"""Numbers, writes and packs the objects that a PDF consists of (ISO 32000-1, 7.3 and 7.5).

An object is handed over once, as it is written: nothing keeps a tree of values. All that are not streams are packed
together and compressed (7.5.7), which makes a book a quarter smaller.
"""

from __future__ import annotations

import re
import sys
import zlib
from array import array
from collections.abc import Callable, Iterable
from typing import NamedTuple

type Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top."""

type Cipher = Callable[[int, bytes], bytes]
"""Encrypts the stream with this number."""


class Lock(NamedTuple):
    """What a file is encrypted with (ISO 32000-1, 7.6)."""

    cipher: Cipher
    dictionary: str
    """As the file has it."""
    identity: bytes
    """16 bytes that tell the file from others, and nothing of what is in it."""


_PACKED = 400  # objects in one stream: with 100 a book of 500 pages is 1 % larger, with 800 no smaller
_PACKED_ALIKE = 800  # of those that are alike, which packs best
# How far back compression looks, and the memory for it, as powers of 2. What is alike is near, which is shorter to say.
_FAR, _NEAR = (15, 8), (9, 6)
_ROUND = 10  # bytes that the size of a packed object is a multiple of: places packed so are 0.5 % of a book smaller
_LEVEL = 6  # of zlib: 5 makes a book 1 % larger, and 9 no smaller
_PAYS = 24  # bytes that compression must save, for that is what naming it takes
_LONGEST = 32_764  # bytes of a text; ISO 19005-2, 6.1.13, has 32,767
_MARK = b"%\xe2\xe3\xcf\xd3\n"  # a comment that tells programs which move files that this one is not text (7.5.2)
_NOWHERE, _IS_STREAM = 0, 0xFFFFFFFF


class Objects:
    """The objects of one file. Each has a number, from 1, which others refer to it by."""

    def __init__(self) -> None:
        # By number: the number of the stream that an object is packed in, or what it is otherwise; and its place among
        # those beside it.
        self._homes = array("I", [_NOWHERE])
        self._places = array("I", [0])
        self._streams: list[tuple[int, str, bytes]] = []
        self._waiting: list[tuple[int, bytes]] = []
        self._alike: list[tuple[int, bytes]] = []

    def reserve(self) -> int:
        """A number for an object that is handed over later."""
        self._homes.append(_NOWHERE)
        self._places.append(0)
        return len(self._homes) - 1

    def add(self, value: str) -> int:
        """Adds an object that is no stream, as it is written (in latin-1), and gives its number."""
        number = self.reserve()
        self.put(number, value)
        return number

    def put(self, number: int, value: str) -> None:
        """Hands over the object that a number was reserved for."""
        self._waiting.append((number, value.encode("latin-1")))
        if len(self._waiting) == _PACKED:
            self._pack(self._waiting, _FAR)

    def put_alike(self, number: int, value: str) -> None:
        """The same for one of thousands that differ in a few numbers only: together they pack a seventh better."""
        self._alike.append((number, value.encode("latin-1")))
        if len(self._alike) == _PACKED_ALIKE:
            self._pack(self._alike, _NEAR)

    def add_stream(self, entries: str, data: bytes, is_final: bool = False) -> int:
        """Adds a stream with these entries in its dictionary, compressed unless it is final, and gives its number."""
        number = self.reserve()
        self.put_stream(number, entries, data, is_final)
        return number

    def put_stream(self, number: int, entries: str, data: bytes, is_final: bool = False) -> None:
        """Hands over the stream that a number was reserved for."""
        if not is_final:
            packed = zlib.compress(data, _LEVEL)
            if len(packed) + _PAYS <= len(data):
                data, entries = packed, f"{entries}/Filter/FlateDecode"
        self._streams.append((number, entries, data))

    def contents(self) -> Iterable[bytes]:
        """The data of all streams, packed objects among them: what the file says."""
        self._pack_all()
        return (data for _, _, data in self._streams)

    def close(self, root: int, info: int, lock: Lock | None = None) -> bytes:
        """The whole file, locked if asked; `root` is the catalogue's number, `info` that of the information."""
        self._pack_all()
        lock_number = self.reserve() if lock else 0
        table_number = self.reserve()
        out = _Out()
        for at, (number, entries, data) in enumerate(self._streams):
            self._streams[at] = (0, "", b"")  # so that a large file is not in memory three times
            self._place(number, out.size)
            out.write(number, _stream(entries, lock.cipher(number, data) if lock else data))
        if lock:
            self._place(lock_number, out.size)
            out.write(lock_number, lock.dictionary.encode("latin-1"))
        identity = (lock.identity if lock else out.identity).hex()
        self._place(table_number, out.size)
        entries = f"/Type /XRef /Size {len(self._homes)} /W [1 4 2] /Root {root} 0 R /Info {info} 0 R"
        entries += f" /ID [<{identity}> <{identity}>]" + (f" /Encrypt {lock_number} 0 R" if lock else "")
        entries += " /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 7 >>"
        end = b"startxref\n%d\n%%%%EOF\n" % out.size
        out.write(table_number, _stream(entries, zlib.compress(self._table(), _LEVEL)))
        return b"".join([*out.parts, end])

    def _place(self, number: int, at: int) -> None:
        self._homes[number], self._places[number] = _IS_STREAM, at

    def _pack_all(self) -> None:
        self._pack(self._waiting, _FAR)
        self._pack(self._alike, _NEAR)

    def _pack(self, waiting: list[tuple[int, bytes]], reach: tuple[int, int]) -> None:
        # ISO 32000-1, 7.5.7: numbers and places of the objects, then the objects.
        if not waiting:
            return
        home = self.reserve()
        index = []
        objects = []
        at = 0
        for place, (number, value) in enumerate(waiting):
            self._homes[number], self._places[number] = home, place
            index.append(b"%d %d" % (number, at))
            size = len(value) // _ROUND * _ROUND + _ROUND  # so that there is a blank at least between two objects
            objects.append(value.ljust(size))
            at += size
        waiting.clear()
        first = b" ".join(index) + b"\n"
        window, memory = reach
        packer = zlib.compressobj(_LEVEL, wbits=window, memLevel=memory)
        # In blocks of their own (RFC 1951, 3.2.3), for one has digits only: that makes a book 1 % smaller.
        data = packer.compress(first) + packer.flush(zlib.Z_BLOCK) + packer.compress(b"".join(objects)) + packer.flush()
        entries = f"/Type/ObjStm/N {len(index)}/First {len(first)}/Filter/FlateDecode"
        self.put_stream(home, entries, data, is_final=True)

    def _table(self) -> bytes:
        # ISO 32000-1, 7.5.8: a row of 7 bytes for each object, which says where it is: of what kind (1 for streams, 2
        # for what is packed, 0 for a number that was not used), in which stream or at which byte, and as which of those
        # beside it. Column after column, for a book has 40,000 rows.
        kinds = bytearray(b"\2" * len(self._homes))
        homes, places = self._homes[:], self._places[:]
        for number, home in enumerate(self._homes):
            if home == _IS_STREAM:
                kinds[number], homes[number], places[number] = 1, places[number], 0
            elif home == _NOWHERE:
                kinds[number] = 0
        places[0] = 0xFFFF
        table = bytearray(8 * len(kinds))
        table[1::8] = kinds
        if sys.byteorder == "little":
            homes.byteswap()
            places.byteswap()
        for column in range(4):
            table[2 + column :: 8] = homes.tobytes()[column::4]
        for column in range(2):
            table[6 + column :: 8] = places.tobytes()[2 + column :: 4]
        return _differences(table, 8)


def _differences(table: bytearray, width: int) -> bytes:
    """What rows are more than those above them, which packs to a fifth: PNG's filter 2, named before each row."""
    size = len(table)
    row, above = (int.from_bytes(each) for each in (table, bytes(width) + table[:-width]))
    # Byte by byte, but all at once: the upper bits are kept apart, so that nothing is borrowed from the next byte.
    upper = int.from_bytes(b"\x80" * size)
    less = ((row | upper) - (above & ~upper)) ^ ((row ^ ~above) & upper)
    differences = bytearray(less.to_bytes(size))
    differences[0::width] = b"\2" * (size // width)
    return bytes(differences)


class _Out:
    """The bytes of a file in parts, their size, and what tells them from others."""

    def __init__(self) -> None:
        self.parts = [b"%PDF-1.7\n" + _MARK]
        self.size = len(self.parts[0])
        self._checksum = 0

    @property
    def identity(self) -> bytes:
        """16 bytes, the same for the same content. A digest would tell no more here, and takes 3 ms to import."""
        return b"%08x%08x" % (self._checksum, self.size & 0xFFFFFFFF)

    def write(self, number: int, value: bytes) -> None:
        part = b"%d 0 obj\n%b\nendobj\n" % (number, value)
        self.parts.append(part)
        self.size += len(part)
        self._checksum = zlib.crc32(part, self._checksum)


def number(value: float) -> str:
    """A number as PDF writes it: at most three decimals, and no exponent."""
    written = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def numbers(values: Iterable[float]) -> str:
    """An array of numbers."""
    return f"[{' '.join(map(number, values))}]"


def references(objects: Iterable[int]) -> str:
    """An array of references to objects."""
    return f"[{' '.join([f'{number} 0 R' for number in objects])}]"


def text(value: str) -> str:
    """Text for people, as a string."""
    return string(text_bytes(value))


def text_bytes(value: str) -> bytes:
    """Text for people (ISO 32000-1, 7.9.2.2). Cut where PDF/A ends strings; half a surrogate is a question mark."""
    if value.isascii() and value.isprintable():
        return value[:_LONGEST].encode()
    return b"\xfe\xff" + value[: _LONGEST // 4].encode("utf-16-be", "replace")


def string(value: bytes) -> str:
    """A string of bytes (ISO 32000-1, 7.3.4.2)."""
    return f"({_SPECIAL.sub(_escaped, value).decode('latin-1')})"


def name(value: str) -> str:
    """A name (ISO 32000-1, 7.3.5), of at most 127 bytes."""
    return "/" + _IRREGULAR.sub(_numbered, value.encode(errors="replace")[:127]).decode("latin-1")


def address(value: str) -> str:
    """An address as a string, which has none but the characters of ASCII (ISO 32000-1, 12.6.4.7)."""
    return string(_NOT_ADDRESS.sub(_quoted, value.encode(errors="replace")))


_NOT_ADDRESS = re.compile(rb"[^!-~]")
_SPECIAL = re.compile(rb"[()\\\r]")
_IRREGULAR = re.compile(rb"[^!-~]|[#/%()<>\[\]{}]")


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"\\r" if found[0] == b"\r" else b"\\" + found[0]


def _quoted(found: re.Match[bytes]) -> bytes:
    return b"%%%02X" % found[0][0]


def _numbered(found: re.Match[bytes]) -> bytes:
    return b"#%02x" % found[0][0]


def _stream(entries: str, data: bytes) -> bytes:
    # PDF/A wants a line end before the last word. It has two characters, lest a stream that happens to end in the first
    # of them be taken for shorter than it is.
    return b"<<%b/Length %d>>\nstream\n%b\r\nendstream" % (entries.encode("latin-1"), len(data), data)
