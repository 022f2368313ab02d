"""What exports have cost: worked by hand, against what the files say themselves, and as the command shows it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from steps import Steps, wait_until_empty

from exporters import registry
from exporters.errors import RequestError, Unavailable
from pipeline import export
from pipeline.aws import Caller
from pipeline.deployment import channels
from pipeline.deployment.idle import Item
from pipeline.deployment.stages import Stage
from pipeline.local.stack import LocalStack
from pipeline.operating import cost, loglines
from pipeline.operating.cost import BYS, OTHERS, PARTS, TICKETS, UNKNOWN, Bill, Ledger, Spread, Terms
from pipeline.operating.loglines import REPORT, START, Line
from pipeline.tuning.prices import LIST, compute_usd, requests_usd
from pipeline.tuning.standing import STANDING

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)

# The prices that the figures below are worked with.
assert (LIST.as_of, STANDING.as_of) == ("2026-09-19", "2026-09-24")


@dataclass
class Run:
    """The lines of one run of a function, as Lambda and we write them."""

    id: str
    function: str = "export-pdf"
    time: datetime = NOON

    def line(self, length: int = 0, /, **fields: Any) -> Line:
        return Line(self.time, self.function, "1", {"function_request_id": self.id} | fields, length)

    def report(self, billed_ms: float, memory_mb: int = 1024, length: int = 0, status: str = "success") -> Line:
        return self.line(length, type=REPORT, billed_ms=billed_ms, memory_mb=memory_mb, status=status)

    def exported(self, **fields: Any) -> Line:
        told = {
            "message": "Exported.",
            "job": f"job-{self.id}",
            "tenant": "t7",
            "format": "pdf",
            "attempt": 1,
            "duration_ms": 500.0,
            "requests_usd": 7.1e-6,
            "size": 100_000,
            "stage": "prod",
            "exports": 1,
            "failures": 0,
            "cost": 14e-6,
        }
        return self.line(**told | fields)

    def dispatched(self, **fields: Any) -> Line:
        told = {"message": "Dispatched.", "job": f"job-{self.id}", "tenant": "t7", "format": "pdf", "size": 25_000}
        return self.line(**told | fields)


def bill(*lines: Line, by: cost.By = "format", terms: Terms | None = None, **more: Any) -> Bill:
    return cost.of_lines(lines, by, terms, **more)


def test_one_export_worked_by_hand() -> None:
    run = Run("1")
    found = bill(run.line(64, type=START), run.exported(), run.report(600, length=936))

    costs = found.groups["pdf"].costs
    # 1,024 MB are 1 GB: 0.6 s × $0.0000133334.
    assert costs["compute"] == pytest.approx(8.00004e-6)
    # What the line says, and what the client asks: three looks and a download, $0.40 a million.
    assert costs["requests"] == pytest.approx(7.1e-6 + 1.6e-6)
    # 100 kB for 7 days, and one as an old version, of 30, at $0.023 a GB-month.
    assert costs["storage"] == pytest.approx(1e-4 * 0.023 * 8 / 30)
    # 100 kB at $0.09 a GB.
    assert costs["transfer"] == pytest.approx(9e-6)
    # 1,000 bytes at $0.50 a GB, and 14 of 30 days at $0.03.
    assert costs["logs"] == pytest.approx(1e-6 * (0.50 + 0.03 * 14 / 30))
    assert found.total.total == pytest.approx(sum(costs.values()))
    assert found.groups["pdf"].each == found.total.total
    assert (found.total.exports, found.total.bytes, found.reported, found.runs) == (1, 100_000, 1, 1)


def test_the_dispatcher_is_shared_by_the_jobs_of_a_run() -> None:
    run = Run("d", "dispatch")
    found = bill(
        run.dispatched(job="a", format="pdf"),
        run.dispatched(job="a", format="html"),
        run.dispatched(job="b", format="html"),
        run.report(300, 256),
    )

    pdf, html = found.groups["pdf"].costs, found.groups["html"].costs
    assert pdf["compute"] == pytest.approx(compute_usd(256, 300) / 3)
    assert html["compute"] == pytest.approx(2 * pdf["compute"])
    # The run: an invocation, a receive, a delete. Each of two sources: S3's event, the upload, a look. Each of three
    # jobs: a look for what was said of an earlier version.
    together = requests_usd(invocations=1, sqs=2, s3_reads=3) + 2 * requests_usd(sqs=1, s3_writes=1, s3_reads=1)
    assert pdf["requests"] + html["requests"] == pytest.approx(together)
    # Each source lies there once, for two days and one as an old version, whatever it is exported to.
    assert found.total.costs["storage"] == pytest.approx(2 * 25e-6 * 0.023 * 3 / 30)
    assert found.total.exports == 0


def test_files_and_sources_cost_the_days_that_the_stage_keeps_them() -> None:
    terms = Terms.of(Stage("prod", keep_files_days=10, keep_sources_days=30))
    found = bill(Run("d", "dispatch").dispatched(), Run("1").exported(), terms=terms)
    # 25 kB for 30 days and one as an old version, 100 kB for 10 and one, of 30.
    assert found.total.costs["storage"] == pytest.approx((25e-6 * 31 + 1e-4 * 11) / 30 * 0.023)


def test_without_a_report_line_the_cost_is_what_the_line_says() -> None:
    found = bill(Run("1").exported())
    assert found.groups["pdf"].costs["compute"] == pytest.approx(14e-6 - 7.1e-6)
    assert (found.runs, found.reported) == (1, 0)


def test_a_line_of_a_version_that_did_not_tell_its_requests_is_understood() -> None:
    line = Run("1").exported()
    older = {name: value for name, value in line.fields.items() if name != "requests_usd"}
    found = bill(replace(line, fields=older))
    assert found.groups["pdf"].costs["compute"] == pytest.approx(14e-6 - 7.1e-6)


def test_report_lines_of_a_stack_that_is_not_lambda_are_believed_only_where_nothing_else_is_said() -> None:
    told, killed = Run("1"), Run("2")
    found = bill(told.exported(), told.report(9_000), killed.report(1_000), terms=Terms(exact=False))
    assert found.total.costs["compute"] == pytest.approx(14e-6 - 7.1e-6 + compute_usd(1024, 1_000))
    assert found.total.killed == 1, "it has ended without a word"


@pytest.mark.parametrize("exact", [True, False])
def test_a_run_that_was_only_to_see_whether_it_starts_was_not_killed(exact: bool) -> None:
    """As who ships a version does it; on a stack that is not Lambda, a run without a word would count as killed."""
    run = Run("1")
    started = run.line(level="INFO", message="Started.")
    found = bill(started, run.report(200), terms=Terms(exact=exact))
    assert (found.total.killed, found.total.in_vain, found.runs) == (0, 0, 1)
    assert found.total.costs["compute"] == pytest.approx(compute_usd(1024, 200))


def test_x86_has_a_price_of_its_own() -> None:
    found = bill(Run("1").exported(), Run("1").report(1000), terms=Terms(architecture="x86_64"))
    assert found.total.costs["compute"] == pytest.approx(0.0000166667)


@pytest.mark.parametrize("function", ["export-pdf", "export-pdf-large"])
def test_what_was_killed_costs_too(function: str) -> None:
    run = Run("1", function)
    found = bill(run.line(type=START), run.report(60_000, 512, status="timeout"))
    group = found.groups["pdf"]
    assert group.costs["compute"] == pytest.approx(0.5 * 60 * 0.0000133334)
    assert group.costs["requests"] == pytest.approx(requests_usd(invocations=1, sqs=2, sqs_fair=2, s3_reads=1))
    assert (group.killed, group.in_vain, group.exports, group.failures) == (1, 1, 0, 0)
    assert bill(run.report(1, status="error"), by="tenant").groups[UNKNOWN].killed == 1


def test_failures_and_tries_in_vain_cost_too() -> None:
    failed, in_vain, done = Run("1"), Run("2"), Run("3")
    vain = {
        "message": "Tried in vain.",
        "job": "j",
        "tenant": "t7",
        "format": "pdf",
        "cost": 3e-6,
        "requests_usd": 2e-6,
    }
    found = bill(
        failed.exported(message="Failed.", exports=0, failures=1, size=0),
        failed.report(100),
        in_vain.line(**vain, duration_ms=9.0),
        in_vain.report(200),
        done.exported(),
        done.report(300),
    )
    group = found.groups["pdf"]
    assert (group.exports, group.failures, group.in_vain, group.killed) == (1, 1, 1, 0)
    assert group.costs["compute"] == pytest.approx(compute_usd(1024, 600))
    assert group.costs["transfer"] == pytest.approx(9e-6), "only of the file that there is"
    assert group.each == group.total, "all of it is the price of the one export"


def test_tickets_and_what_has_nothing_to_do_are_no_export() -> None:
    ticket, idle = Run("1", "request"), Run("2")
    found = bill(ticket.report(5, 256), idle.report(1))
    assert found.groups[TICKETS].costs["requests"] == pytest.approx(0.2e-6)
    assert (found.total.killed, found.total.exports) == (0, 0)


def test_telling_is_put_down_to_whose_job_it_was() -> None:
    run = Run("1", "notify")
    found = bill(run.line(message="Told.", job="j", tenant="t7", format="pdf"), run.report(50, 256), by="tenant")
    expected = requests_usd(invocations=1, sqs=3, sqs_fair=3, s3_reads=1)
    assert found.groups["t7"].costs["requests"] == pytest.approx(expected)


def test_the_watch_is_not_counted_twice() -> None:
    found = bill(Run("1", "watch").report(500, 128), idle=[Item("the function that looks", "", 0.3, 0.0)])
    assert (found.lines, found.total.total) == (0, 0.0)


def many() -> list[Line]:
    """Lines of some days, formats and tenants, of all kinds; runs overlap."""
    lines: list[Line] = []
    for number in range(400):
        time = NOON + timedelta(hours=number)
        run = Run(str(number), f"export-{('pdf', 'html', 'docx')[number % 3]}", time)
        about = {"tenant": f"t{number % 7}", "format": run.function.removeprefix("export-")}
        lines.append(run.line(50, type=START))
        if number % 11 == 0:
            lines.append(run.report(900 + number, status="timeout"))
            continue
        lines.append(run.exported(**about, duration_ms=100.0 + number, size=1000 * number))
        if number % 5:
            lines.append(run.report(110 + number, length=140))
        lines.append(Run(f"d{number}", "dispatch", time).dispatched(**about))
        lines.append(Run(f"n{number}", "notify", time).line(message="Told.", **about))
        lines.append(Line(time, run.function, "1", {"level": "ERROR", "message": "The message will come back."}, 300))
    return lines


@pytest.mark.parametrize("by", BYS)
def test_the_parts_make_the_whole(by: cost.By) -> None:
    found = bill(*many(), by=by, idle=[Item("a", "", 3.0, 0.0), Item("b", "", 4.0, 0.0)])

    assert len(found.groups) > 2
    for part in PARTS:
        assert found.total.costs[part] > 0
        assert sum(group.costs[part] for group in found.groups.values()) == pytest.approx(found.total.costs[part])
    for count in ("exports", "failures", "in_vain", "killed", "bytes"):
        assert sum(getattr(group, count) for group in found.groups.values()) == getattr(found.total, count)
    assert found.usd == pytest.approx(sum(found.total.costs.values()) + sum(each.usd for each in found.standing))


def test_the_whole_does_not_depend_on_how_it_is_looked_at() -> None:
    totals = {by: bill(*many(), by=by).total for by in BYS}
    for part in PARTS:
        assert len({round(total.costs[part], 15) for total in totals.values()}) == 1


def test_days_come_in_their_order_and_other_groups_by_what_they_cost() -> None:
    days = list(bill(*many(), by="day").groups)
    assert days == sorted(days)
    totals = [group.total for group in bill(*many(), by="tenant").groups.values()]
    assert totals == sorted(totals, reverse=True)


def test_what_is_there_while_nobody_exports_is_counted_by_the_hour() -> None:
    found = bill(Run("1").exported(), since=NOON - timedelta(days=3), until=NOON, idle=[Item("queues", "", 7.2, 0.0)])
    (standing,) = found.standing
    assert (standing.what, standing.usd) == ("queues", pytest.approx(0.72)), "3 of 30 days"


def test_metrics_are_paid_for_in_the_hours_in_which_they_are_sent() -> None:
    def sent(number: int, minutes: int) -> Line:
        return Run(str(number), time=NOON + timedelta(minutes=minutes)).exported(_aws={}, limit_used=1.0)

    found = bill(sent(1, 0), sent(2, 59), sent(3, 60))
    # exports, failures, cost and limit_used, in two hours of the 720 of a month, at $0.30.
    assert [each.usd for each in found.standing] == [pytest.approx(4 * 2 * 0.30 / 720)]


def test_only_the_period_is_counted() -> None:
    early, late = Run("1", time=NOON - timedelta(days=2)), Run("2", time=NOON)
    found = bill(early.exported(), late.exported(), since=NOON - timedelta(days=1))
    assert (found.total.exports, found.lines) == (1, 1)


def test_the_dearest_exports_are_named() -> None:
    found = bill(*(Run(str(number)).exported(cost=number * 1e-5, requests_usd=0.0) for number in range(1, 40)))
    assert [job for _, job, _, _ in found.dearest] == [f"job-{number}" for number in (39, 38, 37, 36, 35)]


def test_a_line_that_comes_late_is_no_run_of_its_own() -> None:
    run = Run("1")
    found = bill(run.exported(), run.report(100), run.exported(size=500))
    assert (found.total.exports, found.runs) == (1, 1)


def test_memory_is_bounded_whatever_the_lines_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that never end, and more tenants than anybody can look at: what is held stays small, the sums are right."""
    monkeypatch.setattr(cost, "_MOST_OPEN", 50)
    monkeypatch.setattr(cost, "_MOST_GROUPS", 40)
    ledger = Ledger("tenant", Terms())
    for number in range(1_000):
        ledger.add(Run(str(number)).exported(tenant=f"t{number}", cost=(1 + number) * 1e-6, requests_usd=0.0))
        assert len(ledger._open) <= 50
        assert len(ledger._groups) <= 41
    found = ledger.bill()
    assert found.total.exports == 1_000 == sum(group.exports for group in found.groups.values())
    assert found.total.costs["compute"] == pytest.approx(sum(range(1, 1_001)) * 1e-6)
    assert OTHERS in found.groups
    assert "t999" in found.groups, "the dearest are kept apart"


