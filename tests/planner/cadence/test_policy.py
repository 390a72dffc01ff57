"""What a cadence may not say."""

from __future__ import annotations

from datetime import date

import pytest

from planner.cadence.policy import Cadence, Mode, Period
from planner.errors import ProblemError

PATTERN = {"mode": Mode.PATTERN, "visits": 2, "block_workdays": 5, "anchor": date(2026, 3, 2)}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"combinations": ((0,),)}, "as many days as there are visits, 2, not 1"),
        ({"combinations": ((0, 5),)}, "0 to 4, not"),
        ({"combinations": ((3, 0),)}, "in order"),
        ({"combinations": ((1, 1),)}, "in order"),
        ({"combinations": ((0, 3), (0, 3))}, "there twice"),
        ({"combinations": ((0, 3),), "block_workdays": 31}, "up to 30 working days"),
    ],
)
def test_combinations_that_cannot_be(more, message):
    with pytest.raises(ProblemError, match=message):
        Cadence(**PATTERN | more)


def test_combinations_belong_to_a_pattern():
    assert Cadence(**PATTERN, combinations=((0, 3), (1, 4))).combinations == ((0, 3), (1, 4))
    with pytest.raises(ProblemError, match="a quota cadence does not take combinations"):
        Cadence(Mode.QUOTA, visits=1, period=Period.WEEK, combinations=((0,),))
