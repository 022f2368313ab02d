"""What who holds a ticket meets on storage's bad days, and on those of a disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from receivers import talking

from exporters.errors import ExportError, RequestError, Unavailable
from pipeline import transfer
from pipeline.errors import LinkRefused, UploadRefused
from pipeline.request import Place, Request, Ticket, make_ticket
from pipeline.signing import Credentials

SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
CUT = 0  # for a status: an answer that ends before its end


def ticket_of(port: int) -> Ticket:
    place = Place("b", "eu-west-1", f"http://127.0.0.1:{port}")
    return make_ticket(Request("t", "notes.md", ["text"]), place, Credentials("A", "s"), datetime.now(UTC))


class Storage:
    """Answers each request with the next of `answers`, and when there are none left with one of `objects`."""

    def __init__(self, port: int) -> None:
        self.ticket = ticket_of(port)
        self.answers: list[tuple[int, bytes]] = []
        self.objects: dict[str, bytes] = {}
        self.received: list[bytes] = []
        """The bodies of all requests."""


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.received.append(self.rfile.read(int(self.headers["content-length"] or 0)))
            found = there.objects.get(self.path.partition("?")[0].rpartition("/")[2])
            status, body = there.answers.pop(0) if there.answers else (404, b"") if found is None else (200, found)
            self.send_response(status or 200)
            self.send_header("content-length", str(len(body) + (status == CUT)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    monkeypatch.setattr(transfer, "_PAUSES_S", (0, 0, 0))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there = Storage(server.server_port)
    Thread(target=server.serve_forever, daemon=True).start()
    yield there
    server.shutdown()
    server.server_close()


def upload(ticket: Ticket) -> None:
    transfer.upload(ticket, b"# Hi\n")


def download(ticket: Ticket) -> bytes:
    return transfer.download(ticket, "text")


def wait(ticket: Ticket) -> object:
    return transfer.wait(ticket, 60)


@pytest.mark.parametrize("timeout_s", [0, 0.2])
def test_who_waits_only_a_moment_sees_that_it_failed(storage: Storage, timeout_s: float) -> None:
    storage.objects["error.json"] = b'{"message": "No."}'
    outcome = transfer.wait(storage.ticket, timeout_s)["text"]
    assert (outcome.state, outcome.error) == ("failed", {"message": "No."})


def test_what_passes_is_tried_again(storage: Storage) -> None:
    storage.answers = [(503, SLOW_DOWN), (429, b""), (CUT, b"# H"), (200, b"# Hi\n")]
    assert download(storage.ticket) == b"# Hi\n"


def test_a_source_is_sent_again_from_its_beginning(storage: Storage) -> None:
    storage.answers = [(500, b""), (201, b"")]
    progress: list[int] = []
    transfer.upload(storage.ticket, b"# Hi\n", lambda sent, _total: progress.append(sent))
    first, second = storage.received
    assert first == second
    assert b"# Hi\n" in second
    assert progress == progress[:3] * 2


@pytest.mark.parametrize("do", [upload, download, wait])
@pytest.mark.parametrize(
    ("answer", "why"),
    [((503, SLOW_DOWN), "(SlowDown, Please reduce your request rate)"), ((CUT, b"#"), "(IncompleteRead(1 bytes read")],
    ids=["busy", "cut"],
)
def test_what_does_not_pass_is_no_fault_of_the_ticket(
    storage: Storage, do: Callable[[Ticket], object], answer: tuple[int, bytes], why: str
) -> None:
    storage.answers = [answer] * 4
    with pytest.raises(Unavailable) as failed:
        do(storage.ticket)
    assert "was asked 4 times" in str(failed.value)
    assert why in str(failed.value)
    assert str(failed.value).endswith(". Try again later.")


@pytest.mark.parametrize(("do", "error"), [(upload, UploadRefused), (download, LinkRefused), (wait, LinkRefused)])
def test_what_is_refused_is_asked_once(
    storage: Storage, do: Callable[[Ticket], object], error: type[ExportError]
) -> None:
    storage.answers = [(403, b"<Error><Code>AccessDenied</Code><Message>Request has expired.</Message></Error>")]
    with pytest.raises(error, match=r": AccessDenied, Request has expired\. Ask for a new ticket\.$"):
        do(storage.ticket)
    assert len(storage.received) == 1


def test_one_that_does_not_answer_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_TIMEOUT_S", 0.2)
    with (
        talking(lambda connection: connection.recv(1) and None) as port,
        pytest.raises(Unavailable, match="asked once"),
    ):
        download(ticket_of(port))


def occupied(out: Path) -> Path:
    out.write_text("mine")
    return out


def below_a_file(out: Path) -> Path:
    return occupied(out) / "inside"


def with_a_folder_of_the_name(out: Path) -> Path:
    (out / "notes.txt").mkdir(parents=True)
    return out


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (occupied, "File exists"),
        (below_a_file, "Not a directory"),
        (with_a_folder_of_the_name, "Is a directory"),
    ],
)
def test_where_nothing_can_be_written_is_told_at_once(
    storage: Storage, tmp_path: Path, make: Callable[[Path], Path], why: str
) -> None:
    folder = make(tmp_path / "out")
    said = f"The file '{folder / 'notes.txt'}' cannot be written: {why}. Name another folder."
    with pytest.raises(RequestError) as early:
        transfer.prepare(storage.ticket, folder)
    assert storage.received == []

    storage.objects["notes.txt"] = b"Hi"
    with pytest.raises(RequestError) as late:
        transfer.save(storage.ticket, "text", folder)
    assert str(early.value) == str(late.value) == said


def test_a_folder_is_made(storage: Storage, tmp_path: Path) -> None:
    transfer.prepare(storage.ticket, tmp_path / "a" / "b")
    storage.objects["notes.txt"] = b"Hi"
    assert transfer.save(storage.ticket, "text", tmp_path / "a" / "b").read_bytes() == b"Hi"
