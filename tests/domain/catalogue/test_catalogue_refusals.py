"""Every refusal names file, line and reason; each case breaks one thing in a sound folder."""

import pytest

from hztargets.domain.catalogue import CatalogueError, Problem, read_catalogue

TYPO = "correct it or leave it empty"
REFUSALS = {
    "unknown_department_in_clause": (
        "text.txt", "（责任单位：市乙局）", "（责任单位：市乙局、市丁局）",
        [("text.txt", 5, "unknown department “市丁局” in clause 1; add it to departments.csv as a name or an alias")],
    ),
    "unknown_department_in_second_paragraph": (
        "text.txt", "（责任单位：市乙委、市甲局）", "（责任单位：市丁局）",
        [("text.txt", 7, "unknown department “市丁局” in clause 2; add it to departments.csv as a name or an alias")],
    ),
    "unknown_department_leading_an_area": (
        "text.txt", "（由市丙局牵头实施）", "（由市丁局牵头实施）",
        [("text.txt", 8, "unknown department “市丁局” in the heading of area 2; add it to departments.csv as a name or an alias")],
    ),
    "unknown_department_of_a_goal": (
        "goals.csv", "市甲局、乙管委会", "市甲局、市丁局",
        [("goals.csv", 9, "departments: “市丁局” is unknown; add it to departments.csv as a name or an alias")],
    ),
    "goal_without_departments": (
        "goals.csv", "2031,,市乙局,,支持总额", "2031,,,,支持总额",
        [("goals.csv", 11, "departments: empty, and clause 4 names none; write the responsible departments")],
    ),
    "quote_not_in_clause": (
        "goals.csv", "新增企业20家左右", "新增企业30家左右",
        [("goals.csv", 7, "quote: “新增企业30家左右” is not in clause 2 of area 1; copy the phrase from text.txt")],
    ),
    "quote_found_twice": (
        "goals.csv", "完成体检5万人", "5万人",
        [("goals.csv", 10, "quote: “5万人” stands 2 times in clause 3 of area 2; lengthen it until it is unique")],
    ),
    "quote_empty": (
        "goals.csv", "完成体检5万人", "",
        [("goals.csv", 10, "quote: empty; fill it in")],
    ),
    "components_do_not_add_up": (
        "goals.csv", "水利,2.1,", "水利,2.10000001,",
        [("goals.csv", 4, "value: 6.6, but the components of C01-01 add up to 6.60000001; correct one of them")],
    ),
    "components_of_a_goal_exceed_it": (
        "goals.csv", "民间投资,12,", "民间投资,30.5,",
        [("goals.csv", 2, "value: 30, but the components of A1-01 add up to 30.5; correct one of them")],
    ),
    "component_in_another_unit": (
        "goals.csv", "民间投资,12,,亿元", "民间投资,12,,万元",
        [("goals.csv", 3, "parent: A1-01 is a goal in 亿元, this is a goal in 万元; use the same kind and unit")],
    ),
    "whole_document_above_the_sum_of_the_areas": (
        "goals.csv", "总额,6,", "总额,6.7,",
        [("goals.csv", 11, "value: 6.7 is more than the areas' budgets together, 6.6; correct one of them")],
    ),
    "due_day_of_the_document_out_of_range": (
        "document.toml", "source", "due_working_day = 0\nsource",
        [("document.toml", 6, "due_working_day: write a whole number from 1 to 15")],
    ),
    "bad_number": (
        "goals.csv", "完成投资,30,", "完成投资,三十,",
        [("goals.csv", 2, "value: “三十” is not a number; write digits only, such as 177.1")],
    ),
    "value_missing": (
        "goals.csv", "体检,5,", "体检,,",
        [("goals.csv", 10, "value: empty; write the number, or name the test in expr")],
    ),
    "value_max_below_value": (
        "goals.csv", "基地,1,2,", "基地,3,2,",
        [("goals.csv", 8, "value_max: 2 is less than value 3; exchange them")],
    ),
    "value_max_alone": (
        "goals.csv", "投用,,,,=", "投用,,2,,=",
        [("goals.csv", 9, "value_max: stands without a value; write the lower number as the value")],
    ),
    "duplicate_code": (
        "goals.csv", "C02-02,1,2", "C02-01,1,2",
        [("goals.csv", 8, "code: “C02-01” already stands in line 7; give this goal a code of its own")],
    ),
    "empty_code": ("goals.csv", "C02-02,1,2", ",1,2", [("goals.csv", 8, "code: empty; fill it in")]),
    "empty_name": ("goals.csv", "goal,体检,", "goal,,", [("goals.csv", 10, "name: empty; fill it in")]),
    "unknown_clause": (
        "goals.csv", "C03-01,2,3,", "C03-01,2,9,",
        [("goals.csv", 10, "clause: area 2 has no clause 9; correct the number, 0 is an area's opening")],
    ),
    "clause_of_another_area": (
        "goals.csv", "C03-01,2,3,", "C03-01,1,3,",
        [("goals.csv", 10, "clause: area 1 has no clause 3; clause 3 stands in area 2")],
    ),
    "clause_not_a_number": (
        "goals.csv", "C03-01,2,3,", "C03-01,2,三,",
        [("goals.csv", 10, "clause: “三” is not a whole number; write digits only, such as 26")],
    ),
    "parent_unknown": (
        "goals.csv", "C01-01,道路", "C01-09,道路",
        [
            ("goals.csv", 4, "value: 6.6, but the components of C01-01 add up to 2.1; correct one of them"),
            ("goals.csv", 5, f"parent: “C01-09” is not the code of another goal; {TYPO}"),
        ],
    ),
    "parent_in_another_clause": (
        "goals.csv", ",,,,新增企业20家左右", ",,,A1-01,新增企业20家左右",
        [
            ("goals.csv", 7, "parent: A1-01 is a goal in 亿元, this is a goal in 家; use the same kind and unit"),
            ("goals.csv", 7, "parent: “A1-01” is in another clause; a total and its components share one clause"),
        ],
    ),
    "parent_is_a_component": (
        "goals.csv", "C01-01,水利2.1", "C01-02,水利2.1",
        [
            ("goals.csv", 4, "value: 6.6, but the components of C01-01 add up to 4.5; correct one of them"),
            ("goals.csv", 5, "value: 4.5, but the components of C01-02 add up to 2.1; correct one of them"),
            ("goals.csv", 6, "parent: “C01-02” is itself a component; name the total instead"),
        ],
    ),
    "bad_kind": (
        "goals.csv", "goal,体检", "gaol,体检",
        [("goals.csv", 10, "kind: “gaol” is not known; use one of goal, budget, milestone")],
    ),
    "bad_direction": (
        "goals.csv", "20,,家,~,", "20,,家,≈,",
        [("goals.csv", 7, "direction: “≈” is not known; use one of >=, <=, ~, =, >")],
    ),
    "bad_expr": (
        "goals.csv", "完成体检5万人,monthly,,", "完成体检5万人,monthly,triple,",
        [("goals.csv", 10, "expr: “triple” is not known; use one of double, growth_on_baseline, stable, outpace, increase")],
    ),
    "bad_frequency": (
        "goals.csv", "完成体检5万人,monthly", "完成体检5万人,weekly",
        [("goals.csv", 10, "frequency: “weekly” is not known; use one of monthly, quarterly, half_yearly, yearly, once")],
    ),
    "bad_flag": (
        "goals.csv", "monthly,,yes,0\nC02-02", "monthly,,maybe,0\nC02-02",
        [("goals.csv", 7, "count: “maybe” is neither yes nor no; write yes or leave it empty")],
    ),
    "bad_precision": (
        "goals.csv", "yes,0\nC02-02", "yes,-1\nC02-02",
        [("goals.csv", 7, "precision: “-1” is not a whole number; write digits only, such as 26")],
    ),
    "bad_date": (
        "goals.csv", "2031-11-30", "2031-11-31",
        [("goals.csv", 9, "due: “2031-11-31” is not a date; write it like 2024-11-30")],
    ),
    "milestone_without_date": (
        "goals.csv", "2031-11-30", "",
        [("goals.csv", 9, "due: empty; a milestone needs its date")],
    ),
    "milestone_measured_as_a_goal": (
        "goals.csv", "=,milestone", "=,cumulative",
        [("goals.csv", 9, "measure: “cumulative” does not fit kind “milestone”; a milestone has both")],
    ),
    "bad_period": (
        "goals.csv", "cumulative,2031,,,,完成体检", "cumulative,31年,,,,完成体检",
        [("goals.csv", 10, "period: “31年” is not a year; write it like 2024")],
    ),
    "missing_and_unknown_column": (
        "goals.csv", "quote,", "quot,",
        [
            ("goals.csv", 1, "missing column quote; add it"),
            ("goals.csv", 1, "unknown column quot; correct or remove it"),
        ],
    ),
    "column_twice": (
        "departments.csv", "code,name,aliases,kind", "code,name,aliases,name",
        [
            ("departments.csv", 1, "column name stands twice; remove one"),
            ("departments.csv", 1, "no department read; add the responsible units"),
        ],
    ),
    "too_many_cells": (
        "goals.csv", "完成体检5万人", "完成体检,5万人",
        [("goals.csv", 10, "20 cells where the header has 19; check the commas")],
    ),
    "duplicate_alias": (
        "departments.csv", "市丙局,,", "市丙局,市乙委,",
        [("departments.csv", 4, "“市乙委” is already a name of yi; every code, name and alias may stand once")],
    ),
    "duplicate_department_code": (
        "departments.csv", "jia,市甲局", "yi,市甲局",
        [("departments.csv", 3, "“yi” is already a name of yi; every code, name and alias may stand once")],
    ),
    "bad_department_code": (
        "departments.csv", "jia,市甲局", "甲,市甲局",
        [("departments.csv", 2, "code: “甲” is not a code; use small letters and digits")],
    ),
    "clause_numbers_with_a_gap": (
        "text.txt", "（三）健康服务", "（四）健康服务",
        [
            ("goals.csv", 10, "clause: area 2 has no clause 3; correct the number, 0 is an area's opening"),
            ("goals.csv", 11, "clause: area 0 has no clause 4; clause 4 stands in area 2"),
            ("text.txt", 10, "clause 四 stands where clause 三 is expected; number them without gaps"),
        ],
    ),
    "area_numbers_with_a_gap": (
        "text.txt", "二、民生政策", "三、民生政策",
        [
            ("goals.csv", 10, "clause: area 2 has no clause 3; clause 3 stands in area 3"),
            ("text.txt", 8, "area 三 stands where area 二 is expected; number them without gaps"),
        ],
    ),
    "paragraph_after_the_departments": (
        "text.txt", "二、民生政策", "走失的一段。\n二、民生政策",
        [("text.txt", 8, "paragraph after （责任单位：…） of clause 2; move it before the bracket")],
    ),
    "document_not_toml": (
        "document.toml", "year = 2031", "year 2031",
        [("document.toml", 1, "not readable as TOML (Expected '=' after a key in a key/value pair (at line 4, column 6)); correct the file")],
    ),
    "document_year_as_text": (
        "document.toml", "year = 2031", 'year = "2031"',
        [("document.toml", 4, "year: missing or of the wrong form; write year = 2024")],
    ),
    "document_number_missing": (
        "document.toml", 'number = "某政〔2031〕5号"\n', "",
        [("document.toml", 1, "number: missing or of the wrong form; write number = “text in quotes”")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_refusal_names_file_line_and_reason(sample: dict[str, str], case: str) -> None:
    file, sound, broken, expected = REFUSALS[case]
    assert sample[file].count(sound) == 1
    sample[file] = sample[file].replace(sound, broken)
    assert problems_of(sample) == [Problem(*problem) for problem in expected]


def test_refusal_of_two_budget_lines_sharing_a_name_is_not_made(sample: dict[str, str]) -> None:
    sample["goals.csv"] = sample["goals.csv"].replace("budget,水利,", "budget,道路,")
    assert [goal.name for goal in read_catalogue(sample).goals if goal.parent == "C01-01"] == ["道路", "道路"]


def test_whole_document_below_the_sum_is_net_of_overlap(sample: dict[str, str]) -> None:
    sample["goals.csv"] = sample["goals.csv"].replace("总额,6,", "总额,0.1,")
    assert read_catalogue(sample).goals[-1].value is not None


def test_missing_files_are_all_named() -> None:
    assert problems_of({"text.txt": ""}) == [
        Problem(name, 1, "file missing; add it to the folder")
        for name in ("departments.csv", "document.toml", "goals.csv")
    ]


def test_text_without_clauses(sample: dict[str, str]) -> None:
    sample["text.txt"] = "某市人民政府文件\n"
    assert Problem("text.txt", 1, "no clause found; clause headings look like （一）发挥带动作用。") in problems_of(
        sample
    )


def test_all_problems_are_collected_at_once_and_sorted(sample: dict[str, str]) -> None:
    sample["goals.csv"] = sample["goals.csv"].replace("goal,体检,5,", "goal,,五,").replace("20,,家", "二十,,家")
    sample["departments.csv"] = sample["departments.csv"].replace("jia,市甲局", "甲,市甲局")
    assert problems_of(sample) == [
        Problem("departments.csv", 2, "code: “甲” is not a code; use small letters and digits"),
        Problem("goals.csv", 7, "value: “二十” is not a number; write digits only, such as 177.1"),
        Problem("goals.csv", 10, "name: empty; fill it in"),
        Problem("goals.csv", 10, "value: “五” is not a number; write digits only, such as 177.1"),
    ]


def test_message_of_the_error_is_one_line_a_problem(sample: dict[str, str]) -> None:
    sample["goals.csv"] = sample["goals.csv"].replace("goal,体检,5,", "goal,,5,")
    with pytest.raises(CatalogueError, match=r"^goals\.csv:10: name: empty; fill it in$"):
        read_catalogue(sample)


def problems_of(files: dict[str, str]) -> list[Problem]:
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(files)
    return refusal.value.problems


def test_a_goals_due_day_out_of_range_is_refused(sample: dict[str, str]) -> None:
    header, first, *others = sample["goals.csv"].splitlines()
    sample["goals.csv"] = "\n".join([f"{header},due_working_day", f"{first},16", *(f"{row}," for row in others)])
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(sample)
    reason = "due_working_day: 16 is not from 1 to 15; leave it empty for the document's day"
    assert caught.value.problems == [Problem("goals.csv", 2, reason)]
