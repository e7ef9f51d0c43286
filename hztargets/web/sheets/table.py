"""A filing sheet as values by column, for the workbook and the CSV file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from hztargets.domain.sheets.cells import Cell, Kind
from hztargets.domain.sheets.columns import BY_KEY, ENTRIES, Column, columns_for, is_used
from hztargets.domain.sheets.entries import typed
from hztargets.domain.sheets.stamp import Stamp
from hztargets.models import Document, Goal, Period, User
from hztargets.queries.filing.due import Due
from hztargets.services.sheets.filing import CellProblem, PreviewRow, SheetPreview
from hztargets.web.filing.form import value_label

Value = str | Decimal | date | None


@dataclass(frozen=True)
class SheetTableRow:
    """`wrong` are keys of columns to correct; `goal` is None for a row without a known goal."""

    values: Mapping[str, Value]
    goal: Goal | None = None
    wrong: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SheetTable:
    title: str
    stamp: Stamp
    columns: tuple[Column, ...]
    rows: Sequence[SheetTableRow] = field(default_factory=list)


def empty_table(user: User, document: Document, period: Period, rows: Sequence[Due]) -> SheetTable:
    """The sheet to fill in, with the content of existing reports."""
    columns = columns_for({row.goal.measure for row in rows} or {Goal.Measure.CUMULATIVE.value})
    filled = [SheetTableRow({**_known(row), **_stored(row)}, row.goal) for row in rows]
    return SheetTable(_title(user, period), _stamp(user, document, period), columns, filled)


def returned_table(user: User, document: Document, period: Period, preview: SheetPreview) -> SheetTable:
    """The sheet as it was uploaded, with the problems of each row in an extra column."""
    measures = {row.due.goal.measure for row in preview.rows if row.due} | {Goal.Measure.CUMULATIVE.value}
    columns = columns_for(measures, with_problems=True)
    return SheetTable(
        _title(user, period), _stamp(user, document, period), columns, [_returned(row) for row in preview.rows]
    )


def _title(user: User, period: Period) -> str:
    facts = {"department": user.department, "period": period.label}
    return _("%(department)s: progress of the goals, %(period)s") % facts


def _stamp(user: User, document: Document, period: Period) -> Stamp:
    return Stamp(document.number, period.label, user.department.code if user.department else "")


def _known(row: Due) -> dict[str, Value]:
    target, months = render_to_string("hztargets/components/sheet_facts.txt", {"row": row}).split("\n")[:2]
    return {
        "code": row.goal.code,
        "name": row.goal.name,
        "unit": row.goal.unit,
        "target": target,
        "last": row.last.value if row.last else None,
        "last_month": months,
        "wanted": value_label(row.goal),
    }


def _stored(row: Due) -> dict[str, Value]:
    if row.report is None:
        return {}
    values = {key: getattr(row.report, key) for key in ENTRIES if is_used(key, row.goal.measure)}
    return {key: _yes(value) if isinstance(value, bool) else value for key, value in values.items()}


def _yes(value: bool) -> str:
    return _("yes") if value else ""


def _returned(row: PreviewRow) -> SheetTableRow:
    cells = {key: _typed(key, cell) for key, cell in row.cells.items() if key != "problem"}
    known = _known(row.due) if row.due else {}
    problems = "\n".join(_remark(problem) for problem in row.problems)
    values = {**cells, **known, "problem": problems}
    goal = row.due.goal if row.due else None
    return SheetTableRow(values, goal, frozenset(problem.column for problem in row.problems))


def _remark(problem: CellProblem) -> str:
    if not problem.label:
        return problem.message
    return _("%(column)s: %(message)s") % {"column": problem.label, "message": problem.message}


def _typed(key: str, cell: Cell) -> Value:
    """A number or day in a column of another type is written as text, so that it is not read as that type later."""
    if cell.kind is Kind.NUMBER and BY_KEY[key].reads is Kind.NUMBER:
        try:
            return Decimal(cell.text)
        except InvalidOperation:
            return cell.text
    if cell.kind is Kind.DAY and BY_KEY[key].reads is Kind.DAY:
        return date.fromisoformat(cell.text)
    return typed(cell)
