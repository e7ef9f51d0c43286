"""N: the target as used, rounding, the test at year-end."""

import pytest

from hztargets.domain.assessment import Target, TargetVersion, assess
from hztargets.domain.assessment.arithmetic import round_half_away
from hztargets.domain.assessment.target import Undetermined, aim_of, sides, versions_of
from hztargets.domain.ruleset import Likelihood
from tests.domain.assessment.builders import EVEN_PLAN, LINEAR, goal

NUMBERS = Likelihood()


@pytest.mark.parametrize(
    ("target", "bound"),
    [
        (Target(value=2000.0, approx=True), 1900.0),
        (Target(value=2000.0, approx=True, tolerance=0.1), 1800.0),
        (Target(value=2000.0, approx=True, direction="down"), 2100.0),
        (Target(value=-200.0, approx=True), -210.0),
        (Target(value=2000.0, tolerance=0.1), 2000.0),
    ],
)
def test_success_bound_of_about(target: Target, bound: float) -> None:
    assert aim_of(target, NUMBERS).bound == pytest.approx(bound)


def test_band_around_a_value_keeps_it_for_the_expected_value() -> None:
    aim = aim_of(Target(value=1000.0, direction="band", approx=True), NUMBERS)
    assert (aim.low, aim.high, aim.value) == (950.0, 1050.0, 1000.0)
    low, high = sides(aim)
    assert (low.direction, low.value, low.bound) == ("up", 1000.0, 950.0)
    assert (high.direction, high.value, high.bound) == ("down", 1000.0, 1050.0)


def test_band_given_by_its_ends_judges_each_end_against_itself() -> None:
    low, high = sides(aim_of(Target(low=800.0, high=1000.0, direction="band"), NUMBERS))
    assert (low.value, low.bound, high.value, high.bound) == (800.0, 800.0, 1000.0, 1000.0)


def test_band_with_one_end_is_a_floor() -> None:
    aim = aim_of(Target(low=800.0, direction="band"), NUMBERS)
    assert (aim.direction, aim.bound) == ("up", 800.0)


def test_expected_value_and_attainment_use_the_target_not_the_bound() -> None:
    assessment = assess(goal({6: 960.0}, EVEN_PLAN, value=2000.0, approx=True))
    assert (assessment.expected, assessment.attainment, assessment.lag_pp) == (1000.0, 0.96, pytest.approx(2.0))
    # a = 960/1900 lies beyond s = .5, so the goal counts as on pace
    assert assessment.colour == "green"
    assert assessment.p_meet is not None
    assert assessment.p_meet > 0.5


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (5.46, 1, 5.5),
        (5.45, 1, 5.5),
        (5.44, 1, 5.4),
        (-5.45, 1, -5.5),
        (2.675, 2, 2.68),
        (2.5, 0, 3.0),
        (1.05, None, 1.05),
    ],
)
def test_rounding_half_away_from_zero(value: float, decimals: int | None, rounded: float) -> None:
    assert round_half_away(value, decimals) == rounded


def test_final_test_rounds_to_the_target_precision() -> None:
    assert assess(goal({12: 2199.5}, precision=0)).met is True
    assert assess(goal({12: 2199.4}, precision=0)).met is False
    assert assess(goal({12: 2199.5})).met is False


def test_doubling_is_twice_the_baseline() -> None:
    assessment = assess(goal({6: 16.0}, LINEAR, expr="double", value=None, baseline=16.0))
    assert (assessment.target, assessment.expected, assessment.attainment) == (32.0, 16.0, 1.0)


@pytest.mark.parametrize("expr", ["double", "growth_on_baseline"])
def test_zero_baseline_is_grey(expr: str) -> None:
    assessment = assess(goal({6: 16.0}, LINEAR, expr=expr, value=None, baseline=0.0, growth=8.0))
    assert (assessment.colour, assessment.reasons, assessment.p_meet) == ("grey", ("baseline_zero",), None)


