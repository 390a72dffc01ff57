"""Wrong JSON is refused with the pointer to what is wrong."""

import copy
import json

import pytest
from jsonschema_rs import Draft202012Validator

from planner.errors import ProblemError
from planner.io import plan_from_json, plan_to_json, problem_from_json, problem_to_json, schema
from planner.problem import Problem
from tests.planner.check.world import small_plan, small_problem

PROBLEM = json.loads(json.dumps(problem_to_json(small_problem())))
PLAN = json.loads(json.dumps(plan_to_json(small_plan())))
GONE = object()

WRONG_PROBLEMS = {
    "/horizont": ("horizont", {}, "unknown key"),
    "/sites/0/window~1s": ("sites/0/window~1s", [], "unknown key"),
    "/sites/0/cadence/interval": ("sites/0/cadence/interval", 3, "unknown key"),
    "/sites": ("sites", GONE, "missing"),
    "/sites/2/service": ("sites/2/service", GONE, "missing"),
    "/workdays/0/start": ("workdays/0/start", "08:00", "must be an integer, not a string"),
    "/workdays/1/end": ("workdays/1/end", True, "must be an integer, not a boolean"),
    "/workdays/0/max_stops": ("workdays/0/max_stops", 2.5, "must be an integer, not a fraction"),
    "/workdays/0/date": ("workdays/0/date", "2026-02-30", "must be a date as YYYY-MM-DD"),
    "/workdays/1/date": ("workdays/1/date", "20260302", "must be a date as YYYY-MM-DD"),
    "/sites/0/id": ("sites/0/id", 7, "must be a string, not an integer"),
    "/sites/0/hours": ("sites/0/hours", {}, "must be an array, not an object"),
    "/sites/0/hours/1/0": ("sites/0/hours/1/0", {"earliest": 5, "latest": 4}, "not a time window"),
    "/sites/0": ("sites/0/hours", [], "hours has seven entries"),
    "/sites/0/exceptions/tomorrow": ("sites/0/exceptions/tomorrow", [], "must be a date"),
    "/sites/0/cadence/mode": ("sites/0/cadence/mode", "daily", "must be one of rolling, quota, pattern"),
    "/sites/0/cadence": ("sites/0/cadence/visits", 3, "does not take visits"),
    "/places/0/lat": ("places/0/lat", None, "must be a number, not null"),
    "/places/0": ("places/0/lat", 91, "not a position"),
    "/places/1/lon": ("places/1/lon", float("inf"), "must be a finite number"),
    "/travel/estimate": ("travel/estimate", 5, "does not go together"),
    "/travel/seconds/0/1": ("travel/seconds/0/1", -1, "must be an integer from 0"),
    "/travel/seconds/1": ("travel/seconds/1", [1], "must have 5 numbers"),
    "/travel/metres": ("travel/metres", GONE, "missing"),
    "/travel": ("places/5", {"lat": 0, "lon": 0}, "5 rows for 6 places"),
    "/appointments/0/site": ("appointments/0/site", "nowhere", "there is no site nowhere"),
    "/horizon": ("horizon/last", "2026-03-01", "before it begins"),
    "/radius/hard": ("radius/hard", 1, "must be a boolean, not an integer"),
    "/apart/0/1": ("apart/0", ["a", "z"], "there is no site z"),
    "/apart/0": ("apart/0", ["a", "a"], "two or more sites, each once"),
    "/same_rep/0": ("same_rep/0", ["a"], "two or more sites"),
    "/workdays/0/skills": ("workdays/0/skills", "x", "must be an array"),
    "/radius/seconds": ("radius/seconds", 0, "a radius is positive: seconds is not"),
    "/radius/price_per_km": ("radius/price_per_km", -1, "price_per_km is not negative"),
    "/params/lock_slack": ("params/lock_slack", -1, "lock_slack is not negative"),
    "/workdays/0/capacity": ("workdays/0/capacity", -1, "capacity is not negative"),
    "/workdays/1/follow_up": ("workdays/1/follow_up", -1, "follow_up is not negative"),
    "/sites/1/load": ("sites/1/load", -1, "load is not negative"),
    "/sites/1/late_price": ("sites/1/late_price", -1, "late_price is not negative"),
    "/appointments/0/duration": ("appointments/0/duration", -1, "duration is not negative"),
    "/sites/0/service": ("sites/0/service", float("nan"), "must be an integer, not NaN"),
    "/places/1/lat": ("places/1/lat", float("nan"), "must be a finite number, not NaN"),
    "/sites/0/credited/1": ("sites/0/credited", ["2026-03-01", "2030-01-01"], "2030-01-01 is after the horizon"),
    "/params/churn_price": ("params/churn_price", 2**53, "less than 2**53"),
}


