"""H, V: hysteresis, target versions, restatements, falling figures."""

import pytest

from hztargets.domain.assessment import GoalCase, Profile, ReportedFigure, TargetVersion, assess
from hztargets.domain.assessment.flow import FlowYardstick
from hztargets.domain.assessment.outcome import Figures, Findings
from hztargets.domain.assessment.profile import Shape
from hztargets.domain.assessment.replay import LikelihoodMethod, Memory
from hztargets.domain.assessment.target import Aim
from hztargets.domain.ruleset import Likelihood, RuleSet
from tests.domain.assessment.builders import EVEN_PLAN, LINEAR, goal


def settle(*raws: tuple[str, float], grade: str = "B", quarterly: bool = False) -> list[tuple[str, tuple[str, ...]]]:
    """Lights of a made-up year: (raw, chance) per report."""
    aim = Aim("flow", "up", 100.0, 100.0)
    yardstick = FlowYardstick(aim, Shape("plan", (0.5,) * 12, 0.1, 3, grade), Likelihood())
    method, memory = LikelihoodMethod(yardstick, quarterly, Likelihood()), Memory()
    return [method.settle(memory, (raw, ()), Figures(p_meet=chance), Findings(ok=False)) for raw, chance in raws]


def lights(*raws: tuple[str, float], **how: object) -> list[str]:
    return [light for light, _ in settle(*raws, **how)]  # type: ignore[arg-type]


RED, AMBER, GREEN = ("red", 0.1), ("amber", 0.25), ("green", 0.6)


def test_red_needs_two_running() -> None:
    assert settle(RED, RED) == [("amber", ("pending_red",)), ("red", ())]
    assert lights(RED, AMBER, RED, RED) == ["amber", "amber", "amber", "red"]


def test_quarterly_red_needs_one() -> None:
    assert settle(RED, quarterly=True) == [("red", ())]


def test_strong_evidence_is_red_at_once() -> None:
    assert settle(("red", 0.049)) == [("red", ("strong_evidence",))]
    assert settle(("red", 0.05)) == [("amber", ("pending_red",))]
    assert settle(("red", 0.01), grade="C") == [("amber", ("pending_red",))]


def test_red_is_held_until_the_chance_exceeds_thirty_percent() -> None:
    assert settle(RED, RED, ("amber", 0.30), ("amber", 0.301))[2:] == [("red", ("held_red",)), ("amber", ())]
    assert settle(RED, RED, ("green", 0.28))[2:] == [("red", ("held_red",))]


def test_red_held_and_raw_red_again_needs_no_second_report() -> None:
    assert lights(RED, RED, AMBER, RED) == ["amber", "red", "red", "red"]


def test_leaving_red_while_raw_is_still_red_gives_amber() -> None:
    assert settle(RED, RED, ("red", 0.31))[2:] == [("amber", ())]


def test_green_is_held_from_forty_percent() -> None:
    assert settle(GREEN, ("amber", 0.40)) == [("green", ()), ("green", ("held_green",))]
    assert settle(GREEN, ("amber", 0.399))[1:] == [("amber", ())]
    assert lights(AMBER, ("amber", 0.45)) == ["amber", "amber"]
    assert lights(GREEN, RED) == ["green", "amber"]


def test_none_is_taken_as_it_is_and_forgets() -> None:
    assert lights(RED, RED, ("none", 0.1), RED) == ["amber", "red", "none", "amber"]


def test_step_plan_is_never_red_at_once() -> None:
    batches = Profile("step", plan=(0.0,) * 5 + (20.0,) * 5 + (50.0, 50.0))
    assert assess(goal({5: 0.0, 6: 1.0, 7: 1.0}, batches, value=50.0)).history == ("none", "amber", "red")


def test_gap_between_reports_does_not_break_a_run() -> None:
    """Consecutive reports count, not consecutive months."""
    assert assess(goal({3: 22.0, 6: 43.0, 8: 60.0}, EVEN_PLAN, value=100.0)).history == ("amber", "amber", "red")


