"""The pace method: published rules at, just below and just above every threshold."""

from dataclasses import replace
from typing import Any

import pytest

from hztargets.domain.assessment import GoalAssessment, GoalCase, Profile, ReportedFigure, Target, TargetVersion, assess
from hztargets.domain.ruleset import (
    EIGHTY_SIXTY,
    GROWTH_AND_COMPARATOR,
    QUARTERLY_TABLE,
    TEN_TO_THIRTY_POINTS,
    TWO_AMBERS,
    UP_TO_HALF_BELOW,
    Pace,
    RuleSet,
    Threshold,
)
from tests.domain.assessment.builders import LINEAR, PAST_YEARS, goal

TINY = 1e-6


def assessment_of(
    rules: RuleSet, reports: dict[int, float], profile: Profile = LINEAR, /, **changes: Any
) -> GoalAssessment:
    return assess(goal(reports, profile, **{"value": 100.0, **changes}), rules)


def june(rules: RuleSet, value: float, **changes: Any) -> str:
    return assessment_of(rules, {6: value}, **changes).colour


@pytest.mark.parametrize(
    ("value", "colour"),
    [(50.0, "green"), (40 + TINY, "green"), (40.0, "amber"), (40 - TINY, "amber"), (20.0, "amber"), (20 - TINY, "red")],
)
def test_ten_to_thirty_points(value: float, colour: str) -> None:
    assert june(TEN_TO_THIRTY_POINTS, value) == colour


@pytest.mark.parametrize("target", [1.0, 3.0, 7.0, 0.1, 2200.0, 1e-9, 1e12, 88.31])
@pytest.mark.parametrize("month", range(2, 12))
def test_exactly_ten_points_is_amber_in_every_unit_and_month(target: float, month: int) -> None:
    """Binary fractions make this gap 9.999999999999998 or 10.000000000000002."""
    value = (month / 12 - 0.1) * target
    assert assessment_of(TEN_TO_THIRTY_POINTS, {month: value}, value=target).colour == "amber"
    open_end = replace(TEN_TO_THIRTY_POINTS, pace=Pace(amber=Threshold(10.0)))
    assert assessment_of(open_end, {month: value}, value=target).colour == "green"


@pytest.mark.parametrize(
    ("value", "colour"),
    [(50.0, "green"), (50 - TINY, "amber"), (25.0, "amber"), (25 - TINY, "red"), (0.0, "red"), (60.0, "green")],
)
def test_up_to_half_below_schedule(value: float, colour: str) -> None:
    assert june(UP_TO_HALF_BELOW, value) == colour


@pytest.mark.parametrize(
    ("value", "colour"),
    [(40.0, "green"), (40 - TINY, "amber"), (30.0, "amber"), (30 - TINY, "red")],
)
def test_eighty_sixty(value: float, colour: str) -> None:
    assert june(EIGHTY_SIXTY, value) == colour


def test_two_ambers_running_become_red() -> None:
    assert assessment_of(TWO_AMBERS, {5: 32.0, 6: 38.0, 7: 47.0, 8: 52.0}).history == ("amber", "red", "green", "amber")
    assert assessment_of(EIGHTY_SIXTY, {5: 32.0, 6: 38.0}).history == ("amber", "amber")
    assert "repeated_amber" in assessment_of(TWO_AMBERS, {5: 32.0, 6: 38.0}).reasons


def test_consecutive_reports_needed() -> None:
    patient = replace(EIGHTY_SIXTY, pace=replace(EIGHTY_SIXTY.pace, reds_needed=2, ambers_needed=2))
    first = assessment_of(patient, {5: 32.0})
    assert (first.colour, first.raw, first.reasons) == ("green", "amber", ("pending_amber",))
    assert assessment_of(patient, {5: 32.0, 6: 38.0}).colour == "amber"
    assert assessment_of(patient, {4: 22.0, 5: 24.0, 6: 28.0}).history == ("green", "amber", "red")
    assert assessment_of(patient, {4: 22.0, 5: 24.0}).reasons == ("pending_red",)


@pytest.mark.parametrize(
    ("period", "value", "colour"),
    [
        (2, 0.0, "none"),
        (3, 10.0, "amber"),
        (3, 10.1, "green"),
        (5, 10.1, "green"),
        (6, 40.1, "green"),
        (6, 40.0, "amber"),
        (6, 19.9, "red"),
        (9, 65.1, "green"),
        (9, 44.9, "red"),
    ],
)
def test_quarterly_table(period: int, value: float, colour: str) -> None:
    assert assessment_of(QUARTERLY_TABLE, {period: value}).colour == colour


@pytest.mark.parametrize(
    ("value", "comparator", "colour"),
    [
        (5.5, 5.5, "green"),
        (6.0, 5.0, "green"),
        (5.4, 5.0, "amber"),
        (6.0, 6.1, "amber"),
        (0.1, 5.0, "amber"),
        (0.0, 5.0, "amber"),
        (-0.1, -3.0, "red"),
        (5.4, None, "amber"),
        (-0.1, None, "red"),
        (6.0, None, "none"),
    ],
)
def test_growth_against_plan_and_comparator(value: float, comparator: float | None, colour: str) -> None:
    """An unpublished comparator never makes green."""
    case = GoalCase(Target("growth", value=5.5), Profile(), (ReportedFigure(6, value, comparator),))
    assert assess(case, GROWTH_AND_COMPARATOR).colour == colour


