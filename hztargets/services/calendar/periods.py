"""A document's reporting periods, by working day."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from hztargets.domain.calendar import WorkingCalendar, assessment_day, first_of_next_month
from hztargets.domain.problems import Problem
from hztargets.models import AuditEvent, CalendarDay, Department, Document, Period, User
from hztargets.models.reports import PeriodExtension
from hztargets.queries.calendar.periods import read_deadlines
from hztargets.services.auditing import record_event
from hztargets.services.decisions.conditions import InvalidDecision, needed_reason
from hztargets.services.permissions import allow

OPENED = "period.open"


def load_calendar() -> WorkingCalendar:
    return WorkingCalendar(dict(CalendarDay.objects.values_list("day", "is_working")))


def store_calendar(days: Iterable[tuple[date, bool, str]]) -> int:
    """Adds or corrects the days of the State Council's notice; returns how many rows there are now."""
    rows = [CalendarDay(day=day, is_working=is_working, name=name) for day, is_working, name in days]
    CalendarDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["day"], update_fields=["is_working", "name"]
    )
    return CalendarDay.objects.count()


def plan_periods(document: Document) -> int:
    """Adds the missing ones of the year's twelve periods, due by working day; returns how many are new."""
    calendar = load_calendar()
    opens = [first_of_next_month(document.year, month) for month in range(1, 13)]
    due = [
        calendar.nth_working_day(day, document.due_working_day)
        for day in (*opens, first_of_next_month(document.year + 1, 1))
    ]
    known = set(document.periods.values_list("month", flat=True))
    new = [
        Period(
            document=document,
            month=month,
            opens_on=opens[month - 1],
            due_on=due[month - 1],
            settles_on=assessment_day(date.max, due[month]),
        )
        for month in range(1, 13)
        if month not in known
    ]
    Period.objects.bulk_create(new)
    return len(new)


def open_due_periods(*, now: datetime) -> int:
    """Records once for each period that filing has begun; returns how many were new. Filing depends only on the opening
    day, so a late run of this job delays nobody."""
    begun = AuditEvent.objects.filter(object_type="period", action=OPENED)
    new = Period.objects.filter(opens_on__lte=localdate(now)).exclude(pk__in=begun.values("object_id"))
    return sum(_note_opening(pk, now) for pk in new.order_by("opens_on", "pk").values_list("pk", flat=True))


@transaction.atomic
def _note_opening(pk: int, now: datetime) -> bool:
    row = Period.objects.select_for_update().get(pk=pk)
    if AuditEvent.objects.filter(object_type="period", action=OPENED, object_id=pk).exists():
        return False
    days = {"opens_on": str(row.opens_on), "due_on": str(row.due_on)}
    record_event(action=OPENED, subject=row, by=None, now=now, after=days)
    return True


@transaction.atomic
def extend_period(
    *, period: Period, due_on: date, reason: str, by: User, now: datetime, department: Department | None = None
) -> PeriodExtension:
    """Moves the deadline of one department, or of all and then of the period itself, to a working day from today on and
    before the next period falls due. The last day of the previous month's board moves with it."""
    row = _lock(period, reason, by)
    current = _current_deadline(row, department)
    _check_new_deadline(row, current, due_on, _earliest_deadline(row, department, localdate(now)))
    extension = PeriodExtension.objects.create(
        period=row,
        department=department,
        previous_due_on=current,
        due_on=due_on,
        reason=reason.strip(),
        granted_at=now,
        granted_by=by,
    )
    if department is None:
        row.due_on = due_on
        row.save()
        row.document.periods.filter(month=row.month - 1).update(settles_on=assessment_day(date.max, due_on))
    who = {"department": department.name} if department else {}
    before, after = {"due_on": str(current), **who}, {"due_on": str(due_on), **who}
    record_event(action="period.extend", subject=row, by=by, now=now, reason=reason.strip(), before=before, after=after)
    return extension


def _current_deadline(period: Period, department: Department | None) -> date:
    return period.due_on if department is None else read_deadlines([period]).due_on(period, department.pk)


def _check_new_deadline(period: Period, current: date, due_on: date, earliest: date) -> None:
    if period.closed_at is not None:
        raise InvalidDecision(Problem("moving_closed_period"))
    if due_on == current:
        raise InvalidDecision(Problem("same_deadline", "due_on", facts={"day": current}))
    if not earliest <= due_on <= period.settles_on:
        days = {"first": earliest, "last": period.settles_on}
        raise InvalidDecision(Problem("deadline_out_of_range", "due_on", facts=days))
    calendar = load_calendar()
    if not calendar.is_working_day(due_on):
        days = {"day": due_on, "next": calendar.next_working_day(due_on)}
        raise InvalidDecision(Problem("not_a_working_day", "due_on", facts=days))


def _earliest_deadline(period: Period, department: Department | None, today: date) -> date:
    """An extension may be shortened: a department's to the period's day, the period's to the one first planned. Never
    before today."""
    if department is not None:
        return max(period.due_on, today)
    moved = period.extensions.filter(department__isnull=True).order_by("pk")
    return max(moved.values_list("previous_due_on", flat=True).first() or period.due_on, today)


@transaction.atomic
def close_period(*, period: Period, reason: str, by: User, now: datetime) -> Period:
    """Ends filing for the period. Only the office may, with a reason."""
    row = _lock(period, reason, by)
    if row.closed_at is not None:
        raise InvalidDecision(Problem("already_closed"))
    row.closed_at, row.closed_by, row.closed_reason = now, by, reason.strip()
    row.save()
    record_event(action="period.close", subject=row, by=by, now=now, reason=reason.strip())
    return row


@transaction.atomic
def reopen_period(*, period: Period, reason: str, by: User, now: datetime) -> Period:
    """Lets departments file for a closed period again."""
    row = _lock(period, reason, by)
    if row.closed_at is None:
        raise InvalidDecision(Problem("not_closed"))
    row.closed_at, row.closed_by, row.closed_reason = None, None, ""
    row.save()
    record_event(action="period.reopen", subject=row, by=by, now=now, reason=reason.strip())
    return row


def _lock(period: Period, reason: str, by: User) -> Period:
    allow(by, "decide")
    needed_reason(reason)
    return Period.objects.select_for_update(of=("self",)).select_related("document").get(pk=period.pk)
