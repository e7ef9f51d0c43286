"""Rows are filed one by one: the sound ones whatever becomes of the others, and never over a colleague's words."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hztargets.models import AuditEvent, Report, User
from hztargets.queries.sheets.rows import fileable_rows
from hztargets.services.calendar.periods import close_period
from hztargets.services.errors import StaleRevision
from hztargets.services.filing.content import ReportContent
from hztargets.services.filing.grid import (
    Done,
    Entered,
    Looked,
    file_rows,
    keep_draft,
    keep_rows,
    look_at_rows,
)
from hztargets.services.filing.reports import edit_report
from hztargets.services.review.reviewing import return_report
from tests.factories import AUGUST, City, approved_report, explained, make_user, submitted_report

pytestmark = pytest.mark.usefixtures("in_english")


def row(city: City, by: User, code: str, value: str | None, revision: int = 0, seen: str = "", **words: Any) -> Entered:
    due = fileable_rows(by, city.document, city.period(7))[code]
    figure = None if value is None else Decimal(value)
    return Entered(due, ReportContent(value=figure, **words), revision, seen)


def sound(city: City, by: User, code: str, value: str, revision: int = 0) -> Entered:
    entered = row(city, by, code, value, revision)
    words: dict[str, Any] = explained(entered.due.goal)
    return replace(entered, content=replace(entered.content, **words))


def stored() -> list[tuple[object, ...]]:
    return list(Report.objects.order_by("pk").values_list("goal__code", "version", "state", "value", "revision"))


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def told(done: list[Done]) -> list[tuple[bool, str]]:
    return [(what.is_filed, what.refused.code if what.refused else "") for what in done]


def test_looking_answers_every_row_and_writes_nothing(city: City, clerk: User) -> None:
    rows = [row(city, clerk, "A6-01", None), row(city, clerk, "A6-02", "-4"), row(city, clerk, "A6-01", "9" * 15)]
    blank, negative, large = look_at_rows(rows, period=city.period(7), by=clerk, now=AUGUST)
    assert blank == Looked()
    assert negative.preview and [finding.code for finding in negative.preview.blocking] == ["negative"]
    assert (large.preview, [error.code for error in large.refused]) == (None, ["too_large"])
    assert (stored(), events()) == ([], [])


def test_sound_rows_are_filed_and_the_others_kept(city: City, clerk: User) -> None:
    rows = [sound(city, clerk, "A6-01", "42"), row(city, clerk, "A6-02", "-4")]
    done = file_rows(rows, period=city.period(7), by=clerk, now=AUGUST)
    assert told(done) == [(True, ""), (False, "")]
    assert stored() == [("A6-01", 1, "submitted", 42, 2), ("A6-02", 1, "draft", -4, 1)]
    assert events() == ["report.create", "report.submit", "report.create"]


def test_a_draft_that_says_the_same_is_handed_in_as_it_is(city: City, clerk: User) -> None:
    entered = sound(city, clerk, "A6-01", "42")
    keep_draft(row=entered, period=city.period(7), by=clerk, now=AUGUST)
    file_rows([sound(city, clerk, "A6-01", "42", 1)], period=city.period(7), by=clerk, now=AUGUST)
    assert (stored(), events()) == ([("A6-01", 1, "submitted", 42, 2)], ["report.create", "report.submit"])


def test_warnings_nobody_saw_keep_a_row_from_being_filed(city: City, clerk: User) -> None:
    for month, value in ((4, 60), (5, 75), (6, 90)):
        approved_report(city.trade, month, value)
    entered = sound(city, clerk, "A6-02", "92")
    assert told(file_rows([entered], period=city.period(7), by=clerk, now=AUGUST)) == [(False, "")]
    (said,) = look_at_rows([entered], period=city.period(7), by=clerk, now=AUGUST)
    assert said.preview and said.preview.warned_of == "slow_month,92"
    seen = replace(entered, revision=1, warned_of="slow_month,92")
    assert told(file_rows([seen], period=city.period(7), by=clerk, now=AUGUST)) == [(True, "")]


def test_a_row_without_news_writes_nothing(city: City, clerk: User) -> None:
    entered = row(city, clerk, "A6-01", "42", note="第一行\n第二行")
    keep_draft(row=entered, period=city.period(7), by=clerk, now=AUGUST)
    Report.objects.update(note="第一行\r\n第二行 ")
    before = events()
    for revision in (1, 0):
        report = keep_draft(row=replace(entered, revision=revision), period=city.period(7), by=clerk, now=AUGUST)
        assert report and report.revision == 1
    blank = row(city, clerk, "A6-02", None)
    assert keep_draft(row=blank, period=city.period(7), by=clerk, now=AUGUST) is None
    assert events() == before


def test_a_draft_may_be_emptied_again(city: City, clerk: User) -> None:
    keep_draft(row=row(city, clerk, "A6-01", "42"), period=city.period(7), by=clerk, now=AUGUST)
    keep_draft(row=row(city, clerk, "A6-01", None, 1), period=city.period(7), by=clerk, now=AUGUST)
    assert stored() == [("A6-01", 1, "draft", None, 2)]


@pytest.mark.parametrize("write", [keep_rows, file_rows])
def test_a_colleagues_words_are_never_overwritten(city: City, clerk: User, write: Any) -> None:
    colleague = make_user("clerk", city.commerce)
    mine = sound(city, clerk, "A6-01", "42")
    keep_draft(row=mine, period=city.period(7), by=clerk, now=AUGUST)
    theirs = ReportContent(value=Decimal(43))
    edit_report(report=Report.objects.get(), content=theirs, revision=1, by=colleague, now=AUGUST)
    (done,) = write([sound(city, clerk, "A6-01", "44", 1)], period=city.period(7), by=clerk, now=AUGUST)
    assert (done.is_stale, done.is_filed) == (True, False)
    assert stored() == [("A6-01", 1, "draft", 43, 2)]


def test_a_colleague_who_writes_at_the_moment_of_filing_stops_it(
    city: City, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between finding the draft unchanged and locking it."""
    keep_draft(row=sound(city, clerk, "A6-01", "42"), period=city.period(7), by=clerk, now=AUGUST)
    from hztargets.services.filing import grid as grid_filing

    real = grid_filing.keep_draft

    def and_then_a_colleague(**arguments: Any) -> Report | None:
        report = real(**arguments)
        Report.objects.update(note="同事的话：到位项目5个")
        return report

    monkeypatch.setattr(grid_filing, "keep_draft", and_then_a_colleague)
    (done,) = file_rows([sound(city, clerk, "A6-01", "42", 1)], period=city.period(7), by=clerk, now=AUGUST)
    assert done.is_stale
    assert [report.state for report in Report.objects.all()] == ["draft"]


