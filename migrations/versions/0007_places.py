"""who says where an account is, the address index, answers of geocoders, consumption of cars

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OF_ACCOUNTS = (
    ("position_source", sa.String(length=20)),
    ("position_doubt_metres", sa.Integer()),
    ("geocode_at", sa.DateTime(timezone=True)),
)
OF_COMPANY = (
    ("vehicle_energy", sa.String(length=10), sa.text("'petrol'")),
    ("consumption_per_100_km", sa.Double(), None),
    ("co2_grams_per_unit", sa.Integer(), None),
)
WAITING = sa.text("geocode_at IS NOT NULL")


def upgrade() -> None:
    for name, kind in OF_ACCOUNTS:
        op.add_column("accounts", sa.Column(name, kind, nullable=True))
    for name, kind, default in OF_COMPANY:
        op.add_column("company", sa.Column(name, kind, nullable=default is None, server_default=default))
    op.create_index(
        "ix_accounts_geocode_at", "accounts", ["geocode_at"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.execute("UPDATE accounts SET position_source = 'zipcodes' WHERE position_quality = 'postcode'")
    op.execute(
        "UPDATE accounts SET geocode_at = CURRENT_TIMESTAMP WHERE position_quality IN ('postcode', 'unknown')"
        " AND (street IS NOT NULL OR city IS NOT NULL)"
    )
    op.create_table(
        "address_extracts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("data_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("addresses", "roads", "postcodes", "towns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_extracts")),
    )
    op.create_index(op.f("ix_address_extracts_name"), "address_extracts", ["name"])
    op.create_table(
        "address_points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("extract_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("street", sa.String(length=100), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("town", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("suffix", sa.String(length=6), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        _of_extract("address_points"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_points")),
    )
    op.create_index(op.f("ix_address_points_extract_id"), "address_points", ["extract_id"])
    op.create_index("ix_address_points_street", "address_points", ["country", "street", "postcode", "town"])
    op.create_table(
        "address_areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("extract_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("reach_metres", sa.Integer(), nullable=False),
        sa.Column("addresses", sa.Integer(), nullable=False),
        _of_extract("address_areas"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_areas")),
    )
    op.create_index(op.f("ix_address_areas_extract_id"), "address_areas", ["extract_id"])
    op.create_index("ix_address_areas_name", "address_areas", ["country", "kind", "name"])
    op.create_table(
        "geocode_answers",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("question", sa.String(length=700), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("quality", sa.String(length=12), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_geocode_answers")),
    )
    op.create_index(op.f("ix_geocode_answers_expires_at"), "geocode_answers", ["expires_at"])


def _of_extract(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_extract_id_address_extracts")
    return sa.ForeignKeyConstraint(["extract_id"], ["address_extracts.id"], name=name)


def downgrade() -> None:
    for table in ("geocode_answers", "address_areas", "address_points", "address_extracts"):
        op.drop_table(table)
    # The older version knows three qualities.
    op.execute(
        "UPDATE accounts SET position_quality = 'given' WHERE position_quality IN ('rooftop', 'interpolated', 'street')"
    )
    op.drop_index("ix_accounts_geocode_at", "accounts")
    for name, *_ in OF_ACCOUNTS:  # said plainly: Alembic would rebuild the table on SQLite, and lose its checks
        op.execute(f"ALTER TABLE accounts DROP COLUMN {name}")
    for name, *_ in OF_COMPANY:
        op.execute(f"ALTER TABLE company DROP COLUMN {name}")
