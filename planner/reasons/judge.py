"""The judge of days: what becomes of a visit left out on each of its days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from planner.draft.dates import Verdict
from planner.draft.draft import Draft, Insertion, Key
from planner.draft.radius import BEYOND, Radius
from planner.draft.room import DayRoom
from planner.plan import Cause, Reason
from planner.problem import Workday
from planner.reasons.alone import barrier
from planner.reasons.days import DayVerdict, in_company, no_hours, no_place, only_apart, too_large
from planner.reasons.wishes import Wish
from planner.tasks import Task

_State = tuple[
    DayRoom, Verdict, Radius
]  # a draft makes new ones of these after a change, so whoever holds the old ones can tell


class Judge:
    """Tries visits on the days of a draft, and remembers what it found for as long as neither the day nor the site has changed."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._known: dict[tuple[str, Key], tuple[_State, bool, DayVerdict | None]] = {}
        self._alone: dict[object, Cause | None] = {}
        self._kinds: dict[Key, int] = {}
        self._numbers: dict[Workday, int] = {}

    def day(self, wish: Wish, key: Key, prove: bool = True) -> DayVerdict | None:
        """Try the visit on a workday: alone, beside what is fixed, and beside everything that is planned.

        prove : False: None for a day without a place, instead of finding out why (which takes longest).
        """
        if not prove and self.too_long(wish.site, key):
            return None
        if self.draft.sites[wish.site].newcomer or wish.site in self.draft.companions:
            return self._judged(wish, key, self.draft.room(key), prove)  # other days, and other sites, have a say in it
        now = self.draft.room(key), self.draft.verdict(wish.site), self.draft.radius
        before, proven, found = self._known.get((wish.site, key), (None, False, None))
        if before is None or not _same(before, now) or (prove and not proven):
            found = self._judged(wish, key, now[0], prove)
            self._known[wish.site, key] = now, prove or found is not None, found
        return found

    def too_long(self, name: str, key: Key) -> bool:
        """A bound, known at once: whether a visit takes longer than a day has room for anywhere between its stops, whatever its hours."""
        site = self.draft.sites[name]
        if site.place is None:
            return False
        return site.service + self.draft.workdays[key].follow_up > self.draft.room(key).longest.item(site.place)

    def _judged(self, wish: Wish, key: Key, room: DayRoom, prove: bool) -> DayVerdict | None:
        draft, workday = self.draft, self.draft.workdays[key]
        site = draft.sites[wish.site]
        task = draft.visit(site, key)  # with the promised start of a locked visit
        if not task.windows:
            return no_hours(site, workday, key)
        if too_large(workday, task):
            return DayVerdict(key, Reason.OVER_CAPACITY)
        if not prove and not room.positions(task):
            return None
        if (cause := self._barrier(key, task)) is not None:
            return DayVerdict(
                key, Reason.OUT_OF_REACH, cause=cause
            )  # though where roads are missing it may fit by way of others
        if others := draft.absent(wish.site, key):
            return in_company(draft, wish, key, task, others, prove)
        changed = draft.with_visit(wish.site, key)
        found = room.insert(task) if changed.broken is None else None
        if found is not None:
            return self._placed(wish, key, task, found, changed)
        if not prove:
            return None
        reason = no_place(draft, wish, key, task, changed.broken is not None)
        if reason is Reason.DAY_FULL and changed.broken is None and only_apart(draft, key, [task]):
            reason = Reason.APART
        return DayVerdict(key, reason)

    def _placed(self, wish: Wish, key: Key, task: Task, found: tuple[int, int], changed: Verdict) -> DayVerdict:
        draft = self.draft
        beyond = draft.radius_price([task], key)
        if beyond >= BEYOND:  # by itself: the visit may save waiting
            return DayVerdict(key, Reason.BEYOND_RADIUS)
        driving = found[0] + beyond + draft.shortens(wish.site, key)
        gain = draft.dates(wish.site).price(changed, draft.problem.params) - draft.site_price(wish.site)
        insertion = Insertion(key, found[1], driving, driving + gain)
        return DayVerdict(key, Reason.CHEAPER_LEFT_OUT if insertion.total >= 0 else None, insertion)

    def _barrier(self, key: Key, task: Task) -> Cause | None:
        """Why an empty day has no room for it; None: it has.  The same on all days that are alike."""
        same = self._kind(key), task.place, task.windows, task.duration
        if same not in self._alone:
            self._alone[same] = barrier(self.draft.problem, self.draft.workdays[key], task)
        return self._alone[same]

    def _kind(self, key: Key) -> int:
        """The number of all workdays that are like this one but for their date; where speeds differ, for their week."""
        if key not in self._kinds:
            workday = self.draft.workdays[key]
            weekday = workday.date.weekday() if self.draft.problem.speeds else 0
            like = replace(workday, date=date.min + timedelta(days=weekday))
            self._kinds[key] = self._numbers.setdefault(like, len(self._numbers))
        return self._kinds[key]


def _same(one: _State, two: _State) -> bool:
    return one[0] is two[0] and one[1] is two[1] and one[2] is two[2]
