"""The estimate fitted to road times, and access to places."""

from __future__ import annotations

import numpy as np
import pytest

from planner.calibration import calibrated
from planner.travel import UNREACHABLE, Estimate, Place, TravelMatrix, arriving


def test_a_straight_line_is_found_again():
    """1 minute and 2.5 minutes a kilometre, 1.6 metres of road for one through the air."""
    km = np.linspace(0.5, 15, 60)
    found = calibrated(km, np.rint(60 * (1 + 2.5 * km)), 1600 * km)
    assert found is not None
    assert found.overhead_minutes == pytest.approx(1, abs=0.02)
    assert found.minutes_per_km == pytest.approx(2.5, abs=0.01)
    assert found.detour == pytest.approx(1.6, abs=0.001)
    # beyond 16 km the usual 60 km/h, as much slower as 2.5 is than 1.86
    assert found.bands[0] == (16.0, pytest.approx(60 * 1.86 / 2.5, rel=0.01))


def test_one_wrong_pair_in_ten_does_not_lead_it_astray():
    random = np.random.default_rng(1)
    km = random.uniform(0.5, 15, 200)
    seconds = 60 * (0.5 + 2 * km)
    seconds[::10] *= 4
    found = calibrated(km, seconds, 1500 * km)
    assert found is not None
    assert found.minutes_per_km == pytest.approx(2, rel=0.02)


def test_it_is_nearer_than_the_default_wherever_that_is_off():
    random = np.random.default_rng(2)
    for slower in (0.6, 1.0, 1.7):
        km = random.uniform(0.3, 30, 200)
        seconds = slower * Estimate().seconds(km) * random.lognormal(0, 0.15, 200)
        found = calibrated(km, seconds, 1400 * km)
        assert found is not None
        own, usual = (np.abs(e.seconds(km) - seconds) / seconds for e in (found, Estimate()))
        assert own.mean() < 0.15
        assert own.mean() < usual.mean() + 0.005


def test_too_few_pairs_say_nothing():
    km = np.linspace(0.5, 15, 19)
    assert calibrated(km, 120 * km, 1500 * km) is None
    km = np.linspace(0.5, 15, 60)
    seconds = np.where(np.arange(60) < 45, UNREACHABLE, 120 * km)
    assert calibrated(km, seconds, 1500 * km) is None


def test_access_is_added_to_arrivals_from_elsewhere():
    here, there, beside = Place(47, 9), Place(47.1, 9), Place(47.1, 9)  # two accounts in one house
    seconds = np.array([[0, 600, UNREACHABLE], [700, 0, 0], [700, 0, 0]], np.int32)
    metres = np.full((3, 3), 5, np.int32)
    found = arriving(TravelMatrix(seconds, metres, "osrm"), [here, there, beside], {1: 120, 2: 60})
    assert found.seconds.tolist() == [[0, 720, UNREACHABLE], [700, 0, 0], [700, 0, 0]]
    assert (found.metres == 5).all()
    assert found.source == "osrm"
