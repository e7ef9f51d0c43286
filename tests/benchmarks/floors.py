"""Hand-written SQL for the same reads and writes: what the database itself costs."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import ForeignKey

from hztargets.models import Assessment, Document, Goal, Period, User

_READS = (
    "SELECT * FROM hztargets_goal WHERE document_id = %s ORDER BY position FOR NO KEY UPDATE",
    "SELECT v.* FROM hztargets_goalversion v JOIN hztargets_goal g ON g.id = v.goal_id WHERE g.document_id = %s",
    "SELECT p.* FROM hztargets_goalprofile p JOIN hztargets_goal g ON g.id = p.goal_id WHERE g.document_id = %s",
    "SELECT y.* FROM hztargets_referenceyear y JOIN hztargets_goal g ON g.id = y.goal_id WHERE g.document_id = %s",
    "SELECT r.goal_id, r.id, p.month, r.value, r.comparator, r.state, r.version, r.is_restated, r.is_nil, r.done_on,"
    " r.expected_on FROM hztargets_report r JOIN hztargets_period p ON p.id = r.period_id WHERE r.document_id = %s"
    " ORDER BY r.goal_id, p.month, r.version",
    "SELECT goal_id, period_id, id, fingerprint FROM hztargets_assessment"
    " WHERE document_id = %s AND known_until IS NULL",
)
_COLUMNS = [field for field in Assessment._meta.concrete_fields if field.name not in ("id", "run")]


_CONTENT_FIELDS = ("value", "note", "cause", "remedy", "expected_on")
_ROWS = ", ".join(field.column for field in Assessment._meta.concrete_fields)
_PARENTS = {
    field.column: field.related_model._meta.db_table
    for field in Assessment._meta.concrete_fields
    if isinstance(field, ForeignKey) and field.db_constraint
}


def read_all(document: Document) -> None:
    with transaction.atomic():
        _read(document.pk)


def _read(document_id: int) -> None:
    with connection.cursor() as cursor:
        for query in _READS:
            cursor.execute(query, [document_id])
            cursor.fetchall()


@contextmanager
def twin_table() -> Iterator[None]:
    """An empty table like that of the assessments, with the same indexes, checks and foreign keys."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_twin (LIKE hztargets_assessment INCLUDING ALL)")
        for column, parent in _PARENTS.items():
            cursor.execute(
                f"ALTER TABLE bench_twin ADD FOREIGN KEY ({column}) REFERENCES {parent} DEFERRABLE INITIALLY DEFERRED"
            )
        yield
        cursor.execute("DROP TABLE bench_twin")


def store_year(document_id: int, _day: str) -> bool:
    """The reads, and the writes of the assessments without those of flags and notices."""
    with transaction.atomic(), connection.cursor() as cursor:
        _read(document_id)
        cursor.execute(
            f"INSERT INTO bench_twin ({_ROWS}) SELECT {_ROWS} FROM hztargets_assessment WHERE document_id = %s",
            [document_id],
        )
    return True


def store_night(document_id: int, day: str) -> bool:
    """The reads, the rows added on that day, and the rows closed on it written once more."""
    with transaction.atomic(), connection.cursor() as cursor:
        _read(document_id)
        cursor.execute(
            f"INSERT INTO bench_twin ({_ROWS}) SELECT {_ROWS} FROM hztargets_assessment"
            " WHERE document_id = %s AND known_from = %s",
            [document_id, day],
        )
        cursor.execute(
            "UPDATE hztargets_assessment SET known_until = known_until WHERE document_id = %s AND known_until = %s",
            [document_id, day],
        )
    return True


def assessment_rows(document: Document) -> list[tuple[Any, ...]]:
    """The rows assessing has just stored, as the database takes them."""
    return [
        tuple(field.get_db_prep_save(getattr(row, field.attname), connection) for field in _COLUMNS)
        for row in Assessment.objects.filter(document=document)
    ]


def read_and_store(document: Document, rows: list[tuple[Any, ...]]) -> None:
    names = ", ".join(field.column for field in _COLUMNS)
    marks = ", ".join(["%s"] * len(_COLUMNS))
    read_all(document)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO hztargets_assessment ({names}) VALUES ({marks})", rows)


def read_board(period: Period) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.colour, a.value, a.target, a.done_share, a.expected_share, a.lag_pp, a.p_meet, a.projection_low,"
            " a.projection_high, a.freshness, a.sentence, g.code, g.name, g.unit, d.name, b.colour"
            " FROM hztargets_assessment a JOIN hztargets_goal g ON g.id = a.goal_id"
            " JOIN hztargets_department d ON d.id = g.lead_id"
            " LEFT JOIN hztargets_assessment b ON b.goal_id = a.goal_id AND b.known_until IS NULL"
            " AND b.period_id = (SELECT id FROM hztargets_period WHERE document_id = a.document_id AND month = %s)"
            " WHERE a.document_id = %s AND a.period_id = %s AND a.known_until IS NULL ORDER BY g.position",
            [period.month - 1, period.document_id, period.pk],
        )
        cursor.fetchall()


@dataclass(frozen=True)
class ReportRow:
    """`content`: value, note, cause, remedy, expected_on."""

    goal: Goal
    period: Period
    content: Mapping[str, Any]
    by: User
    now: datetime


def file_report(row: ReportRow) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        file_row(cursor, row)


def file_row(cursor: Any, row: ReportRow) -> None:
    """The locks, the submitted report and its audit row, in the caller's transaction."""
    goal, period, by, now = row.goal, row.period, row.by, row.now
    audit = (
        "INSERT INTO hztargets_auditevent (at, by_id, action, object_type, object_id, after, reason, request_id)"
        " VALUES (%s, %s, %s, 'report', %s, %s, '', '')"
    )
    content = json.dumps(row.content, ensure_ascii=False)
    cursor.execute("SELECT closed_at FROM hztargets_period WHERE id = %s", [period.pk])
    cursor.execute(
        "SELECT * FROM hztargets_report WHERE goal_id = %s AND period_id = %s FOR NO KEY UPDATE", [goal.pk, period.pk]
    )
    cursor.execute(
        "SELECT value FROM hztargets_report r JOIN hztargets_period p ON p.id = r.period_id WHERE goal_id = %s"
        " AND state = 'approved' AND p.month < %s ORDER BY p.month DESC, version DESC LIMIT 1",
        [goal.pk, period.month],
    )
    cursor.execute(
        "INSERT INTO hztargets_report (document_id, goal_id, period_id, version, state, source, source_note, value,"
        " is_nil, is_restated, note, cause, remedy, expected_on, correction_reason, revision, created_at,"
        " created_by_id, submitted_at, submitted_by_id, return_reason) VALUES (%s, %s, %s, 1, 'submitted', 'filed', '',"
        " %s, false, false, %s, %s, %s, %s, '', 2, %s, %s, %s, %s, '') RETURNING id",
        [
            *(goal.document_id, goal.pk, period.pk),
            *(row.content.get(name) for name in _CONTENT_FIELDS),
            *(now, by.pk, now, by.pk),
        ],
    )
    (pk,) = cursor.fetchone()
    cursor.execute(audit, [now, by.pk, "report.submit", pk, content])
