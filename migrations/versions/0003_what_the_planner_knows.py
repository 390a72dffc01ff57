"""loads, driving, skills, combinations of days, shared accounts, links between accounts, radius by minutes

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW_COLUMNS: dict[str, tuple[tuple[str, type[sa.types.TypeEngine[object]]], ...]] = {
    "company": (("radius_minutes", sa.Integer),),
    "teams": (("radius_minutes", sa.Integer),),
    "reps": (
        ("radius_minutes", sa.Integer), ("max_driving_minutes", sa.Integer), ("capacity_units", sa.Integer), ("skills", sa.JSON),
    ),
    "segments": (("load_units", sa.Integer),),
    "accounts": (("load_units", sa.Integer), ("needed_skills", sa.JSON), ("shared_visits", sa.Boolean)),
    "cadence_policies": (("combinations", sa.JSON),),
}  # fmt: skip
DEFAULTS = {sa.JSON: sa.text("'[]'"), sa.Boolean: sa.false()}  # of rows that are there; these columns are never null


def upgrade() -> None:
    for table, columns in NEW_COLUMNS.items():
        for name, kind in columns:
            default = DEFAULTS.get(kind)
            op.add_column(table, sa.Column(name, kind(), nullable=default is None, server_default=default))
    op.create_index(
        "ix_accounts_shared",
        "accounts",
        ["team_id", "id"],
        sqlite_where=sa.text("shared_visits"),
        postgresql_where=sa.text("shared_visits"),
    )
    _links()
    _shared()


def _links() -> None:
    op.create_table(
        "account_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_links")),
    )
    op.create_table(
        "account_link_members",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["account_links.id"],
            name=op.f("fk_account_link_members_link_id_account_links"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_account_link_members_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("link_id", "account_id", name=op.f("pk_account_link_members")),
    )
    op.create_index(op.f("ix_account_link_members_account_id"), "account_link_members", ["account_id"])
    op.create_index(
        "uq_account_link_members_same_rep",
        "account_link_members",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'same_rep'"),
        postgresql_where=sa.text("kind = 'same_rep'"),
    )


def _shared() -> None:
    op.create_table(
        "team_inputs",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_team_inputs_team_id_teams"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team_inputs")),
    )
    op.create_table(
        "shared_turns",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_shared_turns_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_shared_turns_rep_id_reps"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_shared_turns")),
    )
    op.create_index("ix_shared_turns_rep_id_day", "shared_turns", ["rep_id", "day"])


def downgrade() -> None:
    for table in ("shared_turns", "team_inputs", "account_link_members", "account_links"):
        op.drop_table(table)
    op.drop_index("ix_accounts_shared", table_name="accounts")
    for table, columns in NEW_COLUMNS.items():
        for name, _ in columns:  # said plainly: Alembic would rebuild the table on SQLite, and lose its checks
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
