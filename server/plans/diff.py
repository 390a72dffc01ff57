"""What one plan does otherwise than another, stop by stop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from planner.churn import another_time
from planner.params import Params
from planner.plan import NOTHING_ASKED

Days = Mapping[date, Mapping[str, Any]]
NIGHT = "night"
LATEST = 2 * 25 * 3600  # seconds; a night is told of after all stops of its evening
SLACK = Params().lock_slack  # seconds by which a start may differ and not be called another time


@dataclass(frozen=True, slots=True)
class Change:
    """One stop, or night away, that differs.  Starts in seconds since local midnight; `before` or `after` is None where it is
    not there.  Of a night `account` or `hotel` is where it is spent, and the date that of its evening."""

    kind: str
    account: str | None
    appointment: str | None
    before: tuple[date, int] | None
    after: tuple[date, int] | None
    hotel: str | None = None

    @property
    def change(self) -> str:
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "moved" if self.before[0] != self.after[0] else "retimed"

    @property
    def note(self) -> str | None:
        """What the customer has to be told."""
        if (
            self.before is None
            or self.after is None
            or self.before[0] != self.after[0]
            or self.after[1] >= self.before[1]
        ):
            return None
        minutes = -(-(self.before[1] - self.after[1]) // 60)
        return f"Starts {minutes} {'minute' if minutes == 1 else 'minutes'} earlier than published"

    def as_json(self) -> dict[str, Any]:
        starts = self.kind != NIGHT
        return {
            "change": self.change, "kind": self.kind, "account": self.account, "appointment": self.appointment, "hotel": self.hotel,
            "from_date": self.before and self.before[0].isoformat(), "from_start": self.before[1] if self.before and starts else None,
            "to_date": self.after and self.after[0].isoformat(), "to_start": self.after[1] if self.after and starts else None,
            "note": self.note,
        }  # fmt: skip


def diff(before: Days, after: Days, *, promised: bool = False) -> list[Change]:
    """All differences on the days that either plan has, in the order of the new plan, then of the old one.

    Visits of one account are matched where the date is the same, the others in date order.  `promised`: the starts before were
    told to customers, so coming earlier counts however little it is.
    """
    differing = {day for day in before.keys() | after.keys() if before.get(day) != after.get(day)}
    old, new = _stops(before, differing), _stops(after, differing)
    found: list[Change] = []
    for key in dict.fromkeys([*new, *old]):
        found += [
            c for c in _matched(key, old.get(key, []), new.get(key, [])) if not _same(c.before, c.after, promised)
        ]
    found += _nights_that_differ(before, after, differing)
    return sorted(found, key=lambda c: c.after or c.before or (date.min, 0))


def churn(changes: list[Change], before: Days) -> dict[str, int]:
    """How many stops were moved to another day, added, removed, begin at a noticeably other time, and stay on their day."""
    count = {"moved": 0, "added": 0, "removed": 0, "retimed": 0}
    for change in changes:
        if change.kind != NIGHT:
            count[change.change] += 1
    there = sum(len(stops) for stops in _stops(before, before.keys()).values())
    return {**count, "kept": there - count["moved"] - count["removed"]}


def with_share(counted: Mapping[str, int]) -> dict[str, float | None]:
    """The same with the share of the stops before that stay on their day; None: there were none, or nobody counted them."""
    kept = counted.get("kept")
    before = 0 if kept is None else kept + counted["moved"] + counted["removed"]
    share = round(kept / before, 4) if kept is not None and before else None
    return {**counted, "kept": kept, "kept_share": share}


def figures(days: Days, unplanned: Iterable[Mapping[str, Any]], first: date) -> dict[str, int]:
    """What these days hold, and how many entries of `unplanned` lack a visit after the first day: of that, today, repairs say
    what they leave out and searches do not."""
    routes = [days[day] for day in sorted(days)]
    stops = [stop for route in routes for stop in route["stops"]]
    driving = sum(stop["travel"] for stop in stops) + sum(route["return_travel"] for route in routes)
    return {
        "visits": sum(stop["account"] is not None for stop in stops),
        "late": sum(stop["late_days"] > 0 for stop in stops),
        "driving_minutes": round(driving / 60),
        "driving_metres": sum(s["metres"] for s in stops) + sum(r["return_metres"] for r in routes),
        "left_out": sum(
            entry["reason"] not in NOTHING_ASKED and max(entry["days"], default="~") > first.isoformat()
            for entry in unplanned
        ),
    }


Placed = tuple[date, int]


def _stops(days: Days, wanted: Set[date]) -> dict[tuple[str, str], list[Placed]]:
    found: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    for day in sorted(days.keys() & wanted):
        for stop in days[day]["stops"]:
            if stop["appointment"]:
                found["appointment", f"{stop['appointment']} {stop['account'] or ''}"].append((day, stop["start"]))
            elif stop["account"]:
                found["visit", stop["account"]].append((day, stop["start"]))
    return found


def _nights_that_differ(before: Days, after: Days, days: Set[date]) -> Iterator[Change]:
    """The evenings after which the night is spent elsewhere than before."""
    for day in sorted(days):
        was, now = (plan.get(day, {}).get("night") or {} for plan in (before, after))
        for bed, old in ((was, True), (now, False)):
            where = (bed.get("account"), bed.get("hotel"))
            if bed and where != ((now if old else was).get("account"), (now if old else was).get("hotel")):
                at = (day, LATEST)
                yield Change(NIGHT, where[0], None, at if old else None, None if old else at, where[1])


def _matched(key: tuple[str, str], old: list[Placed], new: list[Placed]) -> list[Change]:
    kind, name = key
    appointment, _, account = name.partition(" ") if kind == "appointment" else ("", "", name)
    both = {day for day, _ in old} & {day for day, _ in new}
    pairs: list[tuple[Placed | None, Placed | None]] = [
        (next(p for p in old if p[0] == day), next(p for p in new if p[0] == day)) for day in sorted(both)
    ]
    left = [placed for placed in old if placed[0] not in both]
    right = [placed for placed in new if placed[0] not in both]
    pairs += list(zip(left, right, strict=False))
    pairs += [(placed, None) for placed in left[len(right) :]] + [(None, placed) for placed in right[len(left) :]]
    return [Change(kind, account or None, appointment or None, one, two) for one, two in pairs]


def _same(one: Placed | None, two: Placed | None, promised: bool) -> bool:
    if one is None or two is None or one[0] != two[0]:
        return False
    return not another_time(one[1], two[1], SLACK, promised)
