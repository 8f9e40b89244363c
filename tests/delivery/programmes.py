"""An edition of which the second evening has a programme with a break."""

from courses.curriculum.models import EveningPage
from courses.curriculum.services import publish_version
from courses.delivery.models import Edition
from tests.factories.curriculum import make_course
from tests.factories.delivery import make_running_edition

PROGRAMME = [(0, 20, "neutral"), (20, 100, "practice"), (100, 125, "break"), (125, 240, "theory")]


def make_planned_edition(*, days: int = -10) -> Edition:
    course = make_course()
    page = EveningPage.objects.descendant_of(course).get(code="2")
    page.programme = [
        ("part", {"start": start, "end": end, "title": f"Deel {place}", "form": "", "kind": kind})
        for place, (start, end, kind) in enumerate(PROGRAMME, 1)
    ]
    page.save_revision().publish()
    return make_running_edition(content=publish_version(course), days=days)
