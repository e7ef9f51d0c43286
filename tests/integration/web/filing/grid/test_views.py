"""The filing grid without a script: what its buttons do, its messages, and that nothing typed is lost."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hztargets.models import AuditEvent, Goal, Report, Role, User
from hztargets.services.calendar.periods import close_period
from hztargets.services.filing.content import content_of
from hztargets.services.filing.reports import edit_report, withdraw_report
from hztargets.services.review.reviewing import return_report
from tests.factories import AUGUST, City, approved_report, make_goal, make_user, submitted_report
from tests.integration.web.conftest import Visitor
from tests.integration.web.filing.grid.reading import GridRow, grid_of, hidden_of, typed
from tests.integration.web.reading import rows_of, text_of

WORDS = {"note": "新签3个项目", "cause": "2个项目推迟签约", "remedy": "专班每周跟进", "expected_on": "2024-11-07"}
FALLING = (
    "Error: The cumulative figure 6 is below the 61 approved for month 6. Enter the total since January; if the "
    "earlier figure was wrong, tick “restated”. Was a digit left out, and is it “66”?"
)


def address(city: City, rest: str = "", period: str = "2024-07") -> str:
    return f"/documents/{city.document.pk}/filing/{period}/{rest}"


def send(client: Client, city: City, button: str, *rows: dict[str, str], **extra: str) -> Any:
    """Types into the grid as it is shown and presses a button."""
    shown = client.get(address(city))
    hidden = {**hidden_of(shown, city.fdi), **hidden_of(shown, city.trade)}
    fields = {name: value for row in rows for name, value in row.items()}
    return client.post(address(city), {**hidden, **fields, **extra, button: ""})


def stored() -> list[tuple[object, ...]]:
    rows = Report.objects.order_by("pk")
    return list(rows.values_list("goal__name", "version", "state", "value", "revision"))


def test_the_grid_shows_every_goal_with_target_and_last_figure(clerk: Client, city: City) -> None:
    approved_report(city.fdi, 5, 20)
    approved_report(city.fdi, 6, "30.50")

    response = clerk.get(address(city))

    assert [row[:2] for row in rows_of(response)] == [
        ["实际利用外资 80 亿美元", "30.5 Jan–Jun"],
        ["组织外贸团组 150 个", "—"],
    ]
    assert grid_of(response) == {"实际利用外资": GridRow("blank", ""), "组织外贸团组": GridRow("blank", "")}
    page = text_of(response)
    assert "Filing for Jul 2024 2 working days late (was due 2024-08-07)" in page
    assert "新增高新技术企业" not in page


def test_checking_says_what_would_happen_and_writes_nothing(clerk: Client, city: City) -> None:
    approved_report(city.trade, 6, 61)
    before = (stored(), AuditEvent.objects.count())

    response = send(clerk, city, "check", typed(city.fdi, value="３０", cause="推迟签约"), typed(city.trade, value="6"))

    assert grid_of(response) == {
        "实际利用外资": GridRow(
            "needs", "３０", ("Read as 30.", "Still to be filled in: remedy, expected date."), "Amber"
        ),
        "组织外贸团组": GridRow("wrong", "6", (FALLING,)),
    }
    assert (stored(), AuditEvent.objects.count()) == before


def test_filing_takes_the_sound_rows_and_keeps_the_others_with_what_was_typed(clerk: Client, city: City) -> None:
    response = send(
        clerk, city, "file", typed(city.fdi, value="42", **WORDS), typed(city.trade, value="六十", note="签约2家")
    )

    assert stored() == [("实际利用外资", 1, "submitted", 42, 2)]
    assert grid_of(response) == {
        "组织外贸团组": GridRow(
            "wrong",
            "六十",
            ("Error: “六十” is not a number. Enter digits only, such as 1234.5.", "This row is not saved yet."),
        )
    }
    page = text_of(response)
    assert "Filed 1: 实际利用外资. You can withdraw them until the review begins." in page
    assert "Not filed 1: 组织外贸团组. The reason stands beside each; what you typed is still there." in page
    assert "签约2家" in page


def test_a_row_that_cannot_be_filed_yet_is_kept_as_a_draft(clerk: Client, city: City) -> None:
    approved_report(city.fdi, 6, 30)

    response = send(clerk, city, "file", typed(city.fdi, value="31", remedy="专班每周跟进"))

    assert stored()[-1] == ("实际利用外资", 1, "draft", 31, 1)
    row = grid_of(response)["实际利用外资"]
    assert (row.state, row.light, row.messages[-1]) == (
        "needs", "Amber", "Still to be filled in: cause, expected date.",
    )  # fmt: skip
    page = " ".join(response.content.decode().split())
    assert f'name="g{city.fdi.pk}-cause" rows="2" maxlength="2000" aria-invalid="true"' in page


def test_when_all_is_filed_the_page_is_shown_afresh(clerk: Client, city: City) -> None:
    response = send(clerk, city, "file", typed(city.fdi, value="42", **WORDS), typed(city.trade, value="90", **WORDS))

    assert (response.status_code, response.headers["Location"]) == (302, address(city))
    assert stored() == [("实际利用外资", 1, "submitted", 42, 2), ("组织外贸团组", 1, "submitted", 90, 2)]
    after = clerk.get(address(city))
    assert grid_of(after) == {}
    assert [row[2:4] for row in rows_of(after)] == [["42", "Waiting for review"], ["90", "Waiting for review"]]


def test_a_warning_is_shown_once_before_it_is_filed_even_where_it_is_explained(clerk: Client, city: City) -> None:
    for month, value in ((4, 60), (5, 75), (6, 90)):
        approved_report(city.trade, month, value)
    row = typed(city.trade, value="92", **WORDS)

    first = send(clerk, city, "file", row)
    assert grid_of(first)["组织外贸团组"].state == "ready"
    assert "2 more than the last report: less than half" in text_of(first)
    assert stored()[-1] == ("组织外贸团组", 1, "draft", 92, 1)

    send(clerk, city, "file", row)
    assert stored()[-1] == ("组织外贸团组", 1, "submitted", 92, 2)


def test_saving_keeps_drafts_and_says_so(clerk: Client, city: City) -> None:
    response = send(clerk, city, "save", typed(city.trade, value="1.2万", note="到位3个"), typed(city.fdi, value=""))

    assert response.headers["Location"] == address(city)
    assert stored() == [("组织外贸团组", 1, "draft", 12000, 1)]
    assert "Saved as drafts. Nothing has been filed yet." in text_of(clerk.get(address(city)))
    before = AuditEvent.objects.count()
    send(clerk, city, "save", typed(city.trade, value="12000", note="到位3个"))
    assert (stored(), AuditEvent.objects.count()) == ([("组织外贸团组", 1, "draft", 12000, 1)], before)


def test_a_nil_report_is_filed_by_its_tick(clerk: Client, city: City) -> None:
    approved_report(city.trade, 6, 150)
    send(clerk, city, "file", typed(city.trade, is_nil="on"))
    report = Report.objects.get(goal=city.trade, period__month=7)
    assert (report.state, report.is_nil, report.value) == ("submitted", True, None)


def test_what_was_returned_shows_its_reason_and_is_not_filed_again_unchanged(
    clerk: Client, user: User, city: City
) -> None:
    report = submitted_report(city.trade, 7, 100)
    return_report(report=report, reason="少填了一位，请核对", by=make_user(Role.OFFICE), now=AUGUST)
    stands = typed(city.trade, value="100", **{**WORDS, "expected_on": "2024-11-07"})

    response = send(clerk, city, "file", stands)

    assert stored() == [("组织外贸团组", 1, "returned", 100, 3)]
    assert grid_of(response)["组织外贸团组"] == GridRow(
        "unmended", "100", ("Returned because 少填了一位，请核对",), "Green"
    )
    send(clerk, city, "save", typed(city.trade, value="101", **WORDS))
    assert stored() == [("组织外贸团组", 1, "draft", 101, 4)]
    assert "Returned because 少填了一位，请核对" in text_of(clerk.get(address(city)))
    send(clerk, city, "file", typed(city.trade, value="101", **WORDS))
    assert stored() == [("组织外贸团组", 1, "submitted", 101, 5)]


def test_two_clerks_at_the_same_row_both_keep_their_words(clerk: Client, user: User, city: City) -> None:
    colleague = make_user(Role.CLERK, city.commerce, display_name="商务局同事")
    send(clerk, city, "save", typed(city.fdi, value="40", note="我的话"))
    shown = hidden_of(clerk.get(address(city)), city.fdi)
    report = Report.objects.get()
    theirs = content_of(report)
    edit_report(report=report, content=theirs.__class__(value=theirs.value, note="同事的话"), revision=1, by=colleague, now=AUGUST)  # fmt: skip

    response = clerk.post(address(city), {**shown, **typed(city.fdi, value="41", note="我的新话"), "file": ""})

    assert grid_of(response)["实际利用外资"].state == "conflict"
    page = text_of(response)
    assert (
        "商务局同事 changed this row at 2024-08-09 10:00, while you were typing. It now says: 40 Draft 同事的话" in page
    )
    assert "我的新话" in page
    assert stored() == [("实际利用外资", 1, "draft", 40, 2)]
    again = hidden_of(response, city.fdi)
    assert again[f"g{city.fdi.pk}-revision"] == "1"

    mine = {**again, **typed(city.fdi, value="41", note="我的新话")}
    clerk.post(address(city), {**mine, f"g{city.fdi.pk}-keep": "2"})
    assert stored() == [("实际利用外资", 1, "draft", 41, 3)]
    kept = AuditEvent.objects.filter(action="report.edit").order_by("-pk")[0]
    assert (kept.before, kept.after) == (
        {"value": "40.000000", "note": "同事的话"}, {"value": "41", "note": "我的新话"},
    )  # fmt: skip


def test_a_clerk_may_take_what_the_colleague_saved(clerk: Client, city: City) -> None:
    send(clerk, city, "save", typed(city.fdi, value="40"))
    response = clerk.post(
        address(city),
        {**typed(city.fdi, value="39", revision="0"), **typed(city.trade, value="7", revision="0"), f"g{city.fdi.pk}-take": "1"},
    )  # fmt: skip
    assert response.headers["Location"] == address(city)
    assert [row[:4] for row in stored()] == [("实际利用外资", 1, "draft", 40), ("组织外贸团组", 1, "draft", 7)]


def test_what_was_typed_for_a_row_filed_meanwhile_is_shown(clerk: Client, city: City) -> None:
    submitted_report(city.fdi, 7, 40)
    response = clerk.post(address(city), {**typed(city.fdi, value="39", note="另一句", revision="0"), "save": ""})
    assert "Handed in meanwhile, so what you had typed was not saved: 39 · 另一句" in text_of(response)
    assert stored() == [("实际利用外资", 1, "submitted", 40, 2)]


def test_when_the_period_was_closed_meanwhile_nothing_typed_is_lost(clerk: Client, city: City) -> None:
    close_period(period=city.period(7), reason="月报已印发", by=make_user(Role.OFFICE), now=AUGUST)

    response = clerk.post(address(city), {**typed(city.fdi, value="40", revision="0"), "file": ""})

    assert grid_of(response)["实际利用外资"] == GridRow(
        "wrong",
        "40",
        ("Error: This period is closed. Ask the municipal office to reopen it.", "This row is not saved yet."),
    )
    assert (stored(), grid_of(clerk.get(address(city)))) == ([], {})


def test_a_withdrawn_report_is_the_start_of_the_next_version(clerk: Client, user: User, city: City) -> None:
    withdraw_report(report=submitted_report(city.trade, 7, 100), by=user, now=AUGUST)
    assert grid_of(clerk.get(address(city)))["组织外贸团组"].state == "unmended"
    send(clerk, city, "file", typed(city.trade, value="101", **WORDS))
    assert [row[:4] for row in stored()] == [
        ("组织外贸团组", 1, "withdrawn", 100),
        ("组织外贸团组", 2, "submitted", 101),
    ]


def test_measures_ask_for_what_they_need(clerk: Client, city: City) -> None:
    clause = city.fdi.clause
    make_goal(
        clause,
        "A6-03",
        "外贸出口增速",
        0,
        "%",
        city.commerce,
        quote="组织150个外贸团组",
        measure="relative",
        comparator="全国增速",
    )
    make_goal(clause, "A6-04", "二期开园", 100, "", city.commerce, quote="组织150个外贸团组", measure="milestone", kind="milestone", due_on="2024-10-01")  # fmt: skip
    cells = [row[2] for row in rows_of(clerk.get(address(city)))]
    assert cells[2:] == [
        "外贸出口增速: Own rate 全国增速 Nil report : 外贸出口增速",
        "二期开园: Done so far, in percent Done on Expected to be reached on Nil report : 二期开园",
    ]


@pytest.mark.parametrize("role", [Role.DEPARTMENT_HEAD])
def test_the_head_reads_only(visit: Visitor, city: City, role: str) -> None:
    head = visit(make_user(role, city.commerce))
    page = head.get(address(city))
    assert grid_of(page) == {}
    assert "2 of 2 goals still to file." in text_of(page)
    answer = head.post(address(city), {**typed(city.fdi, value="40", revision="0"), "file": ""})
    assert (answer.status_code, stored()) == (403, [])


def test_the_head_endorses_what_is_ticked_as_it_stood(visit: Visitor, city: City) -> None:
    type(city.commerce).objects.filter(pk=city.commerce.pk).update(endorses=True)
    fdi, trade = submitted_report(city.fdi, 7, 40), submitted_report(city.trade, 7, 100)
    head = visit(make_user(Role.DEPARTMENT_HEAD, city.commerce))
    assert text_of(head.get(address(city))).count("endorse : ") == 2

    ticked = {f"report-{fdi.pk}": fdi.revision, f"report-{trade.pk}": trade.revision - 1}
    answer = head.post(address(city, "endorse/"), ticked, follow=True)

    assert [row[2] for row in stored()] == ["endorsed", "submitted"]
    page = text_of(answer)
    assert "Endorsed: 1. The municipal office reviews them next." in page
    assert "组织外贸团组: This report has changed since the page was opened." in page


def test_other_departments_goals_are_neither_shown_nor_written(visit: Visitor, city: City) -> None:
    science = visit(make_user(Role.CLERK, city.science))
    assert list(grid_of(science.get(address(city)))) == ["新增高新技术企业"]
    science.post(address(city), {**typed(city.fdi, value="40", revision="0"), "file": ""})
    answer = science.post(address(city, "rows/A6-01/"), typed(city.fdi, value="40", revision="0"))
    assert (answer.status_code, stored()) == (404, [])


def test_queries_do_not_grow_with_the_rows(clerk: Client, city: City) -> None:
    counts = []
    for count in (1, 3):
        while Goal.objects.filter(lead=city.commerce).count() < count + 1:
            number = Goal.objects.count()
            make_goal(
                city.fdi.clause, f"X-{number}", f"目标{number}", 100, "个", city.commerce, quote="组织150个外贸团组"
            )
        for goal in Goal.objects.filter(lead=city.commerce).exclude(pk=city.trade.pk)[:count]:
            clerk.post(address(city), {**typed(goal, value="60", revision="0"), "save": ""})
        with CaptureQueriesContext(connection) as shown:
            rows = grid_of(clerk.get(address(city)))
        with CaptureQueriesContext(connection) as checked:
            clerk.post(address(city), {**typed(city.trade, value="60", revision="0"), "check": ""})
        assert sum(row.state != "blank" for row in rows.values()) == count
        counts.append((len(shown), len(checked)))
    assert counts[0] == counts[1]
