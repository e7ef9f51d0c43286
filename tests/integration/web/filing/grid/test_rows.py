"""The request of the grid's script: one row is saved as a draft, and its messages are returned."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hztargets.models import Report, Role
from hztargets.services.filing.content import ReportContent
from hztargets.services.filing.reports import create_report, edit_report
from tests.factories import AUGUST, City, make_goal, make_user, submitted_report
from tests.integration.web.conftest import Visitor
from tests.integration.web.filing.grid.reading import grid_of, hidden_of, messages_in, typed

BY_SCRIPT = {"HX-Request": "true"}


def keep(client: Client, city: City, revision: int = 0, **fields: str) -> Any:
    url = f"/documents/{city.document.pk}/filing/2024-07/rows/A6-01/"
    return client.post(url, typed(city.fdi, revision=str(revision), **fields), headers=BY_SCRIPT)


def answered(response: Any) -> tuple[str, str, tuple[str, ...]]:
    page = response.content.decode()
    return (_attribute(page, "data-outcome"), _attribute(page, "data-state"), messages_in(page))


def _attribute(page: str, name: str) -> str:
    return page.split(f'{name}="')[1].split('"')[0]


def test_a_row_is_kept_and_judged(clerk: Client, city: City) -> None:
    response = keep(clerk, city, value="３６")

    assert answered(response) == (
        "saved",
        "needs",
        ("Read as 36.", "Still to be filled in: cause, remedy, expected date."),
    )
    page = response.content.decode()
    assert ('data-at="10:00"' in page, "hx-swap-oob" in page, "Amber" in page) == (True, True, True)
    report = Report.objects.get()
    assert (report.state, report.value, report.revision) == ("draft", 36, 1)
    assert hidden_of(response, city.fdi)[f"g{city.fdi.pk}-revision"] == "1"


def test_what_cannot_be_read_is_not_stored_and_changes_nothing(clerk: Client, city: City) -> None:
    keep(clerk, city, value="36")
    response = keep(clerk, city, 1, value="三十七", note="到位3个")
    assert answered(response) == (
        "unsaved",
        "wrong",
        ("Error: “三十七” is not a number. Enter digits only, such as 1234.5.", "This row is not saved yet."),
    )
    report = Report.objects.get()
    assert (report.value, report.note, report.revision) == (36, "", 1)


def test_a_figure_that_cannot_be_right_is_still_kept(clerk: Client, city: City) -> None:
    response = keep(clerk, city, value="-3")
    assert answered(response) == (
        "saved", "wrong", ("Error: A cumulative figure cannot be negative; you entered -3.",),
    )  # fmt: skip
    assert Report.objects.get().value == -3


def test_an_answer_that_got_lost_does_no_harm(clerk: Client, city: City) -> None:
    """The same row sent again with the revision known before."""
    keep(clerk, city, value="36")
    assert answered(keep(clerk, city, 0, value="36"))[0] == "saved"
    assert [(report.value, report.revision) for report in Report.objects.all()] == [(36, 1)]


@pytest.mark.parametrize("is_started", [False, True])
def test_a_colleague_who_was_faster_is_shown_and_not_overwritten(clerk: Client, city: City, is_started: bool) -> None:
    if is_started:
        keep(clerk, city, value="36")
    colleague = make_user(Role.CLERK, city.commerce, display_name="商务局同事")
    theirs = ReportContent(value=Decimal(37), note="同事的话")
    if is_started:
        edit_report(report=Report.objects.get(), content=theirs, revision=1, by=colleague, now=AUGUST)
    else:
        create_report(goal=city.fdi, period=city.period(7), content=theirs, by=colleague, now=AUGUST)

    response = keep(clerk, city, int(is_started), value="38")

    assert answered(response)[:2] == ("conflict", "conflict")
    assert "商务局同事 changed this row" in response.content.decode()
    assert "同事的话" in response.content.decode()
    assert hidden_of(response, city.fdi)[f"g{city.fdi.pk}-revision"] == str(int(is_started))
    assert Report.objects.get().value == 37

    revision = Report.objects.get().revision
    mine = keep(clerk, city, int(is_started), value="38", keep=str(revision))
    assert grid_of(mine)["实际利用外资"].value == "38"
    assert Report.objects.get().value == 38

    taken = keep(clerk, city, 0, value="1", take="1")
    assert (grid_of(taken)["实际利用外资"].value, Report.objects.get().value) == ("38", 38)


def test_a_row_filed_meanwhile_shows_a_message(clerk: Client, city: City) -> None:
    submitted_report(city.fdi, 7, 40)
    response = keep(clerk, city, value="39")
    assert answered(response)[:2] == ("conflict", "conflict")
    assert "Save mine instead" not in response.content.decode()
    assert keep(clerk, city, take="1").headers["HX-Refresh"] == "true"


def test_an_ended_session_has_its_own_answer(visit: Visitor, clerk: Client, city: City) -> None:
    assert keep(visit(None), city, value="36").status_code == 401
    clerk.get(f"/documents/{city.document.pk}/filing/2024-07/")
    with time_machine.travel(AUGUST + timedelta(minutes=31), tick=False):
        assert keep(clerk, city, value="36").status_code == 401
    assert Report.objects.count() == 0


def test_saving_a_row_reads_that_row_once(clerk: Client, city: City) -> None:
    """However many goals the department has."""
    counts = []
    for number in (1, 2):
        make_goal(city.fdi.clause, f"X-{number}", f"目标{number}", 100, "个", city.commerce, quote="组织150个外贸团组")
        with CaptureQueriesContext(connection) as queries:
            keep(clerk, city, number - 1, value=str(40 + number))
        sql = [query["sql"] for query in queries]
        counts.append(len(sql))
        assert sum('FROM "hztargets_goalversion" WHERE' in text for text in sql) == 2  # for the row and its preview
    assert counts == [28, 28]
