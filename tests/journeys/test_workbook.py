"""A clerk who prefers Excel, and an office that opens what was attached."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from hztargets.models import Report, Role, User
from tests.evidence_files import pdf
from tests.factories import City, approved_report, make_city, make_goal, make_user
from tests.journeys.reading import light_is

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_on_9_august_2024"),
]

WORDS = {
    "进展情况": "新签1个项目",
    "落后原因": "2个大项目推迟签约",
    "采取的措施": "专班每周跟进",
    "预计完成时间": "2024-11-30",
}
HEAD = 3


@pytest.fixture
def city() -> City:
    city = make_city()
    fair = make_goal(city.fdi.clause, "A6-03", "参加境外展会", 100, "个", city.commerce, quote="组织150个外贸团组")
    for goal, june in ((city.fdi, 5), (city.trade, 90), (fair, 51)):
        approved_report(goal, 6, june)
    return city


def test_a_month_in_excel_and_its_evidence(log_in: Callable[[User], Page], city: City, tmp_path: Path) -> None:
    page = log_in(make_user(Role.CLERK, city.commerce))

    sheet = _downloads(page, tmp_path)
    _fill(sheet, {"A6-01": {"本期数": "六"}, "A6-02": {"本期数": 105}})
    mended = _reads_what_to_mend(page, sheet, tmp_path)
    _fill(mended, {"A6-01": {"本期数": 6, **WORDS}})
    _files_the_mended_sheet(page, mended)
    _same_file_again_changes_nothing(page, mended)
    _attaches_what_bears_it_out(page, tmp_path)
    office = log_in(make_user(Role.OFFICE))
    _office_opens_it(office, tmp_path)


def _fill(path: Path, rows: dict[str, dict[str, Any]]) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[HEAD]}
    for row in sheet.iter_rows(min_row=HEAD + 1):
        for label, value in rows.get(row[0].value, {}).items():
            sheet.cell(row[0].row, columns[label]).value = value
    book.save(path)


def _column(path: Path, label: str) -> dict[str, Any]:
    """The values of a column, by the code of the row."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    [place] = [cell.column for cell in sheet[HEAD] if cell.value == label]
    return {row[0].value: row[place - 1].value for row in sheet.iter_rows(min_row=HEAD + 1)}


def _saved(page: Page, link: str, path: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).click()
    assert waiting.value.suggested_filename.endswith(path.suffix)
    waiting.value.save_as(path)
    return path


def _downloads(page: Page, folder: Path) -> Path:
    page.get_by_role("link", name="填报3项 : 2024年7月").click()
    expect(page.locator("h1")).to_have_text("2024年7月填报")
    path = _saved(page, "下载Excel", folder / "7月.xlsx")
    assert _column(path, "目标") == {"A6-01": "实际利用外资", "A6-02": "组织外贸团组", "A6-03": "参加境外展会"}
    assert _column(path, "上次核准") == {"A6-01": 5, "A6-02": 90, "A6-03": 51}
    return path


def _upload(page: Page, path: Path) -> None:
    page.get_by_label("填好的表").set_input_files(path)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator("h1")).to_have_text("核对2024年7月填报表")


def _reads_what_to_mend(page: Page, sheet: Path, folder: Path) -> Path:
    page.get_by_role("link", name="上传Excel").click()
    _upload(page, sheet)
    expect(page.get_by_role("alert")).to_contain_text("暂不能报送，有1处需要改正。")
    cells = page.locator("table").first.locator("tbody td")
    expect(cells).to_have_text(["4", "本期数", "六", "“六”不是数值。请只填数字，如 1234.5。"])
    assert Report.objects.filter(period__month=7).count() == 0
    mended = _saved(page, "下载带批注的填报表", folder / "7月 批注.xlsx")
    assert "“六”不是数值。请只填数字，如 1234.5。" in str(_column(mended, "需改正的内容")["A6-01"])
    return mended


def _files_the_mended_sheet(page: Page, mended: Path) -> None:
    page.get_by_role("link", name="上传改正后的文件").click()
    _upload(page, mended)
    expect(page.locator(".headline")).to_have_text("将报送2项；未变0行，留空1行。")
    light_is(page.locator("tbody tr", has_text="实际利用外资"), "红灯")
    page.get_by_role("button", name="报送这2项").click()
    expect(page.get_by_role("status").filter(has_text="已按表报送2项")).to_be_visible()
    filed = Report.objects.filter(period__month=7).order_by("goal__code").values_list("goal__code", "value", "state")
    assert list(filed) == [("A6-01", 6, "submitted"), ("A6-02", 105, "submitted")]


def _same_file_again_changes_nothing(page: Page, sheet: Path) -> None:
    before = list(Report.objects.order_by("pk").values())
    page.get_by_role("link", name="上传Excel").click()
    _upload(page, sheet)
    expect(page.locator(".headline")).to_have_text("将报送0项；未变2行，留空1行。")
    page.get_by_role("button", name="完成").click()
    expect(page.get_by_role("status").filter(has_text="没有变化")).to_be_visible()
    assert list(Report.objects.order_by("pk").values()) == before


def _attaches_what_bears_it_out(page: Page, folder: Path) -> None:
    path = folder / "境外展会清单.pdf"
    path.write_bytes(pdf("境外展会清单"))
    page.locator("tr[data-row]", has_text="参加境外展会").get_by_role("link", name="参加境外展会").click()
    page.get_by_label("1月以来累计").fill("60")
    page.get_by_label("添加附件").set_input_files(path)
    page.get_by_role("button", name="提交", exact=True).click()
    messages = page.locator(".message.success")
    expect(messages).to_contain_text(["已附上：境外展会清单.pdf。", "已提交，等待督查室审核"])
    expect(page.locator("main")).not_to_contain_text("已存为草稿")
    assert Report.objects.get(goal__code="A6-03", period__month=7).evidence.get().name == path.name


def _office_opens_it(page: Page, folder: Path) -> None:
    page.get_by_role("link", name="审核 3").click()
    article = page.locator("article", has_text="参加境外展会")
    with page.expect_download() as waiting:
        article.get_by_role("link", name="境外展会清单.pdf").click()
    assert waiting.value.suggested_filename == "境外展会清单.pdf"
    waiting.value.save_as(folder / "office.pdf")
    assert (folder / "office.pdf").read_bytes() == pdf("境外展会清单")
