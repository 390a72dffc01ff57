"""JSON files in and out, `-` being standard input and output."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from planner.io import plan_from_json, problem_from_json
from planner.plan import Plan
from planner.problem import Problem


class InputError(Exception):
    """A file cannot be read or written, or is no JSON; the message is one line for people."""


def read(name: str) -> Any:
    """The JSON value of a file; NaN and Infinity, which are none of JSON, are refused where they stand once it is decoded.
    Raises InputError."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
        return json.loads(text, object_pairs_hook=_once)
    except OSError as error:
        raise InputError(f"{name}: {(error.strerror or 'cannot be read').lower()}") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{name}: no JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: no JSON: {error}") from None


def write(name: str, document: Any) -> None:
    """Write a JSON value, indented for people.  Raises InputError."""
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    try:
        if name == "-":
            sys.stdout.write(text)
        else:
            Path(name).write_text(text, "utf-8")
    except OSError as error:
        raise InputError(f"{name}: {(error.strerror or 'cannot be written').lower()}") from None


def problem_in(document: Any) -> Problem:
    """The problem of a file that holds it alone or beside its plan.  Raises ProblemError."""
    if isinstance(document, dict) and "problem" in document:
        _only_both(document)
        return problem_from_json(document["problem"], "/problem")
    return problem_from_json(document)


def plan_in(document: Any) -> Plan:
    """The plan of a file that holds it alone or beside its problem.  Raises ProblemError."""
    if isinstance(document, dict) and "problem" in document:
        _only_both(document)
        if "plan" not in document:
            raise InputError("/plan: is missing; the file holds a problem only")
        return plan_from_json(document["plan"], "/plan")
    if isinstance(document, dict) and "horizon" in document:
        raise InputError("this is a problem without a plan; name the plan's file as well")
    return plan_from_json(document)


def _only_both(document: dict[str, Any]) -> None:
    for key in document.keys() - {"problem", "plan"}:
        raise InputError(f"/{key}: unknown key; known are problem, plan")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different: the last of two would win unseen."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice} is there twice in one object")
    return found
