"""Reads one cell as the kind its column needs. Raises `ProblemError` for what cannot be read; nothing is guessed."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from hztargets.domain import numbers
from hztargets.domain.problems import Problem, ProblemError
from hztargets.domain.report_fields import MAX_TEXT, tidy
from hztargets.domain.sheets.cells import Cell, Kind
from hztargets.domain.sheets.harmless import restored

YES = frozenset({"是", "yes", "y", "true", "1", "√", "✓", "x"})
NO = frozenset({"否", "no", "n", "false", "0"})
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NOT_VALUES = {Kind.FORMULA: "formula", Kind.ERROR: "error_cell", Kind.MERGED: "merged"}


def _refuse_no_value(cell: Cell) -> None:
    if cell.kind in _NOT_VALUES:
        raise ProblemError(Problem(_NOT_VALUES[cell.kind]))


def read_figure(cell: Cell, unit: str) -> Decimal | None:
    """In the goal's unit; 万, 亿 and % are understood where they can mean one thing only."""
    _refuse_no_value(cell)
    if cell.is_empty:
        return None
    if cell.kind in (Kind.DAY, Kind.MOMENT):
        raise ProblemError(Problem("day_for_number"))
    return numbers.read_figure(typed(cell), unit).value


def typed(cell: Cell) -> str:
    """The content of the cell as a person would type it."""
    if cell.kind is Kind.PERCENT:
        return cell.text + "%"
    return restored(cell.text) if cell.kind is Kind.TEXT else cell.text


def read_day(cell: Cell) -> date | None:
    _refuse_no_value(cell)
    if cell.is_empty:
        return None
    if cell.kind not in (Kind.DAY, Kind.TEXT):
        raise ProblemError(Problem("number_for_day"))
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", restored(cell.text)))
    match = _DAY.fullmatch(plain)
    try:
        return date(*(int(part) for part in match.groups())) if match else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> date:
    raise ProblemError(Problem("not_a_day"))


def read_mark(cell: Cell) -> bool:
    """A yes or no; empty is no."""
    _refuse_no_value(cell)
    plain = unicodedata.normalize("NFKC", restored(cell.text)).strip().lower()
    if plain in YES:
        return True
    if plain and plain not in NO:
        raise ProblemError(Problem("not_yes_or_no"))
    return False


def read_words(cell: Cell) -> str:
    _refuse_no_value(cell)
    words = tidy(typed(cell))
    if len(words) > MAX_TEXT:
        raise ProblemError(Problem("text_too_long", facts={"length": len(words), "limit": MAX_TEXT}))
    return words
