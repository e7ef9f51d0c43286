"""The auditor's page and export."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hztargets.models import AuditEvent, AuditLink, Role, User
from hztargets.services.auditing import record_event
from hztargets.services.filing.reports import ReportContent, edit_report
from hztargets.services.review.reviewing import return_report
from tests.factories import AUGUST, City, approved_report, make_user, submitted_report
from tests.integration.audit_roles import acting_as, application_role
from tests.integration.conftest import days_later
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import links_of, rows_of, text_of


@pytest.fixture
def auditor(visit: Visitor, db: None) -> Client:
    return visit(make_user(Role.AUDITOR, username="auditor"))


@pytest.fixture
def trail(city: City, office: User) -> None:
    """A report of 市商务局 returned and changed, one of 市科技局, and a log-in: 8 events."""
    clerk = make_user(Role.CLERK, city.commerce, username="clerk.swj", display_name="商务局填报人")
    make_user(Role.CLERK, city.science, username="clerk.kjj")
    report = submitted_report(city.fdi, 7, 41, note="到位项目3个")
    return_report(report=report, reason="口径有误", by=office, now=days_later(1))
    report.refresh_from_db()
    content = ReportContent(value=report.value + 1, note="到位项目4个")
    edit_report(report=report, content=content, revision=report.revision, by=clerk, now=days_later(2))
    submitted_report(city.firms, 7, 900)
    record_event(action="login", subject=clerk, by=clerk, now=days_later(3))
    record_event(action="login.failed", subject=User, by=None, now=days_later(3))
    connection.check_constraints()


def happened(client: Client, **filters: str) -> list[str]:
    """The third column of every row, newest first."""
    return [row[2] for row in rows_of(client.get("/audit/", filters))]


COMMERCE = "A6-01 实际利用外资 2024-07 v1"
SCIENCE = "A2-01 新增高新技术企业 2024-07 v1"
ALL = [
    "Log-in failed account 0",
    "Logged in account clerk.swj",
    f"Report submitted {SCIENCE}",
    f"Report started {SCIENCE}",
    f"Report changed {COMMERCE}",
    f"Report returned {COMMERCE} Reason: 口径有误",
    f"Report submitted {COMMERCE}",
    f"Report started {COMMERCE}",
]


def test_everything_newest_first(auditor: Client, trail: None) -> None:
    assert happened(auditor) == ALL


def test_before_and_after_stand_side_by_side(auditor: Client, city: City) -> None:
    clerk = make_user(Role.CLERK, city.commerce, username="clerk.swj", display_name="商务局填报人")
    before, after = {"note": "三个", "value": "41"}, {"note": "三个", "value": "42", "expected_on": "2024-11-07"}
    record_event(action="goal.revise", subject=city.fdi, by=clerk, now=AUGUST, before=before, after=after)
    connection.check_constraints()

    page = auditor.get("/audit/")

    assert rows_of(page) == [
        [
            "2024-08-09 10:00:00 No. 1", "商务局填报人 clerk.swj", "Target revised A6-01 实际利用外资",
            "Progress in words 三个 Figure 41", "Progress in words 三个 Figure 42 Expected to be reached on 2024-11-07",
        ]
    ]  # fmt: skip
    assert links_of(page)["A6-01 实际利用外资"] == f"/documents/{city.document.pk}/goals/A6-01/"
    assert page.content.decode().count('<div class="changed">') == 3


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"by": "clerk.swj"}, [ALL[1], ALL[4], ALL[6], ALL[7]]),
        ({"by": "商务局"}, [ALL[1], ALL[4], ALL[6], ALL[7]]),
        ({"action": "report.return"}, [ALL[5]]),
        ({"object_type": "user"}, ALL[:2]),
        ({"goal": "A2-01"}, ALL[2:4]),
        ({"goal": "A9-99"}, []),
        ({"since": "2024-08-11"}, [*ALL[:2], ALL[4]]),
        ({"until": "2024-08-10"}, [ALL[2], ALL[3], *ALL[5:]]),
        ({"since": "2024-08-10", "until": "2024-08-10"}, [ALL[5]]),
        ({"goal": "A6-01", "by": "office"}, [ALL[5]]),
        ({"since": "yesterday", "before": "x", "action": "no.such"}, ALL),
    ],
)
def test_filters(auditor: Client, trail: None, filters: dict[str, str], expected: list[str]) -> None:
    assert happened(auditor, **filters) == expected


def test_a_day_that_cannot_be_read_shows_a_message(auditor: Client, trail: None) -> None:
    assert "Enter a day such as 2024-08-12." in text_of(auditor.get("/audit/", {"since": "yesterday"}))


def test_days_are_those_of_hangzhou(auditor: Client, city: City) -> None:
    """23:30 UTC on 9 August is 07:30 on the 10th."""
    record_event(action="goal.revise", subject=city.fdi, by=None, now=AUGUST.replace(hour=23, minute=30))
    expected = ["Target revised A6-01 实际利用外资"]
    assert (happened(auditor, since="2024-08-10"), happened(auditor, until="2024-08-09")) == (expected, [])


def test_a_figure_read_back_from_the_database_is_no_change(auditor: Client, city: City) -> None:
    before, after = {"value": "34.000000", "note": "1.10"}, {"value": "34", "note": "1.1"}
    record_event(action="report.edit", subject=city.fdi, by=None, now=AUGUST, before=before, after=after)
    connection.check_constraints()
    page = auditor.get("/audit/")
    assert rows_of(page)[0][3:] == ["Progress in words 1.10 Figure 34", "Progress in words 1.1 Figure 34"]
    assert page.content.decode().count('class="changed"') == 2


def test_older_pages(auditor: Client, city: City) -> None:
    for number in range(120):
        record_event(action="goal.revise", subject=city.fdi, by=None, now=AUGUST, reason=str(number))
    goals, address, pages = [], "/audit/?goal=A6-01", 0
    while address:
        page = auditor.get(address)
        goals += [row[2].rpartition(" ")[2] for row in rows_of(page)]
        older = links_of(page).get("Older")
        address, pages = f"/audit/{older}" if older else "", pages + 1
    assert (goals, pages) == ([str(number) for number in reversed(range(120))], 3)


def test_more_rows_cost_no_more_queries(auditor: Client, city: City) -> None:
    def cost(rows: int) -> int:
        for number in range(rows):
            approved_report(city.fdi, 4 + number, 10 * (number + 1)) if rows > 1 else submitted_report(city.firms, 7, 9)
        auditor.get("/audit/")
        with CaptureQueriesContext(connection) as queries:
            auditor.get("/audit/", {"object_type": "report"})
        return len(queries)

    assert cost(1) == cost(3)


def test_the_page_is_the_auditors_alone(visit: Visitor, city: City, trail: None) -> None:
    for role in Role:
        if role == Role.AUDITOR:
            continue
        department = city.commerce if role in Role.of_a_department() else None
        client = visit(make_user(role, department))
        for address in ("/audit/", "/audit/export/"):
            answer = client.get(address)
            assert (role, answer.status_code, "口径有误" in answer.content.decode()) == (role, 403, False)
    assert "Audit trail" not in links_of(visit(make_user(Role.OFFICE)).get("/help/"))


def test_the_auditor_finds_the_page_in_the_navigation(auditor: Client, city: City) -> None:
    assert links_of(auditor.get("/help/"))["Audit trail"] == "/audit/"


def test_one_role_for_all_is_stated_on_the_page(auditor: Client, city: City) -> None:
    warning = "The service works under the database role that owns the tables."
    assert warning in text_of(auditor.get("/audit/"))
    with acting_as(application_role()):
        assert warning not in text_of(auditor.get("/audit/"))


def exported(client: Client, **filters: str) -> list[dict[str, str]]:
    response: Any = client.get("/audit/export/", filters)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="audit-20240809-1000.csv"'
    return list(csv.DictReader(StringIO(text)))


def test_export_holds_the_filtered_rows(auditor: Client, trail: None) -> None:
    [row] = exported(auditor, action="report.return")
    link = AuditLink.objects.get(event__action="report.return")
    assert row == {
        "No.": str(link.sequence), "Time": "2024-08-10 10:00:00", "Who": "office", "Name": row["Name"], "From address": "",
        "Action": "report.return", "What happened": "report returned", "Kind": "report",
        "Object": str(link.event.object_id), "About": COMMERCE, "Before": "", "After": "", "Reason": "口径有误",
        "Request": "", "Hash": link.hash,
    }  # fmt: skip
    assert len(exported(auditor)) == len(ALL) + 2  # both exports are events themselves


def test_exporting_is_an_event_itself(auditor: Client, trail: None) -> None:
    exported(auditor, goal="A6-01", since="2024-08-01")
    event = AuditEvent.objects.get(action="audit.export")
    assert event.by is not None
    assert (event.by.username, event.after) == ("auditor", {"goal": "A6-01", "since": "2024-08-01"})


@pytest.mark.parametrize("evil", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx"])
def test_export_hands_no_formula_to_a_spreadsheet(auditor: Client, city: City, evil: str) -> None:
    record_event(action="goal.revise", subject=city.fdi, by=None, now=AUGUST, reason=evil)
    assert exported(auditor, action="goal.revise")[0]["Reason"] == f"'{evil}"


def test_a_long_export_misses_and_doubles_nothing(auditor: Client, city: City) -> None:
    for number in range(1203):
        record_event(action="goal.revise", subject=city.fdi, by=None, now=AUGUST, reason=str(number))
    rows = exported(auditor, action="goal.revise")
    assert [row["Reason"] for row in rows] == [str(number) for number in reversed(range(1203))]


def test_the_page_in_chinese(visit: Visitor, trail: None) -> None:
    page = visit(make_user(Role.AUDITOR), "zh-hans").get("/audit/").content.decode()
    assert '<html lang="zh-hans">' in page
    if (settings.ROOT / "hztargets/locale/zh_Hans/LC_MESSAGES/django.mo").exists():
        assert "审计记录" in page
        assert "报告退回" in page
