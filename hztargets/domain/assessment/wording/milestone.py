"""The sentence of a milestone: its dates and days."""

from hztargets.domain.assessment.wording.numbers_shown import difference, fixed, written
from hztargets.domain.assessment.wording.writer import Writer


def write_milestone(writer: Writer) -> None:
    assessment, target, due = writer.assessment, writer.case.target, writer.assessment.due
    if not writer.add("due", due=writer.day(due)) or due is None:
        writer.add("no_due_date")
        return
    reason = assessment.reasons[0] if assessment.reasons else ""
    if reason == "done":
        writer.add("done_on_time", day=writer.day(target.done_on))
    elif reason == "done_late" and target.done_on is not None:
        writer.add("done_late", day=writer.day(target.done_on), days=writer.days((target.done_on - due).days))
    elif reason == "overdue" and assessment.days_left is not None:
        writer.add("milestone_overdue", days=writer.days(-assessment.days_left))
    elif reason.startswith("forecast_slip") and target.forecast is not None:
        writer.add("forecast", day=writer.day(target.forecast), days=writer.days((target.forecast - due).days))
    elif reason == "not_started":
        _write_not_started(writer)
    else:
        _write_progress(writer)


def _write_not_started(writer: Writer) -> None:
    planned, due, days_left = writer.case.target.planned_start, writer.assessment.due, writer.assessment.days_left
    late = planned is not None and due is not None and days_left is not None and (due - planned).days > days_left
    if late:
        writer.add("not_started_planned", day=writer.day(planned))
    writer.add("not_started" if not late else "days_left", days=writer.days(days_left))


def _write_progress(writer: Writer) -> None:
    assessment, percent = writer.assessment, writer.case.target.percent
    gap = difference(assessment.expected_pct, percent, 1)
    if gap is not None:
        name = "behind" if gap > 0 else "ahead" if gap < 0 else "level"
        words = writer.phrase(name, gap=written(abs(gap))) if gap else writer.phrase(name)
        writer.add("elapsed", expected=fixed(assessment.expected_pct, 1), percent=fixed(percent, 1), gap=words)
    writer.add("days_left", days=writer.days(assessment.days_left))
