"""`python -m pipeline tune`, as an operator uses it, on functions that really run."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from steps import wait_until

from pipeline.operating import tune
from pipeline.tuning import measure, quota, results
from pipeline.tuning.corpus import Specimen
from pipeline.tuning.measure import Killed, Laboratory, Measured
from pipeline.tuning.quota import Quota, best
from pipeline.tuning.verify import verify

pytestmark = pytest.mark.xdist_group("tuning")

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "pipeline", "tune"]
NOTE = Specimen("note.md", "a note", b"# Note\n\nSome *text*.\n")


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    with Laboratory() as running:
        yield running


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sources, and one that is none."""
    folder = tmp_path_factory.mktemp("tuning")
    (folder / "sources" / "deep").mkdir(parents=True)
    (folder / "sources" / "note.md").write_bytes(NOTE.data)
    (folder / "sources" / "deep" / "list.md").write_text("- one\n- two\n" * 200)
    (folder / "sources" / "photo.jpg").write_bytes(b"\xff\xd8")
    return folder


@pytest.fixture(scope="module")
def tuned(place: Path) -> subprocess.CompletedProcess[str]:
    """A run over two formats, whose figures other tests look at."""
    out = ["--sources", str(place / "sources"), "--out", str(place / "out")]
    return run("text", "rst", "--no-worst", "--memory", "256,1024", *out)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"COLUMNS": "140"}
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )


def test_formats_are_measured_and_a_page_and_figures_are_left(
    tuned: subprocess.CompletedProcess[str], place: Path
) -> None:
    assert tuned.returncode == 0, tuned.stderr
    found = results.read(place / "out" / "tuning.json")
    assert found.finished
    assert found.formats == ("text", "rst")
    assert [(each.source, each.state) for each in found.of("rst")] == [
        ("deep/list.md", "exported"),
        ("note.md", "exported"),
    ]
    for each in found.measured:
        assert each.runs >= measure.LEAST_RUNS
        assert 0 < each.warm_ms < each.first_ms  # which loads what the format works with
        assert each.init_ms > 0
        assert 10 < each.peak_mb < 100
        assert each.file_size > 0
    assert [each.memory_mb for each in found.advice("text")[0].points] == [128, 256, 1024]  # with the floor
    assert "</html>" in (place / "out" / "tuning.html").read_text()
    assert "left out: photo.jpg" in tuned.stderr
    assert f" {found.advice('text')[0].memory_mb:,} " in tuned.stderr


