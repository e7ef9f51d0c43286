"""A department's period row by row: looked at, kept as drafts, filed. A sound row is filed whatever becomes of the
others; what was typed in the others is kept as far as it can be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.models import Period, Report, User
from hztargets.queries.filing.due import Due
from hztargets.services.errors import ServiceError, StaleRevision
from hztargets.services.filing.content import ReportContent, check_may_file, check_size, content_of
from hztargets.services.filing.previews import Preview, look_at_all
from hztargets.services.filing.reports import create_report, edit_report, submit_report

_TO_MEND = (Report.State.RETURNED, Report.State.WITHDRAWN)


@dataclass(frozen=True)
class Entered:
    """What stands in a goal's row. `revision` is that of the open report the clerk saw, 0 where there was none;
    `warned_of` names the warnings they saw."""

    due: Due
    content: ReportContent
    revision: int = 0
    warned_of: str = ""

    @property
    def is_blank(self) -> bool:
        return self.content == ReportContent()

    @property
    def is_stored(self) -> bool:
        """The row says what the latest report says."""
        return self.due.report is not None and content_of(self.due.report).tidied() == self.content

    @property
    def is_unmended(self) -> bool:
        """What was returned or withdrawn stands as it was; filing it again unchanged would be an oversight."""
        report = self.due.report
        return report is not None and report.state in _TO_MEND and self.is_stored


@dataclass(frozen=True)
class Looked:
    """`preview` is None for a blank row and for one that cannot be started, for the reasons in `refused`."""

    preview: Preview | None = None
    refused: tuple[ServiceError, ...] = ()


@dataclass(frozen=True)
class Done:
    """What became of a row. `report` is None where there was nothing to keep."""

    report: Report | None = None
    is_filed: bool = False
    refused: ServiceError | None = None

    @property
    def is_stale(self) -> bool:
        """Somebody else saved, started or filed the same report in between."""
        return self.refused is not None and self.refused.code in ("stale", "already_open")


def look_at_rows(rows: Sequence[Entered], *, period: Period, by: User, now: datetime) -> list[Looked]:
    """One answer a row, in the given order; the number of queries does not grow with the rows. Nothing is written."""
    refused = [() if row.is_blank else _refusal(row, period, by, now) for row in rows]
    asked = [not row.is_blank and not said for row, said in zip(rows, refused, strict=True)]
    contents = [(row.due.goal, row.content) for row, is_asked in zip(rows, asked, strict=True) if is_asked]
    if not contents:
        return [Looked(refused=said) for said in refused]
    previews = iter(look_at_all(period=period, contents=contents, source=Report.Source.FILED, today=localdate(now)))
    return [Looked(next(previews) if is_asked else None, said) for said, is_asked in zip(refused, asked, strict=True)]


def _refusal(row: Entered, period: Period, by: User, now: datetime) -> tuple[ServiceError, ...]:
    try:
        check_may_file(row.due.goal, period, by, now)
        check_size(row.content)
    except ServiceError as error:
        return error.every
    return ()


@transaction.atomic
def keep_draft(*, row: Entered, period: Period, by: User, now: datetime) -> Report | None:
    """Stores the row as a draft; one that says nothing new writes nothing. None where there is nothing to store.

    Raises `StaleRevision` when the report is no longer the one the clerk saw, and whatever starting or changing a
    report raises. What the checks say of the figure does not matter yet.
    """
    report = Report.objects.open().filter(goal=row.due.goal, period=period).first()
    if report is not None and content_of(report).tidied() == row.content:
        return report  # also when it arrived before and only the answer was lost
    if row.revision != (report.revision if report else 0):
        raise _stale()
    if report is not None:
        return edit_report(report=report, content=row.content, revision=row.revision, by=by, now=now)
    if row.is_blank or row.is_unmended:
        return None
    return create_report(goal=row.due.goal, period=period, content=row.content, by=by, now=now)


def keep_rows(rows: Sequence[Entered], *, period: Period, by: User, now: datetime) -> list[Done]:
    """Each row in a transaction of its own."""
    return [_kept(row, period, by, now) for row in rows]


def file_rows(rows: Sequence[Entered], *, period: Period, by: User, now: datetime) -> list[Done]:
    """Files every sound row and keeps the others as drafts, each in a transaction of its own. A row whose warnings the
    clerk has not seen yet is kept only: they decide with them before their eyes."""
    looked = look_at_rows(rows, period=period, by=by, now=now)
    return [
        _filed(row, period, by, now) if _may_be_filed(row, said) else _kept(row, period, by, now)
        for row, said in zip(rows, looked, strict=True)
    ]


def _may_be_filed(row: Entered, said: Looked) -> bool:
    preview = said.preview
    if preview is None or row.is_unmended:
        return False
    return preview.submittable and preview.warned_of == row.warned_of


def _filed(row: Entered, period: Period, by: User, now: datetime) -> Done:
    try:
        return Done(_submitted(row, period, by, now), is_filed=True)
    except ServiceError as error:
        return Done(refused=error)


@transaction.atomic
def _submitted(row: Entered, period: Period, by: User, now: datetime) -> Report:
    """A draft that says the same already is handed in as it is, unless a colleague changed it at this very moment."""
    draft = keep_draft(row=row, period=period, by=by, now=now)
    if draft is None:
        raise _stale()
    report = submit_report(report=draft, by=by, now=now)
    if content_of(report).tidied() != row.content:
        raise _stale()
    return report


def _stale() -> StaleRevision:
    return StaleRevision("stale", _("Somebody changed this report while you were typing."))


def _kept(row: Entered, period: Period, by: User, now: datetime) -> Done:
    try:
        return Done(keep_draft(row=row, period=period, by=by, now=now))
    except ServiceError as error:
        return Done(refused=error)
