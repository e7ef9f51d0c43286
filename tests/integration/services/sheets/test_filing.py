"""A sheet is filed completely or not at all, and the same sheet twice changes nothing."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from hztargets.domain.sheets.cells import Cell, Line
from hztargets.domain.sheets.columns import COLUMNS
from hztargets.domain.sheets.reading import label_key
from hztargets.domain.sheets.stamp import Stamp
from hztargets.messages.columns import column_label, headers_understood
from hztargets.models import AuditEvent, Department, Goal, Report, User
from hztargets.services.calendar.periods import close_period
from hztargets.services.errors import StaleRevision
from hztargets.services.filing.reports import withdraw_report
from hztargets.services.review.reviewing import approve_report, return_report
from hztargets.services.sheets.checking import RowCheck
from hztargets.services.sheets.filing import SheetPreview, SheetRefused, file_sheet, preview_sheet
from tests.factories import AUGUST, City, approved_report, explained, make_goal, submitted_report

pytestmark = pytest.mark.usefixtures("in_english")

HEAD = ["code", "value", "is_nil", "note", "cause", "remedy", "expected_on", "is_restated"]
WORDS = ["新签3个项目", "2个项目推迟签约", "专班每周跟进", "2024-11-07", ""]
FDI = ["A6-01", "40", "", *WORDS]
TRADE = ["A6-02", "60", "", *WORDS]


def lines(city: City, *rows: Sequence[str], month: int = 7, department: Department | None = None) -> tuple[Line, ...]:
    stamp = Stamp(city.document.number, f"2024-{month:02d}", (department or city.commerce).code)
    grid: list[Sequence[str]] = [["标题"], [str(stamp)], HEAD, *rows]
    return tuple(Line(n, tuple(Cell(text=cell) for cell in row)) for n, row in enumerate(grid, start=1))


def preview_of(city: City, by: User, *rows: Sequence[str]) -> SheetPreview:
    return preview_sheet(lines=lines(city, *rows), document=city.document, period=city.period(7), by=by, now=AUGUST)


def confirm(city: City, by: User, *rows: Sequence[str], stored_state: str | None = None) -> list[Report]:
    return file_sheet(
        lines=lines(city, *rows),
        document=city.document,
        period=city.period(7),
        digest="d" * 64,
        stored_state=preview_of(city, by, *rows).stored_state if stored_state is None else stored_state,
        by=by,
        now=AUGUST,
    )


def problems_of(preview: SheetPreview) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.message) for problem in preview.all_problems]


def stored() -> list[tuple[object, ...]]:
    return list(
        Report.objects.order_by("pk").values_list("goal__code", "version", "state", "value", "revision", "note")
    )


def test_a_preview_says_what_will_happen_and_writes_nothing(city: City, clerk: User) -> None:
    approved_report(city.fdi, 6, "30.5")
    before = (stored(), AuditEvent.objects.count())

    preview = preview_of(city, clerk, FDI, ["A6-02", "", ""])

    assert [(row.line, row.code, row.outcome) for row in preview.rows] == [(4, "A6-01", "file"), (5, "A6-02", "empty")]
    (row,) = preview.to_file
    assert row.content and row.due and row.due.last and row.light
    assert (row.content.value, row.due.last.value, row.light.colour) == (Decimal(40), Decimal("30.5"), "amber")
    assert (preview.is_sound, preview.missing) == (True, ())
    assert (stored(), AuditEvent.objects.count()) == before


def test_confirming_files_every_row(city: City, clerk: User) -> None:
    filed = confirm(city, clerk, FDI, TRADE)

    assert [report.state for report in filed] == ["submitted", "submitted"]
    assert stored() == [
        ("A6-01", 1, "submitted", Decimal(40), 2, "新签3个项目"),
        ("A6-02", 1, "submitted", Decimal(60), 2, "新签3个项目"),
    ]
    event = AuditEvent.objects.get(action="sheet.file")
    assert (event.object_type, event.object_id, event.by, event.after) == (
        "period", city.period(7).pk, clerk, {"sha256": "d" * 64, "goals": ["A6-01", "A6-02"]},
    )  # fmt: skip


@pytest.mark.parametrize("then", ["nothing", "approve", "return"])
def test_the_same_sheet_twice_changes_nothing(city: City, clerk: User, office: User, then: str) -> None:
    filed = confirm(city, clerk, FDI, TRADE)
    for report in filed:
        if then == "approve":
            approve_report(report=report, by=office, now=AUGUST)
        if then == "return":
            return_report(report=report, reason="请核对与统计局口径的差异", by=office, now=AUGUST)
    before = (stored(), AuditEvent.objects.count())

    assert confirm(city, clerk, FDI, TRADE) == []

    assert (stored(), AuditEvent.objects.count()) == before
    outcome = "still_returned" if then == "return" else "same"
    assert [row.outcome for row in preview_of(city, clerk, FDI, TRADE).rows] == [outcome, outcome]


def test_one_bad_row_keeps_all_others_from_being_filed(city: City, clerk: User) -> None:
    with pytest.raises(SheetRefused):
        confirm(city, clerk, FDI, ["A6-02", "很多", ""])
    assert (stored(), AuditEvent.objects.count()) == ([], 0)


def test_what_only_filing_notices_takes_the_others_back(
    city: City, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checks before are left out, so that the second row fails after the first was written."""
    monkeypatch.setattr("hztargets.services.sheets.filing.check_rows", lambda rows, **_: [_unchecked()] * len(rows))

    with pytest.raises(SheetRefused) as refused:
        confirm(city, clerk, FDI, ["A6-02", "-3", "", *WORDS])

    assert refused.value.refused == {"A6-02": [("value", "A cumulative figure cannot be negative; you entered -3.")]}
    assert (stored(), AuditEvent.objects.count()) == ([], 0)


