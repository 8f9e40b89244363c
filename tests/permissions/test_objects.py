import pytest

from tests.permissions.answers import differences
from tests.permissions.tables import make_table
from video_review.models import basis_for

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("VID-05")
def test_everybody_sees_what_the_table_says_and_nothing_else():
    assert list(differences(make_table().checks)) == []


@pytest.mark.requirement("VID-05")
def test_the_basis_on_record_is_that_of_the_table():
    rows = make_table().rows
    known = {name: both for name, both in rows.items() if both[1].reader.is_authenticated}
    found = {name: basis_for(scene.reader, scene.recording) for name, (_, scene) in known.items()}
    assert found == {name: row.basis for name, (row, _) in known.items()}
