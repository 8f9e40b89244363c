"""What a worker that opens films sees to before it opens the first."""

from typing import Any

from celery.signals import worker_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from video_review.media.sandbox import bubblewrap_works
from video_review.media.scratch import check_scratch, wipe_unlocked


@worker_init.connect
def prepare(sender: Any, **_: Any) -> None:
    """Refuse to work where films would not be safe; wipe what killed jobs left behind."""
    if "media" not in sender.app.amqp.queues.consume_from:
        return
    try:
        refuse_unsafe_machine()
    except ImproperlyConfigured as error:
        raise SystemExit(f"This worker does not start: {error}") from error
    wipe_unlocked()


def refuse_unsafe_machine() -> None:
    if not settings.REQUIRE_SANDBOX:
        return
    check_scratch()
    if not bubblewrap_works():
        raise ImproperlyConfigured("bubblewrap does not work on this machine.")
