"""Under which terms content may be used, and whose it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel


class Licence(models.TextChoices):
    CC_BY_SA = "cc-by-sa-4.0", _("CC BY-SA 4.0: share it under the same terms, with our name")
    CC_BY = "cc-by-4.0", _("CC BY 4.0: share it with our name")
    CC0 = "cc0", _("CC0: nobody's")
    PERMISSION = "permission", _("With permission, for this course only")
    RESERVED = "reserved", _("All rights reserved, and they are ours")


class Licensed(models.Model):
    """Nothing is published without licence, source and rights holder; a draft may lack them."""

    licence = models.CharField(_("Licence"), max_length=20, choices=Licence, default="")
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
