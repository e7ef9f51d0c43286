"""Evidence over the API, by the same rules as on the pages."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from hztargets.models import Evidence, Report, User
from hztargets.services.filing.reports import ReportContent, create_report
from tests.evidence_files import pdf, png
from tests.factories import AUGUST, City, submitted_report
from tests.integration.api.conftest import ClientFor, assert_problem, problem

pytestmark = pytest.mark.usefixtures("august")


@pytest.fixture
def draft(city: City, clerk: User) -> Report:
    return create_report(goal=city.fdi, period=city.period(7), content=ReportContent(), by=clerk, now=AUGUST)


def attach(client: APIClient, report: Report, name: str, data: bytes, **more: Any) -> Any:
    file = SimpleUploadedFile(name, data)
    return client.post(f"/api/v1/reports/{report.pk}/evidence/", {"file": file, **more}, format="multipart")


def test_attach_list_read_and_remove(client_for: ClientFor, draft: Report, clerk: User) -> None:
    client = client_for(clerk)

    first = attach(client, draft, "证明.PDF", pdf())
    again = attach(client, draft, "别名.pdf", pdf())

    row = Evidence.objects.get()
    expected = {
        "id": row.pk, "name": "证明.pdf", "content_type": "application/pdf", "size": len(pdf()), "sha256": row.sha256,
        "uploaded_at": "2024-08-09T10:00:00+08:00", "uploaded_by": "Commerce clerk",
    }  # fmt: skip
    assert (first.status_code, first.json()) == (201, expected)
    assert (again.status_code, again.json()) == (200, expected)
    address = f"/api/v1/reports/{draft.pk}/evidence/"
    assert client.get(address).json() == [expected]
    file = client.get(f"{address}{row.pk}/")
    assert (file.status_code, file.content, file["Content-Type"]) == (200, pdf(), "application/pdf")
    assert file["Content-Disposition"] == "attachment; filename*=utf-8''%E8%AF%81%E6%98%8E.pdf"
    assert file["Cache-Control"] == "private, no-store"
    assert client.delete(f"{address}{row.pk}/").status_code == 204
    assert client.get(address).json() == []


def test_a_bad_file_is_a_problem_with_the_sentence(client_for: ClientFor, draft: Report, clerk: User) -> None:
    address = f"/api/v1/reports/{draft.pk}/evidence/"
    message = "“a.pdf” was not attached. Its name ends in .pdf but it is a .png file. Give it its right name."
    title = "The report cannot be accepted"

    answer = attach(client_for(clerk), draft, "a.pdf", png())

    assert_problem(answer, problem("other_kind", 422, title, message, address, ("file", message, "other_kind")))


def test_too_big_missing_and_unknown_fields(client_for: ClientFor, draft: Report, clerk: User) -> None:
    client = client_for(clerk)
    address = f"/api/v1/reports/{draft.pk}/evidence/"

    answers = [
        attach(client, draft, "a.pdf", pdf() + bytes(6_000_000)),
        attach(client, draft, "a.pdf", b""),
        attach(client, draft, "a.pdf", pdf(), note="x"),
        client.post(address, {}, format="multipart"),
        client.post(address, {"file": "text"}, format="multipart"),
        client.post(address, {"file": "text"}, format="json"),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (422, "evidence_too_big"),
        (422, "evidence_empty_file"),
        (400, "invalid"),
        (400, "invalid"),
        (400, "invalid"),
        (415, "unsupported_media_type"),
    ]
    assert Evidence.objects.count() == 0


def test_what_was_handed_in_is_read_but_not_changed(client_for: ClientFor, city: City, clerk: User) -> None:
    report = submitted_report(city.fdi, 7, 34, evidence=["证明.pdf"])
    file = report.evidence.get()
    client = client_for(clerk)

    answers = [
        attach(client, report, "新.pdf", pdf("新")),
        client.delete(f"/api/v1/reports/{report.pk}/evidence/{file.pk}/"),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "wrong_state")] * 2
    assert list(report.evidence.all()) == [file]


def test_another_departments_files_do_not_exist(client_for: ClientFor, city: City, clerk: User, office: User) -> None:
    report = submitted_report(city.firms, 7, 900, evidence=["科技.pdf"])
    own = submitted_report(city.fdi, 7, 34, evidence=["商务.pdf"])
    file = report.evidence.get()
    address = f"/api/v1/reports/{report.pk}/evidence/"
    client = client_for(clerk)

    answers = [
        client.get(address),
        client.get(f"{address}{file.pk}/"),
        client.delete(f"{address}{file.pk}/"),
        attach(client, report, "a.pdf", pdf()),
        client.get(f"/api/v1/reports/{own.pk}/evidence/{file.pk}/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert not [answer for answer in answers if "科技" in answer.content.decode()]
    assert [row["name"] for row in client_for(office).get(address).json()] == ["科技.pdf"]


def test_list_queries_do_not_grow(
    client_for: ClientFor, city: City, office: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(office)
    for goal, names in ((city.fdi, ["1.pdf"]), (city.trade, ["1.pdf", "2.pdf", "3.pdf"])):
        report = submitted_report(goal, 7, 34, evidence=names)
        with django_assert_num_queries(4):
            rows = client.get(f"/api/v1/reports/{report.pk}/evidence/").json()
        assert [row["name"] for row in rows] == names
