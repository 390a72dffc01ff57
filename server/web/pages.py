"""One page: an empty shell whose scripts sign in and talk to /api/v1."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, send_from_directory

pages = Blueprint("pages", __name__, static_folder="static", static_url_path="/static", template_folder="templates")

# The views are addresses that people can bookmark; the script decides what to show.
VIEWS = ("/", "/today", "/week", "/team", "/positions", "/reps/<path:_rest>", "/invitation", "/password-reset")


def shell(_rest: str = "") -> str:
    return render_template("app.html")


for _view in VIEWS:
    pages.add_url_rule(_view, "shell", shell)


@pages.get("/favicon.ico")
def favicon() -> Response:
    return send_from_directory(str(pages.static_folder), "icon.svg", mimetype="image/svg+xml")


@pages.get("/manifest.webmanifest")
def manifest() -> Response:
    return send_from_directory(str(pages.static_folder), "manifest.webmanifest", mimetype="application/manifest+json")
