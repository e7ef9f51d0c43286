"""Checks whether a plan may be set for a goal, and compares it with last year.

Months are 1..12. Plans and past years are in the goal's unit; those of cumulative goals count from 1 January.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from hztargets.domain.measures import MEASURES
from hztargets.domain.numbers import NumberError, plain, read_number
from hztargets.domain.problems import Fact, Problem, ProblemError
from hztargets.domain.review import DEPARTMENT_ROLES, Actor

MONTHS = 12
JUNE = 6
POINTS_BELOW = 10
"""Percentage points: a plan whose June share is further below last year's is marked."""
OLDEST_YEARS = 20

_LARGEST = Decimal(10) ** 14
_SMALLEST_PLACE = -6

PastYear = Sequence[Decimal | None]


def check_can_plan(actor: Actor, lead_department_id: int, *, frozen: bool) -> None:
    """Raises `ProblemError`. The lead department plans until the year opens, the office at any time."""
    if actor.role == "office":
        return
    if actor.role not in DEPARTMENT_ROLES:
        raise ProblemError(Problem("role_may_not"))
    if actor.department_id != lead_department_id:
        raise ProblemError(Problem("not_planning_department"))
    if frozen:
        raise ProblemError(Problem("profile_frozen"))


def check_plan(
    values: Sequence[Decimal], *, measure: str, target: Decimal | None, target_max: Decimal | None = None
) -> tuple[Decimal, ...]:
    """The twelve values as they may be stored. A plan ends at the target in force, for a range anywhere in it;
    a cumulative one never falls. Raises `ProblemError`."""
    if not MEASURES[measure].can_be_planned:
        raise ProblemError(Problem("no_plan_for_measure", "kind"))
    if target is None:
        raise ProblemError(Problem("no_target", "target"))
    _check_twelve(values)
    for month, value in enumerate(values, start=1):
        _check_month(value, month)
    if MEASURES[measure].adds_up:
        _check_rising(dict(enumerate(values, start=1)))
    last = values[-1]
    if not target <= last <= (target if target_max is None else target_max):
        raise _in_month("wrong_end", MONTHS, value=last, target=target_text(target, target_max))
    return tuple(values)


def expand_steps(steps: Mapping[int, Decimal]) -> tuple[Decimal, ...]:
    """Twelve cumulative values from batches: each total holds from its month on, nothing is due before the first."""
    if not steps:
        raise ProblemError(Problem("no_steps", "values"))
    for month in steps:
        if not 1 <= month <= MONTHS:
            raise ProblemError(Problem("no_such_month", "values", facts={"month": month}))
    values, held = [], Decimal(0)
    for month in range(1, MONTHS + 1):
        held = steps.get(month, held)
        values.append(held)
    return tuple(values)


def check_past_year(values: PastYear, *, measure: str) -> tuple[Decimal | None, ...]:
    """An earlier year as it may be stored; unknown months are None. Raises `ProblemError`."""
    _check_twelve(values)
    known = {month: value for month, value in enumerate(values, start=1) if value is not None}
    if not known:
        raise ProblemError(Problem("nothing_known", "values"))
    for month, value in known.items():
        _check_month(value, month)
    if MEASURES[measure].adds_up:
        _check_rising(known)
    return tuple(values)


def is_usable_year(values: PastYear) -> bool:
    """E3, E8: a positive total and at least two other known months."""
    total = values[-1]
    return total is not None and total > 0 and sum(value is not None for value in values) >= 3


def plan_below_last_year(plan: Sequence[Decimal], history: Sequence[PastYear]) -> float | None:
    """Percentage points by which the plan's June share lies below the latest usable past year's, when that is more than
    `POINTS_BELOW`. `history` is oldest first; an unknown June is interpolated (E8)."""
    years = [year for year in history if is_usable_year(year)]
    if not years or plan[-1] <= 0:
        return None
    points = 100 * (_june_share(years[-1]) - Fraction(plan[JUNE - 1]) / Fraction(plan[-1]))
    return float(points) if points > POINTS_BELOW else None


def target_text(target: Decimal, target_max: Decimal | None) -> str:
    return plain(target) if target_max is None else f"{plain(target)}–{plain(target_max)}"


def is_target(text: str, target: Decimal, target_max: Decimal | None) -> bool:
    """Whether `text` is that target, in any way of writing the number."""
    if text == target_text(target, target_max):
        return True
    try:
        return target_max is None and read_number(text) == target
    except NumberError:
        return False


def _june_share(year: PastYear) -> Fraction:
    known = [(0, Fraction(0)), *((month, Fraction(value)) for month, value in enumerate(year, 1) if value is not None)]
    before = max(point for point in known if point[0] <= JUNE)
    after = min(point for point in known if point[0] >= JUNE)
    if before == after:
        june = before[1]
    else:
        june = before[1] + (after[1] - before[1]) * Fraction(JUNE - before[0], after[0] - before[0])
    return june / known[-1][1]


def fits_column(value: Decimal) -> bool:
    """Whether the database holds the number exactly: 14 digits before the point, 6 after."""
    return value.is_finite() and abs(value) < _LARGEST and not _is_too_fine(value)


def _is_too_fine(value: Decimal) -> bool:
    exponent = value.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent < _SMALLEST_PLACE


def _in_month(code: str, month: int, **facts: Fact) -> ProblemError:
    """`field` is the month's column, m1 … m12."""
    return ProblemError(Problem(code, f"m{month}", facts={"month": month, **facts}))


def _check_month(value: Decimal, month: int) -> None:
    if not value.is_finite():
        raise _in_month("plan_not_a_number", month, value=str(value))
    if abs(value) >= _LARGEST:
        raise _in_month("plan_too_long", month, value=value)
    if _is_too_fine(value):
        raise _in_month("plan_too_fine", month, value=value)


def _check_twelve(values: Sequence[object]) -> None:
    if len(values) != MONTHS:
        raise ProblemError(Problem("not_twelve", "values", facts={"count": len(values)}))


def _check_rising(known: Mapping[int, Decimal]) -> None:
    """`known` in order of months."""
    previous_month, previous = 0, Decimal(0)
    for month, value in known.items():
        if value < 0:
            raise _in_month("plan_negative", month, value=value)
        if value < previous:
            raise _in_month("plan_falling", month, value=value, previous=previous, previous_month=previous_month)
        previous_month, previous = month, value
