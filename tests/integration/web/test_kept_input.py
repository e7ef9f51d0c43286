import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from hztargets.models import Report, Role, User
from tests.factories import AUGUST, City, make_user
from tests.integration.web.filing.grid.reading import GridRow, grid_of, typed
from tests.integration.web.reading import text_of

NEEDS = ("Still to be filled in: cause, remedy, expected date.",)


@pytest.fixture
def user(city: City) -> User:
    return make_user(Role.CLERK, city.commerce, username="clerk.a", language="en")


@pytest.fixture
def browser(user: User) -> Client:
    """With the CSRF check of real life."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def address(city: City) -> str:
    return f"/documents/{city.document.pk}/filing/2024-07/"


def token_in(response: Any) -> str:
    return hidden(response, "csrfmiddlewaretoken")


def hidden(response: Any, name: str) -> str:
    """The last field of that name: the page's frame may have one, too."""
    found = re.findall(rf'name="{name}"\s+value="([^"]*)"', response.content.decode())
    return unescape(found[-1]) if found else ""


def send(browser: Client, city: City, user: User) -> Any:
    page = browser.get(address(city))
    fields = typed(city.fdi, value="36", revision="0") | typed(city.trade, value="七", revision="0")
    with time_machine.travel(AUGUST + timedelta(minutes=31), tick=False):
        return browser.post(
            address(city), {**fields, "typed_by": user.pk, "save": "", "csrfmiddlewaretoken": token_in(page)}
        )


def log_in(browser: Client, answer: Any, username: str, password: str = "correct horse") -> Any:
    sent = {name: hidden(answer, name) for name in ("csrfmiddlewaretoken", "next", "kept")}
    with time_machine.travel(AUGUST + timedelta(minutes=33), tick=False):
        return browser.post("/login/", {**sent, "username": username, "password": password})


def test_what_was_typed_is_back_after_logging_in(browser: Client, user: User, city: City) -> None:
    answer = send(browser, city, user)
    assert answer.status_code == 401
    assert "everything you typed will stand in the page again" in text_of(answer)
    assert Report.objects.count() == 0

    wrong = log_in(browser, answer, user.username, "not it")
    back = log_in(browser, wrong, user.username)
    assert back.headers["Location"] == address(city)
    with time_machine.travel(AUGUST + timedelta(minutes=33), tick=False):
        page = browser.get(address(city))
        again = browser.get(address(city))

    assert grid_of(page) == {
        "实际利用外资": GridRow("needs", "36", NEEDS, "Amber"),
        "组织外贸团组": GridRow("wrong", "七", ("Error: “七” is not a number. Enter digits only, such as 1234.5.", "This row is not saved yet.")),
    }  # fmt: skip
    assert "What you had typed before logging in is back below. It is not saved yet." in text_of(page)
    assert {name: row.value for name, row in grid_of(again).items()} == {"实际利用外资": "", "组织外贸团组": ""}
    assert Report.objects.count() == 0

    fields = typed(city.fdi, value="36", revision="0")
    with time_machine.travel(AUGUST + timedelta(minutes=33), tick=False):
        browser.post(address(city), {**fields, "save": "", "csrfmiddlewaretoken": token_in(page)})
    assert Report.objects.get().value == 36


def test_somebody_else_who_logs_in_does_not_see_it(browser: Client, user: User, city: City) -> None:
    answer = send(browser, city, user)
    other = make_user(Role.CLERK, city.commerce, username="clerk.b", language="en")
    log_in(browser, answer, other.username)
    with time_machine.travel(AUGUST + timedelta(minutes=33), tick=False):
        rows = grid_of(browser.get(address(city)))
    assert {name: row.value for name, row in rows.items()} == {"实际利用外资": "", "组织外贸团组": ""}


def test_what_nobody_signed_is_not_believed(browser: Client, user: User, city: City) -> None:
    answer = send(browser, city, user)
    sent = {name: hidden(answer, name) for name in ("csrfmiddlewaretoken", "next")}
    forged = hidden(answer, "kept").replace(":", "x:", 1)
    with time_machine.travel(AUGUST + timedelta(minutes=33), tick=False):
        browser.post("/login/", {**sent, "kept": forged, "username": user.username, "password": "correct horse"})
        rows = grid_of(browser.get(address(city)))
    assert {name: row.value for name, row in rows.items()} == {"实际利用外资": "", "组织外贸团组": ""}


def test_a_form_from_elsewhere_is_refused_as_ever(browser: Client, user: User, city: City) -> None:
    fields = typed(city.fdi, value="36", revision="0")
    assert browser.post(address(city), {**fields, "typed_by": user.pk, "save": ""}).status_code == 403
    browser.logout()
    assert browser.post(address(city), {**fields, "typed_by": user.pk, "save": ""}).status_code == 403
