"""Goals due on a working day of their own: decided, imported, extended, judged."""

from datetime import date
from decimal import Decimal

import pytest

from hztargets.domain.timeliness import Timeliness
from hztargets.models import AuditEvent, GoalDeadline, GoalDueDay, User
from hztargets.queries.assessment.fingerprints import inputs_of
from hztargets.queries.filing.due import read_filing
from hztargets.queries.review.departments import department_filing
from hztargets.queries.timeliness import due_reports
from hztargets.services.assessment.assessing import assess_document
from hztargets.services.calendar.due_days import import_goal_due_day, set_due_working_day, set_goal_due_day
from hztargets.services.calendar.periods import extend_period, plan_periods
from hztargets.services.decisions.conditions import InvalidDecision
from hztargets.services.errors import NotAllowed
from tests.factories import AUGUST, City, approved_report, submitted_report
from tests.integration.conftest import at, refusal

SEPTEMBER_DUE = date(2024, 9, 6)
"""August's deadline: the fifth working day of September."""


def decide(city: City, working_day: int | None, office: User) -> int:
    return set_goal_due_day(goal=city.fdi, working_day=working_day, reason="月中才出数", by=office, now=AUGUST)


def august_due(user: User, city: City, today: date = date(2024, 9, 2)) -> dict[str, date]:
    return {row.goal.code: row.due_on for row in due_reports(user, [city.period(8)], today)}


def test_a_goals_day_holds_from_the_next_period_to_open(city: City, office: User) -> None:
    assert decide(city, 12, office) == 5
    assert august_due(office, city) == {"A6-01": date(2024, 9, 17), "A6-02": SEPTEMBER_DUE, "A2-01": SEPTEMBER_DUE}
    july = due_reports(office, [city.period(7)], AUGUST.date())
    assert {row.due_on for row in july} == {date(2024, 8, 7)}
    event = AuditEvent.objects.get(action="goal.due_working_day")
    assert (event.object_id, event.before, event.after, event.reason, event.by) == (
        city.fdi.pk,
        {"working_day": None},
        {"working_day": 12, "periods": 5},
        "月中才出数",
        office,
    )


def test_the_decisions_are_kept_and_the_last_one_counts(city: City, office: User) -> None:
    for working_day in (12, 3, None):
        decide(city, working_day, office)
    assert august_due(office, city)["A6-01"] == SEPTEMBER_DUE
    rows = GoalDueDay.objects.filter(goal=city.fdi).order_by("number")
    assert [(row.number, row.working_day, row.decided_by) for row in rows] == [
        (1, 12, office),
        (2, 3, office),
        (3, None, office),
    ]
    assert not GoalDeadline.objects.exists()


def test_lateness_counts_from_the_goals_own_day(city: City, office: User) -> None:
    """3 September is the second working day of the month, 5 the fourth, 12 the ninth."""
    decide(city, 2, office)
    submitted_report(city.fdi, 8, 45, now=at(9, 5))
    submitted_report(city.trade, 8, 90, now=at(9, 5))
    timeliness = {row.goal.code: row.timeliness for row in due_reports(office, [city.period(8)], date(2024, 9, 12))}
    assert timeliness == {
        "A6-01": Timeliness("late", 2),
        "A6-02": Timeliness("on_time", 0),
        "A2-01": Timeliness("missing", 4),
    }
    commerce = department_filing(office, city.period(8), date(2024, 9, 12))[0]
    assert (commerce.due_on, [(row.goal.code, row.due_on) for row in commerce.own]) == (
        SEPTEMBER_DUE,
        [("A6-01", date(2024, 9, 3))],
    )


@pytest.mark.parametrize(
    ("working_day", "for_all", "due_on"),
    [(3, False, date(2024, 9, 12)), (3, True, date(2024, 9, 12)), (12, False, date(2024, 9, 17))],
)
def test_an_extension_takes_the_goal_along_and_never_shortens_its_time(
    working_day: int, for_all: bool, due_on: date, city: City, office: User
) -> None:
    decide(city, working_day, office)
    department = None if for_all else city.commerce
    day = date(2024, 9, 12)
    extend_period(period=city.period(8), department=department, due_on=day, reason="台风", by=office, now=at(9, 2))
    assert august_due(office, city)["A6-01"] == due_on


def test_an_extension_taken_back_leaves_the_goals_own_day(city: City, office: User) -> None:
    decide(city, 3, office)
    for day in (date(2024, 9, 12), SEPTEMBER_DUE):
        extend_period(period=city.period(8), due_on=day, reason="台风", by=office, now=at(9, 2))
    assert august_due(office, city)["A6-01"] == date(2024, 9, 4)


