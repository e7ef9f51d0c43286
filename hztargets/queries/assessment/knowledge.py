"""What is known of goals on a day, read for many goals at once and returned as values of the domain. Every assessment
uses it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db.models import BigIntegerField, DateField, Q, QuerySet, SmallIntegerField
from msgspec import Struct
from msgspec.structs import replace

from hztargets.domain.assessment import GoalCase, Profile, ReportedFigure, Target, TargetVersion
from hztargets.domain.calendar import WorkingCalendar, assessment_day
from hztargets.domain.measures import MEASURES, measure_of
from hztargets.models import CalendarDay, Document, Goal, GoalProfile, GoalVersion, Period, ReferenceYear, Report
from hztargets.queries.calendar.periods import read_deadlines
from hztargets.queries.decisions.plans import profiles_in_force
from hztargets.queries.prepared_queries import Parameter, PreparedQuery, PreparedRows, is_among_parameter

_WAITING = [Report.State.SUBMITTED, Report.State.ENDORSED]
_DIRECTIONS = {"<=": "down"}
_Row = TypeVar("_Row", GoalVersion, ReferenceYear)


class KnownReport(Struct, frozen=True, gc=False):
    """A report as known on that day, with its row id. `figure` is the reported number with all its digits."""

    id: int
    month: int
    report: ReportedFigure
    done_on: date | None
    expected_on: date | None
    figure: Decimal | None = None


class GoalKnowledge(Struct, frozen=True):
    """Everything needed to assess one goal. `case` holds all known reports and the profile last decided; `profiles` and
    `targets` have what is in force in each of the twelve months."""

    goal: Goal
    case: GoalCase
    reports: tuple[KnownReport, ...]
    profiles: tuple[Profile, ...]
    targets: tuple[Decimal | None, ...]

    def case_in(self, month: int, day: date) -> GoalCase:
        """The case that assesses the month as known on `day`. A later profile does not change earlier months; a
        milestone has the progress and dates of its latest approved report up to that month."""
        if measure_of(self.goal).is_milestone:
            return _milestone_case(self, month, day)
        profile = self.profiles[month - 1]
        return self.case if profile is self.case.profile else replace(self.case, profile=profile)

    def day_in(self, month: int, day: date) -> date:
        """The day on which the month is assessed: `day`, but at the latest the day before the goal's own next deadline,
        which may be earlier than the document's."""
        following = (self.case.due_on or {}).get(month + 1)
        return day if following is None else assessment_day(day, following)


def knowledge_of(
    document: Document, goals: Iterable[Goal], periods: Iterable[Period], as_of: date
) -> list[GoalKnowledge]:
    """One entry a goal in the given order, from six queries whatever their number, seven if a goal follows
    working days."""
    goals = list(goals)
    ids = [goal.pk for goal in goals]
    periods = list(periods)
    deadlines = read_deadlines(periods)
    versions = _grouped(_VERSIONS.fetch(goals=ids))
    profiles = profiles_in_force(ids)
    history = _grouped(_PAST_YEARS.fetch(goals=ids, year=document.year))
    reports = _grouped_reports(document, ids, as_of)
    days = _working_days(document.year, profiles)
    return [
        _knowledge(
            goal,
            document.year,
            {period.month: deadlines.goal_due_on(period, goal) for period in periods},
            versions[goal.pk] or [GoalVersion(goal=goal, number=1)],
            _profiles(goal, profiles.get(goal.pk, {}), history[goal.pk], days),
            reports[goal.pk],
        )
        for goal in goals
    ]


def _grouped(rows: Iterable[_Row]) -> Mapping[int, list[_Row]]:
    grouped: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[row.goal_id].append(row)
    return grouped


REPORT_COLUMNS = (
    "goal_id", "goal__measure", "id", "period__month", "value", "comparator", "state", "version", "is_restated",
    "is_nil", "done_on", "expected_on",
)  # fmt: skip
"""The columns of a report that an assessment reads."""


def known_reports(document: Document, as_of: date) -> QuerySet[Report]:
    """What is known on that day: approved by then, or submitted by then and still waiting."""
    return Report.objects.filter(_known_on(as_of), document=document)


def _known_on(as_of: date | Parameter) -> Q:
    approved = Q(state=Report.State.APPROVED, known_on__lte=as_of)
    return approved | Q(state__in=_WAITING, submitted_at__date__lte=as_of)


_VERSIONS = PreparedRows(
    GoalVersion,
    lambda rows: rows.filter(is_among_parameter("goal_id", "goals")).order_by("goal_id", "effective_month", "number"),
)
_PAST_YEARS = PreparedRows(
    ReferenceYear,
    lambda rows: rows.filter(
        is_among_parameter("goal_id", "goals"), year__lt=Parameter("year", SmallIntegerField())
    ).order_by("goal_id", "year"),
)
_REPORTS = PreparedQuery(
    lambda: (
        Report.objects.filter(
            _known_on(Parameter("as_of", DateField())),
            is_among_parameter("goal_id", "goals"),
            document_id=Parameter("document", BigIntegerField()),
        )
        .order_by("goal_id", "period__month", "version")
        .values_list(*REPORT_COLUMNS)
    )
)


