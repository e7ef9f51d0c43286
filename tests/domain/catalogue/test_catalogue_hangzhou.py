"""The 2024 folder: its text is the text of the document, and its goals agree with that text."""

import hashlib
import re
from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pytest

from hztargets.domain.catalogue import Catalogue, CatalogueError, GoalEntry, read_catalogue, read_figures
from hztargets.domain.catalogue.departments import split_names
from hztargets.domain.problems import Problem
from tests.domain.catalogue.passages import Place, passages

# Of the document as published, all white space and the page marks (— 5 —) removed.
SOURCE_SHA256 = "4125b960efb4fcc3812fd9b99fb9a66c034fe488a81afcb39bade756bc31992d"
SOURCE_LENGTH = 19257
DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def goals_of(catalogue: Catalogue, kind: str) -> list[GoalEntry]:
    return [goal for goal in catalogue.goals if goal.kind == kind]


def test_text_is_the_documents_own_to_the_last_character(hangzhou_files: dict[str, str]) -> None:
    compact = re.sub(r"\s", "", hangzhou_files["text.txt"])
    assert (len(compact), hashlib.sha256(compact.encode()).hexdigest()) == (SOURCE_LENGTH, SOURCE_SHA256)


def test_text_has_no_layout_left(hangzhou_files: dict[str, str]) -> None:
    assert re.findall(r"[^\S\n]|\n\n|—[0-9]+—", hangzhou_files["text.txt"]) == []


def test_passages_together_are_the_whole_text(hangzhou: Catalogue, hangzhou_files: dict[str, str]) -> None:
    headings = [line for line in hangzhou_files["text.txt"].splitlines() if re.match(r"[一二三四五六七八]、", line)]
    rest = "\n".join(passages(hangzhou).values())
    assert len(headings) == 8
    assert Counter("\n".join([rest, *headings, ""])) == Counter(hangzhou_files["text.txt"])


def test_every_clause_is_there_with_its_departments(hangzhou: Catalogue) -> None:
    numbered = [clause for clause in hangzhou.clauses if 1 <= clause.number <= 76]
    assert [clause.number for clause in numbered] == list(range(1, 77))
    assert [clause.number for clause in numbered if not clause.departments or not clause.title] == []
    assert Counter(clause.area for clause in numbered) == {1: 8, 2: 14, 3: 10, 4: 9, 5: 5, 6: 7, 7: 15, 8: 8}
    assert [(clause.area, clause.number) for clause in hangzhou.clauses if clause not in numbered] == [
        *((area, 0) for area in range(1, 9)),
        (0, 77),
    ]


def test_area_leads_in_the_documents_order(hangzhou: Catalogue) -> None:
    names = {department.code: department.name for department in hangzhou.departments}
    assert [[names[code] for code in area.departments] for area in hangzhou.areas] == [
        ["市发改委"],
        ["市科技局"],
        ["市经信局"],
        ["市发改委"],
        ["市交通运输局"],
        ["市商务局", "市投资促进局"],
        ["市农业农村局", "市发改委"],
        ["市人力社保局"],
    ]


def test_every_unit_named_in_the_text_is_one_department(hangzhou: Catalogue, hangzhou_files: dict[str, str]) -> None:
    known = {name: unit.code for unit in hangzhou.departments for name in (unit.name, *unit.aliases)}
    written = re.findall(r"（责任单位：([^）]*)）|（由([^）]*)牵头", hangzhou_files["text.txt"])
    named = {known[name] for pair in written for text in pair for name in split_names(text)}
    assert named == {unit.code for unit in hangzhou.departments}
    assert len(named) == 42
    assert known["国网杭州供电公司"] == known["国家电网杭州公司"]
    assert known["杭州海关"] != known["钱江海关"]


def test_counts_by_kind_and_area(hangzhou: Catalogue) -> None:
    assert Counter(goal.kind for goal in hangzhou.goals) == {"goal": 119, "budget": 36, "milestone": 4}
    assert Counter(goal.area for goal in goals_of(hangzhou, "goal")) == {
        1: 17, 2: 6, 3: 9, 4: 5, 5: 5, 6: 25, 7: 34, 8: 18,
    }  # fmt: skip


def test_goals_stand_in_the_order_of_the_text(hangzhou: Catalogue) -> None:
    order = list(passages(hangzhou))
    keys = [(order.index((goal.area, goal.clause)), goal.start) for goal in hangzhou.goals]
    assert keys == sorted(keys)


def test_codes_tell_the_place_and_count_through(hangzhou: Catalogue) -> None:
    counted: Counter[Place] = Counter()
    for goal in hangzhou.goals:
        counted[goal.area, goal.clause] += 1
        letter = "D" if not goal.area else "C" if goal.clause else "A"
        where = f"{goal.clause:02d}" if goal.clause else str(goal.area)
        assert goal.code == f"{letter}{where}-{counted[goal.area, goal.clause]:02d}"


