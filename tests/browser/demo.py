"""The demo as somebody starts it: the real command, with web, workers and clock of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

READY_SECONDS = 240
STOP_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def demo_environment(folder: Path) -> dict[str, str]:
    """That of a demo in this folder: nothing of the tests, whose settings are others."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    return own | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.demo",
        "LMS_VAR_DIR": str(folder / "var"),
        "LMS_STATIC_ROOT": str(static_root(folder)),
    }


def static_root(folder: Path) -> Path:
    collected = Path(os.environ.get("LMS_STATIC_ROOT", settings.BASE_DIR / "staticfiles"))
    return collected if (collected / "staticfiles.json").exists() else folder / "static"


def manage(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=READY_SECONDS,
    )


@dataclass
class Demo:
    port: int
    folder: Path
    environment: dict[str, str]
    said: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None
    listener: threading.Thread | None = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        if not Path(self.environment["LMS_STATIC_ROOT"]).exists():
            manage("collectstatic", "--noinput", environment=self.environment).check_returncode()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(self.port)],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        heard = threading.Event()
        self.listener = threading.Thread(target=self.listen, args=[heard], daemon=True)
        self.listener.start()
        assert heard.wait(READY_SECONDS), self.said
        assert f"Ready: {self.address}/\n" in self.said, self.said

    def listen(self, heard: threading.Event) -> None:
        """Until it ends: whoever does not read lets the programs wait for a full pipe."""
        assert self.process is not None
        assert self.process.stdout is not None
        with self.process.stdout as told:
            for line in told:
                self.said.append(line)
                if line.startswith("Ready:"):
                    heard.set()
        heard.set()

    def stop(self) -> int:
        """What Ctrl-C does; answers with the code it ended with."""
        assert self.process is not None
        assert self.listener is not None
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(STOP_SECONDS)
        self.listener.join(STOP_SECONDS)
        return code

    def processes(self) -> list[int]:
        """All that were started in this demo's folder, whoever is their parent by now."""
        mark = f"LMS_VAR_DIR={self.environment['LMS_VAR_DIR']}".encode()
        return [pid for pid in running_processes() if mark in surroundings(pid)]


def running_processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def surroundings(pid: int) -> list[bytes]:
    """The environment of a process; of one that has ended, or is somebody else's, nothing."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return []


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    demo = Demo(port=free_port(), folder=folder, environment=demo_environment(folder))
    try:
        demo.start()
        yield demo
    finally:
        for pid in demo.processes():
            os.kill(pid, signal.SIGKILL)
        if demo.process is not None:
            demo.process.wait(STOP_SECONDS)
