"""Filing: the department's side of a report."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.domain.checks import Entry, check_entry
from hztargets.domain.review import OPEN_STATES, Refusal, check_can_file, check_transition
from hztargets.models import Goal, Period, Report, User
from hztargets.queries.reports import last_approved_before, lock_report, report_facts
from hztargets.services.auditing import record_event
from hztargets.services.errors import InvalidReport, StaleRevision, check_fits, invalid_value, not_allowed


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """What a department says of a goal for a period. Amounts in the goal's unit, cumulative ones since 1 January."""

    value: Decimal | None = None
    comparator: Decimal | None = None
    is_nil: bool = False
    is_restated: bool = False
    done_on: date | None = None
    note: str = ""
    cause: str = ""
    remedy: str = ""
    expected_on: date | None = None

    def to_json(self) -> dict[str, Any]:
        return {key: str(value) for key, value in asdict(self).items() if value not in (None, "", False)}


@transaction.atomic
def create_report(
    *,
    goal: Goal,
    period: Period,
    content: ReportContent,
    by: User,
    now: datetime,
    source: str = Report.Source.FILED,
    source_note: str = "",
) -> Report:
    """Starts a draft. Raises `NotAllowed` or `InvalidReport`; a second open version for the period is refused."""
    _check_may_file(goal, period, by, now)
    _check_size(content)
    latest = Report.objects.filter(goal=goal, period=period).order_by("-version").first()
    if latest is not None and latest.state in OPEN_STATES:
        raise InvalidReport("already_open", _("This goal already has a report under way for this period."), "period")
    if latest is not None and latest.state == Report.State.APPROVED and not content.is_restated:
        raise InvalidReport(
            "already_approved",
            _("This period already has an approved figure. Tick “restated” to file a correction."),
            "period",
        )
    report = Report(
        document_id=goal.document_id,
        goal=goal,
        period=period,
        version=latest.version + 1 if latest else 1,
        source=source,
        source_note=source_note,
        created_at=now,
        created_by=by,
        **asdict(content),
    )
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        message = _("This goal already has a report under way for this period.")
        raise InvalidReport("already_open", message, "period") from error
    record_event(action="report.create", subject=report, by=by, now=now, after=content.to_json())
    return report


def _check_may_file(goal: Goal, period: Period, by: User, now: datetime) -> None:
    try:
        check_can_file(by.to_actor(), goal.lead_id, period_closed=period.closed_at is not None)
    except Refusal as refusal:
        raise not_allowed(refusal) from refusal
    if period.document_id != goal.document_id:
        raise InvalidReport("wrong_document", _("The period belongs to another document."), "period")
    if period.opens_on > localdate(now):
        message = _("This period opens on %(day)s; a figure cannot be filed before.") % {"day": period.opens_on}
        raise InvalidReport("not_open_yet", message, "period")


@transaction.atomic
def edit_report(*, report: Report, content: ReportContent, revision: int, by: User, now: datetime) -> Report:
    """Changes a draft or returned report. `revision` is the one the editor saw; another raises `StaleRevision`."""
    row = lock_report(report.pk)
    state = _check_action(row, "edit", by)
    if row.revision != revision:
        raise _stale()
    _check_size(content)
    before = _content_of(row).to_json()
    for name, value in asdict(content).items():
        setattr(row, name, value)
    row.state = state
    row.revision += 1
    row.save()
    record_event(action="report.edit", subject=row, by=by, now=now, before=before, after=content.to_json())
    return row


@transaction.atomic
def submit_report(*, report: Report, by: User, now: datetime) -> Report:
    """Hands a draft or returned report in. Raises `InvalidReport` on a hard finding, `NotAllowed` by the rules."""
    row = lock_report(report.pk)
    state = _check_action(row, "submit", by)
    _check_content(row)
    row.state, row.submitted_at, row.submitted_by = state, now, by
    row.reviewed_at = row.reviewed_by = row.endorsed_at = row.endorsed_by = None
    row.revision += 1
    row.save()
    record_event(action="report.submit", subject=row, by=by, now=now, after=_content_of(row).to_json())
    return row


@transaction.atomic
def withdraw_report(*, report: Report, by: User, now: datetime) -> Report:
    """Takes a submitted report back before review; the clerk then starts a new version."""
    row = lock_report(report.pk)
    row.state = _check_action(row, "withdraw", by)
    row.revision += 1
    row.save()
    record_event(action="report.withdraw", subject=row, by=by, now=now)
    return row


@transaction.atomic
def file_report(
    *, goal: Goal, period: Period, content: ReportContent, by: User, now: datetime, revision: int | None = None
) -> Report:
    """Creates or edits the open report of the period and submits it: what the filing page does in one go.

    `revision` is the one the editor saw, 0 when there was no open report yet; another raises `StaleRevision`.
    None is for callers that saw nothing and mean to overwrite, such as a sheet filled for the whole department.
    """
    open_report = Report.objects.open().filter(goal=goal, period=period).first()
    known = open_report.revision if open_report else 0
    if revision is not None and revision != known:
        raise _stale()
    if open_report is None:
        report = create_report(goal=goal, period=period, content=content, by=by, now=now)
    else:
        report = edit_report(report=open_report, content=content, revision=known, by=by, now=now)
    return submit_report(report=report, by=by, now=now)


def _stale() -> StaleRevision:
    return StaleRevision("stale", _("Somebody changed this report in the meantime. Reload it and try again."))


def _check_size(content: ReportContent) -> None:
    check_fits(content.value, "value")
    check_fits(content.comparator, "comparator")


def _check_action(report: Report, action: str, by: User) -> str:
    try:
        return check_transition(by.to_actor(), action, report_facts(report))
    except Refusal as refusal:
        raise not_allowed(refusal) from refusal


def _check_content(report: Report) -> None:
    previous = last_approved_before(report)
    entry = Entry(
        value=_plain(report.value),
        is_nil=report.is_nil,
        measure=report.goal.measure,
        unit=report.goal.unit,
        previous=_plain(previous.value) if previous else None,
        previous_month=previous.period.month if previous else None,
        is_restated=report.is_restated,
    )
    for finding in check_entry(entry):
        if finding.hard:
            raise invalid_value(finding)
    if report.goal.measure == Goal.Measure.RELATIVE and report.value is not None and report.comparator is None:
        raise InvalidReport("comparator_missing", _("Enter the figure it is compared with, too."), "comparator")
    if report.goal.measure == Goal.Measure.MILESTONE and not (report.value or report.done_on or report.expected_on):
        raise InvalidReport(
            "milestone_empty", _("Enter the day it was done, the day you expect, or the percentage done."), "done_on"
        )


def _plain(value: Decimal | None) -> Decimal | None:
    """Without the column's trailing zeros, so that a sentence says 40.5 and not 40.500000."""
    return None if value is None else value.normalize()


def _content_of(report: Report) -> ReportContent:
    return ReportContent(**{name: getattr(report, name) for name in ReportContent.__dataclass_fields__})
