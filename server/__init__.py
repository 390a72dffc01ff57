"""Fieldbeat's server: a Flask application made by `create_app`."""

from __future__ import annotations

from flask import Flask

from server.core.config import Settings
from server.core.database import db, migrate


def create_app(settings: Settings | None = None) -> Flask:
    """The application, bound to a database; refuses to start on settings or operations that are not right."""
    from server import models  # noqa: F401  every table, before anything is bound

    settings = settings or Settings.from_environment()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__, instance_path=str(settings.instance.resolve()), static_folder=None)
    app.config.update(SECRET_KEY=settings.secret_key, SQLALCHEMY_DATABASE_URI=settings.database)
    app.extensions["settings"] = settings
    db.init_app(app)
    migrate.init_app(app, db)
    _bind_http(app, settings)
    return app


def _bind_http(app: Flask, settings: Settings) -> None:
    from server import apis, commands, edges, web
    from server.audit import events  # noqa: F401  from now on every session leaves its entries
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
