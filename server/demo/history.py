"""Three months of visits as real reps make them: nearest due first, some missed, one rep ill for a week."""

from __future__ import annotations

import random
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

DAYS = 92
STOPS_A_DAY = 8  # at most; up to two fewer
TRADE_FAIR = range(1, 9)  # days before today with less time for visits, so that something is waiting now
ABOUT_DUE = 0.85  # of the interval
SKIPPED = 0.06  # share of stops that fail: nobody there, or no time


@dataclass(frozen=True)
class Customer:
    """What the simulation needs of an account; kilometres are good enough on a flat local map."""

    id: UUID
    interval: int
    lat: float
    lon: float


@dataclass(frozen=True)
class Visit:
    account: UUID
    day: date
    minute: int  # wall-clock minutes after midnight
    status: str  # completed, attempted or skipped


def simulate(
    customers: list[Customer], today: date, workdays: Container[date], rng: random.Random, ill: range = range(0)
) -> Iterator[Visit]:
    """Visits of one rep on the workdays of the last DAYS days; `ill` are days before today without any.

    Each day begins at the customer who is most overdue for its interval and goes on to those near by that are about due,
    a detour being worth the more the longer somebody waits.
    """
    last = {c.id: today - timedelta(days=DAYS + rng.randrange(c.interval)) for c in customers}
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        if day in workdays and back not in ill:
            most = STOPS_A_DAY - 2 if back in TRADE_FAIR else STOPS_A_DAY
            yield from _day(customers, last, day, most, rng)


def _day(
    customers: list[Customer], last: dict[UUID, date], day: date, most: int, rng: random.Random
) -> Iterator[Visit]:
    waited = {c.id: (day - last[c.id]).days / c.interval for c in customers}  # 1.0: it is due today
    due = [c for c in customers if waited[c.id] >= ABOUT_DUE]
    if not due:
        return
    here = max(due, key=lambda c: (waited[c.id], str(c.id)))
    minute = 8 * 60 + 30
    for _ in range(rng.randint(most - 2, most)):
        status = "completed" if rng.random() > SKIPPED else rng.choice(["attempted", "skipped"])
        yield Visit(here.id, day, minute, status)
        due.remove(here)
        if status == "completed":
            last[here.id] = day
        if not due:
            return
        before, here = here, min(due, key=lambda c: (_kilometres(here, c) / waited[c.id] ** 4, str(c.id)))
        minute += 45 + round(1.2 * _kilometres(before, here))
        if minute > 17 * 60:
            return


def _kilometres(one: Customer, other: Customer) -> float:
    return 111 * ((other.lat - one.lat) ** 2 + (other.lon - one.lon) ** 2) ** 0.5
