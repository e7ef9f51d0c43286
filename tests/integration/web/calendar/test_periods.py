"""The office's page of reporting periods, and the on-time counter of the board."""

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hztargets.models import AuditEvent, Role, User
from hztargets.models.reports import PeriodExtension
from hztargets.services.calendar.periods import extend_period
from tests.factories import AUGUST, City, make_user, submitted_report
from tests.integration.conftest import days_later
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import field_value, links_of, rows_of, text_of

DAY_BEFORE_DUE = days_later(-3)


@pytest.fixture
def page(visit: Visitor, office: User) -> Client:
    return visit(office)


def address(city: City, rest: str = "") -> str:
    return f"/documents/{city.document.pk}/periods/{rest}"


def test_the_page_shows_twelve_periods_and_who_has_filed(page: Client, city: City) -> None:
    submitted_report(city.fdi, 7, 40, now=DAY_BEFORE_DUE)
    submitted_report(city.firms, 7, 900)
    rows = rows_of(page.get(address(city)))
    assert rows[:1] == [["Jan 2024", "2024-02-01", "2024-02-07", "open, deadline past", "3", "0", "0", "3", "0.0%"]]
    assert rows[6:8] == [
        ["Jul 2024", "2024-08-01", "2024-08-07", "open, deadline past", "3", "2", "1", "1", "33.3%"],
        ["Aug 2024", "2024-09-01", "2024-09-06", "not open yet", "—", "—", "—", "—", "—"],
    ]
    assert rows[13:] == [
        ["市商务局", "2024-08-07", "2", "1", "0", "1", "0", "—", "1 goal 组织外贸团组 overdue"],
        ["市科技局", "2024-08-07", "1", "1", "1", "1", "0", "—", "—"],
    ]


def test_another_period_is_chosen_by_its_link(page: Client, city: City) -> None:
    links = links_of(page.get(address(city)))
    assert links["Jun 2024"] == "?period=2024-06"
    june = page.get(address(city, "?period=2024-06"))
    assert rows_of(june)[13:] == [
        ["市商务局", "2024-07-05", "2", "0", "0", "0", "0", "—", "2 goals 实际利用外资 组织外贸团组 overdue"],
        ["市科技局", "2024-07-05", "1", "0", "0", "0", "0", "—", "1 goal 新增高新技术企业 overdue"],
    ]
    assert "This period opens on 2024-10-01; a figure cannot be filed before." in text_of(
        page.get(address(city, "?period=2024-09"))
    )


def test_a_department_gets_its_extension_and_the_page_keeps_the_log(page: Client, city: City, office: User) -> None:
    typed = {"extend-department": city.commerce.pk, "extend-due_on": "2024-08-12", "extend-reason": "系统故障"}
    answer = page.post(address(city, "2024-07/extend/"), typed)
    assert (answer.status_code, answer["Location"]) == (302, address(city, "?period=2024-07"))
    shown = page.get(answer["Location"])
    assert "The deadline of 市商务局 is now 2024-08-12." in text_of(shown)
    assert rows_of(shown)[13][:2] == ["市商务局", "2024-08-12 extended"]
    assert f"市商务局 2024-08-07 → 2024-08-12 系统故障 2024-08-09 10:00 {office}" in text_of(shown)


def test_without_a_department_everybodys_deadline_moves(page: Client, city: City) -> None:
    typed = {"extend-department": "", "extend-due_on": "2024-08-13", "extend-reason": "台风"}
    shown = page.post(address(city, "2024-07/extend/"), typed, follow=True)
    assert "The deadline of all departments is now 2024-08-13." in text_of(shown)
    assert rows_of(shown)[6][:4] == ["Jul 2024", "2024-08-01", "2024-08-13", "filing"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"due_on": "2024-08-13", "reason": ""}, "Give a reason; it is kept with the decision."),
        ({"due_on": "2024-08-11", "reason": "台风"}, "2024-08-11 is not a working day; the next one is 2024-08-12."),
        ({"due_on": "soon", "reason": "台风"}, "Enter a day such as 2024-08-12."),
        ({"due_on": "", "reason": "台风"}, "Enter a day such as 2024-08-12."),
    ],
)
def test_a_refused_extension_says_why_and_keeps_what_was_typed(
    page: Client, city: City, typed: dict[str, str], message: str
) -> None:
    answer = page.post(address(city, "2024-07/extend/"), {f"extend-{name}": text for name, text in typed.items()})
    assert answer.status_code == 200
    assert message in text_of(answer)
    assert (field_value(answer, "extend-due_on"), field_value(answer, "extend-reason")) == (
        typed["due_on"],
        typed["reason"],
    )
    assert not PeriodExtension.objects.exists()


def test_closing_and_reopening_each_need_a_reason(page: Client, city: City, office: User) -> None:
    refused = page.post(address(city, "2024-06/close/"), {"close-reason": " "})
    assert "Give a reason; it is kept with the decision." in text_of(refused)
    assert city.period(6).closed_at is None
    closed = page.post(address(city, "2024-06/close/"), {"close-reason": "通报已印发"}, follow=True)
    assert f"Closed 2024-08-09 10:00 by {office}: 通报已印发" in text_of(closed)
    assert rows_of(closed)[5][3] == "closed for filing"
    again = page.post(address(city, "2024-06/close/"), {"close-reason": "再次"})
    assert "This period is closed already." in text_of(again)
    moved = page.post(address(city, "2024-06/extend/"), {"extend-due_on": "2024-08-12", "extend-reason": "x"})
    assert "This period is closed. Reopen it before you move its deadline." in text_of(moved)
    reopened = page.post(address(city, "2024-06/reopen/"), {"reopen-reason": "补报"}, follow=True)
    assert "Reopened. Departments may file for this period again." in text_of(reopened)
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "reason")) == [
        ("period.close", "通报已印发"),
        ("period.reopen", "补报"),
    ]


