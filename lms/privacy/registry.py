"""What every field of every model holds, why it may, how long, and what becomes of it.

Each app registers its own fields in ``privacy.py``; a field without a line fails the tests.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps
from django.conf import settings

SETTING = re.compile(r"\{(\w+)\}")


class Class(StrEnum):
    TECHNICAL = "keeps the system running"
    CONTENT = "written by editors for readers"
    ORGANISATION = "planning of the course"
    PERSON = "who somebody is"
    STUDY = "what somebody learned or how they did"
    PATIENT = "from or about a patient: special category"
    SECRET = "gives access"  # noqa: S105 -- a word for it, not one itself
    LOG = "who did what, when"


class Basis(StrEnum):
    NONE = "no personal data"
    CONTRACT = "GDPR 6(1)(b): the course somebody takes part in or works for"
    LEGAL = "GDPR 6(1)(c): a duty by law, such as keeping a log"
    INTEREST = "GDPR 6(1)(f): keeping the platform safe"
    ASKED = "GDPR 6(1)(a): somebody asked for it, and can take it back"
    CONSENT = "GDPR 6(1)(a) and 9(2)(a): consent of the patient"


class Term(StrEnum):
    CONTENT = "as long as the content is used"
    ACCOUNT = "as long as the account"
    STUDY = "as long as the enrolment"
    RECORDING = (
        "until the day agreed with the patient, {RETENTION_DAYS} days at most unless so agreed"
    )
    PROOF = "after destruction: that it happened, without content"
    UPLOAD = "{UPLOAD_EXPIRY_DAYS} days when not finished, else with the recording"
    KEY_BACKUP = "with the recording, and in backups {KEY_BACKUP_DAYS} days more"
    SESSION = "{SESSION_COOKIE_AGE} seconds at most"
    ATTEMPT = "{AXES_COOLOFF_TIME} hours, until purged"
    LOG = "as long as the law asks for the log"
    JOB = "until the work it asks for is done, until purged"
    ASKED = "{INTEREST_KEPT_DAYS} days after it was asked, or until taken back"


class Export(StrEnum):
    YES = "given to the person who asks"
    NO = "not given: not theirs, or a risk to others"


class Erasure(StrEnum):
    NONE = "nothing to erase"
    DELETE = "deleted with the person or object"
    WIPE = "emptied, the row stays"
    PSEUDONYM = "stays without a name"
    KEEP = "kept until its term ends"


@dataclass(frozen=True)
class Field:
    class_: Class
    basis: Basis
    term: Term
    export: Export
    erasure: Erasure


TECHNICAL = Field(Class.TECHNICAL, Basis.NONE, Term.ACCOUNT, Export.NO, Erasure.NONE)
CONTENT = Field(Class.CONTENT, Basis.NONE, Term.CONTENT, Export.NO, Erasure.NONE)
EDITOR = Field(Class.PERSON, Basis.CONTRACT, Term.CONTENT, Export.YES, Erasure.WIPE)
PLANNING = Field(Class.ORGANISATION, Basis.CONTRACT, Term.STUDY, Export.YES, Erasure.DELETE)
PERSON = Field(Class.PERSON, Basis.CONTRACT, Term.ACCOUNT, Export.YES, Erasure.DELETE)
STUDY = Field(Class.STUDY, Basis.CONTRACT, Term.STUDY, Export.YES, Erasure.DELETE)
SECRET = Field(Class.SECRET, Basis.CONTRACT, Term.ACCOUNT, Export.NO, Erasure.DELETE)
LOG = Field(Class.LOG, Basis.LEGAL, Term.LOG, Export.YES, Erasure.PSEUDONYM)
ATTEMPT = Field(Class.LOG, Basis.INTEREST, Term.ATTEMPT, Export.NO, Erasure.KEEP)
SESSION = Field(Class.SECRET, Basis.INTEREST, Term.SESSION, Export.NO, Erasure.DELETE)
ASKED = Field(Class.PERSON, Basis.ASKED, Term.ASKED, Export.YES, Erasure.DELETE)
JOB = Field(Class.TECHNICAL, Basis.NONE, Term.JOB, Export.NO, Erasure.KEEP)

REGISTRY: dict[str, dict[str, Field]] = {}
OPTIONAL: set[str] = set()  # models that exist on one database only


def lines(names: str, field: Field) -> dict[str, Field]:
    return dict.fromkeys(names.split(), field)


def register(model_label: str, *parts: dict[str, Field], is_optional: bool = False) -> None:
    fields: dict[str, Field] = {}
    for part in parts:
        twice = fields.keys() & part.keys()
        if twice:
            raise ValueError(f"{model_label}: {', '.join(sorted(twice))} has two lines.")
        fields |= part
    REGISTRY[model_label.lower()] = fields
    if is_optional:
        OPTIONAL.add(model_label.lower())


def existing_fields() -> dict[str, set[str]]:
    return {
        model._meta.label_lower: {field.name for field in model._meta.local_concrete_fields}
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
    }


def fields_without_line() -> list[str]:
    return sorted(
        f"{label}.{name}"
        for label, names in existing_fields().items()
        for name in names - REGISTRY.get(label, {}).keys()
    )


def lines_without_field() -> list[str]:
    existing = existing_fields()
    return sorted(
        f"{label}.{name}"
        for label, fields in REGISTRY.items()
        if label in existing or label not in OPTIONAL
        for name in fields.keys() - existing.get(label, set())
    )


def term_in_words(term: Term) -> str:
    return SETTING.sub(lambda found: str(getattr(settings, found[1])), term)


def fields_of(class_: Class) -> Iterable[str]:
    for label, fields in REGISTRY.items():
        for name, field in fields.items():
            if field.class_ == class_:
                yield f"{label}.{name}"
