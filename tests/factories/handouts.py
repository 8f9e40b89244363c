from typing import Any

from django.core.files.base import ContentFile

from courses.curriculum.models import ContentPin, CourseDocument, EveningPage, PinnedHandout
from courses.delivery.models import Evening
from tests.factories.curriculum import LICENSED

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def make_document(name: str = "stappen.pdf", content: bytes = PDF, **fields: Any) -> CourseDocument:
    about = {"title": "Vier stappen"} | LICENSED | fields
    document = CourseDocument(file=ContentFile(content, name), **about)
    document._set_document_file_metadata()
    document.save()
    return document


def put_with(page: EveningPage, *documents: CourseDocument, afterwards: bool = False) -> None:
    """As an editor does it: on the page, which is published."""
    page.handouts = [
        ("handout", {"document": one, "is_for_afterwards": afterwards}) for one in documents
    ]
    page.save_revision().publish()


def hand_out_with_content(evening: Evening, *, afterwards: bool = False) -> PinnedHandout:
    """Held by the version that the edition of this evening runs."""
    return PinnedHandout.objects.create(
        pin=ContentPin.objects.get(version=evening.edition.content_id, page_key=evening.page_key),
        document=make_document(),
        title="Vier stappen",
        is_for_afterwards=afterwards,
        **LICENSED,
    )
