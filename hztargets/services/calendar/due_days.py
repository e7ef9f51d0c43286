"""On which working day reports fall due: a document's, and that of goals with a day of their own."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise

from django.db import transaction
from django.utils.timezone import localdate

from hztargets.domain.calendar import assessment_day, first_of_next_month
from hztargets.domain.catalogue.values import DUE_DAYS
from hztargets.domain.problems import Problem
from hztargets.models import Document, Goal, GoalDeadline, GoalDueDay, Period, User
from hztargets.queries.calendar.periods import due_days_in_force
from hztargets.services.auditing import record_event
from hztargets.services.calendar.periods import load_calendar
from hztargets.services.decisions.conditions import InvalidDecision, needed_reason
from hztargets.services.permissions import allow


@transaction.atomic
def set_due_working_day(*, document: Document, working_day: int, reason: str, by: User, now: datetime) -> int:
    """Sets the deadlines of the periods that have not opened yet to that working day after each opening; returns how
    many periods moved. Periods already open keep theirs; goals with a day of their own keep that day."""
    allow(by, "decide")
    reason = needed_reason(reason)
    _check_working_day(working_day)
    row = Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    ahead, moved = _plan_ahead(row, working_day, localdate(now))
    _replan_goals(row, ahead)
    before, row.due_working_day = row.due_working_day, working_day
    row.save(update_fields=["due_working_day"])
    record_event(
        action="document.due_working_day",
        subject=row,
        by=by,
        now=now,
        reason=reason,
        before={"working_day": before},
        after={"working_day": working_day, "periods": moved},
    )
    return moved


def _plan_ahead(document: Document, working_day: int, today: date) -> tuple[list[Period], int]:
    """The periods still to open, and how many of the year's got another deadline."""
    rows = list(document.periods.select_for_update().order_by("month"))
    before = [row.due_on for row in rows]
    calendar = load_calendar()
    ahead = [row for row in rows if row.opens_on > today]
    for row in ahead:
        row.due_on = calendar.nth_working_day(row.opens_on, working_day)
    for row, following in pairwise(rows):
        row.settles_on = assessment_day(date.max, following.due_on)
    if ahead:
        after_year = calendar.nth_working_day(first_of_next_month(document.year + 1, 1), working_day)
        rows[-1].settles_on = assessment_day(date.max, after_year)
    Period.objects.bulk_update(rows, ["due_on", "settles_on"])
    return ahead, sum(row.due_on != day for row, day in zip(rows, before, strict=True))


@transaction.atomic
def set_goal_due_day(*, goal: Goal, working_day: int | None, reason: str, by: User, now: datetime) -> int:
    """From the next period to open on, the goal's report is due on that working day, or on the document's again with
    None; returns how many deadlines moved. Periods already open keep theirs."""
    allow(by, "decide")
    reason = needed_reason(reason)
    if working_day is not None:
        _check_working_day(working_day)
    document = Document.objects.select_for_update(no_key=True).get(pk=goal.document_id)
    latest = goal.due_days.order_by("number").last()
    current = latest.working_day if latest else None
    if working_day == current:
        raise InvalidDecision(Problem("same_goal_deadline", "working_day"))
    goal.due_days.create(
        number=latest.number + 1 if latest else 1,
        working_day=working_day,
        reason=reason,
        decided_by=by,
        decided_at=now,
    )
    moved = plan_goal(goal, working_day, document.periods.filter(opens_on__gt=localdate(now)))
    record_event(
        action="goal.due_working_day",
        subject=goal,
        by=by,
        now=now,
        reason=reason,
        before={"working_day": current},
        after={"working_day": working_day, "periods": moved},
    )
    return moved


def import_goal_due_day(goal: Goal, working_day: int | None, *, is_new: bool, today: date) -> bool:
    """Stores the catalogue folder's due day of the goal; True when that changed something. A decision of the office is
    kept, and only a new goal gets deadlines in open periods."""
    if goal.due_days.filter(decided_by__isnull=False).exists():
        return False
    known = goal.due_days.first()
    if working_day == (known.working_day if known else None):
        return False
    GoalDueDay.objects.update_or_create(goal=goal, number=1, defaults={"working_day": working_day})
    periods = Period.objects.filter(document=goal.document_id)
    plan_goal(goal, working_day, periods if is_new else periods.filter(opens_on__gt=today))
    return True


def plan_goal(goal: Goal, working_day: int | None, periods: Iterable[Period]) -> int:
    """Sets the goal's own deadline in each of the periods, or removes it with None; returns how many changed."""
    calendar, moved = load_calendar(), 0
    for period in periods:
        known = GoalDeadline.objects.filter(period=period, goal=goal).first()
        due_on = None if working_day is None else calendar.nth_working_day(period.opens_on, working_day)
        if due_on == (known.due_on if known else None):
            continue
        moved += 1
        if due_on is None:
            GoalDeadline.objects.filter(period=period, goal=goal).delete()
        else:
            GoalDeadline.objects.update_or_create(period=period, goal=goal, defaults={"due_on": due_on})
    return moved


def _replan_goals(document: Document, periods: list[Period]) -> None:
    """After the calendar changed, the goals' own days are computed again like the document's."""
    for rule in due_days_in_force(document).values():
        plan_goal(rule.goal, rule.working_day, periods)


def _check_working_day(working_day: int) -> None:
    if working_day not in DUE_DAYS:
        raise InvalidDecision(Problem("working_day_out_of_range", "working_day", facts={"last": DUE_DAYS[-1]}))
