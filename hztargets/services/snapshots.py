"""Storing what was said of a goal, so that it can be asked later what was said on any day."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog

from hztargets.domain import assessment as judging
from hztargets.models import Assessment, AssessmentRun, Goal
from hztargets.queries.cases import GoalKnowledge
from hztargets.queries.views import View

log = structlog.get_logger(__name__)

_SAME_NAME = (
    "colour", "done_share", "expected_share", "lag_pp", "attainment", "p_meet", "projection", "met",
)  # fmt: skip
_DETAILS = (
    "kappa", "sigma_pp", "nu", "pace_ratio", "required_per_month", "achieved_per_month", "required_rest",
    "progress", "c", "expected", "side", "p_low", "p_high", "days_left", "expected_pct", "consecutive_low", "method",
)  # fmt: skip


@dataclass(frozen=True)
class Snapshot:
    """One judgement ready to be stored: what was known, from which day and by which rules it was seen, what was said.

    The sentences are written only when asked for: a run in which nothing changed needs none.
    """

    knowledge: GoalKnowledge
    view: View
    case: judging.GoalCase
    said: judging.Assessment

    @property
    def goal(self) -> Goal:
        return self.knowledge.goal

    @property
    def key(self) -> tuple[int, int]:
        """Goal and period."""
        return self.knowledge.goal.pk, self.view.period.pk

    @property
    def colour(self) -> str:
        return self.said.colour

    @property
    def report_ids(self) -> list[int]:
        return [known.id for known in self.knowledge.reports if known.month <= self.view.period.month]

    def sentence(self, language: str = "zh") -> str:
        return judging.sentence(self.case, self.said, language, self.view.rules)

    def fingerprint(self) -> str:
        """Equal exactly when neither what was said nor what it was judged from has changed."""
        facts = (self.view.rule_set.pk, self.knowledge.targets[self.view.period.month - 1], self.report_ids, self.said)
        return hashlib.md5(repr(facts).encode(), usedforsecurity=False).hexdigest()

    def columns(self) -> dict[str, Any]:
        """The assessment table's columns that hold the judgement."""
        said, freshness = self.said, self.said.freshness
        low, high = said.interval80 or (None, None)
        return {
            **{name: getattr(said, name) for name in _SAME_NAME},
            "status_colour": said.status_colour or said.colour,
            "reasons": list(said.reasons),
            "judged_month": said.period,
            "value": _decimal(said.value),
            "target": self.knowledge.targets[self.view.period.month - 1],
            "projection_low": low,
            "projection_high": high,
            "raw": said.raw or "",
            "grade": said.grade or "",
            "colour_vs_original": said.colour_vs_original or "",
            "freshness": freshness.state if freshness else "",
            "missing": freshness.missing if freshness else 0,
            "overdue_days": freshness.overdue_days if freshness else 0,
            "sentence": self.sentence("zh"),
            "sentence_en": self.sentence("en"),
            "details": self._details(),
            "report_ids": self.report_ids,
        }

    def _details(self) -> dict[str, Any]:
        details = {name: getattr(self.said, name) for name in _DETAILS if getattr(self.said, name) is not None}
        shares = judging.expected_shares(self.case, self.view.rules)
        return details | ({"shares": [round(share, 6) for share in shares]} if shares else {})


def store_snapshots(*, run: AssessmentRun, snapshots: Sequence[Snapshot], now: datetime) -> int:
    """Closes the rows that no longer hold and adds their successors; returns how many changed.

    A goal whose judgement cannot be written keeps its old row and is named in `run.failed`.
    """
    current = {
        (goal_id, period_id): (pk, fingerprint)
        for goal_id, period_id, pk, fingerprint in Assessment.objects.current()
        .filter(document=run.document, goal__in={snapshot.goal.pk for snapshot in snapshots})
        .values_list("goal_id", "period_id", "pk", "fingerprint")
    }
    closed: list[int] = []
    added: list[Assessment] = []
    for snapshot in snapshots:
        pk, known = current.get(snapshot.key, (None, ""))
        fingerprint = snapshot.fingerprint()
        if fingerprint == known:
            continue
        try:
            added.append(_row(run, snapshot, fingerprint, now))
        except Exception:  # one bad goal never stops a run
            log.exception("judgement_not_written", goal=snapshot.goal.code)
            run.failed.append(snapshot.goal.code)
            continue
        if pk is not None:
            closed.append(pk)
    Assessment.objects.filter(pk__in=closed).update(known_until=run.as_of)
    Assessment.objects.bulk_create(added, batch_size=1000)
    return len(added)


def _row(run: AssessmentRun, snapshot: Snapshot, fingerprint: str, now: datetime) -> Assessment:
    return Assessment(
        document_id=run.document_id,
        goal=snapshot.goal,
        period=snapshot.view.period,
        rule_set=snapshot.view.rule_set,
        run=run if run.pk else None,
        known_from=run.as_of,
        recorded_at=now,
        fingerprint=fingerprint,
        **snapshot.columns(),
    )


def _decimal(value: float | None) -> Decimal | None:
    """Six decimals, the table's own precision."""
    return None if value is None else Decimal(repr(value)).quantize(Decimal("0.000001"))