def test_what_came_back_is_not_filed_again_unchanged(city: City, clerk: User, office: User) -> None:
    report = submitted_report(city.fdi, 7, 42)
    return_report(report=report, reason="请核对口径", by=office, now=AUGUST)
    unchanged = sound(city, clerk, "A6-01", "42", 3)
    assert told(file_rows([unchanged], period=city.period(7), by=clerk, now=AUGUST)) == [(False, "")]
    assert stored() == [("A6-01", 1, "returned", 42, 3)]
    assert told(file_rows([sound(city, clerk, "A6-01", "43", 3)], period=city.period(7), by=clerk, now=AUGUST)) == [
        (True, "")
    ]


def test_what_the_rules_refuse_is_refused_here_too(city: City, clerk: User, head: User, office: User) -> None:
    entered = sound(city, clerk, "A6-01", "42")
    assert told(keep_rows([entered], period=city.period(7), by=head, now=AUGUST)) == [(False, "role_may_not")]
    close_period(period=city.period(7), reason="月报已印发", by=office, now=AUGUST)
    assert told(file_rows([entered], period=city.period(7), by=clerk, now=AUGUST)) == [(False, "period_closed")]
    assert stored() == []


def test_a_stale_draft_says_so(city: City, clerk: User) -> None:
    with pytest.raises(StaleRevision, match="Somebody changed this report while you were typing"):
        keep_draft(row=row(city, clerk, "A6-01", "42", 4), period=city.period(7), by=clerk, now=AUGUST)
