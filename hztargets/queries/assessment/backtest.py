"""A document's year assessed under other rules. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import structlog

from hztargets.domain.backtest import Backtest, GoalReplay, MonthOnDay, Subject, compare, replay_goal
from hztargets.domain.measures import measure_of
from hztargets.domain.ruleset import RuleSet
from hztargets.models import Document, Goal
from hztargets.queries.assessment.knowledge import GoalKnowledge, knowledge_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class DocumentBacktest:
    """`months` are those replayed, `failed` the codes of goals that could not be assessed under some rule set."""

    document: Document
    as_of: date
    months: tuple[int, ...]
    backtest: Backtest
    failed: tuple[str, ...]


def backtest_document(document: Document, rule_sets: Sequence[RuleSet], as_of: date) -> DocumentBacktest:
    """Every goal's months up to `as_of` under each rule set, from what is known on that day. Six queries.

    A month is assessed on the last day on which its board may change. Not scoped: only the office may call it, and the
    caller checks that.
    """
    periods = list(document.periods.filter(opens_on__lte=as_of).order_by("month"))
    months = [(period.month, min(as_of, period.settles_on)) for period in periods]
    goals = list(Goal.objects.filter(document=document).in_document_order())
    replays: list[GoalReplay] = []
    failed: list[str] = []
    for knowledge in knowledge_of(document, goals, periods, as_of):
        try:
            own = [(month, knowledge.day_in(month, day)) for month, day in months]
            replays.append(replay_goal(_subject(knowledge, own), own, rule_sets))
        except Exception:  # an error in one goal's data must not stop the others
            log.exception("goal_not_replayed", goal=knowledge.goal.code)
            failed.append(knowledge.goal.code)
    return DocumentBacktest(
        document=document,
        as_of=as_of,
        months=tuple(month for month, _day in months),
        backtest=compare(replays, len(rule_sets)),
        failed=tuple(failed),
    )


def _subject(knowledge: GoalKnowledge, months: Sequence[MonthOnDay]) -> Subject:
    code, case = knowledge.goal.code, knowledge.case
    if not measure_of(knowledge.goal).is_milestone:
        return Subject(code, case)
    return Subject(code, case, {month: knowledge.case_in(month, day) for month, day in months})
