"""A document's reporting periods, by working day."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hztargets.domain.calendar import WorkingCalendar, first_of_next_month, viewing_day
from hztargets.models import CalendarDay, Document, Period, Role, User
from hztargets.services.auditing import record_event
from hztargets.services.errors import InvalidReport, NotAllowed

DUE_WORKING_DAY = 5


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
        calendar.nth_working_day(day, DUE_WORKING_DAY) for day in (*opens, first_of_next_month(document.year + 1, 1))
    ]
    known = set(document.periods.values_list("month", flat=True))
    new = [
        Period(
            document=document,
            month=month,
            opens_on=opens[month - 1],
            due_on=due[month - 1],
            settles_on=viewing_day(date.max, due[month]),
        )
        for month in range(1, 13)
        if month not in known
    ]
    Period.objects.bulk_create(new)
    return len(new)


@transaction.atomic
def close_period(*, period: Period, reason: str, by: User, now: datetime) -> Period:
    """Ends filing for the period. Only the office may, with a reason."""
    row = _lock(period, reason, by)
    row.closed_at, row.closed_by, row.closed_reason = now, by, reason.strip()
    row.save()
    record_event(action="period.close", subject=row, by=by, now=now, reason=reason.strip())
    return row


@transaction.atomic
def reopen_period(*, period: Period, reason: str, by: User, now: datetime) -> Period:
    """Lets departments file for a closed period again."""
    row = _lock(period, reason, by)
    row.closed_at, row.closed_by, row.closed_reason = None, None, ""
    row.save()
    record_event(action="period.reopen", subject=row, by=by, now=now, reason=reason.strip())
    return row


def _lock(period: Period, reason: str, by: User) -> Period:
    if by.role != Role.OFFICE:
        raise NotAllowed("role_may_not", _("Your role may not do this."))
    if not reason.strip():
        raise InvalidReport("reason_missing", _("Give a reason; it is kept with the period."), "reason")
    return Period.objects.select_for_update().get(pk=period.pk)
