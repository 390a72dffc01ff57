"""`flask up`: the web server and the worker, started, watched and ended together."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from server.commands.failures import refuse_unready
from server.commands.port import taken
from server.core.config import Settings
from server.core.database import db

RESTART_SECONDS = 2.0
THREADS = 8


class Child:
    """A process that is started again when it ends by itself."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.command = name, command
        self.process = self._start()
        self.started = time.monotonic()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.command)  # noqa: S603  our own command line

    def watch(self) -> None:
        if self.process.poll() is None or time.monotonic() - self.started < RESTART_SECONDS:
            return
        click.echo(f"{self.name} ended with code {self.process.returncode}; starting it again", err=True)
        self.process, self.started = self._start(), time.monotonic()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self) -> None:
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()


@click.command("up")
@with_appcontext
def up() -> None:
    """Serve on FIELDBEAT_HOST and PORT, with a planning worker; Ctrl-C ends both."""
    settings: Settings = current_app.extensions["settings"]
    refuse_taken_port(settings)
    serve(settings)


def serve(settings: Settings) -> None:
    """Web server and worker, until Ctrl-C or SIGTERM."""
    refuse_unready()
    db.session.remove()
    db.engine.dispose()
    click.echo("Starting the web server and the planning worker ...")
    children = [Child("the web server", web_command(settings)), Child("the worker", [*_flask(), "worker"])]
    if settings.travel == "local":
        children.append(Child("the road engine", [*_flask(), "roads", "serve"]))
    _watch(children, settings)


def _flask() -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi"]


def web_command(settings: Settings) -> list[str]:
    """One process with threads: the work is in the database and in the solver children.  Windows has no gunicorn."""
    address = f"{settings.host}:{settings.port}"
    if os.name == "nt":
        return [sys.executable, "-m", "waitress", f"--listen={address}", f"--threads={THREADS}", "wsgi:app"]
    options = ["--workers", "1", "--threads", str(THREADS), "--no-control-socket", "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", "--bind", address, *options, "wsgi:app"]


def refuse_taken_port(settings: Settings) -> None:
    """Before anything that takes long."""
    if problem := taken(settings.host, settings.port):
        raise click.ClickException(problem)


def _announce(settings: Settings) -> None:
    click.echo(f"\nFieldbeat runs at {settings.url}  (API: {settings.url}/api/v1/docs)")
    notes = settings.instance / "demo.json"
    if notes.exists():
        demo = json.loads(notes.read_text()) | {"url": settings.url}
        notes.write_text(json.dumps(demo, indent=2) + "\n")
        for user in demo["users"]:
            click.echo(f"  {user['role']:8} {user['email']:34} {user['password']}")
    click.echo("Ctrl-C ends it.\n")


def _listens(settings: Settings) -> bool:
    try:
        socket.create_connection((settings.host, settings.port), timeout=1).close()
    except OSError:
        return False
    return True


def _watch(children: list[Child], settings: Settings) -> None:
    """Until a signal ends it; the addresses are said once they answer."""
    ending = said = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal ending
        ending = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not ending:
        time.sleep(0.2)
        if not said and _listens(settings):
            _announce(settings)
            said = True
        for child in children:
            child.watch()
    for child in children:
        child.end()
    for child in children:
        child.wait()
