"""Reading single cells.  Each parser takes text that is not empty and returns a value, or raises ValueError with what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from server.accounts.hours import hours_problem, normalised
from server.accounts.schemas import REVENUE, custom_problem
from server.core.fields import MOST_SKILLS, SKILL_LENGTH, countries, zones
from server.core.fields import skills as known_skills
from server.core.time_fields import kept_day_problem

Parser = Callable[[str], Any]
_DAYS = {name: day for day, names in enumerate(
    (("mo", "mon", "monday"), ("tu", "tue", "tuesday"), ("we", "wed", "wednesday"), ("th", "thu", "thursday"),
     ("fr", "fri", "friday"), ("sa", "sat", "saturday"), ("su", "sun", "sunday"))
) for name in names}  # fmt: skip
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_PLAIN_DECIMAL = re.compile(r"[+-]?\d*[.,]?\d+|[+-]?\d+[.,]?")


def text(most: int) -> Parser:
    """Text of at most so many characters."""

    def parse(cell: str) -> str:
        if len(cell) > most:
            raise ValueError(f"It has {len(cell):,} characters; at most {most:,} fit.")
        return cell

    return parse


def degrees(most: float) -> Parser:
    """A decimal coordinate; a decimal comma is understood."""

    def parse(cell: str) -> float:
        try:
            value = float(cell)
        except ValueError:
            if not _PLAIN_DECIMAL.fullmatch(cell):
                raise ValueError("It is not a number; write degrees like 42.3601.") from None
            value = float(cell.replace(",", "."))
        if not -most <= value <= most:  # NaN, too
            raise ValueError(f"It is not between -{most:g} and {most:g} degrees.")
        return value

    return parse


def hours(cell: str) -> str:
    """Opening hours in OpenStreetMap syntax."""
    if problem := hours_problem(normalised(cell)):
        raise ValueError(problem)
    return normalised(cell)


def whole(least: int, most: int) -> Parser:
    """A whole number; 30.0 is one."""

    def parse(cell: str) -> int:
        match = re.fullmatch(r"([+-]?\d{1,12})([.,]0+)?", cell, re.ASCII)
        if not match:
            raise ValueError("It is not a whole number.")
        value = int(match.group(1))
        if not least <= value <= most:
            raise ValueError(f"It is not between {least} and {most}.")
        return value

    return parse


def money(cell: str) -> Decimal:
    """An amount: 1234.5, 1,234.50 or 1.234,50."""
    bare = re.sub(r"[\s'\u00a0]", "", cell)
    if "," in bare and ("." not in bare or bare.rindex(",") > bare.rindex(".")):
        decimals = len(bare) - bare.rindex(",") - 1
        comma_groups = "." not in bare and (bare.count(",") > 1 or decimals == 3)
        bare = bare.replace(",", "") if comma_groups else bare.replace(".", "").replace(",", ".")
    try:
        value = Decimal(bare.replace(",", "")).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ValueError("It is not an amount; write it like 1234.50.") from None
    if not abs(value) <= REVENUE:
        raise ValueError("It is too large.")
    return value


def day(cell: str) -> date:
    """A date in ISO 8601; others are ambiguous, so they are refused."""
    match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}.*)?", cell, re.ASCII)
    if re.fullmatch(r"[2-7]\d{4}", cell, re.ASCII):
        meant = date(1899, 12, 30) + timedelta(days=int(cell))
        raise ValueError(
            f"It is a spreadsheet's number for a day, {meant}; format the column as a date, or write it so."
        )
    try:
        if not match:
            raise ValueError
        value = date.fromisoformat(match.group(1))
    except ValueError:
        raise ValueError("It is not a date; write it like 2026-03-31.") from None
    if problem := kept_day_problem(value):
        raise ValueError(problem)
    return value


def weekdays(cell: str) -> list[int]:
    """Days like "Mo, We-Fr" as numbers, 0 = Monday."""
    days: set[int] = set()
    for part in re.split(r"[,;\s]+", re.sub(r"\s*-\s*", "-", cell.strip("[] ").lower())):
        first, _, last = part.partition("-")
        try:
            start, end = _day_number(first), _day_number(last or first)
        except KeyError:
            raise ValueError("It is not a list of weekdays; write it like Mo,We-Fr.") from None
        days.update((start + n) % 7 for n in range((end - start) % 7 + 1))
    return sorted(days)


def _day_number(name: str) -> int:
    return int(name) if name in "0123456" and name else _DAYS[name]


def _items(cell: str, separators: str) -> list[Any]:
    """The parts of a list: JSON, as exports write it, or text between separators."""
    if not cell.startswith("["):
        return re.split(f"[{separators}]", cell)
    try:
        return list(json.loads(cell))
    except (ValueError, RecursionError):
        raise ValueError("It is not a list; separate its parts by semicolons.") from None


def products(cell: str) -> list[str]:
    """A list separated by semicolons or bars."""
    items = _items(cell, ";|")
    names = [str(item).strip() for item in items if str(item).strip()]
    if len(names) > 100 or any(len(name) > 100 for name in names):
        raise ValueError("At most 100 products of 100 characters fit.")
    return names


def skills(cell: str) -> list[str]:
    """Names of skills, separated by semicolons, commas or bars, as they are stored."""
    items = _items(cell, ";|,")
    names = known_skills(str(item) for item in items if str(item).strip())
    if len(names) > MOST_SKILLS or any(len(name) > SKILL_LENGTH for name in names):
        raise ValueError(f"At most {MOST_SKILLS} skills of {SKILL_LENGTH} characters fit.")
    return names


def email(cell: str) -> str:
    if len(cell) > 254 or not _EMAIL.fullmatch(cell):
        raise ValueError("It is not an e-mail address.")
    return cell.lower()


@lru_cache(maxsize=1_000)
def country(cell: str) -> str:
    code = cell.upper()
    if code not in countries():
        raise ValueError("It is not an ISO 3166-1 country; write its two letters, like US.")
    return code


@lru_cache(maxsize=1_000)
def zone(cell: str) -> str:
    if cell not in zones():
        raise ValueError("It is not an IANA time zone; write it like America/New_York.")
    return cell


def custom(cell: str) -> dict[str, Any]:
    """Custom fields as a flat JSON object, as the export writes them."""
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ValueError('It is not a JSON object; write it like {"colour": "red"}.')
    if problem := custom_problem(value):
        raise ValueError(problem)
    return value


def one_of(known: Sequence[str]) -> Parser:
    """One of these words."""

    def parse(cell: str) -> str:
        if cell.lower() not in known:
            raise ValueError(f"It is not one of {', '.join(known)}.")
        return cell.lower()

    return parse


def yes_or_no(cell: str) -> bool:
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if cell.lower() not in known:
        raise ValueError("It is not yes or no.")
    return known[cell.lower()]
