"""Signed as the Standard Webhooks specification says, so that any of its libraries can verify what we send."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from pipeline.errors import BadRequest, MissingSecret, NotVerified
from pipeline.webhooks import check_url, headers, sign, verify

SECRET, OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + b64encode(b"another secret of 24 bytes").decode()
NOW = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)
BODY = b'{"type":"export.done","data":{"format":"text"}}'


def test_the_published_example_has_the_published_signature() -> None:
    """Of the specification's own libraries: standard-webhooks, libraries/javascript/src/webhook.test.ts."""
    signed = sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_signed_is_id_moment_and_body() -> None:
    sent = headers(SECRET, "msg_1", NOW, BODY)
    text = b"msg_1." + str(int(NOW.timestamp())).encode() + b"." + BODY
    key = b64decode(SECRET.removeprefix("whsec_"))
    assert sent == {
        "content-type": "application/json",
        "webhook-id": "msg_1",
        "webhook-timestamp": "1795406706",
        "webhook-signature": "v1," + b64encode(hmac.new(key, text, sha256).digest()).decode(),
    }


@pytest.mark.parametrize(
    ("signers", "receivers"),
    [
        (SECRET, SECRET),
        (SECRET, SECRET.removeprefix("whsec_")),
        ([SECRET], [OTHER, SECRET]),
        ([OTHER, SECRET], SECRET),  # a new secret has been made, the receiver does not have it yet
        ([OTHER, SECRET], OTHER),  # it has, and has forgotten the old one
        (SECRET, [OTHER, SECRET]),  # a warm function that has not read the new one
    ],
)
def test_each_secret_will_do_while_it_is_changed(signers: str | list[str], receivers: str | list[str]) -> None:
    assert verify(receivers, headers(signers, "msg_1", NOW, BODY), BODY, NOW) == json.loads(BODY)


def test_names_of_headers_are_in_any_case() -> None:
    sent = {name.title(): value for name, value in headers(SECRET, "msg_1", NOW, BODY).items()}
    assert "Webhook-Id" in sent
    assert verify(SECRET, sent, BODY, NOW)["type"] == "export.done"


