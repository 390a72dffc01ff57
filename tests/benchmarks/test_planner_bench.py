"""Shapes, methods, judge, best known plans, runs and goals of the planner's benchmark; expected values by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks.planner import goals, public, repairs, samples
from benchmarks.planner.best_known import FOLDER, Changed, Store
from benchmarks.planner.judge import Infeasible, as_plan, judge
from benchmarks.planner.methods import METHODS, greedy
from benchmarks.planner.methods.occurrences import occurrences
from benchmarks.planner.runs import Result, Run, measure, measured
from benchmarks.planner.shapes import SHAPES, Instance, make
from benchmarks.planner.shapes.real import Absent
from planner.cadence.policy import Cadence
from planner.calendar import TimeWindow
from planner.params import Params
from planner.problem import Appointment, Problem
from tests.benchmarks.test_toptw import TINY
from tests.planner.small import MINUTE, MONDAY, at, problem, site, week, workday

MONTHLY = {"cadence": Cadence(interval_days=28), "credited": (MONDAY - timedelta(days=28),)}  # due on MONDAY
FREE_WAITING = {"params": Params(waiting_percent=0, miss_growth_percent=0)}
THURSDAY = MONDAY + timedelta(days=3)


def two_towns() -> Problem:
    """East 10 and 12 minutes away, west 30; all due on MONDAY, each worth 5,400 s times 8 of 11 days; two days."""
    sites = [site("near", 1, **MONTHLY), site("far", 2, **MONTHLY), site("west", 3, **MONTHLY)]
    return problem([0, 10, 12, -30], sites, week(3), **FREE_WAITING)


# -- judge -------------------------------------------------------------------------------------------------------


def test_the_judge_adds_up_driving_lateness_and_what_is_left_out() -> None:
    found = judge(two_towns(), as_plan(two_towns(), {MONDAY: ["near", "far"]}))
    missed = 5400 * 8 // 11  # the window has 5 days before Monday and 5 after, three of them inside the horizon
    assert found.total == 2 * 12 * MINUTE + missed
    assert (found.driving, found.visits, found.driving_per_visit) == (2 * 12 * MINUTE, 2, 12 * MINUTE)


def test_on_time_is_of_what_closes_inside_the_horizon() -> None:
    """Every 10 days, due on Monday, on time until Wednesday: visited on Thursday it is late, b in time, c not at all."""
    often = {"cadence": Cadence(interval_days=10), "credited": (MONDAY - timedelta(days=10),)}
    later = {
        "cadence": Cadence(interval_days=10),
        "credited": (MONDAY - timedelta(days=5),),
    }  # closes after the horizon
    sites = [site(name, 1, **often) for name in "abc"] + [site("d", 1, **later)]
    asked = problem([0, 10], sites, week(5), **FREE_WAITING)
    found = judge(asked, as_plan(asked, {MONDAY: ["b"], THURSDAY: ["a", "d"]}))
    assert (found.due, found.on_time) == (3, 1)


@pytest.mark.parametrize(
    ("orders", "rule"),
    [
        ({MONDAY: ["near", "near"]}, "one_visit_a_day"),
        ({MONDAY: ["near"], MONDAY + timedelta(days=1): ["near"]}, "gap"),
        ({MONDAY: ["closed"]}, "no times"),
    ],
)
def test_the_judge_refuses_what_breaks_a_rule(orders, rule) -> None:
    asked = two_towns()
    asked = replace(asked, sites=(*asked.sites, site("closed", 1, hours=((),) * 7, **MONTHLY)))
    with pytest.raises(Infeasible, match=rule):
        judge(asked, as_plan(asked, orders))


# -- methods -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["ours", "pyvrp", "pyvrp-copies"])
def test_each_method_finds_the_obvious_plan(method: str) -> None:
    """East on one day, west on it or another: 12 there and back, and 30 there and back."""
    plan = METHODS[method](two_towns(), 0.3, 1)
    assert judge(two_towns(), plan).total == 2 * (12 + 30) * MINUTE


def test_greedy_goes_to_the_nearest_and_keeps_appointments() -> None:
    """At 09:00 in the far west: near is done before, far (two hours of service) would make it late and comes after."""
    asked = two_towns()
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(9, 40), at(9, 40)), 30 * MINUTE, "met")
    sites = (asked.sites[0], replace(asked.sites[1], service=2 * 3600), asked.sites[2], site("met", 3))
    asked = replace(asked, sites=sites, appointments=(meeting,))
    # 08:10-08:40 near; far would end at 10:42; west is 40 away: 09:20, it would end at 09:50 and the meeting began at 09:40
    order = [stop.site for stop in greedy.plan(asked).routes[0].stops]
    assert order == ["near", "met", "west", "far"]


def test_others_share_the_tolerance_so_that_every_gap_is_kept() -> None:
    """Every 10 days, 2 of tolerance, due on Monday and Thursday of next week: the first until Tuesday, then from Wednesday."""
    often = {"cadence": Cadence(interval_days=10), "credited": (MONDAY - timedelta(days=10),)}
    asked = problem([0, 10], [site("a", 1, **often)], week(11), **FREE_WAITING)
    first, second = occurrences(asked)
    assert sorted(first.windows) == [0, 1]
    assert sorted(second.windows) == [9, 10]  # Tuesday and nine days are Thursday; the gap is eight
    assert first.windows[0] == (at(8), at(17))
    assert (first.miss, second.miss) == (5400, 5400 * 3 // 5)  # of the second window 8 to 12 three days are inside


def test_what_other_solvers_cannot_express_is_refused() -> None:
    with pytest.raises(ValueError, match="breaks"):
        occurrences(problem([0, 10], [site("a", 1, **MONTHLY)], [workday(follow_up=60)], **FREE_WAITING))
    with pytest.raises(ValueError, match="waiting"):
        occurrences(problem([0, 10], [site("a", 1, **MONTHLY)], [workday()]))
    with pytest.raises(ValueError, match="dearer"):
        occurrences(problem([0, 10], [site("a", 1, **MONTHLY)], [workday()], params=Params(waiting_percent=0)))


# -- shapes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_equal_names_give_equal_problems_that_all_can_plan(shape: str) -> None:
    try:
        asked = make(f"{shape}-30x5-3")
    except Absent as why:
        pytest.skip(str(why))
    assert asked == make(f"{shape}-30x5-3") != make(f"{shape}-30x5-4")
    assert len(asked.workdays) == 5
    assert occurrences(asked)
    assert 0 < judge(asked, greedy.plan(asked)).total < judge(asked, as_plan(asked, {})).total


@pytest.mark.parametrize("name", ["mixed", "nowhere-30x5-1", "mixed-30-1", "mixed-30x5-x"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no instance"):
        Instance.of(name)


# -- best known --------------------------------------------------------------------------------------------------


def test_a_worse_plan_never_replaces_a_better_one(tmp_path: Path) -> None:
    name, asked = Instance.of("mixed-30x5-3"), make("mixed-30x5-3")
    better, worse = greedy.plan(asked), as_plan(asked, {})
    store = Store(tmp_path)
    assert store.offer(name, asked, better, {"method": "greedy"})
    assert not store.offer(name, asked, worse, {"method": "nothing"})
    again = Store(tmp_path)
    kept = again.plan(name, asked)
    assert kept is not None
    assert judge(asked, kept).total == judge(asked, better).total == again.total(name)
    entry = again.entry(name)
    assert entry is not None
    assert entry["made"] == {"method": "greedy"}
    assert [one["method"] for one in entry["tried"]] == ["greedy", "nothing"]
    with pytest.raises(Changed):
        again.plan(name, make("mixed-30x5-4"))


def test_bounds_only_rise(tmp_path: Path) -> None:
    name, asked, store = Instance.of("mixed-30x5-3"), make("mixed-30x5-3"), Store(tmp_path)
    store.offer(name, asked, greedy.plan(asked), {})
    assert store.offer_bound(name, asked, 100.0, {"seconds": 1})
    assert not store.offer_bound(name, asked, 90.0, {"seconds": 9})
    assert Store(tmp_path).bound(name) == 100.0


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_the_plans_that_are_kept_cost_what_is_said(path: Path) -> None:
    """The first of each file is judged anew; no bound is above its plan."""
    store, names = Store(), [Instance.of(name) for name in json.loads(path.read_text())]
    for name in names:
        assert (store.bound(name) or 0.0) <= (store.total(name) or 0)
    try:
        asked = names[0].problem()
    except Absent as why:
        pytest.skip(str(why))
    plan = store.plan(names[0], asked)
    assert plan is not None
    assert judge(asked, plan).total == store.total(names[0])


# -- runs and goals ----------------------------------------------------------------------------------------------


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    kept, run = tmp_path / "bench" / "planner.jsonl", Run("mixed-20x5-1", "greedy", 0)
    [first] = measured([run, run], kept)
    assert first.total == judge(make("mixed-20x5-1"), greedy.plan(make("mixed-20x5-1"))).total
    row = json.loads(kept.read_text())
    kept.write_text(json.dumps({**row, "total": 42}) + '\n{"run": {"inst')  # the second line was cut short
    assert [result.total for result in measured([run], kept)] == [42]
    assert len(list(measured([Run("mixed-20x5-2", "greedy", 0)], kept))) == 1
    assert json.loads(kept.read_text().splitlines()[-1])["run"]["instance"] == "mixed-20x5-2"  # on a line of its own
    kept.write_text(json.dumps({**row, "total": 42, "code": "of yesterday"}) + "\n")
    assert [result.total for result in measured([run], kept)] == [first.total]


def result(seed: int, method: str, total: int, driving: int = 0, visits: int = 1, seconds: float = 5) -> Result:
    return Result(Run(f"mixed-150x20-{seed}", method, seconds), total, driving, visits, due=20, on_time=19)


GOAL = {"name": "g", "group": "mixed-150x20", "seconds": 5, "met": {}}


def worth(measure: str, *results: Result, store: Store | None = None, **more: object) -> float | None:
    found = goals.value(
        {**GOAL, "measure": measure, **more}, {r.run: r for r in results}, store or Store(Path("nowhere"))
    )
    return found and round(found.value, 3)


def test_goals_are_measured_as_they_say() -> None:
    ours, other = result(1, "ours", 110, 800, 10), result(2, "ours", 120, 900, 10)
    assert worth("on_time", ours) == 95.0
    assert worth("driving_saved", ours, result(1, "greedy", 0, 1000, 10, 0), at_least=20) == 20.0
    peers = [result(1, "pyvrp", 125), result(1, "pyvrp-copies", 100), result(2, "pyvrp", 100)]
    assert worth("above_pyvrp", ours, other, *peers, at_most=0) == 15.0  # 10 and 20
    assert worth("above_pyvrp", ours, other, *peers, at_most=0, of="worst") == 20.0
    assert worth("above_pyvrp", ours) is None
    assert worth("gap", ours) is None
    assert worth("on_time", replace(ours, why="broken"), at_least=95) == float("-inf")


def test_gaps_are_to_the_best_known_plan_and_the_bound(tmp_path: Path) -> None:
    document = {"mixed-150x20-1": {"total": 100, "days": {}, "tried": [], "bound": {"value": 88.0}}}
    (tmp_path / "mixed-150x20.json").write_text(json.dumps(document))
    assert worth("gap", result(1, "ours", 110), store=Store(tmp_path)) == 10.0
    assert worth("above_bound", result(1, "ours", 110), store=Store(tmp_path)) == 25.0


def test_a_goal_is_lost_only_if_it_was_met_and_by_more_than_noise(tmp_path: Path) -> None:
    goal = {**GOAL, "measure": "gap", "at_most": 2.0, "noise": 0.5}
    assert goals.verdict(goal, None, "quick") == "-"
    assert goals.verdict(goal, goals.Value(3.0, 5), "quick") == "unmet"
    today, runs = date(2026, 11, 22), [{"seconds": 30.0}, {"seconds": 120.0}]
    one = {"total": 100, "days": {}, "tried": runs}
    (tmp_path / "mixed-150x20.json").write_text(json.dumps({"mixed-150x20-1": one}))
    goals.record(goal, goals.Value(3.0, 5), "quick", today, Store(tmp_path))
    assert goal["met"] == {}
    goals.record(goal, goals.Value(1.9, 5), "quick", today, Store(Path("nowhere")))
    assert goal["met"] == {}  # the best known plans are of short runs
    goals.record(goal, goals.Value(1.9, 5), "quick", today, Store(tmp_path))
    goals.save([goal], tmp_path / "goals.json")
    [again] = goals.load(tmp_path / "goals.json")
    assert again["met"] == {"quick": {"value": 1.9, "date": "2026-11-22"}}
    assert goals.verdict(again, goals.Value(2.0, 5), "quick") == "met"
    assert goals.verdict(again, goals.Value(2.5, 5), "quick") == "unmet"
    assert goals.verdict(again, goals.Value(2.6, 5), "quick") == "lost"
    assert goals.verdict(again, goals.Value(2.6, 5), "fixed") == "unmet"
    least = {**GOAL, "measure": "on_time", "at_least": 95.0, "met": {"quick": {}}, "noise": 0.5}
    assert [goals.verdict(least, goals.Value(v, 1), "quick") for v in (95.0, 94.6, 94.4)] == ["met", "unmet", "lost"]


def test_public_instances_are_measured_against_what_their_file_says(tmp_path: Path, monkeypatch) -> None:
    """From a shared folder of our own: one instance, best known 10; 9 is 10 % behind."""
    family = tmp_path / "benchmarks" / "toptw"
    family.mkdir(parents=True)
    (family / "tiny.txt").write_text(TINY)
    (family.parent / "best-known.json").write_text(json.dumps({"toptw": {"tiny/2": {"value": 10}}}))
    monkeypatch.setenv("FIELDBEAT_SHARED", str(tmp_path))
    public._best_known.cache_clear()
    try:
        assert public.names("toptw") == ["toptw:tiny/2"]
        wanted = [replace(run, seconds=0.1) for run in samples.runs("quick") if run.instance == "toptw:tiny/2"]
        found = {run.method: measure(run) for run in wanted}
        assert {method: row.total for method, row in found.items()} == {"ours": 9, "pyvrp": 9}
        assert worth("behind", *found.values(), group="toptw", seconds=0.1) == 10.0
        assert worth("behind_pyvrp", *found.values(), group="toptw", seconds=0.1) == 0.0
    finally:
        public._best_known.cache_clear()


def test_periodic_routing_is_planned_on_the_files_own_numbers(tmp_path: Path, monkeypatch) -> None:
    """Two customers, one a day each: to (3, 4) and back 10, to (6, 8) and back 20.  Best known 24: 25 % behind."""
    family = tmp_path / "benchmarks" / "pvrp"
    family.mkdir(parents=True)
    (family / "two.txt").write_text("1 1 2 2\n0 1\n0 1\n0 0 0 0 0 0 0\n1 3 4 0 1 1 2 1 2\n2 6 8 0 1 1 2 1 2\n")
    (family.parent / "best-known.json").write_text(json.dumps({"pvrp": {"two": {"value": 24}}}))
    monkeypatch.setenv("FIELDBEAT_SHARED", str(tmp_path))
    public._best_known.cache_clear()
    try:
        found = measure(Run("pvrp:two", "ours", 0.1))
        assert found.total == 30.0
        assert worth("behind", found, group="pvrp", seconds=0.1) == 25.0
        assert measure(Run("pvrp:two", "prototype", 0.1)).why.startswith("no prototype at")
        assert {run.instance for run in samples.runs("fixed") if run.instance.startswith("pvrp")} == {"pvrp:two"}
    finally:
        public._best_known.cache_clear()


# -- repairs -----------------------------------------------------------------------------------------------------


def test_the_fewest_that_must_leave_a_day() -> None:
    """Home at 17:00.  a and b, ten minutes away, take until 16:30 when published; a meeting of an hour there fits beside one."""
    sites = [site(name, 1, service=4 * 3600 if name == "a" else 3 * 3600, **MONTHLY) for name in "ab"]
    published = {"a": at(8, 10), "b": at(12, 10)}

    def least(minutes: int, start: int) -> int:
        meeting = Appointment("m", "ann", MONDAY, TimeWindow(start, start), minutes * MINUTE, place=1)
        return repairs._fewest(problem([0, 10], sites, [workday()], appointments=(meeting,)), published, MONDAY)

    assert least(30, at(15, 30)) == 0  # after both, from 15:10 on
    assert least(30, at(12, 10)) == 0  # between them: b then begins at 12:40 and ends at 15:40
    assert least(60, at(10)) == 1  # in the middle of a: one of them after it, both would end at 18:00
    assert least(8 * 60, at(8, 30)) == 2


def test_repairs_are_counted_as_the_goals_need_them() -> None:
    found = [
        repairs.Repair("make", 10.0, left=2, fewest=1, shifted=3),
        repairs.Repair("move", 30.0, left=1, fewest=1, shifted=0),
        repairs.Repair("cancel", 20.0, left=0, fewest=0, shifted=1),
    ]
    assert repairs.figures(found) == {
        "repair: ms, p50": 20.0,
        "repair: ms, p95": 30.0,
        "repair: others that a cancellation moves": 1.0,
        "repair: visits that leave a day": 1.5,
        "repair: visits more than must leave": 0.5,
        "repair: starts shifted by more than 15 min": 1.5,
    }
    assert repairs.figures([]) == {}


def test_repairs_of_a_best_known_plan(tmp_path: Path) -> None:
    name, asked, store = Instance.of("mixed-30x5-3"), make("mixed-30x5-3"), Store(tmp_path)
    assert repairs.repairs([name], store) == []
    store.offer(name, asked, greedy.plan(asked), {})
    found = repairs.repairs([name], store, each=3)
    assert {one.kind for one in found} >= {"make", "cancel"}
    assert all(one.left >= one.fewest and one.milliseconds > 0 for one in found)
    assert all(one.left == 0 for one in found if one.kind == "cancel")
