from typing import Any

from django.core.management.base import BaseCommand

from courses.delivery.loading import load_professions


class Command(BaseCommand):
    help = "Makes the professions that take part and the rule of the couple."

    def handle(self, *args: Any, **options: Any) -> None:
        load_professions()