def test_another_day_of_the_document_leaves_the_goals_own_and_reckons_it_anew(city: City, office: User) -> None:
    decide(city, 12, office)
    moved = {"reason": "错开月初", "by": office, "now": AUGUST}
    assert set_due_working_day(document=city.document, working_day=8, **moved) == 5
    assert august_due(office, city) == {
        "A6-01": date(2024, 9, 17),
        "A6-02": date(2024, 9, 11),
        "A2-01": date(2024, 9, 11),
    }
    city.document.refresh_from_db()
    assert city.document.due_working_day == 8
    event = AuditEvent.objects.get(action="document.due_working_day")
    assert (event.before, event.after) == ({"working_day": 5}, {"working_day": 8, "periods": 5})


def test_the_documents_day_plans_periods_that_are_added_later(city: City) -> None:
    city.document.periods.filter(month__gte=11).delete()
    city.document.due_working_day = 8
    city.document.save()
    assert plan_periods(city.document) == 2
    assert city.period(11).due_on == date(2024, 12, 11)


def test_refusals_are_sentences_beside_their_field(city: City, office: User, clerk: User) -> None:
    arguments = {"goal": city.fdi, "reason": "x", "by": office, "now": AUGUST}
    refusals = [
        refusal(set_goal_due_day, **{**arguments, "working_day": 16}),
        refusal(set_goal_due_day, **{**arguments, "working_day": 0}),
        refusal(set_goal_due_day, **{**arguments, "working_day": None}),
        refusal(set_goal_due_day, **{**arguments, "working_day": 8, "reason": " "}),
        refusal(set_goal_due_day, **{**arguments, "working_day": 8, "by": clerk}),
    ]
    assert [(row.kind, row.code, row.field, row.english) for row in refusals] == [
        (InvalidDecision, "working_day_out_of_range", "working_day", "Choose a working day from 1 to 15."),
        (InvalidDecision, "working_day_out_of_range", "working_day", "Choose a working day from 1 to 15."),
        (InvalidDecision, "same_goal_deadline", "working_day", "This goal’s reports are due on that day already."),
        (InvalidDecision, "decision_without_reason", "reason", "Give a reason; it is kept with the decision."),
        (NotAllowed, "role_may_not", "", "Your role may not do this."),
    ]
    assert not GoalDueDay.objects.exists()
    assert not AuditEvent.objects.filter(action="goal.due_working_day").exists()


def test_the_folders_day_holds_until_the_office_decides(city: City, office: User) -> None:
    today = date(2024, 8, 9)
    assert import_goal_due_day(city.fdi, 10, is_new=True, today=today)
    assert GoalDeadline.objects.filter(goal=city.fdi).count() == 12
    assert not import_goal_due_day(city.fdi, 10, is_new=False, today=today)
    assert import_goal_due_day(city.fdi, 9, is_new=False, today=today)
    assert [GoalDeadline.objects.get(period=city.period(month)).due_on for month in (7, 8)] == [
        date(2024, 8, 14),
        date(2024, 9, 12),
    ]
    decide(city, None, office)
    assert not import_goal_due_day(city.fdi, 9, is_new=False, today=today)
    assert august_due(office, city)["A6-01"] == SEPTEMBER_DUE


def test_the_clerks_list_names_the_goals_own_day(city: City, office: User, clerk: User) -> None:
    decide(city, 12, office)
    rows = read_filing(clerk, city.document, city.period(8)).due
    assert {row.goal.code: row.own_due_on for row in rows} == {"A6-01": date(2024, 9, 17), "A6-02": None}


def test_a_missing_report_is_counted_from_the_goals_own_day(city: City, office: User) -> None:
    """On 9 September 市商务局's goal is not due yet, although the document's deadline has passed."""
    for goal in (city.fdi, city.trade):
        approved_report(goal, 7, Decimal(60))
    decide(city, 12, office)
    before = inputs_of(city.document, date(2024, 9, 9))
    assess_document(document=city.document, as_of=date(2024, 9, 9), now=at(9, 9))
    july = {row.goal.code: row.freshness for row in city.document.assessments.current().filter(period=city.period(8))}
    assert (july["A6-01"], july["A6-02"]) == ("fresh", "late")
    decide(city, 3, office)
    changed = inputs_of(city.document, date(2024, 9, 9))
    assert {pk for pk in before if before[pk] != changed[pk]} == {city.fdi.pk}


def test_a_month_settles_on_the_eve_of_the_goals_own_next_deadline(city: City, office: User) -> None:
    """August's report is due on 4 September; July's board moves until the 5th and must not count it as missing."""
    for goal in (city.fdi, city.trade):
        approved_report(goal, 7, Decimal(60))
    decide(city, 3, office)
    assess_document(document=city.document, as_of=date(2024, 9, 9), now=at(9, 9))
    july = city.document.assessments.current().filter(period=city.period(7))
    assert {row.goal.code: row.freshness for row in july.filter(goal__lead=city.commerce)} == {
        "A6-01": "fresh",
        "A6-02": "fresh",
    }
