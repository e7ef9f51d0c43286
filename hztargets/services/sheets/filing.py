"""A department's whole sheet: shown before it is filed, then filed completely or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from django.db import transaction

from hztargets.domain.problems import Problem
from hztargets.domain.review import OPEN_STATES
from hztargets.domain.sheets.cells import Cell, Line
from hztargets.domain.sheets.columns import BY_KEY
from hztargets.domain.sheets.reading import SheetGoal, SheetRow, read_sheet
from hztargets.domain.sheets.stamp import Stamp
from hztargets.messages import sentence
from hztargets.messages.columns import column_label, headers_understood
from hztargets.models import Document, Goal, Period, Report, User
from hztargets.queries.filing.due import Due, reports_in
from hztargets.queries.sheets.rows import fileable_rows
from hztargets.services.auditing import record_event
from hztargets.services.errors import ServiceError, StaleRevision
from hztargets.services.filing.content import ReportContent, content_of
from hztargets.services.filing.filing import Filing, RowsRefused, file_reports
from hztargets.services.filing.previews import ComingLight, Preview
from hztargets.services.sheets.checking import FieldMessage, Progress, RowCheck, check_rows

Refusals = Mapping[str, Sequence[FieldMessage]]
"""By goal code, the messages of a filing that was refused."""

_HANDED_IN = (Report.State.SUBMITTED, Report.State.ENDORSED, Report.State.APPROVED)


class Outcome(StrEnum):
    """What confirming does with a row."""

    FILE = "file"
    CHANGE = "change"
    CORRECT = "correct"
    SAME = "same"
    STILL_RETURNED = "still_returned"
    EMPTY = "empty"
    REFUSED = "refused"


_PROBLEMS_SHOWN = 200
_WRITES = (Outcome.FILE, Outcome.CHANGE, Outcome.CORRECT)


_UNCHECKED = RowCheck()


@dataclass(frozen=True, slots=True)
class CellProblem:
    """`column` is a column's key, empty for the row or file as a whole; `message` says what is wrong and what to do."""

    line: int
    column: str
    label: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """`due` is None for a code the department does not file; `check` is that of the content."""

    line: int
    code: str
    outcome: Outcome
    due: Due | None = None
    content: ReportContent | None = None
    cells: Mapping[str, Cell] = field(default_factory=dict)
    problems: tuple[CellProblem, ...] = ()
    check: RowCheck = _UNCHECKED

    @property
    def light(self) -> ComingLight | None:
        return self.check.light

    @property
    def remarks(self) -> list[str]:
        return [message for _field, message in self.check.remarks]

    @property
    def writes(self) -> bool:
        return self.outcome in _WRITES


@dataclass(frozen=True, slots=True)
class KnownChecks:
    """The checks by goal code, made when the stored reports had the digest `stored_state`."""

    stored_state: str
    checks: Mapping[str, RowCheck]


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """`missing` are due goals without a row; `stored_state` is a digest of the reports in the database."""

    rows: tuple[PreviewRow, ...] = ()
    problems: tuple[CellProblem, ...] = ()
    missing: tuple[Due, ...] = ()
    stored_state: str = ""

    @property
    def all_problems(self) -> list[CellProblem]:
        return [*self.problems, *(problem for row in self.rows for problem in row.problems)]

    @property
    def first_problems(self) -> list[CellProblem]:
        """The problems that the page shows."""
        return self.all_problems[:_PROBLEMS_SHOWN]

    @property
    def has_more_problems(self) -> bool:
        return len(self.all_problems) > _PROBLEMS_SHOWN

    @property
    def is_sound(self) -> bool:
        return not self.all_problems

    @property
    def to_file(self) -> list[PreviewRow]:
        return [row for row in self.rows if row.writes]

    @property
    def known(self) -> KnownChecks:
        rows = (row for row in self.rows if row.content and row.outcome in (*_WRITES, Outcome.REFUSED))
        return KnownChecks(self.stored_state, {row.code: row.check for row in rows})

    @property
    def unchanged(self) -> list[PreviewRow]:
        return [row for row in self.rows if row.outcome in (Outcome.SAME, Outcome.STILL_RETURNED)]

    @property
    def left_empty(self) -> list[PreviewRow]:
        return [row for row in self.rows if row.outcome is Outcome.EMPTY]


class SheetRefused(ServiceError):
    """At least one row cannot be filed, so none was."""

    def __init__(self, refused: dict[str, list[FieldMessage]]) -> None:
        super().__init__(Problem("sheet_refused"))
        self.refused = refused


