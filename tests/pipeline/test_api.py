"""Tickets over HTTP: who may ask, whose export it is, and what they are told who ask for what cannot be."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from issuer import AUDIENCE, Issuer, strangers_key
from steps import EVENTS

import pipeline
from exporters import registry
from exporters.errors import BadOption, ExportError, MissingPart, RequestError, Unavailable, UnknownFormat
from pipeline import aws, gateway, policies, request
from pipeline import settings as environment
from pipeline.client import Credentials, ExportClient
from pipeline.deployed import Way, client_of
from pipeline.deployment import api
from pipeline.deployment.stages import Access, Stage
from pipeline.errors import BadCall, BadRequest, Refused, retold
from pipeline.gateway import MAX_BODY, tenant_of
from pipeline.local.server import REGION, ROOT_USER
from pipeline.local.stack import LocalStack

TICKET = json.loads((Path(pipeline.__file__).parent / "schemas" / "ticket.schema.json").read_text())
TOKENS = Access(kind="jwt", issuer="https://login.example.com/", audience=(AUDIENCE,), tenant_claim="sub")
PAGE = Path(pipeline.__file__).parent.parent / "docs" / "asking.md"
EXAMPLE = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"
ASKED = {"tenant": "acme", "filename": "notes.md", "formats": ["text"]}


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The environment of the deployed function."""
    told = {"BUCKET": "b", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "TENANT_CLAIM", "FORMATS", "WEBHOOK_HOSTS", "MQTT_ROLE"):
        monkeypatch.delenv(name, raising=False)
    forget()
    yield monkeypatch
    forget()


def forget() -> None:
    environment.settings.cache_clear()
    environment.credentials.cache_clear()


@pytest.fixture
def with_tokens(deployed: pytest.MonkeyPatch) -> None:
    """The same where callers have tokens."""
    deployed.setenv("TENANT_CLAIM", "sub")


def event(name: str = "http_api_iam.json", **changes: Any) -> dict[str, Any]:
    """What API Gateway sends; a body that is no string becomes JSON."""
    found = json.loads((EVENTS / name).read_text())
    if not isinstance(changes.get("body", ""), str):
        changes["body"] = json.dumps(changes["body"])
    return found | changes


def with_claims(claims: dict[str, Any], **changes: Any) -> dict[str, Any]:
    found = event("http_api_jwt.json", **changes)
    found["requestContext"]["authorizer"]["jwt"]["claims"] = claims
    return found


def at(method: str, path: str) -> dict[str, Any]:
    found = event(rawPath=path)
    found["requestContext"]["http"] |= {"method": method, "path": path}
    return found


