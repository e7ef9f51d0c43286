"""A/P, B2, Z1: the numbers of a cumulative figure."""

from math import sqrt

import pytest
from scipy.special import stdtrit

from hztargets.domain.assessment import Profile, assess
from tests.domain.assessment.builders import EVEN_PLAN, LINEAR, goal, t3


def test_numbers_of_a_plan_in_june() -> None:
    assessment = assess(goal({6: 40.0}, EVEN_PLAN, value=100.0))
    sigma = 0.1 * 0.5
    reach = float(stdtrit(3, 0.9)) * sigma
    assert assessment.p_meet == pytest.approx(t3((0.4 - 0.5) / sigma))
    assert (assessment.expected, assessment.attainment, assessment.done_share) == (50.0, 0.8, 0.4)
    assert assessment.lag_pp == pytest.approx(10.0)
    assert assessment.sigma_pp == pytest.approx(5.0)
    assert assessment.projection == 80.0
    assert assessment.interval80 == pytest.approx((40 / (0.5 + reach), 40 / (0.5 - reach)))
    assert assessment.pace_ratio == pytest.approx((0.6 / 0.5) / (0.4 / 0.5))
    assert (assessment.required_per_month, assessment.achieved_per_month) == (10.0, pytest.approx(40 / 6))


def test_interval_never_divides_by_less_than_two_percent() -> None:
    assessment = assess(goal({1: 5.0}, LINEAR, value=120.0))
    assert assessment.interval80 is not None
    assert assessment.interval80[1] == pytest.approx(5 / 0.02)


def test_interval_never_divides_by_more_than_the_year() -> None:
    assessment = assess(goal({11: 110.0}, LINEAR, value=120.0))
    assert assessment.interval80 is not None
    assert assessment.interval80[0] == 110.0


def test_ceiling_mirrors_the_chance() -> None:
    up = assess(goal({6: 45.0}, EVEN_PLAN, value=100.0))
    down = assess(goal({6: 55.0}, EVEN_PLAN, value=100.0, direction="down"))
    assert up.p_meet is not None
    assert down.p_meet == pytest.approx(up.p_meet)


def test_ceiling_once_passed_is_breached() -> None:
    assessment = assess(goal({4: 80.0, 5: 101.0}, EVEN_PLAN, value=100.0, direction="down"))
    assert (assessment.colour, assessment.raw, assessment.reasons) == ("red", "red", ("breached",))


def test_exactly_the_ceiling_is_not_breached() -> None:
    assert "breached" not in assess(goal({11: 100.0}, EVEN_PLAN, value=100.0, direction="down")).reasons


def test_pace_ratio_is_null_without_progress() -> None:
    assert assess(goal({6: 0.0}, EVEN_PLAN)).pace_ratio is None


def test_early_month_is_clipped_for_the_chance_but_not_for_the_expected_value() -> None:
    late = Profile("plan", plan=(0.0,) * 9 + (20.0, 70.0, 100.0))
    assessment = assess(goal({6: 2.0}, late, value=100.0))
    assert (assessment.expected, assessment.expected_share, assessment.attainment) == (0.0, 0.0, None)
    assert assessment.p_meet == pytest.approx(t3((0.02 - 0.005) / (0.1 * sqrt(0.005 * 0.995))))


@pytest.mark.parametrize(
    ("direction", "value", "colour"),
    [("down", 0.0, "green"), ("down", 1.0, "red"), ("up", 0.0, "green"), ("up", -5.0, "green"), ("up", 5.0, "green")],
)
def test_zero_target_has_no_ratios(direction: str, value: float, colour: str) -> None:
    assessment = assess(goal({6: value}, LINEAR, value=0.0, direction=direction))
    assert (assessment.colour, assessment.attainment, assessment.lag_pp, assessment.p_meet, assessment.pace_ratio) == (
        colour,
        None,
        None,
        None,
        None,
    )


def test_zero_ceiling_at_year_end() -> None:
    assert assess(goal({12: 0.0}, LINEAR, value=0.0, direction="down")).met is True
    broken = assess(goal({12: 1.0}, LINEAR, value=0.0, direction="down"))
    assert (broken.met, broken.colour) == (False, "red")


def band(value: float, period: int = 6) -> dict[str, object]:
    assessment = assess(goal({period: value}, EVEN_PLAN, value=None, low=80.0, high=100.0, direction="band"))
    return {
        "colour": assessment.colour,
        "side": assessment.side,
        "p_low": assessment.p_low,
        "p_high": assessment.p_high,
        "p": assessment.p_meet,
    }


def test_flow_band_shows_the_worse_side() -> None:
    # June: s = .5, sigma = .05; 36 is .45 of 80 and .36 of 100
    low, high = t3((0.45 - 0.5) / 0.05), t3((0.5 - 0.36) / 0.05)
    assert band(36.0) == {
        "colour": "amber",
        "side": "low",
        "p_low": pytest.approx(low),
        "p_high": pytest.approx(high),
        "p": pytest.approx(low),
    }
    over = band(56.0)
    assert (over["side"], over["p"]) == ("high", pytest.approx(t3((0.5 - 0.56) / 0.05)))


def test_flow_band_above_its_upper_end_is_breached() -> None:
    assert band(101.0)["colour"] == "red"


@pytest.mark.parametrize(("value", "met"), [(79.0, False), (80.0, True), (100.0, True), (101.0, False)])
def test_flow_band_at_year_end_knows_no_near_miss(value: float, met: bool) -> None:
    assessment = assess(goal({12: value}, EVEN_PLAN, value=None, low=80.0, high=100.0, direction="band"))
    assert (assessment.met, assessment.colour) == (met, "green" if met else "red")


def test_ceiling_passed_before_the_first_batch_is_breached_not_undue() -> None:
    """C2 comes before C3."""
    batches = Profile("step", plan=(0.0,) * 5 + (20.0,) * 5 + (50.0, 50.0))
    assessment = assess(goal({3: 51.0}, batches, value=50.0, direction="down"))
    assert (assessment.colour, assessment.reasons) == ("red", ("breached",))
    assert assess(goal({3: 50.0}, batches, value=50.0, direction="down")).reasons == ("not_due",)
