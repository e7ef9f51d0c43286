"""M: dated milestones."""

from datetime import date
from typing import Any

import pytest

from hztargets.domain.assessment import GoalAssessment, GoalCase, ReportedFigure, Target, assess, sentences

TODAY = date(2024, 8, 1)


def milestone(today: date | None = TODAY, **changes: Any) -> GoalAssessment:
    return assess(GoalCase(Target(kind="milestone", **changes), year=2024, today=today))


@pytest.mark.parametrize(
    ("by", "due"),
    [
        ("spring", date(2024, 5, 31)),
        ("summer", date(2024, 8, 31)),
        ("autumn", date(2024, 11, 30)),
        ("year", date(2024, 12, 31)),
        ("H1", date(2024, 6, 30)),
        ("Q1", date(2024, 3, 31)),
        ("Q3", date(2024, 9, 30)),
    ],
)
def test_seasons(by: str, due: date) -> None:
    assert milestone(by=by).due == due


DUE = date(2024, 9, 30)


@pytest.mark.parametrize(
    ("changes", "colour", "reasons"),
    [
        ({"done_on": date(2024, 7, 31)}, "green", ("done",)),
        ({"done_on": date(2024, 7, 31), "due": date(2024, 7, 30)}, "green", ("done_late",)),
        ({"done_on": date(2024, 8, 2), "due": date(2024, 7, 31)}, "red", ("overdue",)),
        ({"due": date(2024, 7, 31)}, "red", ("overdue",)),
        ({"due": TODAY, "started_on": TODAY}, "green", ()),
        ({"forecast": date(2024, 10, 31)}, "red", ("forecast_slip_over_30d",)),
        ({"forecast": date(2024, 10, 30)}, "amber", ("forecast_slip",)),
        ({"forecast": date(2024, 10, 1)}, "amber", ("forecast_slip",)),
        ({"forecast": DUE}, "green", ()),
        ({"planned_start": date(2024, 7, 31)}, "amber", ("not_started",)),
        ({"planned_start": TODAY}, "green", ()),
        ({"planned_start": date(2024, 7, 1), "started_on": date(2024, 7, 5)}, "green", ()),
        ({"planned_start": date(2024, 7, 1), "started_on": date(2024, 8, 5)}, "amber", ("not_started",)),
        ({"due": date(2024, 8, 31)}, "amber", ("not_started",)),
        ({"due": date(2024, 9, 1)}, "green", ()),
        ({"due": date(2024, 8, 31), "started_on": date(2024, 7, 5)}, "green", ()),
    ],
)
def test_first_rule_that_applies(changes: dict[str, date], colour: str, reasons: tuple[str, ...]) -> None:
    assessment = milestone(**{"due": DUE, **changes})
    assert (assessment.colour, assessment.reasons) == (colour, reasons)


@pytest.mark.parametrize(
    ("percent", "colour"), [(50.0, "green"), (30.0, "green"), (29.9, "amber"), (20.0, "amber"), (19.9, "red")]
)
def test_behind_the_elapsed_share(percent: float, colour: str) -> None:
    """Half of the time is over on 1 August, 60 days before the end."""
    assessment = milestone(due=DUE, planned_start=date(2024, 6, 2), started_on=date(2024, 6, 2), percent=percent)
    assert (assessment.expected_pct, assessment.days_left, assessment.colour) == (50.0, 60, colour)


def test_far_behind_with_more_than_sixty_days_left_is_amber() -> None:
    assessment = milestone(due=date(2024, 10, 1), planned_start=date(2024, 6, 1), percent=5.0)
    assert (assessment.days_left, assessment.colour, assessment.reasons) == (61, "amber", ("behind_schedule",))


def test_without_today_only_known_facts_are_stated() -> None:
    assessment = milestone(None, due=DUE)
    assert (assessment.colour, assessment.days_left) == ("none", None)
    assert milestone(None, due=DUE, done_on=date(2024, 9, 1)).colour == "green"


def test_without_due_date_is_grey() -> None:
    assert milestone().reasons == ("no_due_date",)


def test_has_no_data_state() -> None:
    assert milestone(due=DUE).freshness is None


DUE_ON = {month: date(2024 + month // 12, month % 12 + 1, 7) for month in range(1, 13)}


def watched(today: date, *reports: ReportedFigure, **changes: Any) -> GoalAssessment:
    """A milestone under a reporting calendar, due on 30 September."""
    target = Target(kind="milestone", due=DUE, **changes)
    return assess(GoalCase(target, reports=reports, year=2024, today=today, due_on=DUE_ON))


def test_milestone_nobody_ever_reported_on_is_grey_and_never_green() -> None:
    lights = [watched(day).colour for day in (date(2024, 2, 7), date(2024, 2, 10), date(2024, 5, 1), date(2024, 12, 1))]
    assert lights == ["none", "none", "grey", "grey"]


def test_reported_milestone_turns_grey_when_two_reports_are_missing_but_stays_red() -> None:
    reported = ReportedFigure(5, 20.0)
    assert watched(date(2024, 6, 20), reported, percent=20.0).colour == "green"
    assert watched(date(2024, 8, 20), reported, percent=20.0).colour == "grey"
    overdue = watched(date(2024, 10, 20), reported, percent=20.0)
    assert (overdue.colour, overdue.reasons) == ("red", ("overdue", "red_kept_while_silent"))


def test_milestone_that_is_done_needs_no_further_reports() -> None:
    done = watched(date(2024, 12, 20), ReportedFigure(8, None), done_on=date(2024, 8, 30))
    assert (done.colour, done.reasons) == ("green", ("done",))


def test_sentence_of_a_silent_milestone() -> None:
    case = GoalCase(Target(kind="milestone", due=DUE), year=2024, today=date(2024, 10, 9), due_on=DUE_ON)
    assert sentences(case, assess(case))[0] == "应于9月30日前完成；已逾期9天；1—9月均未报送；今年尚无数据。"
