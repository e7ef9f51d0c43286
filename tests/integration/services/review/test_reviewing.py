"""Reviewing: what approving sets in motion, in one transaction or not at all."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection

from hztargets.models import (
    Assessment,
    AuditEvent,
    Delivery,
    Department,
    Flag,
    FlagTransition,
    Notice,
    Report,
    Role,
    User,
)
from hztargets.services.calendar.periods import close_period
from hztargets.services.errors import InvalidReport, NotAllowed
from hztargets.services.filing.reports import withdraw_report
from hztargets.services.review.reviewing import approve_report, endorse_report, return_report
from tests.factories import AUGUST, City, approved_report, make_user, submitted_report
from tests.integration.conftest import Refused, chinese, days_later, refusal

JULY = days_later(-31)
"""9 July 2024, after June's deadline."""


def assessments_of(city: City, month: int = 7) -> list[tuple[str, Decimal | None, date, date | None]]:
    """(light, value, known from, known until) of the goal's snapshots for a month, oldest first."""
    rows = Assessment.objects.filter(goal=city.fdi, period__month=month).order_by("pk")
    return list(rows.values_list("colour", "value", "known_from", "known_until"))


def transitions() -> list[tuple[str, str, date]]:
    return list(FlagTransition.objects.order_by("pk").values_list("from_colour", "to_colour", "as_of"))


def notices() -> list[tuple[str, list[str]]]:
    """Recipients and the lights in their notices, in the order written."""
    return [
        (notice.recipient.username, list(notice.transitions.order_by("pk").values_list("to_colour", flat=True)))
        for notice in Notice.objects.select_related("recipient").order_by("pk")
    ]


def test_approving_stores_the_light_opens_a_flag_and_writes_the_notices(
    city: City, clerk: User, head: User, office: User
) -> None:
    report = approve_report(report=submitted_report(city.fdi, 7, 41), by=office, now=AUGUST)
    report.refresh_from_db()
    assert (report.state, report.reviewed_by, report.reviewed_at) == ("approved", office, AUGUST)
    assert report.known_on == date(2024, 8, 9)
    assert assessments_of(city) == [("amber", Decimal(41), date(2024, 8, 9), None)]
    flag = Flag.objects.get()
    assert (flag.goal, flag.colour, flag.opened_on, flag.closed_on) == (city.fdi, "amber", date(2024, 8, 9), None)
    assert transitions() == [("", "amber", date(2024, 8, 9))]
    assert notices() == [("clerk", ["amber"]), ("office", ["amber"])]
    assert list(Delivery.objects.values_list("state", "attempts", "next_at").distinct()) == [("waiting", 0, None)]
    last = AuditEvent.objects.order_by("pk").last()
    assert last is not None
    assert (last.action, last.by, last.object_id, last.at) == ("report.approve", office, report.pk, AUGUST)


def test_a_second_bad_month_moves_the_flag_to_red_and_tells_the_head_too(
    city: City, clerk: User, head: User, office: User
) -> None:
    approved_report(city.fdi, 6, 20, now=JULY)
    approved_report(city.fdi, 7, 21)
    assert Flag.objects.get().colour == "red"
    assert transitions() == [("", "amber", date(2024, 7, 9)), ("amber", "red", date(2024, 8, 9))]
    july, august = ("clerk", ["amber"]), ("clerk", ["red"])
    assert notices() == [july, ("office", ["amber"]), august, ("head", ["red"]), ("office", ["red"])]


def test_a_correction_supersedes_the_snapshot_and_closes_the_flag(city: City, clerk: User, office: User) -> None:
    approved_report(city.fdi, 7, 41)
    approved_report(city.fdi, 7, 60, now=days_later(3), is_restated=True)
    assert assessments_of(city) == [
        ("amber", Decimal(41), date(2024, 8, 9), date(2024, 8, 12)),
        ("green", Decimal(60), date(2024, 8, 12), None),
    ]
    flag = Flag.objects.get()
    assert (flag.colour, flag.closed_on, flag.closed_at) == ("amber", date(2024, 8, 12), days_later(3))
    assert transitions() == [("", "amber", date(2024, 8, 9)), ("amber", "", date(2024, 8, 12))]
    assert notices() == [("clerk", ["amber"]), ("office", ["amber"])]
    assert list(Report.objects.order_by("version").values_list("version", "state")) == [
        (1, "approved"),
        (2, "approved"),
    ]