def test_quotes_are_marked_where_they_stand_and_never_overlap_in_part(hangzhou: Catalogue) -> None:
    texts = passages(hangzhou)
    spans: dict[Place, set[tuple[int, int]]] = {}
    for goal in hangzhou.goals:
        place, end = (goal.area, goal.clause), goal.start + goal.length
        assert texts[place][goal.start : end] == goal.quote
        spans.setdefault(place, set()).add((goal.start, end))
    assert [(one, two) for found in spans.values() for one, two in pairwise(sorted(found)) if two[0] < one[1]] == []


def test_numbers_of_goals_stand_in_their_quotes(hangzhou: Catalogue) -> None:
    """三分之二 is the one value that is not written in digits."""
    strange = [
        goal.code
        for goal in hangzhou.goals
        for value in (goal.value, goal.value_max)
        if value is not None and f"{value}" not in DIGITS.findall(goal.quote)
    ]
    assert strange == ["A8-01"]


def test_units_stand_behind_their_numbers_in_the_quotes(hangzhou: Catalogue) -> None:
    """Except where the unit stands before the number or, for C75-04, has to be completed."""
    strange = [
        goal.code
        for goal in hangzhou.goals
        if goal.value is not None and f"{goal.value_max or goal.value}{goal.unit}" not in goal.quote.replace("％", "%")
    ]
    assert strange == ["A8-01", "C75-04"]


def test_goals_out_of_one_phrase_share_its_quote(hangzhou: Catalogue) -> None:
    phrases: dict[str, list[str]] = {}
    for goal in hangzhou.goals:
        phrases.setdefault(goal.quote, []).append(goal.code)
    assert {quote: codes for quote, codes in phrases.items() if len(codes) > 1} == {
        "创建省级高品质步行街、商业特色街各2条": ["C49-04", "C49-05"],
        "实现展馆面积、参展企业、专业采购商、参会人数、展会成果五个翻番": [f"C51-0{number}" for number in range(1, 6)],
        "全市行政村基本实现集体经济总收入80万元且经营性收入50万元以上": ["A7-01", "A7-02"],
        "推进杭高临平学校、杭二中富春学校、学军中学桐庐学校建设，2024年秋季投用": ["C72-03", "C72-04", "C72-05"],
        "2024年新开工改造城镇老旧小区260个、2542栋": ["C74-02", "C74-03"],
    }


def test_direction_follows_the_words(hangzhou: Catalogue) -> None:
    at_least = re.compile(r"以上|不少于|不低于|不小于|达到|恢复到|比重达|覆盖率达|企业达")
    about = re.compile(r"左右|基本稳定")
    expected = {}
    for goal in goals_of(hangzhou, "goal"):
        if goal.value is None and goal.expr in ("outpace", "increase"):
            expected[goal.code] = ">"
        elif about.search(goal.quote):
            expected[goal.code] = "~"
        elif re.search(r"[%％]以下", goal.quote):
            expected[goal.code] = "<="
        else:
            expected[goal.code] = ">=" if at_least.search(goal.quote) or goal.expr == "double" else "="
    # C53-02: 以上 says what counts as a large project.
    expected |= {"C53-02": "="}
    assert {goal.code: goal.direction for goal in goals_of(hangzhou, "goal")} == expected


def test_qualifiers_are_the_documents_words(hangzhou: Catalogue) -> None:
    texts = passages(hangzhou)
    strange = [
        (goal.code, word)
        for goal in hangzhou.goals
        for word in filter(None, goal.qualifier.split("、"))
        if word not in texts[goal.area, goal.clause]
    ]
    assert strange == []


def test_every_goal_has_a_lead_and_only_one_names_its_own(hangzhou: Catalogue) -> None:
    clauses = {(clause.area, clause.number): clause.departments for clause in hangzhou.clauses}
    own = {
        goal.code: goal.departments for goal in hangzhou.goals if goal.departments != clauses[goal.area, goal.clause]
    }
    assert own == {"D77-01": ("czj",)}
    assert {goal.lead for goal in goals_of(hangzhou, "budget")} == {"czj"}


