"""`flask backup` and `flask restore`: one file, consistent while the server runs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import URL

from server.commands.failures import refuse_running, refuse_unready
from server.core.database import OWNER_ONLY, db


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@with_appcontext
def backup(target: Path) -> None:
    """Write the whole database to TARGET (SQLite: a database file; PostgreSQL: a pg_dump archive)."""
    if target.exists():
        raise click.ClickException(f"{target} exists already; a backup never writes over one")
    refuse_unready()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")  # a backup that breaks off leaves nothing that looks like one
    try:
        part.touch(
            mode=OWNER_ONLY
        )  # it holds everything; a place that cannot be written is an OSError here, with its name
        if db.engine.dialect.name == "sqlite":
            _copy_sqlite(_file(db.engine.url), part)
        else:
            _postgres("pg_dump", "--format=custom", f"--file={part}")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


@click.command("restore")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def restore(source: Path, yes: bool) -> None:
    """Replace the database by SOURCE.  Stop the server first; the old SQLite file is kept beside the new one."""
    refuse_running("restore")
    if not yes:
        click.confirm("This replaces everything in the database. Go on?", abort=True)
    db.session.remove()
    db.engine.dispose()  # our own connections must not hold what is replaced
    if db.engine.dialect.name == "sqlite":
        _restore_sqlite(source, _file(db.engine.url))
    else:
        _postgres("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(source))
    click.echo("Restored. Run `flask db upgrade` in case the backup is older than this version.")


def _file(url: URL) -> Path:
    if not url.database:
        raise click.ClickException("an in-memory database cannot be backed up")
    return Path(url.database)


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's online backup: a consistent copy even while others write."""
    origin, copy = sqlite3.connect(source), sqlite3.connect(target)
    try:
        origin.backup(copy)
    finally:
        copy.close()
        origin.close()


def _restore_sqlite(source: Path, target: Path) -> None:
    _refuse_broken(source)
    if target.exists():
        kept = target.with_suffix(".before-restore")
        kept.unlink(missing_ok=True)
        kept.touch(mode=OWNER_ONLY)
        shutil.copyfile(target, kept)
        click.echo(f"The old database is kept as {kept}")
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    target.unlink(missing_ok=True)
    target.touch(mode=OWNER_ONLY)
    _copy_sqlite(source, target)


def _refuse_broken(source: Path) -> None:
    try:
        connection = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
        healthy = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        ours = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        connection.close()
    except sqlite3.DatabaseError as error:
        raise click.ClickException(f"{source} is no Fieldbeat backup ({error}); nothing was changed") from None
    if not (healthy and ours):
        raise click.ClickException(f"{source} is damaged or not a Fieldbeat database; nothing was changed")


def _postgres(program: str, *arguments: str) -> None:
    """Run a PostgreSQL client program with the connection of the application; the password goes by environment."""
    if shutil.which(program) is None:
        raise click.ClickException(f"{program} was not found; install the PostgreSQL client tools")
    url = db.engine.url
    connection = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    command = [program, *arguments, f"--dbname={connection}"]
    result = subprocess.run(command, env=_environment(url), check=False)  # noqa: S603
    if result.returncode != 0:
        raise click.ClickException(f"{program} failed with code {result.returncode}; what it says stands above")


def _environment(url: URL) -> dict[str, str]:
    return {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
