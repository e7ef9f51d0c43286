from collections.abc import Sequence
from decimal import Decimal

import pytest

from hztargets.domain.problems import Problem, Word
from hztargets.domain.report_fields import ReportContent
from hztargets.domain.sheets.cells import Cell, Kind, Line, pack, unpack
from hztargets.domain.sheets.reading import SheetGoal, SheetReading, read_sheet
from hztargets.domain.sheets.stamp import Stamp, read_stamp

STAMP = Stamp("测政函〔2024〕1号", "2024-07", "swj")
GOALS = {
    "A6-01": SheetGoal("A6-01", "实际利用外资", "亿美元", "cumulative"),
    "A6-02": SheetGoal("A6-02", "组织外贸团组", "个", "cumulative"),
}
HEADERS = {"编码": "code", "目标": "name", "单位": "unit", "本期数": "value", "无进展": "is_nil", "说明": "note"}
HEAD = ["编码", "目标", "单位", "本期数", "无进展", "说明"]
SOUND = ["A6-01", "实际利用外资", "亿美元", "40.5", "", "签约3个"]


def table(*rows: Sequence[str | Cell], stamp: object = STAMP, head: Sequence[str] = HEAD) -> list[Line]:
    grid: list[Sequence[str | Cell]] = [["某部门"], [str(stamp)], head, *rows]
    return [
        Line(number, tuple(cell if isinstance(cell, Cell) else Cell(text=cell) for cell in row))
        for number, row in enumerate(grid, start=1)
    ]


def read(*rows: Sequence[str | Cell], **options: object) -> SheetReading:
    return read_sheet(table(*rows, **options), expected=STAMP, headers=HEADERS, goals=GOALS)  # type: ignore[arg-type]


def problems(*rows: Sequence[str | Cell]) -> list[Problem]:
    return [problem for row in read(*rows).rows for problem in row.problems]


def test_a_sound_row_becomes_a_report_content() -> None:
    (row,) = read(SOUND).rows
    assert (row.line, row.code, row.content) == (4, "A6-01", ReportContent(value=Decimal("40.5"), note="签约3个"))


def test_empty_lines_are_nothing_and_empty_rows_say_nothing() -> None:
    rows = read(["", "", ""], ["A6-01", "实际利用外资", "亿美元"]).rows
    assert [(row.line, row.content) for row in rows] == [(5, ReportContent())]


def test_columns_may_stand_in_another_order_and_be_fewer() -> None:
    (row,) = read(["7", "A6-02"], head=["本 期 数", "编码"]).rows
    assert (row.code, row.content) == ("A6-02", ReportContent(value=Decimal(7)))


@pytest.mark.parametrize(
    ("stamp", "problem"),
    [
        ("", Problem("no_stamp")),
        ("hztargets 1 | x", Problem("no_stamp")),
        (
            Stamp("别政函〔2024〕2号", "2024-07", "swj"),
            Problem("other_document", facts={"found": "别政函〔2024〕2号", "expected": "测政函〔2024〕1号"}),
        ),
        (
            Stamp("测政函〔2024〕1号", "2024-06", "swj"),
            Problem("other_period", facts={"found": "2024-06", "expected": "2024-07"}),
        ),
        (
            Stamp("测政函〔2024〕1号", "2024-07", "kjj"),
            Problem("other_department", facts={"found": "kjj", "expected": "swj"}),
        ),
    ],
)
def test_a_sheet_made_for_something_else_is_refused_whole(stamp: object, problem: Problem) -> None:
    assert read(SOUND, stamp=stamp) == SheetReading(problems=(problem,))


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (["目标", "本期数"], [Problem("no_header")]),
        (["编码", "目标"], [Problem("sheet_column_missing", "value", 3, {"label": Word("column.value")})]),
        (["编码", "本期数", "备注列"], [Problem("sheet_column_unknown", line=3, facts={"value": "备注列"})]),
        (["编码", "本期数", "本期数"], [Problem("sheet_column_twice", "value", 3, {"label": Word("column.value")})]),
    ],
)
def test_the_head_must_fit(head: list[str], found: list[Problem]) -> None:
    assert read(SOUND, head=head) == SheetReading(problems=tuple(found))


def test_changed_added_and_doubled_codes() -> None:
    assert problems(["A6-99", "实际利用外资", "亿美元", "1"], ["", "新目标", "个", "2"], SOUND, SOUND) == [
        Problem("code_unknown", "code", 4, {"value": "A6-99"}),
        Problem("code_missing", "code", 5),
        Problem("code_twice", "code", 6, {"value": "A6-01"}),
        Problem("code_twice", "code", 7, {"value": "A6-01"}),
    ]


def test_rows_mixed_up_by_sorting() -> None:
    assert problems(["A6-02", "实际利用外资", "亿美元", "40"]) == [
        Problem("other_name", "name", 4, {"value": "实际利用外资", "code": "A6-02", "expected": "组织外贸团组"}),
        Problem("other_unit", "unit", 4, {"value": "亿美元", "code": "A6-02", "expected": "个"}),
    ]


def test_every_bad_cell_is_named() -> None:
    row = ["A6-01", "实际利用外资", "亿美元", Cell(Kind.FORMULA, "=B4*2"), "也许", "字" * 2001]
    assert [(p.code, p.line, p.field, str(p.facts["value"])[:5]) for p in problems(row)] == [
        ("formula", 4, "value", "=B4*2"),
        ("not_yes_or_no", 4, "is_nil", "也许"),
        ("text_too_long", 4, "note", "字字字字字"),
    ]


def test_a_figure_and_no_progress_contradict_each_other() -> None:
    assert problems(["A6-01", "实际利用外资", "亿美元", "0", "是"]) == [
        Problem("value_and_nil", "is_nil", 4, {"value": "是"})
    ]


def test_columns_of_other_measures_stay_empty() -> None:
    headers = {**HEADERS, "完成日期": "done_on", "比较数": "comparator"}
    lines = table(["A6-01", "40", "2024-05-01", "3"], head=["编码", "本期数", "完成日期", "比较数"])
    (row,) = read_sheet(lines, expected=STAMP, headers=headers, goals=GOALS).rows
    assert [(p.code, p.field) for p in row.problems] == [("column_unused", "comparator"), ("column_unused", "done_on")]


def test_a_packed_table_is_the_same_table() -> None:
    lines = table(SOUND, ["A6-02", "", Cell(Kind.DAY, "2024-01-01"), Cell(Kind.MERGED, "")])
    assert unpack(pack(lines)) == tuple(lines)


def test_a_stamp_is_read_as_written() -> None:
    assert read_stamp(f"  {STAMP} ") == STAMP
    assert read_stamp("hztargets 2 | a | b | c") is None
