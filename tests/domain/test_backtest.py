"""A year under two rule sets: the counts are checked against lights worked out by hand."""

from dataclasses import replace
from datetime import date

import pytest
from msgspec import structs

from hztargets.domain.assessment import GoalCase, Profile, ReportedFigure, Target, assess
from hztargets.domain.backtest import (
    Backtest,
    FirstRed,
    GoalReplay,
    RuleSetOutcome,
    Subject,
    compare,
    replay_goal,
)
from hztargets.domain.ruleset import DEFAULT_RULES, EIGHTY_SIXTY, TEN_TO_THIRTY_POINTS, Likelihood

MONTHS = range(1, 13)
VIEWS = [(month, date(2024 + month // 12, month % 12 + 1, 20)) for month in MONTHS]
"""Each month is shown as known on the 20th of the next, when its figure is in."""


def subject(code: str, *values: float, target: float = 100) -> Subject:
    reports = tuple(ReportedFigure(month, value) for month, value in enumerate(values, start=1))
    return Subject(code, GoalCase(target=Target(value=target), reports=reports, year=2024))


ON_TIME = subject("ON-TIME", *(100 * month / 12 for month in MONTHS))
LATE_RISER = subject("LATE", 2, 4, 6, 8, 10, 12, 14, 20, 40, 60, 80, 100)
"""Far behind until autumn, then met."""
MISSED = subject("MISSED", *(4 * month for month in MONTHS))
"""Less than half of what is due, every month: 48 in the end."""
NEARLY = subject("NEARLY", *(7.9 * month for month in MONTHS))
"""Always 94.8 % of what is due: 94.8 in the end, missed without ever being far behind."""


def test_each_goal_is_replayed_under_each_rule_set() -> None:
    replay = replay_goal(LATE_RISER, VIEWS, [EIGHTY_SIXTY, TEN_TO_THIRTY_POINTS])
    ratio = dict.fromkeys(range(1, 9), "red") | {9: "red", 10: "amber", 11: "green", 12: "green"}
    points = {
        **dict.fromkeys(range(2, 5), "amber"),
        **dict.fromkeys(range(5, 10), "red"),
        **dict.fromkeys((10, 11), "amber"),
    } | {1: "green", 12: "green"}
    assert replay == GoalReplay("LATE", True, frozenset(range(1, 12)), (ratio, points))


def test_the_counts_of_a_year() -> None:
    replays = [replay_goal(each, VIEWS, [EIGHTY_SIXTY, TEN_TO_THIRTY_POINTS]) for each in (ON_TIME, LATE_RISER, MISSED)]
    tested = compare(replays, 2)
    assert (tested.goals, tested.met, tested.missed, tested.undecided) == (3, 2, 1, 0)
    ratio, points = tested.outcomes
    assert ratio == RuleSetOutcome(
        lights={
            **{month: {"green": 1, "red": 2} for month in range(1, 10)},
            10: {"green": 1, "amber": 1, "red": 1},
            11: {"green": 2, "red": 1},
            12: {"green": 2, "red": 1},
        },
        changes=2,
        false_reds=(FirstRed("LATE", 1),),
        caught=(FirstRed("MISSED", 1),),
        not_caught=(),
    )
    assert points == RuleSetOutcome(
        lights={
            1: {"green": 3},
            2: {"green": 2, "amber": 1},
            3: {"green": 1, "amber": 2},
            4: {"green": 1, "amber": 2},
            5: {"green": 1, "amber": 1, "red": 1},
            6: {"green": 1, "amber": 1, "red": 1},
            7: {"green": 1, "red": 2},
            8: {"green": 1, "red": 2},
            9: {"green": 1, "red": 2},
            10: {"green": 1, "amber": 1, "red": 1},
            11: {"green": 1, "amber": 1, "red": 1},
            12: {"green": 2, "red": 1},
        },
        changes=6,
        false_reds=(FirstRed("LATE", 5),),
        caught=(FirstRed("MISSED", 7),),
        not_caught=(),
    )


def test_a_red_in_december_is_the_outcome_and_no_warning() -> None:
    replay = replay_goal(NEARLY, VIEWS, [EIGHTY_SIXTY])
    assert replay.lights[0] == dict.fromkeys(range(1, 12), "green") | {12: "red"}
    assert compare([replay], 1).outcomes[0].caught == ()
    assert compare([replay], 1).outcomes[0].not_caught == ("NEARLY",)


def test_both_rule_sets_are_held_against_the_same_outcome() -> None:
    about = replace(NEARLY, case=structs.replace(NEARLY.case, target=Target(value=100, approx=True)))
    generous = replace(DEFAULT_RULES, likelihood=Likelihood(approx_tolerance=0.5))
    assert assess(about.case, generous).met is True
    assert replay_goal(about, VIEWS, [generous]).met is False


def test_a_year_that_is_not_over_is_not_decided() -> None:
    started = subject("STARTED", 1, 2, 3)
    replay = replay_goal(started, VIEWS[:3], [EIGHTY_SIXTY])
    assert replay == GoalReplay("STARTED", None, frozenset({1, 2, 3}), (dict.fromkeys((1, 2, 3), "red"),))
    assert compare([replay], 1) == Backtest(
        1, 0, 0, 1, (RuleSetOutcome({month: {"red": 1} for month in (1, 2, 3)}, 0, (), (), ()),)
    )


def test_nothing_to_replay() -> None:
    empty = RuleSetOutcome({}, 0, (), (), ())
    assert compare([], 2) == Backtest(0, 0, 0, 0, (empty, empty))
    assert replay_goal(ON_TIME, [], [EIGHTY_SIXTY]) == GoalReplay("ON-TIME", None, frozenset(), ({},))


def milestone(done_on: date | None, forecast: date | None) -> Subject:
    """Due on 30 June; the forecast is known from the first month on, the day it was done from June on."""
    due = Target(kind="milestone", due=date(2024, 6, 30), forecast=forecast)
    cases = {
        month: GoalCase(target=structs.replace(due, done_on=done_on if month >= 6 else None), year=2024, today=day)
        for month, day in VIEWS
    }
    return Subject("M", GoalCase(target=due, year=2024), cases)


@pytest.mark.parametrize(
    ("done_on", "forecast", "met", "false_reds", "caught", "not_caught"),
    [
        (date(2024, 6, 28), None, True, (), (), ()),
        (date(2024, 6, 28), date(2024, 9, 1), True, (FirstRed("M", 1),), (), ()),
        (date(2024, 7, 10), None, False, (), (), ("M",)),
        (date(2024, 7, 10), date(2024, 9, 1), False, (), (FirstRed("M", 1),), ()),
        (None, None, False, (), (), ("M",)),
    ],
)
def test_a_milestone_is_decided_on_its_day(
    done_on: date | None,
    forecast: date | None,
    met: bool,
    false_reds: tuple[FirstRed, ...],
    caught: tuple[FirstRed, ...],
    not_caught: tuple[str, ...],
) -> None:
    replay = replay_goal(milestone(done_on, forecast), VIEWS, [DEFAULT_RULES])
    outcome = compare([replay], 1).outcomes[0]
    assert (replay.met, outcome.false_reds, outcome.caught, outcome.not_caught) == (met, false_reds, caught, not_caught)
    assert replay.in_time == frozenset({1, 2, 3, 4, 5})


def test_the_specification_is_quieter_on_a_seasonal_goal_than_a_ratio() -> None:
    """Nine tenths fall in the last quarter every year: the ratio cries wolf, the likelihood does not."""
    seasonal = (1, 2, 3, 4, 5, 6, 7, 8, 10, 40, 70, 100)
    history = (tuple(float(value) for value in seasonal),) * 3
    goal = subject("SEASONAL", *seasonal)
    goal = replace(goal, case=structs.replace(goal.case, profile=Profile(history=history)))
    ratio, likelihood = compare([replay_goal(goal, VIEWS, [EIGHTY_SIXTY, DEFAULT_RULES])], 2).outcomes
    assert (ratio.false_reds, likelihood.false_reds) == ((FirstRed("SEASONAL", 1),), ())
