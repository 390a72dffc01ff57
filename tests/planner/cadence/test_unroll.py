"""Chains of visit requests: golden tables, and random plans made from them that must all be credited."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from planner.cadence.credit import Account, Verdict, history
from planner.cadence.members import Fixed
from planner.cadence.policy import Cadence, Mode, Period
from planner.cadence.unroll import unroll_site
from planner.calendar import DateRange
from planner.plan import Reason
from planner.problem import MustVisit, Site
from tests.planner.cadence.strategies import START, random_cadence, random_pauses, random_visits

DAY = timedelta(days=1)
HORIZON = DateRange(date(2025, 1, 6), date(2025, 3, 6))  # 60 days
MONTHLY = Cadence(interval_days=28)  # t = 5, gap 23


def site(cadence=MONTHLY, credited=(), active_from=date(2024, 1, 1), **more) -> Site:
    return Site("s", 0, "r", 60, active_from, cadence=cadence, credited=tuple(credited), **more)


def bounds(chain):
    return [(r.earliest.isoformat()[5:], r.latest.isoformat()[5:]) for r in chain.requests]


def must(first, last) -> MustVisit:
    return MustVisit("m", "s", DateRange(first, last))


def test_rolling_from_history():
    # visited 24 December: due 21 January, window [16, 26]. Left out, the next opens on 13 February (due 18 February).
    # Planned on the 16th at the earliest, the next may follow 23 days later, on 8 February; then on 3 March.
    # Planned on 12 February at the latest, the next is due on 12 March and the one after opens on 4 April.
    chain = unroll_site(site(credited=[date(2024, 12, 24)]), HORIZON)
    assert (chain.window.opens, chain.window.due, chain.window.closes) == (
        date(2025, 1, 16),
        date(2025, 1, 21),
        date(2025, 1, 26),
    )
    assert bounds(chain) == [("01-16", "02-12"), ("02-08", "03-06"), ("03-03", "03-06")]
    assert [r.id for r in chain.requests] == ["s#1", "s#2", "s#3"]
    assert chain.previous == date(2024, 12, 24)


def test_the_newest_window_that_has_opened_is_taken_and_earlier_ones_are_history():
    # visited 1 October: due 29 October, 26 November, 24 December (window to the 29th), 21 January (opens the 16th)
    chain = unroll_site(site(credited=[date(2024, 10, 1)]), HORIZON)
    assert chain.window.due == date(2024, 12, 24)
    assert bounds(chain)[0] == ("01-06", "01-15")
    assert chain.clock.window(chain.window.due).opens == date(2025, 1, 16)


def test_a_newcomer_has_its_whole_first_interval():
    chain = unroll_site(site(active_from=date(2025, 1, 10)), HORIZON)
    assert (chain.window.opens, chain.window.due, chain.window.closes) == (
        date(2025, 1, 10),
        date(2025, 2, 7),
        date(2025, 2, 7),
    )
    assert bounds(chain)[0] == ("01-10", "03-01")  # left out, the next is due on 7 March and opens on the 2nd


def test_the_table_says_what_the_clock_says():
    chain = unroll_site(site(credited=[date(2024, 12, 24)]), HORIZON)
    for n in range(60):
        day = HORIZON.first + n * DAY
        assert chain.clock.next_due(day) == day + 28 * DAY
        assert chain.clock.earliest_next(day) == day + 23 * DAY
    with pytest.raises(IndexError, match="outside this table"):
        chain.clock.window(HORIZON.first - 40 * DAY)


def test_nothing_to_do_has_a_reason():
    far = Cadence(interval_days=90)
    pause = (DateRange(date(2025, 1, 1), date(2025, 4, 1)),)

    def reason(site):
        chain = unroll_site(site, HORIZON)
        assert chain.requests == chain.loose == ()
        return [u.reason for u in chain.unplanned]

    assert reason(site(far, [date(2025, 1, 5)])) == [Reason.NOT_DUE]
    assert reason(site(credited=[date(2024, 12, 1)], pauses=pause)) == [Reason.PAUSED]
    assert reason(site(Cadence(interval_days=28, valid_to=date(2025, 1, 5)))) == [Reason.PAUSED]
    assert reason(site(None)) == [Reason.NO_CADENCE]
    met = Cadence(mode=Mode.QUOTA, visits=1, period=Period.YEAR)
    assert reason(site(met, [date(2025, 1, 3)])) == [Reason.NOT_DUE]


def test_an_appointment_takes_the_place_of_a_request():
    # due 21 January [16, 26]: 30 January is late for it, and leaves no room before (16 January + 23 is 8 February)
    chain = unroll_site(site(credited=[date(2024, 12, 24)]), HORIZON, [Fixed(date(2025, 1, 30), "a")])
    assert [(r.appointment, r.fixed) for r in chain.requests] == [("a", True), (None, False)]
    assert bounds(chain) == [("01-30", "01-30"), ("02-22", "03-06")]
    # 10 February leaves room for one on 16 to 18 January
    chain = unroll_site(site(credited=[date(2024, 12, 24)]), HORIZON, [Fixed(date(2025, 2, 10), "a")])
    assert bounds(chain) == [("01-16", "01-18"), ("02-10", "02-10"), ("03-05", "03-06")]


def test_fixed_visits_inside_the_gap_are_not_credited_and_the_clock_ignores_them():
    fixed = [Fixed(date(2025, 1, 8), "a"), Fixed(date(2025, 1, 9))]
    chain = unroll_site(site(credited=[date(2024, 12, 24)]), HORIZON, fixed)
    assert bounds(chain)[0] == ("01-16", "02-12")
    assert not any(r.fixed for r in chain.requests)
    assert [(r.days, r.locked) for r in chain.loose] == [((date(2025, 1, 9),), True)]


def test_a_locked_visit_fixes_its_request():
    chain = unroll_site(site(credited=[date(2024, 12, 24)]), HORIZON, [Fixed(date(2025, 1, 17))])
    assert bounds(chain)[:2] == [("01-17", "01-17"), ("02-09", "03-06")]
    assert chain.requests[0].locked


def test_must_visits():
    credited = [date(2024, 12, 24)]

    def with_must(first, last, **more):
        chain = unroll_site(site(credited=credited), HORIZON, musts=[must(first, last)], **more)
        return [(r.must_visit, r.earliest, r.latest) for r in (*chain.requests, *chain.loose) if r.must_visit]

    # in the window of the first request
    assert with_must(date(2025, 1, 20), date(2025, 1, 22)) == [("m", date(2025, 1, 20), date(2025, 1, 22))]
    # between two windows: the first request, late
    assert with_must(date(2025, 2, 1), date(2025, 2, 3)) == [("m", date(2025, 2, 1), date(2025, 2, 3))]
    # in the window of the second
    chain = unroll_site(site(credited=credited), HORIZON, musts=[must(date(2025, 2, 17), date(2025, 2, 19))])
    assert [r.must_visit for r in chain.requests][:2] == [None, "m"]
    # inside the gap after the last visit: alone
    chain = unroll_site(site(credited=credited), HORIZON, musts=[must(date(2025, 1, 7), date(2025, 1, 8))])
    assert [r.days for r in chain.loose] == [(date(2025, 1, 7), date(2025, 1, 8))]
    assert bounds(chain)[0] == ("01-16", "02-12")
    # an appointment in the period fulfils it, and so does a visit made
    fixed = [Fixed(date(2025, 1, 21), "a")]
    chain = unroll_site(site(credited=credited), HORIZON, fixed, [must(date(2025, 1, 20), date(2025, 1, 22))])
    assert [r.must_visit for r in chain.requests] == ["m", None]
    chain = unroll_site(site(credited=credited), HORIZON, musts=[must(date(2024, 12, 20), date(2025, 1, 7))])
    assert not any(r.must_visit for r in (*chain.requests, *chain.loose))


def test_must_visits_that_cannot_be():
    paused = (DateRange(date(2025, 1, 1), date(2025, 1, 31)),)
    asked = [must(date(2025, 1, 20), date(2025, 1, 22))]
    chain = unroll_site(site(pauses=paused, credited=[date(2024, 12, 24)]), HORIZON, musts=asked)
    assert [(u.request, u.reason) for u in chain.unplanned] == [("m", Reason.PAUSED)]
    chain = unroll_site(site(None), HORIZON, musts=[must(date(2025, 4, 1), date(2025, 4, 2))])
    assert [(u.request, u.reason) for u in chain.unplanned] == [("m", Reason.NOT_DUE)]
    # without a cadence a must-visit still stands alone
    chain = unroll_site(site(None), HORIZON, musts=asked)
    assert [(r.id, r.must_visit) for r in chain.loose] == [("s#1", "m")]


QUOTA = Cadence(mode=Mode.QUOTA, visits=2, period=Period.MONTH)


def test_a_quota_fills_each_period():
    # January (31 days: I = 15, t = 3, gap 12) has one left after the 3rd: from the 15th. February (28: gap 12) has two.
    # March has two, but only the first fits before 6 March.
    chain = unroll_site(site(QUOTA, [date(2025, 1, 3)]), HORIZON)
    assert bounds(chain) == [("01-15", "01-31"), ("02-01", "02-16"), ("02-13", "02-28"), ("03-01", "03-06")]
    assert [r.period.first.month for r in chain.requests] == [1, 2, 2, 3]
    assert {r.gap for r in chain.requests} == {12}


def test_an_appointment_counts_for_its_quota():
    fixed = [Fixed(date(2025, 2, 14), "a"), Fixed(date(2025, 1, 7), "b")]
    chain = unroll_site(site(QUOTA, [date(2025, 1, 3)]), HORIZON, fixed)  # the 7th is inside the gap: not credited
    assert bounds(chain) == [("01-15", "01-31"), ("02-14", "02-14"), ("02-26", "02-28"), ("03-01", "03-06")]


def test_a_pause_prorates_the_requests_of_a_quota():
    # 20 of January's 31 days paused: 2 * 11/31 = 0.71, rounded 1
    chain = unroll_site(site(QUOTA, pauses=(DateRange(date(2025, 1, 12), date(2025, 1, 31)),)), HORIZON)
    assert bounds(chain)[:2] == [("01-06", "01-11"), ("02-01", "02-16")]


def test_a_pattern():
    # one visit in each block of 10 working days from Monday 6 January: blocks of two weeks, 31 days are two and a half
    cadence = Cadence(mode=Mode.PATTERN, visits=1, block_workdays=10, anchor=date(2025, 1, 6))
    chain = unroll_site(site(cadence), DateRange(date(2025, 1, 6), date(2025, 2, 5)))
    assert bounds(chain) == [("01-06", "01-19"), ("01-20", "02-02"), ("02-03", "02-05")]


def random_site(rng, rolling):
    while ((cadence := random_cadence(rng)).mode is Mode.ROLLING) is not rolling:
        pass
    account = Account(START, (cadence,), random_pauses(rng))
    horizon = DateRange(START + timedelta(days=100), START + timedelta(days=160))
    past = [day for day in random_visits(rng) if day < horizon.first]
    credited = history(account, past, horizon.first - DAY).credited
    return account, past, site(cadence, credited, START, pauses=account.pauses), horizon


def rolling_options(chain, site, window, last, horizon):
    """The days on which the next member may stand, by the rules in Chain alone."""
    after = chain.clock.window(window.due)
    first = max(window.opens, horizon.first, chain.clock.earliest_next(last) if last else date.min)
    end = min(horizon.last, after.opens - DAY if after else date.max)
    days = [first + n * DAY for n in range((end - first).days + 1)]
    account = Account(site.active_from, (site.cadence,), site.pauses)
    return list(filter(account.runs(), days))


@pytest.mark.parametrize("seed", range(120))
def test_a_rolling_chain_planned_when_due_is_credited_on_time(seed):
    account, past, place, horizon = random_site(random.Random(seed), rolling=True)
    chain = unroll_site(place, horizon)
    if chain.window is None or chain.clock is None:
        return
    planned, window = [], chain.window
    for request in chain.requests:
        day = max(window.due, horizon.first)
        if day not in horizon:
            break
        if window.closes >= horizon.first:
            assert day in request.days or not account.runs()(day)
        planned.append(day)
        window = chain.clock.window(day)
        if window is None:
            break
    assert window is None or window.due > horizon.last, "the chain is too short"
    found = {c.day: c.verdict for c in history(account, [*past, *planned], horizon.last).credits}
    on_time = [Verdict.ON_TIME] * len(planned)
    if planned and planned[0] > chain.window.closes:
        on_time[0] = Verdict.LATE
    assert [found[day] for day in planned] == on_time


@pytest.mark.parametrize("seed", range(120))
def test_whatever_a_chain_allows_is_credited_and_inside_the_static_days(seed):
    rng = random.Random(seed)
    account, past, place, horizon = random_site(rng, rolling=True)
    chain = unroll_site(place, horizon)
    planned, window, last = [], chain.window, None
    for request in chain.requests:
        options = rolling_options(chain, place, window, last, horizon)
        assert set(options) <= set(request.days)
        if options and rng.random() < 0.7:
            last = rng.choice([options[0], options[-1], rng.choice(options)])
            planned.append(last)
            window = chain.clock.window(last)
        else:
            window = chain.clock.window(window.due)
        if window is None or window.opens > horizon.last:
            break
    found = {c.day: c.verdict for c in history(account, [*past, *planned], horizon.last).credits}
    assert all(found[day].credited for day in planned)


@pytest.mark.parametrize("seed", range(120))
def test_whatever_a_quota_allows_is_credited_and_fills_a_target(seed):
    rng = random.Random(seed)
    account, past, place, horizon = random_site(rng, rolling=False)
    chain = unroll_site(place, horizon)
    planned, last = [], chain.previous
    for request in chain.requests:
        options = [day for day in request.days if last is None or (day - last).days >= request.gap]
        if options and rng.random() < 0.8:
            last = rng.choice([options[0], rng.choice(options)])
            planned.append(last)
    found = {c.day: c.verdict for c in history(account, [*past, *planned], horizon.last).credits}
    assert all(found[day] is Verdict.ON_TIME for day in planned)


def test_a_pattern_with_combinations_asks_for_their_days_only():
    # blocks of a week from Monday 6 January: Monday and Thursday, or Tuesday and Friday
    twice = Cadence(Mode.PATTERN, visits=2, block_workdays=5, anchor=date(2025, 1, 6), combinations=((0, 3), (1, 4)))
    week = DateRange(date(2025, 1, 6), date(2025, 1, 12))

    def days(chain):
        return [[day.day for day in request.days] for request in chain.requests]

    # the first of two may not be the last day, nor the second one the first
    assert days(unroll_site(site(twice), week)) == [[6, 7, 9], [7, 9, 10]]
    # Tuesday is agreed: Friday is what is left
    assert days(unroll_site(site(twice), week, [Fixed(date(2025, 1, 7), "x")])) == [[7], [10]]
    # asked for on Wednesday, which is in none: that visit stands there, the other one anywhere
    chain = unroll_site(site(twice), week, musts=[must(date(2025, 1, 8), date(2025, 1, 8))])
    assert [8] in days(chain)
    assert all(set(free) <= {6, 7, 9, 10} for free in days(chain) if free != [8])
