"""A picture is refused by what its file says of itself, before anything of it is unpacked."""

import struct
import zlib

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import CollectionViewRestriction, UploadedFile

from courses.curriculum.models import Picture
from courses.curriculum.views.pictures import FOREVER
from tests.curriculum.people import signed_in_editor
from tests.factories.curriculum import LICENSED

# Wagtail leaves the file in which it scales a picture to be closed by the garbage collector.
LEFT_OPEN = "ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings(LEFT_OPEN)]
# The second is one that Pillow itself warns of, the third one it refuses.
TOO_LARGE = [(7000, 7000), (10_000, 10_000), (20_000, 20_000)]
SAID = (
    "Deze afbeelding heeft meer dan 40 megapixels en is daarom niet bewaard."
    " Maak haar eerst kleiner en upload haar dan opnieuw."
)


def chunk(kind, content):
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def png(width, height):
    """The head of a picture of this size, and no picture: who unpacks it finds it broken."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", b"geen plaatje"), chunk(b"IEND", b"")]
    return SimpleUploadedFile("foto.png", b"\x89PNG\r\n\x1a\n" + b"".join(parts), "image/png")


def kept():
    folder = "original_images"
    files = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
    return Picture.objects.count(), UploadedFile.objects.count(), sorted(files)


@pytest.mark.parametrize("size", TOO_LARGE)
def test_a_picture_of_too_many_pixels_is_refused_unpacked_by_nobody(client, size):
    signed_in_editor(client)
    before = kept()
    sent = {"title": "Groot", "file": png(*size)} | LICENSED
    answer = client.post(reverse("wagtailimages:add"), sent)
    assert (answer.status_code, kept()) == (200, before)
    assert answer.context["form"].errors == {"file": [SAID]}
    assert SAID in answer.content.decode()


@pytest.mark.parametrize("size", TOO_LARGE)
def test_among_many_pictures_it_is_refused_as_well(client, size):
    signed_in_editor(client)
    before = kept()
    sent = {"title": "Groot", "files[]": png(*size)} | LICENSED
    answer = client.post(reverse("wagtailimages:add_multiple"), sent)
    assert answer.json() == {"success": False, "error_message": SAID}
    assert kept() == before


@pytest.mark.parametrize("size", TOO_LARGE)
def test_while_choosing_a_picture_for_a_page_it_is_refused_as_well(client, size):
    signed_in_editor(client)
    before = kept()
    prefix = "image-chooser-upload"
    words = {"title": "Groot", "file": png(*size)} | LICENSED
    sent = {f"{prefix}-{name}": value for name, value in words.items()}
    answer = client.post(reverse("wagtailimages_chooser:create"), sent)
    assert SAID in answer.json()["htmlFragment"]
    assert kept() == before


@pytest.mark.parametrize("content", [b"geen plaatje", b"\x89PNG\r\n\x1a\n", b""])
def test_what_is_no_picture_is_refused_in_words(client, content):
    """The last one is of a common size and broken, as those above are: they were never unpacked."""
    signed_in_editor(client)
    file = SimpleUploadedFile("foto.png", content, "image/png") if content else png(1000, 1000)
    answer = client.post(reverse("wagtailimages:add"), {"title": "X", "file": file} | LICENSED)
    (said,) = answer.context["form"].errors["file"]
    assert (answer.status_code, said.startswith("Upload een geldige afbeelding")) == (200, True)
    assert Picture.objects.count() == 0


def test_the_limit_is_in_whole_megapixels():
    assert settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS % 1_000_000 == 0


@pytest.fixture
def picture():
    return Picture.objects.create(title="Huis", file=get_test_image_file("huis.png"), **LICENSED)


def test_anybody_sees_a_picture_as_a_page_shows_it(client, picture):
    shown = picture.get_rendition("width-20|format-webp")
    answer = client.get(shown.url)
    with shown.file.open("rb") as file:
        assert b"".join(answer.streaming_content) == file.read()
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert answer["Cache-Control"] == FOREVER


def test_what_was_uploaded_stays_inside(client, picture):
    assert client.get(picture.file.url).status_code == 404
    for name in ("../original_images/huis.png", "..%2Foriginal_images%2Fhuis.png"):
        assert client.get(f"/media/images/{name}").status_code == 404


def test_a_picture_of_a_closed_collection_is_not_sent(client, picture):
    shown = picture.get_rendition("width-20")
    restriction = CollectionViewRestriction.LOGIN
    CollectionViewRestriction.objects.create(
        collection=picture.collection, restriction_type=restriction
    )
    assert client.get(shown.url).status_code == 404


def test_a_picture_whose_file_is_gone_is_not_there(client, picture):
    shown = picture.get_rendition("width-20")
    default_storage.delete(shown.file.name)
    assert client.get(shown.url).status_code == 404
