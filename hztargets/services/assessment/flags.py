"""Flags are set by lights: amber or red opens a flag, a change between the two changes it, green or none closes it."""

from collections.abc import Sequence
from datetime import datetime

from hztargets.models import Assessment, AssessmentRun, Flag, FlagTransition
from hztargets.queries.prepared_queries import PreparedRows, is_among_parameter
from hztargets.services.assessment.snapshots import Snapshot

_FLAGGED = frozenset({"red", "amber"})
_OPEN_FLAGS = PreparedRows(
    Flag, lambda _: Flag.objects.open().filter(is_among_parameter("goal_id", "goals")).select_for_update()
)


def follow_lights(*, run: AssessmentRun, latest: Sequence[Snapshot], now: datetime) -> list[FlagTransition]:
    """Opens, changes and closes the flags of the given goals; returns the transitions. Grey leaves a flag as it is."""
    goal_ids = [row.goal.pk for row in latest]
    open_flags = {flag.goal_id: flag for flag in _OPEN_FLAGS.fetch(goals=goal_ids)}
    due = [row for row in latest if _next_colour(row, open_flags.get(row.goal.pk)) is not None]
    assessments = {
        row.goal_id: row
        for row in Assessment.objects.current()
        .filter(goal__in=[row.goal.pk for row in due], period_id__in={row.month.period.pk for row in due})
        .defer("details", "reasons", "report_ids")
    }
    transitions = [_transition(run, assessments[row.goal.pk], open_flags.get(row.goal.pk), now) for row in due]
    _save([row.flag for row in transitions])
    return FlagTransition.objects.bulk_create(transitions)


def _next_colour(row: Snapshot, flag: Flag | None) -> str | None:
    """The flag's next colour, empty to close it, None to leave it."""
    current = flag.colour if flag else ""
    if row.colour == "grey":
        return None
    colour = row.colour if row.colour in _FLAGGED else ""
    return None if colour == current else colour


def _transition(run: AssessmentRun, assessment: Assessment, flag: Flag | None, now: datetime) -> FlagTransition:
    """The transition and, in it, the flag as it is from now on; neither is saved."""
    colour = assessment.colour if assessment.colour in _FLAGGED else ""
    before = flag.colour if flag else ""
    if flag is None:
        flag = Flag(document_id=run.document_id, goal_id=assessment.goal_id, opened_on=run.as_of, opened_at=now)
    if colour:
        flag.colour = colour
    else:
        flag.closed_on, flag.closed_at = run.as_of, now
    return FlagTransition(
        flag=flag,
        period_id=assessment.period_id,
        assessment=assessment,
        from_colour=before,
        to_colour=colour,
        as_of=run.as_of,
        at=now,
    )


def _save(flags: Sequence[Flag]) -> None:
    Flag.objects.bulk_update([flag for flag in flags if flag.pk], ["colour", "closed_on", "closed_at"])
    Flag.objects.bulk_create([flag for flag in flags if not flag.pk])
