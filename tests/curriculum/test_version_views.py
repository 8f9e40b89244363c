"""The screens for versions: of editors in the CMS, of the panel and of who follows the course."""

import re

import pytest
from django.urls import reverse

from courses.curriculum.models import Correction, LessonPage, PanelRemark, VersionFollower
from courses.curriculum.services import (
    invite_to_panel,
    make_draft,
    make_remark,
    publish_draft,
    publish_version,
)
from tests.curriculum.people import sign_in, signed_in_editor
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import lesson_body, make_course
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db

LIST_QUERIES = 15
CHANGES_QUERIES = 7


@pytest.fixture
def course():
    return make_course(lessons=1)


@pytest.fixture
def lesson(course):
    return LessonPage.objects.get()


@pytest.fixture
def published(course):
    return publish_version(course)


@pytest.fixture
def editor(client):
    return signed_in_editor(client)


def write(lesson, title):
    lesson.title = title
    return lesson.save_revision()


@pytest.fixture
def draft(course, lesson, published):
    write(lesson, "Beter")
    return make_draft(course, actor=UserFactory())


def cms(name, *args):
    return reverse(f"curriculum_versions:{name}", args=args)


def test_the_list_says_of_every_version_how_it_stands(client, editor, draft, published):
    make_running_edition(content=published)
    make_running_edition(content=published)
    answer = client.get(cms("list"))
    rows = [
        (one.number, one.published_at is None, one.number_of_editions)
        for _course, versions in answer.context["courses"]
        for one in versions
    ]
    assert rows == [(2, True, 0), (1, False, 2)]


