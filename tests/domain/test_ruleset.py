"""Rule sets are data: round trips, and errors that name the field."""

import json
from dataclasses import replace
from typing import Any

import pytest

from hztargets.domain.ruleset import DEFAULT_RULES, PUBLISHED_RULES, Likelihood, Pace, RuleError, RuleSet, Threshold


@pytest.mark.parametrize("rules", [DEFAULT_RULES, *PUBLISHED_RULES.values()], ids=lambda rules: rules.name)
def test_round_trip_through_json(rules: RuleSet) -> None:
    assert RuleSet.from_data(json.loads(json.dumps(rules.to_data()))) == rules


def test_left_out_fields_keep_their_defaults() -> None:
    rules = RuleSet.from_data({"version": 3, "likelihood": {"p_red": 0.25, "late_days": 3}})
    assert rules == replace(DEFAULT_RULES, version=3, likelihood=Likelihood(p_red=0.25, late_days=3))
    pace = RuleSet.from_data({"name": "x", "method": "pace", "pace": {"amber": {"value": 5}}})
    assert pace.pace == Pace(amber=Threshold(5.0))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"metod": "pace"}, "metod"),
        ({"method": "guess"}, "method"),
        ({"name": ""}, "name"),
        ({"version": "2"}, "version"),
        ({"likelihood": {"p_rde": 0.2}}, "likelihood.p_rde"),
        ({"likelihood": {"p_red": "0.2"}}, "likelihood.p_red"),
        ({"likelihood": {"p_red": -0.2}}, "likelihood.p_red"),
        ({"likelihood": {"p_red": True}}, "likelihood.p_red"),
        ({"likelihood": {"p_red": float("nan")}}, "likelihood.p_red"),
        ({"likelihood": {"late_days": 2.5}}, "likelihood.late_days"),
        ({"likelihood": {"nu_plan": 0}}, "likelihood.nu_plan"),
        ({"likelihood": {"share_low": 0}}, "likelihood.share_low"),
        ({"likelihood": {"interval_quantile": 1}}, "likelihood.interval_quantile"),
        ({"likelihood": []}, "likelihood"),
        ({"pace": {"basis": "speed"}}, "pace.basis"),
        ({"pace": {"schedule": "weekly"}}, "pace.schedule"),
        ({"pace": {"amber": {"inclusive": True}}}, "pace.amber.value"),
        ({"pace": {"amber": {"value": 5, "inclusive": 1}}}, "pace.amber.inclusive"),
        ({"pace": {"amber": {"value": 5, "closed": True}}}, "pace.amber.closed"),
        ({"pace": {"amber": 5}}, "pace.amber"),
        ({"pace": {"amber": {"value": 40}}}, "pace.red"),
        ({"pace": {"basis": "ratio", "amber": {"value": 0.6}, "red": {"value": 0.8}}}, "pace.red"),
        ({"pace": {"quarters": [0.2, 0.5]}}, "pace.quarters"),
        ({"pace": {"quarters": [0.2, 0.5, 0.4, 1.0]}}, "pace.quarters"),
        ({"pace": {"reds_needed": 0}}, "pace.reds_needed"),
    ],
)
def test_error_names_the_field(data: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as caught:
        RuleSet.from_data(data)
    assert caught.value.problem.field == field
