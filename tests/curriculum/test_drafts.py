"""A draft version: pinned to what was last written, read by a panel, then published."""

import pytest
from django.db import connection
from django.utils import timezone

from courses.curriculum.models import ContentVersion, LessonPage, VersionFollower
from courses.curriculum.reading import outline, pinned
from courses.curriculum.services import (
    DraftRefused,
    PanelRefused,
    handle_remark,
    invite_to_panel,
    make_draft,
    make_remark,
    publish_draft,
    publish_version,
)
from lms.audit.models import AuditEvent
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import LICENSED, lesson_body, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course(lessons=1)


@pytest.fixture
def editor():
    return UserFactory()


def write(page, title):
    """A text that is saved and not published."""
    page.title = title
    return page.save_revision()


def add_unpublished(course, title="Nieuwe les"):
    parent = LessonPage.objects.first().get_parent()
    page = LessonPage(title=title, live=False, body=lesson_body("nieuw"), **LICENSED)
    parent.add_child(instance=page)
    page.save_revision()
    return page


def test_a_draft_holds_what_was_last_written_published_or_not(course, editor):
    old = publish_version(course)
    lesson = LessonPage.objects.first()
    write(lesson, "Nog niet af")
    new = add_unpublished(course)
    draft = make_draft(course, actor=editor)
    titles = [one.title for one in outline(draft).lessons.values()]
    assert titles == ["Nog niet af", "Nieuwe les"]
    assert pinned(draft, new.translation_key).title == "Nieuwe les"
    assert [one.title for one in outline(old).lessons.values()] == ["Les M7 1"]
    assert (draft.number, draft.published_at) == (2, None)


def test_the_outline_of_a_draft_shows_what_was_written_since(course, editor):
    publish_version(course)
    lesson = LessonPage.objects.first()
    for title in ("Eerste keer", "Tweede keer"):
        write(lesson, title)
        found = outline(make_draft(course, actor=editor))
        assert [one.title for one in found.lessons.values()] == [title]


def test_a_page_that_was_taken_off_the_site_does_not_come_back(course, editor):
    lesson = LessonPage.objects.first()
    lesson.save_revision().publish()
    LessonPage.objects.get().unpublish()
    assert outline(make_draft(course, actor=editor)).lessons == {}


def test_asked_again_it_is_the_same_draft_with_new_pins_and_its_remarks(course, editor):
    lesson = LessonPage.objects.first()
    write(lesson, "Eerste")
    draft = make_draft(course, actor=editor)
    member = invite_to_panel(draft, UserFactory())
    make_remark(member, page_key=lesson.translation_key, block_id="", text="Te lang.")
    write(lesson, "Tweede")
    again = make_draft(course, actor=editor)
    assert again == draft
    assert pinned(draft, lesson.translation_key).title == "Tweede"
    assert list(member.remarks.values_list("text", flat=True)) == ["Te lang."]


@pytest.mark.requirement("RES-02")
def test_a_draft_is_not_published_while_a_remark_waits(course, editor):
    lesson = LessonPage.objects.first()
    write(lesson, "Beter")
    draft = make_draft(course, actor=editor)
    member = invite_to_panel(draft, UserFactory())
    remark = make_remark(member, page_key=lesson.translation_key, block_id="", text="Te lang.")
    with pytest.raises(DraftRefused) as refused:
        publish_draft(draft, actor=editor, note="")
    draft.refresh_from_db()
    assert (refused.value.remarks, draft.published_at) == (1, None)
    assert LessonPage.objects.get().title == "Les M7 1"
    handle_remark(remark, actor=editor, outcome="Ingekort.")
    assert publish_draft(draft, actor=editor, note="").published_at is not None


def test_publishing_a_draft_publishes_its_pages(course, editor):
    lesson = LessonPage.objects.first()
    write(lesson, "Beter")
    new = add_unpublished(course)
    draft = make_draft(course, actor=editor)
    publish_draft(draft, actor=editor, note=" Nieuwe les. ")
    draft.refresh_from_db()
    assert draft.note == "Nieuwe les."
    assert set(LessonPage.objects.live().values_list("title", flat=True)) == {
        "Beter", "Nieuwe les",
    }  # fmt: skip
    assert new.translation_key in outline(draft).lessons
    event = AuditEvent.objects.get(event="content.version_published")
    assert event.object_ref == str(draft.pk)
    assert event.detail["number"] == draft.number


def test_publishing_a_draft_puts_no_older_text_back_on_the_site(course, editor):
    lesson = LessonPage.objects.first()
    write(lesson, "Zoals het panel las")
    draft = make_draft(course, actor=editor)
    write(lesson, "Daarna verbeterd").publish()
    publish_draft(draft, actor=editor, note="")
    assert LessonPage.objects.get().title == "Daarna verbeterd"
    assert pinned(draft, lesson.translation_key).title == "Zoals het panel las"


