"""Figures typed with a unit, read in the goal's own."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hztargets.domain.numbers import MAX_DIGITS, NumberError, ReadFigure, read_figure
from hztargets.domain.problems import Problem


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("３６２", "场", "362"),
        ("1，234", "家", "1234"),
        ("１，２３４．５　亿美元", "亿美元", "1234.5"),
        ("1 234.5", "亿元", "1234.5"),
        ("3亿", "亿元", "3"),
        ("3亿元", "亿元", "3"),
        ("3亿", "万元", "30000"),
        ("3 亿 元", "万元", "30000"),
        ("30000万元", "亿元", "3"),
        ("300000000元", "亿元", "3"),
        ("1.2万亿", "亿元", "12000"),
        ("1.2万亿元", "万元", "120000000"),
        ("3万", "个", "30000"),
        ("3万个", "万个", "3"),
        ("2.5万平方米", "万平方米", "2.5"),
        ("25000平方米", "万平方米", "2.5"),
        ("3万", "", "30000"),
        ("80%", "%", "80"),
        ("８０％", "%", "80"),
        ("(12.5)", "亿元", "-12.5"),
        ("（12.5）", "亿元", "-12.5"),
        ("（1,234.5亿元）", "亿元", "-1234.5"),
        ("(12.5)亿元", "亿元", "-12.5"),
        ("\u22123.2%", "%", "-3.2"),
    ],
)
def test_unusual_writing_is_read_and_reported(text: str, unit: str, value: str) -> None:
    assert read_figure(text, unit) == ReadFigure(Decimal(value), value)


@pytest.mark.parametrize(("text", "value"), [("80", "80"), (" -3.20 ", "-3.20"), ("+5", "5")])
def test_plain_writing_needs_no_word(text: str, value: str) -> None:
    assert read_figure(text, "亿元") == ReadFigure(Decimal(value), "")


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("80%", "个", "wrong_unit"),
        ("8万", "%", "wrong_unit"),
        ("8‰", "%", "wrong_unit"),
        ("3亿美元", "亿元", "wrong_unit"),
        ("3人", "人次", "wrong_unit"),
        ("3千", "个", "wrong_unit"),
        ("3个", "", "wrong_unit"),
        ("1,23", "个", "not_a_number"),
        ("1.234,5", "个", "not_a_number"),
        ("0,123", "个", "not_a_number"),
        ("12 34", "个", "not_a_number"),
        ("1,234 567", "个", "not_a_number"),
        ("(-3)", "个", "not_a_number"),
        ("(3", "个", "not_a_number"),
        ("(3个)个", "个", "not_a_number"),
        ("10²", "个", "not_a_number"),
        ("①", "个", "not_a_number"),
        ("三万", "个", "not_a_number"),
        ("٣", "个", "not_a_number"),
        ("3" + " " * 200, "个", "not_a_number"),
        ("999999999999999亿", "个", "too_long"),
        ("1234567890123456亿元", "亿元", "too_long"),
    ],
)
def test_what_could_mean_something_else_is_refused(text: str, unit: str, code: str) -> None:
    with pytest.raises(NumberError) as caught:
        read_figure(text, unit)
    assert (caught.value.problem.code, caught.value.problem.facts["text"]) == (code, text)


@pytest.mark.parametrize(
    ("text", "unit", "readings"),
    [
        ("3万", "万个", ("3", "30000")),
        ("3万", "亿元", ("0.0003", "30000")),
        ("（3万）", "万千瓦", ("-3", "-30000")),
    ],
)
def test_a_bare_ten_thousand_beside_a_scaled_unit_has_two_readings(
    text: str, unit: str, readings: tuple[str, str]
) -> None:
    with pytest.raises(NumberError) as caught:
        read_figure(text, unit)
    first, second = map(Decimal, readings)
    facts = {"text": text, "unit": unit, "first": first, "second": second}
    assert caught.value.problem == Problem("two_readings", facts=facts)


UNITS = st.sampled_from(["个", "万个", "亿元", "万元", "%", "家次", "亿千瓦时", ""])
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=3)


@given(AMOUNTS, UNITS)
def test_what_was_understood_reads_as_the_same_again(value: Decimal, unit: str) -> None:
    first = read_figure(f"（{-value:,}{unit}）" if value < 0 else f"{value:,} {unit}", unit)
    again = read_figure(first.understood or f"{first.value:f}", unit)
    assert (first.value, again) == (value, ReadFigure(value, ""))


@given(st.integers(1, 999), st.sampled_from(["元", "万元", "亿元", "万亿元"]), st.sampled_from(["元", "万元", "亿元"]))
def test_changing_the_unit_and_back_loses_nothing(amount: int, typed: str, unit: str) -> None:
    there = read_figure(f"{amount}{typed}", unit).value
    assert isinstance(there, Decimal)
    if typed != "万亿元":
        assert read_figure(f"{there:f}{unit}", typed).value == amount


@given(st.text(max_size=30), UNITS)
def test_anything_typed_is_a_decimal_or_a_number_error(text: str, unit: str) -> None:
    try:
        value = read_figure(text, unit).value
    except NumberError:
        return
    assert type(value) is Decimal
    assert value.is_finite()
    assert len(value.as_tuple().digits) <= MAX_DIGITS
