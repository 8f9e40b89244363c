"""What follows from the dates of an edition: until when homework and a track are asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from courses.curriculum.reading import Outline
from courses.delivery.models import Edition, Evening
from courses.delivery.services.deadlines import next_evening
from courses.delivery.services.tracks import choosing_time


@dataclass(frozen=True)
class Due:
    title: str
    evening_code: str  # after which it is done
    at: datetime


@dataclass(frozen=True)
class Follows:
    homework: Sequence[Due]
    last_day_to_choose: date | None


def what_follows(
    course: Outline, evenings: Sequence[Evening], track_choice_days: int | None
) -> Follows:
    homework = []
    for evening in evenings:
        page = course.evenings.get(evening.page_key)
        following = next_evening(evening, evenings, evening.track_key)
        if page and following:
            starts = following.starts_at
            homework += [
                Due(item.title, page.code, starts - timedelta(days=item.due_days_before))
                for item in page.assignments
            ]
    if not evenings or track_choice_days is None:
        return Follows(homework, None)
    rule = Edition(track_choice_days=track_choice_days)
    return Follows(homework, choosing_time(rule, evenings).last_day)
