"""What editors hand out with an evening: who reads it and when, and that what runs stays."""

from datetime import timedelta

import pytest
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from courses.curriculum.models import EveningPage, PinnedHandout
from courses.curriculum.services import (
    correct_version,
    make_draft,
    publish_draft,
    publish_version,
)
from courses.delivery.models import Edition, Evening, EveningTrainer
from courses.delivery.services import end_enrolment, put_before_evening
from courses.delivery.services.handouts import handouts_of, leave_handout
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from tests.delivery.test_handouts import TERMS, pdf
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import LICENSED
from tests.factories.delivery import enrol_two, make_running_edition, publish
from tests.factories.handouts import PDF, make_document, put_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_folder")]


@pytest.fixture
def page(course):
    return EveningPage.objects.get(code="2")


@pytest.fixture
def document():
    return make_document()


def edition_with(course, page, *documents, afterwards=False, days=0):
    """An edition that runs the course as it is published now."""
    put_with(page, *documents, afterwards=afterwards)
    return publish(make_running_edition(content=publish_version(course), days=days))


def evening_of(edition):
    return edition.evenings.get(code="2")


def address_of(edition, document):
    return reverse("delivery:handout_of_editors", args=[evening_of(edition).public_id, document.pk])


def statuses(client, edition, document, *people):
    found = []
    for user in people:
        client.force_login(user)
        found.append(client.get(address_of(edition, document)).status_code)
    return found


def titles(edition, user):
    return [one.title for one in handouts_of(evening_of(edition), user)]


def make_over(edition):
    ago = timezone.now() - timedelta(days=365)
    Evening.objects.filter(pk=evening_of(edition).pk).update(
        starts_at=ago, ends_at=ago + timedelta(hours=4)
    )


def test_every_edition_that_runs_the_content_has_it(client, course, page, document):
    first = edition_with(course, page, document)
    second = publish(make_running_edition(content=first.content, days=3))
    readers = [enrol_two(edition)[0].participant for edition in (first, second)]

    assert first.content == second.content
    for edition, reader in zip((first, second), readers, strict=True):
        client.force_login(reader)
        response = client.get(address_of(edition, document))
        assert b"".join(response.streaming_content) == PDF


def test_it_stands_in_one_list_with_what_trainers_left_and_says_who_it_is_from(
    client, course, page, document
):
    edition = edition_with(course, page, document)
    reader, _partner = enrol_two(edition)
    trainer = UserFactory(first_name="Joost", last_name="van Dijk")
    put_before_evening(evening_of(edition), trainer)
    leave_handout(evening_of(edition), pdf(), by=trainer, is_for_afterwards=False, **TERMS)

    for user, name in ((reader.participant, "evening"), (trainer, "room"), (trainer, "handouts")):
        client.force_login(user)
        where = reverse(f"delivery:{name}", args=[evening_of(edition).public_id])
        shown = client.get(where).content.decode()
        assert shown.index("van de redactie van de leergang") < shown.index("van Joost van Dijk")
        assert address_of(edition, document) in shown
    assert titles(edition, reader.participant) == ["Vier stappen", "Dia's van avond 2"]


def test_it_is_sent_as_a_download_that_can_do_nothing(client, course, page, document):
    edition = edition_with(course, page, document)
    client.force_login(enrol_two(edition)[0].participant)
    response = client.get(address_of(edition, document))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{document.filename}"'
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == (
        "nosniff",
        "no-store",
    )
    assert "sandbox" in response["Content-Security-Policy"]


def test_exactly_who_reads_what_a_trainer_left_with_the_evening_reads_it(
    client, course, page, document
):
    edition = edition_with(course, page, document)
    evening = evening_of(edition)
    reader, stopped = enrol_two(edition)
    other = publish(make_running_edition(content=edition.content, days=1))
    stranger, _partner = enrol_two(other)
    trainer, runs_along, elsewhere, coordinator, editor = (UserFactory() for _ in range(5))
    put_before_evening(evening, trainer)
    put_before_evening(evening, runs_along, EveningTrainer.Role.RUN_ALONG)
    put_before_evening(evening_of(other), elsewhere)
    grant_role(user=coordinator, role=Role.COORDINATOR)
    grant_role(user=editor, role=Role.EDITOR)
    end_enrolment(stopped)
    left = leave_handout(evening, pdf(), by=trainer, is_for_afterwards=False, **TERMS)

    people = [reader.participant, stopped.participant, stranger.participant, elsewhere, editor]
    people += [trainer, runs_along, coordinator]
    found = statuses(client, edition, document, *people)
    assert found == [200, 404, 404, 404, 404, 200, 200, 200]
    theirs = []
    for user in people:
        client.force_login(user)
        theirs.append(client.get(reverse("delivery:handout", args=[left.public_id])).status_code)
    assert theirs == found
    client.logout()
    assert client.get(address_of(edition, document)).status_code == 302


