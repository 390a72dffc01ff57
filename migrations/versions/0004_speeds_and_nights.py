"""speeds by the time of day, nights away, hotels

Revision ID: 0004
Revises: 0003
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW_COLUMNS: dict[
    str, tuple[tuple[str, type[sa.types.TypeEngine[Any]], Any], ...]
] = {  # name, kind, default (None: may be null)
    "company": (
        ("speed_bands", sa.JSON, sa.text("'[]'")),
        ("night_price_minutes", sa.Integer, sa.text("120")),
        ("night_from_home_minutes", sa.Integer, sa.text("60")),
        ("nights_at_accounts", sa.Boolean, sa.false()),
    ),
    "teams": (("speed_bands", sa.JSON, None),),
    "reps": (
        ("night_weekdays", sa.JSON, sa.text("'[]'")),
        ("night_price_minutes", sa.Integer, None),
        ("night_from_home_minutes", sa.Integer, None),
    ),
}


def upgrade() -> None:
    for table, columns in NEW_COLUMNS.items():
        for name, kind, default in columns:
            op.add_column(table, sa.Column(name, kind(), nullable=default is None, server_default=default))
    op.create_table(
        "hotels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotels")),
    )


def downgrade() -> None:
    op.drop_table("hotels")
    for table, columns in NEW_COLUMNS.items():
        for name, _, _ in columns:  # said plainly: Alembic would rebuild the table on SQLite, and lose its checks
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
