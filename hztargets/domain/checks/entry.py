from collections.abc import Iterator
from decimal import Decimal

from hztargets.domain.checks.pace import doubts
from hztargets.domain.checks.slips import Meant, meant_instead, slip_of_unit
from hztargets.domain.checks.values import Entry, Finding
from hztargets.domain.measures import measure_of
from hztargets.domain.problems import Facts


def check_entry(entry: Entry, *, with_doubts: bool = True) -> tuple[Finding, ...]:
    """`with_doubts` is off for published and simulated figures: nobody explains them, so only impossible values are
    found."""
    hard = tuple(_impossible(entry))
    if hard or entry.value is None or not with_doubts:
        return hard
    return tuple(doubts(entry, entry.value))


def _impossible(entry: Entry) -> Iterator[Finding]:
    if entry.done_on is not None and entry.today is not None and entry.done_on > entry.today:
        yield Finding("done_in_future", hard=True, facts={"day": entry.done_on}, field="done_on")
    if entry.value is None:
        yield from _missing_value(entry)
        return
    if measure_of(entry).adds_up:
        yield from _cumulative(entry, entry.value)
    if measure_of(entry).is_percentage and not 0 <= entry.value <= 100:
        yield Finding("outside_percent", hard=True, facts={"value": entry.value})
    if entry.is_count and entry.value != entry.value.to_integral_value():
        yield _broken_count(entry, entry.value)
    if measure_of(entry).has_comparator and entry.comparator is None:
        yield Finding("comparator_missing", hard=True, field="comparator")


def _missing_value(entry: Entry) -> Iterator[Finding]:
    if measure_of(entry).is_milestone:
        if entry.done_on is None and entry.expected_on is None:
            yield Finding("milestone_empty", hard=True, field="done_on")
    elif not entry.is_nil:
        yield Finding("value_missing", hard=True)


def _cumulative(entry: Entry, value: Decimal) -> Iterator[Finding]:
    if value < 0:
        yield Finding("negative", hard=True, facts={"value": value})
    elif entry.is_restated:
        return
    elif entry.previous is not None and value < entry.previous.value:
        yield _falling(entry, value)
    elif entry.later is not None and value > entry.later.value:
        facts: Facts = {"value": value, "later": entry.later.value, "month": entry.later.month}
        yield Finding("above_later", hard=True, facts=facts)


def _falling(entry: Entry, value: Decimal) -> Finding:
    assert entry.previous is not None
    previous = entry.previous
    facts: Facts = {"value": value, "previous": previous.value, "month": previous.month}
    meant = meant_instead(entry, value) or Meant()
    return Finding("falling", hard=True, facts=facts, suggestion=meant.value, hint=meant.hint)


def _broken_count(entry: Entry, value: Decimal) -> Finding:
    meant = slip_of_unit(entry, value) or Meant()
    return Finding(
        "count_has_decimals",
        hard=True,
        facts={"value": value},
        suggestion=meant.value,
        hint=meant.hint,
    )
