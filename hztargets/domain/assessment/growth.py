"""Growth g: year-to-date year-on-year rate in %. Works for zero and negative targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct

from hztargets.domain.assessment.arithmetic import (
    at_least,
    chance_not_short,
    clip,
    finite,
    ratio,
    root,
    t_quantile,
)
from hztargets.domain.assessment.level import grade_of
from hztargets.domain.assessment.outcome import Figures, Findings
from hztargets.domain.assessment.target import Aim
from hztargets.domain.assessment.values import Series
from hztargets.domain.assessment.yardstick import Known
from hztargets.domain.ruleset import Likelihood


class GrowthWobble(Struct, frozen=True, gc=False):
    """`kappa` of the rest of the year, from `years` past years."""

    kappa: float
    nu: int
    years: int


def growth_wobble(history: Sequence[Series], rules: Likelihood) -> GrowthWobble:
    """kappa_g = sqrt((0.02^2 + sum q_k)/(1+K)); K = 0: 0.02, nu 3."""
    terms = [q for year in history if (q := _wobble(year)) is not None][-rules.years :]
    years = len(terms)
    if not years:
        return GrowthWobble(rules.kappa_growth, rules.nu_growth, 0)
    kappa = root((rules.kappa_growth * rules.kappa_growth + sum(terms)) / (1 + years))
    return GrowthWobble(kappa, years + 1, years)


def _wobble(year: Series) -> float | None:
    """q_k = mean of ((1+g_12)/(1+g_m) - 1)^2 * s/(1-s), s = m/12; None when the year is not known well enough."""
    if len(year) != 12 or year[11] is None or 12 - year.count(None) < 3:
        return None
    terms = []
    for month, rate in enumerate(year[:11], start=1):
        if rate is not None and rate != -100:
            error = (1 + year[11] / 100) / (1 + rate / 100) - 1
            terms.append(error * error * month / (12 - month))
    return sum(terms) / len(terms) if terms else None


@dataclass(frozen=True)
class GrowthYardstick:
    """Assesses 1+g against 1+T. `strong_evidence_counts`: E gives rates no grade C."""

    aim: Aim
    shares: tuple[float, ...]
    wobble: GrowthWobble
    rules: Likelihood
    strong_evidence_counts: bool = True

    @cached_property
    def sign(self) -> int:
        return -1 if self.aim.direction == "down" else 1

    def measure(self, report: Known) -> tuple[Figures, Findings]:
        aim, rate, rules = self.aim, report.value, self.rules
        share = clip(self.shares[report.period - 1], rules.share_low, rules.share_high)
        spread = self.wobble.kappa * root((1 - share) / share)
        findings = self._findings(report, share)
        band = aim.direction == "band"
        figures = Figures(
            value=rate,
            target=aim.value,
            bound=None if band else aim.bound,
            band=aim.band,
            expected=None if band else aim.value,
            attainment=None if band else ratio(1 + rate / 100, 1 + aim.value / 100),
            lag_pp=None if band else finite(self.sign * (aim.value - rate)),
            kappa=finite(self.wobble.kappa),
            sigma_pp=finite(100 * spread),
            nu=self.wobble.nu,
            grade=grade_of(self.wobble.years, rules),
            projection=rate,
            interval80=self._interval80(rate, spread) if report.period < 12 else None,
            required_rest=None if band or report.period == 12 else self.required_rest(rate, share),
            p_meet=self._chance(rate, spread) if findings.met is None else float(findings.met),
        )
        return figures, findings

    def required_rest(self, rate: float, share: float) -> float | None:
        """The rest of the year must grow by this many % for the year to reach T_eff."""
        return finite(100 * (((1 + self.aim.bound / 100) - share * (1 + rate / 100)) / (1 - share) - 1))

    def _findings(self, report: Known, share: float) -> Findings:
        aim, rate, rules = self.aim, report.value, self.rules
        on_target = aim.is_met(rate)
        met = on_target if report.period == 12 else None
        return Findings(
            ok=on_target and aim.direction != "band",
            material=aim.is_short_by(rate, rules.material_pp),
            mature=at_least(share, rules.mature_share),
            over_limit=aim.any_time and not on_target,
            met=met,
            near=met is False and aim.is_near(rate, rules),
        )

    def _chance(self, rate: float, spread: float) -> float | None:
        aim = self.aim
        if aim.direction != "band":
            return self._chance_of(rate, aim.bound, spread, self.sign)
        over_low = self._chance_of(rate, aim.low, spread, 1)
        over_high = self._chance_of(rate, aim.high, spread, 1)
        return None if over_low is None or over_high is None else max(0.0, over_low - over_high)

    def _chance_of(self, rate: float, bound: float, spread: float, sign: int) -> float | None:
        """P = F_t(+-(r-1)/sd), r = (1+g)/(1+T_eff)."""
        r = ratio(1 + rate / 100, 1 + bound / 100)
        return None if r is None else chance_not_short(sign * (r - 1), spread, self.wobble.nu)

    def _interval80(self, rate: float, spread: float) -> tuple[float, float] | None:
        """The targets that would have a chance of 90 % and of 10 %."""
        reach = t_quantile(self.rules.interval_quantile, self.wobble.nu) * spread
        index = 1 + rate / 100
        low = finite(100 * (index / (1 + reach) - 1))
        high = finite(100 * (index / max(1 - reach, self.rules.interval_share_floor) - 1))
        return None if low is None or high is None else (min(low, high), max(low, high))
