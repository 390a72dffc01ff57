"""longer first visits, preferred hours, fair days, accounts visited together

Revision ID: 0005
Revises: 0004
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OF_VISITS = (("first_service_minutes", sa.Integer(), None), ("preferred_hours", sa.String(length=1000), None))
NEW_COLUMNS: dict[str, tuple[tuple[str, sa.types.TypeEngine[Any], Any], ...]] = {  # name, kind, default (None: may be null)
    "company": (
        ("preferred_price_minutes", sa.Integer(), sa.text("15")),
        ("fair_days", sa.Boolean(), sa.false()),
        ("unfair_percent", sa.Integer(), sa.text("50")),
    ),
    "reps": (("fair_days", sa.Boolean(), None),),
    "segments": OF_VISITS,
    "accounts": OF_VISITS,
}  # fmt: skip
ONE_GROUP = sa.text("kind = 'together'")


def upgrade() -> None:
    for table, columns in NEW_COLUMNS.items():
        for name, kind, default in columns:
            op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=default))
    op.create_index(
        "uq_account_link_members_together",
        "account_link_members",
        ["account_id"],
        unique=True,
        sqlite_where=ONE_GROUP,
        postgresql_where=ONE_GROUP,
    )


def downgrade() -> None:
    for table in ("account_link_members", "account_links"):  # what the older version does not know
        column = "link_id" if table == "account_link_members" else "id"
        op.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM account_links WHERE kind = 'together')")
    op.drop_index("uq_account_link_members_together", table_name="account_link_members")
    for table, columns in NEW_COLUMNS.items():
        for name, _, _ in columns:  # said plainly: Alembic would rebuild the table on SQLite, and lose its checks
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
