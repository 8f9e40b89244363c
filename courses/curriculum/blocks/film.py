"""An example film: a staged conversation, drawn by us until somebody acts it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from courses.curriculum import films
from courses.curriculum.licences import Licence

LICENCE_FIELDS = ("licence", "content_source", "rights_holder")


class SpeakerBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("Who speaks"))
    voice = blocks.ChoiceBlock(
        choices=[("high", _("High")), ("low", _("Low"))],
        default="high",
        label=_("Voice"),
        help_text=_("Of the drawn film."),
    )


class TurnBlock(blocks.StructBlock):
    speaker = blocks.CharBlock(label=_("Who speaks"), help_text=_("One of the names above."))
    text = blocks.TextBlock(label=_("What is said"))
    seconds = blocks.IntegerBlock(
        min_value=1, label=_("Seconds"), help_text=_("With the silence after it.")
    )


class MomentBlock(blocks.StructBlock):
    at = blocks.IntegerBlock(min_value=0, label=_("Second of the moment"))
    text = blocks.CharBlock(label=_("What happens at that moment"))


class FilmBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    shows = blocks.TextBlock(label=_("What to look for"))
    speakers = blocks.ListBlock(SpeakerBlock(), min_num=1, max_num=2, label=_("Speakers"))
    turns = blocks.ListBlock(TurnBlock(), min_num=1, label=_("Transcript"))
    seen = blocks.TextBlock(
        required=False,
        label=_("What there is to see"),
        help_text=_("For who cannot see it: everything that the words do not say."),
    )
    moments = blocks.ListBlock(MomentBlock(), default=[], label=_("Moments"))
    film = DocumentChooserBlock(
        required=False,
        label=_("Film"),
        help_text=_("An acted film (MP4 or WebM). Without it, figures are drawn when you publish."),
    )
    captions = DocumentChooserBlock(
        required=False, label=_("Captions"), help_text=_("Of that film, as WebVTT (.vtt).")
    )

    licence = blocks.ChoiceBlock(
        choices=Licence.choices, required=False, label=_("Licence of the acted film")
    )
    content_source = blocks.CharBlock(
        required=False, label=_("Source"), help_text=_("Who acted it, where and when.")
    )
    rights_holder = blocks.CharBlock(required=False, label=_("Rights holder"))

    class Meta:
        icon = "media"
        label = _("Example film")
        description = _("A staged conversation with captions, a transcript and its moments.")
        template = "curriculum/blocks/film.html"
        preview_value = {
            "title": "Nagespeeld: even wachten",
            "shows": "Let op wat er na de stilte komt.",
            "speakers": [
                {"name": "Praktijkondersteuner", "voice": "high"},
                {"name": "Patiënt", "voice": "low"},
            ],
            "turns": [
                {"speaker": "Praktijkondersteuner", "text": "En verder?", "seconds": 5},
                {"speaker": "Patiënt", "text": "Ik durf de trap niet meer op.", "seconds": 4},
            ],
            "seen": "De praktijkondersteuner kijkt op van haar scherm.",
            "moments": [{"at": 5, "text": "Na de stilte komt de echte vraag."}],
            "film": None,
            "captions": None,
            "licence": "",
            "content_source": "",
            "rights_holder": "",
        }

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["shown"] = films.shown_of(value)
        context["moments"] = [
            (f"{moment['at'] // 60}:{moment['at'] % 60:02d}", moment["text"])
            for moment in value["moments"]
        ]
        return context

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors = {**wrong_names(cleaned), **wrong_files(cleaned), **wrong_moments(cleaned)}
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned


def wrong_names(film: Any) -> dict[str, ValidationError]:
    names = [speaker["name"] for speaker in film["speakers"]]
    unknown = {turn["speaker"] for turn in film["turns"]} - set(names)
    if len(set(names)) < len(names):
        return {"speakers": ValidationError(_("Two of these are the same. Make each different."))}
    if not unknown:
        return {}
    message = _("“%(name)s” is not one of the speakers.")
    return {"turns": ValidationError(message, params={"name": min(unknown)})}


def wrong_files(film: Any) -> dict[str, ValidationError]:
    """Nobody is left without the words, and nobody shows a film that is not ours to show."""
    errors = {}
    if film["film"] and film["film"].file_extension not in ("mp4", "webm"):
        errors["film"] = ValidationError(_("Choose a film: MP4 or WebM."))
    if film["film"] and not film["captions"]:
        errors["captions"] = ValidationError(_("A film needs captions. Add them as WebVTT."))
    if film["captions"] and film["captions"].file_extension != films.CAPTIONS:
        errors["captions"] = ValidationError(_("Choose captions as WebVTT (.vtt)."))
    for name in LICENCE_FIELDS:
        if film["film"] and not film[name]:
            errors[name] = ValidationError(_("An acted film needs this as well."))
    return errors


def wrong_moments(film: Any) -> dict[str, ValidationError]:
    length = sum(turn["seconds"] for turn in film["turns"])
    if film["film"] or all(moment["at"] < length for moment in film["moments"]):
        return {}
    message = _("A moment lies after the end: the turns take %(seconds)d seconds.")
    return {"moments": ValidationError(message, params={"seconds": length})}
