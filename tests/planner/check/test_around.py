"""Radius and clusters, rule by rule: in the day of tests/planner/check/world.py a, b, c lie 10.007 km from each other, d far away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.calendar import DateRange
from planner.check import around, check
from planner.check.facts import Facts
from planner.params import RadiusRule
from planner.plan import Cluster, Objective, Plan, Violation
from planner.problem import MustVisit, PlacedVisit, Problem, Workday
from tests.planner.check.world import small_plan, small_problem, with_route
from tests.planner.small import MONDAY, problem, site, workday

PLAN = small_plan()
VISITED_BY_B, ALONE = PLAN.clusters


def broken(problem: Problem, plan, *rules: str) -> list[Violation]:
    found = [violation for violation in check(problem, plan).violations if violation.rule in rules]
    return [replace(violation, message="") for violation in found]


def radius(subject: str | None) -> Violation:
    return Violation("radius", "", "ann", MONDAY, subject)


def cluster(subject: str, rep: str | None = "ann") -> Violation:
    return Violation("clusters", "", rep, subject=subject)


def messages(problem: Problem, plan) -> str:
    return " ".join(violation.message for violation in check(problem, plan).violations)


def test_an_anchor_is_a_site_even_where_no_radius_holds():
    assert broken(small_problem(), with_route(PLAN, anchor="nowhere"), "radius") == [radius("nowhere")]
    free = replace(small_problem(), radius=None)
    assert broken(free, with_route(PLAN, anchor="nowhere"), "radius") == [radius("nowhere")]
    assert broken(free, with_route(PLAN, anchor="d"), "radius") == []


def test_a_hard_radius_is_drawn_around_an_account_of_the_rep():
    assert broken(small_problem(), with_route(PLAN, anchor=None), "radius") == [radius(None)]
    sites = small_problem().sites
    others = replace(small_problem(), sites=(sites[0], replace(sites[1], owner="bob"), *sites[2:]))
    assert broken(others, PLAN, "radius") == [radius("b")]
    shared = replace(small_problem(), sites=(sites[0], replace(sites[1], owner=None, shared=True), *sites[2:]))
    assert broken(shared, PLAN, "radius") == []


def test_no_visit_lies_beyond_a_hard_radius():
    # around a, only c is too far: 20.015 km
    assert broken(small_problem(), with_route(PLAN, anchor="a"), "radius") == [radius("c")]
    assert "c is 20015 m from a, more than 11000" in messages(small_problem(), with_route(PLAN, anchor="a"))
    minutes = replace(small_problem(), radius=RadiusRule(seconds=1199, hard=True))
    assert "more than" not in messages(minutes, with_route(PLAN, anchor="a"))  # a second is forgiven
    minutes = replace(small_problem(), radius=RadiusRule(seconds=1198, hard=True))
    assert "c is 1200 s from a, more than 1198" in messages(minutes, with_route(PLAN, anchor="a"))


def test_a_soft_radius_forbids_nothing():
    soft = replace(small_problem(), radius=RadiusRule(metres=11_000))
    assert broken(soft, with_route(PLAN, anchor="a"), "radius") == []
    assert broken(soft, with_route(PLAN, anchor=None), "radius") == []


def test_what_a_person_asked_for_may_lie_anywhere():
    alone = with_route(PLAN, anchor="a")
    asked = (MustVisit("m", "c", DateRange(MONDAY, MONDAY)),)
    assert broken(replace(small_problem(), must_visits=asked), alone, "radius") == []
    other = (MustVisit("m", "c", DateRange(MONDAY + timedelta(days=1), MONDAY + timedelta(days=1))),)
    assert broken(replace(small_problem(), must_visits=other), alone, "radius") == [radius("c")]
    locked = (PlacedVisit("c", "ann", MONDAY),)
    assert broken(replace(small_problem(), locked=locked), alone, "radius") == []
    # nothing is left for an anchor to hold together
    everything = tuple(PlacedVisit(site, "ann", MONDAY) for site in "ac")
    assert broken(replace(small_problem(), locked=everything), with_route(PLAN, anchor=None), "radius") == []


def test_without_a_radius_there_need_not_be_clusters():
    empty = replace(PLAN, clusters=())
    assert broken(small_problem(), empty, "clusters") == [cluster(site) for site in "abcd"]
    assert broken(replace(small_problem(), radius=None), empty, "clusters") == []


def test_the_anchor_of_a_cluster_is_its_centre():
    # on a line at 10, 20 and 30: from b 20 km to the others, from a 10 and 20; all of them lie within 21 km of each
    wide = replace(small_problem(), radius=RadiusRule(metres=21_000))
    around_a = replace(PLAN, clusters=(Cluster("ann", "a", ("a", "b", "c")), ALONE))
    assert broken(wide, PLAN, "clusters") == []
    assert broken(wide, around_a, "clusters") == [cluster("a")]
    # of two that are as far from each other either may be it
    pair = (Cluster("ann", "b", ("a", "b")), Cluster("ann", "c", ("c",)), ALONE)
    turned = (Cluster("ann", "a", ("a", "b")), Cluster("ann", "c", ("c",)), ALONE)
    sites = small_problem().sites
    nearer = replace(wide, sites=(*sites[:2], replace(sites[2], place=4), sites[3]))  # c beside d
    for clusters in (pair, turned):
        assert cluster("a") not in broken(nearer, replace(PLAN, clusters=clusters), "clusters")
        assert cluster("b") not in broken(nearer, replace(PLAN, clusters=clusters), "clusters")
    # nor is it a member from which another one is out of reach, whatever the sum of the ways: 30 km from a to the site at 40
    four = Cluster("ann", "b", ("a", "b", "c", "d"))
    line = replace(wide, places=(*wide.places[:4], replace(wide.places[3], lon=40 * 0.009)))
    assert broken(line, replace(PLAN, clusters=(four,)), "clusters") == []


def anchored(task: Problem, anchor: str | None) -> list[Violation]:
    return broken(task, with_route(PLAN, anchor=anchor), "anchor")


def test_a_soft_radius_is_drawn_where_the_day_is_cheapest():
    # a and c are bound by it: around b each lies 7.56 m beyond 10 km, which costs nothing; around a, c is 10 km beyond
    soft = replace(small_problem(), radius=RadiusRule(metres=10_000))
    wrong = Violation("anchor", "", "ann", MONDAY, "a")
    assert anchored(soft, "b") == []
    assert anchored(soft, "a") == [wrong]
    assert anchored(soft, None) == [replace(wrong, subject=None)]
    assert anchored(soft, "nowhere") == [replace(wrong, subject="nowhere")]
    # 21 km reach from one end to the other, so any of the three will do, and d not
    wide = replace(small_problem(), radius=RadiusRule(metres=21_000))
    assert [anchored(wide, site) for site in "abc"] == [[], [], []]
    assert anchored(wide, "d") == [replace(wrong, subject="d")]


def test_a_day_that_no_radius_holds_for_has_no_anchor():
    free = replace(small_problem(), radius=None)
    assert anchored(free, None) == []
    assert anchored(free, "b") == [Violation("anchor", "", "ann", MONDAY, "b")]
    fixed = replace(small_problem(), locked=tuple(PlacedVisit(site, "ann", MONDAY) for site in "ac"))
    assert anchored(fixed, None) == []
    assert anchored(fixed, "b") == [Violation("anchor", "", "ann", MONDAY, "b")]


def test_each_site_with_a_position_lies_in_one_cluster():
    twice = replace(PLAN, clusters=(*PLAN.clusters, Cluster("ann", "c", ("c",))))
    assert broken(small_problem(), twice, "clusters")[0] == cluster("c")
    assert broken(small_problem(), replace(PLAN, clusters=(VISITED_BY_B,)), "clusters") == [cluster("d")]
    sites = small_problem().sites
    lost = replace(small_problem(), sites=(*sites[:3], replace(sites[3], place=None)))
    assert broken(lost, replace(PLAN, clusters=(VISITED_BY_B,)), "clusters") == []
    nobodys = replace(small_problem(), sites=(*sites[:3], replace(sites[3], owner=None)))
    assert broken(nobodys, replace(PLAN, clusters=(VISITED_BY_B,)), "clusters") == []
    given = replace(PLAN, clusters=(VISITED_BY_B,), owners={"d": "ann"})
    assert broken(nobodys, given, "clusters") == [cluster("d")]


def test_an_anchor_is_in_its_own_cluster():
    headless = replace(PLAN, clusters=(Cluster("ann", "b", ("a", "c")), Cluster("ann", "d", ("d",))))
    assert broken(small_problem(), headless, "clusters") == [
        cluster("b"),
        cluster("b"),
    ]  # it is in none, and not in its own


@pytest.mark.parametrize("bobs", "abd")
def test_a_cluster_has_accounts_of_one_rep(bobs):
    sites = tuple(replace(site, owner="bob") if site.id == bobs else site for site in small_problem().sites)
    problem = replace(
        small_problem(), sites=sites, workdays=(*small_problem().workdays, Workday("bob", MONDAY, 0, 9, 0, 0))
    )
    # an anchor of somebody else is none for any of its cluster
    assert broken(problem, PLAN, "clusters") == [cluster(site) for site in {"a": "a", "b": "abc", "d": "d"}[bobs]]
    one = Cluster("ann", "b", ("a", "b", "c", "d"))
    found = broken(problem, replace(PLAN, clusters=(one,)), "clusters")
    assert found == [cluster(site) for site in {"a": "ad", "b": "abcd", "d": "d"}[bobs]]


def test_what_is_shared_lies_in_no_cluster():
    sites = small_problem().sites
    shared = replace(small_problem(), sites=(*sites[:3], replace(sites[3], owner=None, shared=True)))
    assert broken(shared, replace(PLAN, clusters=(VISITED_BY_B,)), "clusters") == []
    assert broken(shared, PLAN, "clusters") == [cluster("d", None), cluster("d")]


def test_a_site_lies_within_the_radius_of_its_anchor_or_a_metre_beyond():
    def around(metres: int) -> list[Violation]:
        return broken(replace(small_problem(), radius=RadiusRule(metres=metres)), PLAN, "clusters")

    # 10 places of 0.009 degrees on a sphere of 6,371,008.8 m: 10,007.56 m
    assert around(10_007) == []
    assert around(10_006) == [cluster("a"), cluster("c")]
    # without a rule it is 60 miles; d is 380 km away
    everything = replace(PLAN, clusters=(Cluster("ann", "b", ("a", "b", "c", "d")),))
    free = replace(small_problem(), radius=None)
    assert broken(free, PLAN, "clusters") == []
    assert broken(free, everything, "clusters") == [cluster("d")]


def test_a_site_lies_with_its_nearest_anchor():
    # c is itself an anchor, and so is b: a belongs to b, 10 km away, and not to c, 20 km away
    wide = replace(small_problem(), radius=RadiusRule(metres=25_000))
    near = (Cluster("ann", "b", ("a", "b")), Cluster("ann", "c", ("c",)), ALONE)
    far = (Cluster("ann", "b", ("b",)), Cluster("ann", "c", ("a", "c")), ALONE)
    assert broken(wide, replace(PLAN, clusters=near), "clusters") == []
    assert broken(wide, replace(PLAN, clusters=far), "clusters") == [cluster("a")]
    # an anchor that is not the rep's own does not count
    sites = small_problem().sites
    bobs = replace(wide, sites=(sites[0], replace(sites[1], owner="bob"), *sites[2:]))
    assert cluster("a") not in broken(bobs, replace(PLAN, clusters=far), "clusters")


def test_reasons_are_left_alone_where_nobody_asks_for_them():
    untrue = replace(PLAN, unplanned=(replace(PLAN.unplanned[0], reason="closed"),))
    assert check(small_problem(), untrue, reasons=False).violations == ()
    assert [violation.rule for violation in check(small_problem(), untrue).violations] == ["reason"]


def on_a_line(limit: int, anchor: str) -> list[str]:
    """The clusters' faults where five accounts lie at 0, 1, 2, 3 and 13 km (of 1.00075 each) and are one cluster."""
    names = ("p", "q", "r", "s", "t")
    task = problem(
        [0, 0, 1, 2, 3, 13], [site(name, n + 1) for n, name in enumerate(names)], [workday()], radius=RadiusRule(limit)
    )
    plan = Plan((), (), Objective(), clusters=(Cluster("ann", anchor, names),))
    return [violation.message for violation in around.clusters(Facts(task, plan))]


def test_the_centre_is_one_that_reaches_all():
    # ways from r are the shortest, 15 km, but t is 11,008 m away; from s they are 16, and t is 10,008 m away
    nearer = ["the cluster of s is nearer to r"]
    assert on_a_line(10_500, "s") == []
    assert on_a_line(11_008, "s") == []  # by less than a metre
    assert on_a_line(11_010, "s") == nearer
    assert on_a_line(11_010, "r") == []


def test_a_cluster_of_nobody_s_account_is_told_and_no_more():
    task = problem([0, 1, 2], [site("p", 1), site("q", 2)], [workday()], radius=RadiusRule())
    for wrong, subject in (
        (Cluster("ann", "nowhere", ()), "nowhere"),
        (Cluster("ann", "p", ("p", "nowhere")), "nowhere"),
        (Cluster("ann", "p", ()), "p"),
    ):
        plan = Plan((), (), Objective(), clusters=(wrong,))
        assert [v for v in around.clusters(Facts(task, plan)) if v.subject == subject]
