"""POST reports/preview/: the checks and the new light; nothing is written."""

from typing import Any

import pytest

from hztargets.models import AuditEvent, Report, User
from tests.factories import City, approved_report
from tests.integration.api.conftest import ClientFor, assert_problem, problem

pytestmark = pytest.mark.usefixtures("august")

ADDRESS = "/api/v1/reports/preview/"


def body(**content: Any) -> dict[str, Any]:
    return {"goal": "A6-01", "period": "2024-07", **content}


def test_preview_of_a_sound_report(city: City, clerk: User, client_for: ClientFor) -> None:
    approved_report(city.fdi, 6, 48)
    before = Report.objects.count(), AuditEvent.objects.count()

    answer = client_for(clerk).post(ADDRESS, body(value="５６"))

    light = answer.json().pop("light")
    assert answer.status_code == 200
    assert answer.json() | {"light": None} == {
        "value": 56,
        "submittable": True,
        "findings": [],
        "light": None,
        "needs_note": False,
        "needs_narrative": False,
    }
    assert (light["colour"], light["done_share"]) == ("green", 0.7)
    assert light["sentence"].startswith("56 亿美元 by the end of July, 70.0% of the year's target")
    assert sorted(light) == [
        "colour", "done_share", "expected_share", "lag_pp", "p_meet", "projection", "sentence",
    ]  # fmt: skip
    assert (Report.objects.count(), AuditEvent.objects.count()) == before


def test_preview_names_every_finding_with_its_suggestion(city: City, clerk: User, client_for: ClientFor) -> None:
    approved_report(city.trade, 6, 61)

    answer = client_for(clerk).post(ADDRESS, body(goal="A6-02", value=6)).json()

    assert (answer["submittable"], answer["light"]) == (False, None)
    assert answer["findings"] == [
        {
            "code": "falling",
            "severity": "error",
            "field": "value",
            "message": "The cumulative figure 6 is below the 61 approved for month 6. Enter the total since January; if "
            "the earlier figure was wrong, tick “restated”. Was a digit left out, and is it “66”?",
            "suggestion": 66,
        }
    ]


def test_preview_says_which_words_are_missing(city: City, clerk: User, client_for: ClientFor) -> None:
    approved_report(city.trade, 6, 61)
    client = client_for(clerk)

    silent = client.post(ADDRESS, body(goal="A6-02", value=65)).json()
    words = {"note": "高温停办2场", "cause": "高温", "remedy": "9月补办", "expected_on": "2024-09-30"}
    explained = client.post(ADDRESS, body(goal="A6-02", value=65, **words)).json()

    findings = [(each["code"], each["severity"], each["field"]) for each in silent["findings"]]
    assert findings == [
        ("slow_month", "warning", "value"),
        ("cause_missing", "error", "cause"),
        ("remedy_missing", "error", "remedy"),
        ("expected_missing", "error", "expected_on"),
    ]
    assert (silent["submittable"], silent["needs_note"], silent["needs_narrative"]) == (False, True, True)
    assert [each["code"] for each in explained["findings"]] == ["slow_month"]
    assert (explained["submittable"], explained["needs_note"], explained["needs_narrative"]) == (True, True, True)


def test_preview_speaks_the_readers_language(city: City, clerk: User, client_for: ClientFor) -> None:
    english = client_for(clerk).post(ADDRESS, body(value=56)).json()["light"]["sentence"]
    chinese = client_for(clerk, "zh-CN").post(ADDRESS, body(value=56)).json()["light"]["sentence"]

    assert ("by the end of July" in english, "by the end of July" in chinese, "7月" in chinese) == (True, False, True)


@pytest.mark.parametrize(
    ("typed", "read"), [("56亿美元", 56), ("560,000万美元", 56), ("56亿", 56), ("（1）亿美元", -1), ("５６", 56)]
)
def test_figures_are_read_in_the_goals_unit(
    city: City, clerk: User, client_for: ClientFor, typed: str, read: int
) -> None:
    assert client_for(clerk).post(ADDRESS, body(value=typed)).json()["value"] == read


@pytest.mark.parametrize(
    ("typed", "code", "message"),
    [
        ("3万", "two_readings", "“3万” can be read as 0.0003 亿美元 or as 30000 亿美元. Enter one of the two numbers."),
        (
            "56亿元",
            "wrong_unit",
            "“56亿元” has another unit than this goal. Enter the number alone, counted in 亿美元.",
        ),
        ("5,6", "not_a_number", "“5,6” is not a number. Enter digits only, such as 1234.5."),
    ],
)
def test_figures_with_another_meaning_are_400(
    city: City, clerk: User, client_for: ClientFor, typed: str, code: str, message: str
) -> None:
    answer = client_for(clerk).post(ADDRESS, body(value=typed))

    detail = "Not right: value."
    expected = problem("invalid", 400, "The request is not valid", detail, ADDRESS, ("value", message, code))
    assert_problem(answer, expected)


def test_units_are_read_on_creating_and_changing_too(city: City, clerk: User, client_for: ClientFor) -> None:
    client = client_for(clerk)

    draft = client.post("/api/v1/reports/", body(value="56亿美元")).json()
    changed = client.patch(f"/api/v1/reports/{draft['id']}/", {"revision": 1, "value": "570,000万美元"}).json()

    assert (draft["value"], changed["value"]) == (56, 57)


def test_goal_of_another_department_is_not_found(city: City, science_clerk: User, client_for: ClientFor) -> None:
    client = client_for(science_clerk)

    for value in (1, "1亿", "1万"):
        answer = client.post(ADDRESS, body(value=value))
        error = ("goal", "There is no such goal.", "not_found")
        assert_problem(answer, problem("not_found", 404, "Not found", "There is no such goal.", ADDRESS, error))


def test_who_may_not_file_may_not_ask(city: City, office: User, client_for: ClientFor) -> None:
    answer = client_for(office).post(ADDRESS, body(value=1))

    assert (answer.status_code, answer.json()["code"]) == (403, "role_may_not")


def test_period_that_is_not_open_is_422(city: City, clerk: User, client_for: ClientFor) -> None:
    answer = client_for(clerk).post(ADDRESS, body(period="2024-09", value=1))

    assert (answer.status_code, answer.json()["code"]) == (422, "not_open_yet")


def test_submitting_lists_all_that_is_missing(city: City, clerk: User, client_for: ClientFor) -> None:
    client = client_for(clerk)
    draft = client.post("/api/v1/reports/", body(value=41, note="正常推进")).json()

    answer = client.post(f"/api/v1/reports/{draft['id']}/submit/")

    assert (answer.status_code, answer.json()["code"]) == (422, "empty_words")
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [
        ("note", "empty_words"),
        ("cause", "cause_missing"),
        ("remedy", "remedy_missing"),
        ("expected_on", "expected_missing"),
    ]
