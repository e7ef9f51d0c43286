"""The goals of a document in the form other systems rely on: the keys of `EXPORT_KEYS` must not change."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from hztargets.models import Document, Goal, GoalDepartment, GoalProfile, GoalVersion
from hztargets.queries.calendar.periods import due_days_in_force

EXPORT_KEYS = (
    "code", "document", "area", "clause", "kind", "name", "value", "value_max", "unit", "direction", "qualifier",
    "measure", "period", "due", "lead", "departments", "parent", "quote", "frequency", "profile",
)  # fmt: skip
DUE_DAY = "due_working_day"
"""Added on request only, because other systems rely on exactly the keys above."""


def export_rows(document: Document, *, with_due_day: bool = False) -> list[dict[str, Any]]:
    """One row a goal with the keys of `EXPORT_KEYS`, targets as last decided; missing is None."""
    goals = Goal.objects.filter(document=document).select_related("area", "clause", "lead", "parent")
    targets = {row.goal_id: row for row in GoalVersion.objects.filter(goal__document=document).order_by("number")}
    profiles = {row.goal_id: row for row in GoalProfile.objects.filter(goal__document=document).order_by("number")}
    departments: dict[int, list[str]] = defaultdict(list)
    shared = GoalDepartment.objects.filter(goal__document=document).order_by("position")
    for goal_id, name in shared.values_list("goal_id", "department__name"):
        departments[goal_id].append(name)
    own = {goal_id: {DUE_DAY: rule.working_day} for goal_id, rule in due_days_in_force(document).items()}
    return [
        _row(document, goal, targets[goal.pk], profiles.get(goal.pk), departments[goal.pk])
        | (own.get(goal.pk, {DUE_DAY: None}) if with_due_day else {})
        for goal in goals.in_document_order()
    ]


def _row(
    document: Document, goal: Goal, target: GoalVersion, profile: GoalProfile | None, departments: list[str]
) -> dict[str, Any]:
    values = (
        goal.code, document.number, goal.area.number, goal.clause.number, goal.kind, goal.name,
        number(target.value), number(target.value_max), goal.unit, goal.direction, goal.qualifier, goal.measure,
        goal.period, goal.due_on.isoformat() if goal.due_on else None, goal.lead.name, departments,
        goal.parent.code if goal.parent else None, goal.quote, goal.frequency,
        profile.kind if profile else GoalProfile.Kind.AUTO.value,
    )  # fmt: skip
    return dict(zip(EXPORT_KEYS, values, strict=True))


def number(value: Decimal | None) -> int | float | None:
    """A JSON number written as in the document: 800, not 800.000000."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
