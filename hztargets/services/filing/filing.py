"""Starts, changes and submits reports. Pages, the API, sheets and loaded figures all use `file_reports`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.timezone import localdate

from hztargets.domain.problems import Problem
from hztargets.domain.review import OPEN_STATES
from hztargets.models import AuditEvent, Goal, Period, Report, User
from hztargets.queries.filing.reports import lock_versions, versions_of
from hztargets.services.auditing import event_of, record_events
from hztargets.services.errors import InvalidReport, ServiceError, StaleRevision
from hztargets.services.filing.content import ReportContent, check_may_file, check_size, content_of
from hztargets.services.filing.evidence import carry_over_evidence
from hztargets.services.filing.previews import Preview, preview_contents
from hztargets.services.filing.versions import (
    already_open,
    hand_in,
    new_version,
    one_at_a_time,
    take_over,
    withdrawn_before,
)
from hztargets.services.permissions import allow


class Atomic(StrEnum):
    """What a refused filing does to the others of the same call."""

    ALL = "all"
    """Nothing is written."""
    EACH = "each"
    """The others are written; each is in a savepoint of its own."""


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What is to be stored for a goal; without `content`, what is stored already is submitted.

    `revision` is that of the open report which the editor saw, 0 where there was none; None overwrites.
    `report` is a version that the caller has locked in a transaction of its own, which an error must end: it is changed
    or submitted itself. Without it, the goal's open report is, or a new version is started; `is_new` refuses where
    there is an open report.
    `preview` is one of this content made in this request; without it, a submission is previewed here.
    """

    goal: Goal
    content: ReportContent | None = None
    revision: int | None = None
    report: Report | None = None
    is_new: bool = False
    correction_reason: str = ""
    preview: Preview | None = None


@dataclass(frozen=True)
class FilingResult:
    """The result of one filing. `report` is None where it was refused and where there was nothing to store."""

    report: Report | None = None
    is_submitted: bool = False
    error: ServiceError | None = None

    @property
    def is_stale(self) -> bool:
        """Somebody else saved, started or submitted the same report in between."""
        return self.error is not None and self.error.code in ("stale", "already_open")


class RowsRefused(ServiceError):
    """At least one filing is refused, so nothing was written. `refused`: why, by goal id."""

    def __init__(self, refused: Mapping[int, ServiceError]) -> None:
        super().__init__(Problem("rows_refused"))
        self.refused = refused


@dataclass
class _Prepared:
    """A filing as it will be stored. `row` is None where there is nothing to store, `before` where no stored content
    changes; a new report may replace a `withdrawn` one."""

    filing: Filing
    row: Report | None
    is_changed: bool = False
    before: ReportContent | None = None
    withdrawn: Report | None = None
    error: ServiceError | None = None


def file_reports(
    *,
    filings: Sequence[Filing],
    period: Period,
    by: User,
    now: datetime,
    atomic: Atomic = Atomic.ALL,
    submit: bool = True,
    skip_unchanged: bool = False,
    source: str = Report.Source.FILED,
    source_note: str = "",
) -> list[FilingResult]:
    """Stores each filing as a draft, or submits it. One result a filing, in the given order, and one audit event.

    `skip_unchanged`: content that is stored already is not a conflict whatever the revision, and writes nothing but
    the submission. With `Atomic.ALL` an error of any filing raises `RowsRefused`, with `Atomic.EACH` it is in the
    result. The number of queries grows only with the reports that were open before, and with savepoints.
    """
    if not filings:
        return []
    batch = _Batch(period, by, now, submit, skip_unchanged, source, source_note)
    is_caller_in_transaction = any(filing.report is not None for filing in filings)
    with one_at_a_time(), transaction.atomic(savepoint=not is_caller_in_transaction):
        prepared = batch.prepare_all(filings, _locked_versions(filings, period))
        batch.check_previews(prepared)
        if atomic is Atomic.EACH:
            return [batch.store_each(one) for one in prepared]
        refused = {one.filing.goal.pk: one.error for one in prepared if one.error is not None}
        if refused:
            raise RowsRefused(refused)
        batch.store(prepared)
        return [FilingResult(one.row, submit) for one in prepared]


def check_filings(*, filings: Sequence[Filing], period: Period, by: User, now: datetime) -> list[ServiceError | None]:
    """The error of each filing, in the given order, None for none; figures are not checked. Nothing is locked or
    written."""
    versions = _by_goal(versions_of([filing.goal.pk for filing in filings], period), filings, period)
    batch = _Batch(period, by, now)
    return [one.error for one in batch.prepare_all(filings, versions)]


def _locked_versions(filings: Sequence[Filing], period: Period) -> Mapping[int, list[Report]]:
    """By goal all versions of the period, locked until the transaction ends, oldest first."""
    goal_ids = [filing.goal.pk for filing in filings if filing.report is None]
    return _by_goal(lock_versions(goal_ids, period) if goal_ids else [], filings, period)


def _by_goal(rows: Sequence[Report], filings: Sequence[Filing], period: Period) -> Mapping[int, list[Report]]:
    goals = {filing.goal.pk: filing.goal for filing in filings}
    versions: dict[int, list[Report]] = defaultdict(list)
    for row in rows:
        row.goal, row.period = goals[row.goal_id], period
        versions[row.goal_id].append(row)
    return versions


