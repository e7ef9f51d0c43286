"""What a department would have reported in each month. They are invented, with a realistic course of the year."""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from math import exp, sqrt

from hztargets.domain.measures import measure_of
from hztargets.domain.simulation.draws import Draws
from hztargets.domain.simulation.milestones import milestone_figures
from hztargets.domain.simulation.outline import Figure, Outline

OUTCOMES = {"met": 0.79, "near": 0.12, "far": 0.09}
"""How years end: of 3,990 real target-years 79 % were met."""

_SHAPES = {
    "steady": (1.0,) * 12,
    "seasonal": (0.8, 0.6, 1.2, 1.0, 1.0, 1.3, 0.95, 0.9, 1.15, 0.95, 0.95, 1.2),
    "spending": (0.9, 0.7, 1.2, 1.0, 1.0, 1.25, 0.95, 0.95, 1.15, 0.9, 0.9, 1.1),
    "batches": (0.2, 0.2, 0.5, 0.4, 0.5, 2.0, 0.3, 0.4, 0.8, 1.2, 2.2, 2.6),
}
"""Weights of the twelve months: low at Spring Festival, high at quarter ends and in December; recognitions come in
batches."""
_TEMPO = {"met": (0.78, 0.98), "near": (0.85, 1.1), "far": (0.95, 1.3)}
"""Exponent of the year's course: below 1 a department works ahead, as most departments that meet their target."""
_FAR = {True: (0.06, 0.15), False: (0.09, 0.4)}
"""The missing share of a goal that is missed by much; budget lines are spent by the end of the year."""
_SMALL_COUNT = 12
_DEFAULT_DECIMALS = 2
Path = tuple[float, ...]


def simulate_figures(outline: Outline, draws: Draws) -> dict[int, Figure]:
    """The true figures of the months the goal reports in; `steps` decides which are filed late or wrongly."""
    if measure_of(outline).is_milestone:
        return milestone_figures(outline, draws)
    comparator: Path | None = None
    if measure_of(outline).has_comparator:
        comparator = _comparator(draws)
        own = tuple(a + b for a, b in zip(comparator, _path(outline, draws), strict=True))
    else:
        own = _path(outline, draws)
    return {
        month: Figure(
            value=rounded(own[month - 1], outline),
            comparator=rounded(comparator[month - 1], outline) if comparator else None,
            is_behind=is_behind(outline, rounded(own[month - 1], outline), month, comparator),
        )
        for month in outline.months
    }


def total_figures(outline: Outline, parts: Sequence[Mapping[int, Figure]]) -> dict[int, Figure]:
    """What a total shows when its components are known: their sum, in every month that all of them report."""
    figures: dict[int, Figure] = {}
    for month in outline.months:
        values = [part[month].value for part in parts if month in part]
        known = [value for value in values if value is not None]
        if len(known) == len(parts):
            value = sum(known, Decimal(0))
            figures[month] = Figure(value=value, is_behind=is_behind(outline, value, month))
    return figures


def outcome_of(draws: Draws) -> str:
    return draws.choose("outcome", OUTCOMES)


def rounded(value: float, outline: Outline) -> Decimal:
    """To the goal's own precision; counts are whole."""
    decimals = 0 if outline.is_count else _DEFAULT_DECIMALS if outline.decimals is None else outline.decimals
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def is_behind(outline: Outline, value: Decimal, month: int, comparator: Path | None = None) -> bool:
    """Whether the value is below an even pace, so that a careful clerk explains it. The limit is wider than that of any
    amber light."""
    target = outline.target
    if comparator is not None:
        return value <= rounded(comparator[month - 1], outline)
    if target is None:
        return measure_of(outline).is_growth and value <= 0
    share = month / 12 if measure_of(outline).adds_up else 1.0
    return float(value) > target * share if outline.direction == "<=" else float(value) < target * share


def _path(outline: Outline, draws: Draws) -> Path:
    paths: Mapping[str, Callable[[Outline, Draws], Path]] = {
        "cumulative": _flow,
        "level": _level,
        "share": _share,
        "growth": _growth,
        "relative": _lead,
    }
    return paths[outline.measure](outline, draws)


def _flow(outline: Outline, draws: Draws) -> Path:
    """Never falls; a whole count arrives piece by piece."""
    final = float(rounded(_final_total(outline, draws), outline))
    shares = _shares(outline, draws)
    if outline.is_count and final <= _SMALL_COUNT:
        return _lumps(int(final), shares, draws)
    return tuple(final * share for share in shares)


def _final_total(outline: Outline, draws: Draws) -> float:
    target = outline.target
    if target is None:
        return float(round(draws.uniform("size", 20, 300))) * 10
    step = float(Decimal(1).scaleb(-(outline.decimals or 0)))
    outcome = outcome_of(draws)
    if outcome == "met":
        top = outline.value_max or target * (1.02 if outline.is_budget else 1.14)
        return target + (float(top) - target) * draws.uniform("over") ** 2
    short = (
        draws.uniform("short", 0.005, 0.045) if outcome == "near" else draws.uniform("short", *_FAR[outline.is_budget])
    )
    missed = target * (1 + short if outline.direction == "<=" else 1 - short)
    return max(0.0, missed if outline.direction == "<=" else min(missed, target - step))


