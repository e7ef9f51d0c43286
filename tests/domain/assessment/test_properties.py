"""What must hold for every goal, and what other systems get wrong."""

import json
from datetime import date, timedelta
from math import isfinite
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hztargets.domain.assessment import (
    GoalAssessment,
    GoalCase,
    Profile,
    ReportedFigure,
    Target,
    TargetVersion,
    assess,
    assess_year,
    sentences,
)
from hztargets.domain.cases import output_of
from hztargets.domain.ruleset import DEFAULT_RULES, PUBLISHED_RULES
from tests.domain.assessment.builders import EVEN_PLAN, HISTORY, LINEAR, PAST_YEARS, goal

LIGHTS = {"red", "amber", "green", "grey", "none"}
RULES = st.sampled_from([DEFAULT_RULES, *PUBLISHED_RULES.values()])
PROFILES = st.sampled_from(
    [
        Profile(),
        HISTORY,
        EVEN_PLAN,
        LINEAR,
        Profile("step", plan=(0.0,) * 5 + (20.0,) * 5 + (50.0, 50.0)),
        Profile("plan", plan=PAST_YEARS[0], history=PAST_YEARS),
        Profile(levels=((3.0, 3.1, 3.2, 3.3, 3.4, 3.5, 3.6, 3.7, 3.8, 3.9, 4.0, 4.1),) * 2),
        Profile(growth_history=((5.0, 4.0, 5.0, 6.0, 5.0, 4.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.2),)),
    ]
)
ORDINARY = st.just(0.0) | st.floats(0.001, 200)
EXTREME = st.sampled_from([0.0, -0.0, 1e300, -1e300, 1e-300, 5e-324, -1.0, 1.0, -100.0, 1e15, 123456789.123456])


def targets(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Target]:
    maybe = st.none() | numbers
    return st.builds(
        Target,
        kind=st.sampled_from(["flow", "level", "growth", "relative"]),
        direction=st.sampled_from(["up", "down", "band"]),
        value=maybe,
        low=maybe,
        high=maybe,
        baseline=maybe,
        approx=st.booleans(),
        precision=st.none() | st.integers(0, 2),
        count=st.booleans(),
        any_time=st.booleans(),
        expr=st.sampled_from([None, None, None, "double", "growth_on_baseline", "stable", "outpace"]),
        growth=maybe,
    )


def reports(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[ReportedFigure, ...]]:
    report = st.builds(
        ReportedFigure,
        period=st.integers(1, 12),
        value=st.none() | numbers,
        comparator=st.none() | numbers,
        status=st.sampled_from(["approved", "approved", "approved", "submitted", "draft"]),
        version=st.integers(1, 3),
        restated=st.booleans(),
    )
    return st.lists(report, max_size=14).map(tuple)


def cases(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[GoalCase]:
    return st.builds(
        GoalCase,
        target=targets(numbers),
        profile=PROFILES,
        reports=reports(numbers),
        year=st.just(2024),
        frequency=st.sampled_from(["monthly", "quarterly", "half_yearly", "yearly", "once"]),
        target_versions=st.lists(st.builds(TargetVersion, st.integers(1, 12), numbers), max_size=2).map(tuple),
        today=st.none() | st.dates(date(2024, 1, 1), date(2025, 6, 1)),
        skip_periods=st.sampled_from([frozenset(), frozenset({1})]),
        unit=st.sampled_from(["", "家", "%"]),
    )


def judged_cases() -> st.SearchStrategy[GoalCase]:
    """Goals with a target and reports that count, mostly by the default rules: no property holds for want of a light."""
    return st.builds(
        GoalCase,
        target=st.builds(
            Target,
            kind=st.sampled_from(["flow", "flow", "level", "growth"]),
            direction=st.sampled_from(["up", "down"]),
            value=st.floats(50, 150),
            baseline=st.none() | st.floats(20, 180),
            approx=st.booleans(),
        ),
        profile=st.sampled_from([Profile(), HISTORY, EVEN_PLAN]),
        reports=st.lists(
            st.builds(
                ReportedFigure,
                period=st.integers(1, 8),
                value=st.floats(0, 160),
                version=st.integers(1, 2),
                restated=st.booleans(),
            ),
            min_size=2,
            max_size=8,
        ).map(tuple),
        year=st.just(2024),
    )


JUDGED = cases(ORDINARY) | judged_cases()
RULES_OF_ALL = st.just(DEFAULT_RULES) | RULES
"""The default rules in half the examples, any in the rest."""


def check_is_plain(assessment: GoalAssessment) -> None:
    assert {assessment.colour, assessment.raw, assessment.status_colour, *assessment.history} <= LIGHTS
    assert assessment.p_meet is None or 0 <= assessment.p_meet <= 1
    assert len(assessment.history) == 0 or assessment.history[-1] == assessment.status_colour
    json.dumps(output_of(assessment), allow_nan=False)
    for value in (getattr(assessment, name) for name in assessment.__struct_fields__):
        assert not isinstance(value, float) or isfinite(value)


def check_sentence(case: GoalCase, assessment: GoalAssessment, rules: Any) -> None:
    for text, end in zip(sentences(case, assessment, rules), ("。", "."), strict=True):
        assert text.endswith(end)
        assert len(text) > 5
        assert not [
            word
            for word in ("None", "nan", "inf", "{", "}", "；；", "; ;", "-0%")
            if word in text.lower() or word in text
        ]


@settings(max_examples=100, deadline=None)
@given(cases(ORDINARY | st.floats(-10, 10, allow_nan=False)), RULES)
def test_every_goal_gets_a_light_and_a_sentence(case: GoalCase, rules: Any) -> None:
    assessment = assess(case, rules)
    check_is_plain(assessment)
    check_sentence(case, assessment, rules)


@settings(max_examples=100, deadline=None)
@given(cases(EXTREME), RULES)
def test_extreme_numbers_never_raise(case: GoalCase, rules: Any) -> None:
    assessment = assess(case, rules)
    check_is_plain(assessment)
    check_sentence(case, assessment, rules)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(*[EXTREME] * 12), max_size=6).map(tuple), EXTREME, EXTREME)
