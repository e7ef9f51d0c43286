"""What speaks against filing a sheet's rows, known before anything is written. Filing itself has the last word."""

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hztargets.domain.checks import is_telling
from hztargets.messages import sentence
from hztargets.models import Goal, Period, Report, User
from hztargets.queries.filing.due import Due
from hztargets.services.errors import InvalidReport, ServiceError
from hztargets.services.filing.content import ReportContent, check_may_file, check_size
from hztargets.services.filing.previews import ComingLight, Preview, look_at_all

Said = tuple[str, str]
"""A report's field, empty for the report as a whole, and the sentence."""
Watch = Callable[[int, int], None]
"""Told how many of how many rows are done."""


_AT_ONCE = 200
"""Rows looked at between two words of progress."""


@dataclass(frozen=True, slots=True)
class ShownLight:
    """The light a row would turn on, as far as a page shows it."""

    colour: str
    sentence_zh: str
    sentence_en: str

    @property
    def sentence(self) -> str:
        """In the language of the request."""
        return self.sentence_en if (get_language() or "").startswith("en") else self.sentence_zh


@dataclass(frozen=True, slots=True)
class Checked:
    """`problems` stop the row; `remarks` are doubts the note explains. `preview` only where the row was looked at now,
    not where the answer was kept from before."""

    problems: tuple[Said, ...] = ()
    remarks: tuple[Said, ...] = ()
    light: ShownLight | None = None
    preview: Preview | None = None

    def to_json(self) -> list[Any]:
        return [self.problems, self.remarks, astuple(self.light) if self.light else None]

    @classmethod
    def from_json(cls, kept: list[Any]) -> "Checked":
        problems, remarks, light = kept
        return cls(
            problems=tuple((field, message) for field, message in problems),
            remarks=tuple((field, message) for field, message in remarks),
            light=ShownLight(*light) if light else None,
        )


def check_rows(
    rows: Sequence[tuple[Due, ReportContent]], *, period: Period, by: User, now: datetime, watch: Watch | None = None
) -> list[Checked]:
    """One answer a row, in the given order; queries grow only with every two hundred rows. `watch` hears how far."""
    answers: list[Checked] = []
    for start in range(0, len(rows), _AT_ONCE):
        answers += _check_some(rows[start : start + _AT_ONCE], period, by, now)
        if watch:
            watch(len(answers), len(rows))
    return answers


def _check_some(rows: Sequence[tuple[Due, ReportContent]], period: Period, by: User, now: datetime) -> list[Checked]:
    refused = [_refusal(due, content, period, by, now) for due, content in rows]
    sound = [(due.goal, content) for (due, content), said in zip(rows, refused, strict=True) if not said]
    looked = iter(_look(sound, period, now))
    return [Checked(problems=said) if said else _checked(next(looked)) for said in refused]


def _look(sound: Sequence[tuple[Goal, ReportContent]], period: Period, now: datetime) -> list[Preview]:
    if not sound:
        return []
    return look_at_all(period=period, contents=sound, source=Report.Source.FILED, today=localdate(now))


def _checked(preview: Preview) -> Checked:
    blocking = preview.blocking
    return Checked(
        problems=tuple((one.field, sentence(one)) for one in preview.findings if one in blocking),
        remarks=tuple((one.field, sentence(one)) for one in preview.findings if one not in blocking),
        light=_shown_light(preview.light),
        preview=preview,
    )


def _shown_light(light: ComingLight | None) -> ShownLight | None:
    return ShownLight(light.colour, light.sentence_zh, light.sentence_en) if light else None


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
