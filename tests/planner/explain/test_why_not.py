"""The smallest change that admits a visit, worked out by hand on a line: one minute between neighbouring places, home at 0."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import DateRange, TimeWindow
from planner.check import check
from planner.draft.draft import Draft
from planner.draft.objective import objective
from planner.errors import ProblemError
from planner.explain import Words, why_not
from planner.explain.appointments import OtherTime
from planner.explain.candidates import FULL
from planner.explain.easings import (
    NOTHING,
    AskFor,
    FixOn,
    LongerDay,
    LongerHours,
    MoreCapacity,
    MoreDriving,
    MoreStops,
    NotSkipped,
    OpenOn,
    OtherRep,
    Several,
    ShorterGap,
    WiderRadius,
    Without,
    WorkOn,
    last,
)
from planner.params import RadiusRule
from planner.plan import Reason
from planner.problem import Appointment
from planner.proposals import SkipVisit
from planner.reasons import explain, settle
from planner.solve import solve
from tests.planner.generate import random_problem
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, problem, site, week, workday

WEEKLY = Cadence(interval_days=7, tolerance_days=0)  # windows of one day, so that prices are whole
LAST = date(2026, 2, 23)  # due on Monday 2 March
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def due(id: str, place: int, **more: object):
    return site(id, place, **{"cadence": WEEKLY, "credited": (LAST,), **more})


def explained(made, name="x", **more):
    plan = solve(made, iterations=200)
    (found,) = why_not(made, plan, name, **more)
    return plan, found


def of(found, kind):
    return next((one for one in found.admissions if isinstance(one.change, kind)), None)


def full_morning(**more):
    """Two hours, two visits of 45 min; the third, worth less, takes 15 min more than there are."""
    sites = [due(name, 0, service=45 * MINUTE) for name in "ab"]
    return problem([0], [*sites, due("x", 0, service=45 * MINUTE, miss_price=3600)], [workday(end=at(10), **more)])


def test_a_quarter_of_an_hour_is_missing():
    made = full_morning()
    plan, found = explained(made)
    assert found.entry.reason is Reason.DAY_FULL
    best = found.admissions[0]
    assert best.change == LongerDay("ann", MONDAY, 15 * MINUTE)
    # overtime is 150 %; the visit is worth 60 min and costs no driving
    assert (best.effort, best.cost, best.displaced, best.rivals) == (15 * 90, -3600, (), ())
    assert check(best.problem, best.plan).ok
    # five minutes less do not do, whoever asks
    less = LongerDay("ann", MONDAY, 10 * MINUTE).applied(made)
    assert [entry.site for entry in settle(less, plan).unplanned] == ["x"]
    assert settle(best.change.applied(made), plan).unplanned == ()
    assert Words().not_planned(found) == ("Work 15 min longer on Monday 2 March: it then stands on Monday 2 March")


def test_a_full_day_needs_time_driving_and_a_stop_more_at_once():
    """a is 10 min one way, x 10 min the other way, 45 min each: 130 min, 40 at the wheel; 100 and 30 are allowed, and one stop."""
    sites = [due("a", 1, service=45 * MINUTE), due("x", 2, service=45 * MINUTE, miss_price=4800)]
    day = workday(end=at(9, 40), max_driving=30 * MINUTE, max_stops=1)
    made = problem([0, 10, -10], sites, [day])
    plan, found = explained(made)
    asked = (LongerDay("ann", MONDAY, 30 * MINUTE), MoreDriving("ann", MONDAY, 600), MoreStops("ann", MONDAY, 1))
    evening = of(found, Several)
    # at 150 %, and a stop like half an hour; worth 80 min, at 20 of driving
    assert (evening.change, evening.effort) == (Several(asked), (45 + 15 + 30) * MINUTE)
    assert (evening.cost, evening.displaced) == (-60 * MINUTE, ())
    assert check(evening.problem, evening.plan).ok
    assert Words().change(evening.change) == (
        "Work 30 min longer on Monday 2 March, and drive 10 min more on Monday 2 March, and allow 1 more stop on Monday 2 March"
    )
    # as well in the morning, and of nothing less: none of them alone, nor any two
    assert [one.change.changes[0] for one in found.admissions if isinstance(one.change, Several)] == [
        LongerDay("ann", MONDAY, 30 * MINUTE, morning) for morning in (False, True)
    ]
    assert {type(one.change) for one in found.admissions} == {Several, FixOn}
    for left in asked:
        fewer = Several(tuple(one for one in asked if one is not left))
        assert [entry.site for entry in settle(fewer.applied(made), plan).unplanned] == ["x"]


def test_what_is_not_in_the_way_of_a_full_day_is_not_asked_for():
    """As above with time enough: it is driving and the stop, said once though a morning and an evening were tried."""
    sites = [due("a", 1), due("x", 2, miss_price=4800)]
    _, found = explained(problem([0, 10, -10], sites, [workday(max_driving=30 * MINUTE, max_stops=1)]))
    assert [one.change for one in found.admissions if not isinstance(one.change, FixOn)] == [
        Several((MoreDriving("ann", MONDAY, 600), MoreStops("ann", MONDAY, 1)))
    ]


def test_fixed_on_the_day_it_takes_the_place_of_another_visit():
    _, found = explained(full_morning())
    fixed = of(found, FixOn)
    assert fixed.change == FixOn("x", "ann", MONDAY)
    # the other is worth 90 min, this one 60
    assert (fixed.effort, fixed.cost) == (1800, 1800)
    assert [item.left_out for item in fixed.displaced] == [True]
    assert Words().admission(fixed).startswith("Fix it on Monday 2 March: that costs 30 min more in all; ")


def test_one_stop_more():
    sites = [due(name, 0) for name in "ab"]
    made = problem([0], [*sites, due("x", 0, miss_price=3600)], [workday(max_stops=2)])
    _, found = explained(made)
    assert found.admissions[0].change in (MoreStops("ann", MONDAY, 1), FixOn("x", "ann", MONDAY))
    assert of(found, MoreStops).change == MoreStops("ann", MONDAY, 1)
    assert of(found, LongerDay) is None


def test_others_that_would_gain_more_are_named():
    made = full_morning()
    made = replace(made, sites=(*made.sites, due("y", 0, service=45 * MINUTE, miss_price=4200)))
    _, found = explained(made)
    assert of(found, LongerDay).rivals == ("y",)
    assert "others would gain more from that: y" in Words().admission(of(found, LongerDay))


def test_open_half_an_hour_longer():
    """Appointed from 8 to 9 at home; it may be begun at half past eight at the latest, at the same place."""
    hours = (between(at(8), at(8, 30)),) * 7
    meeting = Appointment("meeting", "ann", MONDAY, TimeWindow(at(8), at(8)), HOUR, place=0)
    made = problem([0], [due("x", 0, hours=hours)], [workday()], appointments=(meeting,))
    _, found = explained(made)
    assert found.entry.reason is Reason.APPOINTMENT_CONFLICT
    assert found.admissions[0].change == LongerHours("x", MONDAY, 30 * MINUTE)
    assert of(found, Without).change == Without("meeting")
    assert of(found, LongerDay) is None


@pytest.mark.parametrize("shut", [{"hours": ((),) * 7}, {"weekdays": frozenset({5})}])
def test_open_on_a_closed_day(shut):
    _, found = explained(problem([0, 10], [due("x", 1, **shut)], [workday()]))
    assert found.entry.reason is Reason.CLOSED
    (opened,) = found.admissions
    # 20 min of driving, worth 90
    assert (opened.change, opened.effort, opened.cost) == (OpenOn("x", MONDAY), 7200, -70 * MINUTE)


def test_it_closes_before_the_working_day_begins():
    """Open for starts until half past seven, and Ann begins at eight, at its door."""
    _, found = explained(problem([0], [due("x", 0, hours=(between(at(7), at(7, 30)),) * 7)], [workday()]))
    assert [one.change for one in found.admissions] == [
        LongerHours("x", MONDAY, 30 * MINUTE),
        LongerDay("ann", MONDAY, 30 * MINUTE, morning=True),
        OpenOn("x", MONDAY),
    ]


def test_a_radius_of_four_kilometres_more():
    """The places are 8.006 km apart, the radius is 5: 8 km are not enough, 9 are."""
    made = problem([0, 0, 8], [due("a", 1), due("x", 2, miss_price=3600)], [workday()], radius=RadiusRule(5000, True))
    _, found = explained(made)
    assert found.entry.reason is Reason.BEYOND_RADIUS
    wider = of(found, WiderRadius)
    assert (wider.change, wider.effort) == (WiderRadius(4000), 240)
    assert of(found, FixOn) is not None  # what is locked is excepted


def test_asked_for_at_what_it_costs_more_than_it_is_worth():
    made = problem([0, 100], [due("x", 1)], [workday()])
    _, found = explained(made)
    assert found.entry.reason is Reason.CHEAPER_LEFT_OUT
    (ask,) = found.admissions
    assert isinstance(ask.change, AskFor)
    # 200 min of driving, worth 90
    assert (ask.cost, ask.date) == (110 * MINUTE, MONDAY)
    assert Words().admission(ask) == "Ask for it: it then stands on Monday 2 March; that costs 110 min more in all"


def test_a_workday_more():
    """Due on Wednesday, but Ann works on Monday only."""
    visit = due("x", 0, cadence=Cadence(interval_days=7, tolerance_days=0), credited=(date(2026, 2, 25),))
    made = problem([0], [visit], [workday()], horizon=DateRange(MONDAY, MONDAY + timedelta(days=4)))
    _, found = explained(made)
    assert found.entry.reason is Reason.REP_AWAY
    # nine hours at 150 %
    assert (found.admissions[0].change, found.admissions[0].effort) == (WorkOn("ann", WEDNESDAY), 9 * HOUR * 3 // 2)


def only_wednesday(**more):
    """Due on Wednesday, and Ann works on Monday only."""
    visit = due("x", 1, credited=(date(2026, 2, 25),), **more)
    return problem([0, 10], [visit], [workday()], horizon=DateRange(MONDAY, MONDAY + timedelta(days=4)))


def test_a_workday_more_on_which_the_account_opens_for_us():
    _, found = explained(only_wednesday(hours=((between(at(8), at(16))), *[()] * 6)))
    one = found.admissions[0]
    assert one.change == Several((WorkOn("ann", WEDNESDAY), OpenOn("x", WEDNESDAY)))
    # nine hours at 150 %, and an account that opens; 20 min of driving, worth 90
    assert (one.effort, one.cost, one.displaced) == (9 * HOUR * 3 // 2 + 7200, -70 * MINUTE, ())
    assert Words().not_planned(found) == (
        "Let ann work on Wednesday 4 March, and visit it on Wednesday 4 March although it is closed: "
        "it then stands on Wednesday 4 March"
    )
    assert check(one.problem, one.plan).ok


def test_a_workday_more_that_does_not_pay_has_to_be_insisted_on():
    _, found = explained(only_wednesday(miss_price=10 * MINUTE))
    one = found.admissions[0]
    assert one.change == Several((WorkOn("ann", WEDNESDAY), FixOn("x", "ann", WEDNESDAY)))
    # 20 min of driving, worth 10
    assert (one.effort, one.cost) == (9 * HOUR * 3 // 2 + 10 * MINUTE, 10 * MINUTE)
    assert Words().not_planned(found) == (
        "Let ann work on Wednesday 4 March, and fix it on Wednesday 4 March: that costs 10 min more in all"
    )
    assert check(one.problem, one.plan, reasons=False).ok


def test_a_colleague_who_works_on_that_day():
    made = only_wednesday(skills=frozenset({"key"}))
    ben = workday(WEDNESDAY, "ben", skills=frozenset({"key"}))
    _, found = explained(replace(made, workdays=(workday(skills=frozenset()), ben)))
    assert found.entry.reason is Reason.REP_AWAY
    # Ann's day more would lack the skill
    assert [(one.change, one.effort, one.rep, one.date) for one in found.admissions] == [
        (Several((OtherRep("x", "ben"),)), 3600, "ben", WEDNESDAY)
    ]
    assert Words().not_planned(found) == "Let ben visit it: it then stands on Wednesday 4 March"


def test_a_visit_on_a_closed_day_that_does_not_pay_has_to_be_insisted_on():
    _, found = explained(problem([0, 10], [due("x", 1, miss_price=10 * MINUTE, hours=((),) * 7)], [workday()]))
    (one,) = found.admissions
    assert one.change == Several((OpenOn("x", MONDAY), FixOn("x", "ann", MONDAY)))
    assert (one.effort, one.cost) == (7200 + 10 * MINUTE, 10 * MINUTE)


def test_a_visit_that_was_skipped_is_made_all_the_same():
    """Open on Mondays from eight to four, and skipped: not at any time, as if it opened for us."""
    mondays = (between(at(8), at(16)), *[()] * 6)
    made = problem([0, 10], [due("x", 1, hours=mondays)], [workday()])
    made = SkipVisit("x", MONDAY).applied(made, solve(made, iterations=200))
    _, found = explained(made)
    (one,) = found.admissions
    assert (one.change, one.effort, one.cost) == (NotSkipped("x", MONDAY), 3600, -70 * MINUTE)
    assert one.problem.sites[0].exceptions == {}
    assert Words().not_planned(found) == (
        "Visit it on Monday 2 March although it was to be skipped: it then stands on Monday 2 March"
    )


def test_what_is_skipped_counts_as_closed():
    with pytest.raises(ProblemError, match="it counts as closed"):
        problem([0, 10], [due("x", 1, skipped=frozenset({MONDAY}))], [workday()])


def test_visits_nearer_to_each_other():
    """Two a week, three days apart; one is agreed for Wednesday, and Ann works from Tuesday to Thursday."""
    twice = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK)
    visit = Appointment("visit", "ann", WEDNESDAY, TimeWindow(at(9), at(9)), HOUR, site="x")
    days = [day for day in week() if TUESDAY <= day.date <= WEDNESDAY + timedelta(days=1)]
    made = problem(
        [0],
        [site("x", 0, cadence=twice)],
        days,
        appointments=(visit,),
        horizon=DateRange(MONDAY, MONDAY + timedelta(6)),
    )
    _, found = explained(made)
    assert found.entry.reason is Reason.TOO_CLOSE
    gap = of(found, ShorterGap)
    # from three days to one; a week is worth 5,400 s, so two days of it 1,542
    assert (gap.change, gap.effort) == (ShorterGap("x", 2), 1542)


def test_somebody_else():
    made = problem([0], [due("x", 0, owner="gone")], [*week(1), *week(1, rep="ben")])
    _, found = explained(made)
    assert found.entry.reason is Reason.NO_REP
    assert {one.change for one in found.admissions} == {OtherRep("x", "ann"), OtherRep("x", "ben")}


def test_what_is_too_much_to_carry_needs_as_much_more_room_as_is_missing():
    _, found = explained(problem([0, 10], [due("x", 1, load=7)], [workday(capacity=4)]))
    assert found.entry.reason is Reason.OVER_CAPACITY
    assert found.admissions[0].change == MoreCapacity("ann", MONDAY, 3)
    assert Words().not_planned(found).startswith("Carry 3 more on Monday 2 March")


def test_a_full_day_on_which_driving_is_limited():
    """a is 10 min one way, x 10 min the other way: 20 min of driving, or 40; 30 are allowed, and a is worth more."""
    sites = [due("a", 1), due("x", 2, miss_price=3600)]
    made = problem([0, 10, -10], sites, [workday(max_driving=30 * MINUTE)])
    plan, found = explained(made)
    assert found.entry.reason is Reason.DAY_FULL
    best = found.admissions[0]
    # 10 min as overtime; worth 60 min, at 20 of driving
    assert (best.change, best.effort) == (MoreDriving("ann", MONDAY, 10 * MINUTE), 15 * MINUTE)
    assert (best.cost, best.displaced) == (-40 * MINUTE, ())
    assert Words().not_planned(found) == "Drive 10 min more on Monday 2 March: it then stands on Monday 2 March"
    # five minutes less do not do, whoever asks, and neither does a longer day or a stop more
    less = MoreDriving("ann", MONDAY, 5 * MINUTE).applied(made)
    assert [entry.site for entry in settle(less, plan).unplanned] == ["x"]
    assert {type(one.change) for one in found.admissions} == {MoreDriving, FixOn}


def test_a_way_that_is_more_than_may_be_driven_in_a_day():
    # 2 * 40 min of driving, 70 allowed
    _, found = explained(problem([0, 40], [due("x", 1, miss_price=9000)], [workday(max_driving=70 * MINUTE)]))
    assert found.entry.reason is Reason.OUT_OF_REACH
    assert [one.change for one in found.admissions] == [MoreDriving("ann", MONDAY, 10 * MINUTE)]


def test_an_appointment_that_is_farther_than_may_be_driven():
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(12), at(12)), HOUR, place=1)
    made = problem([0, 40], [], [workday(max_driving=70 * MINUTE)], appointments=(meeting,))
    _, found = explained(made, None)
    assert found.entry.reason is Reason.OUT_OF_REACH
    assert [one.change for one in found.admissions] == [MoreDriving("ann", MONDAY, 10 * MINUTE)]


def test_a_full_day_on_which_more_has_to_be_carried():
    # 3 and 4 of 5; x instead of a would cost 90 min, more to be carried is like 60
    sites = [due("a", 0, load=3, miss_price=9000), due("x", 0, load=4, miss_price=3600)]
    made = problem([0], sites, [workday(capacity=5)])
    _, found = explained(made)
    assert found.entry.reason is Reason.DAY_FULL
    assert found.admissions[0].change == MoreCapacity("ann", MONDAY, 2)
    assert {type(one.change) for one in found.admissions} == {MoreCapacity, FixOn}


def test_who_has_the_skill_may_visit():
    ben, cid = (workday(rep=rep, skills=frozenset(skills)) for rep, skills in (("ben", {"wire"}), ("cid", {"pipe"})))
    _, found = explained(problem([0, 10], [due("x", 1, skills=frozenset({"pipe"}))], [workday(), ben, cid]))
    assert found.entry.reason is Reason.NO_SKILL
    assert [one.change for one in found.admissions] == [OtherRep("x", "cid")]


@pytest.mark.parametrize(
    ("more", "reason", "words"),
    [
        (
            {"pauses": (DateRange(MONDAY, MONDAY),)},
            Reason.PAUSED,
            "Nothing has to change: it is not asked for at present",
        ),
        ({"place": None}, Reason.NO_POSITION, "Its position has to be known first"),
    ],
)
def test_what_no_change_of_the_plan_admits(more, reason, words):
    values = {"place": 0, "cadence": WEEKLY, "credited": (LAST,), **more}
    _, found = explained(problem([0], [site("x", **values)], [workday()]))
    assert (found.entry.reason, found.admissions) == (reason, ())
    assert Words().not_planned(found) == words


def test_nobody_asked_and_somebody_may():
    _, found = explained(problem([0, 10], [site("x", 1)], [workday()]))
    assert found.entry.reason is Reason.NO_CADENCE
    assert (found.admissions[0].change.kind, found.admissions[0].cost) == ("ask_for", 20 * MINUTE)


def test_what_fits_by_now_needs_no_change():
    made = full_morning()
    plan = solve(made, iterations=200)
    empty = replace(plan, routes=(), unplanned=settle(replace(made, workdays=()), replace(plan, routes=())).unplanned)
    (found,) = why_not(made, replace(empty, unplanned=tuple(plan.unplanned)), "x")
    assert (found.fits, found.admissions) == (True, ())


def test_an_appointment_finds_another_time():
    """Two from 9 to 10 and 9:30 to 10:30, at home: an hour's drive apart from nothing, so 30 min later is enough."""
    first = Appointment("first", "ann", MONDAY, TimeWindow(at(9), at(9)), HOUR, place=0)
    second = Appointment("second", "ann", MONDAY, TimeWindow(at(9, 30), at(9, 30)), HOUR, site="x")
    made = problem([0], [site("x", 0)], [workday()], appointments=(first, second))
    plan = solve(made, iterations=200)
    lost = next(entry for entry in plan.unplanned if entry.request in ("first", "second"))
    found = next(one for one in why_not(made, plan, lost.site) if one.entry.request == lost.request)
    shift = 30 * MINUTE if lost.request == "second" else -30 * MINUTE
    assert found.admissions[0].change == OtherTime(lost.request, shift)
    assert of(found, Without) is not None
    assert check(found.admissions[0].problem, found.admissions[0].plan).ok


