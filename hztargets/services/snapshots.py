"""Storing what was said of a goal, so that it can be asked later what was said on any day."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from hztargets.domain import assessment as judging
from hztargets.models import Assessment, AssessmentRun, Goal
from hztargets.queries.cases import GoalKnowledge
from hztargets.queries.views import View

_DETAILS = (
    "kappa", "sigma_pp", "nu", "pace_ratio", "required_per_month", "achieved_per_month", "required_rest",
    "progress", "c", "expected", "side", "p_low", "p_high", "days_left", "expected_pct", "consecutive_low", "method",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One judgement ready to be stored; field names are the assessment table's."""

    goal: Goal
    period_id: int
    rule_set_id: int
    colour: str
    status_colour: str
    raw: str
    reasons: list[str]
    judged_month: int | None
    value: Decimal | None
    target: Decimal | None
    done_share: float | None
    expected_share: float | None
    lag_pp: float | None
    attainment: float | None
    p_meet: float | None
    projection: float | None
    projection_low: float | None
    projection_high: float | None
    met: bool | None
    grade: str
    colour_vs_original: str
    freshness: str
    missing: int
    overdue_days: int
    sentence: str
    sentence_en: str
    details: dict[str, Any]
    report_ids: list[int]

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "goal"}

    def fingerprint(self) -> str:
        """Equal exactly when nothing a reader sees, and nothing it was judged from, has changed."""
        return hashlib.md5(repr(sorted(self.columns().items())).encode(), usedforsecurity=False).hexdigest()


def to_snapshot(
    knowledge: GoalKnowledge,
    view: View,
    case: judging.GoalCase,
    said: judging.Assessment,
) -> Snapshot:
    interval = said.interval80 or (None, None)
    freshness = said.freshness
    return Snapshot(
        goal=knowledge.goal,
        period_id=view.period.pk,
        rule_set_id=view.rule_set.pk,
        colour=said.colour,
        status_colour=said.status_colour or said.colour,
        raw=said.raw or "",
        reasons=list(said.reasons),
        judged_month=said.period,
        value=_decimal(said.value),
        target=knowledge.target_value,
        done_share=said.done_share,
        expected_share=said.expected_share,
        lag_pp=said.lag_pp,
        attainment=said.attainment,
        p_meet=said.p_meet,
        projection=said.projection,
        projection_low=interval[0],
        projection_high=interval[1],
        met=said.met,
        grade=said.grade or "",
        colour_vs_original=said.colour_vs_original or "",
        freshness=freshness.state if freshness else "",
        missing=freshness.missing if freshness else 0,
        overdue_days=(freshness.overdue_days or 0) if freshness else 0,
        sentence=judging.sentence(case, said, "zh", view.rules),
        sentence_en=judging.sentence(case, said, "en", view.rules),
        details={name: getattr(said, name) for name in _DETAILS if getattr(said, name) is not None},
        report_ids=[known.id for known in knowledge.reports if known.month <= view.period.month],
    )


def store_snapshots(*, run: AssessmentRun, snapshots: Sequence[Snapshot], now: datetime) -> int:
    """Closes the rows that no longer hold and adds their successors; returns how many changed."""
    current = {
        (goal_id, period_id): (pk, fingerprint)
        for goal_id, period_id, pk, fingerprint in Assessment.objects.current()
        .filter(document=run.document, goal__in={row.goal.pk for row in snapshots})
        .values_list("goal_id", "period_id", "pk", "fingerprint")
    }
    closed: list[int] = []
    added: list[Assessment] = []
    for snapshot in snapshots:
        pk, known = current.get((snapshot.goal.pk, snapshot.period_id), (None, ""))
        fingerprint = snapshot.fingerprint()
        if fingerprint == known:
            continue
        if pk is not None:
            closed.append(pk)
        added.append(_row(run, snapshot, fingerprint, now))
    Assessment.objects.filter(pk__in=closed).update(known_until=run.as_of)
    Assessment.objects.bulk_create(added, batch_size=1000)
    return len(added)


def _row(run: AssessmentRun, snapshot: Snapshot, fingerprint: str, now: datetime) -> Assessment:
    return Assessment(
        document_id=run.document_id,
        goal=snapshot.goal,
        run=run if run.pk else None,
        known_from=run.as_of,
        recorded_at=now,
        fingerprint=fingerprint,
        **snapshot.columns(),
    )


def _decimal(value: float | None) -> Decimal | None:
    """Six decimals, the table's own precision."""
    return None if value is None else Decimal(repr(value)).quantize(Decimal("0.000001"))
