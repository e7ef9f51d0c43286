"""Soft findings: figures that may be right but are unusual for this goal."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from hztargets.domain.checks.slips import months_since, pace_of, slip_of_unit
from hztargets.domain.checks.values import Entry, Finding, Past
from hztargets.domain.measures import measure_of
from hztargets.domain.problems import Facts

_MONTHS_NEEDED = 3
"""With fewer approved months a goal has no pace of its own."""

_SLOW, _FAST = Decimal("0.5"), Decimal(3)
_BEYOND_ITS_FASTEST = Decimal("1.5")
_LARGE_CHANGE = Decimal("0.1")
_LARGE_RATE = Decimal(10)
_CHANGES_NEEDED = 2


def doubts(entry: Entry, value: Decimal) -> Iterator[Finding]:
    """At most one doubt about the figure's size, and one about its decimals."""
    yield from _first(
        _unit(entry, value), _same_again(entry, value), _pace(entry, value), _level(entry, value), _rate(entry, value)
    )
    if entry.precision is not None and _decimals(value) > entry.precision:
        rounded = value.quantize(Decimal(1).scaleb(-entry.precision), ROUND_HALF_UP)
        facts: Facts = {"value": value, "decimals": entry.precision}
        yield Finding("too_fine", hard=False, facts=facts, suggestion=rounded)


def _first(*findings: Finding | None) -> Iterator[Finding]:
    found = next((finding for finding in findings if finding is not None), None)
    if found is not None:
        yield found


def _unit(entry: Entry, value: Decimal) -> Finding | None:
    meant = slip_of_unit(entry, value)
    if meant is None:
        return None
    return Finding("unit_slip", hard=False, facts={"value": value}, suggestion=meant.value, hint=meant.hint)


def _same_again(entry: Entry, value: Decimal) -> Finding | None:
    if len(entry.earlier) < 2 or _is_reached(entry, value):
        return None
    if {past.value for past in entry.earlier[-2:]} != {value}:
        return None
    since = next(past.month for past in entry.earlier if past.value == value)
    return Finding("same_again", hard=False, facts={"value": value, "month": since})


def _is_reached(entry: Entry, value: Decimal) -> bool:
    """A total that has reached its target need not grow."""
    return measure_of(entry).adds_up and entry.target is not None and value >= entry.target


def _pace(entry: Entry, value: Decimal) -> Finding | None:
    """A month's increment against the goal's average month and against its slowest and fastest."""
    previous = entry.previous
    if not measure_of(entry).adds_up or previous is None or previous.month < _MONTHS_NEEDED or previous.value <= 0:
        return None
    average, steps = pace_of(previous), _steps(entry.earlier)
    step = (value - previous.value) / months_since(entry, previous)
    facts: Facts = {
        "value": value,
        "added": value - previous.value,
        "average": average.quantize(Decimal("0.01"), ROUND_HALF_UP),
        "months": previous.month,
    }
    if step < _SLOW * average and step < min(steps) and not _is_reached(entry, value):
        return Finding("slow_month", hard=False, facts=facts)
    if step > _FAST * average and step > _BEYOND_ITS_FASTEST * max(steps):
        shifted = value / 10
        is_likely = previous.value <= shifted <= previous.value + _FAST * average * months_since(entry, previous)
        suggestion, hint = (shifted, "point") if is_likely else (None, "")
        return Finding("fast_month", hard=False, facts=facts, suggestion=suggestion, hint=hint)
    return None


def _steps(earlier: tuple[Past, ...]) -> list[Decimal]:
    """The average month of each stretch between two reports, from 1 January on."""
    start = Past(0, Decimal(0))
    return [
        (after.value - before.value) / (after.month - before.month) for before, after in pairwise((start, *earlier))
    ]


def _level(entry: Entry, value: Decimal) -> Finding | None:
    """A change three times as large as any this year."""
    measure = measure_of(entry)
    if measure.adds_up or measure.is_milestone or len(entry.earlier) <= _CHANGES_NEEDED:
        return None
    previous = entry.earlier[-1].value
    changes = [abs(after.value - before.value) for before, after in pairwise(entry.earlier)]
    change = abs(value - previous)
    if change <= _FAST * max(changes) or change <= _LARGE_CHANGE * abs(previous):
        return None
    facts: Facts = {"value": value, "previous": previous, "largest": max(changes)}
    return Finding("level_jump", hard=False, facts=facts)


def _rate(entry: Entry, value: Decimal) -> Finding | None:
    """A growth rate ten times the goal's last figure and its target: 65 where 6.5 was meant. Below ten points a tenfold
    is nothing special."""
    before = None if entry.previous is None else entry.previous.value
    known = [abs(figure) for figure in (before, entry.target) if figure is not None]
    if not measure_of(entry).is_growth or not known or abs(value) < _LARGE_RATE or abs(value) <= 10 * max(known):
        return None
    facts: Facts = {"value": value, "largest": max(known)}
    likely = [value / shift for shift in (10, 100) if abs(value) / shift <= _FAST * max(known)]
    return Finding(
        "rate_far_off",
        hard=False,
        facts=facts,
        suggestion=likely[0] if likely else None,
        hint="point" if likely else "",
    )


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)
