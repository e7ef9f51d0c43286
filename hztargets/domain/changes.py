"""The fields in which two versions of a report differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from hztargets.domain.numbers import plain
from hztargets.domain.report_fields import BY_NAME, FIGURES


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; empty for no value. Figures are written without trailing zeros."""

    field: str
    before: str
    after: str


def changes_between(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """Field by field, in the order of the form. 34.5 and 34.500000 are the same figure."""
    pairs = [(name, _plain(name, before.get(name, "")), _plain(name, after.get(name, ""))) for name in BY_NAME]
    return tuple(FieldChange(name, old, new) for name, old, new in pairs if old != new)


def _plain(name: str, text: str) -> str:
    if name not in FIGURES or not text:
        return text.strip()
    try:
        return plain(Decimal(text))
    except InvalidOperation:
        return text
