"""Positions of lines and labels in charts. Coordinates are text for SVG attributes; every chart also has a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10
from typing import NamedTuple

from hztargets.domain.measures import measure_of
from hztargets.models import Goal
from hztargets.queries.board.board import Point

_TREND_WIDTH, _TREND_HEIGHT, _MARGIN = 120.0, 36.0, 4.0
_WIDTH = 720
_LEFT, _TOP, _RIGHT, _BOTTOM = 64.0, 16.0, 20.0, 32.0


class Spot(NamedTuple):
    x: str
    y: str


@dataclass(frozen=True)
class Scale:
    """Converts months and amounts to coordinates in a box; y grows downwards."""

    left: float
    top: float
    width: float
    height: float
    low: float
    high: float

    def x(self, month: float) -> float:
        return self.left + self.width * month / 12

    def y(self, amount: float) -> float:
        return self.top + self.height * (self.high - amount) / ((self.high - self.low) or 1)

    def spot(self, month: float, amount: float) -> Spot:
        return Spot(f"{self.x(month):.1f}", f"{self.y(amount):.1f}")

    def line(self, points: Iterable[tuple[float, float]]) -> str:
        return " ".join(",".join(self.spot(month, amount)) for month, amount in points)


@dataclass(frozen=True)
class Trend:
    """The small chart of a board row: reported values with the expected path, or with the target."""

    reported: str
    path: str
    last: Spot


def draw_trend(goal: Goal, target: Decimal | None, points: Sequence[Point]) -> Trend | None:
    """None when no figure was reported."""
    points = by_month(points)
    if not points:
        return None
    reported, path = _shares(points) if is_flow(goal, points) else _levels(points, target)
    heights = [amount for _month, amount in (*reported, *path)]
    scale = Scale(_MARGIN, _MARGIN, _TREND_WIDTH - 2 * _MARGIN, _TREND_HEIGHT - 2 * _MARGIN, min(heights), max(heights))
    return Trend(scale.line(reported), scale.line(path), scale.spot(*reported[-1]))


def by_month(points: Iterable[Point]) -> list[Point]:
    """One point for each month of a figure; an assessment without a new figure repeats the month of the last one."""
    return sorted({point.month: point for point in points}.values())


def is_flow(goal: Goal, points: Sequence[Point]) -> bool:
    return measure_of(goal).adds_up and points[-1].done_share is not None


_Line = list[tuple[float, float]]


def _shares(points: Sequence[Point]) -> tuple[_Line, _Line]:
    reported: _Line = [(0.0, 0.0), *((point.month, point.done_share or 0.0) for point in points)]
    return reported, expected_path(points, [1.0] * 12)


def expected_path(points: Sequence[Point], targets: Sequence[float]) -> _Line:
    """From zero to the full target in December, by the monthly shares of the last assessment. `targets` holds twelve
    values, one for each month."""
    shares = points[-1].shares
    if shares is not None:
        path = zip(shares, targets, strict=True)
        return [(0.0, 0.0), *((month, share * target) for month, (share, target) in enumerate(path, start=1))]
    known = [
        (point.month, point.expected_share * targets[point.month - 1])
        for point in points
        if point.expected_share is not None
    ]
    line: _Line = [(0.0, 0.0), *known]
    return line if known and known[-1][0] == 12 else [*line, (12.0, targets[-1])]


def _levels(points: Sequence[Point], target: Decimal | None) -> tuple[_Line, _Line]:
    reported: _Line = [(point.month, float(point.value)) for point in points]
    return reported, [] if target is None else [(0.0, float(target)), (12.0, float(target))]


@dataclass(frozen=True)
class Tick:
    at: str
    amount: float


@dataclass(frozen=True)
class Frame:
    """Grid and axes of a large chart of the year, around the amounts to be drawn."""

    scale: Scale
    across: list[Tick]
    months: list[Tick]
    width: int
    height: int
    left: str
    right: str
    bottom: str


def draw_frame(amounts: Sequence[float], *, height: int) -> Frame:
    marks = ticks(min(amounts), max(amounts))
    scale = Scale(_LEFT, _TOP, _WIDTH - _LEFT - _RIGHT, height - _TOP - _BOTTOM, marks[0], marks[-1])
    return Frame(
        scale=scale,
        across=[Tick(scale.spot(0, mark).y, mark) for mark in marks],
        months=[Tick(scale.spot(month, 0).x, month) for month in range(1, 13)],
        width=_WIDTH,
        height=height,
        left=f"{_LEFT:.0f}",
        right=f"{_WIDTH - _RIGHT:.0f}",
        bottom=f"{height - _BOTTOM:.0f}",
    )


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers that cover the range low..high; about `count` of them."""
    if high <= low:
        high = low + 1
    rough = (high - low) / count
    size = 10.0 ** floor(log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    first, last = floor(low / step), -floor(-high / step)
    return [number * step for number in range(first, last + 1)]
