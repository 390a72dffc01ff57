"""Chains of visit requests: golden tables, and random plans made from them that must all be credited."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.credit import Account, Verdict, history
from planner.cadence.members import Fixed
from planner.cadence.policy import Cadence, Mode, Period, Season
from planner.cadence.unroll import unroll, unroll_site
from planner.calendar import DateRange, TimeWindow
from planner.plan import Reason
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Site, Workday
from planner.travel import Estimate, Place
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

    def unrolled(*fixed, first, last):
        return unroll_site(site(credited=credited), HORIZON, fixed, [must(first, last)])

    # wherever it lies (in a window, between two, inside the gap after the last visit), it has a visit beside the members
    # of the chain: what takes whose place is for the search to decide
    plain = bounds(unroll_site(site(credited=credited), HORIZON))
    for day in (date(2025, 1, 7), date(2025, 1, 20), date(2025, 2, 1)):
        chain = unrolled(first=day, last=day + DAY)
        assert [(r.must_visit, r.days, r.period) for r in chain.loose] == [("m", (day, day + DAY), None)]
        assert (bounds(chain), {r.must_visit for r in chain.requests}) == (plain, {None})
        assert [r.id for r in (*chain.requests, *chain.loose)] == ["s#1", "s#2", "s#3", "s#4"]
    # an appointment in the period fulfils it, and so does a visit made
    chain = unrolled(Fixed(date(2025, 1, 21), "a"), first=date(2025, 1, 20), last=date(2025, 1, 22))
    assert ([r.must_visit for r in chain.requests], chain.loose) == (["m", None], ())
    assert unrolled(first=date(2024, 12, 20), last=date(2025, 1, 7)).loose == ()


def test_two_wishes_may_be_one_visit_or_two():
    musts = [MustVisit(f"m{n}", "s", DateRange(date(2025, 1, n), date(2025, 1, n + 3))) for n in (20, 22)]
    chain = unroll_site(site(credited=[date(2024, 12, 24)]), HORIZON, musts=musts)
    assert [(r.must_visit, r.earliest.day, r.latest.day) for r in chain.loose] == [("m20", 20, 23), ("m22", 22, 25)]


def test_must_visits_that_cannot_be():
    paused = (DateRange(date(2025, 1, 1), date(2025, 1, 31)),)
    asked = [must(date(2025, 1, 20), date(2025, 1, 22))]
    chain = unroll_site(site(pauses=paused, credited=[date(2024, 12, 24)]), HORIZON, musts=asked)
    assert [(u.request, u.reason) for u in chain.unplanned] == [("m", Reason.PAUSED)]
    # so it is where the days are the last of the horizon, and not where they go on after it
    for more, reason in ((0, Reason.PAUSED), (1, Reason.NOT_DUE)):
        last = [must(HORIZON.last, HORIZON.last + timedelta(days=more))]
        away = site(None, pauses=(DateRange(HORIZON.last, HORIZON.last + timedelta(days=9)),))
        assert [u.reason for u in unroll_site(away, HORIZON, musts=last).unplanned] == [reason]
    chain = unroll_site(site(None), HORIZON, musts=[must(date(2025, 4, 1), date(2025, 4, 2))])
    assert [(u.request, u.reason) for u in chain.unplanned] == [("m", Reason.NOT_DUE)]
    # without a cadence a must-visit still stands alone
    chain = unroll_site(site(None), HORIZON, musts=asked)
    assert [(r.id, r.must_visit) for r in chain.loose] == [("s#1", "m")]


def reasons(chain):
    return [u.reason for u in chain.unplanned]


def test_an_account_paused_until_its_next_window_opens_is_visited_in_that_one():
    # visited 1 January, I = 10, t = 2: due on the 11th, closes on the 13th. 12 to 18 January are 7 days, paused until the 31st;
    # 1 February is the 8th, on which the next window opens, due on the 3rd: no day of the horizon is left for the one before
    pause = (DateRange(date(2025, 1, 19), date(2025, 1, 31)),)
    january = site(Cadence(interval_days=10), [date(2025, 1, 1)], pauses=pause)
    weeks = DateRange(date(2025, 1, 20), date(2025, 2, 15))
    chain = unroll_site(january, weeks)
    assert (chain.window.opens, chain.window.due, chain.missed) == (date(2025, 2, 1), date(2025, 2, 3), 0)
    assert bounds(chain)[0] == ("02-01", "02-10")  # left out, the next opens 8 days after the 3rd
    assert reasons(chain) == []
    # an appointment in the pause still meets the window before it; on 28 January, so that the next is due on 10 February
    chain = unroll_site(january, weeks, [Fixed(date(2025, 1, 28), "a")])
    assert (chain.window.due, bounds(chain)[:2]) == (date(2025, 1, 11), [("01-28", "01-28"), ("02-08", "02-15")])
    # on the day on which the next one opens, or after it, an appointment meets that one
    for meeting in (date(2025, 2, 1), date(2025, 2, 4)):
        chain = unroll_site(january, weeks, [Fixed(meeting, "a")])
        assert (chain.window.due, chain.requests[0].appointment) == (date(2025, 2, 3), "a")
    # one day less before the pause: 1 February is left for the window of January
    pause = (DateRange(date(2025, 1, 18), date(2025, 1, 31)),)
    chain = unroll_site(site(Cadence(interval_days=10), [date(2025, 1, 1)], pauses=pause), weeks)
    assert (chain.window.due, bounds(chain)[0]) == (date(2025, 1, 11), ("02-01", "02-01"))


def test_windows_missed_in_a_row_before_the_horizon():
    # visited 1 October: 29 October and 26 November are missed, 24 December is open (a third follows on 21 January, from the 16th)
    def missed(first):
        chain = unroll_site(site(credited=[date(2024, 10, 1)]), DateRange(first, first + 20 * DAY))
        return chain.missed, chain.window.due

    assert missed(date(2025, 1, 15)) == (2, date(2024, 12, 24))
    assert missed(date(2025, 1, 16)) == (3, date(2025, 1, 21))


def test_at_the_end_of_a_cadence_no_member_is_forgotten():
    # until 15 February: from the 16th, when due [16, 21, 26 January], the next is due on 13 February, open from the 8th;
    # from the 19th on nothing falls due any more
    chain = unroll_site(site(Cadence(interval_days=28, valid_to=date(2025, 2, 15)), [date(2024, 12, 24)]), HORIZON)
    assert bounds(chain) == [("01-16", "02-15"), ("02-08", "02-15")]
    # a fixed visit on the 20th is the last one
    chain = unroll_site(
        site(Cadence(interval_days=28, valid_to=date(2025, 2, 15)), [date(2024, 12, 24)]),
        HORIZON,
        [Fixed(date(2025, 1, 20))],
    )
    assert bounds(chain) == [("01-20", "01-20")]


def test_a_fixed_visit_counts_from_the_first_day_on_which_it_is_credited():
    # [16, 21, 26 January]; a least gap of 26 days: from the 19th on
    def credited(cadence, day):
        return [r.fixed for r in unroll_site(site(cadence, [date(2024, 12, 24)]), HORIZON, [Fixed(day, "a")]).requests][
            :1
        ]

    assert [credited(MONTHLY, date(2025, 1, day)) for day in (15, 16)] == [[False], [True]]
    apart = Cadence(interval_days=28, min_gap_days=26)
    assert [credited(apart, date(2025, 1, day)) for day in (18, 19)] == [[False], [True]]
    assert bounds(unroll_site(site(apart, [date(2024, 12, 24)]), HORIZON))[:2] == [
        ("01-19", "02-12"),
        ("02-13", "03-06"),
    ]
    # where nothing falls due nothing is credited; out of order they are judged in order
    ended = Cadence(interval_days=28, valid_to=date(2025, 1, 10))
    chain = unroll_site(
        site(ended, [date(2024, 12, 24)]), HORIZON, [Fixed(date(2025, 1, 30)), Fixed(date(2025, 1, 20))]
    )
    assert (chain.requests, [r.days[0].day for r in chain.loose], reasons(chain)) == ((), [20, 30], [])
    chain = unroll_site(
        site(credited=[date(2024, 12, 24)]), HORIZON, [Fixed(date(2025, 1, 30)), Fixed(date(2025, 1, 20))]
    )
    assert (bounds(chain)[0], [r.days[0].day for r in chain.loose]) == (("01-20", "01-20"), [30])


def test_where_a_season_is_faster_a_later_visit_is_followed_sooner():
    # I = 40 but for 5 in February, t = 2. Visited 10 November: due 20 December, overdue on the 22nd. Planned on the 22nd the
    # next is due on 31 January and opens 38 days on, on the 29th; planned on the 23rd it is due on 1 February, of whose 5 days
    # t = 2 are 2/5: it opens when 3/5 are gained, 24 days on, on 16 January. Left out it opens on 27 January; planned on the
    # 26th at the latest, the next is due on 5 February, and the one after opens three days later
    season = Cadence(interval_days=40, tolerance_days=2, seasons=(Season(frozenset({2}), 5),))
    winter = DateRange(date(2024, 12, 22), date(2025, 2, 9))
    chain = unroll_site(site(season, [date(2024, 11, 10)]), winter)
    assert bounds(chain)[:2] == [("12-22", "01-26"), ("01-16", "02-07")]


def test_settled_visits_inside_the_gap_fulfil_wishes():
    # neither is credited (before 16 January); the wish around each is fulfilled
    musts = [
        MustVisit("x", "s", DateRange(date(2025, 1, 7), date(2025, 1, 8))),
        MustVisit("y", "s", DateRange(date(2025, 1, 9), date(2025, 1, 10))),
    ]
    fixed = [Fixed(date(2025, 1, 10)), Fixed(date(2025, 1, 8), "a")]
    chain = unroll_site(site(credited=[date(2024, 12, 24)]), HORIZON, fixed, musts)
    assert [(r.days, r.must_visit, r.locked) for r in chain.loose] == [((date(2025, 1, 10),), "y", True)]
    assert reasons(chain) == []
    # loose visits are in order of their days, whoever asked for them
    chain = unroll_site(site(credited=[date(2024, 12, 24)]), HORIZON, fixed[:1], musts[:1])
    assert [r.days[0].day for r in chain.loose] == [7, 10]
    assert [r.id for r in (*chain.requests, *chain.loose)] == ["s#1", "s#2", "s#3", "s#4", "s#5"]


def test_a_reason_is_given_only_where_there_is_nothing_at_all():
    far = site(Cadence(interval_days=90), [date(2025, 1, 5)])
    assert reasons(unroll_site(far, HORIZON)) == [Reason.NOT_DUE]
    assert reasons(unroll_site(site(credited=[date(2024, 12, 24)]), HORIZON)) == []
    assert reasons(unroll_site(far, HORIZON, [Fixed(date(2025, 1, 8), "a")])) == []
    assert reasons(unroll_site(far, HORIZON, [Fixed(date(2025, 1, 8))])) == []
    # paused for a part of the horizon only: it is not that
    paused = replace(far, pauses=(DateRange(date(2025, 1, 6), date(2025, 2, 6)),))
    assert reasons(unroll_site(paused, HORIZON)) == [Reason.NOT_DUE]


def test_a_wish_that_goes_on_after_the_horizon():
    far = site(Cadence(interval_days=90), [date(2025, 1, 3)])

    def asked(place, *musts):
        chain = unroll_site(place, HORIZON, musts=musts)
        return [(r.must_visit, r.earliest, r.latest) for r in chain.loose], [
            (u.request, u.reason, u.detail, u.days) for u in chain.unplanned
        ]

    # it has the days that are planned, with a cadence and without
    after, outside = "its days go on after the horizon", "its days are outside the horizon"
    march = must(date(2025, 3, 1), date(2025, 3, 7))
    for place in (far, site(None)):
        assert asked(place, march) == ([("m", date(2025, 3, 1), date(2025, 3, 6))], [])
    assert asked(far, must(date(2025, 3, 1), date(2025, 3, 6))) == ([("m", date(2025, 3, 1), date(2025, 3, 6))], [])
    # the days that are left are paused; all days are, some of them before the horizon; none is in the horizon
    paused = replace(far, pauses=(DateRange(date(2025, 1, 1), date(2025, 3, 20)),))
    assert asked(paused, march) == ([], [("m", Reason.NOT_DUE, after, ())])
    january = must(date(2025, 1, 4), date(2025, 1, 7))
    assert asked(paused, january) == ([], [("m", Reason.PAUSED, "", tuple(january.period))])
    assert asked(paused, must(date(2025, 1, 4), date(2025, 1, 5))) == ([], [("m", Reason.NOT_DUE, outside, ())])


def test_a_newcomer_in_the_horizon_with_a_season():
    # I = 28, 14 from March on; active from 10 January: its table begins with that, due on 7 February
    cadence = Cadence(interval_days=28, seasons=(Season(frozenset({3}), 14),))
    chain = unroll_site(site(cadence, active_from=date(2025, 1, 10)), HORIZON)
    assert chain.clock.window(date(2025, 1, 10)).due == date(2025, 2, 7)


def test_without_a_cadence_the_last_visit_is_known():
    chain = unroll_site(site(None, [date(2025, 1, 3)]), HORIZON)
    assert (chain.previous, chain.requests) == (date(2025, 1, 3), ())


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
    # January (gap 12) has one left after the 3rd; February one beside the 14th: on the 1st or 2nd, or from the 26th on
    assert bounds(chain) == [("01-15", "01-31"), ("02-14", "02-14"), ("02-01", "02-28"), ("03-01", "03-06")]
    assert [day.day for day in chain.requests[2].days] == [1, 2, 26, 27, 28]


def test_a_pause_prorates_the_requests_of_a_quota():
    # 20 of January's 31 days paused: 2 * 11/31 = 0.71, rounded 1
    chain = unroll_site(site(QUOTA, pauses=(DateRange(date(2025, 1, 12), date(2025, 1, 31)),)), HORIZON)
    assert bounds(chain)[:2] == [("01-06", "01-11"), ("02-01", "02-16")]


def test_a_pattern():
    # one visit in each block of 10 working days from Monday 6 January: blocks of two weeks, 31 days are two and a half
    cadence = Cadence(mode=Mode.PATTERN, visits=1, block_workdays=10, anchor=date(2025, 1, 6))
    chain = unroll_site(site(cadence), DateRange(date(2025, 1, 6), date(2025, 2, 5)))
    assert bounds(chain) == [("01-06", "01-19"), ("01-20", "02-02"), ("02-03", "02-05")]


def test_a_wish_in_two_periods_of_a_quota_has_a_visit_in_each():
    # 30 January to 2 February, two a month: a visit of January (31 days: I = 15, t = 3, gap 12) or of February (28: 14, 2, 12)
    chain = unroll_site(site(QUOTA), HORIZON, musts=[must(date(2025, 1, 30), date(2025, 2, 2))])
    assert [(r.must_visit, [d.day for d in r.days], r.period.first.month, r.gap) for r in chain.loose] == [
        ("m", [30, 31], 1, 12),
        ("m", [1, 2], 2, 12),
    ]
    assert bounds(chain) == bounds(unroll_site(site(QUOTA), HORIZON))


def test_fixed_visits_of_a_quota_keep_its_gap():
    # gap 12, visited on 3 January: the 14th is not credited, the 15th is; then 27 January is, the 26th is not
    def split(*days, musts=()):
        fixed = [Fixed(date(2025, 1, day)) for day in days]
        chain = unroll_site(site(QUOTA, [date(2025, 1, 3)]), HORIZON, fixed, musts)
        return [r.days[0].day for r in chain.requests if r.fixed], [r.days[0].day for r in chain.loose]

    assert split(14) == ([], [14])
    assert split(15) == ([15], [])
    assert split(15, 26) == ([15], [26])
    assert split(15, 27) == ([15, 27], [])


def test_a_quota_begins_with_its_account():
    # of January 22 days from the 10th on: 2 * 22/31 = 1.4, so one; February has two
    chain = unroll_site(site(QUOTA, active_from=date(2025, 1, 10)), HORIZON)
    assert bounds(chain)[:3] == [("01-10", "01-31"), ("02-01", "02-16"), ("02-13", "02-28")]


def test_what_a_chain_of_a_quota_knows():
    # January, and a February that is paused, so that it asks for nothing; then March. One visit in November, none in December
    paused = (DateRange(date(2025, 2, 1), date(2025, 2, 28)),)
    chain = unroll_site(site(QUOTA, [date(2024, 11, 5)], pauses=paused), HORIZON)
    assert [period.first.month for period in chain.periods] == [1, 3]
    assert (chain.previous, chain.missed) == (date(2024, 11, 5), 1)
    # one visit is asked for: that is enough
    once = Cadence(mode=Mode.QUOTA, visits=1, period=Period.MONTH)
    assert len(unroll_site(site(once), HORIZON).periods) == 3


def test_the_room_around_an_appointment_of_a_quota():
    # four in January: I = 7, t = 1, gap 6. Around the 16th: one from the 6th to the 10th, two from the 22nd to the 31st
    january, four = DateRange(date(2025, 1, 6), date(2025, 1, 31)), replace(QUOTA, visits=4)
    chain = unroll_site(site(four), january, [Fixed(date(2025, 1, 16), "a")])
    assert bounds(chain) == [("01-06", "01-10"), ("01-16", "01-16"), ("01-22", "01-25"), ("01-28", "01-31")]
    # two, gap 12, around the 19th: the 6th, the 7th or the 31st
    chain = unroll_site(site(QUOTA), january, [Fixed(date(2025, 1, 19), "a")])
    assert [[day.day for day in request.days] for request in chain.requests] == [[19], [6, 7, 31]]


def test_the_gap_between_two_periods_of_a_quota_is_that_of_the_later_one():
    # one a month: February (28 days: t = 5) has a gap of 23, March (31: t = 6) one of 25. Before what is fixed on 5 March the visit of
    # February is on the 8th at the latest; after what is fixed on 10 February that of March is on the 7th at the soonest
    monthly, both = replace(QUOTA, visits=1), DateRange(date(2025, 2, 1), date(2025, 3, 31))
    before = unroll_site(site(monthly), both, [Fixed(date(2025, 3, 5))])
    assert bounds(before) == [("02-01", "02-08"), ("03-05", "03-05")]
    after = unroll_site(site(monthly), both, [Fixed(date(2025, 2, 10))])
    assert bounds(after) == [("02-10", "02-10"), ("03-07", "03-31")]


def test_the_third_fixed_visit_of_a_quota_counts_like_the_first():
    # one a month: 5 February is 26 days after 10 January (gap 23), 3 March 26 after that (gap 25), so nothing else is asked for
    monthly = site(replace(QUOTA, visits=1))
    fixed = [Fixed(date(2025, 1, 10)), Fixed(date(2025, 2, 5)), Fixed(date(2025, 3, 3))]
    chain = unroll_site(monthly, HORIZON, fixed)
    assert bounds(chain) == [("01-10", "01-10"), ("02-05", "02-05"), ("03-03", "03-03")]
    assert chain.loose == ()
    # 24 days after 7 February it is not credited
    chain = unroll_site(monthly, HORIZON, [fixed[0], Fixed(date(2025, 2, 7)), fixed[2]])
    assert [request.days for request in chain.loose] == [(date(2025, 3, 3),)]


def test_each_site_has_its_own_fixed_visits_and_wishes():
    one, other = site(None), replace(site(None), id="t")
    monday, tuesday = date(2025, 1, 6), date(2025, 1, 7)
    problem = Problem(
        horizon=DateRange(monday, tuesday),
        places=(Place(46.0, 8.0),),
        travel=Estimate().matrix((Place(46.0, 8.0),)),
        workdays=tuple(Workday("r", day, 0, 3600, 0, 0) for day in (monday, tuesday)),
        sites=(other, one),
        locked=(PlacedVisit("s", "r", monday), PlacedVisit("t", "r", tuesday)),
        appointments=(
            Appointment("a", "r", monday, TimeWindow(0, 0), 60, site="s"),
            Appointment("b", "r", tuesday, TimeWindow(0, 0), 60),
        ),
        must_visits=(must(tuesday, tuesday),),
    )
    chains = unroll(problem)
    assert list(chains) == ["t", "s"]
    # the appointment is the locked visit of the same day, and that of nobody's site is no visit
    assert [(r.days[0], r.locked, r.must_visit) for r in chains["t"].loose] == [(tuesday, True, None)]
    assert [(r.days[0], r.locked, r.must_visit) for r in chains["s"].loose] == [(tuesday, False, "m")]


def test_what_is_locked_on_a_day_off_leaves_its_place_in_the_rhythm_to_others():
    """Due on the 14th, locked on the 13th, when r does not work: the request of the cadence keeps its days."""
    cadence = Cadence(interval_days=14, tolerance_days=0)
    days = DateRange(date(2025, 1, 13), date(2025, 1, 17))
    row = replace(site(cadence), credited=(date(2024, 12, 31),))
    places = (Place(46.0, 8.0),)
    problem = Problem(
        days, places, Estimate().matrix(places), (Workday("r", date(2025, 1, 14), 0, 3600, 0, 0),), (row,),
        locked=(PlacedVisit("s", "r", date(2025, 1, 13)),),
    )  # fmt: skip
    assert unroll(problem) == unroll(replace(problem, locked=()))
    assert [r.locked for r in unroll(problem)["s"].requests] == [False]


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
    first = max(window.opens, horizon.first, last + site.cadence.min_gap_days * DAY if last else date.min)
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


@pytest.mark.parametrize("seed", range(240))
def test_whatever_a_chain_allows_is_credited_and_inside_the_static_days(seed):
    rng = random.Random(seed)
    account, past, place, horizon = random_site(rng, rolling=True)
    if seed % 2:  # where a visit may come late in its window only, and where the cadence ends inside the horizon
        account, past, place = narrower(rng, account, past, place, horizon)
    chain = unroll_site(place, horizon)
    planned, window, last = [], chain.window, chain.previous
    following = iter(chain.requests)
    while window is not None and window.opens <= horizon.last and chain.clock is not None:
        options = rolling_options(chain, place, window, last, horizon)
        request = next(following, None)
        if options:
            assert request is not None
            assert set(options) <= set(request.days)
        if options and rng.random() < 0.7:
            last = rng.choice([options[0], options[-1], rng.choice(options)])
            planned.append(last)
            window = chain.clock.window(last)
        else:
            window = chain.clock.window(window.due)
    found = {c.day: c.verdict for c in history(account, [*past, *planned], horizon.last).credits}
    assert all(found[day].credited for day in planned)


def narrower(rng, account, past, place, horizon):
    intervals = [place.cadence.interval_days, *(s.interval_days for s in place.cadence.seasons if s.interval_days)]
    ends = horizon.first + rng.randrange(5, 60) * DAY
    cadence = replace(place.cadence, min_gap_days=min(intervals), valid_to=ends)
    account = replace(account, cadences=(cadence,))
    credited = history(account, past, horizon.first - DAY).credited
    return account, past, replace(place, cadence=cadence, credited=credited)


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
    # asked for on Wednesday, which is in none: a visit of its own
    chain = unroll_site(site(twice), week, musts=[must(date(2025, 1, 8), date(2025, 1, 8))])
    assert ([r.days for r in chain.loose], days(chain)) == ([(date(2025, 1, 8),)], [[6, 7, 9], [7, 9, 10]])
