"""The board: one month's lights, as narrowed and sorted in the address."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from hztargets import clock
from hztargets.models import Assessment, Document, Goal, GoalVersion, Period, User
from hztargets.queries.board.board import Board, last_run, leads_of, read_board, read_trends
from hztargets.queries.board.goal import target_in_force
from hztargets.queries.catalogue import open_periods
from hztargets.queries.timeliness import on_time_rate
from hztargets.web.access import READERS, SignedInRequest, document_or_404, for_roles, period_or_404
from hztargets.web.board.form import BoardForm, area_bars, chips, counters
from hztargets.web.charts import Trend, draw_trend


@dataclass(frozen=True)
class BoardRow:
    assessment: Assessment
    target: GoalVersion | None
    trend: Trend | None
    was: str | None

    @property
    def goal(self) -> Goal:
        return self.assessment.goal


@for_roles(READERS)
def board_page(request: SignedInRequest, document_id: int) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    form = BoardForm(request.GET, today=clock.today())
    periods = open_periods(document, form.as_of_day or clock.today())
    period = _chosen(document, periods, request.GET.get("period", ""))
    if period is None:
        return render(request, "hztargets/pages/board_empty.html", {"document": document, "form": form})
    board = read_board(request.user, period, as_of=form.as_of_day, filters=form.filters())
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
        "leads": leads_of(request.user, document),
        "on_time": on_time_rate(request.user, period, form.as_of_day or clock.today()),
        "run": last_run(document, form.as_of_day),
    }
    return render(request, "hztargets/pages/board.html", context)


def _chosen(document: Document, periods: list[Period], label: str) -> Period | None:
    """The month asked for; without a word the last one open. A month not open on the day has no board yet."""
    if not label:
        return periods[-1] if periods else None
    chosen = period_or_404(document, label)
    return next((period for period in periods if period.pk == chosen.pk), None)


def _neighbours(periods: list[Period], period: Period) -> dict[str, Any]:
    place = [row.pk for row in periods].index(period.pk)
    return {
        "earlier": periods[place - 1] if place else None,
        "later": periods[place + 1] if place + 1 < len(periods) else None,
    }


def _rows(user: User, board: Board) -> list[BoardRow]:
    versions: dict[int, list[GoalVersion]] = defaultdict(list)
    goal_ids = [assessment.goal_id for assessment in board.rows]
    for version in GoalVersion.objects.filter(goal__in=goal_ids).order_by("number"):
        versions[version.goal_id].append(version)
    trends = read_trends(user, board)
    return [
        BoardRow(
            assessment=assessment,
            target=target_in_force(versions[assessment.goal_id], board.period.month, board.as_of),
            trend=draw_trend(assessment.goal, assessment.target, trends[assessment.goal_id]),
            was=board.changed.get(assessment.goal_id),
        )
        for assessment in board.rows
    ]
