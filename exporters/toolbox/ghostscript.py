"""Ghostscript, and the only place that runs it: draws the pages of a PDF as pictures, or writes them as PostScript.

It is a program in a process of its own and never a library in ours: what a hostile image does to it, it does to a
process that holds one document, sees an empty environment, may read and write one folder, and has bounds to its time,
memory and files. It starts in 25 ms and needs 25 MB for a page of text.

It also goes on after most errors, and says nothing of a page that it left out; so it is told to stop at them.

Source: Ghostscript 10.07, "Using Ghostscript" and "High level devices".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from exporters.errors import ExporterFailed, ExportError, OutOfMemory, SourceTooLarge
from exporters.report import Code, Report
from exporters.toolbox import programs

_MAX_ADDRESSES = 450 * 2**20  # a progressive JPEG of 40 million pixels takes 250 MB, with four inks 330; a photo 25
_MAX_FILE = 200 * 2**20  # bytes of one file it writes: an A3 page at 300 dpi of nothing but noise has 52 million
_MAX_FILES = 300 * 2**20  # bytes of all of them, which are then in our memory: Lambda has 512 MB of disk
_MAX_SECONDS = 100  # the slowest page found (four photos at 300 dpi) takes 5 s

_ALWAYS = (
    "-dSAFER",  # no file but those named here, no program
    "-dBATCH",
    "-dNOPAUSE",
    "-dPDFSTOPONERROR",
    # No clock in what it writes.
    "-dOmitInfoDate=true",
    "-dOmitID=true",
    "-dOmitXMP=true",
)

FOR_PAPER = (
    "-r600",  # so fine it draws what this PostScript cannot say: our fonts, and pages with transparency (0.8 s each)
    "-dDownsampleColorImages=true",
    "-dColorImageResolution=300",
    "-dDownsampleGrayImages=true",
    "-dGrayImageResolution=300",
)
"""For the devices that write PostScript: as fine as printers print. A large photo takes 12 MB so, and 53 without."""


def pages(pdf: bytes, device: str, options: Sequence[str], first: int, last: int, report: Report) -> list[bytes]:
    """The pages from `first` to `last`, each a file of its own as `device` makes it. They must be there.

    Raises `MissingPart` without Ghostscript, `SourceTooLarge` or `OutOfMemory` where a page needs too much.
    """
    numbers = (f"-dFirstPage={first}", f"-dLastPage={last}")
    files = _files(pdf, (f"-sDEVICE={device}", *options, *numbers, "-sOutputFile=made%05d"), report)
    if len(files) != last - first + 1:
        raise _unreadable("pages are missing")
    return files


def whole(pdf: bytes, device: str, options: Sequence[str], report: Report) -> bytes:
    """One file with all pages, or with those that `options` choose. Raises as `pages` does."""
    files = _files(pdf, (f"-sDEVICE={device}", *options, "-sOutputFile=made"), report)
    if len(files) != 1:
        raise _unreadable("it made no file")
    return files[0]


def program() -> Path:
    """Where Ghostscript is: EXPORT_GHOSTSCRIPT, the Lambda layer, or its package. Raises `MissingPart`."""
    return programs.find("Ghostscript", "gs", "ghostscript-bin", _packaged)


def _packaged() -> Path | None:
    try:
        import ghostscript_bin  # the import of subprocess in it, which is needed anyway
    except ImportError:
        return None
    return ghostscript_bin.gs_path()


def _files(pdf: bytes, arguments: Sequence[str], report: Report) -> list[bytes]:
    from tempfile import TemporaryDirectory  # 4 ms

    gs = program()
    with TemporaryDirectory(prefix="export-") as name:
        folder = Path(name)
        (folder / "pages.pdf").write_bytes(pdf)
        said = _run([str(gs), *_ALWAYS, *arguments, "pages.pdf"], folder)
        if b"recoverable image error" in said:
            what = "An image is damaged or too large; it is shown in part or not at all."
            report.degraded(Code.IMAGE_UNREADABLE, what)
        made = sorted(folder.glob("made*"))
        if sum(file.stat().st_size for file in made) > _MAX_FILES:
            raise _too_large()
        return [file.read_bytes() for file in made]


def _run(command: list[str], folder: Path) -> bytes:
    """What it said. Raises what became of it, if it did not end well."""
    code, said = programs.run(
        command,
        folder,
        {"TMPDIR": str(folder)},
        addresses=_MAX_ADDRESSES,
        seconds=_MAX_SECONDS,
        file_size=_MAX_FILE,
        patience=_MAX_SECONDS,
    )
    if code:
        raise _failed(code, said)
    return said


def _failed(code: int, said: bytes) -> ExportError:
    """What an exit code, or the number of a signal below 0, and the last words mean for whoever asked."""
    from signal import SIGKILL, SIGXCPU, SIGXFSZ

    if b"VMerror" in said or b"Cannot allocate memory" in said or code == -SIGKILL:
        return OutOfMemory("The pages need more memory than Ghostscript may have. Make the images smaller.")
    if b"No space left on device" in said or code == -SIGXFSZ:
        return _too_large()
    if code == -SIGXCPU:
        return SourceTooLarge(
            f"Ghostscript was stopped after {_MAX_SECONDS} seconds. Ask for fewer pages or a lower resolution, or make "
            "the images smaller."
        )
    found = re.search(rb"Error: /([a-z]{1,20}) in ", said)  # one of PostScript's own errors, and nothing of a document
    return _unreadable(found[1].decode() if found else f"code {code}")


def _unreadable(why: str) -> ExporterFailed:
    return ExporterFailed(
        f"Ghostscript could not read the pages ({why}). This is a mistake in the exporter, not in the source; the "
        "operator can replay the job once it is mended."
    )


def _too_large() -> SourceTooLarge:
    return SourceTooLarge(
        f"The pages make more than {_MAX_FILES // 2**20} MB. Ask for fewer pages or a lower resolution."
    )