def test_extreme_past_years_never_raise(years: tuple[tuple[float, ...], ...], target: float, value: float) -> None:
    profile = Profile(history=years, levels=years, growth_history=years)
    for kind in ("flow", "level", "growth", "relative"):
        for kind_of in ("auto", "plan", "step", "working_day"):
            full = replace(
                profile, type=kind_of, plan=years[0] if years else None, working_days=years[0] if years else None
            )
            case = GoalCase(
                Target(kind, value=target, count=True),
                full,
                (ReportedFigure(5, value, 1.0), ReportedFigure(6, value, 1.0)),
            )
            assessment = assess(case)
            check_is_plain(assessment)
            check_sentence(case, assessment, DEFAULT_RULES)


def cut_off(case: GoalCase, month: int, day: date | None) -> GoalCase:
    return replace(case, reports=tuple(report for report in case.reports if report.period <= month), today=day)


@settings(max_examples=100, deadline=None)
@given(JUDGED, RULES_OF_ALL)
def test_year_equals_the_case_cut_off_after_each_month(case: GoalCase, rules: Any) -> None:
    views = [(month, date(2024, 1, 20) + timedelta(31 * month)) for month in range(1, 13)]
    whole = assess_year(case, views, rules)
    assert whole == tuple(assess(cut_off(case, month, day), rules) for month, day in views)


@settings(max_examples=100, deadline=None)
@given(JUDGED, RULES_OF_ALL, st.integers(1, 11), ORDINARY)
def test_later_report_never_changes_an_earlier_light(case: GoalCase, rules: Any, month: int, value: float) -> None:
    before = assess(cut_off(case, month, None), rules)
    later = replace(
        case, reports=(*cut_off(case, month, None).reports, ReportedFigure(month + 1, value, 1.0)), today=None
    )
    assert assess(later, rules).history[: len(before.history)] == before.history


@settings(max_examples=100, deadline=None)
@given(JUDGED, RULES_OF_ALL, st.randoms())
def test_order_of_reports_does_not_matter_and_replay_repeats(case: GoalCase, rules: Any, random: Any) -> None:
    shuffled = list(case.reports)
    random.shuffle(shuffled)
    first = assess(case, rules)
    assert assess(replace(case, reports=tuple(shuffled)), rules) == first
    assert assess(case, rules) == first


@given(st.integers(1, 11), st.floats(0, 2500), st.floats(0, 300), PROFILES)
def test_more_done_never_lowers_the_chance(month: int, value: float, more: float, profile: Profile) -> None:
    less_done, more_done = assess(goal({month: value}, profile)), assess(goal({month: value + more}, profile))
    if less_done.p_meet is not None and more_done.p_meet is not None:
        assert more_done.p_meet >= less_done.p_meet - 1e-12


WORST_FIRST = ("red", "amber", "none", "green")


@given(st.integers(1, 12), st.floats(-500, 2500), st.floats(0, 300), PROFILES, st.sampled_from(["up", "down"]))
@example(6, 2.2250738585072014e-308, 1.0, Profile(), "up")
@example(6, 5e-324, 1.0, Profile(), "up")
def test_better_figure_never_makes_a_worse_light(
    month: int, value: float, more: float, profile: Profile, direction: str
) -> None:
    """A figure below zero is no better than none, and a ceiling likes the smaller one."""
    better, worse = (value + more, value) if direction == "up" else (value, value + more)
    lights = [assess(goal({month: x}, profile, direction=direction)).raw for x in (worse, better)]
    assert WORST_FIRST.index(lights[0]) <= WORST_FIRST.index(lights[1])


@given(st.integers(1, 11), st.floats(0, 2500), st.floats(0, 300), PROFILES)
def test_more_spent_never_raises_the_chance_of_a_ceiling(
    month: int, value: float, more: float, profile: Profile
) -> None:
    chances = [assess(goal({month: x}, profile, direction="down")).p_meet for x in (value, value + more)]
    if chances[0] is not None and chances[1] is not None:
        assert chances[1] <= chances[0] + 1e-12


