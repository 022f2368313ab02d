"""`python -m exporters`, run as people run it."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exporters import __main__ as command
from exporters import registry

ROOT = Path(__file__).parents[2]
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg=="
)
EMBEDDED = base64.b64encode(PNG).decode()


def run(*arguments: str | Path, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "exporters", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with a small source."""
    (tmp_path / "notes.md").write_text("# Notes\n\nBread & *salt*.\n")
    return tmp_path


def illustrated(folder: Path, target: str) -> str:
    """The page made of a source that shows one image."""
    (folder / "notes.md").write_text(f"![A dot]({target})\n")
    done = run("notes.md", "page.html", cwd=folder)
    assert done.returncode == 0, said(done)
    return (folder / "page.html").read_text()


# What works


def test_the_format_follows_from_the_ending_of_the_output(notes: Path) -> None:
    done = run("notes.md", "page.html", cwd=notes)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert "Bread &amp; <em>salt</em>." in (notes / "page.html").read_text()


@pytest.mark.parametrize(
    ("output", "begins"),
    [("page.pdf", b"%PDF"), ("page.png", b"\x89PNG"), ("page.JPG", b"\xff\xd8"), ("page.jpeg", b"\xff\xd8")],
)
def test_an_ending_of_several_formats_means_the_one_that_is_called_so(notes: Path, output: str, begins: bytes) -> None:
    assert run("notes.md", output, cwd=notes).returncode == 0
    assert (notes / output).read_bytes().startswith(begins)


def test_a_format_that_makes_another_kind_of_file_gets_its_ending(notes: Path) -> None:
    assert run("notes.md", "page.zip", "--to", "png", "--option", "all_pages=true", cwd=notes).returncode == 0
    assert (notes / "page.zip").read_bytes().startswith(b"PK")


def test_a_format_that_is_named_needs_no_ending(notes: Path) -> None:
    assert run("notes.md", "page", "--to", "text", cwd=notes).returncode == 0
    assert "Bread & " in (notes / "page").read_text()


def test_a_kind_that_is_named_needs_no_ending(notes: Path) -> None:
    (notes / "README").write_text("*Hello*\n")
    assert run("README", "page.html", "--from", "gfm", cwd=notes).returncode == 0
    assert "<em>Hello</em>" in (notes / "page.html").read_text()


