"""What cannot be kept and what would keep it, worked out by hand on a week into which ten visits fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import TimeWindow
from planner.check import check
from planner.overload import HandOver, LongerDays, SingleDays, Stretch, Words, estimate, overload
from planner.overload.goals import counts_of
from planner.overload.part import part
from planner.overload.remedies import stretched
from planner.overload.search import Bench, longer_days
from planner.problem import Appointment, Problem
from planner.solve import solve
from tests.planner.generate import company
from tests.planner.overload.week import WEEKLY, full_week, weekly
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, week


def one(problem: Problem, plan, **more):
    (found,) = overload(problem, plan, iterations=300, **more)
    return found


def remedy(found, kind):
    return next((tried for tried in found.remedies if isinstance(tried.remedy, kind)), None)


def test_ten_visits_fit_and_nothing_is_missing():
    found = one(*full_week([weekly(f"s{n}") for n in range(10)]))
    assert (found.short, found.unkept, found.missing, found.hours, found.remedies) == (0, (), 0, None, ())
    (group,) = found.groups
    assert (group.group, group.asked, group.kept, group.share) == ("every 7 days, worth 90 min", 10, 10, 1.0)
    assert Words().headline(found) == "ann: none of 10 visits asked for has to be left out for want of time"


def test_twelve_do_not_fit_and_half_an_hour_a_day_is_missing():
    made, plan = full_week([weekly(f"s{n:02}") for n in range(12)])
    found = one(made, plan)
    assert found.short == 2
    assert [entry.short for entry in found.unkept] == [1, 1]
    # two visits of 30 min in one week, no driving
    assert found.missing == 2 * 30 * MINUTE
    # a quarter of an hour a day gives no day another visit, half an hour gives each of five days one
    longer = remedy(found, LongerDays)
    assert longer.remedy == LongerDays("ann", 30 * MINUTE)
    assert found.hours == 5 * 30 * MINUTE
    # at the price of overtime, 150 %; no driving
    assert (longer.short, longer.price, longer.running) == (0, 225 * MINUTE, 0)
    assert check(longer.remedy.applied(made), longer.plan).ok


def test_a_stretched_interval_costs_the_visits_that_are_not_asked_for_any_more():
    made, plan = full_week([weekly(f"s{n:02}") for n in range(12)])
    found = remedy(one(made, plan), Stretch)
    # 110 %: every 8 days, 125 %: 9 days, due by Friday, so the week asks for all twelve all the same.
    # 150 %: 11 days after 25 February is Sunday 8 March, on time until 11 March: next week's goal.
    assert found.remedy.percent == 150
    # 12 sites a week: 7/7 visits become 7/11, each worth 5,400 s
    assert found.price == round(12 * 5400 * (1 - 7 / 11))


def test_where_days_are_short_and_not_hours_that_is_said():
    # Five days of four hours, 15 calls of 150 minutes without driving: one a day, ten are left out, 25 h. A call of 150 leaves 90
    # minutes of a day, 7.5 h a week: less than that, 17.5 h are missing. Of six calls one is left out, 2.5 h; it would fill a day.
    def found(count):
        rows = [weekly(f"s{n:02}", service=150 * MINUTE) for n in range(count)]
        p = problem([0] * (count + 1), [replace(row, place=n + 1) for n, row in enumerate(rows)], week(5, end=at(12)))
        return one(p, solve(p, iterations=300))

    many, few = found(15), found(6)
    assert (many.short, many.takes, many.free, many.days) == (10, 25 * HOUR, 7.5 * HOUR, None)
    # three calls a day instead of one: days of 7 h 30 instead of 4 h
    assert (many.missing, many.hours) == (17.5 * HOUR, 17.5 * HOUR)
    assert (
        Words()
        .headline(many)
        .endswith(
            "cannot be made for want of time, at 10 accounts; they take 25.0 h a week: 17.5 h a week are missing, "
            "beside 7.5 h that stay free"
        )
    )
    assert (few.short, few.takes, few.missing, few.free, few.days) == (1, 2.5 * HOUR, 0, 7.5 * HOUR, 1.0)
    assert (
        Words()
        .headline(few)
        .endswith(
            "at 1 account; they take 2.5 h a week. 7.5 h a week stay free, but in pieces too short for them: "
            "about 1.0 workdays a week are short"
        )
    )


def test_free_time_when_accounts_are_closed_is_not_a_want_of_days():
    # Six calls of half an hour that may start on Monday from 9:00 to 9:30: two of them can. Four wait, 2 h; of the week's 40 h one is
    # taken, and each of the other days could hold all six.
    monday = ((TimeWindow(at(9), at(9, 30)),), *[()] * 6)
    rows = [weekly(f"s{n}", hours=monday) for n in range(6)]
    p = problem([0], rows, week(5, start=at(9), end=at(17)))
    found = one(p, solve(p, iterations=300))
    assert (found.short, found.takes, found.missing, found.free, found.days) == (4, 2 * HOUR, 0, 39 * HOUR, None)
    assert (
        Words()
        .headline(found)
        .endswith(
            "they take 2.0 h a week. 39.0 h a week stay free, but not where they would fit: look at opening hours, "
            "ways and what a day is limited to"
        )
    )


def test_those_that_are_worth_less_wait():
    dear = [weekly(f"a{n}", miss_price=9000) for n in range(6)]
    cheap = [weekly(f"c{n}", miss_price=3600) for n in range(6)]
    found = one(*full_week([*dear, *cheap]))
    assert {entry.site[0] for entry in found.unkept if entry.short} == {"c"}
    shares = {group.group: (group.kept, group.asked, group.waiting) for group in found.groups}
    assert shares == {"every 7 days, worth 150 min": (6, 6, 0), "every 7 days, worth 60 min": (4, 6, 2)}
    named = one(*full_week([*dear, *cheap]), groups={s.id: s.id[0] for s in (*dear, *cheap)})
    assert [group.group for group in named.groups] == ["a", "c"]


def test_a_colleague_with_time_takes_as_few_accounts_as_are_too_many():
    made, plan = full_week([weekly(f"s{n:02}") for n in range(12)], ("ann", "ben"))
    ann, ben = overload(made, plan, iterations=300)
    over = remedy(ann, HandOver)
    assert over.remedy == HandOver("ann", "ben", ("s00", "s01"))
    assert (over.short, over.price) == (0, 2 * HOUR)
    assert (ben.short, ben.remedies) == (0, ())
    # 120 min of driving, against 225 for longer days; on single days the two half hours cost 90 at 150 %
    assert [(type(tried.remedy), tried.cost) for tried in ann.remedies[:3]] == [
        (SingleDays, 90 * MINUTE),
        (HandOver, 120 * MINUTE),
        (LongerDays, 225 * MINUTE),
    ]


def test_a_colleague_without_time_takes_none():
    sites = [weekly(f"s{n:02}") for n in range(12)] + [weekly(f"t{n:02}", owner="ben") for n in range(10)]
    ann, _ = overload(*full_week(sites, ("ann", "ben")), iterations=300)
    assert ann.short == 2
    assert remedy(ann, HandOver) is None


def test_what_is_closed_is_not_cured_by_time():
    shut = weekly("shut", hours=((),) * 7)
    found = one(*full_week([weekly("open"), shut]))
    assert (found.short, found.remedies) == (0, ())
    assert [(entry.site, entry.short, entry.otherwise) for entry in found.unkept] == [("shut", 0, 1)]


def test_where_longer_days_are_not_enough_that_is_said():
    """Open from nine to ten only: ten visits can begin in a week, 9:00 and 9:30 (or 10:00 with longer days: fifteen)."""
    hours = ((TimeWindow(at(9), at(10)),),) * 7
    found = one(*full_week([weekly(f"s{n:02}", hours=hours) for n in range(17)]))
    longer = remedy(found, LongerDays)
    assert found.short == 7
    assert found.hours is None
    assert longer.short == 2
    assert "2 visits would still be left out" in Words().remedy(longer)
    assert [tried.short for tried in found.remedies] == sorted(tried.short for tried in found.remedies)


def test_nothing_is_called_too_little_because_of_the_plan_that_was_searched_from():
    """Twelve half hours where ten fit; with half an hour a day more all of them do, but a plan stays as it was, with its two left out."""
    made, plan = full_week([weekly(f"s{n:02}") for n in range(12)])
    bench, remedy = Bench(made, plan, 300), LongerDays("ann", 30 * MINUTE)
    stuck = bench.tried(remedy, remedy.applied(made), bench.plan)
    assert (stuck.short, stuck.gained, stuck.enough) == (2, 0, False)
    best = bench.best(stuck)
    assert (best.short, best.gained, best.enough) == (0, 2, True)
    assert check(remedy.applied(made), best.plan).ok
    assert bench.best(best) is best
    # a quarter of an hour a day lets none in, whatever is searched from
    less = replace(stuck, remedy=LongerDays("ann", 15 * MINUTE))
    assert (bench.best(less).short, bench.best(less).enough) == (2, False)


def test_where_only_another_beginning_shows_that_a_remedy_is_enough_less_of_it_is_found_from_there():
    """Searched from its plan this company leaves visits out with four hours a day more, and none from the beginning; then less will do."""
    made = company(144, 120, 12)
    bench = Bench(made, solve(made, iterations=3000), 1000)
    assert bench.try_(LongerDays("rep0", 4 * HOUR)).short > 0
    longer, part = (one for one in longer_days(bench, "rep0") if isinstance(one.remedy, LongerDays))
    assert longer.enough
    assert part.remedy.seconds < longer.remedy.seconds <= HOUR
    assert check(longer.remedy.applied(made), longer.plan).ok


def test_longer_days_hold_more_stops_where_their_number_is_limited():
    made, plan = full_week([weekly(f"s{n:02}") for n in range(12)], max_stops=2)
    # two stops in 60 min are three in 75, but only half an hour more is room for a third visit
    assert remedy(one(made, plan), LongerDays).remedy.seconds == 30 * MINUTE


def test_the_estimate_follows_its_formula():
    sites = [weekly(name, place=n) for n, name in ((1, "a"), (2, "b"), (3, "c"))]
    made = problem([0, 60, 62, 64], sites, week())
    # Each of three falls due once, on Wednesday.  Five days of 540 min; 62 min is the middle way from home.
    # Ways to the nearest (two each): 2, 4, 2, 2, 2, 4: 16/6 min.  A visit takes 30 + 16/6 min, a day has room for
    # (540 - 2 x 62) / (30 + 16/6) = 12.735 of them, so one takes 540 / 12.735 = 42.40 min.  Five days are a week.
    need = estimate(made, "ann")
    assert need.visits == 3
    assert need.needed == pytest.approx(3 * 540 / (416 / (30 + 16 / 6)) * 60, abs=2)
    assert need.available == 5 * 9 * HOUR
    assert need.missing == 0


def test_breaks_and_blocks_are_no_working_time():
    block = Appointment("desk", "ann", MONDAY, TimeWindow(at(12), at(12)), HOUR)
    made = problem([0, 10], [weekly("a", place=1)], week(), appointments=(block,))
    assert estimate(made, "ann").available == (5 * 9 - 1) * HOUR


@pytest.mark.parametrize(
    ("cadence", "then"),
    [
        (Cadence(interval_days=28), Cadence(interval_days=35)),
        (Cadence(interval_days=7, tolerance_days=3), Cadence(interval_days=9, tolerance_days=3)),
        (Cadence(Mode.QUOTA, visits=3, period=Period.MONTH), Cadence(Mode.QUOTA, visits=2, period=Period.MONTH)),
        (Cadence(Mode.QUOTA, visits=1, period=Period.MONTH), Cadence(Mode.QUOTA, visits=1, period=Period.MONTH)),
        (
            Cadence(Mode.PATTERN, visits=1, block_workdays=10, anchor=MONDAY),
            Cadence(Mode.PATTERN, visits=1, block_workdays=13, anchor=MONDAY),
        ),
    ],
)
def test_a_rhythm_a_quarter_slower(cadence, then):
    assert stretched(site("s", 0, cadence=cadence), 125).cadence == then


def test_an_appointment_at_a_colleagues_account_still_takes_time():
    other = weekly("theirs", owner="ben")
    visit = Appointment("x", "ann", MONDAY, TimeWindow(at(9), at(9)), HOUR, site="theirs")
    made, plan = full_week([*[weekly(f"s{n}") for n in range(9)], other], ("ann", "ben"))
    made = replace(made, appointments=(visit,))
    own, _ = part(made, plan, ["ann"])
    assert [(a.site, a.place) for a in own.appointments] == [(None, 0)]
    # Monday is taken: eight of nine visits
    ann, _ = overload(made, solve(made, iterations=300), iterations=300)
    assert ann.short == 1


@pytest.mark.parametrize("seed", [4])
def test_every_remedy_really_keeps_all_and_the_same_comes_again(seed):
    made = company(seed, 50, 21)
    made = replace(made, sites=tuple(replace(s, service=4 * s.service) for s in made.sites))
    plan = solve(made, seed=seed, iterations=300)
    found = overload(made, plan, iterations=300)
    assert any(rep.remedies for rep in found)
    for rep in found:
        for tried in rep.remedies:
            reps = [rep.rep, tried.remedy.to] if isinstance(tried.remedy, HandOver) else [rep.rep]
            then = tried.remedy.applied(part(made, plan, reps)[0])
            assert check(then, tried.plan).ok
            assert counts_of(then, tried.plan).short == tried.short
        keeping = [tried.cost for tried in rep.remedies if tried.short == 0]
        assert keeping == sorted(keeping)
    assert overload(made, plan, iterations=300) == found


def test_stretching_leaves_every_other_field():
    slow = stretched(site("s", 0, cadence=replace(WEEKLY, min_gap_days=3)), 200).cadence
    assert slow == replace(WEEKLY, interval_days=14, tolerance_days=4, min_gap_days=3)
