"""Beat, migrations and health: what must fit together across files."""

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from config.celery import app
from config.schedule import BEAT_SCHEDULE


def test_every_name_in_the_beat_table_is_a_registered_task() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if name.startswith("hztargets.")}
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= ours
    assert ours == {
        "hztargets.deliver_notices",
        "hztargets.drain_jobs",
        "hztargets.forget_answers",
        "hztargets.forget_uploads",
        "hztargets.open_periods",
        "hztargets.schedule_assessment",
    }


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    out = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert out.getvalue() == "No changes detected\n"


def test_the_migrations_form_one_line() -> None:
    graph = MigrationLoader(None).graph
    ours = sorted(key for key in graph.nodes if key[0] == "hztargets")
    assert graph.leaf_nodes("hztargets") == [ours[-1]]
    for before, key in pairwise(ours):
        assert [parent.key for parent in graph.node_map[key].parents if parent.key[0] == "hztargets"] == [before]
    assert [name[:5] for _app, name in ours] == [f"{number:04d}_" for number in range(1, len(ours) + 1)]


@pytest.mark.django_db
def test_a_database_of_another_version_is_refused_with_a_way_out() -> None:
    MigrationRecorder.Migration.objects.create(
        app="hztargets", name="0099_of_before", applied=datetime(2024, 8, 9, tzinfo=UTC)
    )
    before = set(MigrationRecorder.Migration.objects.values_list("app", "name"))
    with pytest.raises(CommandError) as refused:
        call_command("migrate", verbosity=0, interactive=False)
    assert str(refused.value) == (
        "This database was set up by another version of hztargets: it holds the step 0099_of_before, which this version "
        "does not know. Nothing was changed. Start with an empty database: for `make run`, set HZ_DATA_DIR to a new "
        "folder or move the old one (.data) away; the old data stay readable with the old version."
    )
    assert set(MigrationRecorder.Migration.objects.values_list("app", "name")) == before


def test_the_migrations_need_no_extension() -> None:
    loader = MigrationLoader(None)
    operations = [
        operation
        for key, migration in loader.disk_migrations.items()
        if key[0] == "hztargets"
        for operation in migration.operations
    ]
    assert operations
    assert not [operation for operation in operations if "Extension" in type(operation).__name__]


def test_healthz_answers_without_database_or_known_host(client: Client) -> None:
    answer = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_names_what_it_checked(client: Client) -> None:
    answer = client.get("/readyz", headers={"host": "10.0.0.7"})
    expected = {"ready": True, "checks": {"database": "ok", "migrations": "ok", "broker": "ok"}}
    assert (answer.status_code, answer.json()) == (200, expected)


@pytest.mark.django_db
def test_readyz_bears_a_missing_broker_and_says_so(client: Client, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"], answer.json()["checks"]["broker"]) == (
        200,
        True,
        "ConnectionError",
    )


@pytest.mark.django_db
def test_readyz_is_503_while_a_migration_is_missing(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="hztargets").order_by("-name")[:1].get().delete()
    answer = client.get("/readyz")
    checks = {"database": "ok", "migrations": "RuntimeError", "broker": "ok"}
    assert (answer.status_code, json.loads(answer.content)) == (503, {"ready": False, "checks": checks})


def test_a_log_line_for_machines_holds_the_traceback_and_the_zone() -> None:
    script = (
        "import logging.config, structlog\n"
        "from config.logs import logging_config\n"
        "logging.config.dictConfig(logging_config(json_lines=True))\n"
        "structlog.contextvars.bind_contextvars(request_id='req-4711')\n"
        "try:\n    1 / 0\n"
        "except ZeroDivisionError:\n    structlog.get_logger('hztargets').exception('failed', goal='实际利用外资')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=settings.ROOT, capture_output=True, text=True, timeout=30)
    line = json.loads(done.stderr)
    named = {key: line[key] for key in ("event", "level", "logger", "request_id", "goal")}
    assert named == {
        "event": "failed",
        "level": "error",
        "logger": "hztargets",
        "request_id": "req-4711",
        "goal": "实际利用外资",
    }
    assert "ZeroDivisionError: division by zero" in line["exception"]
    assert datetime.fromisoformat(line["timestamp"]).tzinfo is not None
