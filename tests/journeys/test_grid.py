"""A clerk files the department's month on one page: with the keyboard alone, through a lost connection and an ended
session, and once more without JavaScript."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from hztargets.models import Goal, Report, Role, User
from hztargets.services.review.reviewing import return_report
from tests.factories import AUGUST, City, approved_report, make_city, make_goal, make_user, submitted_report

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_on_9_august_2024"),
]


@pytest.fixture
def city() -> City:
    """Foreign investment falls behind, trade groups slow down; a fair and a workshop have no past."""
    city = make_city()
    city.document.periods.filter(month__lt=6).exclude(month__in=(4, 5)).delete()
    for month, invested, groups in ((4, 20, 60), (5, 25, 75), (6, 30, 90)):
        approved_report(city.fdi, month, invested)
        approved_report(city.trade, month, groups)
    for code, name in (("A6-03", "参加境外展会"), ("A6-04", "共富工坊")):
        goal = make_goal(city.fdi.clause, code, name, 100, "个", city.commerce, quote="组织150个外贸团组")
        for month in (4, 5, 6):
            approved_report(goal, month, month * 15)
    return city


@pytest.fixture
def clerk(city: City) -> User:
    return make_user(Role.CLERK, city.commerce, language="en", display_name="商务局填报人")


def row(page: Page, name: str) -> Locator:
    return page.locator("tr[data-row]", has_text=name)


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """As far as it takes, and no further than a person would go."""
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {target}")


def figures() -> dict[str, tuple[str, str]]:
    rows = Report.objects.filter(period__month=7).order_by("goal__position")
    return {
        report.goal.name: (report.state, f"{report.value.normalize():f}" if report.value else "") for report in rows
    }


def test_a_month_is_filed_with_the_keyboard_alone(log_in: Callable[[User], Page], clerk: User, city: City) -> None:
    page = log_in(clerk)
    saved, file = page.locator("#save-state"), page.locator("button[data-file]")

    tab_to(page, page.get_by_role("link", name="File 4 : Jul 2024"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Filing for Jul 2024")

    _type_figures(page)
    expect(row(page, "实际利用外资")).to_have_attribute("data-state", "needs")
    expect(row(page, "实际利用外资")).to_contain_text("Still to be filled in: cause, remedy, expected date.")
    expect(row(page, "组织外贸团组")).to_contain_text("2 more than the last report: less than half")
    expect(row(page, "参加境外展会")).to_contain_text("“六十” is not a number.")
    expect(row(page, "共富工坊")).to_have_attribute("data-state", "ready")
    expect(saved).to_have_text("Rows not saved, kept on this computer: 1")
    expect(file).to_have_text("File 1 ready")

    page.reload()
    _mend_what_cannot_be_read(page)
    _explain_without_a_connection(page)
    _log_in_again(page, clerk)
    _explain_what_is_behind(page)
    expect(file).to_have_text("File 4 ready")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("status").filter(has_text="Filed 4")).to_contain_text("组织外贸团组")
    assert figures() == {
        "实际利用外资": ("submitted", "31"),
        "组织外贸团组": ("submitted", "92"),
        "参加境外展会": ("submitted", "105"),
        "共富工坊": ("submitted", ""),
    }
    assert Report.objects.get(goal=city.trade, period__month=7).note == "两个团组推迟到8月出发"
    assert Report.objects.get(goal=city.fdi, period__month=7).cause == "两个大项目推迟签约"
    assert page.evaluate("Object.keys(localStorage).length") == 0


def _type_figures(page: Page) -> None:
    first = row(page, "实际利用外资").locator("[data-figure]")
    tab_to(page, first)
    for text in ("３１", "92", "六十"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    expect(row(page, "参加境外展会").locator("[data-figure]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Control+s")


def _mend_what_cannot_be_read(page: Page) -> None:
    figure = row(page, "参加境外展会").locator("[data-figure]")
    expect(figure).to_have_value("六十")
    expect(row(page, "参加境外展会")).to_contain_text("Restored from this computer")
    tab_to(page, figure)
    page.keyboard.press("Control+a")
    page.keyboard.type("105")
    expect(row(page, "参加境外展会")).to_have_attribute("data-state", "ready")
    expect(page.locator("#save-state")).to_have_text(re.compile(r"Saved automatically \d\d:\d\d"))


def _explain_without_a_connection(page: Page) -> None:
    note = row(page, "组织外贸团组").locator("textarea[name$=note]")
    tab_to(page, note, "Shift+Tab")
    page.context.set_offline(True)
    page.keyboard.type("两个团组推迟到8月出发")
    expect(page.locator("#save-state")).to_contain_text("No connection.")
    page.keyboard.press("Control+Enter")
    expect(note).to_have_value("两个团组推迟到8月出发")
    page.context.set_offline(False)
    expect(row(page, "组织外贸团组")).to_have_attribute("data-state", "ready")
    expect(page.locator("#save-state")).to_have_text(re.compile(r"Saved automatically \d\d:\d\d"))


def _log_in_again(page: Page, clerk: User) -> None:
    cause = row(page, "实际利用外资").locator("textarea[name$=cause]")
    tab_to(page, cause, "Shift+Tab")
    Session.objects.all().delete()
    page.keyboard.type("两个大项目推迟签约")
    again = page.get_by_role("link", name="Log in again and go on")
    expect(again).to_be_visible()
    tab_to(page, again, "Shift+Tab")
    page.keyboard.press("Enter")
    for name, text in (("username", clerk.username), ("password", "correct horse")):
        tab_to(page, page.locator(f"input[name={name}]"))
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(row(page, "实际利用外资").locator("textarea[name$=cause]")).to_have_value("两个大项目推迟签约")
    expect(row(page, "实际利用外资")).to_contain_text("Still to be filled in: remedy, expected date.")


def _explain_what_is_behind(page: Page) -> None:
    tab_to(page, row(page, "实际利用外资").locator("textarea[name$=remedy]"))
    page.keyboard.type("专班每周跟进")
    page.keyboard.press("Tab")
    page.keyboard.type("11302024")
    expect(row(page, "实际利用外资")).to_have_attribute("data-state", re.compile("ready|needs"))
    tab_to(page, row(page, "实际利用外资").locator("textarea[name$=note]"), "Shift+Tab")
    page.keyboard.type("新签3个项目")
    expect(row(page, "实际利用外资")).to_have_attribute("data-state", "ready")
    expect(page.locator("#save-state")).to_have_text(re.compile(r"Saved automatically \d\d:\d\d"))


def test_two_clerks_at_once_see_each_others_words(log_in: Callable[[User], Page], clerk: User, city: City) -> None:
    colleague = make_user(Role.CLERK, city.commerce, language="en", display_name="商务局同事")
    mine, theirs = log_in(clerk), log_in(colleague)
    for page in (mine, theirs):
        page.goto(f"/documents/{city.document.pk}/filing/2024-07/")
    row(theirs, "共富工坊").locator("[data-figure]").fill("101")
    expect(theirs.locator("#save-state")).to_contain_text("Saved automatically")

    figure = row(mine, "共富工坊").locator("[data-figure]")
    figure.fill("102")
    expect(row(mine, "共富工坊")).to_contain_text("商务局同事 changed this row")
    expect(figure).to_have_value("102")
    row(mine, "共富工坊").get_by_role("button", name="Save mine instead").click()

    expect(row(mine, "共富工坊")).to_have_attribute("data-state", "ready")
    assert figures()["共富工坊"] == ("draft", "102")
    row(theirs, "共富工坊").locator("[data-figure]").fill("103")
    row(theirs, "共富工坊").get_by_role("button", name="Use what it now says").click()
    expect(row(theirs, "共富工坊").locator("[data-figure]")).to_have_value("102")


def test_without_javascript_the_buttons_do_the_same(
    browser: Browser, live_server: LiveServer, settings: object, clerk: User, city: City
) -> None:
    settings.BASE_URL = live_server.url  # type: ignore[attr-defined]
    page = browser.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    page.set_default_timeout(10_000)
    page.goto(f"/documents/{city.document.pk}/filing/2024-07/")
    _log_in_by_form(page, clerk)

    row(page, "共富工坊").locator("[data-figure]").fill("１０１")
    row(page, "参加境外展会").locator("[data-figure]").fill("六十")
    page.get_by_role("button", name="Check").click()
    expect(row(page, "共富工坊")).to_contain_text("Read as 101.")
    expect(row(page, "参加境外展会")).to_contain_text("“六十” is not a number.")
    assert figures() == {}

    Session.objects.all().delete()
    page.get_by_role("button", name="Save as drafts").click()
    expect(page.locator("main")).to_contain_text("everything you typed will stand in the page again")
    _log_in_by_form(page, clerk)
    expect(page.locator(".message.info")).to_contain_text("What you had typed before logging in is back below.")
    expect(row(page, "参加境外展会").locator("[data-figure]")).to_have_value("六十")
    row(page, "参加境外展会").locator("input[name$=is_nil]").check()
    row(page, "参加境外展会").locator("[data-figure]").fill("")
    page.get_by_role("button", name="File what is ready").click()

    expect(page.get_by_role("status").filter(has_text="Filed 2")).to_be_visible()
    assert figures() == {"参加境外展会": ("submitted", ""), "共富工坊": ("submitted", "101")}


def _log_in_by_form(page: Page, user: User) -> None:
    page.fill("input[name=username]", user.username)
    page.fill("input[name=password]", "correct horse")
    page.click("main button")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_home_and_grid_have_no_known_barrier(log_in: Callable[[User], Page], city: City, language: str) -> None:
    clerk = make_user(Role.CLERK, city.commerce, language=language)
    back = submitted_report(Goal.objects.get(code="A6-04"), 7, 101)
    return_report(report=back, reason="请核对口径", by=make_user(Role.OFFICE), now=AUGUST)
    submitted_report(Goal.objects.get(code="A6-03"), 7, 101)
    page = log_in(clerk)
    found = {"home": _barriers(page)}
    page.goto(f"/documents/{city.document.pk}/filing/2024-07/")
    for name, text in (("实际利用外资", "31"), ("组织外贸团组", "六")):
        row(page, name).locator("[data-figure]").fill(text)
        expect(row(page, name)).to_have_attribute("data-state", re.compile("needs|wrong"))
    found["grid"] = _barriers(page)
    page.set_viewport_size({"width": 390, "height": 844})
    found["phone"] = _barriers(page)
    widths = [page.evaluate("document.documentElement.scrollWidth")]
    page.goto("/")
    found["phone home"] = _barriers(page)
    widths.append(page.evaluate("document.documentElement.scrollWidth"))
    assert found == {"home": [], "grid": [], "phone": [], "phone home": []}
    assert widths == [390, 390]


def _barriers(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations]
