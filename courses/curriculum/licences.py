"""Under which terms content may be used."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Licence(models.TextChoices):
    CC_BY_SA = "cc-by-sa-4.0", _("CC BY-SA 4.0: share it under the same terms, with our name")
    CC_BY = "cc-by-4.0", _("CC BY 4.0: share it with our name")
    CC0 = "cc0", _("CC0: nobody's")
    PERMISSION = "permission", _("With permission, for this course only")
    RESERVED = "reserved", _("All rights reserved, and they are ours")
