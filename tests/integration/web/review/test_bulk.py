"""The queue's filters, deciding on many at once, what changed since, and who has filed."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hztargets.models import Report, Role, User
from hztargets.services.filing.content import content_of
from hztargets.services.filing.evidence import add_evidence, remove_evidence
from hztargets.services.filing.reports import correct_report, edit_report, submit_report
from hztargets.services.review.reviewing import endorse_report, return_report
from tests.evidence_files import pdf
from tests.factories import AUGUST, City, approved_report, make_user, states, submitted_report
from tests.integration.conftest import days_later
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import alerts_of, field_value, links_of, rows_of, text_of
from tests.integration.web.review.test_views import queue

DUE_DAY = days_later(-2)


@pytest.fixture
def head(visit: Visitor, city: City) -> Client:
    city.commerce.endorses = True
    city.commerce.save()
    return visit(make_user(Role.DEPARTMENT_HEAD, city.commerce))


def tick(*reports: Report) -> list[str]:
    return [f"{report.pk}:{report.revision}" for report in reports]


def decide(client: Client, city: City, do: str, ticked: Sequence[str], query: str = "", **typed: Any) -> Any:
    return client.post(f"{queue(city)}decide/{query}", {"do": do, "report": ticked, **typed}, follow=True)


def names(client: Client, city: City, query: str) -> list[str]:
    page = client.get(queue(city) + query)
    return [name for name in ("实际利用外资", "组织外贸团组", "新增高新技术企业") if f"Select {name}" in text_of(page)]


def test_approving_what_is_ticked_says_which_and_why_not(office: Client, reviewer: User, city: City) -> None:
    fdi, trade, firms = (submitted_report(goal, 7, 34) for goal in (city.fdi, city.trade, city.firms))
    Report.objects.filter(pk=trade.pk).update(submitted_by=reviewer)

    page = text_of(decide(office, city, "approve", [*tick(fdi, trade), f"{firms.pk}:{firms.revision - 1}"]))

    assert "Approved: 1 of 3. 实际利用外资 (Jul 2024)" in page
    assert (
        "Not decided: 2 of 3. "
        "组织外贸团组 (Jul 2024): Nobody reviews a report they wrote or submitted. Ask a colleague. "
        "新增高新技术企业 (Jul 2024): This report has changed since the page was opened. Look at it again before you decide."
    ) in page
    assert states(fdi, trade, firms) == ["approved", "submitted", "submitted"]


def test_returning_what_is_ticked_with_one_reason(office: Client, city: City) -> None:
    reports = [submitted_report(goal, 7, 34) for goal in (city.fdi, city.trade)]

    page = text_of(decide(office, city, "return", tick(*reports), standard="4", reason="合同也请附上"))

    assert "Returned: 2 of 2. 实际利用外资 (Jul 2024), 组织外贸团组 (Jul 2024)" in page
    reasons = Report.objects.values_list("state", "return_reason").distinct()
    assert list(reasons) == [("returned", "Evidence is missing. Attach it.\n合同也请附上")]


def test_returning_without_a_reason_keeps_the_ticks(office: Client, city: City) -> None:
    fdi, trade = (submitted_report(goal, 7, 34) for goal in (city.fdi, city.trade))

    response = decide(office, city, "return", tick(fdi), reason=" ")

    assert "Say why the report is returned." in text_of(response)
    assert _checked(response) == {fdi.pk}
    assert states(fdi, trade) == ["submitted", "submitted"]


@pytest.mark.parametrize("typed", [{"standard": "99"}, {"reason": "x" * 2001}])
def test_a_reason_that_cannot_be_read_returns_nothing(office: Client, city: City, typed: dict[str, str]) -> None:
    report = submitted_report(city.fdi, 7, 34)

    response = decide(office, city, "return", tick(report), **typed)

    assert 'id="reason-error-bulk"' in response.content.decode()
    assert states(report) == ["submitted"]


def test_nothing_ticked_nonsense_and_strangers(office: Client, city: City) -> None:
    report = submitted_report(city.fdi, 7, 34)

    assert "Nothing was ticked, so nothing was decided." in text_of(decide(office, city, "approve", []))
    nonsense = ["x", "1", ":", f"{report.pk}:", "９:1", "1" * 30 + ":1", "99999:1"]
    assert "1 of the reports you ticked are not there." in text_of(decide(office, city, "approve", nonsense))
    assert "Choose what to do with the reports you ticked." in text_of(decide(office, city, "burn", tick(report)))
    assert states(report) == ["submitted"]


def test_a_standard_reason_alone_is_enough_for_one(office: Client, city: City) -> None:
    report = submitted_report(city.fdi, 7, 34)

    office.post(f"/reports/{report.pk}/return/", {"revision": report.revision, "standard": "1", "reason": ""})

    assert Report.objects.get().return_reason.startswith("The figure is not counted as in the months before.")


def _checked(response: Any) -> set[int]:
    page = response.content.decode().split("<article")
    return {
        int(part.split('id="report-')[1].split('"')[0]) for part in page[1:] if "checked" in part.split("</label>")[0]
    }


def test_ticking_all_without_warnings_needs_no_script(office: Client, city: City) -> None:
    for month, value in ((4, 20), (5, 25), (6, 30)):
        approved_report(city.fdi, month, value)
    submitted_report(city.fdi, 7, 75)
    clean = submitted_report(city.firms, 7, 900)
    city.science.endorses = True
    city.science.save()
    address = links_of(office.get(queue(city) + "?late=yes"))["Tick all without warnings"]
    assert address == "?late=yes&select=clean"

    assert _checked(office.get(queue(city) + address)) == set()
    city.science.endorses = False
    city.science.save()
    assert _checked(office.get(queue(city) + address)) == {clean.pk}


def test_filters_narrow_the_queue_and_outlive_a_decision(office: Client, city: City) -> None:
    for month, value in ((4, 20), (5, 25), (6, 30)):
        approved_report(city.fdi, month, value, now=DUE_DAY)
    jump = submitted_report(city.fdi, 7, 75, now=DUE_DAY)
    june = submitted_report(city.trade, 6, 10)
    late = submitted_report(city.firms, 7, 1150)

    assert {
        query: names(office, city, query)
        for query in (
            "?period=2024-06", "?department=" + city.science.code, "?area=6", "?warned=yes", "?warned=no", "?late=no",
            "?late=yes&period=2024-07", "?light=amber", "?light=nonsense", "?department=%00",
        )
    } == {
        "?period=2024-06": ["组织外贸团组"],
        "?department=" + city.science.code: ["新增高新技术企业"],
        "?area=6": ["实际利用外资", "组织外贸团组"],
        "?warned=yes": ["实际利用外资"],
        "?warned=no": ["组织外贸团组", "新增高新技术企业"],
        "?late=no": ["实际利用外资"],
        "?late=yes&period=2024-07": ["新增高新技术企业"],
        "?light=amber": ["组织外贸团组", "新增高新技术企业"],
        "?light=nonsense": [],
        "?department=%00": [],
    }  # fmt: skip
    assert f'action="{queue(city)}decide/?late=yes"' in office.get(queue(city) + "?late=yes").content.decode()
    after = decide(office, city, "approve", tick(late), "?late=yes")
    assert after.redirect_chain == [(f"{queue(city)}?late=yes", 302)]
    one = office.post(f"/reports/{june.pk}/approve/?late=yes", {"revision": june.revision})
    assert one.headers["Location"] == f"{queue(city)}?late=yes"
    assert states(jump, june, late) == ["submitted", "approved", "approved"]


def test_checks_are_shown_without_advice_to_the_clerk(office: Client, city: City) -> None:
    for month, value in ((4, 20), (5, 25), (6, 30)):
        approved_report(city.fdi, month, value)
    submitted_report(city.fdi, 7, 75, note="一个大项目到资45亿美元")

    page = text_of(office.get(queue(city)))

    sentence = "45 more than the last report: more than three times the 5 a month averaged over the first 6 months."
    assert f"{sentence} 一个大项目到资45亿美元 Cause" in page


def test_what_changed_since_the_return_is_marked(office: Client, reviewer: User, city: City) -> None:
    report = submitted_report(city.fdi, 7, 34, evidence=["旧.pdf"])
    clerk = report.created_by
    returned = return_report(report=report, reason="缺少到资证明", by=reviewer, now=AUGUST)
    edited = edit_report(report=report, content=content_of(returned), revision=returned.revision, by=clerk, now=AUGUST)
    submit_report(report=edited, by=clerk, now=AUGUST)
    assert (
        "Changed since it was returned Returned because 缺少到资证明 · 督查室一处 2024-08-09 10:00 Nothing was changed."
        in text_of(office.get(queue(city)))
    )

    again = return_report(report=report, reason="数值不符", by=reviewer, now=AUGUST)
    remove_evidence(evidence=again.evidence.get(), by=clerk, now=AUGUST)
    add_evidence(report=again, name="新.pdf", data=pdf("新"), by=clerk, now=AUGUST)
    passing = add_evidence(report=again, name="误.pdf", data=pdf("误"), by=clerk, now=AUGUST)
    remove_evidence(evidence=passing, by=clerk, now=AUGUST)
    mended = content_of(again).__class__(
        **{**content_of(again).__dict__, "value": Decimal("35.5"), "note": "到位项目4个"}
    )
    edited = edit_report(report=again, content=mended, revision=again.revision, by=clerk, now=AUGUST)
    submit_report(report=edited, by=clerk, now=AUGUST)

    assert (
        "Changed since it was returned Returned because 数值不符 · 督查室一处 2024-08-09 10:00 "
        "Figure 34 → 35.5 Progress in words 新签3个项目 → 到位项目4个 Evidence added 新.pdf Evidence removed 旧.pdf"
    ) in text_of(office.get(queue(city)))


def test_what_a_correction_changes_is_marked(office: Client, city: City) -> None:
    approved = approved_report(city.fdi, 7, 34, evidence=["旧.pdf"])
    content = content_of(approved).__class__(**{**content_of(approved).__dict__, "value": Decimal(33)})
    clerk = approved.created_by
    correction = correct_report(report=approved, content=content, reason="重复计入一个项目", by=clerk, now=AUGUST)
    submit_report(report=correction, by=clerk, now=AUGUST)

    assert "Changed since version 1 Figure 34 → 33 restated — → yes Evidence removed 旧.pdf" in text_of(
        office.get(queue(city))
    )


def test_evidence_is_at_hand(office: Client, city: City) -> None:
    report = submitted_report(city.fdi, 7, 34, evidence=["证明.pdf"])

    assert links_of(office.get(queue(city)))["证明.pdf"] == f"/evidence/{report.evidence.get().pk}/"


def test_a_head_endorses_the_own_departments_reports(head: Client, city: City) -> None:
    fdi, trade = submitted_report(city.fdi, 7, 34, evidence=["证明.pdf"]), submitted_report(city.trade, 7, 90)
    foreign = submitted_report(city.firms, 7, 900)

    response = head.get(queue(city))

    page = text_of(response)
    assert "Endorsing 2 reports wait" in page
    assert "Endorsing 2" in links_of(response)
    assert "Endorse 实际利用外资" in page
    assert not [word for word in ("新增高新技术企业", "市科技局", "Approve", "Return", "Who has filed") if word in page]
    sentence = decide(head, city, "endorse", tick(fdi, foreign))
    assert "Endorsed: 1 of 1. 实际利用外资 (Jul 2024)" in text_of(sentence)
    assert "1 of the reports you ticked are not there." in text_of(sentence)
    assert "Not decided: 1 of 1. 组织外贸团组 (Jul 2024): Your role may not do this." in text_of(
        decide(head, city, "approve", tick(trade))
    )
    assert states(fdi, trade, foreign) == ["endorsed", "submitted", "submitted"]


def test_a_head_who_does_not_endorse_has_nothing_to_do(visit: Visitor, city: City) -> None:
    submitted_report(city.fdi, 7, 34)
    client = visit(make_user(Role.DEPARTMENT_HEAD, city.commerce))

    page = client.get(queue(city))

    assert "Nothing waits to be endorsed." in text_of(page)
    assert "Endorsing" not in links_of(page)


def test_the_office_sees_what_is_not_endorsed_yet_but_cannot_approve_it(
    head: Client, office: Client, city: City
) -> None:
    report = submitted_report(city.fdi, 7, 34)

    page = text_of(office.get(queue(city)))

    assert "The department head has not endorsed this report yet. Return with a reason 实际利用外资" in page
    assert "Approve 实际利用外资" not in page
    chief = User.objects.get(role=Role.DEPARTMENT_HEAD)
    endorse_report(report=report, by=chief, now=AUGUST)
    assert f"endorsed by {chief}" in text_of(office.get(queue(city)))


def test_who_has_filed(office: Client, reviewer: User, city: City) -> None:
    approved_report(city.fdi, 7, 34, now=DUE_DAY)
    returned = submitted_report(city.trade, 7, 90)
    return_report(report=returned, reason="请核对口径", by=reviewer, now=AUGUST)

    page = office.get(queue(city))

    assert "Who has filed for Jul 2024 2 of 3 reports filed · 1 departments still owe some · 1 returned" in text_of(
        page
    )
    assert rows_of(page) == [
        ["市商务局", "2024-08-07", "2", "2", "1", "0", "1", "1 goal 组织外贸团组", "—"],
        ["市科技局", "2024-08-07", "1", "0", "0", "0", "0", "—", "1 goal 新增高新技术企业 overdue"],
    ]
    submitted_report(city.firms, 7, 900)
    address = f"/documents/{city.document.pk}/review/?period=2024-07&department={city.science.code}"
    page = office.get(queue(city))
    assert links_of(page)["1"] == address
    assert names(office, city, address.split("review/")[1]) == ["新增高新技术企业"]
    june = office.get(queue(city) + "?period=2024-06")
    assert [row[3] for row in rows_of(june)] == ["0", "0"]


def test_pages_of_fifty(office: Client, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hztargets.web.review.views._PAGE", 2)
    for goal in (city.fdi, city.trade, city.firms):
        submitted_report(goal, 7, 34)

    first = office.get(queue(city) + "?late=yes")

    assert "Page 1 of 2" in text_of(first)
    assert names(office, city, links_of(first)["Next"]) == ["新增高新技术企业"]
    assert names(office, city, "?page=99") == ["新增高新技术企业"]


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.CLERK])
def test_others_decide_nothing(visit: Visitor, city: City, role: Role) -> None:
    report = submitted_report(city.fdi, 7, 34)
    client = visit(make_user(role, city.commerce if role == Role.CLERK else None))

    assert client.post(f"{queue(city)}decide/", {"do": "approve", "report": tick(report)}).status_code == 403
    assert states(report) == ["submitted"]


def test_everything_together_takes_no_more_queries_for_three(
    office: Client, reviewer: User, city: City, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """With evidence, a return and a correction in each row."""

    def returned_and_filed_again(goal: Any) -> None:
        approved_report(goal, 7, 34)
        report = submitted_report(goal, 7, 35, evidence=["证明.pdf"], is_restated=True, note="更正一个项目")
        back = return_report(report=report, reason="请核对口径", by=reviewer, now=AUGUST)
        submit_report(report=back, by=report.created_by, now=AUGUST + timedelta(minutes=1))

    returned_and_filed_again(city.fdi)
    for expected in (1, 3):
        if expected == 3:
            returned_and_filed_again(city.trade)
            returned_and_filed_again(city.firms)
        with django_assert_num_queries(32):
            page = text_of(office.get(queue(city)))
        assert f"{expected} reports wait" in page


def test_typed_reason_of_one_stays_with_it(office: Client, city: City) -> None:
    report = submitted_report(city.fdi, 7, 34)
    submitted_report(city.trade, 7, 90)

    response = office.post(f"/reports/{report.pk}/return/", {"revision": report.revision, "reason": "无"})

    assert "“无” does not tell the department what to mend." in text_of(response)
    assert field_value(response, "reason") == "无"
    assert alerts_of(response) == "" or states(report) == ["submitted"]
