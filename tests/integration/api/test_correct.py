"""POST reports/{id}/correct/: a new version of an approved figure; nothing of the first is lost."""

from datetime import timedelta
from typing import Any

import pytest

from hztargets.models import AuditEvent, Report, User
from tests.factories import AUGUST, City, approved_report, submitted_report
from tests.integration.api.conftest import ClientFor

pytestmark = pytest.mark.usefixtures("august")


def versions_of(city: City) -> list[Any]:
    rows = Report.objects.filter(goal=city.fdi).order_by("version")
    return list(rows.values_list("version", "state", "value", "is_restated", "correction_reason"))


def test_correction_is_a_new_version_and_the_first_stays(city: City, clerk: User, client_for: ClientFor) -> None:
    first = approved_report(city.fdi, 7, 48, now=AUGUST - timedelta(days=3))
    client = client_for(clerk)

    answer = client.post(f"/api/v1/reports/{first.pk}/correct/", {"value": 47, "reason": "重复统计1个项目"})

    draft = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1/reports/{draft['id']}/")
    assert (draft["version"], draft["state"], draft["restated"], draft["correction_reason"]) == (
        2, "draft", True, "重复统计1个项目",
    )  # fmt: skip
    assert (draft["note"], draft["cause"]) == (first.note, first.cause)
    assert versions_of(city) == [(1, "approved", 48, False, ""), (2, "draft", 47, True, "重复统计1个项目")]
    kept = Report.objects.get(pk=first.pk)
    assert (kept.submitted_at, kept.revision) == (AUGUST - timedelta(days=3), first.revision)
    assert AuditEvent.objects.get(action="report.create", object_id=draft["id"]).reason == "重复统计1个项目"


def test_correction_goes_the_way_of_every_report(city: City, clerk: User, office: User, client_for: ClientFor) -> None:
    first = approved_report(city.fdi, 7, 48)
    draft = client_for(clerk).post(f"/api/v1/reports/{first.pk}/correct/", {"value": 47, "reason": "重复统计"}).json()
    submitted = client_for(clerk).post(f"/api/v1/reports/{draft['id']}/submit/").json()
    approved = client_for(office).post(f"/api/v1/reports/{draft['id']}/approve/").json()

    assert (submitted["state"], approved["state"]) == ("submitted", "approved")
    assert city.fdi.assessments.current().get(period__month=7).value == 47


@pytest.mark.parametrize(("reason", "status"), [({}, 400), ({"reason": " "}, 422), ({"reason": "无"}, 422)])
def test_correction_needs_a_reason(
    city: City, clerk: User, client_for: ClientFor, reason: dict[str, str], status: int
) -> None:
    first = approved_report(city.fdi, 7, 48)

    answer = client_for(clerk).post(f"/api/v1/reports/{first.pk}/correct/", {"value": 47, **reason})

    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (status, ["reason"])
    assert versions_of(city) == [(1, "approved", 48, False, "")]


def test_only_an_approved_figure_is_corrected(city: City, clerk: User, client_for: ClientFor) -> None:
    report = submitted_report(city.fdi, 7, 48)

    answer = client_for(clerk).post(f"/api/v1/reports/{report.pk}/correct/", {"value": 47, "reason": "重复统计"})

    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_state")


def test_a_second_correction_waits_for_the_first(city: City, clerk: User, client_for: ClientFor) -> None:
    address = f"/api/v1/reports/{approved_report(city.fdi, 7, 48).pk}/correct/"
    client = client_for(clerk)
    client.post(address, {"value": 47, "reason": "重复统计"})

    answer = client.post(address, {"value": 46, "reason": "重复统计"})

    assert (answer.status_code, answer.json()["code"], len(versions_of(city))) == (422, "already_open", 2)


def test_a_withdrawn_correction_does_not_forget_the_approved_figure(
    city: City, clerk: User, client_for: ClientFor
) -> None:
    first = approved_report(city.fdi, 7, 48)
    client = client_for(clerk)
    draft = client.post(f"/api/v1/reports/{first.pk}/correct/", {"value": 47, "reason": "重复统计"}).json()
    client.post(f"/api/v1/reports/{draft['id']}/submit/")
    client.post(f"/api/v1/reports/{draft['id']}/withdraw/")

    answer = client.post("/api/v1/reports/", {"goal": "A6-01", "period": "2024-07", "value": 46})

    assert (answer.status_code, answer.json()["code"]) == (422, "already_approved")


def test_others_may_not_correct(city: City, office: User, science_clerk: User, client_for: ClientFor) -> None:
    address = f"/api/v1/reports/{approved_report(city.fdi, 7, 48).pk}/correct/"
    body = {"value": 47, "reason": "重复统计"}

    answers = [client_for(by).post(address, body) for by in (office, science_clerk)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (403, "role_may_not"),
        (404, "not_found"),
    ]
    assert len(versions_of(city)) == 1
