"""Work that is due at a slot: written once however many schedulers run, done by whoever claims it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils.timezone import localdate, localtime

from hztargets.models import Document, Job
from hztargets.services.assessment.assessing import assess_document
from hztargets.services.sheets.work import work_on_sheet

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5
RETRY_AFTER = timedelta(minutes=5)
CAUGHT_UP_FROM = 3
"""An hour by which the night's assessment has been scheduled; the plan itself stands in config/schedule.py."""
Handler = Callable[[Mapping[str, Any], datetime], None]


def schedule_assessment(*, now: datetime) -> int:
    """One assessing job a day for each document with an open period, all or none; returns how many were new."""
    day = localdate(now)
    documents = Document.objects.filter(periods__opens_on__lte=day).distinct().order_by("pk")
    with transaction.atomic():  # the same order everywhere, so that two schedulers wait for each other only one way
        return sum(
            add_job(name="assess", slot=f"{day}:{pk}", arguments={"document": pk, "as_of": str(day)}, now=now)
            for pk in documents.values_list("pk", flat=True)
        )


def schedule_missed_assessment(*, now: datetime) -> int:
    """Catches up the night's jobs if beat was away when they were due."""
    return schedule_assessment(now=now) if localtime(now).hour >= CAUGHT_UP_FROM else 0


def add_job(*, name: str, slot: str, arguments: Mapping[str, Any], now: datetime) -> bool:
    """True if the slot was free; a slot that is taken already is left as it is."""
    _job, is_new = Job.objects.get_or_create(
        name=name, slot=slot, defaults={"arguments": dict(arguments), "created_at": now, "next_at": now}
    )
    return is_new


def run_next_job(*, clock: Callable[[], datetime]) -> bool:
    """Does one ready job; False when none is ready. The attempt is committed before the work starts."""
    with transaction.atomic(durable=True):
        job: Job | None = Job.objects.all().claim(clock())
    if job is None:
        return False
    if job.attempts > MAX_ATTEMPTS:
        _finish(job, state=Job.State.DEAD, last_error=job.last_error or "too many attempts")
        return True
    try:
        _HANDLERS[job.name](job.arguments, clock())
    except Exception as error:  # a failing job is tried again later and must not stop the others
        log.exception("job_failed", job=str(job), attempts=job.attempts)
        _finish(job, state=Job.State.WAITING, next_at=clock() + RETRY_AFTER, last_error=repr(error))
    else:
        _finish(job, state=Job.State.DONE, done_at=clock(), last_error="")
    return True


def _assess(arguments: Mapping[str, Any], now: datetime) -> None:
    document = Document.objects.filter(pk=arguments["document"]).defer("text").first()
    if document is None:
        log.info("document_gone", document=arguments["document"])
        return
    assess_document(document=document, as_of=date.fromisoformat(arguments["as_of"]), now=now)


_HANDLERS: Mapping[str, Handler] = {"assess": _assess, "sheet": work_on_sheet}


def _finish(job: Job, **columns: object) -> None:
    Job.objects.all().held(job.pk, job.token).update(lease_until=None, **columns)
