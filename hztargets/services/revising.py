"""Revising a goal during the year: a new version of its target, judged beside the original (V1)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.domain.plans import PlanRefusal, check_amount, plain
from hztargets.models import Goal, GoalVersion, User
from hztargets.queries.profiles import is_year_open
from hztargets.services.assessing import assess_goal
from hztargets.services.auditing import record_event
from hztargets.services.deciding import InvalidDecision, check_office, check_takes_effect, needed_reason


class InvalidRevision(InvalidDecision):
    """The target cannot be changed like this."""


@transaction.atomic
def revise_goal(
    *, goal: Goal, value: Decimal, effective_month: int, reason: str, by: User, now: datetime
) -> GoalVersion:
    """The target from `effective_month` on; `by`, of the office, approves it. Once the year is open the goal is judged
    anew at once.

    Revisions follow each other month by month: one never takes effect before or together with an earlier one.
    """
    check_office(by)
    reason = needed_reason(reason)
    row = Goal.objects.select_for_update(of=("self",), no_key=True).select_related("document").get(pk=goal.pk)
    latest = row.versions.latest("number")
    _check_value(row, latest, value)
    _check_follows(latest, check_takes_effect(row.document_id, effective_month))
    version = GoalVersion.objects.create(
        goal=row,
        number=latest.number + 1,
        value=value,
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


def _check_value(goal: Goal, latest: GoalVersion, value: Decimal) -> None:
    if goal.measure == Goal.Measure.MILESTONE:
        raise InvalidRevision("no_figure", _("A milestone has a day, not a figure to revise."), "value")
    if latest.value_max is not None:
        message = _("The target is a range; a single figure cannot replace it.")
        raise InvalidRevision("range_target", message, "value")
    try:
        check_amount(value)
    except PlanRefusal as refusal:
        message = _("“%(value)s” is not a number the system can hold: at most 14 digits before the point and 6 after.")
        raise InvalidRevision(refusal.code, message % refusal.facts, "value") from refusal
    if goal.measure == Goal.Measure.CUMULATIVE and value < 0:
        message = _("A cumulative target cannot be negative; you entered %(value)s.") % {"value": plain(value)}
        raise InvalidRevision("negative", message, "value")
    if value == latest.value:
        message = _("The target already is %(value)s %(unit)s.") % {"value": plain(value), "unit": goal.unit}
        raise InvalidRevision("unchanged", message, "value")


def _check_follows(latest: GoalVersion, month: int) -> None:
    """Version 1 is the original of the whole year, so that January can never be revised."""
    if month <= latest.effective_month:
        message = _("The target in force took effect in month %(month)s; a revision takes effect in a later one.")
        raise InvalidRevision("not_after_last", message % {"month": latest.effective_month}, "effective_month")


def _told(version: GoalVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "value": None if version.value is None else plain(version.value),
        "effective_month": version.effective_month,
    }
