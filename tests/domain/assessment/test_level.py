"""L: levels, bands, shares, differences."""

from math import sqrt

import pytest

from hztargets.domain.assessment import GoalCase, Profile, ReportedFigure, Target, assess
from hztargets.domain.ruleset import Likelihood, RuleSet
from tests.domain.assessment.builders import LINEAR, goal, t2, t3

RISING = (10.0, 10.5, 11.0, 11.5, 12.0, 12.5, 13.0, 13.5, 14.0, 14.5, 15.0, 16.0)


def level(reports: dict[int, float], profile: Profile = LINEAR, /, **changes: object) -> GoalCase:
    return goal(reports, profile, kind="level", **changes)


def test_without_baseline_the_path_is_the_target() -> None:
    assessment = assess(level({6: 49.0}, value=50.0))
    assert (assessment.expected, assessment.progress, assessment.lag_pp, assessment.projection) == (
        50.0,
        None,
        None,
        49.0,
    )
    assert assessment.c == pytest.approx(2.5)
    assert assessment.p_meet == pytest.approx(t3(-1 / (2.5 * sqrt(0.5))))


def test_baseline_equal_to_the_target_counts_as_missing() -> None:
    assert assess(level({6: 49.0}, value=50.0, baseline=50.0)).c == pytest.approx(2.5)


def test_past_years_tell_how_the_rest_of_the_year_goes() -> None:
    assessment = assess(level({6: 13.0}, Profile(levels=(RISING,)), value=17.0, baseline=15.0))
    # last year rose by 3.5 after June; with one year nothing foretells it, so q is its mean square
    changes = [16.0 - value for value in RISING[:11]]
    q = sum(change**2 / ((12 - m) / 12) for m, change in enumerate(changes, start=1)) / 11
    c = sqrt((2.0**2 + q) / 2)
    assert assessment.projection == 16.5
    assert assessment.c == pytest.approx(c)
    assert assessment.nu == 2
    assert assessment.p_meet == pytest.approx(t2(-0.5 / (c * sqrt(0.5))))


def test_two_equal_years_foretell_each_other_exactly() -> None:
    assessment = assess(level({6: 13.0}, Profile(levels=(RISING, RISING)), value=17.0, baseline=15.0))
    assert assessment.c == pytest.approx(sqrt(4 / 3))
    assert assessment.p_meet == pytest.approx(t3(-0.5 / (sqrt(4 / 3) * sqrt(0.5))))


def test_plan_of_a_level_is_its_path() -> None:
    plan = Profile("plan", plan=(3.8,) * 6 + (3.95,) * 6)
    assessment = assess(level({6: 3.8}, plan, value=3.95, baseline=3.8))
    assert (assessment.expected, assessment.colour) == (3.8, "green")


@pytest.mark.parametrize(
    ("changes", "value", "raw"),
    [
        ({"value": 50.0}, 49.75, "amber"),
        ({"value": 50.0}, 49.749, "red"),
        ({"value": 50.0, "direction": "down"}, 50.25, "amber"),
        ({"value": 50.0, "direction": "down"}, 50.251, "red"),
    ],
)
def test_shortfall_that_does_not_matter_is_never_red(changes: dict[str, float], value: float, raw: str) -> None:
    """Without a baseline 0.5 % of the target; the chance itself is made small."""
    quiet = RuleSet(likelihood=Likelihood(level_change_without_baseline=0.001))
    assert assess(level({11: value}, LINEAR, **changes), quiet).raw == raw


@pytest.mark.parametrize(("value", "raw"), [(44.0, "amber"), (43.99, "red")])
def test_shortfall_of_the_projected_level_matters_beyond_five_percent_of_the_way(value: float, raw: str) -> None:
    """From 40 to 50 that is 0.5; last year brought 5.5 after June. The chance itself is let pass."""
    last_year = Profile(levels=((50.0,) * 5 + (44.5,) + (50.0,) * 6,))
    assessment = assess(
        level({6: value}, last_year, value=50.0, baseline=40.0), RuleSet(likelihood=Likelihood(p_red=0.5))
    )
    assert (assessment.projection, assessment.raw) == (pytest.approx(value + 5.5), raw)


def test_level_is_judged_from_january_on() -> None:
    assessment = assess(level({1: 40.0}, value=50.0))
    assert (assessment.raw, assessment.colour) == ("amber", "amber")
    assert assess(level({1: 40.0}, value=50.0, frequency="quarterly")).raw == "red"


def test_limit_at_any_time_is_left_as_soon_as_the_value_is_back() -> None:
    over = {6: 1.02, 7: 1.05, 8: 0.99}
    assessment = assess(level(over, value=1.0, direction="down", any_time=True))
    assert assessment.history == ("red", "red", "green")
    floor = assess(level({6: 97.9, 7: 98.0}, value=98.0, any_time=True))
    assert floor.history == ("red", "green")


def test_band_is_met_on_its_edges() -> None:
    assert assess(level({12: 12.9}, expr="stable", baseline=12.4, value=None)).met is True
    assert assess(level({12: 13.0}, expr="stable", baseline=12.4, value=None)).met is False
    assert assess(level({12: 13.0}, expr="stable", baseline=12.4, value=None, tolerance=0.6)).met is True


def test_band_has_no_path_and_is_never_ok_by_itself() -> None:
    assessment = assess(level({6: 12.85}, expr="stable", baseline=12.4, value=None))
    sigma = 0.5 * sqrt(0.5)
    chance = t3(0.05 / sigma) - t3(-0.95 / sigma)
    assert (assessment.expected, assessment.p_meet, assessment.colour) == (None, pytest.approx(chance), "green")


def test_stable_without_baseline_is_grey() -> None:
    assert assess(level({6: 12.0}, expr="stable", value=None)).reasons == ("no_baseline",)


def relative(*reports: ReportedFigure, **changes: object) -> GoalCase:
    return GoalCase(Target(kind="relative", expr="outpace", **changes), Profile(), reports)  # type: ignore[arg-type]


def test_relative_needs_both_sides() -> None:
    assessment = assess(
        relative(ReportedFigure(6, 9.3, 9.0), ReportedFigure(7, 8.0, None), ReportedFigure(8, None, 8.0))
    )
    assert (assessment.period, assessment.value, assessment.history) == (6, pytest.approx(0.3), ("green",))


def test_relative_has_no_baseline() -> None:
    """X1: last year's lead is no start of a path."""
    report = ReportedFigure(6, 9.3, 9.0)
    assert assess(relative(report, baseline=0.8)) == assess(relative(report))


@pytest.mark.parametrize(("own", "raw"), [(8.8, "amber"), (8.79, "red")])
def test_relative_shortfall_matters_beyond_two_tenths(own: float, raw: str) -> None:
    calm = RuleSet(likelihood=Likelihood(relative_change_pp=0.1))
    assessment = assess(relative(ReportedFigure(11, own, 9.0)), calm)
    assert assessment.p_meet is not None
    assert assessment.p_meet < 0.05
    assert assessment.raw == raw


def test_relative_at_year_end() -> None:
    assert assess(relative(ReportedFigure(12, 9.0, 9.0))).met is True
    near = assess(relative(ReportedFigure(12, 8.8, 9.0)))
    assert (near.met, near.colour) == (False, "amber")
    assert assess(relative(ReportedFigure(12, 8.799, 9.0))).colour == "red"
    assert assess(relative(ReportedFigure(6, 9.0, 9.0))).c == 1.0
