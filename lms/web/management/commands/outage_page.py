from typing import Any

from django.core.management.base import BaseCommand
from django.template.loader import render_to_string


class Command(BaseCommand):
    help = "The page that nginx shows while the platform does not answer."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(render_to_string("503.html"), ending="")