def test_falling_as_planned_and_less_than_others_is_green() -> None:
    case = GoalCase(Target("growth", value=-2.0), Profile(), (ReportedFigure(6, -1.5, -1.8),))
    assert assess(case, GROWTH_AND_COMPARATOR).colour == "green"


def test_relative_goal_under_the_growth_rule_looks_at_its_own_rate() -> None:
    def colour(own: float) -> str:
        case = GoalCase(Target("relative", expr="outpace"), Profile(), (ReportedFigure(6, own, 1.0),))
        return assess(case, GROWTH_AND_COMPARATOR).colour

    assert [colour(own) for own in (1.0, 0.9, -0.1)] == ["green", "amber", "red"]


def test_schedule_from_the_plan() -> None:
    plan = Profile(
        "plan", plan=(5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 70.0, 85.0, 100.0), history=PAST_YEARS
    )
    by_plan = replace(TEN_TO_THIRTY_POINTS, pace=Pace(schedule="plan"))
    assert assessment_of(by_plan, {6: 25.0}, plan).colour == "green"
    assert assessment_of(by_plan, {6: 20.0}, plan).colour == "amber"
    assert assessment_of(TEN_TO_THIRTY_POINTS, {6: 20.0}, plan).colour == "amber"
    assert assessment_of(by_plan, {6: 40.0}, Profile(history=PAST_YEARS)).expected_share == 0.5


def test_ceiling_is_mirrored() -> None:
    down = {"direction": "down"}
    assert [june(TEN_TO_THIRTY_POINTS, value, **down) for value in (59.9, 60.0, 80.0, 80.1)] == [
        "green",
        "amber",
        "amber",
        "red",
    ]
    # ratio: expected/done
    assert [june(EIGHTY_SIXTY, value, **down) for value in (62.5, 62.6, 83.3, 83.4)] == [
        "green",
        "amber",
        "amber",
        "red",
    ]
    assert june(EIGHTY_SIXTY, 0.0, **down) == "green"
    assert assessment_of(EIGHTY_SIXTY, {6: 101.0}, **down).reasons == ("breached",)


def test_about_is_judged_by_the_success_bound() -> None:
    assert june(TEN_TO_THIRTY_POINTS, 38.1, approx=True) == "green"
    assert june(TEN_TO_THIRTY_POINTS, 37.9, approx=True) == "amber"


@pytest.mark.parametrize(("value", "colour"), [(3.861, "green"), (3.86, "amber"), (3.83, "amber"), (3.829, "red")])
def test_level_counts_points_of_the_way(value: float, colour: str) -> None:
    """From 3.8 to 3.95; half the way is due in June, so ten points behind is at 3.86."""
    case = goal({6: value}, LINEAR, kind="level", value=3.95, baseline=3.8)
    assert assess(case, TEN_TO_THIRTY_POINTS).colour == colour


def test_level_without_baseline_counts_against_the_target() -> None:
    case = goal({6: 79.0}, LINEAR, kind="level", value=100.0)
    assert assess(case, EIGHTY_SIXTY).colour == "amber"
    ceiling = goal({6: 1.3}, LINEAR, kind="level", value=1.0, direction="down")
    assert assess(ceiling, EIGHTY_SIXTY).colour == "amber"


def test_band_green_inside() -> None:
    def colour(value: float) -> str:
        case = goal({6: value}, LINEAR, kind="level", value=None, expr="stable", baseline=12.4)
        return assess(case, EIGHTY_SIXTY).colour

    assert [colour(value) for value in (11.9, 12.9, 16.0, 16.2)] == ["green", "green", "green", "amber"]


def test_no_sentence_rests_on_chance() -> None:
    june = assessment_of(TEN_TO_THIRTY_POINTS, {6: 40.0})
    assert (june.method, june.p_meet, june.interval80, june.kappa, june.grade) == ("pace", None, None, None, None)
    assert (june.expected, june.attainment, june.projection) == (50.0, 0.8, 80.0)
    assert june.lag_pp == pytest.approx(10.0)


def test_final_test_versions_falls_and_zero_targets_are_shared() -> None:
    assert assessment_of(EIGHTY_SIXTY, {12: 96.0}).colour == "amber"
    assert assessment_of(EIGHTY_SIXTY, {6: 0.0}, value=0.0, direction="down").colour == "green"
    assert assessment_of(EIGHTY_SIXTY, {5: 50.0, 6: 20.0}).reasons == ("decrease_unconfirmed",)
    lowered = assessment_of(EIGHTY_SIXTY, {6: 38.0}, target_versions=(TargetVersion(6, 80.0),))
    assert (lowered.colour, lowered.colour_vs_original) == ("green", "amber")


def test_batches_not_due_yet() -> None:
    batches = Profile("step", plan=(0.0,) * 5 + (40.0,) * 5 + (100.0, 100.0))
    by_plan = replace(EIGHTY_SIXTY, pace=replace(EIGHTY_SIXTY.pace, schedule="plan"))
    assert assessment_of(by_plan, {5: 0.0, 6: 20.0}, batches).history == ("none", "red")