def test_nothing_is_repeated_within_thirty_days_unless_it_got_worse(city: City, clerk: User, office: User) -> None:
    approved_report(city.fdi, 7, 41)
    approved_report(city.fdi, 7, 60, now=days_later(3), is_restated=True)
    approved_report(city.fdi, 7, 42, now=days_later(5), is_restated=True)
    assert transitions()[2:] == [("", "amber", date(2024, 8, 14))]
    assert notices() == [("clerk", ["amber"]), ("office", ["amber"])]


def test_a_second_notice_follows_after_thirty_days(city: City, clerk: User, office: User) -> None:
    approved_report(city.fdi, 6, 35, now=JULY)
    approved_report(city.fdi, 6, 40, now=days_later(-28), is_restated=True)
    approved_report(city.fdi, 7, 41, now=days_later(1))
    assert [(before, after) for before, after, _day in transitions()] == [("", "amber"), ("amber", ""), ("", "amber")]
    assert notices() == [("clerk", ["amber"]), ("office", ["amber"])] * 2


def test_green_opens_no_flag_and_tells_nobody(city: City, clerk: User, office: User) -> None:
    approved_report(city.fdi, 7, 60)
    assert assessments_of(city) == [("green", Decimal(60), date(2024, 8, 9), None)]
    assert (Flag.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_muted_child_gets_no_notice(city: City, clerk: User, office: User) -> None:
    type(city.trade).objects.filter(pk=city.trade.pk).update(parent=city.fdi)
    approved_report(city.fdi, 7, 41)
    approved_report(city.trade, 7, 70)
    assert set(Flag.objects.values_list("goal__code", "colour")) == {("A6-01", "amber"), ("A6-02", "amber")}
    assert notices() == [("clerk", ["amber"]), ("office", ["amber"])]


@pytest.mark.parametrize("table", ["hztargets_notice", "hztargets_flagtransition", "hztargets_auditevent"])
def test_approving_is_all_or_nothing(table: str, city: City, clerk: User, office: User) -> None:
    """The database itself refuses the row, as a full disk or a lost connection would."""
    report = submitted_report(city.fdi, 7, 41)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'disk full'; END$$;"
            f"CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    with pytest.raises(DatabaseError, match="disk full"):
        approve_report(report=report, by=office, now=AUGUST)
    report.refresh_from_db()
    assert (report.state, report.reviewed_by, report.known_on, report.revision) == ("submitted", None, None, 2)
    left = {model.__name__: model.objects.count() for model in (Assessment, Flag, FlagTransition, Notice)}  # type: ignore[attr-defined]
    assert left == {"Assessment": 0, "Flag": 0, "FlagTransition": 0, "Notice": 0}
    assert not AuditEvent.objects.filter(action="report.approve").exists()


def test_returning_needs_and_keeps_a_reason(city: City, office: User) -> None:
    report = submitted_report(city.fdi, 7, 41)
    english = "Say why the report is returned."
    expected = Refused(
        InvalidReport, "return_reason_missing", "reason", english, chinese("请写明退回理由。", english=english)
    )
    assert refusal(return_report, report=report, reason=" \u3000", by=office, now=AUGUST) == expected
    returned = return_report(report=report, reason=" 口径有误 ", by=office, now=AUGUST)
    returned.refresh_from_db()
    assert (returned.state, returned.return_reason, returned.reviewed_by) == ("returned", "口径有误", office)
    assert AuditEvent.objects.get(action="report.return").reason == "口径有误"
    assert Assessment.objects.count() == 0


@pytest.fixture
def endorsing(city: City) -> None:
    Department.objects.filter(pk=city.commerce.pk).update(endorses=True)


@pytest.mark.usefixtures("endorsing")
def test_where_the_department_endorses_the_head_comes_before_the_office(city: City, head: User, office: User) -> None:
    report = submitted_report(city.fdi, 7, 60)
    english = "The department head has not endorsed this report yet."
    expected = Refused(
        NotAllowed, "not_endorsed", "", english, chinese("该进展报告尚未经部门负责人签署。", english=english)
    )
    assert refusal(approve_report, report=report, by=office, now=AUGUST) == expected
    endorsed = endorse_report(report=report, by=head, now=days_later(1))
    assert (endorsed.state, endorsed.endorsed_by, endorsed.endorsed_at) == ("endorsed", head, days_later(1))
    assert approve_report(report=report, by=office, now=days_later(2)).state == "approved"
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "report.create", "report.submit", "report.endorse", "report.approve",
    ]  # fmt: skip


