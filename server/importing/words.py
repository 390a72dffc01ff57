"""What an import did, or would do, in a sentence that is right in every state."""

from __future__ import annotations

from server.importing.models import APPLIED, REJECTED, ImportRun


def summary(run: ImportRun) -> str:
    """Like "2 accounts created, 1 updated, 0 unchanged; 3 warnings."."""
    warnings = run.problem_count - run.error_count
    ending = f"; {_count(warnings, 'warning')}." if warnings else "."
    if run.state == REJECTED:
        errors = _count(run.error_count, "error")
        could = "Nothing can be imported" if run.dry_run else "Nothing was imported"
        return f"{could}: {errors}{ending}"
    if run.state == APPLIED:
        return f"{_count(run.created, 'account')} created, {run.updated:,} updated, {run.unchanged:,} unchanged{ending}"
    would = (
        f"{_count(run.created, 'account')} would be created, {run.updated:,} updated, {run.unchanged:,} left unchanged"
    )
    return f"A dry run, nothing was changed: {would}{ending}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
