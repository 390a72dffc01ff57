"""Explanations in words.  Sites and appointments are called by their ids unless the caller knows names, and times are hours
and minutes that have passed since midnight unless it knows the zone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from planner.explain import easings
from planner.explain.admit import Admission, WhyNot
from planner.explain.appointments import OtherTime
from planner.explain.easings import Change
from planner.explain.visit import Basis, Why
from planner.plan import Reason
from planner.proposals import Words as PriceWords
from planner.proposals.sentences import day

UNCHANGEABLE = {
    Reason.NOT_DUE: "Nothing has to change: it is not due yet",
    Reason.PAUSED: "Nothing has to change: it is not asked for at present",
    Reason.ENDED: "Nothing has to change: nobody asks for it any more",
    Reason.NO_POSITION: "Its position has to be known first",
}


@dataclass(frozen=True)
class Words:
    """name : of a site id; appointment : of an appointment's; rep : of a rep's.  price : how prices are told."""

    name: Callable[[str], str] = str
    appointment: Callable[[str], str] = str
    rep: Callable[[str], str] = str
    price: PriceWords = field(default_factory=PriceWords)

    def now(self, found: Why) -> str:
        """Why the visit is made at all, and what leaving it out would cost."""
        worth = f"; left out it would cost {_minutes(found.value)}"
        since = f"; the visit before is of {day(found.previous)}" if found.previous else ""
        window = found.window
        if found.basis is Basis.AGREED:
            return "It is agreed"
        if found.basis is Basis.FIXED:
            return f"It is fixed on this day{since}{worth}"
        if found.basis is Basis.ASKED:
            return f"Somebody asked for it{since}{worth}"
        if window is None:
            return f"It is one of the visits of its period{since}{worth}"
        if found.basis is Basis.PERIOD:
            return f"It is one of the visits of {day(window.opens)} to {day(window.closes)}{since}{worth}"
        said = f"Its due date is {day(window.due)}"
        if found.basis is Basis.OVERDUE:
            said += f", and it is {_days(found.late_days)} late"
        else:
            said += f", on time from {day(window.opens)} to {day(window.closes)}"
        return f"{said}{since}{worth}"

    def this_day(self, found: Why) -> str:
        """Why on this day: what it costs there, and what the next best day would cost."""
        here = f"On {day(found.date)} it costs {_minutes(found.detour)}"
        if found.basis in (Basis.AGREED, Basis.FIXED):
            return here
        best = found.next_best
        if best is None or best.placed is None:
            return f"{here}; no other day has a place for it"
        more = f"{_minutes(abs(best.total))} {'more' if best.total >= 0 else 'less'}"
        moved = self.price.consequences(best)
        return f"{here}; the next best day is {day(best.placed.date)}, which would cost {more} in all ({moved})"

    def not_planned(self, found: WhyNot) -> str:
        """The smallest change that admits it."""
        if found.fits:
            return "It fits by now; the next search plans it"
        if not found.admissions:
            return UNCHANGEABLE.get(found.entry.reason, "No small change was found that would admit it")
        return self.admission(found.admissions[0])

    def admission(self, one: Admission) -> str:
        """The change, and what comes of it."""
        insisted = easings.last(one.change)
        said = [] if isinstance(insisted, easings.FixOn) else [f"it then stands on {day(one.date)}"]
        if isinstance(insisted, easings.AskFor | easings.FixOn):
            more = round(one.cost / 60)
            said.append(f"that costs {more} min more in all" if more > 0 else "that costs nothing more")
        said += [self.price.moved(replace(item, detail="")) for item in one.displaced]
        if one.rivals:
            said.append(f"others would gain more from that: {', '.join(self.name(site) for site in one.rivals)}")
        return f"{self.change(one.change)}: {'; '.join(said)}"

    def change(self, change: Change) -> str:
        """The change itself, as something to do."""
        if isinstance(change, easings.Several):
            first, *others = [self.change(one) for one in change.changes]
            return ", ".join([first, *(f"and {other[0].lower()}{other[1:]}" for other in others)])
        if isinstance(change, easings.LongerDay):
            how = "Begin {} sooner on {}" if change.morning else "Work {} longer on {}"
            return how.format(_minutes(change.seconds), day(change.date))
        if isinstance(change, easings.LongerHours):
            how = "before it opens" if change.morning else "after the last time at which it may begin"
            return f"Visit it up to {_minutes(change.seconds)} {how} on {day(change.date)}"
        if isinstance(change, easings.OpenOn):
            return f"Visit it on {day(change.date)} although it is closed"
        if isinstance(change, easings.NotSkipped):
            return f"Visit it on {day(change.date)} although it was to be skipped"
        if isinstance(change, easings.MoreStops):
            return f"Allow {change.stops} more {'stop' if change.stops == 1 else 'stops'} on {day(change.date)}"
        if isinstance(change, easings.MoreCapacity):
            return f"Carry {change.units} more on {day(change.date)}"
        if isinstance(change, easings.MoreDriving):
            return f"Drive {_minutes(change.seconds)} more on {day(change.date)}"
        if isinstance(change, easings.WorkOn):
            return f"Let {self.rep(change.rep)} work on {day(change.date)}"
        if isinstance(change, easings.WiderRadius):
            return f"Widen the radius by {change.metres / 1000:.0f} km"
        if isinstance(change, easings.ShorterGap):
            return f"Allow visits there {_days(change.days)} nearer to each other"
        if isinstance(change, easings.Without):
            return f"Give up {self.appointment(change.appointment)}"
        if isinstance(change, easings.OtherRep):
            return f"Let {self.rep(change.rep)} visit it"
        if isinstance(change, easings.AskFor):
            return "Ask for it"
        if isinstance(change, easings.FixOn):
            return f"Fix it on {day(change.date)}"
        assert isinstance(change, OtherTime)
        return f"Make it {_minutes(abs(change.seconds))} {'later' if change.seconds > 0 else 'earlier'}"


def _minutes(seconds: int) -> str:
    return f"{round(seconds / 60)} min"


def _days(number: int) -> str:
    return f"{number} {'day' if number == 1 else 'days'}"
