"""Dataclasses to plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, get_type_hints

from planner.problem import Problem
from planner.travel import Estimate, TravelMatrix


def encode(value: Any) -> Any:
    """Plain JSON of a value of the contract.  Raises TypeError for anything else."""
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {encode(key): encode(item) for key, item in value.items()}
    if isinstance(value, TravelMatrix):
        return {"seconds": value.seconds.tolist(), "metres": value.metres.tolist(), "source": value.source}
    return _object(value)


def _object(value: Any) -> dict[str, Any]:
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{type(value).__name__} has no place in the contract")
    document = {name: encode(getattr(value, name)) for name in _names(type(value))}
    for name in _fractions(type(value)):
        document[name] = float(document[name])  # a latitude given as 42 equals 42.0 and must give the same bytes
    if isinstance(value, Problem):
        document["travel"] = _travel(value)
    return document


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if (kind, f.name) != (Problem, "travel"))


@cache
def _fractions(kind: type) -> tuple[str, ...]:
    return tuple(name for name, hint in get_type_hints(kind).items() if hint is float)


def _travel(problem: Problem) -> dict[str, Any]:
    """Matrices that the default estimate reproduces exactly are written as that estimate: 300 places are 1 MB else."""
    estimate = Estimate()
    if problem.travel.source == "estimate" and problem.travel == estimate.matrix(problem.places):
        return {"estimate": encode(estimate)}
    matrices: dict[str, Any] = encode(problem.travel)
    return matrices
