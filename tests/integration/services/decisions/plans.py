"""What the tests of planning share: sound values for the city's 80亿美元, rows as the table should hold them."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from hztargets.models import Assessment, AuditEvent, Goal, GoalProfile, GoalVersion, ReferenceYear, RuleSetVersion, User
from hztargets.services.decisions.plans import set_plan, set_profile_kind, set_reference_year, set_steps
from hztargets.services.errors import ServiceError

JANUARY = datetime(2024, 1, 15, 2, 0, tzinfo=UTC)
"""Before the first period opens on 1 February."""
PLAN = tuple(map(Decimal, (4, 8, 14, 20, 26, 32, 38, 44, 52, 60, 70, 80)))
LATE = tuple(map(Decimal, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 80)))
YEAR_2023 = tuple(map(Decimal, (6, 12, 20, 26, 33, 41, 47, 54, 62, 70, 79, 88)))


def stored(goal: Goal) -> list[dict[str, Any]]:
    return list(GoalProfile.objects.filter(goal=goal).order_by("number").values())


def decided(goal: Goal, number: int, **columns: Any) -> dict[str, Any]:
    """A profile row as the table should hold it."""
    row = {
        "id": GoalProfile.objects.get(goal=goal, number=number).pk,
        "goal_id": goal.pk,
        "number": number,
        "kind": "plan",
        "plan": list(PLAN),
        "effective_month": 1,
        "reason": "",
        "decided_by_id": None,
        "decided_at": None,
    }
    return {**row, **columns}


def refusal_of(call: Callable[[], Any]) -> tuple[str, str, str]:
    """Code, field and sentence; and nothing was written."""

    def written() -> tuple[Any, ...]:
        tables = (GoalVersion, GoalProfile, ReferenceYear, RuleSetVersion, AuditEvent, Assessment)
        return tuple(list(table._default_manager.order_by("pk").values()) for table in tables)

    before = written()
    with pytest.raises(ServiceError) as caught:
        call()
    assert written() == before
    return caught.value.code, caught.value.field, caught.value.message


def all_four(goal: Goal, by: User, now: datetime = JANUARY, **decision: Any) -> list[Callable[[], Any]]:
    """Every way to change the profile, with content that would do."""
    common = {"goal": goal, "by": by, "now": now, **decision}
    year = {key: value for key, value in common.items() if key != "effective_month"}
    return [
        lambda: set_plan(values=PLAN, **common),
        lambda: set_steps(steps={12: Decimal(80)}, **common),
        lambda: set_profile_kind(kind="linear", **common),
        lambda: set_reference_year(year=2023, values=YEAR_2023, **year),
    ]
