"""Errors that a user can correct: problems as data; `hztargets.messages` puts them into words."""

from decimal import Decimal

from hztargets.domain.problems import Problem
from hztargets.messages import sentence


class ServiceError(Exception):
    """The user can correct the cause. Nothing was written. `problem` is the first of `problems`."""

    def __init__(self, problem: Problem, *others: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.problems = (problem, *others)

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def field(self) -> str:
        return self.problem.field

    @property
    def message(self) -> str:
        """The sentence of the first problem, in the language of the request."""
        return sentence(self.problem)

    def __str__(self) -> str:
        return self.message


class NotAllowed(ServiceError):
    """The user may not do this: by role, department, or the state of the object."""


class StaleRevision(ServiceError):
    """Somebody changed the row after the caller read it."""


class InvalidReport(ServiceError):
    """A report, its evidence, its review, a published figure or an idempotency key cannot be accepted."""


_LIMIT = Decimal(10) ** 14
"""The amount columns hold fourteen digits before the decimal point."""


def check_fits(value: Decimal | None, field: str) -> None:
    """Raises `InvalidReport` for an amount the database could not hold."""
    if value is not None and not (value.is_finite() and abs(value) < _LIMIT):
        raise InvalidReport(Problem("too_large", field, facts={"value": value}))
