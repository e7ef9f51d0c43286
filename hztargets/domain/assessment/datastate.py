"""D: whether the expected reports are there. Shown next to the light."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from hztargets.domain.assessment.outcome import Freshness
from hztargets.domain.assessment.values import GREY, MONTHS_BETWEEN_REPORTS, RED, GoalCase
from hztargets.domain.ruleset import Likelihood

Schedule = tuple[tuple[int, date], ...]
"""(period, due date), in order."""


def schedule_of(case: GoalCase, rules: Likelihood) -> Schedule:
    """The periods that are published and when they are due."""
    step = MONTHS_BETWEEN_REPORTS[case.frequency]
    return tuple(
        (period, due_of(case, period, rules)) for period in range(step, 13, step) if period not in case.skip_periods
    )


def due_of(case: GoalCase, period: int, rules: Likelihood) -> date:
    """From the calendar, else a day of the month after the period (its last day if it is shorter)."""
    if case.due_on is not None and period in case.due_on:
        return case.due_on[period]
    day = case.due_day or (rules.due_day if case.frequency == "monthly" else rules.due_day_quarterly)
    year, month = (case.year + 1, 1) if period == 12 else (case.year, period + 1)
    return date(year, month, min(day, monthrange(year, month)[1]))


class Silence(Struct, frozen=True, gc=False):
    """What is known of reports on a day: the last approved period and the last one submitted but not approved."""

    approved: int | None
    submitted: int | None


def freshness_of(schedule: Schedule, silence: Silence, today: date, rules: Likelihood) -> Freshness:
    last = silence.approved or 0
    missing = tuple(period for period, due in schedule if period > last and due < today)
    if not missing:
        return Freshness("fresh")
    overdue = (today - next(due for period, due in schedule if period == missing[0])).days
    return _freshness(missing, overdue, silence, rules)


def _freshness(missing: Sequence[int], overdue: int, silence: Silence, rules: Likelihood) -> Freshness:
    count, escalate = len(missing), 0
    if silence.submitted is not None and silence.submitted >= missing[-1]:
        state = "pending_approval"
    elif count == 1:
        state = "late" if overdue <= rules.late_days else "stale"
    else:
        state, escalate = "no_data", 1 if count == 2 else 2
    return Freshness(state, count, overdue, escalate, tuple(missing))


def shown_light(freshness: Freshness, light: str, ever_reported: bool) -> tuple[str, tuple[str, ...]]:
    """The light shown, and why it differs. Missing reports never turn a light green and never end a red.

    Never reported: no light while fresh or late, then grey, also while a first report waits for approval.
    """
    if not ever_reported:
        return (light if freshness.state in ("fresh", "late") else GREY), ()
    if freshness.state != "no_data":
        return light, ()
    return (RED, ("red_kept_while_silent",)) if light == RED else (GREY, ())
