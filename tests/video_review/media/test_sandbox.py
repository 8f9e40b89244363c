import socket
import subprocess
import threading

import pytest

from video_review.media import sandbox
from video_review.media.errors import Cancelled, SandboxMissing, TookTooLong

pytestmark = pytest.mark.ffmpeg

ENDLESS = ["sh", "-c", "sleep 1000 & sleep 1000"]
COUNTING = ["sh", "-c", "for i in 1 2 3; do echo out_time_us=${i}000000; done; sleep 1000"]


def run(job, *argv, **options):
    options = {"timeout": 20, "cpu_seconds": 10, "keep_stdout": 100_000} | options
    return sandbox.run(list(argv), job=job, **options)


def shell(job, script, **options):
    return run(job, "bash", "-c", script, **options)


def test_the_sandbox_works_on_this_machine():
    assert sandbox.bubblewrap_works()


def test_it_reads_its_input_and_writes_its_output(job, tmp_path):
    film = tmp_path / "film"
    film.write_text("film")
    done = shell(job, "cat /in/input ../in/input > copy; echo said >&2; exit 3", input=film)
    assert (done.returncode, done.stderr) == (3, "said\n")
    assert (job / "out" / "copy").read_text() == "filmfilm"


def test_it_sees_no_other_file(job, tmp_path):
    film, other = tmp_path / "film", tmp_path / "other"
    film.write_text("film")
    other.write_text("other")
    assert subprocess.run(["cat", str(other)], capture_output=True).stdout == b"other"
    assert shell(job, f"cat {other}", input=film).stdout == b""
    seen = shell(job, "ls /; ls /in /etc /tmp /home /root /proc /sys /var 2>/dev/null", input=film)
    assert seen.stdout.split() == [
        *(b"bin dev etc in lib lib64 out tmp usr".split()),
        *(b"/etc: alternatives ld.so.cache /in: input /tmp:".split()),
    ]


@pytest.mark.parametrize("place", ["/x", "/usr/x", "/etc/x", "/in/x", "/in/input", "/dev/x"])
def test_it_writes_nowhere_but_in_out_and_tmp(job, tmp_path, place):
    film = tmp_path / "film"
    film.write_text("film")
    assert (
        shell(job, f"echo x > /out/x && echo x > /tmp/x && echo x > {place}", input=film).stdout
        == b""
    )
    assert (job / "out" / "x").read_text() == "x\n"
    assert film.read_text() == "film"
    assert shell(job, f"echo x >> {place} && echo written", input=film).stdout == b""


def test_it_has_no_environment(job, monkeypatch):
    monkeypatch.setenv("LMS_MASTER_KEY", "very secret")
    assert b"very secret" in subprocess.run(["env"], capture_output=True).stdout
    names = {line.split(b"=")[0] for line in run(job, "env").stdout.splitlines()}
    assert names == {b"PATH", b"LANG", b"HOME", b"MALLOC_ARENA_MAX", b"PWD"}


def test_it_reaches_no_network(job):
    with socket.create_server(("127.0.0.1", 0)) as server:
        dial = f"exec 3<>/dev/tcp/127.0.0.1/{server.getsockname()[1]} && echo reached"
        outside = subprocess.run(["bash", "-c", dial], capture_output=True)
        assert outside.stdout == b"reached\n"
        assert shell(job, dial).stdout == b""


def test_it_sees_no_other_process_and_is_not_root(job):
    """The first process is bubblewrap itself, the second the program."""
    assert int(shell(job, "echo $$").stdout) < 10
    assert shell(job, "id -u").stdout != b"0\n"


def test_processes_memory_and_file_size_are_limited(job, monkeypatch):
    monkeypatch.setattr(sandbox, "PROCESSES", 20)
    monkeypatch.setattr(sandbox, "FILE_BYTES", 1000)
    forks = shell(job, "for i in $(seq 40); do sleep 1 & done; echo survived")
    assert "fork" in forks.stderr
    hoard = "x=$(head -c 300M /dev/zero | tr '\\0' x); echo kept"
    assert shell(job, hoard).stdout == b"kept\n"
    assert shell(job, hoard, memory_bytes=200_000_000).stdout == b""
    shell(job, "head -c 100000 /dev/zero > big")
    assert (job / "out" / "big").stat().st_size == 1000


def test_computing_time_is_limited(job):
    done = shell(job, "while :; do :; done", cpu_seconds=1)
    assert done.returncode == 137


def test_no_end_in_time_ends_the_whole_group(job):
    with pytest.raises(TookTooLong):
        run(job, *ENDLESS, timeout=0.5)
    assert subprocess.run(["pgrep", "-f", "sleep 1000"], capture_output=True).stdout == b""


def test_standing_still_ends_it_too(job):
    told = []
    with pytest.raises(TookTooLong):
        run(job, *COUNTING, keep_stdout=0, stall_seconds=0.5, on_progress=told.append)
    assert told[-1] == 3.0


def test_progress_that_is_not_a_number_is_passed_over(job):
    told = []
    script = "echo out_time_us=N/A; echo out_time_us=-5; echo out_time_us=2500000"
    assert shell(job, script, keep_stdout=0, on_progress=told.append).reached == 2.5
    assert told == [2.5]


def test_a_lost_lease_kills_the_program_and_is_told(job, monkeypatch):
    class LeaseLost(Exception):
        pass

    def heartbeat():
        raise LeaseLost

    monkeypatch.setattr(sandbox, "HEARTBEAT_SECONDS", 0.2)
    with pytest.raises(LeaseLost):
        run(job, *ENDLESS, heartbeat=heartbeat)
    assert subprocess.run(["pgrep", "-f", "sleep 1000"], capture_output=True).stdout == b""


def test_cancelling_kills_the_program(job):
    asked = threading.Event()
    asked.set()
    with pytest.raises(Cancelled):
        run(job, *ENDLESS, cancelled=asked.is_set)


def test_a_flood_of_complaints_is_read_and_cut(job):
    done = shell(job, "head -c 3000000 /dev/zero | tr '\\0' 'x' >&2; echo end")
    assert (len(done.stderr), done.stdout) == (sandbox.STDERR_LIMIT, b"end\n")


def test_without_sandbox_nothing_runs_unless_allowed(job, tmp_path, settings, monkeypatch):
    monkeypatch.setattr(sandbox, "bubblewrap_works", lambda: False)
    film = tmp_path / "film"
    film.write_text("film")
    settings.REQUIRE_SANDBOX = True
    with pytest.raises(SandboxMissing):
        shell(job, "cat ../in/input", input=film)
    settings.REQUIRE_SANDBOX = False
    assert shell(job, "cat ../in/input", input=film).stdout == b"film"
