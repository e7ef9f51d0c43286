"""Checks a sheet's rows before anything is written. Filing checks them once more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from hztargets.domain.problems import Problem
from hztargets.messages import sentence
from hztargets.models import Goal, Period, Report, User
from hztargets.queries.filing.due import Due
from hztargets.services.errors import InvalidReport, ServiceError
from hztargets.services.filing.content import ReportContent
from hztargets.services.filing.filing import Filing, check_filings
from hztargets.services.filing.previews import ComingLight, Preview, preview_contents

FieldMessage = tuple[str, str]
"""A report's field, empty for the report as a whole, and the sentence."""
Progress = Callable[[int, int], None]
"""Called with how many of how many rows are done."""

_BATCH = 200
"""Rows checked between two calls of `Progress`."""


@dataclass(frozen=True, slots=True)
class RowCheck:
    """`problems` stop the row; `remarks` are soft findings that the note explains. `preview` is there only where the
    row was previewed now, not where the check was read from the upload."""

    problems: tuple[FieldMessage, ...] = ()
    remarks: tuple[FieldMessage, ...] = ()
    light: ComingLight | None = None
    preview: Preview | None = None

    def to_json(self) -> list[Any]:
        light = (self.light.colour, self.light.sentence_zh, self.light.sentence_en) if self.light else None
        return [self.problems, self.remarks, light]

    @classmethod
    def from_json(cls, stored: list[Any]) -> "RowCheck":
        problems, remarks, light = stored
        return cls(
            problems=tuple((field, message) for field, message in problems),
            remarks=tuple((field, message) for field, message in remarks),
            light=ComingLight(*light) if light else None,
        )


def check_rows(
    rows: Sequence[tuple[Due, ReportContent]],
    *,
    period: Period,
    by: User,
    now: datetime,
    progress: Progress | None = None,
) -> list[RowCheck]:
    """One check a row, in the given order; queries grow only with every two hundred rows."""
    checks: list[RowCheck] = []
    for start in range(0, len(rows), _BATCH):
        checks += _check_batch(rows[start : start + _BATCH], period, by, now)
        if progress:
            progress(len(checks), len(rows))
    return checks


def _check_batch(rows: Sequence[tuple[Due, ReportContent]], period: Period, by: User, now: datetime) -> list[RowCheck]:
    filings = [Filing(goal=due.goal, content=content) for due, content in rows]
    errors = check_filings(filings=filings, period=period, by=by, now=now)
    sound: list[tuple[Goal, ReportContent]] = [
        (due.goal, content) for (due, content), error in zip(rows, errors, strict=True) if error is None
    ]
    previews = iter(preview_contents(period=period, contents=sound, source=Report.Source.FILED, today=localdate(now)))
    return [_of_preview(next(previews)) if error is None else RowCheck(problems=_messages(error)) for error in errors]


def _messages(error: ServiceError) -> tuple[FieldMessage, ...]:
    if error.code == "wrong_state":  # only a report under review: a sheet corrects approved ones
        error = InvalidReport(Problem("under_review"))
    elif error.code == "already_approved":
        error = InvalidReport(error.problem.at(field="is_restated"))
    return tuple((one.field, sentence(one)) for one in error.problems)


def _of_preview(preview: Preview) -> RowCheck:
    blocking = preview.blocking
    return RowCheck(
        problems=tuple((one.field, sentence(one)) for one in preview.findings if one in blocking),
        remarks=tuple((one.field, sentence(one)) for one in preview.findings if one not in blocking),
        light=preview.light,
        preview=preview,
    )
