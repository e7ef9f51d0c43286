"""The rules that assess the goals of a document: data with a version, so that another city can set its own.

Two methods. `likelihood` computes how probable the target still is (assessment.md, 1.0). `pace` compares what is done
with a schedule, as most published rules do. The data state, milestones and the final light are the same under both.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from math import isfinite
from typing import Any, Self

from hztargets.domain.problems import Fact, Problem, ProblemError

METHODS = ("likelihood", "pace")
BASES = ("points", "ratio", "growth")
SCHEDULES = ("linear", "plan", "quarterly")


class RuleError(ProblemError):
    """The rules cannot be used. The field of the problem is written with dots: `pace.amber.value`."""


def _error(code: str, where: str, **facts: Fact) -> RuleError:
    return RuleError(Problem(code, where, facts=facts))


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The constants of assessment.md. Shares, chances and kappas are 0..1; `_pp` are percentage points."""

    # E: expected share and how much it wobbles
    linear_weight: float = 0.5
    seasonal_gap: float = 0.08
    kappa_floor: float = 0.05
    kappa_one_year: float = 0.08
    kappa_plan: float = 0.10
    nu_plan: int = 3
    kappa_linear: float = 0.20
    nu_linear: int = 3
    years: int = 5
    years_for_grade_a: int = 3
    share_low: float = 0.005
    share_high: float = 0.995
    # A/P: the interval shown
    interval_quantile: float = 0.90
    interval_share_floor: float = 0.02
    # L: levels, relative, growth
    nu_level: int = 3
    level_change_without_baseline: float = 0.05
    relative_change_pp: float = 1.0
    kappa_growth: float = 0.02
    nu_growth: int = 3
    # N2, B1
    approx_tolerance: float = 0.05
    stable_tolerance_pp: float = 0.5
    # C: raw light
    mature_share: float = 0.15
    p_strong: float = 0.05
    p_red: float = 0.20
    p_red_quarterly: float = 0.15
    p_green: float = 0.50
    first_red_period: int = 2
    material_ratio: float = 0.95
    material_ratio_down: float = 1.05
    material_level: float = 0.05
    material_level_without_baseline: float = 0.005
    material_pp: float = 0.2
    weak_share: float = 0.5
    weak_pace_ratio: float = 3.0
    near_flow: float = 0.95
    near_level: float = 0.20
    near_level_without_baseline: float = 0.01
    near_growth_pp: float = 0.5
    near_relative_pp: float = 0.2
    # H: hysteresis
    reds_needed: int = 2
    reds_needed_quarterly: int = 1
    p_leave_red: float = 0.30
    p_stay_green: float = 0.40
    # D: data state
    late_days: int = 5
    due_day: int = 10
    due_day_quarterly: int = 25
    # M: milestones
    slip_red_days: int = 30
    behind_red_points: float = 30.0
    behind_red_days_left: int = 60
    behind_amber_points: float = 20.0
    not_started_days_left: int = 30


