"""The morning on which the hand-made company of `planned` is planned."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.server.plans.planned import MONDAY


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Monday 2026-03-02, six in the morning in Boston; it stands still until a test moves it."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller
