"""Text that a spreadsheet would run as a formula, made harmless on export and restored on import (OWASP: CSV injection)."""

from __future__ import annotations

import re

TRIGGERS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def guarded(text: str) -> str:
    """An apostrophe before what would be a formula.  Plain numbers stay numbers; text that looks guarded already is
    guarded once more, so that `unguarded` gives back exactly what went in."""
    if text.startswith(TRIGGERS) and not _NUMBER.fullmatch(text):
        return "'" + text
    return "'" + text if _looks_guarded(text) else text


def unguarded(text: str) -> str:
    """The text before `guarded`."""
    return text[1:] if _looks_guarded(text) else text


def _looks_guarded(text: str) -> bool:
    """Apostrophes and then a trigger: what `guarded` writes, for whatever depth."""
    return text[:1] == "'" and text.lstrip("'").startswith(TRIGGERS)
