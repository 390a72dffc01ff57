"""A rolling cadence of one constant interval, reckoned straight from docs/concepts.md with plain dates.

It shares no code with planner.cadence; what the API says about windows, credit and compliance is compared with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass
class Rhythm:
    """An account as it stands at the end of a day.

    windows : (last day, "met" | "late" | "missed" | "open") of those that have opened.
    due : of the window in which it stands.  earliest : a visit before it is not credited.
    """

    credited: list[date] = field(default_factory=list)
    early: list[date] = field(default_factory=list)
    windows: list[tuple[date, str]] = field(default_factory=list)
    overdue: set[date] = field(default_factory=set)
    due: date = date.min
    earliest: date = date.min


def rhythm(active_from: date, interval: int, visits: Iterable[date], today: date) -> Rhythm:
    """Tolerance: 20 % of the interval, rounded down."""
    tolerance, step = timedelta(days=interval * 20 // 100), timedelta(days=interval)
    found = Rhythm(earliest=active_from)
    due, opens, closes = active_from + step, active_from, active_from + step  # the first window: due on its last day
    first_closes = closes  # of the first window since the last credited visit
    for day in sorted({visit for visit in visits if visit <= today}):
        if day < found.earliest:
            found.early.append(day)
            continue
        while due + step - tolerance <= day:
            found.windows.append((closes, "missed"))
            due, closes = due + step, due + step + tolerance
        found.windows.append((closes, "late" if day > closes else "met"))
        found.overdue |= _days(first_closes + DAY, day - DAY)
        found.credited.append(day)
        due, opens, closes = day + step, day + step - tolerance, day + step + tolerance
        found.earliest, first_closes = opens, closes
    while due + step - tolerance <= today:
        found.windows.append((closes, "missed"))
        due, opens, closes = due + step, due + step - tolerance, due + step + tolerance
    if opens <= today:
        found.windows.append((closes, "open"))
    found.overdue |= _days(first_closes + DAY, today)
    found.due = due
    return found


def _days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


@dataclass
class Sums:
    """Numerators and denominators of a period, as the report has them."""

    asked: int = 0
    attained: int = 0
    on_time: int = 0
    visits: int = 0
    early: int = 0
    days: int = 0
    good_days: int = 0

    def add(self, account: Rhythm, active_from: date, first: date, last: date, today: date) -> None:
        """A window counts where its last day lies, once that is past; a day once it is past."""
        for closes, outcome in account.windows:
            if first <= closes <= last and closes < today:
                outcome = "missed" if outcome == "open" else outcome
                self.asked += 1
                self.attained += outcome in ("met", "late")
                self.on_time += outcome == "met"
        self.early += sum(first <= day <= last for day in account.early)
        self.visits += sum(first <= day <= last for day in [*account.early, *account.credited])
        days = _days(max(first, active_from), min(last, today - DAY))
        self.days += len(days)
        self.good_days += len(days - account.overdue)
