"""Rows are filed one by one: a wrong row does not stop the others, and a colleague's change is never overwritten."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hztargets.models import AuditEvent, Report, User
from hztargets.queries.sheets.rows import fileable_rows
from hztargets.services.calendar.periods import close_period
from hztargets.services.errors import StaleRevision
from hztargets.services.filing.content import ReportContent
from hztargets.services.filing.filing import FilingResult
from hztargets.services.filing.grid import (
    RowInput,
    RowPreview,
    file_rows,
    preview_rows,
    save_rows,
)
from hztargets.services.filing.reports import edit_report
from hztargets.services.review.reviewing import return_report
from tests.factories import AUGUST, City, approved_report, explained, make_user, submitted_report

pytestmark = pytest.mark.usefixtures("in_english")


def row(
    city: City, by: User, code: str, value: str | None, revision: int = 0, warned_of: str = "", **words: Any
) -> RowInput:
    due = fileable_rows(by, city.document, city.period(7))[code]
    figure = None if value is None else Decimal(value)
    return RowInput(due, ReportContent(value=figure, **words), revision, warned_of)


def sound(city: City, by: User, code: str, value: str, revision: int = 0) -> RowInput:
    typed = row(city, by, code, value, revision)
    words: dict[str, Any] = explained(typed.due.goal)
    return replace(typed, content=replace(typed.content, **words))


def save(typed: RowInput, city: City, by: User) -> FilingResult:
    (result,) = save_rows([typed], period=city.period(7), by=by, now=AUGUST)
    return result


def stored() -> list[tuple[object, ...]]:
    return list(Report.objects.order_by("pk").values_list("goal__code", "version", "state", "value", "revision"))


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def outcomes(results: list[FilingResult]) -> list[tuple[bool, str]]:
    return [(result.is_submitted, result.error.code if result.error else "") for result in results]


def test_a_preview_answers_every_row_and_writes_nothing(city: City, clerk: User) -> None:
    rows = [row(city, clerk, "A6-01", None), row(city, clerk, "A6-02", "-4"), row(city, clerk, "A6-01", "9" * 15)]
    blank, negative, large = preview_rows(rows, period=city.period(7), by=clerk, now=AUGUST)
    assert blank == RowPreview()
    assert negative.preview and [finding.code for finding in negative.preview.blocking] == ["negative"]
    assert (large.preview, [error.code for error in large.errors]) == (None, ["too_large"])
    assert (stored(), events()) == ([], [])


def test_sound_rows_are_filed_and_the_others_kept(city: City, clerk: User) -> None:
    rows = [sound(city, clerk, "A6-01", "42"), row(city, clerk, "A6-02", "-4")]
    done = file_rows(rows, period=city.period(7), by=clerk, now=AUGUST)
    assert outcomes(done) == [(True, ""), (False, "")]
    assert stored() == [("A6-01", 1, "submitted", 42, 2), ("A6-02", 1, "draft", -4, 1)]
    assert events() == ["report.submit", "report.create"]


def test_a_draft_that_says_the_same_is_handed_in_as_it_is(city: City, clerk: User) -> None:
    typed = sound(city, clerk, "A6-01", "42")
    save(typed, city, clerk)
    file_rows([sound(city, clerk, "A6-01", "42", 1)], period=city.period(7), by=clerk, now=AUGUST)
    assert (stored(), events()) == ([("A6-01", 1, "submitted", 42, 2)], ["report.create", "report.submit"])


def test_warnings_nobody_saw_keep_a_row_from_being_filed(city: City, clerk: User) -> None:
    for month, value in ((4, 60), (5, 75), (6, 90)):
        approved_report(city.trade, month, value)
    typed = sound(city, clerk, "A6-02", "92")
    assert outcomes(file_rows([typed], period=city.period(7), by=clerk, now=AUGUST)) == [(False, "")]
    (row_preview,) = preview_rows([typed], period=city.period(7), by=clerk, now=AUGUST)
    assert row_preview.preview and row_preview.preview.warned_of == "slow_month,92"
    acknowledged = replace(typed, revision=1, warned_of="slow_month,92")
    assert outcomes(file_rows([acknowledged], period=city.period(7), by=clerk, now=AUGUST)) == [(True, "")]


def test_a_row_without_news_writes_nothing(city: City, clerk: User) -> None:
    typed = row(city, clerk, "A6-01", "42", note="第一行\n第二行")
    save(typed, city, clerk)
    Report.objects.update(note="第一行\r\n第二行 ")
    before = events()
    for revision in (1, 0):
        result = save(replace(typed, revision=revision), city, clerk)
        assert result.report and result.report.revision == 1
    blank = row(city, clerk, "A6-02", None)
    assert save(blank, city, clerk) == FilingResult()
    assert events() == before


def test_a_draft_may_be_emptied_again(city: City, clerk: User) -> None:
    save(row(city, clerk, "A6-01", "42"), city, clerk)
    save(row(city, clerk, "A6-01", None, 1), city, clerk)
    assert stored() == [("A6-01", 1, "draft", None, 2)]


@pytest.mark.parametrize("write", [save_rows, file_rows])
def test_a_colleagues_words_are_never_overwritten(city: City, clerk: User, write: Any) -> None:
    colleague = make_user("clerk", city.commerce)
    mine = sound(city, clerk, "A6-01", "42")
    save(mine, city, clerk)
    theirs = ReportContent(value=Decimal(43))
    edit_report(report=Report.objects.get(), content=theirs, revision=1, by=colleague, now=AUGUST)
    (done,) = write([sound(city, clerk, "A6-01", "44", 1)], period=city.period(7), by=clerk, now=AUGUST)
    assert (done.is_stale, done.is_submitted) == (True, False)
    assert stored() == [("A6-01", 1, "draft", 43, 2)]


def test_a_colleague_who_writes_at_the_moment_of_filing_stops_it(
    city: City, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the preview and the lock."""
    save(sound(city, clerk, "A6-01", "42"), city, clerk)
    from hztargets.services.filing import grid as grid_filing

    real = grid_filing.preview_rows

    def and_then_a_colleague(*rows: Any, **arguments: Any) -> list[RowPreview]:
        previews = real(*rows, **arguments)
        Report.objects.update(note="同事的话：到位项目5个", revision=2)
        return previews

    monkeypatch.setattr(grid_filing, "preview_rows", and_then_a_colleague)
    (done,) = file_rows([sound(city, clerk, "A6-01", "42", 1)], period=city.period(7), by=clerk, now=AUGUST)
    assert done.is_stale
    assert [report.state for report in Report.objects.all()] == ["draft"]


