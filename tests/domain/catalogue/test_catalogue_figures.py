from datetime import date
from decimal import Decimal

import pytest

from hztargets.domain.catalogue import FigureRow, FigureTable, read_figures
from hztargets.domain.problems import Problem

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
    assert read_figures(text) == FigureTable(
        rows=(FigureRow(8, "A1-01", 2024, 9, Decimal(9), "两行\n说明", "", None),),
        problems=(
            _problem("cell_not_a_month", "period", 2, value="2024-13"),
            _problem("cell_not_a_number", "value", 3, value="五"),
            _problem("cell_empty", "goal", 4),
            _problem("cell_not_a_day", "published_on", 5, value="2024-7-1"),
            _problem("cell_empty", "value", 6),
            _problem("cell_empty", "period", 7),
            _problem("cell_empty", "value", 7),
            _problem("cell_not_a_month", "period", 10, value="2024/10"),
        ),
    )


def test_missing_columns_are_named_and_nothing_is_read() -> None:
    assert read_figures("goal,month\nA1-01,2024-06\n") == FigureTable(
        rows=(),
        problems=(
            _problem("column_missing", "", 1, name="period"),
            _problem("column_missing", "", 1, name="value"),
        ),
    )


def test_empty_file_is_a_table_without_columns() -> None:
    assert [problem.facts["name"] for problem in read_figures("").problems] == ["goal", "period", "value"]


def _problem(code: str, field: str, line: int, **facts: str) -> Problem:
    return Problem(code, field, line, facts)
