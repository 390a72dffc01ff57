"""Fixtures for everything: one migrated template database a run, a fresh copy of it for every test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# One cache of the compiled search for all tests and the processes that they start, before anything imports numba.
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "instance" / "numba"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="where server tests run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run only what keeps something in a database: the rest has been run beside SQLite."""
    if config.getoption("--database") == "sqlite":
        return
    here = ["template" in getattr(item, "fixturenames", ()) for item in items]
    config.hook.pytest_deselected(items=[item for item, stays in zip(items, here, strict=True) if not stays])
    items[:] = [item for item, stays in zip(items, here, strict=True) if stays]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public instances and real extracts; tests that use it skip where it is absent."""
    folder = Path(os.environ.get("FIELDBEAT_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        message = f"no shared data at {folder}; set FIELDBEAT_SHARED"
        if os.environ.get("FIELDBEAT_REQUIRE_SHARED") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A migrated, empty database, to be copied for each test."""
    from tests.databases import PostgresTemplate, SqliteTemplate

    kind = PostgresTemplate if request.config.getoption("--database") == "postgresql" else SqliteTemplate
    made = kind(tmp_path_factory.mktemp("template"))
    yield made
    made.close()


@pytest.fixture
def settings(template, tmp_path):
    """Settings of an application of its own, with an empty database of its own."""
    from server.core.config import Settings

    url = template.copy(tmp_path)
    yield Settings(
        instance=tmp_path / "instance",
        database_url=url,
        secret_key="t" * 40,
        plan_wait_ms=0,
        plan_iterations=500,
        port=1,
    )
    template.drop(url)
    shutil.rmtree(tmp_path / "instance", ignore_errors=True)


@pytest.fixture
def app(settings):
    """The application, with its context pushed."""
    from server import create_app
    from server.core.database import db

    application = create_app(settings)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app):
    return app.test_client()
