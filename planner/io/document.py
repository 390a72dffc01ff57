"""The two documents: a problem and a plan, to and from plain JSON values, and as canonical bytes for hashing."""

from __future__ import annotations

import json
from typing import Any

from planner.io.decode import decode
from planner.io.encode import encode
from planner.plan import Plan
from planner.problem import Problem


def to_json(value: Problem | Plan) -> dict[str, Any]:
    """A dict that `json.dumps` takes; every field is written, so a later change of a default changes no stored file."""
    document: dict[str, Any] = encode(value)
    return document


def problem_to_json(problem: Problem) -> dict[str, Any]:
    return to_json(problem)


def plan_to_json(plan: Plan) -> dict[str, Any]:
    return to_json(plan)


def problem_from_json(document: object, pointer: str = "") -> Problem:
    """Read a problem.  Raises ProblemError whose `pointer` (RFC 6901, after the given prefix) says where."""
    problem: Problem = decode(Problem, document, pointer)
    return problem


def plan_from_json(document: object, pointer: str = "") -> Plan:
    """Read a plan.  Raises ProblemError whose `pointer` (RFC 6901, after the given prefix) says where."""
    plan: Plan = decode(Plan, document, pointer)
    return plan


def problem_bytes(problem: Problem) -> bytes:
    """Canonical UTF-8 JSON (sorted keys, no spaces): equal problems give equal bytes."""
    return _canonical(problem)


def plan_bytes(plan: Plan) -> bytes:
    """Canonical UTF-8 JSON (sorted keys, no spaces): "the same plan byte for byte" means these bytes."""
    return _canonical(plan)


def _canonical(value: Problem | Plan) -> bytes:
    text = json.dumps(to_json(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()
