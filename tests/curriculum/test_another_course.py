"""Another course for other professions is a folder of texts, and no code."""

from datetime import timedelta

import pytest
import yaml
from django.urls import reverse
from django.utils import timezone

from courses.curriculum.loading import load_curriculum
from courses.curriculum.models import CoursePage
from courses.curriculum.reading import outline
from courses.curriculum.services import publish_version
from courses.delivery.loading import load_professions
from courses.delivery.services import choose_track, enrol_couple, evenings_of, make_edition
from lms.accounts.models import Profession, Register
from tests.factories.accounts import PracticeFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

COURSE = {
    "key": "apothekers",
    "slug": "apothekers",
    "licence": {
        "licence": "cc-by-4.0",
        "content_source": "Voor deze test geschreven",
        "rights_holder": "De makers",
    },
    "title": "Samen kiezen aan de balie",
    "subtitle": "Voor apothekers en assistenten",
    "lead": "Drie avonden over het gesprek bij het uitgeven.",
    "story": ["Iemand haalt pillen op en twijfelt."],
    "outcomes": ["een twijfel horen."],
    "audience": ["Apothekers en hun assistenten."],
}


def evening(code, number, track=None, minutes=180, homework=()):
    parts = [
        {"start": 0, "end": minutes - 30, "title": "Oefenen", "form": "duo", "kind": "practice"},
        {"start": minutes - 30, "end": minutes, "title": "Slot", "form": "", "kind": "neutral"},
    ]
    return {
        "code": code,
        "number": number,
        "track": track,
        "title": f"Avond {code}",
        "subtitle": "",
        "minutes": minutes,
        "programme": parts,
        "homework": list(homework),
    }


HOMEWORK = {
    "key": "lezen",
    "title": "Lees dit",
    "kind": "reading",
    "text": "Een bladzijde.",
    "due_days_before": 1,
    "minutes": 10,
    "required": True,
}
MODULE = {
    "code": "AP1",
    "title": "Het uitgiftegesprek",
    "lead": "Eén les.",
    "targets": ["multimorbiditeit"],
    "lessons": [
        {
            "slug": "twijfel",
            "title": "Twijfel horen",
            "minutes": 4,
            "blocks": [
                {"type": "text", "body": "Luister eerst."},
                {
                    "type": "question",
                    "id": "ap1-twijfel",
                    "prompt": "Wat zeg je?",
                    "choices": [
                        {"text": "Vertel.", "correct": True, "feedback": "Dan komt het."},
                        {
                            "text": "Gewoon slikken.",
                            "correct": False,
                            "feedback": "Dan zwijgt men.",
                        },
                    ],
                },
            ],
        }
    ],
}
TRACK = {
    "code": "T",
    "title": "Thuis en in de wijk",
    "lead": "Op huisbezoek.",
    "story": ["Bij mensen thuis."],
    "for_whom": "Voor iedereen.",
}
PROFESSIONS = {
    "professions": [
        {"code": "apotheker", "name": "Apotheker", "side": "apotheker"},
        {"code": "assistent", "name": "Apothekersassistent", "side": "assistent"},
    ],
    "registers": [{"code": "knmp", "name": "Register van de KNMP"}],
}


@pytest.fixture
def folder(tmp_path):
    files = {
        "course.yaml": COURSE,
        "evenings.yaml": {
            "evenings": [
                evening("1", 1, homework=[HOMEWORK]),
                evening("2", 2),
                evening("3", 3, track="T", minutes=120),
            ]
        },
        "tracks.yaml": {"tracks": [TRACK]},
        "modules/ap1.yaml": MODULE,
        "professions.yaml": PROFESSIONS,
    }
    (tmp_path / "modules").mkdir()
    for name, content in files.items():
        (tmp_path / name).write_text(yaml.safe_dump(content, allow_unicode=True))
    return tmp_path


@pytest.mark.requirement("DIS-01")
@pytest.mark.requirement("CRS-07")
def test_pharmacists_get_a_course_of_three_evenings_from_texts_alone(folder, client):
    load_curriculum()
    load_curriculum(folder)
    load_professions(folder / "professions.yaml")
    content = publish_version(CoursePage.objects.get(slug="apothekers"))
    now = timezone.now()
    starts = {code: now + timedelta(days=day) for code, day in {"1": -3, "2": 7, "3": 21}.items()}
    edition = make_edition(
        title="Apothekers Twente", content=content, region="Twente", starts=starts
    )
    practice = PracticeFactory()
    people = [
        UserFactory(profession=Profession.objects.get(code=code), practice=practice)
        for code in ("apotheker", "assistent")
    ]
    first, _second = enrol_couple(edition, *people).enrolments.order_by("pk")
    course = outline(content)
    choose_track(first, next(iter(course.tracks)))
    first.refresh_from_db()
    lengths = [(one.code, one.ends_at - one.starts_at) for one in evenings_of(first)]
    assert lengths == [
        ("1", timedelta(minutes=180)),
        ("2", timedelta(minutes=180)),
        ("3", timedelta(minutes=120)),
    ]
    assert [module.code for module in course.modules.values()] == ["AP1"]
    assert [(row.kind, row.shown_state) for row in first.progress.all()] == [("reading", "open")]
    assert Register.objects.filter(code="knmp").count() == 1
    client.force_login(first.participant)
    page = client.get(reverse("learning:home"))
    assert (page.status_code, page.context["edition"]) == (200, edition)
    assert client.get("/apothekers/").context["page"].title == "Samen kiezen aan de balie"
    # The course that was there before is as it was.
    assert CoursePage.objects.get(slug="leergang").get_children().count() == 2 + 2 + 1 + 7 + 1


def test_a_course_loaded_again_changes_nothing(folder):
    load_curriculum()
    load_curriculum(folder)
    again = load_curriculum(folder)
    assert (again.created, again.updated, again.kept) == ([], [], [])
