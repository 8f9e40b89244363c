"""What holds for every page of ours, whichever way somebody saves or publishes it."""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.models import Page, Revision
from wagtail.search import index

from courses.curriculum.models.licences import Licensed
from courses.curriculum.words import words_of

log = logging.getLogger(__name__)
BY_THE_CLOCK = "wagtail.publish.scheduled"  # what Wagtail's own command says it does


class GuardedPage(Licensed, Page):
    """Published only when it is complete, licence and all; what a version pins is never written
    over."""

    search_fields = [*Page.search_fields, index.AutocompleteField("words")]

    class Meta:
        abstract = True

    def words(self) -> str:
        """What editors find a page by: everything that stands on it."""
        return words_of(self)

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        """Also when it is planned for later: by then nobody would be there to read why not.

        Of what is planned, one page that has become incomplete does not keep back the others.
        """
        try:
            revision.as_object().full_clean()
        except ValidationError as error:
            if kwargs.get("log_action") != BY_THE_CLOCK:
                raise
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
            log.error("Page %s was planned and is not published: %s", self.pk, error.messages)
            return
        super().publish(revision, *args, **kwargs)

    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        """The editor's screen saves over the revision it made before; not over a pinned one."""
        over = kwargs.get("overwrite_revision")
        if over is not None and is_pinned(self, over):
            kwargs["overwrite_revision"] = None
        return super().save_revision(*args, **kwargs)


def is_pinned(page: GuardedPage, revision: Revision) -> bool:
    pins = page._meta.apps.get_model("curriculum", "ContentPin").objects
    return bool(pins.filter(revision=revision).exists())
