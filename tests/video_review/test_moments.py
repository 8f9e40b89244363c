import json
import uuid

import pytest
from django.urls import reverse

from tests.factories.accounts import UserFactory
from tests.factories.instruments import publish_small_form
from tests.factories.video_review import RecordingFactory
from tests.video_review.watchers import share_with_partner, sign_in, sign_in_to_see_others
from video_review.models import Moment, Observation
from video_review.services import observations
from video_review.services.observations import start_observation, submit_observation

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording(tmp_path):
    publish_small_form(tmp_path)
    return RecordingFactory(duration=300.0)


@pytest.fixture
def owner(recording):
    return recording.enrolment.participant


def body(**changes):
    return {
        "id": str(uuid.uuid4()),
        "at_ms": 134_000,
        "kind": "question",
        "quote": "",
        "note": "",
        "items": [],
    } | changes


def post(client, name, recording, content):
    return client.post(
        reverse(f"video_review:{name}", args=[recording.public_id]),
        json.dumps(content),
        content_type="application/json",
    )


@pytest.mark.requirement("VID-07")
def test_moment_keeps_its_time_words_and_items(recording, owner):
    answer = post(
        sign_in(owner),
        "moment_save",
        recording,
        body(quote="wat wilt u zelf?", note="mooi open", items=["O2", "H1"]),
    )
    moment = Moment.objects.get()
    assert answer.status_code == 200
    assert (moment.at_ms, moment.kind, moment.quote, moment.note) == (
        134_000,
        "question",
        "wat wilt u zelf?",
        "mooi open",
    )
    assert [item.code for item in moment.items.order_by("position")] == ["O2", "H1"]
    assert moment.observation.observer == owner


def test_moment_sent_twice_is_one_and_the_last_words_hold(recording, owner):
    client = sign_in(owner)
    first = body(note="eerst", items=["O1"])
    post(client, "moment_save", recording, first)
    post(client, "moment_save", recording, first | {"note": "later", "at_ms": 9000, "items": []})
    moment = Moment.objects.get()
    assert (moment.note, moment.at_ms, moment.items.count()) == ("later", 9000, 0)


def test_moment_is_removed_and_removing_again_is_harmless(recording, owner):
    client = sign_in(owner)
    placed = body()
    post(client, "moment_save", recording, placed)
    assert post(client, "moment_delete", recording, {"id": placed["id"]}).status_code == 200
    assert post(client, "moment_delete", recording, {"id": placed["id"]}).status_code == 200
    assert Moment.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at_ms": -1}, "at_ms"),
        ({"at_ms": 305_001}, "at_ms"),
        ({"kind": "funny"}, "kind"),
        ({"items": ["Z9"]}, "items"),
        ({"note": "BSN 123456782"}, "note"),
        ({"quote": "12345678"}, "quote"),
        ({"id": "geen"}, "id"),
    ],
)
def test_what_is_no_moment_is_refused(recording, owner, changes, field):
    answer = post(sign_in(owner), "moment_save", recording, body(**changes))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert Moment.objects.count() == 0


def test_nobody_changes_or_removes_the_moment_of_another(recording, owner):
    partner = share_with_partner(recording)
    placed = body(note="van Anna")
    post(sign_in(owner), "moment_save", recording, placed)
    other = sign_in_to_see_others(partner)
    change = post(other, "moment_save", recording, placed | {"note": "van Ben"})
    removal = post(other, "moment_delete", recording, {"id": placed["id"]})
    assert (change.status_code, removal.status_code) == (403, 200)
    assert [(one.note, one.observation.observer) for one in Moment.objects.all()] == [
        ("van Anna", owner)
    ]


def test_moments_are_frozen_with_the_form(recording, owner):
    client = sign_in(owner)
    placed = body(note="eerst")
    post(client, "moment_save", recording, placed)
    submit_observation(Observation.objects.get())
    answers = [
        post(client, "moment_save", recording, placed | {"note": "later"}),
        post(client, "moment_save", recording, body()),
        post(client, "moment_delete", recording, {"id": placed["id"]}),
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert [one.note for one in Moment.objects.all()] == ["eerst"]


@pytest.mark.parametrize(
    ("reader", "has_sent", "sees"),
    [
        ("owner", False, ["owner", "partner"]),
        ("partner", False, ["partner"]),
        ("partner", True, ["partner"]),
        ("stranger", False, []),
    ],
)
def test_who_sees_whose_moments_while_the_owner_is_still_busy(
    recording, owner, reader, has_sent, sees
):
    people = {"owner": owner, "partner": share_with_partner(recording), "stranger": UserFactory()}
    for name in ("owner", "partner"):
        observation = start_observation(user=people[name], recording=recording)
        observation.moments.create(at_ms=1000, kind="strong", note=name)
        if name == "partner" and (has_sent or reader == "owner"):
            submit_observation(observation)
    assert sorted(one.note for one in Moment.objects.visible_to(people[reader])) == sees


def test_review_page_shows_moments_of_others_only_after_ones_own_view_is_sent(recording, owner):
    partner = share_with_partner(recording)
    for user in (partner, owner):
        observation = start_observation(user=user, recording=recording)
        observation.moments.create(at_ms=1000, kind="strong")
        if user == partner:
            submit_observation(observation)
    client = sign_in(owner)
    address = reverse("video_review:review", args=[recording.public_id])
    before = [one.observation.observer for one in client.get(address).context["moments"]]
    submit_observation(observation)
    after = [one.observation.observer for one in client.get(address).context["moments"]]
    assert (before, sorted(one.pk for one in after)) == ([owner], sorted([owner.pk, partner.pk]))


def test_moments_have_an_end(recording, owner, monkeypatch):
    monkeypatch.setattr(observations, "MOST_MOMENTS", 1)
    client = sign_in(owner)
    assert post(client, "moment_save", recording, body()).status_code == 200
    assert post(client, "moment_save", recording, body()).status_code == 422
    assert Moment.objects.count() == 1
