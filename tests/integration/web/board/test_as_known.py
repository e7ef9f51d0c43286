"""The board of a past day does not change when something is corrected afterwards."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from hztargets.domain.ruleset import EIGHTY_SIXTY
from hztargets.models import Assessment, Role, User
from hztargets.services.assessment.assessing import assess_document
from hztargets.services.calendar.notice import load_notice
from hztargets.services.calendar.periods import extend_period
from hztargets.services.decisions.plans import set_plan, set_reference_year
from hztargets.services.decisions.rules import add_rule_set_version
from hztargets.services.decisions.targets import revise_goal
from tests.factories import AUGUST, City, approved_report, make_user
from tests.integration.services.decisions.plans import LATE, YEAR_2023
from tests.integration.web.conftest import Visitor

THEN, LATER = date(2024, 8, 20), datetime(2024, 9, 2, 2, 0, tzinfo=UTC)
DECIDED = {"reason": "更正", "now": LATER}
NOTICE = "day,kind,name\n2024-08-05,rest,防汛\n2024-10-02,rest,国庆节\n"


def restate(city: City, office: User) -> Any:
    return approved_report(city.fdi, 7, 60, now=LATER, is_restated=True)


def file_late(city: City, office: User) -> Any:
    return approved_report(city.trade, 7, 80, now=LATER)


def replan(city: City, office: User) -> Any:
    return set_plan(goal=city.fdi, values=LATE, effective_month=3, by=office, **DECIDED)


def tell_last_year(city: City, office: User) -> Any:
    return set_reference_year(goal=city.fdi, year=2023, values=YEAR_2023, by=office, **DECIDED)


def lower_target(city: City, office: User) -> Any:
    return revise_goal(goal=city.fdi, value=Decimal(40), effective_month=6, by=office, **DECIDED)


def change_rules(city: City, office: User) -> Any:
    return add_rule_set_version(document=city.document, rules=EIGHTY_SIXTY, effective_month=2, by=office, **DECIDED)


def load_another_calendar(city: City, office: User) -> Any:
    return load_notice(text=NOTICE, year=2024, by=office, now=LATER)


def grant_more_time(city: City, office: User) -> Any:
    return extend_period(period=city.period(8), due_on=date(2024, 9, 12), by=office, **DECIDED)


CORRECTIONS = (
    restate, file_late, replan, tell_last_year, lower_target, change_rules, load_another_calendar, grant_more_time,
)  # fmt: skip
WITHOUT_EFFECT = (load_another_calendar, grant_more_time)
"""They change no light of a month that was due already."""


def shown(client: Client, city: City) -> list[str]:
    """The whole page of July's and of June's board of that day, without the form's one-time token."""
    state = f"as_of={THEN}"
    pages = [client.get(f"/documents/{city.document.pk}/board/?period=2024-{month}&{state}") for month in ("07", "06")]
    assert [city.fdi.name in page.content.decode() for page in pages] == [True, True]
    return [re.sub(r'value="\w{64}"', "", page.content.decode()) for page in pages]


def assessment_rows(known_on: date | None) -> list[dict[str, Any]]:
    rows = Assessment.objects.current() if known_on is None else Assessment.objects.as_known_on(known_on)
    return list(rows.order_by("goal", "period").values())


@pytest.fixture
def known(city: City) -> City:
    for month in range(1, 8):
        approved_report(city.fdi, month, 4.5 * month, now=AUGUST)
    approved_report(city.trade, 6, 75, now=AUGUST)
    assess_document(document=city.document, as_of=AUGUST.date(), now=AUGUST)
    return city


@pytest.mark.parametrize("correct", CORRECTIONS, ids=lambda correct: correct.__name__)
def test_a_past_days_pages_survive_a_correction(
    correct: Callable[[City, User], Any], known: City, visit: Visitor
) -> None:
    office = make_user(Role.OFFICE)
    with time_machine.travel(LATER, tick=False):
        assess_document(document=known.document, as_of=LATER.date(), now=LATER)
        reader = visit(office)
        pages, rows, now = shown(reader, known), assessment_rows(THEN), assessment_rows(None)
        correct(known, office)
        assess_document(document=known.document, as_of=LATER.date(), now=LATER)
        assert shown(reader, known) == pages
        assert [_lasting(row) for row in assessment_rows(THEN)] == [_lasting(row) for row in rows]
        fingerprints_before = {(row["goal_id"], row["period_id"]): row["fingerprint"] for row in now}
        fingerprints_now = {(row["goal_id"], row["period_id"]): row["fingerprint"] for row in assessment_rows(None)}
        assert (fingerprints_before.items() <= fingerprints_now.items()) == (correct in WITHOUT_EFFECT)


def _lasting(row: dict[str, Any]) -> dict[str, Any]:
    """All columns of a row except the day it was replaced."""
    return {name: value for name, value in row.items() if name != "known_until"}
