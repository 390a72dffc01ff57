"""What was promised, who visits, and that nothing is forgotten: each rule alone, on plans of bare stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import DateRange, TimeWindow
from planner.check import promises
from planner.check.credit import settle
from planner.check.facts import Facts
from planner.plan import Objective, Plan, Reason, Route, Stop, StopKind, Unplanned, Violation
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Site
from tests.planner.small import MONDAY, at, problem, site, week

TUESDAY = MONDAY + timedelta(days=1)
NINE = TimeWindow(at(9), at(10))
Rule = Callable[[Facts], Iterator[Violation]]


def visit(name: str, request: str | None = None, start: int = 0) -> Stop:
    return Stop(StopKind.VISIT, start, start, start, site=name, request=request or f"{name}#1")


def meeting(request: str, start: int = at(9), name: str | None = "a", kind: StopKind = StopKind.APPOINTMENT) -> Stop:
    return Stop(kind, start, start, start, site=name, request=request)


def plan(
    *stops: Stop, day: date = MONDAY, rep: str = "ann", unplanned: tuple[Unplanned, ...] = (), **more: object
) -> Plan:
    return Plan((Route(rep, day, 0, 0, stops),), unplanned, Objective(), **more)


def asked(*sites: Site, **more: object) -> Problem:
    days = (*week(2), *week(2, "bob"))
    return problem([0, 10, 20], sites or (site("a", 1), site("b", 2)), days, **more)


def found(rule: Rule, task: Problem, answer: Plan) -> list[tuple]:
    """(rule, rep, date, subject) of each violation."""
    return [(v.rule, v.rep, v.date, v.subject) for v in rule(Facts(task, answer))]


def messages(rule: Rule, task: Problem, answer: Plan) -> list[str]:
    return [v.message for v in rule(Facts(task, answer))]


AGREED = Appointment("x", "ann", MONDAY, NINE, 600, site="a")
WRONG = ("appointment", "ann", MONDAY, "x")


def test_an_appointment_stands_once_or_has_a_reason():
    task = asked(appointments=(AGREED,))
    left_out = Unplanned("a", Reason.DAY_FULL, request="x")
    assert found(promises.appointments, task, plan(meeting("x"))) == []
    assert found(promises.appointments, task, plan(unplanned=(left_out,))) == []
    assert found(promises.appointments, task, plan()) == [WRONG]
    assert found(promises.appointments, task, plan(meeting("x"), meeting("x"))) == [WRONG]
    assert found(promises.appointments, task, plan(meeting("x"), unplanned=(left_out,))) == [WRONG]
    assert found(promises.appointments, task, plan(unplanned=(replace(left_out, site="b"),))) == [WRONG]
    assert found(promises.appointments, task, plan(visit("a", "x"))) == [WRONG]  # a visit is none
    assert found(promises.appointments, task, plan(meeting("x"), meeting("y"))) == []  # y is no stop of the problem
    assert "0 times" in messages(promises.appointments, task, plan())[0]


def test_an_appointment_stands_with_its_rep_on_its_day_in_its_window():
    task = asked(appointments=(AGREED,))
    assert found(promises.appointments, task, plan(meeting("x"), rep="bob")) == [("appointment", "bob", MONDAY, "x")]
    assert found(promises.appointments, task, plan(meeting("x"), day=TUESDAY)) == [("appointment", "ann", TUESDAY, "x")]
    for start, expected in ((at(9), []), (at(10), []), (at(9) - 1, [WRONG]), (at(10) + 1, [WRONG])):
        assert found(promises.appointments, task, plan(meeting("x", start))) == expected
    call = replace(AGREED, site=None)
    late = plan(meeting("x", at(11), None, StopKind.BLOCK))
    assert found(promises.appointments, asked(appointments=(call,)), late) == [WRONG]


@pytest.mark.parametrize(
    ("stops", "day", "rep", "entries", "kept"),
    [
        ([visit("a")], MONDAY, "ann", (), True),
        ([meeting("x")], MONDAY, "ann", (), True),  # that is the same visit
        ([visit("a")], TUESDAY, "ann", (), False),
        ([visit("a")], MONDAY, "bob", (), False),
        ([], MONDAY, "ann", (), False),
        ([], MONDAY, "ann", (Unplanned("a", Reason.DAY_FULL, f"a@ann@{MONDAY}"),), True),
        ([], MONDAY, "ann", (Unplanned("b", Reason.DAY_FULL, f"a@ann@{MONDAY}"),), False),
        ([], MONDAY, "ann", (Unplanned("a", Reason.DAY_FULL),), False),  # that is of the site, not its own
        ([], MONDAY, "ann", (Unplanned("a", Reason.DAY_FULL, "a#1"),), False),
        ([visit("a")], MONDAY, "ann", (Unplanned("a", Reason.DAY_FULL, f"a@ann@{MONDAY}"),), False),  # both
    ],
)
def test_a_locked_visit_stands_or_has_a_reason(stops, day, rep, entries, kept):
    task = asked(locked=(PlacedVisit("a", "ann", MONDAY),))
    expected = [] if kept else [("locked", "ann", MONDAY, "a")]
    assert found(promises.locked, task, plan(*stops, day=day, rep=rep, unplanned=entries)) == expected


TODAY = DateRange(MONDAY, MONDAY)


@pytest.mark.parametrize(
    ("stops", "day", "entries", "kept"),
    [
        ([visit("a")], MONDAY, (), True),
        ([meeting("x")], MONDAY, (), True),
        ([visit("a")], TUESDAY, (), False),
        ([visit("b")], MONDAY, (), False),
        ([], MONDAY, (Unplanned("a", Reason.DAY_FULL, request="m"),), True),
        ([], MONDAY, (Unplanned("a", Reason.DAY_FULL, request="n"),), False),  # of another one
        ([], MONDAY, (Unplanned("a", Reason.DAY_FULL),), False),  # the whole site, of which it is one wish
        ([], MONDAY, (Unplanned("a", Reason.DAY_FULL, request="a#1"),), False),  # of a visit that the cadence asks for
        ([], MONDAY, (Unplanned("b", Reason.DAY_FULL, request="m"),), False),
        ([visit("a")], MONDAY, (Unplanned("a", Reason.DAY_FULL, request="m"),), False),  # it is made
    ],
)
def test_a_must_visit_is_made_or_has_a_reason(stops, day, entries, kept):
    later = MustVisit("n", "a", DateRange(TUESDAY, TUESDAY))
    there = site("a", 1, credited=(MONDAY - timedelta(days=9),))
    task = asked(there, site("b", 2), must_visits=(MustVisit("m", "a", TODAY), later))
    broken = found(promises.must_visits, task, plan(*stops, day=day, unplanned=entries))
    own = [
        one for one in messages(promises.must_visits, task, plan(*stops, day=day, unplanned=entries)) if " m " in one
    ]
    assert (own == []) is kept
    assert set(broken) <= {("must_visit", None, None, "a")}


def test_a_must_visit_is_fulfilled_by_what_was_credited_before():
    there = site("a", 1, credited=(MONDAY - timedelta(days=9),))
    past = MustVisit("m", "a", DateRange(MONDAY - timedelta(days=9), MONDAY))
    assert found(promises.must_visits, asked(there, must_visits=(past,)), plan()) == []
    since = MustVisit("m", "a", DateRange(MONDAY - timedelta(days=8), MONDAY))
    assert found(promises.must_visits, asked(there, must_visits=(since,)), plan()) == [("must_visit", None, None, "a")]


FREE = site("a", 1, owner=None)


def test_a_free_site_is_given_to_one_rep_of_the_problem():
    task = asked(FREE)
    assert found(promises.owners, task, plan(visit("a"), owners={"a": "ann"})) == []
    assert found(promises.owners, task, plan(owners={"a": "eve"})) == [("owner", "eve", None, "a")]
    assert found(promises.owners, task, plan(owners={"z": "ann"})) == [("owner", "ann", None, "z")]
    assert found(promises.owners, asked(site("a", 1)), plan(owners={"a": "ann"})) == [("owner", "ann", None, "a")]
    assert found(promises.owners, task, plan(visit("a"))) == [("owner", "ann", MONDAY, "a")]
    assert found(promises.owners, task, plan(visit("a"), owners={"a": "bob"})) == [("owner", "ann", MONDAY, "a")]
    shared = replace(FREE, shared=True)
    assert found(promises.owners, asked(shared), plan(visit("a"))) == []
    assert found(promises.owners, asked(shared), plan(owners={"a": "ann"})) == [("owner", "ann", None, "a")]


def test_only_what_people_fixed_is_with_somebody_else():
    bobs = site("a", 1, owner="bob")
    assert found(promises.owners, asked(bobs), plan(visit("a"))) == [("owner", "ann", MONDAY, "a")]
    assert found(promises.owners, asked(bobs), plan(meeting("x"))) == []
    assert found(promises.owners, asked(bobs, locked=(PlacedVisit("a", "ann", MONDAY),)), plan(visit("a"))) == []


@pytest.mark.parametrize(
    ("owned", "given", "broken"),
    [
        ((None, None), {"a": "ann", "b": "ann"}, False),
        ((None, None), {"a": "ann", "b": "bob"}, True),
        (("ann", None), {"b": "bob"}, True),
        (("ann", None), {"b": "ann"}, False),
        (("ann", None), {}, False),  # given to nobody
        (("eve", None), {"b": "ann"}, False),  # who does not work
    ],
)
def test_a_group_of_one_rep(owned, given, broken):
    sites = (site("a", 1, owner=owned[0]), site("b", 2, owner=owned[1]))
    answer = plan(owners=given)
    expected = [("owner", None, None, "b")] if broken else []
    assert found(promises.owners, asked(*sites, same_rep=(("b", "a"),)), answer) == expected


@pytest.mark.parametrize("kind", ["same_rep", "together"])
@pytest.mark.parametrize("other", ["a", "b", "c"])
def test_a_group_of_three_has_one_rep_with_the_last_of_them(kind, other):
    sites = [site(name, 1, owner=None) for name in ("a", "b", "c")]
    all_ann = {"a": "ann", "b": "ann", "c": "ann"}
    task = asked(*sites, **{kind: (("a", "b", "c"),)})
    assert found(promises.owners, task, plan(owners=all_ann)) == []
    assert found(promises.owners, task, plan(owners=all_ann | {other: "bob"})) == [("owner", None, None, "a")]


def test_one_route_a_day_with_its_stops_in_order():
    one = plan(visit("a", start=at(9)), visit("b", start=at(9)))
    assert found(promises.routes_once, asked(), one) == []
    turned = plan(visit("a", start=at(9) + 1), visit("b", start=at(9)))
    assert found(promises.routes_once, asked(), turned) == [("order", "ann", MONDAY, None)]
    within = plan(replace(visit("a", start=at(9)), end=at(12)), visit("b", start=at(10)))
    assert found(promises.routes_once, asked(), within) == []
    twice = replace(one, routes=one.routes * 2)
    assert found(promises.routes_once, asked(), twice) == [("one_route_a_day", "ann", MONDAY, None)]
    apart = (*one.routes, replace(one.routes[0], rep="bob"), replace(one.routes[0], date=TUESDAY))
    assert found(promises.routes_once, asked(), replace(one, routes=apart)) == []


def test_no_request_is_planned_twice():
    def judged(answer: Plan) -> list[tuple]:
        return found(promises.requests_once, asked(), answer)

    assert judged(plan(visit("a"), visit("b"))) == []
    assert judged(plan(visit("a", "r"), visit("b", "r"))) == [("once", None, None, "r")]
    assert judged(plan(visit("a", "r"), unplanned=(Unplanned("a", Reason.DAY_FULL, request="r"),))) == [
        ("once", None, None, "r")
    ]
    assert judged(plan(unplanned=(Unplanned("a", Reason.DAY_FULL, request="r"),) * 2)) == [("once", None, None, "r")]
    assert judged(plan(unplanned=(Unplanned("a", Reason.DAY_FULL), Unplanned("b", Reason.DAY_FULL)))) == []
    nameless = replace(visit("a"), request=None)
    assert judged(plan(nameless, nameless)) == [("once", None, None, "a"), ("once", None, None, "a")]
    assert judged(plan(meeting("r"), visit("b", "r"))) == []  # those are counted with the appointments


MONTHLY = Cadence(interval_days=28)


def due(days: int = 0, **more: object) -> Site:
    """Due so many days from Monday."""
    return site("a", 1, cadence=MONTHLY, credited=(MONDAY + timedelta(days=days - 28),), **more)


def accounted(task: Problem, answer: Plan) -> list[tuple]:
    ledgers = {one.id: settle(Facts(task, answer), one) for one in task.sites}
    return [(v.rule, v.subject) for v in promises.accounted(Facts(task, answer), ledgers)]


def entry(request: str | None = "a#1", reason: Reason = Reason.DAY_FULL, name: str | None = "a") -> Unplanned:
    return Unplanned(name, reason, request=request)


def test_every_site_has_a_stop_or_a_reason():
    task = asked(due())
    forgotten = [("unplanned", "a")]
    assert accounted(task, plan(visit("a"))) == []
    assert accounted(task, plan(unplanned=(entry(),))) == []
    assert accounted(task, plan(unplanned=(entry(None),))) == [("unplanned", "a")]  # of which visit is it?
    assert accounted(task, plan()) == forgotten * 2  # neither a stop, nor a reason for the visit left out
    assert accounted(asked(site("a", 1)), plan()) == forgotten
    assert accounted(asked(site("a", 1)), plan(unplanned=(entry(None, Reason.NO_CADENCE),))) == []


def test_an_entry_speaks_of_something_known():
    task = asked(due(), appointments=(AGREED,))
    own = plan(visit("a"), unplanned=(entry("x", name=None),))
    assert accounted(task, own) == []
    assert accounted(task, plan(visit("a"), unplanned=(entry("y", name=None),))) == [("unplanned", None)]
    assert accounted(task, plan(visit("a"), unplanned=(entry("x", name="z"),))) == [("unplanned", None)]
    # what is said of an appointment is not said of the visit
    assert accounted(task, plan(unplanned=(entry("x"),))) == [("unplanned", "a")]


def test_every_visit_left_out_has_a_reason_of_its_own():
    weekly = replace(due(), cadence=Cadence(interval_days=7), credited=(MONDAY - timedelta(days=7),))
    task = replace(asked(weekly), horizon=DateRange(MONDAY, MONDAY + timedelta(days=9)))  # due on 0 and on 7
    assert accounted(task, plan(unplanned=(entry("a#1"), entry("a#2")))) == []
    assert accounted(task, plan(unplanned=(entry("a#1"),))) == [("unplanned", "a")]
    assert accounted(task, plan(visit("a"), unplanned=(entry("a#2"),))) == []
    assert accounted(task, plan(visit("a"))) == [("unplanned", "a")]
    assert accounted(task, plan(unplanned=(entry(None),))) == [("unplanned", "a")]
    # and no visit has two
    assert accounted(task, plan(visit("a"), unplanned=(entry("a#2"), entry("a#3")))) == [("unplanned", "a")]


def test_what_a_person_asked_for_does_not_stand_for_a_visit_of_the_cadence():
    # due today, and asked for tomorrow: two visits are left out
    asking = asked(due(), site("b", 2, cadence=None), must_visits=(MustVisit("m", "a", DateRange(TUESDAY, TUESDAY)),))
    none = entry(None, Reason.NO_CADENCE, "b")
    both = (entry("a#1"), entry("m"), none)
    assert accounted(asking, plan(unplanned=both)) == []
    assert accounted(asking, plan(unplanned=(entry("m"), none))) == [("unplanned", "a")]
    assert found(promises.must_visits, asking, plan(unplanned=(entry("a#1"), none))) == [
        ("must_visit", None, None, "a")
    ]
    # nor does the wish of one site stand for a visit to another
    assert accounted(asking, plan(unplanned=(*both, entry("m", name="b")))) == [("unplanned", "b")] * 2


def test_one_entry_is_for_a_whole_site_of_which_nothing_is_asked():
    quiet = asked(site("a", 1))
    none = entry(None, Reason.NO_CADENCE)
    assert accounted(quiet, plan(unplanned=(none, none))) == [("unplanned", "a")]
    meeting_there = asked(site("a", 1), appointments=(AGREED,))
    assert accounted(meeting_there, plan(unplanned=(entry("x"),))) == []
    assert accounted(meeting_there, plan(unplanned=(entry("x"), none))) == [("unplanned", "a")]
    assert accounted(meeting_there, plan(meeting("x"), unplanned=(none,))) == [("unplanned", "a")]
    # a visit that somebody fixed is gone, beside one that stands: it has an entry of its own
    locked = asked(site("a", 1), locked=(PlacedVisit("a", "ann", TUESDAY),), appointments=(AGREED,))
    assert accounted(locked, plan(meeting("x"), unplanned=(entry(f"a@ann@{TUESDAY}"),))) == []
    assert accounted(locked, plan(meeting("x"), unplanned=(none,))) == [("unplanned", "a")]


def test_not_due_is_said_of_what_falls_due_after_the_horizon_and_has_no_workday():
    # the window opened on Saturday, due on Wednesday; the horizon is Monday and Tuesday, on which ann works
    later = entry(reason=Reason.NOT_DUE)
    assert accounted(asked(due(2)), plan(unplanned=(later,))) == [("unplanned", "a")]
    away = replace(asked(due(2)), workdays=week(2, "bob"))
    assert accounted(away, plan(unplanned=(later,))) == []
    assert accounted(replace(asked(due(1)), workdays=week(2, "bob")), plan(unplanned=(later,))) == [("unplanned", "a")]
    # a must-visit that goes on after the horizon says nothing of the visit of the cadence
    wish = MustVisit("m", "a", DateRange(TUESDAY, TUESDAY + timedelta(days=9)))
    asking = replace(away, must_visits=(wish,))
    assert accounted(asking, plan(unplanned=(entry("m", Reason.NOT_DUE),))) == [("unplanned", "a")]


def test_one_reason_is_not_given_for_two_visits():
    # due on 0 and, after the horizon, on 7; one entry, of the first: that the other one is due later is not said of it
    weekly = replace(due(), cadence=Cadence(interval_days=7), credited=(MONDAY - timedelta(days=7),))
    task = replace(asked(weekly), horizon=DateRange(MONDAY, MONDAY + timedelta(days=6)), workdays=week(2))
    assert accounted(task, plan(unplanned=(entry("a#1"),))) == [("unplanned", "a")]
    assert accounted(task, plan(unplanned=(entry("a#1"), entry("a#2", Reason.NOT_DUE)))) == []


# -- the third of several ----------------------------------------------------------------------------------------

DAYS = tuple(MONDAY + timedelta(days=n) for n in range(3))


def three(*sites: Site, **more: object) -> Problem:
    """Three days of Ann and Bob; sites a, b and c of Ann unless told."""
    sites = sites or tuple(site(name, 1) for name in "abc")
    return problem([0, 10, 20], sites, (*week(3), *week(3, "bob")), **more)


def on_each_day(*stops: Stop, **more: object) -> Plan:
    """Each stop on a day of its own."""
    return Plan(tuple(Route("ann", day, 0, 0, (one,)) for day, one in zip(DAYS, stops, strict=False)), (), Objective())


def test_the_third_appointment_is_kept_like_the_first():
    agreed = [replace(AGREED, id=name) for name in ("x", "y", "z")]
    task, stops = three(appointments=tuple(agreed)), [meeting(name) for name in ("x", "y", "z")]
    wrong = [("appointment", "ann", MONDAY, "z")]
    assert found(promises.appointments, task, plan(*stops)) == []
    assert found(promises.appointments, task, plan(*stops[:2])) == wrong
    assert found(promises.appointments, task, plan(*stops[:2], meeting("z", at(11)))) == wrong
    left_out = tuple(Unplanned("a", Reason.DAY_FULL, request=name) for name in ("x", "y", "z"))
    assert found(promises.appointments, task, plan(unplanned=left_out)) == []
    each = three(appointments=tuple(replace(a, date=day) for a, day in zip(agreed, DAYS, strict=True)))
    assert found(promises.appointments, each, on_each_day(*stops)) == []


def test_the_third_locked_visit_and_the_third_wish_are_kept_like_the_first():
    locks = tuple(PlacedVisit(name, "ann", MONDAY) for name in "abc")
    entries = tuple(Unplanned(lock.site, Reason.DAY_FULL, lock.request) for lock in locks)
    task = three(locked=locks)
    assert found(promises.locked, task, plan(unplanned=entries)) == []
    assert found(promises.locked, task, plan(unplanned=entries[:2])) == [("locked", "ann", MONDAY, "c")]
    last = three(locked=(PlacedVisit("a", "ann", DAYS[2]),))
    assert found(promises.locked, last, on_each_day(*(visit("a", str(n)) for n in range(3)))) == []
    wishes = tuple(MustVisit(f"m{n}", "a", DateRange(day, day)) for n, day in enumerate(DAYS))
    asking = three(must_visits=wishes)
    entries = tuple(Unplanned("a", Reason.DAY_FULL, wish.id) for wish in wishes)
    assert found(promises.must_visits, asking, plan(unplanned=entries)) == []
    assert found(promises.must_visits, asking, plan(unplanned=entries[:2])) == [("must_visit", None, None, "a")]
    assert found(promises.must_visits, asking, on_each_day(*(visit("a", str(n)) for n in range(3)))) == []


def test_the_third_site_and_the_third_visit_are_with_their_rep():
    free = [site(name, 1, owner=None) for name in "abc"]
    given = {"a": "ann", "b": "ann"}
    assert found(promises.owners, three(*free), plan(owners=given | {"c": "eve"})) == [("owner", "eve", None, "c")]
    # of three pairs the last one is with two
    six = [site(name, 1, owner=None) for name in "abcdef"]
    task = three(*six, same_rep=(("a", "b"), ("c", "d"), ("e", "f")))
    assert found(promises.owners, task, plan(owners={"e": "ann", "f": "bob"})) == [("owner", None, None, "e")]
    assert found(promises.owners, three(), plan(visit("c"), rep="bob")) == [("owner", "bob", MONDAY, "c")]
    calls = on_each_day(*(visit("a", str(n)) for n in range(3)))
    strange = replace(calls, routes=(*calls.routes[:2], replace(calls.routes[2], rep="bob")))
    assert found(promises.owners, three(), calls) == []
    assert found(promises.owners, three(), strange) == [("owner", "bob", DAYS[2], "a")]


def test_the_third_route_and_the_third_stop_are_in_order():
    late, early = visit("a", start=at(9)), visit("b", start=at(8))
    days = on_each_day(late, late, late)
    assert found(promises.routes_once, three(), replace(days, routes=(*days.routes, days.routes[2]))) == [
        ("one_route_a_day", "ann", DAYS[2], None)
    ]
    turned = replace(days, routes=(*days.routes[:2], replace(days.routes[2], stops=(late, early))))
    assert found(promises.routes_once, three(), turned) == [("order", "ann", DAYS[2], None)]
    assert found(promises.routes_once, three(), plan(late, late, early)) == [("order", "ann", MONDAY, None)]


def test_the_third_request_is_planned_once():
    def judged(answer: Plan) -> list[tuple]:
        return found(promises.requests_once, three(), answer)

    names = [visit(name) for name in "abc"]
    third = [("once", None, None, "c#1")]
    left_out = tuple(Unplanned(name, Reason.DAY_FULL, request=f"{name}#1") for name in "abc")
    assert judged(plan(*names, unplanned=left_out[2:])) == third
    assert judged(replace(on_each_day(*names), unplanned=left_out[2:])) == third
    assert judged(plan(names[2], unplanned=left_out)) == third
    assert judged(plan(*names[:2], replace(names[2], request=None))) == [("once", None, None, "c")]


def test_the_third_site_and_the_third_entry_are_accounted_for():
    credited = (MONDAY - timedelta(days=28),)
    sites = [site(name, 1, cadence=MONTHLY, credited=credited) for name in "abc"]
    entries = tuple(entry(f"{name}#1", name=name) for name in "abc")
    assert accounted(three(*sites), plan(unplanned=entries)) == []
    assert accounted(three(*sites), plan(unplanned=entries[:2])) == [("unplanned", "c")] * 2
    strange = entry("y", name="z")
    assert accounted(three(*sites), plan(unplanned=(*entries, strange))) == [("unplanned", None)]
    # all that is left out of one site: two appointments and two wishes that are told apart from the visit of the cadence
    wishes = tuple(MustVisit(f"m{n}", "a", DateRange(day, day)) for n, day in enumerate(DAYS))
    agreed = tuple(replace(AGREED, id=name) for name in ("x", "y"))
    asking = three(sites[0], must_visits=wishes, appointments=agreed)
    named = tuple(entry(name) for name in ("x", "y", "m0", "m1", "m2"))
    assert accounted(asking, plan(unplanned=(*named, entry("a#1")))) == []
    assert accounted(asking, plan(unplanned=named)) == [("unplanned", "a")]
    assert accounted(asking, plan(unplanned=(*named, entry("a#1"), entry(None)))) == [("unplanned", "a")]
    # due on 0, on 7 and on 14, a Monday after the horizon; its window opens on Sunday (13), when nobody works
    weekly = replace(sites[0], cadence=Cadence(interval_days=7), credited=(MONDAY - timedelta(days=7),))
    task = replace(three(weekly), horizon=DateRange(MONDAY, MONDAY + timedelta(days=13)))
    first, second, last = (entry(f"a#{n}") for n in (1, 2, 3))
    later = replace(last, reason=Reason.NOT_DUE)
    assert accounted(task, plan(unplanned=(first, second, later))) == []
    assert accounted(task, plan(unplanned=(first, replace(second, reason=Reason.NOT_DUE), later))) == [
        ("unplanned", "a")
    ]
