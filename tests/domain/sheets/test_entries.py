from datetime import date
from decimal import Decimal

import pytest

from hztargets.domain.problems import Problem, ProblemError
from hztargets.domain.report_fields import MAX_TEXT
from hztargets.domain.sheets.cells import Cell, Kind
from hztargets.domain.sheets.entries import read_day, read_figure, read_mark, read_words


@pytest.mark.parametrize(
    ("cell", "unit", "figure"),
    [
        (Cell(), "个", None),
        (Cell(text="  "), "个", None),
        (Cell(Kind.NUMBER, "40.5"), "亿美元", Decimal("40.5")),
        (Cell(text="１２３４．５"), "个", Decimal("1234.5")),
        (Cell(text="1,234"), "个", Decimal(1234)),
        (Cell(text="'-3.2"), "%", Decimal("-3.2")),
        (Cell(Kind.NUMBER, "-3.2"), "%", Decimal("-3.2")),
        (Cell(Kind.PERCENT, "12.5"), "%", Decimal("12.5")),
        (Cell(text="12.5%"), "%", Decimal("12.5")),
        (Cell(text="1.2万"), "个", Decimal(12000)),
    ],
)
def test_figures(cell: Cell, unit: str, figure: Decimal | None) -> None:
    assert read_figure(cell, unit) == figure


@pytest.mark.parametrize(
    ("cell", "unit", "code"),
    [
        (Cell(text="约40"), "个", "not_a_number"),
        (Cell(Kind.NUMBER, "1234567890123456"), "个", "too_long"),
        (Cell(text="1234567890123456"), "个", "too_long"),
        (Cell(Kind.PERCENT, "12.5"), "亿美元", "wrong_unit"),
        (Cell(text="3万"), "亿元", "wrong_unit"),
        (Cell(Kind.DAY, "2024-03-05"), "个", "day_for_number"),
        (Cell(Kind.MOMENT, "2024-03-05 12:00:00"), "个", "day_for_number"),
        (Cell(Kind.FORMULA, "=A1"), "个", "formula"),
        (Cell(Kind.ERROR, "#REF!"), "个", "error_cell"),
        (Cell(Kind.MERGED, ""), "个", "merged"),
        (Cell(Kind.TRUTH, "true"), "个", "not_a_number"),
    ],
)
def test_figures_that_are_none(cell: Cell, unit: str, code: str) -> None:
    with pytest.raises(ProblemError) as refused:
        read_figure(cell, unit)
    assert (
        refused.value.problem.code == code
        if code != "wrong_unit"
        else refused.value.problem.code in ("wrong_unit", "two_readings")
    )


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (Cell(), None),
        (Cell(Kind.DAY, "2024-11-30"), date(2024, 11, 30)),
        (Cell(text="2024-11-30"), date(2024, 11, 30)),
        (Cell(text="2024/9/3"), date(2024, 9, 3)),
        (Cell(text="2024年9月3日"), date(2024, 9, 3)),
        (Cell(text="２０２４．９．３"), date(2024, 9, 3)),
    ],
)
def test_days(cell: Cell, day: date | None) -> None:
    assert read_day(cell) == day


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (Cell(Kind.NUMBER, "45626"), "number_for_day"),
        (Cell(text="2024-02-30"), "not_a_day"),
        (Cell(text="年底"), "not_a_day"),
        (Cell(text="9/3/2024"), "not_a_day"),
        (Cell(Kind.FORMULA, "=TODAY()"), "formula"),
    ],
)
def test_days_that_are_none(cell: Cell, code: str) -> None:
    with pytest.raises(ProblemError) as refused:
        read_day(cell)
    assert refused.value.problem.code == code


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        (Cell(), False),
        (Cell(text="是"), True),
        (Cell(text=" YES "), True),
        (Cell(Kind.TRUTH, "true"), True),
        (Cell(Kind.TRUTH, "false"), False),
        (Cell(Kind.NUMBER, "1"), True),
        (Cell(text="否"), False),
    ],
)
def test_marks(cell: Cell, mark: bool) -> None:
    assert read_mark(cell) is mark


def test_a_mark_is_not_guessed() -> None:
    with pytest.raises(ProblemError) as refused:
        read_mark(Cell(text="也许"))
    assert refused.value.problem.code == "not_yes_or_no"


def test_words_keep_their_lines_and_lose_their_blanks() -> None:
    assert read_words(Cell(text="  第一行\r\n第二行\r第三行 ")) == "第一行\n第二行\n第三行"
    assert read_words(Cell(text="'-5%，环比回升")) == "-5%，环比回升"
    assert read_words(Cell(Kind.NUMBER, "12")) == "12"


def test_words_have_a_limit() -> None:
    assert len(read_words(Cell(text="字" * MAX_TEXT))) == MAX_TEXT
    with pytest.raises(ProblemError) as refused:
        read_words(Cell(text="字" * (MAX_TEXT + 1)))
    assert refused.value.problem == Problem("text_too_long", facts={"length": 2001, "limit": 2000})
