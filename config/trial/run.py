"""`make run`: the servers, the set-up step, then web, worker and beat until a stop is requested."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

from . import valkey
from .children import Service, die_with_parent, parent_death_setter
from .choices import LOOPBACK, is_free, update_choices, write_private
from .environment import OWNER, Outside, read_outside, service_environment, trial_variables, write_environment
from .lease import ensure_servers, servers_in_use
from .locks import is_held, take_alone
from .places import ROOT, Places
from .supervisor import Supervisor
from .terminal import LogFollower, StopRequested, StopSignal, TrialError, say, tail

AFTERMATH = 8.0


def run_service(places: Places) -> int:
    port = _read_port()
    held = take_alone(places.run_lock, patience=1)
    if held is None:
        raise TrialError(_already_running(places))
    stop = StopSignal()
    if "MAKELEVEL" in os.environ:
        # When make was killed, nothing else stops this process.
        parent_death_setter(signal.SIGTERM)()
    try:
        _require_port(places, port, stop)
        chosen = update_choices(places, web_port=port)
        write_private(places.run_note, json.dumps({"pid": os.getpid(), "address": chosen.base_url}))
        _run(places, read_outside(chosen), stop)
    except StopRequested:
        pass
    finally:
        places.run_note.unlink(missing_ok=True)
        held.release()
    if not is_held(places.servers_lock):
        say("Everything is stopped.（已停止）")
    return 0


def _read_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise TrialError(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def _already_running(places: Places) -> str:
    try:
        note = json.loads(places.run_note.read_text())
    except (FileNotFoundError, ValueError):
        return "Another `make run` of this data folder is just starting or stopping."
    return (
        f"`make run` is running already at {note['address']} (process {note['pid']}). Stop it with Ctrl-C there or "
        "with `make down`; for a second one choose another HZ_DATA_DIR and PORT."
    )


def _require_port(places: Places, port: int, stop: StopSignal) -> None:
    """After a killed run its processes end within seconds, so a busy port is awaited for that time."""
    end = time.monotonic() + (AFTERMATH if places.run_note.exists() else 0)
    while not is_free(port):
        if time.monotonic() >= end:
            raise TrialError(f"Port {port} is taken by another program. Choose another: make run PORT={port + 1}")
        stop.pause(0.2)


def _run(places: Places, outside: Outside, stop: StopSignal) -> None:
    say("Starting; data in " + str(places.data))
    with servers_in_use(places, outside.embedded, stop):
        variables = _publish(places, outside)
        logins = _set_up(places, variables, stop)
        supervisor = Supervisor(stop)
        try:
            for service in _services(places, variables):
                supervisor.start(service)
            _welcome(places, variables, logins)
            _watch(places, outside, variables, supervisor, stop)
        finally:
            say("\nStopping …")
            supervisor.stop()


def _publish(places: Places, outside: Outside) -> dict[str, str]:
    variables = trial_variables(places, update_choices(places), outside)
    write_environment(places, variables)
    return variables


def _set_up(places: Places, variables: dict[str, str], stop: StopSignal) -> str:
    """Shows the output of the step, except the part after the first empty line, which holds the log-ins."""
    log, details = places.log("set-up"), places.log("set-up-details")
    with log.open("wb") as out, details.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "set_up_trial"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=ROOT,
            env=service_environment(variables),
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
    shown = 0
    try:
        while process.poll() is None:
            stop.pause(0.2)
            shown = _show(log, shown)
    except StopRequested:
        process.terminate()
        process.wait()
        raise
    _show(log, shown)
    if process.returncode != 0:
        raise TrialError(f"The set-up step failed.\n{tail(details)}\n    (more in {details})")
    return _split_at_empty_line(log)[1]


def _show(log: Path, shown: int) -> int:
    """Prints new output before the first empty line; returns the total length printed."""
    progress, _ = _split_at_empty_line(log)
    sys.stdout.write(progress[shown:])
    sys.stdout.flush()
    return len(progress)


def _split_at_empty_line(log: Path) -> tuple[str, str]:
    before, found, after = log.read_text(encoding="utf-8", errors="replace").partition("\n\n")
    return before + found[:1], after


def _services(places: Places, variables: dict[str, str]) -> list[Service]:
    python = [sys.executable, "-m"]
    # Only setting up needs the role that owns the tables.
    base = partial(Service, environment=service_environment({**variables, OWNER: ""}), folder=ROOT)
    address = variables["HZ_BASE_URL"]
    bind = f"{LOOPBACK}:{address.rpartition(':')[2]}"
    celery = [*python, "celery", "--app", "config"]
    worker_options = ["--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    return [
        base(
            name="Web",
            command=[*python, "gunicorn", "config.wsgi", "--config", "config/gunicorn.conf.py", "--bind", bind],
            log=places.log("web"),
            is_ready=lambda: _is_served(f"{address}/readyz"),
            stop_limit=6.0,
        ),
        base(
            name="Worker",
            command=[*celery, "worker", *worker_options],
            log=places.log("worker"),
            is_ready=lambda: valkey.waiting_workers(variables["REDIS_URL"]) > 0,
            stop_limit=10.0,
        ),
        base(
            name="Beat",
            command=[*celery, "beat", "--schedule", str(places.beat_schedule), "--pidfile=", "--loglevel", "INFO"],
            log=places.log("beat"),
            is_ready=lambda: True,
        ),
    ]


def _is_served(url: str) -> bool:
    # A proxy set in the environment must not be used.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _welcome(places: Places, variables: dict[str, str], logins: str) -> None:
    say(f"Web, worker and beat are running.（已就绪）Mails are kept in {places.mail}, logs in {places.logs}.\n")
    if logins:
        say(logins.rstrip("\n") + "\n")
    say(f"  Open 打开  {variables['HZ_BASE_URL']}/")
    say("  Ctrl-C stops everything.（按 Ctrl-C 停止全部服务）")


def _watch(
    places: Places, outside: Outside, variables: dict[str, str], supervisor: Supervisor, stop: StopSignal
) -> None:
    log = LogFollower(places.log("servers"))
    while True:
        stop.pause(1)
        supervisor.check()
        log.show_new()
        if is_held(places.servers_lock):
            continue
        say("The process that owns PostgreSQL and Valkey is gone; starting it again.")
        ensure_servers(places, outside.embedded, stop)
        log = LogFollower(places.log("servers"))
        if (now := _publish(places, outside)) != variables:
            variables = now
            supervisor.restart(_services(places, variables))