def asked(sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """The status and the body of the answer."""
    answer = request.handler(sent, None)
    assert answer["headers"]["content-type"] == "application/json"
    return answer["statusCode"], json.loads(answer["body"])


@pytest.mark.usefixtures("deployed")
def test_a_request_is_answered_with_a_ticket_that_no_cache_keeps() -> None:
    answer = request.handler(event(), None)
    ticket = json.loads(answer["body"])
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (201, "no-store")
    jsonschema.validate(ticket, TICKET)
    assert ticket["tenant"] == "acme"


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    "sent",
    [
        {"body": b64encode(json.dumps(ASKED).encode()).decode(), "isBase64Encoded": True},
        {"headers": {"Content-Type": "Application/JSON; charset=utf-8"}},
        {"body": json.dumps(ASKED | {"filename": "家族 👩‍👧.md"}, ensure_ascii=False)},
        {"body": {**ASKED, "job": "", "options": {"text": {"width": 60}}}},
    ],
    ids=["base64", "case of headers", "any language", "all kinds of fields"],
)
def test_a_body_comes_in_several_ways(sent: dict[str, Any]) -> None:
    assert asked(event(**sent))[0] == 201


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        (event(body=""), 400, "The request has no body. Send a JSON object"),
        ({name: each for name, each in event().items() if name != "body"}, 400, "The request has no body"),
        (event(body="{"), 400, "The body is not JSON: "),
        (event(body="[" * 30_000), 400, "The body is not JSON: "),
        (event(body=[1]), 400, "The body must be a JSON object"),
        (event(body="/w==", isBase64Encoded=True), 400, "The body is not JSON: "),
        (event(body="a", isBase64Encoded=True), 400, "The body is not what its encoding says."),
        (event(body={}), 400, "The field 'tenant' is missing."),
        (event(body=ASKED | {"colour": 1}), 400, "There is no field 'colour'."),
        (event(body=ASKED | {"formats": [{}]}), 400, "The field 'formats' must hold names of formats. Formats: "),
        (event(body=ASKED | {"formats": ["wordstar"]}), 400, "There is no format 'wordstar'."),
        (event(body=ASKED | {"options": {"text": {"width": [1]}}}), 400, "The field 'options.text.width' must be"),
        (event(body=ASKED | {"filename": "x" * 5000}), 400, "at most 4096"),
        (event(body=ASKED | {"max_bytes": 10**9}), 400, "The field 'max_bytes' must be from 1 to 25000000"),
        (event(body=ASKED | {"link_expires_s": 10**9}), 400, "The field 'link_expires_s' must be from 1 to"),
        (event(body=ASKED | {"tags": {"a": "x" * MAX_BODY}}), 413, f"at most {MAX_BODY}. The source goes to"),
        (event(headers={"content-type": "text/plain"}), 415, "The Content-Type is 'text/plain'; send a JSON object"),
        (event(headers={}), 415, "The Content-Type is ''"),
        (at("GET", "/"), 404, "There is nothing at '/'. There are: POST /tickets, GET /formats."),
        (at("POST", "/tickets/"), 404, "There is nothing at '/tickets/'."),
        (at("DELETE", "/tickets"), 405, "'DELETE' cannot be done here."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_who_asks_for_what_cannot_be_is_told_why(sent: dict[str, Any], status: int, said: str) -> None:
    found, body = asked(sent)
    assert (found, set(body)) == (status, {"error"})
    assert said in body["error"]["message"]
    assert (body["error"]["fault"], body["error"]["retry"]) == ("app", False)


@pytest.mark.usefixtures("deployed")
def test_a_wrong_method_is_told_the_right_one() -> None:
    assert request.handler(at("GET", "/tickets"), None)["headers"]["allow"] == "POST"


def test_a_deployment_that_lacks_something_is_the_operators_fault(deployed: pytest.MonkeyPatch) -> None:
    deployed.delenv("BUCKET")
    status, body = asked(event())
    assert (status, body["error"]["code"], body["error"]["fault"]) == (500, "missing-part", "operator")
    assert "BUCKET is not set" in body["error"]["message"]


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["", "text", "a.md"])
_JSON = st.recursive(_SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)
_OPTIONS = st.dictionaries(
    st.sampled_from(["width", "wrap", "strict", "maxheading", "source_kind"]), _SCALARS, max_size=2
)
_WHOLE = st.integers() | st.integers(1, 60_000)
_NEARLY = st.fixed_dictionaries(
    {
        "tenant": st.just("acme") | st.text(),
        "filename": st.just("notes.md") | st.text(),
        "formats": st.just(["text"]) | st.lists(st.sampled_from(registry.names()) | st.text()),
    },
    optional={
        "options": st.dictionaries(st.just("text") | st.text(), _OPTIONS, max_size=2),
        "tags": st.dictionaries(st.text(), st.text()),
        "job": st.just("") | st.text(),
        "media_type": st.sampled_from(["", "text/markdown"]) | st.text(),
        "max_bytes": _WHOLE,
        "upload_expires_s": _WHOLE,
        "link_expires_s": _WHOLE,
        "channel": st.sampled_from(["", "live", "next"]) | st.text(),
        "webhook": st.sampled_from(["", "https://app.example.com/done", "https://[::1"]) | st.text(),
    },
)
"""Each field of the right type; what is in it may be anything."""


@pytest.mark.usefixtures("deployed")
def test_whatever_json_is_sent_is_answered_with_a_ticket_or_with_what_is_wrong_with_it() -> None:
    @given(_JSON | _NEARLY)
    def any_body(body: Any) -> None:
        sent = json.dumps(body)
        status, said = asked(event(body=sent))
        assert status == 201 or (400 <= status < 500 and said["error"]["message"]), sent
        if isinstance(body, dict):
            direct = request.handler(body, None)
            assert ("error" in direct) == (status != 201)

    any_body()


@pytest.mark.usefixtures("deployed")
def test_whatever_bytes_are_sent_are_answered_too() -> None:
    @given(st.binary(max_size=200))
    def any_bytes(sent: bytes) -> None:
        assert asked(event(body=b64encode(sent).decode(), isBase64Encoded=True))[0] == 400

    any_bytes()


