import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hztargets.models import Notice, Report, Role
from hztargets.services.filing.reports import withdraw_report
from tests.factories import AUGUST, City, approved_report, make_user, submitted_report
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import field_value, links_of, text_of


def queue(city: City) -> str:
    return f"/documents/{city.document.pk}/review/"


def decide(client: Client, report: Report, verb: str, **typed: str) -> str:
    response = client.post(f"/reports/{report.pk}/{verb}/", {"revision": report.revision, **typed}, follow=True)
    return text_of(response)


def test_queue_shows_new_beside_old(office: Client, city: City) -> None:
    make_user(Role.CLERK, city.commerce, display_name="商务局填报人")
    approved_report(city.fdi, 6, 30)
    submitted_report(city.fdi, 7, "34.25", note="到位项目3个", cause="项目推迟")

    page = text_of(office.get(queue(city)))

    assert "Review 1 reports wait" in page
    assert (
        "Select 实际利用外资 实际利用外资 市商务局 · Jul 2024 · filed by 商务局填报人, 2024-08-09 10:00 · 2 working days late "
        "Last approved 30 Jan–Jun Reported now 34.25 亿美元 Difference +4.25 Target 80 亿美元 "
        "Light now Amber Once approved Amber "
    ) in page
    assessment = city.document.assessments.current().get(goal=city.fdi, period__month=7)
    assert "34.25" in page.split("Once approved Amber ")[1].split(" Until now ")[0]
    assert (
        f" Until now {assessment.sentence_en} 到位项目3个 Cause 项目推迟 Remedy 专班每周跟进 Expected to be reached on 2024-11-07 "
        "Approve 实际利用外资 Return with a reason 实际利用外资"
    ) in page


def test_queue_compares_a_correction_with_what_it_replaces(office: Client, city: City) -> None:
    approved_report(city.fdi, 6, 20)
    approved_report(city.fdi, 7, 30)
    submitted_report(city.fdi, 7, 28, is_restated=True)

    page = text_of(office.get(queue(city)))

    assert "version 2 · restated Approved so far 30 Reported now 28 亿美元 Difference −2 Target" in page


def test_empty_queue(office: Client, city: City) -> None:
    page = text_of(office.get(queue(city)))
    assert "Review 0 reports wait Who has filed for Jul 2024 0 of 3 reports filed" in page
    assert "Nothing waits for review." in page


def test_approving_judges_and_shows_the_light(office: Client, city: City) -> None:
    report = submitted_report(city.fdi, 7, 34)

    page = decide(office, report, "approve")

    assessment = city.document.assessments.current().get(goal=city.fdi, period__month=7)
    assert f"Approved: 实际利用外资, Jul 2024. Amber {assessment.sentence_en} Open the goal" in page
    assert "Nothing waits for review." in page
    report.refresh_from_db()
    assert report.state == "approved"
    assert Notice.objects.filter(recipient=report.created_by).count() == 1


def test_returning_needs_a_reason_and_keeps_the_page(office: Client, city: City) -> None:
    report = submitted_report(city.fdi, 7, 34)

    page = decide(office, report, "return", reason="  ")

    assert "Say why the report is returned." in page
    assert "Review 1 reports wait" in page
    report.refresh_from_db()
    assert report.state == "submitted"


def test_returned_report_reaches_the_clerk_with_the_reason(visit: Visitor, office: Client, city: City) -> None:
    report = submitted_report(city.fdi, 7, 34)

    assert "Returned. The department sees your reason on its filing page." in decide(
        office, report, "return", reason="与统计口径不一致"
    )

    clerk = visit(report.created_by)
    assert "Returned because 与统计口径不一致" in text_of(clerk.get(f"/documents/{city.document.pk}/filing/2024-07/"))


def test_own_report_is_refused_with_a_sentence(visit: Visitor, city: City) -> None:
    reviewer = make_user(Role.OFFICE)
    report = submitted_report(city.fdi, 7, 34)
    Report.objects.filter(pk=report.pk).update(submitted_by=reviewer)
    client = visit(reviewer)
    refusal = "Nobody reviews a report they wrote or submitted. Ask a colleague."

    response = client.get(queue(city))

    assert refusal in text_of(response)
    assert f"/reports/{report.pk}/approve/" not in response.content.decode()
    assert refusal in decide(client, report, "approve")
    assert refusal in decide(client, report, "return", reason="试一试")
    report.refresh_from_db()
    assert report.state == "submitted"


