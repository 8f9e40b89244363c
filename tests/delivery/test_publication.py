import uuid
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from courses.delivery.services import publication
from courses.delivery.services.publication import (
    AlreadyPublished,
    Finding,
    NotPublishable,
    check_edition,
    publish_edition,
    register_check,
)
from lms.audit.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EditionFactory, EveningFactory

pytestmark = pytest.mark.django_db


def at(days, hour=18):
    day = timezone.localtime() + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def plan(edition, number, days, *, hour=18, place="De Brug", **fields):
    starts = at(days, hour)
    ends = starts + timedelta(hours=4)
    fields |= {"edition": edition, "number": number, "place": place}
    return EveningFactory(starts_at=starts, ends_at=ends, **fields)


def said(edition):
    with translation.override("en"):
        return [(str(one), one.blocks) for one in check_edition(edition)]


@pytest.fixture
def edition():
    edition = EditionFactory()
    plan(edition, 1, 10)
    plan(edition, 2, 30)
    return edition


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    """Those of this app; other apps prove their own."""
    ours = {name: one for name, one in publication.CHECKS.items() if name.startswith("delivery.")}
    monkeypatch.setattr(publication, "CHECKS", ours)


def test_an_edition_without_faults_is_published_once_and_audited(edition):
    publisher = UserFactory()
    assert publish_edition(edition, publisher=publisher).published_at is not None
    with pytest.raises(AlreadyPublished):
        publish_edition(edition, publisher=publisher)
    written = AuditEvent.objects.filter(event="edition.published")
    assert [one.object_ref for one in written] == [str(edition.public_id)]


def test_a_cancelled_edition_is_not_published(edition):
    edition.cancelled_at = timezone.now()
    edition.save()
    with pytest.raises(AlreadyPublished):
        publish_edition(edition, publisher=UserFactory())


def test_an_edition_without_evenings_is_not_published():
    text = "This edition has no evenings. Give each evening a date."
    assert said(EditionFactory()) == [(text, True)]


def test_an_evening_in_the_past_blocks(edition):
    plan(edition, 0, -3, code="0")
    assert said(edition) == [("Evening 0 lies in the past. Choose a later date.", True)]
    with pytest.raises(NotPublishable):
        publish_edition(edition, publisher=UserFactory(), warnings_accepted=True)
    edition.refresh_from_db()
    assert edition.published_at is None


def test_evenings_in_the_wrong_order_block(edition):
    plan(edition, 3, 20)
    text = "Evening 3 begins before evening 2 is over. Change one of them."
    assert said(edition) == [(text, True)]


def test_evenings_of_two_tracks_may_coincide(edition):
    for number, code in ((3, "3A"), (4, "4B")):
        plan(edition, number, 50, code=code, track_key=uuid.uuid4())
    assert said(edition) == []


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"place": ""},
            "Evening 3 has no place. Say where it is, or make it an online evening.",
        ),
        ({"is_online": True}, "Evening 3 is online. Add the link to the meeting."),
    ],
)
def test_an_evening_says_where_it_is(edition, fields, text):
    plan(edition, 3, 50, **fields)
    assert said(edition) == [(text, True)]


def test_an_early_evening_is_a_warning_that_may_be_accepted(edition):
    plan(edition, 3, 50, hour=15)
    [(_, blocks)] = said(edition)
    assert not blocks
    with pytest.raises(NotPublishable):
        publish_edition(edition, publisher=UserFactory())
    publish_edition(edition, publisher=UserFactory(), warnings_accepted=True)


def test_another_app_adds_a_check_and_what_blocks_comes_first(edition):
    plan(edition, 3, 50, hour=15)
    register_check("other", lambda edition, evenings: [Finding(f"{len(evenings)} evenings")])
    assert [blocks for _, blocks in said(edition)] == [True, False]
