"""`flask` commands for operators, one module a noun."""

from __future__ import annotations

from flask import Flask


def bind(app: Flask) -> None:
    """Attach the commands to the application."""
