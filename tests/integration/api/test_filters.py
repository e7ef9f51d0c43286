import pytest

from hztargets.models import GoalDepartment, User
from tests.factories import AUGUST, City, approved_report, submitted_report
from tests.integration.api.conftest import ClientFor, assessment_of, flag_of, notice_to


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({}, ["A6-01", "A6-02", "A2-01"]),
        ({"document": "测政函〔2024〕1号"}, ["A6-01", "A6-02", "A2-01"]),
        ({"document": "测政函〔2023〕1号"}, []),
        ({"code": "A6-02"}, ["A6-02"]),
        ({"area": "2"}, ["A2-01"]),
        ({"kind": "budget"}, []),
    ],
)
def test_goals_are_filtered(
    city: City, office: User, client_for: ClientFor, query: dict[str, str], codes: list[str]
) -> None:
    rows = client_for(office).get("/api/v1/goals/", query).json()["results"]

    assert [row["code"] for row in rows] == codes


def test_goals_by_department_include_shared_ones_and_by_lead_do_not(
    city: City, office: User, client_for: ClientFor
) -> None:
    GoalDepartment.objects.create(goal=city.fdi, department=city.science, position=2)
    client = client_for(office)

    def codes(**query: str) -> list[str]:
        return [row["code"] for row in client.get("/api/v1/goals/", query).json()["results"]]

    assert codes(department=city.science.code) == ["A6-01", "A2-01"]
    assert codes(lead=city.science.code) == ["A2-01"]
    assert codes(document=str(city.document.pk)) == ["A6-01", "A6-02", "A2-01"]


def test_reports_are_filtered(city: City, office: User, client_for: ClientFor) -> None:
    june = submitted_report(city.fdi, 6, 30)
    july = submitted_report(city.fdi, 7, 37)
    firms = submitted_report(city.firms, 7, 900)
    client = client_for(office)

    def ids(**query: object) -> list[int]:
        return [row["id"] for row in client.get("/api/v1/reports/", query).json()["results"]]

    assert ids() == [july.pk, firms.pk, june.pk]
    assert ids(period="2024-07") == [july.pk, firms.pk]
    assert ids(period="2023-07") == []
    assert ids(goal="A6-01") == [july.pk, june.pk]
    assert ids(goal=city.firms.pk) == [firms.pk]
    assert ids(department=city.science.code) == [firms.pk]
    assert ids(state="submitted", source="filed", goal="A6-01", period="2024-06") == [june.pk]
    assert ids(state="draft") == []


def test_assessments_are_filtered_by_colour_and_by_what_was_known(
    city: City, office: User, client_for: ClientFor
) -> None:
    old = assessment_of(city.fdi, 7, "amber", known_until=AUGUST.date())
    new = assessment_of(city.fdi, 7, "red", known_from=AUGUST.date())
    firms = assessment_of(city.firms, 7, "green")
    client = client_for(office)

    def ids(**query: object) -> list[int]:
        return [row["id"] for row in client.get("/api/v1/assessments/", query).json()["results"]]

    assert ids() == [old.pk, new.pk, firms.pk]
    assert ids(current="true") == [new.pk, firms.pk]
    assert ids(as_of="2024-08-08") == [old.pk, firms.pk]
    assert ids(as_of="2024-08-09", goal="A6-01") == [new.pk]
    assert ids(colour="green") == [firms.pk]
    assert ids(period="2024-08") == []


def test_flags_and_notices_are_filtered(city: City, office: User, client_for: ClientFor) -> None:
    closed = flag_of(assessment_of(city.firms, 7, "amber"), closed_on=AUGUST.date(), closed_at=AUGUST)
    opened = flag_of(assessment_of(city.fdi, 7, "red"))
    sent = notice_to(office, opened, state="done")
    waiting = notice_to(office, closed)
    client = client_for(office)

    def ids(resource: str, **query: str) -> list[int]:
        return [row["id"] for row in client.get(f"/api/v1/{resource}/", query).json()["results"]]

    assert ids("flags", open="true") == [opened.pk]
    assert ids("flags", open="false") == [closed.pk]
    assert ids("flags", colour="amber") == [closed.pk]
    assert ids("notices", state="done") == [sent.pk]
    assert ids("notices") == [waiting.pk, sent.pk]


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("reports/?period=2024-13", "period"),
        ("reports/?period=July", "period"),
        ("reports/?state=done", "state"),
        ("assessments/?as_of=2024-02-30", "as_of"),
        ("assessments/?colour=blue", "colour"),
        ("goals/?kind=wish", "kind"),
        ("goals/?area=six", "area"),
        ("goals/?document=%00", "document"),
        ("goals/?area=2.5", "area"),
        ("goals/?area=2.0", "area"),
        ("goals/?area=" + "9" * 5000, "area"),
        ("documents/?year=1e3", "year"),
        ("flags/?open=perhaps", "open"),
        ("assessments/?as_of=24.12.2024", "as_of"),
        ("reports/?stat=draft", "stat"),
        ("board/?periode=2024-07", "periode"),
        ("goals/?page_size=0", "page_size"),
        ("goals/?page_size=501", "page_size"),
        ("goals/?page_size=all", "page_size"),
    ],
)
def test_wrong_filter_is_refused_by_name(office: User, client_for: ClientFor, address: str, field: str) -> None:
    answer = client_for(office).get(f"/api/v1/{address}")

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "invalid")
    assert [error["field"] for error in problem["errors"]] == [field]


def test_ids_beyond_any_row_find_nothing(office: User, client_for: ClientFor) -> None:
    client = client_for(office)

    assert client.get("/api/v1/goals/", {"document": "9" * 5000}).json()["results"] == []
    assert client.get("/api/v1/reports/", {"goal": "9" * 18}).json()["results"] == []
    assert client.get(f"/api/v1/goals/{'9' * 40}/").json()["status"] == 404
    assert client.get(f"/api/v1/goals/{'9' * 5000}/").json()["status"] == 404


def test_pages_are_followed_by_their_links(city: City, office: User, client_for: ClientFor) -> None:
    client = client_for(office)

    first = client.get("/api/v1/goals/", {"page_size": 2}).json()
    second = client.get(first["next"]).json()

    assert [row["code"] for row in first["results"] + second["results"]] == ["A6-01", "A6-02", "A2-01"]
    assert (first["count"], first["previous"], second["next"]) == (3, None, None)


@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "9" * 50])
def test_page_there_is_not_is_404(city: City, office: User, client_for: ClientFor, page: str) -> None:
    answer = client_for(office).get("/api/v1/goals/", {"page": page})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_row_is_found_by_its_id_whatever_the_other_filters(city: City, office: User, client_for: ClientFor) -> None:
    assert client_for(office).get(f"/api/v1/goals/{city.fdi.pk}/?kind=budget").json()["code"] == "A6-01"


def test_yes_and_no_are_read_in_any_spelling(city: City, office: User, client_for: ClientFor) -> None:
    flag_of(assessment_of(city.fdi, 7, "red"))
    client = client_for(office)

    counts = [client.get("/api/v1/flags/", {"open": yes}).json()["count"] for yes in ("true", "True", "1", "0", "")]

    assert counts == [1, 1, 1, 0, 1]


def test_approved_reports_show_their_reviewer(city: City, office: User, client_for: ClientFor) -> None:
    approved_report(city.fdi, 7, 47)

    [row] = client_for(office).get("/api/v1/reports/", {"state": "approved"}).json()["results"]

    assert (row["value"], row["reviewed_by"], row["known_on"]) == (47, "Office", "2024-08-09")
