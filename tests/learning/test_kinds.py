"""Which homework there is, and of which the participant says it is done."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from courses.curriculum.models import AssignmentPage
from courses.learning.registry import KINDS
from tests.factories.delivery import enrol_two, make_running_edition

pytestmark = pytest.mark.django_db

# As the tender names them: whether the participant says it is done.
EIGHT = {
    "elearning": False,
    "recording": False,  # a recorded consultation
    "peer_observation": False,
    "kba_reflection": True,
    "plan_case": True,
    "own_practice": True,
    "organisation_scan": True,
    "reading": True,
}
SAYS_SO = "Jij zegt wanneer het klaar is"


@pytest.mark.requirement("VID-01")
def test_all_eight_kinds_of_homework_are_there():
    registered = {name: kind.is_self_declared for name, kind in KINDS.items() if name in EIGHT}
    assert registered == EIGHT


@pytest.mark.requirement("VID-01")
@pytest.mark.parametrize(("kind", "is_declared"), EIGHT.items())
def test_the_page_of_homework_says_whether_the_participant_declares_it(client, kind, is_declared):
    first, _second = enrol_two(make_running_edition())
    row = first.progress.get(kind="kba_reflection")
    row.kind = kind
    row.save()
    client.force_login(first.participant)
    page = client.get(reverse("learning:assignment", args=[row.assignment_key])).content.decode()
    assert (SAYS_SO in page) == is_declared


@pytest.mark.requirement("VID-01")
def test_editors_choose_the_kind_of_homework_by_its_dutch_name():
    form = AssignmentPage.get_edit_handler().get_form_class()
    with translation.override("nl"):
        chosen = {name: str(label) for name, label in form.base_fields["kind"].choices}
    assert {chosen[name] for name in EIGHT} == {
        "E-learning",
        "Opgenomen gesprek",
        "Een collega observeren",
        "Terugkijken met de KBA",
        "Oefencasus met het zorgplan",
        "Uitproberen in de eigen praktijk",
        "Scan van de organisatie",
        "Lezen",
    }


@pytest.mark.requirement("VID-01")
def test_a_kind_that_nobody_knows_cannot_be_written():
    page = AssignmentPage(title="Los", kind="zingen")
    with pytest.raises(ValidationError) as refused:
        page.clean_fields(exclude=["depth", "path", "licence", "content_source", "rights_holder"])
    assert refused.value.message_dict["kind"]
