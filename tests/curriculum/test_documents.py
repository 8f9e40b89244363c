"""Documents of editors: what may be uploaded, who reads it inside the CMS, what a version holds."""

from collections import Counter
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError
from wagtail.documents.models import Document
from wagtail.log_actions import log
from wagtail.models import Collection, ReferenceIndex, UploadedFile

from courses.curriculum.blocks import HandoutStream
from courses.curriculum.models import CourseDocument, EveningPage
from courses.curriculum.services import make_draft, publish_version
from tests.curriculum.people import signed_in_editor
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import LICENSED
from tests.factories.handouts import PDF, make_document, put_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_folder")]
SCRIPT = PDF.replace(b"/Catalog", b"/Catalog /JS (1)")
HARMFUL = "Er zit een macro, script of ander bestand in"


@pytest.fixture
def held(course):
    """By the version that editions run."""
    document = make_document()
    put_with(EveningPage.objects.get(code="2"), document)
    publish_version(course)
    return document


def file(content=PDF, name="stappen.pdf"):
    return SimpleUploadedFile(name, content)


def sent(**changes):
    return {"title": "Vier stappen", "file": file()} | LICENSED | changes


def test_an_editor_uploads_a_document_with_its_licence(client):
    signed_in_editor(client)
    assert client.post(reverse("wagtaildocs:add"), sent()).status_code == 302
    document = CourseDocument.objects.get()
    assert {name: getattr(document, name) for name in LICENSED} == LICENSED


@pytest.mark.parametrize("name", LICENSED)
def test_without_licence_source_or_rights_holder_it_is_not_kept(client, name):
    signed_in_editor(client)
    answer = client.post(reverse("wagtaildocs:add"), sent(**{name: ""}))
    assert (set(answer.context["form"].errors), CourseDocument.objects.count()) == ({name}, 0)


def test_what_could_do_harm_is_refused_by_the_same_rule_as_of_trainers(client):
    signed_in_editor(client)
    single = client.post(reverse("wagtaildocs:add"), sent(file=file(SCRIPT)))
    many = client.post(reverse("wagtaildocs:add_multiple"), {"files[]": file(SCRIPT)}).json()
    prefix = "document-chooser-upload"
    choosing = client.post(
        reverse("wagtaildocs_chooser:create"),
        {f"{prefix}-{name}": value for name, value in sent(file=file(SCRIPT)).items()},
    ).json()

    assert HARMFUL in single.context["form"].errors["file"][0]
    assert (many["success"], HARMFUL in many["error_message"]) == (False, True)
    assert HARMFUL in str(choosing)
    assert (CourseDocument.objects.count(), UploadedFile.objects.count()) == (0, 0)


def test_a_hand_out_is_as_large_as_one_of_trainers_and_a_film_may_be_larger(client, settings):
    settings.HANDOUT_MAX_BYTES = 10
    signed_in_editor(client)
    large = client.post(reverse("wagtaildocs:add"), sent())
    film = client.post(reverse("wagtaildocs:add"), sent(file=file(bytes(20), "echt.mp4")))
    assert (set(large.context["form"].errors), film.status_code) == ({"file"}, 302)


# who reads it


def test_what_is_handed_out_has_no_public_address_and_a_film_has(client):
    document, film = make_document(), make_document("echt.mp4", b"film")
    addresses = [
        document.url,
        document.file.url,
        reverse("media:acted", args=[document.pk, document.filename]),
    ]
    assert [client.get(one).status_code for one in addresses] == [404, 404, 404]
    client.force_login(UserFactory())
    assert [client.get(one).status_code for one in addresses] == [404, 404, 404]
    assert b"".join(client.get(film.url).streaming_content) == b"film"

    signed_in_editor(client)
    answer = client.get(document.url)
    assert (b"".join(answer.streaming_content), answer["Content-Disposition"][:10]) == (
        PDF,
        "attachment",
    )


# on the page of an evening


def chosen(*documents):
    stream = HandoutStream()
    raw = [
        {"type": "handout", "value": {"document": one.pk, "is_for_afterwards": False}}
        for one in documents
    ]
    return stream.clean(stream.to_python(raw))


def test_with_an_evening_goes_what_has_a_licence_and_is_no_film():
    document = make_document()
    assert len(chosen(document)) == 1
    for wrong in (make_document("echt.mp4", b"film"), make_document(licence="")):
        with pytest.raises(StreamBlockValidationError) as refused:
            chosen(wrong)
        (error,) = refused.value.block_errors.values()
        assert isinstance(error, StructBlockValidationError)
        assert set(error.block_errors) == {"document"}


def test_the_same_document_stands_with_an_evening_once():
    document = make_document()
    with pytest.raises(StreamBlockValidationError) as refused:
        chosen(document, document)
    assert list(refused.value.block_errors) == [1]


def test_who_reads_a_draft_sees_what_is_handed_out(client, course):
    page = EveningPage.objects.get(code="2")
    page.handouts = [("handout", {"document": make_document(), "is_for_afterwards": True})]
    page.save_revision()
    draft = make_draft(course, actor=UserFactory())
    reader = UserFactory()
    draft.panel_members.create(user=reader)
    client.force_login(reader)
    shown = client.get(
        reverse("curriculum:panel_page", args=[draft.pk, page.translation_key])
    ).content.decode()
    assert ("Vier stappen" in shown, "pas na de avond" in shown) == (True, True)


