"""Everything judging reads, as one digest a goal: equal digests on the same day mean equal judgements."""

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, Func, Model, QuerySet, TextField

from hztargets.models import CalendarDay, Document, Goal, GoalDeadline, GoalProfile, GoalVersion, ReferenceYear
from hztargets.models.reports import PeriodExtension
from hztargets.queries.cases import REPORT_COLUMNS, known_reports

_CODE_THAT_JUDGES = ("domain", "queries", "services")


def inputs_of(document: Document, as_of: date) -> dict[int, str]:
    """By goal of the document. Ten queries whatever their number.

    Whole rows go in, so no column judging may come to read can be missing; of reports, the rows and columns that
    `known_reports` hands to it. The program itself goes in too: a new version judges everything once.
    """
    goals = Goal.objects.filter(document=document)
    shared = _digest_of(_code(), document.year, *_of_document(document))
    parts = [
        _by_goal(GoalDeadline.objects.filter(goal__in=goals)),
        _by_goal(GoalVersion.objects.filter(goal__in=goals)),
        _by_goal(GoalProfile.objects.filter(goal__in=goals)),
        _by_goal(ReferenceYear.objects.filter(goal__in=goals)),
        _by_goal(known_reports(document, as_of), REPORT_COLUMNS),
    ]
    own = goals.values_list("pk", _as_text(Goal))
    return {pk: _digest_of(shared, row, *(part.get(pk) for part in parts)) for pk, row in own}


def _of_document(document: Document) -> list[str]:
    tables = (
        document.periods.all(),
        document.rule_sets.all(),
        CalendarDay.objects.all(),
        PeriodExtension.objects.filter(period__document=document),
    )
    return [rows.aggregate(digest=_all_rows(_as_text(rows.model)))["digest"] for rows in tables]


def _by_goal(rows: QuerySet[Any], columns: Sequence[str] = ()) -> dict[int, str]:
    digest = _all_rows(_as_text(rows.model, columns))
    return dict(rows.order_by().values_list("goal_id").annotate(digest=digest))


def _as_text(model: type[Model], columns: Sequence[str] = ()) -> Func:
    """A row, whole unless columns are named, as PostgreSQL writes it: null, empty and a comma inside a text differ."""
    template = "ROW(%(expressions)s)::text" if columns else f'"{model._meta.db_table}"::text'
    return Func(*map(F, columns), template=template, output_field=TextField())


def _all_rows(text: Func) -> Func:
    return Func(StringAgg(text, delimiter="\n", order_by="pk"), function="md5", output_field=TextField())


def _digest_of(*parts: object) -> str:
    return hashlib.md5(repr(parts).encode(), usedforsecurity=False).hexdigest()


@lru_cache
def _code() -> str:
    root = Path(__file__).parents[1]
    files = (path for layer in _CODE_THAT_JUDGES for path in sorted((root / layer).rglob("*.py")))
    return _digest_of(*((str(path.relative_to(root)), path.read_bytes()) for path in files))
