"""Judging: reads what is known, asks the domain, stores what changed and follows the lights with flags."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from hztargets.domain import assessment as judging
from hztargets.models import AssessmentRun, Document, Goal, Period, RuleSetVersion
from hztargets.queries.cases import GoalKnowledge, knowledge_of, milestone_case
from hztargets.services.errors import ServiceError
from hztargets.services.flagging import follow_lights
from hztargets.services.noticing import write_notices
from hztargets.services.snapshots import Snapshot, store_snapshots, to_snapshot

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """What a run said of the latest open period, and what it changed."""

    run: AssessmentRun
    period: Period | None
    rows: list[Snapshot] = field(default_factory=list)
    notices: int = 0
    seconds: float = 0.0


def assess_document(*, document: Document, as_of: date, now: datetime) -> RunResult:
    """Judges every goal as known on `as_of` and stores what changed since the last run.

    A day before the last run's is a look back: it is answered, but changes neither the board nor any flag.
    One bad goal never stops the run; its code is kept in `run.failed`. Runs of one document exclude each other.
    """
    started = time.perf_counter()
    with transaction.atomic():
        Document.objects.select_for_update(no_key=True).get(pk=document.pk)
        goals = list(Goal.objects.filter(document=document).in_document_order().select_for_update(no_key=True))
        run = AssessmentRun.objects.create(
            document=document,
            as_of=as_of,
            rule_set=_rule_set(document, as_of),
            started_at=now,
            is_retrospective=_is_look_back(document, as_of),
        )
        periods = _open_periods(document, as_of)
        snapshots, run.failed = _judge(run, goals, periods)
        latest = [row for row in snapshots if periods and row.period_id == periods[-1].pk]
        run.changed, notices = (0, 0) if run.is_retrospective else _store(run, snapshots, latest, now)
        run.goals = len(goals)
        run.counts = dict(Counter(row.colour for row in latest))
        run.finished_at = now
        run.save()
    seconds = time.perf_counter() - started
    log.info("document_assessed", document=document.number, as_of=str(as_of), changed=run.changed, failed=run.failed)
    return RunResult(run=run, period=periods[-1] if periods else None, rows=latest, notices=notices, seconds=seconds)


def assess_goal(*, goal: Goal, as_of: date, now: datetime) -> list[Snapshot]:
    """Judges one goal after its figures changed, in the caller's transaction."""
    goals = list(Goal.objects.filter(pk=goal.pk).select_for_update(no_key=True))
    document = goal.document
    run = AssessmentRun(document=document, as_of=as_of, rule_set=_rule_set(document, as_of))
    periods = _open_periods(document, as_of)
    snapshots, failed = _judge(run, goals, periods)
    if failed:
        raise ServiceError("not_judged", _("The goal could not be judged; its data needs the office's attention."))
    latest = [row for row in snapshots if periods and row.period_id == periods[-1].pk]
    _store(run, snapshots, latest, now)
    return snapshots


def _store(
    run: AssessmentRun, snapshots: Sequence[Snapshot], latest: Sequence[Snapshot], now: datetime
) -> tuple[int, int]:
    """How many assessments changed and how many notices that made."""
    changed = store_snapshots(run=run, snapshots=snapshots, now=now)
    transitions = follow_lights(run=run, latest=latest, now=now)
    return changed, len(write_notices(document=run.document, transitions=transitions, now=now))


def _judge(run: AssessmentRun, goals: Sequence[Goal], periods: Sequence[Period]) -> tuple[list[Snapshot], list[str]]:
    """The snapshots of all goals for all open periods, and the codes of goals that could not be judged."""
    rules = run.rule_set.to_rules()
    views = [(period.month, min(run.as_of, period.settles_on)) for period in periods]
    snapshots: list[Snapshot] = []
    failed: list[str] = []
    for knowledge in knowledge_of(run.document, goals, periods, run.as_of):
        try:
            judged = _judge_goal(knowledge, views, rules)
            snapshots += [
                to_snapshot(knowledge, period, case, said) for period, (case, said) in zip(periods, judged, strict=True)
            ]
        except Exception:  # whatever a goal's data does, the others are judged
            log.exception("goal_not_judged", goal=knowledge.goal.code)
            failed.append(knowledge.goal.code)
    return snapshots, failed


def _judge_goal(
    knowledge: GoalKnowledge, views: Sequence[tuple[int, date]], rules: judging.RuleSet
) -> list[tuple[judging.GoalCase, judging.Assessment]]:
    if knowledge.case.target.kind == "milestone":
        cases = [milestone_case(knowledge, month, day) for month, day in views]
        return [(case, judging.assess(case, rules)) for case in cases]
    return [(knowledge.case, said) for said in judging.assess_year(knowledge.case, views, rules)]


def _open_periods(document: Document, as_of: date) -> list[Period]:
    return list(document.periods.filter(opens_on__lte=as_of).order_by("month"))


def _is_look_back(document: Document, as_of: date) -> bool:
    return document.runs.filter(as_of__gt=as_of, is_retrospective=False).exists()


def _rule_set(document: Document, as_of: date) -> RuleSetVersion:
    month = 12 if as_of.year > document.year else as_of.month
    rules: Iterable[RuleSetVersion] = document.rule_sets.filter(effective_month__lte=month).order_by("-version")[:1]
    for version in rules:
        return version
    raise ServiceError("no_rule_set", _("The document has no rule set. Load it again with import_document."))
