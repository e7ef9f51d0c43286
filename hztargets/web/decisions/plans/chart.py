"""The chart of a goal's plan with last year's figures, and the same figures by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hztargets.domain.measures import measure_of
from hztargets.domain.plans import is_usable_year
from hztargets.models import ReferenceYear
from hztargets.queries.decisions.plans import ProfileOfGoal
from hztargets.web.charts import Frame, draw_frame

_HEIGHT = 280
_Values = Sequence[Decimal | None]
_Line = list[tuple[float, float]]


@dataclass(frozen=True)
class PlanMonth:
    """Shares of the year's total are 0..1; None for goals that are not cumulative."""

    month: int
    plan: Decimal | None
    plan_share: float | None
    last: Decimal | None
    last_share: float | None


@dataclass(frozen=True)
class PlanChart:
    """Lines are SVG point lists, empty when there is no data. Last year is scaled to this year's total."""

    frame: Frame
    plan: str
    last: str
    even: str


def last_year(profile: ProfileOfGoal) -> ReferenceYear | None:
    """The latest past year with usable monthly figures; for goals that are not cumulative any past year."""
    years = [year for year in profile.past_years if is_usable_year(year.values) or not measure_of(profile.goal).adds_up]
    return years[-1] if years else None


def plan_months(profile: ProfileOfGoal) -> list[PlanMonth]:
    plan, past = _plan(profile), last_year(profile)
    last: _Values = past.values if past else [None] * 12
    flow = measure_of(profile.goal).adds_up
    plan_shares, last_shares = (_shares(plan), _shares(last)) if flow else ([None] * 12, [None] * 12)
    rows = zip(range(1, 13), plan, plan_shares, last, last_shares, strict=True)
    return [PlanMonth(*row) for row in rows]


def draw_plan(profile: ProfileOfGoal) -> PlanChart | None:
    """None when there is neither a plan nor a past year to draw."""
    months = plan_months(profile)
    flow, total = measure_of(profile.goal).adds_up, _total(profile)
    plan = _line([row.plan for row in months], flow)
    last = _line([row.last for row in months], flow)
    if not plan and not last:
        return None
    if flow:
        last = [(row.month, (row.last_share or 0.0) * total) for row in months if row.last_share is not None]
        last = [(0.0, 0.0), *last] if last else []
    even = [(0.0, 0.0), (12.0, total)] if flow else []
    frame = draw_frame([amount for _month, amount in (*plan, *last, *even)], height=_HEIGHT)
    line = frame.scale.line
    return PlanChart(frame=frame, plan=line(plan), last=line(last), even=line(even))


def _plan(profile: ProfileOfGoal) -> _Values:
    plan = profile.profile.plan if profile.profile else None
    return plan or [None] * 12


def _total(profile: ProfileOfGoal) -> float:
    end = _plan(profile)[-1] or profile.target.value
    return float(end) if end and end > 0 else 1.0


def _shares(values: _Values) -> list[float | None]:
    total = values[-1]
    if total is None or total <= 0:
        return [None] * 12
    return [None if value is None else float(value / total) for value in values]


def _line(values: _Values, flow: bool) -> _Line:
    known: _Line = [(float(month), float(value)) for month, value in enumerate(values, start=1) if value is not None]
    return [(0.0, 0.0), *known] if known and flow else known