def test_pins_of_a_version_that_is_published_meanwhile_stay(course, editor):
    """A colleague publishes the draft between looking it up and refreshing it."""
    draft = make_draft(course, actor=editor)
    pins = list(draft.pins.values_list("page", "revision"))
    write(LessonPage.objects.get(), "Later geschreven")

    def publish_first(execute, sql, params, many, context):
        drafts = ContentVersion.objects.filter(pk=draft.pk, published_at=None)
        touches = ('UPDATE "curriculum_contentversion"', 'DELETE FROM "curriculum_contentpin"')
        if sql.startswith(touches) and not being_published:
            being_published.append(draft)
            drafts.update(published_at=timezone.now())
        return execute(sql, params, many, context)

    being_published = []
    with connection.execute_wrapper(publish_first), pytest.raises(DraftRefused):
        make_draft(course, actor=editor)
    assert list(draft.pins.values_list("page", "revision")) == pins


def test_two_who_ask_for_a_draft_at_once_get_the_same(course, editor):
    """The other makes it between looking whether there is one and making it."""
    made = []

    def make_first(execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT") and looked and not made:
            made.append(ContentVersion.objects.create(course=course, number=1))
        if "published_at" in sql and sql.startswith("SELECT"):
            looked.append(sql)
        return execute(sql, params, many, context)

    looked = []
    with connection.execute_wrapper(make_first):
        draft = make_draft(course, actor=editor)
    assert [draft] == made


def test_what_is_published_last_has_the_highest_number(course, editor):
    draft = make_draft(course, actor=editor)
    between = publish_version(course)
    publish_draft(draft, actor=editor, note="")
    assert (draft.number, between.number) == (3, 2)


def test_a_draft_is_published_once(course, editor):
    draft = make_draft(course, actor=editor)
    publish_draft(draft, actor=editor, note="")
    with pytest.raises(DraftRefused):
        publish_draft(draft, actor=editor, note="")


@pytest.mark.requirement("LIC-02")
def test_a_draft_with_a_page_without_licence_is_not_published_and_says_which(course, editor):
    lesson = LessonPage.objects.first()
    lesson.licence = ""
    lesson.title = "Zonder licentie"
    lesson.save_revision(clean=False)
    draft = make_draft(course, actor=editor)
    with pytest.raises(DraftRefused) as refused:
        publish_draft(draft, actor=editor, note="")
    draft.refresh_from_db()
    assert (refused.value.page, draft.published_at) == ("Zonder licentie", None)


@pytest.mark.requirement("LIC-03")
def test_followers_hear_of_a_new_version_once(course, editor):
    publish_version(course)
    follower = UserFactory()
    VersionFollower.objects.create(course=course, user=follower)
    VersionFollower.objects.create(course=course, user=UserFactory(is_active=False))
    VersionFollower.objects.create(course=make_course(), user=UserFactory())
    write(LessonPage.objects.filter(path__startswith=course.path).first(), "Beter")
    draft = publish_draft(make_draft(course, actor=editor), actor=editor, note="")
    mail = OutgoingMail.objects.get()
    assert mail.recipient == follower
    assert mail.key == f"content_version:{draft.pk}:{follower.pk}"
    assert f"/panel/wijzigingen/{draft.pk}/" in mail.body
    assert "2" in mail.body
    assert "1" in mail.body


@pytest.mark.requirement("LIC-03")
def test_a_running_edition_stays_on_its_version(course, editor):
    old = publish_version(course)
    lesson = LessonPage.objects.first()
    write(lesson, "Beter")
    publish_draft(make_draft(course, actor=editor), actor=editor, note="")
    assert pinned(old, lesson.translation_key).title == "Les M7 1"


@pytest.mark.requirement("RES-02")
def test_the_panel_is_asked_once_by_mail(course, editor):
    draft = make_draft(course, actor=editor)
    user = UserFactory()
    assert invite_to_panel(draft, user) == invite_to_panel(draft, user)
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, f"/panel/{draft.pk}/" in mail.body) == (user, True)


@pytest.mark.requirement("RES-02")
@pytest.mark.parametrize("lacking", ["words", "page", "draft"])
def test_a_remark_that_cannot_be_made_is_refused(course, editor, lacking):
    draft = make_draft(course, actor=editor)
    member = invite_to_panel(draft, UserFactory())
    key = course.translation_key
    if lacking == "page":
        key = make_course().translation_key
    if lacking == "draft":
        publish_draft(draft, actor=editor, note="")
    with pytest.raises(PanelRefused):
        make_remark(member, page_key=key, block_id="", text=" " if lacking == "words" else "Goed.")
    assert member.remarks.count() == 0


@pytest.mark.requirement("RES-02")
def test_a_remark_is_handled_once_and_in_words(course, editor):
    draft = make_draft(course, actor=editor)
    member = invite_to_panel(draft, UserFactory())
    remark = make_remark(member, page_key=course.translation_key, block_id="", text="Te lang.")
    with pytest.raises(PanelRefused):
        handle_remark(remark, actor=editor, outcome="  ")
    handle_remark(remark, actor=editor, outcome="Ingekort.")
    with pytest.raises(PanelRefused):
        handle_remark(remark, actor=editor, outcome="Toch niet.")
    remark.refresh_from_db()
    assert (remark.outcome, remark.handled_by) == ("Ingekort.", editor)


def test_nobody_is_invited_to_what_is_published(course):
    with pytest.raises(PanelRefused):
        invite_to_panel(publish_version(course), UserFactory())
