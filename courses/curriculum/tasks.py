from celery import shared_task
from django.core.management import call_command


# Expires, because beat asks again: messages never pile up behind a busy worker.
@shared_task(ignore_result=True, expires=300)
def publish_planned() -> None:
    """Pages that an editor planned go live, or off the site, when their hour has come."""
    call_command("publish_scheduled", verbosity=0)
