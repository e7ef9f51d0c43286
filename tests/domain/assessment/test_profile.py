"""E: expected share, kappa, nu and grade, worked out by hand."""

from math import sqrt

import pytest

from hztargets.domain.assessment import Profile, assess
from hztargets.domain.assessment.profile import shape_of
from hztargets.domain.ruleset import Likelihood
from tests.domain.assessment.builders import EVEN_PLAN, HISTORY, LINEAR, PAST_YEARS, goal

NUMBERS = Likelihood()
FLAT = tuple(100.0 * month for month in range(1, 13))
LATE = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 20.0, 70.0, 100.0)
UNTIL_NOVEMBER = range(1, 12)


def linear_q(shares: list[float]) -> float:
    """q_k when the expected share of month m is m/12."""
    return sum((shares[m - 1] - m / 12) ** 2 / (m / 12 * (1 - m / 12)) for m in UNTIL_NOVEMBER) / 11


def test_linear() -> None:
    shape = shape_of(LINEAR, False, NUMBERS)
    assert (shape.shares[5], shape.kappa, shape.nu, shape.grade) == (0.5, 0.20, 3, "C")


def test_plan_without_history() -> None:
    shape = shape_of(EVEN_PLAN, False, NUMBERS)
    assert (shape.basis, shape.shares[2], shape.kappa, shape.nu, shape.grade) == ("plan", 0.25, 0.10, 3, "B")


def test_plan_with_history_takes_its_wobble() -> None:
    past = shape_of(HISTORY, False, NUMBERS)
    plan = shape_of(Profile("plan", plan=EVEN_PLAN.plan, history=PAST_YEARS), False, NUMBERS)
    assert (plan.shares[2], plan.kappa, plan.nu, plan.grade) == (0.25, past.kappa, 4, "A")
    two = shape_of(Profile("plan", plan=EVEN_PLAN.plan, history=PAST_YEARS[:2]), False, NUMBERS)
    assert (two.nu, two.grade) == (3, "B")


def test_one_flat_year_leans_on_the_straight_line() -> None:
    year = (50.0, *FLAT[1:])
    shape = shape_of(Profile("history", history=(year,)), False, NUMBERS)
    first = 50 / 1200
    assert shape.shares[0] == pytest.approx((first + 0.5 / 12) / 1.5)
    shares = [first, *(m / 12 for m in range(2, 12))]
    assert shape.kappa == pytest.approx(sqrt((0.05**2 + linear_q(shares)) / 2))
    assert (shape.nu, shape.grade) == (2, "B")


def test_one_seasonal_year_is_used_as_it_is() -> None:
    shape = shape_of(Profile("history", history=(LATE,)), False, NUMBERS)
    assert (shape.shares[9], shape.shares[8], shape.kappa, shape.nu) == (0.2, 0.0, 0.08, 2)


def test_two_seasonal_years_foretell_each_other() -> None:
    other = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 30.0, 70.0, 100.0)
    shape = shape_of(Profile("history", history=(LATE, other)), False, NUMBERS)
    # they differ in October only; an expected 0 is clipped to 0.005 and misses the actual 0 by that much
    clipped = 0.005**2 / (0.005 * 0.995)
    q_late = (9 * clipped + 0.1**2 / (0.3 * 0.7)) / 11
    q_other = (9 * clipped + 0.1**2 / (0.2 * 0.8)) / 11
    assert shape.shares[9] == pytest.approx(0.25)
    assert shape.kappa == pytest.approx(sqrt((0.05**2 + q_late + q_other) / 3))
    assert (shape.nu, shape.grade) == (3, "B")


@pytest.mark.parametrize(("stray", "linear_weight"), [(0.0799, 0.5), (0.08, 0.0)])
def test_clearly_seasonal_from_eight_points(stray: float, linear_weight: float) -> None:
    year = tuple(100 * (m / 12 + (stray if m == 6 else 0)) for m in range(1, 13))
    shape = shape_of(Profile("history", history=(year,)), False, NUMBERS)
    assert shape.shares[5] == pytest.approx((0.5 + stray + linear_weight * 0.5) / (1 + linear_weight))


