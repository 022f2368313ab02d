"""Ghostscript is kept in: what it may do, how long, with how much; and what becomes of its failures."""

from __future__ import annotations

import io
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from exporters.errors import ExporterFailed, ExportError, MissingPart, OutOfMemory, SourceTooLarge
from exporters.report import Report
from exporters.toolbox import ghostscript

pytestmark = pytest.mark.usefixtures("rubbish")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds another process")


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """A small page."""
    file = io.BytesIO()
    canvas = Canvas(file, (298, 420), invariant=1)
    canvas.drawString(30, 350, "Hello")
    canvas.save()
    return file.getvalue()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another program in the place of Ghostscript: a test writes it, and looks at what is given to it."""
    path = tmp_path / "gs"
    path.touch(0o755)
    monkeypatch.setenv("EXPORT_GHOSTSCRIPT", str(path))
    return path


def drawn(pdf: bytes, *options: str, report: Report | None = None) -> bytes:
    """The first page, as PNG."""
    (page,) = ghostscript.pages(pdf, "png16m", options, 1, 1, report or Report())
    return page


def refused(program: Path, script: str) -> ExportError:
    """What is raised where the program does as the script says."""
    program.write_text(f"#!/bin/sh\n{script}\n")
    with pytest.raises(ExportError) as failed:
        drawn(b"%PDF")
    return failed.value


# What it does


def test_pages_are_drawn_one_by_one_and_leave_nothing_behind(pdf: bytes, rubbish: Path) -> None:
    picture = Image.open(io.BytesIO(drawn(pdf, "-r72")))

    assert picture.size == (298, 420)
    assert picture.convert("L").getextrema()[0] < 100, "there is something black on the page"
    assert list(rubbish.iterdir()) == []


def test_the_same_page_gives_the_same_bytes(pdf: bytes) -> None:
    devices = ("png16m", "jpeg", "ps2write", "eps2write", "pdfwrite")
    first = [ghostscript.whole(pdf, device, (), Report()) for device in devices]
    time.sleep(1.1)  # clocks in files count seconds
    assert [ghostscript.whole(pdf, device, (), Report()) for device in devices] == first
    assert not any(tempfile.gettempdir().encode() in file for file in first)


# Where it is


def test_a_program_on_the_path_is_never_taken(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXPORT_GHOSTSCRIPT")
    monkeypatch.setenv("PATH", str(program.parent))
    assert ghostscript.program() != program
    assert ghostscript.program().is_file()


@pytest.mark.parametrize("name", ["gone", "."], ids=["absent", "a folder"])
def test_a_program_that_is_not_there_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("EXPORT_GHOSTSCRIPT", str(tmp_path / name))
    with pytest.raises(MissingPart, match="Ghostscript is not where EXPORT_GHOSTSCRIPT says"):
        drawn(b"%PDF")


# What it may do


@pytest.mark.parametrize(
    "program_in_postscript",
    [
        "(/etc/passwd) (r) file",
        "(/tmp/taken) (w) file",
        "(%pipe%touch /tmp/taken) (w) file",
        "(../*) { } 256 string filenameforall (/etc/hostname) run",
    ],
)
def test_it_reaches_no_file_and_no_program(program_in_postscript: str) -> None:
    """Only our own PDF is given to it; but should anything in one make it do something, then not this."""
    with pytest.raises(ExporterFailed, match="invalidfileaccess"):
        ghostscript.whole(f"%!PS\n{program_in_postscript}\n".encode(), "nullpage", (), Report())
    assert not Path("/tmp/taken").exists()


def test_it_sees_its_own_folder_and_nothing_of_us(
    program: Path, rubbish: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    program.write_text("#!/bin/sh\n{ pwd; echo; env; echo; ls; cat; } > made00001\n")
    folder, environment, files = drawn(b"%PDF").decode().split("\n\n")

    assert Path(folder).parent == rubbish
    assert {line.partition("=")[0] for line in environment.splitlines()} <= {"TMPDIR", "PWD", "SHLVL", "_", "OLDPWD"}
    assert files.split() == ["made00001", "pages.pdf"]
    assert list(rubbish.iterdir()) == []


@linux
def test_its_bounds_are_set_from_outside(program: Path) -> None:
    # The shell may look before they are set, so it gives us the time that starting Ghostscript gives.
    program.write_text("#!/bin/sh\nsleep 0.2\n{ ulimit -v; ulimit -t; ulimit -c; } > made00001\n")
    addresses, seconds, core = map(int, drawn(b"%PDF").split())
    assert addresses == 450 * 1024
    assert seconds == 100
    assert core == 0


@linux
def test_what_needs_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ghostscript, "_MAX_ADDRESSES", 60 * 2**20)
    greedy = b"%!PS\n/all 1000 array def 0 1 999 { all exch 65535 string put } for\n"
    with pytest.raises(OutOfMemory, match="Make the images smaller"):
        ghostscript.whole(greedy, "nullpage", (), Report())


@linux
def test_a_file_without_end_is_refused(program: Path, rubbish: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ghostscript, "_MAX_FILE", 100_000)
    error = refused(program, "sleep 0.2; exec cat /dev/zero > made00001")
    assert isinstance(error, SourceTooLarge)
    assert str(error) == "The pages make more than 300 MB. Ask for fewer pages or a lower resolution."
    assert list(rubbish.iterdir()) == []


def test_files_that_are_too_large_together_are_not_read(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ghostscript, "_MAX_FILES", 5)
    assert isinstance(refused(program, "echo 123 > made00001; echo 456 > made00002"), SourceTooLarge)


# How long


def test_what_takes_too_long_is_stopped(program: Path, rubbish: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ghostscript, "_MAX_SECONDS", 1)
    error = refused(program, f"echo $$ > {program}.pid; exec sleep 60")
    assert isinstance(error, SourceTooLarge)
    assert "Ask for fewer pages or a lower resolution, or make the images smaller." in str(error)
    assert is_gone(program)
    assert list(rubbish.iterdir()) == []


def test_an_alarm_of_the_pipeline_ends_it_too(program: Path, rubbish: Path) -> None:
    """`pipeline.bounds` raises what no "except Exception" catches."""

    class Alarm(BaseException):
        pass

    def ring(*_: object) -> None:
        raise Alarm

    program.write_text(f"#!/bin/sh\necho $$ > {program}.pid; exec sleep 60\n")
    previous = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(Alarm):
            drawn(b"%PDF")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert is_gone(program)
    assert list(rubbish.iterdir()) == []


def is_gone(program: Path) -> bool:
    try:
        os.kill(int(Path(f"{program}.pid").read_text()), 0)
    except ProcessLookupError:
        return True
    return False


# What becomes of its failures

OURS = "This is a mistake in the exporter, not in the source; the operator can replay the job once it is mended."


@pytest.mark.parametrize(
    ("script", "error", "said"),
    [
        (
            "echo 'Error: /VMerror in --runpdf--'; exit 1",
            OutOfMemory,
            "The pages need more memory than Ghostscript may have. Make the images smaller.",
        ),
        ("echo 'Last OS error: Cannot allocate memory' >&2; exit 1", OutOfMemory, "Make the images smaller."),
        ("kill -9 $$", OutOfMemory, "Make the images smaller."),
        ("echo 'Last OS error: No space left on device'; exit 1", SourceTooLarge, "Ask for fewer pages"),
        ("kill -XCPU $$", SourceTooLarge, "Ghostscript was stopped after 100 seconds."),
        ("echo 'Error: /undefined in secret'; exit 1", ExporterFailed, f"read the pages (undefined). {OURS}"),
        ("echo secret; exit 255", ExporterFailed, f"Ghostscript could not read the pages (code 255). {OURS}"),
        ("kill -SEGV $$", ExporterFailed, f"Ghostscript could not read the pages (code -11). {OURS}"),
    ],
    ids=["memory", "memory, as the system says", "killed", "disk", "time", "its own error", "a code", "a crash"],
)
def test_a_failure_says_what_to_do(program: Path, rubbish: Path, script: str, error: type, said: str) -> None:
    found = refused(program, script)
    assert type(found) is error
    assert said in str(found)
    assert "secret" not in str(found)
    assert str(rubbish) not in str(found)


@pytest.mark.parametrize("data", [b"", b"garbage", b"%PDF-1.7\n"], ids=["nothing", "garbage", "a beginning"])
def test_what_is_no_pdf_is_our_mistake(data: bytes) -> None:
    with pytest.raises(ExporterFailed):
        drawn(data)


def test_a_page_that_cannot_be_drawn_whole_stops_it(pdf: bytes) -> None:
    """Left alone, Ghostscript would draw an empty page and call it done."""
    with pytest.raises(ExporterFailed):
        drawn(pdf[: len(pdf) // 2])