def test_only_with_the_evening_that_it_goes_with(client, course, page, document):
    edition = edition_with(course, page, document)
    not_handed_out = make_document("ander.pdf")
    reader, _partner = enrol_two(edition)
    client.force_login(reader.participant)
    elsewhere = edition.evenings.get(code="1").public_id

    here = evening_of(edition).public_id
    for evening, wanted in ((elsewhere, document.pk), (here, not_handed_out.pk), (here, 9**30)):
        where = reverse("delivery:handout_of_editors", args=[evening, wanted])
        assert client.get(where).status_code == 404


def test_of_an_edition_that_is_not_published_nobody_reads_it_yet(client, course, page, document):
    edition = edition_with(course, page, document)
    reader, _partner = enrol_two(edition)
    Edition.objects.update(published_at=None)
    assert statuses(client, edition, document, reader.participant) == [404]


def test_what_is_for_afterwards_is_there_afterwards_and_stays(client, course, page, document):
    edition = edition_with(course, page, document, afterwards=True)
    reader, _partner = enrol_two(edition)
    trainer = UserFactory()
    put_before_evening(evening_of(edition), trainer)
    people = reader.participant, trainer
    assert statuses(client, edition, document, *people) == [404, 200]
    assert [titles(edition, user) for user in people] == [[], ["Vier stappen"]]

    make_over(edition)
    assert statuses(client, edition, document, *people) == [200, 200]
    assert titles(edition, reader.participant) == ["Vier stappen"]


def test_what_an_editor_changes_later_changes_no_running_edition(client, course, page, document):
    running = edition_with(course, page, document)
    reader, _partner = enrol_two(running)
    newer = make_document("nieuw.pdf", title="Vijf stappen")
    document.title, document.licence = "Heet nu anders", "cc0"
    document.save()
    later = edition_with(course, EveningPage.objects.get(code="2"), newer, afterwards=True, days=9)
    trainer = UserFactory()
    put_before_evening(evening_of(later), trainer)

    assert running.content != later.content
    (kept,) = handouts_of(evening_of(running), reader.participant)
    assert (kept.title, kept.licence) == ("Vier stappen", LICENSED["licence"])
    assert statuses(client, running, document, reader.participant) == [200]
    assert statuses(client, running, newer, reader.participant) == [404]
    assert titles(later, trainer) == ["Vijf stappen"]


def test_a_draft_that_is_published_hands_out_what_it_pinned_last(course, page, document):
    editor = UserFactory()
    publish_version(course)
    make_draft(course, actor=editor)
    page.handouts = [("handout", {"document": document, "is_for_afterwards": False})]
    page.save_revision()
    draft = make_draft(course, actor=editor)
    version = publish_draft(draft, actor=editor, note="")

    assert [one.title for one in PinnedHandout.objects.filter(pin__version=version)] == [
        "Vier stappen"
    ]


def test_a_correction_brings_the_hand_outs_along(course, page, document):
    edition = edition_with(course, page, document)
    reader, _partner = enrol_two(edition)
    page = EveningPage.objects.get(code="2")
    put_with(page, make_document("beter.pdf", title="Vier stappen, verbeterd"))
    correct_version(edition.content, page, actor=UserFactory(), reason="Er stond een fout in.")

    assert titles(edition, reader.participant) == ["Vier stappen, verbeterd"]


def test_what_a_version_holds_cannot_be_deleted_by_any_way(course, page, document):
    edition_with(course, page, document)
    with pytest.raises(ProtectedError):
        document.delete()
