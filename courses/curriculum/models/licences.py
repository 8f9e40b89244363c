"""Under which terms content may be used, and whose it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from courses.curriculum.licences import Licence


class Licensed(models.Model):
    """Nothing is published without licence, source and rights holder; a draft may lack them."""

    # Without a default a form chooses none beforehand: an editor does.
    licence = models.CharField(_("Licence"), max_length=20, choices=Licence)
    content_source = models.CharField(
        _("Source"),
        max_length=250,
        default="",
        help_text=_("Where it comes from. Written for this course? Then say so."),
    )
    rights_holder = models.CharField(_("Rights holder"), max_length=250, default="")

    class Meta:
        abstract = True


LICENCE_PANEL = MultiFieldPanel(
    [FieldPanel("licence"), FieldPanel("content_source"), FieldPanel("rights_holder")],
    heading=_("Licence"),
)
