"""Clients of people and of programs, and rows as judging, flagging and noticing would have left them."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from hztargets.models import ApiToken, Assessment, Department, Flag, FlagTransition, Goal, Notice, Role, User
from hztargets.services.accounts.tokens import NewToken, issue_token
from tests.factories import AUGUST, City, make_user

ClientFor = Callable[..., APIClient]


@pytest.fixture
def august() -> Iterator[None]:
    with time_machine.travel(AUGUST, tick=False):
        yield


@pytest.fixture
def client_for() -> ClientFor:
    def make(user: User, language: str = "en") -> APIClient:
        client = APIClient(HTTP_ACCEPT_LANGUAGE=language)
        client.default_format = "json"
        client.force_login(user)
        return client

    return make


@pytest.fixture
def program_for(db: None) -> ClientFor:
    """A program of the department, or without one of the oversight side, with a token of its own."""

    def make(department: Department | None = None, scope: str = "file", language: str = "en") -> APIClient:
        client = APIClient(HTTP_ACCEPT_LANGUAGE=language)
        client.default_format = "json"
        client.credentials(HTTP_AUTHORIZATION=f"Token {new_token(department, scope).key}")
        return client

    return make


def new_token(department: Department | None, scope: str, **arguments: Any) -> NewToken:
    security = User.objects.filter(role=Role.SECURITY_ADMIN).first() or make_user(Role.SECURITY_ADMIN)
    name = f"program {ApiToken.objects.count()}"
    return issue_token(
        **{"name": name, "department": department, "scope": scope, "by": security, "now": timezone.now(), **arguments}
    )


@pytest.fixture
def clerk(city: City) -> User:
    return make_user(Role.CLERK, city.commerce, display_name="Commerce clerk")


@pytest.fixture
def office(city: City) -> User:
    return make_user(Role.OFFICE, display_name="Office")


def assessment_of(goal: Goal, month: int, colour: str, **columns: Any) -> Assessment:
    period = goal.document.periods.get(month=month)
    return Assessment.objects.create(
        **{
            "document": goal.document,
            "goal": goal,
            "period": period,
            "rule_set": goal.document.rule_sets.get(),
            "known_from": period.opens_on,
            "recorded_at": AUGUST,
            "colour": colour,
            "status_colour": colour,
            "raw": colour,
            "judged_month": month,
            "value": Decimal("37.500000"),
            "target": Decimal("80.000000"),
            "done_share": 0.46875,
            "sentence": f"{goal.name}：落后。",
            "sentence_en": f"{goal.code}: behind.",
            "fingerprint": "f",
            **columns,
        }
    )


def flag_of(assessment: Assessment, **columns: Any) -> Flag:
    flag = Flag.objects.create(
        **{
            "document": assessment.document,
            "goal": assessment.goal,
            "colour": assessment.colour,
            "opened_on": assessment.known_from,
            "opened_at": AUGUST,
            **columns,
        }
    )
    FlagTransition.objects.create(
        flag=flag,
        period=assessment.period,
        assessment=assessment,
        to_colour=assessment.colour,
        as_of=assessment.known_from,
        at=AUGUST,
    )
    return flag


def notice_to(recipient: User, flag: Flag, **columns: Any) -> Notice:
    """`columns` are of its delivery by e-mail."""
    notice = Notice.objects.create(
        document=flag.document,
        recipient=recipient,
        kind="flags",
        subject="One red light",
        text="See the board.",
        html="<p>See the board.</p>",
        dedupe_key=f"{recipient.pk}:{flag.pk}",
        created_at=AUGUST,
    )
    notice.deliveries.create(
        channel="email", message_id=f"<{recipient.pk}.{flag.pk}@test>", created_at=AUGUST, **columns
    )
    notice.transitions.set(flag.transitions.all())
    return notice


def problem(code: str, status: int, title: str, detail: str, instance: str, *errors: tuple[str, str, str]) -> Any:
    return {
        "type": f"urn:hztargets:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "errors": [dict(zip(("field", "message", "code"), error, strict=True)) for error in errors],
    }


def assert_problem(answer: Any, expected: dict[str, Any]) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (expected["status"], "application/problem+json")
    assert answer.json() == expected


def draft_of(city: City, **content: Any) -> dict[str, Any]:
    return {"goal": city.fdi.pk, "period": "2024-07", "value": 47, **content}
