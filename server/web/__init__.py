"""What people see: pages on the public API."""

from __future__ import annotations

from flask import Flask


def bind(app: Flask) -> None:
    """Attach the pages to the application."""
