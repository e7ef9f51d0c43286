"""Judging: reads what is known, asks the domain, stores what changed and follows the lights with flags."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from hztargets.domain import assessment as judging
from hztargets.models import AssessmentRun, Document, Goal, Period
from hztargets.queries.cases import GoalKnowledge, knowledge_of, milestone_case
from hztargets.queries.views import View, views_on
from hztargets.services.errors import ServiceError
from hztargets.services.flagging import follow_lights
from hztargets.services.noticing import write_notices
from hztargets.services.snapshots import Snapshot, store_snapshots

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """What a run said of the latest open period, and what it changed."""

    run: AssessmentRun
    period: Period
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
        views = _views(document, as_of)
        run = AssessmentRun.objects.create(
            document=document,
            as_of=as_of,
            rule_set=views[-1].rule_set,
            started_at=now,
            is_retrospective=_is_look_back(document, as_of),
        )
        snapshots, run.failed = _judge(run, goals, views)
        latest = [row for row in snapshots if row.view.period == views[-1].period]
        run.changed, notices = (0, 0) if run.is_retrospective else _store(run, snapshots, latest, now)
        run.goals = len(goals)
        run.counts = dict(Counter(row.colour for row in latest))
        run.finished_at = now
        run.save()
    seconds = time.perf_counter() - started
    log.info("document_assessed", document=document.number, as_of=str(as_of), changed=run.changed, failed=run.failed)
    return RunResult(run=run, period=views[-1].period, rows=latest, notices=notices, seconds=seconds)


def assess_goal(*, goal: Goal, as_of: date, now: datetime) -> list[Snapshot]:
    """Judges one goal after its figures changed, in the caller's transaction."""
    goals = list(Goal.objects.filter(pk=goal.pk).select_for_update(no_key=True))
    document = goal.document
    views = _views(document, as_of)
    run = AssessmentRun(document=document, as_of=as_of, rule_set=views[-1].rule_set)
    snapshots, run.failed = _judge(run, goals, views)
    latest = [row for row in snapshots if row.view.period == views[-1].period]
    _store(run, snapshots, latest, now)
    if run.failed:
        raise ServiceError("not_judged", _("The goal could not be judged; its data needs the office's attention."))
    return snapshots


def _views(document: Document, as_of: date) -> list[View]:
    views = views_on(document, as_of)
    if not document.rule_sets.exists():
        raise ServiceError("no_rule_set", _("The document has no rule set. Load it again with import_document."))
    if not views:
        message = _("No period of %(document)s was open on %(day)s; the first opens on the first of February.")
        raise ServiceError("nothing_open", message % {"document": document.number, "day": as_of}, "as_of")
    return views


def _store(
    run: AssessmentRun, snapshots: Sequence[Snapshot], latest: Sequence[Snapshot], now: datetime
) -> tuple[int, int]:
    """How many assessments changed and how many notices that made."""
    changed = store_snapshots(run=run, snapshots=snapshots, now=now)
    transitions = follow_lights(run=run, latest=latest, now=now)
    return changed, len(write_notices(document=run.document, transitions=transitions, now=now))


def _judge(run: AssessmentRun, goals: Sequence[Goal], views: Sequence[View]) -> tuple[list[Snapshot], list[str]]:
    """The snapshots of all goals for all open periods, and the codes of goals that could not be judged."""
    snapshots: list[Snapshot] = []
    failed: list[str] = []
    for knowledge in knowledge_of(run.document, goals, [view.period for view in views], run.as_of):
        try:
            snapshots += [Snapshot(knowledge, view, case, said) for view, case, said in _judge_goal(knowledge, views)]
        except Exception:  # whatever a goal's data does, the others are judged
            log.exception("goal_not_judged", goal=knowledge.goal.code)
            failed.append(knowledge.goal.code)
    return snapshots, failed


def _judge_goal(
    knowledge: GoalKnowledge, views: Sequence[View]
) -> list[tuple[View, judging.GoalCase, judging.Assessment]]:
    """Each month by the rules and the profile in force for it; a change of either replays the year from January."""
    judged: list[tuple[View, judging.GoalCase, judging.Assessment]] = []
    for _in_force, group in groupby(
        views, key=lambda view: (view.rule_set.pk, knowledge.profiles[view.period.month - 1])
    ):
        same = list(group)
        rules, case_in_force = same[0].rules, knowledge.case_in(same[0].period.month)
        if knowledge.case.target.kind == "milestone":
            cases = [milestone_case(knowledge, view.period.month, view.day) for view in same]
            judged += [(view, case, judging.assess(case, rules)) for view, case in zip(same, cases, strict=True)]
        else:
            said = judging.assess_year(case_in_force, [(view.period.month, view.day) for view in same], rules)
            judged += [(view, case_in_force, row) for view, row in zip(same, said, strict=True)]
    return judged


def _is_look_back(document: Document, as_of: date) -> bool:
    return document.runs.filter(as_of__gt=as_of, is_retrospective=False).exists()
