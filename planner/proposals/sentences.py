"""A price in one sentence: "Tuesday 3 March 10:20-11:20: 6 min more driving; nothing moves".

Sites are called by their ids unless the caller knows names, and times are hours and minutes that have passed since
midnight unless it knows the zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from planner.proposals.compare import Displaced, Shift
from planner.proposals.handed import Handed, Share
from planner.proposals.price import Price

MOST_VISITS = 4  # of the new rep, in a sentence


def _passed(day: date, second: int) -> str:
    return f"{second // 3600:02}:{second % 3600 // 60:02}"


@dataclass(frozen=True)
class Words:
    """name : of a site id.  rep : name of a rep id.  clock : the time of day of a date and second; there : the
    same in the zone of a rep who takes over."""

    name: Callable[[str], str] = str
    rep: Callable[[str], str] = str
    clock: Callable[[date, int], str] = _passed
    there: Callable[[date, int], str] | None = None

    def sentence(self, price: Price) -> str:
        """The whole: when, what it costs, what moves, and what there is to know besides."""
        if price.refused and not (price.own or price.displaced or price.shifts):
            return f"It has no place: {price.reason.rstrip('.') or 'no day has room for it'}"
        return f"{self.when(price)}{'; '.join([*self._costs(price), self.consequences(price), *self._warnings(price)])}"

    def when(self, price: Price) -> str:
        if price.handed is not None:
            others = [self.name(site) for site in price.handed.sites[1:]]
            along = f", and with it {_listed(others)}" if others else ""
            return f"{self.rep(price.handed.rep)} visits it from now on{along}: "
        if price.placed is None:
            return "It has no place: " if price.refused else ""
        at = price.placed
        return f"{day(at.date)} {self.clock(at.date, at.start)}-{self.clock(at.date, at.end)}: "

    def consequences(self, price: Price) -> str:
        """What happens to other stops."""
        taken = [item for item in price.own if price.placed is not None and item.to is None and not item.left_out]
        days = " and ".join(day(item.day) for item in taken)
        said = [f"it takes the place of the visit of {days}"] if taken and price.takes else []
        said += [f"the visit of {days} falls away"] if taken and not price.takes else []
        said += [self.moved(item) for item in (*price.own, *price.displaced) if item not in taken]
        said += list(self._later(price.shifts))
        said += [self._visits(price.handed)] if price.handed else []
        return "; ".join(said) or "nothing moves"

    def _costs(self, price: Price) -> Iterator[str]:
        if price.reason:
            yield price.reason.rstrip(".")
        driving = round(price.parts.driving / 60)
        shares = [share for share in price.handed.shares if share.driving] if price.handed else []
        each = f" ({_listed([self._share(share) for share in shares])})" if len(shares) > 1 else ""
        yield (
            f"{abs(driving)} min {'more' if driving > 0 else 'less'} driving" if driving else "no more driving"
        ) + each
        if price.overtime:
            over = round(price.overtime / 60)
            yield f"{abs(over)} min {'more' if over > 0 else 'less'} overtime"

    def _share(self, share: Share) -> str:
        return f"{self.rep(share.rep)} {abs(round(share.driving / 60))} min {'more' if share.driving > 0 else 'less'}"

    def _visits(self, found: Handed) -> str:
        """When the new rep comes."""
        if not found.visits:
            return "no visit is planned in these days"
        clock = self.there or self.clock
        told = [
            (f"{self.name(visit.site)} " if len(found.sites) > 1 else "")
            + f"{day(visit.date)} {clock(visit.date, visit.start)}"
            for visit in found.visits[:MOST_VISITS]
        ]
        more = len(found.visits) - len(told)
        return f"visits: {_listed([*told, f'{more} more'] if more else told)}"

    def _warnings(self, price: Price) -> Iterator[str]:
        lost = round((price.parts.lateness + price.parts.missed) / 60)
        if lost and not any(item.left_out for item in (*price.own, *price.displaced)):  # else it is said which
            yield f"what is late or left out counts {abs(lost)} min {'more' if lost > 0 else 'less'}"
        if price.credited is False:
            yield "it would not be credited: it is too near to another visit there, or not asked for"
        for when in price.uncredited:
            yield f"the fixed visit of {day(when)} would no longer be credited"
        if price.paused:
            yield "the account is paused then"
        if price.beyond_radius:
            yield "it lies beyond the radius of that day"

    def moved(self, item: Displaced) -> str:
        """What becomes of a stop that leaves its day."""
        what = self.name(item.site) if item.site else "an appointment"
        if item.to is not None:
            return f"{what} moves from {day(item.day)} to {day(item.to)}"
        if item.left_out:
            return f"{what} of {day(item.day)} is left out" + (f" ({item.detail.rstrip('.')})" if item.detail else "")
        return f"{what} is not visited on {day(item.day)}, another visit there takes its place"

    def _later(self, shifts: tuple[Shift, ...]) -> Iterator[str]:
        """Of each direction how many, and by how much at most; whole minutes."""
        for word, moves in (("later", _minutes(shifts, 1)), ("earlier", _minutes(shifts, -1))):
            if moves:
                stops = "1 stop starts" if len(moves) == 1 else f"{len(moves)} stops start up to"
                yield f"{stops} {max(moves)} min {word}"


def _listed(parts: list[str]) -> str:
    """a, b and c"""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def day(value: date) -> str:
    return f"{value:%A} {value.day} {value:%B}"


def _minutes(shifts: tuple[Shift, ...], sign: int) -> list[int]:
    return [minutes for s in shifts if (minutes := round(sign * (s.after - s.before) / 60)) > 0]
