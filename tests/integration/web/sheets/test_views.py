"""Download, fill in, upload, look, confirm: through HTTP, with real workbooks."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hztargets.guard.receiving import refused_files
from hztargets.models import AuditEvent, Goal, Job, Report, Role, SheetUpload, User
from hztargets.services.calendar.periods import close_period
from hztargets.services.job_kinds import run_next_job
from hztargets.tasks import forget_uploads
from tests.factories import AUGUST, City, approved_report, make_goal, make_user, submitted_report
from tests.integration.guard import horrors
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import field_value, links_of, rows_of, text_of

WORDS = {"Progress in words": "新签3个项目", "Cause, if behind": "2个项目推迟签约",
         "What is being done about it": "专班每周跟进", "Expected to be reached on": "2024-11-07"}  # fmt: skip
HEAD = 3


def place(city: City, rest: str, period: str = "2024-07") -> str:
    return f"/documents/{city.document.pk}/filing/{period}/{rest}"


@pytest.fixture
def clerk(visit: Visitor, city: City) -> Client:
    return visit(make_user(Role.CLERK, city.commerce))


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def labels(sheet: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[HEAD]}


def filled(data: bytes, rows: dict[str, dict[str, Any]]) -> bytes:
    """The downloaded workbook with values entered by code and column label."""
    book = opened(data)
    sheet = book.worksheets[0]
    columns = labels(sheet)
    for row in sheet.iter_rows(min_row=HEAD + 1):
        for label, value in rows.get(row[0].value, {}).items():
            sheet.cell(row[0].row, columns[label]).value = value
    return saved(book)


def upload(client: Client, city: City, data: bytes, name: str = "表.xlsx", period: str = "2024-07") -> HttpResponse:
    return client.post(place(city, "upload/", period), {"file": SimpleUploadedFile(name, data)}, follow=True)  # type: ignore[return-value]


def confirm(client: Client, city: City, page: HttpResponse) -> HttpResponse:
    fields = {name: field_value(page, name) for name in ("digest", "stored_state")}
    return client.post(place(city, "upload/look/"), fields, follow=True)  # type: ignore[return-value]


def reports() -> list[tuple[str, str, str]]:
    rows = Report.objects.order_by("pk").values_list("goal__code", "value", "state")
    return [(code, f"{value.normalize():f}", state) for code, value, state in rows]


def test_the_workbook_shows_what_a_clerk_needs_and_locks_the_rest(clerk: Client, city: City) -> None:
    approved_report(city.fdi, 6, "30.50")
    response = clerk.get(place(city, "sheet.xlsx"))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    book = opened(response.content)
    sheet = book.worksheets[0]
    assert sheet["A2"].value == f"hztargets 1 | 测政函〔2024〕1号 | 2024-07 | {city.commerce.code}"
    assert [cell.value for cell in sheet[HEAD]] == [
        "Code", "Goal", "Unit", "Target", "Last approved", "Of the months", "What to enter", "This period",
        "No progress (yes)", "Progress in words", "Cause, if behind", "What is being done about it",
        "Expected to be reached on", "Restated (yes)",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[4]][:9] == [
        "A6-01", "实际利用外资", "亿美元", "80", 30.5, "Jan–Jun", "Total since January", None, None,
    ]  # fmt: skip
    assert (sheet.protection.sheet, sheet.max_row) == (True, 5)
    assert [cell.protection.locked for cell in sheet[4]] == [True] * 7 + [False] * 7
    assert [(v.type, str(v.sqref)) for v in sheet.data_validations.dataValidation if "H4" in str(v.sqref)] == [
        ("decimal", "H4")
    ]
    assert len(book.worksheets) == 2 and book.worksheets[1]["A2"].value.startswith("Fill in the white cells only")


def test_columns_of_rates_and_milestones_appear_when_somebody_needs_them(clerk: Client, city: City) -> None:
    Goal.objects.filter(pk=city.trade.pk).update(measure="relative", comparator="各项贷款平均增速", unit="%")
    make_goal(city.fdi.clause, "A6-03", "发布目录", 100, "", city.commerce, quote="组织150个外贸团组",
              measure="milestone", kind="milestone", due_on="2024-12-31")  # fmt: skip
    sheet = opened(clerk.get(place(city, "sheet.xlsx")).content).worksheets[0]
    columns = labels(sheet)
    unlocked = {
        code: [label for label in ("Compared with", "Done on") if not sheet.cell(row, columns[label]).protection.locked]
        for row, code in ((4, "A6-01"), (5, "A6-02"), (6, "A6-03"))
    }
    assert unlocked == {"A6-01": [], "A6-02": ["Compared with"], "A6-03": ["Done on"]}


@pytest.mark.parametrize("note", ["=1+1", "-5%，环比回落", "@同事", "+86", "'=1"])
def test_what_looks_like_a_formula_leaves_as_text_and_comes_back_unchanged(
    clerk: Client, city: City, note: str
) -> None:
    submitted_report(city.fdi, 7, 40, note=note + "，新签3个项目")
    data = clerk.get(place(city, "sheet.xlsx")).content
    sheet = opened(data).worksheets[0]
    cell = sheet.cell(4, labels(sheet)["Progress in words"])
    assert (cell.data_type, cell.value) == ("s", f"'{note}，新签3个项目")
    text = clerk.get(place(city, "sheet.csv")).content.decode("utf-8-sig")
    assert f"'{note}，新签3个项目" in [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    for name, content in (("a.xlsx", data), ("a.csv", text.encode())):
        assert "Reports to file: 0. Rows unchanged: 1, left empty: 1." in text_of(upload(clerk, city, content, name))


def test_from_download_to_filed(clerk: Client, city: City) -> None:
    approved_report(city.fdi, 6, "30.5")
    data = filled(
        clerk.get(place(city, "sheet.xlsx")).content,
        {"A6-01": {"This period": 40.1, **WORDS}, "A6-02": {"This period": "１２０", **WORDS}},
    )

    page = upload(clerk, city, data)

    assert "Reports to file: 2. Rows unchanged: 0, left empty: 0." in text_of(page)
    assert [(row[0], row[1], row[2], row[4]) for row in rows_of(page)] == [
        ("4", "实际利用外资 A6-01", "30.5 Jan–Jun", "40.1 亿美元"),
        ("5", "组织外贸团组 A6-02", "—", "120 个"),
    ]
    assert rows_of(page)[0][5].startswith("Amber 40.1 亿美元 by the end of July, 50.1% of the year's target")
    assert len(reports()) == 1

    done = confirm(clerk, city, page)

    assert "Reports filed from the sheet: 2." in text_of(done)
    assert reports()[1:] == [("A6-01", "40.1", "submitted"), ("A6-02", "120", "submitted")]
    again = upload(clerk, city, data)
    assert "Reports to file: 0. Rows unchanged: 2, left empty: 0." in text_of(again)
    assert "Nothing changed: the sheet says what had been filed already." in text_of(confirm(clerk, city, again))
    assert reports()[1:] == [("A6-01", "40.1", "submitted"), ("A6-02", "120", "submitted")]


def test_a_csv_in_gbk_says_how_it_was_read(clerk: Client, city: City) -> None:
    text = clerk.get(place(city, "sheet.csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    for label, value in {"This period": "40", **WORDS}.items():
        rows[3][rows[2].index(label)] = value
    out = io.StringIO()
    csv.writer(out).writerows(rows)

    page = upload(clerk, city, out.getvalue().encode("gbk"), "表.CSV")

    assert "read as GB 18030" in text_of(page)
    confirm(clerk, city, page)
    assert reports() == [("A6-01", "40", "submitted")]
    assert Report.objects.get().note == "新签3个项目"


def test_mistakes_are_shown_and_come_back_in_the_workbook(clerk: Client, city: City) -> None:
    book = opened(clerk.get(place(city, "sheet.xlsx")).content)
    sheet = book.worksheets[0]
    columns = labels(sheet)
    sheet.cell(4, columns["This period"]).value = "=H5*2"
    sheet.cell(5, columns["This period"]).value = 12
    sheet.cell(5, columns["This period"]).number_format = "yyyy-mm-dd"
    sheet.cell(6, 1).value = "A6-77"
    sheet.cell(6, columns["This period"]).value = 3

    page = upload(clerk, city, saved(book))

    assert "Nothing can be filed yet. Places to mend: 3." in text_of(page)
    assert [row[:3] for row in rows_of(page)] == [
        ["4", "This period", "=H5*2"], ["5", "This period", "1900-01-12"], ["6", "Code", "A6-77"],
    ]  # fmt: skip
    assert 'name="digest"' not in page.content.decode()
    returned = opened(clerk.get(links_of(page)["Download the sheet with remarks"]).content).worksheets[0]
    remarks = {
        returned.cell(row, 1).value: returned.cell(row, labels(returned)["What to mend"]).value for row in (4, 5, 6)
    }
    assert remarks["A6-01"] == "This period: A formula stands here. Paste its result as a value."
    assert remarks["A6-02"].startswith("This period: A date stands where a figure belongs")
    assert remarks["A6-77"].startswith("Code: Your department files no goal with the code “A6-77”.")
    assert returned.cell(4, labels(returned)["This period"]).value == "'=H5*2"
    assert returned.cell(5, labels(returned)["This period"]).value == "1900-01-12"
    assert clerk.post(place(city, "upload/look/"), {"digest": "x"}, follow=True).status_code == 200
    assert reports() == []


def test_a_returned_workbook_can_be_mended_and_uploaded(clerk: Client, city: City) -> None:
    data = clerk.get(place(city, "sheet.xlsx")).content
    page = upload(clerk, city, filled(data, {"A6-01": {"This period": "很多", **WORDS}}))
    returned = clerk.get(links_of(page)["Download the sheet with remarks"]).content
    page = upload(clerk, city, filled(returned, {"A6-01": {"This period": 40}}))
    confirm(clerk, city, page)
    assert reports() == [("A6-01", "40", "submitted")]


def test_merged_cells_are_no_figures(clerk: Client, city: City) -> None:
    book = opened(filled(clerk.get(place(city, "sheet.xlsx")).content, {"A6-01": {"This period": 40, **WORDS}}))
    column = openpyxl.utils.get_column_letter(labels(book.worksheets[0])["This period"])
    book.worksheets[0].merge_cells(f"{column}4:{column}5")
    page = upload(clerk, city, saved(book))
    assert "Nothing can be filed yet. Places to mend: 1." in text_of(page)
    assert rows_of(page)[0][:2] == ["5", "This period"]


def test_sheets_of_other_months_and_departments_are_refused(clerk: Client, visit: Visitor, city: City) -> None:
    june = clerk.get(place(city, "sheet.xlsx", "2024-06")).content
    assert "This sheet was made for 2024-06; you are filing for 2024-07." in text_of(upload(clerk, city, june))
    science = visit(make_user(Role.CLERK, city.science)).get(place(city, "sheet.xlsx")).content
    page = text_of(upload(clerk, city, science))
    assert "This sheet belongs to another department. Download the one of your own." in page
    assert "新增高新技术企业" not in page


def test_deleted_rows_stay_due_and_added_ones_are_refused(clerk: Client, city: City) -> None:
    book = opened(clerk.get(place(city, "sheet.xlsx")).content)
    book.worksheets[0].delete_rows(5)
    assert "Not in the file, and still due (1): A6-02 组织外贸团组" in text_of(upload(clerk, city, saved(book)))
    book.worksheets[0].cell(6, 2).value = "新目标"
    assert [row[:2] for row in rows_of(upload(clerk, city, saved(book)))] == [["6", "Code"]]


@pytest.mark.parametrize("name", ["zip bomb", "billion laughs", "xls", "csv in UTF-16", "far corner"])
def test_horrors_leave_a_sentence_on_the_page(clerk: Client, city: City, name: str) -> None:
    file, make, _code = horrors.HORRORS[name]
    response = clerk.post(place(city, "upload/"), {"file": SimpleUploadedFile(file, make())})
    assert response.status_code == 200
    assert 'class="field wrong"' in response.content.decode()


def test_a_file_too_big_is_not_even_received(clerk: Client, city: City) -> None:
    response = clerk.post(place(city, "upload/"), {"file": SimpleUploadedFile("a.xlsx", bytes(6_000_000))})
    assert "The file is larger than 5 MB." in text_of(response)
    assert [name for name, _problem in refused_files(response.wsgi_request)] == ["a.xlsx"]
    assert not response.wsgi_request.FILES


def test_no_file_is_a_sentence_too(clerk: Client, city: City) -> None:
    assert "Choose the file first." in text_of(clerk.post(place(city, "upload/")))


def test_confirming_another_preview_than_was_shown_shows_it_first(clerk: Client, city: City) -> None:
    data = clerk.get(place(city, "sheet.xlsx")).content
    page = upload(clerk, city, filled(data, {"A6-01": {"This period": 40, **WORDS}}))
    upload(clerk, city, filled(data, {"A6-01": {"This period": 41, **WORDS}}))
    assert "Another file was uploaded in the meantime." in text_of(confirm(clerk, city, page))
    page = clerk.get(place(city, "upload/look/"))
    submitted_report(city.trade, 7, 60)
    assert "Reports changed since this preview." in text_of(confirm(clerk, city, page))
    assert [code for code, _value, _state in reports()] == ["A6-02"]


def test_a_sheet_confirmed_twice_is_filed_once(clerk: Client, city: City) -> None:
    data = clerk.get(place(city, "sheet.xlsx")).content
    page = upload(clerk, city, filled(data, {"A6-01": {"This period": 40, **WORDS}}))
    confirm(clerk, city, page)
    assert "No uploaded sheet waits here" in text_of(confirm(clerk, city, page))
    assert reports() == [("A6-01", "40", "submitted")]
    assert clerk.get(place(city, "upload/to-mend.xlsx")).status_code == 404


def test_an_upload_belongs_to_its_month(clerk: Client, city: City) -> None:
    upload(clerk, city, clerk.get(place(city, "sheet.xlsx")).content)
    page = clerk.get(place(city, "upload/look/", "2024-06"), follow=True)
    assert "No uploaded sheet waits here" in text_of(page)


def test_a_forged_upload_is_refused(visit: Visitor, city: City) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(Role.CLERK, city.commerce))
    response = client.post(place(city, "upload/"), {"file": SimpleUploadedFile("a.csv", b"code,value")})
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("role", "rest", "status"),
    [(Role.DEPARTMENT_HEAD, "sheet.xlsx", 200), (Role.DEPARTMENT_HEAD, "upload/", 403), (Role.OFFICE, "sheet.xlsx", 403),
     (Role.OFFICE, "upload/", 403), (Role.AUDITOR, "upload/look/", 403), (Role.LEADER, "upload/to-mend.xlsx", 403)],
)  # fmt: skip
def test_sheets_are_the_departments_own(visit: Visitor, city: City, role: Role, rest: str, status: int) -> None:
    department = city.commerce if role == Role.DEPARTMENT_HEAD else None
    assert visit(make_user(role, department)).get(place(city, rest)).status_code == status


def test_a_month_that_has_not_begun_has_no_sheet(clerk: Client, city: City) -> None:
    assert clerk.get(place(city, "sheet.xlsx", "2024-08")).status_code == 404
    assert clerk.get(place(city, "upload/", "2024-08")).status_code == 404


def test_a_closed_month_takes_no_upload(clerk: Client, city: City) -> None:
    close_period(period=city.period(7), reason="月报已印发，不再受理", by=make_user(Role.OFFICE), now=AUGUST)
    page = clerk.post(place(city, "upload/"), {"file": SimpleUploadedFile("a.csv", b"code,value")})
    assert "This period is closed." in text_of(page)
    assert "Upload Excel" not in links_of(clerk.get(f"/documents/{city.document.pk}/filing/2024-07/"))


def test_the_filing_page_leads_here(clerk: Client, city: City) -> None:
    links = links_of(clerk.get(f"/documents/{city.document.pk}/filing/2024-07/"))
    assert (links["Download Excel"], links["Upload Excel"]) == (place(city, "sheet.xlsx"), place(city, "upload/"))


def test_queries_do_not_grow_with_the_rows_of_a_workbook(clerk: Client, city: City) -> None:
    """Upload, preview and confirmation; how long they take is for the benchmark to say."""
    counts = []
    for month, more in (("2024-06", 0), ("2024-07", 58)):
        for number in range(more):
            make_goal(
                city.fdi.clause, f"X-{number:03d}", f"目标{number}", 100, "个", city.commerce, quote="组织150个外贸团组"
            )
        data = clerk.get(place(city, "sheet.xlsx", month)).content
        codes = Goal.objects.filter(lead=city.commerce).values_list("code", flat=True)
        data = filled(data, {code: {"This period": 60, **WORDS} for code in codes})
        with CaptureQueriesContext(connection) as looking:
            page = upload(clerk, city, data, period=month)
        fields = {name: field_value(page, name) for name in ("digest", "stored_state")}
        with CaptureQueriesContext(connection) as confirming:
            clerk.post(place(city, "upload/look/", month), fields)
        assert Report.objects.filter(period__month=int(month[-2:]), state="submitted").count() == 2 + more
        counts.append((len(looking), len(confirming)))
    assert counts[0] == counts[1]


def csv_of(client: Client, city: City, *rows: list[str], often: int = 1) -> bytes:
    """The downloaded CSV file with these rows of code and values in place of its own."""
    kept = list(csv.reader(io.StringIO(client.get(place(city, "sheet.csv")).content.decode("utf-8-sig"))))
    out = io.StringIO()
    csv.writer(out).writerows([*kept[:2], ["code", "value", "note"], *rows * often])
    return out.getvalue().encode()


def work() -> None:
    """What a worker does after the upload, or after beat's next minute."""
    assert run_next_job(clock=timezone.now)


