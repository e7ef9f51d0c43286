"""Reads typed cells from a workbook that passed the checks of its archive and its parts."""

import re
import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from hztargets.domain.numbers import plain
from hztargets.domain.sheets.cells import EMPTY, Cell, Kind, Line
from hztargets.guard.archive import Inflating, open_archive
from hztargets.guard.limits import MAX_COLUMNS, MAX_DIGITS, MAX_ROWS, refused
from hztargets.guard.parts import Area, PartScan, scan_part

_PARTS = (".xml", ".rels", ".vml")
_NOISE_DIGITS = 3
"""Digits. A fraction that gets this much shorter when cut to fifteen digits is only long because of binary
arithmetic."""


def read_workbook(data: bytes, mark: str) -> list[Line]:
    """The lines of the first worksheet with `mark` at the start of its first column, else of the first worksheet."""
    archive = open_archive(BytesIO(data))
    inflating = Inflating(archive)
    merges: dict[str, list[Area]] = {}
    for member in archive.infolist():
        pieces = inflating.pieces(member)
        if member.filename.lower().endswith(_PARTS):
            merges[member.filename] = scan_part(PartScan(member.filename), pieces).merges
        else:
            for _piece in pieces:  # only counted against the size limit
                pass
    return _read_sheets(BytesIO(data), merges, mark)


def _read_sheets(file: BytesIO, merges: dict[str, list[Area]], mark: str) -> list[Line]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheets = load_workbook(file, read_only=True, keep_links=False).worksheets
        first: list[Line] | None = None
        for sheet in sheets:
            path = getattr(sheet, "_worksheet_path", "")
            if path not in merges:
                raise refused("broken_workbook")
            lines = list(_lines(sheet, merges[path]))
            if any(line.at(0).text.startswith(mark) for line in lines[:10]):
                return lines
            first = lines if first is None else first
    if first is None:
        raise refused("no_worksheet")
    return first


def _lines(sheet: Any, merges: list[Area]) -> Iterator[Line]:
    sheet.reset_dimensions()
    covered = _Covered(merges)
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS), start=1):
        cells = [covered.cell(number, index, _cell(cell)) for index, cell in enumerate(row, start=1)]
        while cells and cells[-1] == EMPTY:
            cells.pop()
        if cells:
            yield Line(number, tuple(cells))


class _Covered:
    """Cells under a merged one. Below the first row of the merged cell they do not count as empty, and a value in them
    is not ignored."""

    def __init__(self, merges: Iterable[Area]) -> None:
        self._merges = list(merges)

    def cell(self, row: int, column: int, cell: Cell) -> Cell:
        for top, left, bottom, right in self._merges:
            if top <= row <= bottom and left <= column <= right and (row, column) != (top, left):
                return cell if row == top and cell.is_empty else Cell(Kind.MERGED, cell.text)
        return cell


def _cell(cell: Any) -> Cell:
    value, kind = cell.value, cell.data_type
    if value is None or value == "":
        return EMPTY
    if kind == "f":
        return Cell(Kind.FORMULA, str(value)[:200] if isinstance(value, str) else "=")
    if kind == "e":
        return Cell(Kind.ERROR, str(value)[:20])
    if isinstance(value, bool):
        return Cell(Kind.TRUTH, "true" if value else "false")
    if isinstance(value, int | float):
        return _number(value, "%" in (cell.number_format or ""))
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value)
    return Cell(Kind.TEXT, str(value).replace("_x000D_", ""))


def _number(value: int | float, is_percent: bool) -> Cell:
    text = _digits(value)
    if is_percent:
        return Cell(Kind.PERCENT, plain(Decimal(text) * 100))
    return Cell(Kind.NUMBER, text)


def _digits(value: int | float) -> str:
    """The number as Excel shows it; more digits than Excel keeps stay visible, so that they are refused."""
    exact = Decimal(value) if isinstance(value, int) else Decimal(repr(value))
    if not exact.is_finite() or abs(exact.adjusted()) > 2 * MAX_DIGITS:
        return f"{value}"[:40]
    exact = exact.normalize()
    rounded = Decimal(f"{value:.{MAX_DIGITS}g}").normalize()
    is_noise = len(exact.as_tuple().digits) - len(rounded.as_tuple().digits) >= _NOISE_DIGITS
    return f"{rounded if is_noise and isinstance(value, float) else exact:f}"


def _moment(value: datetime | date | time | timedelta) -> Cell:
    if isinstance(value, datetime) and value.time() == time.min:
        return Cell(Kind.DAY, value.date().isoformat())
    if isinstance(value, date) and not isinstance(value, datetime):
        return Cell(Kind.DAY, value.isoformat())
    return Cell(Kind.MOMENT, re.sub(r"\s+", " ", str(value))[:40])
