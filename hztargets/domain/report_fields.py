"""The fields of a report, in the order of the form. Form, sheet, API, audit trail and review are made from them.

The database columns are in `hztargets.models.Report`, the labels in `hztargets.messages.words`.
"""

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self

from hztargets.domain.measures import MEASURES
from hztargets.domain.sheets.cells import Kind

MAX_TEXT = 2000
"""Characters of a field of kind TEXT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportField:
    """`used_where` is the property of a measure (`hztargets.domain.measures`) whose goals use the field, empty for all
    goals. `column` is its place among the sheet's columns to fill in, `width` that column's width in characters."""

    name: str
    kind: Kind
    column: int
    width: int
    used_where: str = ""

    @property
    def api_name(self) -> str:
        """`nil` for `is_nil`."""
        return self.name.removeprefix("is_")

    def is_used(self, measure: str) -> bool:
        return not self.used_where or getattr(MEASURES[measure], self.used_where)


def _row(kind: Kind, *, column: int, width: int, used_where: str = "") -> dict[str, Any]:
    return {"kind": kind, "column": column, "width": width, "used_where": used_where}


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """What a department reports of a goal for a period. Amounts in the goal's unit, cumulative ones since 1 January."""

    value: Decimal | None = field(default=None, metadata=_row(Kind.NUMBER, column=1, width=15))
    comparator: Decimal | None = field(
        default=None, metadata=_row(Kind.NUMBER, column=2, width=15, used_where="has_comparator")
    )
    is_nil: bool = field(default=False, metadata=_row(Kind.TRUTH, column=3, width=10))
    is_restated: bool = field(default=False, metadata=_row(Kind.TRUTH, column=9, width=10))
    done_on: date | None = field(default=None, metadata=_row(Kind.DAY, column=4, width=13, used_where="is_milestone"))
    note: str = field(default="", metadata=_row(Kind.TEXT, column=5, width=34))
    cause: str = field(default="", metadata=_row(Kind.TEXT, column=6, width=26))
    remedy: str = field(default="", metadata=_row(Kind.TEXT, column=7, width=26))
    expected_on: date | None = field(default=None, metadata=_row(Kind.DAY, column=8, width=13))

    def to_json(self) -> dict[str, Any]:
        """For the audit trail: the fields that are not empty, as text."""
        return {name: str(value) for name, value in asdict(self).items() if value not in (None, "", False)}

    def tidied(self) -> Self:
        """With texts as a form or a spreadsheet gives them back."""
        texts: Any = {name: tidy(getattr(self, name)) for name in TEXTS}
        return replace(self, **texts)


FIELDS = tuple(ReportField(name=row.name, **row.metadata) for row in fields(ReportContent))
BY_NAME = {row.name: row for row in FIELDS}
TEXTS = tuple(row.name for row in FIELDS if row.kind is Kind.TEXT)
FIGURES = tuple(row.name for row in FIELDS if row.kind is Kind.NUMBER)


def fields_for(measure: str) -> tuple[ReportField, ...]:
    """The fields that a goal of this measure uses."""
    return tuple(row for row in FIELDS if row.is_used(measure))


def tidy(text: str) -> str:
    """One way of ending lines and no blanks around, as a spreadsheet or a form gives it back."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