def test_the_deadlines_ahead_are_planned_anew(page: Client, city: City) -> None:
    typed = {"due_day-working_day": "8", "due_day-reason": "错开月初"}
    shown = page.post(address(city, "due-day/"), typed, follow=True)
    assert "5 deadlines moved." in text_of(shown)
    assert [row[2] for row in rows_of(shown)[6:8]] == ["2024-08-07", "2024-09-11"]
    refused = page.post(address(city, "due-day/"), {"due_day-working_day": "40", "due_day-reason": "x"})
    assert "Choose a working day from 1 to 15." in text_of(refused)


@pytest.mark.parametrize("rest", ["", "2024-07/extend/", "2024-07/close/", "2024-07/reopen/", "due-day/"])
@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_nobody_but_the_office_comes_here(visit: Visitor, city: City, rest: str, role: Role) -> None:
    user = make_user(role, city.commerce if role in Role.of_a_department() else None)
    client = visit(user)
    answer = client.post(address(city, rest), {}) if rest else client.get(address(city))
    assert (answer.status_code, AuditEvent.objects.count()) == (403, 0)


@pytest.mark.parametrize("rest", ["?period=2024-13", "?period=x"])
def test_a_period_there_is_not_does_not_exist(page: Client, city: City, rest: str) -> None:
    assert page.get(address(city, rest)).status_code == 404


def test_queries_do_not_grow_with_reports(
    page: Client, city: City, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for goals in ([city.fdi], [city.trade, city.firms]):
        for goal in goals:
            submitted_report(goal, 7, 40)
        with django_assert_num_queries(23):
            assert page.get(address(city)).status_code == 200


# the board


def test_the_board_counts_what_came_on_time(visit: Visitor, city: City, office: User) -> None:
    for goal in (city.fdi, city.trade):
        submitted_report(goal, 6, 40, now=days_later(-36))
    submitted_report(city.fdi, 7, 40, now=DAY_BEFORE_DUE)
    board = f"/documents/{city.document.pk}/board/?period=2024-07"
    links = links_of(visit(office).get(board))
    assert links["Filed on time 33.3% −33.4 points on the month before"] == address(city, "?period=2024-07")
    leader = visit(make_user(Role.LEADER)).get(board)
    assert "Filed on time 33.3% −33.4 points on the month before" in text_of(leader)
    assert not [text for text in links_of(leader) if text.startswith("Filed on time")]


def test_the_board_waits_with_the_rate_while_a_deadline_lies_ahead(visit: Visitor, city: City, office: User) -> None:
    submitted_report(city.fdi, 7, 40, now=DAY_BEFORE_DUE)
    extend_period(period=city.period(7), due_on=days_later(4).date(), reason="台风", by=office, now=AUGUST)
    text = text_of(visit(office).get(f"/documents/{city.document.pk}/board/?period=2024-07"))
    assert "Filed on time — due 2024-08-13" in text
    earlier = text_of(visit(office).get(f"/documents/{city.document.pk}/board/?period=2024-07&as_of=2024-08-06"))
    assert "Filed on time —" in earlier


def test_a_clerk_counts_the_own_departments_reports(visit: Visitor, city: City, clerk: User) -> None:
    submitted_report(city.fdi, 7, 40, now=DAY_BEFORE_DUE)
    submitted_report(city.firms, 7, 40)
    text = text_of(visit(clerk).get(f"/documents/{city.document.pk}/board/?period=2024-07"))
    assert "Filed on time 50.0%" in text


def test_a_goal_gets_a_day_of_its_own_and_the_page_keeps_the_decision(page: Client, city: City, office: User) -> None:
    typed = {"goal_due_day-goal": city.fdi.pk, "goal_due_day-working_day": "12", "goal_due_day-reason": "月中才出数"}
    shown = page.post(address(city, "goal-due-day/"), typed, follow=True)
    assert "5 deadlines of A6-01 实际利用外资 moved." in text_of(shown)
    assert f"A6-01 实际利用外资 working day 12 月中才出数 2024-08-09 10:00 {office}" in text_of(shown)
    with time_machine.travel(days_later(28), tick=False):  # 6 September, August's deadline
        page.force_login(office)
        august = page.get(address(city, "?period=2024-08"))
    assert rows_of(august)[13][:2] == ["市商务局", "2024-09-06 实际利用外资: 2024-09-17"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"working_day": "16", "reason": "x"}, "Choose a working day from 1 to 15."),
        ({"working_day": "12", "reason": ""}, "Give a reason; it is kept with the decision."),
        ({"working_day": "", "reason": "x"}, "This goal’s reports are due on that day already."),
        ({"working_day": "12", "reason": "x", "goal": ""}, "Choose the goal whose reports are due on another day."),
    ],
)
def test_a_goals_day_that_cannot_hold_is_refused_beside_its_field(
    typed: dict[str, str], message: str, page: Client, city: City
) -> None:
    sent = {f"goal_due_day-{name}": value for name, value in {"goal": str(city.fdi.pk), **typed}.items()}
    answer = page.post(address(city, "goal-due-day/"), sent)
    assert message in text_of(answer)
    assert not AuditEvent.objects.filter(action="goal.due_working_day").exists()
