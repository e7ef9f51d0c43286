"""Published figures (CSV): each sound row becomes a figure, each bad row a problem."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hztargets.domain.catalogue.tables import Cells
from hztargets.domain.problems import Problem

GOAL_NAMES = ("goal", "code", "goal_code")
REQUIRED = ("period", "value")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """`value` is cumulative from 1 January to the end of the month if the goal is cumulative."""

    line: int
    goal: str
    period_year: int
    period_month: int
    value: Decimal
    note: str
    source: str
    published_on: date | None


@dataclass(frozen=True, slots=True)
class FigureTable:
    rows: tuple[FigureRow, ...]
    problems: tuple[Problem, ...]


def read_figures(text: str) -> FigureTable:
    """Columns in any order: goal (or code, goal_code), period as YYYY-MM, value; note, source, published_on may be."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = ["goal" if name.strip() in GOAL_NAMES else name.strip() for name in next(reader, [])]
    missing = [name for name in ("goal", *REQUIRED) if name not in header]
    problems = [Problem("column_missing", line=1, facts={"name": name}) for name in missing]
    if problems:
        return FigureTable((), tuple(problems))
    rows: list[FigureRow] = []
    line = reader.line_num + 1
    for cells in reader:
        values = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        if any(values.values()) and (row := _read_row(Cells(line, values, problems))):
            rows.append(row)
        line = reader.line_num + 1
    return FigureTable(tuple(rows), tuple(problems))


def _read_row(row: Cells) -> FigureRow | None:
    before = len(row.problems)
    goal, period = row.needed("goal"), row.needed("period")
    value = row.number("value") if row.needed("value") else None
    published_on = row.day("published_on")
    match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", period)
    if period and not match:
        row.refuse("cell_not_a_month", "period", value=period)
    if match is None or value is None or len(row.problems) > before:
        return None
    return FigureRow(
        row.line, goal, int(match[1]), int(match[2]), value, row.text("note"), row.text("source"), published_on
    )
