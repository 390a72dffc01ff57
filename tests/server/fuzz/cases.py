"""What is tried for one operation, always the same for the same seed and amount."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.config import GenerationConfig
from schemathesis.generation import GenerationMode


def covering(operation: Any, most: int, chance: Random) -> list[Any]:
    """Every boundary, type, missing field and unexpected method that the document lets one think of; a sample if too many."""
    found = operation.schema.iter_coverage_cases(
        operation,
        generation_modes=list(GenerationMode),
        generation_config=GenerationConfig(with_security_parameters=False),
        extra_data_source=None,
        error_feedback=None,
        session=None,
    )
    cases = list(itertools.islice(found, 2 * most))  # they cost more to think of than to try
    return cases if len(cases) <= most else chance.sample(cases, most)


def random(operation: Any, examples: int, number: int) -> Iterator[Any]:
    """Random requests: `examples` good ones and as many bad ones (where there is anything that can be bad)."""
    modes = (_drawn(operation, mode, examples, number) for mode in GenerationMode)
    return itertools.chain.from_iterable(modes)


def _drawn(operation: Any, mode: GenerationMode, examples: int, number: int) -> list[Any]:
    cases: list[Any] = []

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def draw(case: Any) -> None:
        cases.append(case)

    with suppress(Unsatisfiable):  # nothing about the request can be wrong
        draw()
    return cases
