"""A department head endorses the department's figures: one, then the rest at once, and may do nothing else."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from hztargets.models import Report, Role, User
from hztargets.services.filing.content import content_of
from hztargets.services.filing.reports import file_report
from hztargets.services.review.reviewing import return_report
from tests.factories import AUGUST, City, approved_report, make_city, make_goal, make_user, submitted_report
from tests.journeys.reading import light_is, navigation, numbers, refused

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_on_9_august_2024"),
]


@pytest.fixture
def city() -> City:
    """市商务局 has three figures for July, the first returned and corrected; 市科技局, which does not matter, has one."""
    city = make_city()
    fair = make_goal(city.fdi.clause, "A6-03", "参加境外展会", 100, "个", city.commerce, quote="组织150个外贸团组")
    for goal, june, july in ((city.fdi, 30, 33.5), (city.trade, 90, 105), (fair, 51, 60), (city.firms, 1000, 1100)):
        approved_report(goal, 6, june)
        submitted_report(goal, 7, july)
    _correct(Report.objects.get(goal=city.fdi, period__month=7), "34")
    city.commerce.endorses = True
    city.commerce.save()
    return city


def _correct(report: Report, value: str) -> None:
    """The office sends it back, the clerk mends the figure."""
    back = return_report(report=report, reason="数值与佐证材料不符，请核对。", by=make_user(Role.OFFICE), now=AUGUST)
    content = replace(content_of(back), value=Decimal(value))
    clerk = back.submitted_by
    assert clerk is not None
    file_report(goal=back.goal, period=back.period, content=content, by=clerk, now=AUGUST, revision=back.revision)


def test_head_endorses_and_answers_for_the_lights(log_in: Callable[[User], Page], city: City) -> None:
    head = make_user(Role.DEPARTMENT_HEAD, city.commerce, display_name="商务局负责人")
    page = log_in(head)

    _reads_what_the_department_filed(page)
    _endorses_the_corrected_figure(page)
    _cannot_approve(page, city)
    _endorses_the_rest_at_once(page)
    _sees_the_departments_lights_alone(page)
    endorsed = Report.objects.filter(endorsed_by=head).values_list("goal__name", "state")
    assert set(endorsed) == {(name, "endorsed") for name in ("实际利用外资", "组织外贸团组", "参加境外展会")}


def _reads_what_the_department_filed(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("填报")
    july = page.locator(".done-periods li", has_text="2024年7月")
    expect(july).to_contain_text("3项待您签署")
    july.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("2024年7月填报")
    row = page.locator(".handed-in tbody tr", has_text="参加境外展会")
    expect(row).to_contain_text("待审核")
    expect(row.locator(".figure").nth(1)).to_have_text("60")
    expect(page.locator("[data-figure]")).to_have_count(0)


def _endorses_the_corrected_figure(page: Page) -> None:
    page.get_by_role("link", name="签署 3").click()
    report = page.locator("article", has_text="实际利用外资")
    expect(report.locator(".since")).to_contain_text("退回后的改动")
    expect(report.locator(".since")).to_contain_text("数值与佐证材料不符")
    expect(report.locator(".changes")).to_have_text("数值 33.5 → 34", use_inner_text=True)
    shown = numbers(page, report)
    assert (shown["上次核准"], shown["本次报送"], shown["增减"]) == ("30 1—6月", "34 亿美元", "+4")
    report.get_by_role("button", name="签署").click()
    expect(page.get_by_role("status")).to_contain_text("已签署1项，共1项")
    expect(page.locator("article")).to_have_count(2)


def _cannot_approve(page: Page, city: City) -> None:
    """There is no such button, and sending the form without it is refused."""
    assert page.get_by_role("button", name="核准").count() == page.get_by_role("button", name="退回").count() == 0
    report = Report.objects.get(goal=city.fdi, period__month=7)
    assert refused(page, f"/reports/{report.pk}/approve/", {"revision": str(report.revision)}) == 403
    report.refresh_from_db()
    assert report.state == Report.State.ENDORSED


def _endorses_the_rest_at_once(page: Page) -> None:
    page.get_by_role("link", name="勾选全部无提示的").click()
    button = page.get_by_role("button", name="签署所选")
    expect(button).to_contain_text("(2)")
    button.click()
    expect(page.get_by_role("status")).to_contain_text("已签署2项，共2项")
    expect(page.locator("main")).to_contain_text("没有待签署的报告。")
    assert navigation(page)[:3] == ["填报", "亮灯", "签署"]


def _sees_the_departments_lights_alone(page: Page) -> None:
    """June is judged; July's endorsed figures are not counted before the office has approved them."""
    page.get_by_role("link", name="亮灯").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("main")).not_to_contain_text("新增高新技术企业")
    row = page.locator("tbody tr", has_text="实际利用外资")
    expect(row).to_contain_text("1—6月")
    light_is(row, "黄灯")
