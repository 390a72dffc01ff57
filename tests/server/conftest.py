"""Fixtures of the server's tests."""

from __future__ import annotations

import pytest

from tests.server.world import World, build


@pytest.fixture
def world(app) -> World:
    return build(app)
