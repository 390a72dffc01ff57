"""the price of a late visit follows from what leaving it out costs, unless a segment says so much a day

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WAS_DEFAULT = 4  # minutes a day: nobody's choice


def upgrade() -> None:
    _replace("INTEGER", f"NULLIF(late_minutes, {WAS_DEFAULT})")


def downgrade() -> None:
    _replace(f"INTEGER NOT NULL DEFAULT {WAS_DEFAULT}", f"COALESCE(late_minutes, {WAS_DEFAULT})")


def _replace(kind: str, value: str) -> None:
    """The column anew: said plainly, as Alembic would rebuild the table on SQLite, and lose its checks."""
    op.execute(f"ALTER TABLE segments ADD COLUMN late_minutes_then {kind}")
    op.execute(f"UPDATE segments SET late_minutes_then = {value}")
    op.execute("ALTER TABLE segments DROP COLUMN late_minutes")
    op.execute("ALTER TABLE segments RENAME COLUMN late_minutes_then TO late_minutes")
