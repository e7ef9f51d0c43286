"""Errors a person can act on: `field` is the form field or API key concerned, `message` the translated sentence."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from hztargets.domain.checks import Finding
from hztargets.domain.problems import Problem
from hztargets.domain.review import Refusal
from hztargets.messages import sentence


class ServiceError(Exception):
    """Something the caller may mend. Nothing was written. `problem` is the first of `problems`.

    Being replaced: `code`, `message`, `field` and `others` as arguments. New code passes problems.
    """

    def __init__(
        self, problem: Problem | str, message: str = "", field: str = "", others: Sequence["ServiceError"] = ()
    ) -> None:
        self._message = message
        self.problem = Problem(problem, field) if isinstance(problem, str) else problem
        super().__init__(self.problem.code)
        self.others = tuple(others)

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def field(self) -> str:
        return self.problem.field

    @property
    def message(self) -> str:
        """In the language of the request."""
        return self._message or sentence(self.problem)

    def __str__(self) -> str:
        return self.message

    @property
    def every(self) -> tuple["ServiceError", ...]:
        return (self, *self.others)


class NotAllowed(ServiceError):
    """The rules of review refuse the action."""


class StaleRevision(ServiceError):
    """Somebody else saved the same row in between."""


class InvalidReport(ServiceError):
    """The report's content cannot be accepted."""


_LIMIT = Decimal(10) ** 14
"""What the amount columns hold: fourteen digits before the point."""

_REFUSALS: dict[str, Callable[[], str]] = {
    "role_may_not": lambda: _("Your role may not do this."),
    "not_lead_department": lambda: _("Only the lead department files this goal."),
    "wrong_state": lambda: _(
        "The report is no longer in a state that allows this. Reload the page to see where it is."
    ),
    "period_closed": lambda: _("This period is closed. Ask the municipal office to reopen it."),
    "own_report": lambda: _("Nobody reviews a report they wrote or submitted. Ask a colleague."),
    "not_endorsed": lambda: _("The department head has not endorsed this report yet."),
}


def not_allowed(refusal: Refusal) -> NotAllowed:
    return NotAllowed(refusal.code, _REFUSALS[refusal.code]())


def invalid_report(findings: Sequence[Finding]) -> InvalidReport:
    """All that stands in the way, the first in front."""
    first, *others = map(InvalidReport, findings)
    first.others = tuple(others)
    return first


def check_fits(value: Decimal | None, field: str) -> None:
    """Raises `InvalidReport` for an amount the database could not hold."""
    if value is not None and not (value.is_finite() and abs(value) < _LIMIT):
        raise InvalidReport("too_large", _("%(value)s is too large. Check the unit.") % {"value": value}, field)
