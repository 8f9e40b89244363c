"""Going on in another edition: what goes along, what stays, what stops."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from courses.delivery.forms.transfers import TransferForm, TransferReasonForm
from courses.delivery.models import (
    AbsenceNotice,
    AloneRequest,
    Attendance,
    CalendarEntry,
    Edition,
    Group,
)
from courses.delivery.services import (
    EditionFull,
    NothingAsked,
    NotOpen,
    StandsAlready,
    allow_request,
    ask_alone,
    ask_to_go_on_alone,
    choose_track,
    destinations,
    enrol_couple,
    evenings_of,
    requests_for,
    stop,
    terms_of,
    transfer,
    transfer_one,
)
from courses.delivery.services.attendance import Mark, expected_on, take_marks
from courses.delivery.services.cancelling import cancel_edition
from courses.delivery.services.other_tracks import let_visit
from courses.delivery.views.transfers import carry_out, people_in
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.curriculum import make_version
from tests.factories.delivery import enrol_two, make_professional, make_running_edition, publish
from tests.factories.video_review import RecordingFactory
from tests.permissions.world import signed_in
from video_review.models import Recording, Share

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def here():
    return publish(make_running_edition(days=0))


@pytest.fixture
def there(here):
    return publish(make_running_edition(content=here.content, days=50))


@pytest.fixture
def coordinator():
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    TOTP.activate(user, generate_totp_secret())
    return user


def track_of(edition, code="3A"):
    return edition.evenings.get(code=code).track_key


def taken(edition):
    return Edition.objects.values_list("seats_taken", flat=True).get(pk=edition.pk)


def page_of(couple):
    return f"/planning/{couple.edition.public_id}/deelnemers/{couple.public_id}/overzetten/"


def member_of(enrolment):
    return enrolment.couple.members.get(user=enrolment.participant)


def again(enrolment):
    return type(enrolment).objects.select_related("edition").get(pk=enrolment.pk)


def test_only_editions_of_this_course_that_are_not_over_are_a_way_to_go(here, there):
    publish(make_running_edition(days=50))  # of another course
    make_running_edition(content=here.content, days=60)  # a draft
    publish(make_running_edition(content=here.content, days=-200))
    assert destinations(enrol_two(here)[0].couple) == [there]


def test_what_begins_first_stands_on_top(here):
    later, sooner = (
        publish(make_running_edition(content=here.content, days=days)) for days in (80, 50)
    )
    assert destinations(enrol_two(here)[0].couple) == [sooner, later]


def test_attendance_goes_along_and_stays_on_the_list_of_that_evening(here, there):
    first, _second = enrol_two(here)
    evening = here.evenings.get(code="1")
    mark = Mark(enrolment=first.pk, part=1, is_present=True, made_at=timezone.now())
    take_marks(evening, [mark], by=UserFactory())
    transfer(first.couple, there, by=UserFactory())
    assert first.attendances.get().evening == evening
    assert Attendance.objects.get().status != Attendance.Status.ABSENT
    assert list(expected_on(evening)) == [first]


def test_a_track_that_is_taught_there_stays_chosen(here, there):
    first, _second = enrol_two(here)
    choose_track(first, track_of(here))
    transfer(first.couple, there, by=UserFactory())
    assert again(first).track_choice.track_key == track_of(there)


def test_a_track_that_is_not_taught_there_has_to_be_chosen_anew(here, there):
    first, _second = enrol_two(here)
    choose_track(first, track_of(here))
    there.evenings.filter(track_key=track_of(here)).delete()
    transfer(first.couple, there, by=UserFactory())
    assert not hasattr(again(first), "track_choice")
    assert signed_in(first.participant, second_factor=False).get("/mijn/").status_code == 200


def test_sharing_with_the_old_group_ends_and_the_recording_stays(here, there):
    first, _second = enrol_two(here)
    left, _other = enrol_two(here)
    recording = RecordingFactory(enrolment=first)
    Share.objects.create(
        recording=recording,
        group=here.groups.get(kind=Group.Kind.EDITION),
        valid_from=timezone.now() - timedelta(minutes=1),
    )
    assert list(Recording.objects.visible_to(left.participant)) == [recording]
    transfer(first.couple, there, by=UserFactory())
    assert list(Recording.objects.visible_to(left.participant)) == []
    assert list(Recording.objects.visible_to(first.participant)) == [recording]


def test_calendars_let_go_of_the_old_evenings_and_hear_of_the_new(here, there):
    first, _second = enrol_two(here)
    transfer(first.couple, there, by=UserFactory())
    mine = CalendarEntry.objects.filter(user=first.participant, is_on=True)
    assert set(mine.values_list("evening__edition", flat=True)) == {there.pk}


def test_a_notice_of_absence_for_an_old_evening_to_come_goes_away(here, there):
    first, _second = enrol_two(here)
    for code in ("1", "2"):
        AbsenceNotice.objects.create(enrolment=first, evening=here.evenings.get(code=code))
    transfer(first.couple, there, by=UserFactory())
    assert [one.evening.code for one in first.absences.all()] == ["1"]


def test_one_of_two_goes_and_the_other_keeps_the_place_and_is_told(here, there):
    first, second = enrol_two(here)
    by = UserFactory()
    transfer_one(member_of(first), there, by=by, reason="Andere werkdag")
    moved = again(first)
    assert (moved.edition, moved.couple.seats, moved.couple.exception_reason) == (
        there,
        1,
        "Andere werkdag",
    )
    assert (taken(here), taken(there)) == (1, 1)
    assert (again(second).edition, again(second).couple.lacks_partner()) == (here, True)
    subjects = OutgoingMail.objects.filter(calendar="").values_list("recipient", "subject")
    assert set(subjects) == {
        (first.participant_id, "Je gaat verder in Leergang"),
        (second.participant_id, "Je praktijkpartner gaat verder op andere data"),
    }
    assert AuditEvent.objects.filter(event="enrolment.transferred").count() == 1


@pytest.mark.parametrize("is_split", [False, True])
def test_who_stands_there_already_does_not_go_there_twice(here, there, is_split):
    first, _second = enrol_two(here)
    partner = make_professional("poh", first.participant.practice)
    enrol_couple(there, first.participant, partner)
    with pytest.raises(StandsAlready):
        go(first, there, is_split=is_split)
    assert (taken(here), taken(there)) == (2, 2)


def test_what_somebody_agreed_to_goes_along(here, there):
    first, _second = enrol_two(here)
    first.couple.members.update(terms=terms_of(here))
    transfer_one(member_of(first), there, by=UserFactory(), reason="Andere werkdag")
    assert again(first).couple.members.get().terms == terms_of(here)


def test_where_others_wait_the_choice_says_so(here, there):
    couple = enrol_two(here)[0].couple
    there.couples.create(practice=PracticeFactory())
    form = TransferForm(people=people_in(couple), editions=destinations(couple))
    ((_key, label),) = form.fields["naar"].choices
    assert label.endswith("16 plekken vrij · daar wachten anderen")
    there.couples.update(ended_at=timezone.now())
    (edition,) = destinations(couple)
    assert edition.waiting == 0


def test_one_does_not_go_where_it_is_full(here, there):
    first, _second = enrol_two(here)
    Edition.objects.filter(pk=there.pk).update(capacity=0)
    with pytest.raises(EditionFull):
        transfer_one(member_of(first), there, by=UserFactory(), reason="-")
    assert (taken(here), again(first).edition) == (2, here)


def test_who_waited_for_the_place_that_came_free_has_it_and_hears_of_it(here, there):
    first, _second = enrol_two(here)
    Edition.objects.filter(pk=here.pk).update(capacity=2)
    waits = make_professional("huisarts", PracticeFactory())
    couple = here.couples.create(practice=waits.practice, seats=1)
    couple.members.create(user=waits, accepted_at=timezone.now())
    transfer(first.couple, there, by=UserFactory())
    assert (taken(here), here.enrolments.active().get().participant) == (1, waits)
    assert OutgoingMail.objects.filter(key=f"place:{couple.pk}:{waits.pk}").count() == 1


def test_who_waits_here_and_has_a_place_there_gives_nothing_back(here, there):
    enrol_two(here)
    practice = PracticeFactory()
    couple = here.couples.create(practice=practice)
    for code in ("huisarts", "poh"):
        couple.members.create(user=make_professional(code, practice), accepted_at=timezone.now())
    transfer(couple, there, by=UserFactory())
    assert (taken(here), taken(there), there.enrolments.active().count()) == (2, 2, 2)


def test_who_has_not_answered_yet_does_not_go_alone(here, there):
    first, second = enrol_two(here)
    stop(member_of(second), by=second.participant)
    asked = first.couple.members.create(user=make_professional("poh", first.couple.practice))
    first.couple.refresh_from_db()
    with pytest.raises(NothingAsked):
        transfer_one(asked, there, by=UserFactory(), reason="Andere werkdag")
    assert (taken(there), asked.couple.edition) == (0, here)


def test_a_visit_to_an_evening_of_another_track_stays_behind(here, there):
    first, _second = enrol_two(here)
    choose_track(first, track_of(here))
    let_visit(first, here.evenings.get(code="3B"), by=UserFactory(), reason="Vakantie")
    transfer(first.couple, there, by=UserFactory())
    assert [one.code for one in evenings_of(again(first))] == ["1", "2", "3A", "4A"]


def test_looking_what_it_means_changes_nothing(coordinator, here, there):
    first, second = enrol_two(here)
    choice = {"wie": member_of(first).pk, "naar": there.public_id}
    page = signed_in(coordinator).get(page_of(first.couple), choice)
    assert (page.status_code, page.context["to"], page.context["is_split"]) == (200, there, True)
    assert [one.person for one in page.context["luggage"]] == [first.participant]
    assert [one.user for one in page.context["stays"]] == [second.participant]
    assert (taken(here), taken(there)) == (2, 0)


def test_who_chooses_nothing_and_looks_what_it_means_reads_what_to_choose(coordinator, here, there):
    first, _second = enrol_two(here)
    client, page = signed_in(coordinator), page_of(first.couple)
    assert client.get(page).status_code == 200
    [button] = re.findall(
        r'<button class="button button--primary" name="(\w+)"', client.get(page).content.decode()
    )
    answer = client.get(page, {button: "1"})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"wie", "naar"})


def test_a_coordinator_moves_a_couple(coordinator, here, there):
    first, _second = enrol_two(here)
    answer = signed_in(coordinator).post(
        page_of(first.couple), {"wie": "samen", "naar": there.public_id}
    )
    assert answer.url == f"/planning/{there.public_id}/deelnemers/"
    assert (taken(here), taken(there)) == (0, 2)


def test_to_move_one_of_two_a_reason_is_needed(coordinator, here, there):
    first, _second = enrol_two(here)
    sent = {"wie": member_of(first).pk, "naar": there.public_id}
    page = signed_in(coordinator).post(page_of(first.couple), sent)
    assert (page.status_code, taken(there)) == (422, 0)
    signed_in(coordinator).post(page_of(first.couple), sent | {"reason": "Andere werkdag"})
    assert taken(there) == 1


@pytest.mark.parametrize("change", ["full", "gone"])
def test_what_cannot_be_is_said_and_nothing_moves(coordinator, here, there, change):
    first, _second = enrol_two(here)
    if change == "full":
        Edition.objects.filter(pk=there.pk).update(capacity=1)
    else:
        Edition.objects.filter(pk=there.pk).update(cancelled_at=timezone.now())
    page = signed_in(coordinator).post(
        page_of(first.couple), {"wie": "samen", "naar": there.public_id}
    )
    assert (page.status_code, taken(here), taken(there)) == (422, 2, 0)
    assert bool(page.context["error"]) == (change == "full")


def put_out_of_reach(edition, change):
    now = timezone.now()
    if change == "over":
        edition.evenings.update(starts_at=now - timedelta(hours=5), ends_at=now)
    elif change == "without evenings":
        edition.evenings.update(cancelled_at=now)
    else:
        changes = {"cancelled": {"cancelled_at": now}, "a draft": {"published_at": None}}
        changes["of another course"] = {"content": make_version()}
        Edition.objects.filter(pk=edition.pk).update(**changes[change])


def go(enrolment, there, *, is_split):
    if is_split:
        transfer_one(member_of(enrolment), there, by=UserFactory(), reason="Andere werkdag")
    else:
        transfer(enrolment.couple, there, by=UserFactory())


@pytest.mark.parametrize("is_split", [False, True])
@pytest.mark.parametrize(
    "change", ["cancelled", "a draft", "over", "without evenings", "of another course"]
)
def test_nobody_goes_where_nobody_can_go_any_more_once_it_was_chosen(here, there, change, is_split):
    first, second = enrol_two(here)
    put_out_of_reach(there, change)
    with pytest.raises(NotOpen):
        go(first, there, is_split=is_split)
    assert (taken(here), taken(there)) == (2, 0)
    assert set(here.enrolments.active()) == {first, second}


def test_nobody_goes_where_they_are_already(here):
    first, _second = enrol_two(here)
    with pytest.raises(NotOpen):
        transfer_one(member_of(first), here, by=UserFactory(), reason="Andere werkdag")


def test_an_edition_that_is_cancelled_at_the_last_moment_is_said_to_be_gone(here, there):
    first, _second = enrol_two(here)
    couple = first.couple
    said = {"wie": "samen", "naar": there.public_id}
    form = TransferForm(said, people=people_in(couple), editions=destinations(couple))
    assert form.is_valid()
    put_out_of_reach(there, "cancelled")
    words = carry_out(UserFactory(), couple, form, TransferReasonForm())
    assert words == "Naar deze uitvoering kan niemand meer. Kies een andere."


def test_from_a_cancelled_edition_people_go_on_in_another(here, there):
    first, _second = enrol_two(here)
    cancel_edition(here, by=UserFactory(), reason="Te weinig aanmeldingen.")
    transfer(first.couple, there, by=UserFactory())
    assert (taken(here), taken(there), again(first).edition) == (0, 2, there)


# what somebody asked who stayed behind


@pytest.fixture
def asking(here):
    """Whose partner stopped, and who asks to go on alone."""
    first, second = enrol_two(here)
    stop(member_of(second), by=second.participant)
    ask_to_go_on_alone(member_of(first), "Mijn collega is met verlof")
    return first


def test_who_asked_to_go_on_alone_is_answered_in_the_other_edition(asking, there):
    ask_alone(there, asking.participant, "Ik kom liever daar", terms_of(there))
    transfer(again(asking).couple, there, by=UserFactory())
    (request,) = requests_for(there)
    assert (request.person, request.reason) == (asking.participant, "Mijn collega is met verlof")
    couple = allow_request(request, by=UserFactory())
    assert (couple.edition, couple.lacks_partner(), taken(there)) == (there, False, 1)


def test_who_goes_alone_by_exception_need_not_be_answered_any_more(asking, there):
    ask_alone(there, asking.participant, "Ik kom liever daar", terms_of(there))
    transfer_one(member_of(asking), there, by=UserFactory(), reason="Andere werkdag")
    assert not AloneRequest.objects.waiting().exists()


def test_another_version_of_the_course_is_a_way_to_go(here):
    version = make_version()
    version.course = here.content.course
    version.number = here.content.number + 1
    version.save()
    other = publish(make_running_edition(content=version, days=50))
    assert destinations(enrol_two(here)[0].couple) == [other]
