"""The whole way, on the deployed stack: storage, queues, functions and roles that are enforced."""

from __future__ import annotations

import base64
import io
import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import requests
from functions import ONE_OF_EACH
from steps import wait_until_empty

from exporters import Source, export, registry
from pipeline.client import ExportClient, Outcome, Ticket
from pipeline.local.stack import LocalStack

pytestmark = pytest.mark.xdist_group("journey")

ROOT = Path(__file__).parents[2]
HANDBOOK = ROOT / "examples" / "handbook.md"
EXPLAINED = {"unreadable-source", "source-too-large", "out-of-time", "out-of-memory", "bad-source"}


@pytest.fixture
def client(stack: LocalStack) -> ExportClient:
    return stack.client()


def journey(client: ExportClient, name: str, data: bytes, formats: Sequence[str], **asked: Any) -> Journey:
    """Takes a source the whole way."""
    ticket = client.request("acme", name, formats, **asked)
    client.upload(ticket, data)
    return Journey(client, ticket, client.wait(ticket, timeout_s=240))


class Journey:
    def __init__(self, client: ExportClient, ticket: Ticket, outcomes: dict[str, Outcome]) -> None:
        self.client, self.ticket, self.outcomes = client, ticket, outcomes

    def states(self) -> set[str]:
        return {outcome.state for outcome in self.outcomes.values()}

    def errors(self) -> dict[str, object]:
        """What was said of the formats that are not done."""
        return {
            format: outcome.error or outcome.state
            for format, outcome in self.outcomes.items()
            if outcome.state != "done"
        }

    def file(self, format: str) -> bytes:
        return self.client.download(self.ticket, format)


def test_the_handbook_arrives_in_every_format_as_the_exporters_make_it(client: ExportClient) -> None:
    source = HANDBOOK.read_bytes()
    done = journey(client, "handbook.md", source, registry.names())
    assert done.errors() == {}
    for format, outcome in done.outcomes.items():
        alone = export(Source(source, "handbook.md"), format)
        assert done.file(format) == alone.data
        assert outcome.size == len(alone.data)
        assert float(outcome.told["cost-usd"]) > 0
        report = client.report(done.ticket, format)
        assert (report or {"items": []})["items"] == alone.report.as_json()["items"]


def test_a_browser_sees_the_right_name_and_type(client: ExportClient) -> None:
    done = journey(client, "Übung 1+1 👩‍👧.md", b"# Hi\n", ["html"])
    links = done.ticket.formats["html"]
    answer = requests.get(links.url, timeout=9)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == registry.get("html").media_type
    assert "filename*=UTF-8''%C3%9Cbung%201%2B1" in answer.headers["Content-Disposition"]


def test_a_page_of_another_origin_may_upload_and_poll(client: ExportClient) -> None:
    """What a browser asks storage before it lets a page do either."""
    ticket = client.request("acme", "notes.md", ["html"])
    for url, method in ((ticket.upload.url, "POST"), (ticket.formats["html"].url, "GET")):
        headers = {"Origin": "https://app.example.com", "Access-Control-Request-Method": method}
        answer = requests.options(url, headers=headers, timeout=9)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://app.example.com")

    client.upload(ticket, b"# Hi\n")
    assert client.wait(ticket, timeout_s=180)["html"].state == "done"
    answer = requests.get(ticket.formats["html"].url, headers={"Origin": "https://app.example.com"}, timeout=9)
    readable = {name.strip().lower() for name in answer.headers["Access-Control-Expose-Headers"].split(",")}
    assert {"x-amz-meta-pages", "x-amz-meta-cost-usd"} <= readable


