"""M: dated milestones. What happens after `today` is not known yet."""

from calendar import monthrange
from datetime import date

from hztargets.domain.assessment.arithmetic import clip, finite, more
from hztargets.domain.assessment.outcome import GoalAssessment
from hztargets.domain.assessment.values import AMBER, GREEN, GREY, NONE, RED, Target
from hztargets.domain.ruleset import Likelihood

LAST_MONTH = {
    "spring": 5,
    "summer": 8,
    "autumn": 11,
    "year": 12,
    "h1": 6,
    "h2": 12,
    "q1": 3,
    "q2": 6,
    "q3": 9,
    "q4": 12,
}
"""A season ends with this month's last day."""


def due_date(target: Target, year: int) -> date | None:
    if target.due is not None or target.by is None:
        return target.due
    month = LAST_MONTH[target.by.lower()]
    return date(year, month, monthrange(year, month)[1])


def assess_milestone(target: Target, year: int, today: date | None, rules: Likelihood) -> GoalAssessment:
    due = due_date(target, year)
    if due is None:
        return GoalAssessment(colour=GREY, status_colour=GREY, raw=GREY, reasons=("no_due_date",))
    colour, reason = _light(target, due, today, rules)
    return GoalAssessment(
        colour=colour,
        status_colour=colour,
        raw=colour,
        reasons=(reason,) if reason else (),
        due=due,
        days_left=None if today is None else (due - today).days,
        expected_pct=None if today is None else expected_percent(target, due, today),
        value=None if target.percent is None else finite(target.percent),
    )


def expected_percent(target: Target, due: date, today: date) -> float | None:
    """The share of the time between planned start and due date that is over, in percent."""
    if target.planned_start is None or target.percent is None:
        return None
    length = (due - target.planned_start).days
    if length <= 0:
        return 100.0 if today >= due else 0.0
    return 100 * clip((today - target.planned_start).days / length, 0.0, 1.0)


def is_started(target: Target, today: date) -> bool:
    if target.started_on is not None:
        return target.started_on <= today
    return target.percent is not None and target.percent > 0


def _light(target: Target, due: date, today: date | None, rules: Likelihood) -> tuple[str, str]:
    """The first rule that applies; without `today` only what is done or forecast can be assessed."""
    if target.done_on is not None and (today is None or target.done_on <= today):
        return GREEN, "done" if target.done_on <= due else "done_late"
    if today is not None and today > due:
        return RED, "overdue"
    slip = 0 if target.forecast is None else (target.forecast - due).days
    if slip > rules.slip_red_days:
        return RED, "forecast_slip_over_30d"
    if slip > 0:
        return AMBER, "forecast_slip"
    return (NONE, "") if today is None else _progress_light(target, due, today, rules)


def _progress_light(target: Target, due: date, today: date, rules: Likelihood) -> tuple[str, str]:
    started, days_left = is_started(target, today), (due - today).days
    if target.planned_start is not None and today > target.planned_start and not started:
        return AMBER, "not_started"
    expected = expected_percent(target, due, today)
    if expected is not None and target.percent is not None:
        gap = expected - target.percent
        if more(gap, rules.behind_red_points) and days_left <= rules.behind_red_days_left:
            return RED, "behind_schedule"
        if more(gap, rules.behind_amber_points):
            return AMBER, "behind_schedule"
    if days_left <= rules.not_started_days_left and not started:
        return AMBER, "not_started"
    return GREEN, ""
