"""The constants of the likelihood method as shown on pages: groups, labels and units."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from hztargets.domain.ruleset import Likelihood

PERCENT, POINTS, DAYS, DAY, TIMES, COUNT, NUMBER = "percent", "points", "days", "day", "times", "count", "number"
WHOLE = frozenset({DAYS, DAY, COUNT})
UNITS = {
    PERCENT: "%",
    POINTS: _("percentage points"),
    DAYS: _("days"),
    DAY: _("day of the month"),
    TIMES: _("times"),
    COUNT: "",
    NUMBER: "",
}


@dataclass(frozen=True)
class Constant:
    """`name` is the field of `Likelihood`; `low` and `high` are the limits of the input, in the unit shown."""

    name: str
    label: Any
    unit: str
    high: int
    low: int = 0

    def shown(self, stored: float) -> Decimal:
        number = Decimal(repr(stored))
        return number * 100 if self.unit == PERCENT else number

    def stored(self, shown: Decimal) -> float | int:
        if self.unit in WHOLE:
            return int(shown)
        return float(shown / 100 if self.unit == PERCENT else shown)


@dataclass(frozen=True)
class Group:
    """Constants of one part of assessment.md. `shared`: used by both methods."""

    title: Any
    constants: Sequence[Constant]
    shared: bool = False


GROUPS = (
    Group(
        _("Light of one report"),
        (
            Constant("p_red", _("Red below a chance of"), PERCENT, 100),
            Constant("p_red_quarterly", _("Red below a chance of, quarterly reporting"), PERCENT, 100),
            Constant("p_green", _("Green from a chance of"), PERCENT, 100),
            Constant("p_strong", _("One report is enough for red below a chance of"), PERCENT, 100),
            Constant("first_red_period", _("First month that can be red"), COUNT, 12),
            Constant("mature_share", _("Judged once the schedule has reached"), PERCENT, 100),
            Constant("material_ratio", _("Gap counts when done / schedule is below"), PERCENT, 100),
            Constant("material_ratio_down", _("For ceilings: gap counts when done / schedule is above"), PERCENT, 1000),
            Constant("material_level", _("For levels: gap counts from this part of the way"), PERCENT, 100),
            Constant("material_level_without_baseline", _("The same without a baseline, of the target"), PERCENT, 100),
            Constant("material_pp", _("For growth and comparisons: gap counts from"), POINTS, 100),
            Constant("weak_share", _("Without plan and past years: red only once the schedule is at"), PERCENT, 100),
            Constant("weak_pace_ratio", _("and the rest needs the pace so far times"), TIMES, 100),
        ),
    ),
    Group(
        _("Entering and leaving a light"),
        (
            Constant("reds_needed", _("Low reports in a row before red"), COUNT, 12, low=1),
            Constant("reds_needed_quarterly", _("The same, quarterly reporting"), COUNT, 12, low=1),
            Constant("p_leave_red", _("Red is left above a chance of"), PERCENT, 100),
            Constant("p_stay_green", _("Green is kept from a chance of"), PERCENT, 100),
        ),
    ),
    Group(
        _("Expected share and how much it wobbles"),
        (
            Constant("years", _("Past years used, at most"), COUNT, 20, low=1),
            Constant("years_for_grade_a", _("Past years for the best data grade"), COUNT, 20),
            Constant("linear_weight", _("Weight of the even pace beside one past year"), NUMBER, 100),
            Constant("seasonal_gap", _("Clearly seasonal from this distance to the even pace"), PERCENT, 100),
            Constant("kappa_floor", _("Wobble assumed beside past years (κ)"), NUMBER, 10),
            Constant("kappa_one_year", _("Wobble with one clearly seasonal year (κ)"), NUMBER, 10),
            Constant("kappa_plan", _("Wobble of a plan without past years (κ)"), NUMBER, 10),
            Constant("nu_plan", _("Degrees of freedom of a plan (ν)"), COUNT, 1000, low=1),
            Constant("kappa_linear", _("Wobble of the even pace (κ)"), NUMBER, 10),
            Constant("nu_linear", _("Degrees of freedom of the even pace (ν)"), COUNT, 1000, low=1),
            Constant("share_low", _("Smallest share reckoned with"), PERCENT, 100),
            Constant("share_high", _("Largest share reckoned with"), PERCENT, 100),
            Constant("interval_quantile", _("Quantile of the interval shown"), PERCENT, 100),
            Constant("interval_share_floor", _("Smallest share in the interval"), PERCENT, 100),
        ),
    ),
    Group(
        _("Levels, comparisons and growth"),
        (
            Constant("nu_level", _("Degrees of freedom of a level without past years (ν)"), COUNT, 1000, low=1),
            Constant("level_change_without_baseline", _("Usual change without baseline, of the target"), PERCENT, 100),
            Constant("relative_change_pp", _("Usual change of a comparison"), POINTS, 100),
            Constant("kappa_growth", _("Wobble of growth without past years (κ)"), NUMBER, 10),
            Constant("nu_growth", _("Degrees of freedom of growth without past years (ν)"), COUNT, 1000, low=1),
        ),
    ),
    Group(
        _("Tolerances and near misses"),
        (
            Constant("approx_tolerance", _("“About”: tolerance, of the target"), PERCENT, 100),
            Constant("stable_tolerance_pp", _("“Remains stable”: tolerance"), POINTS, 100),
            Constant("near_flow", _("Near miss of a cumulative goal from"), PERCENT, 100),
            Constant("near_level", _("Near miss of a level: part of the way missing"), PERCENT, 100),
            Constant("near_level_without_baseline", _("The same without a baseline, of the target"), PERCENT, 100),
            Constant("near_growth_pp", _("Near miss of growth: short by at most"), POINTS, 100),
            Constant("near_relative_pp", _("Near miss of a comparison: short by at most"), POINTS, 100),
        ),
        shared=True,
    ),
    Group(
        _("Missing reports"),
        (
            Constant("late_days", _("Late up to"), DAYS, 366),
            Constant("due_day", _("Due without a calendar, monthly"), DAY, 28, low=1),
            Constant("due_day_quarterly", _("Due without a calendar, quarterly"), DAY, 28, low=1),
        ),
        shared=True,
    ),
    Group(
        _("Milestones"),
        (
            Constant("slip_red_days", _("Red when forecast later than due by more than"), DAYS, 366),
            Constant("behind_red_points", _("Red when behind by more than"), POINTS, 100),
            Constant("behind_red_days_left", _("and due within"), DAYS, 366),
            Constant("behind_amber_points", _("Amber when behind by more than"), POINTS, 100),
            Constant("not_started_days_left", _("Amber when not started and due within"), DAYS, 366),
        ),
        shared=True,
    ),
)
CONSTANTS = {constant.name: constant for group in GROUPS for constant in group.constants}
DEFAULTS = Likelihood()
