"""The columns of the filing sheet, in their order. Their labels are in `hztargets.messages.words`."""

from collections.abc import Collection
from dataclasses import dataclass

from hztargets.domain.report_fields import BY_NAME, FIELDS
from hztargets.domain.sheets.cells import Kind


@dataclass(frozen=True, slots=True)
class Column:
    """`entry` columns are filled in by the department, the others are there to read and locked."""

    key: str
    width: int
    entry: bool = False
    reads: Kind = Kind.TEXT


COLUMNS = (
    Column("code", 9),
    Column("problem", 44),
    Column("name", 30),
    Column("unit", 9),
    Column("target", 14),
    Column("last", 13),
    Column("last_month", 9),
    Column("wanted", 17),
    *(Column(row.name, row.width, True, row.kind) for row in sorted(FIELDS, key=lambda row: row.column)),
)
BY_KEY = {column.key: column for column in COLUMNS}
ENTRIES = tuple(column.key for column in COLUMNS if column.entry)
REQUIRED = ("code", "value")


def is_used(key: str, measure: str) -> bool:
    """Whether a goal of this measure fills the column in."""
    return BY_NAME[key].is_used(measure)


def columns_for(measures: Collection[str], *, with_problems: bool = False) -> tuple[Column, ...]:
    """What a sheet of goals of these measures shows; a column no goal uses is left out."""
    shown = (column for column in COLUMNS if column.key != "problem" or with_problems)
    return tuple(column for column in shown if not column.entry or any(is_used(column.key, m) for m in measures))
