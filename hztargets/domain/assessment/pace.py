"""The pace method: how far behind the schedule, as in most published rules.

Everything is compared unrounded; `arithmetic.EPSILON` makes 0.5 - 0.4 a gap of exactly ten points. N2 holds: the light
is taken against T_eff. Lower-is-better goals are mirrored: points above the schedule, ratio expected/done.
"""

from msgspec import Struct
from msgspec.structs import replace

from hztargets.domain.assessment.arithmetic import at_least, less, more, ratio
from hztargets.domain.assessment.flow import FlowYardstick
from hztargets.domain.assessment.outcome import Figures, Findings
from hztargets.domain.assessment.profile import LINEAR, Shape, shape_of
from hztargets.domain.assessment.raw_light import Lit, certain_light
from hztargets.domain.assessment.replay import Memory, settle_at_once
from hztargets.domain.assessment.target import Aim
from hztargets.domain.assessment.values import AMBER, GREEN, NONE, RED, Profile
from hztargets.domain.assessment.yardstick import Known, Yardstick
from hztargets.domain.ruleset import Pace, RuleSet, Threshold

_WITHOUT_CHANCE = {"p_meet": None, "kappa": None, "sigma_pp": None, "nu": None, "grade": None, "interval80": None}


def schedule_shape(profile: Profile, count: bool, rules: RuleSet) -> Shape:
    """The schedule as a profile without deviation. `plan` without a plan falls back to m/12, never to past years."""
    if rules.pace.schedule == "quarterly":
        done = (0.0, *rules.pace.quarters)
        return Shape("quarterly", tuple(done[month // 3] for month in range(1, 13)), 0.0, 1, "C")
    planned = profile.plan if rules.pace.schedule == "plan" else None
    kind = "step" if profile.type == "step" else "plan"
    shape = shape_of(Profile(type=kind, plan=planned), count, rules.likelihood)
    return replace(shape, kappa=0.0) if planned else Shape("linear", LINEAR, 0.0, 1, "C")


class Standing(Struct, frozen=True, gc=False):
    """`points` below the schedule and `share` of it reached; None where the kind of target has no such number."""

    points: float | None
    share: float | None


class PaceMethod(Struct, frozen=True, gc=False):
    """One version of the target under a pace rule."""

    yardstick: Yardstick
    shares: tuple[float, ...]
    pace: Pace

    @property
    def aim(self) -> Aim:
        return self.yardstick.aim

    def measure(self, report: Known) -> tuple[Figures, Findings]:
        """Leaves out every number that rests on chance."""
        figures, findings = self.yardstick.measure(report)
        return replace(figures, **_WITHOUT_CHANCE), findings

    def raw(self, report: Known, figures: Figures, findings: Findings) -> Lit:
        certain = certain_light(findings)
        if certain is not None:
            return certain
        if self.pace.basis == "growth":
            return self._growth_light(report, findings)
        if isinstance(self.yardstick, FlowYardstick) and self.aim.bound and self.shares[report.period - 1] <= 0:
            return NONE, ("not_due",)
        standing = self.standing(report)
        deciding = standing.points if self.pace.basis == "points" else standing.share
        if deciding is None:
            return (GREEN if findings.ok else AMBER), ()
        if is_beyond(deciding, self.pace.red, self.pace.basis):
            return RED, ()
        return (AMBER if is_beyond(deciding, self.pace.amber, self.pace.basis) else GREEN), ()

    def settle(self, memory: Memory, raw: Lit, figures: Figures, findings: Findings) -> Lit:
        """n running are needed for a light; n ambers running become red."""
        colour, reasons = raw
        memory.reds = memory.reds + 1 if colour == RED else 0
        memory.lows = memory.lows + 1 if colour in (RED, AMBER) else 0
        if settle_at_once(memory, colour, findings):
            return raw
        if colour == RED and memory.reds < self.pace.reds_needed:
            colour, reasons = AMBER, (*reasons, "pending_red")
        if colour == AMBER and 0 < self.pace.ambers_to_red <= memory.lows:
            colour, reasons = RED, ("repeated_amber",)
        elif colour == AMBER and memory.lows < self.pace.ambers_needed:
            colour, reasons = GREEN, ("pending_amber",)
        memory.light = colour
        return colour, reasons

    def standing(self, report: Known) -> Standing:
        aim, value = self.aim, report.value
        if aim.direction == "band":
            return _beside_band(aim, value)
        if aim.kind == "growth":
            short = aim.shortfall(value)
            return Standing(short, ratio(value, aim.bound) if aim.bound > 0 and aim.direction == "up" else None)
        if aim.kind == "relative":
            return Standing(aim.shortfall(value), None)
        share = self.shares[report.period - 1]
        if isinstance(self.yardstick, FlowYardstick):
            done = ratio(value, aim.bound)
            return _behind(done, share, aim.rising)
        return self._level_standing(value, share)

    def _level_standing(self, value: float, share: float) -> Standing:
        """From the baseline to the target; without one (or one already beyond the target) against the target alone."""
        aim = self.aim
        way = aim.bound - aim.baseline if aim.baseline is not None else 0.0
        if aim.baseline is not None and way != 0 and (way > 0) == (aim.direction == "up"):
            return _behind(ratio(value - aim.baseline, way), share, True)
        if aim.bound <= 0:
            return Standing(None, None)
        return _behind(value / aim.bound, 1.0, aim.direction == "up")

    def _growth_light(self, report: Known, findings: Findings) -> Lit:
        """At or above plan and comparator green; below either but growing amber; falling red. With an unknown
        comparator there is no green: the light stays `none`."""
        if self.aim.kind not in ("growth", "relative"):
            return (GREEN if findings.ok else AMBER), ()
        own, comparator = report.value, report.comparator
        if self.aim.kind == "relative":
            own += comparator or 0.0
        above_both = findings.ok and comparator is not None and at_least(own, comparator)
        if above_both:
            return GREEN, ()
        if own < 0:
            return RED, ()
        if findings.ok and comparator is None:
            return NONE, ("comparator_missing",)
        return AMBER, ()


def is_beyond(value: float, threshold: Threshold, basis: str) -> bool:
    """The threshold is reached (closed end) or passed (open end)."""
    if basis == "points":
        behind, limit = 100 + value, 100 + threshold.value
        return at_least(behind, limit) if threshold.inclusive else more(behind, limit)
    return at_least(threshold.value, value) if threshold.inclusive else less(value, threshold.value)


def _behind(done: float | None, due: float, rising: bool) -> Standing:
    if done is None:
        return Standing(None, None)
    if rising:
        return Standing(100 * (due - done), ratio(done, due))
    return Standing(100 * (done - due), float("inf") if done <= 0 else due / done)


def _beside_band(aim: Aim, value: float) -> Standing:
    """Outside a band: against the nearer bound."""
    if aim.is_within(value, 0.0):
        return Standing(0.0, 1.0)
    if aim.low <= 0 or value <= 0:
        return Standing(None, None)
    return _behind(value / aim.low, 1.0, True) if value < aim.low else _behind(value / aim.high, 1.0, False)
