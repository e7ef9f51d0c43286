"""A document's periods with the deadlines that hold for each department and goal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from hztargets.models import Document, Goal, GoalDeadline, GoalDueDay, Period
from hztargets.models.reports import PeriodExtension
from hztargets.queries.prepared_queries import PreparedQuery, is_among_parameter

_EXTENSIONS = PreparedQuery(
    lambda: (
        PeriodExtension.objects.filter(is_among_parameter("period_id", "periods"))
        .order_by("pk")
        .values_list("period_id", "department_id", "previous_due_on", "due_on")
    )
)
_OWN_DEADLINES = PreparedQuery(
    lambda: GoalDeadline.objects.filter(is_among_parameter("period_id", "periods")).values_list(
        "period_id", "goal_id", "due_on"
    )
)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """`extended`: the day last granted to a department for a period. `own`: the day of a goal that has one of its own.
    `moved`: the periods whose deadline was moved to a later day for everybody. An extension never shortens a day."""

    extended: Mapping[tuple[int, int], date] = field(default_factory=dict)
    own: Mapping[tuple[int, int], date] = field(default_factory=dict)
    moved: frozenset[int] = frozenset()

    def due_on(self, period: Period, department_id: int) -> date:
        """For the department's goals that follow the period."""
        return max(period.due_on, self.extended.get((period.pk, department_id), period.due_on))

    def goal_due_on(self, period: Period, goal: Goal) -> date:
        own = self.own.get((period.pk, goal.pk))
        general = self.due_on(period, goal.lead_id)
        if own is None:
            return general
        is_extended = period.pk in self.moved or general > period.due_on
        return max(own, general) if is_extended else own


def read_deadlines(periods: Iterable[Period]) -> Deadlines:
    """Two queries."""
    periods = list(periods)
    extended: dict[tuple[int, int], date] = {}
    planned: dict[int, date] = {}
    ids = [period.pk for period in periods]
    for period, department, before, day in _EXTENSIONS.fetch(periods=ids):
        if department is None:
            planned.setdefault(period, before)
        else:
            extended[period, department] = day
    return Deadlines(
        extended=extended,
        own={(period, goal): day for period, goal, day in _OWN_DEADLINES.fetch(periods=ids)},
        moved=frozenset(row.pk for row in periods if row.due_on > planned.get(row.pk, row.due_on)),
    )


def all_periods(document: Document) -> list[Period]:
    return list(document.periods.select_related("document", "closed_by").order_by("month"))


def extensions_of(period: Period) -> list[PeriodExtension]:
    """Every day granted for the period, the newest first."""
    return list(period.extensions.select_related("department", "granted_by").order_by("-pk"))


def due_days_of(document: Document) -> list[GoalDueDay]:
    """Every decision on deadlines of single goals, by goal in the document's order, the newest first."""
    rows = GoalDueDay.objects.filter(goal__document=document).select_related("goal", "decided_by")
    return list(rows.order_by("goal__position", "-number"))


def due_days_in_force(document: Document) -> dict[int, GoalDueDay]:
    """By goal; only of goals whose report is due on a day of its own."""
    latest = {row.goal_id: row for row in reversed(due_days_of(document))}
    return {goal_id: row for goal_id, row in latest.items() if row.working_day is not None}
