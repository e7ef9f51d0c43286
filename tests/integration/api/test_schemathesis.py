"""schemathesis asks every operation of the description, as each who may come, for answers the description does not promise.

A few examples run here, always the same ones. `HZ_API_EXAMPLES=300 HZ_API_SEED=7 pytest <this file>` digs deeper.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import hypothesis
import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from hztargets.models import Department, Role
from tests.architecture.access_world import FOREIGN, OWN, World, make_world
from tests.factories import AUGUST, City, make_user
from tests.integration.api.conftest import new_token
from tests.integration.api.test_schema import METHODS

RESOURCES = sorted({path.split("/")[3] for path in METHODS})
EXAMPLES = int(os.environ.get("HZ_API_EXAMPLES", "6"))
SEED = os.environ.get("HZ_API_SEED")
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
]
CSRF = "c" * 32

Headers = dict[str, str]


def program(department: Department) -> Headers:
    return {"Authorization": f"Token {new_token(department, 'file').key}"}


def person(role: str) -> Headers:
    client = Client()
    client.force_login(make_user(role))
    session = client.cookies["sessionid"].value
    return {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}


ASKED_BY: dict[str, Callable[[City], Headers]] = {
    "program of the department": lambda city: program(city.commerce),
    "office": lambda _city: person(Role.OFFICE),
    "stranger": lambda _city: {},
}


@pytest.fixture
def world(city: City) -> Iterator[World]:
    with time_machine.travel(AUGUST, tick=False):
        yield make_world(city)


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Requests share the test's connection and must not close it, as with Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@cache
def description() -> Any:
    """Who asks is the test's to say, not the generator's."""
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    return schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application(), config=config)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def settings() -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=SEED is None,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


def cases_of(operation: Any, world: World) -> st.SearchStrategy[Any]:
    """Right and wrong requests, about anything, and about rows that exist."""
    path: str = operation.path
    anything = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]
    if "{id}" not in path:
        return st.one_of(anything)
    name = path.split("/")[3].removesuffix("s")
    ids = [world.things[kind].rows[name].pk for kind in (OWN, FOREIGN, *(["own draft"] if name == "report" else []))]
    known = [
        operation.as_strategy(generation_mode=mode, path_parameters={"id": pk}) for mode in GenerationMode for pk in ids
    ]
    return st.one_of(*known, *anything)


def about(case: Any, world: World, data: st.DataObject) -> None:
    """Half of the well-formed reports are about a goal and a period there are."""
    is_right = case.meta is None or case.meta.generation.mode == GenerationMode.POSITIVE
    if is_right and isinstance(case.body, dict) and "goal" in case.body and data.draw(st.booleans()):
        thing = world.things[OWN]
        case.body |= {"goal": thing.free_goal.code, "period": "2024-04", "document": thing.document.pk}


@pytest.mark.parametrize("who", ASKED_BY)
@pytest.mark.parametrize("resource", RESOURCES)
def test_answers_are_as_described(city: City, world: World, who: str, resource: str) -> None:
    headers = ASKED_BY[who](city)
    for path, methods in METHODS.items():
        for method in methods if path.startswith(f"/api/v1/{resource}/") else ():
            ask_many_times(description()[path][method.upper()], world, headers)


def ask_many_times(operation: Any, world: World, headers: Headers) -> None:
    @settings()
    @given(case=cases_of(operation, world), data=st.data())
    def ask(case: Any, data: st.DataObject) -> None:
        about(case, world, data)
        left_empty = "" in (case.query or {}).values()
        checks = CHECKS[:-1] if left_empty else CHECKS  # an empty filter counts as left out; no schema can say that
        with undone():
            case.call_and_validate(headers={**headers, "Accept-Encoding": "identity"}, checks=checks)

    if SEED is not None:
        ask = hypothesis.seed(int(SEED))(ask)
    ask()