@given(st.sampled_from(["level", "growth"]), st.integers(1, 11), st.floats(0, 20), st.floats(0, 5))
def test_higher_never_lowers_the_chance(kind: str, month: int, value: float, more: float) -> None:
    chances = [assess(goal({month: x}, LINEAR, kind=kind, value=10.0)).p_meet or 0.0 for x in (value, value + more)]
    assert chances[1] >= chances[0] - 1e-12


FACTORS = st.sampled_from([1e-6, 0.1, 1 / 3, 7.0, 1e4, 1e8])


@settings(max_examples=100, deadline=None)
@given(JUDGED, RULES_OF_ALL, FACTORS)
def test_another_unit_changes_no_light(case: GoalCase, rules: Any, factor: float) -> None:
    """万元 or 亿元: flows and levels know no absolute amounts, unless they count things or round to decimals."""
    target = replace(case.target, count=False, precision=None, kind="level" if case.target.kind == "level" else "flow")
    if target.expr == "stable":
        target = replace(target, expr=None)
    profile = replace(case.profile, plan=None, levels=()) if target.kind == "level" else case.profile
    case = replace(case, target=target, profile=profile, today=None)

    def scaled(value: float | None) -> float | None:
        return None if value is None else value * factor

    fields = ("value", "low", "high", "baseline")
    other = replace(
        case,
        target=replace(target, **{name: scaled(getattr(target, name)) for name in fields}),
        reports=tuple(replace(report, value=scaled(report.value)) for report in case.reports),
        target_versions=tuple(TargetVersion(v.effective_from, v.value * factor) for v in case.target_versions),
    )
    mine, theirs = assess(case, rules), assess(other, rules)
    if mine.p_meet is not None and min(abs(mine.p_meet - limit) for limit in (0.05, 0.15, 0.2, 0.3, 0.4, 0.5)) < 1e-6:
        return
    assert theirs.status_colour == mine.status_colour


@given(st.integers(1, 12), st.floats(1, 200), PROFILES, st.sampled_from(["flow", "level"]))
def test_lower_is_better_mirrors(month: int, value: float, profile: Profile, kind: str) -> None:
    """Owing less than 100 is having more than -100."""
    down = assess(goal({month: value}, profile, kind=kind, value=100.0, direction="down"))
    up = assess(goal({month: -value}, replace(profile, levels=()), kind=kind, value=-100.0, direction="up"))
    if kind == "level" and (profile.plan is not None or profile.levels):
        return
    assert (up.colour, up.raw, up.met) == (down.colour, down.raw, down.met)
    assert up.p_meet == (None if down.p_meet is None else pytest.approx(down.p_meet))


@settings(max_examples=100, deadline=None)
@given(JUDGED, RULES_OF_ALL, st.integers(0, 500))
def test_silence_never_turns_anything_green(case: GoalCase, rules: Any, days: int) -> None:
    without, with_today = replace(case, today=None), replace(case, today=date(2024, 1, 1) + timedelta(days))
    without_day, with_day = assess(without, rules), assess(with_today, rules)
    assert with_day.status_colour == without_day.colour
    assert with_day.colour != "green" or without_day.colour == "green"
    assert (without_day.colour == "red") <= (with_day.colour == "red")


@given(st.integers(1, 12), PROFILES)
def test_missing_report_is_not_a_zero(month: int, profile: Profile) -> None:
    case = goal(
        {}, profile, reports=(ReportedFigure(month, 1500.0), ReportedFigure(min(12, month + 1), None, version=2))
    )
    assert assess(case) == assess(goal({month: 1500.0}, profile))


# mistakes of other systems, each with the number they would show


def test_overfulfilment_is_neither_capped_nor_lifted_to_100_percent() -> None:
    """`max(1, done)` where `min` was meant turns every goal into a full one."""
    assert assess(goal({6: 550.0}, LINEAR)).attainment == 0.5
    assert assess(goal({6: 1650.0}, LINEAR)).attainment == 1.5


def test_lower_is_better_is_not_a_sum_of_target_and_ratio() -> None:
    """`(target - actual / target) + 1` gives 499.86 for 285 of 500."""
    assessment = assess(goal({6: 285.0}, EVEN_PLAN, value=500.0, direction="down"))
    assert (assessment.attainment, assessment.done_share) == (1.14, 0.57)
    assert assessment.lag_pp == pytest.approx(-7.0)


def test_zero_target_is_not_replaced_by_a_thousandth() -> None:
    """0.001 would make 3 accidents an attainment of 300,000 %."""
    assessment = assess(goal({6: 3.0}, LINEAR, value=0.0, direction="down"))
    assert (assessment.target, assessment.attainment, assessment.colour) == (0.0, None, "red")


def test_low_total_that_only_means_a_missing_report_is_not_held_against_later_months() -> None:
    """By September, June's figure is 30 % of the year against 75 %: not a shortfall, a silence."""
    assessment = assess(goal({6: 50.0}, EVEN_PLAN, value=100.0, year=2024, today=date(2024, 10, 20)))
    assert (assessment.period, assessment.expected_share, assessment.status_colour, assessment.colour) == (
        6,
        0.5,
        "green",
        "grey",
    )
