"""What each job does, when the night's jobs are written, and how the next ready one is done."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils.timezone import localdate, localtime

from hztargets.models import Document, Job
from hztargets.services.assessment.assessing import assess_document
from hztargets.services.jobs import add_job
from hztargets.services.sheets.work import work_on_sheet
from hztargets.services.working_off import RetryPolicy, work_off_next

log = structlog.get_logger(__name__)

RETRY_AFTER = timedelta(minutes=5)
POLICY = RetryPolicy(back_off=(RETRY_AFTER,) * 4, caught=(Exception,))
MAX_ATTEMPTS = POLICY.max_attempts
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


def run_next_job(*, clock: Callable[[], datetime], business_clock: Callable[[], datetime] | None = None) -> bool:
    """Does one ready job; False when none is ready. `clock` is real time; the job's own work goes by business time,
    which is the same where it is not given."""
    moment = business_clock or clock

    def work(job: Job) -> None:
        HANDLERS[job.name](job.arguments, moment())

    return work_off_next(rows=Job.objects.all(), work=work, policy=POLICY, clock=clock)


def _assess(arguments: Mapping[str, Any], now: datetime) -> None:
    document = Document.objects.filter(pk=arguments["document"]).defer("text").first()
    if document is None:
        log.info("document_gone", document=arguments["document"])
        return
    assess_document(document=document, as_of=date.fromisoformat(arguments["as_of"]), now=now)


HANDLERS: Mapping[str, Handler] = {"assess": _assess, "sheet": work_on_sheet}