def test_the_formats_of_the_stage_are_listed_for_a_menu(deployed: pytest.MonkeyPatch) -> None:
    answer = request.handler(at("GET", "/formats"), None)
    found = json.loads(answer["body"])
    assert answer["statusCode"] == 200
    assert answer["headers"]["cache-control"] == "private, max-age=300"
    assert [each["name"] for each in found["formats"]] == list(registry.names())
    (html,) = (each for each in found["formats"] if each["name"] == "html")
    assert (html["description"], html["extension"]) == (registry.summary("html"), ".html")
    assert "toc" in [option["name"] for option in html["options"]]

    deployed.setenv("FORMATS", "html,text")
    forget()
    assert [each["name"] for each in asked(at("GET", "/formats"))[1]["formats"]] == ["html", "text"]


def test_a_stage_makes_no_ticket_for_a_format_that_it_does_not_have(deployed: pytest.MonkeyPatch) -> None:
    deployed.setenv("FORMATS", "html,text")
    status, body = asked(event(body=ASKED | {"formats": ["pdf"]}))
    assert (status, body["error"]["message"]) == (400, "There is no format 'pdf'. Formats: html, text.")
    assert request.handler(ASKED | {"formats": ["pdf"]}, None) == body


@pytest.mark.parametrize(
    ("claim", "tenant"),
    [
        ("acme", "acme"),
        ("3F2504E0-4f89-41d3-9a0c-0305e82c3301", "3F2504E0-4f89-41d3-9a0c-0305e82c3301"),
        ("auth0|abc", "claim-yxiju5ywgmzoq7gwp5h55qebmbyfvgttsqfzurmrws3pds2tuyoq"),
        ("../acme", None),
        ("me@example.com", None),
        ("x" * 65, None),
        ("-acme", None),
        ("acme\n", None),
        ("Zoë", None),
        ("\ud800", None),
        (tenant_of("auth0|abc"), None),
    ],
)
@pytest.mark.usefixtures("with_tokens")
def test_the_token_says_whose_export_it_is(claim: str, tenant: str | None) -> None:
    status, ticket = asked(with_claims({"sub": claim}))
    assert status == 201
    assert ticket["tenant"] == tenant_of(claim) == (tenant or tenant_of(claim))
    assert ticket["upload"]["fields"]["key"].startswith(f"uploads/{tenant_of(claim)}/")
    if tenant is None:
        assert tenant_of(claim).startswith("claim-")
        assert len(tenant_of(claim)) == 58


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_claims_never_become_one_tenant(one: str, other: str) -> None:
    assert (tenant_of(one) == tenant_of(other)) == (one == other)
    assert tenant_of(tenant_of(one)) != tenant_of(one) or tenant_of(one) == one


@pytest.mark.usefixtures("with_tokens")
@pytest.mark.parametrize("tenant", ["acme", "", "ACME", 7, None, ["acme"]])
def test_a_token_is_for_one_tenant(tenant: Any) -> None:
    status, body = asked(with_claims({"sub": "mallory"}, body=ASKED | {"tenant": tenant}))
    assert status == 403
    assert (
        body["error"]["message"] == "The field 'tenant' is not your token's. Leave it out: the token says who you are."
    )
    assert asked(with_claims({"sub": "mallory"}, body=ASKED | {"tenant": "mallory"}))[0] == 201


@pytest.mark.usefixtures("with_tokens")
@pytest.mark.parametrize(
    "claims",
    [
        {},
        *(
            {"sub": each}
            for each in ("", "[a b]", "map[a:b]", "<nil>", "null", "9.007199254740992e+15", 7, None, ["a"])
        ),
    ],
    ids=str,
)
def test_a_claim_that_may_be_somebody_elses_too_is_refused(claims: dict[str, Any]) -> None:
    status, body = asked(with_claims(claims))
    assert status == 403
    assert "its claim 'sub' must be a string" in body["error"]["message"]


