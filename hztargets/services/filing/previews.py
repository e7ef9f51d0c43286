"""The checks and the coming light of a report before it is submitted. Nothing is written.

Pages, API, sheets and the submission itself all use `preview_contents`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import structlog
from django.utils.timezone import localdate
from django.utils.translation import get_language
from msgspec import structs

from hztargets.domain.assessment import GoalAssessment, ReportedFigure, assess_year, sentences
from hztargets.domain.checks import Entry, Finding, Past, check_entry, check_words, obstacles
from hztargets.domain.measures import checked_as
from hztargets.domain.numbers import plain
from hztargets.domain.ruleset import RuleSet
from hztargets.models import Goal, Period, Report, User
from hztargets.queries.assessment.knowledge import (
    GoalKnowledge,
    KnownReport,
    carried_over,
    knowledge_of,
)
from hztargets.queries.decisions.rules import rule_sets_in_force
from hztargets.queries.filing.reports import approved_figures
from hztargets.services.filing.content import ReportContent, check_may_file, check_size

log = structlog.get_logger(__name__)

BEHIND = ("amber", "red")


@dataclass(frozen=True, slots=True)
class ComingLight:
    """The light the report would turn on if it were approved with this content. `assessment` is None where the light
    was read from the stored checks of an upload."""

    colour: str
    sentence_zh: str
    sentence_en: str
    assessment: GoalAssessment | None = None
    """None where the light was read from an upload."""

    @property
    def sentence(self) -> str:
        """In the language of the request."""
        return self.sentence_en if (get_language() or "").startswith("en") else self.sentence_zh


@dataclass(frozen=True)
class Preview:
    """`light` is None where the figure cannot be right or the goal cannot be assessed; `blocking` stops submission."""

    value: Decimal | None
    findings: tuple[Finding, ...]
    blocking: tuple[Finding, ...]
    light: ComingLight | None

    @property
    def submittable(self) -> bool:
        return not self.blocking

    @property
    def needs_narrative(self) -> bool:
        """Cause, remedy and expected date are required."""
        return self.light is not None and self.light.colour in BEHIND

    @property
    def needs_note(self) -> bool:
        return any(not finding.hard for finding in self.findings)

    @property
    def warned_of(self) -> str:
        """Names the warnings and the figure they are about; equal texts warn of the same."""
        codes = [finding.code for finding in self.findings if not finding.hard]
        return ",".join([*codes, plain(self.value)]) if codes and self.value is not None else ""


def preview_report(*, goal: Goal, period: Period, content: ReportContent, by: User, now: datetime) -> Preview:
    """For a user who may file the goal. Raises `NotAllowed` or `InvalidReport` where no report could be started."""
    check_may_file(goal, period, by, now)
    check_size(content)
    contents = [(goal, content)]
    return preview_contents(period=period, contents=contents, source=Report.Source.FILED, today=localdate(now))[0]


def preview_contents(
    *, period: Period, contents: Sequence[tuple[Goal, ReportContent]], source: str, today: date
) -> list[Preview]:
    """One preview a content, in the given order, from eight queries whatever their number; none for no contents.

    Published and simulated figures have no texts: only impossible values stop them, and no light is computed.
    """
    if not contents:
        return []
    goals = [goal for goal, _content in contents]
    if source != Report.Source.FILED:
        figures = approved_figures(goals)
        entries = [_entry(goal, period, content, figures.get(goal.pk, ()), today) for goal, content in contents]
        found = [check_entry(entry, with_doubts=False) for entry in entries]
        return [
            Preview(content.value, findings, findings, None)
            for (_goal, content), findings in zip(contents, found, strict=True)
        ]
    document = period.document
    known = knowledge_of(document, goals, document.periods.all(), today)
    version = rule_sets_in_force(document).get(period.month)
    previewer = _Previewer(period, version.to_rules() if version else None, today)
    return [
        previewer.preview(content, _approved(knowledge), knowledge)
        for (_goal, content), knowledge in zip(contents, known, strict=True)
    ]


def _approved(knowledge: GoalKnowledge) -> tuple[Past, ...]:
    """The approved figures among what is known, the latest version of each month, oldest first."""
    rows = (row for row in knowledge.reports if row.report.status == "approved" and row.figure is not None)
    return tuple({row.month: Past(row.month, Decimal(row.figure or 0).normalize()) for row in rows}.values())


@dataclass(frozen=True)
class _Previewer:
    """Without rules the goals of the document have no lights."""

    period: Period
    rules: RuleSet | None
    today: date

    def preview(self, content: ReportContent, figures: tuple[Past, ...], knowledge: GoalKnowledge) -> Preview:
        target = knowledge.targets[self.period.month - 1]
        entry = _entry(knowledge.goal, self.period, content, figures, self.today, target)
        findings = check_entry(entry)
        is_wrong = any(finding.hard for finding in findings)
        light = None if is_wrong else self._light(_as_if_approved(knowledge, self.period, content))
        findings += check_words(content, light=light.colour if light else None, today=self.today)
        return Preview(content.value, findings, obstacles(findings, content), light)

    def _light(self, knowledge: GoalKnowledge) -> ComingLight | None:
        """As the board of the period would show it today."""
        if self.rules is None:
            return None
        day = min(self.today, self.period.settles_on)
        try:
            return _coming_light(knowledge, self.period.month, day, self.rules)
        except Exception:  # a goal that cannot be assessed must not keep its department from filing
            log.exception("light_not_computed", goal=knowledge.goal.code)
            return None


def _coming_light(knowledge: GoalKnowledge, month: int, day: date, rules: RuleSet) -> ComingLight:
    day = knowledge.day_in(month, day)
    case = knowledge.case_in(month, day)
    (assessment,) = assess_year(case, [(month, day)], rules)
    return ComingLight(assessment.colour, *sentences(case, assessment, rules), assessment)


def _entry(
    goal: Goal,
    period: Period,
    content: ReportContent,
    figures: tuple[Past, ...],
    today: date,
    target: Decimal | None = None,
) -> Entry:
    return Entry(
        value=None if content.value is None else content.value.normalize(),
        measure=checked_as(goal.measure, goal.comparator),
        month=period.month,
        is_nil=content.is_nil,
        is_restated=content.is_restated,
        comparator=content.comparator,
        done_on=content.done_on,
        expected_on=content.expected_on,
        today=today,
        earlier=tuple(past for past in figures if past.month < period.month),
        later=next((past for past in figures if past.month > period.month), None),
        target=target,
        precision=goal.precision,
        is_count=goal.is_count,
    )


def _as_if_approved(knowledge: GoalKnowledge, period: Period, content: ReportContent) -> GoalKnowledge:
    """The goal's knowledge with this report as the latest approved version of its period."""
    others = [row for row in knowledge.reports if row.month != period.month or row.report.status == "approved"]
    version = 1 + max((row.report.version for row in others if row.month == period.month), default=0)
    value = None if content.value is None else float(content.value)
    if content.is_nil and value is None:
        value = carried_over(others, knowledge.goal.measure, period.month)
    comparator = None if content.comparator is None else float(content.comparator)
    report = ReportedFigure(period.month, value, comparator, "approved", version, content.is_restated)
    new = KnownReport(0, period.month, report, content.done_on, content.expected_on)
    reports = tuple(sorted([*others, new], key=lambda row: (row.month, row.report.version)))
    case = structs.replace(knowledge.case, reports=tuple(row.report for row in reports))
    return structs.replace(knowledge, case=case, reports=reports)
