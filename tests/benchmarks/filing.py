"""Filing one report end to end, over HTTP, against a plain Django REST framework create and against SQL by hand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any

import psycopg
from django.db import connection
from rest_framework.authtoken.models import Token

from hztargets.models import Department, Document, Goal, Period, Report, Role, User
from tests.benchmarks import floors
from tests.benchmarks.clients import Errand, at_once, run_errands
from tests.benchmarks.server import Server, running_server
from tests.benchmarks.timing import Figure

ROUNDS = 7
_WORDS = {"note": "新签3个项目，到位资金按协议入账", "cause": "2个项目推迟签约", "remedy": "专班每周跟进",
          "expected_on": "2026-12-31"}  # fmt: skip
_PLAIN_DRF, _BY_HAND = "plain DRF", "SQL"
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
    goals = [goal for goal in december.document.goals.select_related("lead").order_by("pk") if goal.pk in last]
    clerks = {goal.lead_id: _clerk(goal.lead) for goal in goals}
    said = {goal.pk: {**_WORDS, "value": f"{_next(goal, last[goal.pk]):f}"} for goal in goals}
    tokens = {lead: Token.objects.create(user=clerk).key for lead, clerk in clerks.items()}
    return Ways(
        ours=[_ours(goal, said[goal.pk], tokens[goal.lead_id]) for goal in goals],
        at_once=[_at_once(goal, said[goal.pk], tokens[goal.lead_id]) for goal in goals],
        plain=[_plain(goal, december, said[goal.pk], tokens[goal.lead_id]) for goal in goals],
        rows=[floors.ReportRow(goal, december, said[goal.pk], clerks[goal.lead_id], now) for goal in goals],
    )


def _last_values(document: Document) -> dict[int, Decimal]:
    rows = Report.objects.approved().filter(document=document, period__month=11).values_list("goal_id", "value")
    return {goal_id: value for goal_id, value in rows if value is not None}


def _clerk(department: Department) -> User:
    return User.objects.create(username=f"bench.{department.pk}", role=Role.CLERK, department=department)


def _next(goal: Goal, last: Decimal) -> Decimal:
    """A little more than the month before, as exact as the goal is."""
    places = 0 if goal.is_count else goal.precision or 0
    return (last * Decimal("1.08")).quantize(Decimal(1).scaleb(-places)).normalize()


def _ours(goal: Goal, said: Mapping[str, Any], token: str) -> Errand:
    return Errand(token, {**said, "goal": goal.pk, "period": "2024-12"}, (_CREATE, _SUBMIT))


def _at_once(goal: Goal, said: Mapping[str, Any], token: str) -> Errand:
    return Errand(token, {**said, "goal": goal.pk, "period": "2024-12", "submit": True}, (_CREATE,))


def _plain(goal: Goal, period: Period, said: Mapping[str, Any], token: str) -> Errand:
    body = {**said, "document": goal.document_id, "goal": goal.pk, "period": period.pk}
    return Errand(token, body, (_PLAIN,))


def _compare(server: Server, ways: Ways, december: Period, clients: int) -> list[Figure]:
    """The ways take turns, so that a machine that slows down slows all; the first round only warms up."""
    tasks: dict[str, Callable[[], float]] = {
        "create, submit": partial(run_errands, server.port, ways.ours, clients),
        "in one request": partial(run_errands, server.port, ways.at_once, clients),
        _PLAIN_DRF: partial(run_errands, server.port, ways.plain, clients),
        _BY_HAND: partial(_by_hand, ways.rows, clients),
    }
    rounds = [{name: _timed(server, task, december) for name, task in tasks.items()} for _ in range(ROUNDS + 1)][1:]
    return [
        _figure(f"file a report, {way}, {clients} at once, to {floor}", rounds, way, floor, len(ways.ours))
        for way in ("create, submit", "in one request")
        for floor in (_BY_HAND, _PLAIN_DRF)
    ]


def _figure(name: str, rounds: Sequence[Mapping[str, Spent]], way: str, floor: str, count: int) -> Figure:
    """`value` and `floor` in milliseconds a report, by the clock of the whole round."""

    def each(which: str, part: Callable[[Spent], float]) -> float:
        return 1000 * median(part(one[which]) for one in rounds) / count

    notes = {}
    if floor == _PLAIN_DRF:
        cpu = [one[floor].processor / one[way].processor for one in rounds]
        notes = {
            "share of its throughput, by the clock": median(one[floor].wall / one[way].wall for one in rounds),
            "share of its throughput, by processor time": median(cpu),
            **{f"ms of the server's processor, {which}": each(which, lambda one: one.server) for which in (way, floor)},
            **{f"ms of the database's, {which}": each(which, lambda one: one.database) for which in (way, floor)},
        }
    wall = {which: each(which, lambda one: one.wall) for which in (way, floor)}
    return Figure(name=name, value=wall[way], unit="ms", floor=wall[floor], n=count * len(rounds), notes=notes)


def _timed(server: Server, task: Callable[[], float], december: Period) -> Spent:
    _clear(december)
    before = server.cpu()
    wall = task()
    after = server.cpu()
    return Spent(wall, *(_more(*pair) for pair in zip(before, after, strict=True)))


def _more(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """A worker that served its number of requests is replaced by a new one; what the old one did last is lost."""
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
