"""Whole sheets: a workbook of 300 rows through the pages, and 10,000 rows of CSV through the worker."""

import csv
import io
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from hztargets.domain.sheets.columns import BY_KEY
from hztargets.messages.columns import column_label
from hztargets.models import Document, Goal, Period, Report, Role, SheetUpload, User
from hztargets.queries.sheets.rows import sheet_rows
from hztargets.services.job_kinds import run_next_job
from hztargets.services.sheets.uploads import confirm_upload, receive_sheet
from hztargets.web.sheets.csv_file import write_csv
from hztargets.web.sheets.table import SheetTable, empty_table
from hztargets.web.sheets.workbook import HEADER_ROW, write_workbook
from tests.benchmarks import floors
from tests.benchmarks.timing import Figure

_MONTH = 12
_WORDS = {"note": "新签3个项目，到位资金按协议入账", "cause": "2个项目推迟签约", "remedy": "专班每周跟进",
          "expected_on": "2026-12-31"}  # fmt: skip
_CONTENT = {"value": "60", **_WORDS}
_FLOOR_ROWS = 1000
_numbers = count(1)
_LOAD = """
WITH wide AS (
    INSERT INTO hztargets_document (number, title, issuer, year, issued_on, due_working_day, text)
    SELECT number || '-' || %(name)s, title, issuer, year, issued_on, due_working_day, text
    FROM hztargets_document WHERE id = %(template)s RETURNING id
), opened AS (
    INSERT INTO hztargets_period (document_id, month, opens_on, due_on, settles_on, closed_reason)
    SELECT wide.id, month, opens_on, due_on, settles_on, ''
    FROM wide, hztargets_period WHERE document_id = %(template)s RETURNING id, document_id, month, due_on
), ruled AS (
    INSERT INTO hztargets_rulesetversion (document_id, version, name, rules, effective_month, reason, created_at)
    SELECT wide.id, version, name, rules, effective_month, '', created_at
    FROM wide, hztargets_rulesetversion WHERE document_id = %(template)s
), aimed AS (
    INSERT INTO hztargets_goal (document_id, area_id, clause_id, code, position, kind, name, unit, direction,
        qualifier, measure, expr, comparator, is_count, is_any_time, period, frequency, skips_january, lead_id, quote,
        quote_start, note)
    SELECT wide.id, g.area_id, g.clause_id, 'B-' || n, n, 'goal', '第' || n || '项工作', '个', '=', '', 'cumulative',
        '', '', true, false, '2024', 'monthly', false, g.lead_id, g.quote, g.quote_start, ''
    FROM wide, generate_series(1, %(rows)s) n, hztargets_goal g WHERE g.id = %(goal)s RETURNING id, document_id, lead_id
), shared AS (
    INSERT INTO hztargets_goaldepartment (goal_id, department_id, position) SELECT id, lead_id, 1 FROM aimed
), targets AS (
    INSERT INTO hztargets_goalversion (goal_id, number, value, effective_month, reason)
    SELECT id, 1, 64, 1, '' FROM aimed
)
INSERT INTO hztargets_report (document_id, goal_id, period_id, version, state, source, source_note, value, is_nil,
    is_restated, note, cause, remedy, correction_reason, revision, created_at, created_by_id, submitted_at,
    submitted_by_id, reviewed_at, reviewed_by_id, return_reason, known_on)
SELECT aimed.document_id, aimed.id, opened.id, 1, 'approved', 'simulated', '', 5 * month, false, false, '', '', '', '',
    3, due_on, %(clerk)s, due_on, %(clerk)s, due_on, %(office)s, '', due_on
FROM aimed JOIN opened ON true WHERE month < 12
"""


