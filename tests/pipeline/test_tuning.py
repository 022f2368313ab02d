"""How long an export takes at each memory, what that costs, what is recommended: against examples worked by hand."""

from __future__ import annotations

import json
from base64 import b64decode
from copy import replace
from pathlib import Path
from statistics import mean
from struct import unpack

import pytest
from checkers import html_mistakes

from exporters.errors import MissingPart, RequestError
from pipeline.operating import tune
from pipeline.tuning import corpus, declare, figures, page, recommend, results
from pipeline.tuning.corpus import Specimen
from pipeline.tuning.measure import Measured
from pipeline.tuning.model import Assumptions, Duration, Work, cost_usd, duration, running_ms, useful_share
from pipeline.tuning.recommend import Point, choose, floor_mb, percentile
from pipeline.tuning.results import Tuning

GIVEN = Assumptions(cold_share=0.1, waits_ms=60, runtime_init_ms=80, pause_ms=0)
WORK = Work(init_ms=50, first_ms=200, warm_ms=100)


def measured(**more: object) -> Measured:
    """A chapter exported to text, unless it says otherwise."""
    fields: dict[str, object] = {
        "format": "text",
        "source": "chapter.md",
        "words": "a 25 kB chapter",
        "size_class": "small",
        "size": 25_000,
        "state": "exported",
        "init_ms": 50.0,
        "first_ms": 200.0,
        "warm_ms": 100.0,
        "wall_ms": 110.0,
        "peak_mb": 40.0,
        "file_size": 20_000,
        "runs": 3,
    }
    return Measured(**fields | more)  # type: ignore[arg-type]


def tuning(*found: Measured, **more: object) -> Tuning:
    fields: dict[str, object] = {
        "made": "2026-11-26T08:00:00Z",
        "machine": {"processor": "A & B", "system": "Linux", "python": "3.13.0", "cpus": 2.0},
        "corpus": "",
        "assumptions": GIVEN,
        "measured": found,
        "timeouts_s": {"text": 60},
        "declared_mb": {"text": 512},
        "finished": True,
    }
    return Tuning(**fields | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("memory_mb", "warm_ms", "cold_ms"),
    [
        (1769, 160, 390),  # a whole CPU: 60 + 100; 80 + 50 + 60 + 200
        (3008, 160, 390),  # one thread gains nothing above that
        # Half a CPU, and INIT as fast as ever; half of a period of 20 ms is not waited for.
        (885, 60 + 100 * 1769 / 885 - 20 * (1 - 885 / 1769), 190 + 200 * 1769 / 885 - 20 * (1 - 885 / 1769)),
        (128, 60 + 100 * 1769 / 128 - 20 * (1 - 128 / 1769), 190 + 200 * 1769 / 128 - 20 * (1 - 128 / 1769)),
    ],
)
def test_an_export_takes_as_much_longer_as_its_share_of_a_cpu_is_smaller(
    memory_mb: int, warm_ms: float, cold_ms: float
) -> None:
    assert duration(memory_mb, WORK, GIVEN) == Duration(pytest.approx(warm_ms), pytest.approx(cold_ms))


def test_what_keeps_two_cpus_busy_gains_above_a_whole_one() -> None:
    two = replace(WORK, threads=2.0)
    assert duration(2 * 1769, two, GIVEN).warm_ms == pytest.approx(60 + 50)
    assert duration(4 * 1769, two, GIVEN).warm_ms == pytest.approx(60 + 50)
    assert duration(885, two, GIVEN).warm_ms == pytest.approx(60 + 100 * 1769 / 885 - 20 * (1 - 885 / 1769 / 2))


