"""What would have to go for a visit, worked out by hand: its own visits, days with promises, the radius, first visits, what others lose.

As in test_claims: account `a`, 30 minutes of service, 10 minutes from home, due today and left out; `b`, 20 minutes from home, is visited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence, Mode
from planner.calendar import DateRange
from planner.params import RadiusRule
from planner.plan import Plan, Reason, Route, Stop, StopKind, Unplanned
from planner.problem import MustVisit, PlacedVisit, Problem
from tests.planner.check.test_claims import INSTEAD, TUESDAY, entry, said
from tests.planner.check.test_claims_by_hand import full_on_two_days, messages
from tests.planner.check.test_reasons import EMPTY, account, small, visit_stop, with_b
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, problem, site, week, workday

WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in (2, 3, 4))
FULL = 7 * HOUR + 51 * MINUTE  # of service at b, with which a minute is missing for a
PRICED = INSTEAD + " What other accounts would lose is worth {} min, this visit {}; the day would cost {} min less."


# -- its own visits ---------------------------------------------------------------------------------------------------


def of_pairs(working: Sequence[date], visited: Sequence[date], *combinations: tuple[int, ...], **more: object):
    """a is visited on dates of a week on which ann works, at 08:10; days of the combinations are allowed."""
    pairs = Cadence(
        Mode.PATTERN,
        visits=len(combinations[0]),
        block_workdays=5,
        anchor=MONDAY,
        combinations=combinations,
    )
    a = site("a", 1, **{"cadence": pairs, "credited": (MONDAY - timedelta(days=6),)} | more)
    days = [workday(day, end=at(9)) for day in working]
    routes = []
    for n, day in enumerate(visited):
        stop = Stop(StopKind.VISIT, at(8, 10), at(8, 10), at(8, 40), 600, 10_000, request=f"a#{n}", site="a", place=1)
        routes.append(Route("ann", day, at(8), at(8, 50), (stop,), 600, 10_000))
    return small(a, days=days, horizon=DateRange(MONDAY, max(working))), Plan(tuple(routes), (), EMPTY.objective)


def together(own: str, on: str = "Tuesday 3 March") -> str:
    return f"A visit on {on} would not go together with its own visit of {own}, which would have to go."


def test_both_visits_would_have_to_go():
    # Monday, Wednesday and Friday, or Tuesday to Thursday: Tuesday goes neither with Monday nor with Friday
    task, plan = of_pairs([MONDAY, TUESDAY, FRIDAY], [MONDAY, FRIDAY], (0, 2, 4), (1, 2, 3))
    days = tuple(MONDAY + timedelta(days=n) for n in range(5))
    right = entry(Reason.DAY_FULL, request="a#9", days=days, displaces=("a",), cost=1200)
    assert said(task, plan, replace(right, detail=together("Monday 2 March and Friday 6 March"))) == []
    assert said(task, plan, replace(right, detail=together("Monday 2 March"))) == ["detail"]


def test_one_that_is_locked_stays():
    # Tuesday goes with the Friday that is locked, so Monday goes
    task, plan = of_pairs([MONDAY, TUESDAY, FRIDAY], [MONDAY, FRIDAY], (0, 2, 4), (1, 2, 4))
    task = replace(task, locked=(PlacedVisit("a", "ann", FRIDAY),))
    days = tuple(MONDAY + timedelta(days=n) for n in (0, 1, 2, 4))
    right = entry(Reason.DAY_FULL, request="a#9", days=days, displaces=("a",), cost=1200)
    assert said(task, plan, replace(right, detail=together("Monday 2 March"))) == []
    assert said(task, plan, replace(right, detail=together("Monday 2 March and Friday 6 March"))) == ["detail"]


def test_one_of_the_same_day_makes_room():
    # an hour is enough for one visit, and not for two
    task, plan = of_pairs([TUESDAY, WEDNESDAY], [WEDNESDAY], (1, 3), (2, 4))
    words = together("Wednesday 4 March", "Wednesday 4 March")
    right = entry(Reason.DAY_FULL, request="a#9", days=(TUESDAY, WEDNESDAY), displaces=("a",), cost=0, detail=words)
    assert said(task, plan, right) == []


@pytest.mark.parametrize("minutes", [80, 79])
def test_the_visit_in_place_of_the_first_one_is_the_first_one(minutes):
    # 10 + 60 + 10 min, where a second one takes 50
    task, plan = of_pairs(
        [WEDNESDAY, THURSDAY], [WEDNESDAY], (2, 4), (1, 3), credited=(), active_from=MONDAY, first_service=HOUR
    )
    long = task.workdays[0], replace(task.workdays[1], end=at(8) + minutes * MINUTE)
    words = together("Wednesday 4 March", "Thursday 5 March")
    days = (TUESDAY, WEDNESDAY, THURSDAY)
    right = entry(Reason.DAY_FULL, request="a#9", days=days, displaces=("a",), cost=1200, detail=words)
    assert said(replace(task, workdays=long), plan, right) == ([] if minutes == 80 else ["displaces"])


# -- what stands in the way beside time -------------------------------------------------------------------------------


def far_apart(**more: object) -> tuple[Problem, Plan]:
    """a 10, c 40 and b 50 minutes from home, as many kilometres apart; of 540 minutes 100 are driven and 430 visited."""
    b, c = site("b", 3, service=400 * MINUTE), site("c", 2)
    task = problem([0, 10, 40, 50], [account(), b, c], week(1), radius=RadiusRule(20_000, hard=True), **more)
    first = Stop(StopKind.VISIT, at(8, 40), at(8, 40), at(9, 10), 2400, 40_000, request="c#1", site="c", place=2)
    second = Stop(
        StopKind.VISIT, at(9, 20), at(9, 20), at(9, 20) + 400 * MINUTE, 600, 10_000, request="b#1", site="b", place=3
    )
    route = Route("ann", MONDAY, at(8), at(16, 50), (first, second), 3000, 50_000, anchor="c")
    return task, Plan((route,), (), EMPTY.objective)


def test_who_lies_beyond_the_radius_of_what_stays_needs_more_to_go():
    # without b there is time enough, and 30 km to c, of 20: both go, and 20 minutes are driven instead of 100
    task, plan = far_apart()
    both = entry(Reason.DAY_FULL, displaces=("b", "c"), cost=-4800, detail=INSTEAD.format("b and c"))
    assert said(task, plan, both) == []
    one = replace(both, displaces=("b",), cost=-1200, detail=INSTEAD.format("b"))
    assert said(task, plan, one) == ["displaces"]


def test_what_a_person_asked_for_may_lie_beyond_it():
    wish = MustVisit("m", "a", DateRange(MONDAY, MONDAY))
    task, plan = far_apart(must_visits=(wish,))
    task = replace(task, sites=(site("a", 1), *task.sites[1:]))
    one = entry(Reason.DAY_FULL, request="m", displaces=("b",), cost=-1200, detail=INSTEAD.format("b"))
    assert said(task, plan, one) == []


@pytest.mark.parametrize("cost", [120, 30, 119])
def test_beside_a_promise_there_are_two_prices(cost):
    # Two stops are allowed. b was promised for 16:30, c comes after it, and nobody waits. With a at 15:30 instead of c, 20 minutes are
    # waited before b, 120 s, or five, 30 s, where b may begin at 16:15.
    task, _ = with_b(30 * MINUTE, locked=(PlacedVisit("b", "ann", MONDAY, at(16, 30)),))
    hours = (between(at(15, 30), at(15, 30)),) * 7
    c = replace(task.sites[1], id="c", service=10 * MINUTE)
    task = replace(task, sites=(account(hours=hours), task.sites[1], c), workdays=(workday(end=at(18), max_stops=2),))
    last = Stop(StopKind.VISIT, at(17), at(17), at(17, 10), request="c#1", site="c", place=2)
    route = Route("ann", MONDAY, at(16, 10), at(17, 30), (visit_stop(at(16, 30)), last), 1200, 20_000)
    plan = Plan((route,), (), EMPTY.objective)
    one = entry(Reason.DAY_FULL, displaces=("c",), cost=cost, detail=INSTEAD.format("c"))
    assert said(task, plan, one) == ([] if cost in (120, 30) else ["cost"])


@pytest.mark.parametrize(("cost", "right"), [(-1260, True), (-1200, False)])
def test_without_a_promise_the_day_costs_what_it_costs(cost, right):
    # b opens at 08:30 and is reached at 08:20: ten minutes are waited, 60 s, which leaving later would save
    task, plan = with_b(FULL - 10 * MINUTE)
    task = replace(task, sites=(account(service=40 * MINUTE), task.sites[1]))
    start = at(8, 30)
    stop = replace(visit_stop(start, FULL - 10 * MINUTE), arrival=at(8, 20))
    plan = replace(plan, routes=(replace(plan.routes[0], stops=(stop,), end=stop.end + 1200),))
    one = entry(Reason.DAY_FULL, displaces=("b",), cost=cost, detail=INSTEAD.format("b"))
    assert said(task, plan, one) == ([] if right else ["cost"])


# -- several days and prices ------------------------------------------------------------------------------------------


def test_any_day_of_that_cost_may_be_named():
    task, plan = full_on_two_days()
    task = replace(task, workdays=(task.workdays[0], workday(TUESDAY)))
    plan = replace(plan, routes=(plan.routes[0], replace(plan.routes[0], date=TUESDAY)))
    one = entry(Reason.DAY_FULL, days=(MONDAY, TUESDAY), displaces=("b",), cost=-1200, detail=INSTEAD.format("b"))
    assert said(task, plan, one) == []
    assert said(task, plan, replace(one, detail=one.detail.replace("Monday 2", "Tuesday 3"))) == []


def test_the_prices_are_told_in_order():
    # Monday ends at b, and is driven for as long with a; Tuesday for 20 minutes less
    task, plan = full_on_two_days()
    days = workday(end=at(16, 40), end_place=2), workday(TUESDAY)
    first, second = plan.routes
    routes = replace(second, date=MONDAY), replace(first, date=TUESDAY)
    one = entry(Reason.DAY_FULL, days=(MONDAY, TUESDAY), displaces=("b",), cost=7, detail=INSTEAD.format("b"))
    found = messages(replace(task, workdays=days), replace(plan, routes=routes), one, "cost")
    assert found == [("a#1: in place of these it would cost -1200 or 0, not 7", "a#1")]


def told(lost: int, value: str, less: int) -> str:
    return PRICED.format("b", lost, value, less)


def test_what_others_lose_is_what_they_would_lose_more():
    # b wants a visit each day and lacks Tuesday's: 5,280. Without Monday's as well it is the second in a row, a quarter dearer: of
    # 5,280 + 6,600 it loses 6,600, 110 min. Of a's window of eleven days seven are over by Tuesday: 7,000 s of 11,000, 117 min.
    task, plan = with_b(FULL)
    daily = replace(
        task.sites[1], cadence=Cadence(interval_days=1), credited=(MONDAY - timedelta(days=1),), miss_price=5280
    )
    task = replace(task, sites=(account(miss_price=11_000), daily), horizon=DateRange(MONDAY, TUESDAY))
    right = entry(Reason.DAY_FULL, days=(MONDAY, TUESDAY), displaces=("b",), cost=-1200)
    lacking = Unplanned("b", Reason.REP_AWAY, "b#2", (TUESDAY,), detail="Its rep does not work on Tuesday 3 March.")
    assert said(task, plan, replace(right, detail=told(110, "117 min", 20)), lacking) == []
    assert said(task, plan, replace(right, detail=told(198, "117 min", 20)), lacking) == ["detail"]


def test_what_the_visit_is_worth_is_told_of_that_visit():
    # a wants one each day; that of Monday is worth 5,400 s, that of Tuesday, the second in a row, 6,750
    task, plan = with_b(FULL)
    daily = {"cadence": Cadence(interval_days=1), "credited": (MONDAY - timedelta(days=1),)}
    task = replace(task, sites=(account(**daily), task.sites[1]), horizon=DateRange(MONDAY, TUESDAY))
    full = entry(Reason.DAY_FULL, displaces=("b",), cost=-1200)
    words = "Its rep does not work on Tuesday 3 March, the only day on which it could be visited."
    away = entry(Reason.REP_AWAY, request="a#2", days=(TUESDAY,), detail=words)
    # seven of the eleven days of b's window: 3,436 s
    assert said(task, plan, replace(full, detail=told(57, "90 min", 20)), away) == []
    assert said(task, plan, replace(full, detail=told(57, "112 min", 20)), away) == ["detail"]


def test_what_was_asked_for_has_no_worth_and_what_the_rhythm_wants_has_one():
    # six of the eleven days of b's window: 2,945 s, 49 min
    task, plan = with_b(FULL, must_visits=(MustVisit("m", "a", DateRange(MONDAY, MONDAY)),))
    task = replace(task, sites=(site("a", 1), task.sites[1]))
    asked = entry(Reason.DAY_FULL, request="m", displaces=("b",), cost=-1200)
    assert said(task, plan, replace(asked, detail=told(49, "was asked for", 20))) == []
    assert said(task, plan, replace(asked, detail=told(49, "100 min", 20))) == ["detail"]
    task, plan = with_b(FULL)
    own = replace(asked, request="a#1")
    assert said(task, plan, replace(own, detail=told(49, "49 min", 20))) == []
    assert said(task, plan, replace(own, detail=told(49, "was asked for", 20))) == ["detail"]


def missed_before() -> tuple[Problem, Plan]:
    """full_on_two_days, and b's last visit was on Saturday: without Monday's two are missed in a row, Sunday's and its own, a quarter
    dearer: 6,750 s, 112 min. Without Tuesday's one is: 5,400 s, 90 min."""
    task, plan = full_on_two_days()
    b = replace(task.sites[1], credited=(MONDAY - timedelta(days=2),), active_from=MONDAY - timedelta(days=2))
    return replace(task, sites=(task.sites[0], b)), plan


