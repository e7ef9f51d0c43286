"""A filing sheet as a workbook: cells that are not filled in are locked, the other cells validate their input."""

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hztargets.domain.measures import measure_of
from hztargets.domain.numbers import MAX_DIGITS, plain
from hztargets.domain.report_fields import MAX_TEXT, tidy
from hztargets.domain.sheets.cells import Kind
from hztargets.domain.sheets.columns import Column, is_used
from hztargets.domain.sheets.harmless import neutralised
from hztargets.messages.columns import column_label
from hztargets.web.sheets.guide import guide_lines
from hztargets.web.sheets.table import SheetTable, SheetTableRow, Value

HEADER_ROW = 2
_FONT = {"font_name": "微软雅黑", "font_size": 10, "valign": "top", "text_wrap": True}
_BOX = {**_FONT, "border": 1, "border_color": "#C9CCD1"}
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "微软雅黑", "font_size": 15, "bold": True},
    "stamp": {"font_name": "微软雅黑", "font_size": 8, "font_color": "#8A9099"},
    "head": {**_BOX, "bold": True, "bg_color": "#E9EFF6", "valign": "vcenter"},
    "locked": {**_BOX, "bg_color": "#F4F3EF"},
    "unused": {**_BOX, "bg_color": "#E3E3E3"},
    "entry": {**_BOX, "locked": False},
    "day": {**_BOX, "locked": False, "num_format": "yyyy-mm-dd"},
    "wrong": {**_BOX, "locked": False, "bg_color": "#FBE0DD"},
    "wrong_day": {**_BOX, "locked": False, "bg_color": "#FBE0DD", "num_format": "yyyy-mm-dd"},
    "problem": {**_BOX, "font_color": "#B3261E"},
    "words": {**_FONT},
}
_LIMIT = 10**14


def write_workbook(table: SheetTable) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        formats = {name: book.add_format(cell_format) for name, cell_format in _FORMATS.items()}
        sheet = book.add_worksheet(_("Filing sheet"))
        _write_head(sheet, table, formats)
        for number, row in enumerate(table.rows, start=HEADER_ROW + 1):
            for index, column in enumerate(table.columns):
                _write_cell(sheet, number, index, row, column, formats)
        _set_up(sheet, table)
        _write_guide(book.add_worksheet(_("How to fill it in")), formats)
    return out.getvalue()


def _write_head(sheet: Worksheet, table: SheetTable, formats: dict[str, Format]) -> None:
    sheet.write_string(0, 0, neutralised(table.title), formats["title"])
    sheet.write_string(1, 0, neutralised(str(table.stamp)), formats["stamp"])
    for index, column in enumerate(table.columns):
        sheet.write_string(HEADER_ROW, index, column_label(column.key), formats["head"])
        sheet.set_column(index, index, column.width)


def _write_cell(
    sheet: Worksheet, number: int, index: int, row: SheetTableRow, column: Column, formats: dict[str, Format]
) -> None:
    cell_format = formats[_format_name(row, column)]
    value = row.values.get(column.key)
    _write_value(sheet, number, index, value, cell_format)
    if column.entry and row.goal is not None and is_used(column.key, row.goal.measure):
        sheet.data_validation(number, index, number, index, _validation(row, column))


def _format_name(row: SheetTableRow, column: Column) -> str:
    if column.key == "problem":
        return "problem"
    is_day = column.reads is Kind.DAY
    if column.key in row.wrong:
        return "wrong_day" if is_day else "wrong"
    if not column.entry:
        return "locked" if row.goal is not None else "entry"
    if row.goal is not None and not is_used(column.key, row.goal.measure):
        return "unused"
    return "day" if is_day else "entry"


def _write_value(sheet: Worksheet, number: int, index: int, value: Value, cell_format: Format) -> None:
    if value is None or value == "":
        sheet.write_blank(number, index, None, cell_format)
    elif isinstance(value, Decimal) and _fits_a_cell(value):
        sheet.write_number(number, index, float(value), cell_format)
    elif isinstance(value, date):
        sheet.write_datetime(number, index, datetime.combine(value, time.min), cell_format)
    else:
        text = plain(value) if isinstance(value, Decimal) else neutralised(tidy(value))
        sheet.write_string(number, index, text, cell_format)


def _fits_a_cell(value: Decimal) -> bool:
    """A number in a cell keeps 15 digits; longer numbers are written as text, so that no digit is lost."""
    return value.is_finite() and len(plain(value).replace("-", "").replace(".", "")) <= MAX_DIGITS


def _validation(row: SheetTableRow, column: Column) -> dict[str, Any]:
    if column.reads is Kind.NUMBER:
        return {**_number_range(row), "error_type": "warning", **_prompt(row, column)}
    if column.reads is Kind.DAY:
        days = {"validate": "date", "criteria": "between", "minimum": date(2000, 1, 1), "maximum": date(2099, 12, 31)}
        return {**days, "error_message": _("Enter a day such as 2024-08-12.")}
    if column.reads is Kind.TRUTH:
        return {"validate": "list", "source": [_("yes")], "error_message": _("Choose yes, or leave the cell empty.")}
    return {"validate": "length", "criteria": "<=", "value": MAX_TEXT, "error_message": _("The text is too long.")}


def _number_range(row: SheetTableRow) -> dict[str, Any]:
    measure = measure_of(row.goal) if row.goal else None
    if measure and measure.is_percentage:
        return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
    if measure and measure.adds_up:
        return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": _LIMIT}
    return {"validate": "decimal", "criteria": "between", "minimum": -_LIMIT, "maximum": _LIMIT}


def _prompt(row: SheetTableRow, column: Column) -> dict[str, str]:
    if column.key != "value":
        return {"error_message": _("This is not a plausible figure here. Keep it all the same?")}
    message = f"{row.values.get('wanted') or ''} {row.values.get('unit') or ''}".strip()
    return {
        "input_title": column_label("value"),
        "input_message": message[:250],
        "error_message": _("This is not a plausible figure here. Keep it all the same?"),
    }


def _set_up(sheet: Worksheet, table: SheetTable) -> None:
    sheet.set_row(0, 26)
    sheet.set_row(HEADER_ROW, 34)
    fixed = next(index for index, column in enumerate(table.columns) if column.key == "name") + 1
    sheet.freeze_panes(HEADER_ROW + 1, fixed)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)


def _write_guide(sheet: Worksheet, formats: dict[str, Format]) -> None:
    sheet.set_column(0, 0, 96)
    sheet.write_string(0, 0, _("How to fill it in"), formats["title"])
    for number, line in enumerate(guide_lines(), start=1):
        sheet.write_string(number, 0, line, formats["words"])
    sheet.protect()
