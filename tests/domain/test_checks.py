from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hztargets.domain.checks import Entry, Finding, check_entry


def entry(value: str | None, measure: str = "cumulative", **facts: object) -> Entry:
    columns = {"is_nil": False, "unit": "亿美元", "previous": Decimal("40.5"), "previous_month": 6, **facts}
    return Entry(value=None if value is None else Decimal(value), measure=measure, **columns)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_entry", "findings"),
    [
        (entry("41"), ()),
        (entry("40.5"), ()),
        (entry("0", previous=None, previous_month=None), ()),
        (entry(None), (Finding("value_missing", hard=True),)),
        (entry(None, is_nil=True), ()),
        (entry(None, measure="milestone"), ()),
        (entry("-0.1"), (Finding("negative", hard=True, facts=(("value", "-0.1"),)),)),
        (
            entry("40.4"),
            (Finding("falling", hard=True, facts=(("value", "40.4"), ("previous", "40.5"), ("month", "6"))),),
        ),
        (entry("40.4", is_restated=True), ()),
        (entry("-0.1", is_restated=True), (Finding("negative", hard=True, facts=(("value", "-0.1"),)),)),
        (entry("40.4", measure="level"), ()),
        (entry("-3", measure="growth"), ()),
        (entry("0", measure="share"), ()),
        (entry("100", measure="share"), ()),
        (entry("100.01", measure="share"), (Finding("outside_percent", hard=True, facts=(("value", "100.01"),)),)),
        (entry("-1", measure="milestone"), (Finding("outside_percent", hard=True, facts=(("value", "-1"),)),)),
    ],
)
def test_check_entry_finds(given_entry: Entry, findings: tuple[Finding, ...]) -> None:
    assert check_entry(given_entry) == findings


def test_numbers_in_findings_are_written_plainly() -> None:
    (finding,) = check_entry(entry("-1E+3"))
    assert finding.facts == (("value", "-1000"),)


AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)


@given(previous=AMOUNTS, value=AMOUNTS)
def test_a_cumulative_figure_is_refused_exactly_when_it_falls(previous: Decimal, value: Decimal) -> None:
    codes = [finding.code for finding in check_entry(entry(str(value), previous=previous))]
    assert codes == (["falling"] if value < previous else [])


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_a_share_is_refused_exactly_outside_0_to_100(value: Decimal) -> None:
    codes = [finding.code for finding in check_entry(entry(str(value), measure="share"))]
    assert codes == ([] if 0 <= value <= 100 else ["outside_percent"])
