"""The ticket: what it says, and what an app is told that asks for something that cannot be."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jsonschema
import pytest

import pipeline
from exporters import registry
from exporters.errors import RequestError
from pipeline import request
from pipeline import settings as environment
from pipeline.client import ExportClient
from pipeline.job import Job
from pipeline.request import Place, Request, Ticket, make_ticket
from pipeline.signing import Credentials

NOW = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)
USER = Credentials("AKIDEXAMPLE", "secret")
PLACE = Place("document-export-dev-123456789012", "eu-west-1")
SCHEMA = json.loads((Path(pipeline.__file__).parent / "schemas" / "ticket.schema.json").read_text())


def ticket(credentials: Credentials = USER, **asked: Any) -> Ticket:
    wanted: dict[str, Any] = {"tenant": "acme", "filename": "notes.md", "formats": ["text", "html"]}
    return make_ticket(Request(**(wanted | asked)), PLACE, credentials, NOW)


def test_a_ticket_is_what_its_schema_says_and_survives_json() -> None:
    made = ticket()
    as_json = json.loads(json.dumps(made.to_dict()))
    jsonschema.validate(as_json, SCHEMA)
    assert Ticket.from_dict(as_json) == made


def test_links_are_on_the_regional_host_and_name_the_jobs_own_keys() -> None:
    made = ticket(job="j1")
    base = "https://document-export-dev-123456789012.s3.eu-west-1.amazonaws.com/"
    assert made.upload.url == base
    assert made.upload.fields["key"] == "uploads/acme/j1/notes.md"
    html = made.formats["html"]
    assert html.url.startswith(base + "exports/acme/j1/html/notes.html?")
    assert html.error_url.startswith(base + "exports/acme/j1/html/error.json?")
    assert html.report_url.startswith(base + "exports/acme/j1/html/report.json?")
    assert parse_qs(urlsplit(made.status_url).query)["prefix"] == ["exports/acme/j1/"]


@pytest.mark.parametrize("name", ["Übung.md", "家族 👩‍👧.md", "a b+c.md", 'q"uo;te.md', "عربي.md"])
def test_a_file_keeps_its_name_in_any_language(name: str) -> None:
    links = ticket(filename=name).formats["html"]
    query = parse_qs(urlsplit(links.url).query)
    (disposition,) = query["response-content-disposition"]
    assert links.filename == name.removesuffix(".md") + ".html"
    assert unquote(disposition.partition("''")[2]) == links.filename
    assert disposition.startswith("attachment; ")
    assert query["response-content-type"] == [registry.get("html").media_type]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.md", "passwd.md"),
        ("C:\\Users\\me\\notes.md", "notes.md"),
        ("a\r\nb\x00.md", "ab.md"),
        ("u\u0308.md", "ü.md"),
        ("\u202egnp.md", "gnp.md"),
        ("x" * 500 + ".md", "x" * 177 + ".md"),
        ("家" * 200 + ".md", "家" * 59 + ".md"),
        ("$${filename}.md", "{filename}.md"),
    ],
    ids=["folders", "backslashes", "control", "composed", "direction", "long", "long wide", "variable"],
)
def test_file_names_are_made_safe(given: str, kept: str) -> None:
    assert ticket(filename=given).upload.fields["key"].rpartition("/")[2] == kept


def test_what_a_file_will_be_follows_from_the_options() -> None:
    made = ticket(formats=["png", "thumbnail"], options={"png": {"all_pages": "true"}}, job="j1")
    zipped, picture = made.formats["png"], made.formats["thumbnail"]
    assert (zipped.filename, zipped.media_type) == ("notes.zip", "application/zip")
    assert parse_qs(urlsplit(zipped.url).query)["response-content-type"] == ["application/zip"]
    assert (picture.filename, picture.media_type) == ("notes.png", "image/png")
    for format, links in made.formats.items():
        job = Job("acme", "j1", format, "notes.md", "v1", 8, {"all_pages": "true"} if format == "png" else {})
        assert urlsplit(links.url).path == f"/{job.file_key}", "the exporter writes where the ticket looks"


def test_what_was_agreed_is_pinned_by_the_form() -> None:
    made = ticket(
        options={"html": {"toc": True}}, tags={"customer": "42"}, job="j1", media_type="text/markdown", max_bytes=1000
    )
    conditions = json.loads(b64decode(made.upload.fields["policy"]))["conditions"]
    assert {"x-amz-meta-formats": "text,html"} in conditions
    assert {"x-amz-meta-options": '{"html":{"toc":true}}'} in conditions
    assert {"x-amz-meta-tags": '{"customer":"42"}'} in conditions
    assert {"x-amz-meta-media-type": "text/markdown"} in conditions
    assert {"key": "uploads/acme/j1/notes.md"} in conditions
    assert {"bucket": PLACE.bucket} in conditions
    assert ["content-length-range", 1, 1000] in conditions
    for name, value in made.upload.fields.items():
        assert name in ("policy", "x-amz-signature") or {name: value} in conditions


def test_no_field_holds_what_storage_would_replace() -> None:
    """S3 puts the name of the uploaded file where ${filename} stands, and then refuses what was not agreed."""
    made = ticket(filename="${filename}.md", options={"html": {"logo": "${filename}"}}, tags={"a": "${filename}"})
    assert "${filename}" not in str(made.upload.fields)
    assert json.loads(made.upload.fields["x-amz-meta-options"]) == {"html": {"logo": "${filename}"}}
    assert json.loads(made.upload.fields["x-amz-meta-tags"]) == {"a": "${filename}"}


@pytest.mark.parametrize(
    ("credentials", "end"),
    [
        (USER, NOW + timedelta(hours=24)),
        (Credentials("A", "s", "token", NOW + timedelta(minutes=50)), NOW + timedelta(minutes=50)),
        (Credentials("A", "s", "token", NOW + timedelta(days=3)), NOW + timedelta(hours=24)),
        (Credentials("A", "s", "token"), NOW + timedelta(hours=1)),
    ],
    ids=["a user", "a session that ends sooner", "a session that ends later", "a session that does not tell"],
)
def test_the_stated_expiry_is_the_true_one(credentials: Credentials, end: datetime) -> None:
    made = ticket(credentials)
    assert made.expires_at == end.strftime("%Y-%m-%dT%H:%M:%SZ")
    for url in (made.status_url, *(links.url for links in made.formats.values())):
        assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == [str(int((end - NOW).total_seconds()))]


def test_two_tickets_are_two_jobs_and_the_same_id_is_the_same_job() -> None:
    assert ticket().job != ticket().job
    assert ticket(job="mine") == ticket(job="mine")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"formats": ["wordstar"]}, "There is no format 'wordstar'. Formats: "),
        ({"formats": []}, "The field 'formats' is empty. Formats: "),
        ({"formats": ["text"] + [str(n) for n in range(110)]}, "at most 100"),
        ({"filename": "notes.docx"}, "Sources have one of these endings: .md"),
        ({"options": {"text": {"source_kind": "docx"}}}, "Valid: gfm, mkdocs, html,"),
        ({"media_type": "markdown"}, "must be of the form type/subtype"),
        ({"filename": "///"}, "The field 'filename' is empty"),
        ({"tenant": "a/b"}, "The field 'tenant' must be 1 to 64 letters"),
        ({"tenant": ".."}, "The field 'tenant'"),
        ({"job": "a b"}, "The field 'job' must be 1 to 64 letters"),
        ({"options": {"html": {"tock": True}}}, "Did you mean 'toc'?"),
        ({"options": {"pdf": {}}}, "The field 'options' speaks of 'pdf', which is not among 'formats'"),
        ({"options": {"html": [1]}}, "The field 'options.html' must be an object"),
        ({"tags": {"a": "x" * 2000}}, "Shorten the tags"),
        ({"tags": {"a": "line\nbreak"}}, "The tag 'a' must be a line of text"),
        ({"max_bytes": 0}, "The field 'max_bytes' must be from 1 to 25000000"),
        ({"max_bytes": 10**9}, "The field 'max_bytes' must be from 1 to 25000000"),
        ({"link_expires_s": 8 * 24 * 3600}, "The field 'link_expires_s' must be from 1 to 604800"),
        ({"upload_expires_s": 0}, "The field 'upload_expires_s'"),
    ],
)
def test_a_request_that_cannot_be_is_told_why_and_what_is_valid(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError) as refused:
        ticket(**asked)
    assert said in str(refused.value)


def test_expired_credentials_sign_nothing() -> None:
    with pytest.raises(RequestError, match="have expired"):
        ticket(Credentials("A", "s", "token", NOW - timedelta(seconds=1)))


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the deployed function."""
    for name, value in {"BUCKET": "b", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "A"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "t")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    environment.settings.cache_clear()
    environment.credentials.cache_clear()


