from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from hztargets.models import Delivery, GoalVersion, Notice, Role
from hztargets.web.board.goal import mark_source
from tests.factories import AUGUST, City, approved_report, make_goal, make_user, submitted_report
from tests.integration.web.conftest import Visitor, goal_page
from tests.integration.web.reading import links_of, rows_of, text_of


@pytest.fixture
def office(visit: Visitor) -> Client:
    return visit(make_user(Role.OFFICE, display_name="督查室"))


def test_goal_page_shows_light_sentence_and_facts(office: Client, city: City) -> None:
    approved_report(city.fdi, 7, 34)
    assessment = city.document.assessments.current().get(goal=city.fdi, period__month=7)

    page = text_of(office.get(goal_page(city.fdi)))

    assert f"Amber 实际利用外资 {assessment.sentence_en}" in page
    assert (
        "Facts Target 80 亿美元 Jan–Jul 34 亿美元 Done 42.5% Schedule 58.3% Gap −15.8 percentage points "
        "Projection for the year 45.6–80.6 out of reach 10% Reporting monthly · on time Lead department 市商务局"
    ) in page


@pytest.mark.parametrize(("value", "result"), [(81, "81 target met"), (70, "70 target missed")])
def test_december_shows_the_result_and_projects_nothing(visit: Visitor, city: City, value: int, result: str) -> None:
    january = datetime(2025, 1, 8, 2, 0, tzinfo=UTC)
    with time_machine.travel(january, tick=False):
        approved_report(city.fdi, 12, value, now=january)
        page = text_of(visit(make_user(Role.LEADER)).get(goal_page(city.fdi, "?period=2024-12")))

    assert f"Result of the year {result}" in page
    assert "Projection for the year" not in page


def test_source_phrase_is_marked_in_its_clause(office: Client, city: City) -> None:
    page = office.get(goal_page(city.trade)).content.decode()

    assert "实际利用外资80亿美元，<mark>组织150个外贸团组</mark>。" in page


def test_source_phrase_with_line_breaks_in_the_clause(city: City) -> None:
    city.fdi.clause.text = "全年，实际利用\n外资 80亿美元，其中制造业"
    city.fdi.quote_start = 3

    source = mark_source(city.fdi)

    assert (source.before, source.quote, source.after) == ("全年，", "实际利用\n外资 80亿美元", "，其中制造业")


def test_chart_has_the_same_figures_as_a_table(office: Client, city: City) -> None:
    for month, value in ((5, 25), (6, 30), (7, 34)):
        approved_report(city.fdi, month, value)

    response = office.get(goal_page(city.fdi))

    assert rows_of(response)[:3] == [
        ["May", "25", "31.3%", "41.7%", "Amber"],
        ["Jun", "30", "37.5%", "50.0%", "Amber"],
        ["Jul", "34", "42.5%", "58.3%", "Amber"],
    ]
    assert response.content.decode().count("亿美元</title>") == 3


def test_reports_say_who_when_and_from_where(visit: Visitor, city: City) -> None:
    make_user(Role.CLERK, city.commerce, display_name="商务局填报人")
    office = visit(make_user(Role.OFFICE, display_name="督查室"))
    approved_report(city.fdi, 6, 30, note="新设项目较多")
    submitted_report(city.fdi, 7, 34, note="新设项目较少")

    rows = rows_of(office.get(goal_page(city.fdi)))

    day = "2024-08-09 10:00"
    explained = "Cause 2个项目推迟签约 Remedy 专班每周跟进 Expected to be reached on 2024-11-07"
    assert rows[-4:] == [
        ["Jul 2024", "34", "Waiting for review", "filed by the department", f"商务局填报人 {day}", "—"],
        [f"新设项目较少 {explained}"],
        ["Jun 2024", "30", "Approved", "filed by the department", f"商务局填报人 {day}", f"督查室 {day}"],
        [f"新设项目较多 {explained}"],
    ]


