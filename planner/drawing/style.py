"""Colours that stay apart for people who see few, and how names and times are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from planner.plan import StopKind

WEEKDAYS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#5C4400", "#56B4E9", "#595959")  # after Okabe and Ito
LIGHT = {"#CC79A7", "#56B4E9"}  # of these what white numbers cannot be read on
DASHES = ("-", "--", "-.")  # of the ways of reps, where there are more of them than colours
INK, SOFT, FAINT, LEFT_OUT = "#222222", "#777777", "#d9d9d9", "#b00020"
PAPER, WORKING = "#ffffff", "#f0f0f0"
SIZE, SMALL = 9, 7  # points of text
SHADE = {StopKind.VISIT: 1.0, StopKind.APPOINTMENT: 1.0, StopKind.BLOCK: 0.45, StopKind.BREAK: 1.0}
HATCH = {StopKind.APPOINTMENT: "///"}
NIGHT: dict[str, Any] = {"ls": "", "marker": "D", "ms": 5.5, "mfc": PAPER, "mec": INK, "mew": 1.2}
ELSEWHERE: dict[str, Any] = {"ls": "", "marker": "o", "ms": 4, "mfc": PAPER, "mec": SOFT, "mew": 0.7}
NOT_DUE: dict[str, Any] = {"ls": "", "marker": "o", "ms": 2.5, "mfc": FAINT, "mec": "none"}
CROSS: dict[str, Any] = {"ls": "", "marker": "x", "ms": 5, "mew": 1.2, "color": LEFT_OUT}
HOME: dict[str, Any] = {"ls": "", "marker": "s", "ms": 7, "mec": PAPER, "mew": 1}
LONGEST = 32  # letters of a name

NUMBER: dict[str, Any] = {"ha": "center", "va": "center_baseline"}


@dataclass(frozen=True, slots=True)
class Colours:
    """Of `reps` each has a colour; without them each weekday."""

    reps: tuple[str, ...] = ()

    def of(self, rep: str, day: date) -> str:
        return self.of_rep(rep) if self.reps else colour(day)

    def of_rep(self, rep: str) -> str:
        """Of what is a rep's on any day, as the home."""
        return WEEKDAYS[self.reps.index(rep) % len(WEEKDAYS)] if self.reps else INK

    def dashes(self, rep: str) -> str:
        return DASHES[self.reps.index(rep) // len(WEEKDAYS) % len(DASHES)] if self.reps else DASHES[0]


def on(colour: str) -> str:
    """The colour of a number on this one."""
    return INK if colour in LIGHT else PAPER


def number_size(text: str) -> float:
    """Points, so that it stays inside the sign of a stop."""
    return 6.0 if len(text) == 1 else 5.2


def colour(day: date) -> str:
    """Each weekday has its own."""
    return WEEKDAYS[day.weekday()]


def day_name(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def days_name(first: date, last: date) -> str:
    """The days with their year, or years."""
    if first == last:
        return f"{day_name(first)} {first.year}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{day_name(first)}{year} to {day_name(last)} {last.year}"


def short(name: str, longest: int = LONGEST) -> str:
    """A name without its middle, where it is too long: names that begin, or end, alike stay different."""
    if len(name) <= longest:
        return name
    front = longest // 2
    return f"{name[:front].rstrip()}…{name[-(longest - front - 1) :].lstrip()}"


def hours(seconds: int) -> str:
    return f"{seconds / 3600:.1f} h"
