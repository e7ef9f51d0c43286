"""The worked examples of the specification, and reading of cases."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hztargets.domain.cases import CaseError, evaluate_case, parse_case
from hztargets.domain.problems import Problem

EXAMPLES = json.loads((Path(__file__).parent / "data" / "assessment.json").read_text(encoding="utf-8"))
DOCUMENTED = {
    *("colour", "raw", "history", "reasons", "p_meet", "expected", "expected_share", "attainment", "lag_pp", "kappa"),
    *("sigma_pp", "nu", "grade", "projection", "interval80", "pace_ratio", "required_per_month", "achieved_per_month"),
    *("required_rest", "value", "progress", "c", "met", "freshness", "status_colour", "colour_vs_original", "due"),
    *("days_left", "expected_pct", "side", "p_low", "p_high", "period"),
}
CHANCES = {"p_meet", "p_low", "p_high"}


def at_path(output: Mapping[str, Any], path: str) -> Any:
    for name in path.split("."):
        output = output[name]
    return output


def close(name: str, got: Any, want: Any) -> bool:
    if isinstance(want, bool) or want is None or isinstance(want, str):
        return type(got) is type(want) and got == want
    if name == "reasons":
        return set(got) == set(want)
    if isinstance(want, list):
        return len(got) == len(want) and all(close("", g, w) for g, w in zip(got, want, strict=True))
    return isinstance(got, int | float) and abs(got - want) <= (
        0.003 if name in CHANCES else max(0.002, 0.001 * abs(want))
    )


@pytest.mark.parametrize("case", EXAMPLES["cases"], ids=[case["id"] for case in EXAMPLES["cases"]])
def test_worked_example(case: dict[str, Any]) -> None:
    output = evaluate_case(case["input"])
    json.dumps(output, allow_nan=False)
    wrong = {
        name: (at_path(output, name), want)
        for name, want in case["expected"].items()
        if not close(name, at_path(output, name), want)
    }
    assert wrong == {}


def output(**data: Any) -> dict[str, Any]:
    return evaluate_case({"target": {"kind": "flow", "value": 100}, **data})


def test_every_documented_output_is_there() -> None:
    assert not DOCUMENTED - set(output())


def test_defaults() -> None:
    case = parse_case({"target": {"kind": "flow", "value": 100}, "reports": [{"period": 3, "value": 1}]})
    report = case.reports[0]
    assert (case.target.direction, case.frequency, case.profile.type) == ("up", "monthly", "auto")
    assert (report.status, report.version, report.restated) == ("approved", 1, False)
    versions = parse_case({"target": {"kind": "flow"}, "target_versions": [{"value": 5}]}).target_versions
    assert [version.effective_from for version in versions] == [1]


def test_null_counts_as_left_out() -> None:
    assert output(today=None, profile=None, reports=[{"period": 6, "value": None}])["period"] is None


def test_whole_numbers_may_be_written_as_fractions_and_unknown_years_as_null() -> None:
    plain = output(profile={"history": [[1] * 12]}, reports=[{"period": 6, "value": 40}], due_day=5)
    loose = output(
        profile={"history": [None, [1.0] * 12]}, reports=[{"period": 6.0, "value": 40.0, "version": 1.0}], due_day=5.0
    )
    assert loose == plain


def test_misspelt_field_is_answered_with_the_known_one() -> None:
    with pytest.raises(CaseError) as caught:
        output(report=[])
    assert caught.value.problem == Problem("misspelt_field", "report", facts={"suggestion": "reports"})


def test_output_is_plain_json() -> None:
    plain = output(today="2024-08-15", reports=[{"period": 6, "value": 40}], year=2024)
    assert plain["freshness"] == {
        "state": "late",
        "missing": 1,
        "overdue_days": 5,
        "escalate": 0,
        "missing_periods": [7],
    }
    assert (plain["history"], plain["reasons"]) == (["amber"], ["weak_profile_capped"])
    assert isinstance(plain["interval80"], list)
    milestone = evaluate_case({"target": {"kind": "milestone", "by": "Q3"}, "year": 2024, "today": "2024-08-01"})
    assert (milestone["due"], milestone["days_left"]) == ("2024-09-30", 60)


def test_year_of_today_when_none_is_given() -> None:
    late = output(today="2026-03-15", reports=[{"period": 1, "value": 8}])
    assert late["freshness"]["state"] == "late"


def test_other_rules_can_be_chosen() -> None:
    rules = {"method": "pace", "pace": {"amber": {"value": 5, "inclusive": True}}}
    assert output(reports=[{"period": 6, "value": 45}], rules=rules)["colour"] == "amber"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"frequency": "monthly"}, "frequency"),
        ({"freq": "weekly"}, "freq"),
        ({"target": None}, "target"),
        ({"target": {"value": 5}}, "target.kind"),
        ({"target": {"kind": "flux"}}, "target.kind"),
        ({"target": {"kind": "flow", "value": "5"}}, "target.value"),
        ({"target": {"kind": "flow", "value": float("nan")}}, "target.value"),
        ({"target": {"kind": "flow", "value": 10**400}}, "target.value"),
        ({"target": {"kind": "flow", "valeu": 5}}, "target.valeu"),
        ({"target": {"kind": "flow", "approx": 1}}, "target.approx"),
        ({"target": {"kind": "flow", "precision": 1.5}}, "target.precision"),
        ({"target": {"kind": "flow", "expr": "growth_on_baseline", "baseline": 3}}, "target.growth"),
        ({"target": {"kind": "milestone"}}, "target.due"),
        ({"target": {"kind": "milestone", "by": "winter"}}, "target.by"),
        ({"target": {"kind": "milestone", "due": "30.9.2024"}}, "target.due"),
        ({"target": {"kind": "milestone", "by": "autumn"}}, "year"),
        ({"profile": {"type": "guess"}}, "profile.type"),
        ({"profile": {"plan": [1, 2, 3]}}, "profile.plan"),
        ({"profile": {"plan": [None] * 12}}, "profile.plan[0]"),
        ({"profile": {"history": [[1] * 12, [1] * 11]}}, "profile.history[1]"),
        ({"profile": {"history": [["x"] * 12]}}, "profile.history[0][0]"),
        ({"reports": [{"value": 5}]}, "reports[0].period"),
        ({"reports": [{"period": 0, "value": 5}]}, "reports[0].period"),
        ({"reports": [{"period": 13, "value": 5}]}, "reports[0].period"),
        ({"reports": [{"period": 6, "value": "5"}]}, "reports[0].value"),
        ({"reports": [{"period": 6, "value": 5, "status": "lost"}]}, "reports[0].status"),
        ({"reports": 5}, "reports"),
        ({"target_versions": [{"effective_from": 3}]}, "target_versions[0].value"),
        ({"skip_periods": [0]}, "skip_periods[0]"),
        ({"due_day": 32}, "due_day"),
        ({"today": "yesterday"}, "today"),
        ({"due_on": {"13": "2024-08-07"}}, "due_on"),
        ({"rules": {"method": "guess"}}, "rules.method"),
    ],
)
def test_error_names_the_field(data: dict[str, Any], field: str) -> None:
    with pytest.raises(CaseError) as caught:
        output(**data)
    assert caught.value.problem.field == field


def test_unknown_months_of_a_past_year_may_be_null() -> None:
    year = [None, None, 24.64, None, None, None, None, None, None, None, 83.15, 88.31]
    result = output(profile={"history": [year]}, reports=[{"period": 7, "value": 47.88}])
    assert result["grade"] == "B"
