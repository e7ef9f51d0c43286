"""Revising a goal during the year: a new version of its target, judged beside the original (V1)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.domain.measures import measure_of
from hztargets.domain.numbers import plain
from hztargets.domain.plans import PlanRefusal, check_amount, target_text
from hztargets.models import Goal, GoalVersion, User
from hztargets.queries.decisions.plans import is_year_open
from hztargets.services.assessment.assessing import assess_goal
from hztargets.services.auditing import record_event
from hztargets.services.decisions.conditions import InvalidDecision, check_takes_effect, needed_reason
from hztargets.services.permissions import allow


class InvalidRevision(InvalidDecision):
    """The target cannot be changed like this."""


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
    """The target from `effective_month` on; `by`, of the office, approves it. Once the year is open the goal is judged
    anew at once. A range stays a range: `value` and `value_max` are its ends.

    Revisions follow each other month by month: one never takes effect before or together with an earlier one.
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
        before=_told(latest),
        after=_told(version),
        reason=reason,
    )
    if is_year_open(row.document, localdate(now)):
        assess_goal(goal=row, as_of=localdate(now), now=now)
    return version


def _check_value(goal: Goal, latest: GoalVersion, value: Decimal, value_max: Decimal | None) -> None:
    if measure_of(goal).is_milestone:
        raise InvalidRevision("no_figure", _("A milestone has a day, not a figure to revise."), "value")
    _check_ends(latest, value_max)
    _check_end(goal, value, "value")
    if value_max is not None:
        _check_end(goal, value_max, "value_max")
        _check_order(value, value_max)
    if (value, value_max) == (latest.value, latest.value_max):
        facts = {"value": target_text(value, value_max), "unit": goal.unit}
        raise InvalidRevision("unchanged", _("The target already is %(value)s %(unit)s.") % facts, "value")


def _check_ends(latest: GoalVersion, value_max: Decimal | None) -> None:
    if (latest.value_max is None) != (value_max is None):
        message = (
            _("The target is one figure; a range cannot replace it.")
            if latest.value_max is None
            else _("The target is a range; enter both of its ends.")
        )
        raise InvalidRevision("range_target", message, "value_max")


def _check_order(value: Decimal, value_max: Decimal) -> None:
    if value_max <= value:
        message = _("The upper end must be above the lower one, %(value)s.") % {"value": plain(value)}
        raise InvalidRevision("range_reversed", message, "value_max")


def _check_end(goal: Goal, value: Decimal, field: str) -> None:
    try:
        check_amount(value)
    except PlanRefusal as refusal:
        message = _("“%(value)s” is not a number the system can hold: at most 14 digits before the point and 6 after.")
        raise InvalidRevision(refusal.code, message % refusal.facts, field) from refusal
    if measure_of(goal).adds_up and value < 0:
        message = _("A cumulative target cannot be negative; you entered %(value)s.") % {"value": plain(value)}
        raise InvalidRevision("negative", message, field)


def _check_follows(latest: GoalVersion, month: int) -> None:
    """Version 1 is the original of the whole year, so that January can never be revised."""
    if month <= latest.effective_month:
        message = _("The target in force took effect in month %(month)s; a revision takes effect in a later one.")
        raise InvalidRevision("not_after_last", message % {"month": latest.effective_month}, "effective_month")


def _told(version: GoalVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "value": None if version.value is None else target_text(version.value, version.value_max),
        "effective_month": version.effective_month,
    }
