"""A goal's year: status = f(target versions, latest approved value of each period, profile, today)."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from hztargets.domain.assessment.datastate import Schedule, Silence, freshness_of, schedule_of, shown_light
from hztargets.domain.assessment.flow import FlowYardstick
from hztargets.domain.assessment.growth import GrowthYardstick, growth_wobble
from hztargets.domain.assessment.level import LevelYardstick, changes_of
from hztargets.domain.assessment.milestone import assess_milestone
from hztargets.domain.assessment.outcome import Figures, GoalAssessment
from hztargets.domain.assessment.pace import PaceMethod, schedule_shape
from hztargets.domain.assessment.profile import Shape, shape_of
from hztargets.domain.assessment.replay import (
    AssessedReport,
    LikelihoodMethod,
    Method,
    NotAssessable,
    known_reports,
    replay,
)
from hztargets.domain.assessment.target import Aim, Undetermined, aim_of, sides, versions_of
from hztargets.domain.assessment.values import AMBER, GREEN, GREY, NONE, RED, GoalCase, TargetVersion
from hztargets.domain.assessment.yardstick import Yardstick
from hztargets.domain.ruleset import DEFAULT_RULES, Likelihood, RuleSet

WAITING = ("submitted", "endorsed")
_WORST_FIRST = (GREY, RED, AMBER, NONE, GREEN)
_numbers_of = attrgetter(*Figures.__struct_fields__)
"""An assessment's first fields are those of the figures, in the same order."""
_NO_REASONS: tuple[str, ...] = ()


def assess(case: GoalCase, rules: RuleSet = DEFAULT_RULES) -> GoalAssessment:
    """The goal as known on `case.today`, by all its reports."""
    return assess_year(case, [(12, case.today)], rules)[0]


def assess_year(
    case: GoalCase, months: Sequence[tuple[int, date | None]], rules: RuleSet = DEFAULT_RULES
) -> tuple[GoalAssessment, ...]:
    """One assessment per (month, day): by the reports of periods up to `month`, as known on `day`.

    The year is replayed once. Equal to `assess` of the case cut off after `month`, since a later report never changes
    an earlier light.
    """
    if case.target.is_milestone:
        return tuple(_assess_milestone(case, month, day, rules) for month, day in months)
    year = _Year.of(case, rules)
    return tuple(year.as_of(month, day) for month, day in months)


def expected_shares(case: GoalCase, rules: RuleSet = DEFAULT_RULES) -> tuple[float, ...] | None:
    """s_1..s_12 of a flow, the path it is compared with; None for other kinds."""
    return _shape(case, rules).shares if case.target.is_flow else None


def _assess_milestone(case: GoalCase, month: int, day: date | None, rules: RuleSet) -> GoalAssessment:
    """M, and D where there is a reporting calendar: a milestone without any report is not assessed by its dates."""
    assessment = assess_milestone(case.target, case.year, day, rules.likelihood)
    if case.due_on is None or day is None or assessment.colour == GREY:
        return assessment
    reports = [report for report in case.reports if report.period <= month]
    approved = max((report.period for report in reports if report.status == "approved"), default=None)
    submitted = max((report.period for report in reports if report.status in WAITING), default=None)
    freshness = freshness_of(schedule_of(case, rules.likelihood), Silence(approved, submitted), day, rules.likelihood)
    if case.target.done_on is not None and assessment.colour == GREEN:
        return replace(assessment, freshness=freshness, period=approved)
    status = assessment.colour if approved is not None else NONE
    colour, why = shown_light(freshness, status, ever_reported=approved is not None)
    return replace(
        assessment,
        freshness=freshness,
        period=approved,
        colour=colour,
        status_colour=status,
        reasons=assessment.reasons + why,
    )


class _Track(Struct, frozen=True, gc=False):
    """One replay: of the goal, or of one side of a flow band (B2)."""

    side: str | None
    steps: tuple[AssessedReport, ...]


