"""Requests and changes from JSON, and their answers to JSON; docs/planner-json.md describes both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from planner.errors import ProblemError
from planner.io.decode import decode
from planner.io.encode import encode
from planner.plan import Plan
from planner.problem import Appointment, MustVisit, Problem
from planner.proposals import (
    AskVisit,
    Book,
    Cancel,
    Change,
    HandOver,
    MoveVisit,
    Price,
    SkipVisit,
    SlotRequest,
    Words,
    price,
    slots,
)

KINDS: dict[str, tuple[Any, Any]] = {  # what the JSON holds, and the change that it stands for
    "book": (Appointment, Book),
    "cancel": (Cancel, None),
    "move_visit": (MoveVisit, None),
    "skip_visit": (SkipVisit, None),
    "ask_visit": (MustVisit, AskVisit),
    "hand_over": (HandOver, None),
}


def slots_document(problem: Problem, plan: Plan, request: Any, frozen: Sequence[date] = ()) -> dict[str, Any]:
    """{"slots": [...], "none": [...]}.  Raises ProblemError with the pointer to what is wrong with the request."""
    found = slots(problem, plan, decode(SlotRequest, request), frozen)
    times = [{**encode(slot), "price": _priced(slot.price)} for slot in found.slots]
    return {"slots": times, "none": encode(found.none)}


def price_document(problem: Problem, plan: Plan, change: Any, frozen: Sequence[date] = ()) -> dict[str, Any]:
    """The price as JSON, with a sentence.  Raises ProblemError with the pointer to what is wrong with the change."""
    return _priced(price(problem, plan, change_in(change), frozen))


def change_in(document: Any) -> Change:
    """{kind: fields}, as {"skip_visit": {"site": "bakery", "day": "2026-03-02"}}."""
    if not isinstance(document, dict) or len(document) != 1 or next(iter(document)) not in KINDS:
        raise ProblemError(f"a change is an object with one of the keys {', '.join(KINDS)}")
    ((kind, fields),) = document.items()
    shape, wrap = KINDS[kind]
    found = decode(shape, fields, f"/{kind}")
    change: Change = wrap(found) if wrap else found
    return change


def _priced(found: Price) -> dict[str, Any]:
    return {"sentence": Words().sentence(found), "total": found.total, **encode(found)}
