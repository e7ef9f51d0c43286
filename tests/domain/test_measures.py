"""The table of measures agrees with everything that has a place for each measure."""

from msgspec.structs import fields

from hztargets.domain.assessment import Profile
from hztargets.domain.assessment.values import KINDS, PROFILES
from hztargets.domain.measures import MEASURES, checked_as
from hztargets.messages.words import WORDS
from hztargets.models import Goal, GoalProfile


def test_the_table_has_the_measures_of_goals_in_their_order() -> None:
    assert list(MEASURES) == Goal.Measure.values


def test_every_measure_is_assessed_and_every_kind_is_used() -> None:
    assert {row.kind for row in MEASURES.values()} == set(KINDS)


def test_profiles_and_past_years_are_those_of_an_assessment() -> None:
    known = set(PROFILES) & set(GoalProfile.Kind.values)
    series = {field.name for field in fields(Profile)} | {""}
    assert [(set(row.profiles) <= known, row.past_years in series) for row in MEASURES.values()] == [(True, True)] * 6


def test_every_measure_has_the_words_for_its_figure() -> None:
    assert {row.label for row in MEASURES.values()} == {key for key in WORDS if key.startswith("figure.")}


def test_what_follows_from_a_measure() -> None:
    facts = {
        name: (row.adds_up, row.since_january, row.is_percentage, row.has_comparator, row.can_be_planned, row.unit)
        for name, row in MEASURES.items()
    }
    assert facts == {
        "cumulative": (True, True, False, False, True, ""),
        "level": (False, False, False, False, True, ""),
        "share": (False, False, True, False, True, ""),
        "growth": (False, True, False, False, False, ""),
        "relative": (False, True, False, True, False, ""),
        "milestone": (False, False, True, False, False, "%"),
    }
    assert [name for name, row in MEASURES.items() if row.is_milestone] == ["milestone"]
    assert [name for name, row in MEASURES.items() if row.is_level] == ["level", "share"]
    assert [name for name, row in MEASURES.items() if row.is_growth] == ["growth"]


def test_a_share_of_another_quantity_is_checked_like_a_level() -> None:
    checked = {name: (checked_as(name, ""), checked_as(name, "last year")) for name in MEASURES}
    assert checked == {**{name: (name, name) for name in MEASURES}, "share": ("share", "level")}
