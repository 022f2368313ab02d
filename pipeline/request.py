"""The first step: an app asks for a ticket. No call to AWS is made, for signing is arithmetic.

The ticket holds an upload form for the source and, per format, links to the file, its error and its report, signed
before any of them exists. What was agreed (formats, options, tags) is pinned by the form: a browser cannot change it.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from exporters import options as format_options
from exporters import registry
from exporters.errors import ExportError, UnknownFormat
from exporters.frozen import NOTHING, as_dict, frozen
from exporters.readers import kinds
from pipeline import gateway
from pipeline import job as jobs
from pipeline import settings as environment
from pipeline.addresses import bucket_url
from pipeline.errors import BadCall, BadRequest
from pipeline.signing import MAX_LINK, Credentials, encode_path, sign_form, sign_link

MAX_BYTES = 25_000_000  # a 500-page book has 1.2 MB of text; the rest is room for images
UPLOAD_EXPIRES = timedelta(minutes=15)  # from the click to the last byte; a form that lies about is a form to abuse
LINK_EXPIRES = timedelta(hours=24)  # what users expect of "your download is ready"
UNKNOWN_SESSION = timedelta(hours=1)  # temporary credentials that do not tell their end are trusted this long

_MIN_BYTES = 1
_MAX_METADATA = 2_000  # bytes; S3 takes 2 kB of user metadata and counts the names too
_MAX_FORMATS = 100  # twice as many as there are; their names are 900 of the 2,048 bytes that S3 takes as metadata
_MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[A-Za-z0-9.+-]{1,80}(?:; ?[a-z]{1,20}=[A-Za-z0-9-]{1,40})?")
_VARIABLE = "${filename}"  # S3 puts the uploaded file's own name in its place, in all fields of a form
_CONTENT_TYPE = "application/octet-stream"  # a source is never shown by a browser, whatever it is


@frozen
class Request:
    """What an app asks for. As JSON, the event of the deployed function."""

    tenant: str
    """Whose export this is, as the app has authenticated them. Nobody can reach from one tenant to another."""
    filename: str
    """The source's name; its ending tells its kind where it has one, and its stem names the files."""
    formats: Sequence[str]
    options: Mapping[str, Mapping[str, object]] = NOTHING
    """By format, then by option; each format takes the options of `exporters.options.CommonOptions`, too."""
    tags: Mapping[str, str] = NOTHING
    """Comes back in logs: the app's own ids."""
    job: str = ""
    """An id of the app's own; made up where there is none. Asking twice with the same id is the same job."""
    media_type: str = ""
    """Of the source, where the app knows it and the name does not tell: `text/x-opml`."""
    max_bytes: int = MAX_BYTES
    upload_expires_s: int = int(UPLOAD_EXPIRES.total_seconds())
    link_expires_s: int = int(LINK_EXPIRES.total_seconds())
    channel: str = ""
    """`next` for the version that is being tried, where a format has one, or `live`; "" lets the pipeline choose."""
    webhook: str = ""
    """An https address of the app that is told how each format ended; its host is one that the stage allows."""


@frozen
class Upload:
    """A form: POST `fields` as multipart/form-data to `url`, and then, last, the source as `file`."""

    url: str
    fields: Mapping[str, str]
    min_bytes: int
    max_bytes: int
    expires_at: str


@frozen
class Links:
    """What a user gets of one format. Each link is a GET: 404 until there is something."""

    filename: str
    media_type: str
    url: str
    error_url: str
    report_url: str


@frozen
class Push:
    """Where a browser hears how each format of a job ended, by MQTT: connect as `client_id` and subscribe to `topic`.

    What it hears is `schemas/notice.schema.json`.
    """

    url: str
    """A WebSocket (wss), signed: to be opened before it expires, by one connection at a time."""
    topic: str
    client_id: str
    expires_at: str


