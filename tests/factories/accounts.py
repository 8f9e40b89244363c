import factory

from lms.accounts.models import Practice, User


class PracticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Practice

    name = factory.Sequence(lambda n: f"Praktijk {n}")
    place = "Borne"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    first_name = "Sanne"
    last_name = factory.Sequence(lambda n: f"de Wit {n}")
