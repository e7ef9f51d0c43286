"""A leader with a phone: what is worst, and two clicks further why."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hztargets.models import Report, Role, User
from tests.factories import City, approved_report, make_city, make_user, submitted_report
from tests.journeys.reading import light_is, navigation, refused

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_on_9_august_2024"),
]


@pytest.fixture
def city() -> City:
    """Investment is red, trade groups are well ahead, the firms have a simulated figure and one in review."""
    city = make_city()
    for month, invested, groups in ((5, 5, 75), (6, 5.5, 95), (7, 6, 120)):
        approved_report(city.trade, month, groups)
        approved_report(city.fdi, month, invested, cause="两个大项目推迟签约", remedy="专班每周跟进")
    approved_report(city.firms, 6, 1000, source=Report.Source.SIMULATED)
    submitted_report(city.firms, 7, 1200)
    return city


def test_leader_sees_what_is_worst_and_why(log_in: Callable[[User], Page], city: City) -> None:
    page = log_in(make_user(Role.LEADER))
    page.set_viewport_size({"width": 390, "height": 844})

    _worst_comes_first(page)
    _two_clicks_to_why(page)
    _changes_nothing(page, city)


def _worst_comes_first(page: Page) -> None:
    expect(page.get_by_role("note")).to_contain_text("本系统含有模拟数据")
    expect(page.locator(".headline")).to_contain_text("1项红灯、0项黄灯。")
    cards = page.locator("tbody tr")
    expect(cards).to_have_count(3)
    light_is(cards.first, "红灯")
    expect(cards.first.get_by_role("link").first).to_have_text("实际利用外资")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def _two_clicks_to_why(page: Page) -> None:
    page.locator(".counter", has_text="红灯").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody tr").get_by_role("link", name="实际利用外资").click()
    expect(page.locator("h1")).to_have_text("实际利用外资")
    light_is(page.locator(".goal-head"), "红灯")
    expect(page.locator(".sentence")).to_contain_text("6")
    expect(page.locator("main")).to_contain_text("两个大项目推迟签约")
    expect(page.locator("main")).to_contain_text("专班每周跟进")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def _changes_nothing(page: Page, city: City) -> None:
    assert page.locator("main form[method=post]").count() == 0
    assert navigation(page) == ["亮灯", "计划", "规则", "工作日历", "帮助"]
    report = Report.objects.get(goal=city.firms, period__month=7)
    assert refused(page, f"/reports/{report.pk}/approve/", {"revision": str(report.revision)}) == 403
    assert refused(page, f"/documents/{city.document.pk}/periods/2024-07/close/", {"reason": "本月报送已结束"}) == 403
    report.refresh_from_db()
    assert (report.state, city.period(7).closed_at) == (Report.State.SUBMITTED, None)
