"""L: values at period end, bands, shares and differences. Never extrapolated by 12/m."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct

from hztargets.domain.assessment.arithmetic import at_least, chance_not_short, finite, ratio, root, t_quantile
from hztargets.domain.assessment.outcome import Figures, Findings
from hztargets.domain.assessment.target import Aim
from hztargets.domain.assessment.values import Series
from hztargets.domain.assessment.yardstick import Known
from hztargets.domain.ruleset import Likelihood


class Changes(Struct, frozen=True, gc=False):
    """How past years changed after each month: `drift` is d_1..d_12, `wobble` the sum of q_k, `years` K."""

    drift: tuple[float, ...]
    wobble: float
    years: int


def changes_of(levels: Sequence[Series], rules: Likelihood) -> Changes:
    """The last years with a known December and two other months (as E8, without interpolating a level)."""
    usable = [year for year in levels if len(year) == 12 and year[11] is not None and 12 - year.count(None) >= 3]
    rows = [tuple(_change(year, month) for month in range(12)) for year in usable[-rules.years :]]
    return Changes(
        drift=tuple(_mean([row[month] for row in rows]) for month in range(12)),
        wobble=sum(_wobble(row, [other for other in rows if other is not row]) for row in rows),
        years=len(rows),
    )


def _change(year: Series, month: int) -> float | None:
    december, value = year[11], year[month]
    return None if december is None or value is None else december - value


def _wobble(row: Series, others: Sequence[Series]) -> float:
    """q_k: squared error of predicting the rest of this year from the other years, per share of the year left."""
    terms = []
    for month, change in enumerate(row[:11], start=1):
        if change is not None:
            error = change - _mean([other[month - 1] for other in others])
            terms.append(error * error / ((12 - month) / 12))
    return sum(terms) / len(terms) if terms else 0.0


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0


@dataclass(frozen=True)
class LevelYardstick:
    """Assesses x plus the usual change until December. `strong_evidence_counts`: E gives levels no grade C."""

    aim: Aim
    changes: Changes
    plan: tuple[float, ...] | None
    rules: Likelihood
    strong_evidence_counts: bool = True

    @cached_property
    def c(self) -> float:
        """Typical change within a year: sqrt((c0^2 + sum q_k)/(1+K))."""
        c0 = self._change_without_history()
        return root((c0 * c0 + self.changes.wobble) / (1 + self.changes.years))

    def _change_without_history(self) -> float:
        aim, rules = self.aim, self.rules
        if aim.kind == "relative":
            return rules.relative_change_pp
        if aim.direction == "band":
            return (aim.high - aim.low) / 2
        return rules.level_change_without_baseline * abs(aim.value) if aim.span is None else aim.span

    @cached_property
    def nu(self) -> int:
        return self.changes.years + 1 if self.changes.years else self.rules.nu_level

    def path(self, period: int) -> float | None:
        """The expected level; None for a band."""
        aim = self.aim
        if aim.direction == "band":
            return None
        if self.plan is not None:
            return self.plan[period - 1]
        if aim.baseline is None:
            return aim.value
        return aim.baseline + (aim.value - aim.baseline) * period / 12

    def measure(self, report: Known) -> tuple[Figures, Findings]:
        aim, value, period = self.aim, report.value, report.period
        projection = value + self.changes.drift[period - 1]
        sigma = self.c * root((12 - period) / 12)
        path = self.path(period)
        findings = self._findings(report, path, projection)
        progress, expected_progress = self._progress(value), self._progress(path)
        chance = self._chance(projection, sigma) if findings.met is None else float(findings.met)
        figures = Figures(
            value=value,
            target=aim.value,
            bound=None if aim.direction == "band" else aim.bound,
            band=aim.band,
            basis="history" if self.changes.years else None,
            expected=None if path is None else finite(path),
            expected_share=expected_progress,
            lag_pp=self._lag_pp(value, progress, expected_progress),
            nu=self.nu,
            grade=grade_of(self.changes.years, self.rules),
            projection=finite(projection),
            interval80=self._interval80(projection, sigma) if period < 12 else None,
            progress=progress,
            c=finite(self.c),
            p_meet=chance,
        )
        return figures, findings

    def _findings(self, report: Known, path: float | None, projection: float) -> Findings:
        aim, value = self.aim, report.value
        met = aim.is_met(value) if report.period == 12 else None
        return Findings(
            ok=self._is_on_path(value, path),
            material=not aim.is_within(projection, self._material_room()),
            over_limit=aim.any_time and not aim.is_within(value, 0.0),
            met=met,
            near=met is False and aim.is_near(value, self.rules),
        )

    def _is_on_path(self, value: float, path: float | None) -> bool:
        if path is None:
            return False
        return at_least(path, value) if self.aim.direction == "down" else at_least(value, path)

    def _material_room(self) -> float:
        """A shortfall beyond this matters; outside a band any does."""
        aim, rules = self.aim, self.rules
        if aim.kind == "relative":
            return rules.material_pp
        if aim.direction == "band":
            return 0.0
        if aim.span is None:
            return rules.material_level_without_baseline * abs(aim.value)
        return rules.material_level * aim.span

    def _chance(self, projection: float, sigma: float) -> float | None:
        aim = self.aim
        if aim.direction != "band":
            return chance_not_short(-aim.shortfall(projection), sigma, self.nu)
        below_high = chance_not_short(aim.high - projection, sigma, self.nu)
        below_low = chance_not_short(aim.low - projection, sigma, self.nu)
        if below_high is None or below_low is None:
            return None
        return max(0.0, below_high - below_low)

    def _interval80(self, projection: float, sigma: float) -> tuple[float, float] | None:
        reach = t_quantile(self.rules.interval_quantile, self.nu) * sigma
        low, high = finite(projection - reach), finite(projection + reach)
        return None if low is None or high is None else (low, high)

    def _progress(self, value: float | None) -> float | None:
        aim = self.aim
        if value is None or aim.baseline is None or aim.span is None or aim.direction == "band":
            return None
        return ratio(value - aim.baseline, aim.value - aim.baseline)

    def _lag_pp(self, value: float, progress: float | None, expected: float | None) -> float | None:
        """Points of the way from B to T; for a difference of rates its own points."""
        if self.aim.kind == "relative" and self.aim.direction != "band":
            return finite(self.aim.value - value if self.aim.direction == "up" else value - self.aim.value)
        return None if progress is None or expected is None else finite(100 * (expected - progress))


def grade_of(years: int, rules: Likelihood) -> str | None:
    """Levels and rates have a grade only by past years; without any there is nothing to grade."""
    if not years:
        return None
    return "A" if years >= rules.years_for_grade_a else "B"