def test_the_prices_of_any_day_of_that_cost():
    task, plan = missed_before()
    task = replace(task, workdays=(task.workdays[0], workday(TUESDAY)))
    plan = replace(plan, routes=(plan.routes[0], replace(plan.routes[0], date=TUESDAY)))
    one = entry(Reason.DAY_FULL, days=(MONDAY, TUESDAY), displaces=("b",), cost=-1200)
    # seven of the eleven days of a's window: 3,436 s, 57 min
    assert said(task, plan, replace(one, detail=told(112, "57 min", 20))) == []
    assert said(task, plan, replace(one, detail=told(90, "57 min", 20).replace("Monday 2", "Tuesday 3"))) == []


def test_and_of_no_other():
    # on Tuesday the day would cost as much as it does
    task, plan = missed_before()
    one = entry(Reason.DAY_FULL, days=(MONDAY, TUESDAY), displaces=("b",), cost=-1200)
    assert said(task, plan, replace(one, detail=told(112, "57 min", 20))) == []
    assert said(task, plan, replace(one, detail=told(90, "57 min", 20))) == ["detail"]


# -- entries that speak of somebody else's ------------------------------------------------------------------------------


def test_days_are_those_of_what_the_entry_s_own_site_was_asked_for():
    # b has nothing left out, whatever is asked of a
    wish, lock = MustVisit("m", "a", DateRange(MONDAY, MONDAY)), PlacedVisit("a", "ann", MONDAY)
    task = small(site("a", 1), site("b", 2), must_visits=(wish,), locked=(lock,))
    for request in ("m", lock.request):
        one = entry(Reason.REP_AWAY, request=request, days=())
        looked_for = f"{request}: it is looked for on 2026-03-02, not on none"
        assert looked_for in [text for text, _ in messages(task, EMPTY, one, "days")]
        assert looked_for not in [text for text, _ in messages(task, EMPTY, replace(one, site="b"), "days")]


def test_not_due_names_a_day_that_there_is():
    # nobody works; beside the entry of what was asked for there is one too many, which has no date to name
    wish = MustVisit("m", "a", DateRange(MONDAY, MONDAY))
    task = small(site("a", 1), days=[workday(TUESDAY)], horizon=DateRange(MONDAY, TUESDAY), must_visits=(wish,))
    words = "Its rep does not work on Monday 2 March, the only day on which it could be visited."
    asked = entry(Reason.REP_AWAY, request="m", detail=words)
    spare = entry(Reason.NOT_DUE, request="a#7", days=(), detail="Its next visit falls due after Tuesday 3 March.")
    assert said(task, EMPTY, asked, spare) == ["days", "detail"]
