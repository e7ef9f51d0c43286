"""Attaching files on the report page, reading them on all others, and who is handed one."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hztargets.models import Evidence, Goal, Report, Role
from hztargets.services.filing.evidence import MAX_FILES
from hztargets.services.filing.reports import withdraw_report
from hztargets.services.review.reviewing import return_report
from tests.evidence_files import docx, jpeg, pdf, png
from tests.factories import AUGUST, City, approved_report, make_user, submitted_report
from tests.integration.web.conftest import Visitor
from tests.integration.web.filing.report.test_views import EXPLAINED, sheet
from tests.integration.web.reading import alerts_of, field_value, links_of, text_of


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


def send(client: Client, goal: Goal, *files: SimpleUploadedFile, **typed: Any) -> Any:
    """Types into the form as it is shown, with words for any light, chooses the files, and presses a button."""
    address = sheet(goal)
    revision = field_value(client.get(address), "revision")
    return client.post(address, {"revision": revision, **EXPLAINED, "evidence": list(files), **typed})


def names(goal: Goal) -> list[str]:
    return [row.name for row in Evidence.objects.filter(report__goal=goal).in_order()]


def test_saving_a_draft_keeps_words_and_files(clerk: Client, city: City) -> None:
    files = [upload("证明.pdf", pdf()), upload("照片.JPG", jpeg())]

    response = send(clerk, city.fdi, *files, value="34.25", note="到位项目3个", draft="1")

    assert response.headers["Location"] == sheet(city.fdi)
    report = Report.objects.get()
    assert (report.state, str(report.value), report.note) == ("draft", "34.250000", "到位项目3个")
    page = text_of(clerk.get(sheet(city.fdi)))
    assert "Saved as a draft. Attached: 证明.pdf. Attached: 照片.jpg." in page
    assert f"证明.pdf {len(pdf())} bytes · 商务局填报人, 2024-08-09 10:00 remove 证明.pdf" in page


def test_filing_takes_the_files_along(clerk: Client, city: City) -> None:
    response = send(clerk, city.fdi, upload("证明.pdf", pdf()), value="48", note="到位项目3个")

    assert response.status_code == 302
    report = Report.objects.get()
    assert (report.state, names(city.fdi)) == ("submitted", ["证明.pdf"])
    page = clerk.get(sheet(city.fdi))
    assert "证明.pdf" in text_of(page)
    assert 'name="remove"' not in page.content.decode()


def test_files_are_kept_when_the_figure_needs_mending(clerk: Client, city: City) -> None:
    response = send(clerk, city.fdi, upload("证明.pdf", pdf()), value="四十七", note="写了很久的说明")

    page = text_of(response)
    assert "“四十七” is not a number." in page
    assert (field_value(response, "value"), field_value(response, "note")) == ("四十七", "写了很久的说明")
    assert (names(city.fdi), Report.objects.get().note) == (["证明.pdf"], "写了很久的说明")
    revision = field_value(response, "revision")
    again = clerk.post(sheet(city.fdi), {"revision": revision, "value": "48", "note": "写了很久的说明"})
    assert (again.status_code, Report.objects.get().state, names(city.fdi)) == (302, "submitted", ["证明.pdf"])


def test_a_warning_does_not_cost_the_files(clerk: Client, city: City) -> None:
    for month, value in ((4, 20), (5, 25), (6, 30)):
        approved_report(city.fdi, month, value)

    response = send(clerk, city.fdi, upload("证明.pdf", pdf()), value="75", note="一个大项目到资")

    assert "Not filed yet." in text_of(response)
    typed = {name: field_value(response, name) for name in ("revision", "warned_of", "value", "note")}
    again = clerk.post(sheet(city.fdi), {**EXPLAINED, **typed})
    assert (again.status_code, names(city.fdi)) == (302, ["证明.pdf"])


def test_one_bad_file_names_itself_and_stops_filing(clerk: Client, city: City) -> None:
    files = [upload("证明.pdf", pdf()), upload("图.pdf", png()), upload("大.pdf", pdf() + bytes(6_000_000)), upload("说明.docx", docx())]  # fmt: skip

    response = send(clerk, city.fdi, *files, value="48", note="到位项目3个")

    alerts = alerts_of(response)
    assert "“图.pdf” was not attached. Its name ends in .pdf but it is a .png file. Give it its right name." in alerts
    assert "“大.pdf” was not attached. It is larger than 5 MB." in alerts
    assert (names(city.fdi), Report.objects.get().state) == (["证明.pdf", "说明.docx"], "draft")
    assert field_value(response, "value") == "48"


def test_more_than_ten_files(clerk: Client, city: City) -> None:
    files = [upload(f"{number}.pdf", pdf(str(number))) for number in range(MAX_FILES + 2)]

    response = send(clerk, city.fdi, *files, value="48", draft="1")

    assert alerts_of(response).count("A report takes at most 10 files.") == 2
    assert len(names(city.fdi)) == MAX_FILES


def test_no_more_is_received_than_a_report_takes(clerk: Client, city: City) -> None:
    files = [upload(f"{number}.pdf", pdf(str(number)) + bytes(5_000_000)) for number in range(12)]

    response = send(clerk, city.fdi, *files, value="48", draft="1")

    assert "“11.pdf” was not attached. A report takes at most 10 files." in alerts_of(response)
    assert field_value(response, "value") == "48"


def test_removing_keeps_what_was_typed(clerk: Client, city: City) -> None:
    send(clerk, city.fdi, upload("a.pdf", pdf("a")), upload("b.pdf", pdf("b")), value="34", draft="1")
    wrong = Evidence.objects.get(name="a.pdf")

    response = send(clerk, city.fdi, value="四十七", note="写了很久的说明", remove=str(wrong.pk), draft="1")

    assert names(city.fdi) == ["b.pdf"]
    assert "Removed: a.pdf." in text_of(response)
    assert field_value(response, "note") == "写了很久的说明"


def test_nobody_elses_file_is_removed(clerk: Client, city: City) -> None:
    foreign = submitted_report(city.firms, 7, 900, evidence=["科技.pdf"]).evidence.get()
    other_goal = submitted_report(city.trade, 7, 90, evidence=["外贸.pdf"]).evidence.get()
    send(clerk, city.fdi, upload("a.pdf", pdf("a")), value="34", draft="1")

    send(clerk, city.fdi, remove=[str(foreign.pk), str(other_goal.pk), "x", "1e9"], value="34", draft="1")

    assert [names(goal) for goal in (city.fdi, city.trade, city.firms)] == [["a.pdf"], ["外贸.pdf"], ["科技.pdf"]]


def test_the_same_file_twice_and_a_draft_unchanged_say_so(clerk: Client, city: City) -> None:
    typed = {"value": "34", "note": "到位项目3个", "draft": "1"}
    send(clerk, city.fdi, upload("a.pdf", pdf()), **typed)
    revision = Report.objects.get().revision
    send(clerk, city.fdi, upload("b.pdf", pdf()), **typed)
    clerk.get(sheet(city.fdi))
    send(clerk, city.fdi, **typed)

    assert "Nothing changed: this is what was saved already." in text_of(clerk.get(sheet(city.fdi)))
    assert (names(city.fdi), Report.objects.get().revision) == (["a.pdf"], revision)


def test_a_returned_report_keeps_its_reason_in_sight(clerk: Client, city: City) -> None:
    report = submitted_report(city.fdi, 7, 34)
    return_report(report=report, reason="缺少到资证明", by=make_user(Role.OFFICE), now=AUGUST)

    send(clerk, city.fdi, upload("证明.pdf", pdf()), value="34.5", draft="1")

    assert "Returned because 缺少到资证明" in text_of(clerk.get(sheet(city.fdi)))
    assert (Report.objects.get().state, names(city.fdi)) == ("draft", ["证明.pdf"])


def test_stale_form_attaches_but_overwrites_nothing(clerk: Client, city: City, visit: Visitor) -> None:
    opened = field_value(clerk.get(sheet(city.fdi)), "revision")
    colleague = visit(make_user(Role.CLERK, city.commerce))
    send(colleague, city.fdi, value="41", draft="1")

    response = clerk.post(
        sheet(city.fdi), {"revision": opened, "value": "42", "draft": "1", "evidence": upload("a.pdf", pdf())}
    )

    assert "Somebody changed this report while you were typing." in alerts_of(response)
    assert (str(Report.objects.get().value), names(city.fdi)) == ("41.000000", ["a.pdf"])
    assert field_value(response, "value") == "42"


def test_a_correction_without_a_reason_keeps_no_file_and_says_so(clerk: Client, city: City) -> None:
    approved_report(city.fdi, 7, 34, evidence=["旧.pdf"])

    response = send(clerk, city.fdi, upload("新.pdf", pdf("新")), value="35", draft="1")

    assert "The files were not attached. Choose them again once this is mended." in alerts_of(response)
    assert names(city.fdi) == ["旧.pdf"]


def test_a_withdrawn_versions_files_come_along(clerk: Client, city: City) -> None:
    report = submitted_report(city.fdi, 7, 48, evidence=["证明.pdf"])
    withdraw_report(report=report, by=report.created_by, now=AUGUST)

    page = text_of(clerk.get(sheet(city.fdi)))
    assert "These files of the withdrawn version come along when you save or file." in page
    assert send(clerk, city.fdi, value="48", note="到位项目3个").status_code == 302
    latest = Report.objects.get(version=2)
    assert (latest.state, [row.name for row in latest.evidence.all()]) == ("submitted", ["证明.pdf"])


def test_upload_needs_a_token(city: City) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(Role.CLERK, city.commerce))

    answer = client.post(sheet(city.fdi), {"revision": "0", "value": "48", "evidence": upload("a.pdf", pdf())})

    assert (answer.status_code, Report.objects.count(), Evidence.objects.count()) == (403, 0, 0)


def test_goal_page_lists_evidence_by_version(visit: Visitor, city: City) -> None:
    approved_report(city.fdi, 6, 30, evidence=["6月.pdf"])
    submitted_report(city.fdi, 7, 34, evidence=["7月.pdf"])

    page = visit(make_user(Role.LEADER)).get(f"/documents/{city.document.pk}/goals/A6-01/")

    found = {name: address for name, address in links_of(page).items() if name.endswith(".pdf")}
    assert found == {row.name: f"/evidence/{row.pk}/" for row in Evidence.objects.all()}


def test_a_file_is_handed_out_to_be_saved_and_nothing_else(visit: Visitor, city: City) -> None:
    file = submitted_report(city.fdi, 7, 34, evidence=['到资 "证明".pdf']).evidence.get()

    answer = visit(make_user(Role.OFFICE)).get(f"/evidence/{file.pk}/")

    data = pdf('到资 "证明".pdf')
    assert answer.content == data
    headers = {
        name: answer.headers[name]
        for name in (
            "Content-Type", "Content-Length", "Content-Disposition", "Cache-Control", "Content-Security-Policy",
            "X-Content-Type-Options", "X-Frame-Options", "Cross-Origin-Resource-Policy",
        )
    }  # fmt: skip
    assert headers == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(data)),
        "Content-Disposition": "attachment; filename*=utf-8''%E5%88%B0%E8%B5%84%20_%E8%AF%81%E6%98%8E_.pdf",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


@pytest.mark.parametrize("method", ["get", "head"])
def test_another_departments_file_is_as_if_it_were_not(visit: Visitor, city: City, method: str) -> None:
    file = submitted_report(city.firms, 7, 900, evidence=["科技.pdf"]).evidence.get()
    office = visit(make_user(Role.OFFICE))
    tag = {
        "HTTP_IF_NONE_MATCH": "*",
        "HTTP_IF_MODIFIED_SINCE": "Fri, 09 Aug 2030 00:00:00 GMT",
        "HTTP_RANGE": "bytes=0-0",
    }

    foreign, unknown = (
        getattr(visit(make_user(Role.CLERK, city.commerce)), method)(f"/evidence/{pk}/", **tag)
        for pk in (file.pk, file.pk + 1000)
    )

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert set(foreign.headers) == set(unknown.headers)
    assert "科技" not in foreign.content.decode()
    answer = getattr(office, method)(f"/evidence/{file.pk}/", **tag)
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(file.size))
    assert not {"ETag", "Last-Modified"} & set(answer.headers)


def test_a_sharing_department_reads_it(visit: Visitor, city: City) -> None:
    city.fdi.departments.add(city.science, through_defaults={"position": 2})
    file = submitted_report(city.fdi, 7, 34, evidence=["证明.pdf"]).evidence.get()

    answer = visit(make_user(Role.CLERK, city.science)).get(f"/evidence/{file.pk}/")

    assert answer.content == pdf("证明.pdf")


def test_a_goal_made_foreign_takes_its_files_away(visit: Visitor, city: City) -> None:
    file = submitted_report(city.fdi, 7, 34, evidence=["证明.pdf"]).evidence.get()
    client = visit(make_user(Role.CLERK, city.commerce))
    assert client.get(f"/evidence/{file.pk}/").status_code == 200
    city.fdi.goaldepartment_set.all().delete()

    assert client.get(f"/evidence/{file.pk}/").status_code == 404
