"""What a department does with one report. Each function calls `file_reports`."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from hztargets.domain.checks import is_telling
from hztargets.domain.problems import Problem
from hztargets.models import Goal, Period, Report, User
from hztargets.queries.filing.reports import lock_report
from hztargets.services.auditing import record_event
from hztargets.services.errors import InvalidReport, NotAllowed
from hztargets.services.filing.content import ReportContent as ReportContent
from hztargets.services.filing.content import check_may_file
from hztargets.services.filing.filing import Filing, RowsRefused, file_reports
from hztargets.services.filing.previews import Preview
from hztargets.services.permissions import allow


def create_report(
    *,
    goal: Goal,
    period: Period,
    content: ReportContent,
    by: User,
    now: datetime,
    source: str = Report.Source.FILED,
    source_note: str = "",
    correction_reason: str = "",
) -> Report:
    """Starts a draft. Raises `NotAllowed` or `InvalidReport`; a second open version for the period is refused.

    After an approved version only a restated figure is taken, with a reason; without `correction_reason`, the note is
    the reason.
    """
    filing = Filing(goal=goal, content=content, is_new=True, correction_reason=correction_reason)
    return _file(filing, period, by=by, now=now, submit=False, source=source, source_note=source_note)


@transaction.atomic
def correct_report(*, report: Report, content: ReportContent, reason: str, by: User, now: datetime) -> Report:
    """Starts a new version of an approved figure; the approved one and its dates stay until the new one is approved."""
    row = lock_report(report.pk)
    if row.state != Report.State.APPROVED:
        raise NotAllowed(Problem("wrong_state", facts={"action": "correct", "state": row.state}))
    check_may_file(row.goal, row.period, by, now)
    if not is_telling(reason):
        raise InvalidReport(Problem("correction_reason_missing", "reason"))
    content = replace(content, is_restated=True)
    return create_report(goal=row.goal, period=row.period, content=content, by=by, now=now, correction_reason=reason)


@transaction.atomic
def edit_report(*, report: Report, content: ReportContent, revision: int, by: User, now: datetime) -> Report:
    """Changes a draft or returned report. `revision` is the one the editor saw; another raises `StaleRevision`."""
    row = lock_report(report.pk)
    filing = Filing(goal=row.goal, report=row, content=content, revision=revision)
    return _file(filing, row.period, by=by, now=now, submit=False)


@transaction.atomic
def submit_report(*, report: Report, by: User, now: datetime) -> Report:
    """Submits a draft or returned report. Raises `InvalidReport` on a hard finding, `NotAllowed` by the rules."""
    row = lock_report(report.pk)
    return _file(Filing(goal=row.goal, report=row), row.period, by=by, now=now, source=row.source)


@transaction.atomic
def withdraw_report(*, report: Report, by: User, now: datetime) -> Report:
    """Takes a submitted report back before review; the clerk then starts a new version."""
    row = lock_report(report.pk)
    row.state = allow(by, "withdraw", row)
    row.revision += 1
    row.save()
    record_event(action="report.withdraw", subject=row, by=by, now=now)
    return row


def file_report(
    *,
    goal: Goal,
    period: Period,
    content: ReportContent,
    by: User,
    now: datetime,
    revision: int | None = None,
    preview: Preview | None = None,
) -> Report:
    """Creates or changes the open report of the period and submits it.

    `revision` is the one the editor saw, 0 when there was no open report yet; another raises `StaleRevision`, None
    overwrites. `preview` is one of this content made in this request.
    """
    return _file(Filing(goal=goal, content=content, revision=revision, preview=preview), period, by=by, now=now)


def start_and_submit(
    *, goal: Goal, period: Period, content: ReportContent, by: User, now: datetime, source: str, source_note: str
) -> Report:
    """Starts a version and submits it, for programs; a version that is open is refused."""
    filing = Filing(goal=goal, content=content, is_new=True)
    return _file(filing, period, by=by, now=now, source=source, source_note=source_note)


@transaction.atomic
def edit_and_submit(*, report: Report, content: ReportContent, revision: int, by: User, now: datetime) -> Report:
    """Changes a draft or returned report and submits it."""
    row = lock_report(report.pk)
    filing = Filing(goal=row.goal, report=row, content=content, revision=revision)
    return _file(filing, row.period, by=by, now=now, source=row.source)


def _file(filing: Filing, period: Period, **options: Any) -> Report:
    try:
        (result,) = file_reports(filings=[filing], period=period, **options)
    except RowsRefused as error:
        raise error.refused[filing.goal.pk] from error
    assert result.report is not None
    return result.report
