"""A filing sheet as CSV in UTF-8 with a byte order mark, which spreadsheets need."""

import csv
import io
from datetime import date
from decimal import Decimal

from hztargets.domain.numbers import plain
from hztargets.domain.report_fields import tidy
from hztargets.domain.sheets.harmless import neutralised
from hztargets.messages.columns import column_label
from hztargets.web.sheets.table import SheetTable, Value


def write_csv(table: SheetTable) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([neutralised(table.title)])
    writer.writerow([neutralised(str(table.stamp))])
    writer.writerow([column_label(column.key) for column in table.columns])
    for row in table.rows:
        writer.writerow([_text(row.values.get(column.key)) for column in table.columns])
    return out.getvalue().encode("utf-8-sig")


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return neutralised(tidy(value or ""))
