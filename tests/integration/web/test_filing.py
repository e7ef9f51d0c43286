from datetime import datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hztargets.models import Goal, Role
from hztargets.services.review import return_report
from tests.factories import AUGUST, City, approved_report, make_goal, make_user, submitted_report
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import links_of, rows_of, text_of


def list_page(city: City, period: str = "2024-07") -> str:
    return f"/documents/{city.document.pk}/filing/?period={period}"


@pytest.fixture
def clerk(visit: Visitor, city: City) -> Client:
    return visit(make_user(Role.CLERK, city.commerce, display_name="商务局填报人"))


def test_list_says_what_is_due(clerk: Client, city: City) -> None:
    approved_report(city.fdi, 6, "30.50")

    response = clerk.get(list_page(city))

    assert rows_of(response) == [
        ["实际利用外资 monthly", "80 亿美元", "30.5 Jan–Jun", "—", "Not filed", "File 实际利用外资"],
        ["组织外贸团组 monthly", "150 个", "—", "—", "Not filed", "File 组织外贸团组"],
    ]
    page = text_of(response)
    assert "Filing for Jul 2024 2 working days late (was due 2024-08-07)" in page
    assert "2 of 2 goals still to file." in page
    assert "新增高新技术企业" not in page


def test_list_counts_working_days_left(clerk: Client, city: City) -> None:
    with time_machine.travel(datetime.fromisoformat("2024-08-02T10:00+08:00"), tick=False):
        before = text_of(clerk.get(list_page(city)))
    with time_machine.travel(datetime.fromisoformat("2024-08-07T17:00+08:00"), tick=False):
        on_the_day = text_of(clerk.get(list_page(city)))

    assert "3 working days left (due 2024-08-07)" in before
    assert "Due now (2024-08-07)" in on_the_day


def test_returned_comes_first_with_its_reason(clerk: Client, city: City) -> None:
    approved_report(city.fdi, 7, 40)
    report = submitted_report(city.trade, 7, 12)
    return_report(report=report, reason="少填了一位，请核对", by=make_user(Role.OFFICE), now=AUGUST)

    rows = rows_of(clerk.get(list_page(city)))

    assert [row[4:] for row in rows] == [
        ["Returned 少填了一位，请核对", "Correct 组织外贸团组"],
        ["Approved", "Look 实际利用外资"],
    ]


@pytest.mark.parametrize(
    ("frequency", "month", "is_due"),
    [("monthly", 7, True), ("quarterly", 7, False), ("quarterly", 6, True), ("half_yearly", 3, False),
     ("half_yearly", 6, True), ("yearly", 6, False), ("once", 6, False)],
)  # fmt: skip
def test_frequency_decides_what_is_due(clerk: Client, city: City, frequency: str, month: int, is_due: bool) -> None:
    Goal.objects.filter(pk=city.trade.pk).update(frequency=frequency)

    page = text_of(clerk.get(list_page(city, f"2024-{month:02d}")))

    assert ("2 of 2 goals still to file." in page) == is_due
    assert ("1 more goals report less often" in page) != is_due


def test_months_link_to_each_other(clerk: Client, city: City) -> None:
    assert links_of(clerk.get(list_page(city)))["Mar"] == "?period=2024-03"


def test_list_queries_do_not_grow_with_rows(
    visit: Visitor, city: City, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    approved_report(city.firms, 6, 900)
    clerk = visit(make_user(Role.CLERK, city.science))
    for expected in (1, 3):
        if expected == 3:
            for code in ("A2-02", "A2-03"):
                goal = make_goal(city.firms.clause, code, code, 10, "家", city.science, quote="新增高新技术企业2000家")
                approved_report(goal, 6, 5)
        with django_assert_num_queries(18):
            response = clerk.get(list_page(city))
        assert len(rows_of(response)) == expected
