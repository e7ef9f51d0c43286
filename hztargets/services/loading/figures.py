"""Published figures: the same filing and review as a department's, done by two service accounts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from hztargets.domain.catalogue import FigureRow
from hztargets.domain.problems import Problem
from hztargets.models import Document, Goal, Period, ReferenceYear, Report
from hztargets.services.accounts.programs import LoadingAccounts, service_account
from hztargets.services.errors import InvalidReport, ServiceError, check_fits
from hztargets.services.filing.reports import ReportContent, start_and_submit
from hztargets.services.review.reviewing import approve_report

ADDED, CORRECTED, LEFT = "added", "corrected", "left"


@dataclass
class FiguresResult:
    """Rows by outcome; `refused` holds the problem, with its line, of each row that was not loaded."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[Problem] = field(default_factory=list)


def load_figures(*, document: Document, figures: Iterable[FigureRow], now: datetime) -> FiguresResult:
    """Loads each sound figure as an approved report; figures of earlier years become the goal's history.

    A figure counts as known from the day it was published, or where that is unknown from the period's deadline.
    The caller assesses the document afterwards.
    """
    accounts = LoadingAccounts(
        files=service_account("figures.filing", "公开数据录入程序"),
        reviews=service_account("figures.review", "公开数据核对程序"),
    )
    result = FiguresResult()
    for figure in figures:
        try:
            with transaction.atomic():
                result.counts[_load(document, figure, accounts, now)] += 1
        except ServiceError as error:
            result.refused.append(error.problem.at(line=figure.line))
    return result


def _load(document: Document, figure: FigureRow, accounts: LoadingAccounts, now: datetime) -> str:
    goal = Goal.objects.filter(document=document, code=figure.goal).select_related("document", "lead").first()
    if goal is None:
        facts = {"code": figure.goal, "document": document.number}
        raise InvalidReport(Problem("unknown_goal", "goal", facts=facts))
    if figure.period_year < document.year:
        return _load_history(goal, figure)
    if figure.period_year > document.year:
        raise InvalidReport(Problem("wrong_year", "period", facts={"year": document.year}))
    period = Period.objects.select_related("document").get(document=document, month=figure.period_month)
    return _load_report(goal, period, figure, accounts, now)


def _load_history(goal: Goal, figure: FigureRow) -> str:
    check_fits(figure.value, "value")
    year, is_new = ReferenceYear.objects.get_or_create(
        goal=goal, year=figure.period_year, defaults={"values": [None] * 12}
    )
    known = year.values[figure.period_month - 1]
    if known == figure.value:
        return LEFT
    year.values[figure.period_month - 1] = figure.value
    year.source = "；".join(sorted({*filter(None, year.source.split("；")), figure.source}))
    year.save()
    return ADDED if is_new or known is None else CORRECTED


def _load_report(goal: Goal, period: Period, figure: FigureRow, accounts: LoadingAccounts, now: datetime) -> str:
    latest = Report.objects.approved().filter(goal=goal, period=period).order_by("-version").first()
    if latest is not None and latest.value == figure.value:
        return LEFT
    if latest is not None and latest.source != Report.Source.PUBLISHED:
        raise InvalidReport(Problem("filed_by_department", "value", facts={"value": latest.value}))
    content = ReportContent(value=figure.value, note=figure.note, is_restated=latest is not None)
    report = start_and_submit(
        goal=goal,
        period=period,
        content=content,
        by=accounts.files,
        now=now,
        source=Report.Source.PUBLISHED,
        source_note=figure.source,
    )
    known_on = figure.published_on or period.due_on
    approve_report(report=report, by=accounts.reviews, now=now, known_on=known_on, assess=False)
    return ADDED if latest is None else CORRECTED
