"""Colours that stay apart for people who see few, and how times are written."""

from __future__ import annotations

from datetime import date
from typing import Any

from planner.plan import StopKind

WEEKDAYS = ("#0072B2", "#D55E00", "#009E73", "#A6508B", "#7A5C00", "#56B4E9", "#595959")  # after Okabe and Ito
INK, SOFT, FAINT, LEFT_OUT = "#222222", "#777777", "#d9d9d9", "#b00020"
PAPER, WORKING = "#ffffff", "#f0f0f0"
SIZE, SMALL = 9, 7  # points of text
SHADE = {StopKind.VISIT: 1.0, StopKind.APPOINTMENT: 1.0, StopKind.BLOCK: 0.45, StopKind.BREAK: 0.2}


NUMBER: dict[str, Any] = {"color": PAPER, "ha": "center", "va": "center_baseline"}


def number_size(text: str) -> float:
    """Points, so that it stays inside the sign of a stop."""
    return 6.0 if len(text) == 1 else 5.2


def colour(day: date) -> str:
    """Each weekday has its own."""
    return WEEKDAYS[day.weekday()]


def day_name(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def hours(seconds: int) -> str:
    return f"{seconds / 3600:.1f} h"
