"""The profile in force in each month; a repeated import never takes one back."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from hztargets.domain.catalogue import read_catalogue
from hztargets.domain.catalogue.reading import FILES
from hztargets.models import Assessment, CalendarDay, Goal, Role, User
from hztargets.services.assessment.assessing import assess_document
from hztargets.services.decisions.plans import set_plan, set_profile_kind, set_steps
from hztargets.services.decisions.targets import revise_goal
from hztargets.services.loading.catalogue import import_catalogue
from tests.factories import AUGUST, City, approved_report, make_user
from tests.integration.services.decisions.plans import JANUARY, LATE

FOLDER = Path(__file__).parents[4] / "fixtures" / "hangzhou-2024"


def assessments_of(goal: Goal) -> dict[int, Assessment]:
    rows = Assessment.objects.current().filter(goal=goal).select_related("period")
    return {row.period.month: row for row in rows}


def file_late_year(goal: Goal) -> None:
    for month in range(1, 8):
        approved_report(goal, month, str(LATE[month - 1]), now=AUGUST - timedelta(days=1))


def test_months_before_a_plan_took_effect_keep_their_rows(city: City, office: User) -> None:
    file_late_year(city.fdi)
    before = assessments_of(city.fdi)
    set_plan(goal=city.fdi, values=LATE, by=office, now=AUGUST, reason="补报计划", effective_month=6)
    assess_document(document=city.document, as_of=AUGUST.date(), now=AUGUST)
    after = assessments_of(city.fdi)
    assert {month: after[month].pk for month in range(1, 6)} == {month: before[month].pk for month in range(1, 6)}
    assert {month: (after[month].colour, after[month].expected_share) for month in (6, 7)} == {
        6: ("green", 6 / 80),
        7: ("green", 7 / 80),
    }
    assert {month: before[month].expected_share for month in (6, 7)} == {6: 6 / 12, 7: 7 / 12}


def test_months_before_a_revision_keep_their_rows_and_their_target(city: City, office: User) -> None:
    file_late_year(city.fdi)
    before = assessments_of(city.fdi)
    revise_goal(goal=city.fdi, value=Decimal(60), effective_month=6, reason="调整", by=office, now=AUGUST)
    after = assessments_of(city.fdi)
    assert {month: after[month].pk for month in range(1, 6)} == {month: before[month].pk for month in range(1, 6)}
    assert {month: row.target for month, row in after.items()} == {
        **dict.fromkeys(range(1, 6), Decimal(80)),
        **dict.fromkeys((6, 7), Decimal(60)),
    }


def test_a_goal_may_follow_working_days(city: City, office: User) -> None:
    """2024 has 262 weekdays; the table of this city takes one from October, and nothing else."""
    assert list(CalendarDay.objects.values_list("is_working", flat=True)) == [False]
    set_profile_kind(goal=city.fdi, kind="working_day", by=office, now=JANUARY)
    approved_report(city.fdi, 1, "6")
    assert assessments_of(city.fdi)[1].expected_share == pytest.approx(23 / 261)


def test_a_repeated_import_leaves_a_decided_plan(db: None) -> None:
    source = read_catalogue({name: (FOLDER / name).read_text(encoding="utf-8") for name in FILES})
    document = import_catalogue(source=source, by=None, now=JANUARY).document
    goal = Goal.objects.get(document=document, code="A1-02")
    set_steps(goal=goal, steps={6: Decimal(300), 12: Decimal(800)}, by=make_user(Role.CLERK, goal.lead), now=JANUARY)
    before = list(goal.profiles.values())
    assert import_catalogue(source=source, by=None, now=JANUARY).counts["goals", "left"] == document.goals.count()
    assert list(goal.profiles.values()) == before
