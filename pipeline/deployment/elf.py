"""Reads of a program or library (ELF) what says whether it runs in Lambda: its machine, its glibc, its libraries.

Source: System V ABI, "ELF Header", "Program Header" and "Dynamic Section"; Linux Standard Base Core 5.0, "Symbol
Versioning". Section headers are not read: what is stripped may have none, and the loader does not look at them either.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Literal, NamedTuple

type Machine = Literal["arm64", "x86_64"]
type Version = tuple[int, int]

LAMBDA_GLIBC: Version = (2, 34)
"""Of Amazon Linux 2023, on which the runtime python3.13 runs."""

OWN_GLIBC: Version = (99, 0)
"""Stands for the glibc that it was built with, which is the only one that it fits: it asks for its private parts."""

GLIBC_LIBRARIES = frozenset(
    {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1", "libresolv.so.2"}
    | {"ld-linux-aarch64.so.1", "ld-linux-x86-64.so.2"}
)
"""What is there wherever glibc is; any other library must be beside the program, or come with the runtime."""

_MAGIC = b"\x7fELF\x02\x01"  # 64 bits, the least significant byte first: both of Lambda's machines are so
_MACHINES: dict[int, Machine] = {183: "arm64", 62: "x86_64"}

_LOADED, _DYNAMIC = 1, 2  # types of segments
_END, _NEEDED, _STRINGS, _VERSIONS, _VERSION_COUNT = 0, 1, 5, 0x6FFFFFFE, 0x6FFFFFFF  # tags of dynamic entries

_GLIBC = "GLIBC_"
_BY_NAME: dict[str, Version] = {"ABI_DT_RELR": (2, 36)}  # versions of glibc that are named after what they can


def is_elf(data: bytes) -> bool:
    """Whether these are the bytes of a program or library that Linux loads on one of Lambda's machines."""
    return data[: len(_MAGIC)] == _MAGIC and _machine(data) in _MACHINES


def machine(data: bytes) -> Machine:
    """What it runs on, by Lambda's name for it. Raises `ValueError` if it is not ELF for either of them."""
    if not is_elf(data):
        raise ValueError("This is no 64-bit ELF file for arm64 or x86_64.")
    return _MACHINES[_machine(data)]


def newest_glibc(data: bytes) -> Version | None:
    """The oldest glibc that has all the symbols it asks for; None for what asks for none, as static programs do.

    Raises `ValueError` if it is not ELF.
    """
    return max(map(_version, _glibc_names(_Dynamic.of(data))), default=None)


def needed(data: bytes) -> tuple[str, ...]:
    """The libraries that must be there to run it. Raises `ValueError` if it is not ELF."""
    dynamic = _Dynamic.of(data)
    return tuple(dynamic.text(value) for tag, value in dynamic.entries if tag == _NEEDED)


class _Segment(NamedTuple):
    type: int
    offset: int
    address: int
    size: int


class _Dynamic(NamedTuple):
    """What the loader reads."""

    data: bytes
    segments: list[_Segment]
    entries: list[tuple[int, int]]

    @classmethod
    def of(cls, data: bytes) -> _Dynamic:
        machine(data)
        [first] = struct.unpack_from("<Q", data, 32)
        size, count = struct.unpack_from("<2H", data, 54)
        segments: list[_Segment] = []
        for at in range(first, first + size * count, size):
            kind, _flags, offset, address, _physical, length = struct.unpack_from("<2I4Q", data, at)
            segments.append(_Segment(kind, offset, address, length))
        entries: list[tuple[int, int]] = []
        for segment in segments:
            if segment.type == _DYNAMIC:
                entries += struct.iter_unpack("<qQ", data[segment.offset : segment.offset + segment.size // 16 * 16])
        if (_END, 0) in entries:
            del entries[entries.index((_END, 0)) :]
        return cls(data, segments, entries)

    def value(self, tag: int) -> int:
        """0 for what it does not say."""
        return dict(self.entries).get(tag, 0)

    def place(self, address: int) -> int:
        """Where in the file what is loaded to an address stands."""
        for segment in self.segments:
            if segment.type == _LOADED and segment.address <= address < segment.address + segment.size:
                return segment.offset + address - segment.address
        raise ValueError("An address in this ELF file leads nowhere: the file is damaged.")

    def text(self, offset: int) -> str:
        start = self.place(self.value(_STRINGS)) + offset
        return self.data[start : self.data.index(b"\0", start)].decode()


def _glibc_names(dynamic: _Dynamic) -> Iterator[str]:
    # A list of libraries, each with a list of the versions that are asked of it.
    count = dynamic.value(_VERSION_COUNT)
    library = dynamic.place(dynamic.value(_VERSIONS)) if count else 0
    for _ in range(count):
        _revision, names, _file, first, following = struct.unpack_from("<2H3I", dynamic.data, library)
        at = library + first
        for _ in range(names):
            _hash, _flags, _other, name, after = struct.unpack_from("<I2H2I", dynamic.data, at)
            text = dynamic.text(name)
            if text.startswith(_GLIBC):
                yield text.removeprefix(_GLIBC)
            at += after
        library += following


def _version(name: str) -> Version:
    # "2.2.5" is a version before 2.3.
    major, _, rest = name.partition(".")
    minor = rest.partition(".")[0]
    if major.isdigit() and minor.isdigit():
        return int(major), int(minor)
    return _BY_NAME.get(name, OWN_GLIBC)


def _machine(data: bytes) -> int:
    return int.from_bytes(data[18:20], "little")
