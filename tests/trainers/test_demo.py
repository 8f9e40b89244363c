from datetime import timedelta

import pytest
from django.utils import timezone

from courses.curriculum.loading import load_curriculum
from courses.delivery.models import Edition, Enrolment
from courses.learning.services import may_upload, next_step
from lms.accounts.demo import OnlyInDemo
from trainers.demo import EDITION, load_demo, shift_demo_dates

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.IS_DEMO = True
    load_curriculum()
    load_demo()
    return Edition.objects.get(title=EDITION)


def who(edition, email):
    return edition.enrolments.get(participant__email=email)


def test_the_demo_is_mid_course_and_made_once(demo):
    before = Enrolment.objects.count()
    assert (load_demo(), Enrolment.objects.count(), before) == (False, 12, 12)
    evenings = {evening.code: evening.starts_at for evening in demo.evenings.all()}
    assert evenings["1"] < timezone.now() < evenings["2"]
    assert [trainer.user.email for trainer in demo.evenings.first().trainers.order_by("pk")] == [
        "trainer@demo.example",
        "tweede.trainer@demo.example",
    ]
    nurse = who(demo, "verpleegkundige@demo.example")
    stuck = who(demo, "hazelaar@demo.example")
    assert (may_upload(nurse), next_step(nurse).kind) == (True, "recording")
    assert (may_upload(stuck), next_step(stuck).kind) == (False, "elearning")


def test_the_demo_stands_as_far_from_today_a_month_later(demo, clock):
    first = demo.evenings.get(code="1").starts_at
    due = who(demo, "huisarts@demo.example").progress.get(kind="elearning").due_at
    clock.now += timedelta(days=28)
    assert shift_demo_dates() == 28
    assert timezone.localdate(demo.evenings.get(code="1").starts_at) == timezone.localdate(
        first
    ) + timedelta(days=28)
    moved = who(demo, "huisarts@demo.example").progress.get(kind="elearning").due_at
    assert timezone.localdate(moved) == timezone.localdate(due) + timedelta(days=28)
    assert shift_demo_dates() == 0


def test_outside_the_demo_no_last_day_moves(demo, settings):
    settings.IS_DEMO = False
    with pytest.raises(OnlyInDemo):
        shift_demo_dates()
