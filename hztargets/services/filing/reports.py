"""Filing: the department's side of a report."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.domain.checks import is_telling
from hztargets.domain.review import Refusal
from hztargets.models import Goal, Period, Report, User
from hztargets.queries.filing.reports import lock_report
from hztargets.services.auditing import record_event
from hztargets.services.errors import InvalidReport, invalid_report, not_allowed
from hztargets.services.filing.content import ReportContent as ReportContent
from hztargets.services.filing.content import check_may_file, check_size, content_of
from hztargets.services.filing.evidence import carry_over_evidence
from hztargets.services.filing.filing import Filing, RowsRefused, file_reports, stale
from hztargets.services.filing.previews import look_at
from hztargets.services.filing.versions import (
    checked_action,
    hand_in,
    new_version,
    one_at_a_time,
    take_over,
    withdrawn_before,
)


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

    After an approved version only a restated figure is taken, with a reason; a department that gives none apart says
    it in its note.
    """
    check_may_file(goal, period, by, now)
    check_size(content)
    with one_at_a_time(), transaction.atomic():
        versions = _versions(goal, period)
        report = new_version(
            goal=goal,
            period=period,
            versions=versions,
            content=content,
            by=by,
            now=now,
            source=source,
            source_note=source_note,
            correction_reason=correction_reason,
        )
        report.save(force_insert=True)
        reason = report.correction_reason
        record_event(action="report.create", subject=report, by=by, now=now, after=content.to_json(), reason=reason)
        withdrawn = withdrawn_before(versions)
        if withdrawn is not None:
            carry_over_evidence(since=withdrawn, to=report, by=by, now=now)
    return report


def _versions(goal: Goal, period: Period) -> Sequence[Report]:
    return list(Report.objects.filter(goal=goal, period=period).order_by("version"))


@transaction.atomic
def correct_report(*, report: Report, content: ReportContent, reason: str, by: User, now: datetime) -> Report:
    """Starts a new version of an approved figure; the approved one and its dates stay until the new one is approved."""
    row = lock_report(report.pk)
    if row.state != Report.State.APPROVED:
        raise not_allowed(Refusal("wrong_state", action="correct", state=row.state))
    check_may_file(row.goal, row.period, by, now)
    if not is_telling(reason):
        raise InvalidReport("reason_missing", _("Say why the approved figure is corrected."), "reason")
    return create_report(
        goal=row.goal,
        period=row.period,
        content=replace(content, is_restated=True),
        by=by,
        now=now,
        correction_reason=reason,
    )


@transaction.atomic
def edit_report(*, report: Report, content: ReportContent, revision: int, by: User, now: datetime) -> Report:
    """Changes a draft or returned report. `revision` is the one the editor saw; another raises `StaleRevision`."""
    row = lock_report(report.pk)
    before = content_of(row).to_json()
    take_over(row, content, by)
    if row.revision != revision + 1:
        raise stale()
    check_size(content)
    row.save()
    record_event(action="report.edit", subject=row, by=by, now=now, before=before, after=content.to_json())
    return row


@transaction.atomic
def submit_report(*, report: Report, by: User, now: datetime) -> Report:
    """Hands a draft or returned report in. Raises `InvalidReport` on a hard finding, `NotAllowed` by the rules."""
    row = lock_report(report.pk)
    content = content_of(row)
    hand_in(row, by, now)
    preview = look_at(goal=row.goal, period=row.period, content=content, source=row.source, today=localdate(now))
    if preview.blocking:
        raise invalid_report(preview.blocking)
    row.save()
    record_event(action="report.submit", subject=row, by=by, now=now, after=content.to_json())
    return row


@transaction.atomic
def withdraw_report(*, report: Report, by: User, now: datetime) -> Report:
    """Takes a submitted report back before review; the clerk then starts a new version."""
    row = lock_report(report.pk)
    row.state = checked_action(row, "withdraw", by)
    row.revision += 1
    row.save()
    record_event(action="report.withdraw", subject=row, by=by, now=now)
    return row


def file_report(
    *, goal: Goal, period: Period, content: ReportContent, by: User, now: datetime, revision: int | None = None
) -> Report:
    """Creates or edits the open report of the period and submits it: what the filing page does in one go.

    `revision` is the one the editor saw, 0 when there was no open report yet; another raises `StaleRevision`.
    None is for callers that saw nothing and mean to overwrite.
    """
    filing = Filing(goal=goal, content=content, revision=revision)
    try:
        return file_reports(filings=[filing], period=period, by=by, now=now)[0]
    except RowsRefused as error:
        raise error.refused[goal.pk] from error
