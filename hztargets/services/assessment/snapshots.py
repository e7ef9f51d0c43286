"""Stores assessments with the days on which they were valid, so that the board of any past day can be shown."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

import structlog
from django.db import connection
from django.db.models import BigIntegerField
from msgspec import Raw, Struct, json, msgpack
from msgspec.structs import astuple, replace

from hztargets.domain.assessment import GoalAssessment, GoalCase, expected_shares, sentences
from hztargets.domain.ruleset import RuleSet
from hztargets.models import Assessment, AssessmentRun, Goal
from hztargets.queries.assessment.knowledge import GoalKnowledge
from hztargets.queries.assessment.months import MonthAsOf
from hztargets.queries.prepared_queries import Parameter, PreparedQuery, is_among_parameter

log = structlog.get_logger(__name__)

_DETAILS = (
    "kappa", "sigma_pp", "nu", "pace_ratio", "required_per_month", "achieved_per_month", "required_rest",
    "progress", "c", "expected", "side", "p_low", "p_high", "days_left", "expected_pct", "consecutive_low", "method",
)  # fmt: skip
_details_of = attrgetter(*_DETAILS)
_to_json = json.Encoder().encode
_to_bytes = msgpack.Encoder().encode
_LARGEST_AMOUNT = 1e14
"""Amounts from this value on do not fit the table's columns."""

_CURRENT = PreparedQuery(
    lambda: (
        Assessment.objects.current()
        .filter(is_among_parameter("goal_id", "goals"), document_id=Parameter("document", BigIntegerField()))
        .values_list("goal_id", "period_id", "pk", "fingerprint")
    )
)


class Snapshot(Struct, frozen=True):
    """One assessment ready to be stored, with what was known, the month, its rules and the case it was made from.

    `path`: the expected shares of the twelve months as JSON, None for goals that have none. The sentences are written
    only on demand: a run in which nothing changed needs none.
    """

    knowledge: GoalKnowledge
    month: MonthAsOf
    case: GoalCase
    assessment: GoalAssessment
    path: Raw | None = None

    @property
    def goal(self) -> Goal:
        return self.knowledge.goal

    @property
    def key(self) -> tuple[int, int]:
        """Goal and period."""
        return self.knowledge.goal.pk, self.month.period.pk

    @property
    def colour(self) -> str:
        return self.assessment.colour

    @property
    def target(self) -> Decimal | None:
        """As decided, in force in that month."""
        return self.knowledge.targets[self.month.period.month - 1]

    @property
    def report_ids(self) -> list[int]:
        month = self.month.period.month
        return [known.id for known in self.knowledge.reports if known.month <= month]

    def sentences(self) -> tuple[str, str]:
        """In Chinese and in English."""
        return sentences(self.case, self.assessment, self.month.rules)

    def fingerprint(self) -> str:
        """Equal exactly when neither the assessment nor what it was made from has changed."""
        facts = (self.month.rule_set.pk, self.target, self.report_ids, self.assessment)
        return hashlib.md5(_to_bytes(facts), usedforsecurity=False).hexdigest()

    def details(self) -> str:
        """What is stored as JSON beside the columns: the numbers that are known, and the path."""
        known = zip(_DETAILS, _details_of(self.assessment), strict=True)
        details: dict[str, object] = {name: value for name, value in known if value is not None}
        if self.path is not None:
            details["shares"] = self.path
        return _to_json(details).decode()


class _Row(Struct, frozen=True, kw_only=True):
    """A row of the assessment table: the fields are its columns, as texts and numbers that COPY accepts."""

    document_id: int
    goal_id: int
    period_id: int
    run_id: int
    rule_set_id: int
    known_from: str
    recorded_at: str
    fingerprint: str
    colour: str
    status_colour: str
    raw: str
    reasons: str
    judged_month: int | None
    value: str | None
    target: str | None
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
    details: str
    report_ids: str


def expected_path(case: GoalCase, rules: RuleSet) -> Raw | None:
    """The `path` of a snapshot, shares to six decimals."""
    shares = expected_shares(case, rules)
    return Raw(_to_json([round(share, 6) for share in shares])) if shares else None