def test_small_counts_must_stray_further_to_be_seasonal() -> None:
    # mean yearly total 25: the threshold is 1/5, and this year strays by 0.1
    year = tuple(25 * (m / 12 + (0.1 if m == 6 else 0)) for m in range(1, 13))
    assert shape_of(Profile("history", history=(year,)), False, NUMBERS).shares[5] == pytest.approx(0.6)
    assert shape_of(Profile("history", history=(year,)), True, NUMBERS).shares[5] == pytest.approx(0.85 / 1.5)


def test_only_the_last_five_years_with_a_positive_total_count() -> None:
    empty, negative = (0.0,) * 12, (-1.0,) * 12
    shape = shape_of(
        Profile("history", history=(LATE, LATE, FLAT, FLAT, empty, FLAT, negative, FLAT, FLAT)), False, NUMBERS
    )
    assert (shape.nu, shape.grade) == (6, "A")
    assert shape.shares[0] == pytest.approx(1 / 12)


def test_history_of_nothing_falls_back_to_linear() -> None:
    shape = shape_of(Profile("history", history=((0.0,) * 12,)), False, NUMBERS)
    assert (shape.basis, shape.grade) == ("linear", "C")


@pytest.mark.parametrize(
    ("profile", "basis"),
    [
        (Profile(), "linear"),
        (Profile(history=PAST_YEARS), "history"),
        (Profile(history=PAST_YEARS, plan=EVEN_PLAN.plan), "plan"),
        (Profile("step", plan=EVEN_PLAN.plan), "step"),
        (Profile("linear", history=PAST_YEARS), "linear"),
        (Profile("plan", history=PAST_YEARS), "history"),
        (Profile("plan"), "linear"),
        (Profile("plan", plan=(0.0,) * 12), "linear"),
        (Profile("working_day"), "linear"),
    ],
)
def test_which_profile_is_used(profile: Profile, basis: str) -> None:
    assert shape_of(profile, False, NUMBERS).basis == basis


def test_working_days() -> None:
    days = (22.0, 17.0, 21.0, 22.0, 21.0, 19.0, 23.0, 22.0, 21.0, 19.0, 21.0, 22.0)
    shape = shape_of(Profile("working_day", working_days=days), False, NUMBERS)
    assert shape.shares[1] == pytest.approx(39 / 250)
    assert (shape.kappa, shape.nu, shape.grade) == (0.20, 3, "C")


def test_unknown_months_are_interpolated_and_cost_the_grade() -> None:
    """March, November and December known, as in the published figures of foreign investment in 2023."""
    year = (None, None, 24.64, None, None, None, None, None, None, None, 83.15, 88.31)
    shape = shape_of(Profile("history", history=(year,)), False, NUMBERS)
    june = (24.64 + (83.15 - 24.64) * 3 / 8) / 88.31
    assert shape.shares[5] == pytest.approx((june + 0.25) / 1.5)
    assert shape.shares[0] == pytest.approx((24.64 / 3 / 88.31 + 0.5 / 12) / 1.5)
    assert shape.grade == "B"
    assert shape_of(Profile("history", history=(*PAST_YEARS, year)), False, NUMBERS).grade == "B"


@pytest.mark.parametrize(
    "year",
    [
        (None,) * 10 + (83.0, 88.0),
        (None, None, 24.0, None, None, 40.0, None, None, None, None, 83.0, None),
    ],
)
def test_years_known_too_little_do_not_count(year: tuple[float | None, ...]) -> None:
    assert shape_of(Profile("history", history=(year,)), False, NUMBERS).basis == "linear"


def test_counts_wobble_at_least_by_their_root() -> None:
    assessment = assess(goal({6: 18.0}, EVEN_PLAN, value=40.0, count=True, approx=True))
    assert assessment.kappa == pytest.approx(1 / sqrt(38))
    assert assess(goal({6: 1800.0}, EVEN_PLAN, value=4000.0, count=True)).kappa == 0.10
