import pytest
from django.utils import timezone

from courses.delivery.models import EveningTrainer, Group, GroupMembership
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EnrolmentFactory, EveningFactory, GroupFactory
from tests.factories.video_review import RecordingFactory
from video_review.models import Recording, Scope, Share, basis_for
from video_review.services.shares import (
    BEYOND_SCOPE,
    ShareRefused,
    share_by_key,
    share_options,
    share_with_group,
    share_with_person,
    take_back,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    """One edition: an owner with a practice partner, a fellow participant, a trainer, groups."""

    class Course:
        owner_enrolment = EnrolmentFactory()
        edition = owner_enrolment.edition
        owner = owner_enrolment.participant
        partner = EnrolmentFactory(edition=edition, couple=owner_enrolment.couple).participant
        fellow = EnrolmentFactory(edition=edition).participant
        trainer = UserFactory(first_name="Tom", last_name="Es")
        stranger = UserFactory()
        everybody = GroupFactory(edition=edition, name="Groep Twente")
        trainers = GroupFactory(edition=edition, kind=Group.Kind.TRAINERS, name="Trainers")
        elsewhere = GroupFactory(name="Groep elders")

    EveningTrainer.objects.create(
        evening=EveningFactory(edition=Course.edition), user=Course.trainer
    )
    for user in (Course.owner, Course.partner, Course.fellow, Course.trainer):
        GroupMembership.objects.create(group=Course.everybody, user=user)
    GroupMembership.objects.create(group=Course.trainers, user=Course.trainer)
    GroupMembership.objects.create(group=Course.elsewhere, user=Course.stranger)
    return Course


def make_recording(course, scope) -> Recording:
    return RecordingFactory(enrolment=course.owner_enrolment, consent__scope=scope)


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (Scope.SELF, []),
        (Scope.PARTNER, ["partner"]),
        (Scope.GROUP, ["partner", "Groep Twente", "Trainers"]),
    ],
)
def test_no_more_is_offered_than_the_patient_agreed_to(course, scope, names):
    options = share_options(make_recording(course, scope))
    assert [one.group.name if one.group else one.key for one in options] == names


def test_each_offer_says_who_exactly_would_see_it(course):
    options = share_options(make_recording(course, Scope.GROUP))
    assert [(one.people, one.trainers) for one in options] == [
        ([course.partner], []),
        ([course.partner, course.fellow], [course.trainer]),
        ([], [course.trainer]),
    ]


@pytest.mark.requirement("VID-05")
def test_until_its_owner_shares_it_nobody_else_sees_it(course):
    recording = make_recording(course, Scope.GROUP)
    viewers = [course.owner, course.partner, course.fellow, course.trainer, course.stranger]
    assert [basis_for(user, recording) for user in viewers] == ["owner", None, None, None, None]
    share_with_group(recording, group=course.trainers, actor=course.owner)
    assert [basis_for(user, recording) for user in viewers] == ["owner", None, None, "group", None]


@pytest.mark.parametrize("scope", [Scope.SELF, Scope.PARTNER])
def test_a_share_beyond_the_scope_is_refused_with_a_reason(course, scope):
    recording = make_recording(course, scope)
    with pytest.raises(ShareRefused) as refused:
        share_with_group(recording, group=course.everybody, actor=course.owner)
    assert refused.value.words == BEYOND_SCOPE
    with pytest.raises(ShareRefused):
        share_with_person(recording, person=course.fellow, actor=course.owner)
    assert Share.objects.count() == 0


def test_for_oneself_alone_means_not_the_partner_either(course):
    recording = make_recording(course, Scope.SELF)
    with pytest.raises(ShareRefused):
        share_with_person(recording, person=course.partner, actor=course.owner)
    with pytest.raises(ShareRefused):
        share_by_key(recording, key="partner", actor=course.owner)


def test_a_group_of_another_edition_is_out_of_reach(course):
    recording = make_recording(course, Scope.GROUP)
    with pytest.raises(ShareRefused):
        share_with_group(recording, group=course.elsewhere, actor=course.owner)
    with pytest.raises(ShareRefused):
        share_with_person(recording, person=course.stranger, actor=course.owner)


def test_somebody_else_does_not_share_ones_recording(course):
    recording = make_recording(course, Scope.GROUP)
    with pytest.raises(ShareRefused):
        share_with_group(recording, group=course.everybody, actor=course.partner)


def test_what_cannot_be_watched_cannot_be_shared(course):
    recording = make_recording(course, Scope.GROUP)
    Recording.objects.filter(pk=recording.pk).update(expires_at=timezone.now())
    with pytest.raises(ShareRefused):
        share_with_group(recording, group=course.everybody, actor=course.owner)


def test_sharing_tells_whom_it_is_shared_with_and_the_log(course):
    recording = make_recording(course, Scope.GROUP)
    share_with_group(recording, group=course.everybody, actor=course.owner)
    told = {mail.recipient for mail in OutgoingMail.objects.all()}
    assert told == {course.partner, course.fellow, course.trainer}
    events = AuditEvent.objects.filter(object_ref=str(recording.public_id))
    assert [(event.event, event.basis) for event in events] == [("recording.share", "owner")]


def test_a_double_click_shares_once(course):
    recording = make_recording(course, Scope.PARTNER)
    first = share_by_key(recording, key="partner", actor=course.owner)
    assert share_by_key(recording, key="partner", actor=course.owner) == first
    assert OutgoingMail.objects.count() == 1


def test_taken_back_it_is_closed_at_once_and_can_be_shared_again(course):
    recording = make_recording(course, Scope.PARTNER)
    share = share_by_key(recording, key="partner", actor=course.owner)
    take_back(share, actor=course.owner)
    take_back(share, actor=course.owner)
    assert basis_for(course.partner, recording) is None
    events = AuditEvent.objects.filter(event="recording.unshare")
    assert events.count() == 1
    share_by_key(recording, key="partner", actor=course.owner)
    assert basis_for(course.partner, recording) == "partner"


def test_only_its_owner_takes_a_share_back(course):
    recording = make_recording(course, Scope.PARTNER)
    share = share_by_key(recording, key="partner", actor=course.owner)
    with pytest.raises(ShareRefused):
        take_back(share, actor=course.partner)
    assert basis_for(course.partner, recording) == "partner"
