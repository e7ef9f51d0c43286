from hztargets.domain.review import ReportFacts
from hztargets.models import Report, User
from hztargets.models.reports import ReportQuerySet


def reports_for(user: User) -> ReportQuerySet:
    """Every report the user may see, with what a page or the API shows of it."""
    return Report.objects.visible_to(user).select_related(
        "goal__lead", "goal__document", "period__document", "created_by", "submitted_by", "reviewed_by"
    )


def review_queue(user: User) -> ReportQuerySet:
    """Submitted reports in the order they came."""
    return reports_for(user).awaiting_review().order_by("submitted_at", "pk")


def lock_report(pk: int) -> Report:
    """The report, locked until the transaction ends."""
    return (
        Report.objects.select_for_update(of=("self",), no_key=True)
        .select_related("goal__lead", "goal__document", "period__document")
        .get(pk=pk)
    )


def report_facts(report: Report) -> ReportFacts:
    return ReportFacts(
        state=report.state,
        lead_department_id=report.goal.lead_id,
        created_by=report.created_by_id,
        submitted_by=report.submitted_by_id,
        period_closed=report.period.closed_at is not None,
        needs_endorsement=report.goal.lead.endorses,
    )


def last_approved_before(report: Report) -> Report | None:
    """The latest approved figure of an earlier period of the same goal."""
    return (
        Report.objects.approved()
        .filter(goal_id=report.goal_id, period__month__lt=report.period.month, value__isnull=False)
        .select_related("period")
        .order_by("-period__month", "-version")
        .first()
    )