@pytest.mark.usefixtures("deployed")
def test_the_function_answers_with_a_ticket() -> None:
    event = {"tenant": "acme", "filename": "notes.md", "formats": ["text"]}
    jsonschema.validate(request.handler(event, None), SCHEMA)


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({}, "The field 'tenant' is missing."),
        ({"tenant": "t", "filename": "n.md", "formats": "pdf"}, "The field 'formats' must be an array."),
        ({"tenant": 7, "filename": "n.md", "formats": ["text"]}, "The field 'tenant' must be a string."),
        (
            {"tenant": "t", "filename": "n.md", "formats": [7]},
            "The field 'formats' must hold names of formats. Formats: ",
        ),
        ({"tenant": "t", "filename": "n.md", "formats": ["text"], "colour": 1}, "There is no field 'colour'."),
        ({"tenant": "t", "filename": "n.md", "formats": ["text"], "max_bytes": True}, "must be a whole number"),
        ({"tenant": "t", "filename": "n.md", "formats": ["text"], "tags": {"a": 1}}, "The tag 'a'"),
    ],
)
def test_the_function_answers_a_bad_request_with_an_error(event: dict[str, Any], said: str) -> None:
    error = request.handler(event, None)["error"]
    assert said in error["message"]
    assert error["fault"] == "app"
    assert error["retry"] is False


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("t", "n.md", "pdf"), "The field 'formats' must be an array."),
        (("t", "n.md", [7]), "The field 'formats' must hold names of formats. Formats: "),
        ((7, "n.md", ["pdf"]), "The field 'tenant' must be a string."),
        (("t", Path("n.md"), ["pdf"]), "The field 'filename' must be a string."),
    ],
)
def test_the_client_says_which_field_is_of_another_type(asked: tuple[Any, ...], said: str) -> None:
    client = ExportClient("b", "eu-west-1", credentials=USER)
    with pytest.raises(RequestError) as refused:
        client.request(*asked)
    assert said in str(refused.value)
    assert set(client.request("t", "n.md", ("pdf", "text")).formats) == {"pdf", "text"}


def test_the_client_asks_for_credentials_at_each_ticket() -> None:
    asked = []

    def current() -> Credentials:
        asked.append(1)
        return USER

    client = ExportClient("b", "eu-west-1", credentials=current)
    client.request("acme", "notes.md", ["text"])
    client.request("acme", "notes.md", ["text"])
    assert len(asked) == 2
