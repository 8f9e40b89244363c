"""Editors say who hears of every new version of a course."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from courses.curriculum.models import LessonPage, VersionFollower
from courses.curriculum.services import make_draft, publish_draft
from lms.accounts.models import Role
from lms.accounts.services import end_role
from lms.mail.models import OutgoingMail
from tests.curriculum.people import sign_in, signed_in_editor
from tests.factories.accounts import UserFactory
from tests.factories.curriculum import make_course

pytestmark = pytest.mark.django_db
LIST_QUERIES = 15


@pytest.fixture
def course():
    return make_course(lessons=1)


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def editor(client):
    return signed_in_editor(client)


def followers(course):
    return reverse("curriculum_versions:followers", args=[course.pk])


def removal(follower, course=None):
    course = course or follower.course
    return reverse("curriculum_versions:remove_follower", args=[course.pk, follower.pk])


def publish(course, editor, title):
    lesson = LessonPage.objects.first()
    lesson.title = title
    lesson.save_revision()
    publish_draft(make_draft(course, actor=editor), actor=editor, note="")


def told():
    return list(OutgoingMail.objects.values_list("recipient", flat=True))


@pytest.mark.requirement("LIC-03")
def test_who_is_added_hears_of_the_next_version_and_who_is_removed_of_none_after(
    client, editor, course, person
):
    answer = client.post(followers(course), {"email": person.email.upper()})
    assert answer["Location"] == followers(course)
    publish(course, editor, "Eerste")
    assert told() == [person.pk]
    client.post(removal(course.followers.get()))
    publish(course, editor, "Tweede")
    assert (course.followers.count(), told()) == (0, [person.pk])


def test_who_follows_already_follows_once(client, editor, course, person):
    for _time in range(2):
        answer = client.post(followers(course), {"email": person.email})
        assert answer.status_code == 302
    assert [one.user for one in course.followers.all()] == [person]


@pytest.mark.parametrize("sent", ["niemand@example.org", "geen adres", ""])
def test_an_address_that_nobody_has_follows_nothing(client, editor, course, sent):
    answer = client.post(followers(course), {"email": sent})
    assert (answer.status_code, VersionFollower.objects.count()) == (422, 0)
    assert list(answer.context["form"].errors) == ["email"]


def test_one_course_names_no_followers_of_another(client, editor, course, person):
    other = VersionFollower.objects.create(course=make_course(lessons=0), user=person)
    assert list(client.get(followers(course)).context["followers"]) == []
    client.post(removal(other, course))
    assert VersionFollower.objects.get() == other


def test_who_a_colleague_removed_already_is_no_mistake(client, editor, course, person):
    follower = VersionFollower.objects.create(course=course, user=person)
    address = removal(follower)
    follower.delete()
    answer = client.post(address)
    assert (answer.status_code, list(get_messages(answer.wsgi_request))) == (302, [])


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_takes_as_many_queries_for_more_followers(
    client, editor, course, django_assert_num_queries, more
):
    for _number in range(1 + more):
        VersionFollower.objects.create(course=course, user=UserFactory())
    client.get(followers(course))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(followers(course))


def no_right(client, who):
    if who == "takes part":
        return sign_in(client, UserFactory())
    if who == "keeps the platform running":
        return sign_in(client, UserFactory(is_superuser=True, is_staff=True))
    if who == "was an editor":
        user = signed_in_editor(client)
        end_role(user=user, role=Role.EDITOR)
        return user
    return None


REFUSED = {
    "takes part": 403,
    "was an editor": 403,
    "keeps the platform running": 302,
    "is not signed in": 302,
}


@pytest.mark.parametrize("who", REFUSED)
def test_who_may_not_edit_content_sees_adds_and_removes_nobody(client, course, person, who):
    follower = VersionFollower.objects.create(course=course, user=person)
    stranger = UserFactory()
    no_right(client, who)
    answers = [
        client.get(followers(course)),
        client.post(followers(course), {"email": stranger.email}),
        client.post(removal(follower)),
    ]
    assert [one.status_code for one in answers] == [REFUSED[who]] * 3
    assert all(person.email not in one.content.decode() for one in answers)
    assert list(course.followers.all()) == [follower]
