"""H, V: the lights of a year, replayed over the reports in order. Nothing is carried over from an earlier run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from msgspec import Struct

from hztargets.domain.assessment.outcome import Figures, Findings
from hztargets.domain.assessment.raw_light import Lit, raw_light
from hztargets.domain.assessment.target import Aim
from hztargets.domain.assessment.values import AMBER, GREEN, GREY, NONE, RED, GoalCase, ReportedFigure
from hztargets.domain.assessment.yardstick import Known, Yardstick
from hztargets.domain.ruleset import Likelihood


@dataclass(slots=True)
class Memory:
    """What the replay keeps between reports: the light so far and how many lows in a row."""

    light: str = NONE
    reds: int = 0
    lows: int = 0


class AssessedReport(Struct, frozen=True, gc=False):
    """One report with its light. `colour` is the light after hysteresis."""

    period: int
    colour: str
    raw: str
    reasons: tuple[str, ...]
    figures: Figures
    lows: int = 0
    met: bool | None = None


class Method(Protocol):
    """A method of assessing (likelihood or pace), set up for one version of the target."""

    @property
    def aim(self) -> Aim: ...

    def measure(self, report: Known) -> tuple[Figures, Findings]: ...

    def raw(self, report: Known, figures: Figures, findings: Findings) -> Lit: ...

    def settle(self, memory: Memory, raw: Lit, figures: Figures, findings: Findings) -> Lit:
        """The light shown; updates `memory`."""
        ...


class NotAssessable(Struct, frozen=True, gc=False):
    """A target without a value (N4): grey, with this reason."""

    reason: str


class LikelihoodMethod(Struct, frozen=True, gc=False):
    yardstick: Yardstick
    quarterly: bool
    rules: Likelihood

    @property
    def aim(self) -> Aim:
        return self.yardstick.aim

    def measure(self, report: Known) -> tuple[Figures, Findings]:
        return self.yardstick.measure(report)

    def raw(self, report: Known, figures: Figures, findings: Findings) -> Lit:
        return raw_light(report.period, figures.p_meet, findings, self.quarterly, self.rules)

    def settle(self, memory: Memory, raw: Lit, figures: Figures, findings: Findings) -> Lit:
        colour, reasons = raw
        memory.reds = memory.lows = memory.reds + 1 if colour == RED else 0
        if settle_at_once(memory, colour, findings):
            return raw
        settled, why = self._settle_red(memory, figures) if colour == RED else self._settle_other(memory, raw, figures)
        memory.light = settled
        return settled, reasons + why

    def _settle_red(self, memory: Memory, figures: Figures) -> Lit:
        """H1–H4 for a raw red."""
        rules, chance = self.rules, figures.p_meet
        if memory.light == RED:
            leaves = chance is not None and chance > rules.p_leave_red
            return (AMBER if leaves else RED), ()
        needed = rules.reds_needed_quarterly if self.quarterly else rules.reds_needed
        if memory.reds >= needed:
            return RED, ()
        if chance is not None and chance < rules.p_strong and self.yardstick.strong_evidence_counts:
            return RED, ("strong_evidence",)
        return AMBER, ("pending_red",)

    def _settle_other(self, memory: Memory, raw: Lit, figures: Figures) -> Lit:
        """H4 and H5 for a raw amber or green."""
        rules, chance, colour = self.rules, figures.p_meet, raw[0]
        if memory.light == RED and chance is not None and not chance > rules.p_leave_red:
            return RED, ("held_red",)
        if colour == AMBER and memory.light == GREEN and chance is not None and chance >= rules.p_stay_green:
            return GREEN, ("held_green",)
        return colour, ()


def settle_at_once(memory: Memory, colour: str, findings: Findings) -> bool:
    """The lights of final, breached, over the limit, met early and none are shown without hysteresis (H).

    U3: exceeding a limit has no further effect once the value is back below it.
    """
    if findings.over_limit and findings.met is None:
        memory.light, memory.reds = NONE, 0
        return True
    if findings.met is not None or findings.breached or findings.met_early or colour == NONE:
        memory.light = colour
        return True
    return False


def replay(
    reports: Sequence[Known], methods: Mapping[int, Method | NotAssessable], cumulative: bool
) -> tuple[AssessedReport, ...]:
    """One step per report. `methods` by the period they take effect; V1: each starts with an empty memory."""
    steps: list[AssessedReport] = []
    memory, current = Memory(), None
    before: Known | None = None
    for report in reports:
        method = methods[max(start for start in methods if start <= report.period)]
        if method is not current:
            memory, current = Memory(), method
        if isinstance(method, NotAssessable):
            steps.append(AssessedReport(report.period, GREY, GREY, (method.reason,), Figures(value=report.value)))
        else:
            fell = cumulative and before is not None and report.value < before.value and not report.restated
            held = (steps[-1].colour if steps else NONE) if fell else None
            steps.append(_step(report, method, memory, held))
        before = report
    return tuple(steps)


def _step(report: Known, method: Method, memory: Memory, held: str | None) -> AssessedReport:
    """V3: a cumulative figure that fell holds the light (`held`) until it is confirmed, and resets the counter."""
    figures, findings = method.measure(report)
    raw = method.raw(report, figures, findings)
    if held is not None:
        memory.reds = memory.lows = 0
        return AssessedReport(report.period, held, raw[0], ("decrease_unconfirmed",), figures, met=findings.met)
    colour, reasons = method.settle(memory, raw, figures, findings)
    return AssessedReport(report.period, colour, raw[0], reasons, figures, memory.lows, findings.met)


def known_reports(case: GoalCase) -> tuple[Known, ...]:
    """V2: the highest approved version of each period, in order of periods, in whatever order they were reported."""
    best: dict[int, tuple[tuple[float, ...], Known]] = {}
    for report in case.reports:
        if not 1 <= report.period <= 12:
            raise ValueError(f"period: expected a month from 1 to 12, got {report.period}")
        value = figure_of(report, case.target.kind)
        if report.status != "approved" or value is None:
            continue
        rank = (report.version, report.restated, value, report.comparator or 0.0)
        if report.period not in best or rank > best[report.period][0]:
            best[report.period] = rank, Known(report.period, value, report.comparator, report.restated)
    return tuple(best[period][1] for period in sorted(best))


def figure_of(report: ReportedFigure, kind: str) -> float | None:
    """X2: a relative goal has a figure only when both sides are known. Infinity is no figure."""
    value = report.value
    if value is not None and kind == "relative":
        value = None if report.comparator is None else value - report.comparator
    return value if value is not None and abs(value) < float("inf") else None
