"""Dataclasses to plain JSON values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, get_type_hints

from planner.problem import Problem
from planner.travel import Estimate, TravelMatrix

PLAIN = frozenset({type(None), bool, int, float, str})  # written as they are


def encode(value: Any) -> Any:
    """Plain JSON of a value of the contract.  Raises TypeError for anything else."""
    kind: Any = type(value)
    if kind in PLAIN:
        return value
    if kind is tuple:
        return [item if type(item) in PLAIN else encode(item) for item in value]
    return _writer(kind)(value)


@cache
def _writer(kind: type) -> Callable[[Any], Any]:
    """How values of a type are written, looked up once: a problem has ten thousand of them."""
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, date):
        return kind.isoformat
    if issubclass(kind, frozenset):
        return lambda value: sorted(encode(item) for item in value)
    if issubclass(kind, tuple):
        return lambda value: [encode(item) for item in value]
    if issubclass(kind, Mapping):
        return lambda value: {encode(key): encode(item) for key, item in value.items()}
    if issubclass(kind, TravelMatrix):
        return lambda value: {
            "seconds": value.seconds.tolist(), "metres": value.metres.tolist(), "source": value.source,
        }  # fmt: skip
    if issubclass(kind, bool | int | float | str):
        return lambda value: value
    if not is_dataclass(kind):
        raise TypeError(f"{kind.__name__} has no place in the contract")
    return _object


def _object(value: Any) -> dict[str, Any]:
    kind: Any = type(value)
    document = {}
    for name in _names(kind):
        item = getattr(value, name)
        document[name] = item if type(item) in PLAIN else encode(item)
    for name in _fractions(kind):
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
