"""The table of measures: what the figure of a goal means and what follows from it.

Nothing else compares the name of a measure: code reads a property of the row that `measure_of` returns.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRules:
    """`kind`: how `hztargets.domain.assessment` treats the goal. `profiles`: the courses of the year that may be
    chosen. `past_years`: the field of the assessment's `Profile` that takes the figures of past years, empty for none.

    `adds_up`: the figure is a total since 1 January; it starts at zero, is never negative and never falls.
    `since_january`: the figure covers the months since January; else it holds at the end of the month.
    `is_percentage`: the figure lies between 0 and 100. `has_comparator`: it needs a second figure to compare with.
    `unit`: the unit of the figure where it is not the unit of the goal.
    """

    name: str
    kind: str
    profiles: tuple[str, ...] = ()
    past_years: str = ""
    adds_up: bool = False
    since_january: bool = False
    is_percentage: bool = False
    has_comparator: bool = False
    unit: str = ""

    @property
    def label(self) -> str:
        """The key of what to enter, in `hztargets.messages.words`."""
        return f"figure.{self.name}"

    @property
    def is_milestone(self) -> bool:
        return self.kind == "milestone"

    @property
    def is_level(self) -> bool:
        return self.kind == "level"

    @property
    def is_growth(self) -> bool:
        return self.kind == "growth"

    @property
    def can_be_planned(self) -> bool:
        """Monthly values mean something: not for rates and days."""
        return "plan" in self.profiles


_WITH_PLAN = ("plan", "step", "linear", "working_day", "auto")

_TABLE = (
    MeasureRules(
        name="cumulative",
        kind="flow",
        profiles=("plan", "step", "history", "linear", "working_day", "auto"),
        past_years="history",
        adds_up=True,
        since_january=True,
    ),
    MeasureRules(name="level", kind="level", profiles=_WITH_PLAN, past_years="levels"),
    MeasureRules(name="share", kind="level", profiles=_WITH_PLAN, past_years="levels", is_percentage=True),
    MeasureRules(
        name="growth",
        kind="growth",
        profiles=("linear", "working_day", "auto"),
        past_years="growth_history",
        since_january=True,
    ),
    MeasureRules(name="relative", kind="relative", past_years="levels", since_january=True, has_comparator=True),
    MeasureRules(name="milestone", kind="milestone", is_percentage=True, unit="%"),
)
MEASURES = {row.name: row for row in _TABLE}


class Measured(Protocol):
    """A goal, or part of one, that carries the name of its measure."""

    @property
    def measure(self) -> str: ...


def measure_of(measured: Measured) -> MeasureRules:
    return MEASURES[measured.measure]


def checked_as(measure: str, comparator: str) -> str:
    """The measure by which a report is checked: a share of another quantity, such as last year's flights, may pass
    100 % and is checked like a level."""
    return "level" if comparator and measure == "share" else measure