def test_the_list_names_nobody_who_takes_part(client, editor, published):
    enrolment, partner = enrol_two(make_running_edition(content=published))
    text = client.get(cms("list")).content.decode()
    text += client.get(cms("correct", published.pk)).content.decode()
    assert enrolment.participant.last_name not in text
    assert partner.participant.last_name not in text


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_takes_as_many_queries_for_more_versions(
    client, editor, course, lesson, published, django_assert_num_queries, more
):
    for number in range(more):
        write(lesson, f"Versie {number}").publish()
        publish_version(course)
    client.get(cms("list"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(cms("list"))


def test_an_editor_makes_a_draft(client, editor, course, published):
    client.post(cms("make_draft", course.pk))
    assert course.versions.get(published_at=None).number == 2


def test_an_editor_compares_two_versions(client, editor, course, lesson, published, draft):
    publish_draft(draft, actor=editor, note="")
    write(lesson, "Nog beter").publish()
    third = publish_version(course)
    found = client.get(cms("differences", third.pk)).context["found"]
    assert [(one.before, one.after) for one in found.changed[0].fields] == [("Beter", "Nog beter")]
    answer = client.get(cms("differences", third.pk), {"met": published.pk})
    fields = answer.context["found"].changed[0].fields
    assert [(one.before, one.after) for one in fields] == [("Les M7 1", "Nog beter")]
    text = answer.content.decode()
    assert ("<del>Les M7 1</del>" in text, "<ins>Nog beter</ins>" in text) == (True, True)


@pytest.mark.parametrize("other", ["999999", "x", "-1"])
def test_a_version_that_is_not_there_is_404(client, editor, published, other):
    answer = client.get(cms("differences", published.pk), {"met": other})
    assert answer.status_code == 404


def test_an_editor_publishes_a_draft(client, editor, lesson, draft):
    assert client.get(cms("publish", draft.pk)).status_code == 200
    answer = client.post(cms("publish", draft.pk), {"note": "Beter."})
    assert answer["Location"] == cms("list")
    draft.refresh_from_db()
    lesson.refresh_from_db()
    assert (draft.published_at is not None, draft.note, lesson.title) == (True, "Beter.", "Beter")


@pytest.mark.requirement("RES-02")
def test_an_editor_reads_why_a_draft_is_not_published(client, editor, course, draft):
    member = invite_to_panel(draft, UserFactory())
    make_remark(member, page_key=course.translation_key, block_id="", text="Te lang.")
    answer = client.post(cms("publish", draft.pk), {"note": "Wat ik typte"})
    draft.refresh_from_db()
    assert (answer.status_code, draft.published_at) == (422, None)
    assert len(answer.context["form"].non_field_errors()) == 1
    assert "Wat ik typte" in answer.content.decode()
    assert alerts(answer) == ["1 opmerking van het panel wacht nog op een uitkomst."]


def alerts(answer):
    """What the screen says aloud, with the sign of an error before it."""
    found = re.findall(r'role="alert">\s*<svg.*?</svg>\s*(.*?)</p>', answer.content.decode(), re.S)
    return [sentence.strip() for sentence in found]


def test_an_editor_reads_which_field_of_which_page_is_empty(client, editor, course, lesson):
    lesson.content_source = ""
    lesson.save_revision(clean=False)
    version = make_draft(course, actor=editor)
    answer = client.post(cms("publish", version.pk), {"note": ""})
    assert alerts(answer) == [
        f"“{lesson.title}” kan nog niet worden gepubliceerd: Bron: Dit veld kan niet leeg zijn."
        " Pas de pagina aan en ververs dan het concept."
    ]


def test_an_editor_corrects_a_page(client, editor, lesson, published):
    write(lesson, "Met de juiste dosis").publish()
    pin = published.pins.get(page=lesson)
    form = client.get(cms("correct", published.pk)).context["form"]
    assert [(one.pk, label) for one, label in labels(form)] == [(pin.pk, "Les M7 1")]
    answer = client.post(cms("correct", published.pk), {"pins": pin.pk, "reason": "Fout."})
    assert answer.status_code == 302
    assert Correction.objects.get().made_by == editor


def labels(form):
    return [(value.instance, label) for value, label in form.fields["pins"].choices]


@pytest.mark.parametrize("sent", [{"reason": "Fout."}, {"pins": "lesson"}, {"pins": "course"}])
def test_a_correction_asks_for_a_page_and_a_reason(client, editor, lesson, published, sent):
    write(lesson, "Met de juiste dosis").publish()
    pins = {one.kind.removesuffix("page"): one.pk for one in published.pins.all()}
    sent = {name: pins.get(value, value) for name, value in sent.items()}
    answer = client.post(cms("correct", published.pk), sent)
    assert (answer.status_code, Correction.objects.count()) == (422, 0)


@pytest.mark.requirement("RES-02")
def test_an_editor_invites_and_handles(client, editor, course, draft):
    reader = UserFactory()
    client.post(cms("panel", draft.pk), {"email": reader.email.upper()})
    member = draft.panel_members.get()
    assert member.user == reader
    remark = make_remark(member, page_key=course.translation_key, block_id="", text="Te lang.")
    answer = client.post(cms("handle_remark", remark.pk), {"outcome": ""})
    assert (answer.status_code, PanelRemark.objects.get().handled_at) == (422, None)
    client.post(cms("handle_remark", remark.pk), {"outcome": "Ingekort."})
    remark.refresh_from_db()
    assert (remark.outcome, remark.handled_by) == ("Ingekort.", editor)
    answer = client.post(cms("handle_remark", remark.pk), {"outcome": "Toch niet."})
    remark.refresh_from_db()
    assert remark.outcome == "Ingekort."


def test_an_address_that_nobody_has_is_not_invited(client, editor, draft):
    answer = client.post(cms("panel", draft.pk), {"email": "niemand@example.org"})
    assert (answer.status_code, draft.panel_members.count()) == (422, 0)
    assert 'class="error-message"' in answer.content.decode()


NAMES = ["list", "make_draft", "differences", "publish", "correct", "panel", "handle_remark"]


def ask_both(client, name, course, draft):
    ids = {"list": [], "make_draft": [course.pk]}.get(name, [draft.pk])
    return [client.get(cms(name, *ids)), client.post(cms(name, *ids))]


@pytest.mark.parametrize("name", NAMES)
def test_who_takes_part_is_refused(client, course, draft, name):
    sign_in(client, UserFactory())
    assert [one.status_code for one in ask_both(client, name, course, draft)] == [403, 403]


@pytest.mark.parametrize("name", NAMES)
def test_who_keeps_the_platform_running_enters_the_cms_and_not_here(client, course, draft, name):
    """The CMS sends whom it refuses back to its first page."""
    sign_in(client, UserFactory(is_superuser=True, is_staff=True))
    answers = ask_both(client, name, course, draft)
    home = reverse("wagtailadmin_home")
    assert [one.headers.get("Location") for one in answers] == [home, home]


@pytest.fixture
def member(client, draft):
    user = sign_in(client, UserFactory())
    return invite_to_panel(draft, user)


def panel(name, *args):
    return reverse(f"curriculum:{name}", args=args)


@pytest.mark.requirement("RES-02")
def test_a_member_reads_the_draft_and_says_something_of_a_block(client, member, lesson, draft):
    assert "Beter" in client.get(panel("panel", draft.pk)).content.decode()
    address = panel("panel_page", draft.pk, lesson.translation_key)
    page = client.get(address)
    assert "Lees dit." in page.content.decode()
    parts = [part for part, _form, _remarks in page.context["rows"]]
    assert [part.block.block_type for part in parts if part.block] == [
        "text", "fact", "question", "declaration",
    ]  # fmt: skip
    block_id = parts[0].block_id
    answer = client.post(address, {"block_id": block_id, "text": "Waarom?"})
    assert answer["Location"] == f"{address}#part-{block_id}"
    remark = PanelRemark.objects.get()
    assert (remark.member, remark.page_key, remark.block_id, remark.text) == (
        member, lesson.translation_key, block_id, "Waarom?",
    )  # fmt: skip
    rows = client.get(address).context["rows"]
    assert [remarks for _part, _form, remarks in rows if remarks] == [[remark]]


def test_a_remark_without_words_is_asked_again(client, member, lesson, draft):
    answer = client.post(panel("panel_page", draft.pk, lesson.translation_key), {"text": " "})
    assert (answer.status_code, PanelRemark.objects.count()) == (422, 0)


@pytest.mark.requirement("RES-02")
def test_editors_read_which_part_a_remark_is_about(client, member, lesson, draft):
    address = panel("panel_page", draft.pk, lesson.translation_key)
    parts = [part for part, _form, _remarks in client.get(address).context["rows"]]
    for place in (0, 2, 3, len(parts) - 1):
        client.post(address, {"block_id": parts[place].block_id, "text": f"Opmerking {place}."})
    signed_in_editor(client)
    rows = client.get(cms("panel", draft.pk)).context["rows"]
    assert [row["remark"].about for row in rows] == [
        "Lees dit.",
        "Wat doe je? Wachten Ja, dat helpt. Doorpraten Dan hoor je het niet.",
        "Ik heb het gedaan.",
        "",
    ]
    text = client.get(cms("panel", draft.pk)).content.decode()
    assert text.count('<span lang="nl">“') == 3
    assert '<span lang="nl">“Lees dit.”</span>' in text


def test_what_a_remark_is_about_stays_readable_once_the_part_is_gone(
    client, editor, course, lesson, draft
):
    member = invite_to_panel(draft, UserFactory())
    block_id = draft.pins.get(page=lesson).pinned_page().body[0].id
    make_remark(member, page_key=lesson.translation_key, block_id=block_id, text="Te kort.")
    lesson.body = lesson_body("anders")
    lesson.save_revision()
    make_draft(course, actor=editor)
    (row,) = client.get(cms("panel", draft.pk)).context["rows"]
    assert (row["page_title"], row["remark"].about) == ("Beter", "Lees dit.")


def test_what_was_typed_about_a_part_that_is_gone_comes_back_with_the_page(
    client, member, course, lesson, draft
):
    address = panel("panel_page", draft.pk, lesson.translation_key)
    block_id = client.get(address).context["rows"][0][0].block_id
    lesson.body = lesson_body("anders")
    lesson.save_revision()
    make_draft(course, actor=UserFactory())
    answer = client.post(address, {"block_id": block_id, "text": "Lang over nagedacht."})
    assert (answer.status_code, PanelRemark.objects.count()) == (422, 0)
    [form] = [form for _part, form, _remarks in answer.context["rows"] if form.is_bound]
    assert (form["block_id"].value(), form["text"].value()) == ("", "Lang over nagedacht.")
    assert len(form.errors["text"]) == 1
    client.post(address, {"block_id": "", "text": form["text"].value()})
    assert PanelRemark.objects.get().text == "Lang over nagedacht."


def test_what_was_typed_while_the_version_was_published_is_shown_again(
    client, member, lesson, draft
):
    address = panel("panel_page", draft.pk, lesson.translation_key)
    block_id = client.get(address).context["rows"][0][0].block_id
    publish_draft(draft, actor=member.user, note="")
    answer = client.post(address, {"block_id": block_id, "text": "Lang over nagedacht."})
    assert (answer.status_code, PanelRemark.objects.count()) == (422, 0)
    said = answer.content.decode()
    assert said.count("Lang over nagedacht.") == 1
    assert "Deze versie is gepubliceerd terwijl je schreef" in said
    assert '<form method="post" class="disclosure__body' not in said
    assert "Lang over nagedacht." not in client.get(address).content.decode()


def test_after_publishing_a_member_reads_and_says_nothing_more(client, member, lesson, draft):
    publish_draft(draft, actor=member.user, note="")
    address = panel("panel_page", draft.pk, lesson.translation_key)
    assert client.get(address).status_code == 200
    client.post(address, {"text": "Te laat."})
    assert PanelRemark.objects.count() == 0


def test_remarks_of_others_are_not_shown(client, member, lesson, draft):
    other = invite_to_panel(draft, UserFactory())
    make_remark(other, page_key=lesson.translation_key, block_id="", text="Van een ander.")
    address = panel("panel_page", draft.pk, lesson.translation_key)
    assert "Van een ander." not in client.get(address).content.decode()


def test_who_was_not_asked_finds_no_draft(client, member, lesson, draft, editor):
    sign_in(client, UserFactory())
    for address in (
        panel("panel", draft.pk),
        panel("panel", 9**30),
        panel("panel_page", draft.pk, lesson.translation_key),
        panel("changes", draft.pk),
    ):
        assert client.get(address).status_code == 404


@pytest.mark.requirement("LIC-03")
def test_who_follows_the_course_reads_what_changed_once_it_is_published(client, course, draft):
    follower = sign_in(client, UserFactory())
    VersionFollower.objects.create(course=course, user=follower)
    address = panel("changes", draft.pk)
    assert client.get(address).status_code == 404
    publish_draft(draft, actor=follower, note="Een betere titel.")
    text = client.get(address).content.decode()
    assert "Een betere titel." in text
    assert "<ins>Beter</ins>" in text


@pytest.mark.parametrize("lessons", [1, 3])
def test_what_changed_takes_as_many_queries_for_more_pages(
    client, django_assert_num_queries, lessons
):
    course = make_course(lessons=lessons)
    publish_version(course)
    for lesson in LessonPage.objects.all():
        write(lesson, f"{lesson.title} anders")
    draft = make_draft(course, actor=UserFactory())
    signed_in_editor(client)
    client.get(panel("changes", draft.pk))
    with django_assert_num_queries(CHANGES_QUERIES):
        client.get(panel("changes", draft.pk))