def test_flags_and_their_notices(visit: Visitor, city: City) -> None:
    office, clerk = make_user(Role.OFFICE), make_user(Role.CLERK, city.commerce)
    approved_report(city.fdi, 7, 34)

    page_of_office = text_of(visit(office).get(goal_page(city.fdi)))
    page_of_clerk = text_of(visit(clerk).get(goal_page(city.fdi)))

    assert "Flags Amber open since 2024-08-09 2024-08-09: opened, Amber" in page_of_office
    subject = Notice.objects.get(recipient=clerk).subject
    assert f"{clerk} {subject} waiting to be sent 2024-08-09 10:00" in page_of_office
    assert f"{office} {Notice.objects.get(recipient=office).subject}" in page_of_office
    assert f"Notices {clerk} {subject} waiting to be sent 2024-08-09 10:00" in page_of_clerk
    assert str(office) not in page_of_clerk.split("Notices")[1]


def test_a_cancelled_notice_is_shown_with_its_reason(visit: Visitor, city: City) -> None:
    office, clerk = make_user(Role.OFFICE), make_user(Role.CLERK, city.commerce)
    approved_report(city.fdi, 7, 34)
    deliveries = Delivery.objects.filter(notice__recipient=clerk)
    deliveries.update(state="cancelled", last_error="account_inactive", done_at=AUGUST)
    subject = Notice.objects.get(recipient=clerk).subject
    page = text_of(visit(office).get(goal_page(city.fdi)))
    assert f"{clerk} {subject} cancelled (the account is inactive) 2024-08-09 10:00" in page


def test_components_and_parent_link_to_each_other(office: Client, city: City) -> None:
    part = make_goal(
        city.fdi.clause,
        "A6-03",
        "制造业实际利用外资",
        18,
        "亿美元",
        city.commerce,
        quote="外资80亿美元",
        parent=city.fdi,
    )

    links = links_of(office.get(goal_page(city.fdi)))

    assert links["制造业实际利用外资"] == goal_page(part, "?period=2024-07")
    assert links_of(office.get(goal_page(part)))["实际利用外资"] == goal_page(city.fdi, "?period=2024-07")


def test_changed_target_keeps_both_versions(office: Client, city: City) -> None:
    decided = make_user(Role.OFFICE)
    GoalVersion.objects.create(
        goal=city.fdi, number=2, value=70, effective_month=7, reason="市政府常务会议调整", decided_by=decided,
        decided_at=AUGUST,
    )  # fmt: skip

    page = text_of(office.get(goal_page(city.fdi)))

    assert "Targets Version 1 from Jan: 80 亿美元 Version 2 from Jul: 70 亿美元 市政府常务会议调整" in page


def test_goal_without_a_figure_says_so(office: Client, city: City) -> None:
    page = text_of(office.get(goal_page(city.fdi)))

    assert "Not yet judged 实际利用外资 Nothing has been judged for this month yet." in page
    assert "No approved figure yet. The chart begins with the first one." in page
    assert "No report yet." in page


def test_goal_of_another_department_is_not_found(visit: Visitor, city: City) -> None:
    approved_report(city.fdi, 7, "33.77")
    stranger = visit(make_user(Role.CLERK, city.science))

    response = stranger.get(goal_page(city.fdi))

    assert response.status_code == 404
    assert not [word for word in ("实际利用外资", "33.77", "市商务局") if word in text_of(response)]
    assert "新增高新技术企业" in text_of(stranger.get(goal_page(city.firms)))


def test_page_is_in_chinese_by_default(visit: Visitor, city: City) -> None:
    approved_report(city.fdi, 7, 34)
    client = visit(make_user(Role.LEADER), "zh-hans")

    page = text_of(client.get(goal_page(city.fdi), headers={"Accept-Language": "en"}))

    sentence = city.document.assessments.current().get(goal=city.fdi, period__month=7).sentence
    assert f"黄灯 实际利用外资 {sentence}" in page
    assert "目标值 80 亿美元 1—7月 34 亿美元" in page