def test_nothing_is_changed_on_frozen_days():
    _, found = explained(full_morning(), frozen=(MONDAY,))
    assert found.admissions == ()


@pytest.mark.parametrize("seed", range(12))
def test_every_admission_is_a_plan_that_is_right_and_one_step_less_is_not_enough(seed):
    made = random_problem(seed, sites=8, days=8, reps=1 + seed % 2)
    plan = solve(made, seed=seed, iterations=200)
    for name in [row.id for row in made.sites]:
        for found in why_not(made, plan, name):
            for one in found.admissions:
                assert check(one.problem, one.plan, reasons=False).ok
                calls = {route.date for route in one.plan.routes if any(stop.site == name for stop in route.stops)}
                assert one.date in calls
                insisted = isinstance(last(one.change), AskFor | FixOn)
                agreed = found.entry.request in {*(a.id for a in made.appointments), *(v.request for v in made.locked)}
                if not agreed and not insisted:  # reasons of others are those of before; explained anew they are true
                    assert check(one.problem, replace(one.plan, unplanned=explain(one.problem, one.plan))).ok
                eased = isinstance(one.change, LongerDay | LongerHours | WiderRadius | MoreStops)
                if not agreed and (eased or (isinstance(one.change, Several) and found.entry.reason in FULL)):
                    _gains(one, plan)
                    for less in _one_step_less(one.change):
                        _less_is_not_enough(less.applied(made), plan, one, name)


def _gains(one, plan):
    """The cost is that of the plan with the visit less that of the plan as it was, both after the change."""
    draft = Draft.of(one.problem, plan)
    before = objective(draft, [route for key in draft.workdays if draft.orders[key] and (route := draft.route(key))])
    assert one.plan.objective.total - before.total == one.cost < 0


def _one_step_less(change):
    if isinstance(change, Several):
        for n, part in enumerate(change.changes):
            for less in _one_step_less(part):
                yield Several((*change.changes[:n], less, *change.changes[n + 1 :]))
        return
    name = {WiderRadius: "metres", MoreStops: "stops", MoreCapacity: "units"}.get(type(change), "seconds")
    amount, step = getattr(change, name), {"metres": 1000, "seconds": 300}.get(name, 1)
    yield replace(change, **{name: amount - step}) if amount > step else NOTHING


def _less_is_not_enough(less, plan, one, name):
    then = settle(less, plan)
    before = {route.date for route in plan.routes if any(stop.site == name for stop in route.stops)}
    after = {route.date for route in then.routes if any(stop.site == name for stop in route.stops)}
    assert one.date not in after - before
