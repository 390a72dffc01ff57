"""What is wrong with a file, cell by cell."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from server.core.errors import DomainError

MOST_KEPT = 1_000  # stored with a run; all are counted
MOST_SHOWN = 100  # characters of a cell's value

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Problem:
    """`row` as a spreadsheet numbers it (the header is row 1), None: the whole file; `column` by its header."""

    row: int | None
    column: str | None
    severity: str
    code: str
    detail: str
    value: str | None = None


@dataclass
class Problems:
    """Collects problems: all are counted, the first ones kept."""

    kept: list[Problem] = field(default_factory=list)
    errors: int = 0
    warnings: int = 0

    def error(self, row: int | None, column: str | None, code: str, detail: str, value: Any = None) -> None:
        self.errors += 1
        self._keep(Problem(row, column, ERROR, code, detail, _shown(value)))

    def warning(self, row: int | None, column: str | None, code: str, detail: str, value: Any = None) -> None:
        self.warnings += 1
        self._keep(Problem(row, column, WARNING, code, detail, _shown(value)))

    def _keep(self, problem: Problem) -> None:
        """Errors push warnings out, so that a thousand warnings hide no error."""
        if len(self.kept) < MOST_KEPT:
            self.kept.append(problem)
        elif problem.severity == ERROR and self.errors <= MOST_KEPT:
            last = next(n for n in range(len(self.kept) - 1, -1, -1) if self.kept[n].severity == WARNING)
            self.kept[last] = problem

    @property
    def count(self) -> int:
        return self.errors + self.warnings

    def as_json(self) -> list[dict[str, Any]]:
        """Errors first, each kind from the top of the file to its end."""
        ordered = sorted(self.kept, key=lambda p: (p.severity, p.row or 0))
        return [asdict(problem) for problem in ordered]


def _shown(value: Any) -> str | None:
    return None if value is None else str(value).replace("\0", "\ufffd")[:MOST_SHOWN]


class Unreadable(DomainError):
    """A file that cannot be read at all."""

    status, code, title = 422, "unreadable_file", "The file cannot be read"
