"""The next version, before anybody uses it."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page, Revision

from courses.curriculum.differences import compare
from courses.curriculum.models import ContentPin, ContentVersion, CoursePage, PanelRemark
from courses.curriculum.publishing import sentences_of
from courses.curriculum.services.pins import hold_draft, next_number, pin_pages
from lms.accounts.models import User
from lms.audit.services import record
from lms.mail.services import queue_mail


class DraftRefused(Exception):
    """Why a draft is not published; ``remarks`` still wait, or ``page`` lacks something."""

    def __init__(self, *, remarks: int = 0, page: str = "", errors: list[str] | None = None):
        super().__init__(remarks, page, errors)
        self.remarks = remarks
        self.page = page
        self.errors = errors or []


def stream_of(course: CoursePage) -> str:
    return f"content:{course.pk}"


@transaction.atomic
def make_draft(course: CoursePage, *, actor: User) -> ContentVersion:
    """Pin every page as it was last written, published or not; the draft there is already gets
    those pins, and keeps what the panel said of it.

    A page that was taken off the site on purpose does not come back by itself.
    """
    version, _is_new = course.versions.get_or_create(
        published_at=None, defaults={"number": next_number(course)}
    )
    if not hold_draft(version):
        raise DraftRefused
    version.pins.all().delete()
    pin_pages(version, latest_of_all(course))
    record(
        "content.draft_made",
        stream=stream_of(course),
        actor=actor,
        role="editor",
        object_type="content_version",
        object_ref=str(version.pk),
        detail={"number": version.number, "pages": version.pins.count()},
    )
    return version


@transaction.atomic
def let_go_of(pages: Iterable[Page]) -> None:
    """Leave pages that are about to be deleted, and those below them, out of every draft."""
    for page in pages:
        pins = ContentPin.objects.filter(page__path__startswith=page.path)
        for version in ContentVersion.objects.filter(
            pk__in=pins.values("version"), published_at=None
        ):
            if hold_draft(version):
                pins.filter(version=version).delete()


def latest_of_all(course: CoursePage) -> list[tuple[Page, int]]:
    found = course.get_descendants(inclusive=True).order_by("path")
    pages = list(found.filter(Q(live=True) | Q(first_published_at=None)).specific())
    for page in pages:
        if page.latest_revision_id is None:
            revision = page.save_revision(changed=False, clean=False)
            if page.live:
                Page.objects.filter(pk=page.pk).update(live_revision=revision)
    revisions = Revision.objects.in_bulk([page.latest_revision_id for page in pages])
    return [
        (
            page.with_content_json(revisions[page.latest_revision_id].content),
            page.latest_revision_id,
        )
        for page in pages
    ]


@transaction.atomic
def publish_draft(version: ContentVersion, *, actor: User, note: str) -> ContentVersion:
    """Make a draft the version that new editions use, and tell its followers.

    The UPDATE comes first: a remark that is being made waits for it, or it for the remark.
    """
    now = timezone.now()
    drafts = ContentVersion.objects.filter(pk=version.pk, published_at=None)
    if not drafts.update(published_at=now, note=note.strip()):
        raise DraftRefused
    waiting = PanelRemark.objects.filter(member__version=version, handled_at=None).count()
    if waiting:
        raise DraftRefused(remarks=waiting)
    for pin in pins_to_publish(version):
        publish_pin(pin, actor)
    stand_last(version)
    version.refresh_from_db()
    changed = compare(version_before(version), version).number_of_pages
    record(
        "content.version_published",
        stream=stream_of(version.course),
        actor=actor,
        role="editor",
        object_type="content_version",
        object_ref=str(version.pk),
        detail={"number": version.number, "changed_pages": changed},
    )
    tell_followers(version, changed)
    return version


def stand_last(version: ContentVersion) -> None:
    """The newest has the highest number, also when another was published while this was a draft."""
    later = ContentVersion.objects.published().filter(
        course=version.course_id, number__gt=version.number
    )
    if later.exists():
        number = next_number(version.course)
        ContentVersion.objects.filter(pk=version.pk).update(number=number)


def pins_to_publish(version: ContentVersion) -> list[ContentPin]:
    """Those that are newer than what is live: never put an older text back on the site."""
    pins = version.pins.select_related("page", "revision").order_by("position")
    return [
        pin
        for pin in pins
        if not pin.page.live or (pin.page.live_revision_id or 0) < pin.revision_id
    ]


def publish_pin(pin: ContentPin, actor: User) -> None:
    """Who may publish versions may publish their pages, whatever the CMS says of this page."""
    try:
        pin.revision.publish(user=actor, skip_permission_checks=True)
    except ValidationError as error:
        errors = sentences_of(error, pin.page.specific_class)
        raise DraftRefused(page=pin.title, errors=errors) from error


def version_before(version: ContentVersion) -> ContentVersion | None:
    earlier = ContentVersion.objects.published().filter(
        course=version.course_id, number__lt=version.number
    )
    return earlier.order_by("-number").first()


def tell_followers(version: ContentVersion, changed: int) -> None:
    followers = version.course.followers.filter(user__is_active=True).select_related("user")
    for follower in followers:
        queue_mail(
            key=f"content_version:{version.pk}:{follower.user_id}",
            recipient=follower.user,
            template="content_version",
            context={
                "course": version.course.title,
                "number": version.number,
                "changed": changed,
            },
            url_name="curriculum:changes",
            url_args=[version.pk],
        )
