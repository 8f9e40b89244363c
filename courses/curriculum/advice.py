"""What an editor is told while writing. Advice: nothing of it stops anybody."""

from collections.abc import Callable
from datetime import time
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.curriculum.models import EveningPage, LessonPage

AFTER_WORK = time(17, 0)
LEAST_PRACTICE = 50  # percent of the minutes without breaks


def advice_on_evening(evening: EveningPage) -> list[str]:
    found = []
    if evening.starts_at < AFTER_WORK:
        found.append(
            _("This evening begins before 17:00: most participants are still with their patients.")
        )
    share = evening.practice_share()
    if share is not None and share < LEAST_PRACTICE:
        found.append(
            _("Of this evening %(share)d percent is practice. People come to practise.")
            % {"share": share}
        )
    kinds = {goal.value["kind"] for goal in evening.goals}
    if evening.goals and not {"skill", "attitude"} <= kinds:
        found.append(_("Give the evening at least one goal of skill and one of attitude."))
    return found


def advice_on_lesson(lesson: LessonPage) -> list[str]:
    if not lesson.repeats_theory:
        return []
    return [
        _("This lesson says the same as the theory of evening %(code)s. Say it in one place.")
        % {"code": lesson.relates_to or "?"}
    ]


ADVISERS: dict[type[Page], Callable[[Any], list[str]]] = {
    EveningPage: advice_on_evening,
    LessonPage: advice_on_lesson,
}


def advice_on(page: Page) -> list[str]:
    """Sentences for whoever has just saved or published this page."""
    adviser = ADVISERS.get(page.specific_class)
    return adviser(page.specific) if adviser else []