def test_ten_thousand_wrong_rows_are_a_short_page(clerk: Client, city: City) -> None:
    page = upload(clerk, city, csv_of(clerk, city, *([f"Z-{number}", "1", ""] for number in range(10_000))), "表.csv")
    assert "In the queue; the work begins in a moment." in text_of(page)
    assert rows_of(page) == []
    work()
    page = clerk.get(place(city, "upload/look/"))
    assert "Nothing can be filed yet. Places to mend: 10000." in text_of(page)
    assert "Only the first 200 are shown here; the sheet with remarks has all of them." in text_of(page)
    assert len(rows_of(page)) == 200


def long_sheet(client: Client, city: City, note: str = "新签3个项目") -> bytes:
    """Two goals, and so much blank paper below that it counts as long."""
    words = {"code": "A6-01", "value": "40", "note": note, "cause": WORDS["Cause, if behind"],
             "remedy": WORDS["What is being done about it"], "expected_on": "2024-11-07"}  # fmt: skip
    kept = list(csv.reader(io.StringIO(client.get(place(city, "sheet.csv")).content.decode("utf-8-sig"))))
    out = io.StringIO()
    csv.writer(out).writerows([*kept[:2], list(words), list(words.values()), ["A6-02"], *[[" " * 10_000]] * 60])
    return out.getvalue().encode()


