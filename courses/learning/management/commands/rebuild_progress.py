from typing import Any

from django.core.management.base import BaseCommand

from courses.delivery.models import Enrolment
from courses.learning.services import rebuild_progress


class Command(BaseCommand):
    help = "Makes the progress of every participant anew from the facts."

    def handle(self, *args: Any, **options: Any) -> None:
        enrolments = Enrolment.objects.active().select_related("edition", "track_choice")
        count = 0
        for enrolment in enrolments.iterator():
            rebuild_progress(enrolment)
            count += 1
        if options["verbosity"]:
            self.stdout.write(f"{count} deelnemers bijgewerkt.")