def _unchecked() -> object:
    return RowCheck()


def test_what_filing_refused_is_shown_beside_its_row(city: City, clerk: User) -> None:
    preview = preview_sheet(
        lines=lines(city, FDI),
        document=city.document,
        period=city.period(7),
        by=clerk,
        now=AUGUST,
        refused={"A6-01": [("value", "Not today.")]},
    )
    assert problems_of(preview) == [(4, "value", "Not today.")]


def test_the_checks_of_the_filing_page_speak_here_too(city: City, clerk: User) -> None:
    approved_report(city.fdi, 6, 50)
    approved_report(city.trade, 6, 70)

    preview = preview_of(city, clerk, ["A6-01", "40", "", *WORDS], ["A6-02", "75", ""])

    found = [(line, column) for line, column, _message in problems_of(preview)]
    assert found[0] == (4, "value")
    assert "40 is below the 50 approved for month 6" in problems_of(preview)[0][2]
    assert {(5, "cause"), (5, "remedy"), (5, "expected_on")} <= set(found)


def test_a_report_under_review_is_not_overwritten(city: City, clerk: User) -> None:
    confirm(city, clerk, FDI)
    message = "This report is being reviewed with other words or figures. Withdraw it on its page, then upload again."
    assert problems_of(preview_of(city, clerk, ["A6-01", "41", "", *WORDS])) == [(4, "", message)]

    withdraw_report(report=Report.objects.get(), by=clerk, now=AUGUST)
    assert [report.version for report in confirm(city, clerk, ["A6-01", "41", "", *WORDS])] == [2]


def test_a_returned_report_is_changed_and_filed_again(city: City, clerk: User, office: User) -> None:
    report = submitted_report(city.fdi, 7, 40)
    return_report(report=report, reason="请核对与统计局口径的差异", by=office, now=AUGUST)

    (row,) = preview_of(city, clerk, ["A6-01", "41", "", *WORDS]).rows
    assert row.outcome == "change"
    confirm(city, clerk, ["A6-01", "41", "", *WORDS])

    assert [(r[0], r[1], r[2], r[3]) for r in stored()] == [("A6-01", 1, "submitted", Decimal(41))]


