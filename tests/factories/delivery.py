import uuid
from datetime import timedelta

import factory
from django.utils import timezone

from courses.curriculum.models import ContentVersion
from courses.delivery.loading import load_professions
from courses.delivery.models import Edition, Enrolment, Evening, Group, PracticeCouple
from courses.delivery.services import enrol_couple, make_edition
from lms.accounts.models import Practice, Profession, User
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.curriculum import ContentVersionFactory, make_version


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


DAYS = {"1": -14, "2": 10, "3A": 60, "3B": 61, "4A": 90, "4B": 91}


def make_running_edition(*, content: ContentVersion | None = None, days: int = 0) -> Edition:
    """An edition between its first and second evening; ``days`` moves all of it."""
    load_professions()
    now = timezone.now()
    return make_edition(
        title="Leergang",
        content=content or make_version(),
        region="Twente",
        starts={code: now + timedelta(days=after + days) for code, after in DAYS.items()},
    )


def publish(edition: Edition) -> Edition:
    edition.published_at = timezone.now()
    edition.save(update_fields=["published_at"])
    return edition


def make_professional(profession: str, practice: Practice | None = None) -> User:
    load_professions()
    return UserFactory(profession=Profession.objects.get(code=profession), practice=practice)


def enrol_two(edition: Edition) -> tuple[Enrolment, Enrolment]:
    """A huisarts and a POH of one practice."""
    practice = PracticeFactory()
    people = [make_professional(code, practice) for code in ("huisarts", "poh")]
    couple = enrol_couple(edition, *people)
    first, second = couple.enrolments.order_by("pk")
    return first, second
