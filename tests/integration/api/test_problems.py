"""Every error is answered with problem details in the caller's language, and writes nothing."""

import json
from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework.test import APIClient

from hztargets.api.problems import problem_response
from hztargets.domain.problems import Problem
from hztargets.messages import sentence
from hztargets.models import Goal, Report, User
from hztargets.services.decisions.conditions import InvalidDecision, TableRefused
from hztargets.services.errors import ServiceError
from tests.factories import City, submitted_report
from tests.integration.api.conftest import ClientFor, assert_problem, problem

pytestmark = pytest.mark.usefixtures("august")


def test_without_credentials_401_says_how_to_authenticate(city: City) -> None:
    answer = APIClient(HTTP_ACCEPT_LANGUAGE="en").get("/api/v1/goals/")

    detail = "Authentication credentials were not provided."
    assert_problem(answer, problem("not_authenticated", 401, "Not logged in", detail, "/api/v1/goals/"))
    assert answer["WWW-Authenticate"] == "Token"


def test_without_credentials_401_in_chinese(city: City) -> None:
    answer = APIClient(HTTP_ACCEPT_LANGUAGE="zh-CN,zh;q=0.9,en;q=0.8").get("/api/v1/goals/")

    detail = "身份认证信息未提供。"
    assert_problem(answer, problem("not_authenticated", 401, "尚未登录", detail, "/api/v1/goals/"))
    assert answer["Content-Language"] == "zh-hans"


def test_wrong_token(city: City) -> None:
    client = APIClient(HTTP_ACCEPT_LANGUAGE="en", HTTP_AUTHORIZATION="Token nobody")

    answer = client.get("/api/v1/goals/")

    expected = problem("invalid_token", 401, "Not logged in", "There is no such token.", "/api/v1/goals/")
    assert_problem(answer, expected)


def test_session_needs_the_csrf_token(city: City, clerk: User) -> None:
    client = APIClient(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(clerk)

    reading = client.get("/api/v1/goals/")
    writing = client.post("/api/v1/reports/", {"goal": city.fdi.pk, "period": "2024-07"}, format="json")

    assert reading.json()["count"] == 2
    detail = "Send the value of the cookie csrftoken as header X-CSRFToken with every write."
    assert_problem(writing, problem("csrf_failed", 403, "Not allowed", detail, "/api/v1/reports/"))


def test_shape_errors_name_every_field(city: City, clerk: User, client_for: ClientFor) -> None:
    body = {"period": "July", "value": 47, "nil": "perhaps", "notes": "?"}

    answer = client_for(clerk).post("/api/v1/reports/", body)

    assert answer.status_code == 400
    assert {error["field"]: error["code"] for error in answer.json()["errors"]} == {
        "goal": "required", "period": "invalid", "nil": "invalid", "notes": "unknown_field",
    }  # fmt: skip


def test_unknown_field_is_refused_by_name(city: City, clerk: User, client_for: ClientFor) -> None:
    body = {"goal": city.fdi.pk, "period": "2024-07", "vallue": 47}

    answer = client_for(clerk).post("/api/v1/reports/", body)

    error = ("vallue", "There is no such field.", "unknown_field")
    expected = problem("invalid", 400, "The request is not valid", "Not right: vallue.", "/api/v1/reports/", error)
    assert_problem(answer, expected)
    assert not Report.objects.exists()


def test_action_without_content_refuses_content(city: City, office: User, client_for: ClientFor) -> None:
    report = submitted_report(city.fdi, 7, 47)

    answer = client_for(office).post(f"/api/v1/reports/{report.pk}/approve/", {"reason": "good"})

    assert [error["field"] for error in answer.json()["errors"]] == ["reason"]
    report.refresh_from_db()
    assert report.state == "submitted"


def test_change_without_revision_is_refused(city: City, clerk: User, client_for: ClientFor) -> None:
    client = client_for(clerk)
    draft = client.post("/api/v1/reports/", {"goal": city.fdi.pk, "period": "2024-07", "value": 47}).json()
    address = f"/api/v1/reports/{draft['id']}/"

    answer = client.patch(address, {"value": 48})

    error = ("revision", "This field is required.", "required")
    assert_problem(answer, problem("invalid", 400, "The request is not valid", "Not right: revision.", address, error))
    assert client.get(address).json() == draft


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe{",
        b'{"value": NaN}',
        b"[" * 100_000,
        b'{"goal": ' + b"[" * 30 + b"]" * 30 + b"}",
        b'{"goal": "A6-01", "period": "2024-07", "value": 1, "value": 2}',
        b'{"value": ' + b"9" * 5000 + b"}",
        b"[1]",
        b'"x"',
        b"7",
    ],
)
def test_malformed_body_is_a_problem(city: City, clerk: User, client_for: ClientFor, body: bytes) -> None:
    answer = client_for(clerk).post("/api/v1/reports/", body, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("language", "title", "detail"),
    [
        ("en", "The request is not valid", "The body is not valid JSON: Expecting value: line 1 column 10 (char 9)"),
        ("zh-hans", "请求有误", "请求内容不是有效的 JSON：Expecting value: line 1 column 10 (char 9)"),
    ],
)
def test_malformed_json_says_where(
    city: City, clerk: User, client_for: ClientFor, language: str, title: str, detail: str
) -> None:
    client = client_for(clerk, language)

    answer = client.post("/api/v1/reports/", '{"goal": }', content_type="application/json")

    assert_problem(answer, problem("parse_error", 400, title, detail, "/api/v1/reports/"))


