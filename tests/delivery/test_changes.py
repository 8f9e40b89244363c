"""Moving, cancelling and putting back: what changes, who hears of it, and how often."""

from datetime import timedelta

import pytest
import vobject
from django.urls import reverse
from django.utils import timezone

from courses.delivery.forms.edition import PlanForm
from courses.delivery.models import Edition, Evening
from courses.delivery.services import (
    NothingAsked,
    accept,
    apply_as_couple,
    ask_again,
    choose_track,
    choosing_time,
    end_enrolment,
    is_open_to,
    lapse_unanswered,
    move_evenings,
    put_before_evening,
    take_from_evening,
)
from courses.delivery.services.attendance import Mark, take_marks
from courses.delivery.services.cancelling import (
    AlreadyOver,
    NothingToDo,
    cancel_edition,
    cancel_evening,
    restore_evening,
)
from courses.delivery.services.changes import (
    EDITION_FIELDS,
    ChangedMeanwhile,
    EditionCancelled,
    EditionPlan,
    FewerThanTaken,
    HasBeen,
    change_edition,
    placed_by,
    preview,
)
from courses.learning.models import Progress
from lms.accounts.models import Invitation, Role
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.curriculum.people import sign_in
from tests.factories.accounts import PracticeFactory, UserFactory
from tests.factories.delivery import enrol_two, make_professional, make_running_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    user = UserFactory()
    grant_role(user=user, role=Role.COORDINATOR)
    return user


@pytest.fixture
def looking(client, coordinator):
    sign_in(client, coordinator)
    return client


@pytest.fixture
def edition():
    """Evening 1 is over, evening 2 is in ten days, and all have a place."""
    edition = make_running_edition()
    edition.evenings.update(place="De Brug", address="Kade 1")
    publish(edition)
    return edition


def publish(edition):
    Edition.objects.filter(pk=edition.pk).update(published_at=timezone.now())
    edition.refresh_from_db()


def waiting_couple(edition):
    practice = PracticeFactory()
    people = [make_professional(code, practice) for code in ("huisarts", "poh")]
    couple = edition.couples.create(practice=practice)
    for person in people:
        couple.members.create(user=person, accepted_at=timezone.now())
    return people


def at(edition, code):
    return edition.evenings.get(code=code)


def shown(client, edition):
    """The form as the page shows it, to send back."""
    page = client.get(address(edition, "edition_change"))
    form = page.context["form"]
    said = {}
    for one in (form.about, *form.evenings):
        for bound in one:
            if bound.value() is True and bound.name != "is_open":
                said[bound.html_name] = "on"
            elif bound.value() not in (None, False):
                value = bound.field.widget.format_value(bound.value())
                said[bound.html_name] = value[0] if isinstance(value, list) else value
    return {name: value for name, value in said.items() if value is not None}


def address(edition, name, *more):
    return reverse(f"delivery:{name}", args=[edition.public_id, *more])


def change(client, edition, **changes):
    said = shown(client, edition) | {"actie": "bevestig"}
    said |= {name.replace("avond_", "avond-").replace("_", "-", 1): value
             for name, value in changes.items()}  # fmt: skip
    response = client.post(address(edition, "edition_change"), said)
    assert response.status_code == 302, list(response.context["form"].errors())


def plan_with(edition, *, day):
    """As it is, with evening 2 on another day."""
    evenings = list(edition.evenings.all())
    for evening in evenings:
        if evening.code == "2":
            evening.starts_at += day
            evening.ends_at += day
    own = {name: getattr(edition, name) for name in EDITION_FIELDS}
    return EditionPlan(**own, evenings=evenings)


def mails(user):
    return list(OutgoingMail.objects.filter(recipient=user).order_by("pk"))


def news(user, since):
    return [(mail.calendar_method, mail.subject) for mail in mails(user)[since:]]


def day_after(evening, days=7):
    return f"{timezone.localtime(evening.starts_at) + timedelta(days=days):%Y-%m-%d}"


# first shown, then done


