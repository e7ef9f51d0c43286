"""Milestones: percent done, the owner's own forecast, and the day it was done."""

from datetime import date, timedelta
from decimal import Decimal

from hztargets.domain.calendar import first_of_next_month
from hztargets.domain.simulation.draws import Draws
from hztargets.domain.simulation.outline import Figure, Outline

_OUTCOMES = {"early": 0.75, "slips": 0.17, "slips_far": 0.08}
_SLIP_SHOWN_FROM = 5
"""Months before the due date from which a slip shows in the forecast."""


def milestone_figures(outline: Outline, draws: Draws) -> dict[int, Figure]:
    due = outline.due or date(outline.year, 12, 31)
    done = _done_on(due, draws)
    return {month: _figure(outline.year, month, due, done) for month in outline.months}


def _done_on(due: date, draws: Draws) -> date:
    days = {
        "early": -draws.whole("early", 1, 45),
        "slips": draws.whole("late", 5, 28),
        "slips_far": draws.whole("late", 40, 90),
    }
    return due + timedelta(days=days[draws.choose("outcome", _OUTCOMES)])


def _figure(year: int, month: int, due: date, done: date) -> Figure:
    """As known on the month's last day; a forecast is never in the past."""
    last = first_of_next_month(year, month) - timedelta(days=1)
    if done <= last:
        return Figure(value=Decimal(100), done_on=done)
    share = (last - date(year, 1, 1)).days / (done - date(year, 1, 1)).days
    shown = min(1.0, max(0.0, (due.month - month) / _SLIP_SHOWN_FROM)) if done > due else 0.0
    forecast = max(done - (done - due) * shown if done > due else min(done + timedelta(days=7), due), last)
    return Figure(value=Decimal(round(95 * share**1.2)), expected_on=forecast, is_behind=forecast > due)
