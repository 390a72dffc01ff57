"""What of a rep's calendar has no stop in what is served: never without a word, whatever the state of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from planner.plan import Reason
from server.appointments.conflicts import WorkingLife, at_the_same_time
from server.appointments.occurrences import Occurrence
from server.core import clock
from server.plans.naming import ids_in, names_of, with_names
from server.plans.served import Served
from server.plans.unplanned import SENTENCES
from server.reps.models import Rep

BEYOND, WAITING = "beyond_horizon", "not_planned_yet"


@dataclass(frozen=True, slots=True)
class NotKept:
    """`reason`: a planner.plan.Reason, an appointments.conflicts.Kind, or one of those above; `detail`: in words."""

    occurrence: Occurrence
    reason: str
    detail: str


def not_kept(session: Session, rep: Rep, plan: Served, calendar: Sequence[Occurrence]) -> dict[date, list[NotKept]]:
    """What of `calendar` is on none of the plan's days, by the rep's local day.

    Days that are over are left out: versions do not keep them, so nothing can be said of what was kept.
    """
    now = clock.today(rep.timezone)
    kept = {(day, stop["appointment"]) for day, (_, route) in plan.days.items() for stop in route["stops"]}
    missing = [met for met in calendar if met.rep_day >= now and (met.rep_day, met.key) not in kept]
    if not missing:
        return {}
    life = WorkingLife(session, rep, missing[0].rep_day, missing[-1].rep_day)
    entries = {entry["appointment"]: entry for entry in plan.version.unplanned} if plan.version else {}
    whys = [_why(met, plan, life, entries, calendar) for met in missing]
    names = names_of(session, [found for _, detail in whys for found in ids_in(detail)])
    by_day: dict[date, list[NotKept]] = {}
    for met, (reason, detail) in zip(missing, whys, strict=True):
        by_day.setdefault(met.rep_day, []).append(NotKept(met, reason, with_names(detail, names, "another account")))
    return by_day


def _why(
    met: Occurrence, plan: Served, life: WorkingLife, entries: Mapping[str, Any], calendar: Sequence[Occurrence]
) -> tuple[str, str]:
    """What is certain says more than the planner, who only sees that no time is left."""
    if (certain := life.against(met)) is not None:
        return certain.kind, certain.detail
    entry = entries.get(met.key)
    if entry is not None and met.rep_day.isoformat() in entry["days"]:
        reason = Reason(entry["reason"])
        beside = at_the_same_time(met, calendar, life.rep) if reason is Reason.APPOINTMENT_CONFLICT else None
        return reason, beside or entry["detail"] or SENTENCES[reason]
    if plan.version is not None and met.rep_day > plan.version.last_day:
        return BEYOND, f"The plan only reaches to {clock.date_in_words(plan.version.last_day)}."
    return WAITING, "It is not planned yet."
