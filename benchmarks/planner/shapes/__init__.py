"""Seeded generators of problems, each with another geography and another load.

make("rural-150x20-11")      # the shape, accounts x workdays, the seed; equal names give equal problems
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.planner.shapes import city, mixed, overload, real, rural
from planner.problem import Problem

Generator = Callable[[int, int, int], Problem]  # accounts, workdays, seed

SHAPES: Mapping[str, Generator] = {
    "mixed": mixed.problem,
    "rural": rural.problem,
    "city": city.problem,
    "overload": overload.problem,
    "real": real.problem,
}


@dataclass(frozen=True, order=True)
class Instance:
    """The name of a problem."""

    shape: str
    accounts: int
    workdays: int
    seed: int

    @property
    def group(self) -> str:
        """Shape and size: what means are taken over."""
        return f"{self.shape}-{self.accounts}x{self.workdays}"

    def __str__(self) -> str:
        return f"{self.group}-{self.seed}"

    @classmethod
    def of(cls, name: str) -> Instance:
        found = re.fullmatch(r"([a-z]+)-(\d+)x(\d+)-(\d+)", name)
        if not found or found[1] not in SHAPES:
            raise ValueError(f"{name!r} is no instance: a shape ({', '.join(SHAPES)}), then as in mixed-150x20-11")
        return cls(found[1], int(found[2]), int(found[3]), int(found[4]))

    def problem(self) -> Problem:
        return SHAPES[self.shape](self.accounts, self.workdays, self.seed)


def make(name: str) -> Problem:
    return Instance.of(name).problem()
