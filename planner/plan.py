"""What the planner answers: frozen, complete, with a reason for everything left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class StopKind(StrEnum):
    VISIT = "visit"  # placed by the planner for a cadence or a must-visit
    APPOINTMENT = "appointment"  # at a site or another place
    BLOCK = "block"  # a time block without a place: the rep stays where they are
    BREAK = "break"  # where the rep is then, possibly on the way


@dataclass(frozen=True, slots=True)
class Stop:
    """One entry of a day, in the order of its start.

    `travel` seconds and `metres` lead here from the place of the stop before; `arrival` <= `start` (the difference is
    waiting, or a break taken in between); service ends at `end`.  `leave_by` is the latest second at which the stop
    *before* (a block or break, where one comes before) may be left so that this and all later stops are in time.
    """

    kind: StopKind
    arrival: int
    start: int
    end: int
    travel: int = 0
    metres: int = 0
    leave_by: int | None = None
    request: str | None = None  # VisitRequest.id of a visit, Appointment.id of an appointment or block
    site: str | None = None
    place: int | None = None
    due: date | None = None  # of a cadence visit, as it follows from the visit planned before
    late_days: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """One workday: leave the start place at `start`, reach the end place at `end` (seconds since local midnight).

    `morning` and `night`: the places (indices) where the nights before and after it are spent away: there the day begins, or ends,
    instead.  Such a day is driven even if nothing is done on it.
    """

    rep: str
    date: date
    start: int
    end: int
    stops: tuple[Stop, ...]
    return_travel: int = 0
    return_metres: int = 0
    anchor: str | None = None  # the site around which the day's radius is drawn
    morning: int | None = None
    night: int | None = None


class Reason(StrEnum):
    """Why something is not in the plan.  Closed list; docs/planner.md explains each."""

    NOT_DUE = "not_due"  # its next window opens after the horizon, or has no workday in it and falls due after it
    PAUSED = "paused"  # a pause, a closed season or the end of validity covers what is left of the horizon
    ENDED = "ended"  # what was asked for was for days before the horizon, or the cadence ends before it asks for another visit
    NO_CADENCE = "no_cadence"  # visited only on request, and nobody asked
    NO_POSITION = "no_position"  # position unknown
    NO_REP = "no_rep"  # nobody owns it, or its owner has no workday in this problem
    REP_AWAY = "rep_away"  # the owner has no workday inside the visit's days
    NO_SKILL = "no_skill"  # whoever works on its days lacks a skill that it needs
    CLOSED = "closed"  # no opening hours inside working hours on any allowed day
    OVER_CAPACITY = "over_capacity"  # a visit needs more to be carried than any of its days can
    OUT_OF_REACH = "out_of_reach"  # even alone it does not fit into a workday
    BEYOND_RADIUS = "beyond_radius"  # hard radius: no anchor of a day with room reaches it
    APPOINTMENT_CONFLICT = (
        "appointment_conflict"  # the fixed appointments and blocks leave no room, even with no other visit
    )
    TOGETHER = "together"  # it cannot stand on one day with what is to be visited together with it
    APART = "apart"  # it would fit, but is to be apart from what stands there
    TOO_CLOSE = "too_close"  # an appointment or locked visit of the same account is inside the gap
    DAY_FULL = "day_full"  # fits only if other visits were displaced
    CHEAPER_LEFT_OUT = "cheaper_left_out"  # fits, but costs more than it is worth
    NEXT_SEARCH = "next_search"  # fits and pays, but a repair left it: the next search across the days takes it in


NOTHING_ASKED = frozenset(
    {Reason.NOT_DUE, Reason.PAUSED, Reason.ENDED, Reason.NO_CADENCE}
)  # no visit is lacking in these days


class Cause(StrEnum):
    """What exactly is in the way: of CLOSED (`frozen`) and of OUT_OF_REACH (the others), from the least hopeful to the most.

    Of a day on which a visit does not fit even alone it is the first that forbids it without those after it: the others lifted, it
    would still not fit.
    """

    FROZEN = "frozen"  # open, but nothing is added to the day (Workday.frozen)
    NO_ROAD = "no_road"  # no road leads there, or none leads back
    STOP_LIMIT = "stop_limit"  # the day may have no stop
    WORKDAY = "workday"  # the way there, the visit and the way back take longer than the day
    HOURS = "hours"  # not within its opening hours, or at the time agreed
    BREAK = "break"  # not with the break
    DRIVING_LIMIT = "driving_limit"  # the way there and back is more than may be driven in a day


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A site (or one request, must-visit or appointment of it) that has no stop, and why.

    `days` are the dates that were looked at; `displaces` (DAY_FULL, APART) the sites whose visits would have to go on the best of them;
    `cost` (DAY_FULL, APART, CHEAPER_LEFT_OUT, NEXT_SEARCH) what the cheapest insertion would cost, in seconds of driving; `cause` (CLOSED,
    OUT_OF_REACH) what is in the way on the most hopeful of the days.  `in_time_until` (a visit of the cadence): the end of its window
    where that is after the horizon, so that it may still come in time.
    """

    site: str | None
    reason: Reason
    request: str | None = None
    days: tuple[date, ...] = ()
    displaces: tuple[str, ...] = ()
    cost: int | None = None
    detail: str = ""
    cause: Cause | None = None
    in_time_until: date | None = None


@dataclass(frozen=True, slots=True)
class Objective:
    """The parts of the cost, in seconds of driving; `total` is their sum."""

    driving: int = 0
    waiting: int = 0
    lateness: int = 0
    missed: int = 0
    overtime: int = 0
    radius: int = 0
    churn: int = 0
    nights: int = 0
    unfair: int = 0
    preferred: int = 0

    @property
    def total(self) -> int:
        days = self.driving + self.waiting + self.overtime + self.radius + self.nights + self.unfair + self.preferred
        return days + self.lateness + self.missed + self.churn


@dataclass(frozen=True, slots=True)
class Cluster:
    """Sites within the radius of an anchor site; each site belongs to its nearest anchor."""

    rep: str
    anchor: str
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`iterations` were really run from `seed`; the same problem, seed and iterations give the same plan."""

    routes: tuple[Route, ...]
    unplanned: tuple[Unplanned, ...]
    objective: Objective
    clusters: tuple[Cluster, ...] = ()
    clusters_gap: int = 0  # anchors above the proven least number; 0: proven
    owners: dict[str, str] = field(default_factory=dict)  # sites without an owner -> the rep they were given to
    seed: int = 0
    iterations: int = 0


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule, as the checker sees it."""

    rule: str
    message: str
    rep: str | None = None
    date: date | None = None
    subject: str | None = None  # site, request or appointment


@dataclass(frozen=True, slots=True)
class Certificate:
    """The judgement of the checker: no violations and this objective, computed without the search."""

    violations: tuple[Violation, ...]
    objective: Objective

    @property
    def ok(self) -> bool:
        return not self.violations
