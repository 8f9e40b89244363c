"""Writing and checking the log. Rows are chained per stream: each carries the hash of the one
before it, so a row that was changed, removed, moved or slipped in leaves a trace."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from django.contrib.auth.models import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from lms.audit.models import AuditEvent, AuditStream, Pseudonym

PLAY = "play."


class UnfitDetail(ValueError):
    """A detail holds a number with a fraction, which databases do not all give back as it was."""


@transaction.atomic
def record(
    event: str,
    *,
    stream: str,
    actor: AbstractBaseUser | None = None,
    role: str = "",
    basis: str = "",
    object_type: str = "",
    object_ref: str = "",
    result: str = "ok",
    detail: dict[str, Any] | None = None,
) -> AuditEvent:
    """Add an event to the end of a stream, in the transaction of the fact it tells about.

    The UPDATE keeps the stream's row until that transaction ends: of two writers the second waits,
    and then sees the head that the first left.
    """
    this = AuditStream.objects.filter(name=stream)
    if not this.update(length=F("length") + 1):
        AuditStream.objects.get_or_create(name=stream)
        this.update(length=F("length") + 1)
    chain = this.get()
    row = AuditEvent(
        stream=chain,
        sequence=chain.length,
        at=timezone.now(),
        event=event,
        actor=pseudonym_of(actor) if actor else None,
        role=role,
        basis=basis,
        object_type=object_type,
        object_ref=object_ref,
        result=result,
        detail=plain(detail or {}),
        previous_hash=chain.head,
    )
    row.hash = hash_of(row)
    row.save()
    AuditStream.objects.filter(pk=chain.pk).update(head=row.hash)
    return row


def pseudonym_of(user: AbstractBaseUser) -> uuid.UUID:
    pseudonym, _ = Pseudonym.objects.get_or_create(
        user=user,  # type: ignore[misc]  # whose class is known higher up only
        defaults={"code": uuid.uuid4()},
    )
    return pseudonym.code


def plain(detail: dict[str, Any]) -> dict[str, Any]:
    """The detail as any database gives it back, so that its hash stays the same."""
    text = json.dumps(detail, cls=DjangoJSONEncoder)
    plain_detail: dict[str, Any] = json.loads(text, parse_float=refuse_fraction)
    return plain_detail


def refuse_fraction(number: str) -> NoReturn:
    raise UnfitDetail(f"{number} has a fraction: log whole milliseconds, bytes or points.")


def hash_of(row: AuditEvent) -> str:
    content = {
        "stream": row.stream.name,
        "sequence": row.sequence,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "event": row.event,
        "actor": str(row.actor or ""),
        "role": row.role,
        "basis": row.basis,
        "object_type": row.object_type,
        "object_ref": row.object_ref,
        "result": row.result,
        "detail": row.detail,
        "previous_hash": row.previous_hash,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(stream: str) -> list[str]:
    """What is wrong with a stream, one line per finding; nothing when it is whole."""
    chain = AuditStream.objects.filter(name=stream).first()
    if chain is None:
        return []
    findings = []
    head, place = "", 0
    for row in chain.events.select_related("stream").order_by("sequence").iterator():
        place += 1
        if row.sequence != place:
            findings.append(f"{stream}: number {place} is missing, {row.sequence} follows.")
            place = row.sequence
        if row.previous_hash != head:
            findings.append(f"{stream}: number {row.sequence} does not follow the row before it.")
        if row.hash != hash_of(row):
            findings.append(f"{stream}: number {row.sequence} was changed.")
        head = row.hash
    if (place, head) != (chain.length, chain.head):
        findings.append(f"{stream}: ends at number {place}, its head says {chain.length}.")
    return findings


@dataclass(frozen=True)
class Watched:
    at: datetime
    event: str
    name: str  # empty: the system, or somebody whose name was erased
    role: str
    basis: str
    result: str


def who_watched(recording_ref: str) -> list[Watched]:
    """Everybody who played a recording or was refused it, the latest first: for its owner."""
    rows = list(
        AuditEvent.objects.filter(
            stream__name=f"recording:{recording_ref}", event__startswith=PLAY
        ).order_by("-sequence")
    )
    actors = {row.actor for row in rows if row.actor}
    names = {
        pseudonym.code: str(pseudonym.user)
        for pseudonym in Pseudonym.objects.filter(code__in=actors).select_related("user")
    }
    return [
        Watched(
            at=row.at,
            event=row.event,
            name=names.get(row.actor, "") if row.actor else "",
            role=row.role,
            basis=row.basis,
            result=row.result,
        )
        for row in rows
    ]
