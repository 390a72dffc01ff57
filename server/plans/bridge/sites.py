"""Accounts as the planner's sites: cadence and credited history, opening windows, service, prices."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from planner.cadence import credit
from planner.cadence.policy import Cadence
from planner.calendar import DateRange, TimeWindow
from planner.problem import ALL_WEEK, MustVisit, Site
from server.accounts.hours import open_spans
from server.accounts.models import Segment
from server.cadences.resolve import Resolved
from server.core.clock import midnight
from server.plans.bridge.reading import Inputs, dates_in

LATEST = (
    36 * 3600
)  # the latest start that a window names: on past midnight, so that nights and overtime have what is open
BESIDE = timedelta(days=3)  # dates of an account, whatever its zone, that meet LATEST of a rep's day
DEFAULT = Segment(miss_minutes=90)  # of accounts without a segment
Starts = tuple[TimeWindow, ...]
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Making:
    """What all sites of one problem have in common.

    busy : accounts that are not planned on the first day; skipped : of these those that the rep has skipped.
    assumed : further dates on which accounts count as visited (a visit under way; a day that is left as it is).
    """

    inputs: Inputs
    horizon: DateRange
    today: date
    cadences: Mapping[UUID, Resolved]
    places: Mapping[UUID, int]
    busy: frozenset[UUID]
    assumed: Mapping[UUID, list[date]]
    skipped: frozenset[UUID] = frozenset()

    def sites(self) -> tuple[Site, ...]:
        return tuple(self._site(row) for row in self.inputs.accounts)

    def _site(self, row: Any) -> Site:
        company, segment = self.inputs.company, self.inputs.segments.get(row.segment, DEFAULT)
        service = 60 * (row.service_minutes or segment.service_minutes or company.default_service_minutes)
        first = self._first_service(row, segment, service)
        hours, exceptions = self._hours(
            row, first or service
        )  # of both, or a first visit would not be over by closing time
        skipped = frozenset[date]()
        if row.id in self.busy and self.horizon.first == self.today:
            exceptions = {**exceptions, self.today: ()}
            skipped = frozenset({self.today} if row.id in self.skipped else ())
        turns = (
            row.id in self.inputs.turns
        )  # the team plan knows the rhythm, and says on which days this rep goes there
        cadence = None if turns else self.cadences[row.id].cadence
        pauses = () if turns else self.inputs.pauses.get(row.id, ())
        return Site(
            str(row.id),
            self.places.get(row.id),
            str(self.inputs.rep.id),
            service,
            row.active_from,
            hours,
            exceptions,
            ALL_WEEK if row.allowed_weekdays is None else frozenset(row.allowed_weekdays),
            cadence,
            self._credited(row, cadence, pauses),
            pauses,
            None if segment.late_minutes is None else segment.late_minutes * 60 * row.priority // 100,
            segment.miss_minutes * 60 * row.priority // 100,
            load_of(row, segment),
            skills=frozenset(row.needed_skills),
            first_service=first,
            preferred=self._preferred(row, segment),
            skipped=skipped,
        )

    def _first_service(self, row: Any, segment: Segment, service: int) -> int | None:
        """None also where somebody has been there, or goes there before this rep does."""
        turns = self.inputs.turns.get(row.id)
        colleague = turns is not None and self.inputs.first_turns[row.id] < min(turns)
        if colleague or self.inputs.visits.get(row.id) or self.assumed.get(row.id):
            return None
        first = first_service_of(row, segment)
        return first if first > service else None

    def _preferred(self, row: Any, segment: Segment) -> tuple[Starts, ...] | None:
        """What is usual on each weekday: a preference knows no exceptions."""
        text = row.preferred_hours or segment.preferred_hours
        if text is None:
            return None
        where = (row.country, row.region, row.timezone, self.inputs.rep.timezone)
        usual, _ = start_windows((text,), where, self.horizon.first, self.horizon.last, 0)
        return usual if any(usual) else None

    def _credited(self, row: Any, cadence: Cadence | None, pauses: tuple[DateRange, ...]) -> tuple[date, ...]:
        visits = self.inputs.visits.get(row.id, "")
        assumed = self.assumed.get(row.id, ())
        if cadence is None or not (visits or assumed):
            return ()
        return credited(row.active_from, cadence, pauses, visits, tuple(assumed), self.today)

    def _hours(self, row: Any, service: int) -> tuple[tuple[Starts, ...] | None, dict[date, Starts]]:
        whole = service if self.inputs.company.whole_visit_in_hours else 0
        texts = (row.opening_hours, self.inputs.company.default_hours)
        where = (row.country, row.region, row.timezone, self.inputs.rep.timezone)
        return start_windows(texts, where, self.horizon.first, self.horizon.last, whole)


def first_service_of(row: Any, segment: Segment | None) -> int:
    """Seconds of a first visit to an account; 0: it is as any other."""
    return 60 * (row.first_service_minutes or (segment.first_service_minutes if segment else None) or 0)


def load_of(row: Any, segment: Segment | None) -> int:
    """What a visit at an account takes of what can be carried."""
    own = row.load_units if row.load_units is not None else segment.load_units if segment else None
    return own or 0


@lru_cache(maxsize=16_384)
def credited(
    active_from: date,
    cadence: Cadence,
    pauses: tuple[DateRange, ...],
    visits: str,
    assumed: tuple[date, ...],
    today: date,
) -> tuple[date, ...]:
    """Credited dates that the planner needs, judged as compliance judges them."""
    days = sorted([*dates_in(visits), *assumed])
    found = credit.history(credit.Account(active_from, (cadence,), pauses), days, max(today, days[-1])).credited
    return found[-1:] if cadence.interval_days else found


@lru_cache(maxsize=4096)
def start_windows(
    texts: tuple[str | None, ...], where: tuple[str, str | None, str, str], first: date, last: date, whole: int
) -> tuple[tuple[Starts, ...], dict[date, Starts]]:
    """When a visit may start, in elapsed seconds of the rep's day: what is usual on each weekday, and the exceptions.

    where : country, region and zone of the account, zone of the rep.
    whole : seconds before closing by which a visit must begin.
    """
    country, region, zone, rep_zone = where
    spans = open_spans(texts, country, region, zone, first - BESIDE, last + BESIDE)
    found: dict[date, Starts] = {}
    for day in DateRange(first, last):
        begin, end = midnight(day, rep_zone), midnight(day + timedelta(days=1), rep_zone)
        found[day] = tuple(_starts(begin, _meeting(spans, begin, end), whole))
    usual = tuple(_usual([found[day] for day in found if day.weekday() == weekday]) for weekday in range(7))
    return usual, {day: starts for day, starts in found.items() if starts != usual[day.weekday()]}


def _meeting(spans: list[Span], begin: datetime, end: datetime) -> list[Span]:
    """Those of the spans, which are in order and apart, that meet a day."""
    one = bisect_right(spans, begin, key=lambda span: span[1])
    return spans[one : bisect_left(spans, end, lo=one, key=lambda span: span[0])]


def _starts(begin: datetime, spans: Iterable[Span], whole: int) -> Iterator[TimeWindow]:
    """In seconds of the day that begins then.  What goes on after its end is not cut off there, but by LATEST."""
    for opens, closes in spans:
        earliest = max(0, int((opens - begin).total_seconds()))
        latest = min(LATEST, int((closes - begin).total_seconds()) - whole)
        if earliest <= latest:
            yield TimeWindow(earliest, latest)


def _usual(days: list[Starts]) -> Starts:
    return Counter(days).most_common(1)[0][0] if days else ()


def must_visits(inputs: Inputs, first: date, today: date, busy: frozenset[UUID]) -> tuple[MustVisit, ...]:
    """Those that no visit in their period has fulfilled yet, credited or not, and that have a day left from `first` on.

    Also those of accounts that are shared, which the rep's turns may fulfil (`turns_asked`).
    """
    found = []
    for must in inputs.must_visits:
        if must.last < first:
            continue
        done = any(must.first <= day <= must.last for day in dates_in(inputs.visits.get(must.account_id, "")))
        over = must.last == today and must.account_id in busy
        if not done and not over:
            found.append(MustVisit(str(must.id), str(must.account_id), DateRange(must.first, must.last)))
    return tuple(found)


def turns_asked(inputs: Inputs, musts: Iterable[MustVisit]) -> tuple[tuple[MustVisit, ...], tuple[MustVisit, ...]]:
    """The must-visits that this rep's plan has to see to, and those that one of the rep's turns fulfils."""
    turns = {str(account): days for account, days in inputs.turns.items()}
    own = tuple(must for must in musts if must.site not in turns)
    return own, tuple(must for must in musts if any(day in must.period for day in turns.get(must.site, ())))
