"""What a report's rows become, decided in memory. Whoever calls holds the rows, writes them and records the events."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from hztargets.domain.checks import is_telling
from hztargets.domain.review import OPEN_STATES, Refusal, check_transition
from hztargets.models import Goal, Period, Report, User
from hztargets.queries.filing.reports import report_facts
from hztargets.services.errors import InvalidReport, not_allowed
from hztargets.services.filing.content import ReportContent

_ONE_AT_A_TIME = ("report_one_open_version", "report_version_unique")


def new_version(
    *,
    goal: Goal,
    period: Period,
    versions: Sequence[Report],
    content: ReportContent,
    by: User,
    now: datetime,
    source: str = Report.Source.FILED,
    source_note: str = "",
    correction_reason: str = "",
) -> Report:
    """The draft that follows on `versions`, all there are of the period, oldest first. Not stored yet."""
    is_correction = _check_versions(versions, content)
    return Report(
        document_id=goal.document_id,
        goal=goal,
        period=period,
        version=versions[-1].version + 1 if versions else 1,
        source=source,
        source_note=source_note,
        created_at=now,
        created_by=by,
        written_by=[by.pk],
        correction_reason=_reason(correction_reason or content.note, source) if is_correction else "",
        **asdict(content),
    )


def withdrawn_before(versions: Sequence[Report]) -> Report | None:
    """The version whose place the next one takes, evidence and all: the last one, if it was withdrawn."""
    return versions[-1] if versions and versions[-1].state == Report.State.WITHDRAWN else None


def _check_versions(versions: Sequence[Report], content: ReportContent) -> bool:
    """Whether the next version corrects an approved one."""
    if versions and versions[-1].state in OPEN_STATES:
        raise _already_open()
    is_correction = any(version.state == Report.State.APPROVED for version in versions)
    if is_correction and not content.is_restated:
        message = _("This period already has an approved figure. Tick “restated” to file a correction.")
        raise InvalidReport("already_approved", message, "period")
    return is_correction


def _reason(reason: str, source: str) -> str:
    if source == Report.Source.FILED and not is_telling(reason):
        raise InvalidReport("reason_missing", _("Say why the approved figure is corrected."), "note")
    return reason.strip()


def take_over(row: Report, content: ReportContent, by: User) -> None:
    """The row says something else from now on. Raises `NotAllowed` by the rules."""
    row.state = checked_action(row, "edit", by)
    for name, value in asdict(content).items():
        setattr(row, name, value)
    row.written_by = sorted({*row.written_by, by.pk})
    row.revision += 1


def hand_in(row: Report, by: User, now: datetime) -> None:
    """Whether the content may be handed in has been looked at already. Raises `NotAllowed` by the rules."""
    row.state, row.submitted_at, row.submitted_by = checked_action(row, "submit", by), now, by
    row.reviewed_at = row.reviewed_by = row.endorsed_at = row.endorsed_by = None
    row.revision += 1


def checked_action(report: Report, action: str, by: User) -> str:
    """The state the action leads to. Raises `NotAllowed`."""
    try:
        return check_transition(by.to_actor(), action, report_facts(report))
    except Refusal as refusal:
        raise not_allowed(refusal) from refusal


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Around the transaction: where two start the same report at the same moment, the database lets one through."""
    try:
        yield
    except IntegrityError as error:
        if _broken_constraint(error) not in _ONE_AT_A_TIME:
            raise
        raise _already_open() from error


def _broken_constraint(error: IntegrityError) -> str:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def _already_open() -> InvalidReport:
    return InvalidReport("already_open", _("This goal already has a report under way for this period."), "period")
