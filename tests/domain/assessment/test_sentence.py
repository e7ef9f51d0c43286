"""The sentence: its own numbers, in both languages."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hztargets.domain.assessment import (
    GoalCase,
    Profile,
    ReportedFigure,
    Target,
    TargetVersion,
    assess,
    chance_word,
    sentences,
)
from hztargets.domain.assessment.wording.phrases import EN, ZH
from hztargets.domain.ruleset import EIGHTY_SIXTY, TEN_TO_THIRTY_POINTS, RuleSet
from tests.domain.assessment.builders import EVEN_PLAN, HISTORY, LINEAR, goal


def zh(case: GoalCase, *rules: RuleSet) -> str:
    return sentences(case, assess(case, *rules), *rules)[0]


def en(case: GoalCase, *rules: RuleSet) -> str:
    return sentences(case, assess(case, *rules), *rules)[1]


def test_the_example_of_the_specification() -> None:
    assert zh(goal({5: 640.0, 6: 800.0})) == (
        "6月累计800，占全年36.4%；往年此时完成40.0%（±2.3个百分点），落后3.6个百分点；剩余月份需达到前期节奏的1.17倍；"
        "按此推算全年约2000（1837–2194），完成把握10%；连续第1次偏低，暂列黄灯。"
    )


def test_english_says_the_same() -> None:
    assert en(goal({5: 640.0, 6: 800.0}, unit="firms")) == (
        "800 firms by the end of June, 36.4% of the year's target; in past years 40.0% was done by now (±2.3 points), "
        "3.6 points behind; the remaining months need 1.17 times the pace so far; on this course the year ends at about "
        "2000 (1837–2194), chance of meeting the target 10%; low in report 1 of a run, amber for now."
    )


def test_unit_stands_with_the_value() -> None:
    assert zh(goal({6: 800.0}, unit="家")).startswith("6月累计800家，占全年36.4%；")


def test_both_languages_have_the_same_clauses_with_the_same_numbers() -> None:
    assert set(ZH) == set(EN)
    for name in EN:
        parts = [set(re.findall(r"{(\w+)}", words[name])) - {"year", "month", "day", "name"} for words in (ZH, EN)]
        assert parts[0] == parts[1] or name in ("done",), name


@pytest.mark.parametrize(
    ("case", "clause"),
    [
        (goal({6: 800.0}, LINEAR), "序时应完成50.0%（±10.0个百分点），落后13.6个百分点"),
        (goal({6: 40.0}, EVEN_PLAN, value=100.0), "计划此时完成50.0%（±5.0个百分点），落后10.0个百分点"),
        (goal({6: 60.0}, EVEN_PLAN, value=100.0), "超前10.0个百分点；剩余月份达到前期节奏的0.67倍即可"),
        (goal({6: 50.0}, EVEN_PLAN, value=100.0), "与之持平；剩余月份保持前期节奏即可"),
        (goal({6: 0.0}, EVEN_PLAN, value=120.0, unit="家"), "剩余月份每月需完成20家；完成把握不足1%"),
        (goal({1: 3.0}, EVEN_PLAN, value=100.0), "落后5.3个百分点；时间尚早，暂不判断。"),
        (goal({6: 100.0}, EVEN_PLAN, value=100.0), "占全年100.0%；已提前完成全年目标100。"),
        (
            goal({6: 55.0}, EVEN_PLAN, value=100.0, direction="down"),
            "超进度5.0个百分点；剩余月份须控制在前期节奏的0.82倍以内",
        ),
        (goal({6: 101.0}, EVEN_PLAN, value=100.0, direction="down"), "占全年控制数100的101.0%"),
        (goal({6: 101.0}, EVEN_PLAN, value=100.0, direction="down"), "已突破全年控制数100。"),
        (goal({6: 50.0}, EVEN_PLAN, value=100.0, approx=True), "目标为“左右”，按95判断"),
        (goal({6: 36.0}, EVEN_PLAN, value=None, low=80.0, high=100.0, direction="band"), "目标区间80–100，按下限判断"),
        (goal({12: 96.0}, value=100.0), "全年完成96，完成目标100的96.0%，接近目标。"),
        (goal({12: 80.0}, value=100.0), "未达到目标。"),
        (goal({12: 120.0}, value=100.0), "完成目标100的120.0%，已达到目标。"),
        (goal({12: 99.96}, value=100.0, precision=1), "已达到目标；按目标的小数位四舍五入已达到目标。"),
        (goal({12: 503.0}, value=500.0, direction="down"), "为控制数500的100.6%，未达到目标。"),
        (goal({6: 640.0, 7: 600.0}), "累计数低于上期，待核实，亮灯暂不变动"),
        (goal({5: 590.0, 6: 790.0, 7: 1015.0}), "完成把握24%；完成把握未超过30%，继续列红灯。"),
        (goal({5: 670.0, 6: 868.0}), "完成把握不低于40%，仍列绿灯。"),
        (goal({6: 700.0}), "完成把握不足5%，一次即列红灯。"),
        (goal({5: 640.0, 6: 815.0, 7: 985.0}), "连续第2次偏低，列红灯。"),
        (goal({6: 25.1}, LINEAR, value=100.0), "缺少分月计划和往年数据，暂列黄灯。"),
        (goal({7: 1000.0}, target_versions=(TargetVersion(7, 2000.0),)), "目标由2200下调为2000，按原目标为黄灯。"),
        (goal({6: 5.0}, expr="double", value=None), "6月报送5；缺少上年基数，无法计算目标，暂不能判断。"),
        (goal({6: 0.0}, LINEAR, value=0.0, direction="down"), "6月累计0，全年目标为0。"),
    ],
)
def test_clauses_of_flows(case: GoalCase, clause: str) -> None:
    assert clause in zh(case)


@pytest.mark.parametrize(
    ("changes", "value", "expected"),
    [
        (
            {"kind": "growth", "value": 5.5, "precision": 1},
            4.2,
            "6月累计增长4.2%，目标增长5.5%，低1.3个百分点；其余月份需增长6.8%才能达到；完成把握29%。",
        ),
        (
            {"kind": "growth", "value": 5.5},
            -1.0,
            "6月累计下降1%，目标增长5.5%，低6.5个百分点；其余月份需增长12.0%才能达到；完成把握3%；完成把握不足5%，一次即列红灯。",
        ),
        (
            {"kind": "growth", "value": 5.0},
            6.0,
            "6月累计增长6%，目标增长5%，高1个百分点；其余月份增长4.0%即可达到；完成把握67%。",
        ),
        (
            {"kind": "level", "value": 3.95, "baseline": 3.8},
            3.86,
            "6月为3.86，由3.8到目标3.95的进程为40.0%；此时应为3.875，差0.015；"
            "按现值推算年末约3.86（3.69–4.03），完成把握23%。",
        ),
        (
            {"kind": "level", "value": None, "expr": "stable", "baseline": 12.4},
            12.5,
            "6月为12.5，在11.9–12.9之内；按现值推算年末约12.5（11.9–13.1），保持在区间内的把握74%。",
        ),
    ],
)
def test_whole_sentences_of_other_kinds(changes: dict[str, Any], value: float, expected: str) -> None:
    assert zh(goal({6: value}, LINEAR, **changes)) == expected


def test_relative_shows_both_rates() -> None:
    case = GoalCase(Target(kind="relative", expr="outpace"), Profile(), (ReportedFigure(6, 9.3, 9.0),), unit="%")
    assert zh(case) == "6月为9.3%，对比为9.0%，高0.3个百分点；年末达到目标的把握65%。"
    assert (
        en(case)
        == "9.3% at the end of June against 9.0%, 0.3 points above it; chance of meeting the target at year-end 65%."
    )


def silent(today: date, reports: dict[int, float]) -> str:
    return zh(goal(reports, EVEN_PLAN, value=100.0, year=2024, today=today))


def test_grey_names_the_missing_months() -> None:
    assert silent(date(2024, 8, 20), {5: 42.0}) == "6月、7月均未报送；上次数据为5月。"
    assert silent(date(2024, 3, 20), {}) == "1月、2月均未报送；今年尚无数据。"
    assert silent(date(2024, 2, 20), {}) == "1月未报送；今年尚无数据。"


def test_silence_beside_a_light() -> None:
    assert silent(date(2024, 1, 20), {}) == "今年尚无数据，暂不亮灯。"
    assert silent(date(2024, 7, 13), {5: 42.0}).endswith("；6月报送已逾期3天。")
    assert silent(date(2024, 9, 20), {5: 20.0, 6: 25.0}).endswith("；7月、8月均未报送，红灯保留。")
    waiting = goal({}, EVEN_PLAN, value=100.0, year=2024, today=date(2024, 8, 20),
                   reports=(ReportedFigure(6, 50.0), ReportedFigure(7, 55.0, status="submitted")))  # fmt: skip
    assert zh(waiting).endswith("；7月已报送，待审核。")
    first = goal(
        {}, EVEN_PLAN, year=2024, today=date(2024, 2, 12), reports=(ReportedFigure(1, 5.0, status="submitted"),)
    )
    assert zh(first) == "1月已报送，待审核；今年尚无已审核的数据。"
    assert silent(date(2024, 2, 12), {}) == "1月报送已逾期2天；今年尚无数据，暂不亮灯。"


def test_one_day_is_singular_in_english() -> None:
    assert en(goal({5: 42.0}, EVEN_PLAN, value=100.0, year=2024, today=date(2024, 7, 11))).endswith(
        "the report for June is 1 day overdue."
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"done_on": date(2024, 7, 1)}, "应于9月30日前完成；已于7月1日完成。"),
        ({"done_on": date(2024, 7, 1), "due": date(2024, 6, 30)}, "应于6月30日前完成；已于7月1日完成，晚1天。"),
        ({"due": date(2024, 7, 30)}, "应于7月30日前完成；已逾期2天。"),
        ({"forecast": date(2025, 1, 1)}, "应于9月30日前完成；责任单位预计2025年1月1日完成，晚93天。"),
        ({"planned_start": date(2024, 7, 1)}, "应于9月30日前完成；计划7月1日启动，尚未启动；还有60天。"),
        ({"due": date(2024, 8, 20)}, "应于8月20日前完成；还有19天，尚未启动。"),
        (
            {"planned_start": date(2024, 6, 2), "percent": 25.0},
            "应于9月30日前完成；时间已过50.0%，进度为25.0%，落后25.0个百分点；还有60天。",
        ),
        ({}, "应于9月30日前完成；还有60天。"),
    ],
)
def test_milestones(changes: dict[str, Any], expected: str) -> None:
    target = Target(kind="milestone", **{"due": date(2024, 9, 30), **changes})
    assert zh(GoalCase(target, year=2024, today=date(2024, 8, 1))) == expected


def test_pace_rule_is_quoted() -> None:
    assert zh(goal({6: 38.0}, LINEAR, value=100.0), TEN_TO_THIRTY_POINTS) == (
        "6月累计38，占全年38.0%；序时应完成50.0%，落后12.0个百分点；按规则落后10个百分点（含本数）列黄灯；"
        "剩余月份需达到前期节奏的1.63倍；按此推算全年约76。"
    )
    assert "为应完成的76.0%；按规则不足应完成的80%（不含本数）列黄灯" in zh(
        goal({6: 38.0}, LINEAR, value=100.0), EIGHTY_SIXTY
    )


@pytest.mark.parametrize(
    ("share", "word"),
    [(1.0, "很有把握"), (0.8, "很有把握"), (0.79, "较有把握"), (0.6, "较有把握"), (0.5, "不确定"), (0.4, "不确定"),
     (0.39, "有困难"), (0.2, "有困难"), (0.19, "难以完成"), (0.0, "难以完成")],
)  # fmt: skip
def test_words_for_the_chance(share: float, word: str) -> None:
    assert chance_word(share) == word


@given(st.integers(1, 11), st.floats(1, 2199), st.sampled_from([HISTORY, LINEAR, EVEN_PLAN]))
def test_a_calculator_confirms_the_gap(month: int, value: float, profile: Profile) -> None:
    found = re.search(
        r"占全年([\d.]+)%；\D+([\d.]+)%[^，]*，(落后|超前|与之持平)([\d.]*)", zh(goal({month: value}, profile))
    )
    assert found is not None
    done, due, word, gap = found.groups()
    signed = {"落后": 1, "超前": -1, "与之持平": 0}[word]
    assert round(float(due) - float(done), 1) == signed * float(gap or 0)
    assert float(done) == pytest.approx(100 * value / 2200, abs=0.0501)


def test_three_months_running_are_a_span() -> None:
    assert silent(date(2024, 9, 20), {5: 42.0}) == "6—8月均未报送；上次数据为5月。"
    case = goal({}, EVEN_PLAN, year=2024, today=date(2025, 2, 1), skip_periods=frozenset({1, 7}))
    assert en(case) == "No reports for February to June, August to December; no figure yet this year."


def test_a_need_below_one_a_month_is_not_rounded_to_none() -> None:
    assert "剩余月份每月需完成0.3条" in zh(goal({6: 0}, LINEAR, value=2.0, count=True, unit="条", decimals=0))
