"""What is booked in the coming days, and the exceptions that every real company has."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from planner.travel import Place, great_circle
from server.accounts.hours import open_windows
from server.accounts.models import Account
from server.appointments.models import Appointment
from server.cadences.models import MustVisit, Pause
from server.demo.patch import ZONE, Patch
from server.reps.models import TimeOff

BOOKED_A_REP = 6
REVIEW_MINUTES = 45
STARTS = (time(9, 30), time(10), time(10, 30), time(13, 30), time(14))
NEAR_METRES = 60_000  # nobody agrees on a time at the far end of the patch between two other customers


def book(session: Session, patches: list[Patch], today: date, rng: random.Random) -> None:
    """Appointments, a weekly team call, a training half-day, must-visits, time off, pauses, and two odd accounts."""
    away = next(day for day in patches[-1].workdays(today, 9)[-2:] if day.weekday() != 0)  # nobody misses the team call
    session.add(TimeOff(rep_id=patches[-1].rep.id, first=away, last=away, reason="Day off"))
    for patch in patches:
        days = [day for day in patch.workdays(today, 10) if patch is not patches[-1] or day != away]
        booked = _reviews(session, patch, days, rng)
        _internal(
            session, patch, [day for day in days if day.weekday() != 0 and day not in booked.values()], today, rng
        )
        others = [account for account in patch.accounts if account not in booked]
        _wishes(session, others, days, today, rng)
    lost, ended = rng.sample([a for a in patches[0].accounts if a.segment == "D"], 2)
    lost.lat = lost.lon = None
    lost.position_quality = "unknown"
    ended.archived_at = datetime.combine(today - timedelta(days=10), time(12), UTC)


def _reviews(session: Session, patch: Patch, days: list[date], rng: random.Random) -> dict[Account, date]:
    """Agreed with customers who matter, not far away, while they are open; one a day."""
    booked: dict[Account, date] = {}
    near = [a for a in _near(patch) if a.segment in {"A", "B"}]
    for day in rng.sample(days, len(days)):
        choices = [(a, start) for a in near if a not in booked for start in STARTS if _is_open(a, day, start)]
        if choices and len(booked) < BOOKED_A_REP:
            account, start = rng.choice(choices)
            booked[account] = day
            _appointment(session, patch, day, start, REVIEW_MINUTES, f"Review with {account.name}", account)
    return booked


def _near(patch: Patch) -> list[Account]:
    home = Place(patch.rep.home_lat or 0.0, patch.rep.home_lon or 0.0)
    metres = great_circle([home, *(Place(a.lat or 0.0, a.lon or 0.0) for a in patch.accounts)])[0][1:]
    return [account for account, far in zip(patch.accounts, metres, strict=True) if far <= NEAR_METRES]


def _is_open(account: Account, day: date, start: time) -> bool:
    """All through the review; an account without hours is visited at any time of the workday."""
    if account.opening_hours is None:
        return True
    (windows,) = open_windows([account.opening_hours], account.country, account.region, account.timezone, day, day)
    begin = 3600 * start.hour + 60 * start.minute
    return any(opens <= begin and begin + 60 * REVIEW_MINUTES <= closes for opens, closes in windows)


def _internal(session: Session, patch: Patch, free: list[date], today: date, rng: random.Random) -> None:
    """A team call every Monday morning, and half a day of training."""
    monday = next(day for n in range(1, 8) if (day := today + timedelta(days=n)).weekday() == 0)
    _appointment(session, patch, monday, time(8, 30), 30, "Team call", rrule="FREQ=WEEKLY;BYDAY=MO")
    _appointment(session, patch, rng.choice(free), time(14), 150, "Product training (online)")


def _wishes(session: Session, accounts: list[Account], days: list[date], today: date, rng: random.Random) -> None:
    """Two visits that the manager asked for, and a customer who is closed."""
    *asked, closed = rng.sample([a for a in accounts if a.segment == "C"], 3)
    for account in asked:
        session.add(MustVisit(account_id=account.id, first=days[1], last=days[6], note="Manager asked: price change"))
    first, last = today - timedelta(days=3), today + timedelta(days=20)
    session.add(Pause(account_id=closed.id, first=first, last=last, reason="Renovation"))


def _appointment(
    session: Session, patch: Patch, day: date, start: time, minutes: int, title: str, account: Account | None = None,
    rrule: str | None = None,
) -> None:  # fmt: skip
    starts_at = datetime.combine(day, start, ZoneInfo(ZONE)).astimezone(UTC)
    session.add(
        Appointment(
            rep_id=patch.rep.id, account_id=account.id if account else None, title=title, day=day, start=start, timezone=ZONE,
            starts_at=starts_at, duration_minutes=minutes, rrule=rrule, author_id=patch.user.id,
        )
    )  # fmt: skip
