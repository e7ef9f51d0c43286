"""Which goals a run may skip, because assessing them again would store nothing.

The invariant: while a goal has a `JudgedGoal` row with today's `inputs`, and today lies before its `moves_on`, its
current assessments are exactly what assessing it today would store. It holds because an assessment is a function of its
inputs and the day alone; because the inputs are digested before they are read, so that a change between the two gives
another digest; because the row is written together with the assessments; and because an assessment outside a run
deletes the row. The day matters only in the ways that `_moves_on` names.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby

from django.db.models import BigIntegerField, DateField

from hztargets.domain.assessment.datastate import schedule_of
from hztargets.domain.measures import measure_of
from hztargets.models import AssessmentRun, Document, Goal, JudgedGoal
from hztargets.queries.assessment.months import openings_after
from hztargets.queries.prepared_queries import Parameter, PreparedQuery
from hztargets.services.assessment.snapshots import Snapshot

_DAY = timedelta(days=1)
_ASSESSED = PreparedQuery(
    lambda: JudgedGoal.objects.filter(
        goal__document_id=Parameter("document", BigIntegerField()), as_of__lte=Parameter("as_of", DateField())
    ).values_list("goal_id", "inputs", "moves_on")
)


def skippable_goals(document: Document, inputs: Mapping[int, str], as_of: date) -> set[int]:
    """Those whose stored assessments still hold on `as_of`. `inputs`: today's, of all goals of the document."""
    return {
        goal_id
        for goal_id, digest, moves_on in _ASSESSED.fetch(document=document.pk, as_of=as_of)
        if digest == inputs.get(goal_id) and (moves_on is None or as_of < moves_on)
    }


def remember_assessed(*, run: AssessmentRun, snapshots: Iterable[Snapshot], inputs: Mapping[int, str]) -> None:
    """`snapshots`: whole goals, all their months in order. A goal that failed is assessed again by the next run."""
    failed = set(run.failed)
    openings = openings_after(run.document, run.as_of)
    rows = [
        JudgedGoal(
            goal_id=goal_id,
            inputs=inputs[goal_id],
            as_of=run.as_of,
            moves_on=_moves_on(list(rows), openings, run.as_of),
        )
        for goal_id, rows in groupby(
            (row for row in snapshots if row.goal.code not in failed), key=lambda row: row.goal.pk
        )
    ]
    JudgedGoal.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["goal"], update_fields=["inputs", "as_of", "moves_on"]
    )


def forget_assessed(goals: Collection[Goal]) -> None:
    JudgedGoal.objects.filter(goal__in=goals).delete()


def _moves_on(rows: list[Snapshot], openings: list[date], as_of: date) -> date | None:
    """The first day on which time alone may change an assessment of the goal: when a period opens or, before a month
    has settled, when a report of its schedule becomes overdue; the next day if days are already counted."""
    moving = [row for row in rows if as_of < row.month.period.settles_on]
    if any(_counts_days(row) for row in moving):
        return as_of + _DAY
    overdue = (
        due + _DAY
        for row in moving
        for _period, due in schedule_of(row.case, row.month.rules.likelihood)
        if due >= as_of
    )
    return min([*openings, *overdue], default=None)


def _counts_days(row: Snapshot) -> bool:
    """A milestone's days are always counted, other goals' when a report is missing."""
    freshness = row.assessment.freshness
    return measure_of(row.goal).is_milestone or freshness is None or freshness.missing > 0
