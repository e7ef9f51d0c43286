"""Working days under the State Council's yearly notice (国务院办公厅放假安排), make-up working days included."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class WorkingCalendar:
    """`exceptions` maps the days that differ from the Monday–Friday week to whether they are worked.

    A year without any exception has no notice yet: its working days are provisional.
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < 5)

    def is_provisional(self, year: int) -> bool:
        return not any(day.year == year for day in self.exceptions)

    def nth_working_day(self, first: date, n: int) -> date:
        """The n-th working day (n >= 1) on or after `first`."""
        day = first - timedelta(days=1)
        for _ in range(n):
            day = self.next_working_day(day)
        return day

    def next_working_day(self, day: date) -> date:
        day += timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def working_days_between(self, after: date, until: date) -> int:
        """Working days in (`after`, `until`]; 0 when `until` is not later."""
        return sum(self.is_working_day(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))

    def working_days_in(self, year: int) -> tuple[int, ...]:
        """Working days of each of the twelve months."""
        counts = [0] * 12
        day = date(year, 1, 1)
        while day.year == year:
            counts[day.month - 1] += self.is_working_day(day)
            day += timedelta(days=1)
        return tuple(counts)


def first_of_next_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


def assessment_day(today: date, next_due_on: date) -> date:
    """The day on which a month is assessed: today, but at the latest the day before the next month's deadline.

    So a past month keeps the light it had when the following month fell due.
    """
    return min(today, next_due_on - timedelta(days=1))
