"""A stored matrix gives back what went in, to two seconds and twenty metres, and is small."""

from __future__ import annotations

import numpy as np
import pytest

from planner.travel import UNREACHABLE, Place, great_circle
from server.travel.engines.block import NO_ANSWER, UNKNOWN
from server.travel.store.cells import packed, unpacked


def region(count: int, seed: int) -> tuple[list[Place], np.ndarray, np.ndarray]:
    """Places within about 30 km, with times that differ by a seventh from what air distance says, and a little from there to back."""
    random = np.random.default_rng(seed)
    places = [Place(*point) for point in np.round(random.uniform((47.0, 9.0), (47.25, 9.4), (count, 2)), 5)]
    air = great_circle(places)
    seconds = (air / 11 * random.lognormal(0, 0.15, air.shape) + 30).astype(np.int32)
    seconds = np.triu(seconds) + np.triu(seconds, 1).T + random.integers(0, 20, air.shape, dtype=np.int32)
    metres = (air * random.lognormal(0.3, 0.07, air.shape)).astype(np.int32)
    for cells in (seconds, metres):
        np.fill_diagonal(cells, 0)
    return places, seconds, metres


@pytest.mark.parametrize("seed", range(5))
def test_there_and_back(seed):
    places, seconds, metres = region(40, seed)
    random = np.random.default_rng(seed)
    for value in (UNREACHABLE, UNKNOWN, NO_ANSWER):
        holes = random.random(seconds.shape) < 0.05
        np.fill_diagonal(holes, False)
        seconds[holes] = metres[holes] = value
    found, far = unpacked(places, packed(places, seconds, metres))
    for value in (UNREACHABLE, UNKNOWN, NO_ANSWER):
        assert ((found == value) == (seconds == value)).all()
        assert ((far == value) == (metres == value)).all()
    known = (seconds >= 0) & (seconds < UNREACHABLE)
    assert np.abs(found - seconds)[known].max() <= 1
    assert np.abs(far - metres)[known].max() <= 10
    assert (found.diagonal() == 0).all()


def test_extremes_are_no_exception():
    places = [Place(0, 0), Place(0, 0.00001), Place(60, 170), Place(-60, -170)]
    seconds = np.full((4, 4), 29 * 86_400, np.int32)
    seconds[0, 1], seconds[1, 0], metres = 0, 2_591_998, np.full((4, 4), 39_999_980, np.int32)
    found, far = unpacked(places, packed(places, seconds, metres))
    assert (found == seconds).all()
    assert (far == metres).all()


def test_a_pair_takes_two_bytes_at_most():
    """200 MB for 1,000 reps at 300 accounts is 2.2 bytes a pair; the noise here is as large as on roads."""
    places, seconds, metres = region(300, 1)
    assert len(packed(places, seconds, metres)) / 300**2 < 2.2


@pytest.mark.parametrize("spoilt", [lambda b: b"\x09" + b[1:], lambda b: b[:-20], lambda b: b[:5]])
def test_another_form_is_refused(spoilt):
    from server.travel.store.sets import _unpacked  # noqa: F401  the reader's way to ask again is in test_roads

    places, seconds, metres = region(10, 2)
    with pytest.raises(Exception, match=r".+"):
        unpacked(places, spoilt(packed(places, seconds, metres)))
