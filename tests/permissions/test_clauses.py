import pytest

from tests.permissions.answers import differences
from tests.permissions.mutants import EQUIVALENT, mutants, survivors
from tests.permissions.tables import make_table

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("VID-05")
def test_every_clause_that_decides_who_sees_something_counts():
    checks = make_table().checks
    assert list(differences(checks)) == []
    assert survivors(checks) == EQUIVALENT
    assert list(differences(checks)) == []


def test_there_is_something_to_leave_out():
    names = [name for name, _changed in mutants()]
    assert len(names) > 100
