"""What surrounds every request: ids, logs, security headers, proxies, health, and the page of the API's documentation."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from server.core.config import Settings


def bind(app: Flask, settings: Settings) -> None:
    """Attach all of it to the application."""
    from server.edges import docs, headers, health, logs, requests  # who only logs need not wait for the rest

    if settings.behind_proxies:
        hops = settings.behind_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    logs.configure(settings)
    requests.bind(app)
    headers.bind(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(docs.blueprint)
