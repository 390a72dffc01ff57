"""An overload in sentences.  Sites and reps are called by their ids unless the caller knows names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from planner.explain.easings import Easing, LongerDay, MoreDriving, MoreStops
from planner.overload.remedies import HandOver, LongerDays, MoreStopsADay, Remedy, SingleDays, Stretch
from planner.overload.report import RepOverload
from planner.overload.search import Tried
from planner.proposals.sentences import day as dated

MOST_NAMED = 5
MOST_DAYS = 10  # of single days, that are named


@dataclass(frozen=True)
class Words:
    """name : of a site id; rep : of a rep's."""

    name: Callable[[str], str] = str
    rep: Callable[[str], str] = str

    def headline(self, found: RepOverload) -> str:
        """What cannot be kept, in one sentence."""
        asked = sum(group.asked for group in found.groups)
        if not found.short:
            return (
                f"{self.rep(found.rep)}: none of {_count(asked, 'visit')} asked for has to be left out for want of time"
            )
        sites = sum(group.waiting for group in found.groups)
        late = f", and {found.fallen} more fall away as others come late" if found.fallen else ""
        return (
            f"{self.rep(found.rep)}: {found.short} of {_count(asked, 'visit')} asked for cannot be made for want of time, "
            f"at {_count(sites, 'account')}{late}; they take {hours(found.takes)} a week{self._free(found)}"
        )

    def _free(self, found: RepOverload) -> str:
        """How much of that is short, or why visits wait though there is as much time as they take."""
        if found.free < found.takes:
            free = f", beside {hours(found.free)} that stay free" if hours(found.free) != hours(0) else ""
            return f": {hours(found.missing)} a week are missing{free}"
        if found.days is None:
            return (
                f". {hours(found.free)} a week stay free, but not where they would fit: look at opening hours, "
                "ways and what a day is limited to"
            )
        return (
            f". {hours(found.free)} a week stay free, but in pieces too short for them: "
            f"about {found.days:.1f} workdays a week are short"
        )

    def estimate(self, found: RepOverload) -> str:
        need = found.estimate
        return (
            f"Estimate: {need.visits:.1f} visits a week take {hours(need.needed)}, "
            f"of {hours(need.available)} of working time a week"
        )

    def remedy(self, tried: Tried) -> str:
        """What it is, what it costs, and what it keeps: all unless said."""
        rest = ""
        if tried.left:
            rest = f"; keeps {tried.keeps} of {tried.before}{self._left(tried)}"
        elif tried.again:
            rest = f"; a plan with it keeps them all, another search left out {_count(tried.again, 'visit')}"
        driving = f"{span(abs(tried.running))} {'more' if tried.running > 0 else 'less'} driving and waiting"
        idle = f", which then asks for nothing in this period at {_count(tried.idle, 'account')}" if tried.idle else ""
        return f"{self.what(tried.remedy)}{idle}: costs as much as {span(tried.cost)} of driving ({driving}){rest}"

    def _left(self, tried: Tried) -> str:
        short = f", {_count(tried.short, 'visit')} would still be left out in the best plan found with it"
        other = f", {_count(tried.lost, 'visit')} would then be left out for another reason than time"
        return (short if tried.short else "") + (other if tried.lost > 0 else "")

    def what(self, remedy: Remedy) -> str:
        if isinstance(remedy, LongerDays):
            also = f", with {_count(remedy.stops, 'stop')} more a day" if remedy.stops else ""
            return f"Every workday {span(remedy.seconds)} longer{also}"
        if isinstance(remedy, MoreStopsADay):
            return f"{_count(remedy.stops, 'stop')} more on every workday, in the same hours"
        if isinstance(remedy, SingleDays):
            return f"Single days: {self._days(remedy)}"
        if isinstance(remedy, Stretch):
            group = f"accounts \u201c{remedy.group}\u201d" if remedy.group else "all accounts"
            return f"Intervals of {group} at {remedy.percent} %"
        assert isinstance(remedy, HandOver)
        names = [self.name(site) for site in remedy.sites[:MOST_NAMED]]
        more = len(remedy.sites) - len(names)
        listed = ", ".join(names) + (f" and {more} more" if more else "")
        return f"{_count(len(remedy.sites), 'account')} to {self.rep(remedy.to)} ({listed})"

    def _days(self, remedy: SingleDays) -> str:
        """What is asked of which day; of many days those on which most is."""
        by_day: dict[date, list[Easing]] = {}
        for change in remedy.changes:
            by_day.setdefault(_day_of(change), []).append(change)
        ranked = sorted(by_day, key=lambda day: (-sum(_amount(change) for change in by_day[day]), day))
        named = sorted(ranked[:MOST_DAYS])
        said = [f"{dated(day)} {' and '.join(_asked(change) for change in by_day[day])}" for day in named]
        rest = [_amount(change) for day in ranked[MOST_DAYS:] for change in by_day[day]]
        left = f", and {_count(len(by_day) - len(named), 'day')} more, {span(sum(rest))} in all" if rest else ""
        return ", ".join(said) + left

    def lines(self, found: RepOverload) -> Iterator[str]:
        """The whole, for a shell."""
        yield self.headline(found)
        yield f"  {self.estimate(found)}"
        for group in found.groups:
            if group.asked:
                yield (
                    f"  {group.group}: {group.kept} of {group.asked} kept, {group.late} of them late "
                    f"({group.overdue} were overdue before); {group.short} left out for want of time, "
                    f"at {group.waiting} of {group.sites} accounts"
                    + (f"; {group.fallen} fallen away as others come late" if group.fallen else "")
                )
        if found.short:
            yield "  Left out: " + ", ".join(self.name(e.site) for e in found.unkept if e.short)
            yield "  What would keep them, the cheapest first; then what keeps most:"
        for tried in found.remedies:
            best = " [costs least for each visit kept]" if tried is found.best_value and len(found.remedies) > 1 else ""
            yield f"    {self.remedy(tried)}{best}"


def _day_of(change: Easing) -> date:
    assert isinstance(change, LongerDay | MoreDriving | MoreStops)
    return change.date


def _amount(change: Easing) -> int:
    """Seconds; a stop more needs none."""
    return change.seconds if isinstance(change, LongerDay | MoreDriving) else 0


def _asked(change: Easing) -> str:
    if isinstance(change, LongerDay):
        return f"begun {exactly(change.seconds)} sooner" if change.morning else f"{exactly(change.seconds)} longer"
    if isinstance(change, MoreDriving):
        return f"with {exactly(change.seconds)} more at the wheel"
    assert isinstance(change, MoreStops)
    return f"with {_count(change.stops, 'stop')} more"


def hours(seconds: int) -> str:
    return f"{seconds / 3600:.1f} h"


def span(seconds: int) -> str:
    """Minutes, of two hours and more hours."""
    return hours(seconds) if seconds >= 7200 else f"{round(seconds / 60)} min"


def exactly(seconds: int) -> str:
    """To the minute, for what somebody is asked to do."""
    whole, minutes = divmod(round(seconds / 60), 60)
    return span(seconds) if whole < 2 else f"{whole} h {minutes} min" if minutes else f"{whole} h"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
