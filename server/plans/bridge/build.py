"""One rep's problem: what is planned, from which revision of the inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.calendar import DateRange, TimeWindow
from planner.io import problem_bytes
from planner.params import Params, RadiusRule
from planner.plan import Plan
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Workday
from planner.timing import pace_on
from planner.travel import Place, SpeedBand
from server.accounts.models import Account
from server.appointments.occurrences import Occurrence
from server.cadences.resolve import cadences_for
from server.core import clock
from server.plans.bridge import queries
from server.plans.bridge.fair import with_fair_days
from server.plans.bridge.links import apart, together
from server.plans.bridge.nights import ONE_DAY, Bed, Nights, nights
from server.plans.bridge.published import published_plan
from server.plans.bridge.reading import Inputs, dates_in, read, snapshot
from server.plans.bridge.roads import Part, at_their_places, ways
from server.plans.bridge.sites import Making, must_visits, turns_asked
from server.plans.bridge.speeds import area_on, usual_percent, with_clock_changes
from server.plans.bridge.today import Today, under_way
from server.plans.bridge.workdays import workdays
from server.plans.days import WAITING
from server.reps.settings import radius_of
from server.traffic.tables import Table, table_of


@dataclass(frozen=True)
class BuiltProblem:
    """A problem and where it came from.

    today : what has happened on the day under way; it belongs to the plan's first day when the problem begins with it.
    way_home : (seconds, metres) from where the rep is to where today ends, setting out when free.
    nights : where nights are or may be spent away.
    published : stored days of the base version from today on.
    asked : must-visits that the rep's turns at shared accounts fulfil.
    turns : due date and days late of these turns, by account and day.
    left_out : what the team could not share out, as a version keeps it.
    off_road : metres to the nearest road of accounts that are not planned for it.
    access : seconds that are part of each way to a place.
    table : the speeds that it is made with; percent : the usual one of them.
    """

    rep_id: UUID
    zone: str
    revision: int
    base: UUID | None
    problem: Problem
    today: Today
    way_home: tuple[int, int]
    nights: Nights
    published: Mapping[date, dict[str, Any]] = field(default_factory=dict)
    version: Mapping[str, Any] = field(default_factory=dict)
    asked: tuple[MustVisit, ...] = ()
    turns: Mapping[tuple[str, date], tuple[date | None, int]] = field(default_factory=dict)
    left_out: Sequence[dict[str, Any]] = ()
    off_road: Mapping[UUID, int] = field(default_factory=dict)
    access: Mapping[int, int] = field(default_factory=dict)
    table: Table = Table([], "none")
    percent: int = 100

    @property
    def part(self) -> Part:
        """Of the problem of several reps."""
        return Part(self.rep_id, self.problem, self.access, self.percent)

    def plan(self) -> Plan:
        """The published plan, for the planner."""
        return published_plan(
            self.problem, str(self.rep_id), self.published, self.today, self.version, self.nights.sleeps
        )

    def start(self) -> Plan | None:
        """What a search begins with, where the published visits alone (`Problem.base`) do not say it all: the nights away."""
        away = any(night is not None for _, night in self.nights.sleeps.values())
        return self.plan() if away else None

    @property
    def fingerprint(self) -> str:
        """Equal for equal problems, whatever the revision."""
        return sha256(problem_bytes(self.problem)).hexdigest()


def build_problem(
    session: Session,
    rep_id: UUID,
    first_day: date | None = None,
    horizon: int | None = None,
    *,
    now: datetime,
    improve: bool = False,
) -> BuiltProblem:
    """The problem of one rep, read in one transaction.

    first_day : None: today in the rep's zone.  What has happened by `now` on that day is not planned again.
    horizon : days; None: as the company plans ahead.
    improve : leave today as it is published (its visits count as made) and fix what tomorrow's published day has.
    """
    snapshot(session)
    zone = session.scalar(queries.zone(), {"rep": rep_id}) or "UTC"
    today = first_day or now.astimezone(clock.zone(zone)).date()
    inputs = read(session, rep_id, today, horizon)
    cadences = cadences_for(session, inputs.accounts, "visit")  # type: ignore[arg-type]  # rows have what it reads
    return _Building(session, inputs, today, now, improve).built(cadences)


class _Building:
    def __init__(self, session: Session, inputs: Inputs, today: date, now: datetime, improve: bool) -> None:
        self.inputs, self.rep, self.improve = inputs, inputs.rep, improve
        self.name = str(self.rep.id)
        self.today = under_way(inputs, today, now)
        last = today + timedelta(days=max(inputs.horizon_days, 2) - 1)
        self.horizon = DateRange(today + timedelta(days=1) if improve else today, last)
        self.radius = radius_of(session, self.rep)
        self.table = table_of(session, self.rep)
        self.mornings: dict[date, Bed] = {}
        self.evenings: dict[date, Bed] = {}
        self.places: list[Place] = []
        self.site_places = {row.id: self._place(row.lat, row.lon) for row in inputs.accounts if row.lat is not None}
        self.elsewhere = self._accounts_elsewhere(session)

    def built(self, cadences: Mapping[UUID, Any]) -> BuiltProblem:
        days, way = self._workdays()
        lodging = nights(
            self.inputs, self.site_places, self._place, self.mornings, self.evenings, self._first_evening(days)
        )
        busy = self.today.handled
        known = {str(row.id) for row in self.inputs.accounts}
        appointments = self._appointments(known)
        places = tuple(self.places)
        percent = usual_percent(self.table.bands, self.rep, self.inputs.company)
        road = ways(self.rep.id, places, self.inputs.accounts, self.site_places, lodging.beds, percent)
        appointments = at_their_places(appointments, road.off_road, self.site_places)
        near = {account: place for account, place in self.site_places.items() if account not in road.off_road}
        skipped = frozenset(UUID(stop["account"]) for stop in self.today.past if stop["status"] == "skipped")
        making = Making(self.inputs, self.horizon, self.today.date, cadences, near, busy, self._assumed(), skipped)
        sites = making.sites()
        base = self._base(known)
        locked = self._turns(base, self._frozen(days) if self.improve else frozenset())
        musts, asked = turns_asked(self.inputs, must_visits(self.inputs, self.horizon.first, self.today.date, busy))
        minutes = self.radius.minutes
        rule = RadiusRule(
            self.radius.metres.value, self.radius.hard.value, seconds=None if minutes is None else 60 * minutes.value
        )
        problem = Problem(
            self.horizon, places, road.matrix, tuple(days), sites, appointments, musts, locked, base, rule,
            apart=apart(self.inputs.links), params=self._params(), speeds=self._speeds(days), nights=lodging.rule,
            together=together(self.inputs.links, (site for site in sites if UUID(site.id) not in self.inputs.turns)),
        )  # fmt: skip
        if self.inputs.company.fair_days if self.rep.fair_days is None else self.rep.fair_days:
            problem = with_fair_days(problem, self.name)
        return BuiltProblem(
            self.rep.id, self.rep.timezone, self.inputs.revision, self.inputs.base, problem, self.today, self._way_home(problem, way),
            lodging, self.inputs.days, self.inputs.version, asked, self._dues(), self.inputs.left_out, road.off_road,
            road.access, self.table, percent,
        )  # fmt: skip

    def _speeds(self, days: Sequence[Workday]) -> tuple[SpeedBand, ...]:
        dates = [self.today.date, *(day.date for day in days)]
        return with_clock_changes(self.table.bands, dates, self.rep.timezone)

    def _params(self) -> Params:
        company = self.inputs.company
        return Params(
            churn_percent=current_app.extensions["settings"].plan_churn_percent,
            preferred_price=60 * company.preferred_price_minutes,
            unfair_percent=company.unfair_percent,
        )

    def _place(self, lat: float, lon: float) -> int:
        self.places.append(Place(lat, lon))
        return len(self.places) - 1

    def _workdays(self) -> tuple[list[Workday], tuple[int, int] | None]:
        """The workdays, and the pair of places between which the rep drives home today.  No home, no workday."""
        rep = self.rep
        if rep.home_lat is None or rep.home_lon is None:
            return [], None
        home = self._place(rep.home_lat, rep.home_lon)
        end = home if rep.end_lat is None or rep.end_lon is None else self._place(rep.end_lat, rep.end_lon)
        days = [
            replace(day, area=area_on(self.table.bands, day.date, rep.timezone))
            for day in workdays(
                rep, self.inputs.company, self.horizon, self.inputs.time_off, self.inputs.day_hours, home, end
            )
        ]
        here, over = home, False
        if self.improve:
            frozen = self._frozen(days)
            days = [replace(day, frozen=True, max_stops=None) if day.date in frozen else day for day in days]
        elif days and days[0].date == self.today.date:
            here = self._here(home)
            rest = self.today.rest_of(replace(days[0], start_place=here), here)
            days, over = [rest, *days[1:]] if rest else days[1:], rest is None
        days, end = self._settled(days, over, end)
        return days, (here, end)

    def _here(self, home: int) -> int:
        """Where the rep is, or where today begins."""
        woke: Bed | None = self.inputs.days.get(self.today.date, {}).get("morning")
        if woke is not None:
            self.mornings[self.today.date] = woke
        if self.today.position:
            return self._place(*self.today.position)
        return home if woke is None else self._place(woke["lat"], woke["lon"])

    def _settled(self, days: list[Workday], over: bool, end: int) -> tuple[list[Workday], int]:
        """The workdays from and to nights that no plan changes any more, and where today ends.

        Those are tonight's, once nothing is left of today to be planned, and in a search that of a frozen tomorrow.
        """
        dates = {day.date for day in days}
        settled = sorted(self._frozen(days)) if self.improve else []
        today_ends = end
        for day in [self.today.date, *settled] if self.improve or over else settled:
            bed: Bed | None = self.inputs.days.get(day, {}).get("night")
            if bed is None or day + ONE_DAY not in dates:
                continue
            self.evenings[day] = self.mornings[day + ONE_DAY] = bed
            place = self._place(bed["lat"], bed["lon"])
            today_ends = place if day == self.today.date else today_ends
            days = [replace(d, end_place=place) if d.date == day else d for d in days]
            days = [replace(d, start_place=place) if d.date == day + ONE_DAY else d for d in days]
        return days, today_ends

    def _first_evening(self, days: Sequence[Workday]) -> date | None:
        """Of which a search may choose the night; a repair chooses none."""
        if self.improve:
            return max(self._frozen(days), default=self.today.date) + ONE_DAY
        return None if self.inputs.base else self.today.date + ONE_DAY  # tonight is too late to look for a room

    def _way_home(self, problem: Problem, way: tuple[int, int] | None) -> tuple[int, int]:
        if way is None:
            return 0, 0
        seconds, metres = int(problem.travel.seconds[way]), int(problem.travel.metres[way])
        area = area_on(self.table.bands, self.today.date, self.rep.timezone)
        pace, free = pace_on(problem, self.today.date, area), self.today.free_from
        return seconds if pace is None else pace.arrive(free, seconds) - free, metres

    def _frozen(self, days: Sequence[Workday]) -> frozenset[date]:
        """Tomorrow, once a search has been over it: nothing moves and nothing is added there by itself."""
        tomorrow = self.today.date + timedelta(days=1)
        settled = self.inputs.improved >= 0 and tomorrow in self.inputs.days
        return frozenset({tomorrow} if settled and any(day.date == tomorrow for day in days) else ())

    def _turns(self, base: tuple[PlacedVisit, ...], frozen: frozenset[date]) -> tuple[PlacedVisit, ...]:
        """The rep's visits at shared accounts, on the days that the team plan gave them; not where somebody was there today.

        On a frozen day at the time that was published.  (What else was published there the planner locks by itself.)
        """
        found = [visit for visit in base if visit.date in frozen and UUID(visit.site) in self.inputs.turns]
        known, today = {(visit.site, visit.date) for visit in found}, self.today.date
        for account, days in self.inputs.turns.items():
            gone = {today} if account in self.today.handled or today in self._visited(account) else set()
            found += [
                PlacedVisit(str(account), self.name, day)
                for day in days
                if day in self.horizon and day not in gone and (str(account), day) not in known
            ]
        return tuple(found)

    def _dues(self) -> dict[tuple[str, date], tuple[date | None, int]]:
        turns = (turn for days in self.inputs.turns.values() for turn in days.values())
        return {(str(turn.account_id), turn.day): (turn.due, turn.late_days) for turn in turns}

    def _visited(self, account: UUID) -> list[date]:
        return dates_in(self.inputs.visits.get(account, ""))

    def _assumed(self) -> dict[UUID, list[date]]:
        """Accounts that count as visited today without a logged visit."""
        today = self.today.date
        accounts = set(self.today.visited)
        if self.improve:
            stops = self.inputs.days.get(today, {}).get("stops", ())
            accounts |= {UUID(s["account"]) for s in stops if s["account"] and s["status"] in ("planned", "current")}
            accounts -= {
                UUID(stop["account"]) for stop in self.today.past if stop["status"] in ("skipped", "attempted")
            }
        return {account: [today] for account in accounts}

    def _base(self, known: set[str]) -> tuple[PlacedVisit, ...]:
        """The published visits that are still to be made."""
        handled = {str(account) for account in self.today.handled}
        return tuple(
            PlacedVisit(stop["account"], self.name, day, stop["start"])
            for day, route in sorted(self.inputs.days.items())
            if day in self.horizon
            for stop in route["stops"]
            if stop["kind"] == "visit" and stop["status"] in WAITING and stop["account"] in known
            if day != self.today.date or stop["account"] not in handled
        )

    def _appointments(self, known: set[str]) -> tuple[Appointment, ...]:
        found = []
        for occurrence in self.inputs.occurrences:
            day = occurrence.rep_day
            if day in self.horizon and not (day == self.today.date and occurrence.key in self.today.kept):
                found.append(self._appointment(occurrence, day, known))
        return tuple(sorted(found, key=lambda a: (a.date, a.window.earliest, a.id)))

    def _appointment(self, occurrence: Occurrence, day: date, known: set[str]) -> Appointment:
        start = clock.seconds_of_day(occurrence.starts_at, day, self.rep.timezone)
        row, site, place = occurrence.appointment, None, None
        if row.account_id and str(row.account_id) in known:
            site = str(row.account_id)
        elif row.account_id:
            place = self.elsewhere.get(row.account_id)
        elif row.lat is not None and row.lon is not None:
            place = self._place(row.lat, row.lon)
        window = TimeWindow(start, start + row.leeway_minutes * 60)
        return Appointment(occurrence.key, self.name, day, window, row.duration_minutes * 60, site, place)

    def _accounts_elsewhere(self, session: Session) -> dict[UUID, int]:
        """Places of accounts with an appointment that are not the rep's own."""
        own = {row.id for row in self.inputs.accounts}
        others = {o.appointment.account_id for o in self.inputs.occurrences} - own - {None}
        if not others:
            return {}
        rows = session.execute(select(Account.id, Account.lat, Account.lon).where(Account.id.in_(others)))
        return {row.id: self._place(row.lat, row.lon) for row in rows if row.lat is not None and row.lon is not None}
