"""A version that editions use changes on purpose only."""

import pytest

from courses.curriculum.models import Correction, LessonPage
from courses.curriculum.reading import outline, pinned, search
from courses.curriculum.services import (
    CorrectionRefused,
    correct_pages,
    correct_version,
    make_draft,
    publish_version,
    stale_pins,
)
from courses.curriculum.signals import content_corrected
from lms.audit.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course(lessons=2)


@pytest.fixture
def version(course):
    return publish_version(course)


@pytest.fixture
def editor():
    return UserFactory()


def publish(page, title):
    page.title = title
    page.save_revision().publish()


def test_a_correction_moves_the_pin_and_says_who_and_why(version, editor):
    lesson = LessonPage.objects.first()
    before = version.pins.get(page=lesson).revision
    publish(lesson, "Met de juiste dosis")
    heard = []
    content_corrected.connect(
        lambda **said: heard.append(said["version"]), weak=False, dispatch_uid="test"
    )
    try:
        correct_version(version, lesson, actor=editor, reason=" Een fout in de dosis. ")
    finally:
        content_corrected.disconnect(dispatch_uid="test")
    assert pinned(version, lesson.translation_key).title == "Met de juiste dosis"
    course = outline(version)
    assert course.lessons[lesson.translation_key].title == "Met de juiste dosis"
    assert [one.title for one in search(course, version, "dosis")] == ["Met de juiste dosis"]
    said = Correction.objects.get()
    lesson.refresh_from_db()
    assert (said.before, said.after) == (before, lesson.live_revision)
    assert (said.reason, said.made_by) == ("Een fout in de dosis.", editor)
    event = AuditEvent.objects.get(event="content.version_corrected")
    assert event.detail == {
        "page": str(lesson.translation_key), "before": before.pk, "after": said.after_id,
    }  # fmt: skip
    assert heard == [version]


def test_an_outline_that_was_kept_shows_every_correction_at_once(version, editor):
    first, second = LessonPage.objects.all()
    before = outline(version)
    assert outline(version.pk) is before  # not read again
    for page, title in ((first, "Eerst"), (first, "Toen"), (second, "Ook")):
        publish(page, title)
        correct_version(version, page, actor=editor, reason="Een fout.")
        assert outline(version).lessons[page.translation_key].title == title
    assert [one.title for one in before.lessons.values()] == ["Les M7 1", "Les M7 2"]


def test_other_versions_and_pages_stay_as_they_were(course, version, editor):
    first, second = LessonPage.objects.all()
    publish(first, "Tweede versie")
    middle = publish_version(course)
    publish(first, "Verbeterd")
    publish(second, "Ook anders")
    correct_version(middle, first, actor=editor, reason="Fout.")
    assert pinned(version, first.translation_key).title == "Les M7 1"
    assert pinned(middle, second.translation_key).title == "Les M7 2"


def test_stale_are_the_pages_of_which_a_newer_text_is_live(version):
    first, second = LessonPage.objects.all()
    publish(first, "Verbeterd")
    second.title = "Nog een klad"
    second.save_revision()
    assert [pin.page_id for pin in stale_pins(version)] == [first.pk]


@pytest.mark.parametrize("lacking", ["reason", "newer text", "page", "published"])
def test_a_correction_that_makes_no_sense_is_refused(course, version, editor, lacking):
    lesson = LessonPage.objects.first()
    if lacking != "newer text":
        publish(lesson, "Verbeterd")
    if lacking == "published":
        version = make_draft(course, actor=editor)
        publish(lesson, "Nog beter")
    if lacking == "page":
        lesson = make_course()
        publish(lesson, "Een andere leergang")
    reason = "  " if lacking == "reason" else "Fout."
    with pytest.raises(CorrectionRefused):
        correct_version(version, lesson, actor=editor, reason=reason)
    assert Correction.objects.count() == 0
    assert not AuditEvent.objects.filter(event="content.version_corrected").exists()


def test_of_several_pages_all_are_corrected_or_none(version, editor):
    first, second = LessonPage.objects.all()
    publish(first, "Verbeterd")
    with pytest.raises(CorrectionRefused):
        correct_pages(version, [first, second], actor=editor, reason="Fout.")
    assert pinned(version, first.translation_key).title == "Les M7 1"
