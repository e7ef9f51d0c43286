"""Sets a goal's plan, batches, kind of profile and past years.

Until the year opens the profile may be replaced. From then on it is frozen: only the office changes it, by a new
version with a reason and an effective month after every closed month.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from hztargets.domain import plans
from hztargets.domain.measures import measure_of
from hztargets.domain.numbers import plain
from hztargets.domain.problems import Problem, ProblemError
from hztargets.models import Goal, GoalProfile, GoalVersion, ReferenceYear, User
from hztargets.queries.decisions.plans import is_year_open, latest_profiles, latest_targets
from hztargets.services.assessment.assessing import assess_goal
from hztargets.services.auditing import record_event
from hztargets.services.decisions.conditions import (
    InvalidDecision,
    check_takes_effect,
    last_closed_month,
    needed_reason,
)
from hztargets.services.permissions import allow

_WITH_VALUES = (GoalProfile.Kind.PLAN, GoalProfile.Kind.STEP)


@dataclass(frozen=True, kw_only=True)
class Planning:
    """A locked goal whose profile is to be changed, and its target and profile in force."""

    goal: Goal
    target: GoalVersion
    latest: GoalProfile | None
    frozen: bool
    effective_month: int | None
    reason: str
    by: User
    now: datetime

    @property
    def kind(self) -> str:
        return self.latest.kind if self.latest else GoalProfile.Kind.AUTO.value

    @property
    def plan(self) -> tuple[Decimal, ...] | None:
        return tuple(self.latest.plan) if self.latest and self.latest.plan else None


@transaction.atomic
def set_plan(
    *,
    goal: Goal,
    values: Sequence[Decimal],
    by: User,
    now: datetime,
    reason: str = "",
    effective_month: int | None = None,
) -> GoalProfile:
    """Twelve values in the goal's unit, cumulative ones from 1 January, ending at the target in force.

    `reason` and `effective_month` are needed once the year is open. Raises `NotAllowed` or `InvalidDecision`.
    """
    planning = _start(goal, by, now, reason, effective_month)
    return _decide(planning, GoalProfile.Kind.PLAN, checked_plan(planning, values))


@transaction.atomic
def set_steps(
    *,
    goal: Goal,
    steps: Mapping[int, Decimal],
    by: User,
    now: datetime,
    reason: str = "",
    effective_month: int | None = None,
) -> GoalProfile:
    """Batches: by month, the cumulative total due from then on; the last one is the target in force."""
    planning = _start(goal, by, now, reason, effective_month)
    try:
        values = plans.expand_steps(steps)
    except ProblemError as error:
        raise InvalidDecision(error.problem) from error
    return _decide(planning, GoalProfile.Kind.STEP, checked_plan(planning, values))


@transaction.atomic
def set_profile_kind(
    *, goal: Goal, kind: str, by: User, now: datetime, reason: str = "", effective_month: int | None = None
) -> GoalProfile:
    """Automatic, even pace, working days or past years: a profile without values of its own."""
    planning = _start(goal, by, now, reason, effective_month)
    check_kind(planning, kind)
    return _decide(planning, kind, None)


@transaction.atomic
def set_reference_year(
    *,
    goal: Goal,
    year: int,
    values: Sequence[Decimal | None],
    by: User,
    now: datetime,
    source: str = "",
    reason: str = "",
) -> ReferenceYear:
    """Stores an earlier year's values month by month; unknown months are None.

    Past years affect all months, so they cannot be changed once a month is closed.
    """
    planning = _start(goal, by, now, reason, None)
    if planning.frozen:
        reason = needed_reason(reason)
        _check_nothing_closed(planning.goal)
    known = _checked_year(planning.goal, year, values)
    row = ReferenceYear.objects.filter(goal=goal, year=year).first()
    before = _year_facts(row) if row else None
    if row is not None and tuple(row.values) == known and row.source == source:
        raise InvalidDecision(Problem("unchanged"))
    row = row or ReferenceYear(goal=planning.goal, year=year)
    row.values, row.source = list(known), source
    row.save()
    record_event(
        action="reference_year.set", subject=row, by=by, now=now, before=before, after=_year_facts(row), reason=reason
    )
    _assess_if_open(planning)
    return row


def checked_plan(planning: Planning, values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    target = planning.target
    try:
        return plans.check_plan(values, measure=planning.goal.measure, target=target.value, target_max=target.value_max)
    except ProblemError as error:
        raise InvalidDecision(error.problem) from error


def check_kind(planning: Planning, kind: str) -> None:
    """The kind can be used without further values."""
    goal = planning.goal
    if kind in _WITH_VALUES or kind not in GoalProfile.Kind.values:
        raise InvalidDecision(Problem("kind_needs_values", "kind"))
    if not measure_of(goal).profiles and kind != GoalProfile.Kind.AUTO:
        raise InvalidDecision(Problem("no_profile", "kind"))
    if kind != GoalProfile.Kind.HISTORY:
        return
    years = goal.reference_years.filter(year__lt=goal.document.year)
    if "history" not in measure_of(goal).profiles or not any(plans.is_usable_year(row.values) for row in years):
        raise InvalidDecision(Problem("no_history", "kind"))


def decide_profile(planning: Planning, kind: str, plan: Sequence[Decimal] | None) -> GoalProfile:
    """Stores the checked profile and the audit row; the caller assesses the goal."""
    before = _profile_facts(planning.latest) if planning.latest else None
    row = _next_version(planning) if planning.frozen else _replaceable_version(planning)
    row.kind, row.plan = kind, None if plan is None else list(plan)
    row.reason, row.decided_by, row.decided_at = planning.reason.strip(), planning.by, planning.now
    row.save()
    record_event(
        action="profile.set",
        subject=row,
        by=planning.by,
        now=planning.now,
        before=before,
        after=_profile_facts(row),
        reason=row.reason,
    )
    return row


def _start(goal: Goal, by: User, now: datetime, reason: str, effective_month: int | None) -> Planning:
    row = Goal.objects.select_for_update(of=("self",), no_key=True).select_related("document").get(pk=goal.pk)
    frozen = is_year_open(row.document, localdate(now))
    allow(by, "plan", row, frozen=frozen)
    return Planning(
        goal=row,
        target=latest_targets([row.pk])[row.pk],
        latest=latest_profiles([row.pk]).get(row.pk),
        frozen=frozen,
        effective_month=effective_month,
        reason=reason,
        by=by,
        now=now,
    )


def _decide(planning: Planning, kind: str, plan: tuple[Decimal, ...] | None) -> GoalProfile:
    if (kind, plan) == (planning.kind, planning.plan):
        raise InvalidDecision(Problem("unchanged"))
    row = decide_profile(planning, kind, plan)
    _assess_if_open(planning)
    return row


def _next_version(planning: Planning) -> GoalProfile:
    """The automatic profile a goal had until now becomes version 1, so that its months keep it."""
    needed_reason(planning.reason)
    month = check_takes_effect(planning.goal.document_id, planning.effective_month)
    latest = planning.latest or GoalProfile.objects.create(goal=planning.goal, number=1)
    return GoalProfile(goal=planning.goal, number=latest.number + 1, effective_month=month)


def _replaceable_version(planning: Planning) -> GoalProfile:
    if planning.effective_month not in (None, 1):
        raise InvalidDecision(Problem("year_not_open", "effective_month"))
    return planning.latest or GoalProfile(goal=planning.goal, number=1)


def _assess_if_open(planning: Planning) -> None:
    if planning.frozen:
        assess_goal(goal=planning.goal, as_of=localdate(planning.now), now=planning.now)


def _check_nothing_closed(goal: Goal) -> None:
    closed = last_closed_month(goal.document_id)
    if closed is not None:
        raise InvalidDecision(Problem("past_year_closed", "year", facts={"month": closed}))


def _checked_year(goal: Goal, year: int, values: Sequence[Decimal | None]) -> tuple[Decimal | None, ...]:
    latest = goal.document.year - 1
    if not latest - plans.OLDEST_YEARS < year <= latest:
        raise InvalidDecision(Problem("year_not_past", "year", facts={"count": plans.OLDEST_YEARS, "year": latest}))
    try:
        return plans.check_past_year(values, measure=goal.measure)
    except ProblemError as error:
        raise InvalidDecision(error.problem) from error


def _profile_facts(profile: GoalProfile) -> dict[str, Any]:
    return {
        "number": profile.number,
        "kind": str(profile.kind),
        "plan": None if profile.plan is None else [plain(value) for value in profile.plan],
        "effective_month": profile.effective_month,
    }


def _year_facts(row: ReferenceYear) -> dict[str, Any]:
    values = [None if value is None else plain(value) for value in row.values]
    return {"year": row.year, "values": values, "source": row.source}
