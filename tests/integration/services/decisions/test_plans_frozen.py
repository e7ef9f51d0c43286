"""Profiles once the year is open: versions of the office's, closed months stand."""

from datetime import UTC, datetime

import pytest

from hztargets.models import Assessment, AuditEvent, GoalProfile, ReferenceYear, Role, User
from hztargets.queries.decisions.plans import profiles_in_force
from hztargets.services.calendar.periods import close_period
from hztargets.services.decisions.plans import set_plan, set_reference_year
from tests.factories import AUGUST, City, approved_report, make_user
from tests.integration.services.decisions.plans import (
    JANUARY,
    LATE,
    PLAN,
    YEAR_2023,
    all_four,
    decided,
    refusal_of,
    stored,
)

pytestmark = pytest.mark.usefixtures("in_english")


FROZEN = ("profile_frozen", "", "The year has begun and the profile is frozen. Ask the municipal office to change it.")


def test_the_year_opens_with_its_first_period(city: City, clerk: User) -> None:
    last_minute = datetime(2024, 1, 31, 15, 59, tzinfo=UTC)
    set_plan(goal=city.fdi, values=PLAN, by=clerk, now=last_minute)
    midnight = datetime(2024, 1, 31, 16, 0, tzinfo=UTC)
    assert refusal_of(lambda: set_plan(goal=city.fdi, values=LATE, by=clerk, now=midnight)) == FROZEN


def test_an_approved_figure_opens_the_year_too(city: City, clerk: User) -> None:
    approved_report(city.trade, 1, 3)
    assert refusal_of(lambda: set_plan(goal=city.fdi, values=PLAN, by=clerk, now=JANUARY)) == FROZEN


@pytest.mark.parametrize("role", Role.of_a_department())
def test_then_the_department_no_longer_plans(city: City, role: Role) -> None:
    by = make_user(role, city.commerce)
    for call in all_four(city.fdi, by, AUGUST, reason="补报", effective_month=9):
        assert refusal_of(call) == FROZEN


def test_then_the_office_needs_a_reason_and_a_month(city: City, office: User) -> None:
    for call in all_four(city.fdi, office, AUGUST, reason=" ", effective_month=9):
        assert refusal_of(call) == ("decision_without_reason", "reason", "Give a reason; it is kept with the decision.")
    for call in all_four(city.fdi, office, AUGUST, reason="补报")[:3]:
        assert refusal_of(call) == (
            "month_unknown",
            "effective_month",
            "Give the month from which the change takes effect, 1 to 12.",
        )


def test_then_a_change_is_a_version_and_the_old_one_keeps_its_months(city: City, office: User) -> None:
    set_plan(goal=city.fdi, values=PLAN, by=office, now=JANUARY)
    set_plan(goal=city.fdi, values=LATE, by=office, now=AUGUST, reason="项目推迟", effective_month=9)
    assert stored(city.fdi) == [
        decided(city.fdi, 1, decided_by_id=office.pk, decided_at=JANUARY),
        decided(
            city.fdi,
            2,
            plan=list(LATE),
            effective_month=9,
            reason="项目推迟",
            decided_by_id=office.pk,
            decided_at=AUGUST,
        ),
    ]
    first, second = GoalProfile.objects.order_by("number")
    assert profiles_in_force([city.fdi.pk, city.trade.pk]) == {
        city.fdi.pk: {**dict.fromkeys(range(1, 9), first), **dict.fromkeys(range(9, 13), second)}
    }


def test_the_automatic_profile_a_goal_had_becomes_version_one(city: City, office: User) -> None:
    set_plan(goal=city.fdi, values=PLAN, by=office, now=AUGUST, reason="补报计划", effective_month=8)
    assert stored(city.fdi) == [
        decided(city.fdi, 1, kind="auto", plan=None),
        decided(city.fdi, 2, effective_month=8, reason="补报计划", decided_by_id=office.pk, decided_at=AUGUST),
    ]


def test_then_the_goal_is_judged_anew(city: City, office: User) -> None:
    for month in range(1, 8):
        approved_report(city.fdi, month, str(LATE[month - 1]))
    before = Assessment.objects.current().get(goal=city.fdi, period__month=7)
    set_plan(goal=city.fdi, values=LATE, by=office, now=AUGUST, reason="补报计划", effective_month=1)
    after = Assessment.objects.current().get(goal=city.fdi, period__month=7)
    assert (before.colour, before.expected_share) == ("red", 7 / 12)
    assert (after.colour, after.expected_share) == ("green", 7 / 80)


def test_closed_months_are_not_recoloured(city: City, office: User) -> None:
    close_period(period=city.period(6), reason="已通报", by=office, now=AUGUST)
    message = "Month 6 is closed and its lights stand. Choose a later month to take effect, or reopen it first."
    for call in all_four(city.fdi, office, AUGUST, reason="补报", effective_month=6)[:3]:
        assert refusal_of(call) == ("month_closed", "effective_month", message)
    assert refusal_of(all_four(city.fdi, office, AUGUST, reason="补报")[3]) == (
        "past_year_closed",
        "year",
        "Month 6 is closed and its lights rest on the past years as they are. "
        "Set a plan from a later month on instead, or reopen it first.",
    )
    assert all_four(city.fdi, office, AUGUST, reason="补报", effective_month=7)[0]().effective_month == 7


def test_a_past_year_may_still_be_corrected_while_nothing_is_closed(city: City, office: User) -> None:
    set_reference_year(goal=city.fdi, year=2023, values=YEAR_2023, by=office, now=AUGUST, reason=" 年鉴订正 ")
    assert [row.values for row in ReferenceYear.objects.all()] == [list(YEAR_2023)]
    assert AuditEvent.objects.get(action="reference_year.set").reason == "年鉴订正"