def _shares(outline: Outline, draws: Draws) -> Path:
    """The share of the year's total reached at each month's end."""
    batches = 0.1 if outline.is_count else 0.03
    shape = (
        "spending"
        if outline.is_budget
        else draws.choose("shape", {"steady": 0.5, "seasonal": 0.5 - batches, "batches": batches})
    )
    rough = 0.08 if shape == "steady" else 0.18
    done = list(accumulate(weight * exp(rough * draws.normal(f"month{n}")) for n, weight in enumerate(_SHAPES[shape])))
    tempo = draws.uniform("tempo", *_TEMPO[outcome_of(draws)])
    return tuple((part / done[-1]) ** tempo for part in done)


def _lumps(count: int, shares: Path, draws: Draws) -> Path:
    """Each piece falls in a random month, stratified over the year."""
    places = [(n + draws.uniform(f"piece{n}", 0.0, 0.8)) / count for n in range(count)]
    return tuple(float(sum(place <= share for place in places)) for share in shares)


def _level(outline: Outline, draws: Draws) -> Path:
    target = outline.target
    if target is None:
        target = draws.uniform("size", 20, 300)
    stretch = {"met": draws.uniform("over", 0.0, 0.05), "near": -draws.uniform("short", 0.005, 0.03)}
    outcome = outcome_of(draws)
    change = stretch.get(outcome, -draws.uniform("short", 0.06, 0.2))
    if outline.direction == "<=":
        change = -change
    if outline.direction == "~":
        change = change / 3 if outcome != "far" else change
    final = _on_the_right_side(target * (1 + change), outline, outcome)
    start = final if outline.direction == "~" else final * (1 + _down(outline) * 0.15 * draws.uniform("start") ** 2)
    return tuple(max(0.0, value) for value in _drift(start, final, abs(target) * 0.008, draws))


def _share(outline: Outline, draws: Draws) -> Path:
    target = outline.target
    if target is None:
        base = draws.uniform("size", 2, 5)
        return _drift(base + draws.uniform("start", -0.15, 0.15), base, 0.05, draws)
    outcome = outcome_of(draws)
    room = (100 - target) if outline.direction != "<=" else target
    change = {
        "met": draws.uniform("over") ** 2 * min(room, target * 0.1),
        "near": -draws.uniform("short", 0.002, 0.015) * target,
        "far": -draws.uniform("short", 0.04, 0.12) * target,
    }[outcome]
    final = _on_the_right_side(target - _down(outline) * change, outline, outcome)
    start = final + _down(outline) * target * 0.04 * draws.uniform("start") ** 2
    return tuple(min(100.0, max(0.0, value)) for value in _drift(start, final, target * 0.006, draws))


def _down(outline: Outline) -> int:
    """1 where a year starts above its end because less is better, else -1."""
    return 1 if outline.direction == "<=" else -1


def _on_the_right_side(final: float, outline: Outline, outcome: str) -> float:
    """Rounding never turns a year that meets its target into one that misses it, or the reverse."""
    target = outline.target or 0.0
    if outline.is_count and outcome != "met" and outline.direction != "~":
        return min(final, target - 1) if outline.direction != "<=" else max(final, target + 1)
    return final


def _growth(outline: Outline, draws: Draws) -> Path:
    """Rates since January vary most in spring and less towards December."""
    target = outline.target
    outcome = outcome_of(draws)
    change = {
        "met": draws.uniform("over", 0.0, 1.6 if target else 9.0),
        "near": -draws.uniform("short", 0.15, 0.5),
        "far": -draws.uniform("short", 1.0, 3.5),
    }[outcome]
    if target is None and outcome == "met":
        change += 0.5
    final = (target or 0.0) + change
    return _drift(final + draws.normal("start"), final, 0.9, draws)


def _lead(outline: Outline, draws: Draws) -> Path:
    """Percentage points ahead of the comparator."""
    change = {
        "met": draws.uniform("over", 0.3, 3.0),
        "near": -draws.uniform("short", 0.1, 0.2),
        "far": -draws.uniform("short", 0.5, 2.0),
    }[outcome_of(draws)]
    return _drift(change * draws.uniform("start", 0.2, 1.2), change, 0.25, draws)


def _comparator(draws: Draws) -> Path:
    start = draws.uniform("market", 8, 11)
    return _drift(start, start - draws.uniform("cooling", 0.0, 2.0), 0.15, draws.within("market"))


def _drift(start: float, final: float, wobble: float, draws: Draws) -> Path:
    """From `start` to `final` over the year; the random part decreases to zero, so that December is exactly `final`."""
    return tuple(
        start + (final - start) * month / 12 + wobble * draws.normal(f"month{month}") * sqrt((12 - month) / 12)
        for month in range(1, 13)
    )
