"""Everything an assessment depends on, as one digest a goal: equal digests on the same day mean equal assessments."""

import hashlib
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from django.contrib.postgres.aggregates import BitXor
from django.db import connection
from django.db.models import BigIntegerField, F, Func, TextField, Value

from hztargets.models import Document
from hztargets.queries.assessment.knowledge import REPORT_COLUMNS, known_reports

_LAYERS = ("domain", "models", "queries", "services")
"""The folders whose sources may change an assessment or how it is stored."""
_LIBRARIES = ("msgspec", "scipy")
"""The libraries that assessing computes with."""

_OF_DOCUMENT = """
SELECT bit_xor(digest) FROM (
    SELECT hash_record_extended(t, 1) AS digest FROM hztargets_period t WHERE document_id = %(document)s
    UNION ALL SELECT hash_record_extended(t, 2) FROM hztargets_rulesetversion t WHERE document_id = %(document)s
    UNION ALL SELECT hash_record_extended(t, 3) FROM hztargets_calendarday t
    UNION ALL SELECT hash_record_extended(t, 4) FROM hztargets_periodextension t
        JOIN hztargets_period p ON p.id = t.period_id WHERE p.document_id = %(document)s
) rows
"""
_OF_GOALS = """
SELECT goal.id, (
    SELECT bit_xor(digest) FROM (
        VALUES (hash_record_extended(goal, 1))
        UNION ALL SELECT hash_record_extended(t, 2) FROM hztargets_goaldeadline t WHERE goal_id = goal.id
        UNION ALL SELECT hash_record_extended(t, 3) FROM hztargets_goalversion t WHERE goal_id = goal.id
        UNION ALL SELECT hash_record_extended(t, 4) FROM hztargets_goalprofile t WHERE goal_id = goal.id
        UNION ALL SELECT hash_record_extended(t, 5) FROM hztargets_referenceyear t WHERE goal_id = goal.id
    ) rows(digest)
) FROM hztargets_goal goal WHERE document_id = %(document)s
"""
_OWN_COLUMNS = ("period_id", *(name for name in REPORT_COLUMNS if "__" not in name))
"""What an assessment reads of a report; goal and period, which it joins, are digested as whole rows."""


def inputs_of(document: Document, as_of: date) -> dict[int, str]:
    """By goal of the document. Three queries whatever their number.

    Whole rows go in, so that a column read later cannot be missing; of reports, the rows and columns that
    `known_reports` returns. PostgreSQL hashes a row to 64 bits, seeded by its table, and a set of rows to the xor of
    their hashes, which does not depend on their order; two different states have the same digest with a probability of
    1 in 10^19. The sources of the layers in `_LAYERS` and the versions of Python and of `_LIBRARIES` go in too: after a
    change of the program or of these libraries every goal is assessed once more.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OF_DOCUMENT, {"document": document.pk})
        shared = _digest_of(_program(), document.year, *cursor.fetchone())
        cursor.execute(_OF_GOALS, {"document": document.pk})
        own = cursor.fetchall()
    reports = _reports(document, as_of)
    return {pk: _digest_of(shared, rows, reports.get(pk)) for pk, rows in own}


def _reports(document: Document, as_of: date) -> dict[int, int]:
    row = Func(*map(F, _OWN_COLUMNS), template="ROW(%(expressions)s)", output_field=TextField())
    hashed = Func(row, Value(6), function="hash_record_extended", output_field=BigIntegerField())
    return dict(known_reports(document, as_of).order_by().values_list("goal_id").annotate(digest=BitXor(hashed)))


def _digest_of(*parts: object) -> str:
    return hashlib.md5(repr(parts).encode(), usedforsecurity=False).hexdigest()


@lru_cache
def _program() -> str:
    root = Path(__file__).parents[2]
    files = (path for layer in _LAYERS for path in sorted((root / layer).rglob("*.py")))
    sources = [(str(path.relative_to(root)), path.read_bytes()) for path in files]
    return _digest_of(python_version(), *((name, version(name)) for name in _LIBRARIES), *sources)
