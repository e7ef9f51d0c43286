"""How a goal's year is meant to run, before the year opens: who sets it, what it may be."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest

from hztargets.models import Assessment, AuditEvent, Goal, GoalProfile, ReferenceYear, Role, User
from hztargets.services.decisions.plans import set_plan, set_profile_kind, set_reference_year, set_steps
from tests.factories import City, make_user
from tests.integration.services.decisions.plans import (
    JANUARY,
    LATE,
    PLAN,
    YEAR_2023,
    all_four,
    decided,
    refusal_of,
    stored,
)

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.mark.parametrize("role", [Role.CLERK, Role.DEPARTMENT_HEAD, Role.OFFICE])
def test_lead_department_and_office_set_a_plan(city: City, role: Role) -> None:
    by = make_user(role, None if role == Role.OFFICE else city.commerce)
    set_plan(goal=city.fdi, values=PLAN, by=by, now=JANUARY)
    assert stored(city.fdi) == [decided(city.fdi, 1, decided_by_id=by.pk, decided_at=JANUARY)]
    assert not Assessment.objects.exists()


def test_until_then_version_one_is_replaced_and_both_are_in_the_audit_trail(city: City, clerk: User) -> None:
    set_plan(goal=city.fdi, values=LATE, by=clerk, now=JANUARY)
    row = set_plan(goal=city.fdi, values=PLAN, by=clerk, now=JANUARY, reason="按季度会商结果", effective_month=1)
    assert stored(city.fdi) == [
        decided(city.fdi, 1, reason="按季度会商结果", decided_by_id=clerk.pk, decided_at=JANUARY)
    ]
    late, plan = ([format(value, "f") for value in values] for values in (LATE, PLAN))
    first, second = AuditEvent.objects.filter(action="profile.set").order_by("pk")
    assert (first.before, first.after) == (None, {"number": 1, "kind": "plan", "plan": late, "effective_month": 1})
    assert (second.before, second.after) == (first.after, {**first.after, "plan": plan})
    assert (second.object_type, second.object_id, second.by, second.reason) == (
        "goalprofile",
        row.pk,
        clerk,
        "按季度会商结果",
    )


def test_batches_are_held_until_the_next(city: City, clerk: User) -> None:
    set_steps(goal=city.fdi, steps={6: Decimal(30), 11: Decimal(80)}, by=clerk, now=JANUARY)
    plan = [Decimal(0)] * 5 + [Decimal(30)] * 5 + [Decimal(80)] * 2
    assert stored(city.fdi) == [
        decided(city.fdi, 1, kind="step", plan=plan, decided_by_id=clerk.pk, decided_at=JANUARY)
    ]


@pytest.mark.parametrize("kind", ["auto", "linear", "working_day", "history"])
def test_a_kind_without_values_takes_the_plan_away(city: City, clerk: User, kind: str) -> None:
    ReferenceYear.objects.create(goal=city.fdi, year=2023, values=list(YEAR_2023))
    set_plan(goal=city.fdi, values=PLAN, by=clerk, now=JANUARY)
    set_profile_kind(goal=city.fdi, kind=kind, by=clerk, now=JANUARY)
    assert stored(city.fdi) == [decided(city.fdi, 1, kind=kind, plan=None, decided_by_id=clerk.pk, decided_at=JANUARY)]


def test_a_past_year_is_kept_with_its_unknown_months(city: City, clerk: User) -> None:
    values = [None, None, Decimal("20.5"), *[None] * 7, Decimal(79), Decimal(88)]
    row = set_reference_year(goal=city.fdi, year=2023, values=values, by=clerk, now=JANUARY, source="统计公报")
    assert ReferenceYear.objects.values().get() == {
        "id": row.pk,
        "goal_id": city.fdi.pk,
        "year": 2023,
        "values": values,
        "source": "统计公报",
    }
    set_reference_year(goal=city.fdi, year=2023, values=YEAR_2023, by=clerk, now=JANUARY, source="统计年鉴")
    assert [(row.values, row.source) for row in ReferenceYear.objects.all()] == [(list(YEAR_2023), "统计年鉴")]
    first, second = AuditEvent.objects.filter(action="reference_year.set").order_by("pk")
    texts = [None, None, "20.5", *[None] * 7, "79", "88"]
    assert (first.before, first.after) == (None, {"year": 2023, "values": texts, "source": "统计公报"})
    assert second.before == first.after


OTHERS = [Role.LEADER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR, Role.SERVICE]
ONLY_LEAD = ("not_planning_department", "", "Only the lead department and the municipal office plan this goal.")
UNCHANGED = ("unchanged", "", "These values already stand.")


@pytest.mark.parametrize("role", OTHERS)
def test_other_roles_do_not_plan(city: City, role: Role) -> None:
    for call in all_four(city.fdi, make_user(role)):
        assert refusal_of(call) == ("role_may_not", "", "Your role may not do this.")


@pytest.mark.parametrize("role", Role.of_a_department())
def test_another_department_does_not_plan(city: City, role: Role) -> None:
    for call in all_four(city.fdi, make_user(role, city.science)):
        assert refusal_of(call) == ONLY_LEAD


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        (PLAN[:11], ("not_twelve", "values", "Give twelve values, one a month; there are 11.")),
        (
            (*PLAN[:6], Decimal(31), *PLAN[7:]),
            (
                "plan_falling",
                "m7",
                "Month 7: 31 is below the 32 of month 6. Enter totals since January; they never fall.",
            ),
        ),
        (
            (*PLAN[:11], Decimal("79.5")),
            ("wrong_end", "m12", "Month 12: the plan ends at 79.5, but the target in force is 80."),
        ),
        (
            (Decimal(-1), *PLAN[1:]),
            ("plan_negative", "m1", "Month 1: a cumulative value cannot be negative; you entered -1."),
        ),
        ((Decimal("NaN"), *PLAN[1:]), ("plan_not_a_number", "m1", "Month 1: “NaN” is not a number.")),
        (
            (Decimal("0.1234567"), *PLAN[1:]),
            ("plan_too_fine", "m1", "Month 1: 0.1234567 has more than 6 decimals."),
        ),
        (
            (*PLAN[:11], Decimal("1E14")),
            (
                "plan_too_long",
                "m12",
                "Month 12: 100000000000000 has more than 14 digits before the point. Check the unit.",
            ),
        ),
    ],
)
def test_a_plan_that_cannot_be(
    city: City, clerk: User, values: Sequence[Decimal], refused: tuple[str, str, str]
) -> None:
    assert refusal_of(lambda: set_plan(goal=city.fdi, values=values, by=clerk, now=JANUARY)) == refused


def test_a_plan_ends_at_the_target_in_force_not_the_original(city: City, clerk: User, office: User) -> None:
    city.fdi.versions.create(
        number=2, value=70, effective_month=3, reason="调整", decided_by=office, decided_at=JANUARY
    )
    assert refusal_of(lambda: set_plan(goal=city.fdi, values=PLAN, by=clerk, now=JANUARY)) == (
        "wrong_end",
        "m12",
        "Month 12: the plan ends at 80, but the target in force is 70.",
    )


def test_batches_that_cannot_be(city: City, clerk: User) -> None:
    def steps(given: dict[int, Decimal]) -> Callable[[], Any]:
        return lambda: set_steps(goal=city.fdi, steps=given, by=clerk, now=JANUARY)

    assert refusal_of(steps({})) == ("no_steps", "values", "Give at least one batch with its month.")
    assert refusal_of(steps({0: Decimal(80)})) == (
        "no_such_month",
        "values",
        "There is no month 0; months are 1 to 12.",
    )
    assert refusal_of(steps({3: Decimal(90), 12: Decimal(80)}))[:2] == ("plan_falling", "m12")
    assert refusal_of(steps({3: Decimal(70)}))[:2] == ("wrong_end", "m12")


@pytest.mark.parametrize(
    ("columns", "call", "refused"),
    [
        ({"measure": "growth"}, "plan", ("no_plan_for_measure", "kind")),
        ({"measure": "relative"}, "kind", ("no_profile", "kind")),
        ({"measure": "milestone"}, "kind", ("no_profile", "kind")),
    ],
)
def test_measures_without_a_course_of_the_year(
    city: City, clerk: User, columns: dict[str, str], call: str, refused: tuple[str, str]
) -> None:
    Goal.objects.filter(pk=city.fdi.pk).update(**columns)
    calls = {
        "plan": lambda: set_plan(goal=city.fdi, values=PLAN, by=clerk, now=JANUARY),
        "kind": lambda: set_profile_kind(goal=city.fdi, kind="linear", by=clerk, now=JANUARY),
    }
    assert refusal_of(calls[call])[:2] == refused


def test_a_goal_without_a_figure_is_not_planned(city: City, clerk: User) -> None:
    city.fdi.versions.update(value=None)
    assert refusal_of(lambda: set_plan(goal=city.fdi, values=PLAN, by=clerk, now=JANUARY)) == (
        "no_target",
        "target",
        "The goal has no figure yet; set its target before planning it.",
    )


@pytest.mark.parametrize("kind", ["plan", "step", "whatever"])
def test_kinds_that_need_values_are_not_just_chosen(city: City, clerk: User, kind: str) -> None:
    assert refusal_of(lambda: set_profile_kind(goal=city.fdi, kind=kind, by=clerk, now=JANUARY)) == (
        "kind_needs_values",
        "kind",
        "Choose automatic, even pace, working days or past years.",
    )


def test_past_years_are_only_chosen_when_there_is_one(city: City, clerk: User) -> None:
    refused = (
        "no_history",
        "kind",
        "Enter a past year of this cumulative goal first: December and at least two other months.",
    )

    def choose() -> GoalProfile:
        return set_profile_kind(goal=city.fdi, kind="history", by=clerk, now=JANUARY)

    assert refusal_of(choose) == refused
    year = ReferenceYear.objects.create(goal=city.fdi, year=2023, values=[None] * 11 + [Decimal(88)])
    assert refusal_of(choose) == refused
    ReferenceYear.objects.filter(pk=year.pk).update(values=list(YEAR_2023))
    assert choose().kind == "history"


@pytest.mark.parametrize(
    ("year", "values", "refused"),
    [
        (2024, YEAR_2023, ("year_not_past", "year", "Give one of the 20 years up to 2023.")),
        (2003, YEAR_2023, ("year_not_past", "year", "Give one of the 20 years up to 2023.")),
        (2023, [None] * 12, ("nothing_known", "values", "Give at least one month's value.")),
        (2023, YEAR_2023[:4], ("not_twelve", "values", "Give twelve values, one a month; there are 4.")),
        (
            2023,
            [Decimal(9), None, Decimal(8), *[None] * 9],
            (
                "plan_falling",
                "m3",
                "Month 3: 8 is below the 9 of month 1. Enter totals since January; they never fall.",
            ),
        ),
    ],
)
def test_a_past_year_that_cannot_be(
    city: City, clerk: User, year: int, values: Sequence[Decimal | None], refused: tuple[str, str, str]
) -> None:
    assert (
        refusal_of(lambda: set_reference_year(goal=city.fdi, year=year, values=values, by=clerk, now=JANUARY))
        == refused
    )


def test_what_already_stands_is_not_written_again(city: City, clerk: User) -> None:
    for call in all_four(city.fdi, clerk):
        call()
        assert refusal_of(call) == UNCHANGED
    assert refusal_of(lambda: set_profile_kind(goal=city.trade, kind="auto", by=clerk, now=JANUARY)) == UNCHANGED


def test_before_the_year_opens_a_profile_holds_from_january(city: City, office: User) -> None:
    assert refusal_of(
        lambda: set_plan(goal=city.fdi, values=PLAN, by=office, now=JANUARY, reason="调整", effective_month=5)
    ) == ("year_not_open", "effective_month", "The year has not begun: the profile takes effect from January.")
