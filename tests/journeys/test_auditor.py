"""An auditor a year later: who changed the figure, when, from what to what; and no way to change anything."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hztargets.models import Report, Role, User
from hztargets.services.accounts.administration import change_account
from hztargets.services.accounts.tokens import issue_token
from hztargets.services.calendar.periods import close_period
from hztargets.services.filing.content import content_of
from hztargets.services.filing.reports import file_report
from hztargets.services.review.reviewing import return_report
from tests.factories import AUGUST, City, approved_report, make_city, make_user, submitted_report
from tests.journeys.reading import navigation, refused

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_on_9_august_2024"),
]


@pytest.fixture
def city() -> City:
    """June's figures came in July. July's investment went back once; its clerk became head; a program got a key."""
    city = make_city()
    office = make_user(Role.OFFICE, display_name="督查室甲")
    for goal, value in ((city.fdi, 30), (city.firms, 1000)):
        approved_report(goal, 6, value, now=AUGUST - timedelta(days=31))
    back = submitted_report(city.fdi, 7, 33.5, now=AUGUST - timedelta(days=1))
    back = return_report(report=back, reason="数值与佐证材料不符，请核对。", by=office, now=AUGUST - timedelta(days=1))
    clerk = back.submitted_by
    assert clerk is not None
    content = replace(content_of(back), value=Decimal(34))
    file_report(goal=city.fdi, period=back.period, content=content, by=clerk, now=AUGUST, revision=back.revision)
    clerk.role = Role.DEPARTMENT_HEAD
    security = make_user(Role.SECURITY_ADMIN, display_name="安全管理员甲")
    change_account(account=clerk, by=security, now=AUGUST)
    issue_token(name="数据中台", department=city.commerce, scope="file", days=90, by=security, now=AUGUST)
    close_period(period=city.period(5), reason="5月通报已印发", by=office, now=AUGUST)
    return city


def test_auditor_finds_who_changed_what(log_in: Callable[[User], Page], city: City, tmp_path: Path) -> None:
    page = log_in(make_user(Role.AUDITOR, username="auditor"))
    page.get_by_role("link", name="审计记录").click()

    _by_person(page)
    _by_goal_and_day(page, city)
    _takes_it_along(page, tmp_path)
    _other_events_stand_there_too(page)
    _changes_nothing(page, city)


def _shown(page: Page) -> list[str]:
    """What happened, newest first."""
    return [cell.inner_text() for cell in page.locator(".trail tbody td:nth-child(3) > b").all()]


def _by_person(page: Page) -> None:
    page.get_by_label("操作人").fill("督查室甲")
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".trail tbody tr")).to_have_count(4)
    assert _shown(page) == ["关闭报送期", "报告退回", "报告核准", "报告核准"]
    expect(page.locator(".trail tbody tr").first).to_contain_text("理由：5月通报已印发")
    page.get_by_role("link", name="清除条件").click()


def _by_goal_and_day(page: Page, city: City) -> None:
    page.get_by_label("目标编号").fill("A6-01")
    page.get_by_label("起始日期").fill("2024-08-09")
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".trail tbody tr")).to_have_count(1)
    assert _shown(page) == ["报告提交"]
    edited = page.locator(".trail tbody tr").last
    expect(edited.get_by_role("link")).to_contain_text("A6-01 实际利用外资 2024-07")
    before, after = (edited.locator("td").nth(n).locator(".changed") for n in (3, 4))
    expect(before).to_have_text("数值 33.5", use_inner_text=True)
    expect(after).to_have_text("数值 34", use_inner_text=True)


def _takes_it_along(page: Page, tmp_path: Path) -> None:
    """The file has what was filtered, and that it was taken is an event."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出CSV").click()
    path = tmp_path / "trail.csv"
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename.startswith("audit-20240809-")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["操作"], row["对象"]) for row in rows] == [
        ("报告提交", "A6-01 实际利用外资 2024-07 v1"),
    ]
    page.get_by_role("link", name="清除条件").click()
    expect(page.locator(".trail tbody tr").first).to_contain_text("导出审计记录")


def _other_events_stand_there_too(page: Page) -> None:
    page.get_by_label("操作人").fill("安全管理员甲")
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".trail tbody tr")).to_have_count(2)
    assert _shown(page) == ["发放接口令牌", "调整账号的角色或部门"]
    role = page.locator(".trail tbody tr").last
    expect(role.locator("td").nth(3)).to_have_text("角色 填报人", use_inner_text=True)
    expect(role.locator("td").nth(4)).to_have_text("角色 部门负责人", use_inner_text=True)
    page.get_by_label("操作人").fill("没有这个人")
    page.get_by_role("button", name="查看").click()
    expect(page.locator("main")).to_contain_text("没有符合条件的记录。")


def _changes_nothing(page: Page, city: City) -> None:
    assert navigation(page) == ["亮灯", "计划", "规则", "工作日历", "审计记录", "帮助"]
    report = Report.objects.get(goal=city.fdi, period__month=7)
    assert refused(page, f"/reports/{report.pk}/approve/", {"revision": str(report.revision)}) == 403
    assert refused(page, f"/documents/{city.document.pk}/periods/2024-05/reopen/", {"reason": "重新统计"}) == 403
    page.goto(f"/documents/{city.document.pk}/goals/A6-01/")
    expect(page.locator("h1")).to_have_text("实际利用外资")
    assert page.locator("main form[method=post]").count() == 0
    report.refresh_from_db()
    assert report.state == Report.State.SUBMITTED
    assert city.period(5).closed_at is not None
