"""Makes compiled libraries smaller without changing what they do: what the loader does not load is left out.

Wheels come with tables for debuggers, which are more than half of some libraries, and ICU with data for all that it can
do, of which line breaks need a thirtieth. What is loaded keeps its address, so no code has to be changed.

Source: System V ABI, "Program Loading"; ICU's `ucmndata.h` for packages of data with a table of contents.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

_LOAD = 1
_NOT_USED = 0
_HEADER = 64  # bytes at the begin of an ELF file of 64 bits
_ENTRY = struct.Struct(
    "<2I6Q"
)  # type, flags, offset, address, physical address, size in the file, in memory, alignment

_ICU_FORMAT = b"CmnD"  # of a package with a table of contents, 12 bytes behind its begin
_ICU_ALIGNED = 16


def loaded(library: bytes) -> bytes:
    """The library with nothing but what is loaded of it."""
    return _laid_out(library, [_content(library, each) for each in _segments(library) if each.type == _LOAD])


def with_less_icu_data(library: bytes, wanted: Callable[[str], bool]) -> bytes:
    """ICU's library of data with those items only whose name (such as "brkitr/root.res") is wanted.

    Raises `ValueError` if it is not such a library, with its data last in what is loaded at once.
    """
    contents: list[bytes] = []
    found = False
    for each in _segments(library):
        if each.type == _LOAD:
            content = _content(library, each)
            at = content.find(_ICU_FORMAT) - 12
            if at >= 0 and not found:
                content = content[:at] + _icu_package(content[at:], wanted)
                found = True
            contents.append(content)
    if not found:
        raise ValueError("There is no package of ICU's data in it.")
    return _laid_out(library, contents)


def addresses(library: bytes) -> Iterator[tuple[int, bytes]]:
    """What is loaded, with the addresses that it is loaded to, relative to the library's."""
    return ((each.address, _content(library, each)) for each in _segments(library) if each.type == _LOAD)


@dataclass(frozen=True, slots=True)
class _Segment:
    type: int
    flags: int
    offset: int
    address: int
    physical: int
    size: int
    in_memory: int
    alignment: int

    def packed(self) -> bytes:
        fields = (self.type, self.flags, self.offset, self.address, self.physical)
        return _ENTRY.pack(*fields, self.size, self.in_memory, self.alignment)


def _segments(library: bytes) -> list[_Segment]:
    [first] = struct.unpack_from("<Q", library, 32)
    [count] = struct.unpack_from("<H", library, 56)
    return [_Segment(*_ENTRY.unpack_from(library, first + _ENTRY.size * number)) for number in range(count)]


def _content(library: bytes, segment: _Segment) -> bytes:
    return library[segment.offset : segment.offset + segment.size]


def _laid_out(library: bytes, contents: list[bytes]) -> bytes:
    # One segment behind the other, each as far from a page's begin as its address is; they may have become shorter.
    segments = _segments(library)
    out = bytearray()
    moved: list[tuple[_Segment, _Segment]] = []
    remaining = iter(contents)
    for each in segments:
        if each.type == _LOAD:
            content = next(remaining)
            # The first begins with the header of the file, and stays where it is.
            out += bytes((each.address - len(out)) % each.alignment if moved else 0)
            less = each.size - len(content)
            shorter = replace(each, offset=len(out), size=len(content), in_memory=each.in_memory - less)
            moved.append((each, shorter))
            out += content

    def place(offset: int, size: int) -> int | None:
        """Where something of the file is now, if it is loaded."""
        for old, new in moved:
            if old.offset <= offset and offset + size <= old.offset + new.size:
                return offset - old.offset + new.offset
        return None

    [first] = struct.unpack_from("<Q", library, 32)
    table = place(first, _ENTRY.size * len(segments))
    if table is None or moved[0][0].offset:
        raise ValueError("Its own table of segments is not loaded.")
    loads = dict(moved)
    for number, each in enumerate(segments):
        now = loads.get(each)
        if now is None:
            at = place(each.offset, each.size)
            now = replace(each, type=_NOT_USED) if at is None else replace(each, offset=at)
        out[table + number * _ENTRY.size : table + (number + 1) * _ENTRY.size] = now.packed()
    struct.pack_into("<2Q", out, 32, table, 0)  # segments, and no sections
    struct.pack_into("<2H", out, 60, 0, 0)
    return bytes(out)


def _icu_package(data: bytes, wanted: Callable[[str], bool]) -> bytes:
    [head] = struct.unpack_from("<H", data)
    [count] = struct.unpack_from("<I", data, head)
    entries = sorted(struct.iter_unpack("<2I", data[head + 4 : head + 4 + 8 * count]), key=lambda entry: entry[1])
    ends = [start for _, start in entries[1:]] + [len(data) - head]
    items: dict[bytes, bytes] = {}
    for (name_at, start), end in zip(entries, ends, strict=True):
        name = data[head + name_at : data.index(b"\0", head + name_at)]
        if wanted(name.decode("ascii").partition("/")[2]):
            items[name] = data[head + start : head + end]
    names = sorted(items)
    at = 4 + 8 * len(names)
    table, text = b"", b""
    start = _aligned(head + at + sum(len(name) + 1 for name in names)) - head
    body = bytearray()
    for name in names:
        table += struct.pack("<2I", at + len(text), start + len(body))
        text += name + b"\0"
        body += items[name]
        body += bytes(_aligned(len(body)) - len(body))
    before = struct.pack("<I", len(names)) + table + text
    return data[:head] + before + bytes(start - len(before)) + bytes(body)


def _aligned(at: int) -> int:
    return -(-at // _ICU_ALIGNED) * _ICU_ALIGNED
