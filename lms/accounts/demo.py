"""The people of the demo. Their password and code are on its start page for everyone to read."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import transaction

from lms.accounts.models import Practice, Profession, Register, Registration, Role, User
from lms.accounts.services import grant_role, sign_confidentiality

PASSWORD = "leergang-demo-2026"  # noqa: S105 -- public on purpose
EMAILS = {
    "huisarts": "huisarts@demo.example",
    "verpleegkundige": "verpleegkundige@demo.example",
    "trainer": "trainer@demo.example",
    "coordinator": "coordinator@demo.example",
    "redacteur": "redacteur@demo.example",
}
PROFESSIONS = {
    "huisarts": "Huisarts",
    "poh": "Praktijkondersteuner",
    "pvk": "Praktijkverpleegkundige",
}


class OnlyInDemo(Exception):
    """People with a password that everyone knows are made nowhere else, nor are days moved."""


@dataclass(frozen=True)
class Person:
    who: str
    first_name: str
    last_name: str
    profession: str = ""
    practice: tuple[str, str] | None = None
    role: Role | None = None
    has_app: bool = True


PEOPLE = [
    Person("huisarts", "Sanne", "de Wit", "huisarts", ("Huisartsenpraktijk De Linde", "Borne")),
    Person(
        "verpleegkundige",
        "Karin",
        "Mulder",
        "pvk",
        ("Huisartsenpraktijk De Linde", "Borne"),
        has_app=False,
    ),
    Person("trainer", "Joost", "van Dijk", "huisarts", ("Gezondheidscentrum Oost", "Hengelo")),
    Person("coordinator", "Marieke", "Bos", role=Role.COORDINATOR),
    Person("redacteur", "Tim", "Hofman", role=Role.EDITOR),
]


@transaction.atomic
def make_demo_users() -> dict[str, User]:
    if not settings.IS_DEMO:
        raise OnlyInDemo
    for code, name in PROFESSIONS.items():
        Profession.objects.get_or_create(code=code, defaults={"name": name})
    users = {person.who: make_user(person) for person in PEOPLE}
    sign_confidentiality(users["trainer"])
    return users


def make_user(person: Person) -> User:
    user = User.objects.filter(email=EMAILS[person.who]).first()
    if user is None:
        user = User.objects.create_user(
            email=EMAILS[person.who],
            password=PASSWORD,
            first_name=person.first_name,
            last_name=person.last_name,
        )
    if person.profession:
        user.profession = Profession.objects.get(code=person.profession)
    if person.practice:
        name, place = person.practice
        user.practice, _ = Practice.objects.get_or_create(name=name, place=place)
    user.save(update_fields=["profession", "practice"])
    if person.profession:
        register, _ = Register.objects.get_or_create(code="big", defaults={"name": "BIG-register"})
        number = f"demo-{person.who}"
        Registration.objects.get_or_create(
            user=user, register=register, defaults={"number": number}
        )
    if person.role:
        grant_role(user=user, role=person.role)
    if person.has_app and not has_app(user):
        TOTP.activate(user, generate_totp_secret())
    return user


def has_app(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
