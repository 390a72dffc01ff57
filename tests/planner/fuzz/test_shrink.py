"""What is left of a failing problem is what the fault needs, and nothing else."""

from planner.calendar import DateRange
from tests.planner.fuzz.shrink import shrink
from tests.planner.generate import ALL_FEATURES, random_problem


def test_a_fault_of_one_site_needs_that_site_only():
    whole = random_problem(7, features=ALL_FEATURES)
    small = shrink(whole, lambda problem: any(site.load > 2 for site in problem.sites))
    (site,) = small.sites
    assert site.load > 2
    assert (site.skills, site.pauses, site.hours, site.cadence) == (frozenset(), (), None, None)
    assert (small.workdays, small.appointments, small.locked, small.apart, small.radius) == ((), (), (), (), None)


def test_what_it_needs_is_kept():
    whole = random_problem(11, reps=2, features={"appointments", "blocks", "breaks"})
    assert len(whole.appointments) > 2
    small = shrink(whole, lambda problem: len(problem.appointments) > 1 and len(problem.horizon) > 7)
    assert len(small.appointments) == 2
    assert (len(small.sites), {day.rest for day in small.workdays}) == (0, {None})
    assert isinstance(small.horizon, DateRange)
    assert len(small.horizon) >= 8
