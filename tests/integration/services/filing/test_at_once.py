"""Several people and programs at the same moment, each with a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from hztargets.models import Assessment, AuditEvent, Flag, FlagTransition, Report, Role, User
from hztargets.services.assessment.assessing import assess_document
from hztargets.services.errors import ServiceError
from hztargets.services.filing.reports import ReportContent, create_report, edit_report
from hztargets.services.review.reviewing import approve_report, return_report
from tests.factories import AUGUST, City, make_user, submitted_report

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[str]:
    """Starts all at the same moment; answers `done` or the refusal's code for each."""
    together = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> str:
        try:
            together.wait(10)
            call()
        except ServiceError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_clerks_starting_the_same_report_make_one(city: City, clerk: User) -> None:
    colleague = make_user(Role.CLERK, city.commerce)
    period = city.period(7)

    def start(by: User) -> Callable[[], Report]:
        content = ReportContent(value=Decimal(41))
        return lambda: create_report(goal=city.fdi, period=period, content=content, by=by, now=AUGUST)

    assert sorted(at_once(start(clerk), start(colleague))) == ["already_open", "done"]
    assert (Report.objects.count(), AuditEvent.objects.count()) == (1, 1)


def test_two_clerks_saving_the_same_revision_lose_no_words(city: City, clerk: User) -> None:
    content = ReportContent(value=Decimal(41))
    report = create_report(goal=city.fdi, period=city.period(7), content=content, by=clerk, now=AUGUST)

    def save(value: int) -> Callable[[], Report]:
        better = ReportContent(value=Decimal(value))
        return lambda: edit_report(report=report, content=better, revision=1, by=clerk, now=AUGUST)

    assert sorted(at_once(save(42), save(43))) == ["done", "stale"]
    report.refresh_from_db()
    assert (report.revision, report.value in (42, 43)) == (2, True)


def test_a_report_is_decided_once(city: City, office: User) -> None:
    report = submitted_report(city.fdi, 7, 41)
    colleague = make_user(Role.OFFICE)
    answers = at_once(
        lambda: approve_report(report=report, by=office, now=AUGUST),
        lambda: return_report(report=report, reason="口径有误", by=colleague, now=AUGUST),
        lambda: approve_report(report=report, by=colleague, now=AUGUST),
    )
    assert sorted(answers) == ["done", "wrong_state", "wrong_state"]
    decided = AuditEvent.objects.filter(action__in=["report.approve", "report.return"])
    assert (decided.count(), Flag.objects.count() <= 1) == (1, True)


def test_approving_while_the_night_run_judges_leaves_one_truth(city: City, office: User) -> None:
    """The later transaction sees the result of the earlier one: no deadlock, and assessing again changes nothing."""
    reports = [
        submitted_report(goal, 7, value) for goal, value in ((city.fdi, 41), (city.trade, 70), (city.firms, 900))
    ]

    def approve(report: Report) -> Callable[[], Report]:
        return lambda: approve_report(report=report, by=office, now=AUGUST)

    def judge() -> int:
        return assess_document(document=city.document, as_of=AUGUST.date(), now=AUGUST).run.changed

    assert at_once(judge, *map(approve, reports), judge) == ["done"] * 5
    assert judge() == 0
    july = Assessment.objects.current().filter(period__month=7).order_by("goal__position")
    assert list(july.values_list("goal__code", "colour")) == [
        ("A6-01", "amber"),
        ("A6-02", "amber"),
        ("A2-01", "amber"),
    ]
    assert (Flag.objects.open().count(), FlagTransition.objects.count()) == (3, 3)
