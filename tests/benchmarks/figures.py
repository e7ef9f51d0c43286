"""The figures of `make bench`, on the real 2024 catalogue with its published figures."""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import cycle
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from hztargets.models import Assessment, Document, Goal, Period, Report, User
from hztargets.queries.catalogue import latest_document
from hztargets.services.accounts.programs import create_trial_accounts, service_account
from hztargets.services.assessment.assessing import assess_document
from hztargets.services.filing.reports import ReportContent, create_report, file_report, submit_report
from hztargets.services.review.reviewing import approve_report
from tests.benchmarks import floors
from tests.benchmarks.filing import measure_filing
from tests.benchmarks.scale import measure_scale
from tests.benchmarks.sheets import measure_sheets
from tests.benchmarks.timing import Figure, compare

NOW = datetime(2025, 1, 6, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_JUDGED = date(2025, 1, 6)


@dataclass(frozen=True)
class City:
    document: Document
    office: User
    clerk: User


GROUPS: dict[str, Callable[[City], list[Figure]]] = {
    "judging": lambda city: assessing(city),
    "board": lambda city: [board_page(city)],
    "filing": lambda city: [filing(city), *measure_filing(city.document, NOW)],
    "scale": lambda city: measure_scale(city.document, NOW),
    "sheets": lambda city: measure_sheets(city.document, NOW),
}
"""In this order: the scale figures judge every document there is but the first."""


def measure(groups: Collection[str]) -> list[Figure]:
    """The named groups; all of them where none is named."""
    city = load_city()
    return [figure for name, figures in GROUPS.items() if not groups or name in groups for figure in figures(city)]


def load_city() -> City:
    """The document with eleven plausible months for every cumulative goal, so that judging has work to do."""
    root = settings.BASE_DIR / "fixtures"
    quiet = {"stdout": StringIO()}
    call_command("load_calendar", root / "calendar" / "state-council.csv", **quiet)
    call_command("import_document", root / "hangzhou-2024", **quiet)
    document = latest_document()
    assert document is not None
    create_trial_accounts(password="correct horse")
    with transaction.atomic():  # a thousand commits would take longer than what they commit
        _file_a_year(document)
    return City(document, User.objects.get(username="office"), User.objects.get(username="clerk.swj"))


def _file_a_year(document: Document) -> None:
    files = service_account("bench.filing", "bench")
    reviews = service_account("bench.review", "bench")
    chance = random.Random(16)
    periods = list(document.periods.order_by("month")[:11])
    for goal in document.goals.filter(measure=Goal.Measure.CUMULATIVE).select_related("lead", "document"):
        target = goal.versions.get(number=1).value or Decimal(1)
        total = Decimal(0)
        for period in periods:
            total += target * Decimal(chance.randint(4, 12)) / 100
            content = ReportContent(value=total.to_integral_value() if goal.is_count else total)
            report = create_report(
                goal=goal, period=period, content=content, by=files, now=NOW, source=Report.Source.SIMULATED
            )
            submit_report(report=report, by=files, now=NOW)
            approve_report(report=report, by=reviews, now=NOW, known_on=period.due_on, assess=False)


def assessing(city: City) -> list[Figure]:
    """All goals and months from the database: once with every row to write, once with nothing changed."""
    run = _in_rolled_back_transaction(lambda: assess_document(document=city.document, as_of=_JUDGED, now=NOW))
    with transaction.atomic():
        assess_document(document=city.document, as_of=_JUDGED, now=NOW)
        rows = floors.assessment_rows(city.document)
        transaction.set_rollback(True)
    floor = _in_rolled_back_transaction(lambda: floors.read_and_store(city.document, rows))
    first = compare("assess all goals, every row written", run, floor, n=7)
    assess_document(document=city.document, as_of=_JUDGED, now=NOW)
    again = compare("assess all goals, nothing changed", run, lambda: floors.read_all(city.document), n=7)
    return [first, again]


def _in_rolled_back_transaction(work: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with transaction.atomic():
            work()
            transaction.set_rollback(True)

    return run


def board_page(city: City) -> Figure:
    """The whole page as the office sees it, against the same rows fetched by one hand-written query."""
    client = Client()
    client.force_login(city.office)
    address = reverse("board", args=[city.document.pk]) + "?period=2024-11"
    period = city.document.periods.get(month=11)

    def page() -> None:
        assert client.get(address).status_code == 200

    assert Assessment.objects.filter(period=period).count() > 100
    return compare("board page of all goals", page, lambda: floors.read_board(period), n=15)


def filing(city: City) -> Figure:
    """One report filed and submitted, with checks and audit, against the same writes by hand."""
    december = city.document.periods.get(month=12)
    goals = cycle(Goal.objects.filter(lead=city.clerk.department, measure=Goal.Measure.CUMULATIVE))
    content = ReportContent(value=Decimal(10**9), note="bench")
    audited = {"value": "1000000000", "note": "bench", "cause": "", "remedy": ""}

    def file() -> None:
        goal = next(goals)
        file_report(goal=goal, period=december, content=content, by=city.clerk, now=NOW)
        _clear(goal, december)

    def by_hand() -> None:
        goal = next(goals)
        floors.file_report(floors.ReportRow(goal, december, audited, city.clerk, NOW))
        _clear(goal, december)

    return compare("file one report", file, by_hand, n=60)


def _clear(goal: Goal, period: Period) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM hztargets_report WHERE goal_id = %s AND period_id = %s", [goal.pk, period.pk])
