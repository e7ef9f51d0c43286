"""N: the target as it is used, and the test at the end of the year."""

from math import isfinite
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from hztargets.domain.assessment.arithmetic import at_least, round_half_away
from hztargets.domain.assessment.values import GoalCase, Target, TargetVersion
from hztargets.domain.ruleset import Likelihood


class Undetermined(Exception):
    """The target has no value. `reason` is the one shown with the grey light."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Aim(Struct, frozen=True, gc=False):
    """`value` is T, `bound` T_eff (N2); a band is met from `low` to `high` inclusive and has no bound.

    `near` False: no near miss at the end of the year (ceilings and bands of flows).
    """

    kind: str
    direction: str
    value: float
    bound: float
    low: float = 0.0
    high: float = 0.0
    baseline: float | None = None
    precision: int | None = None
    count: bool = False
    any_time: bool = False
    in_band: bool = False

    @property
    def band(self) -> tuple[float, float] | None:
        return (self.low, self.high) if self.direction == "band" or self.in_band else None

    @property
    def rising(self) -> bool:
        """A flow must reach the bound rather than stay below it; a negative target mirrors its direction."""
        return (self.direction == "up") == (self.bound > 0)

    @property
    def span(self) -> float | None:
        """|T-B|; None without a baseline or when it equals the target."""
        return None if self.baseline is None else abs(self.value - self.baseline) or None

    def is_met(self, value: float) -> bool:
        """N3: rounded to the target's own decimals."""
        rounded = round_half_away(value, self.precision)
        if self.direction == "band":
            return at_least(rounded, self._round(self.low)) and at_least(self._round(self.high), rounded)
        if self.direction == "down":
            return at_least(self._round(self.bound), rounded)
        return at_least(rounded, self._round(self.bound))

    def shortfall(self, value: float) -> float:
        """How far `value` lies on the wrong side of success; negative on the right side."""
        if self.direction == "band":
            return max(self.low - value, value - self.high)
        return value - self.bound if self.direction == "down" else self.bound - value

    def is_within(self, value: float, room: float) -> bool:
        """On the right side of success, or at most `room` beyond it."""
        high_enough = at_least(value, (self.low if self.direction == "band" else self.bound) - room)
        low_enough = at_least((self.high if self.direction == "band" else self.bound) + room, value)
        if self.direction == "band":
            return high_enough and low_enough
        return low_enough if self.direction == "down" else high_enough

    def is_short_by(self, value: float, points: float) -> bool:
        """Beyond success by `points` or more."""
        if self.direction == "band":
            return at_least(self.low - points, value) or at_least(value, self.high + points)
        if self.direction == "down":
            return at_least(value, self.bound + points)
        return at_least(self.bound - points, value)

    def is_near(self, value: float, rules: Likelihood) -> bool:
        """C1: a near miss at the end of the year; none for ceilings of flows and for bands."""
        if self.direction == "band" or self.in_band or (self.kind == "flow" and not self.rising):
            return False
        return self.is_within(value, self._near_room(rules))

    def _near_room(self, rules: Likelihood) -> float:
        if self.kind == "growth":
            return rules.near_growth_pp
        if self.kind == "relative":
            return rules.near_relative_pp
        if self.kind == "flow":
            return (1 - rules.near_flow) * abs(self.bound)
        span = self.span
        return rules.near_level_without_baseline * abs(self.value) if span is None else rules.near_level * span

    def _round(self, value: float) -> float:
        return round_half_away(value, self.precision)


def target_value(target: Target) -> float | None:
    """T as set, doubled (N4), grown from last year (N5) or, for `relative`, zero (X1). None: a band has bounds only."""
    if target.expr in ("double", "growth_on_baseline", "stable"):
        if target.baseline is None:
            raise Undetermined("no_baseline")
        if target.expr == "stable":
            return target.baseline
        if target.baseline == 0:
            raise Undetermined("baseline_zero")
        if target.expr == "double":
            return target.baseline * 2
        if target.growth is None:
            raise Undetermined("no_target")
        return target.baseline * (1 + target.growth / 100)
    if target.value is None and target.kind == "relative":
        return 0.0
    return target.value


def aim_of(target: Target, rules: Likelihood, revised: TargetVersion | None = None) -> Aim:
    """The target as used, by a later version if it was revised. Raises Undetermined."""
    value = target_value(target) if revised is None else revised.value
    if revised is not None and revised.high is not None:
        target = replace(target, low=revised.value, high=revised.high)
    if value is not None and not isfinite(value):
        raise Undetermined("no_target")
    if target.direction == "band" or target.expr == "stable":
        return _band(target, value, rules)
    if value is None:
        raise Undetermined("no_target")
    return _bounded(target, value, _tolerance(target, rules) * abs(value))


def sides(aim: Aim) -> tuple[Aim, Aim]:
    """B2: a flow band is a floor and a ceiling. A band around T keeps T for the expected value (N2)."""
    around = aim.low < aim.value < aim.high
    low = replace(aim, direction="up", value=aim.value if around else aim.low, bound=aim.low, in_band=True)
    high = replace(aim, direction="down", value=aim.value if around else aim.high, bound=aim.high, in_band=True)
    return low, high


def versions_of(case: GoalCase) -> tuple[tuple[int, TargetVersion | None], ...]:
    """(effective from, version) in order, the original first; None: as set. The last listed of a month wins."""
    in_order = sorted(case.target_versions, key=attrgetter("effective_from"))
    by_period = {version.effective_from: version for version in in_order}
    if not by_period or min(by_period) > 1:
        return ((1, None), *by_period.items())
    return tuple(by_period.items())


def _tolerance(target: Target, rules: Likelihood) -> float:
    if not target.approx:
        return 0.0
    return rules.approx_tolerance if target.tolerance is None else target.tolerance


def _bounded(target: Target, value: float, room: float) -> Aim:
    return Aim(
        kind=target.kind,
        direction=target.direction,
        value=value,
        bound=value + room if target.direction == "down" else value - room,
        baseline=None if target.kind == "relative" else target.baseline,
        precision=target.precision,
        count=target.count,
        any_time=target.any_time,
    )


def _band(target: Target, value: float | None, rules: Likelihood) -> Aim:
    """Bounds as given, else around the value: tol|T| (N2), for a stable share B +- tol points (B1)."""
    low, high = target.low, target.high
    around = low is None and high is None
    if around and value is not None:
        low, high = _around(target, value, rules)
    elif target.approx:
        tolerance = _tolerance(target, rules)
        low = None if low is None else low - tolerance * abs(low)
        high = None if high is None else high + tolerance * abs(high)
    if low is None and high is None:
        raise Undetermined("no_target")
    if low is None or high is None:
        return _one_sided(target, low, high)
    middle = value if around and value is not None else low
    aim = _bounded(target, middle, 0.0)
    return replace(aim, direction="band", low=min(low, high), high=max(low, high))


def _around(target: Target, value: float, rules: Likelihood) -> tuple[float, float]:
    if target.expr == "stable":
        room = rules.stable_tolerance_pp if target.tolerance is None else target.tolerance
    else:
        room = abs(value) * (rules.approx_tolerance if target.tolerance is None else target.tolerance)
    return value - room, value + room


def _one_sided(target: Target, low: float | None, high: float | None) -> Aim:
    direction, bound = ("down", high) if low is None else ("up", low)
    assert bound is not None
    return _bounded(replace(target, direction=direction), bound, 0.0)
