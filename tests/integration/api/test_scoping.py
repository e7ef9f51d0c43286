"""What may not leak from one department to another, and that more rows cost no more queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hztargets.models import DepartmentAlias, Role, User
from tests.factories import City, make_city, make_department, make_goal, make_user, submitted_report
from tests.integration.api.conftest import ClientFor, assessment_of, flag_of, notice_to


@pytest.fixture
def commerce_rows(city: City, clerk: User) -> dict[str, int]:
    """A row of each scoped resource that only 市商务局 and the oversight roles may see, by resource name."""
    assessment = assessment_of(city.fdi, 7, "red")
    flag = flag_of(assessment)
    return {
        "goals": city.fdi.pk,
        "reports": submitted_report(city.fdi, 7, 37).pk,
        "assessments": assessment.pk,
        "flags": flag.pk,
        "notices": notice_to(clerk, flag).pk,
    }


SCOPED = ["goals", "reports", "assessments", "flags", "notices"]


@pytest.mark.parametrize("resource", SCOPED)
def test_other_department_sees_its_own_rows_only(
    city: City, science_clerk: User, client_for: ClientFor, commerce_rows: dict[str, int], resource: str
) -> None:
    assessment = assessment_of(city.firms, 7, "red")
    flag = flag_of(assessment)
    own = {
        "goals": city.firms.pk,
        "reports": submitted_report(city.firms, 7, 900).pk,
        "assessments": assessment.pk,
        "flags": flag.pk,
        "notices": notice_to(science_clerk, flag).pk,
    }
    client = client_for(science_clerk)

    assert [row["id"] for row in client.get(f"/api/v1/{resource}/").json()["results"]] == [own[resource]]
    assert client.get(f"/api/v1/{resource}/{own[resource]}/").json()["id"] == own[resource]
    hidden = client.get(f"/api/v1/{resource}/{commerce_rows[resource]}/")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found")


def test_document_without_a_goal_of_the_department_is_not_there(
    city: City, client_for: ClientFor, office: User
) -> None:
    """As on the pages. Its periods, its board and its name as a filter tell no more."""
    elsewhere = make_user(Role.CLERK, make_department("市园文局"))
    document, period = city.document, city.period(7)
    addresses = [
        f"documents/{document.pk}/",
        f"periods/{period.pk}/",
        f"board/?document={document.number}&period=2024-07",
        "board/?period=2024-07",
    ]

    statuses = {
        user: [client_for(user).get(f"/api/v1/{address}").status_code for address in addresses]
        for user in (elsewhere, office)
    }
    lists = {
        user: [client_for(user).get(f"/api/v1/{name}/").json()["count"] for name in ("documents", "periods")]
        for user in (elsewhere, office)
    }

    assert statuses == {elsewhere: [404] * 4, office: [200] * 4}
    assert lists == {elsewhere: [0, 0], office: [1, 12]}


FOREIGN_NAMES = ["goal={fdi}", "goal=A6-01", "department={commerce}", "lead={commerce}", "document={document}"]


@pytest.mark.parametrize("resource", ["goals", "reports", "assessments", "flags"])
@pytest.mark.parametrize("query", FOREIGN_NAMES)
def test_filters_tell_nothing_of_other_departments(
    city: City, science_clerk: User, client_for: ClientFor, commerce_rows: dict[str, int], resource: str, query: str
) -> None:
    """What is another's answers exactly like what does not exist: by count, links, headers."""
    if resource == "goals" and query.startswith("goal="):
        query = query.replace("goal=", "code=")
    client = client_for(science_clerk)
    named = query.format(fdi=city.fdi.pk, commerce=city.commerce.code, document=city.document.number)
    nothing = query.split("=")[0] + "=nothing"

    foreign = client.get(f"/api/v1/{resource}/?{named}")
    unknown = client.get(f"/api/v1/{resource}/?{nothing}")

    if query.startswith("document="):
        assert "A6-01" not in foreign.content.decode()
        return
    assert foreign.json() == unknown.json() == {"count": 0, "next": None, "previous": None, "results": []}
    assert {*foreign.headers.items()} == {*unknown.headers.items()}


@pytest.mark.parametrize("resource", SCOPED)
def test_office_sees_rows_of_departments(
    office: User, client_for: ClientFor, commerce_rows: dict[str, int], resource: str
) -> None:
    ids = [row["id"] for row in client_for(office).get(f"/api/v1/{resource}/").json()["results"]]

    assert commerce_rows[resource] in ids


@pytest.mark.parametrize("resource", SCOPED)
@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_administrators_see_no_goal_and_nothing_of_one(
    client_for: ClientFor, commerce_rows: dict[str, int], resource: str, role: Role
) -> None:
    client = client_for(make_user(role))

    assert client.get(f"/api/v1/{resource}/").json()["results"] == []
    assert client.get(f"/api/v1/{resource}/{commerce_rows[resource]}/").status_code == 404


def _more_rows(city: City, recipient: User) -> None:
    clause = city.fdi.clause
    for number in (3, 4):
        quote = city.fdi.quote
        goal = make_goal(clause, f"A6-0{number}", f"外资{number}", 80, "亿美元", city.commerce, quote=quote)
        submitted_report(goal, 7, 30)
        notice_to(recipient, flag_of(assessment_of(goal, 7, "red")))
        alias_of = make_department(f"市第{number}局")
        DepartmentAlias.objects.create(department=alias_of, name=f"市第{number}委")
        make_city(f"旧{number}号", 2020)


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("documents/", 4),
        ("departments/", 5),
        ("periods/", 4),
        ("goals/", 6),
        ("reports/", 4),
        ("assessments/", 4),
        ("flags/", 5),
        ("notices/", 6),
        ("board/?period=2024-07", 8),
    ],
)
def test_list_costs_the_same_for_one_row_and_three(
    city: City, clerk: User, client_for: ClientFor, commerce_rows: dict[str, int], address: str, queries: int
) -> None:
    city.trade.delete()
    client = client_for(clerk)
    counted = _counting(client, f"/api/v1/{address}")

    one = counted()
    _more_rows(city, clerk)

    assert (one, counted()) == (queries, queries)


def _counting(client: Any, address: str) -> Callable[[], int]:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    return count
