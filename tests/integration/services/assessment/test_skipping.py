"""Skipping a goal stores exactly what assessing it would: tested over random years, each input and each day."""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.timezone import make_aware

from hztargets.domain.ruleset import PUBLISHED_RULES
from hztargets.models import (
    Assessment,
    CalendarDay,
    Goal,
    GoalProfile,
    GoalVersion,
    JudgedGoal,
    Period,
    ReferenceYear,
    Role,
    RuleSetVersion,
)
from hztargets.queries.assessment.fingerprints import inputs_of
from hztargets.services.assessment.assessing import RunResult, assess_document, assess_goal
from hztargets.services.review.reviewing import approve_report
from tests.factories import AUGUST, City, approved_report, make_goal, make_user, submitted_report

TODAY = date(2024, 8, 9)


def assess(city: City, day: date = TODAY, *, everything: bool = False) -> RunResult:
    return assess_document(
        document=city.document, as_of=day, now=make_aware(datetime.combine(day, time(9))), everything=everything
    )


def assessed_codes(result: RunResult) -> list[str]:
    return sorted(row.goal.code for row in result.assessed)


def add_goals(city: City) -> list[Goal]:
    """One goal of each measure beside the city's three."""
    kinds: list[dict[str, Any]] = [
        {"measure": "level"},
        {"measure": "growth", "frequency": "quarterly"},
        {"measure": "milestone", "kind": "milestone", "due_on": date(2024, 9, 30)},
        {"skips_january": True, "frequency": "half_yearly"},
        {"measure": "level", "direction": "<=", "is_any_time": True},
    ]
    for number, columns in enumerate(kinds, start=3):
        quote = "组织150个外贸团组"
        make_goal(city.fdi.clause, f"A6-{number:02d}", f"目标{number}", 10, "%", city.commerce, quote=quote, **columns)
    return list(city.document.goals.order_by("position"))


def stored() -> list[tuple[Any, ...]]:
    """Every stored assessment, without its run and its key."""
    hidden = {"id", "run", "recorded_at", "known_from"}
    columns = [field.attname for field in Assessment._meta.concrete_fields if field.name not in hidden]
    return list(Assessment.objects.current().order_by("goal_id", "period_id").values_list(*columns))


class Year:
    """Things that happen in a city, at random."""

    def __init__(self, city: City, seed: int) -> None:
        self.city, self.goals, self.chance = city, add_goals(city), random.Random(seed)
        self.office = make_user(Role.OFFICE)

    def pass_a_day(self, day: date) -> None:
        now = make_aware(datetime.combine(day, time(8)))
        for goal in self.chance.sample(self.goals, k=3):
            [event] = self.chance.choices(
                [self.report, self.submit, self.approve, self.decide, self.plan], weights=[20, 4, 4, 1, 1]
            )
            event(goal, day, now)

    def report(self, goal: Goal, day: date, now: datetime) -> None:
        """Also corrects: a month that has an approved figure may get another."""
        month = self._month(goal, day)
        if month:
            approved_report(goal, month, self._value(goal, month), now=now, **self._words(day))

    def submit(self, goal: Goal, day: date, now: datetime) -> None:
        month = self._month(goal, day)
        if month:
            submitted_report(goal, month, self._value(goal, month), now=now, **self._words(day))

    def approve(self, goal: Goal, day: date, now: datetime) -> None:
        waiting = goal.reports.filter(state="submitted").first()
        if waiting:
            approve_report(report=waiting, by=self.office, now=now)

    def decide(self, goal: Goal, day: date, now: datetime) -> None:
        number = goal.versions.count() + 1
        GoalVersion.objects.create(
            goal=goal, number=number, value=8 + number, effective_month=self.chance.randint(1, 12),
            reason="调整", decided_by=self.office, decided_at=now,
        )  # fmt: skip

    def plan(self, goal: Goal, day: date, now: datetime) -> None:
        GoalProfile.objects.create(
            goal=goal, number=goal.profiles.count() + 1, kind=self.chance.choice(["linear", "auto", "working_day"]),
            effective_month=self.chance.randint(1, 12), reason="调整", decided_by=self.office, decided_at=now,
        )  # fmt: skip

    def _month(self, goal: Goal, day: date) -> int | None:
        waiting = goal.reports.filter(state="submitted").values("period")
        opened = self.city.document.periods.filter(opens_on__lte=day).exclude(pk__in=waiting)
        reported = set(goal.reports.values_list("period__month", flat=True))
        months = sorted(opened.values_list("month", flat=True), key=lambda month: (month in reported, month))
        return months[0] if months and (months[0] not in reported or self.chance.random() < 0.2) else None

    def _words(self, day: date) -> dict[str, Any]:
        """What makes every figure acceptable, so that the order of months does not matter."""
        return {
            "is_restated": True,
            "note": "新签3个项目",
            "cause": "2个项目推迟签约",
            "remedy": "专班每周跟进",
            "expected_on": day + timedelta(days=self.chance.randint(1, 200)),
        }

    def _value(self, goal: Goal, month: int) -> float:
        target = float(goal.versions.get(number=1).value or 1)
        share = month / 12 if goal.measure == "cumulative" else 1
        return round(target * share * self.chance.uniform(0.5, 1.2), 0 if goal.is_count else 2)


@pytest.mark.parametrize("seed", range(3))
def test_skipping_goals_stores_what_assessing_everything_stores(seed: int, city: City) -> None:
    year = Year(city, seed)
    day, left = date(2024, 2, 1), 0
    while day < date(2025, 3, 1):
        year.pass_a_day(day)
        result = assess(city, day)
        left += result.run.goals - len(result.assessed)
        board, counts = stored(), result.run.counts
        with transaction.atomic():
            whole = assess(city, day, everything=True)
            assert (whole.run.changed, stored(), whole.run.counts) == (0, board, counts), day
            assert [(row.goal.code, row.assessment) for row in result.rows] == [
                (row.goal.code, row.assessment) for row in whole.rows
            ]
            transaction.set_rollback(True)
        day += timedelta(days=year.chance.randint(1, 14))
    assert left > 50


