"""An overload in sentences.  Sites and reps are called by their ids unless the caller knows names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planner.overload.remedies import HandOver, LongerDays, Remedy, Stretch
from planner.overload.report import RepOverload
from planner.overload.search import Tried

MOST_NAMED = 5


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
        pieces = (
            f". {hours(found.free)} a week stay free, but in pieces too short for them: "
            f"about {found.days:.1f} workdays a week are short"
            if found.days
            else ""
        )
        return (
            f"{self.rep(found.rep)}: {found.short} of {_count(asked, 'visit')} asked for cannot be made, "
            f"at {_count(sites, 'account')}; they take {hours(found.missing)} a week{pieces}"
        )

    def estimate(self, found: RepOverload) -> str:
        need = found.estimate
        return (
            f"Estimate: {need.visits:.1f} visits a week take {hours(need.needed)}, "
            f"of {hours(need.available)} of working time a week"
        )

    def remedy(self, tried: Tried) -> str:
        """What it is, what it costs, and what is still left out."""
        rest = f"; {_count(tried.short, 'visit')} would still be left out" if tried.short else ""
        driving = f"{span(abs(tried.running))} {'more' if tried.running > 0 else 'less'} driving and waiting"
        return f"{self.what(tried.remedy)}: costs as much as {span(tried.cost)} of driving ({driving}){rest}"

    def what(self, remedy: Remedy) -> str:
        if isinstance(remedy, LongerDays):
            return f"Every workday {span(remedy.seconds)} longer"
        if isinstance(remedy, Stretch):
            group = f"accounts \u201c{remedy.group}\u201d" if remedy.group else "all accounts"
            return f"Intervals of {group} at {remedy.percent} %"
        assert isinstance(remedy, HandOver)
        names = [self.name(site) for site in remedy.sites[:MOST_NAMED]]
        more = len(remedy.sites) - len(names)
        listed = ", ".join(names) + (f" and {more} more" if more else "")
        return f"{_count(len(remedy.sites), 'account')} to {self.rep(remedy.to)} ({listed})"

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
                )
        if found.short:
            yield "  Left out: " + ", ".join(self.name(e.site) for e in found.unkept if e.short)
            yield "  What would keep them, the cheapest first:"
        for tried in found.remedies:
            yield f"    {self.remedy(tried)}"


def hours(seconds: int) -> str:
    return f"{seconds / 3600:.1f} h"


def span(seconds: int) -> str:
    """Minutes, of two hours and more hours."""
    return hours(seconds) if seconds >= 7200 else f"{round(seconds / 60)} min"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
