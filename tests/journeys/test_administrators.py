"""三员分立: one makes accounts, one gives them their rights, and neither sees the figures or the audit trail. A program gets
its key from the latter, files with it, and loses it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import APIResponse, Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from hztargets.models import Report, Role, User
from tests.factories import City, approved_report, make_city, make_user
from tests.journeys.reading import log_out, navigation, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_on_9_august_2024"),
]

FIRST, OWN = "lent for one day only", "nobody else knows this"


@pytest.fixture
def city() -> City:
    city = make_city()
    approved_report(city.fdi, 6, 30)
    return city


def test_an_account_needs_two_administrators(log_in: Callable[[User], Page], city: City) -> None:
    page = log_in(make_user(Role.SYSTEM_ADMIN, is_staff=True, is_superuser=True))
    assert navigation(page) == ["系统管理", "帮助"]
    _makes_an_account(page)
    _sees_neither_figures_nor_trail(page, city)
    log_out(page)

    sign_in(page, "wang.swj", FIRST)
    expect(page.get_by_role("alert")).to_contain_text("请输入一个正确的")

    sign_in(page, make_user(Role.SECURITY_ADMIN, is_staff=True))
    _gives_it_its_role(page)
    _sees_neither_figures_nor_trail(page, city)
    log_out(page)

    sign_in(page, "wang.swj", FIRST)
    _has_to_change_the_password(page)
    made = get_user_model().objects.get(username="wang.swj")
    assert (made.role, made.department, made.is_active) == (Role.CLERK, city.commerce, True)


def _makes_an_account(page: Page) -> None:
    """Created with the wrong department; a new account is switched off whatever the form contains."""
    page.get_by_role("link", name="进入系统管理").click()
    page.locator("#content").get_by_role("link", name="账号", exact=True).click()
    page.get_by_role("link", name="增加 账号").click()
    expect(page.locator("#content")).to_contain_text("新账号由安全管理员核对后启用")
    for label, text in (("用户名", "wang.swj"), ("显示名称", "商务局填报人"), ("电子邮件地址", "swj@city.invalid")):
        page.get_by_label(label).fill(text)
    page.get_by_label("角色").select_option(label="填报人")
    page.get_by_label("部门:", exact=True).select_option(label="市科技局")
    page.get_by_label("密码:", exact=True).fill(FIRST)
    page.get_by_label("密码确认").fill(FIRST)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("成功")
    expect(page.get_by_label("启用")).not_to_be_checked()
    page.get_by_label("启用").check()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("账号由安全管理员核对角色后启用。")


def _gives_it_its_role(page: Page) -> None:
    page.get_by_role("link", name="进入系统管理").click()
    page.locator("#content").get_by_role("link", name="账号", exact=True).click()
    page.get_by_role("link", name="wang.swj").click()
    expect(page.locator("input[name=display_name]")).to_have_count(0)
    page.get_by_label("部门:", exact=True).select_option(label="市商务局")
    page.get_by_label("启用").check()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("成功")


def _sees_neither_figures_nor_trail(page: Page, city: City) -> None:
    for address in (f"/documents/{city.document.pk}/board/", f"/documents/{city.document.pk}/review/", "/audit/"):
        page.goto(address)
        expect(page.locator("h1")).to_have_text("这个账号不能访问")
    answer = page.context.request.get(f"/api/v1/board/?document={city.document.pk}&period=2024-06")
    assert "实际利用外资" not in answer.text()
    page.goto("/")


def _has_to_change_the_password(page: Page) -> None:
    """Every other page leads back here until it is done."""
    expect(page.locator("h1")).to_have_text("修改密码")
    page.goto("/help/")
    expect(page.get_by_role("status")).to_contain_text("请先设置自己的密码再继续。")
    page.get_by_label("旧密码").fill(FIRST)
    for label in ("新密码", "新密码确认"):
        page.get_by_label(label, exact=True).fill(OWN)
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("status")).to_contain_text("新密码已生效")
    page.goto("/")
    expect(page.locator("h1")).to_have_text("填报")
    expect(page.locator(".board-head")).to_contain_text("市商务局")


def test_a_program_files_with_its_key_until_it_is_revoked(
    log_in: Callable[[User], Page], browser: Browser, live_server: LiveServer, city: City
) -> None:
    page = log_in(make_user(Role.SECURITY_ADMIN, is_staff=True))
    key = _issues_a_key(page)
    program = browser.new_context(
        base_url=live_server.url, extra_http_headers={"Authorization": f"Token {key}"}
    ).request
    words = {"cause": "2个项目推迟签约", "remedy": "专班每周跟进", "expected_on": "2024-11-30"}

    def post(path: str, **data: Any) -> APIResponse:
        return program.post(f"/api/v1/reports/{path}", data=data)

    draft = post("", goal="A6-01", period="2024-07", value=34, note="新签3个项目", **words)
    assert (draft.status, draft.json()["state"]) == (201, "draft")
    filed = post(f"{draft.json()['id']}/submit/")
    assert (filed.status, filed.json()["state"]) == (200, "submitted")
    assert str(Report.objects.get(period__month=7).submitted_by) == "市商务局接口·数据中台"

    page.reload()
    expect(page.locator(".tokens tbody tr")).not_to_contain_text("从未使用")
    page.get_by_role("button", name="作废").click()
    expect(page.get_by_role("status")).to_contain_text("已作废，不能再使用。")
    expect(page.locator(".tokens tbody tr")).to_contain_text("已作废")
    answer = post(f"{draft.json()['id']}/withdraw/")
    assert answer.status == 401
    assert "令牌已作废" in json.loads(answer.text())["detail"]


def _issues_a_key(page: Page) -> str:
    """The key is shown only once: the list holds only its first characters."""
    page.get_by_role("navigation").get_by_role("link", name="接口令牌").click()
    expect(page.locator("main")).to_contain_text("还没有程序领取令牌。")
    page.get_by_label("程序名称").fill("数据中台")
    page.get_by_label("部门").select_option(label="市商务局")
    page.get_by_label("权限").select_option(label="读取和报送")
    page.get_by_label("有效天数").fill("90")
    page.get_by_role("button", name="发放令牌").click()
    expect(page.get_by_role("status")).to_contain_text("令牌只显示这一次")
    key = page.locator(".token-key").inner_text()
    page.get_by_role("navigation").get_by_role("link", name="接口令牌").click()
    expect(page.locator(".tokens tbody tr")).to_contain_text("从未使用")
    assert key not in page.content()
    return key
