"""Column values as JSON."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID


def plain(value: Any) -> Any:
    """Dates and times as ISO 8601, ids and decimals as text, bytes by their length; JSON as it is."""
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return f"{len(value)} bytes" if isinstance(value, bytes) else value