def test_eight_budgets_add_up_to_569_and_the_document_says_490(hangzhou: Catalogue) -> None:
    lines = goals_of(hangzhou, "budget")
    totals = {goal.clause: goal.value for goal in lines if goal.parent is None and goal.area}
    assert totals == {
        clause: Decimal(value)
        for clause, value in {
            2: "177.1", 9: "112.1", 23: "26.7", 33: "23.9", 42: "46.9", 47: "6", 54: "27.6", 69: "148.7",
        }.items()
    }  # fmt: skip
    assert sum(value for value in totals.values() if value is not None) == Decimal("569.0")
    assert Counter(goal.parent for goal in lines if goal.parent) == {
        "C02-01": 5, "C09-01": 3, "C23-01": 3, "C33-01": 4, "C42-01": 2, "C54-01": 5, "C69-01": 5,
    }  # fmt: skip
    assert [(goal.code, goal.value) for goal in lines if not goal.area] == [("D77-01", Decimal(490))]


def test_milestones_with_their_dates(hangzhou: Catalogue) -> None:
    assert [(goal.code, goal.name, f"{goal.due}") for goal in goals_of(hangzhou, "milestone")] == [
        ("C52-01", "发布《杭州市服务贸易展会目录》（2024年度）", "2024-12-31"),
        ("C72-03", "杭高临平学校投用", "2024-11-30"),
        ("C72-04", "杭二中富春学校投用", "2024-11-30"),
        ("C72-05", "学军中学桐庐学校投用", "2024-11-30"),
    ]


def test_goals_without_a_number_name_their_test(hangzhou: Catalogue) -> None:
    tests: dict[str, list[str]] = {}
    for goal in hangzhou.goals:
        if goal.expr:
            assert goal.value is None
            tests.setdefault(goal.expr, []).append(goal.code)
    assert tests == {
        "outpace": ["C20-01", "C55-03"],
        "stable": ["A6-03"],
        "double": ["C51-01", "C51-02", "C51-03", "C51-04", "C51-05"],
        "increase": ["C55-01", "C55-02"],
    }
    assert [goal.code for goal in hangzhou.goals if goal.measure == "relative" and not goal.comparator] == []


def test_counted_things_have_whole_targets(hangzhou: Catalogue) -> None:
    counted = [goal for goal in hangzhou.goals if goal.count]
    assert {goal.precision for goal in counted} == {0}
    assert {goal.unit for goal in counted} == {"个", "家", "项", "条", "场", "所", "栋", "张", "人", "人次", "家次"}
    assert [goal.code for goal in hangzhou.goals if goal.unit in {"个", "家", "项"} and not goal.count] == []


def test_precision_is_never_coarser_than_the_target(hangzhou: Catalogue) -> None:
    coarse = [
        goal.code
        for goal in hangzhou.goals
        if goal.value is not None and goal.precision is not None and goal.value != round(goal.value, goal.precision)
    ]
    assert coarse == []


def test_figures_belong_to_goals_and_keep_source_and_caveat(
    hangzhou: Catalogue, hangzhou_files: dict[str, str]
) -> None:
    table = read_figures(hangzhou_files["figures.csv"])
    assert table.problems == ()
    assert {row.goal for row in table.rows} <= {goal.code for goal in hangzhou.goals}
    assert Counter(row.period_year for row in table.rows) == {2023: 3, 2024: 22}
    assert [row.line for row in table.rows if not row.source or not row.note] == []
    history = [(row.period_month, row.value) for row in table.rows if row.period_year == 2023]
    assert history == [(3, Decimal("24.64")), (11, Decimal("83.15")), (12, Decimal("88.31"))]


def test_figures_have_no_more_decimals_than_their_goal(hangzhou: Catalogue, hangzhou_files: dict[str, str]) -> None:
    precision = {goal.code: goal.precision for goal in hangzhou.goals}
    rows = read_figures(hangzhou_files["figures.csv"]).rows
    assert [row.line for row in rows if row.value != round(row.value, precision[row.goal] or 0)] == []


@pytest.mark.parametrize(
    ("sound", "broken", "problem"),
    [
        (
            "发展,50,,亿元", "发展,50.1,,亿元",
            Problem("components_do_not_add_up", "value", 7, {"value": Decimal("177.1"), "total": "C02-01", "sum": Decimal("177.2")}),
        ),
        (
            ",490,,亿元", ",569.1,,亿元",
            Problem("budget_above_areas", "value", 160, {"value": Decimal("569.1"), "sum": Decimal("569.0")}),
        ),
        (
            "推进市重点项目800个左右", "推进市重点项目900个左右",
            Problem("quote_unknown", "quote", 4, {"quote": "推进市重点项目900个左右", "clause": 0, "area": 1}),
        ),
    ],
)  # fmt: skip
def test_broken_copy_of_the_folder_is_refused(
    hangzhou_files: dict[str, str], sound: str, broken: str, problem: Problem
) -> None:
    goals = hangzhou_files["goals.csv"]
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(hangzhou_files | {"goals.csv": goals.replace(sound, broken, 1)})
    assert refusal.value.problems == {"goals.csv": [problem]}
