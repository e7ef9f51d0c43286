"""A year assessed again under several rule sets, before one of them is put in force."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from hztargets.domain.assessment import GoalCase, assess, assess_year
from hztargets.domain.assessment.milestone import due_date
from hztargets.domain.assessment.values import RED
from hztargets.domain.ruleset import DEFAULT_RULES, RuleSet

MonthOnDay = tuple[int, date]
"""A month, and the day on which it is assessed."""

_DECEMBER = 12
_MILESTONE_OUTCOMES = {"done": True, "done_late": False, "overdue": False}


@dataclass(frozen=True, slots=True)
class Subject:
    """A goal to replay. `by_month` only for milestones: what was known of one by each month."""

    code: str
    case: GoalCase
    by_month: Mapping[int, GoalCase] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GoalReplay:
    """`lights` by month, one mapping a rule set. `met` is the outcome, the same whatever the rules; None: not decided.
    `in_time` are the months whose light still was a warning, not the outcome itself."""

    code: str
    met: bool | None
    in_time: frozenset[int]
    lights: tuple[Mapping[int, str], ...]


@dataclass(frozen=True, slots=True)
class FirstRed:
    """A goal and the month of its first red."""

    code: str
    month: int


@dataclass(frozen=True, slots=True)
class RuleSetOutcome:
    """What one rule set gives: goals by light each month, changes of light from month to month, reds on
    goals finally met, misses that were red in time, and those that never were."""

    lights: Mapping[int, Mapping[str, int]]
    changes: int
    false_reds: tuple[FirstRed, ...]
    caught: tuple[FirstRed, ...]
    not_caught: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """`outcomes` in the order of the rule sets."""

    goals: int
    met: int
    missed: int
    undecided: int
    outcomes: tuple[RuleSetOutcome, ...]


def replay_goal(subject: Subject, months: Sequence[MonthOnDay], rule_sets: Sequence[RuleSet]) -> GoalReplay:
    return GoalReplay(
        code=subject.code,
        met=_outcome(subject, months),
        in_time=_months_in_time(subject, months),
        lights=tuple(_lights(subject, months, rules) for rules in rule_sets),
    )


def compare(replays: Iterable[GoalReplay], rule_sets: int) -> Backtest:
    """The totals of the replays, one outcome for each of `rule_sets`."""
    replays = list(replays)
    met = sum(replay.met is True for replay in replays)
    missed = sum(replay.met is False for replay in replays)
    return Backtest(
        goals=len(replays),
        met=met,
        missed=missed,
        undecided=len(replays) - met - missed,
        outcomes=tuple(_outcome_of(replays, number) for number in range(rule_sets)),
    )


def _lights(subject: Subject, months: Sequence[MonthOnDay], rules: RuleSet) -> dict[int, str]:
    if subject.by_month:
        assessments = [assess(subject.by_month[month], rules) for month, _day in months]
    else:
        assessments = list(assess_year(subject.case, months, rules))
    return {month: assessment.colour for (month, _day), assessment in zip(months, assessments, strict=True)}


def _outcome(subject: Subject, months: Sequence[MonthOnDay]) -> bool | None:
    """Met as the specification defines it (N2, N3), the same for all rule sets."""
    if not months:
        return None
    if not subject.by_month:
        return assess_year(subject.case, months[-1:], DEFAULT_RULES)[0].met
    reasons = assess(subject.by_month[months[-1][0]], DEFAULT_RULES).reasons
    return _MILESTONE_OUTCOMES.get(reasons[0]) if reasons else None


def _months_in_time(subject: Subject, months: Sequence[MonthOnDay]) -> frozenset[int]:
    """A goal of the year is decided by December's figure, a milestone on its due date."""
    if not subject.case.target.is_milestone:
        return frozenset(month for month, _day in months if month < _DECEMBER)
    due = due_date(subject.case.target, subject.case.year)
    return frozenset(month for month, day in months if due is not None and day <= due)


def _outcome_of(replays: Sequence[GoalReplay], number: int) -> RuleSetOutcome:
    lights: dict[int, Counter[str]] = {}
    for replay in replays:
        for month, colour in replay.lights[number].items():
            lights.setdefault(month, Counter())[colour] += 1
    caught = _reds(replays, number, met=False)
    caught_codes = {red.code for red in caught}
    return RuleSetOutcome(
        lights={month: dict(lights[month]) for month in sorted(lights)},
        changes=sum(_changes(replay.lights[number]) for replay in replays),
        false_reds=_reds(replays, number, met=True),
        caught=caught,
        not_caught=tuple(replay.code for replay in replays if replay.met is False and replay.code not in caught_codes),
    )


def _reds(replays: Sequence[GoalReplay], number: int, *, met: bool) -> tuple[FirstRed, ...]:
    """Goals of that outcome which were red in time, with the first month."""
    found = [
        (replay.code, month)
        for replay in replays
        if replay.met is met and (month := _first_red(replay, number)) is not None
    ]
    return tuple(FirstRed(code, month) for code, month in found)


def _first_red(replay: GoalReplay, number: int) -> int | None:
    reds = (month for month, colour in replay.lights[number].items() if colour == RED and month in replay.in_time)
    return min(reds, default=None)


def _changes(lights: Mapping[int, str]) -> int:
    return sum(before != after for before, after in pairwise(lights[month] for month in sorted(lights)))
