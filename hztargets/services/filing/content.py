"""What a department says of a goal for a period, and whether it may say it now."""

from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.domain.measures import measure_of
from hztargets.domain.report_fields import FIGURES
from hztargets.domain.report_fields import ReportContent as ReportContent
from hztargets.domain.review import Refusal, check_can_file
from hztargets.models import Goal, Period, Report, User
from hztargets.services.errors import InvalidReport, check_fits, not_allowed


def content_of(report: Report) -> ReportContent:
    return report.to_content()


def unit_of(goal: Goal) -> str:
    """What a figure of the goal is counted in: a milestone's in percent done."""
    return measure_of(goal).unit or goal.unit


def check_may_file(goal: Goal, period: Period, by: User, now: datetime) -> None:
    """Raises `NotAllowed` for somebody else's goal or a closed period, `InvalidReport` for one that is not open yet."""
    try:
        check_can_file(by.to_actor(), goal.lead_id, period_closed=period.closed_at is not None)
    except Refusal as refusal:
        raise not_allowed(refusal) from refusal
    if period.document_id != goal.document_id:
        raise InvalidReport("wrong_document", _("The period belongs to another document."), "period")
    if period.opens_on > localdate(now):
        message = _("This period opens on %(day)s; a figure cannot be filed before.") % {"day": period.opens_on}
        raise InvalidReport("not_open_yet", message, "period")


def check_size(content: ReportContent) -> None:
    for name in FIGURES:
        check_fits(getattr(content, name), name)