def _grouped_reports(document: Document, goal_ids: list[int], as_of: date) -> Mapping[int, list[KnownReport]]:
    grouped: dict[int, list[KnownReport]] = defaultdict(list)
    for (
        goal_id, measure, pk, month, value, comparator, state, version, restated, nil, done_on, expected_on
    ) in _REPORTS.fetch(document=document.pk, goals=goal_ids, as_of=as_of):  # fmt: skip
        known = grouped[goal_id]
        status = "approved" if state == Report.State.APPROVED else "submitted"
        figure = carried_over(known, measure, month) if nil and value is None else _float(value)
        report = ReportedFigure(month, figure, _float(comparator), status, version, restated)
        known.append(KnownReport(pk, month, report, done_on, expected_on, value))
    return grouped


def carried_over(known: Iterable[KnownReport], measure: str, month: int) -> float | None:
    """The figure of a month without progress: the last approved one; before the first, zero for a cumulative goal."""
    approved = [row for row in known if row.report.status == "approved" and row.month < month]
    if approved:
        return approved[-1].report.value
    return 0.0 if MEASURES[measure].adds_up else None


def _knowledge(
    goal: Goal,
    year: int,
    due_on: Mapping[int, date],
    versions: list[GoalVersion],
    profiles: tuple[Profile, ...],
    reports: list[KnownReport],
) -> GoalKnowledge:
    case = GoalCase(
        target=_target(goal, versions[0]),
        profile=profiles[-1],
        reports=tuple(known.report for known in reports),
        year=year,
        frequency=goal.frequency,
        target_versions=_target_versions(versions),
        due_on=due_on,
        skip_periods=frozenset({1}) if goal.skips_january else frozenset(),
        unit=goal.unit,
        decimals=goal.precision,
    )
    return GoalKnowledge(goal, case, tuple(reports), profiles, _targets(versions))


def _targets(versions: list[GoalVersion]) -> tuple[Decimal | None, ...]:
    if len(versions) == 1:
        return (versions[0].value,) * 12
    return tuple([row.value for row in versions if row.effective_month <= month][-1] for month in range(1, 13))


def _target(goal: Goal, version: GoalVersion) -> Target:
    is_range = version.value_max is not None
    increases = goal.expr == "increase"
    return Target(
        kind=measure_of(goal).kind,
        direction="band" if is_range else _DIRECTIONS.get(goal.direction, "up"),
        value=0.0 if increases else None if is_range else _float(version.value),
        low=_float(version.value) if is_range else None,
        high=_float(version.value_max),
        baseline=_float(version.baseline),
        approx=goal.direction == Goal.Direction.ABOUT and not goal.expr,
        precision=goal.precision,
        count=goal.is_count,
        any_time=goal.is_any_time,
        expr=None if increases else goal.expr or None,
        due=goal.due_on,
    )


def _target_versions(versions: list[GoalVersion]) -> tuple[TargetVersion, ...]:
    if len(versions) < 2:
        return ()
    return tuple(
        TargetVersion(row.effective_month, float(row.value), _float(row.value_max))
        for row in versions
        if row.value is not None
    )


def _working_days(year: int, profiles: Mapping[int, Mapping[int, GoalProfile]]) -> tuple[float, ...] | None:
    """E4: working days of the twelve months, read only when some goal follows them."""
    rows = (row for months in profiles.values() for row in months.values())
    if not any(row.kind == GoalProfile.Kind.WORKING_DAY for row in rows):
        return None
    calendar = WorkingCalendar(dict(CalendarDay.objects.values_list("day", "is_working")))
    return tuple(float(days) for days in calendar.working_days_in(year))


def _profiles(
    goal: Goal,
    in_force: Mapping[int, GoalProfile],
    history: list[ReferenceYear],
    days: tuple[float, ...] | None,
) -> tuple[Profile, ...]:
    """The profile in force in each month, one object a version; automatic before the first."""
    automatic = _profile(goal, None, history, None)
    made = {row.pk: _profile(goal, row, history, days) for row in in_force.values()}
    return tuple(made[in_force[month].pk] if month in in_force else automatic for month in range(1, 13))


def _profile(
    goal: Goal, profile: GoalProfile | None, history: list[ReferenceYear], days: tuple[float, ...] | None
) -> Profile:
    years = tuple(tuple(_float(value) for value in row.values) for row in history)
    field = measure_of(goal).past_years
    return Profile(
        type=profile.kind if profile else GoalProfile.Kind.AUTO,
        plan=tuple(float(value) for value in profile.plan) if profile and profile.plan else None,
        working_days=days,
        **({field: years} if field else {}),
    )


def _milestone_case(knowledge: GoalKnowledge, month: int, day: date) -> GoalCase:
    approved = [known for known in knowledge.reports if known.month <= month and known.report.status == "approved"]
    latest = approved[-1] if approved else None
    done_on = latest.done_on if latest and latest.done_on and latest.done_on <= day else None
    target = replace(
        knowledge.case.target,
        done_on=done_on,
        forecast=latest.expected_on if latest else None,
        percent=latest.report.value if latest else None,
    )
    reports = tuple(known.report for known in knowledge.reports if known.month <= month)
    return replace(knowledge.case, target=target, reports=reports, today=day)


def _float(value: Decimal | int | None) -> float | None:
    return None if value is None else float(value)
