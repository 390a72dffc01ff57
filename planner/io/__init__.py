"""Problems and plans as JSON, exactly: docs/planner-json.md is the contract, `schema()` its machine-readable form."""

from planner.io.document import (
    plan_bytes,
    plan_from_json,
    plan_to_json,
    problem_bytes,
    problem_from_json,
    problem_to_json,
    to_json,
)
from planner.io.schema import schema

__all__ = [
    "plan_bytes",
    "plan_from_json",
    "plan_to_json",
    "problem_bytes",
    "problem_from_json",
    "problem_to_json",
    "schema",
    "to_json",
]
