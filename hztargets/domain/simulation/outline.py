from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A goal as far as an invented year needs it. `months` are those it reports in; `target` is in the goal's unit,
    None where the document gives no number. `department` determines the habits of filing."""

    code: str
    department: str
    measure: str
    year: int
    months: tuple[int, ...]
    target: float | None = None
    value_max: float | None = None
    direction: str = "="
    decimals: int | None = None
    is_count: bool = False
    is_budget: bool = False
    due: date | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What is reported for a month. `is_behind`: an even pace would ask for more, so it needs a cause and a remedy."""

    value: Decimal | None = None
    comparator: Decimal | None = None
    done_on: date | None = None
    expected_on: date | None = None
    is_behind: bool = False
