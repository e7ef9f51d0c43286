"""Reads a table as one report content a goal, and finds all problems with their row and column."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hztargets.domain.problems import Problem, ProblemError, Word
from hztargets.domain.report_fields import ReportContent
from hztargets.domain.sheets.cells import EMPTY, Cell, Kind, Line
from hztargets.domain.sheets.columns import BY_KEY, ENTRIES, REQUIRED, is_used
from hztargets.domain.sheets.entries import read_day, read_figure, read_mark, read_words, typed
from hztargets.domain.sheets.harmless import restored
from hztargets.domain.sheets.stamp import Stamp, read_stamp

_HEAD_LINES = 10


@dataclass(frozen=True, slots=True)
class SheetGoal:
    """A goal as far as reading a row needs it."""

    code: str
    name: str
    unit: str
    measure: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`content` is None when the row has problems; `cells` are the texts of the file, by column key."""

    line: int
    code: str
    cells: Mapping[str, Cell]
    content: ReportContent | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetReading:
    """`problems` concern the file as a whole; with any of them there are no rows."""

    rows: tuple[SheetRow, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Layout:
    header: Line
    keys: dict[str, int] = field(default_factory=dict)


def read_sheet(
    lines: Sequence[Line], *, expected: Stamp, headers: Mapping[str, str], goals: Mapping[str, SheetGoal]
) -> SheetReading:
    """`headers` maps every label a column may carry to its key, `goals` the codes that may be filed."""
    problem = _check_stamp(lines, expected)
    if problem:
        return SheetReading(problems=(problem,))
    layout = _find_header(lines, headers)
    problems = _check_header(layout, headers)
    if layout is None or problems:
        return SheetReading(problems=tuple(problems))
    below = [line for line in lines if line.number > layout.header.number and not line.is_empty]
    named = [(line.number, {key: line.at(index) for key, index in layout.keys.items()}) for line in below]
    codes = Counter(_code(cells) for _number, cells in named)
    return SheetReading(rows=tuple(_read_row(number, cells, goals, codes) for number, cells in named))


def _check_stamp(lines: Sequence[Line], expected: Stamp) -> Problem | None:
    found = next(filter(None, (read_stamp(line.at(0).text) for line in lines[:_HEAD_LINES])), None)
    if found is None:
        return Problem("no_stamp")
    for part in ("document", "period", "department"):
        found_part, expected_part = getattr(found, part), getattr(expected, part)
        if found_part != expected_part:
            return Problem(f"other_{part}", facts={"found": found_part, "expected": expected_part})
    return None


def _find_header(lines: Sequence[Line], headers: Mapping[str, str]) -> _Layout | None:
    for line in lines[:_HEAD_LINES]:
        keys = [headers.get(label_key(cell.text)) for cell in line.cells]
        if "code" in keys:
            return _Layout(line, {key: index for index, key in enumerate(keys) if key})
    return None


def label_key(label: str) -> str:
    """Labels are compared without blanks, width and case."""
    return "".join(unicodedata.normalize("NFKC", label).split()).lower()


def _check_header(layout: _Layout | None, headers: Mapping[str, str]) -> list[Problem]:
    if layout is None:
        return [Problem("no_header")]
    number = layout.header.number
    labels = [cell.text.strip() for cell in layout.header.cells]
    keys = [headers.get(label_key(label)) for label in labels if label]
    missing = [_column_problem("sheet_column_missing", key, number) for key in REQUIRED if key not in keys]
    unknown = [
        Problem("sheet_column_unknown", "", number, {"value": label})
        for label in labels
        if label and label_key(label) not in headers
    ]
    twice = [
        _column_problem("sheet_column_twice", key, number)
        for key, times in Counter(filter(None, keys)).items()
        if times > 1
    ]
    return [*missing, *unknown, *twice]


def _column_problem(code: str, key: str, line: int) -> Problem:
    return Problem(code, key, line, {"label": Word(f"column.{key}")})


def _code(cells: Mapping[str, Cell]) -> str:
    return restored(cells["code"].text).strip()


def _read_row(line: int, cells: dict[str, Cell], goals: Mapping[str, SheetGoal], codes: Counter[str]) -> SheetRow:
    code = _code(cells)
    problem = _check_code(line, code, goals, codes)
    if problem:
        return SheetRow(line, code, cells, problems=(problem,))
    goal = goals[code]
    values, problems = _read_entries(line, cells, goal)
    problems = [*_check_identity(line, cells, goal), *problems]
    if not problems and values.get("is_nil") and values.get("value") is not None:
        problems = [Problem("value_and_nil", "is_nil", line, {"value": cells["is_nil"].text})]
    content = None if problems else ReportContent(**values)
    return SheetRow(line, code, cells, content, tuple(problems))


def _check_code(line: int, code: str, goals: Mapping[str, SheetGoal], codes: Counter[str]) -> Problem | None:
    if not code:
        return Problem("code_missing", "code", line)
    if code not in goals:
        return Problem("code_unknown", "code", line, {"value": code})
    if codes[code] > 1:
        return Problem("code_twice", "code", line, {"value": code})
    return None


def _check_identity(line: int, cells: Mapping[str, Cell], goal: SheetGoal) -> list[Problem]:
    """A row whose name or unit belongs to another goal was mixed up when sorting or pasting."""
    problems = []
    for key, right in (("name", goal.name), ("unit", goal.unit)):
        cell = cells.get(key, EMPTY)
        text = restored(cell.text)
        if not cell.is_empty and label_key(text) != label_key(right):
            facts = {"value": text, "code": goal.code, "expected": right}
            problems.append(Problem(f"other_{key}", key, line, facts))
    return problems


def _read_entries(line: int, cells: Mapping[str, Cell], goal: SheetGoal) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key in ENTRIES:
        cell = cells.get(key, EMPTY)
        try:
            if is_used(key, goal.measure):
                values[key] = _read_cell(key, cell, goal)
            elif not cell.is_empty:
                problems.append(Problem("column_unused", key, line, {"value": typed(cell)}))
        except ProblemError as error:
            facts = {**error.problem.facts, "value": typed(cell)}
            problems.append(Problem(error.problem.code, key, line, facts))
    return values, problems


def _read_cell(key: str, cell: Cell, goal: SheetGoal) -> Any:
    reads = BY_KEY[key].reads
    if reads is Kind.NUMBER:
        return read_figure(cell, goal.unit)
    if reads is Kind.DAY:
        return read_day(cell)
    return read_mark(cell) if reads is Kind.TRUTH else read_words(cell)
