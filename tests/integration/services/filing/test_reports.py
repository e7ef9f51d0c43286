"""Filing: the department's side, on the real tables."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hztargets.models import AuditEvent, Goal, Report, Role, User
from hztargets.services.calendar.periods import close_period, reopen_period
from hztargets.services.errors import InvalidReport, NotAllowed, StaleRevision
from hztargets.services.filing.reports import (
    ReportContent,
    create_report,
    edit_report,
    file_report,
    submit_report,
    withdraw_report,
)
from hztargets.services.review.reviewing import return_report
from tests.factories import AUGUST, City, approved_report, make_city, make_user, submitted_report
from tests.integration.conftest import Refused, chinese, days_later, refusal

WORDS = {"cause": "2个项目推迟签约", "remedy": "专班每周跟进", "expected_on": date(2024, 11, 30)}
"""Required when the light turns amber or red."""

FORTY_ONE = ReportContent(value=Decimal(41), note="新签项目到位", **WORDS)


def trail() -> list[tuple[str, str | None]]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", "by__username"))


def test_filing_drafts_edits_and_submits_with_an_audit_row_each(city: City, clerk: User) -> None:
    report = create_report(goal=city.fdi, period=city.period(7), content=FORTY_ONE, by=clerk, now=AUGUST)
    better = replace(FORTY_ONE, value=Decimal("41.5"))
    report = edit_report(report=report, content=better, revision=1, by=clerk, now=days_later(1))
    report = submit_report(report=report, by=clerk, now=days_later(2))
    report.refresh_from_db()
    assert (report.state, report.value, report.version, report.revision) == ("submitted", Decimal("41.5"), 1, 3)
    assert (report.created_by, report.submitted_by, report.submitted_at) == (clerk, clerk, days_later(2))
    assert (report.reviewed_by, report.known_on, report.source) == (None, None, "filed")
    assert trail() == [("report.create", "clerk"), ("report.edit", "clerk"), ("report.submit", "clerk")]
    edit = AuditEvent.objects.get(action="report.edit")
    words = {"note": "新签项目到位", **WORDS, "expected_on": "2024-11-30"}
    assert (edit.before, edit.after) == ({"value": "41.000000", **words}, {"value": "41.5", **words})


def test_nobody_loses_words_to_a_stale_revision(city: City, clerk: User) -> None:
    report = create_report(goal=city.fdi, period=city.period(7), content=FORTY_ONE, by=clerk, now=AUGUST)
    colleague = make_user(Role.CLERK, city.commerce)
    edit_report(report=report, content=ReportContent(value=Decimal(42)), revision=1, by=colleague, now=AUGUST)
    refused = refusal(edit_report, report=report, content=FORTY_ONE, revision=1, by=clerk, now=AUGUST)
    english = "Somebody changed this report in the meantime. Reload it and try again."
    assert refused == Refused(
        StaleRevision, "stale", "", english, chinese("该进展报告已被他人修改。请刷新后再试。", english=english)
    )
    report.refresh_from_db()
    assert (report.value, report.note, report.revision) == (Decimal(42), "", 2)


def test_filing_in_one_go_refuses_a_revision_the_editor_did_not_see(city: City, clerk: User) -> None:
    arguments = {"goal": city.fdi, "period": city.period(7), "content": FORTY_ONE, "by": clerk, "now": AUGUST}
    draft = create_report(
        goal=city.fdi, period=city.period(7), content=ReportContent(note="同事先写"), by=clerk, now=AUGUST
    )
    assert refusal(file_report, **arguments, revision=0).code == "stale"
    assert refusal(file_report, **arguments, revision=2).code == "stale"
    filed = file_report(**arguments, revision=draft.revision)
    assert (filed.pk, filed.state, filed.note) == (draft.pk, "submitted", "新签项目到位")


def test_filing_in_one_go_starts_a_report_when_there_is_none(city: City, clerk: User) -> None:
    filed = file_report(goal=city.fdi, period=city.period(7), content=FORTY_ONE, by=clerk, now=AUGUST, revision=0)
    assert (filed.version, filed.state, filed.value) == (1, "submitted", Decimal(41))


def test_filing_in_one_go_writes_nothing_when_submitting_is_refused(city: City, clerk: User) -> None:
    refused = refusal(
        file_report, goal=city.fdi, period=city.period(7), content=ReportContent(), by=clerk, now=AUGUST, revision=0
    )
    assert (refused.code, refused.field, Report.objects.count(), trail()) == ("value_missing", "value", 0, [])


FALLING = (
    "The cumulative figure 40.4 is below the 40.5 approved for month 6. "
    "Enter the total since January; if the earlier figure was wrong, tick “restated”."
)
EMPTY = "Enter the figure, or tick “no progress this month”."


@pytest.mark.parametrize(
    ("content", "code", "english", "in_chinese"),
    [
        (ReportContent(), "value_missing", EMPTY, "请填写数值，或勾选“本月无进展”。"),
        (
            ReportContent(value=Decimal("-0.5")),
            "negative",
            "A cumulative figure cannot be negative; you entered -0.5.",
            "累计数不能为负；您填写的是 -0.5。",
        ),
        (
            ReportContent(value=Decimal("40.4")),
            "falling",
            FALLING,
            "累计数 40.4 低于 6 月已核准的 40.5。请填写1月以来的累计数；如此前数值有误，请勾选“更正”。",
        ),
    ],
)
def test_hard_findings_stop_a_report(
    content: ReportContent, code: str, english: str, in_chinese: str, city: City, clerk: User
) -> None:
    approved_report(city.fdi, 6, "40.5")
    draft = create_report(goal=city.fdi, period=city.period(7), content=content, by=clerk, now=AUGUST)
    refused = refusal(submit_report, report=draft, by=clerk, now=AUGUST)
    assert refused == Refused(InvalidReport, code, "value", english, chinese(in_chinese, english=english))
    draft.refresh_from_db()
    assert (draft.state, draft.submitted_by, draft.revision) == ("draft", None, 1)


def test_a_share_above_100_percent_is_stopped(city: City, clerk: User) -> None:
    Goal.objects.filter(pk=city.fdi.pk).update(measure="share")
    refused = refusal(
        file_report, goal=Goal.objects.get(pk=city.fdi.pk), period=city.period(7),
        content=ReportContent(value=Decimal("140")), by=clerk, now=AUGUST,
    )  # fmt: skip
    english = "A percentage lies between 0 and 100; you entered 140."
    in_chinese = "百分比应在0至100之间；您填写的是 140。"
    assert refused == Refused(InvalidReport, "outside_percent", "value", english, chinese(in_chinese, english=english))


def test_a_relative_goal_needs_what_it_is_compared_with(city: City, clerk: User) -> None:
    Goal.objects.filter(pk=city.fdi.pk).update(measure="relative")
    goal = Goal.objects.get(pk=city.fdi.pk)
    known = {"goal": goal, "period": city.period(7), "by": clerk, "now": AUGUST}
    refused = refusal(file_report, **known, content=FORTY_ONE)
    assert (refused.code, refused.field) == ("comparator_missing", "comparator")
    filed = file_report(**known, content=replace(FORTY_ONE, comparator=Decimal(40)))
    assert (filed.state, filed.comparator) == ("submitted", Decimal(40))


def test_a_milestone_needs_a_day_or_a_share(city: City, clerk: User) -> None:
    Goal.objects.filter(pk=city.fdi.pk).update(measure="milestone", due_on=date(2024, 12, 31))
    known = {"goal": Goal.objects.get(pk=city.fdi.pk), "period": city.period(7), "by": clerk, "now": AUGUST}
    refused = refusal(file_report, **known, content=ReportContent(note="推进中"))
    assert (refused.code, refused.field) == ("milestone_empty", "done_on")
    assert file_report(**known, content=ReportContent(expected_on=date(2024, 11, 30))).state == "submitted"


@pytest.mark.parametrize("value", ["100000000000000", "-100000000000000", "NaN", "Infinity"])
def test_a_figure_the_table_cannot_hold_is_refused(value: str, city: City, clerk: User) -> None:
    known = {"goal": city.fdi, "period": city.period(7), "by": clerk, "now": AUGUST}
    refused = refusal(create_report, **known, content=ReportContent(value=Decimal(value)))
    assert (refused.code, refused.field, Report.objects.count()) == ("too_large", "value", 0)
    largest = create_report(**known, content=ReportContent(value=Decimal("99999999999999.5")))
    refused = refusal(
        edit_report, report=largest, content=ReportContent(comparator=Decimal(value)), revision=1, by=clerk, now=AUGUST
    )
    assert (refused.code, refused.field) == ("too_large", "comparator")


def test_a_nil_report_is_explicit_and_holds_no_figure(city: City, clerk: User) -> None:
    nil = ReportContent(is_nil=True, note="本月无新增", **WORDS)
    filed = file_report(goal=city.fdi, period=city.period(7), content=nil, by=clerk, now=AUGUST)
    assert (filed.state, filed.is_nil, filed.value) == ("submitted", True, None)


def test_withdrawing_leaves_the_version_and_makes_room_for_the_next(city: City, clerk: User) -> None:
    first = submitted_report(city.fdi, 7, 41)
    withdraw_report(report=first, by=clerk, now=days_later(1))
    second = file_report(goal=city.fdi, period=city.period(7), content=FORTY_ONE, by=clerk, now=days_later(2))
    assert list(Report.objects.order_by("version").values_list("version", "state")) == [
        (1, "withdrawn"),
        (2, "submitted"),
    ]
    assert refusal(withdraw_report, report=first, by=clerk, now=days_later(3)).code == "wrong_state"
    assert second.created_by == clerk


def test_a_returned_report_is_mended_and_handed_in_again(city: City, clerk: User, office: User) -> None:
    report = return_report(report=submitted_report(city.fdi, 7, 41), reason="口径有误", by=office, now=days_later(1))
    mended = edit_report(
        report=report,
        content=replace(FORTY_ONE, value=Decimal(43)),
        revision=report.revision,
        by=clerk,
        now=days_later(2),
    )
    again = submit_report(report=mended, by=clerk, now=days_later(2))
    assert (again.pk, again.state, again.value, again.version) == (report.pk, "submitted", Decimal(43), 1)
    assert (again.reviewed_by, again.reviewed_at, again.return_reason) == (None, None, "口径有误")


def test_a_second_open_version_is_refused(city: City, clerk: User) -> None:
    submitted_report(city.fdi, 7, 41)
    refused = refusal(create_report, goal=city.fdi, period=city.period(7), content=FORTY_ONE, by=clerk, now=AUGUST)
    english = "This goal already has a report under way for this period."
    assert refused == Refused(
        InvalidReport, "already_open", "period", english,
        chinese("该目标本报送期已有一份进展报告在办理。", english=english),
    )  # fmt: skip


def test_an_approved_figure_is_only_corrected_with_a_tick(city: City, clerk: User) -> None:
    approved_report(city.fdi, 7, 60)
    known = {"goal": city.fdi, "period": city.period(7), "by": clerk, "now": days_later(3)}
    refused = refusal(create_report, **known, content=ReportContent(value=Decimal(55)))
    assert (refused.kind, refused.code, refused.field) == (InvalidReport, "already_approved", "period")
    silent = refusal(create_report, **known, content=ReportContent(value=Decimal(55), is_restated=True))
    assert (silent.kind, silent.code, silent.field) == (InvalidReport, "correction_reason_missing", "note")
    second = file_report(**known, content=ReportContent(value=Decimal(55), is_restated=True, note="重复统计5", **WORDS))
    versions = Report.objects.order_by("version").values_list("version", "state", "value")
    assert list(versions) == [(1, "approved", Decimal(60)), (2, "submitted", Decimal(55))]
    assert (second.is_restated, second.correction_reason) == (True, "重复统计5")


def refused_filing(city: City, by: User, goal: Goal | None = None, month: int = 7) -> tuple[type, str, str]:
    arguments: dict[str, Any] = {"goal": goal or city.fdi, "period": city.period(month), "content": FORTY_ONE}
    refused = refusal(create_report, **arguments, by=by, now=AUGUST)
    assert Report.objects.count() == 0
    return refused.kind, refused.code, refused.field


def test_another_department_files_nothing(city: City, science_clerk: User) -> None:
    assert refused_filing(city, science_clerk) == (NotAllowed, "not_lead_department", "")


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_other_roles_file_nothing(role: Role, city: City) -> None:
    assert refused_filing(city, make_user(role)) == (NotAllowed, "role_may_not", "")


def test_a_period_that_has_not_opened_takes_no_figure(city: City, clerk: User) -> None:
    assert refused_filing(city, clerk, month=8) == (InvalidReport, "not_open_yet", "period")
    opening = days_later(23)
    filed = file_report(goal=city.fdi, period=city.period(8), content=FORTY_ONE, by=clerk, now=opening)
    assert (opening.date(), filed.state) == (date(2024, 9, 1), "submitted")


def test_a_period_opens_at_midnight_in_hangzhou(city: City, clerk: User) -> None:
    """23:30 and 00:30 in Hangzhou on either side of 1 September; both are 31 August in UTC."""
    eve, first = AUGUST.replace(day=31, hour=15, minute=30), AUGUST.replace(day=31, hour=16, minute=30)
    known = {"goal": city.fdi, "period": city.period(8), "content": FORTY_ONE, "by": clerk}
    assert refusal(create_report, **known, now=eve).code == "not_open_yet"
    assert create_report(**known, now=first).state == "draft"


def test_a_closed_period_takes_no_figure_until_it_is_reopened(city: City, clerk: User, office: User) -> None:
    draft = create_report(goal=city.trade, period=city.period(7), content=FORTY_ONE, by=clerk, now=AUGUST)
    close_period(period=city.period(7), reason="通报已印发", by=office, now=AUGUST)
    refused = refusal(create_report, goal=city.fdi, period=city.period(7), content=FORTY_ONE, by=clerk, now=AUGUST)
    english = "This period is closed. Ask the municipal office to reopen it."
    assert refused == Refused(
        NotAllowed, "period_closed", "", english,
        chinese("本报送期已关闭。如需填报，请联系督查室重新开放。", english=english),
    )  # fmt: skip
    assert refusal(submit_report, report=draft, by=clerk, now=AUGUST).code == "period_closed"
    reopen_period(period=city.period(7), reason="补报", by=office, now=days_later(1))
    assert submit_report(report=draft, by=clerk, now=days_later(1)).state == "submitted"


def test_a_period_of_another_document_is_refused(city: City, clerk: User) -> None:
    other = make_city("测政函〔2024〕2号")
    refused = refusal(create_report, goal=city.fdi, period=other.period(7), content=FORTY_ONE, by=clerk, now=AUGUST)
    assert (refused.kind, refused.code, refused.field) == (InvalidReport, "wrong_document", "period")


def test_a_race_for_the_same_period_ends_in_a_sentence(city: City, clerk: User) -> None:
    """The partial unique index is what counts when two first saves cross; here it is reached by a withdrawn newest version."""
    first = submitted_report(city.fdi, 7, 41)
    withdrawn = {
        "document": city.document, "goal": city.fdi, "period": city.period(7), "version": 2, "state": "withdrawn",
        "created_at": AUGUST, "created_by": clerk,
    }  # fmt: skip
    Report.objects.create(**withdrawn)
    refused = refusal(create_report, goal=city.fdi, period=city.period(7), content=FORTY_ONE, by=clerk, now=AUGUST)
    assert (refused.kind, refused.code, refused.field) == (InvalidReport, "already_open", "period")
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(version=2).update(state="draft")
    first.refresh_from_db()
    assert first.state == "submitted"