def test_dashes_are_standard_input_and_output(tmp_path: Path) -> None:
    done = run("-", "-", "--from", "gfm", "--to", "markdown", cwd=tmp_path, stdin=b"Hello *there*\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"Hello *there*\n", b"")
    assert list(tmp_path.iterdir()) == []


def test_an_option_may_name_its_format_or_not(notes: Path) -> None:
    for option in ("fragment=true", "html.fragment=true"):
        assert run("notes.md", "page.html", "--option", option, cwd=notes).returncode == 0
        assert "<html" not in (notes / "page.html").read_text()


def test_the_file_replaces_an_older_one_and_leaves_nothing_beside_it(notes: Path) -> None:
    (notes / "page.txt").write_text("old")
    assert run("notes.md", "page.txt", cwd=notes).returncode == 0
    assert "Bread" in (notes / "page.txt").read_text()
    assert sorted(path.name for path in notes.iterdir()) == ["notes.md", "page.txt"]


def test_an_output_that_is_a_link_stays_a_link(notes: Path) -> None:
    (notes / "elsewhere.txt").write_text("old")
    (notes / "page.txt").symlink_to("elsewhere.txt")
    assert run("notes.md", "page.txt", cwd=notes).returncode == 0
    assert (notes / "page.txt").is_symlink()
    assert "Bread" in (notes / "elsewhere.txt").read_text()


def test_a_device_is_written_to_and_not_replaced(notes: Path) -> None:
    assert run("notes.md", "/dev/null", "--to", "text", cwd=notes).returncode == 0
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_help_shows_examples(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert b"python -m exporters notes.md notes.pdf" in done.stdout


# The list of formats


def test_the_list_has_a_line_for_every_format(tmp_path: Path) -> None:
    done = run("--list", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert [line.split()[0] for line in lines if " ." in line][: len(registry.names())] == [*registry.names()]
    assert f"{len(registry.names())} formats." in done.stdout.decode()
    assert lines[-1].startswith("Kinds of source: gfm")


def test_the_list_shows_the_options_of_one_format(tmp_path: Path) -> None:
    done = run("--list", "--to", "png", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    assert text.startswith("png: PNG")
    assert ".zip, application/zip with all_pages=true" in text
    assert "--option page_size=A4" in text
    assert "--option strict=false" in text
    assert run("--list", "--to", "pgn", cwd=tmp_path).returncode == 2


def test_the_list_is_json_for_programs(tmp_path: Path) -> None:
    listed = json.loads(run("--list", "--json", cwd=tmp_path).stdout)
    html = next(each for each in listed["formats"] if each["name"] == "html")
    assert html["extension"] == ".html"
    assert html["media_type"].startswith("text/html")
    assert html["description"]
    assert html["memory_mb"] >= 128
    assert html["timeout_s"] > 0
    assert isinstance(html["layers"], list)
    fragment = next(each for each in html["options"] if each["name"] == "fragment")
    assert fragment["default"] is False
    assert fragment["values"] == "true, false"
    assert ".md" in listed["kinds"]["gfm"]
    strict = next(each for each in listed["common_options"] if each["name"] == "strict")
    assert strict["default"] is False


# The report


def test_text_goes_to_standard_output_where_no_file_is_named(notes: Path) -> None:
    assert json.loads(run("notes.md", "--to", "json", cwd=notes).stdout)["schema"] == 1
    assert run("notes.md", "--to", "text", cwd=notes).stdout == run("notes.md", "-", "--to", "text", cwd=notes).stdout


def test_strict_asks_to_fail_rather_than_to_lose(notes: Path) -> None:
    (notes / "notes.md").write_text("![a](gone.png)\n\n![b](gone.png)\n")
    done = run("notes.md", "page.html", "--option", "strict=true", cwd=notes)
    assert said(done).splitlines() == [
        "exporters: 1 thing to know about notes.md:",
        "  lost: The image gone.png is not in the source.",
        "exporters: The export would lose something in 1 place (image-missing), and the option strict=true asks to "
        "fail then. The report says what and where; mend the source, or leave the option out.",
    ]
    assert done.returncode == 1
    assert not (notes / "page.html").exists()

    done = run("notes.md", "page.html", "--option", "html.strict=true", "--report", "report.json", cwd=notes)
    assert done.returncode == 1
    assert json.loads((notes / "report.json").read_text())["items"][0]["code"] == "image-missing"

    (notes / "notes.md").write_text("A [note](#gone).\n")
    assert run("notes.md", "page.html", "--option", "strict=true", cwd=notes).returncode == 0, "a note is no loss"


def test_what_was_lost_is_said_in_a_few_lines(notes: Path) -> None:
    (notes / "notes.md").write_text("![a](https://example.org/a.png)\n")
    done = run("notes.md", "page.html", cwd=notes)
    assert done.returncode == 0
    first, second, *more = said(done).splitlines()
    assert first == "exporters: 1 thing to know about page.html:"
    assert "example.org" in second
    assert more == []


def test_many_items_are_counted_and_the_first_shown(notes: Path) -> None:
    (notes / "notes.md").write_text("".join(f"![a](https://example.org/{n}.png)\n\n" for n in range(40)))
    lines = said(run("notes.md", "page.html", cwd=notes)).splitlines()
    assert lines[0] == "exporters: 40 things to know about page.html:"
    assert len(lines) == 2 + command.SHOWN_ITEMS
    assert lines[-1] == f"  and {40 - command.SHOWN_ITEMS} more; --report FILE writes them all"


def test_a_document_cannot_write_to_the_terminal(notes: Path) -> None:
    (notes / "notes.md").write_text("![](<gone\x1b[2J.png>)\n")
    done = run("notes.md", "page.html", cwd=notes)
    assert "gone" in said(done)
    assert b"\x1b" not in done.stderr


def test_the_report_is_written_and_then_not_repeated(notes: Path) -> None:
    (notes / "notes.md").write_text("![a](https://example.org/a.png)\n")
    done = run("notes.md", "page.html", "--report", "report.json", cwd=notes)
    assert (done.returncode, done.stderr) == (0, b"")
    report = json.loads((notes / "report.json").read_text())
    assert report["schema"] == 1
    assert [item["code"] for item in report["items"]] == ["image-remote"]


def test_the_report_may_go_to_standard_output(notes: Path) -> None:
    done = run("notes.md", "page.html", "--report", "-", cwd=notes)
    assert json.loads(done.stdout)["items"] == []


# Images beside the source


@pytest.mark.parametrize("target", ["dot.png", "./dot.png", "images/dot.png", "images/a%20dot.png"])
def test_images_from_the_folder_of_the_source_are_embedded(tmp_path: Path, target: str) -> None:
    (tmp_path / "images").mkdir()
    for name in ("dot.png", "images/dot.png", "images/a dot.png"):
        (tmp_path / name).write_bytes(PNG)
    assert EMBEDDED in illustrated(tmp_path, target)


def test_images_are_looked_for_beside_the_source_and_not_where_one_stands(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book/dot.png").write_bytes(PNG)
    (tmp_path / "book/notes.md").write_text("![](dot.png)\n")
    assert run("book/notes.md", "page.html", cwd=tmp_path).returncode == 0
    assert EMBEDDED in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize(
    "target",
    [
        "../secret.png",
        "%2e%2e/secret.png",
        "images/../../secret.png",
        "..\\secret.png",
        "{above}/secret.png",
        "file://{above}/secret.png",
        "link.png",
        "away/secret.png",
        "loop.png",
        "images",
        "pipe.png",
        "a%00b.png",
    ],
)
def test_no_path_leads_out_of_the_folder_of_the_source(tmp_path: Path, target: str) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    folder = tmp_path / "folder"
    (folder / "images").mkdir(parents=True)
    (folder / "link.png").symlink_to("../secret.png")
    (folder / "away").symlink_to("..")
    (folder / "loop.png").symlink_to("loop.png")
    os.mkfifo(folder / "pipe.png")
    assert EMBEDDED not in illustrated(folder, target.format(above=tmp_path))


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(PNG)
    (tmp_path / "link.png").symlink_to("dot.png")
    assert EMBEDDED in illustrated(tmp_path, "link.png")


def test_an_image_of_unbearable_size_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "dot.png").open("wb") as stream:
        stream.write(PNG)
        stream.truncate(command.MAX_COMPANION + 1)  # sparse: takes no room
    assert "data:image" not in illustrated(tmp_path, "dot.png")


def test_a_source_from_standard_input_has_no_folder(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(PNG)
    done = run("-", "-", "--from", "gfm", "--to", "html", cwd=tmp_path, stdin=b"![](dot.png)\n")
    assert done.returncode == 0
    assert EMBEDDED.encode() not in done.stdout


# Wrong use: exit code 2, and a message that says what to do


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "Name a source and the file to make, such as: python -m exporters notes.md notes.pdf"),
        ("notes.md", "Name a source and the file to make, such as: python -m exporters notes.md notes.pdf"),
        ("notes.md --to pdf", "Name a source and the file to make, such as: python -m exporters notes.md notes.pdf"),
        ("gone.md a.html", "Cannot read 'gone.md': No such file or directory."),
        (". a.html --from gfm", "Cannot read '.': Is a directory."),
        ("notes.md gone/a.html", "There is no folder 'gone' for 'a.html'."),
        ("notes.md folder --to html", "'folder' is a folder. Name the file in it."),
        ("notes.md a.zip", "The ending .zip is that of jpeg and png. Say which with --to."),
        (
            "notes.md a.png --option all_pages=true",
            "With these options the format png makes a .zip file. Call it 'a.zip', and say --to png.",
        ),
        (
            "notes.md a.zip --to jpeg",
            "With these options the format jpeg makes a .jpg file. Call it 'a.jpg', and say --to jpeg. "
            "A .zip file it makes with --option all_pages=true.",
        ),
        ("notes.md notes.md", "'notes.md' is the source itself. Give the file another name."),
        ("notes.md a.html --report gone/r.json", "There is no folder 'gone' for 'r.json'."),
        ("notes.md a.html --report notes.md", "'notes.md' is the source itself. Give the file another name."),
        (
            "notes.md - --to html --report -",
            "The file and its report cannot both go to standard output. Give one of them a name.",
        ),
        (
            "notes.md a.html --json",
            "--json goes with --list. The report of an export is JSON by itself: --report FILE.",
        ),
        (
            "notes.doc a.html",
            "No reader takes files such as 'notes.doc'. Sources have one of these endings: "
            ".md, .markdown, .mdown, .mkd, .html, .htm, .xhtml, .mup, .mm, .opml, .zip, .ipynb, .txt, .text, .json, "
            ".xml; with another, the option source_kind says what they are: "
            "gfm, mkdocs, html, mindmup, freemind, opml, bundle, notebook, json, text.",
        ),
        (
            "notes.md a.html --from word",
            "There is no kind of source 'word'. "
            "Kinds: gfm, mkdocs, html, mindmup, freemind, opml, bundle, notebook, json, text.",
        ),
    ],
)
def test_wrong_use_is_told_what_to_do(notes: Path, arguments: str, message: str) -> None:
    (notes / "folder").mkdir()
    (notes / "notes.doc").write_text("")
    done = run(*arguments.split(), cwd=notes)
    assert said(done) == f"exporters: {message}\n"
    assert (done.returncode, done.stdout) == (2, b"")
    assert sorted(path.name for path in notes.iterdir()) == ["folder", "notes.doc", "notes.md"]


@pytest.mark.parametrize(
    ("arguments", "beginning", "end"),
    [
        ("notes.md -", "Standard output has no ending that tells the format. Add --to: ", ""),
        ("notes.md a.xyz", "The ending of 'a.xyz' does not tell the format. Endings: .", "; or say it with --to."),
        ("notes.md a.html --to wax", "There is no format 'wax'. Formats: ", ""),
        (
            "notes.md a.html --option fragmnt=true",
            "The format html has no option 'fragmnt'. Did you mean 'fragment'?",
            "",
        ),
        ("notes.md a.html --option fragment", "The option 'fragment' is not of the form name=value", ""),
        ("notes.md a.html --option fragment=perhaps", "The option html.fragment cannot be 'perhaps'", "true, false."),
        ("notes.md a.html --option pdf.page_size=A5", "The option 'pdf.page_size=A5' is for 'pdf'", "Asked: html."),
    ],
)
def test_wrong_names_are_answered_with_the_right_ones(notes: Path, arguments: str, beginning: str, end: str) -> None:
    done = run(*arguments.split(), cwd=notes)
    (line,) = said(done).splitlines()
    assert line.startswith(f"exporters: {beginning}")
    assert line.endswith(end)
    assert done.returncode == 2


def test_an_unknown_argument_is_wrong_use(notes: Path) -> None:
    done = run("notes.md", "a.html", "--formt", "html", cwd=notes)
    assert done.returncode == 2
    assert "unrecognized arguments: --formt" in said(done)


# Failures: exit code 1, one message, no file


def test_a_source_that_is_not_text_fails_with_one_message(notes: Path) -> None:
    (notes / "notes.md").write_bytes(b"\x00\x01\x02\xff" * 1000)
    done = run("notes.md", "page.html", cwd=notes)
    assert done.returncode == 1
    (line,) = said(done).splitlines()
    assert line.startswith("exporters: ")
    assert not (notes / "page.html").exists()


def test_an_endless_source_is_refused(tmp_path: Path) -> None:
    done = run("/dev/zero", "page.html", "--from", "gfm", cwd=tmp_path)
    assert done.returncode == 1
    assert said(done) == "exporters: The source is larger than 100 MB. Split it.\n"


def test_an_older_file_survives_a_failed_export(notes: Path) -> None:
    (notes / "notes.md").write_bytes(b"\x00\x01\x02\xff" * 1000)
    (notes / "page.html").write_text("old")
    assert run("notes.md", "page.html", cwd=notes).returncode == 1
    assert (notes / "page.html").read_text() == "old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said(notes: Path) -> None:
    done = run("notes.md", "/dev/full", "--to", "text", cwd=notes)
    assert done.returncode == 1
    assert said(done) == "exporters: Cannot write '/dev/full': No space left on device.\n"


def test_a_file_that_cannot_be_finished_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 300)  # longer than a name may be, so that only the last step fails
    with pytest.raises(OSError, match="too long"):
        command._write(str(target), b"text")
    assert list(tmp_path.iterdir()) == []


# Signals and pipes


@pytest.mark.parametrize(
    ("redirection", "code", "message"),
    [
        ("<&-", 2, "Cannot read standard input: Bad file descriptor."),
        (">&-", 1, "Cannot write standard output: Bad file descriptor."),
    ],
)
def test_closed_streams_are_said(tmp_path: Path, redirection: str, code: int, message: str) -> None:
    line = f'echo Hello | {{ "{sys.executable}" -m exporters - - --from gfm --to html {redirection}; }}'
    done = subprocess.run(
        ["sh", "-c", line], cwd=tmp_path, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60
    )
    assert said(done) == f"exporters: {message}\n"
    assert done.returncode == code


def test_a_reader_that_goes_away_is_no_drama(tmp_path: Path) -> None:
    source = "word " * 200_000  # more than a pipe holds
    (tmp_path / "notes.md").write_text(source)
    process = subprocess.Popen(
        [sys.executable, "-m", "exporters", "notes.md", "-", "--to", "text"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as stderr:
        assert stderr.read() == b""
    assert process.wait(60) == 141


def test_ctrl_c_is_quiet(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "exporters", "-", "page.html", "--from", "gfm"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # as xdist's workers ignore it
    )
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        process.stdin.write(bytes(1_000_000))  # more than a pipe holds: once written, the command is reading
        _wait_until_asleep(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read() == b""
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    assert list(tmp_path.iterdir()) == []


def _wait_until_asleep(pid: int) -> None:
    """Until the process has read what there was, and waits for more."""
    for _ in range(1000):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
        if state == "S":
            return
        time.sleep(0.01)
    raise AssertionError("the command never came to wait for its source")
