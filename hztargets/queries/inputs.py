"""Everything judging reads, as one digest a goal: equal digests on the same day mean equal judgements."""

import hashlib
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.contrib.postgres.aggregates import StringAgg
from django.db import connection
from django.db.models import F, Func, TextField

from hztargets.models import Document
from hztargets.queries.cases import REPORT_COLUMNS, known_reports

_CODE_THAT_JUDGES = ("domain", "queries", "services")

_OF_DOCUMENT = r"""
SELECT md5(string_agg(part || said, E'\n' ORDER BY part, id)) FROM (
    SELECT 1 AS part, t.id, t::text AS said FROM hztargets_period t WHERE document_id = %(document)s
    UNION ALL SELECT 2, t.id, t::text FROM hztargets_rulesetversion t WHERE document_id = %(document)s
    UNION ALL SELECT 3, t.id, t::text FROM hztargets_calendarday t
    UNION ALL SELECT 4, t.id, t::text FROM hztargets_periodextension t
        JOIN hztargets_period p ON p.id = t.period_id WHERE p.document_id = %(document)s
) rows
"""
_OF_GOALS = r"""
WITH goal AS (SELECT * FROM hztargets_goal WHERE document_id = %(document)s)
SELECT goal_id, md5(string_agg(part || said, E'\n' ORDER BY part, id)) FROM (
    SELECT goal.id AS goal_id, 1 AS part, goal.id, goal::text AS said FROM goal
    UNION ALL SELECT goal_id, 2, t.id, t::text FROM hztargets_goaldeadline t JOIN goal ON goal.id = goal_id
    UNION ALL SELECT goal_id, 3, t.id, t::text FROM hztargets_goalversion t JOIN goal ON goal.id = goal_id
    UNION ALL SELECT goal_id, 4, t.id, t::text FROM hztargets_goalprofile t JOIN goal ON goal.id = goal_id
    UNION ALL SELECT goal_id, 5, t.id, t::text FROM hztargets_referenceyear t JOIN goal ON goal.id = goal_id
) rows GROUP BY goal_id
"""


def inputs_of(document: Document, as_of: date) -> dict[int, str]:
    """By goal of the document. Three queries whatever their number.

    Whole rows go in, as PostgreSQL writes them, so no column judging may come to read can be missing, and null, empty
    and a comma inside a text differ; of reports, the rows and columns that `known_reports` hands to it. The program
    itself goes in too: a new version judges everything once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OF_DOCUMENT, {"document": document.pk})
        shared = _digest_of(_code(), document.year, *cursor.fetchone())
        cursor.execute(_OF_GOALS, {"document": document.pk})
        own = cursor.fetchall()
    reports = _reports(document, as_of)
    return {pk: _digest_of(shared, rows, reports.get(pk)) for pk, rows in own}


def _reports(document: Document, as_of: date) -> dict[int, str]:
    row = Func(*map(F, REPORT_COLUMNS), template="ROW(%(expressions)s)::text", output_field=TextField())
    rows = Func(StringAgg(row, delimiter="\n", order_by="pk"), function="md5", output_field=TextField())
    return dict(known_reports(document, as_of).order_by().values_list("goal_id").annotate(digest=rows))


def _digest_of(*parts: object) -> str:
    return hashlib.md5(repr(parts).encode(), usedforsecurity=False).hexdigest()


@lru_cache
def _code() -> str:
    root = Path(__file__).parents[1]
    files = (path for layer in _CODE_THAT_JUDGES for path in sorted((root / layer).rglob("*.py")))
    return _digest_of(*((str(path.relative_to(root)), path.read_bytes()) for path in files))
