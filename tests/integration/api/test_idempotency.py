"""A repeated POST with the same Idempotency-Key has one effect and one answer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from rest_framework.test import APIClient

from hztargets.api.report_views import ReportViewSet
from hztargets.models import AuditEvent, IdempotencyKey, Report, Role, User
from hztargets.tasks import forget_answers
from tests.factories import AUGUST, City, approved_report, explained, make_user, submitted_report
from tests.integration.api.conftest import ClientFor, assert_problem, draft_of, problem

ADDRESS = "/api/v1/reports/"


def send(client: APIClient, key: str, body: dict[str, Any], address: str = ADDRESS) -> Any:
    return client.post(address, body, headers={"Idempotency-Key": key})


def test_second_time_gives_the_first_answer(city: City, clerk: User, client_for: ClientFor, august: None) -> None:
    client = client_for(clerk)
    first = send(client, "push-1", draft_of(city))
    client.patch(f"{ADDRESS}{first.json()['id']}/", {"revision": 1, "value": 42})

    second = send(client, "push-1", dict(reversed(draft_of(city).items())))

    assert (first.status_code, first.get("Idempotency-Replayed")) == (201, None)
    assert (second.status_code, second["Idempotency-Replayed"], second["Location"]) == (201, "true", first["Location"])
    assert second.json() == first.json()
    assert (Report.objects.count(), AuditEvent.objects.filter(action="report.create").count()) == (1, 1)


def test_same_key_for_another_request_is_422(city: City, clerk: User, client_for: ClientFor, august: None) -> None:
    client = client_for(clerk)
    send(client, "push-1", draft_of(city, value=41))

    other_value = send(client, "push-1", draft_of(city, value=42))

    message = "This Idempotency-Key was used for another request. Take a new one."
    assert_problem(other_value, problem("key_reused", 422, "The report cannot be accepted", message, ADDRESS))
    assert Report.objects.get().value == 41


def test_keys_belong_to_their_address(city: City, clerk: User, client_for: ClientFor, august: None) -> None:
    """A program may call all it does to one figure by one name."""
    client = client_for(clerk)
    report = send(client, "2024-07:A6-01", draft_of(city, **explained(city.fdi))).json()

    submitted = send(client, "2024-07:A6-01", {}, f"{ADDRESS}{report['id']}/submit/")

    assert (submitted.status_code, submitted.json()["state"]) == (200, "submitted")


def test_key_written_in_other_signs_is_400(city: City, clerk: User, client_for: ClientFor, august: None) -> None:
    answers = [send(client_for(clerk), key, draft_of(city)).json() for key in ("a\0b", "a\x7f", "七月")]

    assert [answer["errors"][0]["field"] for answer in answers] == ["Idempotency-Key"] * 3
    assert not Report.objects.exists()


def test_old_keys_are_cleared_away(city: City, clerk: User, client_for: ClientFor) -> None:
    with time_machine.travel(AUGUST, tick=False):
        send(client_for(clerk), "old", draft_of(city))
    with time_machine.travel(AUGUST + timedelta(hours=24), tick=False):
        send(client_for(clerk), "new", draft_of(city, goal=city.trade.pk, value=9))

    with time_machine.travel(AUGUST + timedelta(hours=24, seconds=1), tick=False):
        forget_answers()

    assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]


def test_keys_belong_to_their_user(city: City, clerk: User, client_for: ClientFor, august: None) -> None:
    colleague = make_user(Role.CLERK, city.commerce)
    send(client_for(clerk), "push-1", draft_of(city))

    answer = send(client_for(colleague), "push-1", draft_of(city))

    assert (answer.status_code, answer.json()["code"]) == (422, "already_open")


def test_a_refused_request_may_be_mended_under_its_key(
    city: City, clerk: User, client_for: ClientFor, august: None
) -> None:
    client = client_for(clerk)
    refused = send(client, "push-1", draft_of(city, goal="Z9"))
    kept = IdempotencyKey.objects.count()

    mended = send(client, "push-1", draft_of(city))

    assert (refused.status_code, kept, mended.status_code) == (404, 0, 201)


def test_a_refused_action_leaves_no_key_and_no_trace(
    city: City, clerk: User, client_for: ClientFor, august: None
) -> None:
    client = client_for(clerk)
    draft = client.post(ADDRESS, draft_of(city)).json()

    refused = send(client, "hand-in", {}, f"{ADDRESS}{draft['id']}/submit/")

    assert (refused.status_code, refused.json()["code"]) == (422, "cause_missing")
    assert (IdempotencyKey.objects.count(), Report.objects.get().revision) == (0, 1)


def test_after_24_hours_the_key_is_free(city: City, clerk: User, client_for: ClientFor) -> None:
    client = client_for(clerk)
    with time_machine.travel(AUGUST, tick=False):
        send(client, "push-1", draft_of(city))
    with time_machine.travel(AUGUST + timedelta(hours=23, minutes=59), tick=False):
        kept = send(client, "push-1", draft_of(city))
    with time_machine.travel(AUGUST + timedelta(hours=24, minutes=1), tick=False):
        free = send(client, "push-1", draft_of(city))

    assert (kept.status_code, kept["Idempotency-Replayed"]) == (201, "true")
    assert (free.status_code, free.json()["code"]) == (422, "already_open")


@pytest.mark.parametrize(
    ("action", "role", "body", "effect"),
    [
        ("submit", Role.CLERK, {}, "report.submit"),
        ("withdraw", Role.CLERK, {}, "report.withdraw"),
        ("endorse", Role.DEPARTMENT_HEAD, {}, "report.endorse"),
        ("approve", Role.OFFICE, {}, "report.approve"),
        ("return", Role.OFFICE, {"reason": "口径有误"}, "report.return"),
        ("correct", Role.CLERK, {"reason": "重复统计", "value": 40}, "report.create"),
    ],
)
def test_every_action_is_repeatable(
    city: City, client_for: ClientFor, august: None, action: str, role: str, body: dict[str, Any], effect: str
) -> None:
    department = city.commerce if role in Role.of_a_department() else None
    by = make_user(role, department)
    client = client_for(by)
    if action == "submit":
        words = explained(city.fdi)
        pk = client.post(ADDRESS, draft_of(city, **words)).json()["id"]
    else:
        pk = (approved_report if action == "correct" else submitted_report)(city.fdi, 7, 41).pk
    known = AuditEvent.objects.filter(action=effect).count()

    answers = [send(client, f"{action}-1", body, f"{ADDRESS}{pk}/{action}/") for _time in range(2)]

    assert [answer.get("Idempotency-Replayed") for answer in answers] == [None, "true"]
    assert answers[0].status_code < 300
    assert answers[0].json() == answers[1].json()
    assert AuditEvent.objects.filter(action=effect).count() == known + 1


def test_every_write_takes_the_key_and_says_so(db: None) -> None:
    paths = APIClient().get("/api/v1/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()["paths"]
    posts = {path: operations["post"] for path, operations in paths.items() if "post" in operations}
    takes = {
        path
        for path, operation in posts.items()
        if any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", []))
    }
    needs_none = {"/api/v1/reports/preview/", "/api/v1/reports/{report_id}/evidence/"}
    assert set(posts) - takes == needs_none, "one writes nothing, the other knows a file by its content"
    assert not hasattr(ReportViewSet.preview, "is_idempotent")


def test_an_endless_key_is_400(city: City, clerk: User, client_for: ClientFor, august: None) -> None:
    answer = send(client_for(clerk), "k" * 256, draft_of(city))

    message = "The Idempotency-Key is longer than 255 characters."
    assert (answer.status_code, answer.json()["errors"]) == (
        400, [{"field": "Idempotency-Key", "message": message, "code": "key_too_long"}],
    )  # fmt: skip
    assert not Report.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_request_at_the_same_moment_has_one_effect(city: City, clerk: User, client_for: ClientFor) -> None:
    clients = [client_for(clerk) for _time in range(4)]
    together = threading.Barrier(len(clients))

    def push(client: APIClient) -> tuple[int, int]:
        try:
            together.wait(10)
            answer = send(client, "push-1", draft_of(city))
            return answer.status_code, answer.json()["id"]
        finally:
            connection.close()

    with time_machine.travel(AUGUST, tick=False), ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(push, clients))

    report = Report.objects.get()
    assert answers == [(201, report.pk)] * 4
    assert (IdempotencyKey.objects.count(), AuditEvent.objects.count()) == (1, 1)
