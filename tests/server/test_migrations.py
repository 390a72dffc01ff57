"""One history, up and down, on both databases; and it makes exactly the tables of the models."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from server.accounts.models import Segment
from server.core.database import Base, db, writing
from server.links.models import AccountLink, AccountLinkMember
from tests import factories as make

MIGRATIONS = str(Path(__file__).resolve().parents[2] / "migrations")


def _tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_down_to_nothing_and_up_again(app):
    assert _tables() == set(Base.metadata.tables)
    downgrade(directory=MIGRATIONS, revision="base")
    assert _tables() == set()
    upgrade(directory=MIGRATIONS)
    assert _tables() == set(Base.metadata.tables)


def test_the_migrations_make_what_the_models_say(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_migration_that_rebuilds_a_parent_table_keeps_its_children(app, settings):
    """SQLite rebuilds a table to alter it; with foreign keys on it would delete what refers to it (docs/decisions/0002)."""
    account = make.account()
    with db.engine.connect() as connection:
        from alembic.operations import Operations

        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        operations = Operations(MigrationContext.configure(connection, opts={"render_as_batch": True}))
        connection.execute(
            text(
                "INSERT INTO pauses (id, account_id, first, last, created_at, updated_at, version)"
                " SELECT id, id, active_from, active_from, created_at, updated_at, 1 FROM accounts"
            )
        )
        with operations.batch_alter_table("accounts", recreate="auto") as batch:
            batch.alter_column("name", nullable=True)
        assert connection.execute(text("SELECT count(*) FROM pauses")).scalar() == 1
        connection.rollback()
    assert account is not None


def test_what_an_older_version_does_not_know_is_gone_after_the_way_down(app):
    """Links of the kind that 0005 brings would be read by nobody; the others stay, and on the way up nothing is in the way."""
    with writing() as session:
        for kind in ("together", "apart"):
            link = AccountLink(kind=kind)
            session.add(link)
            session.flush()
            session.add_all(
                AccountLinkMember(link_id=link.id, account_id=make.account().id, kind=kind) for _ in range(2)
            )
    db.session.remove()
    downgrade(directory=MIGRATIONS, revision="0004")
    upgrade(directory=MIGRATIONS)
    assert [kind for (kind,) in db.session.execute(text("SELECT kind FROM account_links"))] == ["apart"]
    assert db.session.execute(text("SELECT count(*) FROM account_link_members")).scalar() == 2
    assert db.session.execute(text("SELECT DISTINCT first_service_minutes FROM accounts")).scalar() is None


def test_a_price_of_lateness_that_was_only_the_default_follows_from_the_worth(app):
    """4 minutes a day was nobody's choice; what somebody chose stays, on the way up and down."""
    with writing() as session:
        session.add_all([Segment(code="A", name="A"), Segment(code="B", name="B", late_minutes=7)])
    for _ in range(2):
        downgrade(directory=MIGRATIONS, revision="0005")
        assert _late_minutes() == {"A": 4, "B": 7}
        upgrade(directory=MIGRATIONS)
        assert _late_minutes() == {"A": None, "B": 7}


def _late_minutes() -> dict[str, int | None]:
    with db.engine.connect() as connection:
        return dict(connection.execute(text("SELECT code, late_minutes FROM segments")).all())


def test_what_was_found_is_a_given_position_to_a_version_that_knows_no_better(app):
    """Else it would look for these accounts again, find no more than a postcode, and forget where they are."""
    for quality in ("given", "rooftop", "interpolated", "street", "postcode", "unknown"):
        make.account(name=quality, position_quality=quality, position_source="index", street="1 Main St")
    make.account(name="unheard of", position_quality="unknown", position_source="index")  # nothing to ask for
    db.session.remove()
    downgrade(directory=MIGRATIONS, revision="0006")
    upgrade(directory=MIGRATIONS)
    waiting = db.session.execute(text("SELECT name FROM accounts WHERE geocode_at IS NOT NULL"))
    assert {name for (name,) in waiting} == {"postcode", "unknown"}
    rows = db.session.execute(text("SELECT name, position_quality, position_source FROM accounts"))
    assert {name: (quality, source) for name, quality, source in rows} == {
        "given": ("given", None), "rooftop": ("given", None), "interpolated": ("given", None), "street": ("given", None),
        "postcode": ("postcode", "zipcodes"), "unknown": ("unknown", None), "unheard of": ("unknown", None),
    }  # fmt: skip