def store_snapshots(*, run: AssessmentRun, snapshots: Sequence[Snapshot], now: datetime) -> int:
    """Closes the rows that are no longer valid and adds the new ones; returns how many changed.

    A goal whose assessment cannot be written keeps its old row and is named in `run.failed`.
    """
    goals = list({snapshot.goal.pk for snapshot in snapshots})
    current = {
        (goal_id, period_id): (pk, fingerprint)
        for goal_id, period_id, pk, fingerprint in _CURRENT.fetch(document=run.document_id, goals=goals)
    }
    closed: list[int] = []
    added: list[_Row] = []
    writer = _Writer(run, now)
    for snapshot in snapshots:
        pk, known = current.get(snapshot.key, (None, ""))
        fingerprint = snapshot.fingerprint()
        if fingerprint == known:
            continue
        try:
            added.append(writer.row(snapshot, fingerprint))
        except Exception:  # an error in one goal's data must not stop the run
            log.exception("assessment_not_written", goal=snapshot.goal.code)
            run.failed = sorted({*run.failed, snapshot.goal.code})
            continue
        if pk is not None:
            closed.append(pk)
    if closed:
        Assessment.objects.filter(pk__in=closed).update(known_until=run.as_of)
    if added:
        _copy(added)
    return len(added)


class _Writer:
    """Makes rows from snapshots. A month without a report often has the same assessment as the month before; its
    sentences are then not written again."""

    def __init__(self, run: AssessmentRun, now: datetime) -> None:
        self._run, self._known_from, self._recorded_at = run, str(run.as_of), now.isoformat()
        self._before: Snapshot | None = None
        self._row: _Row | None = None

    def row(self, snapshot: Snapshot, fingerprint: str) -> _Row:
        before, row = self._before, self._row
        if before is not None and row is not None and before.case is snapshot.case and row.fingerprint == fingerprint:
            return replace(row, period_id=snapshot.month.period.pk)
        row = self._written(snapshot, fingerprint)
        self._before, self._row = snapshot, row
        return row

    def _written(self, snapshot: Snapshot, fingerprint: str) -> _Row:
        assessment, freshness = snapshot.assessment, snapshot.assessment.freshness
        low, high = assessment.interval80 or (None, None)
        goal_id, period_id = snapshot.key
        sentence, sentence_en = snapshot.sentences()
        return _Row(
            document_id=self._run.document_id,
            goal_id=goal_id,
            period_id=period_id,
            run_id=self._run.pk,
            rule_set_id=snapshot.month.rule_set.pk,
            known_from=self._known_from,
            recorded_at=self._recorded_at,
            fingerprint=fingerprint,
            colour=assessment.colour,
            status_colour=assessment.status_colour or assessment.colour,
            raw=assessment.raw or "",
            reasons=_array(assessment.reasons),
            judged_month=assessment.period,
            value=_six_decimals(assessment.value),
            target=None if snapshot.target is None else str(snapshot.target),
            done_share=assessment.done_share,
            expected_share=assessment.expected_share,
            lag_pp=assessment.lag_pp,
            attainment=assessment.attainment,
            p_meet=assessment.p_meet,
            projection=assessment.projection,
            projection_low=low,
            projection_high=high,
            met=assessment.met,
            grade=assessment.grade or "",
            colour_vs_original=assessment.colour_vs_original or "",
            freshness=freshness.state if freshness else "",
            missing=freshness.missing if freshness else 0,
            overdue_days=freshness.overdue_days if freshness else 0,
            sentence=sentence,
            sentence_en=sentence_en,
            details=snapshot.details(),
            report_ids=_array(snapshot.report_ids),
        )


def _copy(rows: Sequence[_Row]) -> None:
    """COPY: a city's year is thousands of rows, which INSERT takes twenty times as long to write."""
    columns = ", ".join(_Row.__struct_fields__)
    statement = f"COPY {Assessment._meta.db_table} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(astuple(row))


def _array(items: Iterable[object]) -> str:
    """An array of numbers or plain words as PostgreSQL writes it; nothing in them needs escaping."""
    return "{" + ",".join(map(str, items)) + "}"


def _six_decimals(value: float | None) -> str | None:
    """The table's own precision. Raises OverflowError for what does not fit."""
    if value is None:
        return None
    if abs(value) >= _LARGEST_AMOUNT:
        raise OverflowError(f"{value} is too large to be stored")
    return f"{value:.6f}"
