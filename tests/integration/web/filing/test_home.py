"""The clerk's home: what is due, late and returned, over all open periods."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hztargets.models import Goal, Period, Role
from hztargets.services.calendar.periods import close_period, extend_period
from hztargets.services.filing.content import content_of
from hztargets.services.filing.reports import edit_report
from hztargets.services.review.reviewing import return_report
from tests.factories import AUGUST, City, approved_report, make_goal, make_user, submitted_report
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import links_of, rows_of, text_of


def home(city: City) -> str:
    return f"/documents/{city.document.pk}/filing/"


def grid(city: City, period: str = "2024-07") -> str:
    return f"/documents/{city.document.pk}/filing/{period}/"


@pytest.fixture
def june_and_july(city: City) -> City:
    """Of the open periods only June and July are left."""
    Period.objects.filter(document=city.document, month__lt=6).delete()
    return city


def test_home_says_of_every_open_period_what_is_left(clerk: Client, june_and_july: City) -> None:
    city = june_and_july
    approved_report(city.trade, 6, 60)

    response = clerk.get(home(city))

    assert rows_of(response) == [
        ["Jun 2024", "25 working days late (was due 2024-07-05)", "1 not begun 实际利用外资", "1 of 2 handed in", "File 1 : Jun 2024"],
        ["Jul 2024", "2 working days late (was due 2024-08-07)", "2 not begun 实际利用外资, 组织外贸团组", "0 of 2 handed in", "File 2 : Jul 2024"],
    ]  # fmt: skip
    page = text_of(response)
    assert "3 reports still to file, 3 of them late ." in page
    assert "Aug opens on 2024-09-01 and is due on 2024-09-06." in page
    assert links_of(response)["Jul 2024"] == grid(city)
    assert "新增高新技术企业" not in page


def test_home_counts_working_days_left(clerk: Client, june_and_july: City) -> None:
    with time_machine.travel(datetime.fromisoformat("2024-08-02T10:00+08:00"), tick=False):
        before = [row[1] for row in rows_of(clerk.get(home(june_and_july)))]
    with time_machine.travel(datetime.fromisoformat("2024-08-07T17:00+08:00"), tick=False):
        on_the_day = [row[1] for row in rows_of(clerk.get(home(june_and_july)))]
    office = make_user(Role.OFFICE)
    city = june_and_july
    day = datetime.fromisoformat("2024-08-14").date()
    extend_period(period=city.period(7), due_on=day, reason="台风", by=office, now=AUGUST, department=city.commerce)

    assert before[1] == "3 working days left (due 2024-08-07)"
    assert on_the_day[1] == "Due now (2024-08-07)"
    assert rows_of(clerk.get(home(city)))[1][1] == "3 working days left (due 2024-08-14)"


def test_what_was_returned_stands_first_with_its_reason_until_it_is_handed_in(
    clerk: Client, june_and_july: City
) -> None:
    city = june_and_july
    report = submitted_report(city.trade, 6, 12)
    office = make_user(Role.OFFICE, display_name="督查室")
    report = return_report(report=report, reason="少填了一位，请核对", by=office, now=AUGUST)
    returned = ["组织外贸团组", "Jun", "12 个", "少填了一位，请核对 督查室 2024-08-09 10:00", "Correct 组织外贸团组"]

    response = clerk.get(home(city))
    assert rows_of(response)[0] == returned
    assert links_of(response)["Correct 组织外贸团组"] == f"{grid(city, '2024-06')}#g{city.trade.pk}"
    assert [row[2] for row in rows_of(response)[2:]] == [
        "1 returned 组织外贸团组 1 not begun 实际利用外资",
        "2 not begun 实际利用外资, 组织外贸团组",
    ]

    edit_report(report=report, content=content_of(report), revision=report.revision, by=report.created_by, now=AUGUST)
    assert rows_of(clerk.get(home(city)))[0] == returned


def test_periods_with_nothing_left_stand_apart(clerk: Client, june_and_july: City) -> None:
    city = june_and_july
    for goal in (city.fdi, city.trade):
        submitted_report(goal, 7, 40)
    close_period(period=city.period(6), reason="月报已印发", by=make_user(Role.OFFICE), now=AUGUST)

    response = clerk.get(home(city))

    assert rows_of(response) == []
    page = text_of(response)
    assert "Everything due has been filed." in page
    assert "Jun 2024 0 of 2 handed in · closed · 2 never filed Jul 2024 2 of 2 handed in" in page


def test_the_head_sees_what_waits_for_them(visit: Visitor, june_and_july: City) -> None:
    city = june_and_july
    type(city.commerce).objects.filter(pk=city.commerce.pk).update(endorses=True)
    submitted_report(city.fdi, 7, 40)
    head = visit(make_user(Role.DEPARTMENT_HEAD, city.commerce))
    assert [row[3:] for row in rows_of(head.get(home(city)))] == [
        ["0 of 2 handed in", "Look : Jun 2024"],
        ["1 of 2 handed in 1 wait for your endorsement", "Look : Jul 2024"],
    ]


@pytest.mark.parametrize(
    ("frequency", "month", "is_due"),
    [("monthly", 7, True), ("quarterly", 7, False), ("quarterly", 6, True), ("half_yearly", 3, False),
     ("half_yearly", 6, True), ("yearly", 6, False), ("once", 6, False)],
)  # fmt: skip
def test_frequency_decides_what_is_due(clerk: Client, city: City, frequency: str, month: int, is_due: bool) -> None:
    Goal.objects.filter(pk=city.trade.pk).update(frequency=frequency)

    page = text_of(clerk.get(grid(city, f"2024-{month:02d}")))

    assert ("2 of 2 goals still to file." in page) == is_due
    assert ("1 more goals report less often" in page) != is_due


def test_the_grid_shows_how_the_other_periods_stand(clerk: Client, june_and_july: City) -> None:
    approved_report(june_and_july.fdi, 6, 30)
    links = links_of(clerk.get(grid(june_and_july)))
    assert links["Jun 1 still to file"] == grid(june_and_july, "2024-06")
    assert links["All periods"] == home(june_and_july)


def test_addresses_of_before_lead_to_the_grid(clerk: Client, city: City) -> None:
    answer = clerk.get(f"{home(city)}?period=2024-07")
    assert (answer.status_code, answer.headers["Location"]) == (302, grid(city))


def test_home_queries_do_not_grow_with_rows(
    visit: Visitor, city: City, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    approved_report(city.firms, 6, 900)
    clerk = visit(make_user(Role.CLERK, city.science))
    for expected in (1, 3):
        if expected == 3:
            for code in ("A2-02", "A2-03"):
                goal = make_goal(city.firms.clause, code, code, 10, "家", city.science, quote="新增高新技术企业2000家")
                approved_report(goal, 6, 5)
        with django_assert_num_queries(14):
            response = clerk.get(home(city))
        assert f"{expected} not begun" in rows_of(response)[-1][2]
