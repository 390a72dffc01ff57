"""Signs side by side, worked out by hand: they are 10 wide."""

from __future__ import annotations

import math
import random
from itertools import combinations

import pytest

from planner.drawing.spread import spread


def test_what_does_not_touch_stays():
    assert spread([(0, 0), (10, 0), (0, 11)], 10) == [(0, 0), (10, 0), (0, 11)]


def test_the_second_at_a_spot_goes_to_its_north_the_third_a_sixth_further_on():
    found = spread([(0, 0)] * 3, 10)
    assert found[0] == (0, 0)
    assert found[1] == pytest.approx((0, 10))
    assert found[2] == pytest.approx((10 * math.sqrt(3) / 2, 5))


def test_what_is_taken_is_left_free():
    assert spread([(0, 0)], 10, taken=[(0, 0)])[0] == pytest.approx((0, 10))
    # 3 beside what is taken: the spot to its north is 10.4 away from that
    assert spread([(3, 0)], 10, taken=[(0, 0)])[0] == pytest.approx((3, 10))


def test_the_eighth_finds_the_first_ring_full():
    found = spread([(0, 0)] * 8, 10)
    assert [round(math.dist((0, 0), spot)) for spot in found] == [0, *[10] * 6, 20]


@pytest.mark.parametrize("seed", range(5))
def test_no_two_touch(seed):
    rng = random.Random(seed)
    wanted = [(rng.uniform(0, 40), rng.uniform(0, 40)) for _ in range(40)]
    found = spread(wanted, 10)
    assert all(math.dist(one, two) >= 10 - 1e-6 for one, two in combinations(found, 2))
    assert found[0] == wanted[0]