@pytest.mark.parametrize(
    ("memory_mb", "useful"),
    [
        (1769, 1),  # never paused
        (3008, 1),
        (885, 885 / 1769 - 0.6 / 20),  # a pause in each period of 20 ms
        (128, 128 / 1769 - 0.6 * (128 / 1769) / 4),  # its part is 1.4 ms; it runs for 4, and pauses the longer
    ],
)
def test_each_pause_costs_some_of_the_share(memory_mb: int, useful: float) -> None:
    assert useful_share(memory_mb, 1.0, 0.6) == pytest.approx(useful)
    paused = replace(GIVEN, pause_ms=0.6)
    saved_ms = 20 * max(0.0, 1 - memory_mb / 1769)
    assert duration(memory_mb, WORK, paused).warm_ms == pytest.approx(60 + 100 / useful - saved_ms)


@pytest.mark.parametrize("parts", [1, 2, 7])
@pytest.mark.parametrize("memory_mb", [256, 885, 1024, 1700])
def test_work_takes_what_a_quota_makes_of_it_whenever_it_begins(memory_mb: int, parts: int) -> None:
    """Step by step, from many moments of a period, for works that end at all places of a part."""
    part_ms = 20 * memory_mb / 1769
    works = [part_ms * (parts + (number + 0.5) / 40) for number in range(40)]
    taken = mean(under_a_quota(part_ms, 20, each, (moment + 0.5) / 2) for each in works for moment in range(40))
    assert mean(running_ms(memory_mb, each, 1.0, GIVEN) for each in works) == pytest.approx(taken, abs=0.2)