def test_growth_on_a_known_total_is_judged_as_flow() -> None:
    assessment = assess(goal({6: 540.0}, LINEAR, expr="growth_on_baseline", value=None, baseline=1000.0, growth=8.0))
    assert (assessment.target, assessment.expected, assessment.colour) == (
        pytest.approx(1080.0),
        pytest.approx(540.0),
        "green",
    )


def test_goal_without_a_value_is_grey_even_before_a_report() -> None:
    assert assess(goal({6: 3.0}, value=None)).reasons == ("no_target",)
    silent = assess(goal({}, value=None))
    assert (silent.colour, silent.reasons) == ("grey", ("no_target",))


def test_growth_on_baseline_without_a_rate_is_undetermined() -> None:
    with pytest.raises(Undetermined) as caught:
        aim_of(Target(expr="growth_on_baseline", baseline=5.0), NUMBERS)
    assert caught.value.reason == "no_target"


def test_versions_start_with_the_target_as_set() -> None:
    lower, lowest = TargetVersion(7, 2000.0), TargetVersion(9, 1800.0)
    assert versions_of(goal({}, target_versions=(lowest, lower))) == ((1, None), (7, lower), (9, lowest))
    whole = TargetVersion(1, 2100.0)
    assert versions_of(goal({}, target_versions=(whole, lower))) == ((1, whole), (7, lower))
    again = TargetVersion(7, 1900.0)
    assert versions_of(goal({}, target_versions=(lower, again))) == ((1, None), (7, again))


def test_a_revised_range_has_new_ends() -> None:
    band = Target(direction="band", low=90.0, high=110.0)
    assert (aim_of(band, NUMBERS).low, aim_of(band, NUMBERS).high) == (90.0, 110.0)
    revised = aim_of(band, NUMBERS, TargetVersion(7, 70.0, 80.0))
    assert (revised.value, revised.low, revised.high) == (70.0, 70.0, 80.0)


@pytest.mark.parametrize(
    ("changes", "value", "colour"),
    [
        ({"value": 100.0}, 95.0, "amber"),
        ({"value": 100.0}, 94.9, "red"),
        ({"value": 100.0, "approx": True}, 90.25, "amber"),
        ({"value": 100.0, "approx": True}, 90.2, "red"),
        ({"value": 100.0, "direction": "down"}, 100.5, "red"),
        ({"value": None, "direction": "band", "low": 90.0, "high": 110.0}, 89.9, "red"),
        ({"kind": "level", "value": 3.95, "baseline": 3.8}, 3.92, "amber"),
        ({"kind": "level", "value": 3.95, "baseline": 3.8}, 3.9199, "red"),
        ({"kind": "level", "value": 50.0}, 49.5, "amber"),
        ({"kind": "level", "value": 50.0}, 49.499, "red"),
        ({"kind": "level", "value": 50.0, "direction": "down"}, 50.5, "amber"),
        ({"kind": "level", "value": None, "direction": "band", "low": 11.9, "high": 12.9}, 13.0, "red"),
        ({"kind": "growth", "value": 5.5}, 5.0, "amber"),
        ({"kind": "growth", "value": 5.5}, 4.999, "red"),
        ({"kind": "growth", "value": 3.0, "direction": "down"}, 3.5, "amber"),
        ({"kind": "growth", "value": 3.0, "direction": "down"}, 3.501, "red"),
    ],
)
def test_near_miss_at_year_end(changes: dict[str, object], value: float, colour: str) -> None:
    assessment = assess(goal({12: value}, LINEAR, **changes))
    assert (assessment.met, assessment.colour) == (False, colour)


def test_outcome_is_a_fact_in_december() -> None:
    assessment = assess(goal({12: 2190.0}))
    assert (assessment.p_meet, assessment.projection, assessment.interval80, assessment.required_per_month) == (
        0.0,
        2190.0,
        None,
        None,
    )
    assert assess(goal({12: 2200.0})).p_meet == 1.0
