"""The fast calculations give the same numbers as the exact ones."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from hztargets.domain.assessment.arithmetic import chance_not_short
from hztargets.domain.assessment.wording.numbers_shown import (
    decimals_of,
    fixed,
    plain,
    rounded,
    rounded_as_written,
    written,
)

AMOUNTS = st.floats(-1e17, 1e17) | st.floats(0, 100)
WRITTEN_TIES = st.builds(
    lambda whole, places, above: (whole + 0.5) / 10**places + above,
    st.integers(0, 10**6),
    st.integers(0, 5),
    st.sampled_from([0, 1e-12, -1e-12, 2e-16, 1e-9]),
)


@settings(deadline=None)
@given(AMOUNTS | WRITTEN_TIES, st.integers(0, 4))
@example(2.675, 2)
@example(1.005, 2)
@example(0.00005, 4)
@example(-0.0, 1)
@example(999_999_999_999_999.9, 0)
def test_a_number_is_rounded_as_written(value: float, decimals: int) -> None:
    careful = rounded_as_written(value, decimals)
    assert (fixed(value, decimals), rounded(value, decimals)) == (written(careful), careful)


@settings(deadline=None)
@given(AMOUNTS | WRITTEN_TIES | st.decimals(-(10**6), 10**6, places=4).map(float))
@example(-0.0)
@example(1e-05)
@example(1234567.1234565)
@example(123456789012345.6)
def test_a_figure_is_written_as_filed(value: float) -> None:
    exact = Decimal(repr(value))
    digits = f"{exact.quantize(Decimal('1e-6'), ROUND_HALF_UP).normalize():f}" if abs(value) < 1e15 else f"{value:.4g}"
    assert plain(value) == (digits if digits != "-0" else "0")
    assert decimals_of(value, most=6) == (
        min(6, max(0, -exact.normalize().as_tuple().exponent)) if abs(value) < 1e15 else 0
    )


def test_written_ties_go_away_from_zero() -> None:
    assert [fixed(value, 2) for value in (2.675, 1.005, 0.125, -2.675, 2.6749999)] == [
        "2.68", "1.01", "0.13", "-2.68", "2.67",
    ]  # fmt: skip


@settings(deadline=None)
@given(st.floats(-50, 50), st.sampled_from([1, 2, 3, 4, 5, 6]))
def test_the_chance_is_students_t(z: float, nu: int) -> None:
    assert chance_not_short(z, 1.0, nu) == pytest.approx(stats.t.cdf(z, nu), rel=1e-9, abs=1e-12)
