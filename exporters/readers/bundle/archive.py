"""Reads a zip archive that anybody may have made: first the list of its files, then one file at a time.

What an archive says of itself is believed only where nothing depends on it. Its list is bounded before it is read, a
file is unpacked no further than the size it claims, and two files that share bytes, which is how 42 kB become
petabytes, condemn the whole.

Own code, because Python's `zipfile` takes 8 ms to import where this takes 0.6, and has no such bounds: it lists however
many files there are, unpacks a file to whatever it holds, and follows a list that an archive's comment hides.

Source: PKWARE's APPNOTE 6.3.10: 4.3.7 (what stands before a file), 4.3.12 (the list), 4.3.14 to 4.3.16 (its end),
4.4.4 (flags), 4.5.3 (Zip64), 4.6.9 (names in Unicode).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.frozen import frozen
from exporters.readers.reading import shown
from exporters.report import Code, Report

MAX_FILES = 10_000  # 50 ms to list; the documentation of a large program has some thousand
MAX_SIZE = 40_000_000  # bytes of one file: as much as all images of a document may have
MAX_UNPACKED = 200_000_000  # bytes of all files that are read: 1 s of unpacking
MAX_RATIO = 250  # how much smaller a file of some size is packed at most; text is 3 to 20 times smaller, logs 100
MAX_NAME = 1_000  # characters; file systems have 255 for each folder in a path
MAX_DEPTH = 50  # folders in each other

_SMALL = 1_000_000  # bytes that may be packed however well

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LISTED = struct.Struct("<4sBBHHHHHLLLHHHHHLL")
_LOCAL = struct.Struct("<4s5H3L2H")
_MAX_COMMENT = 65_535
_IN_ZIP64 = 0xFFFFFFFF

_STORED, _DEFLATED, _AES = 0, 8, 99
_IS_ENCRYPTED = 0x41  # of the flags, the two that say so
_IS_UTF8 = 0x800
_TYPE, _FOLDER = 0o170000, 0o040000


class CannotUnpack(ValueError):
    """One file of an archive cannot be had. Says why, as the end of a sentence about it."""

    def __init__(self, why: str, code: Code = Code.PART) -> None:
        super().__init__(why)
        self.code = code


@frozen
class _Listed:
    """A file as the list has it."""

    name: bytes
    path: str
    mode: int
    """Its type and rights as Unix has them; 0 where it was packed elsewhere."""
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int


class Archive:
    """The files of an archive, by their paths: with `/` between folders, without `.` and `..`, in Unicode's form C."""

    def __init__(self, data: bytes, report: Report) -> None:
        """Raises `UnreadableSource`, `SourceTooLarge`; reports the files that are left out because of their names."""
        self._data = data
        self._unpacked = 0
        self._files: dict[str, _Listed] = {}
        every, self._ends = _listed(data)
        for listed in every:
            if _is_junk(listed.path):
                continue
            if reason := _wrong_name(listed.path) or _wrong_type(listed.mode):
                report.lost(Code.PART, f"The bundle has {reason}, which is left out.", shown(listed.path))
            elif not (listed.path.endswith("/") or listed.mode & _TYPE == _FOLDER):
                self._add(_tidy(listed.path), listed, report)

    @property
    def paths(self) -> tuple[str, ...]:
        """In the order of the archive."""
        return tuple(self._files)

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises `CannotUnpack`, and `SourceTooLarge` where all files together are too large."""
        listed = self._files[path]
        if listed.flags & _IS_ENCRYPTED or listed.method == _AES:
            raise CannotUnpack("is encrypted, and exports know no password", Code.ENCRYPTED)
        if listed.method not in (_STORED, _DEFLATED):
            raise CannotUnpack(f"is packed by a method ({listed.method}) that few programs know. Zip it with another")
        if listed.size > MAX_SIZE:
            raise CannotUnpack(f"is larger than {MAX_SIZE // 10**6} MB")
        if listed.size > max(_SMALL, listed.packed * MAX_RATIO):
            raise CannotUnpack(f"is packed more than {MAX_RATIO} times smaller than it is, as nothing but traps are")
        self._unpacked += listed.size
        if self._unpacked > MAX_UNPACKED:
            raise SourceTooLarge(f"The files of the bundle have more than {MAX_UNPACKED // 10**6} MB. Split it.")
        data = self._bytes(listed)
        if data is None or len(data) != listed.size or zlib.crc32(data) != listed.crc:
            raise CannotUnpack("is damaged")
        return data

    def _add(self, path: str, listed: _Listed, report: Report) -> None:
        if path in self._files:
            report.lost(Code.PART, "The bundle has two files of one name; the first one counts.", shown(path))
        else:
            self._files[path] = listed

    def _bytes(self, listed: _Listed) -> bytes | None:
        start = _begin_of_data(self._data, listed)
        if start is None or start + listed.packed > self._ends[listed.start]:
            return None
        packed = memoryview(self._data)[start : start + listed.packed]
        if listed.method == _STORED:
            return bytes(packed)
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            data = unpacker.decompress(packed, listed.size + 1)  # one more than it claims, to find out
        except zlib.error:
            return None
        return data if unpacker.eof else None


def _begin_of_data(data: bytes, listed: _Listed) -> int | None:
    """Where a file's own bytes begin; None where what stands before them is not about this file."""
    after = listed.start + _LOCAL.size
    signature, *_, length, extra = _LOCAL.unpack_from(data, listed.start)
    if signature != b"PK\3\4" or data[after : after + length] != listed.name:
        return None
    return int(after + length + extra)


