"""A simulated year: invented reports, filed, returned, corrected and approved through the services of real ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import transaction
from django.utils.timezone import get_current_timezone, localdate

from hztargets.domain.problems import Problem
from hztargets.domain.simulation import (
    RESTATED,
    Draws,
    Figure,
    MonthDays,
    Outline,
    SimulatedStep,
    simulate_figures,
    simulate_steps,
    total_figures,
    words_for,
)
from hztargets.models import Department, Document, Goal, GoalVersion, Period, Report, Role, User
from hztargets.queries.calendar.periods import read_deadlines
from hztargets.queries.filing.due import reports_in
from hztargets.services.accounts.programs import LoadingAccounts, service_account
from hztargets.services.auditing import record_event
from hztargets.services.calendar.periods import load_calendar
from hztargets.services.errors import ServiceError
from hztargets.services.filing.reports import ReportContent, edit_and_submit, start_and_submit
from hztargets.services.review.reviewing import approve_report, endorse_report, return_report

ADDED, LEFT = "added", "left"
DEFAULT_SEED = 1


@dataclass
class SimulationResult:
    """`counts` of reports by outcome; `refused` holds (goal, month, problem) of those the services refused."""

    goals: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, int, Problem]] = field(default_factory=list)


@dataclass(frozen=True)
class _Part:
    """One simulated goal."""

    goal: Goal
    outline: Outline
    draws: Draws


@transaction.atomic
def simulate_year(*, document: Document, seed: int, until: int, now: datetime) -> SimulationResult:
    """Fills the goals without real reports with reports of the months up to `until`, all finished before `now`.

    Every row has the time at which a department would have written it. The same seed gives the same year; existing
    reports are left, and another seed than the first one's is refused. The caller assesses afterwards.
    """
    Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    _check_seed(document, seed)
    parts = _parts(document, seed)
    known = set(
        Report.objects.filter(document=document, source=Report.Source.SIMULATED).values_list("goal_id", "period__month")
    )
    periods = {
        row.month: row
        for row in document.periods.filter(month__lte=until, opens_on__lte=localdate(now), closed_at__isnull=True)
    }
    result = SimulationResult(goals=len(parts))
    simulation = _Simulation(document, seed, result, periods, now)
    for _moment, part, step in sorted(_script(parts, periods, seed, localdate(now)), key=lambda line: line[0]):
        if (part.goal.pk, step.month) in known:
            result.counts[LEFT] += step.action == "file"
        else:
            simulation.act(part, step)
    if result.counts[ADDED]:
        counts = {"seed": seed, "until": until, **result.counts}
        record_event(action="document.simulate", subject=document, by=simulation.accounts.files, now=now, after=counts)
    return result


def _check_seed(document: Document, seed: int) -> None:
    used = (
        Report.objects.filter(document=document, source=Report.Source.SIMULATED)
        .values_list("source_note", flat=True)
        .first()
    )
    if used is not None and used != _mark(seed):
        raise ServiceError(Problem("other_seed", "seed", facts={"used": used}))


def _mark(seed: int) -> str:
    return f"simulate_year --seed {seed}"


def _parts(document: Document, seed: int) -> list[_Part]:
    """Goals without any report but simulated ones, in the document's order."""
    real = Report.objects.filter(document=document).exclude(source=Report.Source.SIMULATED)
    goals = (
        Goal.objects.filter(document=document)
        .exclude(pk__in=real.values("goal_id"))
        .select_related("lead", "document")
        .in_document_order()
    )
    targets = {row.goal_id: row for row in GoalVersion.objects.filter(goal__in=goals, number=1)}
    return [
        _Part(goal, _outline(goal, document.year, targets.get(goal.pk)), _draws(document, seed, goal.code))
        for goal in goals
    ]


def _draws(document: Document, seed: int, name: str) -> Draws:
    return Draws(f"{seed}|{document.number}|{name}")


def _outline(goal: Goal, year: int, target: GoalVersion | None) -> Outline:
    value = target.value if target else None
    if value is None and goal.expr == "double" and target and target.baseline is not None:
        value = 2 * target.baseline
    return Outline(
        code=goal.code,
        department=goal.lead.code,
        measure=goal.measure,
        year=year,
        months=tuple(month for month in range(1, 13) if reports_in(goal, month)),
        target=None if value is None else float(value),
        value_max=None if target is None or target.value_max is None else float(target.value_max),
        direction=goal.direction,
        decimals=goal.precision,
        is_count=goal.is_count,
        is_budget=goal.kind == Goal.Kind.BUDGET,
        due=goal.due_on,
        unit=goal.unit,
    )


