"""Storing what was said of a goal, so that it can be asked later what was said on any day."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from math import nan
from operator import attrgetter
from struct import Struct
from typing import Any

import structlog
from django.db import connection

from hztargets.domain import assessment as judging
from hztargets.domain.ruleset import RuleSet
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
_to_json = json.JSONEncoder(allow_nan=False, check_circular=False, separators=(",", ":")).encode
_SIX_DECIMALS = Decimal("0.000001")
_NUMBERS = [item.name for item in fields(judging.Assessment) if item.type == float | None]
_same_name_of = attrgetter(*_SAME_NAME)
_numbers_of = attrgetter(*_NUMBERS)
_words_of = attrgetter(*(item.name for item in fields(judging.Assessment) if item.name not in _NUMBERS))
_details_of = attrgetter(*_DETAILS)
_packed = Struct(f"{len(_NUMBERS)}d").pack


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One judgement ready to be stored: what was known, from which day and by which rules it was seen, what was said.

    `path`: the expected shares of the twelve months as JSON, empty for goals that have none. The sentences are written
    only when asked for: a run in which nothing changed needs none.
    """

    knowledge: GoalKnowledge
    view: View
    case: judging.GoalCase
    said: judging.Assessment
    path: str

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
        """Equal exactly when neither what was said nor what it was judged from has changed. A missing number is packed
        as not-a-number, which judging never says."""
        target = self.knowledge.targets[self.view.period.month - 1]
        facts = (self.view.rule_set.pk, target, self.report_ids, _words_of(self.said))
        numbers = _packed(*[nan if number is None else number for number in _numbers_of(self.said)])
        return hashlib.md5(numbers + repr(facts).encode(), usedforsecurity=False).hexdigest()

    def columns(self) -> dict[str, Any]:
        """The assessment table's columns that hold the judgement, as COPY takes them: numbers, words, nothing that has
        to be looked at twice."""
        said, freshness = self.said, self.said.freshness
        low, high = said.interval80 or (None, None)
        return {
            **dict(zip(_SAME_NAME, _same_name_of(said), strict=True)),
            "status_colour": said.status_colour or said.colour,
            "reasons": _array(said.reasons),
            "judged_month": said.period,
            "value": _six_decimals(said.value),
            "target": _as_text(self.knowledge.targets[self.view.period.month - 1]),
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
            "report_ids": _array(self.report_ids),
        }

    def _details(self) -> str:
        """`path` is joined on as it is, since a goal's months share it; it is never alone, there is always a method."""
        said = zip(_DETAILS, _details_of(self.said), strict=True)
        details = _to_json({name: value for name, value in said if value is not None})
        return f'{details[:-1]},"shares":{self.path}}}' if self.path else details


def path_of(case: judging.GoalCase, rules: RuleSet) -> str:
    """A snapshot's path, to six decimals."""
    shares = judging.expected_shares(case, rules)
    return _to_json([round(share, 6) for share in shares]) if shares else ""


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
    added: list[Mapping[str, Any]] = []
    of_run = {
        "document_id": run.document_id,
        "run_id": run.pk,
        "known_from": str(run.as_of),
        "recorded_at": now.isoformat(),
    }
    writer = _Writer()
    for snapshot in snapshots:
        pk, known = current.get(snapshot.key, (None, ""))
        fingerprint = snapshot.fingerprint()
        if fingerprint == known:
            continue
        try:
            columns = writer.columns(snapshot, fingerprint)
        except Exception:  # one bad goal never stops a run
            log.exception("judgement_not_written", goal=snapshot.goal.code)
            run.failed.append(snapshot.goal.code)
            continue
        goal_id, period_id = snapshot.key
        added.append({**of_run, "goal_id": goal_id, "period_id": period_id, **columns})
        if pk is not None:
            closed.append(pk)
    if closed:
        Assessment.objects.filter(pk__in=closed).update(known_until=run.as_of)
    if added:
        _copy(added)
    return len(added)


class _Writer:
    """Writes a snapshot's columns but for its goal and period. In a month without a report a goal often says what it
    said the month before, and that is not put into words again."""

    def __init__(self) -> None:
        self._before: Snapshot | None = None
        self._fingerprint = ""
        self._columns: dict[str, Any] = {}

    def columns(self, snapshot: Snapshot, fingerprint: str) -> dict[str, Any]:
        before = self._before
        if before is None or before.case is not snapshot.case or fingerprint != self._fingerprint:
            self._columns = {
                "rule_set_id": snapshot.view.rule_set.pk,
                "fingerprint": fingerprint,
                **snapshot.columns(),
            }
            self._before, self._fingerprint = snapshot, fingerprint
        return self._columns


def _copy(rows: Sequence[Mapping[str, Any]]) -> None:
    """COPY: a city's year is thousands of rows, which INSERT takes twenty times as long to write."""
    columns = ", ".join(rows[0])
    statement = f"COPY {Assessment._meta.db_table} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(tuple(row.values()))


def _array(items: Iterable[object]) -> str:
    """An array of numbers or plain words as PostgreSQL writes it; nothing in them needs escaping."""
    return "{" + ",".join(map(str, items)) + "}"


def _six_decimals(value: float | None) -> str | None:
    """The table's own precision."""
    return None if value is None else str(Decimal(repr(value)).quantize(_SIX_DECIMALS))


def _as_text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
