from typing import Any

from django.core.management.base import BaseCommand

from trainers.demo import shift_demo_dates


class Command(BaseCommand):
    help = "Moves the evenings of the demo so that they stand as far from today as they did."

    def handle(self, *args: Any, **options: Any) -> None:
        days = shift_demo_dates()
        if options["verbosity"]:
            self.stdout.write(f"Demo {days} dagen verschoven.")
