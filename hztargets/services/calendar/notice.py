"""Loading the State Council's notice of a year's holidays and make-up working days. Due dates already set do not
change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from hztargets.domain.calendar import WorkingCalendar
from hztargets.domain.catalogue.tables import Cells, read_table
from hztargets.domain.problems import Problem
from hztargets.models import AuditEvent, CalendarDay, Period, User
from hztargets.services.auditing import record_event
from hztargets.services.calendar.periods import load_calendar, store_calendar
from hztargets.services.decisions.conditions import InvalidDecision, TableRefused
from hztargets.services.permissions import allow

COLUMNS = ("day", "kind", "name")
_KINDS = {"work": True, "rest": False}
_NAME_LENGTH = 50
_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """A day that differs from the Monday–Friday week."""

    day: date
    is_working: bool
    name: str


@dataclass(frozen=True, kw_only=True)
class MovedPeriod:
    """A period that keeps its due date although the same working day now falls on another one."""

    period: Period
    by_calendar: date


@dataclass(frozen=True, kw_only=True)
class NoticeEffect:
    """What loading changes. `days` is the whole year afterwards, `idle` the weekend days the notice lists as rest,
    which rest anyway; `moved` the periods of any document that keep a due date the new calendar would not give."""

    year: int
    days: tuple[NoticeDay, ...]
    idle: tuple[NoticeDay, ...]
    added: tuple[NoticeDay, ...]
    changed: tuple[NoticeDay, ...]
    removed: tuple[NoticeDay, ...]
    moved: tuple[MovedPeriod, ...]

    @property
    def is_new(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def preview_notice(*, text: str, year: int) -> NoticeEffect:
    """Writes nothing. Raises `TableRefused`."""
    listed = read_notice(text, year)
    days = {day.day: day for day in listed if day.is_working or day.day.weekday() < _SATURDAY}
    before = {day.day: day for day in days_of(year)}
    return NoticeEffect(
        year=year,
        days=tuple(days.values()),
        idle=tuple(day for day in listed if day.day not in days),
        added=tuple(day for day in days.values() if day.day not in before),
        changed=tuple(day for day in days.values() if day.day in before and before[day.day] != day),
        removed=tuple(day for day in before.values() if day.day not in days),
        moved=tuple(_moved(year, days.values())),
    )


@transaction.atomic
def load_notice(*, text: str, year: int, by: User, now: datetime, source: str = "") -> NoticeEffect:
    """The year's exceptions become those of the notice. Only the office decides; periods keep their due dates.

    `source` is the number of the notice, kept with the audit row.
    """
    allow(by, "decide")
    list(CalendarDay.objects.filter(day__year=year).select_for_update())
    effect = preview_notice(text=text, year=year)
    if not effect.is_new:
        raise InvalidDecision(Problem("calendar_unchanged"))
    before = days_of(year)
    CalendarDay.objects.filter(day__in=[day.day for day in effect.removed]).delete()
    store_calendar((day.day, day.is_working, day.name) for day in effect.days)
    record_event(
        action="calendar.load",
        subject=CalendarDay.objects.filter(day__year=year).earliest("day"),
        by=by,
        now=now,
        before=_day_facts(before),
        after=_day_facts(effect.days),
        reason=source.strip(),
    )
    return effect


@transaction.atomic
def fill_calendar(days: Iterable[NoticeDay]) -> list[int]:
    """Adds or corrects days; returns the years that were skipped because the office has loaded their notice itself."""
    days = list(days)
    loaded = AuditEvent.objects.filter(action="calendar.load").values_list("after", flat=True)
    years = {date.fromisoformat(day).year for after in loaded for day in after or ()}
    store_calendar((day.day, day.is_working, day.name) for day in days if day.day.year not in years)
    return sorted({day.day.year for day in days} & years)


def days_of(year: int) -> list[NoticeDay]:
    rows = CalendarDay.objects.filter(day__year=year).order_by("day")
    return [NoticeDay(row.day, row.is_working, row.name) for row in rows]


def due_working_day(period: Period, calendar: WorkingCalendar) -> int:
    """Which working day after the period opens it is due on."""
    return calendar.working_days_between(period.opens_on - _DAY, period.due_on)


def _moved(year: int, days: Iterable[NoticeDay]) -> list[MovedPeriod]:
    before = load_calendar()
    others = {day: works for day, works in before.exceptions.items() if day.year != year}
    after = WorkingCalendar({**others, **{day.day: day.is_working for day in days}})
    periods = Period.objects.filter(opens_on__year=year).select_related("document").order_by("document", "month")
    reckoned = [
        (period, after.nth_working_day(period.opens_on, due_working_day(period, before)))
        for period in periods
        if before.is_working_day(period.due_on)
    ]
    return [MovedPeriod(period=period, by_calendar=day) for period, day in reckoned if day != period.due_on]


def read_notice(text: str, year: int | None = None) -> list[NoticeDay]:
    """The days of a table in order; without `year`, of any year. Raises `TableRefused`."""
    problems: list[Problem] = []
    days: dict[date, NoticeDay] = {}
    lines: dict[date, int] = {}
    for cells in read_table(text, COLUMNS, (), problems):
        day = _read_day(cells, year, lines)
        if day is not None:
            days[day.day], lines[day.day] = day, cells.line
    if not days and not problems:
        problems.append(Problem("no_day_in_table", line=1))
    if problems:
        raise TableRefused("notice_refused", problems)
    return [days[day] for day in sorted(days)]


def _read_day(cells: Cells, year: int | None, lines: Mapping[date, int]) -> NoticeDay | None:
    before = len(cells.problems)
    cells.needed("day")
    day, kind, name = cells.day("day"), cells.choice("kind", _KINDS), cells.needed("name")
    if day is not None:
        _check_day(cells, day, kind, year, lines)
    if len(name) > _NAME_LENGTH:
        cells.refuse("cell_too_long", "name", limit=_NAME_LENGTH)
    if day is None or len(cells.problems) > before:
        return None
    return NoticeDay(day, _KINDS[kind], name)


def _check_day(cells: Cells, day: date, kind: str, year: int | None, lines: Mapping[date, int]) -> None:
    if year is not None and day.year != year:
        cells.refuse("day_of_another_year", "day", day=day, year=year)
    elif day in lines:
        cells.refuse("day_twice", "day", day=day, first=lines[day])
    elif kind == "work" and day.weekday() < _SATURDAY:
        cells.refuse("weekday_made_up", "kind", day=day)


def _day_facts(days: Iterable[NoticeDay]) -> dict[str, str]:
    return {day.day.isoformat(): f"{'work' if day.is_working else 'rest'} {day.name}" for day in days}
