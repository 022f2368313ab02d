"""The benchmark's own helpers compute right. No test here asserts a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import sources
from bench.costs import COLD_SHARE, cost_of
from bench.measure import Command, CommandFailed, Run, Sample, Stopwatch, inside
from bench.show import Aim, Line, against, process_table, seconds, times
from exporters import Source
from exporters.document import Admonition, BlockQuote, CodeBlock, FootnoteReference, Image, Link, List, Table, walk
from exporters.readers import read
from exporters.report import Report


@pytest.fixture
def stopwatch() -> Iterator[Stopwatch]:
    with Stopwatch() as running:
        yield running


def test_the_book_is_always_the_same() -> None:
    assert sources.book() == sources.book()


def test_chapter_and_book_have_the_sizes_that_figures_speak_of() -> None:
    assert 24_000 <= len(sources.chapter().encode()) <= 27_000
    assert 1_150_000 <= len(sources.book().encode()) <= 1_250_000


def test_no_chapter_is_like_another() -> None:
    assert len({sources.chapter(number) for number in range(1, 20)}) == 19


def test_the_chapter_holds_what_documents_hold() -> None:
    report = Report()
    document = read(Source(sources.chapter().encode(), "chapter.md"), report)
    kinds = {type(node) for node in (*walk.blocks(document), *walk.inlines(document))}
    assert {Admonition, BlockQuote, CodeBlock, FootnoteReference, Image, Link, List, Table} <= kinds
    assert len(document.resources) == 1
    assert report.items == ()


def test_a_sample_takes_the_best_time_and_the_middle_memory() -> None:
    sample = Sample((Run(0.3, 0.2, 100), Run(0.1, 0.1, 120), Run(0.2, 0.15, 110)))
    assert sample.best_s == 0.1
    assert sample.median_s == 0.2
    assert sample.cpu_s == 0.1
    assert sample.peak_mb == 110
    assert sample.gb_seconds == pytest.approx(0.1 * 110 / 1024)


def test_steps_add_up_in_time_and_the_largest_counts_in_memory() -> None:
    assert Run(1, 0.5, 80) + Run(2, 1.5, 60) == Run(3, 2, 80)
    assert not (Run(1, 1, 1) + Run(1, 1, 1, finished=False)).finished


def test_the_stopwatch_sees_the_memory_of_the_command_and_not_its_own(stopwatch: Stopwatch) -> None:
    ballast = bytearray(80_000_000)  # of this process, which must not count
    bare = stopwatch.run(Command.python("pass"))
    full = stopwatch.run(Command.python("block = bytearray(60_000_000); block[::4096] = b'x' * len(block[::4096])"))
    assert len(ballast) > 0
    assert bare.peak_mb < 30
    assert 53 <= full.peak_mb - bare.peak_mb <= 62  # 60,000,000 bytes are 57 MB


def test_a_command_that_fails_is_told_with_its_own_words(stopwatch: Stopwatch) -> None:
    with pytest.raises(CommandFailed, match="ended with 3: no such luck"):
        stopwatch.run(Command.python("import sys; sys.stderr.write('no such luck'); sys.exit(3)"))


def test_a_command_is_stopped_at_its_limit(stopwatch: Stopwatch) -> None:
    run = stopwatch.run(Command([[sys.executable, "-c", "import time; time.sleep(60)"]], limit_s=0.3))
    assert not run.finished


def test_a_sample_has_the_rounds_that_were_asked_for_and_one_run_to_warm_up(
    stopwatch: Stopwatch, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    code = f"open({str(trace)!r}, 'a').write"
    found = stopwatch.sample(
        {"a": Command.python(f"{code}('a')", rounds=3), "b": Command.python(f"{code}('b')", rounds=2)}
    )
    assert [len(sample.runs) for sample in found.values()] == [3, 2]
    assert trace.read_text() == "ababab" + "a"


def test_what_runs_once_is_not_warmed_up(stopwatch: Stopwatch, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    stopwatch.sample({"once": Command.python(f"open({str(trace)!r}, 'a').write('x')", rounds=1)})
    assert trace.read_text() == "x"


def test_inside_returns_what_the_code_printed_last() -> None:
    assert inside("print('noise'); print('{\"best\": 2}')") == {"best": 2}


def test_an_export_costs_its_requests_and_the_time_of_two_functions() -> None:
    # Half of 1,769 MB is half a CPU: 20 ms of work take 40 there, and with 60 ms of waiting 100 are billed.
    cost = cost_of(memory_mb=1769 // 2, warm_cpu_ms=20, init_cpu_ms=0)
    gb_seconds = 884 / 1024 * 0.101 + 256 / 1024 * 0.040  # 884 MB are a little under a half: 40.02 ms, so 101
    assert cost.compute == pytest.approx(1000 * gb_seconds * 0.0000133334)
    # 2 invocations, 6 calls to SQS of which 3 fair, 2 writes, 6 reads, in dollars for a thousand.
    assert cost.requests == pytest.approx(0.0004 + 0.0024 + 0.0003 + 0.0100 + 0.0024)
    assert cost.total == cost.requests + cost.compute
    assert cost.cold == pytest.approx(cost.total)


def test_init_is_paid_for_by_every_export_or_by_a_share_of_them() -> None:
    without, with_init = cost_of(512, 10, 0), cost_of(512, 10, 200)
    init = 1000 * 0.5 * 0.2 * 0.0000133334
    assert with_init.compute - without.compute == pytest.approx(COLD_SHARE * init)
    assert with_init.cold - without.cold == pytest.approx(init)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.000123, "123 µs"), (0.0042, "4.2 ms"), (0.0846, "85 ms"), (0.9996, "1.00 s"), (3.456, "3.46 s")],
)
def test_times_are_shown_in_the_unit_that_suits(value: float, shown: str) -> None:
    assert seconds(value) == shown


def test_an_aim_says_whether_it_is_met() -> None:
    assert against(0.09, 0.1, "100 ms") == "≤ 100 ms ✓"
    assert against(0.11, 0.1, "100 ms") == "≤ 100 ms ✗"
    assert against(0.11, None, "") == ""


def test_ratios_have_two_digits() -> None:
    assert times(3, 2) == "× 1.5"
    assert times(30, 2) == "× 15"


def test_theirs_stands_beside_ours() -> None:
    ours, theirs = Sample((Run(0.1, 0.1, 50),)), Sample((Run(0.5, 0.4, 100),))
    table = process_table("", [Line("html", "ours", ours, Aim(0.2, 40)), Line("", "pandoc", theirs, ours=ours)])
    assert table.rows[0] == [
        "html",
        "ours",
        "100 ms",
        "100 ms",
        "≤ 200 ms ✓",
        "100 ms",
        "50 MB",
        "≤ 40 MB ✗",
        "0.0049",
        "",
    ]
    assert table.rows[1][-1].split("×") == [" ", " 5.0   ", " 2.0    ", " 10"]
    assert table.data[0]["met"] is False
    assert table.data[1]["met"] is None


def test_what_a_bare_process_takes_is_taken_off_time_and_left_in_memory() -> None:
    bare, full = Sample((Run(0.1, 0.05, 10),)), Sample((Run(0.3, 0.2, 40),))
    row = process_table("", [Line("start", "ours", full, bare=bare)]).rows[0]
    assert (row[2], row[5], row[6]) == ("200 ms", "150 ms", "40 MB")


def test_a_command_that_was_stopped_is_a_lower_bound() -> None:
    ours, stopped = Sample((Run(1, 1, 50),)), Sample((Run(30, 29, 100, finished=False),))
    table = process_table("", [Line("", "slow", stopped, ours=ours)])
    assert table.rows[0][2] == "> 30.00 s"
    assert table.rows[0][-1].startswith("more than")
    assert table.data[0]["finished"] is False
