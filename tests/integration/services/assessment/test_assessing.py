"""Assessing a whole document: what is stored; repeated runs, retrospective runs and goals that fail."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hztargets.domain.assessment import GoalCase
from hztargets.models import (
    Assessment,
    AssessmentRun,
    Flag,
    FlagTransition,
    Goal,
    GoalProfile,
    GoalVersion,
    Notice,
    Role,
    User,
)
from hztargets.services.assessment import assessing
from hztargets.services.assessment.assessing import RunResult, assess_document, assess_goal
from hztargets.services.errors import ServiceError
from hztargets.services.filing.reports import ReportContent, file_report
from hztargets.services.review.reviewing import approve_report
from tests.factories import AUGUST, City, approved_report, make_goal, make_user, submitted_report
from tests.integration.conftest import chinese, days_later, refusal

TODAY = date(2024, 8, 9)


def lights(result: RunResult) -> dict[str, str]:
    return {row.goal.code: row.colour for row in result.rows}


def board_rows() -> list[tuple[object, ...]]:
    columns = ("pk", "goal_id", "period_id", "colour", "value", "sentence", "known_from", "known_until", "fingerprint")
    return list(Assessment.objects.order_by("pk").values_list(*columns))


def known_on(day: date) -> list[tuple[object, ...]]:
    """The whole board of every month as stored on a day, with the sentences."""
    columns = (
        "goal__code",
        "period__month",
        "colour",
        "value",
        "lag_pp",
        "p_meet",
        "sentence",
        "sentence_en",
        "details",
    )
    return list(Assessment.objects.as_known_on(day).order_by("goal__code", "period__month").values_list(*columns))


def assess(city: City, as_of: date = TODAY, days: float = 0) -> RunResult:
    return assess_document(document=city.document, as_of=as_of, now=days_later(days))


def test_a_run_assesses_every_goal_for_every_open_period(city: City) -> None:
    approved_report(city.fdi, 7, 41)
    approved_report(city.trade, 7, 100)
    result = assess(city)
    assert lights(result) == {"A6-01": "amber", "A6-02": "green", "A2-01": "grey"}
    assert (result.period, result.run.goals, result.run.failed) == (city.period(7), 3, [])
    assert result.run.counts == {"amber": 1, "green": 1, "grey": 1}
    assert (result.run.is_retrospective, result.run.finished_at) == (False, AUGUST)
    current = Assessment.objects.current().values_list("goal__code", "period__month")
    assert set(current) == {(code, month) for code in ("A6-01", "A6-02", "A2-01") for month in range(1, 8)}


def test_a_goal_without_figures_is_never_green(city: City) -> None:
    months_by_run = {assess(city, date(2024, month, 28), days=month).run.pk: month for month in range(2, 13)}
    colours = set(Assessment.objects.values_list("colour", flat=True))
    assert (len(months_by_run), colours <= {"grey", "none"}, "grey" in colours) == (11, True, True)
    assert not Assessment.objects.exclude(value=None).exists()
    assert Flag.objects.count() == 0


def test_a_submitted_figure_changes_no_light(city: City) -> None:
    before = assess(city)
    submitted_report(city.fdi, 7, 80)
    after = assess(city)
    assert lights(before) == lights(after) == {"A6-01": "grey", "A6-02": "grey", "A2-01": "grey"}


def test_a_repeated_run_changes_nothing(city: City, clerk: User, office: User) -> None:
    approved_report(city.fdi, 7, 41)
    assert assess(city).run.changed > 0
    board = board_rows()
    again = assess(city, days=0.1)
    assert (again.run.changed, again.notices, board_rows()) == (0, 0, board)
    assert (FlagTransition.objects.count(), Notice.objects.count()) == (1, 2)


def test_silence_never_closes_a_flag(city: City) -> None:
    approved_report(city.fdi, 7, 41)
    result = assess(city, date(2024, 12, 20), days=133)
    assert lights(result)["A6-01"] == "grey"
    flag = Flag.objects.get()
    assert (flag.colour, flag.closed_on, FlagTransition.objects.count()) == ("amber", None, 1)


def test_a_retrospective_run_answers_and_changes_nothing(city: City, clerk: User, office: User) -> None:
    approved_report(city.fdi, 6, 35, now=days_later(-31))
    approved_report(city.fdi, 7, 80)
    assess(city)
    board, moves, notices = board_rows(), FlagTransition.objects.count(), Notice.objects.count()
    back = assess(city, date(2024, 7, 20), days=1)
    assert (back.run.is_retrospective, back.run.changed, back.notices) == (True, 0, 0)
    assert (back.period, lights(back)) == (city.period(6), {"A6-01": "amber", "A6-02": "grey", "A2-01": "grey"})
    assert (board_rows(), FlagTransition.objects.count(), Notice.objects.count()) == (board, moves, notices)


def test_the_board_of_a_past_day_survives_a_correction_word_for_word(city: City) -> None:
    approved_report(city.fdi, 7, 41)
    assess(city)
    then = known_on(TODAY)
    approved_report(city.fdi, 7, 60, now=days_later(10), is_restated=True)
    assess(city, date(2024, 8, 19), days=10)
    assert known_on(TODAY) == then == known_on(date(2024, 8, 18))
    fdi = [row[2:4] for row in known_on(date(2024, 8, 19)) if row[:2] == ("A6-01", 7)]
    assert fdi == [("green", Decimal(60))]


@pytest.fixture
def fdi_breaks_assessing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No data is known that makes the domain fail, so the fault is put into it for the goal of 80."""
    real = assessing.assess_year

    def assess_year(case: GoalCase, *rest: Any) -> Any:
        if case.target.value == 80:
            raise ZeroDivisionError("bad data")
        return real(case, *rest)

    monkeypatch.setattr(assessing, "assess_year", assess_year)


