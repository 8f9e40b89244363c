"""Which part of a group is told, and that what one person did never follows from it."""

import pytest
from django.test import override_settings

from courses.delivery.services.shares import Kind, Share, share_of, tellable


@pytest.mark.requirement("CRS-10")
@pytest.mark.parametrize("everybody", range(40))
@pytest.mark.parametrize("least", [3, 5])
def test_no_share_fits_fewer_people_than_the_minimum_on_one_side(everybody, least):
    """Everything told fits at least as many numbers of people as the minimum, or a number with as
    many people on both sides."""
    with override_settings(AGGREGATE_MINIMUM=least):
        told = {did: share_of(did, everybody) for did in range(everybody + 1)}
    for did, share in told.items():
        fits = [other for other in told if told[other] == share]
        is_large = least <= did <= everybody - least
        assert is_large or len(fits) >= min(least, everybody + 1)
        assert is_large or share.kind != Kind.ABOUT


@pytest.mark.parametrize(
    ("did", "share"),
    [
        (0, Share(Kind.AT_MOST, 25)),
        (4, Share(Kind.AT_MOST, 25)),
        (5, Share(Kind.ABOUT, 30)),
        (11, Share(Kind.ABOUT, 70)),
        (12, Share(Kind.AT_LEAST, 75)),
        (16, Share(Kind.AT_LEAST, 75)),
    ],
)
def test_of_sixteen_people_this_is_told(did, share):
    assert share_of(did, 16) == share


@pytest.mark.parametrize("did", [0, 4, 9])
def test_of_a_small_group_nothing_is_told(did):
    assert share_of(did, 9) == Share(Kind.HIDDEN)


@pytest.mark.requirement("CRS-10")
@pytest.mark.parametrize(
    ("parts", "undecided", "is_told"),
    [
        ({"A": 9, "B": 7}, 0, True),
        ({"A": 5, "B": 5}, 6, True),
        ({"A": 12, "B": 4}, 0, False),  # the four would be known one by one
        ({"A": 16, "B": 0}, 0, False),  # what everybody chose, each of them chose
        ({"A": 8, "B": 7}, 1, False),  # of a total that is known one is left
        ({}, 16, False),
    ],
)
def test_parts_of_a_whole_are_told_together_or_not_at_all(parts, undecided, is_told):
    assert tellable(parts, undecided=undecided) == (parts if is_told else None)
