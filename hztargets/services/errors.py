"""Errors a person can act on: `field` is the form field or API key concerned, `message` the translated sentence."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from hztargets.domain.checks import Finding
from hztargets.domain.numbers import NumberError
from hztargets.domain.review import Refusal


class ServiceError(Exception):
    """Something the caller may mend. Nothing was written."""

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


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

_FINDINGS: dict[str, Callable[[], str]] = {
    "value_missing": lambda: _("Enter the figure, or tick “no progress this month”."),
    "negative": lambda: _("A cumulative figure cannot be negative; you entered %(value)s."),
    "falling": lambda: _(
        "The cumulative figure %(value)s is below the %(previous)s approved for month %(month)s. "
        "Enter the total since January; if the earlier figure was wrong, tick “restated”."
    ),
    "outside_percent": lambda: _("A percentage lies between 0 and 100; you entered %(value)s."),
}

_NUMBERS: dict[str, Callable[[], str]] = {
    "empty": lambda: _("Enter the figure, or tick “no progress this month”."),
    "not_a_number": lambda: _("“%(text)s” is not a number. Enter digits only, such as 1234.5."),
    "too_long": lambda: _("“%(text)s” has more than 15 digits. Check the unit."),
}


def not_allowed(refusal: Refusal) -> NotAllowed:
    return NotAllowed(refusal.code, _REFUSALS[refusal.code]())


def invalid_value(finding: Finding) -> InvalidReport:
    return InvalidReport(finding.code, _FINDINGS[finding.code]() % dict(finding.facts), "value")


def invalid_number(error: NumberError, field: str = "value") -> InvalidReport:
    return InvalidReport(error.code, _NUMBERS[error.code]() % {"text": error.text}, field)


def check_fits(value: Decimal | None, field: str) -> None:
    """Raises `InvalidReport` for an amount the database could not hold."""
    if value is not None and not (value.is_finite() and abs(value) < _LIMIT):
        raise InvalidReport("too_large", _("%(value)s is too large. Check the unit.") % {"value": value}, field)
