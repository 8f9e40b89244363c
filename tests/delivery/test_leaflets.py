"""What is printed: the course on two pages, also for one care group, and the QR code."""

from datetime import timedelta

import pytest
import segno
from django.utils import timezone

from courses.curriculum.models import ContentVersion
from courses.curriculum.services import publish_version
from courses.delivery.models import Edition
from courses.delivery.qr import qr_drawing
from courses.delivery.services import make_edition
from lms.accounts.models import CareGroup
from tests.factories.delivery import DAYS, publish
from tests.factories.public_pages import make_home, make_public_course, make_workshop

pytestmark = pytest.mark.django_db

LEAFLET = "/leergang/folder/"
QUERIES = 9


@pytest.fixture
def course():
    return make_public_course(make_home())


def plan(course, region, care_group=None, days=30):
    """An edition that begins in so many days."""
    version = ContentVersion.objects.filter(course=course).first() or publish_version(course)
    begin = timezone.now() + timedelta(days=days - DAYS["1"])
    edition = make_edition(
        title=region,
        content=version,
        region=region,
        starts={code: begin + timedelta(days=after) for code, after in DAYS.items()},
        care_group=care_group,
    )
    return publish(edition)


def regions(response):
    return [dates.region for dates in response.context["regions"]]


@pytest.mark.requirement("INT-02")
def test_it_is_made_of_the_course_page_and_read_by_anybody(client, course):
    course.outcomes = [("outcome", "een agenda die van jullie allebei is.")]
    course.practical = "<h3>Vier avonden</h3><p>Na werktijd.</p>"
    course.save()
    response = client.get(LEAFLET)
    page = response.content.decode()
    assert response.status_code == 200
    assert "no-store" not in response.get("Cache-Control", "")
    assert page.count('class="sheet sheet--') == 2
    words = [course.title, course.lead, "een agenda die van jullie allebei is.", "Na werktijd."]
    assert [
        text for text in [*words, "Avond 1", "Avond 4B", "Richting B"] if text not in page
    ] == []


@pytest.mark.requirement("INT-02")
def test_a_care_group_has_one_with_its_own_dates_and_its_name(client, course):
    ours = CareGroup.objects.create(name="Zorggroep Twente-Oost")
    theirs = CareGroup.objects.create(name="Zorggroep Zeeland")
    CareGroup.objects.create(name="Zonder Leergang")
    plan(course, "Twente", ours)
    plan(course, "Zeeland", theirs, days=20)
    plan(course, "Open", days=10)
    general = client.get(LEAFLET)
    regional = client.get(LEAFLET, {"zorggroep": "zorggroep-twente-oost"})
    assert (regions(general), general.context["care_group"]) == (
        ["Open", "Zeeland", "Twente"],
        None,
    )
    assert (regions(regional), regional.context["care_group"]) == (["Twente"], ours)
    assert list(general.context["care_groups"].values()) == [ours, theirs]
    said = regional.content.decode()
    front = said[said.index("sheet--front") : said.index("sheet--back")]
    assert front.count(ours.name) == 1
    assert theirs.name not in front


@pytest.mark.parametrize("asked", ["onbekend", "", "1", "zorggroep-twente'--", "x" * 500])
def test_an_unknown_care_group_gets_the_general_leaflet(client, course, asked):
    plan(course, "Twente", CareGroup.objects.create(name="Zorggroep Twente"))
    response = client.get(LEAFLET, {"zorggroep": asked})
    assert (response.context["care_group"], regions(response)) == (None, ["Twente"])


def test_a_care_group_with_nothing_but_a_draft_is_not_named(client, course):
    draft = plan(course, "Twente", CareGroup.objects.create(name="Zorggroep Twente"))
    Edition.objects.filter(pk=draft.pk).update(published_at=None)
    response = client.get(LEAFLET, {"zorggroep": "zorggroep-twente"})
    assert (response.context["care_group"], response.context["care_groups"]) == (None, {})


def test_dates_that_are_over_are_not_printed(client, course):
    group = CareGroup.objects.create(name="Zorggroep Twente")
    plan(course, "Twente", group, days=-5)
    response = client.get(LEAFLET, {"zorggroep": "zorggroep-twente"})
    assert (response.context["care_group"], regions(response)) == (group, [])


@pytest.mark.parametrize("number", [1, 3])
def test_more_editions_take_no_more_queries(client, course, number, django_assert_num_queries):
    for n in range(number):
        plan(course, f"Regio {n}", CareGroup.objects.create(name=f"Groep {n}"))
    client.get(LEAFLET)
    with django_assert_num_queries(QUERIES):
        client.get(LEAFLET)


@pytest.mark.requirement("INT-01")
def test_the_sheet_at_the_door_leads_to_the_workshop(client):
    workshop = make_workshop(make_home())
    response = client.get("/workshop/qr/")
    assert response.context["page"] == workshop
    assert response.context["address"] == "http://testserver/workshop/"
    assert response.content.decode().count(qr_drawing("http://testserver/workshop/")) == 1


def test_a_code_holds_the_address_and_no_style_of_its_own():
    address = "https://leergang.example/workshop/"
    drawing = qr_drawing(address)
    lines = segno.make(address, error="m", micro=False).svg_inline(
        border=4, omitsize=True, lineclass=None, dark="#000"
    )
    assert drawing.count(lines.partition(' d="')[2]) == 1
    assert [word for word in ("style", "<script", "http") if word in drawing] == []


@pytest.mark.parametrize("path", [LEAFLET, "/workshop/qr/"])
def test_without_the_page_there_is_nothing_to_print(client, path):
    make_home()
    assert client.get(path).status_code == 404
