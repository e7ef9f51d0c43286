from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hztargets.models import AuditEvent, Goal, Report, Role
from hztargets.services.calendar.periods import close_period
from hztargets.services.review.reviewing import return_report
from tests.factories import AUGUST, City, approved_report, make_goal, make_user, submitted_report
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import field_value, rows_of, text_of


def list_page(city: City, period: str = "2024-07") -> str:
    return f"/documents/{city.document.pk}/filing/{period}/"


def sheet(goal: Goal, period: str = "2024-07") -> str:
    return f"/documents/{goal.document_id}/goals/{goal.code}/report/{period}/"


EXPLAINED = {"cause": "2个项目推迟签约", "remedy": "专班每周跟进", "expected_on": "2024-11-30"}
"""What a clerk adds where the light turns amber or red."""


def file(client: Client, goal: Goal, period: str = "2024-07", **typed: object) -> Any:
    """Types into the form as it is shown, with words for any light, and files it."""
    address = sheet(goal, period)
    revision = field_value(client.get(address), "revision")
    return client.post(address, {"revision": revision, **EXPLAINED, **typed})


def test_filing_a_figure(clerk: Client, city: City) -> None:
    response = file(clerk, city.fdi, value="４７．８８", note="到位项目3个")

    assert response.headers["Location"] == list_page(city)
    report = Report.objects.get(goal=city.fdi)
    assert (str(report.value), report.note, report.state, report.period.month) == (
        "47.880000", "到位项目3个", "submitted", 7,
    )  # fmt: skip
    after = text_of(clerk.get(list_page(city)))
    assert "Filed. The municipal office reviews it next; you can withdraw it until then." in after
    assert "1 of 2 goals still to file." in after


def test_form_shows_unit_target_and_last_value(clerk: Client, city: City) -> None:
    approved_report(city.fdi, 6, "30.5")

    page = text_of(clerk.get(sheet(city.fdi)))

    assert "Target 80 亿美元 · Last approved 30.5 亿美元 Jan–Jun Total since January 亿美元" in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("四十七", "“四十七” is not a number. Enter digits only, such as 1234.5."),
        ("", "Enter the figure, or tick “no progress this month”."),
        ("-3", "A cumulative figure cannot be negative; you entered -3."),
        ("3", "below the 30 approved"),
        ("1234567890123456", "has more than 15 digits. Check the unit."),
        ("123456789012345", "Check the unit."),
        ("47.88.1", "“47.88.1” is not a number."),
        ("<b>1</b>", "is not a number."),
    ],
)
def test_bad_figure_shows_a_message_and_nothing_is_lost(clerk: Client, city: City, typed: str, message: str) -> None:
    approved_report(city.fdi, 6, 30)

    response = file(clerk, city.fdi, value=typed, note="写了很久的说明", cause="项目推迟", remedy="专班推进")

    page = text_of(response)
    assert message in page
    assert "Not filed yet." in page
    assert field_value(response, "value") == typed.replace("<", "&lt;").replace(">", "&gt;")
    assert [field_value(response, name) for name in ("note", "cause", "remedy")] == [
        "写了很久的说明",
        "项目推迟",
        "专班推进",
    ]
    assert not Report.objects.filter(goal=city.fdi, period__month=7).exists()


def test_wrong_day_stays_in_its_field(clerk: Client, city: City) -> None:
    response = file(clerk, city.fdi, value="40", expected_on="下个月")

    assert "Enter a day such as 2024-08-12." in text_of(response)
    assert field_value(response, "expected_on") == "下个月"
    assert field_value(response, "value") == "40"


def test_figure_and_nil_exclude_each_other(clerk: Client, city: City) -> None:
    response = file(clerk, city.fdi, value="40", is_nil="on")

    assert "Enter a figure or tick “no progress this month”, not both." in text_of(response)
    assert not Report.objects.exists()


def test_nil_report(clerk: Client, city: City) -> None:
    file(clerk, city.fdi, is_nil="on", note="无新增到资")

    report = Report.objects.get(goal=city.fdi)
    assert (report.value, report.is_nil, report.state) == (None, True, "submitted")
    assert ["no progress" in row for row in rows_of(clerk.get(list_page(city)))].count(True) == 1


