"""How a sentence writes numbers. A missing number gives None, and the clause that needs it is left out.

Differences are taken between the numbers as shown, so that a reader's calculator gives the same.
"""

from decimal import Decimal
from math import isfinite

from hztargets.domain.assessment.arithmetic import round_half_away

_LARGEST_PLAIN = 1e15
_MOST_DECIMALS = 4


def rounded(value: float | None, decimals: int) -> Decimal | None:
    if value is None or not isfinite(value):
        return None
    shown = Decimal(repr(round_half_away(value, decimals)))
    if abs(shown) >= _LARGEST_PLAIN:
        return shown
    shown = shown.quantize(Decimal(1).scaleb(-decimals))
    return shown if shown else abs(shown)


def written(shown: Decimal | None) -> str | None:
    if shown is None:
        return None
    return f"{shown:f}" if abs(shown) < _LARGEST_PLAIN else f"{float(shown):.4g}"


def fixed(value: float | None, decimals: int) -> str | None:
    return written(rounded(value, decimals))


def plain(value: float | None) -> str | None:
    """As filed: no rounding beyond six decimals, no trailing zeros."""
    return None if value is None else written(rounded(value, decimals_of(value, most=6)))


def decimals_of(*values: float | None, most: int = _MOST_DECIMALS) -> int:
    """The decimals of the most precise of the values, as they are written."""
    found = 0
    for value in values:
        if value is not None and abs(value) < _LARGEST_PLAIN:
            exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
            found = max(found, -exponent if isinstance(exponent, int) else 0)
    return min(found, most)


def percent(share: float | None) -> str | None:
    shown = fixed(None if share is None else 100 * share, 1)
    return None if shown is None else f"{shown}%"


def difference(one: float | None, other: float | None, decimals: int) -> Decimal | None:
    """one - other, both as shown with `decimals`."""
    first, second = rounded(one, decimals), rounded(other, decimals)
    return None if first is None or second is None else first - second
