"""Celery entry points: they read the clock, call one service and may run any number of times."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from hztargets import clock
from hztargets.services.calendar.periods import open_due_periods
from hztargets.services.idempotency import forget_answers as forget_old_answers
from hztargets.services.jobs import run_next_job, schedule_missed_assessment
from hztargets.services.jobs import schedule_assessment as schedule_assessment_jobs
from hztargets.services.notices.delivering import deliver_next_notice

log = structlog.get_logger(__name__)

_BUDGET = timedelta(seconds=200)
_HASTY = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
"""Kombu's own patience, 5 s and more, is for workers; here a person waits for the page."""


@shared_task(name="hztargets.deliver_notices", soft_time_limit=240, time_limit=300)
def deliver_notices(**_: object) -> None:
    _drain(deliver_next_notice)


@shared_task(name="hztargets.drain_jobs", soft_time_limit=240, time_limit=300)
def drain_jobs(**_: object) -> None:
    schedule_missed_assessment(now=clock.now())
    _drain(run_next_job)


@shared_task(name="hztargets.schedule_assessment", soft_time_limit=60, time_limit=90)
def schedule_assessment(**_: object) -> None:
    schedule_assessment_jobs(now=clock.now())


@shared_task(name="hztargets.open_periods", soft_time_limit=60, time_limit=90)
def open_periods(**_: object) -> None:
    open_due_periods(now=clock.now())


@shared_task(name="hztargets.forget_answers", soft_time_limit=60, time_limit=90)
def forget_answers(**_: object) -> None:
    forget_old_answers(now=clock.now())


def _drain(work: Callable[..., bool]) -> None:
    """Works until nothing is ready or the task's time is used; the next minute goes on."""
    until = clock.now() + _BUDGET
    while clock.now() < until and work(clock=_now):
        pass


def _now() -> datetime:
    return clock.now()


def nudge_delivery() -> None:
    """Asks a worker to send now, after commit. A broker that is away costs nothing: beat's next minute sends."""
    transaction.on_commit(_publish_delivery, robust=True)


def nudge_jobs() -> None:
    """The same for work that waits as a job."""
    transaction.on_commit(_publish_jobs, robust=True)


def _publish_delivery() -> None:
    _publish(deliver_notices)


def _publish_jobs() -> None:
    _publish(drain_jobs)


def _publish(task: Any) -> None:
    try:
        with task.app.connection_for_write(transport_options=_HASTY) as connection:
            task.apply_async(retry=False, connection=connection)
    except (OperationalError, OSError) as error:
        log.warning("broker_away", error=str(error))
