"""Reviewing: the office's side of a report."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.domain.checks import is_telling
from hztargets.domain.review import Refusal, check_transition
from hztargets.models import Report, User
from hztargets.queries.filing.reports import lock_report, report_facts
from hztargets.services.assessment.assessing import assess_goal
from hztargets.services.auditing import record_event
from hztargets.services.errors import InvalidReport, StaleRevision, not_allowed


@transaction.atomic
def approve_report(
    *,
    report: Report,
    by: User,
    now: datetime,
    revision: int | None = None,
    known_on: date | None = None,
    judge: bool = True,
) -> Report:
    """Accepts the figure and judges the goal anew in the same transaction.

    `revision` is the one the reviewer saw, here as in the other decisions: another raises `StaleRevision`, None is for
    callers that saw none. `known_on` is the day the figure counts as known, today unless it was published earlier.
    Loading many figures passes `judge=False` and assesses the document once afterwards.
    """
    row = _lock_as_seen(report, revision)
    row.state = _check_review(row, "approve", by)
    row.reviewed_at, row.reviewed_by = now, by
    row.known_on = known_on or localdate(now)
    row.revision += 1
    row.save()
    record_event(action="report.approve", subject=row, by=by, now=now, after={"value": str(row.value)})
    if judge:
        assess_goal(goal=row.goal, as_of=localdate(now), now=now)
    return row


@transaction.atomic
def return_report(*, report: Report, reason: str, by: User, now: datetime, revision: int | None = None) -> Report:
    """Sends the report back to the department with a reason that tells it what to mend."""
    if not reason.strip():
        raise InvalidReport("reason_missing", _("Say why the report is returned."), "reason")
    row = _lock_as_seen(report, revision)
    row.state = _check_review(row, "return", by)
    if not is_telling(reason):
        message = _("“%(text)s” does not tell the department what to mend. Say what is wrong.")
        raise InvalidReport("reason_empty", message % {"text": reason.strip()[:40]}, "reason")
    row.reviewed_at, row.reviewed_by, row.return_reason = now, by, reason.strip()
    row.revision += 1
    row.save()
    record_event(action="report.return", subject=row, by=by, now=now, reason=reason.strip())
    return row


@transaction.atomic
def endorse_report(*, report: Report, by: User, now: datetime, revision: int | None = None) -> Report:
    """The department head stands by the figure."""
    row = _lock_as_seen(report, revision)
    row.state = _check_review(row, "endorse", by)
    row.endorsed_at, row.endorsed_by = now, by
    row.revision += 1
    row.save()
    record_event(action="report.endorse", subject=row, by=by, now=now)
    return row


def _lock_as_seen(report: Report, revision: int | None) -> Report:
    row = lock_report(report.pk)
    if revision is not None and row.revision != revision:
        message = _("This report has changed since the page was opened. Look at it again before you decide.")
        raise StaleRevision("stale", message)
    return row


def _check_review(report: Report, action: str, by: User) -> str:
    try:
        return check_transition(by.to_actor(), action, report_facts(report))
    except Refusal as refusal:
        raise not_allowed(refusal) from refusal
