"""A/P: the numbers of a cumulative figure at period m, and Z1."""

from dataclasses import dataclass
from functools import cached_property

from hztargets.domain.assessment.arithmetic import (
    at_least,
    chance_not_short,
    clip,
    finite,
    less,
    more,
    ratio,
    root,
    t_quantile,
)
from hztargets.domain.assessment.outcome import Figures, Findings
from hztargets.domain.assessment.profile import Shape
from hztargets.domain.assessment.target import Aim
from hztargets.domain.assessment.yardstick import Known
from hztargets.domain.ruleset import Likelihood


@dataclass(frozen=True)
class FlowYardstick:
    """Assesses C against s*T. In December the outcome is a fact: P is 1 or 0 and the projection is the value itself."""

    aim: Aim
    shape: Shape
    rules: Likelihood

    @cached_property
    def kappa(self) -> float:
        """E7: small counts wobble at least by 1/sqrt(T_eff)."""
        if self.aim.count and self.aim.bound:
            return max(self.shape.kappa, 1 / root(abs(self.aim.bound)))
        return self.shape.kappa

    @cached_property
    def quantile(self) -> float:
        return t_quantile(self.rules.interval_quantile, self.shape.nu)

    @property
    def strong_evidence_counts(self) -> bool:
        return self.shape.grade != "C" and self.shape.basis != "step"

    def measure(self, report: Known) -> tuple[Figures, Findings]:
        period, value, shape = report.period, report.value, self.shape
        if self.aim.value == 0 or self.aim.bound == 0:
            return self._measure_against_zero(report)
        expected_share = shape.shares[period - 1]
        if shape.basis == "step" and expected_share <= 0 and period < 12 and not self._breaches(value):
            return self._not_due(report)
        share = clip(expected_share, self.rules.share_low, self.rules.share_high)
        done = value / self.aim.bound
        sigma = self.kappa * root(share * (1 - share))
        needed = self._pace_needed(done, share)
        findings = self._findings(report, done, share, needed)
        final = period == 12
        figures = self._figures(
            report,
            kappa=finite(self.kappa),
            sigma_pp=finite(100 * sigma),
            nu=shape.nu,
            grade=shape.grade,
            projection=finite(value if final else value / share),
            interval80=None if final else self.interval80(value, share, sigma),
            pace_ratio=finite(needed),
            p_meet=self._chance(done, share, sigma, findings),
        )
        return figures, findings

    def _pace_needed(self, done: float, share: float) -> float | None:
        """The pace ratio: pace needed for the rest / pace so far, in units of the profile; infinite where next to
        nothing is done."""
        if done <= 0 or share >= self.rules.share_high:
            return None
        return (1 - done) / (1 - share) / (done / share)

    def interval80(self, value: float, share: float, sigma: float) -> tuple[float, float] | None:
        reach = self.quantile * sigma
        one = finite(value / min(share + reach, 1.0))
        other = finite(value / max(share - reach, self.rules.interval_share_floor))
        return None if one is None or other is None else (min(one, other), max(one, other))

    def _chance(self, done: float, share: float, sigma: float, findings: Findings) -> float | None:
        """P = F_t((a-s)/sigma; nu), mirrored for a ceiling."""
        if findings.met is not None:
            return 1.0 if findings.met else 0.0
        if findings.met_early:
            return 1.0
        return chance_not_short(done - share if self.aim.rising else share - done, sigma, self.shape.nu)

    def _findings(self, report: Known, done: float, share: float, pace_needed: float | None) -> Findings:
        rules, value = self.rules, report.value
        mature = at_least(share, rules.mature_share)
        met = self.aim.is_met(value) if report.period == 12 else None
        near = met is False and self.aim.is_near(value, rules)
        if not self.aim.rising:
            breached = self._breaches(value)
            too_much = more(done, rules.material_ratio_down * share)
            return Findings(at_least(share, done), too_much, mature, breached=breached, met=met, near=near)
        proven = at_least(share, rules.weak_share) and (
            value <= 0 or done == 0 or (pace_needed is not None and at_least(pace_needed, rules.weak_pace_ratio))
        )  # done is also 0 for a value too small to be divided
        return Findings(
            ok=at_least(done, share),
            material=less(done, rules.material_ratio * share),
            mature=mature,
            met_early=at_least(done, 1.0),
            capped=self.shape.grade == "C" and not proven,
            met=met,
            near=near,
        )

    def _breaches(self, value: float) -> bool:
        """C2: a ceiling that is passed stays passed, also before the first batch (E5)."""
        return not self.aim.rising and more(value / self.aim.bound, 1.0)

    def _figures(self, report: Known, **computed: object) -> Figures:
        """What needs no chance: expected value, attainment, gap, monthly amounts."""
        value, aim, period = report.value, self.aim, report.period
        expected_share = self.shape.shares[period - 1]
        expected, done_share = expected_share * aim.value, ratio(value, aim.value)
        rest = max(0.0, aim.bound - value) if aim.bound > 0 else min(0.0, aim.bound - value)
        return Figures(
            value=value,
            target=aim.value,
            bound=aim.bound,
            band=aim.band,
            basis=self.shape.basis,
            expected=finite(expected),
            expected_share=finite(expected_share),
            done_share=done_share,
            attainment=ratio(value, expected),
            lag_pp=None if done_share is None else finite(100 * (expected_share - done_share)),
            required_per_month=finite(rest / (12 - period)) if period < 12 else None,
            achieved_per_month=value / period,
            **computed,  # type: ignore[arg-type]
        )

    def _not_due(self, report: Known) -> tuple[Figures, Findings]:
        """E5: before the first batch nothing is due, so nothing can be late."""
        figures = self._figures(report, kappa=finite(self.kappa), nu=self.shape.nu, grade=self.shape.grade)
        return figures, Findings(ok=True, not_due=True)

    def _measure_against_zero(self, report: Known) -> tuple[Figures, Findings]:
        """Z1: no ratios. A floor of zero is always met, a ceiling of zero is exceeded by the first case."""
        value, aim = report.value, self.aim
        share = self.shape.shares[report.period - 1]
        broken = aim.direction == "down" and value > 0
        met = not broken if report.period == 12 else None
        figures = Figures(
            value=value,
            target=aim.value,
            bound=aim.bound,
            expected=0.0,
            expected_share=finite(share),
            achieved_per_month=value / report.period,
            grade=self.shape.grade,
        )
        return figures, Findings(ok=not broken, breached=broken, met=met)
