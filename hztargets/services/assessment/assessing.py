"""Judging: reads what is known, asks the domain, stores what changed and follows the lights with flags."""

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
from django.utils.translation import gettext as _

from hztargets.domain import assessment as judging
from hztargets.models import Assessment, AssessmentRun, Document, Goal, Period
from hztargets.queries.assessment.fingerprints import inputs_of
from hztargets.queries.assessment.knowledge import GoalKnowledge, knowledge_of, milestone_case
from hztargets.queries.assessment.months import View, views_on
from hztargets.queries.prepared_queries import Compiled, CompiledRows, Given, among_given
from hztargets.services.assessment.flags import follow_lights
from hztargets.services.assessment.skipping import forget_judged, remember_judged, unchanged_goals
from hztargets.services.assessment.snapshots import Snapshot, path_of, store_snapshots
from hztargets.services.errors import ServiceError
from hztargets.services.notices.composing import write_notices

log = structlog.get_logger(__name__)

_LOCKED_GOALS = CompiledRows(
    Goal,
    lambda _: Goal.objects.filter(among_given("pk", "goals")).in_document_order().select_for_update(no_key=True),
)
_LATER_RUNS = Compiled(
    lambda: AssessmentRun.objects.filter(
        document_id=Given("document", BigIntegerField()), as_of__gt=Given("as_of", DateField()), is_retrospective=False
    ).values_list("pk")[:1]
)
_COLOURS = Compiled(
    lambda: (
        Assessment.objects.current()
        .filter(
            among_given("goal_id", "goals"),
            document_id=Given("document", BigIntegerField()),
            period_id=Given("period", BigIntegerField()),
        )
        .order_by()
        .values_list("colour")
        .annotate(count=Count("pk"))
    )
)


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """What a run said of the latest open period, and what it changed. `judge_rest` judges the goals it left alone."""

    run: AssessmentRun
    period: Period
    judged: Sequence[Snapshot]
    judge_rest: Callable[[], Sequence[Snapshot]]
    notices: int = 0
    seconds: float = 0.0

    @cached_property
    def rows(self) -> list[Snapshot]:
        """All goals in the document's order. Whoever asks pays for the goals the run could leave alone."""
        return sorted([*self.judged, *self.judge_rest()], key=lambda row: row.goal.position)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Thousands of judgements live until they are stored and none refers back to itself: looking for garbage among them
    finds nothing and costs a tenth of the time. As a decorator: they are gone when looking starts again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_nothing_collected()
def assess_document(*, document: Document, as_of: date, now: datetime, everything: bool = False) -> RunResult:
    """Judges what may have changed since the last run, as known on `as_of`, and stores what did change.

    `everything` judges the other goals too, with the same result (see `unchanged`). A day before the last run's is a
    look back: it is answered, but changes neither the board nor any flag. One bad goal never stops the run; its code is
    kept in `run.failed`. Runs of one document exclude each other.
    """
    started = time.perf_counter()
    with transaction.atomic():
        Document.objects.select_for_update(no_key=True).only("pk").get(pk=document.pk)
        views = _views(document, as_of)
        run = AssessmentRun.objects.create(
            document=document,
            as_of=as_of,
            rule_set=views[-1].rule_set,
            started_at=now,
            is_retrospective=_is_look_back(document, as_of),
        )
        inputs = inputs_of(document, as_of)
        left = set() if everything or run.is_retrospective else unchanged_goals(document, inputs, as_of)
        goals = _LOCKED_GOALS.ask(goals=list(inputs.keys() - left))
        snapshots, run.failed = _judge(run, goals, views)
        latest, notices = _of_latest(snapshots, views), 0
        if not run.is_retrospective:
            run.changed, notices = _store(run, snapshots, latest, now)
            remember_judged(run=run, snapshots=snapshots, inputs=inputs)
        run.goals = len(inputs)
        run.counts = dict(Counter(row.colour for row in latest) + _stored_colours(left, views[-1].period))
        run.finished_at = now
        run.save()
    log.info("document_assessed", document=document.number, as_of=str(as_of), changed=run.changed, failed=run.failed)
    return RunResult(
        run=run,
        period=views[-1].period,
        judged=latest,
        judge_rest=lambda: _of_latest(_judge(run, list(Goal.objects.filter(pk__in=left)), views)[0], views),
        notices=notices,
        seconds=time.perf_counter() - started,
    )


def assess_goal(*, goal: Goal, as_of: date, now: datetime) -> list[Snapshot]:
    """Judges one goal after its figures changed, in the caller's transaction."""
    goals = _LOCKED_GOALS.ask(goals=[goal.pk])
    document = goal.document
    views = _views(document, as_of)
    run = AssessmentRun(document=document, as_of=as_of, rule_set=views[-1].rule_set)
    snapshots, run.failed = _judge(run, goals, views)
    _store(run, snapshots, _of_latest(snapshots, views), now)
    forget_judged(goals)
    if run.failed:
        raise ServiceError("not_judged", _("The goal could not be judged; its data needs the office's attention."))
    return snapshots


def _views(document: Document, as_of: date) -> list[View]:
    views = views_on(document, as_of)
    if not views and not document.rule_sets.exists():
        raise ServiceError("no_rule_set", _("The document has no rule set. Load it again with import_document."))
    if not views:
        message = _("No period of %(document)s was open on %(day)s; the first opens on the first of February.")
        raise ServiceError("nothing_open", message % {"document": document.number, "day": as_of}, "as_of")
    return views


def _of_latest(snapshots: Sequence[Snapshot], views: Sequence[View]) -> list[Snapshot]:
    return [row for row in snapshots if row.view.period == views[-1].period]


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
    counts = _COLOURS.ask(document=period.document_id, period=period.pk, goals=list(goal_ids))
    return Counter(dict(counts))


def _judge(run: AssessmentRun, goals: Sequence[Goal], views: Sequence[View]) -> tuple[list[Snapshot], list[str]]:
    """The snapshots of all goals for all open periods, and the codes of goals that could not be judged."""
    snapshots: list[Snapshot] = []
    failed: list[str] = []
    for knowledge in knowledge_of(run.document, goals, [view.period for view in views], run.as_of):
        try:
            snapshots += list(_judge_goal(knowledge, views))
        except Exception:  # whatever a goal's data does, the others are judged
            log.exception("goal_not_judged", goal=knowledge.goal.code)
            failed.append(knowledge.goal.code)
    return snapshots, failed


def _judge_goal(knowledge: GoalKnowledge, views: Sequence[View]) -> Iterator[Snapshot]:
    """Each month by the rules and the profile in force for it; a change of either replays the year from January."""
    for _in_force, group in groupby(
        views, key=lambda view: (view.rule_set.pk, knowledge.profiles[view.period.month - 1])
    ):
        same = list(group)
        rules, case = same[0].rules, knowledge.case_in(same[0].period.month)
        seen_on = [(view.period.month, knowledge.day_in(view.period.month, view.day)) for view in same]
        if knowledge.case.target.kind == "milestone":
            cases = [milestone_case(knowledge, month, day) for month, day in seen_on]
            for view, seen in zip(same, cases, strict=True):
                yield Snapshot(knowledge, view, seen, judging.assess(seen, rules))
        else:
            path = path_of(case, rules)
            said = judging.assess_year(case, seen_on, rules)
            yield from (Snapshot(knowledge, view, case, row, path) for view, row in zip(same, said, strict=True))


def _is_look_back(document: Document, as_of: date) -> bool:
    return bool(_LATER_RUNS.ask(document=document.pk, as_of=as_of))
