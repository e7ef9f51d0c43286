"""Reading one cell as what its column asks for. Nothing is guessed: what is not plain becomes a problem."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from hztargets.domain import numbers
from hztargets.domain.numbers import NumberError
from hztargets.domain.sheets.cells import Cell, Kind
from hztargets.domain.sheets.harmless import restored

MAX_TEXT = 2000
YES = frozenset({"是", "yes", "y", "true", "1", "√", "✓", "x"})
NO = frozenset({"否", "no", "n", "false", "0"})
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NOT_VALUES = {Kind.FORMULA: "formula", Kind.ERROR: "error_cell", Kind.MERGED: "merged"}


class CellError(ValueError):
    """The cell cannot be read as what its column asks for; `code` names why."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = tuple(sorted(facts.items()))


def _refuse_no_value(cell: Cell) -> None:
    if cell.kind in _NOT_VALUES:
        raise CellError(_NOT_VALUES[cell.kind])


def read_figure(cell: Cell, unit: str) -> Decimal | None:
    """In the goal's unit; 万, 亿 and % are understood where they can mean one thing only."""
    _refuse_no_value(cell)
    if cell.is_empty:
        return None
    if cell.kind in (Kind.DAY, Kind.MOMENT):
        raise CellError("day_for_number")
    try:
        return numbers.read_figure(typed(cell), unit).value
    except NumberError as error:
        readings = zip(("first", "second"), error.readings, strict=False)
        raise CellError(error.code, unit=unit, **{name: f"{value:f}" for name, value in readings}) from error


def typed(cell: Cell) -> str:
    """What stands in the cell as somebody would type it."""
    if cell.kind is Kind.PERCENT:
        return cell.text + "%"
    return restored(cell.text) if cell.kind is Kind.TEXT else cell.text


def read_day(cell: Cell) -> date | None:
    _refuse_no_value(cell)
    if cell.is_empty:
        return None
    if cell.kind not in (Kind.DAY, Kind.TEXT):
        raise CellError("number_for_day")
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", restored(cell.text)))
    match = _DAY.fullmatch(plain)
    try:
        return date(*(int(part) for part in match.groups())) if match else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> date:
    raise CellError("not_a_day")


def read_mark(cell: Cell) -> bool:
    """A yes or no; empty is no."""
    _refuse_no_value(cell)
    plain = unicodedata.normalize("NFKC", restored(cell.text)).strip().lower()
    if plain in YES:
        return True
    if plain and plain not in NO:
        raise CellError("not_yes_or_no")
    return False


def read_words(cell: Cell) -> str:
    _refuse_no_value(cell)
    words = tidy(typed(cell))
    if len(words) > MAX_TEXT:
        raise CellError("text_too_long", length=str(len(words)), limit=str(MAX_TEXT))
    return words


def tidy(text: str) -> str:
    """One way of ending lines, no blanks around: what survives a spreadsheet unchanged."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
