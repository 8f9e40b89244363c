"""People from practice read a draft and say what they think of it."""

import uuid

from django.db import transaction
from django.utils import timezone

from courses.curriculum.models import ContentVersion, PanelMember, PanelRemark
from courses.curriculum.parts import parts_of
from courses.curriculum.services.pins import hold_draft
from lms.accounts.models import User
from lms.mail.services import queue_mail


class PanelRefused(Exception):
    """The version is published, the page is not in it, or words are missing."""


class PartGone(PanelRefused):
    """The draft was refreshed, and what this is about is not in it any more."""


@transaction.atomic
def invite_to_panel(version: ContentVersion, user: User) -> PanelMember:
    """Ask somebody to read a draft; asked twice, they are asked once."""
    if not hold_draft(version):
        raise PanelRefused
    member, is_new = PanelMember.objects.get_or_create(version=version, user=user)
    if is_new:
        queue_mail(
            key=f"panel_member:{member.pk}",
            recipient=user,
            template="panel_invited",
            context={"course": version.course.title},
            url_name="curriculum:panel",
            url_args=[version.pk],
        )
    return member


@transaction.atomic
def make_remark(
    member: PanelMember, *, page_key: uuid.UUID, block_id: str, text: str
) -> PanelRemark:
    """Say something of one block, or of the page as a whole when ``block_id`` is empty."""
    text = text.strip()
    if not hold_draft(member.version) or not text:
        raise PanelRefused
    pin = member.version.pins.select_related("revision").filter(page_key=page_key).first()
    if pin is None:
        raise PanelRefused
    parts = {part.block_id: part for part in parts_of(pin.pinned_page())}
    if block_id not in parts:
        raise PartGone
    return PanelRemark.objects.create(
        member=member,
        page_key=page_key,
        block_id=block_id,
        about=parts[block_id].first_words(),
        text=text,
    )


def handle_remark(remark: PanelRemark, *, actor: User, outcome: str) -> PanelRemark:
    """Say what was done with a remark: once, and always in words."""
    outcome = outcome.strip()
    if not outcome:
        raise PanelRefused
    waiting = PanelRemark.objects.filter(pk=remark.pk, handled_at=None)
    if not waiting.update(handled_at=timezone.now(), handled_by=actor, outcome=outcome):
        raise PanelRefused
    remark.refresh_from_db()
    return remark
