"""Short builders of cases, and Student's t computed here, so that expected values do not come from the code under test."""

from collections.abc import Mapping
from math import atan, pi, sqrt
from typing import Any

from hztargets.domain.assessment import GoalCase, Profile, ReportedFigure, Target

PAST_YEARS = (
    (54.0, 126.0, 270.0, 396.0, 540.0, 720.0, 864.0, 1008.0, 1188.0, 1350.0, 1548.0, 1800.0),
    (76.0, 152.0, 304.0, 456.0, 608.0, 798.0, 950.0, 1102.0, 1273.0, 1444.0, 1653.0, 1900.0),
    (40.0, 120.0, 280.0, 420.0, 580.0, 760.0, 920.0, 1080.0, 1280.0, 1480.0, 1700.0, 2000.0),
)
"""Three past years; by June exactly 40 % was done on average, s = .1583 by March."""
HISTORY = Profile("history", history=PAST_YEARS)
EVEN_PLAN = Profile("plan", plan=tuple(float(month) for month in range(1, 13)))
LINEAR = Profile("linear")


def goal(reports: Mapping[int, float], profile: Profile = HISTORY, /, **changes: Any) -> GoalCase:
    """A flow of 2,200 unless the arguments say otherwise; keywords of Target and GoalCase alike."""
    about_case = {name: changes.pop(name) for name in list(changes) if name in GoalCase.__struct_fields__}
    target = Target(**{"kind": "flow", "value": 2200.0, **changes})
    about_case.setdefault("reports", tuple(ReportedFigure(period, value) for period, value in reports.items()))
    return GoalCase(target=target, profile=profile, **about_case)


def t2(x: float) -> float:
    """Student's t, two degrees of freedom, in closed form."""
    return 0.5 + x / (2 * sqrt(2 + x * x))


def t3(x: float) -> float:
    """Student's t, three degrees of freedom, in closed form."""
    y = x / sqrt(3)
    return 0.5 + (y / (1 + y * y) + atan(y)) / pi
