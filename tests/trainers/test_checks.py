"""What an edition lacks before it is published, as far as it is about who teaches."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from courses.delivery.models import Edition, Evening, EveningTrainer
from courses.delivery.services.changes import EDITION_FIELDS, EditionPlan, preview
from courses.delivery.services.planning import plan_of, planned_editions
from courses.delivery.services.publication import NotPublishable, check_edition, publish_edition
from lms.accounts.models import Profession
from lms.accounts.models import Role as RoleName
from lms.accounts.services import grant_role
from tests.delivery.test_publication import plan
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EditionFactory, make_professional
from trainers.models import Trainer

pytestmark = pytest.mark.django_db

Status, Role = Trainer.Status, EveningTrainer.Role
NO_COUPLE = "Evening 1 needs two trainers: a huisarts, and a POH or PVK."
NO_SUPERVISOR = "Evening 1 has no supervisor or coach. Let one of the two be one."


def trainer(profession, *, supervises=False, status=Status.QUALIFIED):
    user = make_professional(profession)
    background = Profession.objects.get(code=profession)
    Trainer.objects.create(
        user=user, background=background, status=status, is_supervisor=supervises
    )
    return user


def put(evening, user, role=Role.TRAINER, **fields):
    EveningTrainer.objects.create(evening=evening, user=user, role=role, **fields)


def test_more_drafts_take_no_more_queries():
    coordinator = UserFactory()
    grant_role(user=coordinator, role=RoleName.COORDINATOR)

    def draft():
        evening = plan(EditionFactory(), 1, 10)
        for profession in ("huisarts", "poh"):
            put(evening, trainer(profession))

    def queries_of(number):
        with CaptureQueriesContext(connection) as captured:
            rows = plan_of(planned_editions(coordinator)).rows
        with translation.override("en"):
            assert [str(row.alarm) for row in rows] == [NO_SUPERVISOR] * number
        return len(captured)

    draft()
    of_one = queries_of(1)
    draft()
    draft()
    assert queries_of(3) == of_one


def said(edition):
    with translation.override("en"):
        return [str(one) for one in check_edition(edition)]


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def evening(edition):
    return plan(edition, 1, 10)


@pytest.mark.requirement("TTT-02")
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(True, False, []), (False, True, []), (True, True, []), (False, False, [NO_SUPERVISOR])],
)
def test_one_of_the_two_is_a_supervisor_or_it_is_not_published(
    edition, evening, first, second, expected
):
    put(evening, trainer("huisarts", supervises=first))
    put(evening, trainer("poh", supervises=second))
    assert said(edition) == expected
    if expected:
        with pytest.raises(NotPublishable):
            publish_edition(edition, publisher=UserFactory(), warnings_accepted=True)
        edition.refresh_from_db()
    else:
        publish_edition(edition, publisher=UserFactory())
    assert (edition.published_at is None) is bool(expected)


@pytest.mark.parametrize(
    "professions", [[], ["huisarts"], ["huisarts", "huisarts"], ["poh", "pvk"], ["poh", "poh"]]
)
def test_without_a_couple_of_two_sides_it_is_not_published(edition, evening, professions):
    for profession in professions:
        put(evening, trainer(profession, supervises=True))
    assert said(edition) == [NO_COUPLE]


@pytest.mark.parametrize("status", [Status.IN_TRAINING, Status.RETIRED])
def test_who_is_not_qualified_does_not_make_a_couple(edition, evening, status):
    put(evening, trainer("huisarts", supervises=True))
    put(evening, trainer("poh", status=status))
    assert said(edition) == [NO_COUPLE]


def test_who_stopped_does_not_count_and_who_runs_along_is_a_third(edition, evening):
    put(evening, trainer("huisarts", supervises=True))
    put(evening, trainer("poh"), Role.RUN_ALONG)
    put(evening, trainer("poh"), valid_until=timezone.now())
    assert said(edition) == [NO_COUPLE]
    put(evening, trainer("pvk"))
    assert said(edition) == []


@pytest.mark.parametrize(
    ("hours", "fields", "is_free"),
    [
        (0, {}, False),
        (3, {}, False),
        (4, {}, True),
        (-4, {}, True),
        (0, {"cancelled_at": timezone.now()}, True),
    ],
)
def test_nobody_is_in_two_rooms_at_once(edition, evening, hours, fields, is_free):
    busy = trainer("huisarts", supervises=True)
    other = plan(EditionFactory(), 1, 10, **fields)
    other.starts_at += timedelta(hours=hours)
    other.ends_at += timedelta(hours=hours)
    other.save()
    put(evening, busy)
    put(evening, trainer("poh"))
    put(other, busy)
    text = f"{busy} is expected in two places at evening 1. Ask somebody else."
    assert said(edition) == ([] if is_free else [text])


def test_who_moves_an_evening_to_where_its_trainer_teaches_reads_so_before_it_is_done(
    edition, evening
):
    busy = trainer("huisarts", supervises=True)
    other = plan(EditionFactory(), 1, 40)
    for one in (evening, other):
        put(one, busy)
    put(evening, trainer("poh"))
    Edition.objects.update(published_at=timezone.now())
    edition.refresh_from_db()
    wanted = Evening.objects.get(pk=evening.pk)
    own = {name: getattr(edition, name) for name in EDITION_FIELDS}

    assert preview(edition, EditionPlan(**own, evenings=[wanted])).faults == []
    wanted.starts_at, wanted.ends_at = other.starts_at, other.ends_at
    with translation.override("en"):
        found = preview(edition, EditionPlan(**own, evenings=[wanted])).faults
        assert [str(one) for one in found] == [
            f"{busy} is expected in two places at evening 1. Ask somebody else."
        ]
    assert Evening.objects.get(pk=evening.pk).starts_at == evening.starts_at


def test_who_no_longer_teaches_there_is_free(edition, evening):
    busy = trainer("huisarts", supervises=True)
    put(evening, busy)
    put(evening, trainer("poh"))
    put(plan(EditionFactory(), 1, 10), busy, valid_until=timezone.now())
    assert said(edition) == []
