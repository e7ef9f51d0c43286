from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import BigIntegerField

from hztargets.domain.checks import Past
from hztargets.domain.review import ReportFacts
from hztargets.models import AuditEvent, Goal, Period, Report, Role, User
from hztargets.models.reports import ReportQuerySet
from hztargets.queries.prepared_queries import Parameter, PreparedRows, is_among_parameter


def reports_for(user: User) -> ReportQuerySet:
    """Every report the user may see, with what a page or the API shows of it."""
    return (
        Report.objects.visible_to(user)
        .select_related("goal__lead", "goal__document", "period__document", "created_by", "submitted_by", "reviewed_by")
        .defer("goal__document__text", "period__document__text")
    )


def review_queue(user: User) -> ReportQuerySet:
    """Reports that wait for the user's decision, oldest first: for a department head those of the department to
    endorse, for others those to approve or return."""
    waiting = reports_for(user).awaiting_review().select_related("goal__area", "endorsed_by")
    if user.role == Role.DEPARTMENT_HEAD:
        own = {"goal__lead": user.department_id, "goal__lead__endorses": True}
        waiting = waiting.filter(state=Report.State.SUBMITTED, **own)
    return waiting.order_by("submitted_at", "pk")


def lock_report(pk: int) -> Report:
    """The report, locked until the transaction ends. The document of its goal and of its period is one object."""
    row = (
        Report.objects.select_for_update(of=("self",), no_key=True)
        .select_related("goal__lead", "period__document")
        .defer("period__document__text")
        .get(pk=pk)
    )
    row.goal.document = row.period.document
    return row


_VERSIONS = PreparedRows(
    Report,
    lambda rows: (
        rows.filter(is_among_parameter("goal_id", "goals"), period_id=Parameter("period", BigIntegerField()))
        .order_by("goal_id", "version")
        .select_for_update(no_key=True)
    ),
)


def lock_versions(goal_ids: Iterable[int], period: Period) -> list[Report]:
    """All versions of the period's reports on those goals, locked until the transaction ends, oldest first."""
    return _VERSIONS.fetch(goals=list(goal_ids), period=period.pk)


def versions_of(goal_ids: Iterable[int], period: Period) -> list[Report]:
    """The same versions, not locked."""
    return list(Report.objects.filter(goal__in=list(goal_ids), period=period).order_by("goal_id", "version"))


def report_facts(report: Report) -> ReportFacts:
    return ReportFacts(
        state=report.state,
        lead_department_id=report.goal.lead_id,
        written_by={report.created_by_id, *report.written_by},
        submitted_by=report.submitted_by_id,
        period_closed=report.period.closed_at is not None,
        needs_endorsement=report.goal.lead.endorses,
    )


def approved_figures(goals: Iterable[Goal]) -> Mapping[int, tuple[Past, ...]]:
    """By goal the approved figures of its year, the latest version of each month, oldest first. One query."""
    rows = (
        Report.objects.approved()
        .filter(goal__in=[goal.pk for goal in goals], value__isnull=False)
        .order_by("goal_id", "period__month", "version")
        .values_list("goal_id", "period__month", "value")
    )
    known: dict[int, dict[int, Past]] = defaultdict(dict)
    for goal_id, month, value in rows:
        known[goal_id][month] = Past(month, Decimal(value or 0).normalize())
    return {goal_id: tuple(months.values()) for goal_id, months in known.items()}


@dataclass(frozen=True)
class LastChange:
    """The current version of a report, and who changed it last."""

    report: Report
    by: User | None
    at: datetime


def last_changes(reports: Iterable[Report]) -> Mapping[int, LastChange]:
    """By goal, for reports the caller has read for the user. One query."""
    by_id = {report.pk: report for report in reports}
    events = AuditEvent.objects.filter(object_type="report", object_id__in=by_id).select_related("by")
    latest = events.order_by("object_id", "-pk").distinct("object_id")
    return {by_id[event.object_id].goal_id: LastChange(by_id[event.object_id], event.by, event.at) for event in latest}
