"""`explain`: the whole story of jobs that went well, that failed, and of which hardly anything is known."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from steps import wait_until
from troubles import Ailing
from typer.testing import CliRunner

from exporters.errors import RequestError
from pipeline.__main__ import app
from pipeline.local import stack as local
from pipeline.operating.explain import NoJob, Story, explain

pytestmark = pytest.mark.xdist_group("troubles")


def story(ailing: Ailing, name: str) -> Story:
    return explain(ailing.target, ailing.job(name))


def told(story: Story) -> str:
    """Its events, in their order, one on a line."""
    times = [each.time.astimezone(UTC).isoformat(timespec="milliseconds") for each in story.events]
    assert times == sorted(times)
    return "\n".join(f"{each.format}: {each.what}" for each in story.events)


@pytest.mark.parametrize(
    ("name", "events", "state", "where"),
    [
        (
            "mistake",
            [
                r": The source came: 5 bytes",
                r"text: It was put on the queue of its format",
                r"text: error.json was written: exporter-failed",
                r"text: Try 1 failed: exporter-failed, in \d.*s on the queue, with \d+ MB at most, \w+, version 2\.",
            ],
            "failed",
            "its message is among the dead letters of text",
        ),
        (
            "killed",
            [r"csv: It was put on the queue", r"csv: error.json was written ahead of try 1, the last one: gave-up"],
            "failed",
            "its message is among the dead letters of csv",
        ),
        ("slow", [r"html: Try 1 failed: out-of-time"], "failed", "its message is among the dead letters of html"),
        ("bad", [r"text: Try 1 failed: unreadable-source"], "failed", "its message is done with"),
        ("refused", [r"rtf: The dispatcher refused it: unknown-format"], "failed", "its message is done with"),
        (
            "unseen",
            [
                r": The source came",
                r"dead letter of intake \(ZeroDivisionError At pipeline/dispatch\.py",
                r"json: error.json was written: not-started",
                r"json: It never began, and the watch has written its error.json",
            ],
            "failed",
            "its upload is among the dead letters of intake: ZeroDivisionError",
        ),
        ("waiting", [r"opml: It was put on the queue"], "waiting", "on its queue, it must be: "),
    ],
)
def test_each_trouble_has_its_story(ailing: Ailing, name: str, events: list[str], state: str, where: str) -> None:
    found = story(ailing, name)

    (ending,) = found.endings
    assert ending.state == state
    assert ending.where.startswith(where)
    assert re.search(".*".join(events), told(found), re.DOTALL), told(found)
    assert found.tenant == "acme"
    if "dead letters" in where:
        assert ending.commands[0].startswith("python -m pipeline redrive ")
        assert ending.commands[0].endswith(f" --job {ailing.job(name)}")


def test_a_job_whose_source_is_gone_is_told_as_far_as_it_is_known(ailing: Ailing) -> None:
    found = story(ailing, "lost")

    assert (found.source, found.agreed) == ("", {})
    assert "Its source is gone, and with it what its ticket said." in found.unknown
    assert "Try 1 failed: exporter-failed" in told(found)


def test_a_job_that_went_well_is_told_with_what_it_cost_and_lost(
    ailing: Ailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the command, which names the keys of its links."""
    client = ailing.stack.client()
    ticket = client.request(
        "other", "plan.md", ["opml", "rst"], options={"rst": {"strict": False}}, tags={"order": "7"}
    )
    client.upload(ticket, b"# A very private heading\n\n![a map](map.png)\n")
    wait_until(lambda: client.wait(ticket, 0)["rst"].state == "done")
    monkeypatch.setattr(local, "running", lambda: ailing.stack.address)

    done = CliRunner().invoke(app, ["explain", ticket.job])
    shown = json.loads(CliRunner().invoke(app, ["explain", ticket.job, "--json"]).stdout)

    assert done.exit_code == 0, "nothing has failed"
    rst = next(each for each in shown["endings"] if each["format"] == "rst")
    assert shown["agreed"]["options"] == {"rst": {"strict": False}}
    assert shown["agreed"]["tags"] == {"order": "7"}
    assert 0 < float(rst["told"]["cost-usd"]) < 0.001
    assert rst["keys"]["file"] == f"exports/other/{ticket.job}/rst/plan.rst"
    assert rst["keys"]["file"] in done.stderr
    assert "image-missing" in {item["code"] for item in rst["items"]}
    assert "event was told: export.done" in " ".join(each["what"] for each in wait_for_notice(ailing, ticket.job))
    assert "private heading" not in done.stderr + json.dumps(shown)


def wait_for_notice(ailing: Ailing, job: str) -> list[Any]:
    def events() -> list[dict[str, Any]]:
        return [{"what": each.what} for each in explain(ailing.target, job).events]

    wait_until(lambda: any("was told" in each["what"] for each in events()))
    return events()


def test_without_logs_the_tenant_is_found_by_looking_through_folders(ailing: Ailing) -> None:
    class NoLogs:
        def __getattr__(self, name: str) -> Any:
            real = getattr(ailing.target.client("logs"), name)
            if name == "filter_log_events":
                return lambda **_: {"events": []}
            return real

    client = ailing.target.client
    forgetful = replace(ailing.target, client=lambda service: NoLogs() if service == "logs" else client(service))

    found = explain(forgetful, ailing.job("bad"))

    assert (found.tenant, found.endings[0].error["code"]) == ("acme", "unreadable-source")
    assert any(each.startswith("No line names it") for each in found.unknown)
    with pytest.raises(NoJob, match=r"none of .* tenants' folders holds it"):
        explain(forgetful, "0" * 32)


def test_a_job_of_another_tenant_is_not_told(ailing: Ailing) -> None:
    with pytest.raises(NoJob, match="of the tenant rival"):
        explain(ailing.target, ailing.job("bad"), "rival")


@pytest.mark.parametrize("job", ["", "a/b", "../../x", '" "'])
def test_what_is_no_job_is_refused(ailing: Ailing, job: str) -> None:
    with pytest.raises(RequestError, match="'job' must be"):
        explain(ailing.target, job)
