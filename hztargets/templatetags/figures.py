"""Formats of numbers on pages: no trailing zeros, thousands separators, percentages with one decimal."""

from decimal import ROUND_HALF_UP, Decimal

from django import template

from hztargets.models import Assessment, Goal

register = template.Library()

NOTHING = "—"
_MINUS = "−"
_STORED_DECIMALS = 6


@register.filter
def amount(value: Decimal | float | None, decimals: int | None = None) -> str:
    """A figure in its goal's unit; `decimals` None keeps the reported decimals. None is a dash, never zero."""
    if value is None:
        return NOTHING
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    return _plain(_rounded(number, _STORED_DECIMALS if decimals is None else decimals), trim=True)


@register.simple_tag
def estimate(assessment: Assessment, goal: Goal) -> str:
    """The projection for the year: `1,837–2,194`, or one number; rounded to meaningful digits."""
    ends = [assessment.projection_low, assessment.projection_high]
    numbers = [end for end in ends if end is not None] if None not in ends else [assessment.projection]
    if numbers[0] is None:
        return NOTHING
    decimals = min(_decimals_for(number or 0.0) for number in numbers)
    if goal.precision is not None:
        decimals = min(decimals, goal.precision)
    shown = [amount(number, decimals) for number in numbers]
    return shown[0] if shown[0] == shown[-1] else "–".join(shown)


def _decimals_for(number: float) -> int:
    size = abs(number)
    return 0 if size >= 100 else 1 if size >= 10 else 2


@register.filter
def percent(share: float | None) -> str:
    """0.599 is `59.9%`."""
    if share is None:
        return NOTHING
    return _plain(_points(share)) + "%"


@register.filter
def chance_percent(p_meet: float) -> str:
    """A chance without decimals; only exactly 0 and 1 read 0% and 100%."""
    shown = int(_rounded(Decimal(repr(p_meet)) * 100, 0))
    if shown in (0, 100) and p_meet not in (0, 1):
        return "<1%" if shown == 0 else ">99%"
    return f"{shown}%"


def gap_of(assessment: Assessment) -> Decimal | None:
    """Negative when behind; the stored lag is positive when behind. The gap of two shares is computed from the rounded
    percentages, so that it agrees with the numbers shown."""
    if assessment.done_share is not None and assessment.expected_share is not None:
        return _points(assessment.done_share) - _points(assessment.expected_share)
    return None if assessment.lag_pp is None else -_rounded(Decimal(repr(assessment.lag_pp)), 1)


def _points(share: float) -> Decimal:
    return _rounded(Decimal(repr(share)) * 100, 1)


@register.filter
def gap(assessment: Assessment) -> str:
    """Percentage points against the schedule: `−6.1`, `+1.5`."""
    number = gap_of(assessment)
    if number is None:
        return NOTHING
    return ("+" if number > 0 else "") + _plain(number)


@register.filter
def gap_class(assessment: Assessment) -> str:
    number = gap_of(assessment)
    return "" if not number else "behind" if number < 0 else "ahead"


@register.simple_tag
def change(now: int, before: int) -> str:
    """A counter's change: `+1`, `−2`, `±0`."""
    difference = now - before
    return "±0" if difference == 0 else ("+" if difference > 0 else "") + _plain(Decimal(difference))


@register.filter
def difference(value: Decimal | None, previous: Decimal | None) -> str:
    """How far a reported figure moved from the one before, signed."""
    if value is None or previous is None:
        return NOTHING
    return ("+" if value > previous else "") + amount(value - previous)


@register.filter
def bar(share: float | None, width: int) -> str:
    """Length of a bar in a frame of `width` units, for an SVG attribute; at most `width`."""
    return f"{min(max(share or 0.0, 0.0), 1.0) * width:.1f}"


def _rounded(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _plain(number: Decimal, *, trim: bool = False) -> str:
    text = f"{number:,f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-0", "0", 1) if text in ("-0", "-0.0") else text.replace("-", _MINUS)