# The list of files


def _listed(data: bytes) -> tuple[list[_Listed], dict[int, int]]:
    """The files in the order of the list; and by where one begins, where the next one or the list does."""
    start, end, count, before = _place_of_list(data)
    found: list[_Listed] = []
    at = start
    while at < end:
        if len(found) == count or end - at < _LISTED.size:
            raise _wrong()
        (
            signature, _, _, _, flags, method, _, _, crc, packed, size,
            name_length, extra_length, comment_length, disk, _, attributes, offset,
        ) = _LISTED.unpack_from(data, at)  # fmt: skip
        name_end = at + _LISTED.size + name_length
        extra_end = name_end + extra_length
        if signature != b"PK\1\2" or extra_end + comment_length > end or disk not in (0, 0xFFFF):
            raise _wrong()
        name = data[at + _LISTED.size : name_end]
        extra = dict(_fields(data[name_end:extra_end]))
        if _IN_ZIP64 in (size, packed, offset):
            size, packed, offset = _zip64(extra.get(1, b""), size, packed, offset)
        begin = before + offset
        if begin + _LOCAL.size + name_length + packed > start:
            raise _wrong()
        path = _path(name, flags, extra.get(0x7075, b""))
        found.append(_Listed(name, path, attributes >> 16, flags, method, crc, packed, size, begin))
        at = extra_end + comment_length
    if len(found) != count:
        raise _wrong()
    return found, _ends(found, start)


def _zip64(field: bytes, *numbers: int) -> Iterator[int]:
    """The numbers, and those that are too large for their place, or said to be, from the field that has them."""
    at = 0
    for number in numbers:
        if number == _IN_ZIP64:
            if at + 8 > len(field):
                raise _wrong()
            number = int.from_bytes(field[at : at + 8], "little")
            at += 8
        yield number


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        id, length = struct.unpack_from("<2H", extra, at)
        yield id, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _place_of_list(data: bytes) -> tuple[int, int, int, int]:
    """Where the list begins and ends, how many files it has, and how many bytes stand before the archive itself."""
    at = _end_record(data)
    _, disk, its_disk, here, count, size, offset, _ = _END.unpack_from(data, at)
    end = at
    if 0xFFFF in (here, count) or _IN_ZIP64 in (size, offset):
        end = at - _LOCATOR.size - _END_64.size
        if end < 0 or data[at - _LOCATOR.size : at - _LOCATOR.size + 4] != b"PK\6\7":
            raise _wrong()
        signature, _, _, _, disk, its_disk, here, count, size, offset = _END_64.unpack_from(data, end)
        if signature != b"PK\6\6":
            raise _wrong()
    if (disk, its_disk, here) != (0, 0, count):
        raise UnreadableSource("The bundle is one of several parts of an archive. Zip the files into one.")
    if count > MAX_FILES:
        raise SourceTooLarge(f"The bundle has more than {MAX_FILES} files. Zip only those that the document needs.")
    start = end - size
    if start < offset:
        raise _wrong()
    return start, end, count, start - offset


