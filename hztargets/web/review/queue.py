"""The reports that wait for a decision, with the data needed to decide."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hztargets.domain.timeliness import LATE, Timeliness
from hztargets.messages import sentence
from hztargets.models import Assessment, Document, GoalVersion, Report, User
from hztargets.queries.filing.evidence import WITH_EVIDENCE
from hztargets.queries.filing.reports import review_queue
from hztargets.queries.review.changes import Since, changes_since, lights_now
from hztargets.queries.timeliness import due_reports
from hztargets.services.errors import NotAllowed
from hztargets.services.filing.content import content_of
from hztargets.services.filing.previews import Preview, preview_contents
from hztargets.services.permissions import allow

DECISIONS = ("approve", "return", "endorse")


@dataclass(frozen=True)
class QueuedReport:
    """A report with the figure approved before it. `replaces` is the approved report of the same period; `refused`
    holds the reason for each decision the user may not take."""

    report: Report
    target: GoalVersion | None
    previous: Report | None
    replaces: Report | None
    refused: Mapping[str, str]
    preview: Preview
    assessment: Assessment | None
    timeliness: Timeliness | None
    since: Since | None

    @property
    def before(self) -> Decimal | None:
        report = self.replaces or self.previous
        return report.value if report else None

    @property
    def findings(self) -> list[str]:
        return [sentence(finding, advise=False) for finding in self.preview.findings]

    @property
    def is_late(self) -> bool:
        return self.timeliness is not None and self.timeliness.state == LATE

    @property
    def light(self) -> str:
        """Colour of the light if the report is approved; empty when it cannot be foreseen."""
        return self.preview.light.colour if self.preview.light else ""

    @property
    def may_approve(self) -> bool:
        return "approve" not in self.refused

    @property
    def may_return(self) -> bool:
        return "return" not in self.refused

    @property
    def may_endorse(self) -> bool:
        return "endorse" not in self.refused

    @property
    def refusal(self) -> str:
        """Why the user may not return the report; if they may, why they may not approve it. May be empty."""
        return self.refused.get("approve", "") if self.may_return else self.refused.get("return", "")

    def may(self, decision: str) -> bool:
        return decision not in self.refused


def read_queue(user: User, document: Document, today: date) -> list[QueuedReport]:
    """In the order of submission. About nine queries for each pair of period and source, and twelve for the whole
    queue; the number of reports does not matter."""
    reports = list(review_queue(user).filter(document=document).prefetch_related(WITH_EVIDENCE))
    ids = {report.goal_id for report in reports}
    targets = {row.goal_id: row for row in GoalVersion.objects.filter(goal__in=ids).order_by("number")}
    approved = _approved(document, ids)
    previews, since, assessments = _previews(reports, today), changes_since(reports), lights_now(user, reports)
    timeliness = _timeliness(user, reports, today)
    return [
        QueuedReport(
            report=report,
            target=targets.get(report.goal_id),
            previous=_latest(row for row in approved[report.goal_id] if row.period.month < report.period.month),
            replaces=_latest(row for row in approved[report.goal_id] if row.period_id == report.period_id),
            refused=_refused(user, report),
            preview=previews[report.pk],
            assessment=assessments.get((report.goal_id, report.period_id)),
            timeliness=timeliness.get((report.goal_id, report.period_id)),
            since=since.get(report.pk),
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


def _previews(reports: Sequence[Report], today: date) -> dict[int, Preview]:
    """By report id, the checks and the light if the report is approved unchanged."""
    grouped: dict[tuple[int, str], list[Report]] = defaultdict(list)
    for report in reports:
        grouped[report.period_id, report.source].append(report)
    found: dict[int, Preview] = {}
    for (_period, source), rows in grouped.items():
        contents = [(row.goal, content_of(row)) for row in rows]
        made = preview_contents(period=rows[0].period, contents=contents, source=source, today=today)
        found |= {row.pk: preview for row, preview in zip(rows, made, strict=True)}
    return found


def _timeliness(user: User, reports: Sequence[Report], today: date) -> dict[tuple[int, int], Timeliness]:
    periods = {report.period_id: report.period for report in reports}
    return {(row.goal.pk, row.period.pk): row.timeliness for row in due_reports(user, list(periods.values()), today)}


def _refused(user: User, report: Report) -> dict[str, str]:
    refused = {}
    for decision in DECISIONS:
        try:
            allow(user, decision, report)
        except NotAllowed as error:
            refused[decision] = error.message
    return refused
