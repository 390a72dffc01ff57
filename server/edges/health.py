"""For those who watch: is the process up, can it work?"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.core.database import db
from server.core.outages import UPGRADE, is_unmigrated
from server.core.problems import response

blueprint = Blueprint("health", __name__)
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process answers; says nothing about the database."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The database is reachable and has the tables that this code needs; else 503 with what is wrong."""
    problem = what_is_wrong()
    if problem:
        return response(503, "not_ready", "Not ready", problem, headers={"Retry-After": "5"})
    return jsonify(status="ready")


def what_is_wrong() -> str | None:
    try:
        found = set(db.session.scalars(text("SELECT version_num FROM alembic_version")))
    except SQLAlchemyError as error:
        db.session.remove()
        if is_unmigrated(error):
            return f"The database is empty: {UPGRADE}."
        return "The database cannot be reached: is it running, and is DATABASE_URL right?"
    if found != expected():
        stored, wanted = (", ".join(sorted(names)) or "none" for names in (found, expected()))
        return f"The database is at migration {stored}, not {wanted}: {UPGRADE}."
    return None


@lru_cache
def expected() -> frozenset[str]:
    """The newest migration that comes with this code."""
    config: Any = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return frozenset(ScriptDirectory.from_config(config).get_heads())
