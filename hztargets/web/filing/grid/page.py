"""Content of the filing grid: rows to fill in, submitted rows, and the state of the department's other periods."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hztargets.domain.review import actions_for
from hztargets.models import Document, Period, Report, Role, User
from hztargets.queries.filing.due import Due, read_filing, read_open_work
from hztargets.queries.filing.reports import last_changes, report_facts
from hztargets.services.filing.grid import RowPreview, preview_rows
from hztargets.web.filing.grid.rows import GridRow, LockedRow
from hztargets.web.filing.report.views import deadline_of


@dataclass(frozen=True)
class Grid:
    """`rows` can be filled in by the clerk; `handed_in`, `read_only` and `others` are shown. All in document order."""

    document: Document
    period: Period
    rows: list[GridRow]
    handed_in: list[LockedRow]
    read_only: list[Due]
    others: list[Due]

    def context(self, user: User, today: date) -> dict[str, Any]:
        return {
            "document": self.document,
            "period": self.period,
            "grid": self,
            "deadline": deadline_of(self.period, user.department_id, today),
            "periods": read_open_work(user, self.document, today),
            "endorsable": self._endorsable(user),
        }

    @property
    def has_unsaved_input(self) -> bool:
        """There is input for a row that was submitted by somebody else meanwhile."""
        return any(row.typed for row in self.handed_in)

    @property
    def due_count(self) -> int:
        return len(self.rows) + len(self.handed_in) + len(self.read_only)

    def _endorsable(self, user: User) -> list[int]:
        """Ids of reports the user may endorse now; empty when the department does not endorse."""
        reports = [row.due.report for row in self.handed_in if row.due.report and row.due.goal.lead.endorses]
        return [report.pk for report in reports if "endorse" in actions_for(user.to_actor(), report_facts(report))]


def read_grid(user: User, document: Document, period: Period, data: Any = None, settled: Collection[int] = ()) -> Grid:
    """`data` is the form data; goals in `settled` show the stored content instead.

    A closed period is read-only, but input sent after the closing is shown with the reason of the refusal.
    """
    filing = read_filing(user, document, period)
    due = sorted(filing.due, key=lambda row: row.goal.position)
    is_open = period.closed_at is None or data is not None
    fills_in = user.role == Role.CLERK and is_open
    open_rows = [row for row in due if row.is_open]

    def typed(row: Due) -> Any:
        return None if row.goal.pk in settled else data

    return Grid(
        document=document,
        period=period,
        rows=[GridRow.read(row, typed(row)) for row in open_rows] if fills_in else [],
        handed_in=[LockedRow.read(row, typed(row)) for row in due if not row.is_open],
        read_only=[] if fills_in else open_rows,
        others=filing.others,
    )


def add_previews(rows: Sequence[GridRow], period: Period, by: User, now: datetime) -> None:
    """Adds the coming light and the findings to each row; the number of queries does not grow with the rows."""
    readable = [row for row in rows if row.input is not None]
    previews = preview_rows([row.input for row in readable if row.input], period=period, by=by, now=now)
    for row, preview in zip(readable, previews, strict=True):
        row.checked = preview
    for row in rows:
        if row.input is None:
            row.checked = RowPreview()


def with_last_changes(rows: Sequence[GridRow]) -> None:
    """Sets `last_change` of rows that somebody else changed meanwhile."""
    stale = [row for row in rows if row.result is not None and row.result.is_stale]
    reports: list[Report] = [row.due.report for row in stale if row.due.report is not None]
    changes = last_changes(reports) if reports else {}
    for row in stale:
        row.last_change = changes.get(row.goal.pk)
