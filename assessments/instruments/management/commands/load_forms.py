from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.instruments.definitions import BadDefinition
from assessments.instruments.services import load_form

CONTENT = Path(__file__).resolve().parents[2] / "content"


class Command(BaseCommand):
    help = "Publishes the forms that come with the site; one that did not change stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in sorted(CONTENT.glob("*.yaml")):
            try:
                version = load_form(path)
            except BadDefinition as error:
                raise CommandError(str(error)) from error
            self.stdout.write(str(version))
