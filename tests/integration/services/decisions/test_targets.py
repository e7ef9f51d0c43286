"""A goal revised during the year: a version with reason, approver and month; the original stays in sight."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from hztargets.models import Assessment, AuditEvent, Goal, GoalVersion, Role, User
from hztargets.services.calendar.periods import close_period
from hztargets.services.decisions.targets import revise_goal
from tests.factories import AUGUST, City, approved_report, make_goal, make_user
from tests.integration.services.decisions.plans import refusal_of

pytestmark = pytest.mark.usefixtures("in_english")

JANUARY = datetime(2024, 1, 15, 2, 0, tzinfo=UTC)
"""Before the first period opens."""


def revise(
    goal: Goal,
    by: User,
    value: str = "60",
    month: int = 6,
    reason: str = "市政府专题会议",
    now: datetime = AUGUST,
    value_max: str | None = None,
) -> GoalVersion:
    return revise_goal(
        goal=goal,
        value=Decimal(value),
        value_max=None if value_max is None else Decimal(value_max),
        effective_month=month,
        reason=reason,
        by=by,
        now=now,
    )


def test_a_revision_is_a_new_version_beside_the_documents_own(city: City, office: User) -> None:
    city.fdi.versions.update(baseline=Decimal(70))
    before = GoalVersion.objects.values().get(goal=city.fdi)
    version = revise(city.fdi, office, reason=" 市政府专题会议 ")
    assert GoalVersion.objects.values().get(goal=city.fdi, number=1) == before
    assert GoalVersion.objects.values().get(goal=city.fdi, number=2) == {
        "id": version.pk,
        "goal_id": city.fdi.pk,
        "number": 2,
        "value": Decimal(60),
        "value_max": None,
        "baseline": Decimal(70),
        "effective_month": 6,
        "reason": "市政府专题会议",
        "decided_by_id": office.pk,
        "decided_at": AUGUST,
    }


def test_the_audit_row_stands_with_the_goal(city: City, office: User) -> None:
    revise(city.fdi, office)
    event = AuditEvent.objects.get(action="goal.revise")
    assert (event.object_type, event.object_id, event.by, event.reason) == (
        "goal",
        city.fdi.pk,
        office,
        "市政府专题会议",
    )
    assert event.before == {"number": 1, "value": "80", "effective_month": 1}
    assert event.after == {"number": 2, "value": "60", "effective_month": 6}


def lights(goal: Goal) -> dict[int, tuple[str, str, bool]]:
    """By month the light, the light under the original target, and whether a changed target is flagged."""
    rows = Assessment.objects.current().filter(goal=goal).order_by("period__month")
    return {
        row.period.month: (
            row.colour,
            row.colour_vs_original,
            bool({"target_lowered", "target_raised"} & set(row.reasons)),
        )
        for row in rows.select_related("period")
    }


def file_months(goal: Goal, now: datetime = AUGUST) -> None:
    """A third behind even pace for 80, well ahead of even pace for 40."""
    for month in range(1, 8):
        approved_report(goal, month, f"{4.5 * month}", now=now)


def test_both_lights_are_shown_from_the_effective_month_on(city: City, office: User) -> None:
    file_months(city.fdi)
    before = lights(city.fdi)
    assert before[7][1:] == ("", False)
    revise(city.fdi, office, "40", month=6)
    after = lights(city.fdi)
    assert {month: after[month] for month in range(1, 6)} == {month: before[month] for month in range(1, 6)}
    assert {month: after[month] for month in (6, 7)} == {month: ("green", before[month][0], True) for month in (6, 7)}
    assert before[7][0] != "green"


@pytest.mark.parametrize(("value", "reason"), [("40", "target_lowered"), ("120", "target_raised")])
def test_lowered_and_raised_targets_are_marked(city: City, office: User, value: str, reason: str) -> None:
    file_months(city.fdi)
    revise(city.fdi, office, value, month=7)
    assessment = Assessment.objects.current().get(goal=city.fdi, period__month=7)
    assert reason in assessment.reasons


def test_the_light_before_the_revision_stays_known(city: City, office: User) -> None:
    file_months(city.fdi, now=AUGUST - timedelta(days=1))
    assessment = Assessment.objects.current().get(goal=city.fdi, period__month=7)
    revise(city.fdi, office, "40", month=7)
    known = Assessment.objects.as_known_on(date(2024, 8, 8)).get(goal=city.fdi, period__month=7)
    assert (known.pk, known.colour, known.colour_vs_original) == (assessment.pk, assessment.colour, "")


def test_before_the_year_opens_there_is_nothing_to_judge(city: City, office: User) -> None:
    assert revise(city.fdi, office, month=2, now=JANUARY).number == 2
    assert not Assessment.objects.exists()


def test_a_goal_without_a_figure_may_get_one(city: City, office: User) -> None:
    city.fdi.versions.update(value=None)
    assert revise(city.fdi, office).value == Decimal(60)
    assert AuditEvent.objects.get(action="goal.revise").before == {"number": 1, "value": None, "effective_month": 1}


def test_revisions_follow_each_other(city: City, office: User) -> None:
    revise(city.fdi, office, "60", month=6)
    assert refusal_of(lambda: revise(city.fdi, office, "50", month=6)) == (
        "not_after_last",
        "effective_month",
        "The target in force took effect in month 6; a revision takes effect in a later one.",
    )
    assert revise(city.fdi, office, "50", month=7).number == 3


def test_january_belongs_to_the_original(city: City, office: User) -> None:
    assert refusal_of(lambda: revise(city.fdi, office, month=1)) == (
        "not_after_last",
        "effective_month",
        "The target in force took effect in month 1; a revision takes effect in a later one.",
    )


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_only_the_office_revises(city: City, role: Role) -> None:
    somebody = make_user(role, city.commerce if role in Role.of_a_department() else None)
    assert refusal_of(lambda: revise(city.fdi, somebody)) == ("role_may_not", "", "Your role may not do this.")


def test_a_reason_is_needed(city: City, office: User) -> None:
    assert refusal_of(lambda: revise(city.fdi, office, reason="  ")) == (
        "decision_without_reason",
        "reason",
        "Give a reason; it is kept with the decision.",
    )


def test_a_month_of_the_year_is_needed(city: City, office: User) -> None:
    assert refusal_of(lambda: revise(city.fdi, office, month=13)) == (
        "month_unknown",
        "effective_month",
        "Give the month from which the change takes effect, 1 to 12.",
    )


def test_no_closed_month_is_recoloured(city: City, office: User) -> None:
    close_period(period=city.period(6), reason="已通报", by=office, now=AUGUST)
    assert refusal_of(lambda: revise(city.fdi, office, month=5)) == (
        "month_closed",
        "effective_month",
        "Month 6 is closed and its lights stand. Choose a later month to take effect, or reopen it first.",
    )
    assert revise(city.fdi, office, month=7).effective_month == 7


HOLDS = "is not a number the system can hold: at most 14 digits before the point and 6 after."


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        ("80", "target_unchanged", "The target already is 80 亿美元."),
        ("80.000000", "target_unchanged", "The target already is 80 亿美元."),
        ("-1", "target_negative", "A cumulative target cannot be negative; you entered -1."),
        ("NaN", "target_unfit", f"“NaN” {HOLDS}"),
        ("Infinity", "target_unfit", f"“Infinity” {HOLDS}"),
        ("1E14", "target_unfit", f"“100000000000000” {HOLDS}"),
        ("0.0000001", "target_unfit", f"“0.0000001” {HOLDS}"),
    ],
)
def test_values_that_cannot_be_a_new_target(city: City, office: User, value: str, code: str, message: str) -> None:
    assert refusal_of(lambda: revise(city.fdi, office, value)) == (code, "value", message)


@pytest.mark.parametrize(
    ("ends", "code", "field", "message"),
    [
        ({"value": "50"}, "target_is_range", "value_max", "The target is a range; enter both of its ends."),
        (
            {"value": "90", "value_max": "90"},
            "range_reversed",
            "value_max",
            "The upper end must be above the lower one, 90.",
        ),
        ({"value": "80", "value_max": "100"}, "target_unchanged", "value", "The target already is 80–100 亿美元."),
        (
            {"value": "-1", "value_max": "5"},
            "target_negative",
            "value",
            "A cumulative target cannot be negative; you entered -1.",
        ),
    ],
)
def test_a_range_stays_a_range(
    city: City, office: User, ends: dict[str, str], code: str, field: str, message: str
) -> None:
    city.fdi.versions.update(value_max=Decimal(100))
    assert refusal_of(lambda: revise(city.fdi, office, **ends)) == (code, field, message)


def test_a_single_figure_stays_one(city: City, office: User) -> None:
    refused = ("target_is_figure", "value_max", "The target is one figure; a range cannot replace it.")
    assert refusal_of(lambda: revise(city.fdi, office, value_max="90")) == refused


def test_a_lowered_range_is_judged_by_its_new_ends_beside_the_original(city: City, office: User) -> None:
    city.fdi.versions.update(value=Decimal(80), value_max=Decimal(100))
    approved_report(city.fdi, 7, 34)

    version = revise(city.fdi, office, value="50", value_max="60")

    assessment = city.document.assessments.current().get(goal=city.fdi, period__month=7)
    assert (version.value, version.value_max, assessment.target) == (50, 60, 50)
    assert (assessment.colour, assessment.colour_vs_original, "target_lowered" in assessment.reasons) == (
        "green",
        "amber",
        True,
    )
    assert "目标由80–100亿美元下调为50–60亿美元，按原目标为黄灯" in assessment.sentence


def test_a_milestone_has_no_figure(city: City, office: User) -> None:
    clause = city.fdi.clause
    fair = make_goal(
        clause,
        "A6-09",
        "办展",
        1,
        "",
        city.commerce,
        quote="组织150个外贸团组",
        kind=Goal.Kind.MILESTONE,
        measure=Goal.Measure.MILESTONE,
        due_on=date(2024, 9, 30),
    )
    assert refusal_of(lambda: revise(fair, office)) == (
        "milestone_has_no_figure",
        "value",
        "A milestone has a day, not a figure to revise.",
    )
