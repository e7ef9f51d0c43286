"""Profiles from a table: every row or none."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.domain.catalogue.values import Problem
from hztargets.domain.plan_table import PLANNED_KINDS, PlanRow, PlanTable
from hztargets.domain.plans import is_target, target_text
from hztargets.models import Document, Goal, User
from hztargets.queries.decisions.plans import is_year_open, latest_profiles, latest_targets
from hztargets.services.decisions.plan_errors import InvalidPlan
from hztargets.services.decisions.plans import Planning, check_kind, checked_plan, decide_profile
from hztargets.services.errors import ServiceError
from hztargets.services.permissions import allow

ADDED, CHANGED, LEFT = "added", "changed", "left"


class ImportRefused(ServiceError):
    """Something in the table is wrong; `problems` lists all of it, in the order of lines."""

    def __init__(self, problems: list[Problem]) -> None:
        message = _("Nothing was imported: the table has %(count)s problems.") % {"count": len(problems)}
        super().__init__("table_refused", message)
        self.problems = sorted(problems, key=lambda problem: problem.line)


@transaction.atomic
def import_profiles(
    *, document: Document, table: PlanTable, by: User, now: datetime, effective_month: int | None = None
) -> Counter[str]:
    """Rows by outcome. A row that says what already holds is left, whatever the year; the others are decided like
    single ones. The caller assesses the document once afterwards. Raises `ImportRefused`; an unfit `effective_month`,
    which concerns all rows alike, is named once."""
    problems = list(table.problems)
    counts: Counter[str] = Counter()
    plannings = _plannings(document, table, by, now, effective_month)
    for row in table.rows:
        try:
            counts[_import_row(row, plannings.get(row.goal))] += 1
        except ServiceError as error:
            problem = Problem(table.file, row.line, f"{error.field or 'goal'}: {error.message}")
            if error.field != "effective_month" or problem.reason not in {told.reason for told in problems}:
                problems.append(problem)
    if problems:
        raise ImportRefused(problems)
    return counts


def _plannings(
    document: Document, table: PlanTable, by: User, now: datetime, effective_month: int | None
) -> dict[str, Planning]:
    """What holds of each goal the table names and the user may see, by code, from four queries."""
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
        message = _("%(code)s is not a goal of this document; use a code of the export.") % {"code": row.goal}
        raise InvalidPlan("unknown_goal", message, "goal")
    if (row.kind, row.values) == (planning.kind, planning.plan):
        return LEFT
    allow(planning.by, "plan", planning.goal, frozen=planning.frozen)
    _check_meant_goal(row, planning)
    if row.kind in PLANNED_KINDS:
        plan = checked_plan(planning, row.values or ())
    else:
        check_kind(planning, row.kind)
        plan = None
    decide_profile(planning, row.kind, plan)
    return CHANGED if planning.latest else ADDED


def _check_meant_goal(row: PlanRow, planning: Planning) -> None:
    """Made for this unit and this target, and with a word on this change rather than the last one."""
    goal, target = planning.goal, planning.target
    if row.unit and row.unit != goal.unit:
        message = _("The goal counts in %(unit)s, the table in “%(given)s”; convert the values.")
        raise InvalidPlan("wrong_unit", message % {"unit": goal.unit, "given": row.unit}, "unit")
    if row.target and target.value is not None and not is_target(row.target, target.value, target.value_max):
        message = _("The target in force is %(target)s, the table was made for %(given)s; export it again.")
        facts = {"target": target_text(target.value, target.value_max), "given": row.target}
        raise InvalidPlan("wrong_target", message % facts, "target")
    if planning.frozen and planning.latest and row.reason and row.reason == planning.latest.reason:
        message = _("This is the reason of the last change; say why it changes now.")
        raise InvalidPlan("reason_repeated", message, "reason")
