"""Changing a target during the year, and both lights where it shows."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from hztargets.models import Goal, GoalVersion, Role, User
from hztargets.services.calendar.periods import close_period
from hztargets.services.decisions.targets import revise_goal
from tests.factories import AUGUST, City, approved_report, make_user
from tests.integration.web.conftest import Visitor, goal_page
from tests.integration.web.reading import alerts_of, errors_of, field_value, links_of, rows_of, text_of


def typed(**changes: str) -> dict[str, str]:
    return {"value": "50", "effective_month": "7", "reason": "市政府常务会议调整", "shown": "1", **changes}


def versions(goal: Goal) -> list[tuple[int, int, int, str]]:
    rows = goal.versions.order_by("number")
    return [(row.number, int(row.value or 0), row.effective_month, row.reason) for row in rows]


def test_the_office_changes_a_target_on_the_goals_page(office: Client, city: City, director: User) -> None:
    approved_report(city.fdi, 7, 34)
    before = office.get(goal_page(city.fdi))
    assert field_value(before, "shown") == "1"
    assert "by the original target" not in text_of(before)

    page = text_of(office.post(goal_page(city.fdi, "target/"), typed(), follow=True))

    assert versions(city.fdi) == [(1, 80, 1, ""), (2, 50, 7, "市政府常务会议调整")]
    assert GoalVersion.objects.get(number=2).decided_by == director
    assert "The target is changed from Jul on." in page
    assert "by the changed target Green by the original target Amber target lowered" in page
    assert "Targets Version 1 from Jan: 80 亿美元 Version 2 from Jul: 50 亿美元 市政府常务会议调整" in page


def test_the_chart_steps_where_the_target_was_changed(office: Client, city: City) -> None:
    for month, value in ((6, 30), (7, 34)):
        approved_report(city.fdi, month, value)
    office.post(goal_page(city.fdi, "target/"), typed())

    drawn = office.get(goal_page(city.fdi)).content.decode()
    ends = {name: _points_of(drawn, name) for name in ("target", "path")}

    heights = [y for _x, y in ends["target"]]
    assert (len(heights), heights[:12], heights[12:]) == (24, [heights[0]] * 12, [heights[12]] * 12)
    assert heights[0] < heights[12], "80 stands above 50"
    assert ends["path"][-1] == ends["target"][-1]


def _points_of(page: str, name: str) -> list[tuple[float, float]]:
    found = re.search(rf'<polyline class="{name}" points="([^"]+)"', page)
    assert found is not None
    x_and_y = (pair.split(",") for pair in found[1].split())
    return [(float(x), float(y)) for x, y in x_and_y]


def test_a_raised_target_says_so(office: Client, city: City, director: User) -> None:
    approved_report(city.fdi, 7, 34)

    page = text_of(office.post(goal_page(city.fdi, "target/"), typed(value="200"), follow=True))

    assert "target raised" in page
    assert "target lowered" not in page


def test_the_board_marks_a_lowered_target(office: Client, city: City, director: User) -> None:
    for goal, value in ((city.fdi, 34), (city.firms, 1100)):
        approved_report(goal, 7, value)
    office.post(goal_page(city.fdi, "target/"), typed())
    office.post(goal_page(city.firms, "target/"), typed(value="2500"))

    rows = rows_of(office.get(f"/documents/{city.document.pk}/board/?sort=order"))

    targets = {row[1].split()[0]: row[2] for row in rows}
    assert (targets["实际利用外资"], targets["新增高新技术企业"]) == ("50 亿美元 target lowered", "2,500 家")


def test_months_before_keep_their_target(office: Client, city: City, director: User) -> None:
    approved_report(city.fdi, 6, 30)
    revise_goal(goal=city.fdi, value=Decimal(50), effective_month=7, reason="调整", by=director, now=AUGUST)

    june = text_of(office.get(goal_page(city.fdi, "?period=2024-06")))
    july = text_of(office.get(goal_page(city.fdi, "?period=2024-07")))

    assert "Facts Target 80 亿美元" in june
    assert "by the original target" not in june
    assert "Facts Target 50 亿美元" in july


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"value": ""}, "value", "Enter a number."),
        ({"value": "fifty"}, "value", "“fifty” is not a number. Enter digits only, such as 1234.5."),
        ({"value": "80"}, "value", "The target already is 80 亿美元."),
        ({"value": "-1"}, "value", "A cumulative target cannot be negative; you entered -1."),
        (
            {"value": "0.1234567"},
            "value",
            "“0.1234567” is not a number the system can hold: at most 14 digits before the point and 6 after.",
        ),
        ({"reason": ""}, "reason", "Give a reason; it is kept with the decision."),
        ({"effective_month": ""}, "effective_month", "Give the month from which the change takes effect, 1 to 12."),
        ({"effective_month": "soon"}, "effective_month", "Enter a whole number."),
        (
            {"effective_month": "6"},
            "effective_month",
            "Month 6 is closed and its lights stand. Choose a later month to take effect, or reopen it first.",
        ),
    ],
)
def test_each_refusal_stands_beside_its_field(
    office: Client, city: City, director: User, changes: dict[str, str], field: str, message: str
) -> None:
    close_period(period=city.period(6), reason="月度结账", by=director, now=AUGUST)
    fields = typed(**changes)

    response = office.post(goal_page(city.fdi, "target/"), fields)

    assert errors_of(response) == {field: message}
    assert alerts_of(response).startswith("Nothing was changed yet.")
    assert (field_value(response, "value"), field_value(response, "reason")) == (fields["value"], fields["reason"])
    assert versions(city.fdi) == [(1, 80, 1, "")]


def test_a_target_changed_meanwhile_is_not_passed_over(office: Client, city: City, director: User) -> None:
    revise_goal(goal=city.fdi, value=Decimal(70), effective_month=5, reason="先调", by=director, now=AUGUST)

    response = office.post(goal_page(city.fdi, "target/"), typed())

    assert alerts_of(response) == "Somebody changed this while you were typing. Look at what stands now, then decide."
    assert versions(city.fdi) == [(1, 80, 1, ""), (2, 70, 5, "先调")]


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.CLERK, Role.DEPARTMENT_HEAD])
def test_nobody_else_changes_targets(visit: Visitor, city: City, role: Role) -> None:
    client = visit(make_user(role, city.commerce if role in Role.of_a_department() else None))

    assert "Change the target" not in text_of(client.get(goal_page(city.fdi)))
    assert client.post(goal_page(city.fdi, "target/"), typed()).status_code == 403
    assert versions(city.fdi) == [(1, 80, 1, "")]


def test_a_milestone_has_no_figure_to_change(office: Client, city: City) -> None:
    Goal.objects.filter(pk=city.fdi.pk).update(measure="milestone", kind="milestone", due_on=AUGUST.date())

    assert "Change the target" not in text_of(office.get(goal_page(city.fdi)))
    assert office.post(goal_page(city.fdi, "target/"), typed()).headers["Location"] == goal_page(city.fdi)
    assert versions(city.fdi) == [(1, 80, 1, "")]


def test_a_range_is_changed_by_both_of_its_ends(office: Client, city: City) -> None:
    city.fdi.versions.update(value_max=100)
    page = office.get(goal_page(city.fdi))
    assert (field_value(page, "value"), field_value(page, "value_max")) == ("", "")
    assert errors_of(office.post(goal_page(city.fdi, "target/"), typed())) == {"value_max": "Enter a number."}

    text = text_of(office.post(goal_page(city.fdi, "target/"), typed(value_max="60"), follow=True))

    assert "Version 1 from Jan: 80–100 亿美元 Version 2 from Jul: 50–60 亿美元" in text


def test_only_months_after_the_last_version_are_offered(office: Client, city: City) -> None:
    office.post(goal_page(city.fdi, "target/"), typed(effective_month="6"))

    page = office.get(goal_page(city.fdi, "target/")).content.decode()

    assert re.findall(r'<option value="(\d+)"', page) == ["7", "8", "9", "10", "11", "12"]


def test_a_past_day_and_a_past_month_show_the_target_of_then(office: Client, city: City) -> None:
    approved_report(city.fdi, 6, 30, now=AUGUST - timedelta(days=1))
    approved_report(city.fdi, 7, 34, now=AUGUST - timedelta(days=1))
    office.post(goal_page(city.fdi, "target/"), typed(effective_month="7"))

    states = ("2024-07", "2024-06", "2024-07&as_of=2024-08-08")
    pages = [text_of(office.get(goal_page(city.fdi, f"?period={state}"))) for state in states]
    boards = [
        rows_of(office.get(f"/documents/{city.document.pk}/board/?sort=order&period={state}")) for state in states
    ]

    assert [re.findall(r"Facts Target (\d+) 亿美元", page) for page in pages] == [["50"], ["80"], ["80"]]
    targets = [next(row[2] for row in rows if row[1].startswith("实际利用外资")) for rows in boards]
    assert targets == ["50 亿美元 target lowered", "80 亿美元", "80 亿美元"]


def test_the_goals_page_leads_to_its_plan(office: Client, city: City) -> None:
    assert links_of(office.get(goal_page(city.fdi)))["automatic"] == goal_page(city.fdi, "plan/")
