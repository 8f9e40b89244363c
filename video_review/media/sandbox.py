"""Runs one hostile program: bubblewrap, no network, one input, one output directory, limits.

The program sees /usr, its input at /in/input (read only), its output at /out (also its current
directory) and an empty /tmp; no environment, no other files. Commands name files relative to the
current directory (``INPUT``, ``"poster.jpg"``), so that they also run without bubblewrap, which
only the demonstration may do.
"""

import functools
import logging
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

from django.conf import settings

from video_review.media.errors import Cancelled, Outage, SandboxMissing, TookTooLong

logger = logging.getLogger(__name__)

INPUT = "../in/input"

GIGABYTE = 1024**3
# Address space, not memory in use: decoder threads map far more than they touch.
MEMORY_BYTES = 6 * GIGABYTE
FILE_BYTES = 20 * GIGABYTE
TEMPORARY_BYTES = 64 * 1024 * 1024
PROCESSES = 256
NICENESS = 5
TICK_SECONDS = 0.1
HEARTBEAT_SECONDS = 5.0
STDERR_LIMIT = 64 * 1024
NOBODY = 65534
TRIAL_SECONDS = 10

SYSTEM_BINDS = (
    *("--ro-bind", "/usr", "/usr"),
    *("--symlink", "usr/bin", "/bin"),
    *("--symlink", "usr/lib", "/lib"),
    *("--symlink", "usr/lib64", "/lib64"),
    *("--perms", "0755", "--dir", "/etc", "--perms", "0755", "--dir", "/in"),
    *("--ro-bind-try", "/etc/alternatives", "/etc/alternatives"),
    *("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"),
    *("--dev", "/dev"),
    *("--perms", "1777", "--size", str(TEMPORARY_BYTES), "--tmpfs", "/tmp"),  # noqa: S108 -- inside the sandbox
)
# The frame that all this hangs in; last, once every mount point is made.
READ_ONLY = ("--remount-ro", "/", "--remount-ro", "/dev")
ENVIRONMENT = {"PATH": "/usr/bin", "LANG": "C.UTF-8", "HOME": "/tmp", "MALLOC_ARENA_MAX": "4"}  # noqa: S108 -- inside the sandbox


@dataclass(frozen=True)
class Completed:
    returncode: int
    stderr: str
    stdout: bytes = b""
    # Where in the film ffmpeg was at its first complaint, and where it ended (seconds).
    first_complaint_at: float | None = None
    reached: float = 0.0


@dataclass(frozen=True)
class Watch:
    """What the caller wants to know, and may decide, while the program runs."""

    on_progress: Callable[[float], None] | None = None
    heartbeat: Callable[[], None] | None = None
    cancelled: Callable[[], bool] | None = None
    on_tick: Callable[[], None] | None = None


@dataclass
class _Output:
    """What the reading threads have seen so far."""

    keep_stdout: int
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    reached: float = 0.0
    moved_at: float = field(default_factory=time.monotonic)
    first_complaint_at: float | None = None

    def read_progress(self, pipe: BufferedReader) -> None:
        with pipe:
            for line in pipe:
                self._read_progress_line(line)

    def _read_progress_line(self, line: bytes) -> None:
        name, _, value = line.strip().partition(b"=")
        # "N/A" until the first frame, and negative while a file starts before zero.
        if name == b"out_time_us" and value.isdigit() and int(value) / 1e6 > self.reached:
            self.reached = int(value) / 1e6
            self.moved_at = time.monotonic()

    def read_stdout(self, pipe: BufferedReader) -> None:
        with pipe:
            while chunk := pipe.read(64 * 1024):
                self.stdout += chunk[: self.keep_stdout - len(self.stdout)]

    def read_stderr(self, pipe: BufferedReader) -> None:
        with pipe:
            while chunk := pipe.read1(64 * 1024):
                if self.first_complaint_at is None:
                    self.first_complaint_at = self.reached
                self.stderr += chunk[: STDERR_LIMIT - len(self.stderr)]


