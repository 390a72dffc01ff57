"""Plain JSON values to dataclasses, guided by their type hints; every error carries a JSON pointer (RFC 6901)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from planner.errors import ProblemError
from planner.travel import Estimate, Place, TravelMatrix


def decode(kind: Any, value: Any, pointer: str = "") -> Any:
    """The value of type `kind` that this JSON stands for.  Raises ProblemError with the pointer to what is wrong."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _optional(kind, value, pointer)
    if origin is tuple:
        return _tuple(get_args(kind), value, pointer)
    if origin is frozenset:
        return frozenset(_array(get_args(kind)[0], value, pointer))
    if origin in (dict, Mapping):
        return _mapping(get_args(kind), value, pointer)
    if is_dataclass(kind):
        return _object(kind, value, pointer)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _choice(kind, value, pointer)
    return _SCALARS[kind](value, pointer)


def child(pointer: str, key: object) -> str:
    """The pointer one level down, with ~ and / escaped as RFC 6901 wants."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def _object(kind: Any, value: Any, pointer: str) -> Any:
    _expect(value, dict, "an object", pointer)
    hints, required = _shape(kind)
    for key in value:
        if key not in hints:
            raise ProblemError(f"unknown key; known are {', '.join(sorted(hints))}", child(pointer, key))
    for key in required:
        if key not in value:
            raise ProblemError("is missing", child(pointer, key))
    arguments = {
        key: _travel(item, value, pointer)
        if hints[key] is TravelMatrix
        else decode(hints[key], item, child(pointer, key))
        for key, item in value.items()
    }
    return _build(lambda: kind(**arguments), pointer)


def _build(make: Callable[[], Any], pointer: str) -> Any:
    """Make a dataclass; what its own validation finds wrong gets the pointer of the object in front."""
    try:
        return make()
    except ProblemError as error:
        raise ProblemError(error.message, pointer + error.pointer) from None


@cache
def _shape(kind: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    required = tuple(f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING)
    return {
        name: hint for name, hint in get_type_hints(kind).items() if name in {f.name for f in fields(kind)}
    }, required


def _optional(kind: Any, value: Any, pointer: str) -> Any:
    if value is None:
        return None
    (inner,) = (option for option in get_args(kind) if option is not NoneType)
    return decode(inner, value, pointer)


def _tuple(items: tuple[Any, ...], value: Any, pointer: str) -> tuple[Any, ...]:
    if items[-1] is Ellipsis:
        return tuple(_array(items[0], value, pointer))
    _expect(value, list, f"an array of {len(items)}", pointer)
    if len(value) != len(items):
        raise ProblemError(f"must be an array of {len(items)}, not of {len(value)}", pointer)
    return tuple(decode(kind, item, child(pointer, i)) for i, (kind, item) in enumerate(zip(items, value, strict=True)))


def _array(kind: Any, value: Any, pointer: str) -> list[Any]:
    _expect(value, list, "an array", pointer)
    return [decode(kind, item, child(pointer, i)) for i, item in enumerate(value)]


def _mapping(kinds: tuple[Any, ...], value: Any, pointer: str) -> dict[Any, Any]:
    key_kind, item_kind = kinds
    _expect(value, dict, "an object", pointer)
    return {
        decode(key_kind, key, child(pointer, key)): decode(item_kind, item, child(pointer, key))
        for key, item in value.items()
    }


def _choice(kind: type[Enum], value: Any, pointer: str) -> Enum:
    _expect(value, str, "a string", pointer)
    try:
        return kind(value)
    except ValueError:
        choices = ", ".join(str(option.value) for option in kind)
        raise ProblemError(f"must be one of {choices}, not {value!r}", pointer) from None


def _travel(value: Any, problem: dict[str, Any], pointer: str) -> TravelMatrix:
    """Either {"estimate": {parameters}}, reckoned from the places, or the matrices themselves."""
    here = child(pointer, "travel")
    _expect(value, dict, "an object", here)
    if "estimate" in value:
        if len(value) > 1:
            others = ", ".join(sorted(value.keys() - {"estimate"}))
            raise ProblemError(f"does not go together with {others}", child(here, "estimate"))
        estimate = decode(Estimate, value["estimate"], child(here, "estimate"))
        return estimate.matrix(decode(tuple[Place, ...], problem["places"], child(pointer, "places")))
    for key in value:
        if key not in ("seconds", "metres", "source"):
            raise ProblemError("unknown key; known are estimate, metres, seconds, source", child(here, key))
    for key in ("seconds", "metres"):
        if key not in value:
            raise ProblemError("is missing (or give estimate)", child(here, key))
    seconds, metres = (_matrix(value[key], child(here, key)) for key in ("seconds", "metres"))
    source = _string(value.get("source", "given"), child(here, "source"))
    matrix: TravelMatrix = _build(lambda: TravelMatrix(seconds, metres, source), here)
    return matrix


def _matrix(value: Any, pointer: str) -> np.ndarray:
    """Rows of equal length of integers that fit 32 bits, checked all at once: there are n squared of them."""
    _expect(value, list, "an array of rows", pointer)
    for i, row in enumerate(value):
        _expect(row, list, "an array", child(pointer, i))
        if len(row) != len(value):
            raise ProblemError(f"must have {len(value)} numbers, as there are rows, not {len(row)}", child(pointer, i))
        for j, item in enumerate(row):
            if type(item) is not int or not 0 <= item < 2**31:
                raise ProblemError("must be an integer from 0 to 2147483647", child(child(pointer, i), j))
    return np.array(value, dtype=np.int32).reshape(len(value), len(value))


def _expect(value: Any, kind: type, noun: str, pointer: str) -> None:
    if not isinstance(value, kind):
        raise ProblemError(f"must be {noun}, not {_noun(value)}", pointer)


def _noun(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(value)  # NaN, Infinity or -Infinity
    return _NOUNS.get(type(value), type(value).__name__)


def _string(value: Any, pointer: str) -> str:
    _expect(value, str, "a string", pointer)
    text: str = value
    return text


def _integer(value: Any, pointer: str) -> int:
    if isinstance(value, bool):
        raise ProblemError("must be an integer, not a boolean", pointer)
    _expect(value, int, "an integer", pointer)
    if not -(2**53) < value < 2**53:
        raise ProblemError("must be an integer of less than 2**53", pointer)
    number: int = value
    return number


def _number(value: Any, pointer: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProblemError(f"must be a number, not {_noun(value)}", pointer)
    if not math.isfinite(value):
        raise ProblemError(f"must be a finite number, not {_noun(value)}", pointer)
    return float(value)


def _boolean(value: Any, pointer: str) -> bool:
    _expect(value, bool, "a boolean", pointer)
    flag: bool = value
    return flag


def _date(value: Any, pointer: str) -> date:
    _expect(value, str, "a date as YYYY-MM-DD", pointer)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise ProblemError(f"must be a date as YYYY-MM-DD, not {value!r}", pointer)
    return day


_SCALARS: dict[Any, Callable[[Any, str], Any]] = {
    str: _string,
    int: _integer,
    float: _number,
    bool: _boolean,
    date: _date,
}
_NOUNS = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a fraction",
    NoneType: "null",
}
