"""Fixtures for everything: one application a run, and for every test a fresh copy of a migrated template database."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

ROOT = Path(__file__).resolve().parent.parent
# One cache of the compiled search for all tests and the processes that they start, before anything imports numba.
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "instance" / "numba"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="where server tests run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long ones first, so that no processor waits for another at the end.  On PostgreSQL run only what keeps something in a database:
    the rest has been run beside SQLite."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if config.getoption("--database") == "sqlite":
        return
    here = ["template" in getattr(item, "fixturenames", ()) for item in items]
    config.hook.pytest_deselected(items=[item for item, stays in zip(items, here, strict=True) if not stays])
    items[:] = [item for item, stays in zip(items, here, strict=True) if stays]


def pytest_collection_finish() -> None:
    """What is there by now stays: no garbage collection of a test needs to look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def ids(request: pytest.FixtureRequest) -> Iterator[None]:
    """Ids come again in every run: where two plans cost nearly the same, the order of ids decides between them.

    FIELDBEAT_TEST_SEED=2 (or any other number) tries a test with other ids.
    """
    from server.core.ids import repeatable

    with repeatable(crc32(f"{os.environ.get('FIELDBEAT_TEST_SEED', '1')} {request.node.nodeid}".encode())):
        yield


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


@pytest.fixture(scope="session")
def installation(template, tmp_path_factory):
    """Settings of the one installation that a run's tests use, each of them after it was made as new."""
    from server.core.config import Settings

    folder = tmp_path_factory.mktemp("installation")
    url = template.copy(folder)
    yield Settings(
        instance=folder / "instance",
        database_url=url,
        secret_key="t" * 40,
        plan_wait_ms=0,
        plan_iterations=500,
        port=1,
    )
    template.drop(url)


@pytest.fixture
def settings(template, installation):
    """Settings of an installation with an empty database and an empty folder."""
    template.restore(installation.database_url)
    shutil.rmtree(installation.instance, ignore_errors=True)
    installation.instance.mkdir()
    return installation


@pytest.fixture(scope="session")
def application(installation):
    """Made once: it takes longer than most tests, and what SQLAlchemy knows of our statements stays with its engine."""
    from server import create_app

    return create_app(installation)


@pytest.fixture
def app(application, installation, settings):
    """The application as if it had just been made, with its context pushed; one of its own for tests with other settings."""
    from server import create_app
    from server.core.database import db
    from server.identity import limits, mail

    used = application if settings == installation else create_app(settings)
    before = dict(used.config), dict(used.extensions)
    mail.bind(used, settings)
    limits.limiter.reset()
    with used.app_context():
        yield used
        db.session.remove()
        assert db.engine.pool.checkedout() == 0, "the test left a connection open"
        db.engine.dispose()
    for changed, kept in zip((used.config, used.extensions), before, strict=True):
        changed.clear()
        changed.update(kept)


@pytest.fixture
def own_app(settings):
    """An application of the test's own, for one that changes it; without a context."""
    from server import create_app
    from server.core.database import db

    made = create_app(settings)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app):
    return app.test_client()
