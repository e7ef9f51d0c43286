"""Every page people work on: axe finds no violation, and nothing scrolls sideways on a phone."""

import io
from collections.abc import Callable

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from hztargets.models import Role, User
from hztargets.services.accounts.tokens import issue_token
from hztargets.services.review.reviewing import return_report
from tests.factories import AUGUST, City, approved_report, make_city, make_user, submitted_report
from tests.journeys.reading import barriers, log_out, width_on_a_phone

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_on_9_august_2024"),
]

PAGES = {
    Role.OFFICE: {
        "board": "{document}board/",
        "goal": "{document}goals/A6-01/",
        "review": "{document}review/?select=clean",
        "periods": "{document}periods/",
        "plans": "{document}plans/",
        "rules": "{document}rules/",
        "calendar": "{document}calendar/",
    },
    Role.DEPARTMENT_HEAD: {"endorsing": "{document}review/", "read": "{document}filing/2024-07/"},
    Role.AUDITOR: {"audit": "/audit/"},
    Role.SECURITY_ADMIN: {"administration": "/", "tokens": "/tokens/"},
    Role.CLERK: {
        "home": "{document}filing/",
        "grid": "{document}filing/2024-07/",
        "report": "{document}goals/A6-02/report/2024-07/",
        "upload": "{document}filing/2024-07/upload/",
        "password": "/password/",
        "help": "/help/",
        "nothing": "/nothing/",
    },
}


@pytest.fixture
def city() -> City:
    """Something of everything: lights, a figure in review and one returned, evidence, a program's key."""
    city = make_city()
    for goal, value in ((city.fdi, 5), (city.trade, 90), (city.firms, 1000)):
        approved_report(goal, 6, value)
    submitted_report(city.fdi, 7, 6, evidence=["到资证明.pdf"])
    submitted_report(city.firms, 7, 1200)
    back = submitted_report(city.trade, 7, 105)
    return_report(report=back, reason="缺少佐证材料，请补充。", by=make_user(Role.OFFICE), now=AUGUST)
    city.commerce.endorses = True
    city.commerce.save()
    security = make_user(Role.SECURITY_ADMIN)
    issue_token(name="数据中台", department=city.commerce, scope="file", days=90, by=security, now=AUGUST)
    return city


@pytest.mark.parametrize("role", PAGES, ids=str)
def test_pages_have_no_known_barrier_and_fit_a_phone(log_in: Callable[[User], Page], city: City, role: Role) -> None:
    page = log_in(make_user(role, city.commerce if role in (Role.CLERK, Role.DEPARTMENT_HEAD) else None))
    found, widths = {}, {}
    for name, address in PAGES[role].items():
        page.goto(address.format(document=f"/documents/{city.document.pk}/"))
        found[name], widths[name] = barriers(page), width_on_a_phone(page)
    if role == Role.CLERK:
        _upload_a_sheet_half_right(page, city)
        found["preview"], widths["preview"] = barriers(page), width_on_a_phone(page)
        log_out(page)
        found["log-in"], widths["log-in"] = barriers(page), width_on_a_phone(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert {name: width for name, width in widths.items() if width > 390} == {}


def _upload_a_sheet_half_right(page: Page, city: City) -> None:
    address = f"/documents/{city.document.pk}/filing/2024-07/"
    book = openpyxl.load_workbook(io.BytesIO(page.context.request.get(f"{address}sheet.xlsx").body()))
    sheet = book.worksheets[0]
    [column] = [cell.column for cell in sheet[3] if cell.value == "本期数"]
    sheet.cell(4, column).value, sheet.cell(5, column).value = 6.5, "一百"
    filled = io.BytesIO()
    book.save(filled)
    page.goto(f"{address}upload/")
    page.get_by_label("填好的表").set_input_files(
        {"name": "7月.xlsx", "mimeType": "application/octet-stream", "buffer": filled.getvalue()}
    )
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("alert")).to_contain_text("暂不能报送")
