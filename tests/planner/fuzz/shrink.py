"""A failing problem made small: whatever can go without the fault going, goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import MISSING, Field, fields, replace
from datetime import timedelta
from itertools import chain
from typing import Any

from planner.calendar import DateRange
from planner.errors import ProblemError
from planner.problem import Problem

Changes = dict[str, Any]
LISTS = ("locked", "base", "must_visits", "appointments", "same_rep", "together", "apart", "workdays")


def shrink(problem: Problem, fails: Callable[[Problem], bool]) -> Problem:
    """The smallest problem that leaving out one thing after another leads to; `fails` says whether the fault is still there."""
    smaller = next((one for one in _smaller(problem) if fails(one)), None)
    while smaller is not None:
        problem = smaller
        smaller = next((one for one in _smaller(problem) if fails(one)), None)
    return problem


def _smaller(problem: Problem) -> Iterator[Problem]:
    """This problem less one thing each, the biggest things first."""
    for changes in chain(_without_sites(problem), _without_items(problem), _shorter(problem), _plainer(problem)):
        with suppress(ProblemError):  # what is left would contradict itself
            yield replace(problem, **changes)


def _without_sites(problem: Problem) -> Iterator[Changes]:
    for gone in problem.sites:
        rest = {name: tuple(one for one in getattr(problem, name) if one.site != gone.id) for name in LISTS[:4]}
        pairs = tuple(pair for pair in problem.apart if gone.id not in pair)
        rest |= {"apart": pairs}
        for name in ("same_rep", "together"):
            groups = (tuple(site for site in group if site != gone.id) for group in getattr(problem, name))
            rest[name] = tuple(group for group in groups if len(group) > 1)
        yield {"sites": tuple(site for site in problem.sites if site is not gone), **rest}


def _without_items(problem: Problem) -> Iterator[Changes]:
    for name in LISTS:
        items = getattr(problem, name)
        for gone in items:
            if name != "workdays" or not _used(problem, gone.rep, gone.date):
                yield {name: tuple(item for item in items if item is not gone)}


def _used(problem: Problem, rep: str, day: object) -> bool:
    return any((item.rep, item.date) == (rep, day) for item in (*problem.appointments, *problem.locked, *problem.base))


def _shorter(problem: Problem) -> Iterator[Changes]:
    last = max(
        (item.date for name in ("workdays", "appointments", "locked") for item in getattr(problem, name)), default=None
    )
    if last is not None and problem.horizon.first <= last < problem.horizon.last:
        yield {"horizon": DateRange(problem.horizon.first, problem.horizon.last - timedelta(days=1))}


def _plainer(problem: Problem) -> Iterator[Changes]:
    """Everything that has a default has it, one after the other."""
    if problem.radius is not None:
        yield {"radius": None}
    for name in ("workdays", "sites"):
        items = getattr(problem, name)
        for at, item in enumerate(items):
            for field in fields(item):
                plain = _default(field)
                if plain is not MISSING and getattr(item, field.name) != plain:
                    yield {name: (*items[:at], replace(item, **{field.name: plain}), *items[at + 1 :])}


def _default(field: Field) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()
