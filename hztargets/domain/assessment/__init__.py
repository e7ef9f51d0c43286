"""Assessing goals from their reports (design/assessment.md, specification 1.0)."""

from hztargets.domain.assessment.outcome import Freshness, GoalAssessment
from hztargets.domain.assessment.sentence import chance_word, sentences
from hztargets.domain.assessment.values import GoalCase, Profile, ReportedFigure, Target, TargetVersion
from hztargets.domain.assessment.year import assess, assess_year, expected_shares

__all__ = [
    "Freshness",
    "GoalAssessment",
    "GoalCase",
    "Profile",
    "ReportedFigure",
    "Target",
    "TargetVersion",
    "assess",
    "assess_year",
    "chance_word",
    "expected_shares",
    "sentences",
]
