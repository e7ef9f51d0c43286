"""Reporting periods: planned by working day, closed and reopened with a reason."""

from datetime import date
from itertools import pairwise

import pytest

from hztargets.models import AuditEvent, CalendarDay, Document, Role, User
from hztargets.services.calendar.periods import close_period, load_calendar, plan_periods, reopen_period, store_calendar
from hztargets.services.decisions.conditions import InvalidDecision
from hztargets.services.errors import NotAllowed
from tests.factories import AUGUST, City, make_user
from tests.integration.conftest import Refused, chinese, days_later, refusal

SPRING_FESTIVAL = [
    (date(2024, 2, 4), True, "春节"),
    *((date(2024, 2, day), False, "春节") for day in range(10, 18)),
    (date(2024, 2, 18), True, "春节"),
]


@pytest.fixture
def document(db: None) -> Document:
    store_calendar(SPRING_FESTIVAL)
    return Document.objects.create(
        number="测政函〔2024〕9号",
        title="测试",
        issuer="测试市人民政府",
        year=2024,
        issued_on=date(2024, 2, 18),
        text="",
    )


def test_twelve_periods_open_on_the_first_and_fall_due_on_the_fifth_working_day(document: Document) -> None:
    assert [plan_periods(document), plan_periods(document)] == [12, 0]
    days = document.periods.order_by("month").values_list("opens_on", "due_on", "settles_on")
    assert (len(days), days[0], days[11]) == (
        12,
        (date(2024, 2, 1), date(2024, 2, 6), date(2024, 3, 6)),
        (date(2025, 1, 1), date(2025, 1, 7), date(2025, 2, 6)),
    )
    settled_before_next = [now[2] < following[1] for now, following in pairwise(days)]
    assert settled_before_next == [True] * 11


def test_a_missing_period_is_added_and_the_others_left(document: Document) -> None:
    plan_periods(document)
    document.periods.filter(month=7).delete()
    document.periods.filter(month=8).update(due_on=date(2024, 9, 20), settles_on=date(2024, 10, 8))
    assert plan_periods(document) == 1
    assert document.periods.get(month=8).due_on == date(2024, 9, 20)


def test_the_calendar_is_corrected_in_place(document: Document) -> None:
    assert store_calendar([(date(2024, 2, 4), False, "更正"), (date(2024, 5, 11), True, "劳动节")]) == 11
    calendar = load_calendar()
    assert [calendar.is_working_day(date(2024, 2, 4)), calendar.is_working_day(date(2024, 5, 11))] == [False, True]
    assert CalendarDay.objects.get(day=date(2024, 2, 4)).name == "更正"


def test_closing_and_reopening_are_kept_with_their_reasons(city: City, office: User) -> None:
    closed = close_period(period=city.period(7), reason=" 通报已印发 ", by=office, now=AUGUST)
    assert (closed.closed_at, closed.closed_by, closed.closed_reason) == (AUGUST, office, "通报已印发")
    opened = reopen_period(period=closed, reason="补报", by=office, now=days_later(1))
    assert (opened.closed_at, opened.closed_by, opened.closed_reason) == (None, None, "")
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "reason", "by__username")) == [
        ("period.close", "通报已印发", "office"),
        ("period.reopen", "补报", "office"),
    ]


@pytest.mark.parametrize("service", [close_period, reopen_period])
def test_a_reason_is_needed(service: object, city: City, office: User) -> None:
    refused = refusal(service, period=city.period(7), reason=" ", by=office, now=AUGUST)  # type: ignore[arg-type]
    english = "Give a reason; it is kept with the decision."
    in_chinese = chinese("请填写理由，理由将随决定一并留存。", english=english)
    assert refused == Refused(InvalidDecision, "decision_without_reason", "reason", english, in_chinese)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_only_the_office_closes_a_period(role: Role, city: City) -> None:
    user = make_user(role, city.commerce if role in Role.of_a_department() else None)
    refused = refusal(close_period, period=city.period(7), reason="通报已印发", by=user, now=AUGUST)
    assert (refused.kind, refused.code, city.period(7).closed_at) == (NotAllowed, "role_may_not", None)