def under_a_quota(part_ms: float, period_ms: float, cpu_ms: float, begins_ms: float) -> float:
    """How long work takes of which so much is done in each period, from a moment of one whose part is whole."""
    now, left, worked = begins_ms, part_ms, 0.0
    while True:
        ends = (now // period_ms + 1) * period_ms
        step = min(left, cpu_ms - worked, ends - now)
        now, left, worked = now + step, left - step, worked + step
        if worked >= cpu_ms - 1e-9:
            return now - begins_ms
        now, left = ends, part_ms


def test_a_slower_cpu_makes_work_longer_and_nothing_else() -> None:
    slower = duration(1769, WORK, replace(GIVEN, speed=0.5))
    assert slower == Duration(60 + 200, 80 + 100 + 60 + 400)


def test_an_export_costs_its_time_by_its_memory_with_the_share_of_cold_starts() -> None:
    # 1 GB for 0.160 s warm and 0.391 s cold (390.5 rounded up): 0.16 + 0.1 × 0.231 = 0.1831 GB-s.
    taken = Duration(160.0, 390.5)
    assert cost_usd(1024, taken, 0.1, "arm64") == pytest.approx(0.1831 * 0.0000133334)
    assert cost_usd(1024, taken, 0.1, "x86_64") == pytest.approx(0.1831 * 0.0000166667)
    assert cost_usd(1024, taken, 0.0, "arm64") == pytest.approx(0.16 * 0.0000133334)


@pytest.mark.parametrize(
    ("peak_mb", "floor"),
    [
        (40, 128),  # 68 MB, and Lambda's least
        (90, 128),  # 128 MB
        (91, 192),  # 129.2 MB
        (650, 832),  # 800 MB
        (9_000, 10_240),  # Lambda's most
    ],
)
def test_the_floor_is_the_peak_with_headroom_in_steps(peak_mb: float, floor: int) -> None:
    assert floor_mb(peak_mb) == floor


def point(memory_mb: int, usd: float, ms: float) -> Point:
    return Point(memory_mb, ms, ms, ms, ms, ms, usd, usd, True, True)


POINTS = (
    point(256, 2.0, 800),
    point(512, 2.01, 400),
    point(1024, 2.4, 200),
    point(1769, 3.0, 120),
    point(3008, 5, 119),
)


@pytest.mark.parametrize(
    ("strategy", "memory_mb"),
    [
        ("cost", 512),  # dearer by half a per cent, and twice as fast
        ("speed", 1769),  # slower by less than one per cent, and cheaper
        # half of cost/5 and half of ms/800: 0.7, 0.451, 0.365, 0.375, 0.574
        ("balanced", 1024),
    ],
)
def test_strategies(strategy: recommend.Strategy, memory_mb: int) -> None:
    assert choose(POINTS, strategy).memory_mb == memory_mb


def test_percentiles_are_values_that_were_measured() -> None:
    ranked = [float(number) for number in range(1, 21)]
    assert (percentile(ranked, 50), percentile(ranked, 95), percentile([7.0], 95)) == (10, 19, 7)


def test_a_source_made_to_need_much_counts_for_the_memory_and_not_for_the_cost() -> None:
    worst = measured(source="webp.zip", words="the largest WebP", size_class="worst", peak_mb=650.0, warm_ms=900.0)
    alone, *_ = recommend.advise([measured()], 60, given=GIVEN)
    both, *classes = recommend.advise([measured(), worst], 60, given=GIVEN)
    assert (alone.floor_mb, both.floor_mb, both.peak_of) == (128, 832, "the largest WebP")
    assert both.memory_mb >= 832
    usd = {each.memory_mb: each.usd for each in both.points}
    assert {each.memory_mb: usd[each.memory_mb] for each in alone.points} == {
        each.memory_mb: each.usd for each in alone.points
    }
    assert [(each.size_class, each.floor_mb) for each in classes] == [("small", 128)]


def test_what_is_refused_has_held_its_memory_all_the_same() -> None:
    refused = measured(source="tags.html", words="tags", state="refused", why="Too many.", peak_mb=400.0)
    assert recommend.advise([measured(), refused], 60, given=GIVEN)[0].peak_mb == 400


def test_a_memory_with_which_a_source_takes_too_long_is_too_little() -> None:
    slow = measured(source="slow.md", size_class="worst", first_ms=20_000.0)
    advice, *_ = recommend.advise([measured(), slow], 60, strategy="cost", given=GIVEN)
    assert [each.memory_mb for each in advice.points if each.possible] == [1024, 1769, 3008]  # 20 s × 1769 / 512 = 69 s
    assert (advice.memory_mb, advice.decides) == (1024, "time")


def test_where_nothing_is_enough_the_most_is_recommended_and_it_says_so() -> None:
    advice, *_ = recommend.advise([measured(first_ms=100_000.0)], 60, given=GIVEN)
    assert (advice.memory_mb, advice.decides) == (3008, "nothing else is possible")


def test_a_format_of_which_nothing_was_exported_gets_no_advice() -> None:
    assert recommend.advise([measured(state="failed", why="A mistake.")], 60) == []


def test_classes_of_sources_have_the_boundaries_that_are_told() -> None:
    sizes = {
        size: Specimen("a.md", "a", bytes(size)).size_class for size in (1, 100_000, 100_001, 1_000_000, 1_000_001)
    }
    assert list(sizes.values()) == ["small", "small", "medium", "medium", "large"]


def test_a_folder_is_read_with_the_folders_below_and_what_is_no_source_is_told(tmp_path: Path) -> None:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / "deep" / "deeper" / "plan.mup").write_text('{"formatVersion":3,"title":"x","ideas":{}}')
    (tmp_path / "notes.md").write_text("# Notes\n")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / ".hidden.md").write_text("x")
    found = corpus.of_folder(tmp_path)
    assert [(each.name, each.filename) for each in found.specimens] == [
        ("deep/deeper/plan.mup", "plan.mup"),
        ("notes.md", "notes.md"),
    ]
    assert [name for name, _ in found.left_out] == ["photo.jpg"]


@pytest.mark.parametrize("content", [(), ("photo.jpg",)])
def test_a_folder_without_a_source_is_refused(tmp_path: Path, content: tuple[str, ...]) -> None:
    for name in content:
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(RequestError, match="There is no source in"):
        corpus.of_folder(tmp_path)