@pytest.mark.parametrize(
    ("claim", "authorizer"),
    [
        ("", {"jwt": {"claims": {"sub": "acme"}, "scopes": None}}),
        ("sub", {"iam": {"userArn": "arn:aws:iam::123456789012:user/app"}}),
        ("", {"lambda": {"tenant": "acme"}}),
        ("", None),
        ("sub", None),
    ],
    ids=["a token, and no claim to read", "credentials for tokens", "somebody else's authoriser", "nobody", "no token"],
)
@pytest.mark.parametrize("path", ["/tickets", "/formats"])
def test_an_address_that_was_opened_to_others_serves_nobody(
    deployed: pytest.MonkeyPatch, claim: str, authorizer: Any, path: str
) -> None:
    deployed.setenv("TENANT_CLAIM", claim)
    sent = at("POST" if path == "/tickets" else "GET", path)
    sent["requestContext"]["authorizer"] = authorizer
    status, body = asked(sent)
    assert (status, body["error"]["fault"]) == (500, "operator")
    assert "Deploy the stage again." in body["error"]["message"]


@pytest.mark.usefixtures("with_tokens")
def test_a_backend_that_invokes_the_function_itself_names_the_tenant_also_where_browsers_have_tokens() -> None:
    assert request.handler(ASKED, None)["tenant"] == "acme"


@pytest.mark.parametrize("access", [Access(), TOKENS], ids=["credentials", "tokens"])
def test_the_resources_are_in_order(access: Access, tmp_path: Path) -> None:
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template(Stage("test", requests=access))))
    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([str(lint), "--regions", "eu-west-1", "--", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_route_asks_who_is_there_and_is_throttled() -> None:
    for access, kind in ((Access(per_second=7, burst=9), "AWS_IAM"), (TOKENS, "JWT")):
        made = api.resources(Stage("test", requests=access, origins=("https://app.example.com",)))
        routes = [each["Properties"] for each in made.values() if each["Type"] == "AWS::ApiGatewayV2::Route"]
        assert [each["RouteKey"] for each in routes] == ["POST /tickets", "GET /formats"]
        assert {each["AuthorizationType"] for each in routes} == {kind}
        limits = made["RequestApiStage"]["Properties"]["DefaultRouteSettings"]
        assert limits == {"ThrottlingRateLimit": access.per_second, "ThrottlingBurstLimit": access.burst}
        assert "AccessLogSettings" not in made["RequestApiStage"]["Properties"]
        assert ("CorsConfiguration" in made["RequestApi"]["Properties"]) == (kind == "JWT")
        assert made["RequestIntegration"]["Properties"]["IntegrationUri"] == {"Ref": "RequestLive"}
        allowed = [each["Properties"] for each in made.values() if each["Type"] == "AWS::Lambda::Permission"]
        assert [each["SourceArn"]["Fn::Sub"].partition("${RequestApi}")[2] for each in allowed] == [
            "/*/POST/tickets",
            "/*/GET/formats",
        ]


def template(stage: Stage) -> dict[str, Any]:
    """The API with as much around it as it takes to be a template."""
    text = json.dumps(api.resources(stage)).replace("${self:custom.name}", f"document-export-{stage.name}")
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Handler": "index.handler",
            "Runtime": "python3.13",
            "Code": {"ZipFile": "def handler(event, context): pass"},
            "Role": "arn:aws:iam::123456789012:role/request",
        },
    }
    name = {"FunctionName": {"Ref": "RequestLambdaFunction"}}
    alias = {"Name": "live", "FunctionVersion": {"Fn::GetAtt": ["RequestVersion", "Version"]}, **name}
    around = {
        "RequestLambdaFunction": function,
        "RequestVersion": {"Type": "AWS::Lambda::Version", "Properties": name},
        "RequestLive": {"Type": "AWS::Lambda::Alias", "Properties": alias},
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": around | json.loads(text),
        "Outputs": api.outputs(stage),
    }


def app(stack: LocalStack, name: str, policy: policies.Policy | None) -> Credentials:
    """An app's own user, which may do what the policy says."""
    iam = stack.aws("iam")
    iam.create_user(UserName=name)
    if policy:
        iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


def api_arn(stack: LocalStack) -> str:
    return f"arn:aws:execute-api:{REGION}:000000000000:{stack.outputs['RequestUrl'].rpartition('/')[2]}"


@pytest.fixture(scope="module")
def askers(stack: LocalStack) -> dict[str, ExportClient]:
    """The three ways to ask for a ticket, each with no more rights than it needs."""
    function = stack.outputs["RequestFunction"]
    by_address = app(stack, "by-address", policies.asks_address(api_arn(stack)))
    by_function = app(stack, "by-function", policies.asks_function(function))
    return {
        "itself": stack.client(),
        "address": ExportClient.at(stack.outputs["RequestUrl"], region=REGION, credentials=lambda: by_address),
        "function": ExportClient.of_function(function, REGION, credentials=by_function, endpoint=stack.server.endpoint),
        "function by name": ExportClient.of_function(
            "document-export-local-request", REGION, credentials=by_function, endpoint=stack.server.endpoint
        ),
    }


