"""`flask speeds` at the shell."""

from __future__ import annotations

import pytest

from server.core.database import db
from server.inputs.models import InputChange
from tests import factories as make


@pytest.fixture
def run(app):
    make.company(traffic="learned")
    make.rep(make.team().id)

    def call(*arguments):
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=list(map(str, arguments)))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        db.session.rollback()
        return result.exit_code, result.output

    return call


def test_a_table_is_written_changed_and_taken_back(run, tmp_path):
    _, table = run("speeds", "show", "town")
    assert table.splitlines()[:3] == ["weekdays,from,to,percent", "Mo-Fr,06:00,07:00,92", "Mo-Fr,07:00,09:00,80"]
    file = tmp_path / "town.csv"
    file.write_text(table.replace("07:00,09:00,80", "07:00,09:00,55"))
    assert run("speeds", "set", "town", file) == (0, "town: 9 bands, version 1\n")
    assert "07:00,09:00,55" in run("speeds", "show", "town")[1]
    assert db.session.query(InputChange).filter_by(kind="speeds_changed").count() == 1
    assert run("speeds", "show") == (0, "traffic: learned\ncity   default\ntown   own\nrural  default\n")
    assert run("speeds", "reset", "town") == (0, "town: the default\n")
    assert run("speeds", "show", "town")[1] == table
    code, said = run("speeds", "reset", "town")
    assert (code, "the default holds" in said) == (1, True)


def test_a_table_with_mistakes_changes_nothing(run, tmp_path):
    file = tmp_path / "town.csv"
    file.write_text("weekdays,from,to,percent\nMo,7h,09:00,55\nMo-Fr,07:00,09:00,5\n")
    code, said = run("speeds", "set", "town", file)
    assert code == 1
    assert "2/from: Write it like 08:30." in said
    assert "3/percent: " in said
    assert run("speeds", "show")[1].count("default") == 3


def test_learning_now_says_whom_it_concerns(run):
    assert run("speeds", "learn") == (0, "0 reps have other speeds now.\n")
    assert "learned, all teams: 0 drives since None" in run("speeds", "show")[1]
