"""Plans as a table people edit (CSV): each bad cell becomes a problem with its line and column."""

from dataclasses import dataclass
from decimal import Decimal

from hztargets.domain.catalogue.tables import Cells, read_table
from hztargets.domain.plans import MONTHS
from hztargets.domain.problems import Problem

MONTH_COLUMNS = tuple(f"m{month}" for month in range(1, MONTHS + 1))
COLUMNS = ("goal", "name", "unit", "target", "kind", *MONTH_COLUMNS, "reason")
REQUIRED = ("goal", "kind", *MONTH_COLUMNS)
OPTIONAL = ("name", "unit", "target", "reason")
KINDS = ("auto", "plan", "history", "linear", "step", "working_day")
PLANNED_KINDS = ("plan", "step")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """`values` are the twelve of a plan or of batches, None for the other kinds. `unit` and `target` are those that the
    table was made for; empty when the file does not name them."""

    line: int
    goal: str
    unit: str
    target: str
    kind: str
    values: tuple[Decimal, ...] | None
    reason: str


@dataclass(frozen=True, slots=True)
class PlanTable:
    rows: tuple[PlanRow, ...]
    problems: tuple[Problem, ...]


def read_plan_table(text: str) -> PlanTable:
    """The sound rows and the problems of all others."""
    problems: list[Problem] = []
    rows: list[PlanRow] = []
    lines: dict[str, int] = {}
    for cells in read_table(text, REQUIRED, OPTIONAL, problems):
        row = _read_row(cells)
        if row is None:
            continue
        if row.goal in lines:
            cells.refuse("row_twice", "goal", value=row.goal, first=lines[row.goal])
            continue
        lines[row.goal] = row.line
        rows.append(row)
    return PlanTable(tuple(rows), tuple(problems))


def _read_row(cells: Cells) -> PlanRow | None:
    before = len(cells.problems)
    goal = cells.needed("goal")
    kind = cells.choice("kind", KINDS)
    values = _planned(cells) if kind in PLANNED_KINDS else None
    if kind in KINDS and kind not in PLANNED_KINDS:
        _check_empty(cells, kind)
    if len(cells.problems) > before:
        return None
    return PlanRow(
        line=cells.line,
        goal=goal,
        unit=cells.text("unit"),
        target=cells.text("target"),
        kind=kind,
        values=values,
        reason=cells.text("reason"),
    )


def _planned(cells: Cells) -> tuple[Decimal, ...]:
    values: list[Decimal] = []
    for column in MONTH_COLUMNS:
        if not cells.text(column):
            cells.refuse("month_empty", column)
        elif (value := cells.number(column)) is not None:
            values.append(value)
    return tuple(values)


def _check_empty(cells: Cells, kind: str) -> None:
    filled = next((column for column in MONTH_COLUMNS if cells.text(column)), None)
    if filled:
        cells.refuse("kind_without_values", filled, kind=kind)
