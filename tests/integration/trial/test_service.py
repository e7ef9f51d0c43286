"""`make run`, without its pip step: real PostgreSQL, Valkey, web, worker and beat."""

import os
import signal
import socket
import stat
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from tests.integration.trial.running import PATIENCE, Trial, wait_for

pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks for orphans in /proc")


def test_run_when_ready_shows_log_ins_and_address_last(running: Trial) -> None:
    assert running.answer("/readyz") == 200
    end = running.output.rstrip().splitlines()[-2:]
    assert [line.split()[0] for line in end] == ["Open", "Ctrl-C"]
    assert running.address in end[0]
    assert running.output.index("running") < running.output.index("log-ins") < running.output.index(running.address)


def test_run_publishes_its_servers_to_manage_py(running: Trial) -> None:
    environment = running.data / "trial.env"
    assert stat.S_IMODE(environment.stat().st_mode) == 0o600
    assert running.variables()["HZ_BASE_URL"] == running.address
    script = "from django.db import connection as c; print(c.settings_dict['PORT'], c.is_usable.__name__)"
    shown = running.call("manage.py", "shell", "--no-imports", "-c", script)
    port = running.variables()["DATABASE_URL"].rpartition(":")[2].partition("/")[0]
    assert shown.stdout.split() == [port, "is_usable"], shown.stderr


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hztargets_auditevent SET action = 'x'",
        "DELETE FROM hztargets_auditevent",
        "TRUNCATE hztargets_auditevent CASCADE",
        "ALTER TABLE hztargets_auditevent DISABLE TRIGGER ALL",
        "DELETE FROM hztargets_auditlink",
    ],
)
def test_the_services_own_database_role_cannot_touch_the_audit_trail(running: Trial, statement: str) -> None:
    with psycopg.connect(running.variables()["DATABASE_URL"]) as database:
        (events,) = database.execute("SELECT count(*) FROM hztargets_auditevent").fetchone() or (0,)
        assert events > 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(statement)


def test_the_services_processes_do_not_hold_the_owners_password(running: Trial) -> None:
    assert running.process is not None
    password = urlsplit(running.variables()["HZ_OWNER_DATABASE_URL"]).password or ""
    assert len(password) > 20
    for word in ("gunicorn", " worker ", " beat "):
        process = Path("/proc", str(running.child(running.process.pid, word)))
        environment = (process / "environ").read_text(errors="replace")
        assert ("DATABASE_URL=" in environment, password in environment) == (True, False)


def test_manage_py_migrates_as_the_owner_and_verifies_the_trail(running: Trial) -> None:
    migrated = running.call("manage.py", "migrate")
    assert "No migrations to apply." in migrated.stdout, migrated.stderr
    verified = running.call("manage.py", "verify_audit")
    assert (verified.returncode, verified.stdout.startswith("audit chain ok: ")) == (0, True), verified.stderr
    assert "note:" not in verified.stdout


def test_second_run_names_the_first_and_leaves_it_alone(running: Trial) -> None:
    second = running.command("run")
    assert second.returncode == 1
    assert f"running already at {running.address}" in second.stderr
    assert running.answer("/readyz") == 200


def test_killed_worker_is_started_again_with_a_message(running: Trial) -> None:
    assert running.process is not None
    run = running.process.pid
    before = running.child(run, " worker ")
    os.kill(before, signal.SIGKILL)
    assert wait_for(lambda: "Worker was started again" in running.output, PATIENCE)
    assert running.child(run, " worker ") != before
    assert "Worker ended (signal SIGKILL); it starts again in 1 s." in running.output


def test_killed_supervisor_leaves_no_orphan_and_the_next_start_keeps_the_data(running: Trial) -> None:
    variables = running.variables()
    with psycopg.connect(variables["HZ_OWNER_DATABASE_URL"]) as database:
        database.execute("CREATE TABLE IF NOT EXISTS kept_over_a_kill (word text)")
        database.execute("INSERT INTO kept_over_a_kill VALUES ('here')")
    running.send(signal.SIGKILL)
    assert wait_for(lambda: not running.processes(), PATIENCE), running.processes()

    running.start()
    assert running.answer("/readyz") == 200
    assert running.variables() == variables
    with psycopg.connect(variables["HZ_OWNER_DATABASE_URL"]) as database:
        assert database.execute("DELETE FROM kept_over_a_kill RETURNING word").fetchall() == [("here",)]


def test_killed_owner_of_the_servers_is_replaced_while_the_service_runs(running: Trial) -> None:
    before = running.owner()
    ready = "Servers are ready"
    count = running.output.count(ready)
    os.kill(before, signal.SIGKILL)
    assert wait_for(lambda: running.output.count(ready) == count + 1, PATIENCE), running.output
    assert wait_for(lambda: running.answer("/readyz") == 200, PATIENCE)
    assert running.owner() != before


def test_down_ends_a_run_by_sigterm_and_nothing_is_left(running: Trial) -> None:
    down = running.command("down")
    assert (down.returncode, down.stdout.rstrip().splitlines()[-1]) == (0, "Everything is stopped.")
    assert running.process is not None
    assert running.process.wait(5) == 0
    assert running.output.rstrip().endswith("Everything is stopped.（已停止）")
    assert running.processes() == []
    url = running.variables()["REDIS_URL"]
    with redis.Redis.from_url(url) as broker, pytest.raises(redis.ConnectionError):
        broker.ping()


def test_run_on_a_busy_port_names_it_and_starts_nothing(servers: Trial) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", servers.port))
        other.listen()
        refused = servers.command("run")
    assert refused.returncode == 1
    assert f"Port {servers.port} is taken by another program." in refused.stderr
    assert "make run PORT=" in refused.stderr
    assert servers.processes() == []
