"""Every refusal names file, line, column and code; each case breaks one thing in a sound folder."""

from decimal import Decimal
from typing import Any

import pytest

from hztargets.domain.catalogue import CatalogueError, read_catalogue
from hztargets.domain.problems import Problem
from hztargets.messages import sentence

REFUSALS: dict[str, tuple[str, str, str, list[Any]]] = {
    "unknown_department_in_clause": (
        "text.txt", "（责任单位：市乙局）", "（责任单位：市乙局、市丁局）",
        [("text.txt", 5, "", "department_unknown", {"name": "市丁局"})],
    ),
    "unknown_department_in_second_paragraph": (
        "text.txt", "（责任单位：市乙委、市甲局）", "（责任单位：市丁局）",
        [("text.txt", 7, "", "department_unknown", {"name": "市丁局"})],
    ),
    "unknown_department_leading_an_area": (
        "text.txt", "（由市丙局牵头实施）", "（由市丁局牵头实施）",
        [("text.txt", 8, "", "department_unknown", {"name": "市丁局"})],
    ),
    "unknown_department_of_a_goal": (
        "goals.csv", "市甲局、乙管委会", "市甲局、市丁局",
        [("goals.csv", 9, "departments", "department_unknown", {"name": "市丁局"})],
    ),
    "goal_without_departments": (
        "goals.csv", "2031,,市乙局,,支持总额", "2031,,,,支持总额",
        [("goals.csv", 11, "departments", "departments_missing", {"clause": 4})],
    ),
    "quote_not_in_clause": (
        "goals.csv", "新增企业20家左右", "新增企业30家左右",
        [("goals.csv", 7, "quote", "quote_unknown", {"quote": "新增企业30家左右", "clause": 2, "area": 1})],
    ),
    "quote_found_twice": (
        "goals.csv", "完成体检5万人", "5万人",
        [("goals.csv", 10, "quote", "quote_twice", {"quote": "5万人", "count": 2, "clause": 3, "area": 2})],
    ),
    "quote_empty": (
        "goals.csv", "完成体检5万人", "",
        [("goals.csv", 10, "quote", "cell_empty")],
    ),
    "components_do_not_add_up": (
        "goals.csv", "水利,2.1,", "水利,2.10000001,",
        [("goals.csv", 4, "value", "components_do_not_add_up", {"value": Decimal("6.6"), "total": "C01-01", "sum": Decimal("6.60000001")})],
    ),
    "components_of_a_goal_exceed_it": (
        "goals.csv", "民间投资,12,", "民间投资,30.5,",
        [("goals.csv", 2, "value", "components_do_not_add_up", {"value": Decimal("30"), "total": "A1-01", "sum": Decimal("30.5")})],
    ),
    "component_in_another_unit": (
        "goals.csv", "民间投资,12,,亿元", "民间投资,12,,万元",
        [("goals.csv", 3, "parent", "component_unlike_total", {"parent": "A1-01", "total_kind": "goal", "total_unit": "亿元", "kind": "goal", "unit": "万元"})],
    ),
    "whole_document_above_the_sum_of_the_areas": (
        "goals.csv", "总额,6,", "总额,6.7,",
        [("goals.csv", 11, "value", "budget_above_areas", {"value": Decimal("6.7"), "sum": Decimal("6.6")})],
    ),
    "due_day_of_the_document_out_of_range": (
        "document.toml", "source", "due_working_day = 0\nsource",
        [("document.toml", 6, "due_working_day", "working_day_out_of_range", {"last": 15})],
    ),
    "bad_number": (
        "goals.csv", "完成投资,30,", "完成投资,三十,",
        [("goals.csv", 2, "value", "cell_not_a_number", {"value": "三十"})],
    ),
    "value_missing": (
        "goals.csv", "体检,5,", "体检,,",
        [("goals.csv", 10, "value", "target_missing")],
    ),
    "value_max_below_value": (
        "goals.csv", "基地,1,2,", "基地,3,2,",
        [("goals.csv", 8, "value_max", "upper_end_too_low", {"upper": Decimal("2"), "lower": Decimal("3")})],
    ),
    "value_max_alone": (
        "goals.csv", "投用,,,,=", "投用,,2,,=",
        [("goals.csv", 9, "value_max", "upper_end_alone")],
    ),
    "duplicate_code": (
        "goals.csv", "C02-02,1,2", "C02-01,1,2",
        [("goals.csv", 8, "code", "goal_code_twice", {"value": "C02-01", "first": 7})],
    ),
    "empty_code": ("goals.csv", "C02-02,1,2", ",1,2", [("goals.csv", 8, "code", "cell_empty")]),
    "empty_name": ("goals.csv", "goal,体检,", "goal,,", [("goals.csv", 10, "name", "cell_empty")]),
    "unknown_clause": (
        "goals.csv", "C03-01,2,3,", "C03-01,2,9,",
        [("goals.csv", 10, "clause", "clause_unknown", {"area": 2, "clause": 9})],
    ),
    "clause_of_another_area": (
        "goals.csv", "C03-01,2,3,", "C03-01,1,3,",
        [("goals.csv", 10, "clause", "clause_elsewhere", {"area": 1, "clause": 3, "home": 2})],
    ),
    "clause_not_a_number": (
        "goals.csv", "C03-01,2,3,", "C03-01,2,三,",
        [("goals.csv", 10, "clause", "cell_not_whole", {"value": "三"})],
    ),
    "parent_unknown": (
        "goals.csv", "C01-01,道路", "C01-09,道路",
        [
            ("goals.csv", 4, "value", "components_do_not_add_up", {"value": Decimal("6.6"), "total": "C01-01", "sum": Decimal("2.1")}),
            ("goals.csv", 5, "parent", "parent_unknown", {"parent": "C01-09"}),
        ],
    ),
    "parent_in_another_clause": (
        "goals.csv", ",,,,新增企业20家左右", ",,,A1-01,新增企业20家左右",
        [
            ("goals.csv", 7, "parent", "parent_elsewhere", {"parent": "A1-01"}),
            ("goals.csv", 7, "parent", "component_unlike_total", {"parent": "A1-01", "total_kind": "goal", "total_unit": "亿元", "kind": "goal", "unit": "家"}),
        ],
    ),
    "parent_is_a_component": (
        "goals.csv", "C01-01,水利2.1", "C01-02,水利2.1",
        [
            ("goals.csv", 4, "value", "components_do_not_add_up", {"value": Decimal("6.6"), "total": "C01-01", "sum": Decimal("4.5")}),
            ("goals.csv", 5, "value", "components_do_not_add_up", {"value": Decimal("4.5"), "total": "C01-02", "sum": Decimal("2.1")}),
            ("goals.csv", 6, "parent", "parent_is_component", {"parent": "C01-02"}),
        ],
    ),
    "bad_kind": (
        "goals.csv", "goal,体检", "gaol,体检",
        [("goals.csv", 10, "kind", "cell_unknown", {"value": "gaol", "allowed": "goal, budget, milestone"})],
    ),
    "bad_direction": (
        "goals.csv", "20,,家,~,", "20,,家,≈,",
        [("goals.csv", 7, "direction", "cell_unknown", {"value": "≈", "allowed": ">=, <=, ~, =, >"})],
    ),
    "bad_expr": (
        "goals.csv", "完成体检5万人,monthly,,", "完成体检5万人,monthly,triple,",
        [("goals.csv", 10, "expr", "cell_unknown", {"value": "triple", "allowed": "double, growth_on_baseline, stable, outpace, increase"})],
    ),
    "bad_frequency": (
        "goals.csv", "完成体检5万人,monthly", "完成体检5万人,weekly",
        [("goals.csv", 10, "frequency", "cell_unknown", {"value": "weekly", "allowed": "monthly, quarterly, half_yearly, yearly, once"})],
    ),
    "bad_flag": (
        "goals.csv", "monthly,,yes,0\nC02-02", "monthly,,maybe,0\nC02-02",
        [("goals.csv", 7, "count", "cell_not_yes_or_no", {"value": "maybe"})],
    ),
    "bad_precision": (
        "goals.csv", "yes,0\nC02-02", "yes,-1\nC02-02",
        [("goals.csv", 7, "precision", "cell_not_whole", {"value": "-1"})],
    ),
    "bad_date": (
        "goals.csv", "2031-11-30", "2031-11-31",
        [("goals.csv", 9, "due", "cell_not_a_day", {"value": "2031-11-31"})],
    ),
    "milestone_without_date": (
        "goals.csv", "2031-11-30", "",
        [("goals.csv", 9, "due", "milestone_without_day")],
    ),
    "milestone_measured_as_a_goal": (
        "goals.csv", "=,milestone", "=,cumulative",
        [("goals.csv", 9, "measure", "measure_unfit", {"measure": "cumulative", "kind": "milestone"})],
    ),
    "bad_period": (
        "goals.csv", "cumulative,2031,,,,完成体检", "cumulative,31年,,,,完成体检",
        [("goals.csv", 10, "period", "cell_not_a_year", {"value": "31年"})],
    ),
    "missing_and_unknown_column": (
        "goals.csv", "quote,", "quot,",
        [
            ("goals.csv", 1, "", "column_missing", {"name": "quote"}),
            ("goals.csv", 1, "", "column_unknown", {"name": "quot"}),
        ],
    ),
    "column_twice": (
        "departments.csv", "code,name,aliases,kind", "code,name,aliases,name",
        [
            ("departments.csv", 1, "", "column_twice", {"name": "name"}),
            ("departments.csv", 1, "", "no_department"),
        ],
    ),
    "too_many_cells": (
        "goals.csv", "完成体检5万人", "完成体检,5万人",
        [("goals.csv", 10, "", "wrong_cell_count", {"count": 20, "expected": 19})],
    ),
    "duplicate_alias": (
        "departments.csv", "市丙局,,", "市丙局,市乙委,",
        [("departments.csv", 4, "", "department_name_twice", {"name": "市乙委", "department": "yi"})],
    ),
    "duplicate_department_code": (
        "departments.csv", "jia,市甲局", "yi,市甲局",
        [("departments.csv", 3, "", "department_name_twice", {"name": "yi", "department": "yi"})],
    ),
    "bad_department_code": (
        "departments.csv", "jia,市甲局", "甲,市甲局",
        [("departments.csv", 2, "code", "department_code_malformed", {"value": "甲"})],
    ),
    "clause_numbers_with_a_gap": (
        "text.txt", "（三）健康服务", "（四）健康服务",
        [
            ("goals.csv", 10, "clause", "clause_unknown", {"area": 2, "clause": 3}),
            ("goals.csv", 11, "clause", "clause_elsewhere", {"area": 0, "clause": 4, "home": 2}),
            ("text.txt", 10, "", "clause_out_of_order", {"number": "四", "expected": "三"}),
        ],
    ),
    "area_numbers_with_a_gap": (
        "text.txt", "二、民生政策", "三、民生政策",
        [
            ("goals.csv", 10, "clause", "clause_elsewhere", {"area": 2, "clause": 3, "home": 3}),
            ("text.txt", 8, "", "area_out_of_order", {"number": "三", "expected": "二"}),
        ],
    ),
    "paragraph_after_the_departments": (
        "text.txt", "二、民生政策", "走失的一段。\n二、民生政策",
        [("text.txt", 8, "", "paragraph_after_departments", {"clause": 2})],
    ),
    "document_not_toml": (
        "document.toml", "year = 2031", "year 2031",
        [("document.toml", 1, "", "not_toml", {"error": "Expected '=' after a key in a key/value pair (at line 4, column 6)"})],
    ),
    "document_year_as_text": (
        "document.toml", "year = 2031", 'year = "2031"',
        [("document.toml", 4, "year", "entry_malformed", {"example": "year = 2024"})],
    ),
    "document_number_missing": (
        "document.toml", 'number = "某政〔2031〕5号"\n', "",
        [("document.toml", 1, "number", "entry_malformed", {"example": "number = \"…\""})],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_refusal_names_file_line_column_and_code(sample: dict[str, str], case: str) -> None:
    file, sound, broken, expected = REFUSALS[case]
    assert sample[file].count(sound) == 1
    sample[file] = sample[file].replace(sound, broken)
    assert problems_of(sample) == [_problem(*problem) for problem in expected]


def test_refusal_of_two_budget_lines_sharing_a_name_is_not_made(sample: dict[str, str]) -> None:
    sample["goals.csv"] = sample["goals.csv"].replace("budget,水利,", "budget,道路,")
    assert [goal.name for goal in read_catalogue(sample).goals if goal.parent == "C01-01"] == ["道路", "道路"]


def test_whole_document_below_the_sum_is_net_of_overlap(sample: dict[str, str]) -> None:
    sample["goals.csv"] = sample["goals.csv"].replace("总额,6,", "总额,0.1,")
    assert read_catalogue(sample).goals[-1].value is not None


def test_missing_files_are_all_named() -> None:
    assert problems_of({"text.txt": ""}) == [
        _problem(name, 1, "", "file_missing") for name in ("departments.csv", "document.toml", "goals.csv")
    ]


def test_text_without_clauses(sample: dict[str, str]) -> None:
    sample["text.txt"] = "某市人民政府文件\n"
    assert _problem("text.txt", 1, "", "no_clause") in problems_of(sample)


def test_all_problems_are_collected_at_once_and_sorted(sample: dict[str, str]) -> None:
    sample["goals.csv"] = sample["goals.csv"].replace("goal,体检,5,", "goal,,五,").replace("20,,家", "二十,,家")
    sample["departments.csv"] = sample["departments.csv"].replace("jia,市甲局", "甲,市甲局")
    assert problems_of(sample) == [
        _problem("departments.csv", 2, "code", "department_code_malformed", {"value": "甲"}),
        _problem("goals.csv", 7, "value", "cell_not_a_number", {"value": "二十"}),
        _problem("goals.csv", 10, "name", "cell_empty"),
        _problem("goals.csv", 10, "value", "cell_not_a_number", {"value": "五"}),
    ]


def problems_of(files: dict[str, str]) -> list[tuple[str, Problem]]:
    """By file and line. Every problem found can be put into words."""
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(files)
    found = [(file, problem) for file, problems in caught.value.problems.items() for problem in problems]
    assert all(sentence(problem) for _file, problem in found)
    return found


def _problem(file: str, line: int, field: str, code: str, facts: dict[str, Any] | None = None) -> tuple[str, Problem]:
    return file, Problem(code, field, line, facts or {})


def test_a_goals_due_day_out_of_range_is_refused(sample: dict[str, str]) -> None:
    header, first, *others = sample["goals.csv"].splitlines()
    sample["goals.csv"] = "\n".join([f"{header},due_working_day", f"{first},16", *(f"{row}," for row in others)])
    expected = _problem("goals.csv", 2, "due_working_day", "working_day_out_of_range", {"last": 15})
    assert problems_of(sample) == [expected]
