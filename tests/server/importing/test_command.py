"""`flask accounts import`: the same words as over HTTP, and an exit code that scripts can trust."""

from __future__ import annotations

import pytest

from tests import factories as make
from tests.server.importing.test_imports import HEAD


@pytest.fixture
def run(app, tmp_path):
    make.company()
    make.cadence()
    team = make.team(name="East")
    make.user("admin")

    def call(rows, *options):
        file = tmp_path / "customers.csv"
        file.write_text(HEAD + rows, encoding="utf-8")
        done = app.test_cli_runner().invoke(args=["accounts", "import", str(file), "--team", team.name, *options])
        return done.exit_code, done.output

    return call


def test_each_state_in_its_words(run):
    good, bad = "K1,Bakery,42.36,-71.06\n", "K1,Bakery,42.36,-71.06\nK2,Butcher,north,-71.05\n"
    code, text = run(bad, "--dry-run")
    assert (code, "would" in text) == (1, False)
    assert text.endswith(
        "Error: Nothing can be imported: 1 error; 1 warning. Correct the errors above and try again.\n"
    )
    code, text = run(bad)
    assert (code, "created" in text) == (1, False)
    assert "Error: Nothing was imported: 1 error; 1 warning." in text
    code, text = run(good, "--dry-run")
    assert (code, text.splitlines()[-1]) == (
        0, "A dry run, nothing was changed: 1 account would be created, 0 updated, 0 left unchanged.",
    )  # fmt: skip
    assert run(good)[1].endswith("\n1 account created, 0 updated, 0 unchanged.\n")