def test_the_built_in_sources_are_of_all_sizes_and_always_the_same() -> None:
    assert list(corpus.classes(corpus.built_in().specimens)) == ["small", "medium", "large"]
    assert corpus.built_in() == corpus.built_in()
    assert corpus.worst() == corpus.worst()


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    whole = tuning(measured(), measured(source="book.md", size_class="large", size=1_200_000, warm_ms=2_000.0))
    results.write(whole, tmp_path / "tuning.json")
    assert results.read(tmp_path / "tuning.json") == whole
    told = json.loads((tmp_path / "tuning.json").read_text())
    assert (told["schema"], told["advice"][0]["format"]) == (1, "text")


def kept(found: Tuning, folder: Path) -> tuple[str, Tuning]:
    """What a run says of its folder, and what is there afterwards."""
    session = tune.Session(found, (), folder)
    said = session.prepare()
    session.keep()
    return said, results.read(folder / "tuning.json")


def test_measurements_of_other_formats_stay(tmp_path: Path) -> None:
    text, book = measured(), measured(format="rst", source="book.md")
    kept(tuning(text, measured(format="rst"), timeouts_s={"text": 60, "rst": 60}), tmp_path)

    said, found = kept(tuning(book, strategy="cost", timeouts_s={"rst": 60}), tmp_path)

    assert (said, found.measured, found.strategy) == ("", (text, book), "cost")
    assert '<section id="text">' in (tmp_path / "tuning.html").read_text()


def test_what_was_interrupted_is_whole_when_the_rest_is_measured(tmp_path: Path) -> None:
    both, rest = {"text": 60, "rst": 60}, {"rst": 60}
    assert not kept(tuning(measured(), timeouts_s=both, finished=False), tmp_path)[1].finished
    assert not kept(tuning(measured(format="rst"), timeouts_s=rest, finished=False), tmp_path)[1].finished
    two = tuning(measured(format="rst"), measured(format="rst", source="b.md"), timeouts_s=rest)
    assert not kept(two, tmp_path)[1].finished, "of text there is less"
    assert kept(tuning(measured(format="rst"), timeouts_s=rest), tmp_path)[1].finished


@pytest.mark.parametrize(
    "before", [tuning(measured(), corpus="/elsewhere"), tuning(measured(), machine={"processor": "C"}), None]
)
def test_what_cannot_be_compared_is_kept_under_another_name(tmp_path: Path, before: Tuning | None) -> None:
    data = tmp_path / "tuning.json"
    (tmp_path / "tuning-1.json").write_text("of another time")
    data.write_text(json.dumps(results.as_json(before)) if before else '{"schema": 0}')
    old = data.read_text()

    said, found = kept(tuning(measured()), tmp_path)

    assert "It is kept as" in said
    assert "tuning-2.json" in said
    assert ((tmp_path / "tuning-2.json").read_text(), found.measured) == (old, (measured(),))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": 2}', '{"schema": 1, "more": 1}'])
def test_what_is_no_file_of_results_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "tuning.json").write_text(text)
    with pytest.raises(RequestError, match=r"tuning\.json"):
        results.read(tmp_path / "tuning.json")


def test_the_link_holds_the_points_as_power_tuning_packs_them() -> None:
    advice = recommend.advise([measured(peak_mb=200.0)], 60, given=GIVEN)[0]
    address, _, packed = results.link(advice).partition("#")
    sizes, times, costs = (b64decode(each) for each in packed.split(";"))
    fitting = [each for each in advice.points if each.fits]
    assert address == "https://lambda-power-tuning.show/"
    assert (
        list(unpack(f"<{len(sizes) // 2}h", sizes))
        == [each.memory_mb for each in fitting]
        == [320, 512, 1024, 1769, 3008]
    )
    assert list(unpack(f"<{len(times) // 4}f", times)) == pytest.approx([each.mean_ms for each in fitting])
    assert list(unpack(f"<{len(costs) // 4}f", costs)) == pytest.approx([each.usd for each in fitting])