def test_what_changes_is_shown_first_with_how_many_hear_of_it(looking, edition):
    enrol_two(edition)
    put_before_evening(at(edition, "2"), UserFactory())
    waiting_couple(edition)
    before = OutgoingMail.objects.count()
    said = shown(looking, edition) | {"avond-2-date": day_after(at(edition, "2"))}

    response = looking.post(address(edition, "edition_change"), said)

    preview = response.context["preview"]
    assert (response.status_code, preview.told) == (200, 3)
    assert [(one.evening.code, one.name) for one in preview.changes] == [
        ("2", "starts_at"),
        ("2", "ends_at"),
    ]
    assert 'value="bevestig"' in response.content.decode()
    assert (at(edition, "2").sequence, OutgoingMail.objects.count()) == (0, before)


def test_a_new_title_is_shown_and_nobody_is_mailed(looking, edition):
    first, _ = enrol_two(edition)
    said = shown(looking, edition) | {"title": "Andere naam"}
    preview = looking.post(address(edition, "edition_change"), said).context["preview"]
    assert (preview.told, [one.name for one in preview.changes]) == (0, ["title"])
    change(looking, edition, title="Andere naam")
    assert len(mails(first.participant)) == 1


def test_only_who_comes_to_it_is_counted_and_told(looking, edition):
    first, second = enrol_two(edition)
    choose_track(first, at(edition, "3A").track_key)
    choose_track(second, at(edition, "3B").track_key)
    told = [len(mails(one.participant)) for one in (first, second)]
    said = shown(looking, edition) | {"avond-3A-place": "Elders", "avond-3A-same_place": ""}
    assert looking.post(address(edition, "edition_change"), said).context["preview"].told == 1
    change(looking, edition, avond_3A_place="Elders", avond_3A_same_place="")
    assert [len(mails(one.participant)) for one in (first, second)] == [told[0] + 1, told[1]]


def test_five_things_of_two_evenings_in_one_save_are_one_mail(looking, edition):
    first, second = enrol_two(edition)
    choose_track(first, at(edition, "3A").track_key)
    before = len(mails(first.participant))
    change(
        looking,
        edition,
        avond_2_date=day_after(at(edition, "2")),
        avond_2_place="Elders",
        avond_2_address="Straat 9",
        avond_2_same_place="",
        avond_3A_is_online="on",
        avond_3A_online_url="https://video.example/avond",
    )
    assert len(mails(first.participant)) == before + 1
    assert len(mails(second.participant)) == 2
    assert [at(edition, code).sequence for code in ("1", "2", "3A", "3B")] == [0, 1, 1, 0]
    assert AuditEvent.objects.filter(event="edition.changed").count() == 1


def test_who_waits_or_left_hears_nothing_of_a_change(looking, edition):
    first, _ = enrol_two(edition)
    end_enrolment(first)
    people = waiting_couple(edition)
    before = len(mails(first.participant))
    change(looking, edition, avond_2_date=day_after(at(edition, "2")))
    assert len(mails(first.participant)) == before
    assert [mails(one) for one in people] == [[], []]


def test_practical_words_change_on_the_page_and_in_nobodys_calendar(looking, edition):
    first, _ = enrol_two(edition)
    change(looking, edition, avond_2_practical="Deur links.")
    assert (at(edition, "2").practical, at(edition, "2").sequence) == ("Deur links.", 0)
    assert len(mails(first.participant)) == 1


def test_of_an_evening_that_is_cancelled_nobody_is_counted_when_its_day_changes(edition):
    enrol_two(edition)
    cancel_evening(at(edition, "2"), by=UserFactory(), reason="Storm")
    plan = plan_with(edition, day=timedelta(days=1))
    assert preview(edition, plan).told == 0
    restore_evening(at(edition, "2"), by=UserFactory())
    assert preview(edition, plan).told == 2


