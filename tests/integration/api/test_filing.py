"""The way of a figure over the API: draft, change, submit, endorse, approve or return, and onto the board."""

from decimal import Decimal
from typing import Any

import pytest

from hztargets.models import AuditEvent, Report, Role, User
from hztargets.queries.board.board import read_board
from tests.factories import City, make_city, make_user, submitted_report
from tests.integration.api.conftest import ClientFor, draft_of

pytestmark = pytest.mark.usefixtures("august")

NOW = "2024-08-09T10:00:00+08:00"


def stored(pk: int) -> dict[str, Any]:
    columns = ["state", "value", "revision", "note", "cause", "is_nil", "expected_on"]
    return Report.objects.values(*columns).get(pk=pk)


def test_clerk_files_office_approves_and_the_board_shows_it(
    city: City, clerk: User, office: User, client_for: ClientFor
) -> None:
    filing, reviewing = client_for(clerk), client_for(office)

    created = filing.post("/api/v1/reports/", draft_of(city))
    report = created.json()
    address = f"/api/v1/reports/{report['id']}/"
    submitted = filing.post(f"{address}submit/").json()
    approved = reviewing.post(f"{address}approve/").json()

    assert (created.status_code, created["Location"]) == (201, address)
    assert submitted == {
        **report, "state": "submitted", "revision": 2, "submitted_at": NOW, "submitted_by": "Commerce clerk",
    }  # fmt: skip
    assert approved == {
        **submitted, "state": "approved", "revision": 3, "reviewed_at": NOW, "reviewed_by": "Office",
        "known_on": "2024-08-09",
    }  # fmt: skip
    [row] = filing.get("/api/v1/board/").json()["rows"]
    [shown] = read_board(clerk, city.period(7)).rows
    assert (row["code"], row["value"], row["target"]) == ("A6-01", 47, 80)
    assert (row["colour"], row["sentence"], row["done_share"]) == (shown.colour, shown.sentence_en, shown.done_share)


def test_one_request_files_and_hands_in(city: City, clerk: User, client_for: ClientFor) -> None:
    filing = client_for(clerk)
    words = {"note": "新签3个项目", "cause": "2个项目推迟签约", "remedy": "专班每周跟进", "expected_on": "2024-11-07"}

    filed = filing.post("/api/v1/reports/", {**draft_of(city), **words, "submit": True})

    report = filed.json()
    assert (filed.status_code, filed["Location"]) == (201, f"/api/v1/reports/{report['id']}/")
    assert (report["state"], report["revision"], report["submitted_by"]) == ("submitted", 2, "Commerce clerk")
    assert report == filing.get(filed["Location"]).json()
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["report.submit"]
    again = filing.post("/api/v1/reports/", {**draft_of(city), **words, "submit": True})
    assert (again.status_code, again.json()["code"]) == (409, "stale")


def test_one_request_that_is_refused_leaves_no_draft(city: City, clerk: User, client_for: ClientFor) -> None:
    refused = client_for(clerk).post("/api/v1/reports/", {**draft_of(city), "value": -3, "submit": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "negative")
    assert (Report.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_approval_asks_a_worker_to_send(
    city: City, office: User, client_for: ClientFor, django_capture_on_commit_callbacks: Any
) -> None:
    report = submitted_report(city.fdi, 7, 47)

    with django_capture_on_commit_callbacks() as callbacks:
        client_for(office).post(f"/api/v1/reports/{report.pk}/approve/")

    assert [callback.args[0].name for callback in callbacks] == ["hztargets.deliver_notices"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("47.1", "47.100000"),
        ('"47.10"', "47.100000"),
        ('"１，２３４．５"', "1234.500000"),
        ("0.1", "0.100000"),
        ("12345678.123456", "12345678.123456"),
        ("99999999999999", "99999999999999.000000"),
        ("1.5e3", "1500.000000"),
        ("-3", "-3.000000"),
    ],
)
def test_value_is_kept_exactly_as_written(
    city: City, clerk: User, client_for: ClientFor, written: str, kept: str
) -> None:
    body = f'{{"goal": {city.fdi.pk}, "period": "2024-07", "value": {written}}}'

    answer = client_for(clerk).post("/api/v1/reports/", body, content_type="application/json")

    assert stored(answer.json()["id"])["value"] == Decimal(kept)
    assert Decimal(str(answer.json()["value"])) == Decimal(kept)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('"about 47"', "not_a_number"),
        ("true", "invalid"),
        ("[47]", "invalid"),
        ("1234567890123456", "too_long"),
        ("123456789012345", "max_whole_digits"),
        ("1.1234567", "max_decimal_places"),
        ("1e400", "not_a_number"),
        ("1e-999999999", "not_a_number"),
    ],
)
def test_value_that_cannot_be_kept_is_refused(
    city: City, clerk: User, client_for: ClientFor, written: str, code: str
) -> None:
    body = f'{{"goal": {city.fdi.pk}, "period": "2024-07", "value": {written}}}'

    answer = client_for(clerk).post("/api/v1/reports/", body, content_type="application/json")

    assert (answer.status_code, [error["code"] for error in answer.json()["errors"]]) == (400, [code])
    assert answer.json()["errors"][0]["field"] == "value"
    assert not Report.objects.exists()


