"""What a department says of a goal for a period, and whether it may say it now."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.domain.measures import measure_of
from hztargets.domain.review import Refusal, check_can_file
from hztargets.models import Goal, Period, Report, User
from hztargets.services.errors import InvalidReport, check_fits, not_allowed


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """What a department says of a goal for a period. Amounts in the goal's unit, cumulative ones since 1 January."""

    value: Decimal | None = None
    comparator: Decimal | None = None
    is_nil: bool = False
    is_restated: bool = False
    done_on: date | None = None
    note: str = ""
    cause: str = ""
    remedy: str = ""
    expected_on: date | None = None

    def to_json(self) -> dict[str, Any]:
        return {key: str(value) for key, value in asdict(self).items() if value not in (None, "", False)}


def content_of(report: Report) -> ReportContent:
    return ReportContent(**{name: getattr(report, name) for name in ReportContent.__dataclass_fields__})


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
    check_fits(content.value, "value")
    check_fits(content.comparator, "comparator")
