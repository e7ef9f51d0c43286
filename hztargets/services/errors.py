"""Errors a person can act on: `field` is the form field or API key concerned, `message` the translated sentence."""

from collections.abc import Sequence
from decimal import Decimal

from hztargets.domain.checks import Finding
from hztargets.domain.problems import Problem
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
    """Whoever acts may not do this with the object as it stands."""


class StaleRevision(ServiceError):
    """What was seen before acting is no longer what is stored."""


class InvalidReport(ServiceError):
    """What was given cannot be accepted: a report, a deadline, an account, a file."""


_LIMIT = Decimal(10) ** 14
"""What the amount columns hold: fourteen digits before the point."""


def invalid_report(findings: Sequence[Finding]) -> InvalidReport:
    """All that stands in the way, the first in front."""
    first, *others = map(InvalidReport, findings)
    first.others = tuple(others)
    return first


def check_fits(value: Decimal | None, field: str) -> None:
    """Raises `InvalidReport` for an amount the database could not hold."""
    if value is not None and not (value.is_finite() and abs(value) < _LIMIT):
        raise InvalidReport(Problem("too_large", field, facts={"value": value}))