def test_returned_report_is_corrected_in_place(clerk: Client, city: City) -> None:
    file(clerk, city.fdi, value="4.8", note="到位项目3个")
    report = Report.objects.get(goal=city.fdi)
    return_report(report=report, reason="疑似少一位", by=make_user(Role.OFFICE), now=AUGUST)

    form = clerk.get(sheet(city.fdi))
    assert "Returned because 疑似少一位" in text_of(form)
    assert (field_value(form, "value"), field_value(form, "note")) == ("4.8", "到位项目3个")
    file(clerk, city.fdi, value="48", note="到位项目3个")

    report.refresh_from_db()
    assert (report.version, str(report.value), report.state) == (1, "48.000000", "submitted")


def test_withdrawing_brings_the_words_back(clerk: Client, city: City) -> None:
    file(clerk, city.fdi, value="48", note="到位项目3个")
    report = Report.objects.get(goal=city.fdi)

    response = clerk.post(f"/reports/{report.pk}/withdraw/", follow=True)

    assert "Withdrawn. Nothing is lost" in text_of(response)
    assert (field_value(response, "value"), field_value(response, "note")) == ("48", "到位项目3个")
    report.refresh_from_db()
    assert report.state == "withdrawn"


def test_report_under_review_is_shown_without_a_form(clerk: Client, city: City) -> None:
    file(clerk, city.fdi, value="48")

    response = clerk.get(sheet(city.fdi))

    assert "This report is with the municipal office." in text_of(response)
    assert 'name="value"' not in response.content.decode()
    assert clerk.post(sheet(city.fdi), {"value": "50", "revision": "2"}).status_code == 403
    assert str(Report.objects.get(goal=city.fdi).value) == "48.000000"


def test_approved_figure_is_corrected_by_a_restated_version(clerk: Client, city: City) -> None:
    approved_report(city.fdi, 7, 48)

    refused = file(clerk, city.fdi, value="47")
    file(clerk, city.fdi, value="47", is_restated="on", note="统计口径更正")

    assert "This period already has an approved figure. Tick “restated” to file a correction." in text_of(refused)
    versions = Report.objects.filter(goal=city.fdi).order_by("version").values_list("version", "state", "is_restated")
    assert list(versions) == [(1, "approved", False), (2, "submitted", True)]


def test_two_clerks_do_not_lose_each_others_words(visit: Visitor, clerk: Client, city: City) -> None:
    opened = field_value(clerk.get(sheet(city.fdi)), "revision")
    colleague = visit(make_user(Role.CLERK, city.commerce))
    file(colleague, city.fdi, value="41")
    report = Report.objects.get(goal=city.fdi)
    return_report(report=report, reason="请补充说明", by=make_user(Role.OFFICE), now=AUGUST)

    response = clerk.post(sheet(city.fdi), {"revision": opened, "value": "42", "note": "我的说明"})

    page = text_of(response)
    assert "Somebody changed this report while you were typing." in page
    assert "41 亿美元" in page
    assert (field_value(response, "value"), field_value(response, "note")) == ("42", "我的说明")
    report.refresh_from_db()
    assert (str(report.value), report.state) == ("41.000000", "returned")
    again = clerk.post(sheet(city.fdi), {"revision": field_value(response, "revision"), "value": "42", **EXPLAINED})
    assert again.status_code == 302


def test_closed_period_says_so(clerk: Client, city: City) -> None:
    form = field_value(clerk.get(sheet(city.fdi)), "revision")
    close_period(period=city.period(7), reason="年度汇总", by=make_user(Role.OFFICE), now=AUGUST)

    closed = "This period is closed. Ask the municipal office to reopen it."
    assert closed in text_of(clerk.get(list_page(city)))
    assert closed in text_of(clerk.get(sheet(city.fdi)))
    refused = clerk.post(sheet(city.fdi), {"revision": form, "value": "42"})
    assert (refused.status_code, closed in text_of(refused)) == (403, True)
    assert not Report.objects.exists()


def test_period_not_open_yet_says_so(clerk: Client, city: City) -> None:
    message = "This period opens on 2024-09-01; a figure cannot be filed before."

    assert message in text_of(clerk.get(list_page(city, "2024-08")))
    assert message in text_of(clerk.get(sheet(city.fdi, "2024-08")))
    assert clerk.post(sheet(city.fdi, "2024-08"), {"revision": "0", "value": "42"}).status_code == 403
    assert not Report.objects.exists()


