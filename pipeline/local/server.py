"""MiniStack in a process of its own, which takes its workers and its temporary folder with it when it ends."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

from exporters.errors import MissingPart
from pipeline.signing import Credentials

REGION = "us-east-1"
ROOT_USER = Credentials("test", "test")  # MiniStack's own; it listens on this machine alone

_START_S = 30  # it takes half a second, on a machine that has nothing else to do
_STOP_S = 5


class Server:
    """Runs between `start` and `stop`."""

    def __init__(self, environment: dict[str, str]) -> None:
        """`environment` is what every function finds in its own, besides what the template sets."""
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._made: Path | None = None

    @property
    def pid(self) -> int:
        """The server's; its workers are its children."""
        if self._process is None:
            raise RuntimeError("The server has not been started.")
        return self._process.pid

    def start(self) -> None:
        """Returns once it answers. Raises `MissingPart` with the end of its log if it does not."""
        self.folder = self._made = Path(tempfile.mkdtemp(prefix="document-export-"))
        self.log = self.folder / "ministack.log"
        self.port = _free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                # -P: the modules beside leash.py are not for MiniStack to import by mistake
                [sys.executable, "-P", str(Path(__file__).with_name("leash.py")), str(self.folder)],
                env=self._server_environment(),
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that a Ctrl-C is ours to handle, and its group can be ended as one
            )
        ends = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > ends:
                said = self.log.read_text(errors="replace")[-1500:]
                self.stop()
                raise MissingPart(f"The embedded stack did not start. The end of its log:\n{said}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends the server, its workers and its folder; does nothing if that is done."""
        if self._process is not None:
            _end_group(self._process)
            self._process = None
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)

    def _server_environment(self) -> dict[str, str]:
        # Nothing of the caller's AWS settings: a stack on this machine must never talk to a real account.
        inherited = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "HOME") if name in os.environ}
        return inherited | {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "AWS_ENDPOINT_URL": self.endpoint,
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "TMPDIR": str(self.folder),
            "PYTHONUNBUFFERED": "1",
            **self._environment,
        }

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=2):  # noqa: S310
                return True
        except (URLError, OSError):
            return False


def _end_group(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
    if process.stdin:
        process.stdin.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
