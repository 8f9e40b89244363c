import json
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.instruments.models import Answer, Form, Response
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory
from tests.factories.delivery import EnrolmentFactory, EveningFactory
from tests.factories.instruments import publish_small_form
from tests.factories.video_review import RecordingFactory
from tests.video_review.watchers import (
    share_with_member,
    share_with_partner,
    sign_in,
    sign_in_to_see_others,
)
from video_review.models import Consent, Observation, Recording, Share, Status
from video_review.services.observations import (
    save_observation,
    start_observation,
    submit_observation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording(tmp_path):
    publish_small_form(tmp_path)
    return RecordingFactory(
        enrolment__participant=UserFactory(first_name="Anna", last_name="Appel")
    )


@pytest.fixture
def owner(recording):
    return recording.enrolment.participant


@pytest.fixture
def partner(recording):
    return share_with_partner(recording)


def url(name, recording):
    return reverse(f"video_review:{name}", args=[recording.public_id])


def save(client, recording, fields, seen=""):
    return client.post(
        url("observation_save", recording),
        json.dumps({"fields": fields, "seen": seen}),
        content_type="application/json",
    )


def observe(user, recording, *, is_sent=True, **values):
    observation = start_observation(user=user, recording=recording)
    save_observation(observation, {code: {"value": value} for code, value in values.items()})
    if is_sent:
        submit_observation(observation)
    return observation


def asked(queries):
    """What was asked of the database, without where a transaction begins and ends."""
    return [one for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def values_of(observation):
    answers = Answer.objects.filter(response=observation.response).select_related("item")
    return {answer.item.code: answer.value for answer in answers}


@pytest.mark.requirement("OBS-01")
def test_same_form_serves_owner_partner_and_trainer(recording, owner, partner):
    trainer = share_with_member(recording)
    evening = EveningFactory(edition=recording.enrolment.edition)
    evening.trainers.create(user=trainer)
    made = [start_observation(user=user, recording=recording) for user in (owner, partner, trainer)]
    assert [one.kind for one in made] == ["self", "peer", "trainer"]
    assert {one.response.version for one in made} == {Form.objects.get().current()}


def test_starting_twice_is_one_observation(recording, owner):
    first = start_observation(user=owner, recording=recording)
    assert start_observation(user=owner, recording=recording) == first
    assert (Observation.objects.count(), Response.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_double_click_from_two_tabs_is_one_observation(tmp_path):
    publish_small_form(tmp_path)
    recording = RecordingFactory()
    owner = recording.enrolment.participant
    both = threading.Barrier(2)

    def click():
        both.wait()
        start_observation(user=owner, recording=recording)
        connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert (Observation.objects.count(), Response.objects.count()) == (1, 1)


@pytest.mark.requirement("OBS-03")
@pytest.mark.parametrize(
    ("reader", "has_sent", "sees"),
    [
        ("owner", False, ["member", "owner"]),
        ("owner", True, ["member", "owner"]),
        ("partner", False, ["partner"]),
        ("partner", True, ["member", "partner"]),
        ("stranger", False, []),
    ],
)
def test_who_sees_whose_observation(recording, owner, partner, reader, has_sent, sees):
    """The member has sent; owner and partner are still busy, until ``has_sent``."""
    member = share_with_member(recording)
    people = {"owner": owner, "partner": partner, "member": member, "stranger": UserFactory()}
    observe(member, recording, O1=3)
    for name in ("owner", "partner"):
        observe(people[name], recording, is_sent=has_sent and name == reader, O1=1)
    seen = Observation.objects.visible_to(people[reader]).filter(recording=recording)
    assert sorted(name for one in seen for name in people if people[name] == one.observer) == sees


def test_who_loses_the_share_loses_sight_of_all_observations(recording, owner, partner):
    observe(owner, recording, O1=1)
    observe(partner, recording, O1=2)
    assert Observation.objects.visible_to(partner).count() == 2
    Share.objects.update(taken_back_at=timezone.now())
    assert Observation.objects.visible_to(partner).count() == 0


def test_part_of_the_form_is_saved_and_told(recording, owner):
    client = sign_in(owner)
    first = save(client, recording, {"O1-score": "2", "O1-note": "mooie stilte"})
    second = save(client, recording, {"O1-score": "nvt"}, seen=first.json()["saved_at"])
    observation = Observation.objects.get()
    answer = Answer.objects.get(item__code="O1")
    assert (first.status_code, second.status_code) == (200, 200)
    assert (answer.value, answer.is_not_applicable, answer.note) == (None, True, "mooie stilte")
    assert second.json()["elsewhere"] is False
    assert second.json()["saved_at"] == observation.response.saved_at.isoformat()


def test_second_tab_hears_of_the_first_and_gets_its_answers(recording, owner):
    client = sign_in(owner)
    save(client, recording, {"O1-score": "2"})
    late = save(client, recording, {"O2-score": "3"}).json()
    assert late["elsewhere"] is True
    assert late["fields"]["O1-score"] == "2"
    assert values_of(Observation.objects.get()) == {"O1": 2, "O2": 3}


def test_number_of_a_patient_is_refused_and_the_rest_is_kept(recording, owner):
    answer = save(sign_in(owner), recording, {"O1-score": "2", "O1-note": "BSN 123456789 zei hij"})
    assert (answer.status_code, sorted(answer.json()["errors"])) == (422, ["O1-note"])
    assert values_of(Observation.objects.get()) == {"O1": 2}


@pytest.mark.parametrize("body", [" ", "[]", "{}", '{"fields": 3}', "\xff"])
def test_what_is_no_answer_of_the_page_is_refused(recording, owner, body):
    answer = sign_in(owner).post(
        url("observation_save", recording), body, content_type="application/json"
    )
    assert (answer.status_code, answer.json()) == (400, {"reason": "bad"})


def test_signed_out_script_hears_so_and_page_goes_to_sign_in(client, recording):
    script = save(client, recording, {"O1-score": "2"})
    page = client.post(url("observation_save", recording), {"O1-score": "2"})
    login = f"{reverse('account_login')}?next={url('review', recording)}"
    assert (script.status_code, script.json()) == (401, {"reason": "signed-out"})
    assert (page.status_code, page.url) == (302, login)
    assert Observation.objects.count() == 0


@pytest.mark.parametrize(
    "name",
    ["review", "observation_save", "observation_submit", "moment_save", "moment_delete", "results"],
)
def test_recording_of_another_does_not_exist_for_a_stranger(recording, name):
    client = sign_in_to_see_others(UserFactory())
    method = client.get if name in ("review", "results") else client.post
    assert method(url(name, recording)).status_code == 404


def test_others_pass_the_gate_first(recording, partner):
    client = sign_in(partner)
    page = client.get(url("review", recording))
    assert page.status_code == 302
    assert page.url.startswith(reverse("accounts:confidentiality"))
    assert save(client, recording, {"O1-score": "2"}).status_code == 403
    assert Observation.objects.count() == 0
    assert sign_in_to_see_others(partner).get(url("review", recording)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda recording: Consent.objects.update(withdrawn_at=timezone.now()),
        lambda recording: Recording.objects.filter(pk=recording.pk).update(
            expires_at=timezone.now()
        ),
        lambda recording: Recording.objects.filter(pk=recording.pk).move(
            Status.DESTROYED, title="", learning_question=""
        ),
    ],
)
def test_nobody_reviews_what_cannot_be_played(recording, owner, partner, change):
    observe(partner, recording, is_sent=False, O1=2)
    change(recording)
    assert sign_in(owner).get(url("review", recording)).status_code == 302
    assert save(sign_in(owner), recording, {"O1-score": "0"}).status_code == 403
    peer = sign_in_to_see_others(partner)
    assert save(peer, recording, {"O1-score": "0"}).status_code == 404
    assert values_of(Observation.objects.get()) == {"O1": 2}


def test_sent_form_is_frozen_and_the_second_click_harmless(recording, owner, partner):
    client = sign_in_to_see_others(partner)
    fields = {"O1-score": "2", "O2-score": "nvt", "Q1-note": "stil zijn"}
    first = client.post(url("observation_submit", recording), fields)
    sent_at = Response.objects.get().submitted_at
    second = client.post(url("observation_submit", recording), {"O1-score": "0"})
    late = save(client, recording, {"O1-score": "0"})
    assert (first.url, second.url) == (url("results", recording), url("results", recording))
    assert (late.status_code, late.json()) == (409, {"reason": "sent"})
    assert Answer.objects.get(item__code="O1").value == 2
    assert Response.objects.get().submitted_at == sent_at
    assert AuditEvent.objects.filter(event="observation.submit").count() == 1
    assert OutgoingMail.objects.filter(recipient=owner).count() == 1


def test_sending_late_is_accepted_and_kept_with_its_time(recording, partner, clock):
    observation = observe(partner, recording, is_sent=False, O1=1)
    clock.now += timedelta(days=20)
    assert submit_observation(observation) is True
    assert Response.objects.get().submitted_at == clock.now


def test_form_with_a_mistake_is_not_sent_and_comes_back_with_all_that_was_typed(recording, owner):
    page = sign_in(owner).post(
        url("observation_submit", recording),
        {"O1-score": "2", "O1-note": "12345678 is zijn nummer", "O2-note": "rustig"},
    )
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"O1-note"}
    assert "12345678 is zijn nummer" in page.content.decode()
    assert Response.objects.get().submitted_at is None
    assert Answer.objects.get(item__code="O2").note == "rustig"


def test_page_without_scripts_saves_the_whole_form(recording, owner):
    client = sign_in(owner)
    answer = client.post(
        url("observation_save", recording), {"O1-score": "1", "H4-chosen": ["sturend"]}
    )
    page = client.get(url("review", recording))
    assert answer.url == url("review", recording)
    assert page.context["form"].scored == 1
    assert Answer.objects.get(item__code="H4").chosen == ["sturend"]


def test_button_names_who_will_see_it(recording, owner, partner):
    peer = sign_in_to_see_others(partner).get(url("review", recording)).content.decode()
    own = sign_in(owner).get(url("review", recording)).content.decode()
    assert (peer.count("Anna Appel</button>"), own.count("Anna Appel</button>")) == (1, 0)


def test_review_page_asks_as_many_queries_for_one_as_for_three(recording, partner):
    client = sign_in_to_see_others(partner)
    observe(partner, recording, O1=1)
    client.get(url("review", recording))  # the session notes that somebody was here
    counts = []
    for more in (1, 2):
        for _ in range(more):
            observation = observe(share_with_member(recording), recording, is_sent=False, O1=2)
            for at_ms in range(more):
                observation.moments.create(at_ms=at_ms, kind="strong").items.set(
                    [observation.response.version.sections.first().items.first()]
                )
            submit_observation(observation)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url("review", recording))
        assert page.status_code == 200
        counts.append(len(asked(queries)))
    assert len(page.context["moments"]) == 5
    assert counts[0] == counts[1]
    assert counts[0] <= 20