def preview_sheet(
    *,
    lines: Sequence[Line],
    document: Document,
    period: Period,
    by: User,
    now: datetime,
    refused: Refusals | None = None,
    known: KnownChecks | None = None,
    progress: Progress | None = None,
) -> SheetPreview:
    """What filing the sheet would do; nothing is written. `refused` holds the errors of an attempt to file it; `known`
    are earlier checks, used again while the stored reports are the same."""
    rows = fileable_rows(by, document, period)
    goals = {code: SheetGoal(code, row.goal.name, row.goal.unit, row.goal.measure) for code, row in rows.items()}
    expected = Stamp(document.number, period.label, by.department.code if by.department else "")
    sheet = read_sheet(lines, expected=expected, headers=headers_understood(), goals=goals)
    read = [_read(row, rows.get(row.code)) for row in sheet.rows]
    stored_state = _stored_state(rows)
    contents = {row.code: (row.due, row.content) for row in read if row.writes and row.due and row.content}
    if known is not None and known.stored_state == stored_state and known.checks.keys() == contents.keys():
        checks = known.checks
    else:
        made = check_rows(list(contents.values()), period=period, by=by, now=now, progress=progress)
        checks = dict(zip(contents, made, strict=True))
    failed = refused or {}
    checked_rows = (_with_check(row, checks[row.code], failed.get(row.code, [])) if row.writes else row for row in read)
    named = {row.code for row in sheet.rows}
    absent = (row for code, row in rows.items() if code not in named and row.is_open)
    missing = () if sheet.problems else tuple(row for row in absent if reports_in(row.goal, period.month))
    return SheetPreview(tuple(checked_rows), tuple(map(_shown, sheet.problems)), missing, stored_state)


def _shown(problem: Problem) -> CellProblem:
    label = column_label(problem.field) if problem.field else ""
    value = str(problem.facts.get("value", ""))[:200]
    return CellProblem(problem.line or 0, problem.field, label, value, sentence(problem))


def _read(row: SheetRow, due: Due | None) -> PreviewRow:
    if due is None or row.content is None:
        problems = tuple(map(_shown, row.problems))
        return PreviewRow(row.line, row.code, Outcome.REFUSED, due, None, row.cells, problems)
    return PreviewRow(row.line, row.code, _outcome(row.content, due), due, row.content, row.cells)


def _with_check(row: PreviewRow, check: RowCheck, failed: Sequence[FieldMessage]) -> PreviewRow:
    messages = dict.fromkeys([*check.problems, *failed])
    problems = tuple(_problem(row, *message) for message in messages)
    outcome = Outcome.REFUSED if problems else row.outcome
    return replace(row, outcome=outcome, problems=problems, check=check)


def _problem(row: PreviewRow, field_name: str, message: str) -> CellProblem:
    column = field_name if field_name in BY_KEY else ""
    value = row.cells[column].text[:200] if column in row.cells else ""
    return CellProblem(row.line, column, column_label(column) if column else "", value, message)


def _outcome(content: ReportContent, due: Due) -> Outcome:
    if content == ReportContent():
        return Outcome.EMPTY
    report = due.report
    if report is None:
        return Outcome.FILE
    if content_of(report).tidied() == content:
        if report.state in _HANDED_IN:
            return Outcome.SAME
        if report.state == Report.State.RETURNED:
            return Outcome.STILL_RETURNED
    if report.state == Report.State.APPROVED:
        return Outcome.CORRECT
    return Outcome.CHANGE if report.state in OPEN_STATES else Outcome.FILE


def _stored_state(rows: Mapping[str, Due]) -> str:
    states = [
        f"{code} {row.report.version} {row.report.revision} {row.report.state}" if row.report else code
        for code, row in sorted(rows.items())
    ]
    return sha256("\n".join(states).encode()).hexdigest()[:32]


@transaction.atomic
def file_sheet(
    *,
    lines: Sequence[Line],
    document: Document,
    period: Period,
    digest: str,
    stored_state: str,
    by: User,
    now: datetime,
) -> list[Report]:
    """Files every row with new content, or none. A sheet filed before changes nothing.

    Raises `StaleRevision` when the reports are no longer those of the preview, `SheetRefused` with every row's reason.
    """
    list(Goal.objects.led_by(by.department_id).filter(document=document).order_by("pk").select_for_update(no_key=True))
    preview = preview_sheet(lines=lines, document=document, period=period, by=by, now=now)
    if preview.stored_state != stored_state:
        raise StaleRevision(Problem("stale_preview"))
    if not preview.is_sound:
        raise SheetRefused({})
    filed = _file_rows(preview.to_file, period, by, now)
    if filed:
        facts = {"sha256": digest, "goals": [report.goal.code for report in filed]}
        record_event(action="sheet.file", subject=period, by=by, now=now, after=facts)
    return filed


def _file_rows(rows: Sequence[PreviewRow], period: Period, by: User, now: datetime) -> list[Report]:
    filings = {row.code: _filing(row.due, row.content, row.check.preview) for row in rows if row.due and row.content}
    try:
        results = file_reports(filings=list(filings.values()), period=period, by=by, now=now)
    except RowsRefused as error:
        refused = {code: error.refused[one.goal.pk] for code, one in filings.items() if one.goal.pk in error.refused}
        messages = {code: [(one.field, sentence(one)) for one in why.problems] for code, why in refused.items()}
        raise SheetRefused(messages) from error
    return [result.report for result in results if result.report is not None]


def _filing(due: Due, content: ReportContent, preview: Preview | None) -> Filing:
    """With the revision that the preview was made from."""
    revision = due.report.revision if due.report and due.report.state in OPEN_STATES else 0
    return Filing(goal=due.goal, content=content, revision=revision, preview=preview)
