"""Is a figure plausible before it is submitted? Hard findings stop, soft ones need a word of explanation."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure about to be submitted. `previous` is the last approved value of the same year."""

    value: Decimal | None
    is_nil: bool
    measure: str
    unit: str
    previous: Decimal | None = None
    previous_month: int | None = None
    is_restated: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` names the check; `hard` findings stop the report. `facts` are the numbers a sentence needs."""

    code: str
    hard: bool
    facts: tuple[tuple[str, str], ...] = ()


def check_entry(entry: Entry) -> tuple[Finding, ...]:
    return tuple(_findings(entry))


def _findings(entry: Entry) -> Iterator[Finding]:
    if entry.value is None:
        if not entry.is_nil and entry.measure != "milestone":
            yield Finding("value_missing", hard=True)
        return
    if entry.measure == "cumulative":
        yield from _cumulative(entry, entry.value)
    if entry.measure in ("share", "milestone") and not 0 <= entry.value <= 100:
        yield Finding("outside_percent", hard=True, facts=(("value", f"{entry.value:f}"),))


def _cumulative(entry: Entry, value: Decimal) -> Iterator[Finding]:
    if value < 0:
        yield Finding("negative", hard=True, facts=(("value", f"{value:f}"),))
    elif entry.previous is not None and value < entry.previous and not entry.is_restated:
        facts = (("value", f"{value:f}"), ("previous", f"{entry.previous:f}"), ("month", str(entry.previous_month)))
        yield Finding("falling", hard=True, facts=facts)
