"""Conditions of every decision on rules, profiles, targets and deadlines, checked before anything is written."""

from collections.abc import Iterable

from hztargets.domain.problems import Problem
from hztargets.models import Period
from hztargets.services.errors import ServiceError


class InvalidDecision(ServiceError):
    """The decision is not valid."""


class TableRefused(InvalidDecision):
    """Nothing of the table was stored. `problems` are all of the table, by line; `problem` counts them."""

    def __init__(self, code: str, problems: Iterable[Problem]) -> None:
        in_order = sorted(problems, key=lambda problem: problem.line or 0)
        super().__init__(Problem(code, facts={"count": len(in_order)}))
        self.problems = tuple(in_order)


def needed_reason(reason: str) -> str:
    """The reason without surrounding blanks; an empty one is refused."""
    if not reason.strip():
        raise InvalidDecision(Problem("decision_without_reason", "reason"))
    return reason.strip()


def check_takes_effect(document_id: int, month: int | None) -> int:
    """Returns the month. Raises `InvalidDecision` unless it is after every closed month."""
    if month is None or not 1 <= month <= 12:
        raise InvalidDecision(Problem("month_unknown", "effective_month"))
    closed = last_closed_month(document_id)
    if closed is not None and closed >= month:
        raise InvalidDecision(Problem("month_closed", "effective_month", facts={"month": closed}))
    return month


def last_closed_month(document_id: int) -> int | None:
    """Locks all periods until the transaction ends, so that none is closed meanwhile."""
    periods = Period.objects.filter(document=document_id).order_by("month").select_for_update(no_key=True)
    return max((period.month for period in periods if period.closed_at is not None), default=None)
