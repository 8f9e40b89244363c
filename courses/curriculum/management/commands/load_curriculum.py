from typing import Any

from django.core.management.base import BaseCommand

from courses.curriculum.loading import load_curriculum


class Command(BaseCommand):
    help = "Makes the pages of the shipped course; leaves alone what editors changed."

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = load_curriculum()
        if not options["verbosity"]:
            return
        self.stdout.write(
            f"Pagina's: {len(outcome.created)} nieuw, {len(outcome.updated)} bijgewerkt,"
            f" {len(outcome.unchanged)} ongewijzigd."
        )
        for key in outcome.kept:
            self.stdout.write(f"overgeslagen: aangepast door redactie: {key}")
