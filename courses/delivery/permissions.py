from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from courses.curriculum.models import ContentVersion
from courses.delivery.models import Edition, Enrolment, Evening, EveningTrainer
from lms.accounts.models import User
from lms.accounts.permissions import is_contact, is_coordinator, is_editor


def can_see_interest(user: User | AnonymousUser) -> bool:
    """Who plans editions: the addresses were left to hear of dates, and for nothing else."""
    return is_coordinator(user)


def can_see_participants(user: User | AnonymousUser) -> bool:
    """With who waits and who has not answered; trainers have their own list."""
    return is_coordinator(user)


def can_see_end_terms(user: User | AnonymousUser, version: ContentVersion) -> bool:
    """Who answers to schools and professional bodies for what is taught: editors, of a draft too;
    coordinators; and who teaches an edition with this version."""
    if not user.is_authenticated:
        return False
    if is_editor(user):
        return True
    if version.published_at is None:
        return False
    taught = EveningTrainer.objects.valid().filter(user=user, evening__edition__content=version)
    return is_coordinator(user) or taught.exists()


def can_run_evening(user: User | AnonymousUser, evening: Evening) -> bool:
    return Evening.objects.run_by(user).filter(pk=evening.pk).exists()


def can_see_company(user: User, evening: Evening) -> bool:
    """Who is coming is for those who meet there: who is expected, and who teaches."""
    return Evening.objects.expecting(user).filter(pk=evening.pk).exists()


def can_see_groups(user: User, evening: Evening) -> bool:
    """Everybody who works in one this evening, and who makes them."""
    return can_run_evening(user, evening) or can_see_company(user, evening)


def can_choose_track(user: User, enrolment: Enrolment, *, is_open: bool) -> bool:
    """Everybody for themselves, from the last evening of the base part until the last day."""
    return enrolment.participant_id == user.pk and enrolment.ended_at is None and is_open


def can_decide_tracks(user: User | AnonymousUser, edition: Edition) -> bool:
    """Coordinators, at any time, with a reason."""
    return edition.cancelled_at is None and is_coordinator(user)


def can_tell_absence(user: User, evening: Evening, enrolment: Enrolment | None) -> bool:
    """Everybody for themselves, until the evening begins."""
    is_own = enrolment is not None and enrolment.participant_id == user.pk
    return is_own and not evening.is_cancelled and evening.starts_at > timezone.now()


def can_change_participant(user: User | AnonymousUser, enrolment: Enrolment) -> bool:
    """More days, another group to catch up with, an evening of the other track: coordinators, who
    hear what is the matter with somebody. Trainers need not know."""
    return enrolment.ended_at is None and is_coordinator(user)


def can_see_attendance(user: User | AnonymousUser) -> bool:
    """Of everybody in an edition, and over time; trainers see the list of their evening."""
    return is_coordinator(user)


def can_correct_attendance(user: User | AnonymousUser, evening: Evening) -> bool:
    """Coordinators, from the moment that the evening begins."""
    return evening.starts_at <= timezone.now() and is_coordinator(user)


def can_see_planning(user: User | AnonymousUser) -> bool:
    return is_coordinator(user)


def can_publish_edition(user: User | AnonymousUser, edition: Edition) -> bool:
    """Coordinators; that it was published already is told, not refused."""
    return edition.cancelled_at is None and is_coordinator(user)


def can_merge_practices(user: User | AnonymousUser) -> bool:
    return is_coordinator(user)


def can_see_care_group(user: User | AnonymousUser) -> bool:
    """Which editions: ``Edition.objects.for_contact``."""
    return is_contact(user)


def can_manage_contacts(user: User | AnonymousUser) -> bool:
    return is_coordinator(user)


def can_plan_editions(user: User | AnonymousUser) -> bool:
    return is_coordinator(user)


def can_change_edition(user: User | AnonymousUser, edition: Edition) -> bool:
    """Coordinators, until it is cancelled: then nothing of it changes any more."""
    return edition.cancelled_at is None and is_coordinator(user)


def can_plan_follow_up(user: User | AnonymousUser, edition: Edition) -> bool:
    """Coordinators, before the edition begins and long after it."""
    return edition.cancelled_at is None and is_coordinator(user)


def can_leave_handouts(user: User | AnonymousUser, evening: Evening) -> bool:
    """Coordinators, and who teaches the edition; not who only runs along."""
    if not user.is_authenticated:
        return False
    taught = EveningTrainer.objects.valid().filter(
        user=user, evening__edition=evening.edition_id, role=EveningTrainer.Role.TRAINER
    )
    return is_coordinator(user) or taught.exists()