def _end_record(data: bytes) -> int:
    """Where the record stands that ends an archive. Only a comment may follow it, which may not hold a second one."""
    found = []
    at = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - _MAX_COMMENT))
    while at != -1:
        if at + _END.size <= len(data) and at + _END.size + _END.unpack_from(data, at)[-1] == len(data):
            found.append(at)
        at = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - _MAX_COMMENT), at)
    if not found:
        raise UnreadableSource("The bundle is cut short, or is no zip archive. Zip the files again.")
    if len(found) > 1:
        raise UnreadableSource("The bundle ends in two places, as if one archive hid in another. Zip the files again.")
    return found[0]


def _ends(listed: list[_Listed], last: int) -> dict[int, int]:
    """By where a file begins, where it has to end. Raises `UnreadableSource` where two share bytes."""
    ends = {}
    for each in sorted(listed, key=lambda each: each.start, reverse=True):
        if each.start + _LOCAL.size + len(each.name) + each.packed > last:
            raise UnreadableSource("The bundle has files that share bytes, as nothing but traps do. Zip them again.")
        ends[each.start] = last
        last = each.start
    return ends


def _wrong() -> UnreadableSource:
    return UnreadableSource("The bundle's list of files is damaged. Zip the files again.")


# Names


def _path(name: bytes, flags: int, in_unicode: bytes) -> str:
    """A name as text: in UTF-8 where it can be, for many programs do not say so, else in the code page of 1981."""
    if in_unicode[1:5] == zlib.crc32(name).to_bytes(4, "little"):
        name, flags = in_unicode[5:], flags | _IS_UTF8
    try:
        path = name.decode("utf-8")
    except UnicodeDecodeError:
        path = name.decode("utf-8", errors="replace") if flags & _IS_UTF8 else name.decode("cp437")
    if not path.isascii():
        from unicodedata import normalize

        path = normalize("NFC", path)  # macOS writes an é as two characters, and sources as one
    return path.replace("\\", "/")  # as some programs for Windows write it, against 4.4.17


def _tidy(path: str) -> str:
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _is_junk(path: str) -> bool:
    """Whether it is what systems leave in folders without being asked."""
    parts = path.split("/")
    hidden = any(part.startswith(".") and part not in (".", "..") for part in parts)
    return hidden or "__MACOSX" in parts or parts[-1].lower() in ("thumbs.db", "desktop.ini")


def _wrong_name(path: str) -> str:
    """What is wrong with a name; "" where nothing is."""
    parts = path.split("/")
    if len(path) > MAX_NAME or len(parts) > MAX_DEPTH:
        return "a file whose name is too long"
    if not parts[0] or parts[0][1:2] == ":":
        return "a file at a place of its own outside of it"
    if ".." in parts:
        return "a file that lies outside of it"
    if any(character < " " or character == "\x7f" for character in path):
        return "a file whose name has control characters"
    return ""


def _wrong_type(mode: int) -> str:
    """What is wrong with a Unix type of file; "" where nothing is, or the archive was packed elsewhere."""
    match mode & _TYPE:
        case 0 | 0o100000 | 0o040000:
            return ""
        case 0o120000:
            return "a link to another file"
        case _:
            return "something that is no file"
