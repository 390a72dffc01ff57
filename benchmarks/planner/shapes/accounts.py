"""What the shapes with moving due dates share: segments of accounts, meetings, workdays of one rep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from planner.cadence.policy import Cadence
from planner.calendar import DateRange, TimeWindow
from planner.params import Params
from planner.problem import Appointment, Problem, Site, Workday
from planner.travel import Estimate, Place, TravelMatrix

PARAMS = Params(
    waiting_percent=0, appointment_price=360_000, miss_growth_percent=0
)  # whatever the product's own prices are: instances stay equal
MONDAY = date(2026, 1, 5)
MINUTE, HOUR = 60, 3600
REP = "rep"
KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Segment:
    """`weight` accounts in a hundred; a visit every `interval` days of one of the `services` minutes; prices in minutes."""

    weight: int
    interval: int
    services: tuple[int, ...]
    miss: int


@dataclass(frozen=True)
class Day:
    """Seconds since midnight between which the rep is on the road; the half hour of the break is left away."""

    start: int = 8 * HOUR + 30 * MINUTE
    end: int = 16 * HOUR + 30 * MINUTE


ALWAYS = (8 * HOUR, 18 * HOUR)
MORNING, LATE_MORNING, AFTERNOON = (9 * HOUR, 12 * HOUR), (10 * HOUR, 17 * HOUR), (13 * HOUR, 17 * HOUR)


def on_plane(x: float, y: float, centre: Place) -> Place:
    """A place so many kilometres east and north of the centre, which lies near the equator or is small."""
    return Place(round(centre.lat + y / KM_PER_DEGREE, 6), round(centre.lon + x / KM_PER_DEGREE, 6))


def company(
    rng: Random, places: Sequence[Place], segments: Sequence[Segment], workdays: int, day: Day = Day(),
    travel: TravelMatrix | None = None,
) -> Problem:  # fmt: skip
    """Accounts at all places but the first, which is home; one in twenty is only met by appointment."""
    dates = working_dates(workdays)
    sites = [_site(rng, n, segments, day) for n in range(1, len(places))]
    meetings = _meetings(rng, sites, dates)
    met = {meeting.site for meeting in meetings}
    sites = [Site(s.id, s.place, REP, s.service, MONDAY) if s.id in met else s for s in sites]
    travel = travel or Estimate().matrix(list(places))
    return Problem(
        DateRange(MONDAY, MONDAY + timedelta(days=7 * ((workdays + 4) // 5) - 1)), tuple(places), travel,
        tuple(Workday(REP, date, day.start, day.end, 0, 0) for date in dates), tuple(sites), meetings,
        params=PARAMS,
    )  # fmt: skip


def working_dates(workdays: int) -> list[date]:
    """So many Mondays to Fridays."""
    return [MONDAY + timedelta(days=7 * (n // 5) + n % 5) for n in range(workdays)]


def _site(rng: Random, number: int, segments: Sequence[Segment], day: Day) -> Site:
    kind = rng.choices(segments, [s.weight for s in segments])[0]
    service = rng.choice(kind.services) * MINUTE
    last = MONDAY - timedelta(days=rng.randint(1, round(1.1 * kind.interval)))
    return Site(
        str(number), number, REP, service, last, _week(rng, service, day), cadence=Cadence(interval_days=kind.interval),
        credited=(last,), miss_price=kind.miss * MINUTE,
    )  # fmt: skip


def _week(rng: Random, service: int, day: Day) -> tuple[tuple[TimeWindow, ...], ...]:
    """The same hours all week, but one in five is closed on a day: visits begin so that they end in time."""
    opens, closes = rng.choices((ALWAYS, MORNING, LATE_MORNING, AFTERNOON), (60, 12, 18, 10))[0]
    window = (TimeWindow(max(opens, day.start), min(closes, day.end) - service),)
    closed = rng.randrange(25)
    return tuple(() if weekday in (closed, 5, 6) else window for weekday in range(7))


def _meetings(rng: Random, sites: Sequence[Site], dates: Sequence[date]) -> tuple[Appointment, ...]:
    """At most one a day, at a full half hour from 10 to 14, which any day can reach and come home from."""
    chosen = rng.sample(sites, min(len(dates), max(1, len(sites) // 20)))
    found = []
    for number, (site, day) in enumerate(zip(chosen, rng.sample(list(dates), len(chosen)), strict=True)):
        start = 10 * HOUR + 30 * MINUTE * rng.randrange(9)
        found.append(Appointment(f"m{number}", REP, day, TimeWindow(start, start), site.service, site.id))
    return tuple(found)
