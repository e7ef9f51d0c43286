"""How a sentence writes numbers. A missing number gives None, and the clause that needs it is left out.

Differences are taken between the numbers as shown, so that a reader's calculator gives the same. The same few numbers
are written in every language and month, so what was written last is remembered.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import isfinite

_LARGEST_PLAIN = 10**15
_SMALLEST_PLAIN = 0.0001
"""Below, Python writes an exponent."""
_MOST_DECIMALS = 4
_REMEMBERED = 1 << 14


@lru_cache(maxsize=_REMEMBERED)
def rounded(value: float | None, decimals: int) -> Decimal | None:
    """N3: half away from zero, the number as written."""
    if value is None or not isfinite(value):
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


@lru_cache(maxsize=_REMEMBERED)
def fixed(value: float | None, decimals: int) -> str | None:
    if value is not None and _is_no_tie(value, decimals):
        return f"{value:.{decimals}f}"
    return written(rounded(value, decimals))


def _is_no_tie(value: float, decimals: int) -> bool:
    """True: the number as written goes on behind the digit that decides, so formatting rounds it to the same side as
    `rounded`, at a fraction of the time. Only a written tie (2.675 is stored as 2.67499…) would make a difference."""
    return _SMALLEST_PLAIN <= value < _LARGEST_PLAIN and len(repr(value).partition(".")[2]) > decimals + 1


@lru_cache(maxsize=_REMEMBERED)
def plain(value: float | None) -> str | None:
    """As filed: no rounding beyond six decimals, no trailing zeros."""
    return None if value is None else written(rounded(value, decimals_of(value, most=6)))


def decimals_of(*values: float | None, most: int = _MOST_DECIMALS) -> int:
    """The decimals of the most precise of the values, as they are written."""
    return min(max(map(_decimals_of, values)), most)


@lru_cache(maxsize=_REMEMBERED)
def _decimals_of(value: float | None) -> int:
    if value is None or not abs(value) < _LARGEST_PLAIN:
        return 0
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def percent(share: float | None) -> str | None:
    shown = fixed(None if share is None else 100 * share, 1)
    return None if shown is None else f"{shown}%"


def difference(one: float | None, other: float | None, decimals: int) -> Decimal | None:
    """one - other, both as shown with `decimals`."""
    first, second = rounded(one, decimals), rounded(other, decimals)
    return None if first is None or second is None else first - second