WAYS = ("itself", "address", "function", "function by name")


@pytest.mark.parametrize("way", WAYS)
def test_a_ticket_is_the_same_whoever_makes_it(askers: dict[str, ExportClient], way: str) -> None:
    exports = askers[way]
    ticket = exports.request("acme", "Übung.md", ["text"], options={"text": {"width": 40}}, tags={"customer": "ü"})
    exports.upload(ticket, b"# Hello\n")
    assert exports.wait(ticket)["text"].state == "done"
    assert b"Hello" in exports.download(ticket, "text")
    mine = askers["itself"].request(
        "acme", "Übung.md", ["text"], options={"text": {"width": 40}}, tags={"customer": "ü"}, job=ticket.job
    )
    assert mine.formats["text"].filename == ticket.formats["text"].filename
    assert mine.upload.fields["x-amz-meta-tags"] == ticket.upload.fields["x-amz-meta-tags"]
    assert mine.upload.fields["key"] == ticket.upload.fields["key"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"formats": ["wordstar"]}, UnknownFormat),
        ({"options": {"text": {"tock": 1}}}, BadOption),
        ({"tenant": ".."}, BadRequest),
        ({"max_bytes": 0}, BadRequest),
    ],
    ids=lambda value: "",
)
def test_a_refusal_is_the_same_whoever_makes_it(
    askers: dict[str, ExportClient], way: str, changes: dict[str, Any], error: type[RequestError]
) -> None:
    wanted: dict[str, Any] = ASKED | changes
    with pytest.raises(RequestError) as here:
        askers["itself"].request(**wanted)
    with pytest.raises(RequestError) as there:
        askers[way].request(**wanted)
    assert type(there.value) is type(here.value) is error
    assert str(there.value) == str(here.value)


def test_a_stage_in_the_account_is_found_by_its_name(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": stack.server.endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ROOT_USER.access_key,
        "AWS_SECRET_ACCESS_KEY": ROOT_USER.secret_key,
    }.items():
        monkeypatch.setenv(name, value)
    ways: tuple[Way, ...] = ("itself", "function")
    for way in ways:
        exports = client_of("local", way)
        exports.upload(exports.request("acme", "notes.md", ["text"]), b"# Hello\n")
    with pytest.raises(RequestError, match="There is no stage 'other' in account"):
        client_of("other")


def test_who_has_no_rights_is_told_which_they_need(stack: LocalStack) -> None:
    nobody = app(stack, "nobody", None)
    with pytest.raises(Refused, match=r"policies\.asks_address"):
        ExportClient.at(stack.outputs["RequestUrl"], region=REGION, credentials=nobody).request(**ASKED)
    with pytest.raises(Refused, match=r"policies\.asks_function"):
        ExportClient.of_function(
            stack.outputs["RequestFunction"], REGION, credentials=nobody, endpoint=stack.server.endpoint
        ).request(**ASKED)


def test_an_address_that_is_none_is_told_apart_from_one_that_does_not_answer(stack: LocalStack) -> None:
    with pytest.raises(RequestError, match="outputs of the stage's stack say where it is"):
        wrong = stack.outputs["RequestUrl"] + "/prod"
        ExportClient.at(wrong, region=REGION, credentials=ROOT_USER).request(**ASKED)
    with pytest.raises(RequestError, match="outputs of the stage's stack say where it is"):
        ExportClient.of_function("other", REGION, credentials=ROOT_USER, endpoint=stack.server.endpoint).request(
            **ASKED
        )
    with pytest.raises(RequestError, match="Name it: region="):
        ExportClient.at("https://exports.example.com", credentials=ROOT_USER)


def test_a_function_that_fails_before_it_can_answer_is_not_there_for_now(stack: LocalStack) -> None:
    other = "document-export-local-dispatch:live"  # it knows nothing of such an event
    exports = ExportClient.of_function(other, REGION, credentials=ROOT_USER, endpoint=stack.server.endpoint)
    with pytest.raises(Unavailable, match="failed before it could answer: its log says why"):
        exports.request(**ASKED)


