"""Reviewing a report: approve, return or endorse it."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from hztargets.domain.checks import is_telling
from hztargets.domain.problems import Problem
from hztargets.models import Report, User
from hztargets.queries.filing.reports import lock_report
from hztargets.services.assessment.assessing import assess_goal
from hztargets.services.auditing import record_event
from hztargets.services.errors import InvalidReport, StaleRevision
from hztargets.services.permissions import allow


@transaction.atomic
def approve_report(
    *,
    report: Report,
    by: User,
    now: datetime,
    revision: int | None = None,
    known_on: date | None = None,
    assess: bool = True,
) -> Report:
    """Accepts the figure and assesses the goal anew in the same transaction.

    `revision` is the one the reviewer saw, here as in the other decisions: another raises `StaleRevision`, None skips
    this check. `known_on` is the day the figure counts as known, today unless it was published earlier. Loading many
    figures passes `assess=False` and assesses the document once afterwards.
    """
    row = _lock_unchanged(report, revision)
    row.state = allow(by, "approve", row)
    row.reviewed_at, row.reviewed_by = now, by
    row.known_on = known_on or localdate(now)
    row.revision += 1
    row.save()
    record_event(action="report.approve", subject=row, by=by, now=now, after={"value": str(row.value)})
    if assess:
        assess_goal(goal=row.goal, as_of=localdate(now), now=now)
    return row


@transaction.atomic
def return_report(*, report: Report, reason: str, by: User, now: datetime, revision: int | None = None) -> Report:
    """Sends the report back to the department with a reason that says what to correct."""
    if not reason.strip():
        raise InvalidReport(Problem("return_reason_missing", "reason"))
    row = _lock_unchanged(report, revision)
    row.state = allow(by, "return", row)
    if not is_telling(reason):
        raise InvalidReport(Problem("reason_empty", "reason", facts={"text": reason.strip()[:40]}))
    row.reviewed_at, row.reviewed_by, row.return_reason = now, by, reason.strip()
    row.revision += 1
    row.save()
    record_event(action="report.return", subject=row, by=by, now=now, reason=reason.strip())
    return row


@transaction.atomic
def endorse_report(*, report: Report, by: User, now: datetime, revision: int | None = None) -> Report:
    """The department head confirms the figure."""
    row = _lock_unchanged(report, revision)
    row.state = allow(by, "endorse", row)
    row.endorsed_at, row.endorsed_by = now, by
    row.revision += 1
    row.save()
    record_event(action="report.endorse", subject=row, by=by, now=now)
    return row


def _lock_unchanged(report: Report, revision: int | None) -> Report:
    row = lock_report(report.pk)
    if revision is not None and row.revision != revision:
        raise StaleRevision(Problem("stale_decision"))
    return row
