"""Random accounts: one to three cadences one after the other, pauses, seasons, and visits at any time."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise

from planner.cadence.credit import Account
from planner.cadence.policy import Cadence, Mode, Period, Season
from planner.calendar import DateRange

START = date(2023, 11, 1)  # the spans below cross 29 February 2024 and the ISO week 53 of 2026 is in the golden tables


def random_cadence(rng: random.Random, **valid) -> Cadence:
    kind = rng.random()
    gap = rng.choice([1, 1, 2, 5])
    if kind < 0.6:
        interval = rng.choice([5, 7, 10, 14, 21, 28, 30])
        seasons = random_seasons(rng, [interval // 2 + 3, interval * 2, interval, None])
        tolerance = rng.choice([None, None, 0, 1])
        return Cadence(
            interval_days=interval,
            tolerance_days=tolerance,
            min_gap_days=gap,
            seasons=seasons,
            first_within_days=rng.choice([None, None, 3, 40]),
            **valid,
        )
    seasons = random_seasons(rng, [None])
    if kind < 0.8:
        return Cadence(
            mode=Mode.QUOTA,
            visits=rng.choice([1, 2, 3]),
            period=rng.choice(list(Period)),
            min_gap_days=gap,
            week_starts_on=rng.randrange(7),
            seasons=seasons,
            **valid,
        )
    anchor = START + timedelta(days=rng.randrange(-40, 90))
    blocks = rng.choice([3, 5, 10, 20])
    return Cadence(
        mode=Mode.PATTERN, visits=rng.choice([1, 2]), block_workdays=blocks, anchor=anchor, seasons=seasons, **valid
    )


def random_seasons(rng: random.Random, intervals) -> tuple[Season, ...]:
    if rng.random() < 0.6:
        return ()
    months = rng.sample(range(1, 13), 4)
    return (Season(frozenset(months[:2]), rng.choice(intervals)), Season(frozenset(months[2:]), rng.choice(intervals)))


def random_pauses(rng: random.Random) -> tuple[DateRange, ...]:
    pauses = []
    for _ in range(rng.choice([0, 0, 1, 2])):
        first = START + timedelta(days=rng.randrange(200))
        pauses.append(DateRange(first, first + timedelta(days=rng.choice([0, 3, 20, 70]))))
    return tuple(pauses)


def random_account(rng: random.Random) -> Account:
    count = rng.choice([1, 1, 2, 3])
    cuts = sorted(rng.sample(range(20, 180, 12), count - 1))
    bounds = [None, *(START + timedelta(days=cut) for cut in cuts), None]
    cadences = []
    for first, after in pairwise(bounds):
        last = (
            after - timedelta(days=rng.choice([1, 1, 8]))
            if after
            else rng.choice([None, START + timedelta(days=230)])  # a hole, now and then
        )
        cadences.append(random_cadence(rng, valid_from=first, valid_to=last))
    return Account(START + timedelta(days=rng.randrange(30)), tuple(cadences), random_pauses(rng))


def random_visits(rng: random.Random) -> list[date]:
    return [START + timedelta(days=rng.randrange(240)) for _ in range(rng.choice([0, 2, 6, 15]))]