def _figures(parts: Iterable[_Part]) -> dict[int, dict[int, Figure]]:
    """By goal. A total whose components add up to it is their sum."""
    known = {part.goal.pk: simulate_figures(part.outline, part.draws) for part in parts}
    components: dict[int, list[_Part]] = defaultdict(list)
    for part in parts:
        if part.goal.parent_id in known:
            components[part.goal.parent_id].append(part)
    for part in parts:
        children = components[part.goal.pk]
        if children and _adds_up(part, children):
            known[part.goal.pk] = total_figures(part.outline, [known[child.goal.pk] for child in children])
    return known


def _adds_up(part: _Part, children: Iterable[_Part]) -> bool:
    total = sum(child.outline.target or 0.0 for child in children)
    return part.outline.target is not None and abs(total - part.outline.target) < 1e-6


def _script(
    parts: list[_Part], periods: Mapping[int, Period], seed: int, today: date
) -> list[tuple[tuple[date, int, int], _Part, SimulatedStep]]:
    """Every step of every report that is over by `today`, with its place in time."""
    calendar = load_calendar()
    deadlines = read_deadlines(periods.values())
    figures = _figures(parts)
    script = []
    for part in parts:
        months = {
            month: MonthDays(period.opens_on, deadlines.goal_due_on(period, part.goal))
            for month, period in periods.items()
        }
        habits = _draws(part.goal.document, seed, part.outline.department)
        steps = simulate_steps(part.outline, figures[part.goal.pk], months, calendar, part.draws, habits)
        ends: dict[int, date] = {}
        for step in steps:
            ends[step.month] = max(step.day, ends.get(step.month, step.day))
        script += [((*step.moment, part.goal.position), part, step) for step in steps if ends[step.month] <= today]
    return script


class _Simulation:
    """Carries out the steps. A report that the services refuse is recorded, and its further steps are skipped."""

    def __init__(
        self, document: Document, seed: int, result: SimulationResult, periods: Mapping[int, Period], now: datetime
    ) -> None:
        self.result = result
        self.mark = _mark(seed)
        self.periods = periods
        self.accounts = LoadingAccounts(
            files=service_account("simulation.filing", "模拟填报程序"),
            reviews=service_account("simulation.review", "模拟审核程序"),
        )
        self.reports: dict[tuple[int, int], Report] = {}
        self.given_up: set[tuple[int, int]] = set()
        for period in periods.values():
            period.document = document

    def act(self, part: _Part, step: SimulatedStep) -> None:
        key = part.goal.pk, step.month
        if key in self.given_up:
            return
        try:
            self.reports[key] = self._act(part, step, self.reports.get(key))
        except ServiceError as error:
            self.given_up.add(key)
            self.result.refused.append((part.goal.code, step.month, error.problem))
        else:
            self.result.counts[step.action] += 1
            self.result.counts[ADDED] += step.action == "file"

    def _act(self, part: _Part, step: SimulatedStep, report: Report | None) -> Report:
        at = _moment(step)
        if report is None or step.action == "restate":
            return self._file(part, step, at)
        if step.action == "return":
            reason = words_for(part.outline, step.month, step.figure, part.draws).return_reason
            return return_report(report=report, reason=reason, by=self.accounts.reviews, now=at)
        if step.action == "refile":
            return self._refile(part, step, report, at)
        if part.goal.lead.endorses:
            report = endorse_report(report=report, by=_head(part.goal.lead), now=at)
        return approve_report(report=report, by=self.accounts.reviews, now=at, known_on=step.day, assess=False)

    def _refile(self, part: _Part, step: SimulatedStep, report: Report, at: datetime) -> Report:
        content, by = _content(part, step), self.accounts.files
        return edit_and_submit(report=report, content=content, revision=report.revision, by=by, now=at)

    def _file(self, part: _Part, step: SimulatedStep, at: datetime) -> Report:
        return start_and_submit(
            goal=part.goal,
            period=self.periods[step.month],
            content=_content(part, step),
            by=self.accounts.files,
            now=at,
            source=Report.Source.SIMULATED,
            source_note=self.mark,
        )


def _content(part: _Part, step: SimulatedStep) -> ReportContent:
    figure, words = step.figure, words_for(part.outline, step.month, step.figure, part.draws)
    is_restated = step.action == "restate"
    return ReportContent(
        value=figure.value,
        comparator=figure.comparator,
        is_restated=is_restated,
        done_on=figure.done_on,
        note=RESTATED + words.note if is_restated else words.note,
        cause=words.cause,
        remedy=words.remedy,
        expected_on=words.expected_on,
    )


def _moment(step: SimulatedStep) -> datetime:
    return datetime.combine(step.day, time(step.minute // 60, step.minute % 60), get_current_timezone())


def _head(department: Department) -> User:
    """Endorsing needs the department's head; this one cannot log in."""
    head, is_new = User.objects.get_or_create(
        username=f"simulation.head.{department.code}",
        defaults={
            "role": Role.DEPARTMENT_HEAD,
            "department": department,
            "display_name": f"{department.name}模拟负责人",
            "is_active": False,
        },
    )
    if is_new:
        head.set_unusable_password()
        head.save(update_fields=["password"])
    return head
