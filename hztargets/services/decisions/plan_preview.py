"""What importing a table of profiles would change, found by importing it and rolling back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from hztargets.domain.plan_table import PlanRow, PlanTable
from hztargets.models import Document, Goal, GoalProfile, User
from hztargets.queries.catalogue import goals_for
from hztargets.queries.decisions.plans import latest_profiles
from hztargets.services.decisions.plan_import import import_profiles


@dataclass(frozen=True, kw_only=True)
class PlanChange:
    """A row that differs from the profile in force. `values` None: a kind without monthly values."""

    goal: Goal
    row: PlanRow
    kind: str
    plan: tuple[Decimal, ...] | None


@dataclass(frozen=True, kw_only=True)
class PlanPreview:
    changes: list[PlanChange]
    left: int


def preview_import(
    *, document: Document, table: PlanTable, by: User, now: datetime, effective_month: int | None = None
) -> PlanPreview:
    """Writes nothing. Raises `TableRefused` exactly when the import would."""
    codes = [row.goal for row in table.rows]
    goals = {goal.code: goal for goal in goals_for(by, document).filter(code__in=codes)}
    profiles = latest_profiles([goal.pk for goal in goals.values()])
    with transaction.atomic():
        import_profiles(document=document, table=table, by=by, now=now, effective_month=effective_month)
        transaction.set_rollback(True)
    compared = [_compared(row, goals[row.goal], profiles.get(goals[row.goal].pk)) for row in table.rows]
    changes = [change for change in compared if (change.kind, change.plan) != (change.row.kind, change.row.values)]
    return PlanPreview(changes=changes, left=len(compared) - len(changes))


def _compared(row: PlanRow, goal: Goal, profile: GoalProfile | None) -> PlanChange:
    return PlanChange(
        goal=goal,
        row=row,
        kind=profile.kind if profile else GoalProfile.Kind.AUTO.value,
        plan=tuple(profile.plan) if profile and profile.plan else None,
    )
