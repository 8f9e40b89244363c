"""The processes that make up the demo, started together and stopped together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 8


def die_with_parent() -> None:
    ctypes.CDLL("libc.so.6").prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@dataclass
class Program:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    starts: int = field(default=0)

    def start(self) -> None:
        self.started_at, self.starts = time.monotonic(), self.starts + 1
        self.process = subprocess.Popen(  # noqa: S603 -- our own programs, no shell
            self.command,
            cwd=settings.BASE_DIR,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def send(self, signum: int) -> None:
        """To the program and to whatever it has started."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signum)
        except ProcessLookupError:
            return


def programs(*, host: str, port: int, certificate: tuple[str, str] | None) -> list[Program]:
    python = sys.executable
    tls = (
        ["--ssl-certificate", certificate[0], "--ssl-keyfile", certificate[1]]
        if certificate
        else []
    )
    web = [python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += ["--workers", "1", "--blocking-threads", "4", "--log-level", "warning", *tls]
    # As root, which a demo may well be run as, Celery has a long warning.
    quietly = ["-W", "ignore:You're running the worker with superuser"]
    celery = [python, *quietly, "-m", "celery", "-A", "lms", "--quiet"]
    worker = ["worker", "--pool", "solo", "--without-gossip", "--without-mingle", "-l", "WARNING"]
    return [
        Program("web", [*web, "lms.wsgi:application"]),
        Program("worker", [*celery, *worker, "-Q", "fast", "-n", f"fast-{port}@%h"]),
        Program("media worker", [*celery, *worker, "-Q", "media", "-n", f"media-{port}@%h"]),
        Program(
            "beat",
            [*celery, "beat", "-l", "WARNING", "--pidfile=", "-s", str(settings.VAR_DIR / "beat")],
        ),
    ]


@contextmanager
def running(started: list[Program]) -> Iterator[None]:
    """Start these programs; stop all of them, and what they started, however this ends."""
    try:
        for program in started:
            program.start()
        yield
    finally:
        for program in started:
            program.send(signal.SIGTERM)
        patience = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < patience and not all(program.ended() for program in started):
            time.sleep(0.05)
        for program in started:
            program.send(signal.SIGKILL)
            if program.process is not None:
                program.process.wait()


def wait_until_it_answers(address: str, is_stopped: Callable[[], bool], *, seconds: int) -> bool:
    patience = time.monotonic() + seconds
    while time.monotonic() < patience and not is_stopped():
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 -- our own
                return bool(answer.status == 200)
        except urllib.error.HTTPError:
            return False
        except OSError:
            time.sleep(0.1)
    return False
