"""Plans and past years: what may be set, and when a plan is unusually late."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hztargets.domain.plan_table import COLUMNS, PlanRow, PlanTable, read_plan_table
from hztargets.domain.plans import (
    check_can_plan,
    check_past_year,
    check_plan,
    expand_steps,
    is_target,
    is_usable_year,
    plan_below_last_year,
)
from hztargets.domain.problems import Problem, ProblemError
from hztargets.domain.review import Actor

EVEN = tuple(Decimal(month) for month in range(1, 13))
LATE = tuple(map(Decimal, (0, 0, 0, 0, 0, 4, 5, 6, 7, 8, 9, 12)))
NOTHING_KNOWN: tuple[Decimal | None, ...] = (None,) * 12


def with_month(values: Sequence[Decimal | None], month: int, value: str | None) -> tuple[Decimal | None, ...]:
    changed = list(values)
    changed[month - 1] = None if value is None else Decimal(value)
    return tuple(changed)


def problem_of(call: Callable[[], Any]) -> Problem:
    with pytest.raises(ProblemError) as caught:
        call()
    return caught.value.problem


def in_month(code: str, month: int, **facts: Any) -> Problem:
    return Problem(code, f"m{month}", facts={"month": month, **facts})


def check(
    values: Sequence[Any], measure: str = "cumulative", target: str | None = "12", highest: str | None = None
) -> Any:
    return check_plan(
        values,
        measure=measure,
        target=None if target is None else Decimal(target),
        target_max=None if highest is None else Decimal(highest),
    )


def test_a_sound_plan_is_given_back() -> None:
    assert check(EVEN) == EVEN
    assert check(LATE) == LATE


def test_a_level_may_fall_but_ends_at_its_target_too() -> None:
    falling = with_month(EVEN, 5, "2")
    assert check(falling, "level") == falling
    assert problem_of(lambda: check(with_month(falling, 12, "11"), "share")) == in_month(
        "wrong_end", 12, value=Decimal("11"), target="12"
    )


def test_the_plan_of_a_range_ends_anywhere_in_it() -> None:
    assert [check(with_month(EVEN, 12, end), "level", "11", "13")[-1] for end in ("11", "12", "13")] == [11, 12, 13]
    assert problem_of(lambda: check(with_month(EVEN, 12, "13.1"), "level", "11", "13")) == in_month(
        "wrong_end", 12, value=Decimal("13.1"), target="11–13"
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (EVEN[:11], Problem("not_twelve", "values", facts={"count": 11})),
        (
            with_month(EVEN, 7, "5.9"),
            in_month("plan_falling", 7, value=Decimal("5.9"), previous=Decimal("6"), previous_month=6),
        ),
        (with_month(EVEN, 1, "-1"), in_month("plan_negative", 1, value=Decimal("-1"))),
        (with_month(EVEN, 3, "NaN"), in_month("plan_not_a_number", 3, value="NaN")),
        (with_month(EVEN, 3, "Infinity"), in_month("plan_not_a_number", 3, value="Infinity")),
        (with_month(EVEN, 3, "1E+14"), in_month("plan_too_long", 3, value=Decimal("100000000000000"))),
        (with_month(EVEN, 3, "2.0000001"), in_month("plan_too_fine", 3, value=Decimal("2.0000001"))),
        (with_month(EVEN, 12, "11.5"), in_month("wrong_end", 12, value=Decimal("11.5"), target="12")),
        (with_month(EVEN, 12, "12.5"), in_month("wrong_end", 12, value=Decimal("12.5"), target="12")),
    ],
)
def test_a_cumulative_plan_names_the_month_and_the_numbers(values: Sequence[Decimal], expected: Problem) -> None:
    assert problem_of(lambda: check(values)) == expected


@pytest.mark.parametrize("measure", ["growth", "relative", "milestone"])
def test_rates_and_milestones_have_no_plan(measure: str) -> None:
    assert problem_of(lambda: check(EVEN, measure)) == Problem("no_plan_for_measure", "kind")


def test_a_goal_without_a_figure_cannot_be_planned() -> None:
    assert problem_of(lambda: check(EVEN, target=None)) == Problem("no_target", "target")


def test_batches_hold_from_their_month_on() -> None:
    assert expand_steps({9: Decimal(12), 4: Decimal(5)}) == tuple(
        map(Decimal, (0, 0, 0, 5, 5, 5, 5, 5, 12, 12, 12, 12))
    )
    assert problem_of(lambda: expand_steps({})) == Problem("no_steps", "values")
    assert problem_of(lambda: expand_steps({13: Decimal(1)})) == Problem("no_such_month", "values", facts={"month": 13})


@given(st.dictionaries(st.integers(1, 12), st.integers(0, 100).map(Decimal), min_size=1))
def test_batches_that_never_fall_make_a_plan_that_never_falls(steps: dict[int, Decimal]) -> None:
    rising = dict(zip(sorted(steps), sorted(steps.values()), strict=True))
    values = expand_steps(rising)
    assert check(values, target=str(values[-1])) == values


def test_a_past_year_may_have_unknown_months() -> None:
    year = with_month(with_month(NOTHING_KNOWN, 3, "2"), 12, "8.5")
    assert check_past_year(year, measure="cumulative") == year
    assert problem_of(lambda: check_past_year(NOTHING_KNOWN, measure="cumulative")) == Problem(
        "nothing_known", "values"
    )
    assert problem_of(lambda: check_past_year(year[:3], measure="cumulative")) == Problem(
        "not_twelve", "values", facts={"count": 3}
    )


def test_monthly_instead_of_cumulative_values_of_a_past_year_are_noticed() -> None:
    year = with_month(with_month(NOTHING_KNOWN, 3, "9"), 12, "8.5")
    expected = in_month("plan_falling", 12, value=Decimal("8.5"), previous=Decimal(9), previous_month=3)
    assert problem_of(lambda: check_past_year(year, measure="cumulative")) == expected
    assert check_past_year(year, measure="level") == year


def test_a_past_year_counts_with_december_and_two_other_months() -> None:
    two = with_month(with_month(NOTHING_KNOWN, 12, "10"), 3, "2")
    assert not is_usable_year(two)
    assert is_usable_year(with_month(two, 11, "9"))
    assert not is_usable_year(with_month(EVEN, 12, None))
    assert not is_usable_year((Decimal(0),) * 12)


def test_a_plan_more_than_ten_points_below_last_june_shows_by_how_much() -> None:
    assert plan_below_last_year(LATE, [EVEN]) == pytest.approx(100 / 6)
    assert plan_below_last_year(EVEN, [EVEN]) is None
    assert plan_below_last_year(EVEN, [LATE]) is None


@pytest.mark.parametrize(("june", "expected"), [("40", None), ("39.999", 10.001), ("40.001", None)])
def test_exactly_ten_points_are_not_more_than_ten(june: str, expected: float | None) -> None:
    plan = with_month([Decimal(10)] * 11 + [Decimal(100)], 6, june)
    last_year = with_month([Decimal(20)] * 11 + [Decimal(200)], 6, "100")
    assert plan_below_last_year(plan, [last_year]) == expected  # type: ignore[arg-type]


def test_the_latest_usable_year_decides() -> None:
    unusable = with_month(EVEN, 12, None)
    assert plan_below_last_year(LATE, [EVEN, LATE]) is None
    assert plan_below_last_year(LATE, [LATE, EVEN, unusable]) == pytest.approx(100 / 6)
    assert plan_below_last_year(LATE, [unusable]) is None
    assert plan_below_last_year(LATE, []) is None


def test_an_unknown_june_is_interpolated() -> None:
    quarterly = with_month(with_month(with_month(NOTHING_KNOWN, 5, "40"), 8, "70"), 12, "100")
    assert plan_below_last_year(LATE, [quarterly]) == pytest.approx(50 - 100 / 3)
    late_start = with_month(with_month(with_month(NOTHING_KNOWN, 9, "90"), 10, "95"), 12, "100")
    assert plan_below_last_year(LATE, [late_start]) == pytest.approx(60 - 100 / 3)


def test_a_plan_for_nothing_has_no_shape() -> None:
    assert plan_below_last_year((Decimal(0),) * 12, [EVEN]) is None


def test_a_target_is_recognised_however_it_is_written() -> None:
    written = ["80", "80.0", "８０", " 80 ", "81", "eighty", "8–10"]
    assert [is_target(text, Decimal("80.000000"), None) for text in written] == [True] * 4 + [False] * 3
    assert [is_target(text, Decimal(8), Decimal(10)) for text in ("8–10", "8", "10")] == [True, False, False]


LEAD = 7


@pytest.mark.parametrize(
    ("role", "department", "frozen", "refused"),
    [
        ("office", None, False, None),
        ("office", None, True, None),
        ("clerk", LEAD, False, None),
        ("department_head", LEAD, False, None),
        ("clerk", LEAD, True, "profile_frozen"),
        ("department_head", LEAD, True, "profile_frozen"),
        ("clerk", 8, False, "not_planning_department"),
        ("leader", None, False, "role_may_not"),
        ("auditor", None, False, "role_may_not"),
        ("system_admin", None, False, "role_may_not"),
        ("service", None, False, "role_may_not"),
    ],
)
def test_who_may_plan(role: str, department: int | None, frozen: bool, refused: str | None) -> None:
    code = None
    try:
        check_can_plan(Actor(user_id=1, role=role, department_id=department), LEAD, frozen=frozen)
    except ProblemError as error:
        code = error.problem.code
    assert code == refused


HEADER = ",".join(COLUMNS) + "\n"


def read(*lines: str) -> PlanTable:
    return read_plan_table(HEADER + "\n".join(lines) + "\n")


def test_a_table_is_read_row_by_row() -> None:
    table = read(
        "A6-01,实际利用外资,亿美元,80,plan,1,2,3,4,5,6,7,8,9,10,11,12,市政府常务会议",
        "A6-02,组织外贸团组,个,150,linear,,,,,,,,,,,,,",
        "",
    )
    assert table == PlanTable(
        (
            PlanRow(2, "A6-01", "亿美元", "80", "plan", EVEN, "市政府常务会议"),
            PlanRow(3, "A6-02", "个", "150", "linear", None, ""),
        ),
        (),
    )


def test_each_bad_cell_is_named_with_line_column_and_what_to_do() -> None:
    table = read(
        "A6-01,,,,plan,1,,3,4,5,6,7,8,9,10,eleven,12,",
        ",,,,auto,,,,,,,,,,,,,",
        "A6-02,,,,sometimes,,,,,,,,,,,,,",
        "A6-03,,,,linear,,,3,,,,,,,,,,",
        "A6-04,,,,auto,,,,,,,,,,,,,",
        "A6-04,,,,auto,,,,,,,,,,,,,",
    )
    assert list(table.problems) == [
        Problem("month_empty", "m2", 2),
        Problem("cell_not_a_number", "m11", 2, {"value": "eleven"}),
        Problem("cell_empty", "goal", 3),
        Problem(
            "cell_unknown",
            "kind",
            4,
            {"value": "sometimes", "allowed": "auto, plan, history, linear, step, working_day"},
        ),
        Problem("kind_without_values", "m3", 5, {"kind": "linear"}),
        Problem("row_twice", "goal", 7, {"value": "A6-04", "first": 6}),
    ]
    assert [row.goal for row in table.rows] == ["A6-04"]


def test_a_table_without_its_columns_is_refused_whole() -> None:
    table = read_plan_table("goal,kind\nA6-01,auto\n")
    assert table.rows == ()
    assert table.problems[:2] == (
        Problem("column_missing", line=1, facts={"name": "m1"}),
        Problem("column_missing", line=1, facts={"name": "m2"}),
    )
