"""Assesses past days in order, so that each month has the lights of those days."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Max, Min
from django.utils.timezone import localdate

from hztargets.models import Document, GoalDeadline
from hztargets.services.assessment.assessing import RunResult, assess_document


def replay_days(*, document: Document, now: datetime) -> Iterator[RunResult]:
    """Assesses as on each changed day since the last run, up to today; one result a day, as it is done."""
    for day in changed_days(document, localdate(now)):
        yield assess_document(document=document, as_of=day, now=now)


def changed_days(document: Document, today: date) -> list[date]:
    """Days after a deadline, days on which a figure became known, and today; none before the last assessment."""
    deadlines = {
        *document.periods.values_list("due_on", flat=True),
        *GoalDeadline.objects.filter(period__document=document).values_list("due_on", flat=True),
    }
    known = document.reports.approved().values_list("known_on", flat=True).distinct()
    days = {due_on + timedelta(days=1) for due_on in deadlines} | {day for day in known if day is not None}
    first = _last_assessed_on(document) or document.periods.aggregate(first=Min("opens_on"))["first"] or today
    return sorted({day for day in days if first <= day < today} | {today})


def _last_assessed_on(document: Document) -> date | None:
    """The day of the last run, or of a goal assessed since. Days before it are not written again."""
    runs = document.runs.filter(is_retrospective=False, finished_at__isnull=False).aggregate(last=Max("as_of"))
    goals = document.assessments.aggregate(last=Max("known_from"))
    return max(filter(None, (runs["last"], goals["last"])), default=None)
