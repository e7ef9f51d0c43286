"""Finds the figure that was probably meant instead of one that cannot be right."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from hztargets.domain.checks.values import Entry, Past
from hztargets.domain.measures import measure_of
from hztargets.domain.numbers import plain

_FACTORS = (Decimal(100), Decimal(10**4), Decimal(10**8))
"""A percentage as a share, 万元 for 亿元 or 个 for 万个, 元 for 亿元."""

_NEAR = (Decimal("0.5"), Decimal(2))
_NEAR_TARGET = (Decimal("0.3"), Decimal(3))
_LIKELY_STEPS = 3
"""A month may bring up to three times the goal's own average, or a third of it, and still be likely."""


@dataclass(frozen=True, slots=True)
class Meant:
    value: Decimal | None = None
    hint: str = ""


def expected_now(entry: Entry, previous: Past) -> Decimal:
    """The figure expected at the goal's own average pace since January."""
    return previous.value + pace_of(previous) * months_since(entry, previous)


def pace_of(previous: Past) -> Decimal:
    """The average month up to a cumulative figure."""
    return previous.value / previous.month


def months_since(entry: Entry, previous: Past) -> int:
    return entry.month - previous.month


def slip_of_unit(entry: Entry, value: Decimal) -> Meant | None:
    """The figure in the other unit, if it fits the goal's own figures or, without these, its target."""
    reference, (low, high), factors = _reference(entry)
    if reference is None or reference <= 0 or value <= 0:
        return None
    for factor in factors:
        for candidate in (value / factor, value * factor):
            if low <= candidate / reference <= high and not low <= value / reference <= high:
                return Meant(candidate, "unit")
    return None


def _reference(entry: Entry) -> tuple[Decimal | None, tuple[Decimal, Decimal], tuple[Decimal, ...]]:
    """The expected figure, how near a value must be, and the factors that separate a slip from a slow start."""
    previous = entry.previous
    if measure_of(entry).is_level:
        return (previous.value, _NEAR, _FACTORS) if previous else (entry.target, _NEAR_TARGET, _FACTORS)
    if not measure_of(entry).adds_up:
        return None, _NEAR, ()
    if previous is not None and previous.value > 0:
        return expected_now(entry, previous), _NEAR, _FACTORS
    even_pace = None if entry.target is None else entry.target * entry.month / 12
    return even_pace, _NEAR_TARGET, _FACTORS[1:]


def meant_instead(entry: Entry, value: Decimal) -> Meant | None:
    """For a cumulative figure below the one before it."""
    previous = entry.previous
    if previous is None or value <= 0:
        return None
    return _dropped_digit(entry, previous, value) or slip_of_unit(entry, value) or _month_alone(entry, previous, value)


def _dropped_digit(entry: Entry, previous: Past, value: Decimal) -> Meant | None:
    """6 after 61: one of two equal digits was not typed."""
    highest = previous.value + _LIKELY_STEPS * pace_of(previous) * months_since(entry, previous)
    likely = [candidate for candidate in _with_a_digit_doubled(value) if previous.value <= candidate <= highest]
    return Meant(min(likely), "digit") if likely else None


def _with_a_digit_doubled(value: Decimal) -> Iterator[Decimal]:
    whole, point, decimals = plain(value).partition(".")
    for place, digit in enumerate(whole):
        yield Decimal(f"{whole[:place]}{digit}{whole[place:]}{point}{decimals}")


def _month_alone(entry: Entry, previous: Past, value: Decimal) -> Meant | None:
    """110 after 1480: the month's own figure instead of the total since January."""
    usual = pace_of(previous) * months_since(entry, previous)
    if usual / _LIKELY_STEPS <= value <= usual * _LIKELY_STEPS:
        return Meant(previous.value + value, "month")
    return None