def test_an_approved_figure_needs_the_mark_and_a_reason(city: City, clerk: User) -> None:
    approved_report(city.fdi, 7, 40)
    unmarked = ["A6-01", "41", "", *WORDS]
    silent = ["A6-01", "41", "", "", *WORDS[1:4], "是"]
    marked = ["A6-01", "41", "", *WORDS[:4], "是"]

    assert problems_of(preview_of(city, clerk, unmarked)) == [
        (4, "is_restated", "This period already has an approved figure. Tick “restated” to file a correction.")
    ]
    assert problems_of(preview_of(city, clerk, silent)) == [(4, "note", "Say why the approved figure is corrected.")]
    assert [row.outcome for row in preview_of(city, clerk, marked).rows] == ["correct"]
    confirm(city, clerk, marked)
    assert [(r[1], r[2], r[3]) for r in stored()] == [(1, "approved", Decimal(40)), (2, "submitted", Decimal(41))]


def test_somebody_who_filed_meanwhile_is_not_overwritten_silently(city: City, clerk: User) -> None:
    stored_state = preview_of(city, clerk, FDI).stored_state
    submitted_report(city.trade, 7, 60)
    with pytest.raises(StaleRevision):
        confirm(city, clerk, FDI, stored_state=stored_state)
    assert [row[0] for row in stored()] == ["A6-02"]


def test_goals_left_out_are_named_and_stay_due(city: City, clerk: User) -> None:
    preview = preview_of(city, clerk, FDI)
    assert ([row.goal.code for row in preview.missing], preview.is_sound) == (["A6-02"], True)
    approved_report(city.trade, 7, 60)
    assert preview_of(city, clerk, FDI).missing == ()


def test_another_departments_goal_is_unknown_here(city: City, clerk: User, science_clerk: User) -> None:
    firms = ["A2-01", "900", "", *WORDS]
    unknown = "Your department files no goal with the code “A2-01”. Restore the code or remove the row."
    assert problems_of(preview_of(city, clerk, firms)) == [(4, "code", unknown)]
    foreign = preview_sheet(
        lines=lines(city, FDI), document=city.document, period=city.period(7), by=science_clerk, now=AUGUST
    )
    assert problems_of(foreign) == [(0, "", "This sheet belongs to another department. Download the one of your own.")]
    with pytest.raises(SheetRefused):
        confirm(city, clerk, firms)
    assert stored() == []


def test_a_closed_period_takes_no_sheet(city: City, clerk: User, office: User) -> None:
    close_period(period=city.period(7), reason="月报已印发，不再受理", by=office, now=AUGUST)
    assert problems_of(preview_of(city, clerk, FDI)) == [
        (4, "", "This period is closed. Ask the municipal office to reopen it.")
    ]


def test_words_written_by_a_form_are_the_same_words(city: City, clerk: User) -> None:
    """Browsers end lines with two characters, spreadsheets with one."""
    words = {**explained(city.fdi), "note": "第一行\r\n第二行 "}
    submitted_report(city.fdi, 7, "40.10", **words)
    row = ["A6-01", "40.1", "", "第一行\n第二行", words["cause"], words["remedy"], words["expected_on"].isoformat(), ""]
    assert [row.outcome for row in preview_of(city, clerk, row).rows] == ["same"]


def test_no_label_means_two_columns_in_whatever_language() -> None:
    found: dict[str, set[str]] = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for column in COLUMNS:
                found.setdefault(label_key(column_label(column.key)), set()).add(column.key)
    assert {label: keys for label, keys in found.items() if len(keys) > 1} == {}
    assert {label: {key} for label, key in headers_understood().items() if label in found} == found


def test_queries_do_not_grow_with_the_rows(city: City, clerk: User) -> None:
    counts = []
    for count in (1, 12):
        while Goal.objects.filter(lead=city.commerce).count() < count + 1:
            number = Goal.objects.count()
            make_goal(
                city.fdi.clause, f"X-{number}", f"目标{number}", 100, "个", city.commerce, quote="组织150个外贸团组"
            )
        codes = Goal.objects.filter(lead=city.commerce).values_list("code", flat=True)[:count]
        with CaptureQueriesContext(connection) as queries:
            preview = preview_of(city, clerk, *[[code, "60", "", *WORDS] for code in codes])
        assert len(preview.to_file) == count
        counts.append(len(queries))
    assert counts[0] == counts[1]
