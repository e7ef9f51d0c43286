"""Celery ignores a misspelt setting without a word; so each one that was measured is read back from the running app."""

from typing import Any

import pytest
from celery.fixups.django import DjangoWorkerFixup
from django.conf import settings

from config.celery import app

IN_FORCE: dict[str, Any] = {
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_soft_time_limit": 240,
    "task_time_limit": 300,
    "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0.2},
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "worker_cancel_long_running_tasks_on_connection_loss": True,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_transport_options": {
        "visibility_timeout": 900,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    },
    "timezone": "Asia/Shanghai",
}


@pytest.mark.parametrize("name", sorted(IN_FORCE))
def test_setting_is_in_force(name: str) -> None:
    assert app.conf[name] == IN_FORCE[name]


def test_every_celery_setting_is_one_celery_knows() -> None:
    ours = {name.removeprefix("CELERY_").lower() for name in dir(settings) if name.startswith("CELERY_")}
    known = set(app.conf.defaults[-1]) if isinstance(app.conf.defaults, list) else set(app.conf)
    assert ours - known == {"db_reuse_max"}


def test_database_connections_are_reused_a_thousand_times() -> None:
    """Celery's Django fixup reads this one under its full name."""
    assert DjangoWorkerFixup(app).db_reuse_max == 1000


def test_the_broker_and_the_transport_get_what_was_set() -> None:
    with app.connection_for_write() as connection:
        assert connection.transport_options["visibility_timeout"] == 900
        assert connection.transport_options["socket_timeout"] == 5


def test_beat_reads_its_hours_in_hangzhou() -> None:
    entry = app.conf.beat_schedule["assess-documents"]
    schedule = entry["schedule"]
    assert (entry["task"], schedule.hour, schedule.minute) == ("hztargets.schedule_assessment", {2}, {10})
    assert str(app.timezone) == "Asia/Shanghai"


@pytest.mark.parametrize("name", ["hztargets.deliver_notices", "hztargets.drain_jobs", "hztargets.schedule_assessment"])
def test_tasks_carry_time_limits_below_the_lease(name: str) -> None:
    app.loader.import_default_modules()
    task = app.tasks[name]
    assert 0 < task.soft_time_limit < task.time_limit <= 300 < 900
