"""What a goal is assessed from. Periods are months 1..12; missing is None, never zero.

Values of this package are msgspec structs: like frozen dataclasses, but faster to make. None refers back to itself, so
the garbage collector need not track them (`gc=False`).
"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

RED, AMBER, GREEN, GREY, NONE = "red", "amber", "green", "grey", "none"
"""Lights. `none`: nothing to assess yet. `grey`: it should be assessed and cannot be."""

KINDS = ("flow", "level", "growth", "relative", "milestone")
DIRECTIONS = ("up", "down", "band")
EXPRESSIONS = ("double", "growth_on_baseline", "stable", "outpace")
PROFILES = ("auto", "plan", "history", "linear", "step", "working_day")
STATUSES = ("draft", "submitted", "endorsed", "approved", "returned", "withdrawn")
MONTHS_BETWEEN_REPORTS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12, "once": 12}
"""Months between two reports of a frequency."""

Series = tuple[float | None, ...]
"""Twelve values of a year, January first."""


class Target(Struct, frozen=True, gc=False):
    """The goal as set. `growth` kind: `value` in %; `growth` here is the g of `growth_on_baseline` (N5).

    `tolerance` is a share for `approx` (N2) and percentage points for `stable` (B1). `precision`: decimals (N3).
    Milestone fields: `due` wins over `by` (spring … Q4); `percent` is 0..100.
    """

    kind: str = "flow"
    direction: str = "up"
    value: float | None = None
    low: float | None = None
    high: float | None = None
    baseline: float | None = None
    approx: bool = False
    tolerance: float | None = None
    precision: int | None = None
    count: bool = False
    any_time: bool = False
    expr: str | None = None
    growth: float | None = None
    due: date | None = None
    by: str | None = None
    done_on: date | None = None
    forecast: date | None = None
    planned_start: date | None = None
    started_on: date | None = None
    percent: float | None = None

    @property
    def is_milestone(self) -> bool:
        return self.kind == "milestone"

    @property
    def is_flow(self) -> bool:
        return self.kind == "flow"


class Profile(Struct, frozen=True, gc=False):
    """How the year normally runs. `plan` and `history` are cumulative, `levels` are values at month end,
    `growth_history` year-on-year rates (%) since January. Past years stand oldest first."""

    type: str = "auto"
    plan: tuple[float, ...] | None = None
    history: tuple[Series, ...] = ()
    working_days: tuple[float, ...] | None = None
    levels: tuple[Series, ...] = ()
    growth_history: tuple[Series, ...] = ()


class ReportedFigure(Struct, frozen=True, gc=False):
    """`value` None is no data. `comparator`: the average that a `relative` goal is compared with."""

    period: int
    value: float | None
    comparator: float | None = None
    status: str = "approved"
    version: int = 1
    restated: bool = False


class TargetVersion(Struct, frozen=True, gc=False):
    """The target's value from period `effective_from` on; of a range the lower end, with `high` the upper one."""

    effective_from: int
    value: float
    high: float | None = None


class GoalCase(Struct, frozen=True, gc=False):
    """All that is known of a goal in a year. Without `today` there is no data state and nothing turns grey for it.

    `due_on` (real due dates by period) wins over `due_day` (day of the month after the period).
    """

    target: Target
    profile: Profile = Profile()
    reports: tuple[ReportedFigure, ...] = ()
    year: int = 1
    frequency: str = "monthly"
    target_versions: tuple[TargetVersion, ...] = ()
    today: date | None = None
    due_on: Mapping[int, date] | None = None
    due_day: int | None = None
    skip_periods: frozenset[int] = frozenset()
    unit: str = ""
    decimals: int | None = None
