from typing import Any

from django.core.management.base import BaseCommand

from trainers.demo import load_demo


class Command(BaseCommand):
    help = "Makes the demo edition, with people who are all made up."

    def handle(self, *args: Any, **options: Any) -> None:
        is_new = load_demo()
        if options["verbosity"]:
            self.stdout.write("Demo klaar." if is_new else "Demo was er al.")
