"""Every night published editions are looked at once more: a trainer may have left, or be asked for
two rooms at once. The planning shows it at any time; this tells who does not look."""

import hashlib
from collections.abc import Iterator

from django.db.models import Prefetch
from django.utils import timezone, translation

from courses.delivery.models import Edition, Evening
from courses.delivery.services.publication import Finding, faults_while_running, load_for_checks
from lms.accounts.models import Role, RoleGrant, User
from lms.mail.services import queue_mail

AT_ONCE = 100  # editions


def tell_of_faults() -> None:
    """Each coordinator gets one mail per edition, and another only when something else is wrong."""
    coordinators = list(
        User.objects.filter(
            pk__in=RoleGrant.objects.valid().filter(role=Role.COORDINATOR).values("user")
        ).order_by("pk")
    )
    for edition, faults in editions_with_faults():
        for user in coordinators:
            queue_mail(
                key=f"faults:{edition.pk}:{digest_of(faults)}:{user.pk}",
                recipient=user,
                template="edition_faults",
                context={"edition": edition.title, "number": len(faults)},
                url_name="delivery:edition",
                url_args=[edition.public_id],
            )


def editions_with_faults() -> Iterator[tuple[Edition, list[Finding]]]:
    running = Edition.objects.filter(
        published_at__isnull=False,
        cancelled_at=None,
        evenings__ends_at__gt=timezone.now(),
        evenings__cancelled_at=None,
    )
    in_order = Prefetch("evenings", Evening.objects.order_by("number", "code"))
    keys = list(running.distinct().order_by("pk").values_list("pk", flat=True))
    for begin in range(0, len(keys), AT_ONCE):
        some = Edition.objects.filter(pk__in=keys[begin : begin + AT_ONCE])
        editions = list(some.order_by("pk").prefetch_related(in_order))
        load_for_checks([one for edition in editions for one in edition.evenings.all()])
        for edition in editions:
            faults = faults_while_running(edition, list(edition.evenings.all()))
            if faults:
                yield edition, faults


def digest_of(faults: list[Finding]) -> str:
    """The same in every language."""
    with translation.override("nl"):
        words = "\n".join(sorted(map(str, faults)))
    return hashlib.sha256(words.encode()).hexdigest()[:16]
