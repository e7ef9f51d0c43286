"""What an assessment holds. Missing is None. Shares and chances are 0..1; `_pp` and `_pct` are percentage points."""

from datetime import date

from msgspec import Struct

from hztargets.domain.assessment.values import NONE


class Figures(Struct, frozen=True, gc=False):
    """The numbers of one report against its target (A/P, L), before any light.

    `target` is T, `bound` T_eff, `band` the bounds of a band; `basis` names the profile the expected share rests on.
    """

    value: float | None = None
    target: float | None = None
    bound: float | None = None
    band: tuple[float, float] | None = None
    basis: str | None = None
    expected: float | None = None
    expected_share: float | None = None
    done_share: float | None = None
    attainment: float | None = None
    lag_pp: float | None = None
    kappa: float | None = None
    sigma_pp: float | None = None
    nu: float | None = None
    grade: str | None = None
    projection: float | None = None
    interval80: tuple[float, float] | None = None
    pace_ratio: float | None = None
    required_per_month: float | None = None
    achieved_per_month: float | None = None
    required_rest: float | None = None
    progress: float | None = None
    c: float | None = None
    p_meet: float | None = None


class Findings(Struct, frozen=True, gc=False):
    """What the rules of the raw light (C) need to know of a report."""

    ok: bool
    material: bool = False
    mature: bool = True
    breached: bool = False
    over_limit: bool = False
    not_due: bool = False
    met_early: bool = False
    capped: bool = False
    met: bool | None = None
    near: bool = False


class Freshness(Struct, frozen=True, gc=False):
    """State of the data (D). `overdue_days` counts from the oldest missing period's due date."""

    state: str
    missing: int = 0
    overdue_days: int = 0
    escalate: int = 0
    missing_periods: tuple[int, ...] = ()


class GoalAssessment(Figures, frozen=True, gc=False):
    """`period`: the last approved one. `colour` is the light shown, `status_colour` the one before grey.

    `consecutive_low` counts the raw reds running up to this period
    (under a pace rule: raw ambers and reds).
    """

    colour: str = NONE
    status_colour: str = NONE
    raw: str = NONE
    method: str = "likelihood"
    period: int | None = None
    history: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    consecutive_low: int = 0
    colour_vs_original: str | None = None
    freshness: Freshness | None = None
    met: bool | None = None
    side: str | None = None
    p_low: float | None = None
    p_high: float | None = None
    due: date | None = None
    days_left: int | None = None
    expected_pct: float | None = None
