"""Every command of docs/api.md, run in its order by a shell as a reader would, against the demo company on a live server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from server.accounts.models import Account
from server.core.clock import now
from server.core.database import db, writing
from server.demo.company import build
from server.reps.models import Rep, Team
from server.worker.drain import run_until_idle

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
WRITTEN_FOR = "http://127.0.0.1:8000"
BLOCK = re.compile(r"^```(bash|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
KEPT = 30  # accounts
TOOLS = ("bash", "curl", "python3", "sed")


def examples() -> list[tuple[str, str]]:
    """(commands, answer that the page shows or nothing) in order."""
    found: list[tuple[str, str]] = []
    for kind, text in BLOCK.findall(PAGE.read_text()):
        if kind == "bash":
            found.append((text, ""))
        else:
            found[-1] = (found[-1][0], text)
    return found


@pytest.fixture
def reader(app: Any, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a server of the demo company, and a folder with its instance/demo.json."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"the page needs {', '.join(missing)}")
    with writing() as session:
        sign_ins = build(session)
        for account in session.scalars(select(Account).order_by(Account.external_id).offset(KEPT)):
            account.archived_at = now()  # fewer accounts are planned sooner; the page speaks of none by name
    (tmp_path / "instance").mkdir(exist_ok=True)
    (tmp_path / "instance" / "demo.json").write_text(json.dumps({"users": [asdict(s) for s in sign_ins]}))
    dana = db.session.scalars(select(Rep.id).where(Rep.name == "Dana Whitfield")).one()
    run_until_idle(app, {dana})
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = False  # so that closing it waits for what is still being answered
    ended = Event()
    threads = [Thread(target=server.serve_forever), Thread(target=_plan, args=(app, dana, ended))]
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{server.server_port}", tmp_path
    ended.set()
    server.shutdown()
    for thread in threads:
        thread.join()


def _plan(app: Any, rep_id: Any, ended: Event) -> None:
    """The worker's part, for the one rep whom the page follows: a search only where the page asks for what it finds, which
    is when plans are to be approved; else one could publish between two requests that the page shows as belonging together."""
    while not ended.wait(0.1):
        with app.app_context():
            approving = db.session.scalars(select(Team.approval).join(Rep).where(Rep.id == rep_id)).one()
        run_until_idle(app, {rep_id}, improve=approving)


def test_every_command_of_the_page_works_and_answers_as_shown(reader: tuple[str, Path]) -> None:
    url, folder = reader
    shown = examples()
    script = "set -eu\n" + "".join(f"{{\n{commands}}} > answer-{n}\n" for n, (commands, _) in enumerate(shown))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # the python3 that surely is there, and starts quickly
    done = subprocess.run(
        ["bash", "-c", script.replace(WRITTEN_FOR, url)],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    wrong = {
        n: found for n, (_, text) in enumerate(shown) if (found := _missing(text, (folder / f"answer-{n}").read_text()))
    }
    assert not wrong, {shown[n][0]: found for n, found in wrong.items()}


def _missing(shown: str, answer: str) -> list[str]:
    """What the page promises and the answer does not have: fields, statuses and codes (values differ from day to day)."""
    fields = re.findall(r'"\w+":', shown)
    codes = re.findall(r'"(?:code|pointer|stage|change|source|rule)":"[^"]+"', shown)
    statuses = re.findall(r'"status":\d+', shown) + re.findall(r"^\d{3}$", shown, re.MULTILINE)
    answers = [f"HTTP/1.1 {status}" for status in re.findall(r"^HTTP/1.1 (\d)", shown, re.MULTILINE)]
    return [promised for promised in {*fields, *codes, *statuses, *answers} if promised not in answer]


def test_the_check_notices_what_is_no_longer_true() -> None:
    answer = '{"code":"not_found","status":404}'
    assert _missing('{"code":"not_found","status":404,...}', answer) == []
    assert _missing('{"code":"gone"}', answer) == ['"code":"gone"']
    assert _missing('{"detail":"..."}', answer) == ['"detail":']
    assert _missing("304\n", answer) == ["304"]
    assert len(examples()) > 15
