"""Growth: year-to-date rates."""

from math import sqrt

import pytest

from hztargets.domain.assessment import GoalCase, Profile, assess
from hztargets.domain.ruleset import Likelihood, RuleSet
from tests.domain.assessment.builders import EVEN_PLAN, goal, t2, t3


def growth(reports: dict[int, float], profile: Profile = Profile(), /, **changes: object) -> GoalCase:  # noqa: B008
    return goal(reports, profile, **{"kind": "growth", "value": 5.5, **changes})


def test_numbers() -> None:
    assessment = assess(growth({6: 4.2}))
    assert assessment.attainment == pytest.approx(1.042 / 1.055)
    assert assessment.p_meet == pytest.approx(t3((1.042 / 1.055 - 1) / 0.02))
    assert assessment.required_rest == pytest.approx(6.8)
    assert assessment.projection == 4.2
    assert assessment.lag_pp == pytest.approx(1.3)


def test_the_rest_by_the_profiles_share() -> None:
    slow = Profile("plan", plan=(1.0, 2.0, 3.0, 4.0, 5.0, 20.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0))
    assessment = assess(growth({6: 4.2}, slow))
    assert assessment.required_rest == pytest.approx(100 * ((1.055 - 0.2 * 1.042) / 0.8 - 1))
    assert assessment.p_meet == pytest.approx(t3((1.042 / 1.055 - 1) / (0.02 * 2)))


def test_kappa_from_one_past_year() -> None:
    year = (4.0,) * 11 + (5.0,)
    assessment = assess(growth({6: 4.2}, Profile(growth_history=(year,))))
    error = 1.05 / 1.04 - 1
    q = sum(error**2 * (m / 12) / (1 - m / 12) for m in range(1, 12)) / 11
    assert assessment.kappa == pytest.approx(sqrt((0.02**2 + q) / 2))
    assert assessment.nu == 2
    assert assessment.p_meet == pytest.approx(t2((1.042 / 1.055 - 1) / sqrt((0.02**2 + q) / 2)))


@pytest.mark.parametrize(
    ("target", "value", "colour"),
    [(0.0, 0.0, "green"), (0.0, -0.1, "amber"), (-2.0, -1.9, "green"), (-2.0, -2.1, "amber")],
)
def test_zero_and_negative_targets(target: float, value: float, colour: str) -> None:
    assert assess(growth({6: value}, value=target)).colour == colour


def test_ceiling_of_prices() -> None:
    assert assess(growth({6: 2.9}, value=3.0, direction="down")).colour == "green"
    above = assess(growth({6: 3.5}, value=3.0, direction="down"))
    assert above.p_meet == pytest.approx(t3(-(1.035 / 1.03 - 1) / 0.02))
    assert above.colour == "amber"


@pytest.mark.parametrize(("value", "raw"), [(5.31, "amber"), (5.3, "red")])
def test_shortfall_matters_from_two_tenths(value: float, raw: str) -> None:
    calm = RuleSet(likelihood=Likelihood(kappa_growth=0.002))
    assessment = assess(growth({11: value}), calm)
    assert assessment.p_meet is not None
    assert assessment.p_meet < 0.05
    assert assessment.raw == raw


def test_far_below_is_red_at_the_second_report() -> None:
    assert assess(growth({5: 2.0, 6: 1.5})).history == ("amber", "red")


def test_too_early_in_january() -> None:
    assessment = assess(growth({1: 4.0}, EVEN_PLAN))
    assert (assessment.colour, assessment.reasons) == ("none", ("too_early",))
