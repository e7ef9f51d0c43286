"""Many cities at once: the loaded document copied by SQL, with a plausible year of reports for most goals."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from hztargets.models import Document

GOALS = 200
_LOAD = """
SELECT setseed(0.16);
CREATE TEMPORARY TABLE pattern ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY copy, position) AS place, copy, g.*
    FROM hztargets_goal g, generate_series(0, 9) copy WHERE document_id = {template} LIMIT {goals};
WITH city AS (
    INSERT INTO hztargets_document (number, title, issuer, year, issued_on, text, due_working_day)
    SELECT number || '/' || n, title, issuer, year, issued_on, text, due_working_day
    FROM hztargets_document, generate_series(1, {cities}) n WHERE id = {template} RETURNING id
), opened AS (
    INSERT INTO hztargets_period (document_id, month, opens_on, due_on, settles_on, closed_reason)
    SELECT city.id, month, opens_on, due_on, settles_on, '' FROM city, hztargets_period WHERE document_id = {template}
), ruled AS (
    INSERT INTO hztargets_rulesetversion (document_id, version, name, rules, effective_month, reason, created_at)
    SELECT city.id, version, name, rules, effective_month, '', created_at
    FROM city, hztargets_rulesetversion WHERE document_id = {template}
)
INSERT INTO hztargets_goal (document_id, area_id, clause_id, code, position, kind, name, unit, direction, qualifier,
    measure, expr, comparator, is_count, is_any_time, precision, period, due_on, frequency, skips_january, lead_id, quote,
    quote_start, note)
SELECT city.id, area_id, clause_id, concat_ws('-', code, nullif(copy, 0)), place, kind, name, unit, direction, qualifier,
    measure, expr, comparator, is_count, is_any_time, precision, period, due_on, frequency, skips_january, lead_id, quote,
    quote_start, note
FROM city, pattern;
CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
    SELECT g.id, g.document_id, g.measure, g.frequency, g.position, coalesce(v.value, 100) AS target, random() AS luck
    FROM hztargets_goal g JOIN pattern p ON p.place = g.position
    JOIN hztargets_goalversion v ON v.goal_id = p.id AND v.number = 1 WHERE g.document_id > {template};
INSERT INTO hztargets_goalversion (goal_id, number, value, value_max, baseline, effective_month, reason)
SELECT g.id, number, value, value_max, baseline, effective_month, ''
FROM hztargets_goal g JOIN pattern p ON p.place = g.position
JOIN hztargets_goalversion v ON v.goal_id = p.id WHERE g.document_id > {template};
INSERT INTO hztargets_goalprofile (goal_id, number, kind, plan, effective_month, reason)
SELECT id, 1, 'plan', (SELECT array_agg(round(target * (m + m * m / 12.0) / 24, 2) ORDER BY m) FROM generate_series(1, 12) m),
    1, '' FROM fresh WHERE measure = 'cumulative' AND position % 3 = 0;
INSERT INTO hztargets_referenceyear (goal_id, year, values, source)
SELECT id, y, (SELECT array_agg(round(target * (m - 0.2 + 0.4 * random())::numeric / 12.4, 2) ORDER BY m) FROM generate_series(1, 12) m),
    '' FROM fresh, generate_series(2021, 2023) y WHERE measure = 'cumulative' AND position % 3 = 1;
"""
_REPORT = """
INSERT INTO hztargets_report (document_id, goal_id, period_id, version, state, source, source_note, value, comparator,
    is_nil, is_restated, note, cause, remedy, correction_reason, revision, created_at, created_by_id, submitted_at,
    submitted_by_id, reviewed_at, reviewed_by_id, return_reason, known_on)
SELECT g.document_id, g.id, p.id, 1, 'approved', 'simulated', '',
    CASE measure WHEN 'cumulative' THEN round((target * (0.97 + 0.18 * luck)::numeric * (month - 0.1 + 0.2 * random())::numeric / 12), 2)
        WHEN 'milestone' THEN least(100, 9 * month) WHEN 'relative' THEN round((5 + luck)::numeric, 1)
        ELSE round(target * (0.98 + 0.05 * random())::numeric, 2) END,
    CASE measure WHEN 'relative' THEN 4.8 END, false, false, '', '', '', '', 3, due_on, {clerk}, due_on, {clerk}, due_on,
    {office}, '', {known_on}
FROM {goals} g JOIN hztargets_period p ON p.document_id = g.document_id
WHERE month % CASE frequency WHEN 'monthly' THEN 1 WHEN 'quarterly' THEN 3 WHEN 'half_yearly' THEN 6 ELSE 12 END = 0
    AND {which}
"""
_LATE = 0.04
"""The share of goals that are two reports behind."""
_LOADED = [
    f"hztargets_{name}"
    for name in (
        "document",
        "period",
        "rulesetversion",
        "goal",
        "goalversion",
        "goalprofile",
        "referenceyear",
        "report",
    )
]


def add_cities(template: Document, count: int, *, clerk: int, office: int) -> None:
    """Foreign keys are checked once at the end, not row by row."""
    sql = _LOAD.format(template=template.pk, cities=count, goals=GOALS)
    reports = _REPORT.format(
        goals="fresh", clerk=clerk, office=office, known_on="due_on",
        which=f"month <= CASE WHEN luck < {_LATE} THEN 9 ELSE 11 END",
    )  # fmt: skip
    with connection.cursor() as cursor:
        with transaction.atomic(), _foreign_keys_checked_at_the_end(cursor):
            cursor.execute(sql + reports)
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def _foreign_keys_checked_at_the_end(cursor: CursorWrapper) -> Iterator[None]:
    cursor.execute(
        "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
        [_LOADED],
    )
    keys = cursor.fetchall()
    for table, name, _definition in keys:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    yield
    for table, name, definition in keys:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def add_reports(template: Document, *, month: int, known_on: date, every: int, clerk: int, office: int) -> int:
    """One new report for every so many goals of the copied cities; returns how many."""
    goals = f"""(SELECT g.id, document_id, measure, frequency, coalesce(value, 100) AS target, 0.5 AS luck
        FROM hztargets_goal g JOIN hztargets_goalversion v ON v.goal_id = g.id AND v.number = 1
        WHERE document_id > {template.pk} AND g.id % {every} = 0)"""
    sql = _REPORT.format(goals=goals, clerk=clerk, office=office, known_on=f"'{known_on}'", which=f"month = {month}")
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)