def changed(document, path, value):
    """A copy with the value at this path set, appended, or taken away."""
    document = copy.deepcopy(document)
    *way, last = [key.replace("~1", "/") for key in path.split("/")]
    at = document
    for key in way:
        at = at[int(key) if isinstance(at, list) else key]
    if isinstance(at, list):
        at[int(last) :] = [value, *at[int(last) + 1 :]]
    elif value is GONE:
        del at[last]
    else:
        at[last] = value
    return document


@pytest.mark.parametrize("pointer", WRONG_PROBLEMS)
def test_a_wrong_problem_is_refused_where_it_is_wrong(pointer):
    path, value, message = WRONG_PROBLEMS[pointer]
    with pytest.raises(ProblemError) as error:
        problem_from_json(changed(PROBLEM, path, value))
    assert message in error.value.message
    assert error.value.pointer == pointer
    assert isinstance(problem_from_json(PROBLEM), Problem)


@pytest.mark.parametrize("document", [None, [], 3, "problem", {}])
def test_what_is_no_problem_at_all(document):
    with pytest.raises(ProblemError):
        problem_from_json(document)


def test_pointers_begin_where_the_caller_says():
    with pytest.raises(ProblemError) as error:
        problem_from_json(changed(PROBLEM, "sites/0/id", 7), "/problem")
    assert error.value.pointer == "/problem/sites/0/id"
    with pytest.raises(ProblemError) as error:
        problem_from_json(changed(PROBLEM, "places/5", {"lat": 0, "lon": 0}), "/problem")
    assert error.value.pointer == "/problem/travel"


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        ("routes/0/stops/0/kind", "lunch", "/routes/0/stops/0/kind"),
        ("routes/0/stops/0/pricee", 1, "/routes/0/stops/0/pricee"),
        ("unplanned/0/reason", "because", "/unplanned/0/reason"),
        ("owners/a", 3, "/owners/a"),
        ("objective/total", 3, "/objective/total"),
    ],
)
def test_a_wrong_plan_is_refused_where_it_is_wrong(path, value, pointer):
    with pytest.raises(ProblemError) as error:
        plan_from_json(changed(PLAN, path, value))
    assert error.value.pointer == pointer


@pytest.mark.parametrize("pointer", ["/horizont", "/sites", "/workdays/0/start", "/sites/0/hours", "/radius/hard"])
def test_the_schema_refuses_what_the_reader_refuses(pointer):
    path, value, _ = WRONG_PROBLEMS[pointer]
    validator = Draft202012Validator(schema("problem"))
    assert validator.is_valid(PROBLEM)
    assert not validator.is_valid(changed(PROBLEM, path, value))


TOO_MUCH = [
    ("horizon/last", "2036-01-01", "/horizon", "days are too many, at most 1,100"),
    ("sites/0/service", 2**31, "/sites/0/service", "service is at most 180,000"),
    ("workdays/0/follow_up", 2**31, "/workdays/0/follow_up", "follow_up is at most 180,000"),
    ("appointments/0/duration", 2**31, "/appointments/0/duration", "duration is at most 180,000"),
    ("params/appointment_price", 2**31, "/params/appointment_price", "at most 2,147,483,647"),
    ("sites/0/miss_price", 2**31, "/sites/0/miss_price", "at most 2,147,483,647"),
    ("sites/0/cadence/interval_days", 2**40, "/sites/0/cadence", "interval_days is at most 3,660"),
    ("sites/0/cadence", {"mode": "quota", "visits": 367, "period": "month"}, "/sites/0/cadence", "at most 366"),
    ("travel", {"estimate": {"bands": []}}, "/travel/estimate", "needs bands"),
    ("travel", {"estimate": {"bands": [[5, 0]]}}, "/travel/estimate", "speeds are positive"),
    ("travel", {"estimate": {"detour": -1}}, "/travel/estimate", "its detour and speeds are positive"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "pointer", "said"), TOO_MUCH)
def test_more_than_can_be_counted_is_refused_and_never_tried(path, value, pointer, said):
    with pytest.raises(ProblemError) as refused:
        problem_from_json(changed(PROBLEM, path, value))
    assert (refused.value.pointer, said in str(refused.value)) == (pointer, True)