def test_refused_return_keeps_the_reason(office: Client, city: City) -> None:
    report = submitted_report(city.fdi, 7, 34)

    response = office.post(f"/reports/{report.pk}/return/", {"revision": "99", "reason": "与统计口径不一致"})

    assert "This report has changed since the page was opened." in text_of(response)
    assert field_value(response, "reason") == "与统计口径不一致"
    report.refresh_from_db()
    assert report.state == "submitted"


@pytest.mark.parametrize("reason", ["x" * 2001, "退回\0理由"])
def test_reason_that_cannot_be_kept_is_refused(office: Client, city: City, reason: str) -> None:
    report = submitted_report(city.fdi, 7, 34)

    response = office.post(f"/reports/{report.pk}/return/", {"revision": report.revision, "reason": reason})

    assert response.status_code == 200
    assert f'id="reason-error-{report.pk}"' in response.content.decode()
    report.refresh_from_db()
    assert (report.state, report.return_reason) == ("submitted", "")


def test_report_not_endorsed_yet_cannot_be_approved(office: Client, city: City) -> None:
    city.commerce.endorses = True
    city.commerce.save()
    report = submitted_report(city.fdi, 7, 34)

    assert "The department head has not endorsed this report yet." in decide(office, report, "approve")
    report.refresh_from_db()
    assert report.state == "submitted"


def test_withdrawn_meanwhile_shows_a_message(office: Client, city: City) -> None:
    report = submitted_report(city.fdi, 7, 34)
    submitted_report(city.trade, 7, 100)
    withdraw_report(report=report, by=report.created_by, now=AUGUST)

    assert "This report has changed since the page was opened." in decide(office, report, "approve")
    withdrawn = Report.objects.get(pk=report.pk)
    assert "The report is no longer in a state that allows this." in decide(office, withdrawn, "approve")
    assert "The report is no longer in a state that allows this." in decide(office, withdrawn, "return", reason="x")
    withdrawn.refresh_from_db()
    assert withdrawn.state == "withdrawn"


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN])
def test_only_the_office_reviews(visit: Visitor, city: City, role: Role) -> None:
    report = submitted_report(city.fdi, 7, 34)
    client = visit(make_user(role))

    assert [
        client.get(queue(city)).status_code,
        client.post(f"/reports/{report.pk}/approve/", {"revision": report.revision}).status_code,
        client.post(f"/reports/{report.pk}/return/", {"revision": report.revision, "reason": "x"}).status_code,
    ] == [403, 403, 403]
    report.refresh_from_db()
    assert report.state == "submitted"


def test_department_cannot_review(visit: Visitor, city: City) -> None:
    report = submitted_report(city.fdi, 7, 34)
    head = visit(make_user(Role.DEPARTMENT_HEAD, city.commerce))

    answer = head.post(f"/reports/{report.pk}/approve/", {"revision": report.revision})

    assert answer.status_code == 403
    report.refresh_from_db()
    assert report.state == "submitted"


def test_unknown_report_is_not_found(office: Client, city: City) -> None:
    assert office.post("/reports/999999/approve/", {"revision": "1"}).status_code == 404


def test_navigation_counts_what_waits(office: Client, city: City) -> None:
    submitted_report(city.fdi, 7, 34)
    submitted_report(city.firms, 7, 900)

    assert "Review 2" in links_of(office.get("/help/"))


def test_queue_queries_do_not_grow_with_rows(
    office: Client, city: City, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    submitted_report(city.fdi, 7, 34)
    for expected in (1, 3):
        if expected == 3:
            submitted_report(city.trade, 7, 100)
            submitted_report(city.firms, 7, 900)
        with django_assert_num_queries(32):
            page = text_of(office.get(queue(city)))
        assert f"Review {expected} reports wait" in page
