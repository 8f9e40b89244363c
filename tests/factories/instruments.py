from pathlib import Path
from typing import Any

import factory
import yaml

from assessments.instruments.models import Answer, FormVersion, Response
from assessments.instruments.services import load_form

SCALE = [
    {"value": 0, "label": "niet gezien"},
    {"value": 1, "label": "aanzet"},
    {"value": 2, "label": "duidelijk"},
    {"value": 3, "label": "sterk"},
    {"value": None, "label": "n.v.t."},
]


def small_form(**changes: Any) -> dict[str, Any]:
    """A form of two sections and an open field, as its file would say it."""
    return {
        "code": "kijkwijzer",
        "title": "Kijkwijzer",
        "author": "De redactie",
        "licence": "CC BY-SA 4.0",
        "language": "nl",
        "version": 1,
        "intro": "Kijk eerst één keer zonder te scoren.",
        "scale": SCALE,
        "sections": [
            {
                "code": "O",
                "title": "Opening",
                "hint": "Wie bepaalt waar het over gaat?",
                "items": [
                    {"code": "O1", "text": "Maakt eerst contact", "kba": [8]},
                    {"code": "O2", "text": "Vraagt wat de patiënt wil bespreken", "kba": [2]},
                ],
            },
            {
                "code": "H",
                "title": "Houding",
                "items": [
                    {"code": "H1", "text": "Laat stiltes", "kba": [8]},
                    {
                        "code": "H4",
                        "text": "Wisselt van stijl",
                        "kba": [1],
                        "options": ["sturend", "meedenkend"],
                    },
                ],
            },
        ],
        "open_fields": [{"code": "Q1", "text": "Wat deed je goed?", "kind": "text"}],
    } | changes


def write_form(folder: Path, **changes: Any) -> Path:
    path = folder / "form.yaml"
    path.write_text(yaml.safe_dump(small_form(**changes), allow_unicode=True), encoding="utf-8")
    return path


def publish_small_form(folder: Path, **changes: Any) -> FormVersion:
    return load_form(write_form(folder, **changes))


class ResponseFactory(factory.django.DjangoModelFactory):
    """Needs a ``version``: publish one first."""

    class Meta:
        model = Response


class AnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Answer