def test_figures_of_a_run_are_priced_anew_without_measuring(
    tuned: subprocess.CompletedProcess[str], place: Path
) -> None:
    measured = ["--measured", str(place / "out" / "tuning.json"), "--out", str(place / "again")]
    done = run("rst", *measured, "--memory", "128,256,1769", "--strategy", "speed", "--speed", "0.5", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["advice"][0] | {"points": 0} == told["advice"][0] | {"format": "rst", "memory_mb": 1769, "points": 0}
    before, after = (results.read(place / name / "tuning.json") for name in ("out", "again"))
    assert after.measured == before.of("rst")
    assert after.advice("rst")[0].memory_mb == 1769
    assert "https://lambda-power-tuning.show/#" in done.stderr

    shutil.copytree(place / "out", place / "same")
    same = place / "same" / "tuning.json"
    done = run("rst", "--measured", str(same), "--out", str(place / "same"), "--strategy", "speed")
    assert done.returncode == 0, done.stderr
    assert (results.read(same).measured, results.read(same).strategy) == (before.measured, "speed")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nothing",), "nothing"),
        (("text", "--strategy", "fast"), "Strategies: cost, speed, balanced."),
        (("text", "--memory", "64,128"), "from 128 to 10240"),
        (("text", "--memory", "a"), "--memory"),
        (("text", "--cold", "2"), "from 0 to 1"),
        (("text", "--speed", "0"), "--speed"),
        (("text", "--sources", "/nowhere"), "/nowhere"),
        (("text", "--measured", "/nowhere.json"), "/nowhere.json"),
        (("text", "--out", "README.md"), "cannot be written into: File exists. Name a folder."),
        (("text", "--out", "README.md/a"), "cannot be written into: Not a directory. Name a folder."),
        (("text", "--table", "docs/tuning.md"), "Add --verify."),
        (("text", "--verify", "--table", "README.md"), "<!-- verified -->"),
        (("text", "--apply", "--no-worst"), "whoever uploads may mean harm"),
    ],
)
def test_wrong_use_is_told_before_anything_is_measured(arguments: tuple[str, ...], message: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_leaves_what_was_measured_and_nothing_that_runs(place: Path) -> None:
    out = place / "interrupted"
    process = subprocess.Popen(
        [*COMMAND, "text", "rst", "--out", str(out)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    data = out / "tuning.json"
    wait_until(lambda: process.poll() is not None or (data.exists() and len(results.read(data).measured) > 1))
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    wait_until(lambda: not any(each.is_running() for each in family))
    found = results.read(data)
    assert not found.finished
    assert len(found.measured) > 1
    assert "interrupted" in (out / "tuning.html").read_text()


def test_what_is_recommended_goes_into_a_copy_of_the_declarations(
    tuned: subprocess.CompletedProcess[str], place: Path
) -> None:
    copy = place / "tree"
    for name in ("exporters", "pipeline", "layers", "docs"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (*ROOT.glob("*.md"), *ROOT.glob("*.yml"), ROOT / "pyproject.toml"):
        shutil.copy(file, copy)
    found = results.read(place / "out" / "tuning.json")
    wanted = found.advice("text")[0].memory_mb

    changes = tune.changes(found, copy)
    assert {str(each.path) for each in changes} <= {f"exporters/formats/{name}/__init__.py" for name in found.formats}
    for each in changes:
        removed, added = each.diff.splitlines()[3:]
        assert removed.startswith("-    memory_mb=")
        assert added.startswith("+    memory_mb=")
    tune.write_changes(changes, copy)

    functions = json.loads((copy / "pipeline" / "generated" / "functions.json").read_text())
    assert functions["export-text"]["memorySize"] == wanted
    assert tune.changes(found, copy) == []


def test_verified_figures_go_between_the_marks_of_a_page(place: Path) -> None:
    page = place / "page.md"
    page.write_text("before\n<!-- verified -->\nold\n<!-- /verified -->\nafter\n")
    out = ["--sources", str(place / "sources"), "--out", str(place / "verified")]
    done = run("text", "--no-worst", "--memory", "512,1024", *out, "--verify", "--table", str(page))
    assert done.returncode == 0, done.stderr
    text = page.read_text()
    assert "| text | deep/list.md | 1,024 MB |" in text
    assert text.startswith("before\n<!-- verified -->\n")
    assert text.endswith("\n<!-- /verified -->\nafter\n")
    assert "old" not in text
    assert "predicted" in done.stderr


def test_declarations_are_not_written_from_sources_that_mean_no_harm(
    tuned: subprocess.CompletedProcess[str], place: Path
) -> None:
    done = run("--measured", str(place / "out" / "tuning.json"), "--out", str(place / "none"), "--apply", "--dry-run")
    assert done.returncode == 2
    assert "whoever uploads may mean harm" in done.stderr
    assert not (place / "none").exists(), "and nothing is written at all"


def test_a_source_that_is_refused_is_told_with_its_reason(laboratory: Laboratory) -> None:
    found = measure.measure(laboratory, "text", Specimen("map.mup", "no map", b"{"))
    assert found.state == "refused"
    assert "not valid JSON" in found.why
    assert found.peak_mb > 10


def test_a_job_that_passes_its_memory_is_killed(laboratory: Laboratory) -> None:
    worker = laboratory.start()
    with pytest.raises(Killed):
        laboratory.run(worker, "text", Specimen("long.md", "a long text", b"Words. *More* of them.\n\n" * 100_000), 30)
    worker.end()


def test_a_dead_function_is_told(laboratory: Laboratory) -> None:
    worker = laboratory.start()
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(Killed):
        laboratory.run(worker, "text", NOTE)


def test_a_function_can_be_ended_by_a_signal_while_its_answer_is_waited_for(laboratory: Laboratory) -> None:
    """As Ctrl-C does: its handler runs in the thread that reads."""
    worker = laboratory.start()
    before = signal.signal(signal.SIGALRM, lambda *_: worker.end())
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(Killed):
            worker.answer(60)  # to nothing that it was asked
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not psutil.pid_exists(worker.pid)


def test_programs_that_a_function_runs_count(laboratory: Laboratory) -> None:
    """A format of pandoc's: its own process takes most of the time. How much of its program is counted as its memory
    depends on what the kernel has mapped of it by then: 2 MB more than ours, or 20."""
    found = measure.measure(laboratory, "org", NOTE)
    alone = measure.measure(laboratory, "text", NOTE)
    assert found.state == "exported"
    assert found.peak_mb > alone.peak_mb
    assert found.warm_ms > 3 * alone.warm_ms


@pytest.fixture(params=["best", "duty cycle"])
def limit(request: pytest.FixtureRequest) -> Iterator[Quota]:
    found = best() if request.param == "best" else quota.DutyCycle()
    yield found
    found.release()


class Unlimited:
    """As fast as the machine is, whatever the memory: for a test that would take half a minute otherwise."""

    name = "nothing"

    def set(self, cpus: float | None) -> None: ...
    def hold(self, pid: int) -> None: ...
    def release(self) -> None: ...


_BUSY = """
import resource, sys, time
print(flush=True)
sys.stdin.readline()
began = time.monotonic()
while time.process_time() < 0.4: pass
print(0.4 / (time.monotonic() - began))
"""


def test_a_quota_holds_a_process_to_its_share(limit: Quota) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdin
    assert process.stdout
    process.stdout.readline()
    limit.set(0.25)
    limit.hold(process.pid)
    process.stdin.write("\n")
    used, _ = process.communicate(timeout=60)
    assert float(used) < 0.25 * 1.4  # a share that is too large by a period at the begin; never less for a busy machine


def test_predictions_stand_beside_what_was_measured_under_a_quota(laboratory: Laboratory) -> None:
    limit = best()
    try:
        found = list(verify(laboratory, limit, "text", [NOTE], [512], lambda _: None))
    finally:
        limit.release()
    (check,) = found
    assert (check.format, check.source, check.memory_mb) == ("text", "note.md", 512)
    assert check.predicted_first_ms > check.predicted_ms > 0
    assert check.measured_ms > 0


def test_a_memory_that_is_too_little_is_seen_under_a_quota(laboratory: Laboratory) -> None:
    (check,) = verify(laboratory, Unlimited(), "text", [NOTE], [24], lambda _: None)
    assert check.killed


def test_two_sources_are_verified_the_slowest_and_the_middle_one() -> None:
    specimens = [Specimen(f"{name}.md", "a note", b"x") for name in "abcd"]
    found = [
        Measured("text", each.name, "a note", "small", 1, "exported", warm_ms=warm)
        for each, warm in zip(specimens, (5.0, 1.0, 9.0, 2.0), strict=True)
    ]
    assert [each.name for each in tune.to_verify(found, specimens)] == ["a.md", "c.md"]
