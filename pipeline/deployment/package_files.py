"""Compiles, packs and writes the files of a package, so that the same contents are the same bytes wherever it is done.

The standard library's module for zips cannot take what is packed already, and packing is what takes long: 20 MB of a
library go into twenty packages, and are packed once.

Source: PEP 552 for compiled files that nobody checks; PKWARE's APPNOTE.TXT 6.3.10, 4.3.7 (local header), 4.3.12
(central directory), 4.3.16 (its end).
"""

from __future__ import annotations

import marshal
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import MAGIC_NUMBER
from types import CodeType

TASK = "/var/task/"
"""Where Lambda unpacks a package: what tracebacks say, wherever it was built and runs."""

LAYERS = "/opt/"
"""Where it unpacks layers."""

_UNCHECKED = 1  # compiled for good: neither folder can be written, and nothing there is ever newer

_LEVEL = 9
_VERSION = 20  # 2.0: folders and deflation
_BY_UNIX = 3 << 8  # so that the mode counts
_DEFLATED = 8
_DATE = 1 << 5 | 1  # 1980-01-01, the first that the format knows (4.4.6)
_MODE = 0o100755 << 16  # any user may read and load it, whoever built it: Lambda runs functions as a user of its own


@dataclass(frozen=True, slots=True)
class Packed:
    """A file as it stands in a zip."""

    name: str
    size: int
    check: int
    """Its CRC-32."""
    data: bytes

    @classmethod
    def from_bytes(cls, name: str, kept: bytes) -> Packed:
        """What `packed` made of a file, under a name."""
        size, check = _HEAD.unpack_from(kept)
        return cls(name, size, check, kept[_HEAD.size :])


_HEAD = struct.Struct("<QL")


def packed(data: bytes) -> bytes:
    """A file's bytes packed, to be kept."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return _HEAD.pack(len(data), zlib.crc32(data)) + packer.compress(data) + packer.flush()


def compiled(source: bytes, name: str, folder: str = TASK) -> bytes:
    """A module as Python keeps it compiled, to be loaded without its source and never checked against it.

    It is the same for the same source, whatever this process has done before.
    """
    code = compile(source, folder + name, "exec", dont_inherit=True, optimize=0)
    kept = list(_everything(code))
    # Whether marshal writes a reference depends on who else holds a thing. Here everything is held, so it always does.
    found = marshal.dumps(code)
    del kept
    return MAGIC_NUMBER + struct.pack("<LQ", _UNCHECKED, 0) + found


def _everything(value: object) -> Iterator[object]:
    yield value
    match value:
        case CodeType():
            for each in (value.co_consts, value.co_names, value.co_varnames, value.co_freevars, value.co_cellvars):
                yield from _everything(each)
            yield from (value.co_name, value.co_qualname, value.co_filename)
        case tuple() | frozenset():
            for each in value:
                yield from _everything(each)


def archive(files: Iterable[Packed], comment: bytes = b"") -> bytes:
    """A zip of files, in the order in which they come."""
    out, directory, count = bytearray(), bytearray(), 0
    for file in files:
        name = file.name.encode("ascii")
        at = len(out)
        fields = (_DEFLATED, 0, _DATE, file.check, len(file.data), file.size, len(name), 0)
        out += struct.pack("<4sHHHHHLLLHH", b"PK\x03\x04", _VERSION, 0, *fields) + name + file.data
        directory += struct.pack("<4sHHHHHHLLLHH", b"PK\x01\x02", _BY_UNIX | _VERSION, _VERSION, 0, *fields)
        directory += struct.pack("<HHHLL", 0, 0, 0, _MODE, at) + name
        count += 1
    end = (0, 0, count, count, len(directory), len(out), len(comment))
    return bytes(out + directory + struct.pack("<4sHHHHLLH", b"PK\x05\x06", *end) + comment)
