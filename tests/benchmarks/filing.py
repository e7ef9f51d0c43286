"""Filing one report end to end, over HTTP, against a plain Django REST framework create and against SQL by hand."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any

import psycopg
from django.db import connection
from django.utils import timezone

from hztargets.models import ApiToken, Department, Document, Goal, Period, Report, Role, User
from hztargets.services.accounts.tokens import NewToken, issue_token
from tests.benchmarks import floors
from tests.benchmarks.clients import Errand, at_once, run_errands
from tests.benchmarks.server import Server, running_server
from tests.benchmarks.timing import Figure

ROUNDS, REPORTS = 5, 48
_WORDS = {"note": "新签3个项目，到位资金按协议入账", "cause": "2个项目推迟签约", "remedy": "专班每周跟进"}
_TWO_REQUESTS, _ONE_REQUEST, _PLAIN_DRF, _BY_HAND = "create, then submit", "one request", "plain DRF create", "SQL"
_CREATE, _SUBMIT, _PLAIN = "/api/v1/reports/", "/api/v1/reports/{id}/submit/", "/plain/reports/"


@dataclass(frozen=True)
class Ways:
    """The same reports, filed in each of the ways that are compared."""

    ours: Sequence[Errand]
    at_once: Sequence[Errand]
    plain: Sequence[Errand]
    rows: Sequence[floors.ReportRow]


@dataclass(frozen=True)
class Spent:
    """Seconds for all reports of a round: by the clock, and of the processor for server and database."""

    wall: float
    server: float
    database: float

    @property
    def processor(self) -> float:
        return self.server + self.database


def measure_filing(document: Document, now: datetime) -> list[Figure]:
    december = document.periods.get(month=12)
    ways = _ways(december, now)
    with running_server() as server:
        return [figure for clients in (1, 16) for figure in _compare(server, ways, december, clients)]


def _ways(december: Period, now: datetime) -> Ways:
    last = _last_values(december.document)
    goals = [goal for goal in december.document.goals.select_related("lead").order_by("pk") if goal.pk in last][
        :REPORTS
    ]
    keys = {department: _key_for(department) for department in dict.fromkeys(goal.lead for goal in goals)}
    words = {**_WORDS, "expected_on": f"{timezone.localdate() + timedelta(days=30)}"}  # the server has the real day
    contents = {goal.pk: {**words, "value": f"{_next(goal, last[goal.pk]):f}"} for goal in goals}
    return Ways(
        ours=[_ours(goal, contents[goal.pk], keys[goal.lead].key) for goal in goals],
        at_once=[_at_once(goal, contents[goal.pk], keys[goal.lead].key) for goal in goals],
        plain=[_plain(goal, december, contents[goal.pk], keys[goal.lead].key) for goal in goals],
        rows=[
            floors.ReportRow(goal, december, contents[goal.pk], keys[goal.lead].token.account, now) for goal in goals
        ],
    )


def _last_values(document: Document) -> dict[int, Decimal]:
    rows = Report.objects.approved().filter(document=document, period__month=11).values_list("goal_id", "value")
    return {goal_id: value for goal_id, value in rows if value is not None}


def _key_for(department: Department) -> NewToken:
    security = User.objects.filter(role=Role.SECURITY_ADMIN)[0]
    scope = ApiToken.Scope.FILE
    return issue_token(name="bench", department=department, scope=scope, by=security, now=timezone.now())


def _next(goal: Goal, last: Decimal) -> Decimal:
    """A little more than the month before, as exact as the goal is."""
    places = 0 if goal.is_count else goal.precision or 0
    return (last * Decimal("1.08")).quantize(Decimal(1).scaleb(-places)).normalize()


def _ours(goal: Goal, content: Mapping[str, Any], token: str) -> Errand:
    return Errand(token, {**content, "goal": goal.pk, "period": "2024-12"}, (_CREATE, _SUBMIT))


def _at_once(goal: Goal, content: Mapping[str, Any], token: str) -> Errand:
    return Errand(token, {**content, "goal": goal.pk, "period": "2024-12", "submit": True}, (_CREATE,))


def _plain(goal: Goal, period: Period, content: Mapping[str, Any], token: str) -> Errand:
    body = {**content, "document": goal.document_id, "goal": goal.pk, "period": period.pk}
    return Errand(token, body, (_PLAIN,))


def _compare(server: Server, ways: Ways, december: Period, clients: int) -> list[Figure]:
    """The ways take turns, so that a machine that slows down slows all; the first round only warms up."""
    tasks: dict[str, Callable[[], float]] = {
        _TWO_REQUESTS: partial(run_errands, server.port, ways.ours, clients),
        _ONE_REQUEST: partial(run_errands, server.port, ways.at_once, clients),
        _PLAIN_DRF: partial(run_errands, server.port, ways.plain, clients),
        _BY_HAND: partial(_by_hand, ways.rows, clients),
    }
    rounds = [{name: _timed(server, task, december) for name, task in tasks.items()} for _ in range(ROUNDS + 1)][1:]
    return [_figure(way, clients, rounds, len(ways.ours)) for way in (_TWO_REQUESTS, _ONE_REQUEST, _PLAIN_DRF)]


def _figure(way: str, clients: int, rounds: Sequence[Mapping[str, Spent]], count: int) -> Figure:
    """`value` and `floor` in milliseconds a report, by the clock of the whole round."""

    def each(which: str, part: Callable[[Spent], float]) -> float:
        return 1000 * median(part(one[which]) for one in rounds) / count

    def share(part: Callable[[Spent], float]) -> float:
        return median(part(one[_PLAIN_DRF]) / part(one[way]) for one in rounds)

    notes = {
        "ms of the server's processor": each(way, lambda one: one.server),
        "ms of the database's processor": each(way, lambda one: one.database),
        "load average of the machine": os.getloadavg()[0],
    }
    if way != _PLAIN_DRF:
        notes["share of plain DRF's throughput, by the clock"] = share(lambda one: one.wall)
        notes["share of plain DRF's, by processor time"] = share(lambda one: one.processor)
    return Figure(
        name=f"file a report, {way}, {clients} at once",
        value=each(way, lambda one: one.wall),
        unit="ms",
        floor=each(_BY_HAND, lambda one: one.wall),
        n=count * len(rounds),
        notes=notes,
    )


def _timed(server: Server, task: Callable[[], float], december: Period) -> Spent:
    _clear(december)
    before = server.cpu()
    wall = task()
    after = server.cpu()
    return Spent(wall, *(_more(*pair) for pair in zip(before, after, strict=True)))


def _more(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    return sum(seconds - before.get(process, 0.0) for process, seconds in after.items())


def _clear(period: Period) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM hztargets_report WHERE period_id = %s", [period.pk])


def _by_hand(rows: Sequence[floors.ReportRow], clients: int) -> float:
    """Connections are opened before the clock starts, as a server has them open already."""
    place = connection.settings_dict
    opened = [
        psycopg.connect(host=place["HOST"], port=place["PORT"], dbname=place["NAME"], user=place["USER"],
                        password=place["PASSWORD"])
        for _ in range(clients)
    ]  # fmt: skip
    try:
        return at_once([partial(_file_rows, one, rows[n::clients]) for n, one in enumerate(opened)])
    finally:
        for one in opened:
            one.close()


def _file_rows(opened: "psycopg.Connection[Any]", rows: Sequence[floors.ReportRow]) -> None:
    for row in rows:
        with opened.transaction(), opened.cursor() as cursor:
            floors.file_row(cursor, row)
