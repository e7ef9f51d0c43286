"""Celery entry points: they read the clock, call one service and may run any number of times."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from hztargets import clock
from hztargets.models import Delivery, Job
from hztargets.services.calendar.periods import open_due_periods
from hztargets.services.idempotency import forget_answers as forget_old_answers
from hztargets.services.job_kinds import run_next_job, schedule_missed_assessment
from hztargets.services.job_kinds import schedule_assessment as schedule_assessment_jobs
from hztargets.services.notices.delivering import deliver_next_notice
from hztargets.services.sheets.uploads import forget_uploads as forget_old_uploads

log = structlog.get_logger(__name__)

_BUDGET = timedelta(seconds=200)
_HASTY = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
"""Kombu's own patience, 5 s and more, is for workers; here a person waits for the page."""


@shared_task(name="hztargets.deliver_notices", soft_time_limit=240, time_limit=300)
def deliver_notices(**_: object) -> None:
    _drain(partial(deliver_next_notice, clock=clock.real_now))


@shared_task(name="hztargets.drain_jobs", soft_time_limit=240, time_limit=300)
def drain_jobs(**_: object) -> None:
    schedule_missed_assessment(now=clock.now())
    _drain(partial(run_next_job, clock=clock.real_now, business_clock=clock.now))


@shared_task(name="hztargets.schedule_assessment", soft_time_limit=60, time_limit=90)
def schedule_assessment(**_: object) -> None:
    schedule_assessment_jobs(now=clock.now())


@shared_task(name="hztargets.open_periods", soft_time_limit=60, time_limit=90)
def open_periods(**_: object) -> None:
    open_due_periods(now=clock.now())


@shared_task(name="hztargets.forget_answers", soft_time_limit=60, time_limit=90)
def forget_answers(**_: object) -> None:
    forget_old_answers(now=clock.real_now())


@shared_task(name="hztargets.forget_uploads", soft_time_limit=60, time_limit=90)
def forget_uploads(**_: object) -> None:
    forget_old_uploads(now=clock.now())


def _drain(work: Callable[[], bool]) -> None:
    """Works until nothing is ready or the task's time is used; the next minute goes on."""
    until = clock.real_now() + _BUDGET
    while clock.real_now() < until and work():
        pass


def nudge_delivery() -> None:
    """Asks a worker, after commit, to send at once if a delivery is ready. If the broker is away, beat's next minute
    sends it."""
    transaction.on_commit(partial(_publish, deliver_notices, Delivery), robust=True)


def nudge_jobs() -> None:
    """The same for jobs."""
    transaction.on_commit(partial(_publish, drain_jobs, Job), robust=True)


def _publish(task: Any, rows: type[Delivery | Job]) -> None:
    if not rows.objects.all().ready(clock.real_now()).exists():
        return
    try:
        with task.app.connection_for_write(transport_options=_HASTY) as connection:
            task.apply_async(retry=False, connection=connection)
    except (OperationalError, OSError) as error:
        log.warning("broker_away", error=str(error))
