"""A row of a file, read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Row:
    """`values`: field -> value for every cell that says something; None clears."""

    number: int
    values: dict[str, Any]