class _Year(Struct, frozen=True, gc=False):
    """All that the months of a year share. `originals` are the tracks under the original target, if it was changed."""

    case: GoalCase
    rules: RuleSet
    periods: tuple[int, ...]
    tracks: tuple[_Track, ...]
    originals: tuple[_Track, ...]
    schedule: Schedule
    submitted: tuple[int, ...]
    not_assessable: str | None

    @classmethod
    def of(cls, case: GoalCase, rules: RuleSet) -> "_Year":
        versions = versions_of(case)
        methods_for = _method_maker(case, rules)
        by_start = {start: methods_for(value) for start, value in versions}
        first = by_start[versions[0][0]]
        reports = known_reports(case)
        run = partial(replay, reports, cumulative=case.target.is_flow)
        return cls(
            case=case,
            rules=rules,
            periods=tuple(report.period for report in reports),
            tracks=_tracks(by_start, run),
            originals=_tracks({1: first}, run) if len(versions) > 1 else (),
            schedule=schedule_of(case, rules.likelihood),
            submitted=_submitted(case),
            not_assessable=first[0][1].reason if isinstance(first[0][1], NotAssessable) else None,
        )

    def as_of(self, month: int, day: date | None) -> GoalAssessment:
        count = bisect_right(self.periods, month)
        shown = _worst(self.tracks, count)
        status = shown.steps[count - 1].colour if count else GREY if self.not_assessable else NONE
        freshness, colour, why = None, status, _NO_REASONS
        if day is not None:
            submitted = bisect_right(self.submitted, month)
            silence = Silence(
                self.periods[count - 1] if count else None, self.submitted[submitted - 1] if submitted else None
            )
            freshness = freshness_of(self.schedule, silence, day, self.rules.likelihood)
            colour, why = shown_light(freshness, status, ever_reported=count > 0)
        common = {"method": self.rules.method, "status_colour": status, "colour": colour, "freshness": freshness}
        if not count:
            reasons = (self.not_assessable,) if self.not_assessable else ()
            return GoalAssessment(**common, raw=status, reasons=reasons)  # type: ignore[arg-type]
        return self._assessment(shown, count, common, why)

    def _assessment(
        self, shown: _Track, count: int, common: Mapping[str, object], why: tuple[str, ...]
    ) -> GoalAssessment:
        step = shown.steps[count - 1]
        flag, against_original = self._changed_target(step.period, count)
        band = {f"p_{track.side}": track.steps[count - 1].figures.p_meet for track in self.tracks if track.side}
        return GoalAssessment(  # type: ignore[misc]
            *_numbers_of(step.figures),
            **common,  # type: ignore[arg-type]
            **band,  # type: ignore[arg-type]
            period=step.period,
            raw=step.raw,
            history=self._history(count),
            reasons=step.reasons + flag + why,
            consecutive_low=step.lows,
            colour_vs_original=against_original,
            met=step.met if len(self.tracks) == 1 else _all_met([track.steps[count - 1].met for track in self.tracks]),
            side=shown.side,
        )

    def _history(self, count: int) -> tuple[str, ...]:
        lights = [[step.colour for step in track.steps[:count]] for track in self.tracks]
        if len(lights) == 1:
            return tuple(lights[0])
        return tuple(min(row, key=_WORST_FIRST.index) for row in zip(*lights, strict=True))

    def _changed_target(self, period: int, count: int) -> tuple[tuple[str, ...], str | None]:
        """V1: the flag and the light the original target would have, while another one is in force."""
        if not self.originals:
            return (), None
        used, original = _ends(self.tracks, count), _ends(self.originals, count)
        if None in used or None in original or used == original:
            return (), None
        flag = "target_lowered" if used < original else "target_raised"
        return (flag,), _worst(self.originals, count).steps[count - 1].colour


def _ends(tracks: Sequence[_Track], count: int) -> tuple[float | None, ...]:
    """T, or the bounds of a range: of two targets the smaller one asks for less."""
    figures = tracks[0].steps[count - 1].figures
    return (figures.target,) if figures.band is None else figures.band