@pytest.mark.parametrize(
    ("status", "body", "error", "said", "tries"),
    [
        (429, {"message": "Too Many Requests"}, Unavailable, "(status 429, 'Too Many Requests'). Ask again later.", 4),
        (503, {"message": "Service Unavailable"}, Unavailable, "(status 503, 'Service Unavailable')", 4),
        (500, {"error": MissingPart("BUCKET is not set.").told()}, MissingPart, "BUCKET is not set.", 4),
        (413, {"message": "Request Entity Too Large"}, RequestError, "(status 413, 'Request Entity Too Large')", 1),
        (403, {"message": "Forbidden"}, Refused, "(status 403, 'Forbidden'). A token may have expired", 1),
        (401, {"message": "Unauthorized"}, Refused, "(status 401, 'Unauthorized'). A token may have expired", 1),
        (200, "not ours", RequestError, "(status 200)", 1),
        (200, [1], RequestError, "(status 200)", 1),
    ],
)
def test_what_else_may_be_answered(
    monkeypatch: pytest.MonkeyPatch, status: int, body: Any, error: type[ExportError], said: str, tries: int
) -> None:
    monkeypatch.setattr(aws, "_PAUSES_S", (0, 0, 0))
    with answering(status, body) as (url, asked_for):
        with pytest.raises(ExportError) as refused:
            ExportClient.at(url, token="token").request("", "notes.md", ["text"], job="j1")
        assert type(refused.value) is error
        assert said in str(refused.value)
        with pytest.raises(error):
            ExportClient.at(url, region=REGION, credentials=ROOT_USER).request(**ASKED)
    assert [sent for sent, _ in asked_for[:tries]] == [
        {"filename": "notes.md", "formats": ["text"], "job": "j1"}
    ] * tries
    assert [who[:6] for _, who in asked_for] == ["Bearer"] * tries + ["AWS4-H"] * tries


def test_an_address_where_nobody_listens_is_not_there_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "_PAUSES_S", (0, 0, 0))
    with answering(200, {}) as (url, _):
        pass
    with pytest.raises(Unavailable, match="did not answer POST after 4 tries"):
        ExportClient.at(url, token="token").request(**ASKED)


