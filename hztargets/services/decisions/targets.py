"""Revising a goal during the year: a new version of its target, assessed in addition to the original (V1)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from hztargets.domain.measures import measure_of
from hztargets.domain.plans import fits_column, target_text
from hztargets.domain.problems import Problem
from hztargets.models import Goal, GoalVersion, User
from hztargets.queries.decisions.plans import is_year_open
from hztargets.services.assessment.assessing import assess_goal
from hztargets.services.auditing import record_event
from hztargets.services.decisions.conditions import InvalidDecision, check_takes_effect, needed_reason
from hztargets.services.permissions import allow


@transaction.atomic
def revise_goal(
    *,
    goal: Goal,
    value: Decimal,
    value_max: Decimal | None = None,
    effective_month: int,
    reason: str,
    by: User,
    now: datetime,
) -> GoalVersion:
    """The target from `effective_month` on; `by`, of the office, approves it. Once the year is open the goal is
    assessed at once. A target with a range must keep a range: `value` and `value_max` are its ends.

    Each revision takes effect in a later month than every earlier one.
    """
    allow(by, "decide")
    reason = needed_reason(reason)
    row = Goal.objects.select_for_update(of=("self",), no_key=True).select_related("document").get(pk=goal.pk)
    latest = row.versions.latest("number")
    _check_value(row, latest, value, value_max)
    _check_follows(latest, check_takes_effect(row.document_id, effective_month))
    version = GoalVersion.objects.create(
        goal=row,
        number=latest.number + 1,
        value=value,
        value_max=value_max,
        baseline=latest.baseline,
        effective_month=effective_month,
        reason=reason,
        decided_by=by,
        decided_at=now,
    )
    record_event(
        action="goal.revise",
        subject=row,
        by=by,
        now=now,
        before=_version_facts(latest),
        after=_version_facts(version),
        reason=reason,
    )
    if is_year_open(row.document, localdate(now)):
        assess_goal(goal=row, as_of=localdate(now), now=now)
    return version


def _check_value(goal: Goal, latest: GoalVersion, value: Decimal, value_max: Decimal | None) -> None:
    if measure_of(goal).is_milestone:
        raise InvalidDecision(Problem("milestone_has_no_figure", "value"))
    _check_ends(latest, value_max)
    _check_end(goal, value, "value")
    if value_max is not None:
        _check_end(goal, value_max, "value_max")
        _check_order(value, value_max)
    if (value, value_max) == (latest.value, latest.value_max):
        facts = {"value": target_text(value, value_max), "unit": goal.unit}
        raise InvalidDecision(Problem("target_unchanged", "value", facts=facts))


def _check_ends(latest: GoalVersion, value_max: Decimal | None) -> None:
    if (latest.value_max is None) != (value_max is None):
        code = "target_is_figure" if latest.value_max is None else "target_is_range"
        raise InvalidDecision(Problem(code, "value_max"))


def _check_order(value: Decimal, value_max: Decimal) -> None:
    if value_max <= value:
        raise InvalidDecision(Problem("range_reversed", "value_max", facts={"value": value}))


def _check_end(goal: Goal, value: Decimal, field: str) -> None:
    if not fits_column(value):
        raise InvalidDecision(Problem("target_unfit", field, facts={"value": value}))
    if measure_of(goal).adds_up and value < 0:
        raise InvalidDecision(Problem("target_negative", field, facts={"value": value}))


def _check_follows(latest: GoalVersion, month: int) -> None:
    """Version 1 is the original of the whole year, so January can never be revised."""
    if month <= latest.effective_month:
        facts = {"month": latest.effective_month}
        raise InvalidDecision(Problem("not_after_last", "effective_month", facts=facts))


def _version_facts(version: GoalVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "value": None if version.value is None else target_text(version.value, version.value_max),
        "effective_month": version.effective_month,
    }
