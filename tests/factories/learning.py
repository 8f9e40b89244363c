import factory
from django.utils import timezone

from courses.curriculum.reading import outline
from courses.learning import lessons
from courses.learning.models import LessonTaken
from courses.learning.questions import KINDS


class LessonTakenFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LessonTaken

    completed_at = factory.LazyFunction(timezone.now)


def finish_lessons(enrolment, count=None):
    """Facts as if somebody went through the first lessons; progress is not told."""
    found = list(outline(enrolment.edition.content).lessons.values())
    for lesson in found[:count]:
        LessonTakenFactory(enrolment=enrolment, lesson_key=lesson.key, module_key=lesson.module_key)


def take_whole_lesson(enrolment, lesson, body):
    """Read, answer and declare, as a participant would."""
    screens = lessons.screens_of(body)
    for screen in screens:
        if screen.is_question:
            given = KINDS[screen.kind].right(screen.value)
            lessons.answer_question(
                enrolment, lesson, screens, screen=screen, given=given, attempt=1
            )
        elif screen.kind == lessons.DECLARATION:
            lessons.declare_in_lesson(enrolment, lesson, screens, screen=screen)
        else:
            lessons.read_screen(enrolment, lesson, screens, screen.number)
