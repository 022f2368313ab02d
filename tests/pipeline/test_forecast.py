"""What a load would cost: worked by hand with the prices of the day, here, on servers and at services."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from steps import wait_until_empty

from exporters import registry
from exporters.errors import RequestError, UnknownFormat
from exporters.formats import text
from pipeline.deployment import channels
from pipeline.deployment.idle import Item
from pipeline.local.stack import LocalStack
from pipeline.operating import forecast
from pipeline.operating.cost import PARTS, Group, Terms
from pipeline.operating.forecast import Each, Load, parse_mix
from pipeline.tuning import figures
from pipeline.tuning.figures import Figure, Figures
from pipeline.tuning.prices import LIST, compute_usd
from pipeline.tuning.services import LEFT_OUT, SERVERS, SERVICES
from pipeline.tuning.standing import STANDING

ROOT = Path(__file__).parents[2]

# The prices that the figures below are worked with. Where they change, work them again.
assert (LIST.as_of, STANDING.as_of, SERVERS.as_of) == ("2026-09-19", "2026-09-24", "2026-09-20")

LOAD = Load(users=400_000, exports_per_user=0.5, mix={"text": 1.0}, source_bytes=25_000)
FIGURE = Figure(
    source_bytes=25_000, init_ms=50.0, first_ms=200.0, warm_ms=100.0, threads=1.0, peak_mb=60.0, file_bytes=50_000
)
MEASURED = Figures("2026-11-26", "a machine", {"text": (FIGURE,)})


@pytest.fixture(autouse=True)
def gigabyte(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`text` has 1,024 MB here, whatever it declares."""
    monkeypatch.setattr(text, "EXPORTER", copy.replace(text.EXPORTER, memory_mb=1024))
    yield


def each(**changes: Any) -> Each:
    return replace(forecast.of_figures("text", LOAD, Terms(), MEASURED), **changes)


def test_one_export_worked_by_hand() -> None:
    costs = each().costs
    # 1,024 of 1,769 MB are 0.57886 of a CPU, of which pauses take 0.6 ms of every 20: 0.54886 is left. Warm: 100 ms /
    # 0.54886, less 20 × 0.42114 that it does not wait for, + 60 ms for S3 = 233.8 ms, billed as 234. Cold: INIT is 80 +
    # 50 ms at full speed, the first job 200 / 0.54886 - 8.42 + 60: 545.97 ms, billed as 546. One in a hundred is cold,
    # so 237.12 ms of 1 GB at $0.0000133334; and the dispatcher's 40 ms of a quarter of that.
    assert costs["compute"] == pytest.approx(0.23712 * 0.0000133334 + 0.25 * 0.040 * 0.0000133334)
    # In millionths of a dollar. The dispatcher: an invocation 0.2, receive and delete 0.8, S3's event 0.4, the upload
    # 5, two HEADs 0.8. The exporter: an invocation 0.2, three fair calls to SQS 1.5, the file 5, the source 0.4. Half a
    # report: 2.5. The client: four GETs, 1.6.
    assert costs["requests"] == pytest.approx(18.4e-6)
    # 50 kB for eight days and 25 kB for three, of 30, at $0.023 a GB.
    assert costs["storage"] == pytest.approx((50e-6 * 8 + 25e-6 * 3) / 30 * 0.023)
    assert costs["transfer"] == pytest.approx(50e-6 * 0.09)
    assert costs["logs"] == pytest.approx(1.9e-6 * (0.50 + 0.03 * 14 / 30))
    assert each().total == pytest.approx(27.536e-6, rel=1e-4)


def test_a_month_worked_by_hand() -> None:
    found = forecast.forecast(LOAD, [each()], [Item("queues", "", 5.00, 1.0), Item("alarms", "", 0.90, 0.9)])

    assert LOAD.exports == 200_000
    assert found.exports_usd == pytest.approx(200_000 * 27.536e-6, rel=1e-4)  # $5.51
    assert found.standing_usd == pytest.approx(5.90 + 6 * 0.30), "and six metrics that nobody sends while it is idle"
    assert found.usd == pytest.approx(5.5072 + 7.70, rel=1e-4)

    # Servers. 200,000 / 30 × 15 % = 1,000 in the busiest hour, of 0.1 s each: 0.0463 CPUs at 60 %. Two are the least.
    servers = found.servers
    assert servers.exports_in_peak_hour == pytest.approx(1_000)
    assert servers.cpus == pytest.approx(100 / 3600 / 0.6)
    assert (servers.instances, servers.workers) == (2, 2)
    assert servers.instances_usd == pytest.approx(2 * 0.0725 * 720)  # $104.40
    # 75 kB through it for each export are 15 GB.
    assert servers.balancer_usd == pytest.approx(0.0225 * 720 + 15 * 0.008)  # $16.32
    assert servers.storage_and_transfer_usd == pytest.approx(200_000 * (0.36417e-6 + 4.5e-6))
    assert servers.usd == pytest.approx(104.40 + 16.32 + 0.9728)

    asked = {service.name: usd for service, usd in found.services}
    assert asked["PDFShift"] == pytest.approx(99 + 175_000 * 0.02)  # $3,599
    assert asked["DocRaptor"] == pytest.approx(200_000 * 0.0225)
    assert asked["LightPDF"] == pytest.approx(200_000 * 0.05)
    assert list(asked.values()) == sorted(asked.values())