@pytest.mark.parametrize("by", ["id", "text_id", "code", "code_in_document", "code_in_document_id"])
def test_goal_is_named_by_id_or_code(city: City, clerk: User, client_for: ClientFor, by: str) -> None:
    named = {
        "id": {"goal": city.fdi.pk},
        "text_id": {"goal": str(city.fdi.pk)},
        "code": {"goal": "A6-01"},
        "code_in_document": {"goal": "A6-01", "document": "测政函〔2024〕1号"},
        "code_in_document_id": {"goal": "A6-01", "document": city.document.pk},
    }[by]

    answer = client_for(clerk).post("/api/v1/reports/", {"period": "2024-07", "nil": True, **named})

    assert (answer.status_code, answer.json()["goal"], answer.json()["nil"]) == (201, city.fdi.pk, True)


def test_document_left_out_is_the_latest_of_the_period_s_year(city: City, clerk: User, client_for: ClientFor) -> None:
    old = make_city("测政函〔2023〕1号", 2023)
    client = client_for(clerk)

    before = client.post("/api/v1/reports/", {"goal": "A6-01", "period": "2023-12", "nil": True}).json()
    now = client.post("/api/v1/reports/", {"goal": "A6-01", "period": "2024-07", "nil": True}).json()

    assert (before["goal"], now["goal"]) == (old.fdi.pk, city.fdi.pk)


@pytest.mark.parametrize("empty", [None, ""])
def test_value_left_empty_is_unknown_not_zero(
    city: City, clerk: User, client_for: ClientFor, empty: str | None
) -> None:
    client = client_for(clerk)
    draft = client.post("/api/v1/reports/", {**draft_of(city), "value": empty}).json()

    refused = client.post(f"/api/v1/reports/{draft['id']}/submit/")

    assert draft["value"] is None
    assert (refused.status_code, refused.json()["code"]) == (422, "value_missing")
    assert stored(draft["id"])["state"] == "draft"


def test_change_keeps_what_is_not_given(city: City, clerk: User, client_for: ClientFor) -> None:
    client = client_for(clerk)
    draft = client.post("/api/v1/reports/", {**draft_of(city), "note": "新签3个", "expected_on": "2024-12-01"}).json()

    answer = client.patch(f"/api/v1/reports/{draft['id']}/", {"revision": 1, "value": "48", "expected_on": None})

    assert answer.json() == {**draft, "value": 48, "expected_on": None, "revision": 2}
    assert stored(draft["id"]) == {
        "state": "draft", "value": Decimal("48"), "revision": 2, "note": "新签3个", "cause": "", "is_nil": False,
        "expected_on": None,
    }  # fmt: skip


def test_change_from_an_old_revision_is_refused(city: City, clerk: User, client_for: ClientFor) -> None:
    client = client_for(clerk)
    address = f"/api/v1/reports/{client.post('/api/v1/reports/', draft_of(city)).json()['id']}/"
    client.patch(address, {"revision": 1, "note": "first"})

    answer = client.patch(address, {"revision": 1, "note": "second"})

    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert client.get(address).json()["note"] == "first"


def test_return_gives_the_reason_and_the_clerk_mends_it(
    city: City, clerk: User, office: User, client_for: ClientFor
) -> None:
    report = submitted_report(city.fdi, 7, 47)
    address = f"/api/v1/reports/{report.pk}/"

    returned = client_for(office).post(f"{address}return/", {"reason": "单位不对"}).json()
    mended = client_for(clerk).patch(address, {"revision": returned["revision"], "value": 47.5}).json()
    again = client_for(clerk).post(f"{address}submit/").json()

    assert (returned["state"], returned["return_reason"], returned["reviewed_by"]) == ("returned", "单位不对", "Office")
    assert (mended["state"], mended["value"]) == ("draft", 47.5)
    assert (again["state"], again["reviewed_by"]) == ("submitted", None)


def test_withdraw_takes_a_submitted_report_back(city: City, clerk: User, client_for: ClientFor) -> None:
    report = submitted_report(city.fdi, 7, 47)

    answer = client_for(clerk).post(f"/api/v1/reports/{report.pk}/withdraw/")

    assert (answer.status_code, answer.json()["state"], answer.json()["revision"]) == (200, "withdrawn", 3)


def test_head_endorses_before_the_office_approves(city: City, office: User, client_for: ClientFor) -> None:
    city.commerce.endorses = True
    city.commerce.save()
    head = make_user(Role.DEPARTMENT_HEAD, city.commerce, display_name="Head")
    address = f"/api/v1/reports/{submitted_report(city.fdi, 7, 47).pk}/"

    too_early = client_for(office).post(f"{address}approve/")
    endorsed = client_for(head).post(f"{address}endorse/").json()
    approved = client_for(office).post(f"{address}approve/").json()

    assert (too_early.status_code, too_early.json()["code"]) == (403, "not_endorsed")
    assert (endorsed["state"], endorsed["endorsed_by"]) == ("endorsed", "Head")
    assert approved["state"] == "approved"
