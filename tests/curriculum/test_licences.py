"""Nothing is published without licence, source and rights holder; a draft may lack them."""

import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.models import Revision, WorkflowState
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from courses.curriculum.models import (
    HomePage,
    LessonPage,
    ModulePage,
    Picture,
    TextPage,
    TrackPage,
)
from courses.curriculum.tasks import publish_planned
from tests.curriculum.people import signed_in_editor
from tests.factories.curriculum import LICENSED, lesson_body, make_course

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("LIC-02")]
TERMS = list(LICENSED)


@pytest.fixture
def module():
    make_course(lessons=0)
    return ModulePage.objects.get()


def draft(module, lacking, **fields):
    page = LessonPage(
        title="Klad", live=False, body=lesson_body("klad"), **LICENSED | {lacking: ""} | fields
    )
    module.add_child(instance=page)
    page.save_revision(clean=False)
    return page


def is_live(page):
    return LessonPage.objects.get(pk=page.pk).live


@pytest.mark.parametrize("lacking", TERMS)
def test_a_draft_can_be_saved_without_terms(module, lacking):
    page = draft(module, lacking)
    assert getattr(page.get_latest_revision_as_object(), lacking) == ""


@pytest.mark.parametrize("lacking", TERMS)
def test_a_revision_without_terms_is_not_published(module, lacking):
    page = draft(module, lacking)
    with pytest.raises(ValidationError) as refused:
        page.get_latest_revision().publish()
    assert (set(refused.value.message_dict), is_live(page)) == ({lacking}, False)


@pytest.mark.parametrize("lacking", TERMS)
def test_a_revision_without_terms_is_not_planned_either(module, lacking):
    page = draft(module, lacking, go_live_at=timezone.now() + timedelta(days=1))
    with pytest.raises(ValidationError):
        page.get_latest_revision().publish()
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()


@pytest.mark.parametrize("lacking", TERMS)
def test_planned_publishing_passes_over_what_lost_its_terms(module, lacking):
    """And does not keep the others from going live."""
    bad = draft(module, lacking, slug="eerste")
    good = draft(module, "slug", slug="tweede")
    past = timezone.now() - timedelta(hours=1)
    Revision.objects.filter(pk=bad.latest_revision_id).update(
        approved_go_live_at=past - timedelta(hours=1)
    )
    Revision.objects.filter(pk=good.latest_revision_id).update(approved_go_live_at=past)
    publish_planned()
    assert (is_live(bad), is_live(good)) == (False, True)


def test_the_clock_asks_often_enough_for_what_was_planned():
    asked = {one["task"]: one["schedule"] for one in settings.CELERY_BEAT_SCHEDULE.values()}
    assert asked[publish_planned.name] <= 300


@pytest.mark.parametrize("lacking", TERMS)
def test_a_page_is_not_saved_as_published_without_terms(module, lacking):
    with pytest.raises(ValidationError):
        module.add_child(instance=TrackPage(title="Los", code="C", **LICENSED | {lacking: ""}))


@pytest.mark.parametrize("lacking", TERMS)
def test_publishing_many_at_once_passes_over_what_lacks_terms(client, module, lacking):
    page = draft(module, lacking)
    signed_in_editor(client)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    answer = client.post(f"{address}?id={page.pk}&next=/cms/", {"include_descendants": "on"})
    assert (answer.status_code, is_live(page)) == (302, False)
    said = [str(one) for one in get_messages(answer.wsgi_request)]
    assert len(said) == 1
    assert said[0].startswith("“Klad”")


@pytest.mark.parametrize("lacking", TERMS)
def test_publishing_a_branch_passes_over_pages_without_terms(client, module, lacking):
    page = draft(module, lacking)
    signed_in_editor(client)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    answer = client.post(f"{address}?id={module.pk}&next=/cms/", {"include_descendants": "on"})
    assert (answer.status_code, is_live(page)) == (302, False)


def form_of(action, **changes):
    sent = {
        "title": "Vragen aan de dokter",
        "slug": "vragen",
        "body": streamfield([("text", rich_text("<p>Tekst.</p>"))]),
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 0},
        **LICENSED,
    }
    return nested_form_data(sent | changes) | ({action: "1"} if action else {})


@pytest.fixture
def text_page():
    course = make_course(lessons=0)
    page = TextPage(title="Vragen", slug="vragen", live=False, body="[]", **LICENSED)
    course.get_parent().add_child(instance=page)
    page.save_revision(clean=False)
    return page


@pytest.mark.parametrize("lacking", TERMS)
def test_in_the_editor_a_page_without_terms_is_not_published(client, text_page, lacking):
    signed_in_editor(client)
    address = reverse("wagtailadmin_pages:edit", args=[text_page.pk])
    answer = client.post(address, form_of("action-publish", **{lacking: ""}))
    text_page.refresh_from_db()
    assert (answer.status_code, text_page.live) == (200, False)
    assert lacking in answer.context["form"].errors


