"""The profile of each goal: plan, past years, and a remark where the plan is unusually late."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hztargets.domain.measures import measure_of
from hztargets.domain.numbers import plain
from hztargets.domain.plan_table import COLUMNS, MONTH_COLUMNS
from hztargets.domain.plans import plan_below_last_year, target_text
from hztargets.models import Document, Goal, GoalProfile, GoalVersion, ReferenceYear, Report
from hztargets.queries.prepared_queries import PreparedRows, is_among_parameter

_PROFILES = PreparedRows(
    GoalProfile, lambda rows: rows.filter(is_among_parameter("goal_id", "goals")).order_by("number")
)


@dataclass(frozen=True, kw_only=True)
class ProfileOfGoal:
    """As last decided. `profile` None: automatic, never decided. `past_years` oldest first.
    `points_below_last_year`: how far the plan's June share lies below last year's, when that is worth showing."""

    goal: Goal
    target: GoalVersion
    profile: GoalProfile | None
    past_years: tuple[ReferenceYear, ...]
    points_below_last_year: float | None

    @property
    def kind(self) -> str:
        return self.profile.kind if self.profile else GoalProfile.Kind.AUTO.value


def profiles_of(document: Document, goals: Iterable[Goal]) -> list[ProfileOfGoal]:
    """One entry a goal in the given order, from three queries besides the goals' own."""
    goals = list(goals)
    ids = [goal.pk for goal in goals]
    targets, profiles = latest_targets(ids), latest_profiles(ids)
    past_years: dict[int, list[ReferenceYear]] = defaultdict(list)
    for year in ReferenceYear.objects.filter(goal__in=ids, year__lt=document.year).order_by("year"):
        past_years[year.goal_id].append(year)
    return [_profile(goal, targets[goal.pk], profiles.get(goal.pk), past_years[goal.pk]) for goal in goals]


def _profile(
    goal: Goal, target: GoalVersion, profile: GoalProfile | None, past_years: list[ReferenceYear]
) -> ProfileOfGoal:
    points = None
    if measure_of(goal).adds_up and profile is not None and profile.plan is not None:
        points = plan_below_last_year(profile.plan, [year.values for year in past_years])
    return ProfileOfGoal(
        goal=goal, target=target, profile=profile, past_years=tuple(past_years), points_below_last_year=points
    )


def latest_profiles(goal_ids: Collection[int]) -> dict[int, GoalProfile]:
    """The profile last decided, by goal; goals that only ever had the automatic one are left out."""
    return {row.goal_id: row for row in GoalProfile.objects.filter(goal__in=goal_ids).order_by("number")}


def latest_targets(goal_ids: Collection[int]) -> dict[int, GoalVersion]:
    """The target last decided, by goal."""
    return {row.goal_id: row for row in GoalVersion.objects.filter(goal__in=goal_ids).order_by("number")}


def profiles_in_force(goal_ids: Collection[int]) -> Mapping[int, Mapping[int, GoalProfile]]:
    """By goal, for each month 1..12 the highest version that has taken effect by then. A goal or month without one
    has the automatic profile."""
    in_force: dict[int, dict[int, GoalProfile]] = defaultdict(dict)
    for row in _PROFILES.fetch(goals=list(goal_ids)):
        in_force[row.goal_id].update(dict.fromkeys(range(row.effective_month, 13), row))
    return dict(in_force)


def is_year_open(document: Document, today: date) -> bool:
    """From then on profiles are frozen: a period has opened, or a figure has been approved."""
    if document.periods.filter(opens_on__lte=today).exists():
        return True
    return Report.objects.approved().filter(document=document).exists()


def export_profile_rows(profiles: Iterable[ProfileOfGoal]) -> list[dict[str, str]]:
    """One row a goal with the columns the import reads, filled with the profiles in force."""
    return [_export_row(profile) for profile in profiles]


def _export_row(profile: ProfileOfGoal) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "")
    goal, target = profile.goal, profile.target
    row |= {"goal": goal.code, "name": goal.name, "unit": goal.unit, "kind": profile.kind}
    if target.value is not None:
        row["target"] = target_text(target.value, target.value_max)
    if profile.profile is not None:
        row["reason"] = profile.profile.reason
        values = profile.profile.plan or []
        row |= {column: plain(value) for column, value in zip(MONTH_COLUMNS, values, strict=False)}
    return row
