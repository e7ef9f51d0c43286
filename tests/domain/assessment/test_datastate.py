"""D: the data state is separate from the light and never makes a light green."""

from datetime import date, timedelta

import pytest

from hztargets.domain.assessment import Freshness, GoalCase, ReportedFigure, assess
from tests.domain.assessment.builders import EVEN_PLAN, goal

ON_PACE = {6: 50.0}


def shown_on(today: date, reports: dict[int, float] = ON_PACE, /, **changes: object) -> tuple[str, Freshness | None]:
    assessment = assess(case(today, reports, **changes))
    return assessment.colour, assessment.freshness


def case(today: date | None, reports: dict[int, float] = ON_PACE, /, **changes: object) -> GoalCase:
    return goal(reports, EVEN_PLAN, **{"value": 100.0, "year": 2024, "today": today, **changes})


@pytest.mark.parametrize(
    ("today", "colour", "state"),
    [
        (date(2024, 8, 10), "green", Freshness("fresh")),
        (date(2024, 8, 11), "green", Freshness("late", 1, 1, 0, (7,))),
        (date(2024, 8, 15), "green", Freshness("late", 1, 5, 0, (7,))),
        (date(2024, 8, 16), "green", Freshness("stale", 1, 6, 0, (7,))),
        (date(2024, 9, 10), "green", Freshness("stale", 1, 31, 0, (7,))),
        (date(2024, 9, 11), "grey", Freshness("no_data", 2, 32, 1, (7, 8))),
        (date(2024, 10, 11), "grey", Freshness("no_data", 3, 62, 2, (7, 8, 9))),
    ],
)
def test_silence_after_june(today: date, colour: str, state: Freshness) -> None:
    assert shown_on(today) == (colour, state)


def test_grey_keeps_the_light_it_covers() -> None:
    assessment = assess(case(date(2024, 9, 11)))
    assert (assessment.status_colour, assessment.raw, assessment.reasons) == ("green", "green", ())


def test_red_stays_red_while_silent() -> None:
    assessment = assess(case(date(2024, 9, 11), {5: 20.0, 6: 25.0}))
    assert (assessment.colour, assessment.status_colour) == ("red", "red")
    assert "red_kept_while_silent" in assessment.reasons


def test_amber_turns_grey() -> None:
    assert shown_on(date(2024, 9, 11), {6: 46.0})[0] == "grey"


def test_without_today_there_is_no_data_state() -> None:
    assessment = assess(case(None))
    assert (assessment.freshness, assessment.colour) == (None, "green")


@pytest.mark.parametrize(
    ("today", "colour", "state"),
    [
        (date(2024, 2, 10), "none", "fresh"),
        (date(2024, 2, 11), "none", "late"),
        (date(2024, 2, 16), "grey", "stale"),
        (date(2024, 3, 11), "grey", "no_data"),
    ],
)
def test_never_reported(today: date, colour: str, state: str) -> None:
    shown, freshness = shown_on(today, {})
    assert freshness is not None
    assert (shown, freshness.state) == (colour, state)


def waiting(today: date, *submitted: int, status: str = "submitted") -> tuple[str, Freshness | None]:
    reports = (ReportedFigure(6, 50.0), *(ReportedFigure(period, 60.0, status=status) for period in submitted))
    return shown_on(today, {}, reports=reports)


def test_submitted_up_to_the_last_missing_one_waits_for_the_approver() -> None:
    assert waiting(date(2024, 9, 15), 7, 8) == ("green", Freshness("pending_approval", 2, 36, 0, (7, 8)))
    assert waiting(date(2024, 8, 15), 7, status="endorsed")[1] == Freshness("pending_approval", 1, 5, 0, (7,))


def test_submitted_but_not_up_to_the_last_missing_one_is_missing() -> None:
    assert waiting(date(2024, 9, 15), 7) == ("grey", Freshness("no_data", 2, 36, 1, (7, 8)))


@pytest.mark.parametrize("status", ["draft", "returned", "withdrawn"])
def test_drafts_are_not_submitted(status: str) -> None:
    assert waiting(date(2024, 8, 15), 7, status=status)[1] == Freshness("late", 1, 5, 0, (7,))


@pytest.mark.parametrize(
    ("frequency", "today", "missing"),
    [
        ("quarterly", date(2024, 7, 25), (3,)),
        ("quarterly", date(2024, 7, 26), (3, 6)),
        ("half_yearly", date(2024, 7, 26), (6,)),
        ("yearly", date(2024, 12, 31), ()),
        ("yearly", date(2025, 1, 26), (12,)),
        ("once", date(2025, 1, 26), (12,)),
    ],
)
def test_schedules(frequency: str, today: date, missing: tuple[int, ...]) -> None:
    state = shown_on(today, {}, frequency=frequency)[1]
    assert state is not None
    assert state.missing_periods == missing


def test_january_that_is_not_published_is_never_missing() -> None:
    state = shown_on(date(2024, 3, 11), {}, skip_periods=frozenset({1}))[1]
    assert state == Freshness("late", 1, 1, 0, (2,))


def test_real_due_dates_win_over_the_day_of_the_month() -> None:
    due_on = {7: date(2024, 8, 7)}
    assert shown_on(date(2024, 8, 8), due_on=due_on, due_day=20)[1] == Freshness("late", 1, 1, 0, (7,))
    assert shown_on(date(2024, 9, 20), {7: 60.0}, due_on=due_on, due_day=20)[1] == Freshness("fresh")


def test_due_day_beyond_the_month_is_its_last_day() -> None:
    state = shown_on(date(2024, 3, 1), {}, due_day=31)[1]
    assert state is not None
    assert state.missing_periods == (1,)
    assert shown_on(date(2024, 2, 29), {}, due_day=31)[1] == Freshness("fresh")


def test_nothing_is_missing_after_the_last_period() -> None:
    assert shown_on(date(2030, 1, 1), {12: 100.0})[1] == Freshness("fresh")


def test_late_report_is_judged_at_its_own_period() -> None:
    assessment = assess(case(date(2024, 9, 9), {6: 50.0, 7: 58.4}))
    assert (assessment.period, assessment.expected_share) == (7, pytest.approx(7 / 12))


def test_no_silence_ever_makes_green() -> None:
    for reports in ({}, {5: 20.0, 6: 25.0}, {6: 46.0}):
        before = assess(case(None, reports)).colour
        for days in range(0, 400, 7):
            colour = shown_on(date(2024, 1, 1) + timedelta(days), reports)[0]
            assert colour != "green"
            assert colour in (before, "grey")