def test_servers_grow_with_the_busiest_hour() -> None:
    load = replace(LOAD, users=80_000_000)  # 200,000 exports in that hour: 9.26 CPUs
    assert forecast.forecast(load, [each()], []).servers.instances == 5
    # 3 GB each: one at a time on a server of 4 GB.
    largest = forecast.forecast(load, [each(peak_mb=3_000.0)], []).servers
    assert (largest.workers, largest.instances) == (1, 10)


def test_a_mix_is_a_mean() -> None:
    load = replace(LOAD, mix={"text": 0.75, "html": 0.25})
    dear = each(format="html", costs=dict.fromkeys(PARTS, 1e-5), file_bytes=90_000)
    found = forecast.forecast(load, [each(), dear], [])
    assert [row.exports for row in found.rows] == [150_000, 50_000]
    assert found.exports_usd == pytest.approx(150_000 * each().total + 50_000 * 5e-5)
    # 60 kB on average, and 25 kB of source: 17 GB.
    assert found.servers.balancer_usd == pytest.approx(0.0225 * 720 + 17 * 0.008)


def test_x86_costs_a_quarter_more_of_compute() -> None:
    x86 = forecast.of_figures("text", LOAD, Terms(architecture="x86_64"), MEASURED).costs
    assert x86["compute"] / each().costs["compute"] == pytest.approx(0.0000166667 / 0.0000133334)
    assert x86["requests"] == each().costs["requests"]


@pytest.mark.parametrize(
    ("exports", "share"),
    [
        (10, 0.9977),  # each finds no process: e^(-10 / 2,592,000 × 600)
        (4_320, 0.3679),  # one in ten minutes: e^-1
        (200_000, 0.01),  # some come at once, whatever the mean
        (0, 1.0),
    ],
)
def test_a_rare_format_meets_cold_starts(exports: float, share: float) -> None:
    assert forecast.cold_share(exports) == pytest.approx(share, abs=1e-4)


def test_what_a_stage_has_done_is_believed() -> None:
    group = Group(exports=50, failures=3, bytes=50 * 40_000)
    group.costs |= {"compute": 50 * compute_usd(1024, 400), "requests": 50 * 2e-5, "logs": 50 * 1e-6}
    found = forecast.of_group("text", group, Terms())
    assert found.origin == "stage"
    assert found.costs["requests"] == pytest.approx(2e-5)
    assert found.file_bytes == 40_000
    assert found.cpu_s == pytest.approx(0.4 * 1024 / 1769)


