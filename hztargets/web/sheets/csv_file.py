"""A filing sheet as CSV, with the mark by which spreadsheets know UTF-8."""

import csv
import io
from datetime import date
from decimal import Decimal

from hztargets.domain.numbers import plain
from hztargets.domain.report_fields import tidy
from hztargets.domain.sheets.harmless import neutralised
from hztargets.messages.columns import column_label
from hztargets.web.sheets.table import Grid, Value


def write_csv(grid: Grid) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([neutralised(grid.title)])
    writer.writerow([neutralised(str(grid.stamp))])
    writer.writerow([column_label(column.key) for column in grid.columns])
    for row in grid.rows:
        writer.writerow([_text(row.values.get(column.key)) for column in grid.columns])
    return out.getvalue().encode("utf-8-sig")


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return neutralised(tidy(value or ""))
