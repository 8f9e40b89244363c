from typing import Any

from django.core.management import BaseCommand

from lms.keys.services import rewrap_all


class Command(BaseCommand):
    help = "Wrap the keys of all recordings with the current master key, so that older ones can go."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rewrap_all()} keys wrapped anew.")