@pytest.mark.parametrize("escaped", ["0000", "d800"])
def test_text_the_database_cannot_hold_is_refused(city: City, clerk: User, client_for: ClientFor, escaped: str) -> None:
    body = f'{{"goal": {city.fdi.pk}, "period": "2024-07", "note": "a\\u{escaped}b"}}'

    answer = client_for(clerk).post("/api/v1/reports/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "note")


@pytest.mark.parametrize("escaped", ["0000", "d800"])
@pytest.mark.parametrize("field", ["goal", "document"])
def test_reference_no_column_can_hold_is_not_found(
    city: City, clerk: User, client_for: ClientFor, field: str, escaped: str
) -> None:
    """Also where the unit of a figure needs the goal before the reference itself is checked."""
    sent = {"goal": "A6-01", "document": "", "period": "July", "value": "3亿元", field: "?"}
    body = json.dumps(sent).replace("?", f"a\\u{escaped}b")

    answer = client_for(clerk).post("/api/v1/reports/", body, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_defect_is_answered_as_a_problem_and_logged(
    city: City, clerk: User, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret of the house")

    client = client_for(clerk)
    client.raise_request_exception = False
    monkeypatch.setattr("hztargets.api.board_views.read_board", broken)

    answer = client.get("/api/v1/board/?period=2024-07")

    detail = "It has been logged. Nothing was written. Try again later, or tell the operators when it happened."
    assert_problem(answer, problem("defect", 500, "Something went wrong here", detail, "/api/v1/board/"))
    assert "ZeroDivisionError" in caplog.text


def test_host_nobody_named_is_a_problem(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["targets.example"]

    answer = APIClient(HTTP_ACCEPT_LANGUAGE="en").get("/api/v1/goals/")

    expected = problem("bad_request", 400, "The request is not valid", "Malformed request.", "/api/v1/goals/")
    assert_problem(answer, expected)


def test_the_allowed_methods_are_listed_correctly(city: City, clerk: User, client_for: ClientFor) -> None:
    client = client_for(clerk)

    answers = {address: client.options(f"/api/v1/{address}")["Allow"] for address in ("goals/", "reports/", "board/")}
    head = client.head("/api/v1/goals/")

    assert answers == {"goals/": "GET, HEAD", "reports/": "GET, POST, HEAD", "board/": "GET, HEAD"}
    assert (head.status_code, head.content) == (200, b"")


def test_too_large_a_body_is_refused(city: City, clerk: User, client_for: ClientFor) -> None:
    body = {"goal": city.fdi.pk, "period": "2024-07", "note": "a" * 1_000_001}

    answer = client_for(clerk).post("/api/v1/reports/", body)

    detail = "The request is larger than 1 MB."
    assert_problem(answer, problem("too_large", 413, "The request is too large", detail, "/api/v1/reports/"))


def test_other_than_json_is_refused(city: City, clerk: User, client_for: ClientFor) -> None:
    client = client_for(clerk)

    form = client.post("/api/v1/reports/", {"goal": "A6-01"}, format="multipart")
    page = client.get("/api/v1/goals/", HTTP_ACCEPT="text/html")

    assert (form.status_code, form.json()["code"]) == (415, "unsupported_media_type")
    assert (page.status_code, page.json()["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize(
    ("method", "address"),
    [
        *[(method, f"{name}/") for name in ("goals", "documents", "flags", "notices") for method in ("post", "delete")],
        ("put", "goals/{pk}/"),
        ("delete", "goals/{pk}/"),
        ("patch", "goals/{pk}/"),
        ("options", "goals/"),
        ("put", "reports/{pk}/"),
        ("delete", "reports/{pk}/"),
        ("get", "reports/{pk}/submit/"),
        ("post", "board/"),
    ],
)
def test_methods_that_do_not_exist_are_405(
    city: City, office: User, client_for: ClientFor, method: str, address: str
) -> None:
    answer = getattr(client_for(office), method)("/api/v1/" + address.format(pk=city.fdi.pk))

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert Goal.objects.filter(pk=city.fdi.pk).exists()


@pytest.mark.parametrize("address", ["nothing/", "reports", "reports/abc/", "reports/1/amend/", "reports/foresee/"])
def test_unknown_address_is_a_problem(city: City, clerk: User, client_for: ClientFor, address: str) -> None:
    answer = client_for(clerk).post(f"/api/v1/{address}")

    assert (answer.status_code, answer.json()["code"], answer["Content-Type"]) == (
        404, "not_found", "application/problem+json",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("error", "code", "field"),
    [
        (InvalidDecision(Problem("decision_without_reason", "reason")), "decision_without_reason", "reason"),
        (TableRefused("table_refused", [Problem("month_empty", "m1", 2)]), "table_refused", "m1"),
        (TableRefused("notice_refused", [Problem("cell_empty", "day", 2)]), "notice_refused", "day"),
    ],
)
def test_decisions_that_cannot_be_taken_are_422(error: ServiceError, code: str, field: str) -> None:
    answer = problem_response(error, {"request": RequestFactory().post("/api/v1/rules/")})

    assert answer is not None
    assert (answer.status_code, answer.data["code"]) == (422, code)
    assert [(entry["field"], entry["message"]) for entry in answer.data["errors"]] == [
        (field, sentence(error.problems[0]))
    ]
