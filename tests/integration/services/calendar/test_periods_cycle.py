"""Opening, moving and planning deadlines; timeliness from the first filing."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from hztargets.domain.timeliness import Tally, Timeliness
from hztargets.models import AuditEvent, Period, Report, Role, User
from hztargets.models.reports import PeriodExtension
from hztargets.queries.review.departments import department_filing
from hztargets.queries.timeliness import OnTimeRate, due_reports, on_time_rate, period_tallies
from hztargets.services.calendar.due_days import set_due_working_day
from hztargets.services.calendar.periods import (
    close_period,
    extend_period,
    open_due_periods,
    reopen_period,
)
from hztargets.services.decisions.conditions import InvalidDecision
from hztargets.services.errors import NotAllowed
from hztargets.services.filing.reports import ReportContent, create_report, edit_report, submit_report, withdraw_report
from hztargets.services.review.reviewing import approve_report, return_report
from tests.factories import AUGUST, City, approved_report, make_user, submitted_report
from tests.integration.conftest import at, days_later, refusal

DUE = date(2024, 8, 7)
"""July's deadline: the fifth working day of August."""


def timeliness_of(user: User, city: City, code: str, today: date) -> Timeliness:
    return {row.goal.code: row.timeliness for row in due_reports(user, [city.period(7)], today)}[code]


# opening


def test_each_period_is_noted_once_when_it_opens(city: City) -> None:
    assert [open_due_periods(now=AUGUST), open_due_periods(now=days_later(10))] == [7, 0]
    assert open_due_periods(now=at(9, 1)) == 1
    events = AuditEvent.objects.filter(action="period.open").order_by("pk")
    assert [event.object_id for event in events] == [city.period(month).pk for month in range(1, 9)]
    last = events.last()
    assert last is not None
    assert (last.by, last.after) == (None, {"opens_on": "2024-09-01", "due_on": "2024-09-06"})


# moving a deadline


def test_a_moved_deadline_holds_for_all_and_keeps_what_stood_before(city: City, office: User) -> None:
    row = extend_period(period=city.period(7), due_on=date(2024, 8, 13), reason=" 台风 ", by=office, now=AUGUST)
    assert (row.department, row.previous_due_on, row.due_on, row.reason) == (None, DUE, date(2024, 8, 13), "台风")
    assert (city.period(7).due_on, city.period(6).settles_on) == (date(2024, 8, 13), date(2024, 8, 12))
    event = AuditEvent.objects.get(action="period.extend")
    assert (event.before, event.after, event.reason, event.by) == (
        {"due_on": "2024-08-07"},
        {"due_on": "2024-08-13"},
        "台风",
        office,
    )


def test_one_departments_deadline_moves_and_the_others_stay(city: City, office: User) -> None:
    extend_period(
        period=city.period(7),
        department=city.commerce,
        due_on=date(2024, 8, 12),
        reason="系统故障",
        by=office,
        now=AUGUST,
    )
    assert city.period(7).due_on == DUE
    assert [(row.department.name, row.due_on) for row in department_filing(office, city.period(7), DUE)] == [
        ("市商务局", date(2024, 8, 12)),
        ("市科技局", DUE),
    ]
    event = AuditEvent.objects.get(action="period.extend")
    assert event.after == {"due_on": "2024-08-12", "department": "市商务局"}


def test_the_last_word_counts_and_an_extension_can_be_taken_back(city: City, office: User) -> None:
    for day in (date(2024, 8, 20), date(2024, 8, 9)):
        extend_period(period=city.period(7), due_on=day, reason="调整", by=office, now=AUGUST)
    assert city.period(7).due_on == date(2024, 8, 9)
    assert list(PeriodExtension.objects.order_by("pk").values_list("previous_due_on", "due_on")) == [
        (DUE, date(2024, 8, 20)),
        (date(2024, 8, 20), date(2024, 8, 9)),
    ]


