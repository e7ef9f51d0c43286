"""Queries whose SQL is composed once return the rows that Django itself returns, for changing values."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import DateField, F
from django.db.transaction import TransactionManagementError

from hztargets.models import Goal, GoalVersion, Report, RuleSetVersion
from hztargets.queries.filing.reports import lock_versions
from hztargets.queries.prepared_queries import Parameter, PreparedQuery, PreparedRows, is_among_parameter
from tests.factories import City, approved_report

VERSIONS = PreparedRows(
    GoalVersion, lambda rows: rows.filter(is_among_parameter("goal_id", "goals")).order_by("goal_id")
)


def test_each_fetch_uses_its_own_values(city: City) -> None:
    known = PreparedQuery(
        lambda: (
            Report.objects.filter(is_among_parameter("goal_id", "goals"), known_on__lte=Parameter("day", DateField()))
            .order_by("pk")
            .values_list("value")
        )
    )
    day = approved_report(city.fdi, 6, 30).known_on
    approved_report(city.trade, 7, 34)
    assert day is not None
    both = [city.fdi.pk, city.trade.pk]
    assert known.fetch(goals=both, day=day - timedelta(days=1)) == []
    assert known.fetch(goals=both, day=day) == [(Decimal(30),), (Decimal(34),)]
    assert known.fetch(goals=both[1:], day=day) == [(Decimal(34),)]


def test_rows_are_those_of_django(city: City) -> None:
    goals = list(Goal.objects.values_list("pk", flat=True))
    for ids in (goals, goals[:1], []):
        expected = GoalVersion.objects.filter(goal__in=ids).order_by("goal_id")
        rows = VERSIONS.fetch(goals=ids)
        assert [row.__dict__ | {"_state": None} for row in rows] == [
            row.__dict__ | {"_state": None} for row in expected
        ]
        assert all(row._state.db == "default" and not row._state.adding for row in rows)


def test_columns_are_converted(city: City) -> None:
    """For example JSON, which the driver returns as text."""
    rows = PreparedRows(RuleSetVersion, lambda every: every.order_by(F("pk"))).fetch()
    assert [row.rules for row in rows] == [row.rules for row in RuleSetVersion.objects.order_by("pk")]
    assert isinstance(rows[0].rules, dict)


def test_a_thread_fetches_over_its_own_connection(transactional_db: None, city: City) -> None:
    first = VERSIONS.fetch(goals=[city.fdi.pk])

    def fetch() -> list[GoalVersion]:
        try:
            return VERSIONS.fetch(goals=[city.fdi.pk])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(fetch) for _ in range(4)]
        assert all(answer.result(10) == first for answer in answers)


def test_versions_are_not_locked_outside_a_transaction(transactional_db: None, city: City) -> None:
    with transaction.atomic():
        lock_versions([city.fdi.pk], city.period(7))
    with pytest.raises(TransactionManagementError):
        lock_versions([city.fdi.pk], city.period(7))
