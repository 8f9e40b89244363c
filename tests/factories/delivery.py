import uuid
from datetime import timedelta

import factory
from django.utils import timezone

from courses.delivery.models import Edition, Enrolment, Evening, Group, PracticeCouple
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.curriculum import ContentVersionFactory


class EditionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Edition

    title = factory.Sequence(lambda n: f"Leergang {n}")
    content = factory.SubFactory(ContentVersionFactory)
    region = "Twente"


class EveningFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Evening

    edition = factory.SubFactory(EditionFactory)
    page_key = factory.LazyFunction(uuid.uuid4)
    number = 1
    code = factory.LazyAttribute(lambda evening: str(evening.number))
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    ends_at = factory.LazyAttribute(lambda evening: evening.starts_at + timedelta(hours=4))


class PracticeCoupleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PracticeCouple

    edition = factory.SubFactory(EditionFactory)
    practice = factory.SubFactory(PracticeFactory)
    confirmed_at = factory.LazyFunction(timezone.now)


class EnrolmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enrolment

    edition = factory.SubFactory(EditionFactory)
    participant = factory.SubFactory(UserFactory)
    couple = factory.SubFactory(PracticeCoupleFactory, edition=factory.SelfAttribute("..edition"))


class GroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Group

    edition = factory.SubFactory(EditionFactory)
    kind = Group.Kind.EDITION
    name = "Groep"
