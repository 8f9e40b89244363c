"""What visitors leave who would like to hear of dates."""

import uuid
from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from courses.delivery.models import (
    Edition,
    Interest,
)
from lms.accounts.models import Profession

INTEREST_SALT = "delivery.interest"
INTEREST_LIMIT = 20_000  # rows in one night: the rest follows in the next


@transaction.atomic
def leave_interest(
    *,
    region: str,
    email: str,
    name: str = "",
    profession: Profession | None = None,
    page_key: uuid.UUID | None = None,
) -> Interest:
    """The same address for the same region stays one row, with what was said last."""
    said = {
        "region": spelling_of(region),
        "email": email,
        "name": name,
        "profession": profession,
        "page_key": page_key,
        "left_at": timezone.now(),
    }
    interest, _ = Interest.objects.update_or_create(
        email__iexact=email, region__iexact=region, defaults=said
    )
    return interest


def spelling_of(region: str) -> str:
    """As it was written before, by whoever planned an edition or else by a visitor."""
    for model in (Edition, Interest):
        known = model._default_manager.filter(region__iexact=region).order_by("pk").first()
        if known is not None:
            return str(known.region)
    return region


def interest_token(interest: Interest) -> str:
    """With it somebody takes an interest back, without an account."""
    return signing.dumps(interest.pk, salt=INTEREST_SALT)


def interest_of_token(token: str) -> Interest | None:
    """None once it was taken back or its time is over; ``BadSignature`` when it is none of ours."""
    pk = signing.loads(token, salt=INTEREST_SALT)
    return Interest.objects.filter(pk=pk).first()


def interest_per_region() -> list[tuple[str, list[Interest]]]:
    """What was left last comes first in its region."""
    rows = Interest.objects.select_related("profession").order_by("region", "-left_at", "pk")
    return [(region, list(group)) for region, group in groupby(rows, lambda one: one.region)]


def clear_interest() -> None:
    before = timezone.now() - timedelta(days=settings.INTEREST_KEPT_DAYS)
    old = Interest.objects.filter(left_at__lt=before)
    Interest.objects.filter(pk__in=old.values_list("pk", flat=True)[:INTEREST_LIMIT]).delete()
