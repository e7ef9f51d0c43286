"""`manage.py backtest` and `add_rule_set`: try rules on a year, then switch them on."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from hztargets.domain.ruleset import DEFAULT_RULES, EIGHTY_SIXTY, TEN_TO_THIRTY_POINTS, TWO_AMBERS
from hztargets.models import Assessment, AssessmentRun, AuditEvent, Goal, Report, Role, RuleSetVersion
from hztargets.queries.assessment import backtest
from hztargets.queries.assessment.backtest import backtest_document
from tests.factories import AUGUST, City, make_user

pytestmark = pytest.mark.usefixtures("in_english")

AFTER_THE_YEAR = "2025-02-20 10:00+08:00"


def run(command: str, *args: str, **options: Any) -> str:
    out = StringIO()
    with time_machine.travel(AFTER_THE_YEAR, tick=False):
        call_command(command, *args, stdout=out, stderr=out, **options)
    return out.getvalue()


def tables() -> list[list[dict[str, Any]]]:
    return [
        list(table._default_manager.order_by("pk").values())
        for table in (RuleSetVersion, Assessment, AssessmentRun, AuditEvent, Report)
    ]


def test_json_tells_the_year_under_both_rule_sets(year: City) -> None:
    before = tables()
    answer = json.loads(run("backtest", rule_set="eighty_sixty", against="two_ambers", format="json"))
    ratio, ambers = answer.pop("rule_sets")
    assert answer == {
        "document": year.document.number,
        "as_of": "2025-02-20",
        "months": list(range(1, 13)),
        "goals": 3,
        "met": 1,
        "missed": 1,
        "undecided": 1,
        "failed": [],
    }
    silent = {
        "7": {"red": 2, "green": 1},
        "8": {"red": 2, "grey": 1},
        "9": {"red": 2, "grey": 1},
        "10": {"amber": 1, "red": 1, "grey": 1},
        "11": {"green": 1, "red": 1, "grey": 1},
        "12": {"green": 1, "red": 1, "grey": 1},
    }
    assert ratio == {
        "rule_set": "eighty_sixty",
        "lights": {**{str(month): {"red": 2, "green": 1} for month in range(1, 7)}, **silent},
        "changes": 3,
        "false_reds": [{"code": "A6-01", "month": 1}],
        "caught": [{"code": "A2-01", "month": 1}],
        "not_caught": [],
    }
    assert ambers == {
        **ratio,
        "rule_set": "two_ambers",
        "lights": {**ratio["lights"], "10": {"red": 2, "grey": 1}},
        "changes": 2,
    }
    assert tables() == before


def test_the_table_is_readable(year: City) -> None:
    printed = run("backtest", rule_set="1", against="eighty_sixty", document=year.document.number)
    first, block = printed.split("\n\nB  eighty_sixty\n")
    assert first.startswith(
        "测政函〔2024〕1号  as of 2025-02-20  3 goals: met 1, missed 1, not decided 1\n\nA  1 (likelihood)\n"
    )
    assert block.splitlines() == [
        "  month      red  amber  green   grey   none",
        *(f"  {month:>5}        2      0      1      0      0" for month in range(1, 8)),
        "      8        2      0      0      1      0",
        "      9        2      0      0      1      0",
        "     10        1      1      0      1      0",
        "     11        1      0      1      1      0",
        "     12        1      0      1      1      0",
        "  light changes              3",
        "  red on goals finally met   1 of 1: A6-01 from month 1",
        "  misses caught in time      1 of 1: A2-01 from month 1",
        "  misses never red in time   0",
    ]


def test_rules_come_from_a_file_too(year: City, tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({**EIGHTY_SIXTY.to_data(), "name": "试行办法"}), encoding="gb18030")
    answer = json.loads(run("backtest", rule_set="eighty_sixty", against=str(path), format="json"))
    shipped, tried = answer["rule_sets"]
    assert (tried.pop("rule_set"), shipped.pop("rule_set")) == (f"{path} (试行办法)", "eighty_sixty")
    assert tried == shipped


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "1: not JSON (Expecting property name enclosed in double quotes). Correct the file."),
        (
            '{"pace": {"basis": "feeling"}}',
            " pace.basis: Expected one of points, ratio, growth, got 'feeling'. Correct the field.",
        ),
    ],
)
def test_a_file_that_is_no_rule_set(year: City, tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "rules.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        run("backtest", rule_set="1", against=str(path))
    assert str(caught.value) == f"{path}:{message}"


def test_unknown_rules_name_the_known_ones(year: City) -> None:
    with pytest.raises(CommandError) as caught:
        run("backtest", rule_set="1", against="2")
    assert str(caught.value) == (
        "There is no rule set '2'. Give a version of 测政函〔2024〕1号 (1), a shipped one (likelihood, "
        "ten_to_thirty_points, up_to_half_below, eighty_sixty, two_ambers, growth_and_comparator, quarterly_table) "
        "or the path of a JSON file."
    )


@pytest.mark.parametrize("goals", [1, 3])
def test_a_backtest_takes_eight_queries(
    year: City, goals: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    left_out = [year.trade.pk, year.firms.pk] if goals == 1 else []
    Report.objects.filter(goal__in=left_out).delete()
    Goal.objects.filter(pk__in=left_out).delete()
    with django_assert_num_queries(8):
        result = backtest_document(year.document, [EIGHTY_SIXTY, DEFAULT_RULES], AUGUST.date())
    assert (result.backtest.goals, result.months, result.failed) == (goals, tuple(range(1, 8)), ())


def test_one_bad_goal_does_not_stop_the_others(year: City, monkeypatch: pytest.MonkeyPatch) -> None:
    real = backtest.replay_goal

    def replay_goal(subject: Any, *args: Any) -> Any:
        if subject.code == "A6-01":
            raise ZeroDivisionError
        return real(subject, *args)

    monkeypatch.setattr(backtest, "replay_goal", replay_goal)
    printed = run("backtest", rule_set="eighty_sixty", against="two_ambers")
    assert "2 goals: met 0, missed 1, not decided 1" in printed
    assert printed.endswith("Not replayed, see the log: A6-01\n")


def test_rules_are_switched_on_by_an_account_of_the_office(city: City) -> None:
    office = make_user(Role.OFFICE, username="office")
    printed = run("add_rule_set", "two_ambers", effective_month=9, reason="试行", by="office")
    assert printed == (
        "测政函〔2024〕1号: rules two_ambers v2 from month 9. The next `manage.py assess` judges by them.\n"
    )
    version = RuleSetVersion.objects.get(version=2)
    assert (version.created_by, version.effective_month, version.reason) == (office, 9, "试行")
    assert version.to_rules().pace == TWO_AMBERS.pace
    assert TEN_TO_THIRTY_POINTS.pace != TWO_AMBERS.pace


@pytest.mark.parametrize(
    ("by", "reason", "message"),
    [
        ("clerk", "试行", "Your role may not do this. Nothing was written."),
        ("nobody", "试行", "There is no active account 'nobody'."),
        ("office", " ", "reason: Give a reason; it is kept with the decision. Nothing was written."),
    ],
)
def test_nobody_else_switches_rules_on(city: City, by: str, reason: str, message: str) -> None:
    make_user(Role.OFFICE, username="office")
    make_user(Role.CLERK, city.commerce, username="clerk")
    with pytest.raises(CommandError) as caught:
        run("add_rule_set", "two_ambers", effective_month=9, reason=reason, by=by)
    assert str(caught.value) == message
    assert RuleSetVersion.objects.count() == 1
