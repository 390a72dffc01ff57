"""Seeded random problems for property tests: small nasty ones, and companies of a realistic shape.

    random_problem(7)                               # about half of all features, chosen by the seed
    random_problem(7, features=ALL_FEATURES)        # all of them
    random_problem(7, features={"must_visits"})     # that one only, for sure
    company(7, accounts=150, days=20)               # ordinary, feasible, hours and segments

Equal arguments give equal problems.  Small problems are often over-full or contradictory on purpose (a must-visit while
the site is paused, two appointments at once): the planner answers with reasons, never with an exception.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np

from planner.cadence.policy import Cadence, Mode, Period, Season
from planner.calendar import Break, DateRange, TimeWindow
from planner.params import NightRule, Params, RadiusRule
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Site, Workday
from planner.travel import UNREACHABLE, Estimate, Place, SpeedBand, TravelMatrix

HOUR = 3600
MONDAY = date(2026, 3, 2)
ALL_FEATURES = frozenset(
    [
        "appointments",
        "blocks",
        "must_visits",
        "locked",
        "base",
        "breaks",
        "overtime",
        "follow_up",
        "max_stops",
        "missing_workdays",
        "end_elsewhere",
        "hours",
        "exceptions",
        "weekdays",
        "seasons",
        "pauses",
        "validity",
        "quota",
        "pattern",
        "never_visited",
        "min_gap",
        "no_cadence",
        "radius",
        "unowned",
        "unknown_positions",
        "unreachable",
        "asymmetric",
    ]
)
LATER = (
    "capacity",
    "max_driving",
    "combinations",
    "shared",
    "skills",
    "radius_minutes",
    "apart",
    "same_rep",
)  # drawn apart, so that the problems of a seed stay what they were without them
GROWTH = "miss_growth"  # from a stream of its own, for the same reason
ROADS = ("speeds", "nights")  # the same once more
NEWEST = (
    "first_service",
    "together",
    "fair_work",
    "preferred",
    "frozen",
    "areas",
    "second_pause",
)  # each drawn by itself, for the same reason
ALL_FEATURES = ALL_FEATURES.union(LATER, [GROWTH], ROADS, NEWEST)


def random_problem(
    seed: int, *, sites: int = 8, days: int = 10, reps: int = 1, features: Iterable[str] | None = None
) -> Problem:
    """A small problem that begins within a week of MONDAY and has `sites` sites for `reps` reps.

    features : names of ALL_FEATURES that occur for sure; None: each with probability 1/2.
    """
    return _Maker(Random(f"{seed} {sites} {days} {reps}"), days, features).problem(sites, reps)


def company(seed: int, accounts: int = 150, days: int = 20, reps: int = 1) -> Problem:
    """`accounts` spread over `reps` territories of some 60 km, with opening hours, breaks and appointments.

    days : calendar days of the horizon, from MONDAY; workdays are Mondays to Fridays, 08:00 to 17:00.
    """
    rng = Random(f"company {seed} {accounts} {days} {reps}")
    homes = [Place(46.0 + 0.8 * rng.random(), 8.0 + 1.2 * r + 0.3 * rng.random()) for r in range(reps)]
    places = [*homes]
    rows = []
    for n in range(accounts):
        rep = n % reps
        places.append(_near(rng, homes[rep], rng.choice([5, 15, 40])))
        rows.append(_account(rng, f"a{n:04}", len(places) - 1, f"rep{rep}"))
    horizon = DateRange(MONDAY, MONDAY + timedelta(days=days - 1))
    lunch = Break(TimeWindow(11 * HOUR + HOUR // 2, 13 * HOUR + HOUR // 2), HOUR // 2)
    workdays = tuple(
        Workday(f"rep{r}", day, 8 * HOUR, 17 * HOUR, r, r, lunch, 14, HOUR // 2, 300)
        for r in range(reps)
        for day in horizon
        if day.weekday() < 5
    )
    appointments = tuple(
        Appointment(f"appointment{n}", day.rep, day.date, _fixed(rng.randrange(9, 16) * HOUR), 2700, site.id)
        for n, day in enumerate(rng.sample(workdays, len(workdays) // 4))
        if (own := [s for s in rows if s.owner == day.rep])
        for site in [rng.choice(own)]
    )
    travel = Estimate().matrix(places)
    return Problem(horizon, tuple(places), travel, workdays, tuple(rows), appointments, radius=RadiusRule())


def _account(rng: Random, name: str, place: int, owner: str) -> Site:
    interval, service, miss = rng.choice([(14, 2700, 9000), (28, 1800, 5400), (28, 1800, 5400), (56, 1200, 3600)])
    last = MONDAY - timedelta(days=1 + rng.randrange(int(interval * 1.3)))
    shop = (TimeWindow(9 * HOUR, 12 * HOUR), TimeWindow(13 * HOUR + HOUR // 2, 16 * HOUR))
    always = (TimeWindow(8 * HOUR, 16 * HOUR + HOUR // 2),)
    day = rng.choice([shop, always, always])
    return Site(
        name,
        place,
        owner,
        service,
        active_from=MONDAY - timedelta(days=400),
        hours=(*[day] * 5, (), ()),
        cadence=Cadence(interval_days=interval),
        credited=(last,) if rng.random() < 0.95 else (),
        miss_price=miss,
    )


def _near(rng: Random, centre: Place, km: float) -> Place:
    return Place(
        round(centre.lat + rng.gauss(0, km / 111) / 1.5, 6), round(centre.lon + rng.gauss(0, km / 78) / 1.5, 6)
    )


def _fixed(second: int) -> TimeWindow:
    return TimeWindow(second, second)


class _Maker:
    """Draws the parts of one random problem; `has` says whether a feature is in play."""

    def __init__(self, rng: Random, days: int, features: Iterable[str] | None) -> None:
        self.extra = Random(f"later {rng.getstate()[1][:4]}")
        self.growth = Random(f"growth {rng.getstate()[1][:4]}")
        self.roads = Random(f"roads {rng.getstate()[1][:4]}")
        self.own = {name: Random(f"{name} {rng.getstate()[1][:4]}") for name in NEWEST}
        drawn = {name for name in sorted(ALL_FEATURES.difference(LATER, [GROWTH], ROADS, NEWEST)) if rng.random() < 0.5}
        drawn |= {name for name in LATER if self.extra.random() < 0.3}
        drawn |= {GROWTH} if self.growth.random() < 0.3 else set()
        drawn |= {name for name in ROADS if self.roads.random() < 0.3}
        drawn |= {name for name in NEWEST if self.own[name].random() < 0.3}
        self.features = drawn if features is None else set(features)
        if unknown := self.features - ALL_FEATURES:
            raise ValueError(f"no such feature: {', '.join(sorted(unknown))}")
        self.rng = rng
        first = MONDAY + timedelta(days=rng.randrange(7))
        self.horizon = DateRange(first, first + timedelta(days=days - 1))

    def has(self, feature: str, probability: float = 1.0) -> bool:
        return feature in self.features and self.rng.random() < probability

    def later(self, feature: str, choices: list[Any], probability: float = 0.7) -> Any:
        """One of the choices where a feature of LATER or NEWEST is in play, else None."""
        rng = self.own.get(feature, self.extra)
        if feature not in self.features or rng.random() >= probability:
            return None
        return rng.choice(choices)

    def problem(self, count: int, reps: int) -> Problem:
        rng = self.rng
        names = [f"rep{n}" for n in range(reps)]
        spread = rng.choice([6, 20, 45])
        places = [_near(rng, Place(42.5, 1.5), spread) for _ in range(count + 2 * reps + 1)]
        workdays = self.workdays(names, count)
        rows = tuple(self.site(n, n, names) for n in range(count))
        group = self.group(rows)
        rows = tuple(next((site for site in group if site.id == row.id), row) for row in rows)
        problem = Problem(
            self.horizon,
            tuple(places),
            self.travel(places, count),
            workdays,
            rows,
            self.appointments(rows, workdays, len(places) - 1),
            self.must_visits(rows),
            radius=RadiusRule(rng.choice([3000, 10000, 30000]), rng.random() < 0.5) if self.has("radius") else None,
        )
        if problem.radius is not None and (minutes := self.later("radius_minutes", [3, 8, 20], 1.0)):
            problem = replace(problem, radius=replace(problem.radius, seconds=60 * minutes))
        if GROWTH in self.features:
            percent, most = self.growth.choice([(0, 50), (40, 200), (15, 20)])
            params = Params(
                miss_growth_percent=percent,
                miss_growth_most_percent=most,
                late_percent=self.growth.choice([50, 0, 100]),
            )
            problem = replace(problem, params=params)
        names_of = [site.id for site in rows]
        if self.later("apart", [True], 1.0):
            pairs = tuple(tuple(self.extra.sample(names_of, 2)) for _ in range(3))
            together = {site.id for site in group}
            problem = replace(problem, apart=tuple(pair for pair in dict.fromkeys(pairs) if not set(pair) <= together))
        if self.later("same_rep", [True], 1.0):
            free = [site.id for site in rows if site.owner is None and not site.shared]
            problem = replace(problem, same_rep=(tuple(free[:3]),) if len(free) > 1 else ())
        if group:
            problem = replace(problem, together=(tuple(site.id for site in group),))
        if "speeds" in self.features:
            problem = replace(problem, speeds=self.speeds(self.roads))
        if "areas" in self.features:
            problem = self.in_areas(problem)
        if "nights" in self.features:
            problem = replace(problem, nights=self.nights(len(places), names))
        return replace(problem, locked=self.placed(problem, "locked", 2), base=self.placed(problem, "base", count))

    # -- reps ----------------------------------------------------------------------------------------------------

    def workdays(self, names: list[str], first_home: int) -> tuple[Workday, ...]:
        return tuple(
            self.workday(name, day, first_home + 2 * n)
            for n, name in enumerate(names)
            for day in self.horizon
            if day.weekday() < 5 and not self.has("missing_workdays", 0.25)
        )

    def workday(self, name: str, day: date, home: int) -> Workday:
        rng = self.rng
        start = rng.choice([7, 8, 9]) * HOUR
        end = start + rng.choice([4, 8, 8, 9]) * HOUR
        rest = None
        if self.has("breaks", 0.8):
            opens = rng.choice([11, 12]) * HOUR
            rest = Break(TimeWindow(opens, opens + rng.choice([0, HOUR, 2 * HOUR])), rng.choice([900, 1800, HOUR]))
        return Workday(
            name,
            day,
            start,
            end,
            home,
            home + 1 if self.has("end_elsewhere", 0.3) else home,
            rest,
            rng.choice([1, 3, 5]) if self.has("max_stops", 0.7) else None,
            rng.choice([1200, HOUR, 2 * HOUR]) if self.has("overtime", 0.7) else 0,
            rng.choice([300, 600]) if self.has("follow_up", 0.8) else 0,
            self.later("capacity", [2, 5, 8]),
            self.later("max_driving", [HOUR // 2, HOUR, 2 * HOUR, 3 * HOUR]),
            self.later("skills", [frozenset("a"), frozenset("ab"), frozenset("abc")]) or frozenset(),
            self.later("fair_work", [HOUR, 3 * HOUR, 6 * HOUR]),
            bool(self.later("frozen", [True], 0.3)),
        )

    # -- sites ---------------------------------------------------------------------------------------------------

    def site(self, number: int, place: int, names: list[str]) -> Site:
        cadence = None if self.has("no_cadence", 0.2) else self.cadence()
        made = self.own_site(number, place, names, cadence)
        if self.later("preferred", [True], 0.6):
            wanted = self.own["preferred"]
            opens = [wanted.choice([8, 10, 13, 15]) * HOUR for _ in range(7)]
            windows = tuple(
                (TimeWindow(o, o + wanted.choice([1800, 2 * HOUR])),) if o < 15 * HOUR else () for o in opens
            )
            made = replace(made, preferred=windows)
        longer = self.later("first_service", [0, 900, HOUR, 3 * HOUR], 0.6)
        made = replace(made, first_service=None if longer is None else made.service + longer)
        if (after := self.later("second_pause", [-2, 3, 5])) is not None:
            # some before what there is, so that neither is always the first of them
            first = self.horizon.first + timedelta(days=after)
            other = DateRange(first, first + timedelta(days=self.own["second_pause"].choice([0, 1, 4])))
            made = replace(made, pauses=self.own["second_pause"].choice([(*made.pauses, other), (other, *made.pauses)]))
        made = replace(made, skills=self.later("skills", [frozenset("a"), frozenset("ac")], 0.4) or frozenset())
        return replace(made, owner=None, shared=True) if self.later("shared", [True], 0.3) else made

    def own_site(self, number: int, place: int, names: list[str], cadence: Cadence | None) -> Site:
        rng = self.rng
        return Site(
            f"s{number}",
            None if self.has("unknown_positions", 0.2) else place,
            None if self.has("unowned", 0.4) else rng.choice([*names, "gone"] if self.has("unowned", 0.2) else names),
            rng.choice([600, 1800, 2700, HOUR]),
            self.horizon.first - timedelta(days=rng.choice([0, 3, 10, 100, 400])),
            tuple(self.windows(day) for day in range(7)) if self.has("hours", 0.7) else None,
            {day: self.windows(0) for day in self.horizon if self.has("exceptions", 0.2)},
            frozenset(rng.sample(range(5), rng.randint(1, 4))) if self.has("weekdays", 0.5) else frozenset(range(7)),
            cadence,
            self.credited(cadence),
            self.pauses(),
            rng.choice([0, None, 900]),
            rng.choice([0, 300, 5400, 20000]),
            self.later("capacity", [1, 2, 3, 6]) or 0,
        )

    def group(self, rows: tuple[Site, ...]) -> list[Site]:
        """Two or three sites that are visited together, so with one cadence and one owner."""
        if not self.later("together", [True], 1.0):
            return []
        first, *others = self.own["together"].sample(rows, self.own["together"].choice([2, 2, 3]))
        alike = {"cadence": first.cadence, "owner": first.owner, "shared": first.shared}
        return [first, *(replace(site, **alike) for site in others)]

    def windows(self, weekday: int) -> tuple[TimeWindow, ...]:
        if weekday >= 5 or self.rng.random() < 0.2:
            return ()
        opens = self.rng.choice([8, 9, 10]) * HOUR
        morning = TimeWindow(opens, self.rng.choice([opens, opens + HOUR, 12 * HOUR]))
        afternoon = TimeWindow(self.rng.choice([13, 14]) * HOUR, self.rng.choice([15, 17]) * HOUR)
        return self.rng.choice([(morning, afternoon), (morning,), (afternoon,)])

    def cadence(self) -> Cadence:
        """Any mode in play, with the fields that every mode takes."""
        rng, first = self.rng, self.horizon.first
        valid_from = first + timedelta(days=rng.randint(-40, 8)) if self.has("validity", 0.3) else None
        valid_to = first + timedelta(days=rng.randint(9, 30)) if self.has("validity", 0.3) else None
        common = {"valid_from": valid_from, "valid_to": valid_to}
        if self.later("combinations", [True], 0.4):
            return self.combined(common)
        if self.has("quota", 0.4):
            period = rng.choice([Period.WEEK, Period.WEEK, Period.MONTH, Period.QUARTER])
            common |= {"min_gap_days": self.gap(3), "seasons": self.seasons(None)}
            return Cadence(
                Mode.QUOTA, visits=rng.randint(1, 3), period=period, week_starts_on=rng.choice([0, 0, 6]), **common
            )
        if self.has("pattern", 0.4):
            anchor, block = first - timedelta(days=rng.randint(-5, 30)), rng.choice([3, 5, 10])
            common |= {"min_gap_days": self.gap(3), "seasons": self.seasons(None)}
            return Cadence(Mode.PATTERN, visits=rng.randint(1, 2), block_workdays=block, anchor=anchor, **common)
        return self.rolling(rng.choice([3, 5, 7, 14, 21, 28]), common)

    def combined(self, common: dict[str, date | None]) -> Cadence:
        visits, block = self.extra.choice([(1, 3), (2, 5), (2, 5), (3, 5), (2, 4), (3, 10)])
        days = [tuple(sorted(self.extra.sample(range(block), visits))) for _ in range(self.extra.randint(1, 4))]
        anchor = self.horizon.first - timedelta(days=self.extra.randint(-3, 12))
        gap, days = self.extra.choice([1, 1, 2]), tuple(dict.fromkeys(days))
        return Cadence(
            Mode.PATTERN,
            visits=visits,
            block_workdays=block,
            anchor=anchor,
            min_gap_days=gap,
            combinations=days,
            **common,
        )

    def rolling(self, interval: int, common: dict[str, date | None]) -> Cadence:
        seasons = self.seasons(interval)
        shortest = min([interval, *(s.interval_days for s in seasons if s.interval_days)])
        return Cadence(
            interval_days=interval,
            tolerance_days=self.rng.choice([None, None, 0, (shortest - 1) // 2]),
            first_within_days=self.rng.choice([None, 2, 10]),
            min_gap_days=self.gap(shortest),
            seasons=seasons,
            **common,
        )

    def gap(self, most: int) -> int:
        return self.rng.randint(1, most) if self.has("min_gap", 0.6) else 1

    def seasons(self, interval: int | None) -> tuple[Season, ...]:
        if not self.has("seasons", 0.5):
            return ()
        month = self.horizon.first.month + self.rng.choice([-1, 0, 0, 1])
        other = self.rng.choice([None, 2 * interval, max(2, interval // 2)]) if interval else None
        return (Season(frozenset({month}), other),)

    def credited(self, cadence: Cadence | None) -> tuple[date, ...]:
        if cadence is None or self.has("never_visited", 0.4):
            return ()
        last = self.horizon.first - timedelta(days=1 + self.rng.randrange(int(1.5 * (cadence.interval_days or 20))))
        earlier = last - timedelta(days=self.rng.choice([20, 35]))
        return (earlier, last) if self.rng.random() < 0.5 else (last,)

    def pauses(self) -> tuple[DateRange, ...]:
        if not self.has("pauses", 0.4):
            return ()
        first = self.horizon.first + timedelta(days=self.rng.randint(-12, 8))
        return (DateRange(first, first + timedelta(days=self.rng.choice([0, 2, 6, 60]))),)

    # -- what people asked for -----------------------------------------------------------------------------------

    def appointments(self, rows: tuple[Site, ...], days: tuple[Workday, ...], spare: int) -> tuple[Appointment, ...]:
        rng, result = self.rng, []
        for day in days:
            if self.has("appointments", 0.25):
                site = rng.choice([s.id for s in rows if s.place is not None] or [None])
                place = spare if site is None or rng.random() < 0.2 else None
                result.append(self.appointment(day, None if place is not None else site, place))
            if self.has("blocks", 0.25):
                result.append(self.appointment(day, None, None))
        return tuple(replace(item, id=f"x{n}") for n, item in enumerate(result))

    def appointment(self, day: Workday, site: str | None, place: int | None) -> Appointment:
        opens = day.start + self.rng.randrange(1800, day.end - day.start - 1800, 900)
        window = TimeWindow(opens, opens + self.rng.choice([0, 0, HOUR]))
        return Appointment("", day.rep, day.date, window, self.rng.choice([900, 1800, HOUR]), site, place)

    def must_visits(self, rows: tuple[Site, ...]) -> tuple[MustVisit, ...]:
        rng, result = self.rng, []
        for site in rows:
            if self.has("must_visits", 0.3):
                first = self.horizon.first + timedelta(days=rng.randrange(len(self.horizon)))
                result.append(
                    MustVisit(
                        f"m{len(result)}", site.id, DateRange(first, first + timedelta(days=rng.choice([0, 2, 6])))
                    )
                )
        return tuple(result)

    def placed(self, problem: Problem, feature: str, most: int) -> tuple[PlacedVisit, ...]:
        """At most one visit a site, on a workday of its owner (or anybody), mostly when the site is open."""
        rng, result = self.rng, []
        booked = {a.site for a in problem.appointments}
        for site in problem.sites:
            days = [d for d in problem.workdays if site.owner in (None, d.rep) and d.date.weekday() in site.weekdays]
            if len(result) == most or not days or site.id in booked or not self.has(feature, 0.4):
                continue
            day = rng.choice(days)
            start = rng.randrange(day.start, day.end, 900) if rng.random() < 0.5 else None
            result.append(PlacedVisit(site.id, day.rep, day.date, start))
        return tuple(result)

    # -- roads ---------------------------------------------------------------------------------------------------

    def speeds(self, rng: Random) -> tuple[SpeedBand, ...]:
        """Up to four bands a day, now and then one after the other, on some or all weekdays."""
        times = sorted(rng.sample(range(5 * HOUR, 19 * HOUR, 1500), 2 * rng.randint(1, 4)))
        if rng.random() < 0.3:  # one band after the other
            times = [times[0], *(time for time in times[1:-1] for _ in range(2)), times[-1]]
        weekdays = rng.choice([frozenset(range(7)), frozenset(range(5)), frozenset([0, 2, 3])])
        return tuple(
            SpeedBand(first, last, rng.choice([30, 55, 70, 85, 130, 175]), weekdays)
            for first, last in zip(times[::2], times[1::2], strict=True)
        )

    def in_areas(self, problem: Problem) -> Problem:
        """Some of the workdays in an area with speeds of its own."""
        rng = self.own["areas"]
        bands = tuple(replace(band, area="other") for band in self.speeds(rng))
        days = tuple(replace(day, area=rng.choice(["", "other"])) for day in problem.workdays)
        return replace(problem, speeds=(*problem.speeds, *bands), workdays=days)

    def nights(self, places: int, names: list[str]) -> NightRule:
        """Cheap nights in up to three places of the problem, some of them at home."""
        return NightRule(
            tuple(self.roads.sample(range(places), self.roads.randint(0, 3))),
            self.roads.random() < 0.4,
            self.roads.choice([frozenset(range(7)), frozenset(range(4)), frozenset([1, 2])]),
            self.roads.choice([0, 300, 1800]),
            self.roads.choice([0, 600, 1800]),
            self.roads.choice([None, None, frozenset(names[:1])]),
        )

    # -- travel --------------------------------------------------------------------------------------------------

    def travel(self, places: list[Place], sites: int) -> TravelMatrix:
        estimate = Estimate().matrix(places)
        if not self.features & {"asymmetric", "unreachable"}:
            return estimate
        seconds, metres = estimate.seconds.copy(), estimate.metres.copy()
        if "asymmetric" in self.features:
            factor = np.random.default_rng(self.rng.randrange(2**32)).uniform(0.8, 1.3, seconds.shape)
            seconds = (seconds * factor).astype(np.int32)
        if "unreachable" in self.features:
            for _ in range(2):
                i, j = self.rng.sample(range(sites + 1), 2)
                seconds[i, j] = metres[i, j] = UNREACHABLE
        return TravelMatrix(seconds, metres, "random")
