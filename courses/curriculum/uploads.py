"""Pictures and documents that are uploaded."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from courses.curriculum import films
from courses.curriculum.file_kinds import Unusable, kind_of

BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
UNREADABLE = (OSError, SyntaxError, ValueError)  # what Pillow says of a broken file


class PictureField(WagtailImageField):
    """Wagtail counts the pixels of a picture after taking all of them into memory: a small file of
    hundreds of megapixels would take a gigabyte. What the file says of itself is asked first. And
    of a broken picture it is said that it is one."""

    def to_python(self, data: Any) -> Any:
        if data and has_too_many_pixels(data):
            limit = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000
            raise ValidationError(
                _(
                    "This picture has more than %(limit)d megapixels, so it was not kept. Make it"
                    " smaller first, then upload it again."
                ),
                code="file_too_many_pixels",
                params={"limit": limit},
            )
        try:
            return super().to_python(data)
        except UNREADABLE as error:
            raise ValidationError(
                self.error_messages["invalid_image"], code="invalid_image"
            ) from error


def has_too_many_pixels(file: Any) -> bool:
    """By its head only; of what is no picture Wagtail says so."""
    file.seek(0)
    try:
        with Image.open(file) as picture:
            width, height = picture.size
    except BOMB:
        return True
    except UNREADABLE:
        return False
    finally:
        file.seek(0)
    return bool(width * height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS)


class PictureForm(BaseImageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:  # not where the words of many pictures are filled in
            file = self.fields["file"]
            self.fields["file"] = PictureField(
                label=file.label, required=file.required, widget=file.widget
            )


def check_handout(file: UploadedFile) -> None:
    """What is handed out is one of the kinds that nobody is harmed by, and not too large to read
    on the way."""
    most = settings.HANDOUT_MAX_BYTES
    if file.size is None or file.size > most:
        said = _("This file is larger than %(most)d MB. Make the pictures in it smaller first.")
        raise ValidationError(said, params={"most": most // 1024**2})
    try:
        kind_of(file, str(file.name))  # type: ignore[arg-type]  # reads and seeks as a file does
    except Unusable as error:
        raise ValidationError(error.reason) from error


class DocumentForm(BaseDocumentForm):  # type: ignore[misc]  # Wagtail has no types
    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return file
        if self.instance.pk and self.instance.pinned.exists():
            raise ValidationError(
                _(
                    "A version of the course holds this file, so it stays as it is. Add the new one"
                    " as another document, and choose that on the page of the evening."
                )
            )
        if str(file.name).rpartition(".")[2].lower() not in films.TYPES:
            check_handout(file)
        return file
