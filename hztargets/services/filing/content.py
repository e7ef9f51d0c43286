"""What a department reports of a goal for a period, and whether it may report it now."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from hztargets.domain.problems import Problem
from hztargets.domain.sheets.entries import tidy
from hztargets.models import Goal, Period, Report, User
from hztargets.services.errors import InvalidReport, check_fits
from hztargets.services.permissions import allow


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """What a department reports of a goal for a period. Amounts in the goal's unit, cumulative ones since 1 January."""

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
    return "%" if goal.measure == Goal.Measure.MILESTONE else goal.unit


def tidied(content: ReportContent) -> ReportContent:
    """Texts as a form or a spreadsheet gives them back, with one way of ending lines."""
    return replace(content, note=tidy(content.note), cause=tidy(content.cause), remedy=tidy(content.remedy))


def check_may_file(goal: Goal, period: Period, by: User, now: datetime) -> None:
    """Raises `NotAllowed` for somebody else's goal or a closed period, `InvalidReport` for one that is not open yet."""
    allow(by, "file", goal, period_closed=period.closed_at is not None)
    if period.document_id != goal.document_id:
        raise InvalidReport(Problem("wrong_document", "period"))
    if period.opens_on > localdate(now):
        raise InvalidReport(Problem("not_open_yet", "period", facts={"day": period.opens_on}))


def check_size(content: ReportContent) -> None:
    check_fits(content.value, "value")
    check_fits(content.comparator, "comparator")
