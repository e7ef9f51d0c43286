"""What a department has to file for a period, and for all periods that are open."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import compress

from hztargets.domain.assessment.values import MONTHS_BETWEEN_REPORTS
from hztargets.models import Document, Goal, GoalVersion, Period, Report, User
from hztargets.queries.calendar.periods import Deadlines, read_deadlines
from hztargets.queries.catalogue import goals_for, open_periods
from hztargets.queries.filing.reports import reports_for

_FIRST = ("returned", "", "withdrawn", "draft", "submitted", "endorsed", "approved")


@dataclass(frozen=True)
class Due:
    """One goal's line: this period's latest report and the last figure approved before it.

    `own_due_on` is set where the goal is due on another day than the department's others.
    """

    goal: Goal
    target: GoalVersion | None
    report: Report | None
    last: Report | None
    own_due_on: date | None = None

    @property
    def state(self) -> str:
        return self.report.state if self.report else ""

    @property
    def is_open(self) -> bool:
        """The department has to act."""
        return self.state in ("", "returned", "withdrawn", "draft")

    @property
    def is_returned(self) -> bool:
        """Returned and not submitted again; it may be edited as a draft."""
        report = self.report
        is_edited = report is not None and report.state == Report.State.DRAFT and report.reviewed_at is not None
        return self.state == Report.State.RETURNED or is_edited


@dataclass(frozen=True)
class FilingList:
    """`due` in the order of work: returned first, then what is missing; `others` do not report this month."""

    due: list[Due] = field(default_factory=list)
    others: list[Due] = field(default_factory=list)


def reports_in(goal: Goal, month: int) -> bool:
    """Whether the goal's frequency asks for a report of that month."""
    return month % MONTHS_BETWEEN_REPORTS[goal.frequency] == 0 and not (month == 1 and goal.skips_january)


def read_filing(user: User, document: Document, period: Period) -> FilingList:
    """The goals the user's department leads. Six queries whatever their number."""
    rows = _read_rows(user, list(goals_for(user, document).led_by(user.department_id)), period)
    is_due = [reports_in(row.goal, period.month) or row.report is not None for row in rows]
    return FilingList(
        due=sorted(compress(rows, is_due), key=lambda row: (_FIRST.index(row.state), row.goal.position)),
        others=[row for row, due in zip(rows, is_due, strict=True) if not due],
    )


def read_due(user: User, document: Document, period: Period, code: str) -> Due | None:
    """The row of one goal the user's department leads, due or not. As many queries as for all of them."""
    goals = goals_for(user, document).led_by(user.department_id).filter(code=code)
    return next(iter(_read_rows(user, list(goals), period)), None)


def _read_rows(user: User, goals: Sequence[Goal], period: Period) -> list[Due]:
    ids = [goal.pk for goal in goals]
    targets = {row.goal_id: row for row in GoalVersion.objects.filter(goal__in=ids).order_by("number")}
    reports = reports_for(user).filter(goal__in=ids)
    current = {row.goal_id: row for row in reports.filter(period=period).order_by("version")}
    before = Report.objects.approved().filter(goal__in=ids, period__month__lt=period.month, value__isnull=False)
    latest = before.select_related("period").order_by("goal_id", "-period__month", "-version").distinct("goal_id")
    last = {row.goal_id: row for row in latest}
    deadlines = read_deadlines([period])
    return [
        Due(goal, targets.get(goal.pk), current.get(goal.pk), last.get(goal.pk), _own_due_on(deadlines, period, goal))
        for goal in goals
    ]


def _own_due_on(deadlines: Deadlines, period: Period, goal: Goal) -> date | None:
    due_on = deadlines.goal_due_on(period, goal)
    return None if due_on == deadlines.due_on(period, goal.lead_id) else due_on


@dataclass(frozen=True)
class PeriodWork:
    """One open period of the department: what is due for it, in the document's order. `due_on` is its own day."""

    period: Period
    due_on: date
    rows: tuple[Due, ...] = ()

    @property
    def is_closed(self) -> bool:
        return self.period.closed_at is not None

    @property
    def to_do(self) -> list[Due]:
        """What the department still has to act on; empty once the period is closed."""
        return [] if self.is_closed else [row for row in self.rows if row.is_open]

    def late_count(self, today: date) -> int:
        """A goal with a deadline of its own is late by that one."""
        return sum((row.own_due_on or self.due_on) < today for row in self.to_do)

    @property
    def returned(self) -> list[Due]:
        return [row for row in self.to_do if row.is_returned]

    @property
    def drafts(self) -> list[Due]:
        return [row for row in self.to_do if row.state == Report.State.DRAFT and not row.is_returned]

    @property
    def missing(self) -> list[Due]:
        return [row for row in self.to_do if row.state in ("", Report.State.WITHDRAWN)]

    @property
    def never_filed(self) -> list[Due]:
        """Missing in a period that is closed."""
        return [row for row in self.rows if row.is_open] if self.is_closed else []

    @property
    def submitted(self) -> list[Due]:
        return [row for row in self.rows if row.state == Report.State.SUBMITTED]

    @property
    def handed_in(self) -> list[Due]:
        return [row for row in self.rows if not row.is_open]


def read_open_work(user: User, document: Document, today: date) -> list[PeriodWork]:
    """Every open period, the oldest first, for the goals the user's department leads. Four queries whatever their
    number; targets and last figures are left out."""
    periods = open_periods(document, today)
    goals = list(goals_for(user, document).led_by(user.department_id))
    reports = Report.objects.visible_to(user).filter(goal__in=goals, period__in=periods).select_related("reviewed_by")
    latest = {(row.goal_id, row.period_id): row for row in reports.order_by("version")}
    deadlines = read_deadlines(periods)
    return [
        PeriodWork(
            period=period,
            due_on=deadlines.due_on(period, user.department_id or 0),
            rows=tuple(
                Due(goal, None, report, None, _own_due_on(deadlines, period, goal))
                for goal in goals
                for report in [latest.get((goal.pk, period.pk))]
                if report is not None or reports_in(goal, period.month)
            ),
        )
        for period in periods
    ]
