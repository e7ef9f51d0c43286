"""What speaks against filing a sheet's rows, known before anything is written. Filing itself has the last word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.domain.checks import is_telling
from hztargets.models import Period, Report, User
from hztargets.queries.filing import Due
from hztargets.services.errors import InvalidReport, ServiceError
from hztargets.services.previewing import ComingLight, Preview, look_at_all
from hztargets.services.report_content import ReportContent, check_may_file, check_size

Said = tuple[str, str]
"""A report's field, empty for the report as a whole, and the sentence."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`problems` stop the row; `remarks` are doubts the note explains. No `preview`: the row was not looked at."""

    problems: tuple[Said, ...] = ()
    remarks: tuple[Said, ...] = ()
    preview: Preview | None = None

    @property
    def light(self) -> ComingLight | None:
        return self.preview.light if self.preview else None


def check_rows(rows: Sequence[tuple[Due, ReportContent]], *, period: Period, by: User, now: datetime) -> list[Checked]:
    """One answer a row, in the given order; the number of queries does not grow with the rows."""
    refused = [_refusal(due, content, period, by, now) for due, content in rows]
    sound = [(due.goal, content) for (due, content), said in zip(rows, refused, strict=True) if not said]
    looked = iter(look_at_all(period=period, contents=sound, source=Report.Source.FILED, today=localdate(now)))
    return [Checked(problems=said) if said else _checked(next(looked)) for said in refused]


def _checked(preview: Preview) -> Checked:
    blocking = set(preview.blocking)
    said = list(zip(preview.findings, preview.spoken, strict=True))
    return Checked(
        problems=tuple((words.field, words.message) for finding, words in said if finding in blocking),
        remarks=tuple((words.field, words.message) for finding, words in said if finding not in blocking),
        preview=preview,
    )


def _refusal(due: Due, content: ReportContent, period: Period, by: User, now: datetime) -> tuple[Said, ...]:
    try:
        check_may_file(due.goal, period, by, now)
        _check_state(content, due.report)
        check_size(content)
    except ServiceError as error:
        return tuple((one.field, one.message) for one in error.every)
    return ()


def _check_state(content: ReportContent, report: Report | None) -> None:
    if report is None:
        return
    if report.state in (Report.State.SUBMITTED, Report.State.ENDORSED):
        message = _(
            "This report is being reviewed with other words or figures. Withdraw it on its page, then upload again."
        )
        raise InvalidReport("under_review", message)
    if report.state != Report.State.APPROVED:
        return
    if not content.is_restated:
        message = _("This period already has an approved figure. Tick “restated” to file a correction.")
        raise InvalidReport("already_approved", message, "is_restated")
    if not is_telling(content.note):
        raise InvalidReport("reason_missing", _("Say why the approved figure is corrected."), "note")