def test_a_long_file_is_read_and_checked_by_a_worker_while_the_page_says_how_far(clerk: Client, city: City) -> None:
    page = upload(clerk, city, long_sheet(clerk, city), "表.csv")
    html = page.content.decode()
    assert (page.redirect_chain[-1][0], "http-equiv=\"refresh\"" in html, 'hx-trigger="every 1s"' in html) == (
        place(city, "upload/look/"), True, True,
    )  # type: ignore[attr-defined]  # fmt: skip
    assert clerk.get(place(city, "upload/to-mend.xlsx")).status_code == 404
    SheetUpload.objects.update(step="checking", done=200, total=512)
    page = clerk.get(place(city, "upload/look/"), headers={"HX-Request": "true"})
    assert "Rows checked: 200 of 512." in text_of(page)
    SheetUpload.objects.update(step="waiting")

    work()

    assert clerk.get(place(city, "upload/look/"), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = clerk.get(place(city, "upload/look/"))
    assert "Reports to file: 1. Rows unchanged: 0, left empty: 1." in text_of(page)
    assert (SheetUpload.objects.get().done, bytes(SheetUpload.objects.get().file)) == (1, b"")
    confirm(clerk, city, page)
    assert (reports(), SheetUpload.objects.count()) == ([("A6-01", "40", "submitted")], 0)


def test_a_long_file_that_cannot_be_read_says_so_on_the_upload_page(clerk: Client, city: City) -> None:
    upload(clerk, city, long_sheet(clerk, city) + b"\xff\xff\x80", "表.csv")
    work()
    page = clerk.get(place(city, "upload/look/"), follow=True)
    assert "The text is neither UTF-8 nor GB 18030." in text_of(page)
    assert page.redirect_chain == [(place(city, "upload/"), 302)]
    assert SheetUpload.objects.count() == 0


def test_a_file_of_the_wrong_kind_is_refused_at_once_however_long(clerk: Client, city: City) -> None:
    page = upload(clerk, city, b"%PDF-1.7" + bytes(600_000), "表.xlsx")
    assert "The file ends in .xlsx but is no workbook." in text_of(page)
    assert (SheetUpload.objects.count(), Job.objects.count()) == (0, 0)


@pytest.fixture
def everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("sheets.uploads", "sheets.work"):
        monkeypatch.setattr(f"hztargets.services.{module}.LONG_SHEET", 1)


@pytest.mark.usefixtures("everything_is_long")
def test_a_long_sheet_is_filed_by_a_worker_once_however_often_it_is_confirmed(clerk: Client, city: City) -> None:
    upload(clerk, city, filled(clerk.get(place(city, "sheet.xlsx")).content, {"A6-01": {"This period": 40, **WORDS}}))
    work()
    page = clerk.get(place(city, "upload/look/"))
    assert "In the queue" in text_of(confirm(clerk, city, page))
    assert "In the queue" in text_of(confirm(clerk, city, page))
    assert (reports(), Job.objects.exclude(state="done").count()) == ([], 1)

    work()

    page = clerk.get(place(city, "upload/look/"), follow=True)
    assert "Reports filed from the sheet: 1." in text_of(page)
    assert page.redirect_chain[0][0].endswith("/filing/2024-07/")
    assert (reports(), SheetUpload.objects.count()) == ([("A6-01", "40", "submitted")], 0)
    event = AuditEvent.objects.get(action="report.submit")
    assert (event.by, event.address) == (User.objects.get(role=Role.CLERK), "127.0.0.1")


@pytest.mark.usefixtures("everything_is_long")
def test_what_a_worker_could_not_file_is_shown_with_the_reason(clerk: Client, city: City) -> None:
    upload(clerk, city, filled(clerk.get(place(city, "sheet.xlsx")).content, {"A6-01": {"This period": 40, **WORDS}}))
    work()
    confirm(clerk, city, clerk.get(place(city, "upload/look/")))
    submitted_report(city.trade, 7, 60)
    work()
    page = clerk.get(place(city, "upload/look/"))
    assert "Reports changed since this preview." in text_of(page)
    assert "Reports changed since this preview." not in text_of(clerk.get(place(city, "upload/look/")))
    assert [code for code, _value, _state in reports()] == ["A6-02"]


def test_a_worker_that_comes_too_late_finds_nothing_to_do(clerk: Client, city: City) -> None:
    upload(clerk, city, long_sheet(clerk, city, "第一次上传的说明"), "表.csv")
    upload(clerk, city, long_sheet(clerk, city, "第二次上传的说明"), "表.csv")
    work()
    assert SheetUpload.objects.get().step == "waiting"
    work()
    assert "第二次上传的说明" in text_of(clerk.get(place(city, "upload/look/")))


def test_nobody_sees_another_clerks_upload(clerk: Client, visit: Visitor, city: City) -> None:
    upload(clerk, city, clerk.get(place(city, "sheet.xlsx")).content)
    colleague = visit(make_user(Role.CLERK, city.commerce))
    page = colleague.get(place(city, "upload/look/"), follow=True)
    assert "No uploaded sheet waits here" in text_of(page)
    assert colleague.get(place(city, "upload/to-mend.xlsx")).status_code == 404
    assert colleague.post(place(city, "upload/look/"), {"digest": SheetUpload.objects.get().digest}).status_code == 302
    assert SheetUpload.objects.count() == 1


def test_uploads_nobody_confirmed_are_thrown_away_after_a_day(clerk: Client, visit: Visitor, city: City) -> None:
    """By beat, whether or not somebody uploads again."""
    data = clerk.get(place(city, "sheet.xlsx")).content
    upload(clerk, city, data)
    SheetUpload.objects.update(created_at=timezone.now() - timedelta(hours=25))
    colleague = make_user(Role.CLERK, city.commerce)
    upload(visit(colleague), city, data)
    forget_uploads()
    assert [row.user for row in SheetUpload.objects.all()] == [colleague]


def with_cell(data: bytes, value: Any, kind: str = "") -> bytes:
    """The downloaded workbook with the first goal filled in and this in the place of its figure."""
    book = opened(filled(data, {"A6-01": WORDS}))
    sheet = book.worksheets[0]
    cell = sheet.cell(4, labels(sheet)["This period"])
    cell.value = value
    if kind:
        cell.data_type = kind
    return saved(book)


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        ("=40", "", "A formula stands here. Paste its result as a value."),
        ("#REF!", "e", "The cell shows a calculation error. Enter the figure itself."),
        (datetime(2024, 5, 3), "", "A date stands where a figure belongs"),
        (1234567890123456, "", "1234567890123456"),
        ("12,34", "", "12,34"),
        ("四十", "", "四十"),
    ],
)
def test_what_is_no_figure_is_named_by_its_row_and_column(
    clerk: Client, city: City, value: Any, kind: str, message: str
) -> None:
    page = upload(clerk, city, with_cell(clerk.get(place(city, "sheet.xlsx")).content, value, kind))
    assert "Nothing can be filed yet. Places to mend: 1." in text_of(page)
    [row] = rows_of(page)
    assert (row[:2], message in " ".join(row)) == (["4", "This period"], True)


@pytest.mark.parametrize("value", ["４０．５", "40.5 ", "0.00405万"])
def test_figures_typed_as_text_are_understood(clerk: Client, city: City, value: str) -> None:
    Goal.objects.filter(pk=city.fdi.pk).update(unit="个")
    data = with_cell(clerk.get(place(city, "sheet.xlsx")).content, value)
    page = upload(clerk, city, data)
    confirm(clerk, city, page)
    assert reports() == [("A6-01", "40.5", "submitted")]


def test_hidden_rows_and_a_sheet_put_in_front_change_nothing(clerk: Client, city: City) -> None:
    """Filtering hides rows; what they say is shown in the preview like everything else."""
    book = opened(filled(clerk.get(place(city, "sheet.xlsx")).content, {"A6-01": {"This period": 40, **WORDS}}))
    book.worksheets[0].row_dimensions[4].hidden = True
    book.create_sheet("草稿", 0)["A1"] = "与填报无关"
    page = upload(clerk, city, saved(book))
    assert [row[0] for row in rows_of(page)] == ["4"]
    confirm(clerk, city, page)
    assert reports() == [("A6-01", "40", "submitted")]