@pytest.mark.usefixtures("endorsing")
def test_an_endorsed_report_can_no_longer_be_withdrawn_but_returned(
    city: City, clerk: User, head: User, office: User
) -> None:
    report = endorse_report(report=submitted_report(city.fdi, 7, 60), by=head, now=AUGUST)
    assert refusal(withdraw_report, report=report, by=clerk, now=AUGUST).code == "wrong_state"
    assert return_report(report=report, reason="口径有误", by=office, now=AUGUST).state == "returned"


def test_where_the_department_does_not_endorse_the_office_goes_ahead(city: City, office: User) -> None:
    assert approve_report(report=submitted_report(city.fdi, 7, 60), by=office, now=AUGUST).state == "approved"


REVIEWING: list[tuple[Callable[..., Report], dict[str, Any]]] = [
    (approve_report, {}),
    (return_report, {"reason": "口径有误"}),
]


@pytest.mark.parametrize(("service", "extra"), REVIEWING)
def test_nobody_reviews_their_own_report_even_after_changing_office(
    service: Callable[..., Report], extra: dict[str, Any], city: City, clerk: User
) -> None:
    report = submitted_report(city.fdi, 7, 41)
    clerk.role, clerk.department = Role.OFFICE, None
    clerk.save()
    refused = refusal(service, report=report, by=clerk, now=AUGUST, **extra)
    english = "Nobody reviews a report they wrote or submitted. Ask a colleague."
    in_chinese = chinese("不得审核本人填写或提交的进展报告，请由其他同事办理。", english=english)
    assert refused == Refused(NotAllowed, "own_report", "", english, in_chinese)
    report.refresh_from_db()
    assert (report.state, report.reviewed_by) == ("submitted", None)


@pytest.mark.parametrize(("service", "extra"), REVIEWING)
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OFFICE, Role.SERVICE)])
def test_only_the_office_reviews(role: Role, service: Callable[..., Report], extra: dict[str, Any], city: City) -> None:
    report = submitted_report(city.fdi, 7, 41)
    user = make_user(role, city.commerce if role in Role.of_a_department() else None)
    english = "Your role may not do this."
    expected = Refused(NotAllowed, "role_may_not", "", english, chinese("您的角色无权进行此操作。", english=english))
    assert refusal(service, report=report, by=user, now=AUGUST, **extra) == expected


def test_the_head_of_another_department_endorses_nothing(city: City) -> None:
    stranger = make_user(Role.DEPARTMENT_HEAD, city.science)
    refused = refusal(endorse_report, report=submitted_report(city.fdi, 7, 41), by=stranger, now=AUGUST)
    english = "Only the lead department files this goal."
    assert refused == Refused(
        NotAllowed, "not_lead_department", "", english, chinese("该目标由牵头部门填报。", english=english)
    )


def test_what_was_decided_is_not_decided_again(city: City, office: User) -> None:
    report = approve_report(report=submitted_report(city.fdi, 7, 60), by=office, now=AUGUST)
    english = "The report is no longer in a state that allows this. Reload the page to see where it is."
    in_chinese = chinese("该进展报告的状态已变化，不能进行此操作。请刷新页面查看。", english=english)
    expected = Refused(NotAllowed, "wrong_state", "", english, in_chinese)
    assert refusal(approve_report, report=report, by=office, now=days_later(1)) == expected
    assert refusal(return_report, report=report, reason="口径有误", by=office, now=days_later(1)) == expected


def test_a_closed_period_is_not_reviewed(city: City, office: User) -> None:
    report = submitted_report(city.fdi, 7, 41)
    close_period(period=city.period(7), reason="通报已印发", by=office, now=AUGUST)
    assert refusal(approve_report, report=report, by=office, now=AUGUST).code == "period_closed"
