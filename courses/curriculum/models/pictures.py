from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from courses.curriculum.models.licences import Licensed


class Picture(Licensed, AbstractImage):
    """A picture in content, with its licence."""

    admin_form_fields = (*Image.admin_form_fields, "licence", "content_source", "rights_holder")

    class Meta:
        verbose_name = _("Picture")
        verbose_name_plural = _("Pictures")


class PictureRendition(AbstractRendition):
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)  # as Wagtail asks for
