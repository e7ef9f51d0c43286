"""Assessing: reads what is known, has the domain assess it, stores what changed and updates the flags."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby

import structlog
from django.db import transaction
from django.db.models import BigIntegerField, Count, DateField, prefetch_related_objects

from hztargets.domain.assessment import GoalCase, assess_year
from hztargets.domain.problems import Problem
from hztargets.models import Assessment, AssessmentRun, Document, Goal, Period
from hztargets.queries.assessment.fingerprints import inputs_of
from hztargets.queries.assessment.knowledge import GoalKnowledge, knowledge_of
from hztargets.queries.assessment.months import MonthAsOf, months_as_of
from hztargets.queries.prepared_queries import Parameter, PreparedQuery, PreparedRows, is_among_parameter
from hztargets.services.assessment.flags import follow_lights
from hztargets.services.assessment.skipping import forget_assessed, remember_assessed, skippable_goals
from hztargets.services.assessment.snapshots import Snapshot, expected_path, store_snapshots
from hztargets.services.errors import ServiceError
from hztargets.services.notices.composing import write_notices

log = structlog.get_logger(__name__)

_LOCKED_GOALS = PreparedRows(
    Goal,
    lambda _: Goal.objects.filter(is_among_parameter("pk", "goals")).in_document_order().select_for_update(no_key=True),
)
_LATER_RUNS = PreparedQuery(
    lambda: AssessmentRun.objects.filter(
        document_id=Parameter("document", BigIntegerField()),
        as_of__gt=Parameter("as_of", DateField()),
        is_retrospective=False,
    ).values_list("pk")[:1]
)
_LIGHT_COUNTS = PreparedQuery(
    lambda: (
        Assessment.objects.current()
        .filter(
            is_among_parameter("goal_id", "goals"),
            document_id=Parameter("document", BigIntegerField()),
            period_id=Parameter("period", BigIntegerField()),
        )
        .order_by()
        .values_list("colour")
        .annotate(count=Count("pk"))
    )
)


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """The assessments of the latest open period and what the run changed. `assess_rest` assesses the skipped goals."""

    run: AssessmentRun
    period: Period
    assessed: Sequence[Snapshot]
    assess_rest: Callable[[], Sequence[Snapshot]]
    notices: int = 0
    seconds: float = 0.0

    @cached_property
    def rows(self) -> list[Snapshot]:
        """All goals in the document's order. Assesses the skipped goals, which takes time."""
        return sorted([*self.assessed, *self.assess_rest()], key=lambda row: row.goal.position)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Switches the garbage collector off. Thousands of assessments stay in memory until they are stored and have no
    reference cycles, so a collection frees nothing and takes a tenth of the time. Used as a decorator, so that they are
    freed before collecting starts again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_without_collecting()
def assess_document(*, document: Document, as_of: date, now: datetime, everything: bool = False) -> RunResult:
    """Assesses what may have changed since the last run, as known on `as_of`, and stores what did change.

    `everything` assesses the other goals too, with the same result (see `skipping`). A run for a day before the last
    run's is retrospective: it returns assessments, but changes neither the board nor any flag. A goal that cannot be
    assessed does not stop the run; its code is kept in `run.failed`. Two runs of one document never run at the same
    time.
    """
    started = time.perf_counter()
    with transaction.atomic():
        Document.objects.select_for_update(no_key=True).only("pk").get(pk=document.pk)
        months = _open_months(document, as_of)
        run = AssessmentRun.objects.create(
            document=document,
            as_of=as_of,
            rule_set=months[-1].rule_set,
            started_at=now,
            is_retrospective=_is_retrospective(document, as_of),
        )
        inputs = inputs_of(document, as_of)
        skipped = set() if everything or run.is_retrospective else skippable_goals(document, inputs, as_of)
        goals = _LOCKED_GOALS.fetch(goals=list(inputs.keys() - skipped))
        snapshots, run.failed = _assess_goals(run, goals, months)
        latest, notices = _of_latest(snapshots, months), 0
        if not run.is_retrospective:
            run.changed, notices = _store(run, snapshots, latest, now)
            remember_assessed(run=run, snapshots=snapshots, inputs=inputs)
        run.goals = len(inputs)
        run.counts = dict(Counter(row.colour for row in latest) + _stored_colours(skipped, months[-1].period))
        run.finished_at = now
        run.save()
    log.info("document_assessed", document=document.number, as_of=str(as_of), changed=run.changed, failed=run.failed)
    return RunResult(
        run=run,
        period=months[-1].period,
        assessed=latest,
        assess_rest=lambda: _of_latest(
            _assess_goals(run, list(Goal.objects.filter(pk__in=skipped)), months)[0], months
        ),
        notices=notices,
        seconds=time.perf_counter() - started,
    )


