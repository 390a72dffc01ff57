"""road times that were asked for; access to accounts, and accounts off the road

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WANTING = sa.text("wanting")
OF_ACCOUNTS = ("access_minutes", "off_road_metres")


def upgrade() -> None:
    op.create_table(
        "travel_sets",
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("map_version", sa.String(length=80), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanting", sa.Boolean(), nullable=False),
        sa.Column("uncovered", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("calibration", sa.JSON(), nullable=True),
        sa.Column("claim", sa.String(length=40), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_travel_sets_rep_id_reps"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rep_id", name=op.f("pk_travel_sets")),
    )
    op.create_index("ix_travel_sets_fetched_at", "travel_sets", ["fetched_at"])
    op.create_index("ix_travel_sets_wanting", "travel_sets", ["rep_id"], sqlite_where=WANTING, postgresql_where=WANTING)
    for name in OF_ACCOUNTS:
        op.add_column("accounts", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in OF_ACCOUNTS:  # said plainly: Alembic would rebuild the table on SQLite, and lose its checks
        op.execute(f"ALTER TABLE accounts DROP COLUMN {name}")
    op.drop_table("travel_sets")
