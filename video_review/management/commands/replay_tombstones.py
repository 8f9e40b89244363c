from typing import Any

from django.core.management.base import BaseCommand

from video_review.processing.destruction import replay_tombstones


class Command(BaseCommand):
    help = "Destroy again what a restored backup has brought back. Run before the doors open."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = replay_tombstones()
        self.stdout.write(f"{lines} tombstones replayed.")
