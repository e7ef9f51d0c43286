"""The people of the small city, and refusals read in both languages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from hztargets.models import Goal, Period, Report, Role, User
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


def at(month: int, day: int) -> datetime:
    return datetime(2024, month, day, 2, 0, tzinfo=UTC)


def days_later(days: float, start: datetime = AUGUST) -> datetime:
    return start + timedelta(days=days)


@dataclass(frozen=True)
class Refused:
    """The error of a refused call: the class, the stable code, the field, and the sentence in both languages."""

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


@pytest.fixture
def year(city: City) -> City:
    """FDI is far behind until autumn and met, firms stand at half of what is due and are missed, trade stops in
    June: not decided."""
    file_year(city.fdi, [1.6 * month for month in range(1, 8)] + [16, 32, 48, 64, 80])
    file_year(city.firms, [84 * month for month in range(1, 13)])
    file_year(city.trade, [12.5 * month for month in range(1, 7)])
    return city


def file_year(goal: Goal, values: list[float]) -> None:
    office, clerk = make_user(Role.OFFICE), make_user(Role.CLERK, goal.lead)
    periods = {period.month: period for period in Period.objects.filter(document=goal.document)}
    Report.objects.bulk_create(
        Report(
            document=goal.document, goal=goal, period=periods[month], value=value, state=Report.State.APPROVED,
            created_at=AUGUST, created_by=clerk, submitted_at=AUGUST, submitted_by=clerk,
            reviewed_at=AUGUST, reviewed_by=office, known_on=periods[month].due_on,
        )
        for month, value in enumerate(values, start=1)
    )  # fmt: skip