def assess_goal(*, goal: Goal, as_of: date, now: datetime) -> list[Snapshot]:
    """Assesses one goal after its figures changed, in the caller's transaction."""
    goals = _LOCKED_GOALS.fetch(goals=[goal.pk])
    document = goal.document
    months = _open_months(document, as_of)
    run = AssessmentRun(document=document, as_of=as_of, rule_set=months[-1].rule_set)
    snapshots, run.failed = _assess_goals(run, goals, months)
    _store(run, snapshots, _of_latest(snapshots, months), now)
    forget_assessed(goals)
    if run.failed:
        raise ServiceError(Problem("not_judged"))
    return snapshots


def _open_months(document: Document, as_of: date) -> list[MonthAsOf]:
    months = months_as_of(document, as_of)
    if not months and not document.rule_sets.exists():
        raise ServiceError(Problem("no_rule_set"))
    if not months:
        raise ServiceError(Problem("nothing_open", "as_of", facts={"document": document.number, "day": as_of}))
    return months


def _of_latest(snapshots: Sequence[Snapshot], months: Sequence[MonthAsOf]) -> list[Snapshot]:
    return [row for row in snapshots if row.month.period == months[-1].period]


def _store(
    run: AssessmentRun, snapshots: Sequence[Snapshot], latest: Sequence[Snapshot], now: datetime
) -> tuple[int, int]:
    """How many assessments changed and how many notices that made."""
    changed = store_snapshots(run=run, snapshots=snapshots, now=now)
    transitions = follow_lights(run=run, latest=latest, now=now)
    prefetch_related_objects(transitions, "flag__goal__lead", "period")
    return changed, len(write_notices(document=run.document, transitions=transitions, now=now))


def _stored_colours(goal_ids: Collection[int], period: Period) -> Counter[str]:
    if not goal_ids:
        return Counter()
    counts = _LIGHT_COUNTS.fetch(document=period.document_id, period=period.pk, goals=list(goal_ids))
    return Counter(dict(counts))


def _assess_goals(
    run: AssessmentRun, goals: Sequence[Goal], months: Sequence[MonthAsOf]
) -> tuple[list[Snapshot], list[str]]:
    """The snapshots of all goals for all open periods, and the codes of goals that could not be assessed."""
    snapshots: list[Snapshot] = []
    failed: list[str] = []
    for knowledge in knowledge_of(run.document, goals, [month.period for month in months], run.as_of):
        try:
            snapshots += list(_assess_months(knowledge, months))
        except Exception:  # an error in one goal's data must not stop the others
            log.exception("goal_not_assessed", goal=knowledge.goal.code)
            failed.append(knowledge.goal.code)
    return snapshots, failed


def _assess_months(knowledge: GoalKnowledge, months: Sequence[MonthAsOf]) -> Iterator[Snapshot]:
    """Each month by the rules and the case of that month. Months that share both are assessed in one replay."""
    days = {month.period.month: knowledge.day_in(month.period.month, month.day) for month in months}

    def rules_and_case(month: MonthAsOf) -> tuple[int, GoalCase]:
        return month.rule_set.pk, knowledge.case_in(month.period.month, days[month.period.month])

    for (_rule_set, case), group in groupby(months, key=rules_and_case):
        same = list(group)
        rules, path = same[0].rules, expected_path(case, same[0].rules)
        assessments = assess_year(case, [(month.period.month, days[month.period.month]) for month in same], rules)
        yield from (Snapshot(knowledge, month, case, row, path) for month, row in zip(same, assessments, strict=True))


def _is_retrospective(document: Document, as_of: date) -> bool:
    return bool(_LATER_RUNS.fetch(document=document.pk, as_of=as_of))
