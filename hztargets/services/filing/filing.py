"""Filing in one go: one report from its page, or a department's whole sheet. All of it is stored, or nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.domain.review import OPEN_STATES
from hztargets.models import AuditEvent, Goal, Period, Report, User
from hztargets.queries.filing.reports import lock_versions
from hztargets.services.auditing import event_of, record_events
from hztargets.services.errors import ServiceError, StaleRevision, invalid_report
from hztargets.services.filing.content import ReportContent, check_may_file, check_size, content_of
from hztargets.services.filing.evidence import carry_over_evidence
from hztargets.services.filing.previews import Preview, look_at_all
from hztargets.services.filing.versions import hand_in, new_version, one_at_a_time, take_over, withdrawn_before


@dataclass(frozen=True, kw_only=True)
class Filing:
    """`revision` is the one the editor saw, 0 when there was no open report yet; None means to overwrite.

    `preview` spares looking twice: it must have been made of this content in this very transaction.
    """

    goal: Goal
    content: ReportContent
    revision: int | None = None
    preview: Preview | None = None


class RowsRefused(ServiceError):
    """At least one cannot be filed, so none was. `refused`: why, by goal id."""

    def __init__(self, refused: Mapping[int, ServiceError]) -> None:
        super().__init__("rows_refused", _("Nothing was filed."))
        self.refused = refused


@dataclass(frozen=True)
class _Prepared:
    """`before` is what the open report said; None for a report that is new, which may take the place of a `withdrawn`
    one."""

    filing: Filing
    row: Report
    before: ReportContent | None = None
    withdrawn: Report | None = None


def stale() -> StaleRevision:
    return StaleRevision("stale", _("Somebody changed this report in the meantime. Reload it and try again."))


def file_reports(*, filings: Sequence[Filing], period: Period, by: User, now: datetime) -> list[Report]:
    """Creates or changes each goal's open report and submits it, in the given order.

    The number of queries grows only with the reports that stood open before. Raises `RowsRefused`.
    """
    with one_at_a_time(), transaction.atomic():
        versions = _held_versions(filings, period)
        refused: dict[int, ServiceError] = {}
        prepared: list[_Prepared] = []
        for filing in filings:
            try:
                prepared.append(_prepare(filing, versions[filing.goal.pk], period, by, now))
            except ServiceError as error:
                refused[filing.goal.pk] = error
        for one, preview in zip(prepared, _previews(prepared, period, now), strict=True):
            if preview.blocking:
                refused[one.row.goal_id] = invalid_report(preview.blocking)
        if refused:
            raise RowsRefused(refused)
        _store(prepared, by, now)
    return [one.row for one in prepared]


def _held_versions(filings: Sequence[Filing], period: Period) -> Mapping[int, list[Report]]:
    """By goal all versions of the period, locked until the transaction ends, oldest first."""
    goals = {filing.goal.pk: filing.goal for filing in filings}
    versions: dict[int, list[Report]] = defaultdict(list)
    for row in lock_versions(goals, period):
        row.goal, row.period = goals[row.goal_id], period
        versions[row.goal_id].append(row)
    return versions


def _prepare(filing: Filing, versions: Sequence[Report], period: Period, by: User, now: datetime) -> _Prepared:
    check_may_file(filing.goal, period, by, now)
    check_size(filing.content)
    latest = versions[-1] if versions and versions[-1].state in OPEN_STATES else None
    if filing.revision not in (None, latest.revision if latest else 0):
        raise stale()
    if latest is None:
        row = new_version(goal=filing.goal, period=period, versions=versions, content=filing.content, by=by, now=now)
        return _Prepared(filing, row, withdrawn=withdrawn_before(versions))
    before = content_of(latest)
    take_over(latest, filing.content, by)
    return _Prepared(filing, latest, before)


def _previews(prepared: Sequence[_Prepared], period: Period, now: datetime) -> list[Preview]:
    """Those brought along, and for the others what is to be said of them now."""
    unseen = [(one.row.goal, one.filing.content) for one in prepared if one.filing.preview is None]
    looked = iter(
        look_at_all(period=period, contents=unseen, source=Report.Source.FILED, today=localdate(now)) if unseen else ()
    )
    return [one.filing.preview or next(looked) for one in prepared]


def _store(prepared: Sequence[_Prepared], by: User, now: datetime) -> None:
    for one in prepared:
        if one.withdrawn is not None:
            _store_with_evidence(one, one.withdrawn, by, now)
    stored = [one.row for one in prepared if one.row.pk is not None]
    for one in prepared:
        hand_in(one.row, by, now)
    Report.objects.bulk_create([one.row for one in prepared if one.row.pk is None])
    for row in stored:
        row.save()
    record_events([event for one in prepared for event in _events(one, by, now)])


def _store_with_evidence(one: _Prepared, withdrawn: Report, by: User, now: datetime) -> None:
    """As a draft first: evidence comes to drafts only."""
    one.row.save(force_insert=True)
    record_events([_first_event(one, by, now)])
    carry_over_evidence(since=withdrawn, to=one.row, by=by, now=now)


def _events(one: _Prepared, by: User, now: datetime) -> list[AuditEvent]:
    said = one.filing.content.to_json()
    submitted = event_of(action="report.submit", subject=one.row, by=by, now=now, after=said)
    return [submitted] if one.withdrawn is not None else [_first_event(one, by, now), submitted]


def _first_event(one: _Prepared, by: User, now: datetime) -> AuditEvent:
    said = one.filing.content.to_json()
    if one.before is None:
        reason = one.row.correction_reason
        return event_of(action="report.create", subject=one.row, by=by, now=now, after=said, reason=reason)
    before = one.before.to_json()
    return event_of(action="report.edit", subject=one.row, by=by, now=now, before=before, after=said)
