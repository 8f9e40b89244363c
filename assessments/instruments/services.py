"""Publishing forms, and filling them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone

from assessments.instruments.definitions import FormDefinition, read_definition
from assessments.instruments.models import Answer, Form, FormVersion, Item, Response, Section


class InvalidAnswer(Exception):
    """This is no answer to an item of this form."""


class AlreadySubmitted(Exception):
    """What was sent stays as it was sent."""


class GivenAnswer(TypedDict, total=False):
    """What changes about one answer; what is left out stays as it was."""

    value: int | None
    is_not_applicable: bool
    chosen: list[str]
    quote: str
    note: str


@dataclass(frozen=True)
class Saved:
    at: datetime
    was_changed_elsewhere: bool  # since the moment the writer last knew of


@transaction.atomic
def load_form(path: Path) -> FormVersion:
    """Publish a form from its file: a new version where it says something new, else the old one."""
    definition = read_definition(path)
    form, _ = Form.objects.update_or_create(
        code=definition.code,
        defaults={
            "title": definition.title,
            "author": definition.author,
            "licence": definition.licence,
            "language": definition.language,
        },
    )
    latest: FormVersion | None = form.versions.order_by("number").last()
    if latest is not None and latest.source_hash == definition.source_hash:
        return latest
    return publish(form, definition, number=latest.number + 1 if latest else 1)


def publish(form: Form, definition: FormDefinition, *, number: int) -> FormVersion:
    version = FormVersion.objects.create(
        form=form,
        number=number,
        intro=definition.intro,
        scale=definition.scale,
        source_hash=definition.source_hash,
    )
    position = 0
    for place, part in enumerate(definition.sections):
        section = Section.objects.create(
            version=version, code=part.code, title=part.title, hint=part.hint, position=place
        )
        for item in part.items:
            Item.objects.create(
                section=section,
                code=item.code,
                text=item.text,
                kind=item.kind,
                kba=item.kba,
                options=item.options,
                position=position,
            )
            position += 1
    return version


def start_response(code: str) -> Response:
    """An empty response to the version of a form that holds now."""
    version = FormVersion.objects.filter(form__code=code).latest("number")
    now = timezone.now()
    return Response.objects.create(version=version, created_at=now, saved_at=now)


def hold_open(response: Response) -> None:
    """Keep the row until the transaction ends, so that nothing is written after it was sent."""
    if not Response.objects.filter(pk=response.pk, submitted_at=None).update(submitted_at=None):
        raise AlreadySubmitted


@transaction.atomic
def save_answers(
    response: Response,
    answers: Mapping[str, GivenAnswer],
    *,
    seen: datetime | None = None,
) -> Saved:
    """Merge these answers into the response; per field the last write holds.

    ``seen`` is when the writer knew the response was last saved: where it was saved since, from
    another tab or device, the answer says so. The first UPDATE keeps the row until the end, so
    that two writers follow each other and nobody writes after it was submitted.
    """
    now = timezone.now()
    unsent = Response.objects.filter(pk=response.pk, submitted_at=None)
    is_as_seen = seen is not None and bool(unsent.filter(saved_at=seen).update(saved_at=now))
    if not is_as_seen and not unsent.update(saved_at=now):
        raise AlreadySubmitted
    items = {
        item.code: item
        for item in Item.objects.filter(section__version=response.version_id, code__in=answers)
    }
    kept = {
        answer.item_id: answer for answer in response.answers.filter(item__code__in=answers).all()
    }
    values = {step["value"] for step in response.version.scale}
    for code, given in answers.items():
        if code not in items:
            raise InvalidAnswer(f"{code} is no item of this form.")
        item = items[code]
        check_answer(item, given, values)
        merge(kept.get(item.pk) or Answer(response=response, item=item), given).save()
    response.saved_at = now
    return Saved(at=now, was_changed_elsewhere=seen is not None and not is_as_seen)


def check_answer(item: Item, given: GivenAnswer, values: set[int | None]) -> None:
    value = given.get("value")
    if value is not None and value not in values:
        raise InvalidAnswer(f"{value} is not on the scale of {item.code}.")
    if value is not None and given.get("is_not_applicable"):
        raise InvalidAnswer(f"{item.code} cannot both be scored and not apply.")
    if given.get("is_not_applicable") and None not in values:
        raise InvalidAnswer(f"{item.code} always applies.")
    if item.kind == Item.Kind.TEXT and (value is not None or given.get("is_not_applicable")):
        raise InvalidAnswer(f"{item.code} is answered in words.")
    if not set(given.get("chosen", [])) <= set(item.options):
        raise InvalidAnswer(f"{item.code} does not offer that choice.")


def merge(answer: Answer, given: GivenAnswer) -> Answer:
    changes: dict[str, Any] = dict(given)
    if changes.get("value") is not None:
        changes["is_not_applicable"] = False
    elif changes.get("is_not_applicable"):
        changes["value"] = None
    for name, change in changes.items():
        setattr(answer, name, change)
    return answer


@transaction.atomic
def submit_response(response: Response) -> bool:
    """Freeze it; true the first time. A double click finds it sent already."""
    now = timezone.now()
    is_first = bool(
        Response.objects.filter(pk=response.pk, submitted_at=None).update(submitted_at=now)
    )
    response.refresh_from_db(fields=["submitted_at"])
    return is_first
