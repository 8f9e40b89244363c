from typing import Any

from django.core.management.base import BaseCommand

from video_review.staging import stage_recordings


class Command(BaseCommand):
    help = "Make the staged recordings of the demo and send them in; done before, it does nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = stage_recordings()
        if options["verbosity"] > 1:
            self.stdout.write(f"{sent} staged recordings sent in.")
