import threading
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lms.jobs import processing
from lms.jobs.lease import Lease, LeaseLost, TryLater
from lms.jobs.models import ENTERED_FROM, LEASE, MAX_ATTEMPTS, Job, Status
from lms.jobs.registry import KINDS, Kind, register
from lms.jobs.services import enqueue
from tests.factories.jobs import JobFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
NOW, MOMENT = timezone.now(), timedelta(microseconds=1)


@pytest.fixture
def work(monkeypatch):
    """The handler of ``tests.job``: ``.outcome`` is raised when set, ``.meanwhile`` is called
    with the lease while it works."""

    class Work:
        def __init__(self):
            self.done, self.given_up, self.outcome = [], [], None

        def meanwhile(self, lease):
            lease.heartbeat()

        def run(self, ref, lease):
            self.done.append(ref)
            self.meanwhile(lease)
            if self.outcome:
                raise self.outcome

    work = Work()
    monkeypatch.setattr("lms.jobs.registry.KINDS", KINDS)
    register(Kind("tests.job", run=work.run, give_up=work.given_up.append, queue="fast"))
    yield work
    del KINDS["tests.job"]


def sweep():
    published = []
    processing.sweep(publish=lambda pk, queue: published.append((pk, queue)))
    return published


@pytest.mark.parametrize("origin", list(Status))
@pytest.mark.parametrize("target", list(Status))
def test_move_follows_the_table(origin, target):
    job = JobFactory(running=origin == Status.RUNNING, status=origin)
    changes = {"token": uuid.uuid4(), "lease_until": NOW} if target == Status.RUNNING else {}

    moved = Job.objects.move(target, **changes)

    job.refresh_from_db()
    assert moved == (1 if origin in ENTERED_FROM[target] else 0)
    assert job.status == (target if moved else origin)


@pytest.mark.parametrize(
    ("fields", "is_claimed"),
    [
        ({"next_attempt_at": NOW}, True),
        ({"next_attempt_at": NOW + MOMENT}, False),
        ({"attempts": MAX_ATTEMPTS - 1}, True),
        ({"attempts": MAX_ATTEMPTS}, False),
        ({"running": True, "lease_until": NOW}, True),
        ({"running": True, "lease_until": NOW + MOMENT}, False),
        ({"status": Status.DONE}, False),
        ({"status": Status.GAVE_UP}, False),
    ],
)
def test_due_and_abandoned_jobs_are_claimed(clock, fields, is_claimed):
    job = JobFactory(**{"next_attempt_at": NOW} | fields)
    clock.now = NOW

    assert (Job.objects.claim(job.pk) is not None) is is_claimed


def test_job_is_done_once_however_often_it_is_delivered(work):
    job = JobFactory()

    processing.run(job.pk)
    processing.run(job.pk)
    processing.run(404)

    job.refresh_from_db()
    assert (work.done, job.status) == ([job.ref], Status.DONE)


def test_worker_that_lost_its_lease_leaves_the_job_to_its_successor(work, clock):
    job = JobFactory()

    def lose_the_lease(lease):
        clock.now += LEASE
        Job.objects.claim(job.pk)
        lease.heartbeat()

    work.meanwhile = lose_the_lease
    processing.run(job.pk)

    job.refresh_from_db()
    assert (job.status, job.attempts) == (Status.RUNNING, 2)


def test_what_is_written_beside_a_lost_lease_is_not_kept(clock):
    job = JobFactory()
    late = Lease(Job.objects.claim(job.pk))
    clock.now += LEASE
    Job.objects.claim(job.pk)

    def write_too_late():
        with transaction.atomic():
            JobFactory(ref="written too late")
            late.hold()

    with pytest.raises(LeaseLost):
        write_too_late()
    assert Job.objects.count() == 1
    assert late.finish() is False


def test_heartbeat_keeps_a_long_job_from_others(work, clock):
    job = JobFactory()

    def work_for_two_leases(lease):
        for _ in range(4):
            clock.now += LEASE / 2
            lease.heartbeat()
            assert sweep() == []

    work.meanwhile = work_for_two_leases
    processing.run(job.pk)

    job.refresh_from_db()
    assert job.status == Status.DONE


def test_lasting_outage_is_tried_three_times_and_then_given_up(work, clock):
    work.outcome = TryLater("storage is away")
    job = JobFactory()
    begin, attempted_at = clock.now, []

    for _half_minute in range(20):
        for pk, _queue in sweep():
            attempted_at.append(clock.now - begin)
            processing.run(pk)
        clock.now += timedelta(seconds=30)

    job.refresh_from_db()
    assert attempted_at == [timedelta(minutes=minutes) for minutes in [0, 1, 5]]
    assert (job.status, work.given_up) == (Status.GAVE_UP, [job.ref])


def test_poisonous_job_that_kills_its_worker_is_given_up_after_three_attempts(work, clock):
    job = JobFactory()
    for _ in range(MAX_ATTEMPTS):
        assert sweep() == [(job.pk, "fast")]
        Job.objects.claim(job.pk)  # and then the worker is killed
        clock.now += LEASE

    assert sweep() == []
    job.refresh_from_db()
    assert (job.status, work.given_up) == (Status.GAVE_UP, [job.ref])


def test_sweep_that_dies_while_giving_up_says_so_the_next_time(work):
    """Else somebody would wait for ever for work that nobody does and nobody gave up."""
    JobFactory(kind="tests.job", ref="9", attempts=MAX_ATTEMPTS)
    tell, waiting = work.given_up.append, JobFactory(kind="tests.job", ref="8")

    def die(ref):
        raise RuntimeError

    register(Kind("tests.job", run=work.run, give_up=die, queue="fast"))
    published = []
    with pytest.raises(RuntimeError):
        processing.sweep(publish=lambda pk, queue: published.append(pk))
    register(Kind("tests.job", run=work.run, give_up=tell, queue="fast"))
    sweep()

    assert (published, work.given_up) == ([waiting.pk], ["9"])


def test_asking_twice_makes_one_job_and_asking_again_later_runs_it_anew(work):
    first, second = enqueue("tests.job", "7"), enqueue("tests.job", "7")
    processing.run(first.pk)
    enqueue("tests.job", "7")
    processing.run(first.pk)

    assert (second, work.done) == (first, ["7", "7"])


@pytest.mark.parametrize("broken", [{"running": True, "lease_until": None}, {"lease_until": NOW}])
def test_database_refuses_impossible_jobs(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFactory(**broken)


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_that_want_a_job_exactly_one_gets_it():
    job, claimed, ready = JobFactory(), [], threading.Barrier(8)

    def claim():
        ready.wait()
        try:
            claimed.append(Job.objects.claim(job.pk))
        finally:
            connection.close()

    workers = [threading.Thread(target=claim) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [winner.pk for winner in claimed if winner] == [job.pk]


@pytest.mark.django_db(transaction=True)
def test_broker_that_is_away_keeps_nobody_from_asking_for_work(work, monkeypatch):
    def nobody_listens(*_args, **_options):
        raise OSError("the broker is away")

    monkeypatch.setattr("lms.jobs.tasks.run_job.apply_async", nobody_listens)

    job = enqueue("tests.job", "9")

    assert sweep() == [(job.pk, "fast")]