def test_a_goal_that_is_up_to_date_is_left_alone(city: City) -> None:
    for month in range(1, 8):
        approved_report(city.fdi, month, 7 * month)
    assert assessed_codes(assess(city)) == ["A2-01", "A6-01", "A6-02"]
    again = assess(city)
    assert (assessed_codes(again), again.run.changed, again.run.goals) == ([], 0, 3)
    assert {row.goal.code: row.colour for row in again.rows} == {"A6-01": "green", "A6-02": "grey", "A2-01": "grey"}
    assert again.run.counts == {"green": 1, "grey": 2}


def test_missing_reports_count_their_days_and_the_others_rest_until_the_next_deadline(city: City) -> None:
    for month in range(1, 8):
        approved_report(city.fdi, month, 7 * month)
    assess(city)
    assert JudgedGoal.objects.get(goal=city.fdi).moves_on == date(2024, 9, 1)
    assert JudgedGoal.objects.get(goal=city.trade).moves_on == date(2024, 8, 10)
    assert assessed_codes(assess(city, date(2024, 8, 10))) == ["A2-01", "A6-02"]
    assert assessed_codes(assess(city, date(2024, 8, 31))) == ["A2-01", "A6-02"]
    assert assessed_codes(assess(city, date(2024, 9, 1))) == ["A2-01", "A6-01", "A6-02"]
    assert JudgedGoal.objects.get(goal=city.fdi).moves_on == date(2024, 9, 7)


def test_a_year_that_is_over_moves_no_more(city: City) -> None:
    last = city.period(12).settles_on
    assess(city, last)
    assert set(JudgedGoal.objects.values_list("moves_on", flat=True)) == {None}
    assert assessed_codes(assess(city, last + timedelta(days=400))) == []


def test_a_retrospective_run_assesses_everything_and_remembers_nothing(city: City) -> None:
    assess(city)
    known = list(JudgedGoal.objects.order_by("goal_id").values())
    back = assess(city, date(2024, 7, 20))
    assert (back.run.is_retrospective, assessed_codes(back)) == (True, ["A2-01", "A6-01", "A6-02"])
    assert list(JudgedGoal.objects.order_by("goal_id").values()) == known


def test_a_goal_assessed_on_its_own_is_assessed_again_by_the_next_run(city: City) -> None:
    assess(city)
    assess_goal(goal=city.fdi, as_of=TODAY, now=AUGUST)
    assert assessed_codes(assess(city)) == ["A6-01"]


def _change_goal(city: City) -> None:
    Goal.objects.filter(pk=city.fdi.pk).update(unit="万美元")


def _change_target(city: City) -> None:
    GoalVersion.objects.filter(goal=city.fdi).update(baseline=Decimal(70))


def _add_profile(city: City) -> None:
    GoalProfile.objects.create(goal=city.fdi, number=1, kind="linear")


def _add_past_year(city: City) -> None:
    ReferenceYear.objects.create(goal=city.fdi, year=2023, values=[Decimal(month) for month in range(1, 13)])


def _report(city: City) -> None:
    submitted_report(city.fdi, 7, 40)


def _rewrite_report(city: City) -> None:
    """As only the tables' owner can, behind the guard of approved figures."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE hztargets_report DISABLE TRIGGER report_keeps_its_past")
        city.fdi.reports.update(value=Decimal("0.000001"))
        cursor.execute("ALTER TABLE hztargets_report ENABLE TRIGGER report_keeps_its_past")


@pytest.mark.parametrize(
    "change", [_change_goal, _change_target, _add_profile, _add_past_year, _report, _rewrite_report]
)
def test_a_change_of_an_input_has_the_goal_assessed_again(change: Callable[[City], None], city: City) -> None:
    approved_report(city.fdi, 6, 30)
    assess(city)
    change(city)
    assert assessed_codes(assess(city)) == ["A6-01"]
    assert assessed_codes(assess(city)) == []


def _move_deadline(city: City) -> None:
    Period.objects.filter(document=city.document, month=7).update(due_on=date(2024, 8, 8))


def _change_rules(city: City) -> None:
    rules = PUBLISHED_RULES["eighty_sixty"]
    RuleSetVersion.objects.create(
        document=city.document, version=2, name=rules.name, rules=rules.to_data(), effective_month=9, created_at=AUGUST
    )


def _load_holiday(city: City) -> None:
    CalendarDay.objects.create(day=date(2024, 9, 17), is_working=False, name="中秋节")


@pytest.mark.parametrize("change", [_move_deadline, _change_rules, _load_holiday])
def test_what_changes_for_all_has_all_assessed_again(change: Callable[[City], None], city: City) -> None:
    assess(city)
    change(city)
    assert assessed_codes(assess(city)) == ["A2-01", "A6-01", "A6-02"]
    assert assessed_codes(assess(city)) == []


def test_a_new_program_assesses_everything_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    assess(city)
    monkeypatch.setattr("hztargets.queries.assessment.fingerprints._program", lambda: "another")
    assert assessed_codes(assess(city)) == ["A2-01", "A6-01", "A6-02"]


def test_inputs_are_those_known_on_the_day(city: City) -> None:
    approved_report(city.fdi, 6, 30, now=AUGUST)
    before, then = inputs_of(city.document, TODAY - timedelta(days=1)), inputs_of(city.document, TODAY)
    assert {pk for pk in then if then[pk] != before[pk]} == {city.fdi.pk}
