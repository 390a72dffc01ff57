"""What people see: pages on the public API, with the same permissions as any other client."""

from __future__ import annotations

from flask import Flask


def bind(app: Flask) -> None:
    """Attach the pages to the application."""
    from server.web.pages import pages

    app.register_blueprint(pages)
