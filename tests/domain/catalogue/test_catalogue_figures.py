from datetime import date
from decimal import Decimal

import pytest

from hztargets.domain.catalogue import FigureRow, FigureTable, Problem, read_figures

HEADER = "goal,period,value,note,source,published_on\n"


def test_figures_with_every_column() -> None:
    text = HEADER + 'A1-01,2024-06,"1,133.5",累计,统计局,2024-07-18\nA6-05,2023-12,88.31,,,\n'
    assert read_figures(text) == FigureTable(
        rows=(
            FigureRow(2, "A1-01", 2024, 6, Decimal("1133.5"), "累计", "统计局", date(2024, 7, 18)),
            FigureRow(3, "A6-05", 2023, 12, Decimal("88.31"), "", "", None),
        ),
        problems=(),
    )


@pytest.mark.parametrize("name", ["goal", "code", "goal_code"])
def test_figures_from_a_spreadsheet_with_another_header(name: str) -> None:
    text = f"\ufeff{name},period,value\r\nA1-01,2024-06,5\r\n\r\n"
    assert read_figures(text).rows == (FigureRow(2, "A1-01", 2024, 6, Decimal(5), "", "", None),)


def test_bad_rows_are_named_and_do_not_hinder_the_others() -> None:
    text = HEADER + (
        "A1-01,2024-13,5,,,\n"
        "A1-01,2024-06,五,,,\n"
        ",2024-06,5,,,\n"
        "A1-01,2024-07,7,,,2024-7-1\n"
        "A1-01,2024-08,,,,\n"
        "A1-01\n"
        'A1-01,2024-09,9,"两行\n说明",,\n'
        "A1-01,2024/10,10,,,\n"
    )
    assert read_figures(text, "f.csv") == FigureTable(
        rows=(FigureRow(8, "A1-01", 2024, 9, Decimal(9), "两行\n说明", "", None),),
        problems=(
            Problem("f.csv", 2, "period: “2024-13” is not a month; write it like 2024-06"),
            Problem("f.csv", 3, "value: “五” is not a number; write digits only, such as 177.1"),
            Problem("f.csv", 4, "goal: empty; fill it in"),
            Problem("f.csv", 5, "published_on: “2024-7-1” is not a date; write it like 2024-11-30"),
            Problem("f.csv", 6, "value: empty; fill it in"),
            Problem("f.csv", 7, "period: empty; fill it in"),
            Problem("f.csv", 7, "value: empty; fill it in"),
            Problem("f.csv", 10, "period: “2024/10” is not a month; write it like 2024-06"),
        ),
    )


def test_missing_columns_are_named_and_nothing_is_read() -> None:
    assert read_figures("goal,month\nA1-01,2024-06\n") == FigureTable(
        rows=(),
        problems=(
            Problem("figures.csv", 1, "missing column period; add it"),
            Problem("figures.csv", 1, "missing column value; add it"),
        ),
    )


def test_empty_file_is_a_table_without_columns() -> None:
    assert [problem.reason for problem in read_figures("").problems] == [
        "missing column goal; add it",
        "missing column period; add it",
        "missing column value; add it",
    ]