def test_now_is_now_where_nobody_says() -> None:
    assert verify(SECRET, headers(SECRET, "msg_1", datetime.now(UTC), BODY), BODY)
    with pytest.raises(NotVerified):
        verify(SECRET, headers(SECRET, "msg_1", datetime.now(UTC) - timedelta(hours=1), BODY), BODY)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"webhook-id": "msg_2"}, "No signature fits"),
        ({"webhook-timestamp": str(int(NOW.timestamp()) + 1)}, "No signature fits"),
        ({"webhook-signature": "v1,"}, "No signature fits"),
        ({"webhook-signature": "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="}, "No signature fits"),
        ({"webhook-signature": "v1,ü"}, "No signature fits"),
        ({"webhook-timestamp": "yesterday"}, "webhook-timestamp is not a number"),
        ({"webhook-timestamp": "-1"}, "webhook-timestamp is not a number"),
        ({"webhook-timestamp": "9" * 12}, "seconds from now"),
        ({"webhook-timestamp": "9" * 400}, "webhook-timestamp is not a number"),
        ({"webhook-timestamp": "9" * 5000}, "webhook-timestamp is not a number"),
        ({"webhook-timestamp": "\u0661\u0662"}, "webhook-timestamp is not a number"),
        ({"webhook-timestamp": "\ud800"}, "webhook-timestamp is not a number"),
        ({"webhook-id": "\ud800"}, "No signature fits"),
        ({"webhook-signature": "v1,\ud800"}, "No signature fits"),
        ({"webhook-id": ["msg_1"]}, "header webhook-id is missing, or no text"),
        ({"webhook-timestamp": ["1795406706"]}, "header webhook-timestamp is missing, or no text"),
        ({"webhook-signature": ["v1,"]}, "header webhook-signature is missing, or no text"),
        ({"webhook-id": ""}, "header webhook-id is missing"),
        ({"webhook-timestamp": ""}, "header webhook-timestamp is missing"),
        ({"webhook-signature": ""}, "header webhook-signature is missing"),
    ],
)
def test_what_was_changed_is_not_ours(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(NotVerified, match=said):
        verify(SECRET, headers(SECRET, "msg_1", NOW, BODY) | changed, BODY, NOW)


def test_a_changed_body_or_another_secret_is_not_ours() -> None:
    sent = headers(SECRET, "msg_1", NOW, BODY)
    with pytest.raises(NotVerified, match="No signature fits"):
        verify(SECRET, sent, BODY + b" ", NOW)
    with pytest.raises(NotVerified, match="No signature fits"):
        verify(OTHER, sent, BODY, NOW)


def test_a_signature_of_another_scheme_is_no_signature() -> None:
    sent = headers(SECRET, "msg_1", NOW, BODY)
    value = sent["webhook-signature"].removeprefix("v1,")
    with pytest.raises(NotVerified):
        verify(SECRET, sent | {"webhook-signature": f"v1a,{value}"}, BODY, NOW)
    assert verify(SECRET, sent | {"webhook-signature": f"v1a,{value} v1,{value}"}, BODY, NOW)


@pytest.mark.parametrize(("seconds", "taken"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_an_old_one_cannot_be_sent_again_later(seconds: int, taken: bool) -> None:
    sent = headers(SECRET, "msg_1", NOW, BODY)
    if taken:
        assert verify(SECRET, sent, BODY, NOW + timedelta(seconds=seconds))
        return
    with pytest.raises(NotVerified, match="301 seconds from now; 300 are allowed"):
        verify(SECRET, sent, BODY, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64!", []])
def test_nothing_is_signed_with_no_secret(secret: str | list[str]) -> None:
    with pytest.raises(MissingSecret):
        sign(secret, "msg_1", 1, BODY)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/exports",
        "https://api.example.com",
        "https://API.example.com/exports?app=1&key=a%20b",
        "https://other.example.com:8443/x",
    ],
)
def test_allowed_hosts_may_be_told(url: str) -> None:
    assert check_url(url, ["api.example.com", "other.example.com:8443"]) == url
    assert check_url(url, None) == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://api.example.com/", "must be an https address"),
        ("ftp://api.example.com/", "must be an https address"),
        ("https://evil.example.com/", r"'evil.example.com', which may not be told. Hosts: api.example.com."),
        ("https://api.example.com.evil.org/", "may not be told"),
        ("https://api.example.com:8443/", "'api.example.com:8443', which may not be told"),
        ("https://api.example.com@evil.org/", "no user"),
        ("https://user:pass@api.example.com/", "no user"),
        ("https://api.example.com/#part", "fragment"),
        ("https://api.example.com/ x", "plain characters"),
        ("https://api.example.com/${filename}", "plain characters"),  # storage would put something else in its place
        ("https://api.example.com/\r\nx-evil: 1", "plain characters"),
        ("https://api.example.com\\@evil.org/", "plain characters"),
        ("https://аpi.example.com/", "plain characters"),  # a Cyrillic а
        ("https://api.example.com:port/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https:///path", "plain characters"),
        ("api.example.com", "plain characters"),
        ("https://api.example.com/" + "a" * 512, "at most 512"),
        ("http://127.0.0.1:5000/", "must be an https address"),
        ("https://127.0.0.1/", "may not be told"),
    ],
)
def test_others_may_not(url: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said) as refused:
        check_url(url, ["api.example.com"])
    assert "'webhook'" in str(refused.value)


def test_a_stage_without_hosts_says_where_they_are_named() -> None:
    with pytest.raises(BadRequest, match=r"This stage has none: see webhook_hosts in stages\.yml"):
        check_url("https://api.example.com/", [])


def test_the_embedded_stack_may_tell_this_machine_without_tls() -> None:
    hosts = ["127.0.0.1", "api.example.com"]
    assert check_url("http://127.0.0.1:5000/x", hosts, embedded=True)
    assert check_url("https://127.0.0.1:5000/x", hosts, embedded=True)
    with pytest.raises(BadRequest, match="must be an https address"):
        check_url("http://api.example.com/x", hosts, embedded=True)
    with pytest.raises(BadRequest, match="may not be told"):
        check_url("http://localhost:5000/x", hosts, embedded=True)
