"""The chart of the goal page: reported values, expected path, target, and projection to December."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from hztargets.models import Assessment, Goal
from hztargets.queries.board.board import Point
from hztargets.web.charts import Frame, Spot, by_month, draw_frame, expected_path, is_flow

_HEIGHT = 300


@dataclass(frozen=True)
class Dot:
    spot: Spot
    point: Point


@dataclass(frozen=True)
class GoalChart:
    """Lines are SVG point lists; empty when there is no data."""

    frame: Frame
    reported: str
    dots: list[Dot]
    path: str
    target: str
    fan: str
    projected: str


def draw_goal(goal: Goal, months: Sequence[Assessment]) -> GoalChart | None:
    """None while no figure is approved. Each month is shown with the target it was assessed by, later months with the
    last target."""
    points = by_month(_points(months))
    if not points:
        return None
    targets = _targets(months)
    values = [(float(point.month), float(point.value)) for point in points]
    flow = is_flow(goal, points)
    path = expected_path(points, targets) if flow and targets else []
    target = _steps(targets)
    ahead = _ahead(months[-1], values[-1])
    heights = [y for _x, y in (*values, *path, *target, *ahead.all)]
    frame = draw_frame(heights + ([0.0] if flow else []), height=_HEIGHT)
    scale = frame.scale
    return GoalChart(
        frame=frame,
        reported=scale.line([(0.0, 0.0), *values] if flow else values),
        dots=[Dot(scale.spot(*value), point) for value, point in zip(values, points, strict=True)],
        path=scale.line(path),
        target=scale.line(target),
        fan=scale.line(ahead.fan),
        projected=scale.line(ahead.line),
    )


def _points(months: Sequence[Assessment]) -> list[Point]:
    return [
        Point(row.judged_month, row.value, row.done_share, row.expected_share, row.colour, row.details.get("shares"))
        for row in months
        if row.judged_month is not None and row.value is not None
    ]


def _targets(months: Sequence[Assessment]) -> list[float]:
    """Twelve values, or none when the last month has no target. A month without an assessment takes the target of the
    month before it; months before the first assessment take the first target."""
    known = {row.period.month: float(row.target) for row in months if row.target is not None}
    if months[-1].target is None:
        return []
    first = known[min(known)]
    return list(accumulate(range(1, 13), lambda before, month: known.get(month, before), initial=first))[1:]


def _steps(targets: Sequence[float]) -> list[tuple[float, float]]:
    """A level line, with a step where the target was revised."""
    return [(float(x), target) for month, target in enumerate(targets, start=1) for x in (month - 1, month)]


@dataclass(frozen=True)
class _Ahead:
    """From the last figure to December: the line of the projection and its 80 % interval."""

    line: list[tuple[float, float]]
    fan: list[tuple[float, float]]

    @property
    def all(self) -> list[tuple[float, float]]:
        return [*self.line, *self.fan]


def _ahead(last: Assessment, value: tuple[float, float]) -> _Ahead:
    if last.projection is None or value[0] >= 12:
        return _Ahead([], [])
    line = [value, (12.0, last.projection)]
    if last.projection_low is None or last.projection_high is None:
        return _Ahead(line, [])
    return _Ahead(line, [value, (12.0, last.projection_high), (12.0, last.projection_low)])