def test_consecutive_low_counts_the_run() -> None:
    assert assess(goal({5: 640.0, 6: 815.0})).consecutive_low == 1
    assert assess(goal({5: 640.0, 6: 815.0, 7: 985.0})).consecutive_low == 2
    assert assess(goal({5: 640.0, 6: 880.0})).consecutive_low == 0


def falling(third: ReportedFigure) -> GoalCase:
    return goal({}, EVEN_PLAN, value=100.0, reports=(ReportedFigure(5, 33.0), ReportedFigure(6, 50.0), third))


def test_fallen_cumulative_figure_holds_the_light() -> None:
    assessment = assess(falling(ReportedFigure(7, 40.0)))
    assert (assessment.colour, assessment.raw, assessment.reasons, assessment.value) == (
        "green",
        "red",
        ("decrease_unconfirmed",),
        40.0,
    )


def test_restated_fall_is_taken_as_it_is() -> None:
    assessment = assess(falling(ReportedFigure(7, 40.0, version=2, restated=True)))
    assert (assessment.colour, assessment.reasons) == ("red", ("strong_evidence",))


def test_fall_resets_the_counter() -> None:
    case = goal({5: 37.5, 6: 36.0, 7: 52.5}, EVEN_PLAN, value=110.0)
    assert assess(case).history == ("amber", "amber", "amber")
    assert assess(case).reasons == ("pending_red",)


def test_levels_may_fall() -> None:
    assessment = assess(goal({5: 51.0, 6: 50.5}, LINEAR, kind="level", value=50.0))
    assert (assessment.colour, assessment.reasons) == ("green", ())


def test_new_target_restarts_counter_and_state() -> None:
    """Red under 2,200; under 2,150 the July figure is one first raw red."""
    case = goal({5: 590.0, 6: 790.0, 7: 960.0}, target_versions=(TargetVersion(7, 2150.0),))
    assessment = assess(case)
    assert (assessment.history, assessment.colour_vs_original) == (("amber", "red", "amber"), "red")
    assert set(assessment.reasons) == {"pending_red", "target_lowered"}


def test_changed_target_stays_flagged_and_later_versions_win() -> None:
    versions = (TargetVersion(7, 2000.0), TargetVersion(9, 2300.0))
    assessment = assess(goal({8: 1200.0}, target_versions=versions))
    assert (assessment.target, "target_lowered" in assessment.reasons) == (2000.0, True)
    raised = assess(goal({8: 1200.0, 9: 1400.0}, target_versions=versions))
    assert (raised.target, "target_raised" in raised.reasons) == (2300.0, True)


def test_version_equal_to_the_original_is_no_change() -> None:
    assessment = assess(goal({7: 1100.0}, target_versions=(TargetVersion(1, 2200.0),)))
    assert (assessment.colour_vs_original, assessment.reasons) == (None, ())


def test_version_not_yet_in_force_changes_nothing() -> None:
    assessment = assess(goal({6: 880.0}, target_versions=(TargetVersion(7, 2000.0),)))
    assert (assessment.target, assessment.colour_vs_original) == (2200.0, None)


@pytest.mark.parametrize("status", ["draft", "submitted", "endorsed", "returned", "withdrawn"])
def test_only_approved_reports_count(status: str) -> None:
    case = goal(
        {},
        reports=(
            ReportedFigure(5, 670.0),
            ReportedFigure(6, 100.0, status=status),
            ReportedFigure(5, 1.0, status=status, version=9),
        ),
    )
    assessment = assess(case)
    assert (assessment.period, assessment.value) == (5, 670.0)


def test_report_without_a_value_is_no_data() -> None:
    assert (
        assess(
            goal({}, reports=(ReportedFigure(5, 670.0), ReportedFigure(5, None, version=2), ReportedFigure(6, None)))
        ).value
        == 670.0
    )


@pytest.mark.parametrize("period", [0, 13, -1])
def test_period_that_is_no_month_is_refused(period: int) -> None:
    with pytest.raises(ValueError, match="period"):
        assess(goal({period: 1.0}))


def test_thresholds_are_data() -> None:
    eager = RuleSet(likelihood=Likelihood(reds_needed=1))
    assert assess(goal({6: 815.0}), eager).colour == "red"
