"""What a department reports of a goal for a period, and whether it may report it now."""

from datetime import datetime

from django.utils.timezone import localdate

from hztargets.domain.measures import measure_of
from hztargets.domain.problems import Problem
from hztargets.domain.report_fields import FIGURES
from hztargets.domain.report_fields import ReportContent as ReportContent
from hztargets.models import Goal, Period, Report, User
from hztargets.services.errors import InvalidReport, check_fits
from hztargets.services.permissions import allow


def content_of(report: Report) -> ReportContent:
    return report.to_content()


def unit_of(goal: Goal) -> str:
    """What a figure of the goal is counted in: a milestone's in percent done."""
    return measure_of(goal).unit or goal.unit


def check_may_file(goal: Goal, period: Period, by: User, now: datetime) -> None:
    """Raises `NotAllowed` for somebody else's goal or a closed period, `InvalidReport` for one that is not open yet."""
    allow(by, "file", goal, period_closed=period.closed_at is not None)
    if period.document_id != goal.document_id:
        raise InvalidReport(Problem("wrong_document", "period"))
    if period.opens_on > localdate(now):
        raise InvalidReport(Problem("not_open_yet", "period", facts={"day": period.opens_on}))


def check_size(content: ReportContent) -> None:
    for name in FIGURES:
        check_fits(getattr(content, name), name)
