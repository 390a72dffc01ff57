"""The table of settings in docs/operations.md says what the code says."""

from __future__ import annotations

from pathlib import Path

from server.commands.settings import table

OPERATIONS = Path(__file__).resolve().parents[3] / "docs" / "operations.md"


def test_the_documented_settings_are_the_real_ones():
    assert table() in OPERATIONS.read_text(), (
        "run `flask settings --markdown` and put its table into docs/operations.md"
    )


def test_the_command_hides_secrets(app):
    output = app.test_cli_runner().invoke(args=["settings"]).output
    assert "SECRET_KEY" in output
    assert "t" * 40 not in output
