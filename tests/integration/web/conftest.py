from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from hztargets.models import Goal, Role, User
from tests.factories import AUGUST, make_user

Visitor = Callable[..., Client]


@pytest.fixture(autouse=True)
def _on_9_august_2024() -> Iterator[None]:
    """Two days after July's deadline; the periods up to July are open."""
    with time_machine.travel(AUGUST, tick=False):
        yield


@pytest.fixture
def visit(db: None) -> Visitor:
    """A browser in which the user is logged in; the language is English by default."""

    def as_user(user: User | None, language: str = "en") -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client

    return as_user


@pytest.fixture
def director(db: None) -> User:
    return make_user(Role.OFFICE, display_name="督查室")


def goal_page(goal: Goal, rest: str = "") -> str:
    return f"/documents/{goal.document_id}/goals/{goal.code}/{rest}"
