"""Rounds in which a crowd of couples enrols at once for the last place of an edition; prints what
came of it as JSON. The couples are real, and each comes on a connection of its own."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import django

django.setup()

from django.db import connection  # noqa: E402 -- after setup
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses.delivery.models import CoupleSide, Edition  # noqa: E402
from courses.delivery.services import EditionFull, enrol_couple, make_edition  # noqa: E402
from lms.accounts.models import Practice, User  # noqa: E402

ROUNDS, CROWD = map(int, sys.argv[1:])


def make_couples() -> list[tuple[User, User]]:
    sides = {one.side: one.profession for one in CoupleSide.objects.select_related("profession")}
    couples = []
    for number in range(CROWD):
        practice = Practice.objects.create(name=f"Bench {number}", place="Bench")
        first, second = (
            User.objects.create(
                email=f"bench-{number}-{side}@example.org", practice=practice, profession=profession
            )
            for side, profession in sides.items()
        )
        couples.append((first, second))
    return couples


def make_full_edition(example: Edition) -> Edition:
    starts = {
        code: timezone.now() + timedelta(days=30)
        for code in example.evenings.values_list("code", flat=True)
    }
    edition = make_edition(title="Bench", content=example.content, region="-", starts=starts)
    Edition.objects.filter(pk=edition.pk).update(seats_taken=edition.capacity - 2)
    return edition


def winners(edition: Edition, couples: list[tuple[User, User]], crowd: ThreadPoolExecutor) -> int:
    together = Barrier(CROWD)

    def enrol(couple: tuple[User, User]) -> bool:
        connection.ensure_connection()
        together.wait()
        try:
            enrol_couple(edition, *couple)
        except EditionFull:
            return False
        return True

    return sum(crowd.map(enrol, couples))


example, couples = Edition.objects.order_by("pk")[0], make_couples()
editions = [make_full_edition(example) for _ in range(ROUNDS)]
began = time.monotonic()
with ThreadPoolExecutor(CROWD) as crowd:
    won = [winners(edition, couples, crowd) for edition in editions]
seconds = time.monotonic() - began
full = Edition.objects.filter(seats_taken=F("capacity"), pk__in=[one.pk for one in editions])
print(json.dumps({"one": won.count(1), "full": full.count(), "round_ms": seconds / ROUNDS * 1000}))
