"""A department's whole sheet: shown before it is filed, then filed completely or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

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
from hztargets.services.filing.previews import Preview
from hztargets.services.sheets.checking import Checked, Said, ShownLight, Watch, check_rows

Refusals = Mapping[str, Sequence[Said]]
"""By goal code, what filing said."""

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


_UNCHECKED = Checked()


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
    """`due` is None for a code the department does not file; `checked` what was said of the content."""

    line: int
    code: str
    outcome: Outcome
    due: Due | None = None
    content: ReportContent | None = None
    cells: Mapping[str, Cell] = field(default_factory=dict)
    problems: tuple[CellProblem, ...] = ()
    checked: Checked = _UNCHECKED

    @property
    def light(self) -> ShownLight | None:
        return self.checked.light

    @property
    def remarks(self) -> list[str]:
        return [message for _field, message in self.checked.remarks]

    @property
    def writes(self) -> bool:
        return self.outcome in _WRITES


@dataclass(frozen=True, slots=True)
class KnownAnswers:
    """What the checks said by goal code while the reports stood as `seen`."""

    seen: str
    answers: Mapping[str, Checked]


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """`missing` are due goals without a row; `seen` names what stood in the database."""

    rows: tuple[PreviewRow, ...] = ()
    problems: tuple[CellProblem, ...] = ()
    missing: tuple[Due, ...] = ()
    seen: str = ""

    @property
    def all_problems(self) -> list[CellProblem]:
        return [*self.problems, *(problem for row in self.rows for problem in row.problems)]

    @property
    def first_problems(self) -> list[CellProblem]:
        """As many as anybody reads on a page."""
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
    def known(self) -> KnownAnswers:
        asked = (row for row in self.rows if row.content and row.outcome in (*_WRITES, Outcome.REFUSED))
        return KnownAnswers(self.seen, {row.code: row.checked for row in asked})

    @property
    def unchanged(self) -> list[PreviewRow]:
        return [row for row in self.rows if row.outcome in (Outcome.SAME, Outcome.STILL_RETURNED)]

    @property
    def left_empty(self) -> list[PreviewRow]:
        return [row for row in self.rows if row.outcome is Outcome.EMPTY]


class SheetRefused(ServiceError):
    """At least one row cannot be filed, so none was."""

    def __init__(self, refused: dict[str, list[Said]]) -> None:
        super().__init__("sheet_refused", _("Nothing was filed. Mend what is marked, then upload the sheet again."))
        self.refused = refused


def preview_sheet(
    *,
    lines: Sequence[Line],
    document: Document,
    period: Period,
    by: User,
    now: datetime,
    refused: Refusals | None = None,
    known: KnownAnswers | None = None,
    watch: Watch | None = None,
) -> SheetPreview:
    """What filing the sheet would do, without writing. `refused` is what an attempt to file it was told; `known` spares
    checking again what was checked while the reports stood as they do now."""
    rows = fileable_rows(by, document, period)
    goals = {code: SheetGoal(code, row.goal.name, row.goal.unit, row.goal.measure) for code, row in rows.items()}
    expected = Stamp(document.number, period.label, by.department.code if by.department else "")
    sheet = read_sheet(lines, expected=expected, headers=headers_understood(), goals=goals)
    read = [_read(row, rows.get(row.code)) for row in sheet.rows]
    seen = _seen(rows)
    asked = {row.code: (row.due, row.content) for row in read if row.writes and row.due and row.content}
    if known is not None and known.seen == seen and known.answers.keys() == asked.keys():
        answers = known.answers
    else:
        checked = check_rows(list(asked.values()), period=period, by=by, now=now, watch=watch)
        answers = dict(zip(asked, checked, strict=True))
    told = refused or {}
    judged = (_with_answer(row, answers[row.code], told.get(row.code, [])) if row.writes else row for row in read)
    named = {row.code for row in sheet.rows}
    absent = (row for code, row in rows.items() if code not in named and row.is_open)
    missing = () if sheet.problems else tuple(row for row in absent if reports_in(row.goal, period.month))
    return SheetPreview(tuple(judged), tuple(map(_shown, sheet.problems)), missing, seen)


def _shown(problem: Problem) -> CellProblem:
    label = column_label(problem.field) if problem.field else ""
    value = str(problem.facts.get("value", ""))[:200]
    return CellProblem(problem.line or 0, problem.field, label, value, sentence(problem))


def _read(row: SheetRow, due: Due | None) -> PreviewRow:
    if due is None or row.content is None:
        problems = tuple(map(_shown, row.problems))
        return PreviewRow(row.line, row.code, Outcome.REFUSED, due, None, row.cells, problems)
    return PreviewRow(row.line, row.code, _outcome(row.content, due), due, row.content, row.cells)


def _with_answer(row: PreviewRow, answer: Checked, told: Sequence[Said]) -> PreviewRow:
    said = dict.fromkeys([*answer.problems, *told])
    problems = tuple(_problem(row, *one) for one in said)
    outcome = Outcome.REFUSED if problems else row.outcome
    return replace(row, outcome=outcome, problems=problems, checked=answer)


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


def _seen(rows: Mapping[str, Due]) -> str:
    stands = [
        f"{code} {row.report.version} {row.report.revision} {row.report.state}" if row.report else code
        for code, row in sorted(rows.items())
    ]
    return sha256("\n".join(stands).encode()).hexdigest()[:32]


@transaction.atomic
def file_sheet(
    *, lines: Sequence[Line], document: Document, period: Period, digest: str, seen: str, by: User, now: datetime
) -> list[Report]:
    """Files every row that says something new, or none. A sheet filed before changes nothing.

    Raises `StaleRevision` when the reports are no longer those of the preview, `SheetRefused` with every row's reason.
    """
    list(Goal.objects.led_by(by.department_id).filter(document=document).order_by("pk").select_for_update(no_key=True))
    preview = preview_sheet(lines=lines, document=document, period=period, by=by, now=now)
    if preview.seen != seen:
        raise StaleRevision("stale", _("Reports changed since this preview. Look at what stands now, then confirm."))
    if not preview.is_sound:
        raise SheetRefused({})
    filed = _file_rows(preview.to_file, period, by, now)
    if filed:
        facts = {"sha256": digest, "goals": [report.goal.code for report in filed]}
        record_event(action="sheet.file", subject=period, by=by, now=now, after=facts)
    return filed


def _file_rows(rows: Sequence[PreviewRow], period: Period, by: User, now: datetime) -> list[Report]:
    filings = {row.code: _filing(row.due, row.content, row.checked.preview) for row in rows if row.due and row.content}
    try:
        return file_reports(filings=list(filings.values()), period=period, by=by, now=now)
    except RowsRefused as error:
        refused = {code: error.refused[one.goal.pk] for code, one in filings.items() if one.goal.pk in error.refused}
        told = {code: [(one.field, one.message) for one in why.every] for code, why in refused.items()}
        raise SheetRefused(told) from error


def _filing(due: Due, content: ReportContent, preview: Preview | None) -> Filing:
    """Bound to the revision the preview was made of."""
    revision = due.report.revision if due.report and due.report.state in OPEN_STATES else 0
    return Filing(goal=due.goal, content=content, revision=revision, preview=preview)
