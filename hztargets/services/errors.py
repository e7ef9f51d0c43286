"""Errors that a user can correct: `field` is the form field or API key concerned, `message` the translated sentence."""

from collections.abc import Sequence
from decimal import Decimal

from hztargets.domain.checks import Finding
from hztargets.domain.problems import Problem
from hztargets.messages import sentence


class ServiceError(Exception):
    """The caller can correct the cause. Nothing was written. `others` are further errors of the same call."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.others: tuple[ServiceError, ...] = ()

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def field(self) -> str:
        return self.problem.field

    @property
    def message(self) -> str:
        """In the language of the request."""
        return sentence(self.problem)

    def __str__(self) -> str:
        return self.message

    @property
    def every(self) -> tuple["ServiceError", ...]:
        return (self, *self.others)


class NotAllowed(ServiceError):
    """The user may not do this with the object in its present state."""


class StaleRevision(ServiceError):
    """The stored object has changed since the user read it."""


class InvalidReport(ServiceError):
    """The input cannot be accepted: a report, a deadline, an account, a file."""


_LIMIT = Decimal(10) ** 14
"""The amount columns hold fourteen digits before the decimal point."""


def invalid_report(findings: Sequence[Finding]) -> InvalidReport:
    """One error for all findings: the first is the error itself, the rest are its `others`."""
    first, *others = map(InvalidReport, findings)
    first.others = tuple(others)
    return first


def check_fits(value: Decimal | None, field: str) -> None:
    """Raises `InvalidReport` for an amount the database could not hold."""
    if value is not None and not (value.is_finite() and abs(value) < _LIMIT):
        raise InvalidReport(Problem("too_large", field, facts={"value": value}))
