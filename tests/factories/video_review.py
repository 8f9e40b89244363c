import hashlib
from datetime import timedelta

import factory
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.delivery import EnrolmentFactory
from video_review.models import Consent, Failure, Recording, Scope, Share, Status, Upload

MEGABYTE = 1024**2


class ConsentFactory(factory.django.DjangoModelFactory):
    """Asked before the visit, not yet confirmed; ``complete=True`` is one that counts."""

    class Meta:
        model = Consent

    class Params:
        complete = factory.Trait(
            after_at=factory.LazyAttribute(lambda consent: consent.before_at + timedelta(hours=1)),
            declared_at=factory.LazyAttribute(lambda consent: consent.after_at),
        )
        withdrawn = factory.Trait(complete=True, withdrawn_at=factory.LazyFunction(timezone.now))
        simulated = factory.Trait(complete=True, is_simulated=True)

    enrolment = factory.SubFactory(EnrolmentFactory)
    form_version = "2026-1"
    scope = Scope.GROUP
    before_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=2))
    delete_by = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=60))
    code_hash = factory.Sequence(lambda n: hashlib.sha256(f"code {n}".encode()).hexdigest())


class UploadFactory(factory.django.DjangoModelFactory):
    """A row on its way in, without bytes; ``finished=True`` says that all have come."""

    class Meta:
        model = Upload

    class Params:
        finished = factory.Trait(
            received=factory.SelfAttribute("length"),
            file_hash="0" * 64,
            finished_at=factory.LazyFunction(timezone.now),
        )

    consent = factory.SubFactory(ConsentFactory, complete=True)
    title = "Opname 22 november"
    length = 12 * MEGABYTE
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class RecordingFactory(factory.django.DjangoModelFactory):
    """A row without bytes and without a key, watchable for 30 days unless a trait says more."""

    class Meta:
        model = Recording

    class Params:
        received = factory.Trait(status=Status.RECEIVED, duration=None)
        watchable = factory.Trait(status=Status.WATCHABLE)
        complete = factory.Trait(status=Status.COMPLETE)
        failed = factory.Trait(status=Status.FAILED, failure=Failure.NOT_A_VIDEO, duration=None)
        destroyed = factory.Trait(status=Status.DESTROYED, title="", learning_question="")

    enrolment = factory.SubFactory(EnrolmentFactory)
    consent = factory.SubFactory(
        ConsentFactory, complete=True, enrolment=factory.SelfAttribute("..enrolment")
    )
    title = factory.Sequence(lambda n: f"Opname {n}")
    learning_question = "Hoe maak ik de agenda samen?"
    status = Status.WATCHABLE
    duration = 372.0
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


class ShareFactory(factory.django.DjangoModelFactory):
    """With one person; give ``person=None, group=…`` for a group."""

    class Meta:
        model = Share

    recording = factory.SubFactory(RecordingFactory)
    person = factory.SubFactory(UserFactory)
