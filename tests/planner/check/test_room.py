"""Is there room on a day?  Orders of steps lived through; a is 10 minutes from home, b 20, c 30."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.calendar import Break, TimeWindow
from planner.check.facts import Facts
from planner.check.room import (
    MOST_PERMUTED,
    Spent,
    Step,
    all_insertions,
    appointment_step,
    fits,
    fixed_steps,
    insertions,
    orders,
    spend,
    steps_of,
    visit_step,
)
from planner.params import Params
from planner.plan import Objective, Plan, Route, Stop, StopKind
from planner.problem import Appointment, PlacedVisit, Problem, Workday
from planner.travel import UNREACHABLE, SpeedBand, TravelMatrix
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, workday

ANY = (TimeWindow(at(8), at(17)),)


def asked(**more: object) -> Problem:
    return problem([0, 10, 20, 30], [site("a", 1), site("b", 2), site("c", 3)], [workday()], **more)


def facts(task: Problem | None = None, *stops: Stop) -> Facts:
    return Facts(task or asked(), Plan((Route("ann", MONDAY, at(8), at(17), stops),), (), Objective()))


def at_place(place: int, *windows: tuple[int, int], minutes: int = 30, **more: object) -> Step:
    return Step(place, tuple(TimeWindow(*one) for one in windows) or ANY, minutes * MINUTE, **more)


def stay(first: int, minutes: int) -> Step:
    return Step(None, (TimeWindow(first, first),), minutes * MINUTE, counts=False)


def spent(*steps: Step, task: Problem | None = None, **more: object) -> Spent | None:
    return spend(facts(task), workday(**more), steps)


def test_a_price_is_driving_and_shares_of_the_rest():
    assert Spent(1000, 20_500, 3_300).price(Params()) == 1000 + 2050 + 4950
    assert Spent(0, 5, 1).price(Params()) == 1  # 0.5 and 1.5, each rounded down as in the objective
    assert Spent(1000, 0, 0, beyond=60).price(Params()) == 1030  # a minute of unfair work costs half of it
    assert Spent(1000, 0, 0, disliked=2).price(Params()) == 2800


def test_one_step():
    # 08:10 there, half an hour, 08:50 home; leaving as late as possible nobody waits
    assert spent(at_place(1)) == Spent(1200, 0, 0)
    assert spent(at_place(1, (at(9), at(9)))) == Spent(1200, 0, 0)
    assert spent(at_place(1, (at(8, 9), at(8, 9)))) is None
    assert spent(at_place(1, (at(8, 10), at(8, 10)))) == Spent(1200, 0, 0)


def test_a_day_of_blocks_begins_as_late_as_it_ends_no_later():
    # 30 minutes to c, a call from 10 to 10:30: gone by 09:30 one is there as it begins, later one would be home after 10:30
    day = spent(stay(at(10), 30), end_place=3)
    assert day is not None
    assert (day.leave, day.home, day.idle) == (at(9, 30), at(10, 30), 0)


def test_the_first_visit_says_when_to_leave_whatever_comes_after_it():
    # a from 10:00 to 10:30 with ten minutes' way; c waits for 14:00, and is left for home at 14:30
    day = spent(stay(at(8, 30), 30), at_place(1, (at(10), at(11))), at_place(3, (at(14), at(15))))
    assert day is not None
    assert (day.leave, day.home) == (at(8, 30), at(15))  # the call is at 08:30 wherever one is, so nobody leaves later
    day = spent(at_place(1, (at(10), at(11))), stay(at(12), 30), at_place(3, (at(14), at(15))))
    assert day is not None
    assert (day.leave, day.home) == (at(9, 50), at(15))


def test_the_first_window_that_is_not_over():
    both = at_place(3, (at(8), at(8, 29)), (at(14), at(15)))
    assert spent(at_place(1, (at(8, 10), at(8, 10))), both) == Spent(3600, at(14) - at(9), 0)  # at c at 09:00
    just = at_place(3, (at(8), at(8, 30)), (at(14), at(15)))
    assert spent(just) == Spent(3600, 0, 0)


def test_the_first_of_several_windows_that_are_open():
    # a at 08:10, at c at 09:00, before the first window is over
    both = at_place(3, (at(8), at(9, 5)), (at(14), at(15)))
    assert spent(at_place(1, (at(8, 10), at(8, 10))), both) == Spent(3600, 0, 0)


def test_leaving_as_late_as_possible_to_the_second():
    for more in range(20):
        assert spent(at_place(1, (at(9) + more, at(10)))) == Spent(1200, 0, 0)


def test_waiting_between_steps():
    # at a at 08:10 until 08:40, at b at 08:50, waiting until 09:20
    late = at_place(2, (at(9, 20), at(10)))
    assert spent(at_place(1), late) == Spent(2400, 30 * MINUTE, 0)  # a is not later than it can be


def test_overtime_and_its_limit():
    # back at 8:00 + 10 + 30 + 10 minutes = 8:50
    assert spent(at_place(1), end=at(8, 40), max_overtime=600) == Spent(1200, 0, 600)
    assert spent(at_place(1), end=at(8, 40), max_overtime=599) is None
    assert spent(at_place(1), end=at(8, 50)) == Spent(1200, 0, 0)


def test_follow_up_before_driving_on():
    assert spent(at_place(1, follow_up=300), end=at(8, 55)) == Spent(1200, 0, 0)
    assert spent(at_place(1, follow_up=301), end=at(8, 55)) is None


def test_staying_where_one_is():
    # 10 minutes to a, half an hour there; a call at 08:45 on the way to b for 20 minutes: at b at 09:10
    call = stay(at(8, 45), 20)
    assert spent(at_place(1, (at(8, 10), at(8, 10))), call, at_place(2, (at(9, 10), at(9, 10)))) == Spent(2400, 0, 0)
    assert spent(at_place(1, (at(8, 10), at(8, 10))), call, at_place(2, (at(9, 9), at(9, 9)))) is None
    # two calls one after the other
    again = stay(at(9, 5), 10)
    assert spent(at_place(1, (at(8, 10), at(8, 10))), call, again, at_place(2, (at(9, 20), at(9, 20)))) is not None
    assert spent(at_place(1, (at(8, 10), at(8, 10))), call, stay(at(9, 4), 10), at_place(2)) is None
    # there before the call begins: the next thing waits for its end
    there = stay(at(8, 55), 10)
    assert spent(at_place(1, (at(8, 10), at(8, 10))), there, at_place(2, (at(9, 5), at(9, 5)))) is not None
    assert spent(at_place(1, (at(8, 10), at(8, 10))), there, at_place(2, (at(9, 4), at(9, 4)))) is None
    # at home after a call at the end of the day
    assert spent(stay(at(16, 50), 10)) is not None
    assert spent(stay(at(16, 50), 11)) is None
    assert spent(stay(at(7, 59), 10)) is None


def test_leaving_late_makes_no_call_later_either():
    # a call between 08:30 and 09:30 is at 08:30, so one leaves then: 12:40 at home, less 20 + 10 + 30 minutes
    call = Step(None, (TimeWindow(at(8, 30), at(9, 30)),), 10 * MINUTE, counts=False)
    assert spent(call, at_place(1, (at(12), at(12)))) == Spent(1200, at(12, 40) - at(8, 30) - HOUR, 0)


def test_no_road():
    seconds = asked().travel.seconds.copy()
    seconds[1, 2] = UNREACHABLE
    cut = replace(asked(), travel=TravelMatrix(seconds, asked().travel.metres, "cut"))
    assert spent(at_place(1), at_place(2), task=cut) is None
    assert spent(at_place(2), at_place(1), task=cut) is not None


def test_stops_load_and_driving_of_a_day():
    two = (at_place(1, load=2), at_place(2, load=1), stay(at(12), 5))
    assert spent(*two, max_stops=2, capacity=3, max_driving=2400) is not None
    assert spent(*two, max_stops=1) is None
    assert spent(*two, capacity=2) is None
    assert spent(*two, max_driving=2399) is None
    # to another end place the way home is another one, and a day without steps has no limit
    assert spent(at_place(1), end_place=3, max_driving=1800) == Spent(1800, 0, 0)
    assert spent(at_place(1), end_place=3, max_driving=1799) is None
    assert spent(end_place=3, max_driving=0) is not None


def test_sites_that_are_apart():
    task = replace(asked(), apart=(("a", "b"),))
    a, b = at_place(1, site="a"), at_place(2, site="b")
    assert spent(a, b, task=task) is None
    assert spent(a, at_place(3, site="c"), task=task) is not None
    assert spent(b, at_place(3, site="c"), task=task) is not None
    assert spent(replace(a, fixed=True), b, task=task) is None
    assert spent(replace(a, fixed=True), replace(b, fixed=True), at_place(3, site="c"), task=task) is not None


LUNCH = Break(TimeWindow(at(12), at(13)), 30 * MINUTE)


def test_a_break_takes_its_time():
    # 08:10 to 12:20 at a, home by 12:30 at the latest without a break: but the day goes on until 13:00, so none is needed
    assert spent(at_place(1, minutes=250), rest=LUNCH) == Spent(1200, 0, 0)
    assert spent(at_place(1, minutes=250), rest=LUNCH, end=at(12, 30)) == Spent(1200, 0, 0)
    # until 13:10 at a, home at 13:20: with a break 13:50, of which none is waiting
    assert spent(at_place(1, minutes=300), rest=LUNCH, end=at(13, 50)) is None  # it cannot begin before 13:10
    wide = Break(TimeWindow(at(12), at(13, 15)), 30 * MINUTE)
    assert spent(at_place(1, minutes=300), rest=wide, end=at(13, 50)) == Spent(1200, 0, 0)
    assert spent(at_place(1, minutes=300), rest=wide, end=at(13, 49)) is None


def test_the_break_is_where_it_costs_least_overtime():
    # half a day at a, then b from 13:00 on: before b there is time for it, after b it costs half an hour
    first, second = at_place(1, (at(8, 10), at(8, 10)), minutes=230), at_place(2, (at(13), at(13)), minutes=60)
    # 12:00 done, 12:10 at b: 50 minutes, of which 20 are waiting.  14:20 home
    assert spent(first, second, rest=LUNCH, end=at(14, 20)) == Spent(2400, 20 * MINUTE, 0)
    assert spent(first, second, rest=LUNCH, end=at(14, 10), max_overtime=HOUR) == Spent(2400, 20 * MINUTE, 600)


def test_the_break_is_where_the_day_then_ends_soonest():
    # as above, with a window until 14:10: after b it would fit as well, and the day would end at 14:50
    wide = Break(TimeWindow(at(12), at(14, 10)), 30 * MINUTE)
    first, second = at_place(1, (at(8, 10), at(8, 10)), minutes=230), at_place(2, (at(13), at(13)), minutes=60)
    assert spent(first, second, rest=wide) == Spent(2400, 20 * MINUTE, 0)
    assert spent(first, second, rest=wide, end=at(14, 20), max_overtime=HOUR) == Spent(2400, 20 * MINUTE, 0)


def test_not_before_all_work_where_a_later_place_will_do():
    # a from 13:00 on, leaving at 12:50; b at 17:00, home at 17:50.  A break before a would begin at 12:30, and the day at 12:20
    rest = Break(TimeWindow(at(12, 30), at(17)), 30 * MINUTE)
    steps = at_place(1, (at(13), at(13, 30))), at_place(2, (at(17), at(17)))
    assert spent(*steps, rest=rest, end=at(18)) == Spent(2400, 5 * HOUR - 2400 - 5400, 0)
    # where nothing else will do it is taken there, on arrival at a: it may not begin after 12:55
    soon = Break(TimeWindow(at(12, 30), at(12, 55)), 30 * MINUTE)
    full = at_place(1, (at(13), at(13, 30)), minutes=240)
    assert spent(full, rest=soon, end=at(17, 10)) == Spent(1200, 0, 0)
    assert spent(full, rest=soon, end=at(17, 9)) is None


def test_the_break_is_after_the_work_unless_that_costs_overtime():
    # a from 13:00 to 17:00. Leaving at 12:45, the last ten minutes before 13:00 at half the speed: 15 minutes; the break of 55
    # minutes after the work, home at 18:05
    slow = asked(speeds=(SpeedBand(at(12, 50), at(13), 50),))
    rest = Break(TimeWindow(at(12), at(17, 5)), 55 * MINUTE)
    step = at_place(1, (at(13), at(13)), minutes=240)
    assert spent(step, task=slow, rest=rest, end=at(18, 5)) == Spent(1500, 0, 0)
    # a second of overtime is too much: then at 12:00 on the way, 7.5 minutes before it and 5 after it
    assert spent(step, task=slow, rest=rest, end=at(18, 5) - 1, max_overtime=HOUR) == Spent(1350, 0, 0)


def test_the_break_is_where_the_stops_start_soonest():
    # a at 08:10 until 08:40, c at 12:00. With the break at 08:40 one drives on to b at 09:10, when five minutes take ten; with
    # b first, at 08:50, and the break after it, nobody drives then. Home at 13:00 either way
    slow = asked(speeds=(SpeedBand(at(9, 5), at(9, 15), 50),))
    rest = Break(TimeWindow(at(8, 40), at(10)), 30 * MINUTE)
    steps = at_place(1, (at(8, 10), at(8, 10))), at_place(2), at_place(3, (at(12), at(12)))
    idle = at(13) - at(8) - HOUR - 120 * MINUTE  # 60 minutes of driving, 90 of visits, 30 of rest
    assert spent(*steps, task=slow, rest=rest) == Spent(3600, idle, 0)


def test_of_several_breaks_that_change_nothing_the_first_is_taken():
    # a at 08:10 until 08:40, a block at 10:00, c at 12:00: before or after the block, c starts at 12:00. Before it one rests at
    # 09:00, with ten minutes of the way left, which take 17.5 from 09:30 on (7.5 of them done at half the speed until 09:45)
    slow = asked(speeds=(SpeedBand(at(8, 40), at(9), 50), SpeedBand(at(9, 30), at(9, 45), 50)))
    rest = Break(TimeWindow(at(9), at(11, 30)), 30 * MINUTE)
    steps = at_place(1, (at(8, 10), at(8, 10))), stay(at(10), 10), at_place(3, (at(12), at(12)))
    wheel = 10 * MINUTE + 20 * MINUTE + 1050 + 30 * MINUTE
    idle = at(13) - at(8) - wheel - 100 * MINUTE
    assert spent(*steps, task=slow, rest=rest) == Spent(wheel, idle, 0)


def test_a_break_for_which_there_is_no_room_leaves_no_driving_to_count():
    assert spent(at_place(1, minutes=300), rest=LUNCH, end=at(13, 50), max_driving=HOUR) is None


def test_a_break_between_blocks_and_stops():
    # leaving at 08:00 for c, from 11:30 on: one could rest at home first; but the break falls due at 12:00 only
    late = at_place(3, (at(12, 30), at(15)), minutes=120)
    rest = Break(TimeWindow(at(11, 50), at(15)), 30 * MINUTE)
    # not before it: 12:30 to 14:30, then rest and home at 15:30.  Leaving at 12:00 that is less than half a day
    assert spent(late, rest=rest) == Spent(3600, 0, 0)
    longer = at_place(3, (at(12, 30), at(15)), minutes=240)
    assert spent(longer, rest=rest, end=at(17, 30)) == Spent(3600, 0, 0)  # 16:30, no break: 15:00 is past
    # 10:50 leave, a until 11:30, rest from 11:50 to 12:20, c until 16:30, home at 17:00: ten minutes of waiting
    assert spent(at_place(1, (at(11), at(11)), minutes=30), longer, rest=rest, end=at(17)) == Spent(3600, 600, 0)


@pytest.mark.parametrize("count", [0, 3])
def test_a_step_at_each_position(count):
    others = [at_place(1, minutes=n) for n in range(count)]
    new = at_place(2)
    made = list(insertions(others, new))
    assert [order.index(new) for order in made] == list(range(count + 1))
    assert all([step for step in order if step is not new] == others for order in made)


def test_every_order_of_few_and_each_position_among_many():
    few = [at_place(1, minutes=n) for n in range(3)]
    assert len(list(orders(few, at_place(2)))) == 24
    many = [at_place(1, minutes=n) for n in range(MOST_PERMUTED + 1)]
    assert len(list(orders(many, at_place(2)))) == MOST_PERMUTED + 2
    assert MOST_PERMUTED == 6
    assert sum(1 for _ in orders(many[:6], at_place(2))) == 5040


def test_some_order_fits():
    early, late = at_place(1, (at(8, 10), at(8, 10))), at_place(2, (at(15), at(15)))
    assert not fits(facts(), workday(), iter([[late, early]]))
    assert fits(facts(), workday(), iter([[late, early], [early, late]]))
    assert not fits(facts(), workday(), iter([]))


# -- from a plan to its steps --------------------------------------------------------------------------------------


def visit(name: str, start: int = at(9)) -> Stop:
    return Stop(StopKind.VISIT, start, start, start + 1800, request=f"{name}#1", site=name, place=" abc".index(name))


LOCK = PlacedVisit("a", "ann", MONDAY, at(9))
DAY: Workday = workday(follow_up=300, skills=frozenset("s"))


def test_the_step_of_a_visit():
    task = asked()
    loaded = replace(task, sites=(replace(task.sites[0], load=4, hours=(ANY,) * 7), *task.sites[1:]))
    step = visit_step(facts(loaded), loaded.sites[0], DAY)
    assert step == Step(1, ANY, 1800, 300, True, 4, "a", False, None)
    unskilled = replace(loaded.sites[0], skills=frozenset("x"))
    assert visit_step(facts(loaded), unskilled, DAY).windows == ()


def test_the_step_of_a_promised_visit_that_nobody_makes():
    task = asked(locked=(LOCK,))
    step = visit_step(facts(task), task.sites[0], DAY)
    assert (step.windows, step.fixed, step.promised) == ((TimeWindow(at(8, 45), at(9, 15)),), True, at(9))
    # where it is made, another one was not promised
    made = visit_step(facts(task, visit("a")), task.sites[0], DAY)
    assert (made.fixed, made.promised) == (False, None)
    early = replace(task, locked=(replace(LOCK, start=60),))
    assert visit_step(facts(early), task.sites[0], DAY).windows == (TimeWindow(0, 960),)
    other = replace(task, locked=(replace(LOCK, rep="bob"),), workdays=(DAY, workday(rep="bob")))
    assert not visit_step(facts(other), task.sites[0], DAY).fixed


def test_the_steps_of_a_route():
    agreed = Appointment("x", "ann", MONDAY, TimeWindow(at(10), at(11)), 600, site="b")
    call = Appointment("k", "ann", MONDAY, TimeWindow(at(12), at(12)), 900)
    there = Appointment("p", "ann", MONDAY, TimeWindow(at(13), at(13)), 900, place=3)
    task = asked(appointments=(agreed, call, there), locked=(LOCK,))
    stops = (
        visit("a"),
        Stop(StopKind.APPOINTMENT, 0, 0, 600, request="x", site="b", place=2),
        Stop(StopKind.BLOCK, 0, 0, 900, request="k"),
        Stop(StopKind.BREAK, 0, 0, 900),
        Stop(StopKind.APPOINTMENT, 0, 0, 900, request="p", place=3),
        visit("c"),
    )
    known = facts(task, *stops)
    steps = steps_of(known, known.plan.routes[0], DAY)
    assert [step.site for step in steps] == ["a", "b", None, None, "c"]
    assert steps[0].promised == at(9)
    assert steps[1] == Step(2, (TimeWindow(at(10), at(11)),), 600, 300, True, 0, "b", True)
    assert steps[2] == Step(None, (TimeWindow(at(12), at(12)),), 900, 0, False, 0, None, True)
    assert steps[3] == Step(3, (TimeWindow(at(13), at(13)),), 900, 0, False, 0, None, True)
    assert steps[4].follow_up == 300
    assert fixed_steps(known, known.plan.routes[0], DAY) == steps[:4]
    loaded = replace(task, sites=(task.sites[0], replace(task.sites[1], load=5), task.sites[2]))
    assert appointment_step(facts(loaded), agreed, DAY).load == 5


def test_promises_are_kept_as_far_as_the_order_allows():
    # promised for 09:00 at b, 20 minutes from home; then c, 10 minutes on, by 09:40 or by 09:30
    promise = Step(2, (TimeWindow(at(8, 45), at(9, 15)),), 1800, promised=at(9))
    assert spend(facts(), workday(), [promise, at_place(3, (at(9, 40), at(9, 40)))]) == Spent(3600, 0, 0)
    assert spend(facts(), workday(), [promise, at_place(3, (at(9), at(9, 30)))]) == Spent(3600, 0, 0)  # at 08:50
    assert spend(facts(), workday(), [promise, at_place(3, (at(9), at(9, 24)))]) is None
    # a at 08:10 first: at b at 08:50, where one waits until 09:00
    first = at_place(1, (at(8, 10), at(8, 10)))
    assert spend(facts(), workday(), [first, promise]) == Spent(2400, 600, 0)
    # or until 08:57 or some seconds sooner, for the sake of what comes after it
    for less in range(9):
        after = at_place(3, (at(9), at(9, 37) - less))
        assert spend(facts(), workday(), [first, promise, after]) == Spent(3600, 420 - less, 0)


def test_promises_are_kept_where_all_steps_are_promised():
    # at a at 08:10, at b at 08:50, where one waits until 09:00
    both = [
        Step(1, (TimeWindow(at(8, 10), at(8, 10)),), 1800, promised=at(8, 10)),
        Step(2, (TimeWindow(at(8, 45), at(9, 15)),), 1800, promised=at(9)),
    ]
    assert spend(facts(), workday(), both) == Spent(2400, 600, 0)


def test_promises_that_cannot_all_be_kept_are_let_go():
    # at half the speed, from 08:50 to 09:00 and from 10:00 to 10:10, ten minutes of driving are fifteen; a at 08:20 leads into the
    # first, b at 09:30 into the second, and no more than 45 minutes may be driven. So each could be kept and both cannot
    slow = asked(speeds=(SpeedBand(at(8, 50), at(9), 50), SpeedBand(at(10), at(10, 10), 50)))
    first = Step(1, (TimeWindow(at(8, 10), at(8, 30)),), 1800, promised=at(8, 20))
    second = Step(2, (TimeWindow(at(8, 45), at(9, 45)),), 1800, promised=at(9, 30))
    day = workday(max_driving=45 * MINUTE)
    assert spend(facts(slow), day, [replace(first, promised=None), replace(second, promised=None)]) == Spent(2400, 0, 0)
    assert spend(facts(slow), day, [first, replace(second, promised=None)]) == Spent(2700, 0, 0)
    assert spend(facts(slow), day, [replace(first, promised=None), second]) == Spent(2700, 40 * MINUTE, 0)
    assert spend(facts(slow), day, [first, second]) == Spent(2400, 0, 0)


def liked(place: int, *windows: tuple[int, int], minutes: int = 30, **more: object) -> Step:
    """Possible at any time, and better in these windows."""
    return replace(at_place(place, minutes=minutes, **more), preferred=tuple(TimeWindow(*one) for one in windows))


def test_one_waits_for_what_a_site_prefers_where_that_is_cheaper():
    # at a at 08:10 already, or at 09:00 without a minute of waiting, leaving later
    assert spent(liked(1, (at(9), at(10)))) == Spent(1200, 0, 0)
    # at b at 08:50; waiting costs 10 %, another start 900: 150 minutes are worth it, a second more is not
    first = at_place(1, (at(8, 10), at(8, 10)))
    assert spent(first, liked(2, (at(11, 20) - 1, at(12)))) == Spent(2400, 8999, 0)
    assert spent(first, liked(2, (at(11, 20) + 10, at(12)))) == Spent(2400, 0, 0, disliked=1)
    # liked at once, or only before one can be there
    assert spent(first, liked(2, (at(8), at(8, 50)))) == Spent(2400, 0, 0)
    assert spent(first, liked(2, (at(8), at(8, 49)))) == Spent(2400, 0, 0, disliked=1)
    # the next of several windows; not one in which no visit may start
    assert spent(first, liked(2, (at(8), at(8, 30)), (at(9), at(9, 30)), (at(10), at(11)))) == Spent(2400, 600, 0)
    shut = replace(liked(2, (at(9), at(9, 30))), windows=(TimeWindow(at(8), at(8, 55)),))
    assert spent(first, shut) == Spent(2400, 0, 0, disliked=1)
    assert spent(first, replace(shut, windows=(TimeWindow(at(8), at(9)),))) == Spent(2400, 600, 0)
    # nothing is liked by a day that cannot be
    assert spent(first, at_place(2, (at(8), at(8, 10))), liked(3, (at(12), at(13)))) is None


def test_two_sites_that_prefer_something():
    # b at 09:00 instead of 08:50, and then c at 09:40 at the soonest, at 10:00 for its sake
    first = at_place(1, (at(8, 10), at(8, 10)))
    assert spent(first, liked(2, (at(9), at(9, 30))), liked(3, (at(10), at(10, 30)))) == Spent(3600, 1800, 0)


def test_work_beyond_what_is_fair():
    # 20 minutes of driving, 30 of a visit and 5 after it, no break: 55 minutes
    for fair, beyond in ((None, 0), (55 * MINUTE, 0), (55 * MINUTE - 1, 1), (0, 55 * MINUTE)):
        assert spent(at_place(1, follow_up=5 * MINUTE), fair_work=fair) == Spent(1200, 0, 0, beyond)
    wide = Break(TimeWindow(at(12), at(13, 15)), 30 * MINUTE)
    assert spent(at_place(1, minutes=300), rest=wide, end=at(13, 50), fair_work=300 * MINUTE) == Spent(1200, 0, 0, 1200)


def test_the_new_steps_at_all_positions():
    old, new = [at_place(1), at_place(2)], [at_place(3), stay(at(9), 5)]
    found = [tuple(order) for order in all_insertions(old, new)]
    assert len(found) == len(set(found)) == 12
    assert all([step for step in order if step in old] == old for order in found)
    assert list(all_insertions(old, [])) == [old]
