"""C: one report's own light, rule by rule, at both sides of each threshold."""

import pytest
from msgspec.structs import replace

from hztargets.domain.assessment import Profile, assess
from hztargets.domain.assessment.outcome import Findings
from hztargets.domain.assessment.raw_light import raw_light
from hztargets.domain.ruleset import Likelihood
from tests.domain.assessment.builders import LINEAR, goal

NUMBERS = Likelihood()
BEHIND = Findings(ok=False, material=True)


@pytest.mark.parametrize(
    ("period", "chance", "findings", "light"),
    [
        (12, 0.9, replace(BEHIND, met=True), ("green", ())),
        (12, 0.9, replace(BEHIND, met=False, near=True, breached=True), ("amber", ())),
        (12, 0.9, replace(BEHIND, met=False), ("red", ())),
        (6, 0.9, Findings(ok=True, breached=True), ("red", ("breached",))),
        (6, 0.9, Findings(ok=True, over_limit=True), ("red", ("over_limit_now",))),
        (6, None, Findings(ok=True, not_due=True), ("none", ("not_due",))),
        (6, 1.0, Findings(ok=True, met_early=True), ("green", ("met_early",))),
        (6, None, Findings(ok=True), ("green", ())),
        (6, None, Findings(ok=False), ("amber", ())),
        (3, 0.01, Findings(ok=True, mature=False), ("green", ())),
        (3, 0.049, replace(BEHIND, mature=False), ("amber", ())),
        (3, 0.05, replace(BEHIND, mature=False), ("none", ("too_early",))),
        (6, 0.199, BEHIND, ("red", ())),
        (6, 0.20, BEHIND, ("amber", ())),
        (1, 0.01, BEHIND, ("amber", ())),
        (2, 0.01, BEHIND, ("red", ())),
        (6, 0.01, replace(BEHIND, material=False), ("amber", ())),
        (6, 0.01, replace(BEHIND, ok=True), ("green", ())),
        (6, 0.01, replace(BEHIND, capped=True), ("amber", ("weak_profile_capped",))),
        (6, 0.50, BEHIND, ("green", ())),
        (6, 0.499, BEHIND, ("amber", ())),
        (6, 0.30, Findings(ok=True), ("green", ())),
    ],
)
def test_first_rule_that_applies(
    period: int, chance: float | None, findings: Findings, light: tuple[str, tuple[str, ...]]
) -> None:
    assert raw_light(period, chance, findings, False, NUMBERS) == light


@pytest.mark.parametrize(("chance", "light"), [(0.149, "red"), (0.15, "amber")])
def test_quarterly_reporting_is_red_below_fifteen_percent_from_the_first_report(chance: float, light: str) -> None:
    assert raw_light(1, chance, BEHIND, True, NUMBERS) == (light, ())


@pytest.mark.parametrize(
    ("period", "value", "raw"),
    [
        (5, 10.0, "amber"),  # s = .417: never red on a weak profile before half the year
        (6, 25.0, "red"),  # pace ratio (75/50)/(25/50) = 3
        (6, 25.1, "amber"),
        (6, 0.0, "red"),
        (6, -1.0, "red"),  # less than nothing is no excuse
    ],
)
def test_weak_profile_is_red_only_late_and_only_far_behind(period: int, value: float, raw: str) -> None:
    assessment = assess(goal({period: value}, LINEAR, value=100.0))
    assert assessment.raw == raw
    assert ("weak_profile_capped" in assessment.reasons) == (raw == "amber")


def test_weak_profile_does_not_spare_a_ceiling() -> None:
    assessment = assess(goal({4: 90.0}, LINEAR, value=100.0, direction="down"))
    assert (assessment.grade, assessment.raw) == ("C", "red")


@pytest.mark.parametrize(("value", "raw"), [(47.5, "amber"), (47.4, "red")])
def test_flow_shortfall_matters_below_95_percent(value: float, raw: str) -> None:
    exact = Profile(
        "plan", plan=tuple(float(m) for m in range(1, 13)), history=(tuple(100.0 * m for m in range(1, 13)),) * 5
    )
    assessment = assess(goal({6: value}, exact, value=100.0))
    # five exactly even years: kappa = .05/sqrt(6), and 2.5 points below are far out
    assert assessment.p_meet is not None
    assert assessment.p_meet < 0.05
    assert assessment.raw == raw


@pytest.mark.parametrize(("value", "raw"), [(52.5, "amber"), (52.6, "red")])
def test_ceiling_excess_matters_above_105_percent(value: float, raw: str) -> None:
    exact = Profile(
        "plan", plan=tuple(float(m) for m in range(1, 13)), history=(tuple(100.0 * m for m in range(1, 13)),) * 5
    )
    assert assess(goal({6: value}, exact, value=100.0, direction="down")).raw == raw


@pytest.mark.parametrize(("share", "light"), [(14.99, "none"), (15.0, "amber")])
def test_mature_from_fifteen_percent(share: float, light: str) -> None:
    plan = Profile("plan", plan=(5.0, share, *(30.0 + 7 * month for month in range(9)), 100.0))
    assert assess(goal({2: 13.0}, plan, value=100.0)).raw == light
