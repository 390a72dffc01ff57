"""A database that cannot be used stops every command with one line that says what to do, and changes nothing."""

from __future__ import annotations

import dataclasses
import sqlite3

import pytest

from server import create_app

COMMANDS = [
    ("users", "list"), ("teams", "list"), ("reps", "list"), ("plan", "all"), ("nightly", "now"), ("worker",), ("up",),
    ("backup", "out/backup"), ("export", "all", "out"), ("export", "table", "accounts", "accounts.csv"),
    ("accounts", "import", "accounts.csv"), ("db", "upgrade"), ("db", "current"), ("demo", "create"),
]  # fmt: skip


@pytest.fixture
def run(settings, tmp_path, monkeypatch):
    """Run a command against another database, in an empty folder with a file to import."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "accounts.csv").write_text("external_id,name\n1,One\n")

    def call(url, command):
        app = create_app(dataclasses.replace(settings, database_url=url))
        return app.test_cli_runner().invoke(args=list(command))

    return call


def said(result) -> str:
    """The only error line."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    (line,) = [line for line in result.output.splitlines() if line.startswith("Error: ")]
    return line


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_folder_that_does_not_exist(run, tmp_path, command):
    line = said(run(f"sqlite:///{tmp_path}/missing/x.db", command))
    assert f"there is no folder {tmp_path}/missing" in line
    assert not (tmp_path / "missing").exists()
    left = {path.name for path in (tmp_path / "work").rglob("*") if path.is_file()}
    assert left == {"accounts.csv"}  # no half backup, no half export


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_postgresql_that_is_down(run, command):
    line = said(run("postgresql+psycopg://me:secret@127.0.0.1:1/x", command))  # nobody listens on port 1
    assert "is PostgreSQL running" in line
    assert "secret" not in line


@pytest.mark.parametrize("command", [c for c in COMMANDS if c[0] not in ("db", "demo")], ids=" ".join)
def test_a_database_that_was_never_migrated(run, tmp_path, command):
    sqlite3.connect(tmp_path / "empty.db").close()
    assert "run `flask db upgrade`" in said(run(f"sqlite:///{tmp_path}/empty.db", command))


def test_a_file_that_is_no_database(run, tmp_path):
    (tmp_path / "notes.txt").write_text("not a database, but long enough to be read as one" * 100)
    line = said(run(f"sqlite:///{tmp_path}/notes.txt", ("users", "list")))
    assert "damaged or no SQLite database" in line


def test_a_fault_of_ours_keeps_its_traceback(own_app):
    """Only what an operator can mend is shortened."""
    import click

    from server.commands import failures

    @own_app.cli.command("broken")
    def broken() -> None:
        raise ZeroDivisionError

    failures.guard(broken)
    assert isinstance(own_app.cli.commands["broken"], click.Command)
    assert isinstance(own_app.test_cli_runner().invoke(args=["broken"]).exception, ZeroDivisionError)