def test_quantiles_are_right_to_one_per_cent() -> None:
    spread = Spread()
    for number in range(1, 10_001):
        spread.add(number / 1000)
    assert spread.at(0.5) == pytest.approx(5.0, rel=0.011)
    assert spread.at(0.95) == pytest.approx(9.5, rel=0.011)
    assert spread.at(1.0) == pytest.approx(10.0, rel=0.011)
    assert Spread().at(0.5) == 0
    nothing = Spread()
    nothing.add(0.0)
    assert nothing.at(0.5) == 0


# --- what a try says of its requests, against those that it makes


class Counted:
    """Every request that the steps make, by what it costs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: Counter[str] = Counter()
        original = Caller.ask

        def ask(caller: Caller, service: str, method: str, url: str, **more: Any) -> Any:
            self.made[{"PUT": "s3_writes", "DELETE": "free"}.get(method, "s3_reads") if service == "s3" else "sqs"] += 1
            return original(caller, service, method, url, **more)

        monkeypatch.setattr(Caller, "ask", ask)

    def usd(self, *, first: bool) -> float:
        """With what Lambda does for the try: it takes the message, and removes it. A first try was sent by somebody."""
        sqs = self.made["sqs"] + 2 + first
        return requests_usd(
            invocations=1, sqs=sqs, sqs_fair=sqs, s3_writes=self.made["s3_writes"], s3_reads=self.made["s3_reads"]
        )


def unavailable(*_: object) -> bytes:
    raise Unavailable("S3 did not answer.")


def divides_by_zero(_name: str) -> Any:
    return lambda *_: 1 / 0


PATHS: dict[str, dict[str, Any]] = {
    "exported": {},
    "exported, with a report": {"data": b"![gone](gone.png)\n"},
    "at the second try": {"receive_count": 2},
    "at the last try": {"receive_count": 3},
    "failed for good": {"data": b"%PDF-1.7\n%\x00\x00\x00binary"},
    "failed for good, at the second try": {"data": b"%PDF-1.7\n%\x00\x00\x00binary", "receive_count": 2},
    "refused as lossy": {"data": b"![gone](gone.png)\n", "options": {"strict": True}},
    "among the dead letters": {"broken": (registry, "load", divides_by_zero)},
    "in vain": {"broken": (export, "export", unavailable)},
    "in vain, the last time": {"broken": (export, "export", unavailable), "receive_count": 3},
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_a_try_tells_what_its_requests_cost(
    path: dict[str, Any], steps: Steps, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    job = steps.job(data=path.get("data", b"# Hello\n"), options=path.get("options", {}))
    receive_count = path.get("receive_count", 1)
    if "broken" in path:
        monkeypatch.setattr(*path["broken"])
    counted = Counted(monkeypatch)

    steps.export(job, receive_count)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (line,) = [each for each in lines if "cost" in each]
    # Where it comes back, Lambda does not remove it; counted all the same, for the queue moves it in the end.
    expected = counted.usd(first=receive_count == 1)
    in_vain = "exports" not in line
    assert line["requests_usd"] == pytest.approx(expected - (requests_usd(sqs=1, sqs_fair=1) if in_vain else 0))
    assert line["cost"] > line["requests_usd"]
    if line.get("exports"):
        told = steps.s3.head_object(Bucket=steps.bucket, Key=job.file_key)["Metadata"]
        assert line["requests_usd"] < float(told["cost-usd"]) <= line["cost"]


# --- the stack


def exported(stack: LocalStack, tenant: str, formats: list[str], times: int) -> list[dict[str, str]]:
    """Exports, and what the files say of themselves."""
    told = []
    client = stack.client()
    for _ in range(times):
        ticket = client.request(tenant, "notes.md", formats)
        client.upload(ticket, b"# Notes\n\n![gone](gone.png)\n")
        outcomes = client.wait(ticket, 120)
        told += [dict(outcome.told) | {"size": str(outcome.size)} for outcome in outcomes.values()]
    for format in formats:
        wait_until_empty(stack, format)
    return told


def of_tenant(lines: Iterable[Line], tenant: str) -> list[dict[str, Any]]:
    return [dict(line.fields) for line in lines if line.fields.get("tenant") == tenant and "cost" in line.fields]


def test_logs_and_files_agree(stack: LocalStack) -> None:
    """Every file says what it has cost, and the sum of that is what the logs say."""
    target = channels.on_this_machine(stack.address, lambda _: None)
    began = datetime.now(UTC) - timedelta(seconds=1)
    files = exported(stack, "agree", ["text", "html"], 3)
    assert len(files) == 6
    assert all({"cost-usd", "duration-ms", "billed-ms"} <= file.keys() for file in files)

    found = cost.of_target(target, "tenant", began)
    group = found.groups["agree"]
    assert group.exports == 6
    assert group.bytes == sum(int(file["size"]) for file in files)

    lines = of_tenant(loglines.of_stage(target, began), "agree")
    dispatched = len(lines) // 2  # one source, two formats
    of_exporters = sum(line["cost"] for line in lines)
    of_files = sum(float(file["cost-usd"]) for file in files)
    # What came after the file had told: its own PUT, and the deletion of nothing.
    after_ms = sum(line["duration_ms"] for line in lines) - sum(float(file["duration-ms"]) for file in files)
    assert after_ms > -len(files), "each is rounded to a millisecond"
    memory_mb = max(registry.get(each).memory_mb for each in ("text", "html"))
    slack = compute_usd(memory_mb, len(files))
    assert of_files - slack <= of_exporters <= of_files + compute_usd(memory_mb, max(0, after_ms)) + slack

    # The group has besides that what the dispatcher did, and what clients ask.
    from_exporters = of_exporters + len(files) * cost.asking_usd()
    assert group.costs["compute"] + group.costs["requests"] > from_exporters
    least = dispatched * cost.source_usd()
    assert group.costs["compute"] + group.costs["requests"] >= from_exporters + least
    assert group.costs["transfer"] == pytest.approx(cost.transfer_usd(group.bytes))


def command(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "cost", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        **more,
    )


def test_the_command_tells_the_running_stack(stack: LocalStack, tmp_path: Path) -> None:
    exported(stack, "typed", ["text"], 1)
    state = tmp_path / "stack.json"
    state.write_text(json.dumps({name: getattr(stack.address, name) for name in stack.address.__slots__}))
    environment = os.environ | {"EXPORT_STACK": str(state)}

    shown = command("--by", "tenant", env=environment)
    assert shown.returncode == 0, shown.stderr
    assert not shown.stdout
    for words in ("What the stage 'local' cost", "typed", "compute", "transfer", "together", "Estimated: ", "as of"):
        assert words in shown.stderr
    assert max(len(line) for line in shown.stderr.splitlines()) <= 100

    found = json.loads(command("--by", "tenant", "--json", env=environment).stdout)
    (typed,) = [group for group in found["groups"] if group["name"] == "typed"]
    assert typed["exports"] == 1
    assert typed["usd"]["total"] == pytest.approx(sum(typed["usd"][part] for part in PARTS))
    assert found["total"]["usd"]["total"] == pytest.approx(sum(group["usd"]["total"] for group in found["groups"]))


def test_the_command_tells_a_file(tmp_path: Path) -> None:
    lines = [line for line in many() if line.type == ""]
    path = tmp_path / "lines.log"
    path.write_text("\n".join(json.dumps({"timestamp": line.time.isoformat(), **line.fields}) for line in lines))

    done = command("--file", str(path), "--json", "--stage", "dev")
    found = json.loads(done.stdout)
    assert found["total"]["exports"] == sum(bool(line.fields.get("exports")) for line in lines)
    assert (found["runs"] > 0, found["reported"]) == (True, 0)
    assert found["standing"], "what the stage costs while nobody exports"

    piped = command("--file", "-", "--by", "day", input=path.read_text())
    assert piped.returncode == 0, piped.stderr
    assert "2026-11-26" in piped.stderr
    assert "2026-12-12" in piped.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--by", "hour"], "--by 'hour' is not one of format, tenant, day"),
        (["--since", "yesterday", "--file", "-"], "'yesterday' is no time"),
        (["--file", "gone.log"], "'gone.log' cannot be read"),
        (["--file", os.devnull], "There are no lines in"),
        (["--since", "2999-01-01", "--file", "-"], "'2999-01-01' is yet to come"),
        (["--users", "10", "--mix", "pdf=1", "--exports-per-user", "inf"], "--exports-per-user is inf. Give a number"),
        (["--users", "10", "--mix", "pdf=1", "--source-kb", "inf"], "--source-kb is inf. Give a number from 0 to"),
        (["--users", "1" + 400 * "0", "--mix", "pdf=1"], "Give a number from 0 to 10,000,000,000."),
        (["--users", "10"], "needs both --users and --mix"),
        (["--mix", "pdf=1"], "needs both --users and --mix"),
        (["--users", "10", "--mix", "pdf=1", "--file", "-"], "looks at no file"),
    ],
)
def test_wrong_use_is_said_in_a_sentence(arguments: list[str], message: str) -> None:
    done = command(*arguments, input="")
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_without_a_stack_or_a_stage_it_is_said_what_to_do(tmp_path: Path) -> None:
    done = command(env=os.environ | {"EXPORT_STACK": str(tmp_path / "none.json")})
    assert done.returncode == 2
    assert "No stack is running on this machine" in done.stderr


def test_a_file_without_lines_of_the_period_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lines.log"
    path.write_text(json.dumps({"timestamp": NOON.isoformat(), **Run("1").exported().fields}))
    with pytest.raises(RequestError, match=r"There are no lines in .* since 2026-11-27"):
        cost.of_file(str(path), "format", since=NOON + timedelta(days=1))
