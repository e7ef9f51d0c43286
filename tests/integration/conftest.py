"""The people of the small city, and refusals read in both languages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from hztargets.models import Role, User
from hztargets.services.errors import ServiceError
from tests.factories import AUGUST, City, make_user


@pytest.fixture
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def security(db: None) -> User:
    return make_user(Role.SECURITY_ADMIN, username="security")


@pytest.fixture
def clerk(city: City) -> User:
    return make_user(Role.CLERK, city.commerce, username="clerk")


@pytest.fixture
def head(city: City) -> User:
    return make_user(Role.DEPARTMENT_HEAD, city.commerce, username="head")


@pytest.fixture
def office(city: City) -> User:
    return make_user(Role.OFFICE, username="office")


@pytest.fixture
def science_clerk(city: City) -> User:
    return make_user(Role.CLERK, city.science, username="science.clerk")


def days_later(days: float, start: datetime = AUGUST) -> datetime:
    return start + timedelta(days=days)


@dataclass(frozen=True)
class Refused:
    """What a refused call said: the class, the stable code, the field, and the sentence in both languages."""

    kind: type[ServiceError]
    code: str
    field: str
    english: str
    chinese: str


def refusal(call: Callable[..., Any], **arguments: Any) -> Refused:
    """Calls twice, once a language; a refusal writes nothing, so both must say the same."""
    refused = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            with pytest.raises(ServiceError) as caught:
                call(**arguments)
            error = caught.value
            refused.append(((type(error), error.code, error.field), error.message))
    (english, in_english), (chinese, in_chinese) = refused
    assert english == chinese
    return Refused(*english, in_english, in_chinese)


def chinese(text: str, *, english: str) -> str:
    """`text`, or the English sentence while the tree has no compiled catalogue (the architecture tests ask for one)."""
    compiled = settings.ROOT / "hztargets/locale/zh_Hans/LC_MESSAGES/django.mo"
    return text if compiled.exists() else english
