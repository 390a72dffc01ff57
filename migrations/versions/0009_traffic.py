"""traffic by hour of the week and kind of area: own tables, what was learned, and which one a plan was made with

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

EVERYWHERE = sa.text("team_id IS NULL")
COLUMNS = (
    ("company", "area", sa.String(length=10), "town"),
    ("company", "traffic", sa.String(length=10), "off"),  # who planned without goes on so until they say otherwise
    ("teams", "area", sa.String(length=10), None),
    ("reps", "area", sa.String(length=10), None),
    ("plan_versions", "speeds", sa.JSON(), None),
)


def upgrade() -> None:
    op.create_table(
        "speed_tables",
        sa.Column("area", sa.String(length=10), nullable=False),
        sa.Column("bands", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("area", name=op.f("pk_speed_tables")),
    )
    op.create_table(
        "learned_speeds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("area", sa.String(length=10), nullable=False),
        sa.Column("prior", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("bands", sa.JSON(), nullable=False),
        sa.Column("drives", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_learned_speeds_team_id_teams"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_speeds")),
    )
    op.create_index("uq_learned_speeds_team_id_area", "learned_speeds", ["team_id", "area"], unique=True)
    op.create_index(
        "uq_learned_speeds_area", "learned_speeds", ["area"], unique=True, sqlite_where=EVERYWHERE,
        postgresql_where=EVERYWHERE,
    )  # fmt: skip
    for table, name, kind, default in COLUMNS:
        op.add_column(
            table, sa.Column(name, kind, nullable=default is None, server_default=default and sa.text(f"'{default}'"))
        )


def downgrade() -> None:
    for table, name, _, _ in COLUMNS:  # said plainly: Alembic would rebuild the table on SQLite, and lose its checks
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    op.drop_table("learned_speeds")
    op.drop_table("speed_tables")
