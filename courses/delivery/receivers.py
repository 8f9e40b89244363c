"""Calendars hear of changes as the apps above do: whoever changes something sends one signal, and
everybody who has to know is told."""

from typing import Any

from django.dispatch import receiver

from courses.delivery.models import Edition, Enrolment
from courses.delivery.services.calendar import tell_calendar, tell_calendars
from courses.delivery.services.follow_up import tell_about_follow_up
from courses.delivery.signals import (
    enrolled,
    enrolment_ended,
    evenings_moved,
    moved,
    other_track_visited,
    track_chosen,
)


@receiver(
    [enrolled, track_chosen, other_track_visited, enrolment_ended],
    dispatch_uid="delivery.tell_calendar",
)
def tell_participant(sender: Any, enrolment: Enrolment, **kwargs: Any) -> None:
    tell_calendar(enrolment.edition, enrolment.participant)


@receiver(moved, dispatch_uid="delivery.tell_calendar_of_old")
def tell_of_old_evenings(sender: Any, enrolment: Enrolment, old: Edition, **kwargs: Any) -> None:
    tell_calendar(old, enrolment.participant)


@receiver(evenings_moved, dispatch_uid="delivery.tell_calendars")
def tell_everybody(sender: Any, edition: Edition, **kwargs: Any) -> None:
    tell_calendars(edition)


@receiver([enrolled, enrolment_ended], dispatch_uid="delivery.tell_about_follow_up")
def tell_what_follows(sender: Any, enrolment: Enrolment, **kwargs: Any) -> None:
    tell_about_follow_up(enrolment.participant)
