"""What the rules refuse: other departments' rows, other roles' actions, figures that cannot be right."""

from typing import Any

import pytest
from django.utils import translation

from hztargets.models import GoalDepartment, Report, Role, User
from tests.factories import City, make_user, submitted_report
from tests.integration.api.conftest import ClientFor, assert_problem, problem

pytestmark = pytest.mark.usefixtures("august")


@pytest.mark.parametrize("by_code", [True, False])
def test_goal_of_another_department_is_not_found(
    city: City, science_clerk: User, client_for: ClientFor, by_code: bool
) -> None:
    goal = "A6-01" if by_code else city.fdi.pk

    answer = client_for(science_clerk).post("/api/v1/reports/", {"goal": goal, "period": "2024-07", "value": 1})

    error = ("goal", "There is no such goal.", "not_found")
    assert_problem(answer, problem("not_found", 404, "Not found", "There is no such goal.", "/api/v1/reports/", error))
    assert not Report.objects.exists()


ACTIONS = ["submit", "withdraw", "endorse", "approve", "return"]


@pytest.mark.parametrize("action", ACTIONS)
def test_report_of_another_department_is_not_found(
    city: City, science_clerk: User, client_for: ClientFor, action: str
) -> None:
    report = submitted_report(city.fdi, 7, 47)
    address = f"/api/v1/reports/{report.pk}/{action}/"

    answer = client_for(science_clerk).post(address, {"reason": "x"} if action == "return" else {})

    assert_problem(answer, problem("not_found", 404, "Not found", "Not found.", address))
    report.refresh_from_db()
    assert (report.state, report.revision) == ("submitted", 2)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"goal": "Z9-99", "period": "2024-07"}, "goal"),
        ({"goal": "A6-01", "document": "无此文号", "period": "2024-07"}, "document"),
        ({"goal": "A6-01", "period": "2023-07"}, "period"),
        ({"goal": 999_999_999_999_999_999_999, "period": "2024-07"}, "goal"),
    ],
)
def test_unknown_reference_is_not_found_by_name(
    city: City, clerk: User, client_for: ClientFor, body: dict[str, Any], field: str
) -> None:
    answer = client_for(clerk).post("/api/v1/reports/", body)

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (404, [field])


def test_role_that_may_not_is_refused_in_both_languages(city: City, clerk: User, client_for: ClientFor) -> None:
    address = f"/api/v1/reports/{submitted_report(city.fdi, 7, 47).pk}/approve/"
    english = "Your role may not do this."
    with translation.override("zh-hans"):
        chinese = translation.gettext(english)

    in_english = client_for(clerk).post(address)
    in_chinese = client_for(clerk, "zh-CN").post(address)

    assert chinese != english
    assert_problem(in_english, problem("role_may_not", 403, "Not allowed", english, address))
    assert_problem(in_chinese, problem("role_may_not", 403, "无权操作", chinese, address))


def test_nobody_reviews_their_own_report(city: City, client_for: ClientFor) -> None:
    program = client_for(make_user(Role.SERVICE))
    draft = program.post("/api/v1/reports/", {"goal": "A6-01", "period": "2024-07", "value": 47}).json()
    program.post(f"/api/v1/reports/{draft['id']}/submit/")

    answer = program.post(f"/api/v1/reports/{draft['id']}/approve/")

    assert (answer.status_code, answer.json()["code"]) == (403, "own_report")


def test_figure_that_cannot_be_right_is_422(city: City, clerk: User, client_for: ClientFor) -> None:
    client = client_for(clerk)
    draft = client.post("/api/v1/reports/", {"goal": city.fdi.pk, "period": "2024-07", "value": -3}).json()
    address = f"/api/v1/reports/{draft['id']}/submit/"

    answer = client.post(address)

    message = "A cumulative figure cannot be negative; you entered -3."
    title = "The report cannot be accepted"
    assert_problem(answer, problem("negative", 422, title, message, address, ("value", message, "negative")))


def test_second_open_report_is_422(city: City, clerk: User, client_for: ClientFor) -> None:
    client = client_for(clerk)
    body = {"goal": city.fdi.pk, "period": "2024-07", "value": 47}
    client.post("/api/v1/reports/", body)

    answer = client.post("/api/v1/reports/", body)

    message = "This goal already has a report under way for this period."
    title = "The report cannot be accepted"
    error = ("period", message, "already_open")
    assert_problem(answer, problem("already_open", 422, title, message, "/api/v1/reports/", error))


@pytest.mark.parametrize(("reason", "status"), [({}, 400), ({"reason": "  "}, 422)])
def test_return_needs_a_reason(
    city: City, office: User, client_for: ClientFor, reason: dict[str, str], status: int
) -> None:
    report = submitted_report(city.fdi, 7, 47)

    answer = client_for(office).post(f"/api/v1/reports/{report.pk}/return/", reason)

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (status, ["reason"])


def test_sharing_department_sees_the_goal_but_may_not_file_it(
    city: City, science_clerk: User, client_for: ClientFor
) -> None:
    GoalDepartment.objects.create(goal=city.fdi, department=city.science, position=2)
    client = client_for(science_clerk)

    answer = client.post("/api/v1/reports/", {"goal": "A6-01", "period": "2024-07", "value": 1})

    assert client.get(f"/api/v1/goals/{city.fdi.pk}/").json()["code"] == "A6-01"
    assert (answer.status_code, answer.json()["code"]) == (403, "not_lead_department")
    assert not Report.objects.exists()
