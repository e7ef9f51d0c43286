"""Filing: the department's side of a report."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.domain.checks import is_telling
from hztargets.domain.review import OPEN_STATES, Refusal, check_transition
from hztargets.models import Goal, Period, Report, User
from hztargets.queries.reports import lock_report, report_facts
from hztargets.services.auditing import record_event
from hztargets.services.errors import InvalidReport, StaleRevision, invalid_report, not_allowed
from hztargets.services.evidence import carry_over_evidence
from hztargets.services.previewing import look_at
from hztargets.services.report_content import ReportContent as ReportContent
from hztargets.services.report_content import check_may_file, check_size, content_of


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
    correction_reason: str = "",
) -> Report:
    """Starts a draft. Raises `NotAllowed` or `InvalidReport`; a second open version for the period is refused.

    After an approved version only a restated figure is taken, with a reason; a department that gives none apart says
    it in its note.
    """
    check_may_file(goal, period, by, now)
    check_size(content)
    versions = list(Report.objects.filter(goal=goal, period=period).order_by("version"))
    is_correction = _check_versions(versions, content)
    report = Report(
        document_id=goal.document_id,
        goal=goal,
        period=period,
        version=versions[-1].version + 1 if versions else 1,
        source=source,
        source_note=source_note,
        created_at=now,
        created_by=by,
        written_by=[by.pk],
        correction_reason=_reason(correction_reason or content.note, source) if is_correction else "",
        **asdict(content),
    )
    _insert(report)
    said = content.to_json()
    record_event(action="report.create", subject=report, by=by, now=now, after=said, reason=report.correction_reason)
    if versions and versions[-1].state == Report.State.WITHDRAWN:
        carry_over_evidence(since=versions[-1], to=report, by=by, now=now)
    return report


def _insert(report: Report) -> None:
    """Two who start at the same moment: the database lets one through."""
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        raise _already_open() from error


def _check_versions(versions: Sequence[Report], content: ReportContent) -> bool:
    """Whether the next version corrects an approved one."""
    if versions and versions[-1].state in OPEN_STATES:
        raise _already_open()
    is_correction = any(version.state == Report.State.APPROVED for version in versions)
    if is_correction and not content.is_restated:
        message = _("This period already has an approved figure. Tick “restated” to file a correction.")
        raise InvalidReport("already_approved", message, "period")
    return is_correction


def _already_open() -> InvalidReport:
    return InvalidReport("already_open", _("This goal already has a report under way for this period."), "period")


def _reason(reason: str, source: str) -> str:
    if source == Report.Source.FILED and not is_telling(reason):
        raise InvalidReport("reason_missing", _("Say why the approved figure is corrected."), "note")
    return reason.strip()


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
    state = _check_action(row, "edit", by)
    if row.revision != revision:
        raise _stale()
    check_size(content)
    before = content_of(row).to_json()
    for name, value in asdict(content).items():
        setattr(row, name, value)
    row.state = state
    row.written_by = sorted({*row.written_by, by.pk})
    row.revision += 1
    row.save()
    record_event(action="report.edit", subject=row, by=by, now=now, before=before, after=content.to_json())
    return row


@transaction.atomic
def submit_report(*, report: Report, by: User, now: datetime) -> Report:
    """Hands a draft or returned report in. Raises `InvalidReport` on a hard finding, `NotAllowed` by the rules."""
    row = lock_report(report.pk)
    state = _check_action(row, "submit", by)
    _check_content(row, localdate(now))
    row.state, row.submitted_at, row.submitted_by = state, now, by
    row.reviewed_at = row.reviewed_by = row.endorsed_at = row.endorsed_by = None
    row.revision += 1
    row.save()
    record_event(action="report.submit", subject=row, by=by, now=now, after=content_of(row).to_json())
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


def _check_action(report: Report, action: str, by: User) -> str:
    try:
        return check_transition(by.to_actor(), action, report_facts(report))
    except Refusal as refusal:
        raise not_allowed(refusal) from refusal


def _check_content(report: Report, today: date) -> None:
    """Raises `InvalidReport` with everything that stands in the way."""
    preview = look_at(
        goal=report.goal, period=report.period, content=content_of(report), source=report.source, today=today
    )
    if preview.blocking:
        raise invalid_report(preview.blocking)
