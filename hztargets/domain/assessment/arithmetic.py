"""Comparisons that allow for binary fractions, rounding half away from zero, and Student's t.

Of `stdtr` the form for single numbers is used: the same function without the handling of arrays.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import inf, isfinite, sqrt

from scipy.special import stdtrit
from scipy.special.cython_special import stdtr

EPSILON = 1e-9
"""Relative slack of every comparison with a threshold: 0.5 - 0.4 is a gap of exactly ten points. Nothing is rounded."""


def at_least(value: float, bound: float) -> bool:
    """value >= bound; equality up to EPSILON of the larger of the two."""
    return value >= bound - EPSILON * max(abs(value), abs(bound))


def less(value: float, bound: float) -> bool:
    return not at_least(value, bound)


def more(value: float, bound: float) -> bool:
    return not at_least(bound, value)


def round_half_away(value: float, decimals: int | None) -> float:
    """N3. Rounds the number as written (2.675 to 2.68), half away from zero; no decimals, no rounding."""
    if decimals is None or not abs(value) < 1e15:
        return value
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def finite(value: float | None) -> float | None:
    """None for infinity and not-a-number."""
    return value if value is not None and isfinite(value) else None


def ratio(part: float, whole: float) -> float | None:
    return finite(part / whole) if whole else None


def chance_not_short(margin: float, spread: float, nu: float) -> float | None:
    """F_t(margin/spread; nu): the chance that the year ends on the right side of a bound `margin` away.

    Without spread the sign decides, and exactly at the bound is on the right side.
    """
    if margin != margin or spread != spread:
        return None
    if spread <= 0:
        return 1.0 if margin >= 0 else 0.0
    z = margin / spread
    if z != z:
        return None
    return stdtr(float(nu), clip(z, -1e30, 1e30))


@lru_cache(maxsize=256)
def t_quantile(share: float, nu: float) -> float:
    return float(stdtrit(nu, share))


def clip(value: float, low: float, high: float) -> float:
    return low if value < low else high if value > high else value


def root(value: float) -> float:
    """Square root; infinity and not-a-number are returned unchanged."""
    return sqrt(value) if value < inf else value
