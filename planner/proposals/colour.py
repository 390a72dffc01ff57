"""Green, yellow or red: whether a change can be agreed to without a second look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from planner.plan import Objective
from planner.proposals.compare import Displaced, Shift


class Colour(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


ORDER = (Colour.GREEN, Colour.YELLOW, Colour.RED)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of driving more than without the change: up to `short` green, up to `long` yellow, else red.

    slack : seconds by which the starts of others may differ and still be green (Params.lock_slack).
    """

    short: int = 30 * 60
    long: int = 90 * 60
    slack: int = 15 * 60


@dataclass(frozen=True, slots=True)
class Facts:
    """What a colour is made of.  firm : it has a place where one was asked for.  within : inside the radius of its day."""

    parts: Objective
    overtime: int
    displaced: Sequence[Displaced]
    shifts: Sequence[Shift]
    firm: bool
    credited: bool | None
    paused: bool
    within: bool = True


def colour(facts: Facts, limits: Limits) -> Colour:
    """red: it has no place or is not credited, another visit is left out or late for it, or the detour is long.
    yellow: others move to other days or by more than the slack, overtime, beyond the radius, or the detour is not short.
    """
    others_suffer = facts.parts.missed > 0 or facts.parts.lateness > 0 or any(item.left_out for item in facts.displaced)
    if not facts.firm or facts.credited is False or others_suffer or facts.parts.driving > limits.long:
        return Colour.RED
    moved = bool(facts.displaced) or any(abs(s.after - s.before) > limits.slack for s in facts.shifts)
    if moved or facts.overtime > 0 or facts.paused or not facts.within or facts.parts.driving > limits.short:
        return Colour.YELLOW
    return Colour.GREEN
