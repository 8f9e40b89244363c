import pytest

from courses.delivery.models import EveningTrainer, Group, GroupMembership
from lms.accounts.models import Profession
from tests.factories.delivery import make_professional, make_running_edition
from trainers.models import Trainer
from trainers.services import NotATrainerCouple, NotQualified, assign_trainer

pytestmark = pytest.mark.django_db

Status, Role = Trainer.Status, EveningTrainer.Role


def make_trainer(profession, status=Status.QUALIFIED):
    user = make_professional(profession)
    background = Profession.objects.get(code=profession)
    Trainer.objects.create(user=user, background=background, status=status)
    return user


@pytest.fixture
def evening():
    return make_running_edition().evenings.get(code="1")


@pytest.mark.parametrize(
    ("status", "role", "may"),
    [
        (Status.QUALIFIED, Role.TRAINER, True),
        (Status.IN_TRAINING, Role.TRAINER, False),
        (Status.RETIRED, Role.TRAINER, False),
        (Status.IN_TRAINING, Role.RUN_ALONG, True),
        (Status.RETIRED, Role.RUN_ALONG, False),
    ],
)
def test_only_who_is_qualified_teaches(evening, status, role, may):
    user = make_trainer("huisarts", status)
    if may:
        assert assign_trainer(evening, user, role).role == role
    else:
        with pytest.raises(NotQualified):
            assign_trainer(evening, user, role)
        assert evening.trainers.count() == 0


def test_who_is_no_trainer_at_all_does_not_teach(evening):
    with pytest.raises(NotQualified):
        assign_trainer(evening, make_professional("huisarts"))


@pytest.mark.requirement("TTT-01")
@pytest.mark.parametrize(
    ("first", "second", "is_couple"),
    [
        ("huisarts", "poh", True),
        ("huisarts", "pvk", True),
        ("poh", "huisarts", True),
        ("huisarts", "huisarts", False),
        ("poh", "poh", False),
        ("poh", "pvk", False),
    ],
)
def test_an_evening_is_given_by_two_backgrounds(evening, first, second, is_couple):
    assign_trainer(evening, make_trainer(first))
    other = make_trainer(second)
    if is_couple:
        assign_trainer(evening, other)
        assert evening.trainers.count() == 2
    else:
        with pytest.raises(NotATrainerCouple):
            assign_trainer(evening, other)
        assert evening.trainers.count() == 1


def test_a_third_trainer_is_refused_and_the_same_one_twice_is_one(evening):
    first = make_trainer("huisarts")
    assign_trainer(evening, first)
    assign_trainer(evening, make_trainer("poh"))
    assign_trainer(evening, first)
    with pytest.raises(NotATrainerCouple):
        assign_trainer(evening, make_trainer("pvk"))
    assert evening.trainers.count() == 2


def test_trainers_join_both_groups_and_who_runs_along_joins_none(evening):
    trainer = make_trainer("huisarts")
    assign_trainer(evening, trainer)
    assign_trainer(evening, make_trainer("poh", Status.IN_TRAINING), Role.RUN_ALONG)
    memberships = GroupMembership.objects.valid().order_by("group__kind")
    assert list(memberships.values_list("user", "group__kind")) == [
        (trainer.pk, Group.Kind.EDITION),
        (trainer.pk, Group.Kind.TRAINERS),
    ]
