"""How a sentence writes numbers. A missing number gives None, and the clause that needs it is left out.

Differences are taken between the numbers as shown, so that a reader who calculates gets the same.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import isfinite

_LARGEST_PLAIN = 10**15
_MOST_DECIMALS = 4
_EXACT_UP_TO = 1e9
"""Below, a product of two numbers is known to far better than `_TIE`."""
_TIE = 1e-6
_TWICE: tuple[float, ...] = tuple(2.0 * 10**decimals for decimals in range(10))


def rounded(value: float | None, decimals: int) -> Decimal | None:
    """N3: half away from zero, the number as written."""
    if value is None:
        return None
    return Decimal(f"{value:.{decimals}f}") if _is_no_tie(value, decimals) else rounded_as_written(value, decimals)


def rounded_as_written(value: float, decimals: int) -> Decimal | None:
    """The same for any number, ties included: 2.675 is stored as 2.67499… and still becomes 2.68."""
    if not isfinite(value):
        return None
    shown = Decimal(repr(value))
    if not abs(value) < _LARGEST_PLAIN:
        return shown
    shown = shown.quantize(_step(decimals), ROUND_HALF_UP)
    return shown if shown else abs(shown)


@lru_cache
def _step(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def written(shown: Decimal | None) -> str | None:
    if shown is None:
        return None
    return f"{shown:f}" if abs(shown) < _LARGEST_PLAIN else f"{float(shown):.4g}"


def fixed(value: float | None, decimals: int) -> str | None:
    if value is None:
        return None
    return f"{value:.{decimals}f}" if _is_no_tie(value, decimals) else written(rounded_as_written(value, decimals))


def _is_no_tie(value: float, decimals: int) -> bool:
    """True: what is cut off is clearly not one half, so that formatting rounds to the same side as
    `rounded_as_written`, at a fraction of the time."""
    halves = value * _TWICE[decimals]
    return 0 < halves < _EXACT_UP_TO and abs(halves % 2 - 1) > _TIE


def plain(value: float | None) -> str | None:
    """As filed: no rounding beyond six decimals, no trailing zeros."""
    if value is None:
        return None
    whole, fraction = _digits(value)
    if whole is None or len(fraction) > 6:
        shown = rounded_as_written(value, 6)
        return written(None if shown is None else shown.normalize())
    return f"{whole}.{fraction}" if fraction else whole


def decimals_of(*values: float | None, most: int = _MOST_DECIMALS) -> int:
    """The decimals of the most precise of the values, as they are written."""
    return min(max(map(_decimals_of, values)), most)


def _decimals_of(value: float | None) -> int:
    if value is None or not abs(value) < _LARGEST_PLAIN:
        return 0
    whole, fraction = _digits(value)
    if whole is not None:
        return len(fraction)
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _digits(value: float) -> tuple[str | None, str]:
    """Before and behind the point as Python writes the number; None where it writes an exponent, or no number."""
    whole, _, fraction = repr(value).partition(".")
    if not value or not fraction.isdecimal() or len(whole) > 15:
        return None, ""
    return whole, "" if fraction == "0" else fraction


def percent(share: float | None) -> str | None:
    shown = fixed(None if share is None else 100 * share, 1)
    return None if shown is None else f"{shown}%"


def difference(one: float | None, other: float | None, decimals: int) -> Decimal | None:
    """one - other, both as shown with `decimals`."""
    first, second = rounded(one, decimals), rounded(other, decimals)
    return None if first is None or second is None else first - second
