"""What a person may propose.  Each change gives the problem as it would be then; the plan follows by a repair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from planner.errors import ProblemError
from planner.groups import with_one_rep
from planner.plan import Plan, StopKind
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Site


class Change(Protocol):
    """subject : the site that the change is about, if any.  appointment : the appointment, if it is one."""

    @property
    def subject(self) -> str | None: ...

    @property
    def appointment_id(self) -> str | None: ...

    def applied(self, problem: Problem, plan: Plan) -> Problem:
        """The problem with the change made.  Raises ProblemError where the change names what is not there."""
        ...


@dataclass(frozen=True, slots=True)
class Book:
    """A new appointment, or (where its id is known already) one at another time."""

    appointment: Appointment

    @property
    def subject(self) -> str | None:
        return self.appointment.site

    @property
    def appointment_id(self) -> str | None:
        return self.appointment.id

    def applied(self, problem: Problem, plan: Plan) -> Problem:
        others = tuple(a for a in problem.appointments if a.id != self.appointment.id)
        return replace(problem, appointments=(*others, self.appointment))


@dataclass(frozen=True, slots=True)
class Cancel:
    """An appointment less."""

    id: str

    subject = None

    @property
    def appointment_id(self) -> str | None:
        return self.id

    def applied(self, problem: Problem, plan: Plan) -> Problem:
        others = tuple(a for a in problem.appointments if a.id != self.id)
        if len(others) == len(problem.appointments):
            raise ProblemError(f"there is no appointment {self.id}", "/id")
        return replace(problem, appointments=others)


@dataclass(frozen=True, slots=True)
class MoveVisit:
    """The planned visit of `site` on `day` goes to the day `to` and stays there: with a `start`, at that time."""

    site: str
    day: date
    to: date
    start: int | None = None

    appointment_id = None

    @property
    def subject(self) -> str | None:
        return self.site

    def applied(self, problem: Problem, plan: Plan) -> Problem:
        rep = _visitor(plan, self.site, self.day)
        if self.to not in problem.horizon:
            raise ProblemError(f"{self.to} is outside the planned days", "/to")
        if self.to != self.day:
            problem = _closed(problem, self.site, self.day)
        locked = [v for v in problem.locked if (v.site, v.date) not in ((self.site, self.day), (self.site, self.to))]
        visit = PlacedVisit(self.site, rep, self.to, self.start)
        if self.start is not None:  # told so now, though what was published may lie within the slack of it
            told = [v for v in problem.base if (v.site, v.rep, v.date) != (visit.site, visit.rep, visit.date)]
            problem = replace(problem, base=(*told, visit))
        return replace(problem, locked=(*locked, visit))


@dataclass(frozen=True, slots=True)
class SkipVisit:
    """The planned visit of `site` on `day` is not made that day."""

    site: str
    day: date

    appointment_id = None

    @property
    def subject(self) -> str | None:
        return self.site

    def applied(self, problem: Problem, plan: Plan) -> Problem:
        _visitor(plan, self.site, self.day)
        locked = tuple(v for v in problem.locked if (v.site, v.date) != (self.site, self.day))
        problem = _closed(problem, self.site, self.day)
        site = _site(problem, self.site)
        problem = _with_site(problem, replace(site, skipped=site.skipped | {self.day}))
        return replace(problem, locked=locked)


@dataclass(frozen=True, slots=True)
class AskVisit:
    """Somebody asks for a visit on any day of a period."""

    must: MustVisit

    appointment_id = None

    @property
    def subject(self) -> str | None:
        return self.must.site

    def applied(self, problem: Problem, plan: Plan) -> Problem:
        return replace(problem, must_visits=(*problem.must_visits, self.must))


@dataclass(frozen=True, slots=True)
class HandOver:
    """From now on `rep` visits the site, and what one rep has to visit with it (Problem.same_rep, together)."""

    site: str
    rep: str

    appointment_id = None

    @property
    def subject(self) -> str | None:
        return self.site

    def applied(self, problem: Problem, plan: Plan) -> Problem:
        if self.rep not in problem.reps:
            raise ProblemError(f"{self.rep} has no workday in these days", "/rep")
        theirs = self.sites(problem)
        sites = [replace(s, owner=self.rep, shared=False) if s.id in theirs else s for s in problem.sites]
        locked = [visit for visit in problem.locked if visit.site not in theirs or visit.rep == self.rep]
        return replace(problem, sites=tuple(sites), locked=tuple(locked))

    def sites(self, problem: Problem) -> tuple[str, ...]:
        """What changes hands: the site, then those that go along."""
        _site(problem, self.site)
        group = next((group for group in with_one_rep(problem) if self.site in group), ())
        return (self.site, *sorted(set(group) - {self.site}))


def _site(problem: Problem, name: str) -> Site:
    found = next((site for site in problem.sites if site.id == name), None)
    if found is None:
        raise ProblemError(f"there is no site {name}", "/site")
    return found


def _with_site(problem: Problem, changed: Site) -> Problem:
    return replace(problem, sites=tuple(changed if site.id == changed.id else site for site in problem.sites))


def _closed(problem: Problem, name: str, day: date) -> Problem:
    """The problem in which a site is not visited on a date."""
    site = _site(problem, name)
    return _with_site(problem, replace(site, exceptions={**site.exceptions, day: ()}))


def _visitor(plan: Plan, site: str, day: date) -> str:
    """Who has a visit of the site on that date."""
    for route in plan.routes:
        if route.date == day and any(s.kind is StopKind.VISIT and s.site == site for s in route.stops):
            return route.rep
    raise ProblemError(f"no visit of {site} is planned on {day}", "/day")
