"""Profiles read, and as a table: out, edited, and in again."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from hztargets.domain.plan_table import COLUMNS, read_plan_table
from hztargets.management.inputs import problem_line
from hztargets.models import AuditEvent, Goal, GoalProfile, ReferenceYear, User
from hztargets.queries.decisions.plans import export_profile_rows, profiles_of
from hztargets.services.decisions.conditions import TableRefused
from hztargets.services.decisions.plan_import import import_profiles
from hztargets.services.decisions.plans import set_plan, set_profile_kind
from tests.factories import AUGUST, City, make_goal
from tests.integration.services.decisions.plans import JANUARY, LATE, PLAN, YEAR_2023, decided, stored

pytestmark = pytest.mark.usefixtures("in_english")


def test_a_plan_far_below_last_years_june_shows_it(city: City, clerk: User) -> None:
    ReferenceYear.objects.create(goal=city.fdi, year=2023, values=list(YEAR_2023))
    ReferenceYear.objects.create(goal=city.trade, year=2024, values=list(YEAR_2023))
    set_plan(goal=city.fdi, values=LATE, by=clerk, now=JANUARY)
    shown = {row.goal: row for row in profiles_of(city.document, Goal.objects.visible_to(clerk).in_document_order())}
    assert list(shown) == [city.fdi, city.trade]
    assert shown[city.fdi].points_below_last_year == pytest.approx(100 * (41 / 88 - 6 / 80))
    assert [year.year for year in shown[city.fdi].past_years] == [2023]
    assert (shown[city.trade].kind, shown[city.trade].points_below_last_year, shown[city.trade].past_years) == (
        "auto",
        None,
        (),
    )
    set_plan(goal=city.fdi, values=PLAN, by=clerk, now=JANUARY)
    assert (
        profiles_of(city.document, Goal.objects.visible_to(clerk).in_document_order())[0].points_below_last_year is None
    )


@pytest.mark.parametrize("count", [1, 3])
def test_profiles_are_read_with_four_queries(
    city: City, office: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    codes = ["A6-01", "A6-02", "A2-01"][:count]
    goals = Goal.objects.filter(document=city.document, code__in=codes)
    for goal in goals:
        set_profile_kind(goal=goal, kind="linear", by=office, now=JANUARY)
        ReferenceYear.objects.create(goal=goal, year=2023, values=list(YEAR_2023))
    with django_assert_num_queries(4):
        assert len(profiles_of(city.document, goals.all())) == count


def table_of(city: City, changes: dict[str, dict[str, str]]) -> str:
    """The export with some cells changed, as a person would send it back."""
    goals = Goal.objects.filter(document=city.document).in_document_order()
    rows = export_profile_rows(profiles_of(city.document, goals))
    lines = [",".join({**row, **changes.get(row["goal"], {})}[column] for column in COLUMNS) for row in rows]
    return "\n".join([",".join(COLUMNS), *lines]) + "\n"


def bring_in(city: City, text: str, by: User, now: datetime = JANUARY, month: int | None = None) -> Counter[str]:
    return import_profiles(document=city.document, table=read_plan_table(text), by=by, now=now, effective_month=month)


def problems_of(call: Callable[[], Any]) -> list[str]:
    """The problems; and nothing was written."""
    before = list(GoalProfile.objects.order_by("pk").values()), AuditEvent.objects.count()
    with pytest.raises(TableRefused) as caught:
        call()
    assert (list(GoalProfile.objects.order_by("pk").values()), AuditEvent.objects.count()) == before
    return [problem_line("profiles.csv", problem) for problem in caught.value.problems]


def months(values: Sequence[Decimal]) -> dict[str, str]:
    return {f"m{month}": format(value, "f") for month, value in enumerate(values, start=1)}


def test_the_export_holds_what_stands(city: City, office: User) -> None:
    set_plan(goal=city.fdi, values=PLAN, by=office, now=JANUARY, reason="会商")
    city.trade.versions.update(value_max=Decimal(200))
    assert table_of(city, {}) == (
        "goal,name,unit,target,kind,m1,m2,m3,m4,m5,m6,m7,m8,m9,m10,m11,m12,reason\n"
        "A6-01,实际利用外资,亿美元,80,plan,4,8,14,20,26,32,38,44,52,60,70,80,会商\n"
        "A6-02,组织外贸团组,个,150–200,auto,,,,,,,,,,,,,\n"
        "A2-01,新增高新技术企业,家,2000,auto,,,,,,,,,,,,,\n"
    )


def test_the_export_comes_back_without_changing_anything(city: City, office: User) -> None:
    set_plan(goal=city.fdi, values=PLAN, by=office, now=JANUARY, reason="会商")
    city.trade.versions.update(value_max=Decimal(200))
    before = stored(city.fdi)
    for now in (JANUARY, AUGUST):
        assert bring_in(city, table_of(city, {}), office, now) == Counter(left=3)
    assert (stored(city.fdi), GoalProfile.objects.count()) == (before, 1)


def test_a_table_is_brought_in_and_repeated(city: City, office: User) -> None:
    set_profile_kind(goal=city.trade, kind="linear", by=office, now=JANUARY)
    changes = {"A6-01": {"kind": "plan", **months(PLAN)}, "A6-02": {"kind": "working_day", "reason": "均衡推进"}}
    text = table_of(city, changes)
    assert bring_in(city, text, office) == Counter(added=1, changed=1, left=1)
    assert bring_in(city, text, office) == Counter(left=3)
    assert [stored(goal) for goal in (city.fdi, city.trade, city.firms)] == [
        [decided(city.fdi, 1, decided_by_id=office.pk, decided_at=JANUARY)],
        [
            decided(
                city.trade,
                1,
                kind="working_day",
                plan=None,
                reason="均衡推进",
                decided_by_id=office.pk,
                decided_at=JANUARY,
            )
        ],
        [],
    ]


def test_all_or_nothing_and_every_problem_at_once(city: City, office: User) -> None:
    falling = {**months(PLAN), "m7": "31"}
    text = table_of(city, {"A6-01": {"kind": "plan", **months(PLAN)}, "A6-02": {"kind": "plan", **falling}})
    text += "A9-99,,,,linear,,,,,,,,,,,,,\n" + "A2-02,,,,plan,,,,,,,,,,,,,\n"
    found = problems_of(lambda: bring_in(city, text, office))
    assert [problem.split(";")[0] for problem in found[:2]] == [
        "profiles.csv:3: m7: Month 7: 31 is below the 32 of month 6. Enter totals since January",
        "profiles.csv:5: goal: A9-99 is not a goal of this document",
    ]
    assert [problem.split(": ")[1] for problem in found[2:]] == [f"m{month}" for month in range(1, 13)]


def test_a_table_made_for_something_else_is_noticed(city: City, office: User) -> None:
    plan = {"kind": "plan", **months(PLAN)}
    assert problems_of(lambda: bring_in(city, table_of(city, {"A6-01": {**plan, "unit": "万美元"}}), office)) == [
        "profiles.csv:2: unit: The goal counts in 亿美元, the table in “万美元”; convert the values."
    ]
    assert problems_of(lambda: bring_in(city, table_of(city, {"A6-01": {**plan, "target": "75"}}), office)) == [
        "profiles.csv:2: target: The target in force is 80, the table was made for 75; export it again."
    ]
    assert bring_in(city, table_of(city, {"A6-01": {**plan, "target": "８０.0"}}), office)["added"] == 1


def test_a_department_brings_in_its_own_goals_only(city: City, clerk: User) -> None:
    shared = make_goal(city.fdi.clause, "A6-03", "共同目标", 10, "个", city.science, quote="组织150个外贸团组")
    shared.departments.add(city.commerce, through_defaults={"position": 2})
    text = table_of(
        city,
        {"A6-01": {"kind": "linear"}, "A6-03": {"kind": "linear"}, "A2-01": {"kind": "linear"}},
    )
    assert problems_of(lambda: bring_in(city, text, clerk)) == [
        "profiles.csv:4: goal: A2-01 is not a goal of this document; use a code of the export.",
        "profiles.csv:5: goal: Only the lead department and the municipal office plan this goal.",
    ]


def test_once_the_year_is_open_rows_need_a_new_reason_and_a_month(city: City, office: User) -> None:
    set_plan(goal=city.fdi, values=PLAN, by=office, now=JANUARY, reason="会商")
    changed = {"A6-01": months(LATE), "A6-02": {"kind": "linear"}}
    assert problems_of(lambda: bring_in(city, table_of(city, changed), office, AUGUST, 9)) == [
        "profiles.csv:2: reason: This is the reason of the last change; say why it changes now.",
        "profiles.csv:3: reason: Give a reason; it is kept with the decision.",
    ]
    changed = {"A6-01": {**months(LATE), "reason": "项目推迟"}, "A6-02": {"kind": "linear", "reason": "均衡推进"}}
    assert problems_of(lambda: bring_in(city, table_of(city, changed), office, AUGUST)) == [
        "profiles.csv:2: effective_month: Give the month from which the change takes effect, 1 to 12.",
    ]
    assert bring_in(city, table_of(city, changed), office, AUGUST, 9) == Counter(changed=1, added=1, left=1)
    assert [(row["number"], row["effective_month"]) for row in stored(city.fdi)] == [(1, 1), (2, 9)]
    assert [(row["number"], row["kind"]) for row in stored(city.trade)] == [(1, "auto"), (2, "linear")]
    assert bring_in(city, table_of(city, {}), office, AUGUST) == Counter(left=3)
