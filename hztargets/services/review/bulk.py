"""Decisions on many reports: each through the same service in its own transaction, so that an error of one does not
stop the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from hztargets.domain.problems import Problem
from hztargets.models import Report, User
from hztargets.services.errors import InvalidReport, ServiceError
from hztargets.services.review.reviewing import approve_report, endorse_report, return_report

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Choice:
    """A report as the reviewer saw it."""

    report: Report
    revision: int


@dataclass(frozen=True)
class Decision:
    """The result of a choice; `error` says why nothing was decided."""

    report: Report
    error: ServiceError | None = None

    @property
    def refused(self) -> str:
        """The sentence of the error, empty without one."""
        return self.error.message if self.error else ""


def approve_reports(*, choices: Sequence[Choice], by: User, now: datetime) -> list[Decision]:
    return _each(choices, lambda choice: _decide(approve_report, choice, by, now))


def endorse_reports(*, choices: Sequence[Choice], by: User, now: datetime) -> list[Decision]:
    return _each(choices, lambda choice: _decide(endorse_report, choice, by, now))


def return_reports(*, choices: Sequence[Choice], reason: str, by: User, now: datetime) -> list[Decision]:
    """All with one reason. Raises `InvalidReport` without one, before anything is written."""
    if not reason.strip():
        raise InvalidReport(Problem("return_reason_missing", "reason"))
    return _each(choices, lambda choice: _decide(return_report, choice, by, now, reason=reason))


def _decide(service: Callable[..., Report], choice: Choice, by: User, now: datetime, **more: str) -> Report:
    return service(report=choice.report, revision=choice.revision, by=by, now=now, **more)


def _each(choices: Sequence[Choice], act: Callable[[Choice], Report]) -> list[Decision]:
    return [_one(choice, act) for choice in choices]


def _one(choice: Choice, act: Callable[[Choice], Report]) -> Decision:
    try:
        return Decision(act(choice))
    except ServiceError as error:
        return Decision(choice.report, error)
    except Exception:  # a goal that cannot be assessed must not stop the others
        log.exception("decision_failed", report=choice.report.pk)
        return Decision(choice.report, ServiceError(Problem("decision_failed")))
