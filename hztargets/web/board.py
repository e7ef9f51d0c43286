"""The board: one month's lights, as narrowed and sorted in the address."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from hztargets.models import Assessment, AssessmentRun, Department, Document, Goal, GoalVersion, Period, User
from hztargets.queries.board import Board, read_board
from hztargets.queries.catalogue import open_periods
from hztargets.web.access import READERS, SignedInRequest, document_or_404, for_roles, period_or_404
from hztargets.web.board_form import BoardForm, area_bars, chips, counters
from hztargets.web.chart import Point, Trend, draw_trend


@dataclass(frozen=True)
class Row:
    said: Assessment
    target: GoalVersion | None
    trend: Trend | None
    was: str | None

    @property
    def goal(self) -> Goal:
        return self.said.goal


@for_roles(READERS)
def board_page(request: SignedInRequest, document_id: int) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    form = BoardForm(request.GET, today=localdate())
    periods = open_periods(document, form.as_of_day or localdate())
    period = _chosen(document, periods, request.GET.get("period", ""))
    if period is None:
        return render(request, "hztargets/pages/board_empty.html", {"document": document, "form": form})
    board = read_board(request.user, period, as_of=form.as_of_day, wanted=form.wanted())
    context = {
        "document": document,
        "form": form,
        "sort": form.sort_key,
        "periods": periods,
        "period": period,
        **_neighbours(periods, period),
        "board": board,
        "rows": _rows(request.user, board),
        "counters": counters(board),
        "chips": chips(board),
        "areas": area_bars(board),
        "leads": _leads(request.user, document),
        "run": _last_run(document, form.as_of_day),
    }
    return render(request, "hztargets/pages/board.html", context)


def _chosen(document: Document, periods: list[Period], label: str) -> Period | None:
    """The month asked for; without a word the last one open. A month not open on the day has no board yet."""
    if not label:
        return periods[-1] if periods else None
    wanted = period_or_404(document, label)
    return next((period for period in periods if period.pk == wanted.pk), None)


def _neighbours(periods: list[Period], period: Period) -> dict[str, Any]:
    place = [row.pk for row in periods].index(period.pk)
    return {
        "earlier": periods[place - 1] if place else None,
        "later": periods[place + 1] if place + 1 < len(periods) else None,
    }


def _leads(user: User, document: Document) -> list[Department]:
    led = Goal.objects.visible_to(user).filter(document=document).values("lead")
    return list(Department.objects.filter(pk__in=led).order_by("position"))


def _last_run(document: Document, as_of: date | None) -> AssessmentRun | None:
    """The run whose lights are shown, with its rule set; looks back change no board."""
    runs = document.runs.filter(finished_at__isnull=False, is_retrospective=False)
    if as_of is not None:
        runs = runs.filter(as_of__lte=as_of)
    return runs.select_related("rule_set").order_by("-as_of", "-finished_at").first()


def _rows(user: User, board: Board) -> list[Row]:
    ids = [said.goal_id for said in board.rows]
    targets = {row.goal_id: row for row in GoalVersion.objects.filter(goal__in=ids).order_by("number")}
    trends = _trends(user, board, ids)
    return [
        Row(
            said=said,
            target=targets.get(said.goal_id),
            trend=draw_trend(said.goal, said.target, trends[said.goal_id]),
            was=board.changed.get(said.goal_id),
        )
        for said in board.rows
    ]


def _trends(user: User, board: Board, goal_ids: Iterable[int]) -> dict[int, list[Point]]:
    """What was judged of each goal, month by month, up to the board's."""
    said = Assessment.objects.visible_to(user).filter(
        document=board.document, goal__in=list(goal_ids), period__month__lte=board.period.month, value__isnull=False
    )
    said = said.current() if board.as_of is None else said.as_known_on(board.as_of)
    trends: dict[int, list[Point]] = defaultdict(list)
    columns = ("goal_id", "judged_month", "value", "done_share", "expected_share", "colour")
    for goal_id, *numbers in said.order_by("period__month").values_list(*columns):
        trends[goal_id].append(Point(*numbers))
    return trends