@contextmanager
def answering(status: int, body: Any) -> Iterator[tuple[str, list[tuple[Any, str]]]]:
    """The address of somebody who answers so, and a list of what they were sent and by whom."""
    sent: list[tuple[Any, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            sent.append((found, self.headers["Authorization"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()


def test_nobody_may_ask_without_credentials(stack: LocalStack) -> None:
    assert sent_to(stack, "POST", "/tickets", ASKED)[0] == 403
    assert sent_to(stack, "GET", "/formats")[0] == 403
    assert sent_to(stack, "GET", "/other")[0] in (403, 404)


def test_an_error_that_is_told_of_is_the_same_again() -> None:
    for error in (BadRequest("a"), BadCall(415, "b"), UnknownFormat("c", ["d"]), BadOption("e"), Unavailable("f")):
        again = retold(error.told())
        assert (type(again), str(again)) == (type(error), str(error))
    newer = retold({"code": "too-modern", "message": "g", "fault": "app", "retry": False})
    assert (type(newer), str(newer)) == (RequestError, "g")


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    running = Issuer()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def token_stage(issuer: Issuer) -> Stage:
    """A stage whose address is for browsers with tokens."""
    access = Access(kind="jwt", issuer=issuer.url, audience=(AUDIENCE,), tenant_claim="sub")
    return Stage("local", origins=("https://app.example.com",), formats=("text",), requests=access)


@pytest.fixture(scope="module")
def token_stack(token_stage: Stage) -> Iterator[LocalStack]:
    with LocalStack(stage=token_stage) as running:
        yield running


def test_a_browser_with_a_token_gets_its_own_file_and_nobody_elses(token_stack: LocalStack, issuer: Issuer) -> None:
    exports = ExportClient.at(token_stack.outputs["RequestUrl"], token=lambda: issuer.token(sub="auth0|abc"))
    ticket = exports.request("", "notes.md", ["text"])
    assert ticket.tenant == tenant_of("auth0|abc")
    exports.upload(ticket, b"# Mine\n")
    assert exports.wait(ticket)["text"].state == "done"
    assert b"Mine" in exports.download(ticket, "text")

    with pytest.raises(BadCall, match="The field 'tenant' is not your token's"):
        exports.request("acme", "notes.md", ["text"])
    other = ExportClient.at(token_stack.outputs["RequestUrl"], token=issuer.token(sub="auth0|def"))
    theirs = other.request("", "notes.md", ["text"], job=ticket.job)
    assert theirs.formats["text"].url.partition("?")[0] != ticket.formats["text"].url.partition("?")[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"key": strangers_key()},
        {"aud": "https://other.example.com"},
        {"iss": "https://other.example.com"},
        {"exp": 1},
    ],
    ids=["signed by somebody else", "for somebody else", "of somebody else", "expired"],
)
def test_a_token_that_is_not_good_is_refused(token_stack: LocalStack, issuer: Issuer, changes: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="may have expired, or be of another issuer or audience"):
        ExportClient.at(token_stack.outputs["RequestUrl"], token=issuer.token(sub="acme", **changes)).request(**ASKED)


def test_a_page_may_ask_that_is_the_apps(token_stack: LocalStack, token_stage: Stage, issuer: Issuer) -> None:
    # MiniStack does not understand what CloudFormation tells it of CORS, so the same is told by a call.
    told = api.resources(token_stage)["RequestApi"]["Properties"]["CorsConfiguration"]
    api_id = token_stack.outputs["RequestUrl"].rpartition("/")[2]
    token_stack.aws("apigatewayv2").update_api(ApiId=api_id, CorsConfiguration=told)

    leave = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    status, headers, _ = sent_to(token_stack, "OPTIONS", "/tickets", origin="https://app.example.com", **leave)
    assert status == 204
    assert headers["access-control-allow-origin"] == "https://app.example.com"
    assert {"authorization", "content-type"} <= set(headers["access-control-allow-headers"].split(","))
    token = f"Bearer {issuer.token(sub='acme')}"
    status, headers, body = sent_to(
        token_stack, "POST", "/tickets", ASKED, origin="https://app.example.com", authorization=token
    )
    assert (status, headers["access-control-allow-origin"]) == (201, "https://app.example.com")
    jsonschema.validate(json.loads(body), TICKET)
    status, _, body = sent_to(token_stack, "GET", "/formats", authorization=token)
    assert (status, [each["name"] for each in json.loads(body)["formats"]]) == (200, ["text"])
    status, headers, _ = sent_to(token_stack, "OPTIONS", "/tickets", origin="https://evil.example.com", **leave)
    assert "access-control-allow-origin" not in headers


def block(language: str) -> str:
    """The page's only block in that language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return found


def test_the_pages_python_gets_a_ticket(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    user = app(stack, "reader", policies.asks_address(api_arn(stack)))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", user.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", user.secret_key)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    names: dict[str, Any] = {}
    exec(block("python").replace(f'"{EXAMPLE}"', f'"{stack.outputs["RequestUrl"]}", region="{REGION}"'), names)
    assert set(names["ticket"].formats) == {"pdf", "docx"}


def test_the_pages_curl_gets_a_ticket(stack: LocalStack) -> None:
    user = app(stack, "curl", policies.asks_address(api_arn(stack)))
    command = block("sh").replace(EXAMPLE, stack.outputs["RequestUrl"]).replace("eu-west-1", REGION)
    keys = {"AWS_ACCESS_KEY_ID": user.access_key, "AWS_SECRET_ACCESS_KEY": user.secret_key, "AWS_SESSION_TOKEN": ""}
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=os.environ | keys, timeout=60)
    jsonschema.validate(json.loads(done.stdout), TICKET)


def test_the_pages_script_exports_in_a_browser(token_stack: LocalStack, issuer: Issuer) -> None:
    arguments = json.dumps([token_stack.outputs["RequestUrl"], issuer.token(sub="me@example.com"), "# Hello\n"])[1:-1]
    program = block("js") + f"exportNotes({arguments}).then(console.log)"
    node = Path(sys.executable).with_name("node")
    done = subprocess.run([str(node), "-e", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("Hello\n"), done.stderr


def sent_to(
    stack: LocalStack, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """What a client without any library is answered."""
    parts = urlsplit(stack.outputs["RequestUrl"] + path)
    connection = HTTPConnection(parts.netloc, timeout=20)
    sent = json.dumps(body) if body is not None else None
    connection.request(method, parts.path, sent, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


def test_only_an_http_request_is_taken_for_one() -> None:
    assert gateway.is_http(event())
    assert not any(map(gateway.is_http, (ASKED, {}, [], None, {"version": "2.0"}, {"requestContext": {"http": {}}})))
