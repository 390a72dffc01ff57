"""What is run: quick (under 3 minutes on two cores), fixed (under 15) and full (hours, resumable)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from benchmarks.planner import public
from benchmarks.planner.runs import Run
from benchmarks.planner.shapes import Instance

SIZES = ("150x20", "150x60", "300x20")
OTHERS = ("rural", "city", "overload", "real")
FIVE, TEN = range(11, 16), range(11, 21)
PEERS = ("prototype", "pyvrp", "pyvrp-copies")


def runs(sample: str) -> list[Run]:
    return list({"quick": _quick, "fixed": _fixed, "full": _full}[sample]())


def repaired(sample: str) -> tuple[list[Instance], int]:
    """The instances on whose best known plans days are repaired, and how many events of each kind."""
    seeds, each = {"quick": ((11,), 8), "fixed": ((11, 12, 13), 15), "full": (TEN, 30)}[sample]
    return [Instance("mixed", 150, 20, seed) for seed in seeds], each


def _quick() -> Iterator[Run]:
    for seed in (11, 12, 13):
        name = f"mixed-150x20-{seed}"
        yield Run(name, "greedy", 0)
        yield from (Run(name, method, 1) for method in ("ours", "prototype"))
        yield from (Run(name, method, 5) for method in ("ours", "prototype", "pyvrp"))
    for name in ("mixed-150x60-11", "mixed-300x20-11"):
        yield Run(name, "greedy", 0)
        yield from (Run(name, method, 5) for method in ("ours", "prototype", "pyvrp"))
    for shape in OTHERS:
        name = f"{shape}-150x20-11"
        yield Run(name, "greedy", 0)
        yield from (Run(name, method, 5) for method in ("ours", "pyvrp"))
    yield from _public("toptw", 5, 3)


def _public(family: str, seconds: float, every: int = 1, seeds: Iterable[int] = (1,)) -> Iterator[Run]:
    """Ours and its peer on each (or only every third) public instance."""
    for name in public.names(family)[::every]:
        for seed in seeds:
            yield from (Run(name, method, seconds, seed) for method in public.FAMILIES[family].methods)


def _fixed() -> Iterator[Run]:
    for size in SIZES:
        for seed in FIVE:
            name = f"mixed-{size}-{seed}"
            yield Run(name, "greedy", 0)
            yield from (Run(name, "ours", seconds) for seconds in (30, 5, 1))
            yield from (Run(name, "prototype", seconds) for seconds in (5, 1))
            yield Run(name, "pyvrp", 5)
    yield from (Run(f"mixed-150x20-{seed}", "pyvrp-copies", 5) for seed in FIVE)
    for shape in OTHERS:
        for seed in (11, 12):
            name = f"{shape}-150x20-{seed}"
            yield Run(name, "greedy", 0)
            yield from (Run(name, "ours", seconds) for seconds in (5, 1))
            yield from (Run(name, method, 5) for method in ("prototype", "pyvrp"))
    yield from _public("toptw", 5)
    yield from _public("pvrp", 20)


def _full() -> Iterator[Run]:
    for shape in ("mixed", *OTHERS):
        for size in SIZES:
            for seed in TEN:
                name = f"{shape}-{size}-{seed}"
                yield Run(name, "greedy", 0)
                for seconds in (1, 5, 30):
                    yield from (Run(name, method, seconds) for method in ("ours", *PEERS))
    yield from _public("toptw", 5, seeds=TEN)
    yield from _public("pvrp", 20, seeds=TEN)
