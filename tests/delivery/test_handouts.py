"""Hand-outs of an evening: what may be left there, who reads it and when."""

import io
import zipfile
import zlib
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from courses.curriculum.file_kinds import Unusable, kind_of
from courses.delivery.models import Edition, Evening, EveningTrainer, Handout
from courses.delivery.services import end_enrolment, put_before_evening
from courses.delivery.services.handouts import handouts_of, leave_handout
from lms.accounts.models import Role
from lms.accounts.services import grant_role
from lms.audit.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
TERMS = {
    "title": "Dia's van avond 2",
    "licence": "cc-by-sa-4.0",
    "rights_holder": "Joost van Dijk",
    "content_source": "Voor deze avond gemaakt",
}


@pytest.fixture
def edition():
    edition = make_running_edition()
    Edition.objects.update(published_at=timezone.now())
    edition.refresh_from_db()
    return edition


@pytest.fixture
def evening(edition):
    return edition.evenings.get(code="2")


@pytest.fixture
def trainer(evening):
    user = UserFactory()
    put_before_evening(evening, user)
    return user


def pdf(name="dia.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def packed(**parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, text in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return content.getvalue()


def picture(kind, size=(20, 10)):
    content = io.BytesIO()
    Image.new("RGB", size).save(content, kind)
    return content.getvalue()


def left(evening, by, **fields):
    about = TERMS | {"is_for_afterwards": False} | fields
    return leave_handout(evening, pdf(), by=by, **about)


def statuses(client, handout, *people):
    found = []
    for user in people:
        client.force_login(user)
        response = client.get(reverse("delivery:handout", args=[handout.public_id]))
        found.append(response.status_code)
    return found


PPTX = packed(ppt__presentation_xml="<p/>")
DOCX = packed(word__document_xml="<w/>")
ODP = packed(mimetype="application/vnd.oasis.opendocument.presentation", content_xml="<o/>")
SCRIPTS = zlib.compress(b"<</S /JavaScript /JS (app.alert(1))>>")
HIDDEN = PDF.replace(
    b"trailer", b"2 0 obj <</Type /ObjStm>>\nstream\n" + SCRIPTS + b"endstream\ntrailer"
)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", PDF, "pdf"),
        ("A.PDF", PDF, "pdf"),
        ("a.pptx", PPTX, "pptx"),
        ("a.docx", DOCX, "docx"),
        ("a.odp", ODP, "odp"),
        ("a.jpeg", picture("JPEG"), "jpg"),
        ("a.png", picture("PNG"), "png"),
        ("a.webp", picture("WEBP"), "webp"),
    ],
)
def test_what_a_file_is_its_content_says(name, content, code):
    assert kind_of(io.BytesIO(content), name).code == code