def test_relative_goal_asks_for_both_figures(clerk: Client, city: City) -> None:
    goal = make_goal(
        city.fdi.clause, "A6-09", "外贸贷款增速高于平均", 0, "%", city.commerce, quote="组织150个外贸团组",
        measure=Goal.Measure.RELATIVE, direction=Goal.Direction.MORE_THAN, comparator="各项贷款平均增速",
    )  # fmt: skip

    response = file(clerk, goal, value="8.1")

    assert "Enter the figure it is compared with, too." in text_of(response)
    assert "Own rate % 各项贷款平均增速 %" in text_of(response)
    file(clerk, goal, value="8.1", comparator="7.5")
    report = Report.objects.get(goal=goal)
    assert (str(report.value), str(report.comparator)) == ("8.100000", "7.500000")


def test_milestone_asks_for_days(clerk: Client, city: City) -> None:
    goal = make_goal(
        city.fdi.clause, "A6-08", "发布展会目录", 100, "", city.commerce, quote="组织150个外贸团组",
        kind=Goal.Kind.MILESTONE, measure=Goal.Measure.MILESTONE, due_on=AUGUST.date() + timedelta(days=90),
    )  # fmt: skip

    refused = file(clerk, goal, note="正在编制", expected_on="")
    file(clerk, goal, done_on="2024-07-30")

    assert "Enter the day it was done, the day you expect, or the percentage done." in text_of(refused)
    assert str(Report.objects.get(goal=goal).done_on) == "2024-07-30"


def test_head_reads_the_same_without_a_form(visit: Visitor, city: City) -> None:
    submitted_report(city.fdi, 7, 48)
    head = visit(make_user(Role.DEPARTMENT_HEAD, city.commerce))

    rows = rows_of(head.get(list_page(city)))
    response = head.get(sheet(city.trade))

    assert [row[0] for row in rows if row[0] != "Goal"] == ["实际利用外资 80 亿美元", "组织外贸团组 monthly"]
    assert "The clerk of your department files this goal." in text_of(response)
    assert 'name="value"' not in response.content.decode()
    assert head.post(sheet(city.trade), {"revision": "0", "value": "1"}).status_code == 403
    assert not Report.objects.filter(goal=city.trade).exists()


def test_head_endorses_where_the_department_wants_it(visit: Visitor, city: City) -> None:
    city.commerce.endorses = True
    city.commerce.save()
    report = submitted_report(city.fdi, 7, 48)
    head = visit(make_user(Role.DEPARTMENT_HEAD, city.commerce))

    assert "Endorse" in text_of(head.get(sheet(city.fdi)))
    response = head.post(f"/reports/{report.pk}/endorse/", follow=True)

    assert "Endorsed. The municipal office reviews it next." in text_of(response)
    report.refresh_from_db()
    assert report.state == "endorsed"


def test_other_department_cannot_see_or_file(visit: Visitor, city: City) -> None:
    report = submitted_report(city.fdi, 7, 48)
    stranger = visit(make_user(Role.CLERK, city.science))

    answers = [
        stranger.get(sheet(city.fdi)),
        stranger.post(sheet(city.fdi), {"revision": "0", "value": "1"}),
        stranger.post(f"/reports/{report.pk}/withdraw/"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not [answer for answer in answers if "实际利用外资" in text_of(answer)]
    report.refresh_from_db()
    assert (report.state, AuditEvent.objects.filter(action="report.withdraw").count()) == ("submitted", 0)


def test_sharing_department_reads_but_does_not_file(visit: Visitor, city: City) -> None:
    city.fdi.departments.add(city.science, through_defaults={"position": 2})
    submitted_report(city.fdi, 7, 48)
    partner = visit(make_user(Role.CLERK, city.science))

    response = partner.get(sheet(city.fdi))

    assert "This goal is filed by its lead department, 市商务局." in text_of(response)
    assert "48 亿美元" in text_of(response)
    assert rows_of(partner.get(list_page(city)))[0][0] == "新增高新技术企业 2,000 家"
    assert partner.post(sheet(city.fdi), {"revision": "0", "value": "1"}).status_code == 403


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN])
def test_filing_is_for_departments(visit: Visitor, city: City, role: Role) -> None:
    client = visit(make_user(role))

    assert [client.get(list_page(city)).status_code, client.get(sheet(city.fdi)).status_code] == [403, 403]


def test_withdrawing_takes_a_post(clerk: Client, city: City) -> None:
    report = submitted_report(city.fdi, 7, 48)

    assert clerk.get(f"/reports/{report.pk}/withdraw/").status_code == 405
    report.refresh_from_db()
    assert report.state == "submitted"