def test_one_behind_a_couple_that_does_not_fit_is_not_counted_as_placed(edition):
    Edition.objects.filter(pk=edition.pk).update(capacity=0)
    edition.refresh_from_db()
    waiting_couple(edition)
    edition.couples.create(practice=PracticeFactory(), seats=1)
    assert [placed_by(edition, capacity) for capacity in (1, 2, 3)] == [0, 1, 2]


def test_of_a_draft_nobody_hears_and_nothing_is_asked_first(looking):
    edition = make_running_edition(days=30)
    edition.evenings.update(place="De Brug")
    first, _ = enrol_two(edition)
    said = shown(looking, edition) | {"avond-2-date": day_after(at(edition, "2"))}
    moved = at(edition, "2").starts_at + timedelta(days=7)
    assert looking.post(address(edition, "edition_change"), said).status_code == 302
    assert abs(at(edition, "2").starts_at - moved) < timedelta(hours=2)
    cancel_evening(at(edition, "2"), by=UserFactory(), reason="Sneeuw")
    cancel_edition(edition, by=UserFactory(), reason="Sneeuw")
    assert mails(first.participant) == []


def test_deadlines_and_the_choice_of_a_track_move_along(looking, edition):
    first, _ = enrol_two(edition)
    due = Progress.objects.get(enrolment=first, kind="elearning").due_at
    last = choosing_time(edition).last_day
    days = {f"avond_{code}_date": day_after(at(edition, code)) for code in
            ("2", "3A", "3B", "4A", "4B")}  # fmt: skip
    change(looking, edition, **days)
    moved = Progress.objects.get(enrolment=first, kind="elearning").due_at
    assert timezone.localdate(moved) - timezone.localdate(due) == timedelta(days=7)
    assert choosing_time(edition).last_day - last == timedelta(days=7)


def test_an_evening_that_was_held_stays_when_it_was(looking, edition):
    first, _ = enrol_two(edition)
    evening = at(edition, "1")
    first.attendances.create(evening=evening, status="present")
    said = shown(looking, edition) | {"avond-1-date": day_after(evening, 21)}
    response = looking.post(address(edition, "edition_change"), said)
    assert response.status_code == 422
    assert (
        "Zet de datum en de tijd terug." in response.context["form"].evenings[0].errors["date"][0]
    )
    assert at(edition, "1").starts_at == evening.starts_at


def test_moving_by_a_service_is_a_change_too_and_the_same_again_is_none(edition):
    first, _ = enrol_two(edition)
    later = at(edition, "2").starts_at + timedelta(days=7)
    for _ in range(2):
        move_evenings(edition, {"2": later})
    assert at(edition, "2").sequence == 1
    assert [method for method, _ in news(first.participant, 1)] == ["REQUEST"]


# two who change one edition at once


def opened(client, edition):
    """The form as it stands, with what it remembers of how that was."""
    page = client.get(address(edition, "edition_change"))
    return shown(client, edition) | {"gezien": page.context["form"].seen}


def sent_again(response):
    """What the page sends when nothing more is touched in it."""
    form = response.context["form"]
    return {name: value for name, value in form.values().items() if value} | {"gezien": form.seen}


def keep(client, edition, said):
    return client.post(address(edition, "edition_change"), said | {"actie": "bevestig"})


def test_who_saves_second_reads_what_the_other_changed_and_keeps_both(looking, edition):
    mine, theirs = opened(looking, edition), opened(looking, edition)
    day, old = day_after(at(edition, "2")), at(edition, "2").starts_at
    keep(looking, edition, theirs | {"avond-2-date": day, "capacity": "20"})

    response = keep(looking, edition, mine | {"title": "Mijn naam", "capacity": "18"})

    edition.refresh_from_db()
    assert (response.status_code, edition.title, edition.capacity) == (409, "Leergang", 20)
    found = {(one.code, one.name): one for one in response.context["meanwhile"]}
    assert list(found) == [("", "capacity"), ("2", "date")]
    capacity, moved = found.values()
    assert (capacity.before, capacity.now, capacity.here) == ("16", "20", "18")
    assert (moved.before, str(moved.now)) == (timezone.localdate(old), day)
    said = sent_again(response)
    assert (said["title"], said["capacity"], said["avond-2-date"]) == ("Mijn naam", "18", day)

    assert keep(looking, edition, said).status_code == 302
    edition.refresh_from_db()
    assert (edition.title, edition.capacity) == ("Mijn naam", 18)
    assert f"{timezone.localtime(at(edition, '2').starts_at):%Y-%m-%d}" == day