@frozen
class Ticket:
    """Published as `schemas/ticket.schema.json`."""

    schema: int
    job: str
    tenant: str
    expires_at: str
    """When the links end: what was asked for, or the end of the credentials that signed them if that is sooner."""
    upload: Upload
    status_url: str
    """Lists all that there is of this job; costs twelve times a GET, so poll the files' own links instead."""
    formats: Mapping[str, Links]
    push: Push | None = None
    """Where the stage has it, and only to save polling: the links say the same."""

    def to_dict(self) -> dict[str, Any]:
        found = as_dict(self)
        return found if self.push else {name: value for name, value in found.items() if name != "push"}

    @staticmethod
    def from_dict(found: Mapping[str, Any]) -> Ticket:
        upload = Upload(**found["upload"])
        formats = {name: Links(**links) for name, links in found["formats"].items()}
        push = Push(**found["push"]) if found.get("push") else None
        return Ticket(**{**found, "upload": upload, "formats": formats, "push": push})


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Answers a request with a ticket, or with `{"error": {code, message, fault, retry}}`.

    It is invoked with the request itself, or by API Gateway with an HTTP request: `POST /tickets` has the request as
    its body, and is answered with 201 and the ticket; `GET /formats` lists what there is, for a menu.
    """
    if gateway.is_http(event):
        return gateway.answer(event, {"/tickets": {"POST": _post_ticket}, "/formats": {"GET": _get_formats}})
    try:
        return _ticket(event)
    except ExportError as error:
        return {"error": error.told()}


def _post_ticket(event: Mapping[str, Any]) -> gateway.Answer:
    tenant = gateway.tenant_in(event, environment.settings().tenant_claim)
    asked = gateway.json_body(event)
    if tenant and asked.setdefault("tenant", tenant) != tenant:
        raise BadCall(403, "The field 'tenant' is not your token's. Leave it out: the token says who you are.")
    return gateway.Answer(201, _ticket(asked))


def _get_formats(event: Mapping[str, Any]) -> gateway.Answer:
    from exporters import listing  # for this alone, so that tickets do not wait for it

    gateway.tenant_in(event, environment.settings().tenant_claim)
    found = listing.for_programs(environment.settings().formats or registry.names())
    # The same for everybody, until the next deployment; but a cache on the way is not to answer who may not ask.
    return gateway.Answer(200, found, {"cache-control": "private, max-age=300"})


def _ticket(asked: object) -> dict[str, Any]:
    settings = environment.settings()
    request = parse(asked)
    for format in request.formats:
        if settings.formats and format not in settings.formats:
            raise UnknownFormat(format, settings.formats)
    place = Place(settings.bucket, settings.region, settings.endpoint)
    now = datetime.now(UTC)
    ticket = make_ticket(request, place, environment.credentials(), now, settings.webhook_hosts)
    if settings.mqtt_role:
        ticket = _with_push(ticket, place, now)
    return ticket.to_dict()


def _with_push(ticket: Ticket, place: Place, now: datetime) -> Ticket:
    from pipeline.mqtt import Broker, with_push  # a stage that has none does not wait for it
    from pipeline.telemetry import log

    try:
        return with_push(ticket, Broker.of(environment.settings()), place, environment.credentials(), now)
    except ExportError as error:  # its links say the same
        log("ERROR", "A ticket without push.", {"tenant": ticket.tenant, "job": ticket.job}, why=str(error))
        return ticket


@frozen
class Place:
    """Where the bucket is."""

    bucket: str
    region: str
    endpoint: str = ""
    """Of the embedded stack; "" on AWS."""

    @property
    def url(self) -> str:
        return bucket_url(self.bucket, self.region, self.endpoint)


def parse(event: object) -> Request:
    """A request of JSON's types. Raises `BadRequest`, which names the field."""
    known = Request.__match_args__
    if not isinstance(event, Mapping):
        raise BadRequest(f"A request is an object with the fields {', '.join(known)}.")
    for name in event:
        if name not in known:
            raise BadRequest(f"There is no field {name!r}. Fields: {', '.join(known)}.")
    for name in ("tenant", "filename", "formats"):
        if not event.get(name):
            raise BadRequest(f"The field {name!r} is missing.")
    return check_types(Request(**event))


