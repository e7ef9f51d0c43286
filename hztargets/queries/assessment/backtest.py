"""A document's year under other rules. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import structlog

from hztargets.domain.backtest import Backtest, GoalReplay, Subject, View, compare, replay_goal
from hztargets.domain.ruleset import RuleSet
from hztargets.models import Document, Goal
from hztargets.queries.assessment.knowledge import GoalKnowledge, knowledge_of, milestone_case

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class DocumentBacktest:
    """`months` are those replayed, `failed` the codes of goals that could not be judged under some rule set."""

    document: Document
    as_of: date
    months: tuple[int, ...]
    backtest: Backtest
    failed: tuple[str, ...]


def backtest_document(document: Document, rule_sets: Sequence[RuleSet], as_of: date) -> DocumentBacktest:
    """Every goal's months up to `as_of` under each rule set, from what is known on that day. Six queries.

    A month is looked at on the last day its board moved. For the office: the caller has checked who asks.
    """
    periods = list(document.periods.filter(opens_on__lte=as_of).order_by("month"))
    views = [(period.month, min(as_of, period.settles_on)) for period in periods]
    goals = list(Goal.objects.filter(document=document).in_document_order())
    replays: list[GoalReplay] = []
    failed: list[str] = []
    for knowledge in knowledge_of(document, goals, periods, as_of):
        try:
            own = [(month, knowledge.day_in(month, day)) for month, day in views]
            replays.append(replay_goal(_subject(knowledge, own), own, rule_sets))
        except Exception:  # whatever a goal's data does, the others are replayed
            log.exception("goal_not_replayed", goal=knowledge.goal.code)
            failed.append(knowledge.goal.code)
    return DocumentBacktest(
        document=document,
        as_of=as_of,
        months=tuple(month for month, _day in views),
        backtest=compare(replays, len(rule_sets)),
        failed=tuple(failed),
    )


def _subject(knowledge: GoalKnowledge, views: Sequence[View]) -> Subject:
    code, case = knowledge.goal.code, knowledge.case
    if case.target.kind != "milestone":
        return Subject(code, case)
    return Subject(code, case, {month: milestone_case(knowledge, month, day) for month, day in views})