def test_also_before_it_is_shown_what_changes_and_in_words(looking, edition):
    mine = opened(looking, edition)
    change(looking, edition, title="Andere naam")
    response = looking.post(address(edition, "edition_change"), mine | {"region": "Salland"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Iemand anders heeft deze uitvoering gewijzigd" in page
    assert "Andere naam" in page


def test_a_tick_taken_away_stays_away(looking, edition):
    mine = opened(looking, edition)
    change(looking, edition, title="Andere naam")
    del mine["avond-2-same_place"]
    said = sent_again(keep(looking, edition, mine | {"avond-2-place": "Elders"}))
    assert ("avond-2-same_place" in said, said["avond-2-place"]) == (False, "Elders")


def test_who_opens_the_form_afterwards_is_not_stopped(looking, edition):
    change(looking, edition, title="Andere naam")
    assert keep(looking, edition, opened(looking, edition) | {"region": "X"}).status_code == 302


def test_a_form_that_remembers_nothing_sensible_is_read_as_it_stands(looking, edition):
    said = shown(looking, edition) | {"gezien": "onzin", "region": "Salland"}
    assert keep(looking, edition, said).status_code == 302


def test_whether_somebody_was_first_is_asked_while_nobody_else_can_be(edition, looking):
    form = PlanForm(opened(looking, edition), edition=edition)
    assert form.is_valid()
    assert not form.is_behind
    move_evenings(edition, {"2": at(edition, "2").starts_at + timedelta(days=7)})
    with pytest.raises(ChangedMeanwhile):
        change_edition(edition, form.plan, by=UserFactory())


@pytest.mark.parametrize("refusal", [FewerThanTaken, HasBeen, EditionCancelled])
def test_what_came_about_since_the_form_was_read_is_asked_once_more(edition, looking, refusal):
    day = day_after(at(edition, "2"))
    said = opened(looking, edition) | {"capacity": "3", "avond-2-date": day}
    form = PlanForm(said, edition=edition)
    assert form.is_valid()
    if refusal is FewerThanTaken:
        enrol_two(edition)
        enrol_two(edition)
    elif refusal is HasBeen:
        first, _second = enrol_two(edition)
        mark = Mark(enrolment=first.pk, part=1, is_present=True, made_at=timezone.now())
        take_marks(at(edition, "2"), [mark], by=UserFactory())
    else:
        cancel_edition(edition, by=UserFactory(), reason="Te weinig aanmeldingen.")
    with pytest.raises(refusal):
        change_edition(edition, form.plan, by=UserFactory())


# at the last minute


@pytest.mark.parametrize(
    ("hours", "days", "is_late"), [(20, 7, True), (30, 7, False), (200, 0, False)]
)
def test_a_change_in_the_last_day_says_so_in_its_subject(edition, clock, hours, days, is_late):
    first, _ = enrol_two(edition)
    evening = at(edition, "2")
    clock.now = evening.starts_at - timedelta(hours=hours)
    later = evening.starts_at + timedelta(days=days, hours=1)
    move_evenings(edition, {"2": later})
    ((_, subject),) = news(first.participant, 1)
    assert subject.startswith("Lees dit vandaag: op het laatste moment gewijzigd") is is_late


def test_online_at_the_last_minute_has_its_link_with_it(looking, edition, clock):
    first, _ = enrol_two(edition)
    clock.now = at(edition, "2").starts_at - timedelta(hours=3)
    sign_in(looking, grant(UserFactory()))
    link = "https://video.example/avond"
    change(looking, edition, avond_2_is_online="on", avond_2_online_url=link)
    mail = mails(first.participant)[-1]
    assert mail.subject.startswith("Lees dit vandaag")
    assert vobject.readOne(mail.calendar).vevent.location.value == link
    assert f"(online): {link}\n" in mail.body


def grant(user):
    grant_role(user=user, role=Role.COORDINATOR)
    return user


def test_an_evening_cancelled_in_the_last_day_says_so_in_its_subject(edition, clock):
    first, _ = enrol_two(edition)
    clock.now = at(edition, "2").starts_at - timedelta(hours=3)
    cancel_evening(at(edition, "2"), by=UserFactory(), reason="Storm")
    assert news(first.participant, 1) == [("CANCEL", "Lees dit vandaag: niet komen, Leergang")]


# cancelling one evening, and putting it back


def test_an_evening_is_cancelled_with_a_reason_and_put_back(looking, edition):
    first, _ = enrol_two(edition)
    evening = at(edition, "2")
    page = address(edition, "evening_cancel", evening.public_id)
    assert looking.get(page).context["told"] == 2
    assert looking.post(page, {"reason": ""}).status_code == 422
    assert at(edition, "2").cancelled_at is None

    looking.post(page, {"reason": "De zaal is dubbel geboekt."})
    found = at(edition, "2")
    assert (found.is_cancelled, found.why_cancelled) == (True, "De zaal is dubbel geboekt.")
    looking.post(address(edition, "evening_restore", evening.public_id))
    assert at(edition, "2").is_cancelled is False
    assert [method for method, _ in news(first.participant, 1)] == ["CANCEL", "REQUEST"]
    events = AuditEvent.objects.filter(event__startswith="evening.").order_by("pk")
    assert [one.event for one in events] == ["evening.cancelled", "evening.restored"]


def test_who_comes_after_all_reads_so_at_the_evening_it_is_about(edition):
    first, _ = enrol_two(edition)
    cancel_evening(at(edition, "2"), by=UserFactory(), reason="Storm")
    restore_evening(at(edition, "2"), by=UserFactory())
    (*_before, said) = mails(first.participant)
    lines = said.body.splitlines()
    assert lines[lines.index("Hier word je toch weer verwacht.") - 1].startswith("Avond 2")
    assert said.body.count("toch weer verwacht") == 1


def test_who_it_concerns_reads_why_on_the_page_of_the_evening(client, edition):
    first, _ = enrol_two(edition)
    cancel_evening(at(edition, "2"), by=UserFactory(), reason="De zaal is dubbel geboekt.")
    sign_in(client, first.participant)
    page = client.get(reverse("delivery:evening", args=[at(edition, "2").public_id]))
    assert "De zaal is dubbel geboekt." in page.content.decode()


def test_twice_cancelled_is_once(edition):
    cancel_evening(at(edition, "2"), by=UserFactory(), reason="Storm")
    with pytest.raises(NothingToDo):
        cancel_evening(at(edition, "2"), by=UserFactory(), reason="Storm")
    assert at(edition, "2").sequence == 1


def test_what_has_been_is_not_cancelled_nor_put_back(edition):
    with pytest.raises(AlreadyOver):
        cancel_evening(at(edition, "1"), by=UserFactory(), reason="Storm")
    with pytest.raises(AlreadyOver):
        restore_evening(at(edition, "1"), by=UserFactory())


def test_an_evening_of_another_edition_is_not_found(looking, edition):
    other = make_running_edition(content=edition.content)
    page = address(edition, "evening_cancel", at(other, "2").public_id)
    assert looking.post(page, {"reason": "Storm"}).status_code == 404
    assert at(other, "2").cancelled_at is None


# cancelling an edition


def test_when_an_edition_is_cancelled_everybody_hears_once(looking, edition):
    first, second = enrol_two(edition)
    trainer, waiting = UserFactory(), waiting_couple(edition)
    for code in ("2", "3A"):
        put_before_evening(at(edition, code), trainer)
    everybody = [first.participant, second.participant, trainer, *waiting]
    before = {one.pk: len(mails(one)) for one in everybody}
    page = address(edition, "edition_cancel")
    assert looking.get(page).context["told"] == len(everybody)

    looking.post(page, {"reason": "Te weinig aanmeldingen."})

    told = [news(one, before[one.pk]) for one in everybody]
    subject = "Gaat niet door: Leergang"
    assert told == [[("CANCEL", subject)]] * 3 + [[("", subject)]] * 2
    edition.refresh_from_db()
    assert edition.cancel_reason == "Te weinig aanmeldingen."
    assert AuditEvent.objects.filter(event="edition.cancelled").count() == 1


def test_who_left_or_taught_only_what_has_been_does_not_hear_that_it_is_cancelled(edition):
    first, second = enrol_two(edition)
    end_enrolment(first)
    left, partner = waiting_couple(edition)
    edition.couples.filter(members__user=left).update(ended_at=timezone.now())
    declined, _stays = waiting_couple(edition)
    declined.couple_memberships.update(ended_at=timezone.now())
    taught, moved = UserFactory(), UserFactory()
    put_before_evening(at(edition, "1"), taught)
    put_before_evening(at(edition, "2"), moved)
    take_from_evening(at(edition, "2"), moved)
    quiet = [first.participant, left, partner, declined, taught, moved]
    before = [len(mails(one)) for one in quiet]
    cancel_edition(edition, by=UserFactory(), reason="Te weinig aanmeldingen.")
    assert [len(mails(one)) for one in quiet] == before
    assert mails(second.participant)[-1].subject == "Gaat niet door: Leergang"


def test_of_a_draft_that_is_cancelled_nobody_hears(edition):
    Edition.objects.filter(pk=edition.pk).update(published_at=None)
    people = waiting_couple(edition)
    cancel_edition(edition, by=UserFactory(), reason="Te weinig aanmeldingen.")
    assert [mails(one) for one in people] == [[], []]


def test_of_an_edition_that_was_cancelled_nothing_moves_any_more(looking, edition):
    first, _ = enrol_two(edition)
    people = waiting_couple(edition)
    cancel_edition(edition, by=UserFactory(), reason="Te weinig aanmeldingen.")
    with pytest.raises(NothingToDo):
        cancel_edition(edition, by=UserFactory(), reason="Nog eens.")
    with pytest.raises(EditionCancelled):
        cancel_evening(at(edition, "2"), by=UserFactory(), reason="Storm")
    before = [len(mails(one)) for one in people]
    end_enrolment(first)
    assert [len(mails(one)) for one in people] == before
    assert looking.get(address(edition, "edition_change")).status_code == 403
    assert looking.get(address(edition, "edition")).status_code == 200


def test_nobody_applies_for_a_cancelled_edition_nor_answers_for_it():
    edition = make_running_edition(days=30)
    publish(edition)
    practice = PracticeFactory()
    people = [make_professional(code, practice) for code in ("huisarts", "poh")]
    couple = apply_as_couple(edition, *people)
    cancel_edition(edition, by=UserFactory(), reason="Te weinig aanmeldingen.")
    edition.refresh_from_db()
    assert is_open_to(edition, practice) is False
    couple.members.update(expires_at=timezone.now())
    before = OutgoingMail.objects.count()
    lapse_unanswered()
    with pytest.raises(NothingAsked):
        ask_again(couple, by=UserFactory())
    assert OutgoingMail.objects.count() == before
    with pytest.raises(NothingAsked):
        accept(Invitation.objects.get(user=people[1]))
    assert not edition.enrolments.exists()


def test_an_edition_without_evenings_is_cancelled(edition):
    edition.evenings.all().delete()
    assert cancel_edition(edition, by=UserFactory(), reason="Vergissing.").cancelled_at is not None


def test_an_edition_that_is_over_is_not_cancelled(edition):
    Evening.objects.update(
        starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1)
    )
    with pytest.raises(AlreadyOver):
        cancel_edition(edition, by=UserFactory(), reason="Te laat.")
