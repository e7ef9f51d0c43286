"""When reports are filed: departments on time and late, returned and corrected reports, missing months."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from hztargets.domain.calendar import WorkingCalendar
from hztargets.domain.measures import measure_of
from hztargets.domain.simulation.draws import Draws
from hztargets.domain.simulation.figures import is_behind, rounded
from hztargets.domain.simulation.outline import Figure, Outline

_HABITS = {"punctual": 0.62, "ordinary": 0.28, "tardy": 0.10}
_LATE = {"punctual": 0.012, "ordinary": 0.05, "tardy": 0.28}
_LATEST = {"punctual": 2, "ordinary": 4, "tardy": 8}
_MISSING = {"punctual": 0.002, "ordinary": 0.008, "tardy": 0.04}
_SILENT = {"punctual": 0.0, "ordinary": 0.02, "tardy": 0.25}
"""Share of a department's goals that are not reported for two or three months."""
_RETURNED, _RESTATED = 0.05, 0.008
_OPENING, _CLOSING = 9 * 60, 17 * 60 + 30
"""Office hours, in minutes since midnight."""


@dataclass(frozen=True, slots=True)
class MonthDays:
    """A period's own days. All steps of a month end before the next month is due."""

    opens_on: date
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedStep:
    """One thing done with a report: file, return, refile, approve, or restate (a new version). `figure` is what was
    entered; `key` names the goal's report, which groups its steps."""

    day: date
    minute: int
    month: int
    action: str
    figure: Figure

    @property
    def moment(self) -> tuple[date, int]:
        return self.day, self.minute


def simulate_steps(
    outline: Outline,
    figures: Mapping[int, Figure],
    months: Mapping[int, MonthDays],
    calendar: WorkingCalendar,
    draws: Draws,
    habits: Draws,
) -> list[SimulatedStep]:
    """In order of time. `habits` are the department's draws, the same for all its goals."""
    habit = habits.choose("habit", _HABITS)
    silent = _silent_months(habit, draws)
    clerk = _Clerk(outline, calendar, habit, draws, habits)
    return [
        step
        for month in outline.months
        if month in months and month in figures and month not in silent
        for step in clerk.steps_of(month, figures[month], months[month])
    ]


def _silent_months(habit: str, draws: Draws) -> frozenset[int]:
    """December always gets its report."""
    missed = {month for month in range(1, 12) if draws.happens(f"missing{month}", _MISSING[habit])}
    if draws.happens("silent", _SILENT[habit]):
        first = draws.whole("silent from", 3, 8)
        missed |= set(range(first, first + draws.whole("silent for", 2, 3)))
    return frozenset(missed)


@dataclass(frozen=True, slots=True)
class _Clerk:
    outline: Outline
    calendar: WorkingCalendar
    habit: str
    draws: Draws
    habits: Draws

    def steps_of(self, month: int, figure: Figure, days: MonthDays) -> Iterator[SimulatedStep]:
        draws = self.draws.within(month)
        late = draws.happens("late", _LATE[self.habit])
        filed = self._filed_on(month, days, late, draws)
        minutes = sorted(draws.whole(f"minute{n}", _OPENING, _CLOSING) for n in range(4))
        if not late and self._may_err(figure) and draws.happens("restated", _RESTATED):
            yield from self._restated(month, figure, filed, minutes, draws)
            return
        if late or not draws.happens("returned", _RETURNED):
            yield SimulatedStep(day=filed, minute=minutes[0], month=month, action="file", figure=figure)
            approved = shifted(self.calendar, filed, draws.whole("review", 0, 1))
            yield SimulatedStep(day=approved, minute=minutes[3], month=month, action="approve", figure=figure)
            return
        yield from self._returned(month, figure, filed, minutes, draws)

    def _filed_on(self, month: int, days: MonthDays, late: bool, draws: Draws) -> date:
        """A department mostly files all its goals on the same day."""
        if late:
            longest = _LATEST[self.habit]
            return shifted(self.calendar, days.due_on, 1 + int(draws.uniform("days late") ** 2 * longest))
        ahead = self.habits.within(month).whole("ahead", 0, 2) + draws.whole("ahead", 0, 1)
        return max(
            shifted(self.calendar, days.due_on, -ahead), shifted(self.calendar, days.opens_on - timedelta(days=1), 1)
        )

    def _may_err(self, figure: Figure) -> bool:
        return measure_of(self.outline).adds_up and figure.value is not None and figure.value > 0

    def _returned(
        self, month: int, figure: Figure, filed: date, minutes: list[int], draws: Draws
    ) -> Iterator[SimulatedStep]:
        first = self._too_much(month, figure, draws)
        back = shifted(self.calendar, filed, draws.whole("back", 0, 1))
        again = shifted(self.calendar, back, draws.whole("again", 1, 2))
        yield SimulatedStep(day=filed, minute=minutes[0], month=month, action="file", figure=first)
        yield SimulatedStep(day=back, minute=minutes[1], month=month, action="return", figure=first)
        yield SimulatedStep(day=again, minute=minutes[2], month=month, action="refile", figure=figure)
        yield SimulatedStep(day=again, minute=minutes[3], month=month, action="approve", figure=figure)

    def _restated(
        self, month: int, figure: Figure, filed: date, minutes: list[int], draws: Draws
    ) -> Iterator[SimulatedStep]:
        """Approved with a mistake, found and corrected before the next month is due."""
        first = self._too_much(month, figure, draws)
        found = shifted(self.calendar, filed, draws.whole("found", 3, 7))
        yield SimulatedStep(day=filed, minute=minutes[0], month=month, action="file", figure=first)
        yield SimulatedStep(day=filed, minute=minutes[1], month=month, action="approve", figure=first)
        yield SimulatedStep(day=found, minute=minutes[2], month=month, action="restate", figure=figure)
        yield SimulatedStep(day=found, minute=minutes[3], month=month, action="approve", figure=figure)

    def _too_much(self, month: int, figure: Figure, draws: Draws) -> Figure:
        """Too large by a little, as if something was counted twice. For other kinds only documents are missing."""
        if not self._may_err(figure) or figure.value is None:
            return figure
        extra = float(figure.value) * draws.uniform("extra", 0.03, 0.1)
        value = figure.value + max(rounded(extra, self.outline), _step(figure.value))
        return replace(figure, value=value, is_behind=is_behind(self.outline, value, month))


def _step(value: Decimal) -> Decimal:
    """The smallest difference that can be written with the value's decimals."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def shifted(calendar: WorkingCalendar, day: date, working_days: int) -> date:
    """So many working days later, or earlier; 0 leaves the day."""
    step = timedelta(days=1 if working_days > 0 else -1)
    left = abs(working_days)
    while left:
        day += step
        left -= calendar.is_working_day(day)
    return day
