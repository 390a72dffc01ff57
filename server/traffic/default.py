"""The default table: speeds in percent of empty roads, by kind of area and hour of the week.  Where the figures come from, and how
far to trust them, is in docs/decisions/0013-traffic.md."""

from __future__ import annotations

from typing import Any

CITY, TOWN, RURAL = "city", "town", "rural"
AREAS = (CITY, TOWN, RURAL)
VERSION = 1  # counted up with every change of a figure: plans name it

# From, to, and the percent of city, town and rural.
_WORKDAY = (
    ("06:00", "07:00", 85, 92, 97),
    ("07:00", "09:00", 68, 80, 92),
    ("09:00", "15:00", 78, 88, 95),
    ("15:00", "18:00", 64, 77, 91),
    ("18:00", "20:00", 80, 90, 96),
    ("20:00", "22:00", 92, 97, 100),
)
_SATURDAY = (("09:00", "18:00", 78, 86, 96), ("18:00", "21:00", 87, 95, 98))
_SUNDAY = (("11:00", "18:00", 88, 94, 97),)
_WEEK = ((_WORKDAY, [0, 1, 2, 3, 4]), (_SATURDAY, [5]), (_SUNDAY, [6]))

Bands = list[dict[str, Any]]  # as server.company.schemas.SpeedBands writes them


def default_bands(area: str) -> Bands:
    """The bands of a kind of area, in the order of their start; 100 percent outside of them."""
    column = 2 + AREAS.index(area)
    bands = [
        {"weekdays": list(weekdays), "from": row[0], "to": row[1], "percent": row[column]}
        for rows, weekdays in _WEEK
        for row in rows
        if row[column] != 100
    ]
    return sorted(bands, key=lambda band: (band["from"], band["weekdays"]))
