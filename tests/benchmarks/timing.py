"""Timing two ways of doing the same thing in turn, so that a machine that slows down slows both."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`value` and `floor` in `unit`, medians of `n` runs each, or one run each over `n` rows; `ratio` is value over
    floor. `notes`: what else was measured in the same run."""

    name: str
    value: float
    unit: str
    floor: float
    n: int
    notes: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return self.value / self.floor

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio}


def compare(name: str, ours: Callable[[], object], floor: Callable[[], object], *, n: int) -> Figure:
    """Milliseconds of both, run alternately after one warm-up each."""
    ours()
    floor()
    pairs = [(_milliseconds(ours), _milliseconds(floor)) for _ in range(n)]
    return Figure(
        name=name,
        value=median(pair[0] for pair in pairs),
        unit="ms",
        floor=median(pair[1] for pair in pairs),
        n=n,
    )


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
