"""What is handed out with an evening, in every edition that runs it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock


class HandoutBlock(blocks.StructBlock):
    document = DocumentChooserBlock(
        label=_("Document"), help_text=_("PDF, PowerPoint, Word, OpenDocument or a picture.")
    )
    is_for_afterwards = blocks.BooleanBlock(
        required=False,
        label=_("Only after the evening"),
        help_text=_("Until the evening is over only trainers see it."),
    )

    class Meta:
        icon = "doc-full"
        label = _("Hand-out")
        description = _("A file that participants read before, at or after the evening.")
        template = "curriculum/blocks/handout.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        wrong = what_is_wrong_with(cleaned["document"])
        if wrong:
            raise blocks.StructBlockValidationError(
                block_errors={"document": ValidationError(wrong)}
            )
        return cleaned


class HandoutStream(blocks.StreamBlock):
    """Each of them once: of two it would not be clear when it may be read."""

    handout = HandoutBlock()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        seen = set()
        for place, block in enumerate(cleaned):
            document = block.value["document"].pk
            if document in seen:
                error = ValidationError(_("This document stands here already. Remove one of them."))
                raise blocks.StreamBlockValidationError(block_errors={place: error})
            seen.add(document)
        return cleaned


def what_is_wrong_with(document: Any) -> Any:
    if document.kind is None:
        return _("This is a film or its captions. Put it with the films of this evening.")
    if not (document.licence and document.content_source and document.rights_holder):
        return _(
            "This document has no licence, source or rights holder yet. Open it under Documents and"
            " fill these in."
        )
    return ""
