"""What the planner is asked: frozen, validated, without a clock.

Units: integer seconds and metres, degrees WGS84, local dates.  Prices are in seconds of driving, so that every part of
the objective can be read as "worth so much time at the wheel".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from planner.cadence.policy import Cadence
from planner.calendar import ALL_WEEK, Break, DateRange, TimeWindow
from planner.errors import ProblemError
from planner.params import NightRule, Params, RadiusRule
from planner.travel import Place, SpeedBand, TravelMatrix

LIMITS = ("max_overtime", "follow_up", "max_stops", "capacity", "max_driving", "fair_work")  # of a workday


@dataclass(frozen=True, slots=True)
class Workday:
    """One rep on one local date.  At most one a rep and date; no workday means that the rep does not work then.

    `start` and `end` bound leaving the start place and reaching the end place; `max_overtime` seconds after `end` are
    allowed at a price.  `follow_up` seconds of desk work follow every visit (before driving on).  `capacity` bounds the
    sum of Site.load over the visits and appointments of the day, `max_driving` the seconds at the wheel, both ways
    included.  `skills` are what the rep, with what is taken along, can do that day.  `area` names the speeds of the day
    (SpeedBand.area).  Work (driving, service, follow-up,
    appointments and blocks) beyond `fair_work` seconds has a price, Params.unfair_percent; None: it has none.  To a `frozen` day
    nothing is added: on it stand appointments, blocks and locked visits, to which its published ones (Problem.base) belong.
    """

    rep: str
    date: date
    start: int
    end: int
    start_place: int
    end_place: int
    rest: Break | None = None
    max_stops: int | None = None
    max_overtime: int = 0
    follow_up: int = 0
    capacity: int | None = None
    max_driving: int | None = None
    skills: frozenset[str] = frozenset()
    fair_work: int | None = None
    frozen: bool = False
    area: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ProblemError(f"the workday of {self.rep} on {self.date} ends before it starts")
        _not_negative(self, LIMITS, f"the workday of {self.rep} on {self.date}")


@dataclass(frozen=True, slots=True)
class Site:
    """An account as the planner sees it.

    Parameters
    ----------
    place : index into Problem.places; None: the position is unknown, so nothing here can be planned.
    owner : the rep who visits; None: the team plan may give it to any rep of the problem.
    shared : nobody's: each of its visits may be made by any rep of the problem (owner None), today this one, then that one.
    service : seconds of one visit.
    first_service : seconds of the very first visit of a site that was never visited, no less than `service`; None: as any other.
        Appointments keep their own duration, and a visit after one is no first visit.
    hours : per weekday (Monday first) when a visit may *start*; None: at any time of the workday.
    preferred : per weekday when a visit should start if that costs no more than Params.preferred_price; () or None: any time is as
        good.  Appointments and promised starts are what they are.
    exceptions : dates on which other windows hold (() = closed), for holidays and special openings.
    skipped : of the exceptions those on which it is open, but somebody skipped the visit: the reason for being left out says so.
    weekdays : weekdays on which a visit is wanted at all.
    cadence : None: visited only by appointment or must-visit.
    active_from : the cadence clock of an account never visited starts here.
    credited : dates of credited visits, oldest first; at least the last one, and for quota and pattern all those of
        the period in which the horizon begins.  They may lie in the horizon (a visit made today), not after it.
    pauses : the clock stands still and nothing is planned.
    miss_price : seconds of driving that a visit left out is worth (scaled by the share of its window in the horizon).
    late_price : seconds of driving that each day late is worth; None: it follows from miss_price (planner.lateness).
    skills : what a visit needs of Workday.skills, all of it; appointments and promised starts stand without.
    load : what a visit or appointment here takes of Workday.capacity (samples, goods), in units of the caller's choice.
    """

    id: str
    place: int | None
    owner: str | None
    service: int
    active_from: date
    hours: tuple[tuple[TimeWindow, ...], ...] | None = None
    exceptions: Mapping[date, tuple[TimeWindow, ...]] = field(default_factory=dict)
    weekdays: frozenset[int] = ALL_WEEK
    cadence: Cadence | None = None
    credited: tuple[date, ...] = ()
    pauses: tuple[DateRange, ...] = ()
    late_price: int | None = None
    miss_price: int = 5400
    load: int = 0
    shared: bool = False
    skills: frozenset[str] = frozenset()
    first_service: int | None = None
    preferred: tuple[tuple[TimeWindow, ...], ...] | None = None
    skipped: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.shared and self.owner is not None:
            raise ProblemError(f"site {self.id}: what is shared has no owner")
        _not_negative(self, ("service", "late_price", "miss_price", "load"), f"site {self.id}")
        if self.first_service is not None and self.first_service < self.service:
            raise ProblemError(f"site {self.id}: its first visit is not shorter than the others")
        for name in ("hours", "preferred"):
            if getattr(self, name) is not None and len(getattr(self, name)) != 7:
                raise ProblemError(f"site {self.id}: {name} has seven entries, Monday first")
        if not self.weekdays <= ALL_WEEK:
            raise ProblemError(f"site {self.id}: weekdays are 0 (Monday) to 6")
        if list(self.credited) != sorted(set(self.credited)):
            raise ProblemError(f"site {self.id}: credited dates are in order, once each")

    @property
    def newcomer(self) -> bool:
        """Whether its first visit is still to come, and longer than the others."""
        return self.first_service is not None and not self.credited


@dataclass(frozen=True, slots=True)
class Appointment:
    """Agreed with an account, or a time block of the rep: hard.

    `window` bounds the start (earliest == latest: fixed).  `site` set: a visit there, which counts for its cadence.
    `place` set: somewhere else.  Neither: the rep stays wherever they are (a call, desk time).  Of a `rep` without a workday on
    that date, be it one who is nowhere else in the problem, it is left out as REP_AWAY: people agree to things on days off.
    """

    id: str
    rep: str
    date: date
    window: TimeWindow
    duration: int
    site: str | None = None
    place: int | None = None

    def __post_init__(self) -> None:
        _not_negative(self, ("duration",), f"appointment {self.id}")
        if self.site is not None and self.place is not None:
            raise ProblemError(f"appointment {self.id}: either site or place, the site has a place of its own")


@dataclass(frozen=True, slots=True)
class MustVisit:
    """A person asked for a visit on any day of a period.  A cadence visit in the period fulfils it."""

    id: str
    site: str
    period: DateRange


@dataclass(frozen=True, slots=True)
class PlacedVisit:
    """A visit of an earlier plan: `start` is when it was promised, None if only the day matters."""

    site: str
    rep: str
    date: date
    start: int | None = None

    @property
    def request(self) -> str:
        """By which it is called where it is locked and left out."""
        return f"{self.site}@{self.rep}@{self.date}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything a plan depends on.

    `locked` visits keep rep and date (and their start, within Params.lock_slack), as long as the rep works then (see `stranded`);
    `base` visits were published before, and moving them to another day costs Params.churn_price each, whoever made them (a rep
    whom the problem does not know any more, too); those on a frozen workday
    are locked as well, unless their site is closed or paused on that date, or its cadence rests then and nobody asked for the visit.
    `apart` are pairs of sites that the planner visits on no one route; `same_rep` are groups of sites that one rep visits, whoever that is.
    `speeds` are for all ways on workdays of their area; without any the matrix holds.  `nights` away are for the planner to
    choose; None: every day ends at its end place.  `together` are groups of sites with one cadence: what the planner chooses to
    visit of one on a day, it visits of all, on one route.
    """

    horizon: DateRange
    places: tuple[Place, ...]
    travel: TravelMatrix
    workdays: tuple[Workday, ...]
    sites: tuple[Site, ...]
    appointments: tuple[Appointment, ...] = ()
    must_visits: tuple[MustVisit, ...] = ()
    locked: tuple[PlacedVisit, ...] = ()
    base: tuple[PlacedVisit, ...] = ()
    radius: RadiusRule | None = None
    params: Params = field(default_factory=Params)
    apart: tuple[tuple[str, str], ...] = ()
    same_rep: tuple[tuple[str, ...], ...] = ()
    speeds: tuple[SpeedBand, ...] = ()
    nights: NightRule | None = None
    together: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        from planner.validate import validate  # the cross-references; here it would bury the shape of the data

        object.__setattr__(self, "locked", (*self.locked, *self._kept()))
        validate(self)

    def _kept(self) -> list[PlacedVisit]:
        """Published visits on frozen workdays that are not locked yet; not where the site says that nobody comes on that date."""
        frozen = {(day.rep, day.date) for day in self.workdays if day.frozen}
        if not frozen:
            return []
        locked = {(visit.site, visit.date) for visit in self.locked}  # with whomever: a site is visited once a day
        found = {(visit.site, visit.date): visit for visit in self.base if (visit.rep, visit.date) in frozen}
        there = [visit for key, visit in found.items() if key not in locked]
        sites = {site.id: site for site in self.sites}
        asked = {(must.site, visit.date) for must in self.must_visits for visit in there if visit.date in must.period}
        return [
            visit for visit in there if not _shut(sites.get(visit.site), visit.date, (visit.site, visit.date) in asked)
        ]

    @property
    def reps(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(day.rep for day in self.workdays))

    @property
    def stranded(self) -> tuple[PlacedVisit, ...]:
        """Locked visits that nobody can make: their rep does not work on the date.  They are left out, and do not count for a cadence."""
        days = {(day.rep, day.date) for day in self.workdays}
        return tuple(visit for visit in self.locked if (visit.rep, visit.date) not in days)


def _not_negative(item: object, names: Iterable[str], noun: str) -> None:
    for name in names:
        value = getattr(item, name)
        if value is not None and value < 0:
            raise ProblemError(f"{noun}: {name} is not negative", f"/{name}")


def _shut(site: Site | None, day: date, asked: bool) -> bool:
    """Whether a site says that nobody comes on this date; None: there is no such site, which is said elsewhere.

    asked : a person asked for a visit then, which may stand in a closed season (not where it is closed or paused).
    """
    if site is None:
        return False
    usual = None if site.hours is None else site.hours[day.weekday()]
    if site.exceptions.get(day, usual) == () or any(day in pause for pause in site.pauses):
        return True
    return site.cadence is not None and not asked and site.cadence.rests_on(day)