def test_one_bad_goal_does_not_stop_the_run(city: City, request: pytest.FixtureRequest) -> None:
    approved_report(city.trade, 7, 100)
    approved_report(city.fdi, 7, 41)
    board = {row for row in board_rows() if row[1] == city.fdi.pk}
    request.getfixturevalue("fdi_breaks_assessing")
    result = assess(city, days=1)
    assert result.run.failed == ["A6-01"]
    assert lights(result) == {"A6-02": "green", "A2-01": "grey"}
    assert {row for row in board_rows() if row[1] == city.fdi.pk} == board
    assert Flag.objects.get().closed_at is None


def test_a_figure_too_large_to_be_stored_stops_only_its_goal(city: City) -> None:
    """Each of the two numbers fits, their difference does not."""
    Goal.objects.filter(pk=city.fdi.pk).update(measure="relative", is_count=False)
    city.fdi.refresh_from_db()
    report = submitted_report(city.fdi, 6, "90000000000000", comparator=Decimal("-90000000000000"))
    approve_report(report=report, by=make_user(Role.OFFICE), now=AUGUST, assess=False)
    approved_report(city.trade, 7, 100)
    result = assess(city)
    assert result.run.failed == ["A6-01"]
    assert Assessment.objects.current().get(goal=city.trade, period__month=7).colour == "green"


def test_a_goal_without_any_target_does_not_stop_the_run(city: City) -> None:
    approved_report(city.trade, 7, 100)
    GoalVersion.objects.filter(goal=city.fdi).delete()
    assert lights(assess(city))["A6-02"] == "green"


@pytest.mark.parametrize(
    "plan", [[Decimal(0)] * 12, [Decimal(5)] * 11 + [Decimal(-5)]], ids=["all zero", "negative year"]
)
def test_a_senseless_plan_does_not_stop_the_run(plan: list[Decimal], city: City) -> None:
    approved_report(city.trade, 7, 100)
    GoalProfile.objects.create(goal=city.fdi, number=1, kind="plan", plan=plan)
    assert lights(assess(city)) == {"A6-01": "grey", "A6-02": "green", "A2-01": "grey"}


@pytest.mark.usefixtures("fdi_breaks_assessing")
def test_a_figure_is_not_approved_when_its_goal_cannot_be_assessed(city: City) -> None:
    refused = refusal(assess_goal, goal=city.fdi, as_of=TODAY, now=AUGUST)
    english = "The goal could not be judged; its data needs the office's attention."
    in_chinese = chinese("该目标无法研判，其数据须由督查室处理。", english=english)
    assert (refused.code, refused.english, refused.chinese) == ("not_judged", english, in_chinese)
    with pytest.raises(ServiceError):
        approved_report(city.fdi, 7, 41)
    assert list(city.fdi.reports.values_list("state", flat=True)) == ["submitted"]


def test_a_level_without_any_figure_is_not_zero_when_its_first_report_says_no_progress(
    city: City, clerk: User, office: User
) -> None:
    Goal.objects.filter(pk=city.fdi.pk).update(measure="level")
    goal = Goal.objects.get(pk=city.fdi.pk)
    nil = ReportContent(is_nil=True, note="本月无变化")
    report = file_report(goal=goal, period=city.period(7), content=nil, by=clerk, now=AUGUST)
    approve_report(report=report, by=office, now=AUGUST)
    july = Assessment.objects.current().get(goal=goal, period__month=7)
    assert (july.value, july.colour in ("grey", "none")) == (None, True)


def test_a_day_before_the_first_period_has_no_board(city: City) -> None:
    refused = refusal(assess, city=city, as_of=date(2024, 1, 15))
    assert (refused.code, refused.field) == ("nothing_open", "as_of")
    assert (AssessmentRun.objects.count(), Assessment.objects.count()) == (0, 0)


def test_a_past_month_keeps_the_light_it_had_when_the_next_fell_due(city: City) -> None:
    approved_report(city.fdi, 7, 41)
    assess(city, date(2024, 9, 30), days=52)
    july = Assessment.objects.current().get(goal=city.fdi, period__month=7)
    august = Assessment.objects.current().get(goal=city.fdi, period__month=8)
    assert (july.colour, july.freshness, august.missing) == ("amber", "fresh", 1)


def test_queries_do_not_grow_with_the_goals(city: City) -> None:
    approved_report(city.fdi, 7, 60)
    assess(city)
    with CaptureQueriesContext(connection) as few:
        assess(city)
    for number in range(3, 9):
        make_goal(
            city.fdi.clause, f"A6-{number:02d}", f"目标{number}", 10, "个", city.commerce, quote="组织150个外贸团组"
        )
    assess(city)
    with CaptureQueriesContext(connection) as many:
        assess(city)
    assert len(many) == len(few)


def test_queries_do_not_grow_with_the_flags(city: City, office: User) -> None:
    others = [
        make_goal(
            city.fdi.clause, f"A6-0{number}", f"目标{number}", 80, "亿美元", city.commerce, quote="组织150个外贸团组"
        )
        for number in (3, 4, 5)
    ]
    assess(city)
    counts = []
    for flagged in ([city.fdi], others):
        for goal in flagged:
            approve_report(report=submitted_report(goal, 7, 41), by=office, now=AUGUST, assess=False)
        with CaptureQueriesContext(connection) as queries:
            assess(city)
        counts.append(len(queries))
    assert (counts, Flag.objects.open().count()) == ([counts[0]] * 2, 4)
