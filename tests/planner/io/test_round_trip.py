"""JSON out and in again gives the same thing, and the same bytes."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from planner.io import (
    plan_bytes,
    plan_from_json,
    plan_to_json,
    problem_bytes,
    problem_from_json,
    problem_to_json,
    schema,
)
from planner.plan import Cluster, Objective, Plan, Reason, Route, Stop, StopKind, Unplanned
from planner.problem import Site
from planner.travel import Estimate, Place, TravelMatrix
from tests.planner.check.world import small_plan, small_problem
from tests.planner.generate import ALL_FEATURES, MONDAY, company, random_problem
from tests.planner.small import problem, site, week

TEXT = st.text(max_size=8)
NUMBER = st.integers(-(2**52), 2**52)
SECOND = st.integers(0, 100_000)
DATES = st.dates()
STOPS = st.builds(
    Stop,
    kind=st.sampled_from(StopKind),
    arrival=SECOND,
    start=SECOND,
    end=SECOND,
    travel=SECOND,
    leave_by=st.none() | NUMBER,
    request=st.none() | TEXT,
    site=st.none() | TEXT,
    place=st.none() | SECOND,
    due=st.none() | DATES,
    late_days=SECOND,
)
ROUTES = st.builds(
    Route, rep=TEXT, date=DATES, start=SECOND, end=SECOND, stops=st.lists(STOPS, max_size=3).map(tuple), anchor=TEXT
)
ENTRIES = st.builds(
    Unplanned,
    site=st.none() | TEXT,
    reason=st.sampled_from(Reason),
    request=st.none() | TEXT,
    days=st.lists(DATES, max_size=3).map(tuple),
    displaces=st.lists(TEXT, max_size=2).map(tuple),
    cost=st.none() | NUMBER,
    detail=TEXT,
    in_time_until=st.none() | DATES,
)
PLANS = st.builds(
    Plan,
    routes=st.lists(ROUTES, max_size=2).map(tuple),
    unplanned=st.lists(ENTRIES, max_size=3).map(tuple),
    objective=st.builds(Objective, driving=SECOND, churn=SECOND),
    clusters=st.lists(st.builds(Cluster, rep=TEXT, anchor=TEXT, sites=st.tuples(TEXT)), max_size=2).map(tuple),
    owners=st.dictionaries(TEXT, TEXT, max_size=3),
    seed=NUMBER,
    iterations=SECOND,
)


def through_json(document):
    return json.loads(json.dumps(document))


@given(PLANS)
def test_any_plan_comes_back(plan):
    again = plan_from_json(through_json(plan_to_json(plan)))
    assert again == plan
    assert plan_bytes(again) == plan_bytes(plan)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([None, ALL_FEATURES, frozenset()]))
def test_any_problem_comes_back(seed, features):
    problem = random_problem(seed, sites=5, features=features)
    again = problem_from_json(through_json(problem_to_json(problem)))
    assert again == problem
    assert problem_bytes(again) == problem_bytes(problem)


def test_bytes_do_not_depend_on_the_order_of_keys():
    # the same owners put in in another order, the same exceptions too
    (entry,) = small_plan().unplanned
    wordless = replace(small_plan(), unplanned=(replace(entry, detail=""),))
    plan = replace(wordless, owners={"b": "ann", "a": "bob"})
    other = replace(wordless, owners={"a": "bob", "b": "ann"})
    assert plan_bytes(plan) == plan_bytes(other)
    assert b" " not in plan_bytes(plan)
    site = Site("s", None, None, 0, MONDAY, exceptions={MONDAY: (), MONDAY.replace(day=3): ()})
    turned = Site("s", None, None, 0, MONDAY, exceptions={MONDAY.replace(day=3): (), MONDAY: ()})
    small = small_problem()
    assert problem_bytes(replace(small, sites=(*small.sites, site))) == problem_bytes(
        replace(small, sites=(*small.sites, turned))
    )


def test_whole_degrees_give_the_same_bytes_as_fractions():
    small = small_problem()
    whole = replace(small, places=(Place(0, 0), *small.places[1:]))
    assert whole == small
    assert problem_bytes(whole) == problem_bytes(small)


def test_an_estimate_is_written_as_such_and_anything_else_as_matrices():
    estimated = company(1, accounts=4, days=3)
    assert set(problem_to_json(estimated)["travel"]) == {"estimate"}
    seconds = estimated.travel.seconds.copy()
    seconds[0, 1] += 1
    changed = replace(estimated, travel=TravelMatrix(seconds, estimated.travel.metres))
    assert set(problem_to_json(changed)["travel"]) == {"seconds", "metres", "source"}
    assert problem_from_json(problem_to_json(changed)) == changed


def test_an_estimate_takes_its_own_parameters():
    problem = company(1, accounts=4, days=3)
    document = problem_to_json(problem)
    document["travel"] = {"estimate": {"detour": 2.0}}
    found = problem_from_json(document).travel
    assert np.array_equal(found.metres, Estimate(detour=2.0).matrix(problem.places).metres)


@pytest.mark.parametrize("seed", range(10))
def test_the_schema_accepts_what_is_written(seed):
    validator = Draft202012Validator(schema("problem"), validate_formats=True)
    validator.validate(through_json(problem_to_json(random_problem(seed, features=ALL_FEATURES))))
    validator.validate(through_json(problem_to_json(company(seed, accounts=4, days=3))))
    Draft202012Validator(schema("plan"), validate_formats=True).validate(through_json(plan_to_json(small_plan())))


def test_every_field_in_the_schema_is_described():
    missing = [
        f"{name}.{field}"
        for document in ("problem", "plan")
        for name, definition in schema(document)["$defs"].items()
        for field, described in definition.get("properties", {}).items()
        if not described.get("description")
    ]
    assert missing == []


def test_dates_on_which_a_visit_was_skipped_come_back():
    skipped = site("a", 1, skipped=frozenset({MONDAY}), exceptions={MONDAY: ()})
    asked = problem([0, 5], [skipped], week(2))
    assert problem_from_json(json.loads(problem_bytes(asked))) == asked
