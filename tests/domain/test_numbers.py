from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hztargets.domain.numbers import MAX_DIGITS, NumberError, plain, read_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("80", "80"),
        (" 80.50 ", "80.50"),
        ("０１２.５", "12.5"),
        ("１，２３４．５", "1234.5"),
        ("1,234,567.8", "1234567.8"),
        ("1 234", "1234"),
        ("1'234'567.8", "1234567.8"),
        ("1’234", "1234"),
        ("－1＇234", "-1234"),
        ("1\u3000234", "1234"),
        ("+3", "3"),
        ("-3.2", "-3.2"),
        ("－3.2", "-3.2"),
        ("0", "0"),
        ("999999999999999", "999999999999999"),
        ("99999999999999.9", "99999999999999.9"),
    ],
)
def test_read_number_understands(text: str, value: str) -> None:
    read = read_number(text)
    assert (read, read.as_tuple().exponent) == (Decimal(value), Decimal(value).as_tuple().exponent)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \u3000\t", "empty"),
        ("—", "not_a_number"),
        ("无", "not_a_number"),
        ("1,23", "not_a_number"),
        ("1,2345", "not_a_number"),
        ("1'23", "not_a_number"),
        ("1'234,567", "not_a_number"),
        ("'80", "not_a_number"),
        ("80'", "not_a_number"),
        ("12,34,567", "not_a_number"),
        ("1e5", "not_a_number"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("1.", "not_a_number"),
        (".5", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("--1", "not_a_number"),
        ("1_000", "not_a_number"),
        ("80%", "not_a_number"),
        ("=80", "not_a_number"),
        ("1234567890123456", "too_long"),
        ("0.1234567890123456", "too_long"),
    ],
)
def test_read_number_refuses(text: str, code: str) -> None:
    with pytest.raises(NumberError) as caught:
        read_number(text)
    assert (caught.value.problem.code, caught.value.problem.facts["text"]) == (code, text)


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=3))
def test_a_figure_written_with_separators_reads_as_itself(value: Decimal) -> None:
    assert read_number(f"{value:,}") == value == read_number(f"{value:f}")


@given(st.text(max_size=20))
def test_anything_typed_is_a_decimal_or_a_number_error(text: str) -> None:
    try:
        value = read_number(text)
    except NumberError:
        return
    assert value.is_finite()
    assert len(value.as_tuple().digits) <= MAX_DIGITS


def test_numbers_read_like_peoples() -> None:
    assert [plain(Decimal(text)) for text in ("80.000000", "8E+1", "0.50", "-0.0", "100")] == [
        "80",
        "80",
        "0.5",
        "-0",
        "100",
    ]