@pytest.mark.parametrize(
    ("typed", "mix"),
    [
        ("pdf=70,docx=20,html=10", {"pdf": 0.7, "docx": 0.2, "html": 0.1}),
        ("pdf=7, docx=2 ,html = 1", {"pdf": 0.7, "docx": 0.2, "html": 0.1}),
        ("pdf=70%,docx=30%", {"pdf": 0.7, "docx": 0.3}),
        ("pdf=1", {"pdf": 1.0}),
        ("pdf=2.5,html=7.5,", {"pdf": 0.25, "html": 0.75}),
        ("pdf=1,html=0", {"pdf": 1.0}),
    ],
)
def test_shares_are_weights(typed: str, mix: dict[str, float]) -> None:
    assert parse_mix(typed) == pytest.approx(mix)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("pdf", "'pdf' is not format=number"),
        ("pdf=", "'pdf=' is not format=number"),
        ("pdf=-1", "is not format=number"),
        ("pdf=many", "is not format=number"),
        ("pdf=70;docx=30", "is not format=number"),
        ("pdf=1,pdf=2", "names pdf twice"),
        ("pdf=0", "no format with a share above 0"),
        ("", "no format with a share above 0"),
    ],
)
def test_a_mix_that_is_none_is_refused(typed: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        parse_mix(typed)


def test_an_unknown_format_in_a_mix_names_those_that_there_are() -> None:
    with pytest.raises(UnknownFormat, match=r"docx.*html.*pdf"):
        parse_mix("pdf=50,word=50")


def test_a_format_that_nobody_has_measured_says_how() -> None:
    with pytest.raises(RequestError, match="python -m pipeline tune html --apply"):
        forecast.of_figures("html", replace(LOAD, mix={"html": 1.0}), Terms(), MEASURED)


# --- what was measured


def test_every_format_has_been_measured() -> None:
    found = figures.measured()
    missing = [name for name in registry.names() if name not in found.formats]
    assert not missing, f"Measure them: python -m pipeline tune {' '.join(missing)} --apply"
    assert date.fromisoformat(found.as_of)
    for name, measured in found.formats.items():
        sizes = [each.source_bytes for each in measured]
        assert sizes == sorted(sizes), name
        assert all(each.warm_ms > 0 and each.peak_mb > 10 and each.file_bytes > 0 for each in measured), name


def test_the_file_is_as_it_is_written() -> None:
    assert figures.dumps(figures.measured()) == figures.PATH.read_text()
    assert figures.parse(json.loads(figures.dumps(MEASURED))) == MEASURED


def test_what_lies_between_two_sources_is_on_their_line() -> None:
    book = replace(FIGURE, source_bytes=1_025_000, warm_ms=2_100.0, first_ms=2_200.0, file_bytes=1_050_000)
    found = Figures("", "", {"text": (FIGURE, book)})
    half = found.of("text", 525_000)
    assert (half.warm_ms, half.first_ms, half.init_ms, half.file_bytes) == (1_100.0, 1_200.0, 50.0, 550_000)
    assert found.of("text", 2_025_000).warm_ms == 4_100.0, "and beyond"
    assert found.of("text", 0).file_bytes == 25_000, "an export of nothing is one all the same"
    assert MEASURED.of("text", 500_000) == FIGURE, "one measurement is all there is to know"


# --- price lists


def test_every_price_has_a_date_and_a_source() -> None:
    for listed in (*SERVICES, SERVERS):
        assert date.fromisoformat(listed.as_of) <= date(2026, 11, 26)
        assert re.search(r"[a-z]+\.[a-z]+|page", listed.source)
    assert not {service.name for service in SERVICES} & LEFT_OUT.keys()


def test_a_large_file_takes_several_credits() -> None:
    shift = next(each for each in SERVICES if each.name == "PDFShift")
    assert shift.usd(1_000, 12_000_000) == 99.0, "3,000 credits are part of the month"
    assert shift.usd(10_000, 12_000_000) == pytest.approx(99 + 5_000 * 0.02)


# --- the command


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "cost", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


ASKED = ("--users", "400000", "--exports-per-user", "0.5", "--mix", "pdf=70,docx=20,html=10")


def test_the_command_shows_what_the_same_load_costs_elsewhere() -> None:
    done = command(*ASKED)
    assert done.returncode == 0, done.stderr
    assert not done.stdout
    for words in ("200,000 exports of 25 kB: pdf 70%", "while nobody exports", "here", "servers that always run"):
        assert words in done.stderr
    for service in SERVICES:
        assert service.name in done.stderr
        assert service.as_of in done.stderr
    for name in LEFT_OUT:
        assert f"Without {name}" in done.stderr
    assert max(len(line) for line in done.stderr.splitlines()) <= 100


def test_the_command_answers_programs() -> None:
    found = json.loads(command(*ASKED, "--json").stdout)
    assert found["load"]["exports"] == 200_000
    exports_usd = sum(each["usd"]["total"] for each in found["formats"])
    assert found["usd"] == pytest.approx(exports_usd + sum(each["usd"] for each in found["standing"]))
    for one in found["formats"]:
        assert one["usd"]["total"] == pytest.approx(sum(one["usd"][part] for part in PARTS))
        assert one["figures"] == "measured"
    assert 0 < found["usd"] < found["servers"]["usd"] < min(each["usd"] for each in found["services"])


def test_an_unknown_format_is_said_in_a_sentence() -> None:
    done = command("--users", "10", "--mix", "pdf=50,word=50")
    assert done.returncode == 2
    assert "docx" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_stage_of_ones_own_is_asked_first(stack: LocalStack) -> None:
    """With twenty exports it is believed; of what it has not made, the measured figures hold."""
    began = datetime.now(UTC) - timedelta(seconds=1)
    client = stack.client()
    for _ in range(forecast.ENOUGH):
        ticket = client.request("forecast", "notes.md", ["text"])
        client.upload(ticket, b"# Notes\n")
        assert client.wait(ticket, 120)["text"].state == "done"
    wait_until_empty(stack, "text")
    target = channels.on_this_machine(stack.address, lambda _: None)
    load = Load(1_000, 1.0, {"text": 0.5, "fb2": 0.5}, 25_000)

    found = forecast.of_load(load, target, began)

    assert {row.each.format: row.each.origin for row in found.rows} == {"text": "stage", "fb2": "measured"}
    (text_row,) = [row for row in found.rows if row.each.format == "text"]
    # What each export asks for, whoever measures it: only the report is not always there.
    assert text_row.each.costs["requests"] == pytest.approx(forecast.each_requests_usd() + 1.6e-6, abs=2.6e-6)
    assert text_row.each.costs["logs"] == pytest.approx(forecast.logs_usd(forecast.LINES_BYTES), rel=0.2)
    assert found.usd == pytest.approx(found.exports_usd + found.standing_usd)


def test_the_page_names_options_that_there_are() -> None:
    help = command("--help").stdout
    page = (ROOT / "docs" / "cost.md").read_text()
    for option in set(re.findall(r"--[a-z][a-z-]+", page)):
        assert option in help, option
    for path in set(re.findall(r"`(pipeline/[a-z/_.]+)`", page)):
        assert (ROOT / path).is_file(), path