_Sided = tuple[tuple[str | None, Method | NotAssessable], ...]


def _method_maker(case: GoalCase, rules: RuleSet) -> Callable[[TargetVersion | None], _Sided]:
    """Makes the methods for a value of the target, one per side. The profile is computed once for all versions."""
    shape = _shape(case, rules)
    yardstick = _YARDSTICKS[case.target.kind](case, shape, rules.likelihood)

    def method(aim: Aim) -> Method:
        if rules.method == "pace":
            return PaceMethod(yardstick(aim), shape.shares, rules.pace)
        return LikelihoodMethod(yardstick(aim), case.frequency != "monthly", rules.likelihood)

    def methods(revised: TargetVersion | None) -> _Sided:
        try:
            aim = aim_of(case.target, rules.likelihood, revised)
        except Undetermined as missing:
            return ((None, NotAssessable(missing.reason)),)
        if case.target.is_flow and aim.direction == "band":
            low, high = sides(aim)
            return ("low", method(low)), ("high", method(high))
        return ((None, method(aim)),)

    return methods


_YardstickOf = Callable[[Aim], Yardstick]


def _flow(_case: GoalCase, shape: Shape, rules: Likelihood) -> _YardstickOf:
    return lambda aim: FlowYardstick(aim, shape, rules)


def _growth(case: GoalCase, shape: Shape, rules: Likelihood) -> _YardstickOf:
    wobble = growth_wobble(case.profile.growth_history, rules)
    return lambda aim: GrowthYardstick(aim, shape.shares, wobble, rules)


def _level(case: GoalCase, shape: Shape, rules: Likelihood) -> _YardstickOf:
    changes = changes_of(case.profile.levels, rules)
    return lambda aim: LevelYardstick(aim, changes, _level_path(case, aim, shape), rules)


_YARDSTICKS = {"flow": _flow, "growth": _growth, "level": _level, "relative": _level}
"""By kind of target: makes the yardstick of each version of the target."""


def _shape(case: GoalCase, rules: RuleSet) -> Shape:
    if rules.method == "pace":
        return schedule_shape(case.profile, case.target.count, rules)
    return shape_of(case.profile, case.target.count, rules.likelihood)


def _level_path(case: GoalCase, aim: Aim, shape: Shape) -> tuple[float, ...] | None:
    """A level's plan holds the levels themselves; a quarterly schedule spreads the way from B to T."""
    if shape.basis == "quarterly":
        start = aim.baseline
        return None if start is None else tuple(start + (aim.value - start) * share for share in shape.shares)
    plan = case.profile.plan
    return plan if case.profile.type in ("auto", "plan", "step") and plan and len(plan) == 12 else None


def _tracks(by_start: Mapping[int, _Sided], run: Callable[..., tuple[AssessedReport, ...]]) -> tuple[_Track, ...]:
    """A version without a value has no sides: it is grey on both."""
    sides_known = max(by_start.values(), key=len)
    return tuple(
        _Track(
            side,
            run(methods={start: sided[number if number < len(sided) else 0][1] for start, sided in by_start.items()}),
        )
        for number, (side, _) in enumerate(sides_known)
    )


def _submitted(case: GoalCase) -> tuple[int, ...]:
    return tuple(sorted(report.period for report in case.reports if report.status in WAITING))


def _worst(tracks: Sequence[_Track], count: int) -> _Track:
    """B2: the worse side; between equal lights the one with the smaller chance."""
    if len(tracks) == 1 or not count:
        return tracks[0]

    def badness(track: _Track) -> tuple[int, float]:
        step = track.steps[count - 1]
        chance = step.figures.p_meet
        return _WORST_FIRST.index(step.colour), 1.0 if chance is None else chance

    return min(tracks, key=badness)


def _all_met(results: Sequence[bool | None]) -> bool | None:
    return None if None in results else all(results)
