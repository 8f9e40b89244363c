"""What is cleared away every night; an app adds what it no longer needs in ``AppConfig.ready``."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.utils import timezone

from lms.jobs.models import Job, Status

LIMIT = 20_000  # rows of a kind in one night: the rest follows in the next
DONE_JOBS_KEPT = timedelta(days=7)
ATTEMPTS_KEPT = timedelta(days=30)
CHORES: dict[str, Callable[[], object]] = {}


def register_chore(name: str, chore: Callable[[], object]) -> None:
    CHORES[name] = chore


def do_chores() -> None:
    """What one of them runs into keeps no other from its turn: it is raised at the end."""
    failures: list[Exception] = []
    for chore in CHORES.values():
        try:
            chore()
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Not everything was cleared away.", failures)


def clear_sessions() -> None:
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def clear_sign_in_attempts() -> None:
    before = timezone.now() - ATTEMPTS_KEPT
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(attempt_time__lt=before).delete()


def clear_done_jobs() -> None:
    """Done long ago. What was given up stays, for whoever looks into it."""
    done = Job.objects.filter(
        status=Status.DONE, next_attempt_at__lt=timezone.now() - DONE_JOBS_KEPT
    )
    Job.objects.filter(pk__in=done.values_list("pk", flat=True)[:LIMIT]).delete()


register_chore("sessions", clear_sessions)
register_chore("sign-in attempts", clear_sign_in_attempts)
register_chore("done jobs", clear_done_jobs)
