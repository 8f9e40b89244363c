"""Publishing an edition: what must be right first, asked of every app that knows a rule."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from courses.delivery.models import Edition, Evening
from courses.delivery.services.calendar import tell_calendars
from courses.delivery.services.follow_up import overtaken
from lms.accounts.models import User
from lms.accounts.services import stream_of
from lms.audit.services import record


@dataclass(frozen=True)
class Finding:
    """One thing that is not right, in words that say what to do."""

    text: str | Promise
    blocks: bool = True  # a warning may be accepted
    mend: str = "delivery:edition_change"  # the page of the edition where it is put right

    def __str__(self) -> str:
        return str(self.text)


Check = Callable[[Edition, Sequence[Evening]], Iterable[Finding]]
EARLIEST_HOUR = 17
CHECKS: dict[str, Check] = {}
LOADS: dict[str, Sequence[str | Prefetch]] = {}  # per check what it reads beside the evenings
RUNNING: set[str] = set()  # checks that also say something once an edition is published


class NotPublishable(Exception):
    """Something blocks, or a warning was not accepted."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(", ".join(map(str, findings)))
        self.findings = findings


class AlreadyPublished(Exception):
    """Published before, or cancelled."""


def register_check(
    name: str, check: Check, *, loads: Sequence[str | Prefetch] = (), also_running: bool = False
) -> None:
    """A higher app adds a rule that it alone knows; the same name again replaces it. What it reads
    is loaded for all evenings at once, so that a list of editions asks no more than one does.
    ``also_running``: it has to stay right after publishing, for the evenings still to come."""
    CHECKS[name] = check
    LOADS[name] = loads
    if also_running:
        RUNNING.add(name)
    else:
        RUNNING.discard(name)


def check_edition(edition: Edition) -> list[Finding]:
    """What is wrong with this edition now: what blocks comes first."""
    evenings = list(edition.evenings.filter(cancelled_at=None).order_by("number", "code"))
    load_for_checks(evenings)
    return findings_of(edition, evenings)


def load_for_checks(evenings: Sequence[Evening]) -> None:
    prefetch_related_objects(evenings, *dict.fromkeys(chain.from_iterable(LOADS.values())))


def findings_of(edition: Edition, evenings: Sequence[Evening]) -> list[Finding]:
    found = [one for check in CHECKS.values() for one in check(edition, evenings)]
    return sorted(found, key=lambda one: not one.blocks)


def faults_while_running(edition: Edition, evenings: Sequence[Evening]) -> list[Finding]:
    """What went wrong since it was published, with the evenings that are still to come."""
    coming = [one for one in evenings if is_coming(one)]
    checks = [check for name, check in CHECKS.items() if name in RUNNING]
    return [one for check in checks for one in check(edition, coming) if one.blocks]


def is_coming(evening: Evening) -> bool:
    return evening.cancelled_at is None and evening.ends_at > timezone.now()


@transaction.atomic
def publish_edition(
    edition: Edition, *, publisher: User, warnings_accepted: bool = False
) -> Edition:
    """From now on people can find it, and it stands in the calendars of who teaches it. Of two
    coordinators who publish, one does."""
    findings = check_edition(edition)
    if any(one.blocks for one in findings) or (findings and not warnings_accepted):
        raise NotPublishable(findings)
    drafts = Edition.objects.filter(pk=edition.pk, published_at=None, cancelled_at=None)
    if not drafts.update(published_at=timezone.now()):
        raise AlreadyPublished
    record(
        "edition.published",
        stream=stream_of(publisher),
        actor=publisher,
        role="coordinator",
        object_type="edition",
        object_ref=str(edition.public_id),
        detail={"warnings": len(findings)},
    )
    edition.refresh_from_db(fields=["published_at"])
    tell_calendars(edition)
    return edition


def has_evenings(edition: Edition, evenings: Sequence[Evening]) -> Iterable[Finding]:
    if not evenings:
        yield Finding(_("This edition has no evenings. Give each evening a date."))


def lies_ahead(edition: Edition, evenings: Sequence[Evening]) -> Iterable[Finding]:
    for evening in evenings:
        if evening.starts_at <= timezone.now():
            text = _("Evening {code} lies in the past. Choose a later date.")
            yield Finding(format_lazy(text, code=evening.code))


def is_in_order(edition: Edition, evenings: Sequence[Evening]) -> Iterable[Finding]:
    """What one person goes to; evenings of different tracks are not compared."""
    for earlier, later in out_of_order(evenings):
        text = _("Evening {later} begins before evening {earlier} is over. Change one of them.")
        yield Finding(format_lazy(text, later=later.code, earlier=earlier.code))


def out_of_order(evenings: Iterable[Evening]) -> Iterator[tuple[Evening, Evening]]:
    for earlier, later in combinations(evenings, 2):
        is_one_road = earlier.track_key == later.track_key or None in (
            earlier.track_key,
            later.track_key,
        )
        if is_one_road and earlier.number < later.number and later.starts_at < earlier.ends_at:
            yield earlier, later


def comes_before_follow_up(edition: Edition, evenings: Sequence[Evening]) -> Iterable[Finding]:
    if not evenings:
        return
    ends_at = max(one.ends_at for one in evenings)
    for meeting in overtaken(edition.follow_up.all(), ends_at):
        text = _("The meeting of {day} is before the last evening is over. Move the meeting.")
        day = date_format(localtime(meeting.starts_at), "j F")
        yield Finding(format_lazy(text, day=day), mend="delivery:follow_up")


def says_where(edition: Edition, evenings: Sequence[Evening]) -> Iterable[Finding]:
    for evening in evenings:
        if evening.is_online and not evening.online_url:
            text = _("Evening {code} is online. Add the link to the meeting.")
            yield Finding(format_lazy(text, code=evening.code))
        elif not evening.is_online and not evening.place:
            text = _("Evening {code} has no place. Say where it is, or make it an online evening.")
            yield Finding(format_lazy(text, code=evening.code))


def begins_after_work(edition: Edition, evenings: Sequence[Evening]) -> Iterable[Finding]:
    for evening in evenings:
        if localtime(evening.starts_at).hour < EARLIEST_HOUR:
            text = _("Evening {code} begins early, when practices are still open. Is that right?")
            yield Finding(format_lazy(text, code=evening.code), blocks=False)


for rule in (has_evenings, lies_ahead, begins_after_work):
    register_check(f"delivery.{rule.__name__}", rule)
for rule in (is_in_order, says_where):
    register_check(f"delivery.{rule.__name__}", rule, also_running=True)
register_check(
    "delivery.comes_before_follow_up",
    comes_before_follow_up,
    loads=["edition__follow_up"],
    also_running=True,
)