@pytest.mark.requirement("OBS-04")
def test_outcome_shows_owner_beside_others_with_number_and_spread_and_no_total(
    recording, owner, partner
):
    observe(owner, recording, O1=3, O2=3, H1=1)
    observe(partner, recording, O1=0, O2=3)
    observe(share_with_member(recording), recording, O1=3, O2=3, H1=3, H4=0)
    page = sign_in(owner).get(url("results", recording))
    found = {
        result.section.code: (
            result.comparison.own,
            result.comparison.others,
            result.comparison.observers,
            result.comparison.lowest,
            result.comparison.highest,
        )
        for result in page.context["sections"]
    }
    assert found == {
        "O": (100.0, 75.0, 2, 50.0, 100.0),
        "H": (None, 50.0, 1, 50.0, 50.0),
        "open": (None, None, 0, None, None),
    }


def test_outcome_opens_to_others_after_their_own_only(recording, owner, partner):
    client = sign_in_to_see_others(partner)
    observe(owner, recording, O1=3)
    observation = observe(partner, recording, is_sent=False, O1=1)
    before = client.get(url("results", recording))
    submit_observation(observation)
    after = client.get(url("results", recording))
    assert before.url == url("review", recording)
    assert [one.observer for one in after.context["sent"]] == [owner, partner]