@dataclass(frozen=True)
class Department:
    """One that leads all the goals of a document of its own, with eleven months approved."""

    document: Document
    clerk: User

    @property
    def december(self) -> Period:
        return self.document.periods.select_related("document").get(month=_MONTH)

    @property
    def grid(self) -> SheetTable:
        return empty_table(
            self.clerk, self.document, self.december, sheet_rows(self.clerk, self.document, self.december)
        )


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and of this process's processor and its children's."""

    wall: float
    processor: float


def measure_sheets(template: Document, now: datetime) -> list[Figure]:
    rows = int(os.environ.get("HZ_BENCH_ROWS") or 10_000)
    with translation.override("en"):
        return [*_workbook(_department(template, 300), now), *_csv(_department(template, rows), now)]


def _department(template: Document, rows: int) -> Department:
    goal = template.goals.filter(measure=Goal.Measure.CUMULATIVE).select_related("lead").order_by("pk")[0]
    name = f"wide{next(_numbers)}"
    clerk = User.objects.create(username=name, role=Role.CLERK, department=goal.lead, language="en")
    office = User.objects.get(username="bench.review")
    facts = {"name": name, "template": template.pk, "rows": rows, "goal": goal.pk, "clerk": clerk.pk}
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, {**facts, "office": office.pk})
        cursor.execute("ANALYZE")
    return Department(Document.objects.get(number=f"{template.number}-{name}"), clerk)


def _workbook(department: Department, now: datetime) -> list[Figure]:
    """Upload and preview as a clerk's browser does it; then the confirmation."""
    client = Client()
    client.force_login(department.clerk)
    place = [department.document.pk, department.december.label]
    data = _filled(write_workbook(department.grid))

    def upload() -> Any:
        file = SimpleUploadedFile("sheet.xlsx", data)
        page = client.post(reverse("sheet_upload", args=place), {"file": file}, follow=True)
        assert len(page.context["preview"].to_file) == 300
        return page

    tries = [_took(upload) for _ in range(5)]
    previewed = min((took for took, _page in tries), key=lambda took: took.wall)
    page = tries[-1][1]
    form = {"digest": page.context["waiting"].digest, "stored_state": page.context["preview"].stored_state}
    filed, _answer = _took(lambda: client.post(reverse("sheet_preview", args=place), form))
    floor = _floor(department, now)
    return [
        _figure("300 rows of a workbook: upload and preview", previewed, floor, 300),
        _figure("300 rows of a workbook: confirm", filed, floor, 300),
    ]


def _filled(data: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[HEADER_ROW + 1]}
    for row in range(HEADER_ROW + 2, sheet.max_row + 1):
        for key, value in _CONTENT.items():
            sheet.cell(row, columns[column_label(key)]).value = int(value) if key == "value" else value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(department: Department, now: datetime) -> list[Figure]:
    """Received in a request, read, checked and filed by a worker."""
    data = _filled_csv(department.grid)
    period, by = department.december, department.clerk
    rows = len(department.grid.rows)

    def work() -> None:
        assert run_next_job(clock=lambda: now)

    received, upload = _took(lambda: receive_sheet(name="sheet.csv", data=data, period=period, by=by, now=now))
    assert upload.is_under_way
    previewed, _done = _took(work)
    upload = SheetUpload.objects.select_related("period__document").get(pk=upload.pk)
    assert (upload.step, upload.done) == (SheetUpload.Step.READY, rows), upload.sentence
    handed_over, _none = _took(lambda: confirm_upload(upload=upload, stored_state=upload.stored_state, by=by, now=now))
    filed, _done = _took(work)
    assert Report.objects.filter(period=period, state=Report.State.SUBMITTED).count() == rows
    floor = _floor(department, now)
    return [
        _figure(f"{rows} rows of CSV: received in the request", received, floor, rows),
        _figure(f"{rows} rows of CSV: read and checked by a worker", previewed, floor, rows),
        _figure(f"{rows} rows of CSV: confirmed in the request", handed_over, floor, rows),
        _figure(f"{rows} rows of CSV: filed by a worker", filed, floor, rows),
    ]


def _filled_csv(grid: SheetTable) -> bytes:
    rows = list(csv.reader(io.StringIO(write_csv(grid).decode("utf-8-sig"))))
    places = {column_label(key): value for key, value in _CONTENT.items() if key in BY_KEY}
    for row in rows[HEADER_ROW + 1 :]:
        for index, label in enumerate(rows[HEADER_ROW]):
            row[index] = places.get(label, row[index])
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("gb18030")


def _floor(department: Department, now: datetime) -> Took:
    """The same reports written by hand-written SQL in one transaction, with both audit rows of each.

    Of many rows only the first are written, and the time is multiplied; the others are of the same kind.
    """
    period = department.december
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM hztargets_report WHERE period_id = %s", [period.pk])
    goals = list(department.document.goals.order_by("pk"))
    rows = [floors.ReportRow(goal, period, _CONTENT, department.clerk, now) for goal in goals[:_FLOOR_ROWS]]

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for row in rows:
                floors.file_row(cursor, row)

    took, times = _took(write)[0], len(goals) / len(rows)
    return Took(took.wall * times, took.processor * times)


def _figure(name: str, took: Took, floor: Took, rows: int) -> Figure:
    return Figure(
        name=name,
        value=took.wall,
        unit="s",
        floor=floor.wall,
        n=rows,
        notes={"processor s of the program": took.processor, "   the same of the SQL by hand": floor.processor},
    )


def _took(work: Callable[[], Any]) -> tuple[Took, Any]:
    started, cpu = time.perf_counter(), _processor()
    answer = work()
    return Took(time.perf_counter() - started, _processor() - cpu), answer


def _processor() -> float:
    """Uploaded files are opened in a child process."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
