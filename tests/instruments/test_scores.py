import pytest

from assessments.instruments.scores import Comparison, comparison, section_score


@pytest.mark.requirement("OBS-05")
@pytest.mark.parametrize(
    ("values", "score"),
    [
        ([2, None, 1, 3], 66.7),
        ([1, None], None),
        ([None, None], None),
        ([], None),
        ([0, 0], 0.0),
        ([3, 3, 3], 100.0),
        ([0, 1], 16.7),
    ],
)
def test_score_counts_only_what_was_scored_and_needs_two_items(values, score):
    found = section_score(values)
    assert (found if found is None else round(found, 1)) == score


def test_score_follows_the_height_of_the_scale():
    assert section_score([4, 2], highest=4) == 75.0


@pytest.mark.requirement("OBS-04")
def test_comparison_sets_own_score_beside_mean_number_and_spread_of_others():
    own = {"O1": 3, "O2": 0}
    others = [
        {"O1": 3, "O2": 3},
        {"O1": 0, "O2": 0},
        {"O1": 3, "O2": None},  # too little scored to count
        {"O1": 3, "O2": 0, "H1": 3},
    ]
    assert comparison(own, others, ["O1", "O2"]) == Comparison(
        own=50.0, others=50.0, observers=3, lowest=0.0, highest=100.0
    )


def test_comparison_without_anybody_says_nothing():
    assert comparison(None, [], ["O1", "O2"]) == Comparison(None, None, 0, None, None)