def test_reading_what_others_saw_is_on_record(recording, owner, partner):
    theirs = observe(partner, recording, O1=2)
    read = AuditEvent.objects.filter(event="observation.read")
    sign_in(owner).get(url("review", recording))
    assert read.count() == 0  # nothing of others on that page before one's own is sent
    sign_in(owner).get(url("results", recording))
    event = read.get()
    assert (event.role, event.basis) == ("participant", "owner")
    assert event.detail == {"observations": [str(theirs.public_id)]}
    sign_in_to_see_others(partner).get(url("results", recording))
    assert read.count() == 1  # one's own words alone are nobody else's


def test_reading_moments_of_others_is_on_record_and_waits_for_ones_own(recording, owner, partner):
    theirs = observe(partner, recording, is_sent=False, O1=2)
    theirs.moments.create(at_ms=1, kind="strong")
    submit_observation(theirs)
    own = observe(owner, recording, is_sent=False, O1=3)
    read = AuditEvent.objects.filter(event="observation.read")
    sign_in(owner).get(url("review", recording))
    assert read.count() == 0
    submit_observation(own)
    sign_in(owner).get(url("review", recording))
    event = read.get()
    assert (event.actor, event.role, event.basis) == (owner.pseudonym.code, "participant", "owner")
    assert event.detail == {"observations": [str(theirs.public_id)]}