@pytest.mark.parametrize(
    ("source", "format", "said"),
    [
        (b"# Hi\n", "html", "notes.html?"),
        (b"%PDF-1.7 \x00\x00", "html", "Error: The source is no text"),
        (b"<!-- todo -->\n", "jira", "notes.jira?"),
    ],
    ids=["done", "failed", "empty"],
)
def test_the_readmes_code_for_a_browser_runs(
    client: ExportClient, tmp_path: Path, source: bytes, format: str, said: str
) -> None:
    """In Node, whose fetch and forms are a browser's."""
    (code,) = re.findall(r"```js\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    ticket = client.request("acme", "notes.md", [format])
    (tmp_path / "source").write_bytes(source)
    (tmp_path / "ticket.json").write_text(json.dumps(ticket.to_dict()))
    (tmp_path / "page.mjs").write_text(
        code
        + f"""
import {{ readFileSync }} from "node:fs";
const ticket = JSON.parse(readFileSync("ticket.json"));
console.log(String(await exportTo("{format}", ticket, new Blob([readFileSync("source")])).catch((error) => error)));
"""
    )
    node = str(Path(sys.executable).parent / "node")
    done = subprocess.run([node, "page.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert said in done.stdout, done.stderr


def test_options_reach_the_exporter(client: ExportClient) -> None:
    done = journey(client, "notes.md", b"# Hi\n", ["html"], options={"html": {"fragment": True}})
    assert b"<html" not in done.file("html")


def test_a_file_is_what_the_ticket_said(client: ExportClient) -> None:
    done = journey(client, "notes.md", b"# Hi\n", ["png"], options={"png": {"all_pages": True, "resolution": 40}})
    assert done.ticket.formats["png"].filename == "notes.zip"
    with zipfile.ZipFile(io.BytesIO(done.file("png"))) as archive:
        assert archive.namelist() == ["page-001.png"]


def test_a_source_called_report_is_exported_under_its_name(client: ExportClient, tmp_path: Path) -> None:
    found = journey(client, "report.md", b"# Quarter\n\n![a chart](gone.png)\n", ["json"])
    assert found.states() == {"done"}

    saved = client.save(found.ticket, "json", tmp_path)
    assert saved.name == "report.json"
    assert "Quarter" in saved.read_text()
    assert "image-missing" in str(client.report(found.ticket, "json"))


def test_files_of_one_name_do_not_overwrite_each_other(client: ExportClient, tmp_path: Path) -> None:
    done = journey(client, "notes.md", b"# Hi\n", ["pdf", "pdf_a", "text"])
    saved = [client.save(done.ticket, format, tmp_path).name for format in ("pdf", "pdf_a", "text")]
    assert saved == ["notes-pdf.pdf", "notes-pdf_a.pdf", "notes.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(saved)


def bundle(**files: str) -> bytes:
    """A zip archive of Markdown."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.md", text)
    return packed.getvalue()


MINDMUP = b'{"formatVersion":3,"title":"Trip","ideas":{"1":{"title":"Pack *light*"}}}'
KINDS: dict[str, tuple[bytes, str, str]] = {
    # By the source's name: what is in it, its declared media type, and what the text says.
    "book.zip": (
        bundle(SUMMARY="- [Trip](trip.md)\n- [Tent](tent.md)\n", trip="# Trip\n", tent="# Tent\n"),
        "",
        "Tent",
    ),
    "trip.mup": (MINDMUP, "", "Pack *light*"),
    "trip.json": (MINDMUP, "application/json", "Pack *light*"),
    "ours.json": (b'{"schema":1,"blocks":[{"node":"Paragraph","content":["Pack *light*"]}]}', "", "Pack *light*"),
    "trip.mm": (b'<map version="1.0.1"><node TEXT="Trip"><node TEXT="Tent"/></node></map>', "", "Tent"),
    "trip.opml": (b'<opml version="2.0"><body><outline text="Tent"/></body></opml>', "", "Tent"),
    "trip.html": (b"<p>Pack <script>x</script>*light*</p>", "", "Pack *light*"),
    "trip.ipynb": (
        b'{"nbformat":4,"nbformat_minor":5,"metadata":{},'
        b'"cells":[{"id":"a","cell_type":"markdown","metadata":{},"source":["Pack *light*"]}]}',
        "",
        "Pack _light_",
    ),
    "trip.txt": (b"Pack **light\n", "", "Pack **light"),
    "README": (b"Pack *light*\n", "", "Pack _light_"),
    "trip": (MINDMUP, "", "Pack *light*"),
    "trip.page": (b"Pack *light*", "text/html; charset=utf-8", "Pack *light*"),
    "trip.md": (b"Pack *light*\n", "text/html", "Pack _light_"),  # its name knows better
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_source_is_known_at_the_end_of_the_way(client: ExportClient, name: str) -> None:
    source, media_type, said = KINDS[name]
    done = journey(client, name, source, ["text"], media_type=media_type)
    assert done.states() == {"done"}, done.outcomes
    assert said in done.file("text").decode()


def test_a_media_type_that_is_not_true_ends_as_a_clear_error(client: ExportClient) -> None:
    done = journey(client, "trip", b"Pack *light*\n", ["text"], media_type="application/zip")
    assert done.outcomes["text"].error["code"] == "unreadable-source"


def test_what_each_format_is_asked_for_is_its_own(client: ExportClient) -> None:
    """Strict for one, whose user is told what would have been lost; not for the other."""
    options = {"json": {"strict": True}, "text": {"source_kind": "text"}}
    done = journey(client, "trip.md", b"![a *map*](gone.png)\n", ["json", "text"], options=options)
    refused, made = done.outcomes["json"], done.outcomes["text"]
    assert (refused.error["code"], refused.error["attempt"]) == ("lossy", 1)
    report = client.report(done.ticket, "json") or {"items": []}
    assert [item["code"] for item in report["items"]] == ["image-missing"]
    assert made.state == "done"
    assert b"![a *map*](gone.png)" in done.file("text")


def test_the_ticket_of_the_deployed_function_is_as_good(stack: LocalStack, client: ExportClient) -> None:
    event = {"tenant": "acme", "filename": "notes.md", "formats": ["text"]}
    answer = stack.aws("lambda").invoke(FunctionName=stack.outputs["RequestFunction"], Payload=json.dumps(event))
    ticket = Ticket.from_dict(json.load(answer["Payload"]))
    client.upload(ticket, b"# Hi\n")
    assert client.wait(ticket, timeout_s=180)["text"].state == "done"
    assert b"Hi" in client.download(ticket, "text")


def test_a_source_that_is_replaced_makes_no_second_file(stack: LocalStack, client: ExportClient) -> None:
    ticket = client.request("acme", "notes.md", ["text"])
    client.upload(ticket, b"# First\n")
    client.wait(ticket, timeout_s=180)
    first = client.download(ticket, "text")
    client.upload(ticket, b"# Second\n")
    wait_until_empty(stack, "text")
    assert client.download(ticket, "text") == first


def png(width: int, height: int) -> bytes:
    """The first bytes of an image, and all that an exporter needs to know to keep away from the rest."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    end = b"\x00\x00\x00\x00IEND\xaeB`\x82"
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\r" + chunk + struct.pack(">I", zlib.crc32(chunk)) + end


HOSTILE = {
    "white space": b" \n\t\n",
    "binary": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\x00\x00" + bytes(range(256)) * 40,
    "one long line": b"word " * 2_000_000,
    "nesting": b">" * 100_000 + b" deep\n",
    "lists in lists": b"".join(b" " * n + b"- a\n" for n in range(1500)),
    "invalid UTF-8": b"# caf\xe9\n\n\xff\xfe\xfa text \xc3\x28\n",
    "a huge image": b"![big](data:image/png;base64," + base64.b64encode(png(30_000, 30_000)) + b")\n",
    "no image": b"![x](data:image/png;base64,aGVsbG8=) ![y](data:text/html,<script>alert(1)</script>)\n",
    "markup": b"<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=alert(1)> ]]> &#0; \\\n",
    "nulls": b"a\x00b\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_source_ends_as_a_file_or_a_clear_error(client: ExportClient, name: str) -> None:
    done = journey(client, "hostile.md", HOSTILE[name], ONE_OF_EACH)
    for outcome in done.outcomes.values():
        assert outcome.state in ("done", "failed")
        if outcome.state == "failed":
            assert outcome.error["code"] in EXPLAINED, outcome.error
            assert outcome.error["message"].endswith(".")


HOSTILE_KINDS = {
    "entities.mm": (
        b'<!DOCTYPE map [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><map version="1.0"><node TEXT="&b;"/></map>',
        "unreadable-source",
    ),
    "deep.mup": (b'{"formatVersion":3,"ideas":' + b'{"1":{"ideas":' * 100_000, "unreadable-source"),
    "deep.html": (b"<div>" * 20_000 + b"x", ""),
    "cut.zip": (bundle(notes="# Hi\n")[:-9], "unreadable-source"),
    "zeros.zip": (bundle(notes="0" * 20_000_000), "unreadable-source"),
}


@pytest.mark.parametrize("name", HOSTILE_KINDS)
def test_so_does_one_of_another_kind(client: ExportClient, name: str) -> None:
    source, code = HOSTILE_KINDS[name]
    outcome = journey(client, name, source, ["text"]).outcomes["text"]
    assert outcome.error.get("code", "") == code if code else outcome.state == "done"