def run(
    argv: list[str],
    *,
    job: Path,
    input: Path | None = None,
    timeout: float,
    cpu_seconds: int,
    memory_bytes: int = MEMORY_BYTES,
    stall_seconds: float | None = None,
    on_progress: Callable[[float], None] | None = None,
    heartbeat: Callable[[], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    on_tick: Callable[[], None] | None = None,
    idle: bool = False,
    keep_stdout: int = 0,
) -> Completed:
    """Run ``argv`` to its end, or kill it with everything it started and say why.

    ``on_progress`` gets seconds of film and needs ``-progress pipe:1`` in ``argv``;
    with ``keep_stdout`` standard output is returned instead (at most so many bytes).
    Whatever a callback raises kills the program and is raised again.
    """
    out = _prepare(job, input)
    sandboxed = _must_sandbox()
    command = _command(
        argv,
        out=out,
        input=input,
        sandboxed=sandboxed,
        idle=idle,
        limits=_limits(cpu_seconds=cpu_seconds, memory_bytes=memory_bytes),
    )
    output = _Output(keep_stdout=keep_stdout)
    try:
        process = subprocess.Popen(  # noqa: S603 -- argument list, names of our own making
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=out,
            env=ENVIRONMENT,
            start_new_session=True,
        )
    except OSError as error:
        raise Outage("could not start a program") from error
    readers = _start_readers(process, output)
    try:
        told = _wait(
            process,
            output,
            Watch(on_progress, heartbeat, cancelled, on_tick),
            timeout=timeout,
            stall_seconds=stall_seconds,
        )
    finally:
        _kill_group(process)
        for reader in readers:
            reader.join()
    if on_progress and output.reached > told:
        on_progress(output.reached)
    return Completed(
        returncode=process.returncode,
        stderr=output.stderr.decode(errors="replace"),
        stdout=bytes(output.stdout),
        first_complaint_at=output.first_complaint_at,
        reached=output.reached,
    )


@functools.cache
def bubblewrap_works() -> bool:
    """Whether this machine lets us build the sandbox (some containers do not)."""
    if shutil.which("bwrap") is None:
        return False
    command = [*_bubblewrap(), *READ_ONLY, "--", *_inside(["/usr/bin/true"], limits=())]
    try:
        trial = subprocess.run(  # noqa: S603 -- argument list, all constant
            command, capture_output=True, timeout=TRIAL_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        logger.exception("bubblewrap could not be tried")
        return False
    if trial.returncode:
        logger.error("bubblewrap does not work here: %s", trial.stderr.decode(errors="replace"))
    return trial.returncode == 0


def _must_sandbox() -> bool:
    if bubblewrap_works():
        return True
    if settings.REQUIRE_SANDBOX:
        raise SandboxMissing("bubblewrap does not work on this machine")
    _warn_unprotected()
    return False


@functools.cache
def _warn_unprotected() -> None:
    logger.warning("Video is processed WITHOUT a sandbox. Install bubblewrap; never do this live.")


def _prepare(job: Path, source: Path | None) -> Path:
    """Make /out, and give the program's own user what it needs when we run as root.

    The job directory above is closed to everybody else.
    """
    out = job / "out"
    out.mkdir(mode=0o755, exist_ok=True)
    if source is not None:
        inside = job / "in" / "input"
        inside.parent.mkdir(mode=0o711, exist_ok=True)
        inside.unlink(missing_ok=True)
        inside.symlink_to(source.resolve())
    if _is_root():
        for path in (out, *out.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        if source is not None:
            # The directories above it are ours alone; only the sandbox mounts this one file.
            source.chmod(0o644)
    return out


def _is_root() -> bool:
    return os.geteuid() == 0


def _command(
    argv: list[str],
    *,
    out: Path,
    input: Path | None,
    sandboxed: bool,
    idle: bool,
    limits: tuple[str, ...],
) -> list[str]:
    patience = ["chrt", "--idle", "0"] if idle else ["nice", "-n", str(NICENESS)]
    outer = ["setpriv", "--pdeathsig", "KILL", *patience]
    if not sandboxed:
        return [*outer, "prlimit", *limits, "--", *argv]
    binds = ["--bind", str(out.resolve()), "/out", "--chdir", "/out"]
    if input is not None:
        binds += ["--ro-bind", str(input.resolve()), "/in/input"]
    return [*outer, *_bubblewrap(), *binds, *READ_ONLY, "--", *_inside(argv, limits=limits)]


def _bubblewrap() -> list[str]:
    """Root (containers) drops to nobody inside, else the limit on processes would not hold."""
    if _is_root():
        spaces = [
            "--unshare-ipc",
            "--unshare-pid",
            "--unshare-net",
            "--unshare-uts",
            "--unshare-cgroup-try",
            *("--cap-drop", "ALL"),
            *("--cap-add", "CAP_SETUID"),
            *("--cap-add", "CAP_SETGID"),
            *("--cap-add", "CAP_SETPCAP"),
        ]
    else:
        spaces = ["--unshare-all", "--unshare-user", "--disable-userns"]
    environment = [part for item in ENVIRONMENT.items() for part in ("--setenv", *item)]
    return [
        "bwrap",
        *spaces,
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        *environment,
        *SYSTEM_BINDS,
    ]


def _inside(argv: list[str], *, limits: tuple[str, ...]) -> list[str]:
    drop = (
        f"--reuid={NOBODY} --regid={NOBODY} --clear-groups --bounding-set=-all --inh-caps=-all"
        if _is_root()
        else ""
    )
    return ["setpriv", *drop.split(), "--no-new-privs", "prlimit", *limits, "--", *argv]


def _limits(*, cpu_seconds: int, memory_bytes: int) -> tuple[str, ...]:
    return (
        f"--cpu={cpu_seconds}",
        f"--as={memory_bytes}",
        f"--fsize={FILE_BYTES}",
        f"--nproc={PROCESSES}",
        "--core=0",
    )


def _start_readers(process: subprocess.Popen[bytes], output: _Output) -> list[threading.Thread]:
    assert process.stdout  # noqa: S101 -- for the type checker: both are pipes
    assert process.stderr  # noqa: S101 -- for the type checker: both are pipes
    read_stdout = output.read_stdout if output.keep_stdout else output.read_progress
    readers = [
        threading.Thread(target=read_stdout, args=[process.stdout], daemon=True),
        threading.Thread(target=output.read_stderr, args=[process.stderr], daemon=True),
    ]
    for reader in readers:
        reader.start()
    return readers


def _wait(
    process: subprocess.Popen[bytes],
    output: _Output,
    watch: Watch,
    *,
    timeout: float,
    stall_seconds: float | None,
) -> float:
    """How far the program had told to be; its very last words may still be on their way."""
    started = beaten_at = time.monotonic()
    told = 0.0
    while True:
        ended = _has_ended(process)
        if watch.on_tick:
            watch.on_tick()
        if watch.on_progress and output.reached > told:
            told = output.reached
            watch.on_progress(told)
        if ended:
            return told
        now = time.monotonic()
        if watch.heartbeat and now - beaten_at >= HEARTBEAT_SECONDS:
            beaten_at = now
            watch.heartbeat()
        if watch.cancelled and watch.cancelled():
            raise Cancelled
        _check_time(now - started, timeout)
        _check_time(now - output.moved_at, stall_seconds)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(TICK_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _check_time(passed: float, allowed: float | None) -> None:
    if allowed is not None and passed > allowed:
        raise TookTooLong(f"no end or no progress within {allowed:.0f} s")


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """bubblewrap dies with its group, and the kernel ends everything in its process space."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            logger.debug("The program ended by itself.")
    process.wait()
