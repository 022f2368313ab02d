"""`python -m pipeline`, as a person uses it: what it shows, how it ends, and that it leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from steps import wait_until

pytestmark = pytest.mark.xdist_group("command")

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "pipeline"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a document, where the commands also put what they make in passing."""
    (tmp_path / "tmp").mkdir()
    (tmp_path / "notes.md").write_text("# Notes\n\nSome *text*.\n\n![gone](gone.png)\n")
    return tmp_path


def environment(place: Path) -> dict[str, str]:
    return os.environ | {"TMPDIR": str(place / "tmp"), "EXPORT_STACK": str(place / "stack.json"), "COLUMNS": "120"}


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, env=environment(place), capture_output=True, text=True, timeout=120
    )


@pytest.fixture
def up(place: Path) -> Iterator[subprocess.Popen[str]]:
    """A stack that `up` keeps running."""
    process = subprocess.Popen(
        [*COMMAND, "up"], cwd=ROOT, env=environment(place), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_until(lambda: (place / "stack.json").exists() or process.poll() is not None)
    assert process.poll() is None, process.communicate()[1]
    yield process
    process.terminate()
    process.wait(30)
    if process.stderr:
        process.stderr.close()


def test_demo_shows_each_step_and_leaves_the_files(place: Path) -> None:
    done = run(place, "demo", str(place / "notes.md"), "--to", "text,html", "--out", str(place / "out"))
    assert done.returncode == 0, done.stderr
    assert (place / "out" / "notes.txt").read_text().strip()
    assert (place / "out" / "notes.html").read_text().startswith("<!")
    for shown in ("Ticket for job", "Uploading", "upload → file", "peak memory", "cost", "$0.0000", "http://127.0.0.1"):
        assert shown in done.stderr
    assert re.search(r"text +done +\d+\.\d\d s +0\.\d kB", done.stderr)
    assert "gone.png" in done.stderr  # what was lost is told where people look
    nothing_is_left(place)


def test_a_failed_export_is_told_and_exits_with_1(place: Path) -> None:
    (place / "binary.md").write_bytes(b"%PDF-1.7\n\x00\x00")
    done = run(place, "demo", str(place / "binary.md"), "--to", "text", "--out", str(place / "out"))
    assert done.returncode == 1
    assert "text: " in done.stderr
    assert "failed" in done.stderr
    nothing_is_left(place)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after_s", [0.0, 0.3, 1.0])
def test_an_interrupted_demo_leaves_nothing(place: Path, number: signal.Signals, after_s: float) -> None:
    process = subprocess.Popen(
        [*COMMAND, "demo", str(place / "notes.md"), "--to", "text", "--out", str(place / "out")],
        cwd=ROOT,
        env=environment(place),
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: any((place / "tmp").iterdir()))  # the stack is starting
    time.sleep(after_s)
    process.send_signal(number)
    said = process.communicate(timeout=30)[1]
    assert "Traceback" not in said
    assert process.returncode in (128 + number, -number, 0)
    nothing_is_left(place)


def test_up_keeps_a_stack_that_export_uses(place: Path, up: subprocess.Popen[str]) -> None:
    source = (place / "notes.md").read_bytes()
    done = run(
        place, "export", str(place / "notes.md"), "--to", "html,markdown", "--out", str(place), "--option", "toc=true"
    )
    assert done.returncode == 0, done.stderr
    assert (place / "notes.html").exists()
    assert (place / "notes-markdown.md").exists()
    assert (place / "notes.md").read_bytes() == source, "a source is never written over"

    blocked = run(place, "export", str(place / "notes.md"), "--to", "text", "--out", str(place / "notes.html"))
    assert blocked.returncode == 2
    assert "cannot be written: File exists." in " ".join(blocked.stderr.split())
    assert "Uploading" not in blocked.stderr

    assert oct((place / "stack.json").stat().st_mode & 0o777) == "0o600"
    again = run(place, "up")
    assert again.returncode == 2
    assert "running on this machine already" in again.stderr

    up.send_signal(signal.SIGINT)
    assert up.wait(30) == 0
    shown = up.stderr.read() if up.stderr else ""
    for what in ("endpoint", "bucket", "access key", "secret key", "Stop it with Ctrl-C"):
        assert what in shown
    assert not (place / "stack.json").exists()
    nothing_is_left(place)


def test_even_a_killed_command_takes_its_stack_along(place: Path, up: subprocess.Popen[str]) -> None:
    up.kill()
    up.wait()
    nothing_is_left(place)
    assert (place / "stack.json").exists()  # word of it is left, and not believed
    again = run(place, "export", str(place / "notes.md"), "--to", "text")
    assert again.returncode == 2
    assert "No stack is running" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "nothing.md", "--to", "text"), "There is no file 'nothing.md'."),
        (("export", "README.md", "--to", "wordstar"), "There is no format 'wordstar'. Formats: "),
        (("export", "README.md", "--to", ","), "No format is named. Formats: "),
        (("export", "tests/documents/maps/images/site.png", "--to", "text"), "Sources have one of these endings: .md"),
        (("export", "README.md", "--to", "html", "--option", "tock=1"), "Did you mean 'toc'?"),
        (("export", "README.md", "--to", "html", "--option", "html.toc=maybe"), "Valid: true, false."),
        (("export", "README.md", "--to", "html", "--option", "toc"), "is not of the form name=value"),
        (("export", "README.md", "--to", "html", "--option", "text.width=1"), "is for 'text', which is not asked for"),
        (("export", "README.md", "--to", "text"), "No stack is running on this machine. Start one with"),
        (("export",), "Missing argument"),
        (("sing",), "No such command"),
    ],
)
def test_wrong_use_is_told_in_one_sentence_and_exits_with_2(place: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(place, *arguments)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["", "demo", "export", "up"])
def test_help_says_what_each_command_does(place: Path, command: str) -> None:
    done = run(place, *([command] if command else []), "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5


def nothing_is_left(place: Path) -> None:
    """No process that was started from here, and no temporary folder."""
    mine = str(place / "tmp")

    def left() -> list[str]:
        found = []
        for process in psutil.process_iter():
            try:
                if process.pid != os.getpid() and process.environ().get("TMPDIR", "").startswith(mine):
                    found.append(" ".join(process.cmdline()))
            except psutil.Error:
                continue
        return found

    # Folders first: a process that began while the list of processes was read may have removed the last one.
    wait_until(lambda: not list((place / "tmp").iterdir()) and not left())
    assert left() == []
    assert list((place / "tmp").iterdir()) == []
