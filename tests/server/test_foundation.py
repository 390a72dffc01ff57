"""The ground that every domain stands on."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from server.accounts.models import Account
from server.core.config import ConfigError, Settings
from server.core.database import db, writing
from tests import factories as make


def test_a_factory_account_comes_back(app):
    made = make.account(name="Bakery")
    assert db.session.scalar(select(Account.name).where(Account.id == made.id)) == "Bakery"


def test_an_exception_in_a_write_changes_nothing(app):
    with pytest.raises(ZeroDivisionError), writing() as session:
        session.add(Account(name="x", country="US", timezone="UTC", active_from=None))
        raise ZeroDivisionError
    assert db.session.scalar(select(Account.id)) is None


def test_foreign_keys_are_enforced(app):
    with pytest.raises(Exception, match=r"(?i)foreign key"), writing() as session:
        session.execute(text("INSERT INTO segments (code, name, rank, late_minutes, miss_minutes, created_at, updated_at, version) "
                             "VALUES ('A', 'A', 0, 1, 1, '2026-01-01', '2026-01-01', 1)"))  # fmt: skip
        session.execute(text("UPDATE segments SET code = 'B'"))
        make.account(segment="A")


def test_production_refuses_a_weak_secret():
    with pytest.raises(ConfigError, match="SECRET_KEY"):
        Settings.from_environment({"FIELDBEAT_ENV": "production", "SECRET_KEY": "short"})


@pytest.mark.parametrize(("name", "value"), [("SIGN_IN_LIMIT", "off"), ("HALT_AT", "repair solved")])
def test_production_refuses_what_is_for_tests(name, value):
    environment = {"FIELDBEAT_ENV": "production", "SECRET_KEY": "0123456789abcdef" * 3, f"FIELDBEAT_{name}": value}
    with pytest.raises(ConfigError, match=f"FIELDBEAT_{name} must not be"):
        Settings.from_environment(environment)


def test_a_mistyped_setting_is_named():
    with pytest.raises(ConfigError, match="FIELDBEAT_PLAN_WIAT_MS"):
        Settings.from_environment({"FIELDBEAT_PLAN_WIAT_MS": "1"})
    with pytest.raises(ConfigError, match="PORT is 'eighty'"):
        Settings.from_environment({"PORT": "eighty"})


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "99999"}, "PORT is 99999"),
        ({"FIELDBEAT_PUBLIC_URL": "nourl"}, "FIELDBEAT_PUBLIC_URL"),
        ({"FIELDBEAT_ENV": "production", "SECRET_KEY": "a" * 40}, "repeats itself"),
        ({"FIELDBEAT_ENV": "staging"}, "development or production"),
    ],
)
def test_settings_that_cannot_be_right_are_refused(environment, said):
    with pytest.raises(ConfigError, match=said):
        Settings.from_environment(environment)
