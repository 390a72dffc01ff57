"""An address index of two small towns."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.core.database import db
from server.places.index import build
from tests.server.places.town import two_towns


@pytest.fixture(scope="session")
def extract(tmp_path_factory) -> Path:
    return two_towns().write(tmp_path_factory.mktemp("map") / "towns.osm.pbf")


@pytest.fixture
def indexed(app, extract):
    """The application with the towns indexed."""
    build(extract)
    db.session.rollback()
    return app
