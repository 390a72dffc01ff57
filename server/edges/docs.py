"""The interactive page of the API's documentation: our own files, no other host."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, redirect, send_from_directory
from werkzeug.wrappers import Response as Redirect

from server.core.http import API_PREFIX

FILES = Path(__file__).parent / "static"
blueprint = Blueprint("docs", __name__)


@blueprint.get(f"{API_PREFIX}/docs", strict_slashes=False)
def page() -> Response:
    """The page; it reads openapi.json itself."""
    return send_from_directory(FILES, "docs.html")


@blueprint.get("/docs", strict_slashes=False)
def moved() -> Redirect:
    """Where people look for it."""
    return redirect(f"{API_PREFIX}/docs")


@blueprint.get("/docs-files/<path:name>")
def file(name: str) -> Response:
    """Script and style of the page."""
    return send_from_directory(FILES, name)
