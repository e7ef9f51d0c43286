"""The back-test page shows the same results as `manage.py backtest`."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hztargets.models import Assessment, AuditEvent, Goal, Report, Role, RuleSetVersion
from hztargets.queries.assessment import backtest
from hztargets.queries.board.board import COLOURS
from tests.factories import City, make_city, make_user
from tests.integration.conftest import file_year
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import links_of, rows_of, text_of

AFTER_THE_YEAR = "2025-02-20 10:00+08:00"


@pytest.fixture(autouse=True)
def _on_9_august_2024() -> Iterator[None]:
    """Instead of August: the year is over and known."""
    with time_machine.travel(AFTER_THE_YEAR, tick=False):
        yield


@pytest.fixture
def office(visit: Visitor) -> Client:
    return visit(make_user(Role.OFFICE))


def page(city: City, a: str = "", b: str = "") -> str:
    return f"/documents/{city.document.pk}/backtest/" + (f"?a={a}&b={b}" if a else "")


def _command(a: str, b: str) -> dict[str, Any]:
    out = StringIO()
    call_command("backtest", rule_set=a, against=b, format="json", stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def test_the_page_and_the_command_agree(office: Client, year: City) -> None:
    report = _command("eighty_sixty", "likelihood")

    response = office.get(page(year, "eighty_sixty", "likelihood"))

    shown = text_of(response)
    assert "3 goals as known on 2025-02-20: 1 met, 1 missed, 1 not decided." in shown
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    expected = [
        [months[int(month) - 1], *(str(lights.get(colour, 0)) for colour in COLOURS)]
        for rule_set in report["rule_sets"]
        for month, lights in rule_set["lights"].items()
    ]
    rows = [row for row in rows_of(response) if row[0] in months]
    assert (rows, len(rows)) == (expected, 24)
    for rule_set in report["rule_sets"]:
        assert (
            f"Red on goals finally met {len(rule_set['false_reds'])} / 1 "
            f"Misses caught in time {len(rule_set['caught'])} / 1 Changes of light {rule_set['changes']}"
        ) in shown


def test_goals_are_named_and_linked(office: Client, year: City) -> None:
    response = office.get(page(year, "eighty_sixty", "two_ambers"))

    assert (
        "Red on goals finally met 1 实际利用外资 red from Jan "
        "Misses caught, and from when 1 新增高新技术企业 red from Jan Misses never red in time 0 none"
    ) in text_of(response)
    assert links_of(response)["新增高新技术企业"] == f"/documents/{year.document.pk}/goals/A2-01/"


def test_nothing_is_written(office: Client, year: City) -> None:
    office.get(page(year, "1", "two_ambers"))

    tables = (RuleSetVersion, Assessment, AuditEvent)
    assert [table._default_manager.count() for table in tables] == [1, 0, 0]


def test_the_choice_comes_before_the_figures(office: Client, year: City) -> None:
    shown = text_of(office.get(page(year)))

    assert "Rule set A Version 1: Likelihood method of the specification Example: Likelihood method" in shown
    assert "as known on" not in shown


@pytest.mark.parametrize("a", ["99", "nonsense", "%00", "1'"])
def test_unknown_rules_are_refused_beside_their_field(office: Client, year: City, a: str) -> None:
    response = office.get(page(year, a, "1"))

    assert response.status_code == 200
    assert "Select a valid choice." in text_of(response)
    assert "as known on" not in text_of(response)


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.CLERK, Role.SYSTEM_ADMIN])
def test_only_the_office_back_tests(visit: Visitor, year: City, role: Role) -> None:
    client = visit(make_user(role, year.commerce if role in Role.of_a_department() else None))

    response = client.get(page(year, "1", "two_ambers"))

    assert response.status_code == 403
    assert "实际利用外资" not in text_of(response)


def test_goals_of_other_documents_stay_out(office: Client, year: City) -> None:
    other = make_city("测政函〔2024〕2号")
    Goal.objects.filter(document=other.document).update(name="别的目标")
    file_year(other.fdi, [1] * 7)

    shown = text_of(office.get(page(year, "1", "two_ambers")))

    assert "3 goals as known on 2025-02-20" in shown
    assert "别的目标" not in shown


def test_a_goal_that_cannot_be_replayed_is_named(office: Client, year: City, monkeypatch: pytest.MonkeyPatch) -> None:
    real = backtest.replay_goal

    def replay_goal(subject: Any, *args: Any) -> Any:
        if subject.code == "A6-01":
            raise ZeroDivisionError
        return real(subject, *args)

    monkeypatch.setattr(backtest, "replay_goal", replay_goal)

    shown = text_of(office.get(page(year, "1", "two_ambers")))

    assert "Could not be replayed, see the log: A6-01" in shown


@pytest.mark.parametrize("goals", [1, 3])
def test_queries_do_not_grow_with_the_goals(
    office: Client, year: City, goals: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    left_out = [year.trade.pk, year.firms.pk] if goals == 1 else []
    Report.objects.filter(goal__in=left_out).delete()
    Goal.objects.filter(pk__in=left_out).delete()

    with django_assert_num_queries(17):
        shown = text_of(office.get(page(year, "1", "two_ambers")))

    assert f"{goals} goals as known on" in shown