@pytest.mark.parametrize("lacking", TERMS)
def test_in_the_editor_a_page_without_terms_is_saved_as_a_draft(client, text_page, lacking):
    signed_in_editor(client)
    address = reverse("wagtailadmin_pages:edit", args=[text_page.pk])
    answer = client.post(address, form_of("", **{lacking: ""}))
    assert answer.status_code == 302
    saved = TextPage.objects.get().get_latest_revision_as_object()
    assert (saved.title, getattr(saved, lacking)) == ("Vragen aan de dokter", "")


def test_in_the_editor_a_page_with_terms_is_published(client, text_page):
    signed_in_editor(client)
    address = reverse("wagtailadmin_pages:edit", args=[text_page.pk])
    client.post(address, form_of("action-publish"))
    text_page.refresh_from_db()
    assert (text_page.title, text_page.live) == ("Vragen aan de dokter", True)


@pytest.mark.parametrize("lacking", TERMS)
def test_a_new_page_without_terms_is_not_published_from_its_first_screen(
    client, text_page, lacking
):
    home = HomePage(title="Voorpagina", slug="voorpagina", **LICENSED)
    text_page.get_parent().add_child(instance=home)
    signed_in_editor(client)
    address = reverse("wagtailadmin_pages:add", args=["curriculum", "textpage", home.pk])
    answer = client.post(address, form_of("action-publish", **{lacking: ""}))
    assert (answer.status_code, TextPage.objects.count()) == (200, 1)
    assert lacking in answer.context["form"].errors
    client.post(address, form_of("action-publish"))
    assert TextPage.objects.filter(live=True).count() == 1


def approve(client, page, user, **headers):
    state = page.get_workflow().start(page, user)
    names = [page.pk, "approve", state.current_task_state.pk]
    address = reverse("wagtailadmin_pages:workflow_action", args=names)
    answer = client.post(address, {"comment": ""}, headers=headers)
    state.refresh_from_db()
    return answer, state


@pytest.mark.parametrize("lacking", TERMS)
def test_a_page_without_terms_is_not_approved_and_says_why(client, module, lacking):
    page = draft(module, lacking)
    answer, state = approve(client, page, signed_in_editor(client))
    assert answer.headers["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (state.status, is_live(page)) == (WorkflowState.STATUS_IN_PROGRESS, False)
    said = [str(one) for one in get_messages(answer.wsgi_request)]
    assert len(said) == 1
    assert said[0].startswith("“Klad”")


def test_approving_in_the_dialogue_closes_it_and_says_why(client, module):
    page = draft(module, "licence")
    user = signed_in_editor(client)
    headers = {"x-requested-with": "XMLHttpRequest"}
    answer, _state = approve(client, page, user, **headers)
    assert answer.json()["redirect"] == reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_a_page_with_terms_is_approved_by_a_colleague_and_published(client, module):
    page = draft(module, "slug", slug="vol")
    _answer, state = approve(client, page, signed_in_editor(client))
    assert (state.status, is_live(page)) == (WorkflowState.STATUS_APPROVED, True)


@pytest.mark.parametrize("lacking", TERMS)
def test_while_it_is_approved_in_the_editor_no_page_loses_its_terms(client, text_page, lacking):
    user = signed_in_editor(client)
    text_page.get_workflow().start(text_page, user)
    sent = form_of("action-workflow-action", **{lacking: ""}) | {"workflow-action-name": "approve"}
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[text_page.pk]), sent)
    text_page.refresh_from_db()
    assert (answer.status_code, text_page.live) == (200, False)


@pytest.mark.parametrize("lacking", TERMS)
def test_the_address_for_scripts_does_not_publish_a_page_without_terms(client, module, lacking):
    page = draft(module, lacking)
    signed_in_editor(client)
    answer = client.post(f"/cms/api/main/pages/{page.pk}/action/publish/")
    assert (answer.status_code, list(answer.json())) == (400, [lacking])
    assert not is_live(page)


def png():
    content = io.BytesIO()
    Image.new("RGB", (10, 10)).save(content, "PNG")
    return SimpleUploadedFile("foto.png", content.getvalue(), "image/png")


@pytest.mark.parametrize("lacking", TERMS)
def test_a_picture_without_terms_is_not_kept(client, lacking):
    signed_in_editor(client)
    terms = LICENSED | {lacking: ""}
    address = reverse("wagtailimages:add")
    answer = client.post(address, {"title": "Foto", "file": png()} | terms)
    assert (list(answer.context["form"].errors), Picture.objects.count()) == ([lacking], 0)
    many = {"title": "Foto", "files[]": png()} | terms
    answer = client.post(reverse("wagtailimages:add_multiple"), many)
    assert (answer.status_code, Picture.objects.count()) == (200, 0)
    client.post(address, {"title": "Foto", "file": png()} | LICENSED)
    assert Picture.objects.count() == 1
