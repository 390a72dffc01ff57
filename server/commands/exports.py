"""`flask export`: everything that people own, as CSV files."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from server.core.database import db
from server.importing.exporting import EXPORTS
from server.importing.exporting import export as lines_of

export = AppGroup("export", help="Everything as CSV.")


@export.command("all")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export_all(folder: Path) -> None:
    """Write every table to FOLDER, one CSV file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in EXPORTS:
        _write(folder / f"{name}.csv", name)


@export.command("table")
@click.argument("name")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
def export_table(name: str, target: Path) -> None:
    """Write the table NAME to TARGET; "-": to standard output."""
    if str(target) != "-":
        _write(target, name)
        return
    for text in lines_of(db.session(), name, None):
        click.echo(text.encode(), nl=False)  # as bytes the lines end as in a file, also on Windows


def _write(target: Path, name: str) -> None:
    """Through a file beside it: an export that breaks off leaves no half file."""
    rows, part = -1, target.with_name(target.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            for text in lines_of(db.session(), name, None):
                file.write(text)
                rows += text.count("\r\n")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{target}: about {max(rows, 0)} rows")
