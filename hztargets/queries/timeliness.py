"""Who filed in time. A goal counts for its lead department; published figures were filed by nobody and are not
counted."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.db.models import DateTimeField, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce, Least
from django.utils.timezone import localdate

from hztargets.domain.calendar import WorkingCalendar
from hztargets.domain.timeliness import Tally, Timeliness, timeliness_of
from hztargets.models import AuditEvent, CalendarDay, Goal, Period, Report, User
from hztargets.models.goals import GoalQuerySet
from hztargets.queries.calendar.periods import Deadlines, read_deadlines
from hztargets.queries.filing.due import reports_in


@dataclass(frozen=True, slots=True)
class DueReport:
    """One goal's report for one period. `filed_on` is the day of the first filing, also if that was returned or
    withdrawn."""

    goal: Goal
    period: Period
    due_on: date
    filed_on: date | None
    timeliness: Timeliness


@dataclass(frozen=True, slots=True)
class OnTimeRate:
    """Shares 0..1 of the reports due that came in time, and a month before; None while a rate cannot be given."""

    rate: float | None
    before: float | None

    @property
    def shown(self) -> Decimal | None:
        """In percent, with the one decimal readers see, so that the change agrees with a reader's calculator."""
        return _percent(self.rate)

    @property
    def shown_before(self) -> Decimal | None:
        return _percent(self.before)


def _percent(share: float | None) -> Decimal | None:
    return None if share is None else (Decimal(repr(share)) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def due_reports(
    user: User, periods: Sequence[Period], today: date, deadlines: Deadlines | None = None
) -> list[DueReport]:
    """Every report due of the goals the user may see, in the document's order. Five queries whatever their number,
    three where the deadlines are known already."""
    if not periods:
        return []
    deadlines = deadlines or read_deadlines(periods)
    goals = Goal.objects.visible_to(user).filter(document=periods[0].document_id).select_related("lead")
    first = _first_filings(goals, periods)
    count = _counter()
    found = []
    for goal in goals.in_document_order():
        for period in periods:
            filing = first.get((goal.pk, period.pk), _NOTHING)
            if not reports_in(goal, period.month) or filing.is_only_published:
                continue
            due_on = deadlines.goal_due_on(period, goal)
            timeliness = timeliness_of(due_on, filing.day, today, count)
            found.append(DueReport(goal, period, due_on, filing.day, timeliness))
    return found


def period_tallies(user: User, periods: Sequence[Period], today: date) -> dict[int, Tally]:
    """By month; of periods not open yet nothing is due."""
    by_month: dict[int, list[Timeliness]] = defaultdict(list)
    for row in due_reports(user, [period for period in periods if period.opens_on <= today], today):
        by_month[row.period.month].append(row.timeliness)
    return {month: Tally.of(rows) for month, rows in by_month.items()}


def on_time_rate(user: User, period: Period, today: date) -> OnTimeRate:
    """按时报送率 of the goals the user may see, as it stood on `today`, with the month before."""
    months = [period.month - 1, period.month]
    periods = list(Period.objects.filter(document=period.document_id, month__in=months).order_by("month"))
    tallies = period_tallies(user, periods, today)
    rates = [tallies.get(month, Tally()).rate for month in months]
    return OnTimeRate(rate=rates[1], before=rates[0])


@dataclass(frozen=True, slots=True)
class _Filing:
    day: date | None = None
    is_only_published: bool = False


_NOTHING = _Filing()


def _first_filings(goals: GoalQuerySet, periods: Iterable[Period]) -> dict[tuple[int, int], _Filing]:
    """A report that is submitted again keeps the day of its first submission, read from its audit rows. If all versions
    were withdrawn, nothing was filed."""
    rows = (
        Report.objects.filter(goal__in=goals, period__in=list(periods), submitted_at__isnull=False)
        .annotate(first_at=Least("submitted_at", Coalesce(_first_submission(), "submitted_at")))
        .values_list("goal_id", "period_id", "state", "source", "first_at")
    )
    grouped = defaultdict(list)
    for goal_id, period_id, state, source, first_at in rows:
        grouped[goal_id, period_id].append((state, source, localdate(first_at)))
    return {key: _filing(versions) for key, versions in grouped.items()}


def _filing(versions: Sequence[tuple[str, str, date]]) -> _Filing:
    filed = [row for row in versions if row[1] != Report.Source.PUBLISHED]
    if not filed:
        return _Filing(is_only_published=True)
    if all(state == Report.State.WITHDRAWN for state, _source, _day in filed):
        return _NOTHING
    return _Filing(min(day for _state, _source, day in filed))


def _first_submission() -> Subquery:
    events = AuditEvent.objects.filter(object_type="report", action="report.submit", object_id=OuterRef("pk"))
    first = events.order_by().values("object_id").annotate(first=Min("at")).values("first")
    return Subquery(first, output_field=DateTimeField())


def _counter() -> Callable[[date, date], int]:
    """Counts working days, each pair of days once."""
    calendar = WorkingCalendar(dict(CalendarDay.objects.values_list("day", "is_working")))
    return lru_cache(maxsize=None)(calendar.working_days_between)