def test_what_came_back_is_not_filed_again_unchanged(city: City, clerk: User, office: User) -> None:
    report = submitted_report(city.fdi, 7, 42)
    return_report(report=report, reason="请核对口径", by=office, now=AUGUST)
    unchanged = sound(city, clerk, "A6-01", "42", 3)
    assert outcomes(file_rows([unchanged], period=city.period(7), by=clerk, now=AUGUST)) == [(False, "")]
    assert stored() == [("A6-01", 1, "returned", 42, 3)]
    assert outcomes(file_rows([sound(city, clerk, "A6-01", "43", 3)], period=city.period(7), by=clerk, now=AUGUST)) == [
        (True, "")
    ]


def test_what_the_rules_refuse_is_refused_here_too(city: City, clerk: User, head: User, office: User) -> None:
    typed = sound(city, clerk, "A6-01", "42")
    assert outcomes(save_rows([typed], period=city.period(7), by=head, now=AUGUST)) == [(False, "role_may_not")]
    close_period(period=city.period(7), reason="月报已印发", by=office, now=AUGUST)
    assert outcomes(file_rows([typed], period=city.period(7), by=clerk, now=AUGUST)) == [(False, "period_closed")]
    assert stored() == []


def test_a_stale_draft_is_refused(city: City, clerk: User) -> None:
    error = save(row(city, clerk, "A6-01", "42", 4), city, clerk).error
    assert isinstance(error, StaleRevision)
    assert error.message == "Somebody changed this report in the meantime. Reload it and try again."


def test_one_row_that_fails_leaves_the_others(city: City, clerk: User) -> None:
    rows = [sound(city, clerk, "A6-01", "42", 4), sound(city, clerk, "A6-02", "70")]
    results = file_rows(rows, period=city.period(7), by=clerk, now=AUGUST)
    assert outcomes(results) == [(False, "stale"), (True, "")]
    assert (stored(), events()) == ([("A6-02", 1, "submitted", 70, 2)], ["report.submit"])


@pytest.mark.parametrize("count", [1, 2])
def test_rows_are_previewed_once_for_all(city: City, clerk: User, count: int) -> None:
    """Thirteen queries for all: the previews, the locked versions and the transaction. Each row adds a savepoint, its
    report and its event."""
    rows = [sound(city, clerk, code, "42") for code in ["A6-01", "A6-02"][:count]]
    with CaptureQueriesContext(connection) as queries:
        file_rows(rows, period=city.period(7), by=clerk, now=AUGUST)
    assert len(queries) == 12 + 4 * count
