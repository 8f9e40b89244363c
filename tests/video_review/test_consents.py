"""Consent in two moments, through the pages a professional sees."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from lms.audit.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EnrolmentFactory, EveningFactory
from tests.factories.video_review import ConsentFactory
from video_review.models import Consent, ConsentPerson, Recording
from video_review.services.consents import hash_code, make_code

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

ABSENT = {f"other_{kind}": "absent" for kind in ConsentPerson.Kind.values}


@pytest.fixture
def enrolment(client):
    enrolment = EnrolmentFactory()
    EveningFactory(edition=enrolment.edition)
    client.force_login(enrolment.participant)
    return enrolment


def local(moment):
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def answers(page, **changes):
    """What the form sends when nothing but ``changes`` is filled in."""
    today = timezone.localdate()
    return (
        ABSENT
        | {
            "slip": page.context["form"]["slip"].value(),
            "scope": "S3",
            "who_decides": "patient",
            "before_at": local(timezone.now()),
            "delete_by": str(today + timedelta(days=20)),
        }
        | changes
    )


def ask(client, address="", **changes):
    url = reverse("video_review:consent_new") + address
    return client.post(url, answers(client.get(url), **changes))


def confirm(client, consent, **changes):
    said = ABSENT | {
        "still_agrees": "yes",
        "after_at": local(timezone.now()),
        "declaration": "on",
    }
    url = reverse("video_review:consent_after", args=[consent.public_id])
    return client.post(url, said | changes)


def test_code_is_shown_once_and_only_its_hash_is_kept(client, enrolment):
    page = ask(client)
    code = page.context["code"]
    consent = Consent.objects.get()
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert code in page.content.decode()
    assert consent.code_hash == hash_code(code)
    assert [value for value in Consent.objects.values().get().values() if code in str(value)] == []


def test_code_is_understood_as_people_type_it():
    assert hash_code("7KQM-4XT0-9RW1") == hash_code(" 7kqm 4xto 9rwl ")
    assert hash_code("7KQM-4XT0-9RW1") != hash_code("7KQM-4XT0-9RW2")


def test_codes_do_not_repeat():
    assert len({make_code() for _time in range(1000)}) == 1000


def test_double_click_makes_one_consent_with_one_code(client, enrolment):
    url = reverse("video_review:consent_new")
    said = answers(client.get(url))
    first, second = client.post(url, said), client.post(url, said)
    assert first.context["code"] == second.context["code"]
    assert Consent.objects.count() == 1


def test_slip_of_somebody_else_is_not_used(client, enrolment):
    url = reverse("video_review:consent_new")
    said = answers(client.get(url))
    other = EnrolmentFactory(edition=enrolment.edition)
    client.force_login(other.participant)
    assert client.post(url, said).status_code == 422
    assert Consent.objects.count() == 0
    with pytest.raises(signing.BadSignature):
        signing.loads(said["slip"])


def test_asked_before_and_confirmed_after_it_is_complete(client, enrolment):
    ask(client, scope="S2", who_decides="representative", other_interpreter="agreed")
    consent = Consent.objects.get()
    assert (consent.is_complete(), consent.scope, consent.patient_decides) == (False, "S2", False)
    answer = confirm(client, consent, other_interpreter="agreed")
    consent.refresh_from_db()
    assert answer.status_code == 302
    assert consent.is_complete()
    assert list(consent.others.values_list("kind", "has_consented")) == [("interpreter", True)]
    said = AuditEvent.objects.filter(object_ref=str(consent.public_id)).order_by("pk")
    assert list(said.values_list("event", flat=True)) == [
        "consent.asked",
        "consent.confirmed",
    ]


def test_both_moments_can_be_filled_in_afterwards(client, enrolment):
    asked_at = timezone.now() - timedelta(hours=5)
    ask(client, before_at=local(asked_at))
    consent = Consent.objects.get()
    confirm(client, consent, after_at=local(asked_at + timedelta(hours=1)))
    assert Consent.objects.complete().get() == consent


def test_patient_who_says_no_afterwards_closes_the_way(client, enrolment):
    ask(client)
    consent = Consent.objects.get()
    confirm(client, consent, still_agrees="no", declaration="")
    consent.refresh_from_db()
    page = client.get(reverse("video_review:upload_new", args=[consent.public_id]))
    assert consent.is_complete() is False
    assert page.status_code == 403
    assert confirm(client, consent).templates[0].name == "video_review/consent_refused.html"
    assert Consent.objects.complete().count() == 0


def test_somebody_in_view_who_did_not_agree_holds_it_up(client, enrolment):
    ask(client)
    consent = Consent.objects.get()
    confirm(client, consent, other_colleague="not-agreed")
    assert not consent.is_complete()
    confirm(client, consent, other_colleague="agreed")
    assert consent.is_complete()


def test_filming_somebody_who_did_not_agree_is_not_recorded(client, enrolment):
    page = ask(client, other_child="not-agreed")
    assert (page.status_code, set(page.context["form"].errors)) == (422, {"other_child"})


def test_without_the_declaration_it_does_not_count(client, enrolment):
    ask(client)
    consent = Consent.objects.get()
    page = confirm(client, consent, declaration="")
    assert (page.status_code, set(page.context["form"].errors)) == (422, {"declaration"})


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("before_at", lambda: local(timezone.now() + timedelta(hours=1))),
        ("before_at", lambda: local(timezone.now() - timedelta(days=8))),
        ("delete_by", lambda: str(timezone.localdate() - timedelta(days=1))),
        ("delete_by", lambda: str(timezone.localdate() + timedelta(days=38))),
        ("scope", lambda: "S4"),
    ],
)
def test_moment_or_day_that_cannot_be_is_explained_and_nothing_is_lost(
    client, enrolment, field, change
):
    page = ask(client, **{field: change()})
    assert (page.status_code, set(page.context["form"].errors)) == (422, {field})
    assert page.context["form"]["who_decides"].value() == "patient"
    assert Consent.objects.count() == 0


def test_latest_day_is_thirty_days_after_the_last_evening(client, enrolment):
    last = timezone.localdate(enrolment.edition.evenings.get().starts_at)
    form = client.get(reverse("video_review:consent_new")).context["form"]
    assert (form.days.proposed, form.days.latest) == (last + timedelta(days=30),) * 2
    assert ask(client, delete_by=str(last + timedelta(days=30))).status_code == 200


def test_confirmation_before_the_question_is_refused(client, enrolment):
    ask(client)
    consent = Consent.objects.get()
    page = confirm(client, consent, after_at=local(timezone.now() - timedelta(hours=1)))
    assert set(page.context["form"].errors) == {"after_at"}


def test_no_field_asks_who_the_patient_is(client, enrolment):
    form = client.get(reverse("video_review:consent_new")).context["form"]
    assert sorted(form.fields) == sorted(
        [*ABSENT, "slip", "scope", "who_decides", "before_at", "delete_by"]
    )


@pytest.mark.requirement("VID-09")
def test_practice_conversation_is_marked_and_can_be_sent(client, enrolment):
    ask(client, "?oefengesprek")
    consent = Consent.objects.get()
    confirm(client, consent)
    page = client.get(reverse("video_review:upload_new", args=[consent.public_id]))
    assert consent.is_simulated
    assert page.status_code == 200
    assert page.context["consent"].is_simulated


def test_course_that_is_over_takes_no_new_consent(client, enrolment):
    long_ago = timezone.now() - timedelta(days=31)
    enrolment.edition.evenings.update(starts_at=long_ago, ends_at=long_ago + timedelta(hours=4))
    page = client.get(reverse("video_review:consent_new"))
    assert page.status_code == 403
    assert Recording.objects.count() == 0


def test_somebody_elses_consent_is_not_there(client, enrolment):
    other = ConsentFactory()
    url = reverse("video_review:consent_after", args=[other.public_id])
    assert client.get(url).status_code == 404
    assert confirm(client, other).status_code == 404


def test_who_takes_part_in_nothing_cannot_ask_consent(client):
    client.force_login(UserFactory())
    assert client.get(reverse("video_review:consent_new")).status_code == 404


def test_open_consents_are_offered_again(client, enrolment):
    waiting = ConsentFactory(enrolment=enrolment)
    ready = ConsentFactory(enrolment=enrolment, complete=True)
    ConsentFactory(enrolment=enrolment, withdrawn=True)
    ConsentFactory(complete=True)
    context = client.get(reverse("video_review:consent_new")).context
    assert (context["to_confirm"], context["to_send"]) == ([waiting], [ready])
