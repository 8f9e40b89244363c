import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from video_review.media import scratch
from video_review.media.scratch import check_scratch, job_directory, wipe_unlocked

# Takes a job directory, says where, and never gives it back.
CRASHING = """
import sys, fcntl
from pathlib import Path
from django.conf import settings
settings.configure(SCRATCH_ROOT=Path(sys.argv[1]), SCRATCH_RAM_MB=0)
from video_review.media.scratch import job_directory
with job_directory() as job:
    (job / "film").write_text("film")
    print(job, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_scratch(settings, tmp_path, monkeypatch):
    settings.SCRATCH_ROOT = tmp_path / "scratch"
    settings.SCRATCH_RAM_MB = 1
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(scratch, "SHARED_MEMORY", memory)


def test_a_job_directory_is_private_and_gone_afterwards(settings):
    with job_directory() as job:
        assert job.parent == settings.SCRATCH_ROOT.resolve()
        assert job.stat().st_mode & 0o777 == 0o700
        (job / "film").write_text("film")
    assert not job.exists()


def test_a_failing_job_leaves_nothing():
    def fail():
        with job_directory() as job:
            jobs.append(job)
            (job / "film").write_text("film")
            raise RuntimeError

    jobs = []
    with pytest.raises(RuntimeError):
        fail()
    assert [job.exists() for job in jobs] == [False]


@pytest.mark.parametrize(
    ("size", "place"), [(None, "scratch"), (1024**2, "memory"), (1024**2 + 1, "scratch")]
)
def test_what_fits_stays_in_memory(tmp_path, size, place):
    with job_directory(size) as job:
        assert job.relative_to(tmp_path.resolve()).parts[0] == place


def test_start_up_wipes_what_a_killed_job_left_and_only_that(settings):
    process = subprocess.Popen(
        [sys.executable, "-c", CRASHING, str(settings.SCRATCH_ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    left = Path(process.stdout.readline().strip())
    assert wipe_unlocked() == 0
    assert (left / "film").read_text() == "film"
    process.kill()
    process.communicate()
    with job_directory() as mine:
        assert wipe_unlocked() == 1
        assert not left.exists()
        assert mine.is_dir()


def test_production_refuses_scratch_on_a_plain_disk(settings, tmp_path, monkeypatch):
    mounts = tmp_path / "mountinfo"
    monkeypatch.setattr(scratch, "MOUNTS", mounts)
    root = tmp_path.resolve()
    mounts.write_text(
        f"1 0 0:1 / / rw - ext4 /dev/vda rw\n2 1 0:2 / {root}/memory rw - tmpfs tmpfs rw\n"
    )
    settings.SCRATCH_IS_ENCRYPTED = False
    with pytest.raises(ImproperlyConfigured):
        check_scratch()
    settings.SCRATCH_IS_ENCRYPTED = True
    check_scratch()
    settings.SCRATCH_IS_ENCRYPTED = False
    settings.SCRATCH_ROOT = root / "memory" / "jobs"
    check_scratch()