def check_types(request: Request) -> Request:
    """The request, if each of its fields is of the right type. Raises `BadRequest`, which names the field."""
    for name, wanted in _SHAPES.items():
        value = getattr(request, name)
        is_text = isinstance(value, str) and wanted is not str  # a sequence, too, but of letters
        if not isinstance(value, wanted) or isinstance(value, bool) or is_text:
            raise BadRequest(f"The field {name!r} must be {_SHAPE_NAMES[wanted]}.")
    if not all(isinstance(each, str) for each in request.formats):
        raise BadRequest(f"The field 'formats' must hold names of formats. Formats: {', '.join(registry.names())}.")
    return request


def make_ticket(
    request: Request,
    place: Place,
    credentials: Credentials,
    now: datetime,
    webhook_hosts: Sequence[str] | None = None,
) -> Ticket:
    """Checks what is asked for and signs it. Raises `RequestError`, which names the field and its valid values.

    `webhook_hosts` are those that the stage allows; where they are not known (None) the dispatcher has the last word.
    """
    if request.webhook:
        from pipeline.webhooks import check_url  # few requests have one

        check_url(request.webhook, webhook_hosts, embedded=bool(place.endpoint))
    tenant = jobs.check_name("tenant", request.tenant)
    job = jobs.check_name("job", request.job or uuid.uuid4().hex)
    filename = re.sub(r"\$+(?=\{filename\})", "", jobs.check_filename(request.filename))  # see _VARIABLE
    formats = _check_formats(request, filename)
    links_end = _ends(credentials, now, _seconds(request.link_expires_s, "link_expires_s"))

    def link(key: str, query: Mapping[str, str]) -> str:
        url = place.url + encode_path(key)
        return sign_link(credentials, place.region, url, query, now, links_end - now)

    return Ticket(
        schema=1,
        job=job,
        tenant=tenant,
        expires_at=_iso(links_end),
        upload=_upload(request, formats, jobs.upload_key(tenant, job, filename), place, credentials, now),
        status_url=link("", {"list-type": "2", "prefix": f"exports/{tenant}/{job}/"}),
        formats={
            format: _links(tenant, job, filename, format, request.options.get(format, NOTHING), link)
            for format in formats
        },
    )


def _check_formats(request: Request, filename: str) -> list[str]:
    formats = list(dict.fromkeys(request.formats))
    if not formats:
        raise BadRequest(f"The field 'formats' is empty. Formats: {', '.join(registry.names())}.")
    if len(formats) > _MAX_FORMATS:
        raise BadRequest(f"The field 'formats' has {len(formats)} entries; at most {_MAX_FORMATS} go into one ticket.")
    for format in request.options:
        if format not in formats:
            raise BadRequest(f"The field 'options' speaks of {format!r}, which is not among 'formats'.")
    for format in formats:
        given = request.options.get(format, NOTHING)
        if not isinstance(given, Mapping):
            raise BadRequest(f"The field 'options.{format}' must be an object of option names and values.")
        for name, value in given.items():
            if not isinstance(value, str | int | float):
                raise BadRequest(f"The field 'options.{format}.{name}' must be a string, a number, true or false.")
        _, common = format_options.parse(registry.get(format).options, given, format)
        kinds.check(filename, common.source_kind)
    return formats


def _upload(
    request: Request, formats: Sequence[str], key: str, place: Place, credentials: Credentials, now: datetime
) -> Upload:
    if not 1 <= request.max_bytes <= MAX_BYTES:
        raise BadRequest(f"The field 'max_bytes' must be from 1 to {MAX_BYTES}.")
    ends = _ends(credentials, now, _seconds(request.upload_expires_s, "upload_expires_s"))
    agreed = _agreed(request, formats)
    fields = {"key": key, "Content-Type": _CONTENT_TYPE, "success_action_status": "201", **agreed}
    conditions = [{"bucket": place.bucket}, ["content-length-range", _MIN_BYTES, request.max_bytes]]
    return Upload(
        url=place.url,
        fields=sign_form(credentials, place.region, fields, conditions, now, ends - now),
        min_bytes=_MIN_BYTES,
        max_bytes=request.max_bytes,
        expires_at=_iso(ends),
    )