HARMFUL = {
    "a page": ("a.html", b"<script>alert(1)</script>"),
    "a page that is called a PDF": ("a.pdf", b"<script>alert(1)</script>"),
    "a drawing with scripts": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "a program": ("a.pdf", b"MZ\x90\x00"),
    "a PDF that is called a picture": ("a.png", PDF),
    "a PDF that breaks off": ("a.pdf", PDF[:-7]),
    "a PDF with a script": ("a.pdf", PDF.replace(b"/Catalog", b"/Catalog /JS (1)")),
    "a script by another name": (
        "a.pdf",
        PDF.replace(b"/Root", b"/J#53 1 /Root"),
    ),
    "a script in a packed object": ("a.pdf", HIDDEN),
    "a PDF that starts a program": ("a.pdf", PDF.replace(b"/Catalog", b"/Catalog /Launch 1")),
    "a locked PDF": ("a.pdf", PDF.replace(b"/Root", b"/Encrypt 3 0 R /Root")),
    "a presentation with macros": (
        "a.pptx",
        packed(**{"ppt__presentation_xml": "-", "ppt/vbaProject.bin": "-"}),
    ),
    "a presentation with another program in it": (
        "a.pptx",
        packed(**{"ppt__presentation_xml": "-", "ppt/embeddings/oleObject1.bin": "-"}),
    ),
    "an open presentation with macros": (
        "a.odp",
        packed(
            **{
                "mimetype": "application/vnd.oasis.opendocument.presentation",
                "Basic/Standard/Module1.xml": "-",
            }
        ),
    ),
    "something packed": ("a.pptx", packed(readme="-")),
    "half of something packed": ("a.pptx", PPTX[: len(PPTX) // 2]),
}


@pytest.mark.parametrize(("name", "content"), HARMFUL.values(), ids=HARMFUL)
def test_what_could_do_harm_or_is_something_else_is_refused(name, content):
    with pytest.raises(Unusable):
        kind_of(io.BytesIO(content), name)


def test_a_small_file_that_unpacks_to_far_too_much_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("ppt/presentation.xml", b"-")
        with file.open("ppt/media/image1.png", "w") as part:
            for _megabyte in range(401):
                part.write(bytes(1024**2))
    with pytest.raises(Unusable, match="Uitgepakt"):
        kind_of(content, "a.pptx")


def test_a_trainer_leaves_a_file_and_the_group_reads_it_with_the_evening(
    client, edition, evening, trainer
):
    reader, _partner = enrol_two(edition)
    client.force_login(trainer)
    page = reverse("delivery:handouts", args=[evening.public_id])
    assert client.post(page, TERMS | {"file": pdf()}).status_code == 302

    client.force_login(reader.participant)
    handout = Handout.objects.get()
    address = reverse("delivery:handout", args=[handout.public_id])
    shown = client.get(reverse("delivery:evening", args=[evening.public_id])).content.decode()
    assert address in shown
    response = client.get(address)
    assert b"".join(response.streaming_content) == PDF
    headers = {name: response[name] for name in ("Content-Type", "Content-Disposition")}
    assert headers == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="dia.pdf"',
    }
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    assert "sandbox" in response["Content-Security-Policy"]
    assert (handout.kind, handout.left_by) == ("pdf", trainer)
    assert list(AuditEvent.objects.filter(event="handout.left").values_list("object_ref")) == [
        (str(handout.public_id),)
    ]


def test_who_does_not_see_the_evening_reads_nothing_of_it(client, edition, evening, trainer):
    reader, stopped = enrol_two(edition)
    other = make_running_edition(content=edition.content, days=1)
    stranger, _partner = enrol_two(other)
    elsewhere = UserFactory()
    put_before_evening(other.evenings.get(code="2"), elsewhere)
    end_enrolment(stopped)
    editor = UserFactory(is_superuser=True, is_staff=True)
    handout = left(evening, trainer)

    people = [reader.participant, stopped.participant, stranger.participant, elsewhere, editor]
    assert statuses(client, handout, *people) == [200, 404, 404, 404, 404]
    client.logout()
    assert client.get(reverse("delivery:handout", args=[handout.public_id])).status_code == 302


def test_what_is_for_afterwards_is_there_afterwards_and_stays(client, edition, evening, trainer):
    reader, _partner = enrol_two(edition)
    handout = left(evening, trainer, is_for_afterwards=True)
    assert statuses(client, handout, reader.participant, trainer) == [404, 200]
    assert list(handouts_of(evening, reader.participant)) == []

    year_ago = timezone.now() - timedelta(days=365)
    Evening.objects.filter(pk=evening.pk).update(
        starts_at=year_ago, ends_at=year_ago + timedelta(hours=4)
    )
    assert statuses(client, handout, reader.participant) == [200]
    assert list(handouts_of(evening, reader.participant)) == [handout]


def test_only_who_teaches_and_coordinators_leave_and_remove(client, edition, evening, trainer):
    reader, _partner = enrol_two(edition)
    runs_along, coordinator = UserFactory(), UserFactory()
    put_before_evening(evening, runs_along, EveningTrainer.Role.RUN_ALONG)
    grant_role(user=coordinator, role=Role.COORDINATOR)
    handout = left(evening, trainer)
    page = reverse("delivery:handouts", args=[evening.public_id])
    gone = reverse("delivery:handout_remove", args=[handout.public_id])

    found = []
    for user in (reader.participant, runs_along, coordinator):
        client.force_login(user)
        found.append((client.get(page).status_code, client.post(gone).status_code))
    assert found == [(404, 404), (404, 404), (200, 302)]


def test_what_is_removed_is_gone_from_the_store_too(
    client, evening, trainer, django_capture_on_commit_callbacks
):
    handout = left(evening, trainer)
    name = handout.file.name
    assert storages["handouts"].exists(name)
    client.force_login(trainer)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("delivery:handout_remove", args=[handout.public_id]))

    assert (Handout.objects.count(), storages["handouts"].exists(name)) == (0, False)


def test_what_is_wrong_is_said_and_what_was_typed_stays(client, evening, trainer, settings):
    client.force_login(trainer)
    page = reverse("delivery:handouts", args=[evening.public_id])
    settings.HANDOUT_MAX_BYTES = 10
    large = client.post(page, TERMS | {"file": pdf()})
    settings.HANDOUT_MAX_BYTES = 1024**2
    other = client.post(page, TERMS | {"file": pdf(content=b"<html>")})
    unlicensed = client.post(page, {"title": "Dia's", "file": pdf()})

    assert [one.status_code for one in (large, other, unlicensed)] == [422] * 3
    errors = [set(one.context["form"].errors) for one in (large, other, unlicensed)]
    assert errors == [{"file"}, {"file"}, {"licence", "rights_holder", "content_source"}]
    assert 'value="Joost van Dijk"' in large.content.decode()
    assert Handout.objects.count() == 0
