"""Changes of report rows in memory. The caller has locked the rows, writes them and records the events."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError

from hztargets.domain.checks import is_telling
from hztargets.domain.problems import Problem
from hztargets.domain.review import OPEN_STATES
from hztargets.models import Goal, Period, Report, User
from hztargets.services.errors import InvalidReport
from hztargets.services.filing.content import ReportContent
from hztargets.services.permissions import allow

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
    """The draft that follows `versions`, which are all of the period, oldest first. It is not stored yet."""
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
    """The last version, if it was withdrawn: the next one takes its place and its evidence."""
    return versions[-1] if versions and versions[-1].state == Report.State.WITHDRAWN else None


def _check_versions(versions: Sequence[Report], content: ReportContent) -> bool:
    """Whether the next version corrects an approved one."""
    if versions and versions[-1].state in OPEN_STATES:
        raise already_open()
    is_correction = any(version.state == Report.State.APPROVED for version in versions)
    if is_correction and not content.is_restated:
        raise InvalidReport(Problem("already_approved", "period"))
    return is_correction


def _reason(reason: str, source: str) -> str:
    if source == Report.Source.FILED and not is_telling(reason):
        raise InvalidReport(Problem("correction_reason_missing", "note"))
    return reason.strip()


def take_over(row: Report, content: ReportContent, by: User) -> None:
    """Puts other content into the row. Raises `NotAllowed`."""
    row.state = allow(by, "edit", row)
    for name, value in asdict(content).items():
        setattr(row, name, value)
    row.written_by = sorted({*row.written_by, by.pk})
    row.revision += 1


def hand_in(row: Report, by: User, now: datetime) -> None:
    """Submits the row, whose content has been checked before. Raises `NotAllowed`."""
    row.state, row.submitted_at, row.submitted_by = allow(by, "submit", row), now, by
    row.reviewed_at = row.reviewed_by = row.endorsed_at = row.endorsed_by = None
    row.revision += 1


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Around the transaction. Of two people who start the same report at the same moment, the database accepts one; the
    other gets `already_open`."""
    try:
        yield
    except IntegrityError as error:
        if _broken_constraint(error) not in _ONE_AT_A_TIME:
            raise
        raise already_open() from error


def _broken_constraint(error: IntegrityError) -> str:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def already_open() -> InvalidReport:
    return InvalidReport(Problem("already_open", "period"))