@dataclass(frozen=True)
class _Batch:
    """One call of `file_reports`."""

    period: Period
    by: User
    now: datetime
    submit: bool = True
    skip_unchanged: bool = False
    source: str = Report.Source.FILED
    source_note: str = ""

    def prepare_all(self, filings: Sequence[Filing], versions: Mapping[int, list[Report]]) -> list[_Prepared]:
        prepared = []
        for filing in filings:
            try:
                prepared.append(self._prepare(filing, versions[filing.goal.pk]))
            except ServiceError as error:
                prepared.append(_Prepared(filing, None, error=error))
        return prepared

    def _prepare(self, filing: Filing, versions: Sequence[Report]) -> _Prepared:
        latest = filing.report or (versions[-1] if versions and versions[-1].state in OPEN_STATES else None)
        is_known = self.skip_unchanged and latest is not None and _has_content(latest, filing.content)
        if is_known and not self.submit:
            return _Prepared(filing, latest)
        self._check_filing(filing, latest, is_known)
        if latest is not None:
            return self._change_row(filing, latest, is_known)
        if self.skip_unchanged and not self.submit and _is_nothing_new(filing, versions):
            return _Prepared(filing, None)
        row = new_version(
            goal=filing.goal,
            period=self.period,
            versions=versions,
            content=filing.content or ReportContent(),
            by=self.by,
            now=self.now,
            source=self.source,
            source_note=self.source_note,
            correction_reason=filing.correction_reason,
        )
        return _Prepared(filing, row, is_changed=True, withdrawn=withdrawn_before(versions))

    def _check_filing(self, filing: Filing, latest: Report | None, is_known: bool) -> None:
        if filing.report is None:
            check_may_file(filing.goal, self.period, self.by, self.now)
        else:
            allow(self.by, "submit" if filing.content is None else "edit", filing.report)
        if filing.is_new and latest is not None:
            raise already_open()
        if not is_known and filing.revision not in (None, latest.revision if latest else 0):
            raise StaleRevision(Problem("stale"))
        if filing.content is not None:
            check_size(filing.content)

    def _change_row(self, filing: Filing, row: Report, is_known: bool) -> _Prepared:
        before = content_of(row)
        if filing.content is None or is_known or (self.submit and filing.content == before):
            allow(self.by, "submit", row)
            return _Prepared(filing, row)
        take_over(row, filing.content, self.by)
        return _Prepared(filing, row, is_changed=True, before=before)

    def check_previews(self, prepared: Sequence[_Prepared]) -> None:
        """Sets `error` for the hard findings of what is to be submitted. Filings without a preview are previewed in one
        call."""
        if not self.submit:
            return
        sound = [(one, one.row) for one in prepared if one.row is not None]
        contents = [(row.goal, content_of(row)) for one, row in sound if one.filing.preview is None]
        made = iter(
            preview_contents(period=self.period, contents=contents, source=self.source, today=localdate(self.now))
        )
        for one, _row in sound:
            preview = one.filing.preview or next(made)
            if preview.blocking:
                one.error = InvalidReport(*preview.blocking)

    def store_each(self, one: _Prepared) -> FilingResult:
        if one.error is None:
            try:
                with one_at_a_time(), transaction.atomic():
                    self.store([one])
            except ServiceError as error:
                one.error = error
        if one.error is not None:
            return FilingResult(error=one.error)
        return FilingResult(one.row, self.submit)

    def store(self, prepared: Sequence[_Prepared]) -> None:
        written = [(one, one.row) for one in prepared if one.row is not None and (self.submit or one.is_changed)]
        for one, row in written:
            if one.withdrawn is not None:
                self._store_with_evidence(row, one.withdrawn)
        stored = [row for _one, row in written if row.pk is not None]
        if self.submit:
            for _one, row in written:
                hand_in(row, self.by, self.now)
        Report.objects.bulk_create([row for _one, row in written if row.pk is None])
        for row in stored:
            row.save()
        record_events([self._event(one, row) for one, row in written])

    def _store_with_evidence(self, row: Report, withdrawn: Report) -> None:
        """Stored as a draft first, because evidence can be added to drafts only."""
        row.save(force_insert=True)
        carry_over_evidence(since=withdrawn, to=row, by=self.by, now=self.now)

    def _event(self, one: _Prepared, row: Report) -> AuditEvent:
        action = "report.submit" if self.submit else "report.edit" if one.before else "report.create"
        return event_of(
            action=action,
            subject=row,
            by=self.by,
            now=self.now,
            before=one.before.to_json() if one.before else None,
            after=content_of(row).to_json(),
            reason=row.correction_reason if one.is_changed and one.before is None else "",
        )


def _has_content(report: Report, content: ReportContent | None) -> bool:
    return content is None or content_of(report).tidied() == content.tidied()


def _is_nothing_new(filing: Filing, versions: Sequence[Report]) -> bool:
    """Nothing is entered, or the content is that of the withdrawn version."""
    withdrawn = withdrawn_before(versions)
    return filing.content in (None, ReportContent()) or (
        withdrawn is not None and _has_content(withdrawn, filing.content)
    )
