"""Who has filed for a period, who has not, and who must act next."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hztargets.domain.timeliness import MISSING, WAITING, Tally
from hztargets.models import Department, Goal, Period, Report, User
from hztargets.queries.calendar.periods import read_deadlines
from hztargets.queries.timeliness import DueReport, due_reports


@dataclass(frozen=True)
class DepartmentFiling:
    """A lead department's reports due. `not_filed` were never submitted, `missing` of them are overdue; `returned` are
    to be corrected; of the rest `waiting` are with the office and `to_endorse` with the department's head.

    `due_on` is the day of the goals that follow the period; `own` are those due on a day of their own.
    """

    department: Department
    due_on: date
    own: tuple[DueReport, ...]
    tally: Tally
    not_filed: tuple[Goal, ...]
    returned: tuple[Goal, ...]
    states: Mapping[str, int]

    @property
    def approved(self) -> int:
        return self.states[Report.State.APPROVED]

    @property
    def waiting(self) -> int:
        return self.states[Report.State.ENDORSED] + (0 if self.department.endorses else self._submitted)

    @property
    def to_endorse(self) -> int:
        return self._submitted if self.department.endorses else 0

    @property
    def _submitted(self) -> int:
        return self.states[Report.State.SUBMITTED]


@dataclass(frozen=True)
class Overview:
    """All departments together; `departments` counts those that have not filed all."""

    due: int
    filed: int
    returned: int
    departments: int


def overview_of(rows: Sequence[DepartmentFiling]) -> Overview:
    return Overview(
        due=sum(row.tally.due for row in rows),
        filed=sum(row.tally.filed for row in rows),
        returned=sum(len(row.returned) for row in rows),
        departments=sum(bool(row.not_filed) for row in rows),
    )


def department_filing(user: User, period: Period, today: date) -> list[DepartmentFiling]:
    """By lead department, in the order of protocol; those without a report due are left out. Six queries."""
    latest, deadlines = _latest_states(user, period), read_deadlines([period])
    grouped: dict[Department, list[DueReport]] = defaultdict(list)
    for row in due_reports(user, [period], today, deadlines):
        grouped[row.goal.lead].append(row)
    found = [
        _filing(department, deadlines.due_on(period, department.pk), rows, latest)
        for department, rows in grouped.items()
    ]
    return sorted(found, key=lambda row: row.department.position)


def _latest_states(user: User, period: Period) -> Mapping[int, str]:
    """By goal. A returned report that is edited as a draft still counts as returned; a correction that is not submitted
    does not count."""
    latest: dict[int, str] = {}
    rows = Report.objects.visible_to(user).filter(period=period).order_by("version")
    for goal_id, state, reason in rows.values_list("goal_id", "state", "return_reason"):
        if state == Report.State.DRAFT and reason:
            state = Report.State.RETURNED
        if latest.get(goal_id) != Report.State.APPROVED or state not in (Report.State.DRAFT, Report.State.WITHDRAWN):
            latest[goal_id] = state
    return latest


def _filing(
    department: Department, due_on: date, rows: Sequence[DueReport], latest: Mapping[int, str]
) -> DepartmentFiling:
    return DepartmentFiling(
        department=department,
        due_on=due_on,
        own=tuple(row for row in rows if row.due_on != due_on),
        tally=Tally.of(row.timeliness for row in rows),
        not_filed=tuple(row.goal for row in rows if row.timeliness.state in (WAITING, MISSING)),
        returned=tuple(row.goal for row in rows if latest.get(row.goal.pk) == Report.State.RETURNED),
        states=Counter(latest[row.goal.pk] for row in rows if row.goal.pk in latest),
    )