def _agreed(request: Request, formats: Sequence[str]) -> dict[str, str]:
    """What the form pins for the dispatcher, as the source's metadata."""
    agreed = {"x-amz-meta-formats": ",".join(formats)}
    if request.options:
        agreed["x-amz-meta-options"] = _json(request.options)
    if request.tags:
        agreed["x-amz-meta-tags"] = _json(_check_tags(request.tags))
    if request.media_type:
        agreed["x-amz-meta-media-type"] = _check_media_type(request.media_type)
    if request.channel:
        agreed["x-amz-meta-channel"] = _check_channel(request.channel)
    if request.webhook:
        agreed["x-amz-meta-webhook"] = request.webhook
    used = sum(len(name) + len(value) for name, value in agreed.items())
    if used > _MAX_METADATA:
        raise BadRequest(
            f"The formats, options and tags take {used} bytes; storage keeps {_MAX_METADATA}. Shorten the tags."
        )
    return agreed


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, separators=(",", ":")).replace(_VARIABLE, _VARIABLE.replace("$", "\\u0024"))


def _check_media_type(value: str) -> str:
    if not _MEDIA_TYPE.fullmatch(value):
        raise BadRequest("The field 'media_type' must be of the form type/subtype, such as text/markdown.")
    return value


def _check_channel(value: str) -> str:
    if value not in ("live", "next"):
        raise BadRequest("The field 'channel' must be 'live' or 'next', or be left out.")
    return value


def _check_tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in tags.items():
        if not isinstance(value, str) or not value.isprintable():
            raise BadRequest(f"The tag {name!r} must be a line of text.")
    return tags


def _links(tenant: str, job: str, filename: str, format: str, given: Mapping[str, object], link: Link) -> Links:
    made = jobs.file_type(format, given)
    name = jobs.file_name(filename, made)
    folder = jobs.export_folder(tenant, job, format)
    as_file = {
        # Always a download: a page that a user uploaded must never open on the bucket's origin. RFC 6266, 4.3.
        "response-content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "response-content-type": made.media_type,
    }
    return Links(
        filename=name,
        media_type=made.media_type,
        url=link(jobs.file_key(folder, name), as_file),
        error_url=link(jobs.error_key(folder), {}),
        report_url=link(jobs.report_key(folder), {}),
    )


def _seconds(value: int, field: str) -> timedelta:
    if not 1 <= value <= MAX_LINK.total_seconds():
        raise BadRequest(f"The field {field!r} must be from 1 to {int(MAX_LINK.total_seconds())} seconds.")
    return timedelta(seconds=value)


def _ends(credentials: Credentials, now: datetime, asked: timedelta) -> datetime:
    """When a signature really ends: with the credentials that made it, if that is sooner than what was asked for."""
    ends = credentials.expires_at
    if ends is None and credentials.token:
        ends = now + UNKNOWN_SESSION
    end = now + asked if ends is None else min(now + asked, ends)
    if end - now < timedelta(seconds=1):
        raise BadRequest("The credentials that sign the ticket have expired. Renew them and ask again.")
    return end


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


type Link = Callable[[str, Mapping[str, str]], str]

_SHAPES: dict[str, type] = {
    "tenant": str,
    "filename": str,
    "formats": Sequence,
    "options": Mapping,
    "tags": Mapping,
    "job": str,
    "media_type": str,
    "max_bytes": int,
    "upload_expires_s": int,
    "link_expires_s": int,
    "channel": str,
    "webhook": str,
}
_SHAPE_NAMES: dict[type, str] = {str: "a string", Sequence: "an array", Mapping: "an object", int: "a whole number"}