def test_the_page_is_valid_and_needs_nothing_else(tmp_path: Path) -> None:
    found = tuning(
        measured(),
        measured(source="a <b>.md", words="a 2 kB <source>", size=2_000),
        measured(source="book.md", size_class="large", size=1_200_000, warm_ms=20_000.0, first_ms=21_000.0, peak_mb=90),
        measured(source="bad.html", state="refused", why="It has <many> tags."),
        measured(format="rst", state="failed", why="A mistake."),
        timeouts_s={"text": 60, "rst": 60},
    )
    path = tmp_path / "page.html"
    path.write_text(page.render(found))
    text = path.read_text()
    assert html_mistakes([path]) == []
    assert "<script" not in text
    assert "src=" not in text
    assert "It has &lt;many&gt; tags." in text


DECLARATION = '''"""Plain."""

EXPORTER = Exporter(
    extension=".txt",
    memory_mb=512,  # peak 39 MB on a 1.2 MB book; 24 MB are refused
    timeout_s=60,  # memory_mb=512 is no reason
)
'''


def test_a_declaration_changes_in_one_line_and_twice_is_once() -> None:
    found = (
        measured(peak_mb=44.0, words="a 1.2 MB book"),
        measured(size_class="worst", words="7 MB of HTML", peak_mb=333.0),
    )
    advice = recommend.advise(found, 60, given=GIVEN)[0]
    after = declare.declared(DECLARATION, advice, found)
    changed = [(a, b) for a, b in zip(DECLARATION.splitlines(), after.splitlines(), strict=True) if a != b]
    reason = "peak 44 MB on a 1.2 MB book, 333 MB on 7 MB of HTML; its CPU share decides"
    assert [after for _, after in changed] == [f"    memory_mb={advice.memory_mb},  # {reason}"]
    assert declare.declared(after, advice, found) == after


@pytest.mark.parametrize("text", ["", "    memory_mb=LARGE,\n", "    memory_mb=1,\n    memory_mb=2,\n"])
def test_a_declaration_that_says_its_memory_in_another_way_is_not_touched(text: str) -> None:
    advice = recommend.advise([measured()], 60, given=GIVEN)[0]
    with pytest.raises(MissingPart, match="memory_mb"):
        declare.declared(text, advice, (measured(),))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What `--apply` changes, in a folder of its own."""
    for path in (declare.path_of("text", tune.ROOT), figures.PATH):
        copy = tmp_path / path.relative_to(tune.ROOT)
        copy.parent.mkdir(parents=True)
        copy.write_text(path.read_text())
    return tmp_path


def test_built_in_sources_give_the_figures_of_forecasts_too(tree: Path) -> None:
    before = figures.measured()
    found = (
        measured(size=26_149, warm_ms=7.04),
        measured(source="book.md", size=1_216_304),
        measured(source="map.mup"),
    )
    _, change = tune.changes(tuning(*found), tree)
    after = figures.parse(json.loads(change.after))
    assert change.path == Path("pipeline/tuning/figures.json")
    assert (after.as_of, after.machine) == ("2026-11-26", "A & B, 2 CPUs, Python 3.13.0")
    assert [(each.source_bytes, each.warm_ms) for each in after.formats["text"]] == [(26_149, 7.0), (1_216_304, 100.0)]
    assert {**after.formats, "text": ()} == {**before.formats, "text": ()}, "and nothing else"


def test_sources_of_an_operator_give_no_figures_of_forecasts(tree: Path) -> None:
    (change,) = tune.changes(tuning(measured(), corpus="/home/documents"), tree)
    assert change.path == Path("exporters/formats/text/__init__.py")


def test_a_reason_says_as_much_as_there_is_room_for() -> None:
    found = (measured(), *(measured(size_class="worst", words=f"source {n}", peak_mb=100.0 + n) for n in range(20)))
    advice = recommend.advise(found, 60, given=GIVEN)[0]
    told = declare.reason(advice, found, 99)
    assert told.startswith("peak 40 MB on a 25 kB chapter, 119 MB on source 19, 118 MB on source 18")
    assert len(told) <= 99
