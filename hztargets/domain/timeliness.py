"""Was a report filed in time? Counted in working days up to the first filing; later changes of the report do not
count."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

WAITING, ON_TIME, LATE, MISSING = "waiting", "on_time", "late", "missing"
CountWorkingDays = Callable[[date, date], int]
"""Working days after the first day, up to and with the second."""


@dataclass(frozen=True, slots=True)
class Timeliness:
    """`working_days`: how late it was filed, or how long it has been missing; 0 otherwise."""

    state: str
    working_days: int = 0


def timeliness_of(due_on: date, filed_on: date | None, today: date, count: CountWorkingDays) -> Timeliness:
    """As seen on `today`. A day off right after the deadline is not late yet, because nobody works on it."""
    if filed_on is not None and filed_on <= today:
        late = count(due_on, filed_on)
        return Timeliness(LATE, late) if late else Timeliness(ON_TIME)
    missing = count(due_on, today)
    return Timeliness(MISSING, missing) if missing else Timeliness(WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of the reports due, by state. Waiting ones are not late yet."""

    waiting: int = 0
    on_time: int = 0
    late: int = 0
    missing: int = 0

    @classmethod
    def of(cls, rows: Iterable[Timeliness]) -> "Tally":
        counts = Counter(row.state for row in rows)
        return cls(waiting=counts[WAITING], on_time=counts[ON_TIME], late=counts[LATE], missing=counts[MISSING])

    @property
    def due(self) -> int:
        return self.waiting + self.on_time + self.late + self.missing

    @property
    def filed(self) -> int:
        return self.on_time + self.late

    @property
    def rate(self) -> float | None:
        """Share of those on time, 0..1; None while any report is waiting, since it may still be in time, and when none
        is due."""
        decided = self.filed + self.missing
        return None if self.waiting or not decided else self.on_time / decided
