"""Makes a consent for somebody, and prints the address at which it takes films."""

import sys
from datetime import timedelta

import django

django.setup()

from django.urls import reverse  # noqa: E402 -- after setup
from django.utils import timezone  # noqa: E402

from courses.delivery.models import Enrolment  # noqa: E402
from video_review.models import Consent, Scope  # noqa: E402

now = timezone.now()
consent = Consent.objects.create(
    enrolment=Enrolment.objects.get(participant__email=sys.argv[1]),
    form_version="bench",
    scope=Scope.SELF,
    is_simulated=True,
    before_at=now,
    after_at=now,
    declared_at=now,
    delete_by=timezone.localdate() + timedelta(days=14),
    code_hash="0" * 64,
)
print(reverse("video_review:tus_create", args=[consent.public_id]))
