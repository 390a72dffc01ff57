"""Results as Markdown tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import mean

from benchmarks.planner import public
from benchmarks.planner.best_known import Store
from benchmarks.planner.goals import Results, above_bound, gap, group_of
from benchmarks.planner.methods import METHODS
from benchmarks.planner.runs import Result
from benchmarks.planner.shapes import SHAPES


def gaps(results: Results, store: Store) -> str:
    """A line for each shape, size, method and limit, means over the instances."""
    head = (
        "shape and size", "method", "limit s", "cpu s", "instances", "above best known %", "(most)", "above bound %",
        "driving a visit, min", "visits", "on time %",
    )  # fmt: skip
    return table(head, [_line(key, group, results, store) for key, group in _groups(results)])


def families(results: Results) -> str:
    """Public instances: a line for each family, method and limit."""
    groups: dict[tuple[str, str, float], list[Result]] = {}
    for run, result in results.items():
        if result.ok and public.family_of(run.instance):
            groups.setdefault((group_of(run), run.method, run.seconds), []).append(result)
    lines = []
    for (family, method, seconds), group in sorted(groups.items()):
        gaps = [public.behind(r.run.instance, r.total) for r in group]
        cpu = f"{mean(r.cpu for r in group):.2f}"
        lines.append((family, method, f"{seconds:g}", cpu, str(len(group)), f"{mean(gaps):.2f}", f"{max(gaps):.1f}"))
    head = ("public instances", "method", "limit s", "cpu s", "instances", "behind best known %", "(most)")
    return table(head, lines)


def _groups(results: Results) -> list[tuple[tuple[str, str, float], list[Result]]]:
    groups: dict[tuple[str, str, float], list[Result]] = {}
    for run, result in results.items():
        if result.ok and not public.family_of(run.instance):
            groups.setdefault((group_of(run), run.method, run.seconds), []).append(result)
    shapes, methods = list(SHAPES), list(METHODS)
    return sorted(
        groups.items(), key=lambda g: (shapes.index(g[0][0].split("-")[0]), g[0][0], methods.index(g[0][1]), g[0][2])
    )


def _line(key: tuple[str, str, float], group: Sequence[Result], results: Results, store: Store) -> tuple[str, ...]:
    def over(measure: Callable[..., float | None], most: bool = False) -> str:
        values = [v for r in group if (v := measure(r, results, store)) is not None]
        return f"{max(values) if most else mean(values):.1f}" if values else ""

    return (
        key[0], key[1], f"{key[2]:g}" if key[2] else "", f"{mean(r.cpu for r in group):.2f}", str(len(group)),
        over(gap), over(gap, most=True), over(above_bound), f"{mean(r.driving_per_visit for r in group) / 60:.1f}",
        f"{mean(r.visits for r in group):.0f}", f"{100 * mean(r.share_on_time for r in group):.1f}",
    )  # fmt: skip


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
