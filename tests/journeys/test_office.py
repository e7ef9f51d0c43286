"""The municipal office's day: review, chase, move a deadline, close and reopen; light and flag follow its approval."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hztargets.models import Report, Role, User
from tests.factories import City, approved_report, make_city, make_goal, make_user, submitted_report
from tests.journeys.reading import light_is, navigation

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_on_9_august_2024"),
]


@pytest.fixture
def city() -> City:
    """市商务局 filed four figures for July, one of them doubtful; 市科技局 owes its only one since the day before
    yesterday."""
    city = make_city()
    names = (("A6-03", "参加境外展会"), ("A6-04", "共富工坊"))
    fair, workshop = (
        make_goal(city.fdi.clause, code, name, 100, "个", city.commerce, quote="组织150个外贸团组")
        for code, name in names
    )
    for goal, june, july in ((city.fdi, 5.6, 6), (city.trade, 90, 105), (fair, 51, 60), (workshop, 54, 65)):
        approved_report(goal, 6, june)
        submitted_report(goal, 7, july)
    return city


def test_office_reviews_chases_and_keeps_the_periods(log_in: Callable[[User], Page], city: City) -> None:
    page = log_in(make_user(Role.OFFICE, display_name="督查室"))
    assert navigation(page)[1] == "审核 4"

    page.get_by_role("link", name="审核 4").click()
    _returns_one(page)
    _approves_what_is_beyond_doubt(page)
    _approves_the_doubtful_one(page)
    states = Report.objects.filter(period__month=7).values_list("goal__code", "state")
    assert dict(states) == {"A6-01": "approved", "A6-02": "approved", "A6-03": "returned", "A6-04": "approved"}
    _sees_who_has_not_filed(page)
    _gives_one_department_a_week(page)
    _closes_and_reopens(page)
    _sees_light_and_flag(page)


def _returns_one(page: Page) -> None:
    report = page.locator("article", has_text="参加境外展会")
    report.get_by_text("退回并说明理由").click()
    report.get_by_role("button", name="退回", exact=True).click()
    expect(page.locator(".decide").get_by_role("alert")).to_be_visible()
    report.get_by_label("常用理由").select_option(label="缺少佐证材料，请补充。")
    report.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已退回，部门在填报页可以看到理由。")
    expect(report).to_have_count(0)


def _approves_what_is_beyond_doubt(page: Page) -> None:
    page.get_by_role("link", name="勾选全部无提示的").click()
    button = page.get_by_role("button", name="核准所选")
    expect(button).to_contain_text("(2)")
    button.click()
    outcome = page.get_by_role("status")
    expect(outcome).to_contain_text("已核准2项，共2项")
    expect(outcome).to_contain_text("组织外贸团组")
    expect(outcome).to_contain_text("共富工坊")


def _approves_the_doubtful_one(page: Page) -> None:
    report = page.locator("article", has_text="实际利用外资")
    expect(report.locator(".message.warning")).to_contain_text("不到前 6 个月月均")
    report.get_by_role("button", name="核准").click()
    outcome = page.get_by_role("status")
    expect(outcome).to_contain_text("已核准：实际利用外资，2024年7月。")
    light_is(outcome, "红灯")
    expect(page.locator("main")).to_contain_text("没有待审的报告。")


def _sees_who_has_not_filed(page: Page) -> None:
    overview = page.locator("details.overview")
    expect(overview.locator("summary").first).to_contain_text("应报5项，已报4项")
    overview.get_by_text("2024年7月报送情况").click()
    science = overview.locator("tbody tr", has_text="市科技局")
    expect(science.get_by_role("link", name="新增高新技术企业")).to_be_visible()
    expect(science).to_contain_text("已逾期")
    commerce = overview.locator("tbody tr", has_text="市商务局")
    expect(commerce.get_by_role("link", name="参加境外展会")).to_be_visible()
    overview.get_by_role("link", name="全部报送期和截止日").click()
    expect(page.locator("h1")).to_have_text("报送期")


def _gives_one_department_a_week(page: Page) -> None:
    move = page.locator("form[action$='/2024-07/extend/']")
    move.get_by_label("适用于").select_option(label="市科技局")
    move.get_by_label("新截止日").fill("2024-08-16")
    move.get_by_role("button").click()
    expect(move.locator(".error")).to_contain_text("请填写理由，理由将随决定一并留存。")
    expect(move.get_by_label("新截止日")).to_have_value("2024-08-16")
    move.get_by_label("理由").fill("认定结果8月14日公布")
    move.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("市科技局的截止日调整为2024-08-16。")
    science = page.locator("tbody tr", has_text="市科技局")
    expect(science).to_contain_text("已延期")
    expect(science).not_to_contain_text("已逾期")
    expect(page.locator("section", has_text="截止日调整记录")).to_contain_text("认定结果8月14日公布")


def _closes_and_reopens(page: Page) -> None:
    july = page.locator("tr", has=page.get_by_role("link", name="2024年7月", exact=True))
    close = page.locator("form[action$='/2024-07/close/']")
    close.get_by_label("理由").fill("7月通报已印发")
    close.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("报送期已关闭")
    expect(july).to_contain_text("已关闭")
    expect(page.locator("main")).to_contain_text("7月通报已印发")
    reopen = page.locator("form[action$='/2024-07/reopen/']")
    reopen.get_by_label("理由").fill("市商务局补报参加境外展会")
    reopen.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("已重新开放")
    expect(july).to_contain_text("已过截止日")


def _sees_light_and_flag(page: Page) -> None:
    page.get_by_role("link", name="亮灯").click()
    row = page.locator("tbody tr", has_text="实际利用外资")
    light_is(row, "红灯")
    row.get_by_role("link", name="实际利用外资").click()
    light_is(page.locator(".goal-head"), "红灯")
    flags = page.locator("section", has=page.get_by_role("heading", name="预警"))
    light_is(flags, "红灯")
    expect(flags).to_contain_text("2024-08-09起")
