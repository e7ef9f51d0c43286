"""What each role may see of goals, reports and notices. Every test has a row that could leak."""

import pytest

from hztargets.models import Goal, GoalDepartment, Report, Role
from tests.factories import City, make_user, submitted_report

OVERSIGHT = [Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.SERVICE]
ADMINISTRATORS = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN]


def codes(city: City, role: Role) -> list[str]:
    department = city.commerce if role in Role.of_a_department() else None
    return list(Goal.objects.visible_to(make_user(role, department)).in_document_order().values_list("code", flat=True))


@pytest.mark.parametrize("role", OVERSIGHT)
def test_oversight_sees_every_goal(city: City, role: Role) -> None:
    assert codes(city, role) == ["A6-01", "A6-02", "A2-01"]


@pytest.mark.parametrize("role", [Role.CLERK, Role.DEPARTMENT_HEAD])
def test_a_department_sees_the_goals_it_leads(city: City, role: Role) -> None:
    assert codes(city, role) == ["A6-01", "A6-02"]


def test_a_department_sees_a_goal_it_shares(city: City) -> None:
    GoalDepartment.objects.create(goal=city.firms, department=city.commerce, position=2)
    assert codes(city, Role.CLERK) == ["A6-01", "A6-02", "A2-01"]


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_administrators_see_no_goal(city: City, role: Role) -> None:
    assert codes(city, role) == []


def test_reports_are_visible_with_their_goal(city: City) -> None:
    own, foreign = submitted_report(city.fdi, 7, 41), submitted_report(city.firms, 7, 900)
    clerk, office = make_user(Role.CLERK, city.commerce), make_user(Role.OFFICE)
    visible = {user.role: set(Report.objects.visible_to(user)) for user in (clerk, office)}
    assert visible == {"clerk": {own}, "office": {own, foreign}}