# what a version holds


def test_deleting_what_a_version_holds_is_refused_with_what_to_do(client, held):
    free = make_document("vrij.pdf")
    signed_in_editor(client)
    answer = client.post(reverse("wagtaildocs:delete", args=[held.pk]), follow=True)
    said = answer.content.decode()
    assert "“Vier stappen” is niet verwijderd: versie 1 van “Samen beslissen”" in said
    bulk = reverse("wagtail_bulk_action", args=["curriculum", "coursedocument", "delete"])
    answer = client.post(f"{bulk}?id={held.pk}&id={free.pk}&next=/cms/", follow=True)
    assert "“Vier stappen” is niet verwijderd" in answer.content.decode()
    assert CourseDocument.objects.count() == 2

    assert client.post(reverse("wagtaildocs:delete", args=[free.pk])).status_code == 302
    assert list(CourseDocument.objects.all()) == [held]


def test_deleting_it_among_those_just_uploaded_is_refused_in_the_same_words(client, held):
    free = make_document("vrij.pdf")
    signed_in_editor(client)
    answers = [
        client.post(reverse("wagtaildocs:delete_multiple", args=[one.pk])).json()
        for one in (held, free)
    ]
    assert [one["success"] for one in answers] == [False, True]
    assert list(CourseDocument.objects.all()) == [held]
    said = client.get(reverse("wagtaildocs:index")).content.decode()
    assert "“Vier stappen” is niet verwijderd: versie 1 van “Samen beslissen”" in said


def test_a_draft_holds_it_too_until_it_is_made_without(client, course):
    page, document = EveningPage.objects.get(code="2"), make_document()
    put_with(page, document)
    make_draft(course, actor=UserFactory())
    signed_in_editor(client)
    address = reverse("wagtaildocs:delete", args=[document.pk])
    client.post(address)
    assert CourseDocument.objects.count() == 1

    put_with(page)
    make_draft(course, actor=UserFactory())
    client.post(address)
    assert CourseDocument.objects.count() == 0


def test_the_file_that_a_version_holds_stays_and_its_words_may_change(client, held):
    name = held.file.name
    signed_in_editor(client)
    address = reverse("wagtaildocs:edit", args=[held.pk])
    answer = client.post(address, sent(file=file(PDF + b"\n")))
    assert "Een versie van de leergang gebruikt dit bestand" in answer.content.decode()
    words = {name: value for name, value in sent(title="Anders").items() if name != "file"}
    assert client.post(address, words).status_code == 302

    held.refresh_from_db()
    assert (held.title, held.file.name) == ("Anders", name)
    assert held.file.storage.exists(name)


# what was there before


def old_document(held):
    document = Document.objects.create(
        pk=held.pk + 100,
        title="Oud",
        file="documents/oud.mp4",
        file_size=4,
        file_hash="a1",
        collection=Collection.get_first_root_node().add_child(name="Films"),
        uploaded_by_user=UserFactory(),
    )
    made = timezone.now() - timedelta(days=400)
    Document.objects.filter(pk=document.pk).update(created_at=made)
    document.tags.add("film")
    return document


def take_over():
    move = import_module("courses.curriculum.migrations.0015_handouts_of_editors").take_over
    with connection.cursor() as cursor:
        move(apps, SimpleNamespace(connection=connection, execute=cursor.execute))


def naming(model):
    """How often what says of which model it is says this one, for each such field."""
    kind = ContentType.objects.get_for_model(model)
    fields = [field for one in apps.get_models() for field in one._meta.concrete_fields]
    return Counter(
        {
            str(field): field.model._base_manager.filter(**{field.name: kind}).count()
            for field in fields
            if field.related_model is ContentType and field.model is not Permission
        }
    )


def test_documents_that_were_there_stay_under_their_number_with_file_and_labels(held):
    """Films in lessons name them by these numbers, also in revisions."""
    old = old_document(held)
    names = [field.attname for field in Document._meta.concrete_fields]
    before = Document.objects.values(*names).get()
    take_over()

    moved = CourseDocument.objects.filter(pk=old.pk)
    assert moved.values(*names).get() == before
    assert [tag.name for tag in moved.get().tags.all()] == ["film"]
    assert Document.objects.count() == 0
    assert make_document("nieuw.pdf").pk > old.pk


def test_all_that_names_a_document_that_was_there_names_it_still(held):
    old = old_document(held)
    kind = ContentType.objects.get_for_model(Document)
    log(old, "wagtail.edit")
    UploadedFile.objects.create(for_content_type=kind, file="half.pdf")
    ReferenceIndex.objects.create(
        content_type=kind,
        base_content_type=kind,
        to_content_type=kind,
        object_id=old.pk,
        to_object_id=old.pk,
        content_path_hash=uuid4(),
    )
    theirs, ours = naming(Document), naming(CourseDocument)
    take_over()

    assert len(+theirs) == 7
    assert naming(CourseDocument) == theirs + ours
