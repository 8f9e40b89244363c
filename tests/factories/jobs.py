import uuid

import factory
from django.utils import timezone

from lms.jobs.models import LEASE, Job, Status


class JobFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Job

    class Params:
        running = factory.Trait(
            status=Status.RUNNING,
            attempts=1,
            token=factory.LazyFunction(uuid.uuid4),
            lease_until=factory.LazyFunction(lambda: timezone.now() + LEASE),
        )

    kind = "tests.job"
    ref = factory.Sequence(str)
    next_attempt_at = factory.LazyFunction(lambda: timezone.now())
