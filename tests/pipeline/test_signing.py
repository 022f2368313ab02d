"""Our signatures are botocore's, byte for byte."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import botocore.auth
import botocore.compat
import pytest
from botocore.auth import S3SigV4Auth, S3SigV4PostAuth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials

from pipeline.signing import Credentials, encode_path, encode_query, sign_call, sign_form, sign_link

NOW = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)
USER = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
ROLE = Credentials("ASIAEXAMPLE", "secret", token="token/with+signs==")
KEYS = ["exports/t/j/pdf/notes.pdf", "exports/t/j/pdf/Übung 1+1 (a).pdf", "uploads/t/j/家族 👩‍👧.md", "a/b~c'd!e*f"]


@pytest.fixture(autouse=True)
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Botocore reads the clock itself."""
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: NOW.replace(tzinfo=None))


def botos(credentials: Credentials) -> BotoCredentials:
    return BotoCredentials(credentials.access_key, credentials.secret_key, credentials.token or None)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("credentials", [USER, ROLE], ids=["user", "role"])
def test_links_are_botocores(credentials: Credentials, key: str) -> None:
    url = "https://bucket.s3.eu-west-1.amazonaws.com/" + encode_path(key)
    query = {"response-content-disposition": "attachment; filename*=UTF-8''%C3%9C.pdf", "response-content-type": "a/b"}
    ours = sign_link(credentials, "eu-west-1", url, query, NOW, timedelta(hours=3))

    request = AWSRequest("GET", url, params=dict(query))
    S3SigV4QueryAuth(botos(credentials), "s3", "eu-west-1", expires=3 * 3600).add_auth(request)

    assert urlsplit(ours).path == urlsplit(request.url).path
    assert dict(parse_qsl(urlsplit(ours).query)) == dict(parse_qsl(urlsplit(request.url).query))


@pytest.mark.parametrize("credentials", [USER, ROLE], ids=["user", "role"])
def test_forms_are_botocores(credentials: Credentials) -> None:
    fields = {"key": "uploads/t/j/Übung.md", "content-type": "text/markdown", "x-amz-meta-formats": "pdf,html"}
    conditions = [{"bucket": "bucket"}, ["content-length-range", 1, 1000]]
    ours = sign_form(credentials, "us-east-1", fields, conditions, NOW, timedelta(minutes=15))

    request = AWSRequest("POST", "https://bucket.s3.us-east-1.amazonaws.com/")
    stated = [*conditions, *({name: value} for name, value in fields.items())]
    policy = {"expiration": "2026-11-23T04:20:06Z", "conditions": stated}
    request.context["s3-presign-post-fields"] = dict(fields)
    request.context["s3-presign-post-policy"] = policy
    S3SigV4PostAuth(botos(credentials), "s3", "us-east-1").add_auth(request)
    theirs = request.context["s3-presign-post-fields"]

    assert json.loads(b64decode(ours["policy"])) == json.loads(b64decode(theirs["policy"]))
    assert ours == theirs


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("credentials", [USER, ROLE], ids=["user", "role"])
def test_calls_on_s3_are_botocores(credentials: Credentials, key: str) -> None:
    base = "https://bucket.s3.eu-west-1.amazonaws.com/" + encode_path(key)
    query, headers, body = {"versionId": "a.b/c+d"}, {"if-none-match": "*", "x-amz-meta-pages": "3"}, b"bytes"
    ours = sign_call(credentials, "eu-west-1", "s3", "PUT", base, query, headers, body, NOW)

    request = AWSRequest("PUT", f"{base}?{encode_query(query)}", headers=dict(headers), data=body)
    request.context["payload_signing_enabled"] = True
    S3SigV4Auth(botos(credentials), "s3", "eu-west-1").add_auth(request)

    assert ours["authorization"] == request.headers["Authorization"]


@pytest.mark.parametrize(
    ("service", "url"),
    [
        ("execute-api", "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/tickets"),
        (
            "lambda",
            "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/arn%3Aaws%3Alambda%3Aa%3Alive/invocations",
        ),
    ],
)
@pytest.mark.parametrize("credentials", [USER, ROLE], ids=["user", "role"])
def test_calls_for_tickets_are_botocores(credentials: Credentials, service: str, url: str) -> None:
    headers, body = {"content-type": "application/json"}, b"{}"
    ours = sign_call(credentials, "eu-west-1", service, "POST", url, {}, headers, body, NOW)

    signed = headers | {"x-amz-content-sha256": ours["x-amz-content-sha256"]}
    request = AWSRequest("POST", url, headers=signed, data=body)
    SigV4Auth(botos(credentials), service, "eu-west-1").add_auth(request)

    assert ours["authorization"] == request.headers["Authorization"]


def test_calls_on_sqs_are_botocores() -> None:
    headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessageBatch"}
    url = "https://sqs.eu-west-1.amazonaws.com/"
    ours = sign_call(ROLE, "eu-west-1", "sqs", "POST", url, {}, headers, b"{}", NOW)

    request = AWSRequest(
        "POST", url, headers={**headers, "X-Amz-Content-SHA256": ours["x-amz-content-sha256"]}, data=b"{}"
    )
    SigV4Auth(botos(ROLE), "sqs", "eu-west-1").add_auth(request)

    assert ours["authorization"] == request.headers["Authorization"]


def test_secrets_are_not_shown() -> None:
    assert ROLE.secret_key not in repr(ROLE)
    assert ROLE.token not in repr(ROLE)
