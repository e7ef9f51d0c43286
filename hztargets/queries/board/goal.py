"""Everything one goal's page shows, each list in one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from hztargets.models import Assessment, Flag, Goal, GoalVersion, Notice, Period, Report, User
from hztargets.queries.filing.evidence import WITH_EVIDENCE
from hztargets.queries.filing.reports import reports_for


def target_in_force(versions: Iterable[GoalVersion], month: int, as_of: date | None = None) -> GoalVersion | None:
    """The target that assesses a month, of `versions` in their order; those decided after `as_of` were not known
    then."""
    in_force = [
        row
        for row in versions
        if row.effective_month <= month
        and (as_of is None or row.decided_at is None or localdate(row.decided_at) <= as_of)
    ]
    return in_force[-1] if in_force else None


@dataclass(frozen=True, kw_only=True)
class GoalDetail:
    """`assessment` is the light of the requested period, `months` the lights of every assessed period up to it,
    `reports` all versions with the newest first."""

    goal: Goal
    period: Period
    assessment: Assessment | None
    months: list[Assessment]
    versions: list[GoalVersion]
    reports: list[Report]
    flags: list[Flag]
    notices: list[Notice]
    components: list[Goal]


def read_goal(user: User, goal: Goal, period: Period, *, as_of: date | None = None) -> GoalDetail:
    assessments = Assessment.objects.visible_to(user).filter(document=goal.document_id, goal=goal)
    assessments = assessments.current() if as_of is None else assessments.as_known_on(as_of)
    months = list(
        assessments.filter(period__month__lte=period.month)
        .select_related("period__document", "rule_set")
        .order_by("period__month")
    )
    return GoalDetail(
        goal=goal,
        period=period,
        assessment=next((row for row in months if row.period_id == period.pk), None),
        months=months,
        versions=list(goal.versions.order_by("number")),
        reports=list(
            reports_for(user).filter(goal=goal).prefetch_related(WITH_EVIDENCE).order_by("-period__month", "-version")
        ),
        flags=list(
            Flag.objects.visible_to(user).filter(goal=goal).prefetch_related("transitions").order_by("-opened_at")
        ),
        notices=list(
            Notice.objects.filter(pk__in=Notice.objects.filter(transitions__flag__goal=goal).values("pk"))
            .visible_to(user)
            .select_related("recipient")
            .prefetch_related("deliveries")
            .order_by("-created_at")
        ),
        components=list(Goal.objects.visible_to(user).filter(parent=goal).in_document_order()),
    )
