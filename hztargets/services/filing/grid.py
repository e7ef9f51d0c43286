"""The rows of a department's period: previewed, saved as drafts, submitted. Rows do not depend on each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from hztargets.domain.problems import Problem
from hztargets.models import Period, Report, User
from hztargets.queries.filing.due import Due
from hztargets.services.errors import ServiceError
from hztargets.services.filing.content import ReportContent, check_may_file, check_size, content_of
from hztargets.services.filing.filing import Atomic, Filing, FilingResult, file_reports
from hztargets.services.filing.previews import Preview, preview_contents

_TO_CORRECT = (Report.State.RETURNED, Report.State.WITHDRAWN)


@dataclass(frozen=True)
class RowInput:
    """The content of a goal's row. `revision` is that of the open report the clerk saw, 0 where there was none;
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
        """The row and the latest report have the same content."""
        return self.due.report is not None and content_of(self.due.report).tidied() == self.content

    @property
    def is_uncorrected(self) -> bool:
        """A returned or withdrawn report that was not changed; it is not submitted again."""
        report = self.due.report
        return report is not None and report.state in _TO_CORRECT and self.is_stored


@dataclass(frozen=True)
class RowPreview:
    """`preview` is None for a blank row and for one that cannot be started, for the reasons in `errors`."""

    preview: Preview | None = None
    errors: tuple[Problem, ...] = ()


def preview_rows(rows: Sequence[RowInput], *, period: Period, by: User, now: datetime) -> list[RowPreview]:
    """One preview a row, in the given order; the number of queries does not grow with the rows. Nothing is written."""
    errors = [() if row.is_blank else _errors_of(row, period, by, now) for row in rows]
    is_sound = [not row.is_blank and not found for row, found in zip(rows, errors, strict=True)]
    contents = [(row.due.goal, row.content) for row, sound in zip(rows, is_sound, strict=True) if sound]
    previews = iter(
        preview_contents(period=period, contents=contents, source=Report.Source.FILED, today=localdate(now))
    )
    return [RowPreview(next(previews) if sound else None, found) for found, sound in zip(errors, is_sound, strict=True)]


def _errors_of(row: RowInput, period: Period, by: User, now: datetime) -> tuple[Problem, ...]:
    try:
        check_may_file(row.due.goal, period, by, now)
        check_size(row.content)
    except ServiceError as error:
        return error.problems
    return ()


def save_rows(rows: Sequence[RowInput], *, period: Period, by: User, now: datetime) -> list[FilingResult]:
    """Stores each row as a draft, whatever the checks find; an unchanged row writes nothing."""
    return _file([(row, None) for row in rows], period, by, now, submit=False)


def file_rows(rows: Sequence[RowInput], *, period: Period, by: User, now: datetime) -> list[FilingResult]:
    """Submits every sound row and saves the others as drafts. A row whose warnings the clerk has not seen yet is only
    saved, so that the clerk reads them first."""
    previews = [row.preview for row in preview_rows(rows, period=period, by=by, now=now)]
    pairs = list(zip(rows, previews, strict=True))
    is_ready = [_may_be_submitted(row, preview) for row, preview in pairs]
    ready = [pair for pair, submit in zip(pairs, is_ready, strict=True) if submit]
    submitted = iter(_file(ready, period, by, now, submit=True))
    saved = iter(
        save_rows(
            [row for row, submit in zip(rows, is_ready, strict=True) if not submit], period=period, by=by, now=now
        )
    )
    return [next(submitted if submit else saved) for submit in is_ready]


def _may_be_submitted(row: RowInput, preview: Preview | None) -> bool:
    if preview is None or row.is_uncorrected:
        return False
    return preview.submittable and preview.warned_of == row.warned_of


def _file(
    rows: Sequence[tuple[RowInput, Preview | None]], period: Period, by: User, now: datetime, *, submit: bool
) -> list[FilingResult]:
    filings = [
        Filing(goal=row.due.goal, content=row.content, revision=row.revision, preview=preview) for row, preview in rows
    ]
    return file_reports(
        filings=filings, period=period, by=by, now=now, atomic=Atomic.EACH, submit=submit, skip_unchanged=True
    )
