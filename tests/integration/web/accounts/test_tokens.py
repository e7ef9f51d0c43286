"""The security administrator's page of API tokens."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hztargets.models import ApiToken, Role, User
from hztargets.services.accounts.tokens import issue_token, use_key
from tests.factories import AUGUST, City, make_user
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import rows_of, text_of


@pytest.fixture
def security(db: None) -> User:
    return make_user(Role.SECURITY_ADMIN, username="security", display_name="Security")


@pytest.fixture
def page(visit: Visitor, security: User) -> Client:
    return visit(security)


def typed(city: City, **changes: Any) -> dict[str, Any]:
    return {"name": "数据中台", "department": city.commerce.pk, "scope": "file", "days": 90, **changes}


def key_in(answer: Any) -> str:
    [key] = re.findall(r"hzt_[\w-]{43}", answer.content.decode())
    return str(key)


def test_key_is_shown_once_and_kept_by_no_cache(page: Client, city: City) -> None:
    made = page.post("/tokens/new/", typed(city))
    again = page.get("/tokens/")

    assert use_key(key=key_in(made), address=None, now=AUGUST).account.department == city.commerce
    assert "The key of 市商务局接口·数据中台" in text_of(made)
    assert "no-store" in made["Cache-Control"]
    token = ApiToken.objects.get()
    account = token.account.username
    assert rows_of(again) == [
        [f"市商务局接口·数据中台 {account}", str(token), "read and file", "2024-08-09 Security", "never", "2024-11-07 10:00",
         "Replace Revoke"],
    ]  # fmt: skip
    assert key_in(made) not in again.content.decode()
    assert not page.session.get("_messages")


def test_replacing_shows_the_new_key_and_revoking_ends_it(page: Client, city: City) -> None:
    old = key_in(page.post("/tokens/new/", typed(city)))
    new = key_in(page.post(f"/tokens/{ApiToken.objects.get().pk}/replace/"))

    ended = page.post(f"/tokens/{ApiToken.objects.latest('pk').pk}/revoke/", follow=True)

    assert old != new
    rows = rows_of(ended)
    assert [(row[5], row[6]) for row in rows] == [
        ("revoked 2024-08-09 10:00 Security", ""), ("2024-08-10 10:00", "Replace Revoke"),
    ]  # fmt: skip
    assert f"{ApiToken.objects.latest('pk')} is revoked and opens nothing any more." in text_of(ended)


def test_a_problem_is_shown_beside_its_field_and_the_input_stays(page: Client, city: City) -> None:
    refused = page.post("/tokens/new/", typed(city, department="", days=9999))
    assert "A token lasts between 1 and 730 days." in text_of(refused)
    assert 'value="数据中台"' in refused.content.decode()

    filing = page.post("/tokens/new/", typed(city, department=""))
    assert "Only a department's program files." in text_of(filing)
    assert not ApiToken.objects.exists()


def test_a_token_that_has_ended_cannot_end_again(page: Client, city: City) -> None:
    page.post("/tokens/new/", typed(city))
    address = f"/tokens/{ApiToken.objects.get().pk}/"
    page.post(f"{address}revoke/")

    answers = [text_of(page.post(f"{address}{verb}/", follow=True)) for verb in ("revoke", "replace")]

    assert ["This token has ended already." in answer for answer in answers] == [True, True]
    assert page.post("/tokens/999999/revoke/").status_code == 404


def test_the_page_is_found_from_the_start(page: Client) -> None:
    assert 'href="/tokens/"' in page.get("/").content.decode()


def test_list_costs_the_same_for_one_token_and_three(
    page: Client, city: City, security: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number, name in enumerate(("一", "二", "三")):
        department = (city.commerce, city.science, None)[number]
        scope = "file" if department else "read"
        issue_token(name=name, department=department, scope=scope, by=security, now=AUGUST)
        if number != 1:
            with django_assert_num_queries(6):
                assert len(rows_of(page.get("/tokens/"))) == number + 1
