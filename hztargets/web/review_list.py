"""What waits for the office, with what it needs to decide."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from hztargets.domain.review import Refusal, check_transition
from hztargets.models import Document, GoalVersion, Report, User
from hztargets.queries.reports import report_facts, review_queue
from hztargets.services.errors import not_allowed


@dataclass(frozen=True)
class Waiting:
    """A submitted report beside the figure approved before it. `replaces` is the approved one of the same period."""

    report: Report
    target: GoalVersion | None
    previous: Report | None
    replaces: Report | None
    refusal: str

    @property
    def before(self) -> Decimal | None:
        report = self.replaces or self.previous
        return report.value if report else None


def read_queue(user: User, document: Document) -> list[Waiting]:
    """In the order they came. Three queries whatever their number."""
    reports = list(review_queue(user).filter(document=document))
    ids = {report.goal_id for report in reports}
    targets = {row.goal_id: row for row in GoalVersion.objects.filter(goal__in=ids).order_by("number")}
    approved = _approved(document, ids)
    return [
        Waiting(
            report=report,
            target=targets.get(report.goal_id),
            previous=_latest(row for row in approved[report.goal_id] if row.period.month < report.period.month),
            replaces=_latest(row for row in approved[report.goal_id] if row.period_id == report.period_id),
            refusal=_refusal(user, report),
        )
        for report in reports
    ]


def _approved(document: Document, goal_ids: set[int]) -> dict[int, list[Report]]:
    rows = Report.objects.approved().filter(document=document, goal__in=goal_ids, value__isnull=False)
    grouped: dict[int, list[Report]] = defaultdict(list)
    for row in rows.select_related("period").order_by("period__month", "version"):
        grouped[row.goal_id].append(row)
    return grouped


def _latest(rows: Iterable[Report]) -> Report | None:
    return next(reversed(list(rows)), None)


def _refusal(user: User, report: Report) -> str:
    """The sentence that stands where the buttons would, if the rules refuse both of them."""
    try:
        check_transition(user.to_actor(), "return", report_facts(report))
    except Refusal as refusal:
        return not_allowed(refusal).message
    return ""