def test_a_period_moved_beyond_a_departments_extension_takes_it_along(city: City, office: User) -> None:
    for department, day in ((city.commerce, date(2024, 8, 12)), (None, date(2024, 8, 15))):
        extend_period(period=city.period(7), department=department, due_on=day, reason="调整", by=office, now=AUGUST)
    tallies = department_filing(office, city.period(7), DUE)
    assert {row.due_on for row in tallies} == {date(2024, 8, 15)}


@pytest.mark.parametrize(
    ("day", "code", "english"),
    [
        (date(2024, 8, 10), "not_a_working_day", "2024-08-10 is not a working day; the next one is 2024-08-12."),
        (DUE, "same_deadline", "The deadline is 2024-08-07 already."),
        (
            date(2024, 8, 8),
            "deadline_out_of_range",
            "Choose a day from 2024-08-09 to 2024-09-05, the eve of the next period’s deadline.",
        ),
        (
            date(2024, 9, 6),
            "deadline_out_of_range",
            "Choose a day from 2024-08-09 to 2024-09-05, the eve of the next period’s deadline.",
        ),
    ],
)
def test_a_deadline_that_cannot_hold_is_refused_with_the_days_that_can(
    day: date, code: str, english: str, city: City, office: User
) -> None:
    refused = refusal(extend_period, period=city.period(7), due_on=day, reason="调整", by=office, now=AUGUST)
    assert (refused.kind, refused.code, refused.field, refused.english) == (InvalidDecision, code, "due_on", english)
    assert (city.period(7).due_on, PeriodExtension.objects.count()) == (DUE, 0)


def test_a_closed_periods_deadline_stays(city: City, office: User) -> None:
    close_period(period=city.period(7), reason="通报已印发", by=office, now=AUGUST)
    refused = refusal(extend_period, period=city.period(7), due_on=date(2024, 8, 13), reason="x", by=office, now=AUGUST)
    assert (refused.code, refused.english) == (
        "moving_closed_period",
        "This period is closed. Reopen it before you move its deadline.",
    )


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_only_the_office_moves_a_deadline(role: Role, city: City) -> None:
    user = make_user(role, city.commerce if role in Role.of_a_department() else None)
    refused = refusal(extend_period, period=city.period(7), due_on=date(2024, 8, 13), reason="x", by=user, now=AUGUST)
    planned = refusal(set_due_working_day, document=city.document, working_day=7, reason="x", by=user, now=AUGUST)
    assert (refused.kind, refused.code, planned.code) == (NotAllowed, "role_may_not", "role_may_not")