@dataclass(frozen=True, slots=True)
class Threshold:
    """`inclusive`: the value itself already counts (closed end)."""

    value: float
    inclusive: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """A rule of the form "so far behind the schedule".

    `points`: thresholds are percentage points below schedule; the light is lit above them.
    `ratio`: thresholds are done/expected; the light is lit below them.
    `growth`: no thresholds. At or above plan and comparator green, growing but below either amber, falling red.
    `reds_needed`/`ambers_needed`: consecutive reports before the light is lit; `ambers_to_red`: that many running
    become red, 0 for never. `quarters`: shares due at the end of each quarter; between ends the last one holds.
    """

    basis: str = "points"
    schedule: str = "linear"
    amber: Threshold = Threshold(10.0, inclusive=True)
    red: Threshold = Threshold(30.0)
    reds_needed: int = 1
    ambers_needed: int = 1
    ambers_to_red: int = 0
    quarters: tuple[float, float, float, float] = (0.20, 0.50, 0.75, 1.00)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """`likelihood` also carries the constants that both methods share (approximation, near misses, data state)."""

    name: str = "likelihood"
    version: int = 1
    method: str = "likelihood"
    likelihood: Likelihood = field(default_factory=Likelihood)
    pace: Pace = field(default_factory=Pace)

    def to_data(self) -> dict[str, Any]:
        """JSON-ready. `from_data` gives back an equal rule set."""
        data = asdict(self)
        data["pace"]["quarters"] = list(self.pace.quarters)
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Left-out fields keep their defaults. Raises RuleError naming the field."""
        known = _known_fields(cls, data, "")
        parsers: dict[str, Callable[[Any, str], Any]] = {
            "name": _text,
            "version": _whole,
            "method": _one_of(METHODS),
            "likelihood": _likelihood,
            "pace": _pace,
        }
        return cls(**{name: parsers[name](value, name) for name, value in known.items()})


def _known_fields(cls: type[Any], data: object, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise _error("object_expected", where or "rules", got=repr(data))
    names = {item.name for item in fields(cls)}
    for name in data:
        if name not in names:
            raise _error("unknown_field", f"{where}{'.' if where else ''}{name}")
    return data


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise _error("text_expected", where, got=repr(value))
    return value


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
        raise _error("number_below", where, low=0, got=repr(value))
    return float(value)


def _whole(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _error("whole_number_below", where, low=0, got=repr(value))
    return value


def _one_of(choices: tuple[str, ...]) -> Callable[[Any, str], str]:
    def choose(value: Any, where: str) -> str:
        if value not in choices:
            raise _error("unknown_choice", where, choices=", ".join(choices), got=repr(value))
        return str(value)

    return choose


def _likelihood(data: Any, where: str) -> Likelihood:
    known = _known_fields(Likelihood, data, where)
    whole = {item.name for item in fields(Likelihood) if item.type is int}
    parsed: dict[str, Any] = {
        name: (_whole if name in whole else _number)(value, f"{where}.{name}") for name, value in known.items()
    }
    rules = Likelihood(**parsed)
    if not 0 < rules.share_low < rules.share_high < 1:
        raise _error("shares_outside_range", f"{where}.share_low")
    if not 0.5 < rules.interval_quantile < 1:
        raise _error("quantile_outside_range", f"{where}.interval_quantile")
    for name in ("nu_plan", "nu_linear", "nu_level", "nu_growth", "reds_needed", "reds_needed_quarterly"):
        if getattr(rules, name) < 1:
            raise _error("below_minimum", f"{where}.{name}", low=1)
    return rules


def _threshold(data: Any, where: str) -> Threshold:
    known = _known_fields(Threshold, data, where)
    if "value" not in known:
        raise _error("field_missing", f"{where}.value")
    inclusive = known.get("inclusive", False)
    if not isinstance(inclusive, bool):
        raise _error("flag_expected", f"{where}.inclusive", got=repr(inclusive))
    return Threshold(_number(known["value"], f"{where}.value"), inclusive)


def _quarters(data: Any, where: str) -> tuple[float, float, float, float]:
    if not isinstance(data, list | tuple) or len(data) != 4:
        raise _error("four_shares_expected", where, got=repr(data))
    first, second, third, last = (_number(value, where) for value in data)
    if not first <= second <= third <= last <= 1:
        raise _error("shares_not_rising", where)
    return first, second, third, last


def _pace(data: Any, where: str) -> Pace:
    known = _known_fields(Pace, data, where)
    parsers: dict[str, Callable[[Any, str], Any]] = {
        "basis": _one_of(BASES),
        "schedule": _one_of(SCHEDULES),
        "amber": _threshold,
        "red": _threshold,
        "reds_needed": _whole,
        "ambers_needed": _whole,
        "ambers_to_red": _whole,
        "quarters": _quarters,
    }
    rules = Pace(**{name: parsers[name](value, f"{where}.{name}") for name, value in known.items()})
    for name in ("reds_needed", "ambers_needed"):
        if getattr(rules, name) < 1:
            raise _error("below_minimum", f"{where}.{name}", low=1)
    red_first = rules.red.value < rules.amber.value if rules.basis == "points" else rules.red.value > rules.amber.value
    if rules.basis != "growth" and red_first:
        raise _error("red_before_amber", f"{where}.red")
    return rules


DEFAULT_RULES = RuleSet()

TEN_TO_THIRTY_POINTS = RuleSet(name="ten_to_thirty_points", method="pace")
"""10–30 points below schedule (inclusive) amber, over 30 red."""

UP_TO_HALF_BELOW = RuleSet(
    name="up_to_half_below", method="pace", pace=Pace("ratio", amber=Threshold(1.0), red=Threshold(0.5))
)
"""Below schedule by up to 50 % amber, beyond red."""

EIGHTY_SIXTY = RuleSet(name="eighty_sixty", method="pace", pace=Pace("ratio", amber=Threshold(0.8), red=Threshold(0.6)))
"""Below 80 % of schedule amber, below 60 % red."""

TWO_AMBERS = RuleSet(
    name="two_ambers",
    method="pace",
    pace=Pace("ratio", amber=Threshold(0.8), red=Threshold(0.6), ambers_to_red=2),
)
"""As `eighty_sixty`; two ambers running become red."""

GROWTH_AND_COMPARATOR = RuleSet(name="growth_and_comparator", method="pace", pace=Pace("growth"))
"""Growth at or above both plan and a comparator green, growing but below either amber, falling red."""

QUARTERLY_TABLE = RuleSet(name="quarterly_table", method="pace", pace=Pace(schedule="quarterly"))
"""Quarterly schedule 20/50/75/100 %, thresholds as in `ten_to_thirty_points`."""

PUBLISHED_RULES = {
    rules.name: rules
    for rules in (
        TEN_TO_THIRTY_POINTS,
        UP_TO_HALF_BELOW,
        EIGHTY_SIXTY,
        TWO_AMBERS,
        GROWTH_AND_COMPARATOR,
        QUARTERLY_TABLE,
    )
}
"""Rules other cities have published, ready to choose or to copy."""
