"""The same definitions once more, day by day and in Fractions, written from docs/concepts.md to disagree if it can.

Shares only the plain data (Cadence, Account) with planner.cadence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

ONE = timedelta(days=1)
FAR = 700  # days after which "never" is believed
MEMO = {}  # within one simulation


def in_force(account, day):
    for cadence in account.cadences:
        if (cadence.valid_from or date.min) <= day <= (cadence.valid_to or date.max):
            return cadence
    return None


def still(account, day, cadence):
    paused = any(p.first <= day <= p.last for p in account.pauses)
    closed = any(day.month in s.months and s.interval_days is None for s in cadence.seasons)
    return paused or closed


def stretch(account, day):
    """The cadences that share one clock on this day: rolling ones next to each other, or a single quota or pattern."""
    runs = []
    for cadence in sorted(account.cadences, key=lambda c: c.valid_from or date.min):
        if runs and runs[-1][-1].mode == cadence.mode == "rolling":
            runs[-1].append(cadence)
        else:
            runs.append([cadence])
    inside = [r for r in runs if (r[0].valid_from or date.min) <= day <= (r[-1].valid_to or date.max)]
    return tuple(inside[0]) if inside else ()


def speed(account, day, cadences):
    """(interval, tolerance, least gap) of the rolling clock, or None while it stands still."""
    cadence = in_force(account, day)
    if cadence not in cadences or still(account, day, cadence):
        return None
    interval = cadence.interval_days
    for season in cadence.seasons:
        if day.month in season.months:
            interval = season.interval_days
    tolerance = cadence.tolerance_days
    return interval, int(Fraction(interval, 5)) if tolerance is None else tolerance, cadence.min_gap_days


def window_after(account, day, cadences):
    """(opens, due, closes, first credited day) following from `day`."""
    key = (id(account), day, id(cadences[0]))
    if key not in MEMO:
        MEMO[key] = measure_window(account, day, cadences)
    return MEMO[key]


def measure_window(account, day, cadences):
    gains, total = [], Fraction(0)
    at = day
    while total < 2 and at < day + FAR * ONE:
        at += ONE
        pace = speed(account, at, cadences)
        total += Fraction(1, pace[0]) if pace else 0
        gains.append((at, total, pace))
    due = next((at for at, total, _ in gains if total >= 1), None)
    if due is None:
        return None
    interval, tolerance, least = next(pace for at, _, pace in gains if at == due)
    share = Fraction(tolerance, interval)
    opens = next(at for at, total, _ in gains if total >= 1 - share)
    closes = next((at for at, total, _ in gains if total >= 1 + share), None)
    closes = closes or [at for at, _, pace in gains if pace][-1]
    return opens, due, closes, max(opens, min(day + least * ONE, due))


@dataclass
class Seen:
    verdicts: dict = field(default_factory=dict)
    targets: list = field(default_factory=list)  # (opens, closes, asked, [credited], cadence)
    overdue: set = field(default_factory=set)
    active: set = field(default_factory=set)


def simulate(account, visits, today):
    """Live through every day from the first one on."""
    MEMO.clear()
    seen, visits = Seen(), set(visits)
    last = None  # the last credited visit
    window = None  # rolling: [opens, due, closes, earliest]
    open_target = None
    neglected = False
    mode = None
    day = min([account.active_from, *visits])
    while day <= today:
        cadence = in_force(account, day) if day >= account.active_from else None
        cadences = stretch(account, day) if day >= account.active_from else ()
        if not cadences:
            mode = None
            if day in visits:
                seen.verdicts[day] = "no_cadence"
            day += ONE
            continue
        if cadence and not still(account, day, cadence):
            seen.active.add(day)
        if cadence is not None and cadence.mode != "rolling":
            mode = cadence.mode
            credited, overdue = quota_day(account, cadence, day, visits, seen, last)
            if credited:
                last, neglected = day, False
            if overdue:
                seen.overdue.add(day)
            day += ONE
            continue
        if mode != "rolling":
            mode, open_target, neglected = "rolling", None, False
            window = window_after(account, last, cadences) if last else first_window(account, day, cadences)
        # rolling: a window that follows the current one opens
        while window and (after := window_after(account, window[1], cadences)) and after[0] <= day:
            if open_target is None:
                seen.targets.append((window[0], window[2], Fraction(1), [], cadence))
            open_target, window = None, (*after[:3], window[3])
        if window and open_target is None and window[0] <= day:
            open_target = (window[0], window[2], Fraction(1), [], cadence)
            seen.targets.append(open_target)
        if day in visits:
            if window is None or day < window[3] or open_target is None:
                seen.verdicts[day] = "too_early"
            else:
                seen.verdicts[day] = "late" if day > window[2] else "on_time"
                open_target[3].append(day)
                last, neglected, open_target = day, False, None
                window = window_after(account, day, cadences)
        if open_target is not None and day > open_target[1]:
            neglected = True
        if neglected and cadence:
            seen.overdue.add(day)
        day += ONE
    return seen


def first_window(account, day, cadences):
    start = account.active_from
    within = first_cadence(account, cadences).first_within_days
    if within is None:
        found = window_after(account, start, cadences)
        due = found and found[1]
    else:
        days = (start + n * ONE for n in range(1, FAR))
        running = [at for at in days if speed(account, at, cadences)]
        due = running[within - 1] if len(running) >= within else None
    return due and (start, due, due, max(start, day))


def first_cadence(account, cadences):
    begun = [c for c in cadences if (c.valid_from or date.min) <= account.active_from]
    return begun[-1] if begun else cadences[0]


def same_period(cadence, a, b):
    if cadence.mode == "pattern":
        return block_number(cadence, a) == block_number(cadence, b)
    if cadence.period == "week":
        start = a
        while start.weekday() != cadence.week_starts_on:
            start -= ONE
        return start <= b < start + 7 * ONE
    size = {"month": 1, "quarter": 3, "year": 12}[cadence.period]
    return a.year == b.year and (a.month - 1) // size == (b.month - 1) // size


def block_number(cadence, day):
    """Count working days from the anchor, one by one."""
    at = cadence.anchor
    while at.weekday() > 4:  # blocks that begin on a weekend begin on the Monday after it
        at += ONE
    while day.weekday() > 4:  # the weekend itself belongs to the block of the Friday before
        day -= ONE
    count, step = 0, ONE if day >= at else -ONE
    while at != day:
        at += step
        count += at.weekday() < 5
    return (count if step == ONE else -count) // cadence.block_workdays


def period_days(cadence, day):
    days = MEMO.get((id(cadence), "days"))
    if days and days[0] <= day <= days[-1]:
        return days
    first = last = day
    while same_period(cadence, first - ONE, day):
        first -= ONE
    while same_period(cadence, day, last + ONE):
        last += ONE
    MEMO[id(cadence), "days"] = [first + n * ONE for n in range((last - first).days + 1)]
    return MEMO[id(cadence), "days"]


def quota_terms(account, cadence, day):
    """(days of the period, asked, gap, days on which the clock runs)"""
    days = period_days(cadence, day)
    key = (id(account), days[0], id(cadence), "quota")
    if key not in MEMO:
        counted = [d for d in days if cadence.mode == "quota" or d.weekday() < 5]
        running = [d for d in days if d >= account.active_from and in_force(account, d) is cadence]
        running = [d for d in running if not still(account, d, cadence)]
        asked = Fraction(cadence.visits * len([d for d in counted if d in running]), len(counted))
        interval = max(1, len(days) // cadence.visits)
        tolerance = interval * 20 // 100 if cadence.tolerance_days is None else cadence.tolerance_days
        gap = cadence.min_gap_days if cadence.mode == "pattern" else max(cadence.min_gap_days, interval - tolerance)
        MEMO[key] = days, asked, gap, running
    return MEMO[key]


def quota_day(account, cadence, day, visits, seen, last):
    days, asked, gap, open_days = quota_terms(account, cadence, day)
    whole = int(asked + Fraction(1, 2))
    target = next((t for t in seen.targets if t[0] == days[0] and t[1] == days[-1] and t[4] is cadence), None)
    if target is None:
        target = (days[0], days[-1], asked, [], cadence)
        seen.targets.append(target)
    credited = False
    if day in visits:
        if last is not None and (day - last).days < gap:
            seen.verdicts[day] = "too_early"
        else:
            target[3].append(day)
            last, credited = day, True
            seen.verdicts[day] = "on_time" if len(target[3]) <= whole else "surplus"
    fits, at = 0, last
    for d in open_days:
        if d >= day and (at is None or (d - at).days >= gap):
            fits, at = fits + 1, d
    return credited, whole - len(target[3]) > fits