def test_owner_reads_the_outcome_after_the_recording_is_gone(recording, owner, partner):
    observe(partner, recording, O1=3, O2=1)
    Recording.objects.filter(pk=recording.pk).move(Status.DESTROYED, title="", learning_question="")
    page = sign_in(owner).get(url("results", recording))
    assert [one.observer for one in page.context["sent"]] == [partner]
    assert page.context["player"] is None


def test_outcome_asks_as_many_queries_for_one_as_for_three(recording, owner):
    client = sign_in(owner)
    client.get(url("results", recording))  # the session notes that somebody was here
    counts = []
    for more in (1, 2):
        for _ in range(more):
            observation = observe(share_with_member(recording), recording, is_sent=False, O1=2)
            observation.moments.create(at_ms=1, kind="strong")
            submit_observation(observation)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("results", recording))
        counts.append(len(asked(queries)))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_trainer_of_the_edition_sees_nothing_that_is_not_shared(recording):
    trainer = UserFactory()
    EveningFactory(edition=recording.enrolment.edition).trainers.create(user=trainer)
    EnrolmentFactory(edition=recording.enrolment.edition, participant=trainer)
    assert sign_in_to_see_others(trainer).get(url("review", recording)).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        "[" * 100_000,
        '{"fields": {"O1-note": {"deep": ["x"]}}}',
        '{"fields": {"O1-note": [["x"]]}}',
        '{"fields": 1}',
        '{"fields": {"O1-score": 1' + "0" * 5000 + "}}",
    ],
)
def test_what_no_page_of_ours_sends_is_a_bad_request(recording, owner, sent):
    response = sign_in(owner).post(
        url("observation_save", recording), sent, content_type="application/json"
    )
    assert (response.status_code, response.json()) == (400, {"reason": "bad"})


@pytest.mark.parametrize(
    "seen", ["2026-13-45T10:00Z", "0001-01-01T00:00:00+23:59", "2026-11-22T10:00", "yesterday"]
)
def test_moment_that_cannot_be_costs_nobody_his_words(recording, owner, seen):
    client = sign_in(owner)
    saved = save(client, recording, {"O1-note": "mooi"}, seen=seen)
    page = {"O1-note": "mooier", "seen": seen}
    assert saved.status_code == 200
    assert client.post(url("observation_save", recording), page).status_code == 302
    assert Answer.objects.get(item__code="O1").note == "mooier"


def test_half_an_emoji_costs_nobody_his_words(recording, owner):
    """A field that is full may cut one in two; no database takes the half."""
    saved = save(sign_in(owner), recording, {"O1-note": "mooi \ud83d"})
    assert (saved.status_code, Answer.objects.get().note) == (200, "mooi \ufffd")
