"""What a reviewer sees next to a waiting report: what changed, and what the board shows now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hztargets.domain.changes import FieldChange, changes_between
from hztargets.models import Assessment, AuditEvent, Report, User
from hztargets.queries.filing.evidence import WITH_EVIDENCE

_ACTIONS = ("report.submit", "report.return", "evidence.add", "evidence.remove")


@dataclass(frozen=True)
class Since:
    """What the department changed since the report was returned, or since the version before (`version`; 0 after a
    return, which has `reason`, `by` and `at`)."""

    changes: tuple[FieldChange, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    version: int = 0
    reason: str = ""
    by: User | None = None
    at: datetime | None = None

    @property
    def nothing(self) -> bool:
        return not (self.changes or self.added or self.removed)


def changes_since(reports: Sequence[Report]) -> Mapping[int, Since]:
    """By report, of those that were returned or are not the first version. The caller has read them for the user, with
    their evidence. At most four queries whatever their number."""
    events = _events(reports)
    found = {report.pk: _since_return(report, events[report.pk]) for report in reports}
    later = [report for report in reports if report.version > 1 and found[report.pk] is None]
    before = _versions_before(later)
    for report in later:
        found[report.pk] = _since_version(report, before.get((report.goal_id, report.period_id, report.version - 1)))
    return {pk: since for pk, since in found.items() if since is not None}


def _events(reports: Sequence[Report]) -> Mapping[int, list[AuditEvent]]:
    rows = AuditEvent.objects.filter(
        object_type="report", object_id__in=[report.pk for report in reports], action__in=_ACTIONS
    )
    grouped: dict[int, list[AuditEvent]] = defaultdict(list)
    for row in rows.select_related("by").order_by("pk"):
        grouped[row.object_id].append(row)
    return grouped


def _since_return(report: Report, events: Sequence[AuditEvent]) -> Since | None:
    places = [place for place, event in enumerate(events) if event.action == "report.return"]
    if not places:
        return None
    returned = events[places[-1]]
    submitted = next((event for event in reversed(events[: places[-1]]) if event.action == "report.submit"), None)
    added, removed = _files(events[places[-1] :])
    return Since(
        changes=changes_between((submitted.after if submitted else None) or {}, report.to_content().to_json()),
        added=added,
        removed=removed,
        reason=returned.reason,
        by=returned.by,
        at=returned.at,
    )


def _files(events: Sequence[AuditEvent]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the added and of the removed files; a file that was added and removed is no change."""
    added = {
        file["sha256"]: file["name"] for event in events if event.action == "evidence.add" and (file := event.after)
    }
    removed = {
        file["sha256"]: file["name"] for event in events if event.action == "evidence.remove" and (file := event.before)
    }
    return _without(added, removed), _without(removed, added)


def _without(names: Mapping[str, str], others: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for digest, name in names.items() if digest not in others)


def _versions_before(reports: Sequence[Report]) -> Mapping[tuple[int, int, int], Report]:
    if not reports:
        return {}
    rows = Report.objects.filter(
        goal__in={report.goal_id for report in reports}, period__in={report.period_id for report in reports}
    ).prefetch_related(WITH_EVIDENCE)
    return {(row.goal_id, row.period_id, row.version): row for row in rows}


def _since_version(report: Report, before: Report | None) -> Since | None:
    if before is None:
        return None
    old, new = _listed(before), _listed(report)
    return Since(
        changes=changes_between(before.to_content().to_json(), report.to_content().to_json()),
        added=_without(new, old),
        removed=_without(old, new),
        version=before.version,
    )


def _listed(report: Report) -> dict[str, str]:
    return {file.sha256: file.name for file in report.evidence.all()}


def lights_now(user: User, reports: Sequence[Report]) -> Mapping[tuple[int, int], Assessment]:
    """By goal and period, as the board shows them. One query."""
    rows: Any = (
        Assessment.objects.visible_to(user)
        .current()
        .filter(goal__in={report.goal_id for report in reports}, period__in={report.period_id for report in reports})
    )
    return {(row.goal_id, row.period_id): row for row in rows}
