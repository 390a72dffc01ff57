"""Fieldbeat's server: a Flask application made by `create_app`."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from server.core.config import ConfigError, Settings
from server.core.database import db, engine_options, migrate

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def create_app(settings: Settings | None = None) -> Flask:
    """The application, bound to a database; refuses to start on settings or operations that are not right."""
    settings = settings or Settings.from_environment()
    app = create_core(settings)
    _bind_http(app, settings)
    return app


def create_for_commands() -> Flask:
    """The application without the API, for the `flask` command: a second less to wait for."""
    from server import commands
    from server.edges import logs
    from server.identity import mail

    settings = Settings.from_environment()
    app = create_core(settings)
    logs.configure(settings)
    mail.bind(app, settings)
    commands.bind(app)
    return app


def create_core(settings: Settings) -> Flask:
    """Settings and database without the API: all that a solver child needs, and there in half the time."""
    from server import models  # noqa: F401  every table, before anything is bound
    from server.audit import events  # noqa: F401  from now on every session leaves its entries

    _make_folder(settings)
    app = Flask(__name__, instance_path=str(settings.instance.resolve()), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database),
    )
    app.extensions["settings"] = settings
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    return app


def _make_folder(settings: Settings) -> None:
    folder = settings.instance
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(None, "it may not be written")
    except OSError as error:
        raise ConfigError(
            f"FIELDBEAT_INSTANCE is {str(folder)!r}; it is a folder to write in ({error.strerror})"
        ) from None


def _bind_http(app: Flask, settings: Settings) -> None:
    from server import apis, commands, edges, web
    from server.core.http import make_api, require_policies
    from server.identity import access
    from server.plans import waiting

    edges.bind(app, settings)
    access.bind(app, settings)
    api = make_api(app)
    for blueprint in apis.blueprints():
        api.register_blueprint(blueprint)
    waiting.bind(app)
    web.bind(app)
    commands.bind(app)
    require_policies(app)
