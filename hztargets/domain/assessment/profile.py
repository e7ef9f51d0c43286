"""E: which share of the year is normally done by month m, and how much that wobbles. Frozen when the year opens."""

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from hztargets.domain.assessment.arithmetic import at_least, clip, root
from hztargets.domain.assessment.values import Profile, Series
from hztargets.domain.ruleset import Likelihood

MONTHS_OF_YEAR = range(1, 13)
LINEAR = tuple(month / 12 for month in MONTHS_OF_YEAR)
_BEFORE_DECEMBER = range(11)


class Shape(Struct, frozen=True, gc=False):
    """`shares` s_1..s_12, unclipped. `basis` is the profile really used, which `auto` decides."""

    basis: str
    shares: tuple[float, ...]
    kappa: float
    nu: int
    grade: str


class _PastYears(Struct, frozen=True, gc=False):
    shares: tuple[tuple[float, ...], ...]
    mean_total: float
    interpolated: bool


@lru_cache(maxsize=64)
def shape_of(profile: Profile, count: bool, rules: Likelihood) -> Shape:
    """E6: a plan wins, then history, then the straight line; a profile without its numbers is replaced by the next in
    this order.

    Cached, because the path of a goal is read in addition to its assessments.
    """
    plan = _cumulative_shares(profile.plan) if profile.type in ("auto", "plan", "step") else None
    past = _past_years(profile.history, rules)
    if plan is not None:
        return _planned(profile.type, plan, past, count, rules)
    if profile.type == "working_day" and profile.working_days:
        days = _cumulative_shares(_running_total(profile.working_days))
        if days is not None:
            return Shape("working_day", days, rules.kappa_linear, rules.nu_linear, "C")
    if past.shares and profile.type in ("auto", "history", "plan", "step"):
        return _from_history(past, count, rules)
    return Shape("linear", LINEAR, rules.kappa_linear, rules.nu_linear, "C")


def _planned(kind: str, plan: tuple[float, ...], past: _PastYears, count: bool, rules: Likelihood) -> Shape:
    """E2, E5: the plan's shares; with history its wobble."""
    basis = "step" if kind == "step" else "plan"
    if not past.shares:
        return Shape(basis, plan, rules.kappa_plan, rules.nu_plan, "B")
    known = _from_history(past, count, rules)
    return Shape(basis, plan, known.kappa, known.nu, known.grade)


def _from_history(past: _PastYears, count: bool, rules: Likelihood) -> Shape:
    """E3."""
    years = len(past.shares)
    totals = [sum(column) for column in zip(*past.shares, strict=True)]
    seasonal = _is_clearly_seasonal(totals, years, past.mean_total if count else None, rules)
    weight = 0.0 if seasonal else rules.linear_weight
    shares = tuple((totals[m] + weight * LINEAR[m]) / (years + weight) for m in range(12))
    if years == 1 and seasonal:
        kappa = rules.kappa_one_year
    else:
        wobble = sum(_wobble(year, totals, years, weight, rules) for year in past.shares)
        kappa = root((rules.kappa_floor * rules.kappa_floor + wobble) / (1 + years))
    grade = "A" if years >= rules.years_for_grade_a and not past.interpolated else "B"
    return Shape("history", shares, kappa, years + 1, grade)


def _is_clearly_seasonal(totals: Sequence[float], years: int, mean_total: float | None, rules: Likelihood) -> bool:
    """D = max |mean share - m/12|; small counts (`mean_total`) must differ more to prove a season."""
    gap = max(abs(totals[m] / years - LINEAR[m]) for m in _BEFORE_DECEMBER)
    threshold = rules.seasonal_gap
    if mean_total is not None:
        threshold = max(threshold, mean_total**-0.5)
    return at_least(gap, threshold)


def _wobble(year: Sequence[float], totals: Sequence[float], years: int, weight: float, rules: Likelihood) -> float:
    """q_k: mean squared error of predicting this year from the others, in units of e(1-e)."""
    total = 0.0
    for m in _BEFORE_DECEMBER:
        foretold = (totals[m] - year[m] + weight * LINEAR[m]) / (years - 1 + weight)
        foretold = clip(foretold, rules.share_low, rules.share_high)
        error = year[m] - foretold
        total += error * error / (foretold * (1 - foretold))
    return total / len(_BEFORE_DECEMBER)


def _past_years(history: Sequence[Series], rules: Likelihood) -> _PastYears:
    """The last years with a positive total that are known well enough (E8)."""
    years = [(year, whole) for year in history if (whole := _completed(year)) is not None][-rules.years :]
    if not years:
        return _PastYears((), 0.0, False)
    return _PastYears(
        shares=tuple(tuple(value / whole[11] for value in whole) for _, whole in years),
        mean_total=sum(whole[11] for _, whole in years) / len(years),
        interpolated=any(None in year for year, _ in years),
    )


def _completed(year: Series) -> tuple[float, ...] | None:
    """E8: December and two other months known; the rest on straight lines between known points, 0 before January."""
    if len(year) != 12:
        return None
    total = year[11]
    if total is None or not 0 < total < float("inf"):
        return None
    if None not in year:
        return tuple(value for value in year if value is not None)
    known = [(0, 0.0), *((month, value) for month, value in enumerate(year, start=1) if value is not None)]
    if len(known) < 4:
        return None
    return tuple(_between(known, month) for month in MONTHS_OF_YEAR)


def _between(known: Sequence[tuple[int, float]], month: int) -> float:
    before = max(point for point in known if point[0] <= month)
    after = min(point for point in known if point[0] >= month)
    if before[0] == after[0]:
        return before[1]
    return before[1] + (after[1] - before[1]) * (month - before[0]) / (after[0] - before[0])


def _cumulative_shares(values: Sequence[float] | None) -> tuple[float, ...] | None:
    """plan_m / plan_12; None without a usable total."""
    if not values or len(values) != 12 or not 0 < abs(values[11]) < float("inf"):
        return None
    return tuple(value / values[11] for value in values)


def _running_total(values: Sequence[float]) -> list[float]:
    total, totals = 0.0, []
    for value in values:
        total += value
        totals.append(total)
    return totals