def test_a_move_needs_a_reason(city: City, office: User) -> None:
    refused = refusal(extend_period, period=city.period(7), due_on=date(2024, 8, 13), reason=" ", by=office, now=AUGUST)
    assert (refused.code, refused.field) == ("decision_without_reason", "reason")


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [({"reason": ""}, "period_extension_has_reason"), ({"due_on": DUE}, "period_extension_moves")],
)
def test_the_database_refuses_an_extension_without_reason_or_effect(
    columns: dict[str, object], constraint: str, city: City, office: User
) -> None:
    row = {
        "period": city.period(7),
        "previous_due_on": DUE,
        "due_on": date(2024, 8, 13),
        "reason": "台风",
        "granted_at": AUGUST,
        "granted_by": office,
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PeriodExtension.objects.create(**row | columns)


def test_closing_twice_and_reopening_what_is_open_are_refused(city: City, office: User) -> None:
    opened = refusal(reopen_period, period=city.period(7), reason="补报", by=office, now=AUGUST)
    close_period(period=city.period(7), reason="通报已印发", by=office, now=AUGUST)
    closed = refusal(close_period, period=city.period(7), reason="再次", by=office, now=AUGUST)
    assert (opened.code, opened.english) == ("not_closed", "This period is open already.")
    assert (closed.code, closed.english) == ("already_closed", "This period is closed already.")
    assert city.period(7).closed_reason == "通报已印发"


# the working day


def test_deadlines_ahead_follow_the_new_working_day_and_past_ones_stay(city: City, office: User) -> None:
    before = dict(city.document.periods.values_list("month", "due_on"))
    moved = set_due_working_day(document=city.document, working_day=8, reason="错开月初", by=office, now=AUGUST)
    after = dict(city.document.periods.values_list("month", "due_on"))
    assert (moved, {month for month in after if after[month] != before[month]}) == (5, {8, 9, 10, 11, 12})
    assert (after[7], after[8], city.period(7).settles_on) == (DUE, date(2024, 9, 11), date(2024, 9, 10))
    assert city.period(12).settles_on == date(2025, 2, 11)
    event = AuditEvent.objects.get(action="document.due_working_day")
    assert (event.after, event.reason) == ({"working_day": 8, "periods": 5}, "错开月初")


@pytest.mark.parametrize("working_day", [0, 16])
def test_a_working_day_out_of_range_is_refused(working_day: int, city: City, office: User) -> None:
    refused = refusal(
        set_due_working_day, document=city.document, working_day=working_day, reason="x", by=office, now=AUGUST
    )
    assert (refused.code, refused.english) == ("working_day_out_of_range", "Choose a working day from 1 to 15.")


# timeliness


def test_lateness_counts_working_days_from_the_first_filing(city: City, office: User) -> None:
    submitted_report(city.fdi, 7, 40, now=at(8, 6))
    submitted_report(city.trade, 7, 90, now=at(8, 12))
    rows = due_reports(office, [city.period(7)], date(2024, 8, 13))
    assert [(row.goal.code, row.filed_on, row.timeliness) for row in rows] == [
        ("A6-01", date(2024, 8, 6), Timeliness("on_time")),
        ("A6-02", date(2024, 8, 12), Timeliness("late", 3)),
        ("A2-01", None, Timeliness("missing", 4)),
    ]


def test_a_return_does_not_lose_the_first_filing(city: City, office: User, clerk: User) -> None:
    report = submitted_report(city.fdi, 7, 60, now=at(8, 6))
    returned = return_report(report=report, reason="请核对", by=office, now=at(8, 8))
    assert timeliness_of(office, city, "A6-01", date(2024, 8, 20)) == Timeliness("on_time")
    content = ReportContent(value=report.value, note="已与台账逐项核对一致")
    edited = edit_report(report=returned, content=content, revision=returned.revision, by=clerk, now=at(8, 15))
    assert timeliness_of(office, city, "A6-01", date(2024, 8, 20)) == Timeliness("on_time")
    again = submit_report(report=edited, by=clerk, now=at(8, 16))
    assert timeliness_of(office, city, "A6-01", date(2024, 8, 20)) == Timeliness("on_time")
    approve_report(report=again, by=office, now=at(8, 19))
    assert timeliness_of(office, city, "A6-01", date(2024, 8, 20)) == Timeliness("on_time")


def test_a_correction_does_not_make_a_late_filing_better_nor_a_timely_one_worse(city: City, office: User) -> None:
    approved_report(city.fdi, 7, 40, now=at(8, 6))
    approved_report(city.trade, 7, 90, now=at(8, 9))
    for goal, value in ((city.fdi, 39), (city.trade, 91)):
        approved_report(goal, 7, value, now=at(8, 20), is_restated=True)
    assert timeliness_of(office, city, "A6-01", date(2024, 8, 21)) == Timeliness("on_time")
    assert timeliness_of(office, city, "A6-02", date(2024, 8, 21)) == Timeliness("late", 2)


def test_a_report_taken_back_was_not_filed_until_it_comes_again(city: City, office: User, clerk: User) -> None:
    report = submitted_report(city.fdi, 7, 40, now=at(8, 6))
    withdraw_report(report=report, by=clerk, now=at(8, 7))
    assert timeliness_of(office, city, "A6-01", date(2024, 8, 9)) == Timeliness("missing", 2)
    submitted_report(city.fdi, 7, 41, now=at(8, 9))
    assert timeliness_of(office, city, "A6-01", date(2024, 8, 9)) == Timeliness("on_time")


def test_a_draft_is_not_a_filing(city: City, office: User, clerk: User) -> None:
    create_report(goal=city.fdi, period=city.period(7), content=ReportContent(), by=clerk, now=at(8, 6))
    assert timeliness_of(office, city, "A6-01", date(2024, 8, 8)) == Timeliness("missing", 1)


def test_what_was_only_published_counts_neither_way(city: City, office: User) -> None:
    approved_report(city.fdi, 7, 40, now=at(8, 20), source=Report.Source.PUBLISHED)
    assert [row.goal.code for row in due_reports(office, [city.period(7)], date(2024, 8, 21))] == ["A6-02", "A2-01"]


def test_frequencies_and_skipped_january_decide_what_is_due(city: City, office: User) -> None:
    type(city.fdi).objects.filter(pk=city.fdi.pk).update(frequency="quarterly")
    type(city.fdi).objects.filter(pk=city.trade.pk).update(frequency="once")
    type(city.fdi).objects.filter(pk=city.firms.pk).update(skips_january=True)
    periods = list(city.document.periods.order_by("month"))
    due = {(row.period.month, row.goal.code) for row in due_reports(office, periods, date(2025, 3, 1))}
    assert due == {(m, "A2-01") for m in range(2, 13)} | {(m, "A6-01") for m in (3, 6, 9, 12)} | {(12, "A6-02")}


def test_an_extended_department_is_not_late(city: City, office: User) -> None:
    extend_period(
        period=city.period(7), department=city.commerce, due_on=date(2024, 8, 12), reason="故障", by=office, now=AUGUST
    )
    submitted_report(city.fdi, 7, 40, now=at(8, 12))
    assert [row.timeliness for row in due_reports(office, [city.period(7)], date(2024, 8, 12))] == [
        Timeliness("on_time"),
        Timeliness("waiting"),
        Timeliness("missing", 3),
    ]


def test_the_on_time_rate_and_the_month_before(city: City, office: User) -> None:
    for goal in (city.fdi, city.trade, city.firms):
        submitted_report(goal, 6, 40, now=at(7, 3))
    submitted_report(city.fdi, 7, 41, now=at(8, 6))
    submitted_report(city.trade, 7, 42, now=at(8, 8))
    rate = on_time_rate(office, city.period(7), date(2024, 8, 9))
    assert rate == OnTimeRate(rate=1 / 3, before=1.0)
    assert (str(rate.shown), str(rate.shown_before)) == ("33.3", "100.0")
    assert on_time_rate(office, city.period(7), DUE) == OnTimeRate(rate=None, before=1.0)
    assert on_time_rate(office, city.period(1), DUE).before is None


def test_a_clerk_counts_only_what_the_clerk_may_see(city: City, clerk: User, office: User) -> None:
    submitted_report(city.fdi, 7, 41, now=at(8, 6))
    submitted_report(city.firms, 7, 41, now=at(8, 6))
    today = date(2024, 8, 9)
    assert period_tallies(clerk, [city.period(7)], today) == {7: Tally(on_time=1, missing=1)}
    assert period_tallies(office, [city.period(7)], today) == {7: Tally(on_time=2, missing=1)}
    auditor = make_user(Role.SYSTEM_ADMIN)
    assert period_tallies(auditor, [city.period(7)], today) == {}


def test_departments_are_listed_with_what_is_missing(city: City, office: User) -> None:
    submitted_report(city.fdi, 7, 41, now=at(8, 9))
    rows = department_filing(office, city.period(7), date(2024, 8, 9))
    assert [(row.department.name, row.tally, [goal.code for goal in row.not_filed]) for row in rows] == [
        ("市商务局", Tally(late=1, missing=1), ["A6-02"]),
        ("市科技局", Tally(missing=1), ["A2-01"]),
    ]


def test_periods_not_open_yet_are_left_out(city: City, office: User) -> None:
    periods: list[Period] = list(city.document.periods.order_by("month"))
    assert sorted(period_tallies(office, periods, date(2024, 8, 9))) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("reports", [1, 3])
def test_reading_timeliness_takes_five_queries(
    reports: int, city: City, office: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for goal in (city.fdi, city.trade, city.firms)[:reports]:
        submitted_report(goal, 7, 40, now=at(8, 6))
    periods = list(city.document.periods.order_by("month"))
    with django_assert_num_queries(5):
        assert len(due_reports(office, periods, date(2024, 8, 9))) == 36
