"""One goal: its light and why, its source in the document, its figures and everything that happened to it."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render

from hztargets import clock
from hztargets.models import Department, Document, Goal, GoalDepartment, Period
from hztargets.queries.board.goal import read_goal, target_in_force
from hztargets.queries.catalogue import open_periods
from hztargets.queries.decisions.plans import profiles_of
from hztargets.web.access import READERS, SignedInRequest, for_roles, goal_or_404, period_or_404
from hztargets.web.board.form import BoardForm
from hztargets.web.board.goal_chart import draw_goal
from hztargets.web.decisions.targets import revision_form


@dataclass(frozen=True)
class Source:
    """The clause's text cut at the goal's phrase. `quote` is as the clause prints it."""

    before: str
    quote: str
    after: str


@for_roles(READERS)
def goal_page(request: SignedInRequest, document_id: int, code: str) -> HttpResponse:
    goal = goal_or_404(request.user, document_id, code)
    form = BoardForm(request.GET, today=clock.today())
    period = _period(goal.document, request.GET.get("period", ""), open_periods(goal.document, clock.today()))
    story = read_goal(request.user, goal, period, as_of=form.as_of_day)
    context = {
        "document": goal.document,
        "goal": goal,
        "period": period,
        "as_of": form.as_of_day,
        "story": story,
        "target": target_in_force(story.versions, period.month, form.as_of_day),
        "profile": profiles_of(goal.document, [goal])[0] if story.versions else None,
        "revision_form": revision_form(request.user, goal, story.versions),
        "source": mark_source(goal),
        "chart": draw_goal(goal, story.months),
        "departments": _departments(goal),
    }
    return render(request, "hztargets/pages/goal.html", context)


def _period(document: Document, label: str, periods: list[Period]) -> Period:
    """The month asked for, else the last one open, else January: a goal has a page before its first report."""
    if label:
        return period_or_404(document, label)
    period = periods[-1] if periods else document.periods.select_related("document").order_by("month").first()
    if period is None:
        raise Http404
    return period


def _departments(goal: Goal) -> list[Department]:
    shares = GoalDepartment.objects.filter(goal=goal).select_related("department").order_by("position")
    return [share.department for share in shares]


def mark_source(goal: Goal) -> Source:
    """The stored phrase has no white space; the clause may, so its letters are counted, not its length."""
    text, start = goal.clause.text, goal.quote_start
    end = start
    left = len(goal.quote)
    while left and end < len(text):
        left -= not text[end].isspace()
        end += 1
    return Source(text[:start], text[start:end], text[end:])
