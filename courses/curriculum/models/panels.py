from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel


class PracticeSharePanel(Panel):
    """How much of the programme is practice, as it was saved last."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"heading": _("Practice share")} | kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "curriculum/cms/practice_share.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"share": self.instance.practice_share()}
