"""The files of a bundle, as its sources name them: by paths that begin where the source lies."""

from __future__ import annotations

from exporters.readers.bundle.archive import Archive, CannotUnpack
from exporters.readers.reading import shown
from exporters.report import Code, Report


class Files:
    """What is in a bundle. A single folder around all of it is not seen, nor are the files that systems hide."""

    def __init__(self, archive: Archive, report: Report) -> None:
        self._archive = archive
        self._report = report
        self._wrapping = _wrapping(archive.paths)
        self._used: set[str] = set()
        self.paths = tuple(path[len(self._wrapping) :] for path in archive.paths)
        """Of all files, from the top of the bundle."""
        self.base = ""
        """The folder from which addresses go that begin with `/`."""
        self._known = frozenset(self.paths)
        self._folded: dict[str, str] = {}
        for path in self.paths:
            if self._folded.setdefault(path.casefold(), path) != path:
                what = "The bundle has files whose names differ in nothing but capital letters."
                report.note(Code.PART, what, shown(path))

    def find(self, folder: str, path: str) -> str | None:
        """The file that a path leads to, which begins at a folder; None where there is none.

        Where there is none of just this spelling, capital letters and small ones are the same, as on the disks of
        many authors; that is noted.
        """
        wanted = resolved(self.base if path[:1] in "/\\" else folder, path)
        if wanted is None:
            return None
        if wanted in self._known:
            return wanted
        if (found := self._folded.get(wanted.casefold())) is not None:
            what = f"The file {shown(path)} is named with other capital letters than it has."
            self._report.note(Code.PART, what, shown(found))
            return found
        return self.find("", path.lstrip("/\\")) if path[:1] in "/\\" and self.base else None

    def read(self, path: str, where: str) -> bytes | None:
        """The bytes of a file; None where it cannot be had, which is reported. Raises `SourceTooLarge`."""
        try:
            return self.unpack(path)
        except CannotUnpack as error:
            self._report.lost(error.code, f"The file {shown(path)} {error}.", where)
            return None

    def unpack(self, path: str) -> bytes:
        """The bytes of a file. Raises `CannotUnpack`, `SourceTooLarge`."""
        self._used.add(path)
        return self._archive.read(self._wrapping + path)

    def unused(self) -> int:
        """How many files nobody has asked for."""
        return len(self._known - self._used)


def folder_of(path: str) -> str:
    """The folder that a file lies in; "" at the top."""
    return path.rpartition("/")[0]


def resolved(folder: str, path: str) -> str | None:
    """Where a path leads from a folder; None where that is outside of the bundle."""
    if not path.isascii():
        from unicodedata import normalize

        path = normalize("NFC", path)  # as the paths of archives
    found = folder.split("/") if folder else []
    for part in path.replace("\\", "/").split("/"):
        if part == "..":
            if not found:
                return None
            found.pop()
        elif part not in ("", "."):
            found.append(part)
    return "/".join(found)


def _wrapping(paths: tuple[str, ...]) -> str:
    """The folders that hold all there is, with the slash at their end; "" where there are several, or a file."""
    wrapping = ""
    while paths:
        folder, slash, _ = paths[0][len(wrapping) :].partition("/")
        within = f"{wrapping}{folder}/"
        if not slash or not all(path.startswith(within) for path in paths):
            break
        wrapping = within
    return wrapping
