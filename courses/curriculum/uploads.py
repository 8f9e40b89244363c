"""Pictures that editors upload."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

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
