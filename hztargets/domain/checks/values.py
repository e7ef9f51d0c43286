from dataclasses import KW_ONLY, dataclass
from datetime import date
from decimal import Decimal

from hztargets.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class Past:
    """An approved figure of the same goal and year."""

    month: int
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A figure about to be submitted, in the goal's unit. `earlier` runs oldest first; `later` is the next after it."""

    value: Decimal | None
    measure: str
    month: int = 12
    is_nil: bool = False
    is_restated: bool = False
    comparator: Decimal | None = None
    done_on: date | None = None
    expected_on: date | None = None
    today: date | None = None
    earlier: tuple[Past, ...] = ()
    later: Past | None = None
    target: Decimal | None = None
    precision: int | None = None
    is_count: bool = False

    @property
    def previous(self) -> Past | None:
        return self.earlier[-1] if self.earlier else None


@dataclass(frozen=True, slots=True)
class Finding(Problem):
    """What a check found. `hard` ones stop the report, the others need an explanation in the note.

    `suggestion` is what was probably meant, and `hint` why: digit, unit, month (the month's own figure) or point.
    """

    field: str = "value"
    _: KW_ONLY
    hard: bool
    suggestion: Decimal | None = None
    hint: str = ""
