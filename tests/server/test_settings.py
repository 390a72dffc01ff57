"""Every setting is read strictly when the program starts: one line names the variable, the value and what is right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from server import create_app
from server.core.config import ConfigError, Settings, variable

ROOT = Path(__file__).resolve().parents[2]

WRONG = {
    "FIELDBEAT_ENV": ["prod", "Production"],
    "DATABASE_URL": [
        "nonsense", "mysql://u:secret@h/x", "postgresql+asyncpg://u:secret@h/x", "postgres://u:secret@h/x", "sqlite://",
        "postgresql+psycopg://u:secret@h:port/x",
    ],
    "FIELDBEAT_HOST": ["no host", "http://x", "-x"],
    "PORT": ["0", "65536", "eighty", "8_000", "٨٠", "8000.0"],
    "FIELDBEAT_PUBLIC_URL": ["example.com", "ftp://example.com", "http://", "http://x:y/"],
    "FIELDBEAT_ACCESS_MINUTES": ["0", "-5", "1441", "1.5"],
    "FIELDBEAT_REFRESH_DAYS": ["0", "9999999999999"],
    "FIELDBEAT_SIGN_IN_LIMIT": ["ten", "10 per fortnight", "0 per minute", "Off"],
    "FIELDBEAT_PLAN_WAIT_MS": ["-1", "60000"],
    "FIELDBEAT_PLAN_ITERATIONS": ["-1", "many"],
    "FIELDBEAT_PLAN_CHURN_PERCENT": ["-1", "101", "5 %"],
    "FIELDBEAT_PLAN_DEBOUNCE_MS": ["-1"],
    "FIELDBEAT_PLAN_PATIENCE_MS": ["-1"],
    "FIELDBEAT_TRAVEL": ["rocket"],
    "FIELDBEAT_TRAVEL_URL": ["roads.example.com", "ftp://roads.example.com"],
    "FIELDBEAT_TRAVEL_PORT": ["0", "http"],
    "FIELDBEAT_TRAVEL_SECONDS": ["0", "601"],
    "FIELDBEAT_TRAVEL_DAYS": ["0"],
    "FIELDBEAT_SOLVER_SECONDS": ["0"],
    "FIELDBEAT_SOLVER_PROCESSES": ["0", "1000"],
    "FIELDBEAT_GEOCODER": ["google", "Photon"],
    "FIELDBEAT_GEOCODER_URL": ["photon.example.com", "ftp://x"],
    "FIELDBEAT_GEOCODER_PAUSE_MS": ["-1", "60001"],
    "FIELDBEAT_NIGHTLY_AT": ["25:00", "2:30", "02:30:00+01:00", "02", "half past two"],
    "FIELDBEAT_BEHIND_PROXIES": ["-1", "yes"],
    "FIELDBEAT_LOG_LEVEL": ["LOUD"],
    "FIELDBEAT_HALT_AT": ["repair", "solved", "repair nowhere"],
    "FIELDBEAT_MAIL_FROM": ["nobody", "a@b\r\nBcc: c@d"],
    "FIELDBEAT_SMTP_URL": ["mail.example.com", "http://mail.example.com", "smtp://u:secret@", "smtp://u:secret@h:x"],
}  # fmt: skip
AT_START = {"FIELDBEAT_INSTANCE": ["/dev/null/folder"]}  # known only to what uses them


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_is_named_with_what_is_right(name, value):
    with pytest.raises(ConfigError) as caught:
        Settings.from_environment({name: value})
    message = str(caught.value)
    assert message.startswith(f"{name} is ")
    assert "; it is " in message
    assert "secret" not in message
    assert "secret" in value or value in message or repr(value) in message


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in AT_START.items() for value in values])
def test_a_wrong_value_stops_the_start(name, value, settings):
    environment = {"FIELDBEAT_INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url}
    with pytest.raises(ConfigError, match=f"{name} is '{value}'; it is "):
        create_app(Settings.from_environment({**environment, name: value}))


def test_no_setting_is_forgotten():
    free = {"SECRET_KEY", "FIELDBEAT_GEOCODER_KEY"}  # any text; production has rules of its own
    assert {variable(name) for name in Settings.__dataclass_fields__} == {*WRONG, *AT_START, *free}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:////data/fieldbeat.db"), ("DATABASE_URL", "postgresql+psycopg://u:p%40ss@db:5433/x?sslmode=require"),
        ("FIELDBEAT_HOST", "0.0.0.0"), ("FIELDBEAT_PUBLIC_URL", "https://beat.example.com/"), ("FIELDBEAT_SIGN_IN_LIMIT", "off"),
        ("FIELDBEAT_SIGN_IN_LIMIT", "5/minute;20/hour"), ("FIELDBEAT_NIGHTLY_AT", "00:00"), ("FIELDBEAT_LOG_LEVEL", "debug"),
        ("FIELDBEAT_MAIL_FROM", "Fieldbeat <no-reply@example.com>"), ("PORT", "65535"), ("FIELDBEAT_PLAN_WAIT_MS", "0"),
    ],
)  # fmt: skip
def test_right_values_are_taken(name, value):
    assert Settings.from_environment({name: value}) != Settings()


def test_mail_needs_a_sender():
    with pytest.raises(ConfigError, match="FIELDBEAT_MAIL_FROM"):
        Settings.from_environment({"FIELDBEAT_SMTP_URL": "smtp://mail.example.com"})


def test_the_program_says_it_in_one_line(tmp_path):
    """As an operator sees it: no traceback, and a code that a service manager understands."""
    env = {"PATH": os.environ["PATH"], "FIELDBEAT_INSTANCE": str(tmp_path), "FIELDBEAT_NIGHTLY_AT": "noon"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "users", "list"]
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == ["fieldbeat: FIELDBEAT_NIGHTLY_AT is 'noon'; it is a time like 02:30"]
