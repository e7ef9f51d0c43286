"""What programs may do with their tokens, and what the audit trail records of it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from hztargets.models import ApiToken, AuditEvent, Role, User
from hztargets.services.accounts.tokens import revoke_token
from tests.factories import City, explained, make_user, submitted_report
from tests.integration.api.conftest import ClientFor, assert_problem, new_token, problem

pytestmark = pytest.mark.usefixtures("august")

ADDRESS = "/api/v1/reports/"


def draft_of(city: City, **content: Any) -> dict[str, Any]:
    return {"goal": "A6-01", "period": "2024-07", "value": 47, **explained(city.fdi), **content}


def test_program_files_and_a_person_of_the_office_approves(
    city: City, office: User, program_for: ClientFor, client_for: ClientFor
) -> None:
    program = program_for(city.commerce)

    draft = program.post(ADDRESS, draft_of(city), REMOTE_ADDR="10.1.2.3").json()
    own = f"{ADDRESS}{draft['id']}/"
    submitted = program.post(f"{own}submit/").json()
    refused = [program.post(f"{own}{action}/").json()["code"] for action in ("approve", "endorse")]
    returning = program.post(f"{own}return/", {"reason": "x"}).json()["code"]
    approved = client_for(office).post(f"{own}approve/").json()

    who = "市商务局接口·program 0"
    assert (draft["created_by"], submitted["submitted_by"]) == (who, who)
    assert ([*refused, returning], approved["state"], approved["reviewed_by"]) == (
        ["role_may_not"] * 3, "approved", "Office",
    )  # fmt: skip
    event = AuditEvent.objects.get(action="report.create")
    assert (str(event.by), event.address) == (who, "10.1.2.3")
    token = ApiToken.objects.get()
    assert (str(token.last_used_at), token.last_used_from) == ("2024-08-09 02:00:00+00:00", "127.0.0.1")


@pytest.mark.parametrize("of_department", [True, False])
def test_token_that_only_reads_writes_nothing(city: City, program_for: ClientFor, of_department: bool) -> None:
    report = submitted_report(city.fdi, 7, 47)
    program = program_for(city.commerce if of_department else None, "read")

    for address, sent in (
        (ADDRESS, draft_of(city)),
        (f"{ADDRESS}{report.pk}/approve/", {}),
        (f"{ADDRESS}preview/", {}),
    ):
        answer = program.post(address, sent)
        detail = "This token only reads."
        assert_problem(answer, problem("token_only_reads", 403, "Not allowed", detail, address))
    assert program.patch(f"{ADDRESS}{report.pk}/", {"revision": 2}).json()["code"] == "token_only_reads"
    assert program.get(f"{ADDRESS}{report.pk}/").json()["state"] == "submitted"


def test_program_sees_what_its_side_sees(city: City, program_for: ClientFor) -> None:
    def codes(program: APIClient) -> list[str]:
        return [row["code"] for row in program.get("/api/v1/goals/").json()["results"]]

    assert codes(program_for(city.commerce)) == ["A6-01", "A6-02"]
    assert codes(program_for(city.science, "read")) == ["A2-01"]
    assert codes(program_for(None, "read")) == ["A6-01", "A6-02", "A2-01"]


def test_token_that_has_ended_says_so(city: City) -> None:
    made = new_token(city.commerce, "file")
    revoke_token(token=made.token, by=made.token.created_by, now=made.token.created_at)

    answer = APIClient(HTTP_ACCEPT_LANGUAGE="en", HTTP_AUTHORIZATION=f"Token {made.key}").get(ADDRESS)

    detail = "This token was revoked. Ask the security administrator for another."
    assert_problem(answer, problem("token_revoked", 401, "Not logged in", detail, ADDRESS))
    assert answer["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token \xff", "Bearer x", "Basic eDp5"])
def test_header_that_holds_no_token_is_401(city: City, header: str) -> None:
    answer = APIClient(HTTP_AUTHORIZATION=header).get(ADDRESS)

    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_nobody_logs_in_as_a_program(city: City) -> None:
    account = new_token(city.commerce, "file").token.account
    account.set_password("correct horse")
    account.save()

    assert APIClient().login(username=account.username, password="correct horse") is False


def test_token_costs_one_query_and_its_use_another_once_a_minute(
    city: City, program_for: ClientFor, django_assert_num_queries: Any
) -> None:
    submitted_report(city.fdi, 7, 47)
    program = program_for(city.commerce)

    with django_assert_num_queries(4):
        assert program.get(ADDRESS).json()["count"] == 1
    with django_assert_num_queries(3):
        program.get(ADDRESS)


def test_answers_are_kept_by_nobody(city: City, program_for: ClientFor) -> None:
    """No proxy stores an answer for another user, no browser for the next one; no ETag shows what others have."""
    program = program_for(city.commerce)
    stranger = APIClient()

    for answer in (
        program.get(ADDRESS),
        stranger.get(ADDRESS),
        program.get("/api/v1/nothing/"),
        program.get("/api/v1/board/"),
    ):
        assert answer["Cache-Control"] == "private, no-store"
        assert {"Accept-Language", "Authorization", "Cookie"} <= {*answer["Vary"].split(", ")}
        assert "ETag" not in answer


def test_password_that_must_be_changed_opens_nothing(city: City, client_for: ClientFor) -> None:
    client = client_for(make_user(Role.CLERK, city.commerce))
    session = client.session
    session["must_change_password"] = True
    session.save()

    answer = client.get(ADDRESS)

    detail = "Your password must be changed first. Log in to the pages."
    assert_problem(answer, problem("password_expired", 403, "Not allowed", detail, ADDRESS))
