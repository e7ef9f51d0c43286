"""Profiles from a table: every row or none."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from hztargets.domain.plan_table import PLANNED_KINDS, PlanRow, PlanTable
from hztargets.domain.plans import is_target, target_text
from hztargets.domain.problems import Problem
from hztargets.models import Document, Goal, User
from hztargets.queries.decisions.plans import is_year_open, latest_profiles, latest_targets
from hztargets.services.decisions.conditions import InvalidDecision, TableRefused
from hztargets.services.decisions.plans import Planning, check_kind, checked_plan, decide_profile
from hztargets.services.errors import ServiceError
from hztargets.services.permissions import allow

ADDED, CHANGED, LEFT = "added", "changed", "left"


@transaction.atomic
def import_profiles(
    *, document: Document, table: PlanTable, by: User, now: datetime, effective_month: int | None = None
) -> Counter[str]:
    """Rows by outcome. A row equal to the profile in force is skipped, also once the year is open; the others are
    stored like single changes. The caller assesses the document once afterwards. Raises `TableRefused`; an invalid
    `effective_month`, which concerns all rows, is reported once."""
    problems = list(table.problems)
    counts: Counter[str] = Counter()
    plannings = _plannings(document, table, by, now, effective_month)
    for row in table.rows:
        try:
            counts[_import_row(row, plannings.get(row.goal))] += 1
        except ServiceError as error:
            problem = error.problem.at(field=error.field or "goal", line=row.line)
            if error.field != "effective_month" or problem.code not in {known.code for known in problems}:
                problems.append(problem)
    if problems:
        raise TableRefused("table_refused", problems)
    return counts


def _plannings(
    document: Document, table: PlanTable, by: User, now: datetime, effective_month: int | None
) -> dict[str, Planning]:
    """The state in force of each goal in the table that the user may see, by code, from four queries."""
    reasons = {row.goal: row.reason for row in table.rows}
    visible = Goal.objects.visible_to(by).filter(document=document, code__in=reasons).in_document_order()
    goals = list(visible.select_related("document").select_for_update(of=("self",), no_key=True))
    ids = [goal.pk for goal in goals]
    targets, profiles = latest_targets(ids), latest_profiles(ids)
    frozen = is_year_open(document, localdate(now))
    return {
        goal.code: Planning(
            goal=goal,
            target=targets[goal.pk],
            latest=profiles.get(goal.pk),
            frozen=frozen,
            effective_month=effective_month,
            reason=reasons[goal.code],
            by=by,
            now=now,
        )
        for goal in goals
    }


def _import_row(row: PlanRow, planning: Planning | None) -> str:
    if planning is None:
        raise InvalidDecision(Problem("goal_not_in_document", "goal", facts={"code": row.goal}))
    if (row.kind, row.values) == (planning.kind, planning.plan):
        return LEFT
    allow(planning.by, "plan", planning.goal, frozen=planning.frozen)
    _check_same_goal(row, planning)
    if row.kind in PLANNED_KINDS:
        plan = checked_plan(planning, row.values or ())
    else:
        check_kind(planning, row.kind)
        plan = None
    decide_profile(planning, row.kind, plan)
    return CHANGED if planning.latest else ADDED


def _check_same_goal(row: PlanRow, planning: Planning) -> None:
    """Raises `InvalidDecision` unless the row was made for this unit and target and has another reason than the last
    change."""
    goal, target = planning.goal, planning.target
    if row.unit and row.unit != goal.unit:
        raise InvalidDecision(Problem("unit_differs", "unit", facts={"unit": goal.unit, "found": row.unit}))
    if row.target and target.value is not None and not is_target(row.target, target.value, target.value_max):
        facts = {"target": target_text(target.value, target.value_max), "found": row.target}
        raise InvalidDecision(Problem("target_differs", "target", facts=facts))
    if planning.frozen and planning.latest and row.reason and row.reason == planning.latest.reason:
        raise InvalidDecision(Problem("reason_repeated", "reason"))
