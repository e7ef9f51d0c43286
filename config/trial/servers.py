"""The process that owns PostgreSQL, Valkey and the mail server, shared by `make run`, `make test` and shells.

It runs while a process holds `users.lock` or `servers.keep` exists, then stops its servers and exits. The kernel
releases the lock of a process that dies, so the servers do not keep running after their last user died.
"""

import json
import os
import smtplib
import sys
from pathlib import Path

from . import postgres, valkey
from .children import Service
from .choices import LOOPBACK, Choices, free_port, update_choices, write_private
from .database_home import DatabaseHome, prepare_home
from .locks import Lock, take_alone
from .places import Places
from .supervisor import Supervisor
from .terminal import StopRequested, StopSignal, TrialError, say


def own_servers(places: Places, kinds: list[str]) -> int:
    """The main function of the owning process; `kinds` are the servers to start."""
    held = take_alone(places.servers_lock, patience=1)
    if held is None:
        return 0
    stop = StopSignal()
    supervisor = Supervisor(stop)
    try:
        _start(places, kinds, supervisor)
        _note(places, state="ready", kinds=kinds)
        _serve(places, stop, supervisor)
    except StopRequested:
        pass
    except TrialError as error:
        _note(places, state="failed", message=str(error))
        return 1
    finally:
        supervisor.stop()
        say("Stopped.")
        _forget(places)
    return 0


def _note(places: Places, **facts: object) -> None:
    write_private(places.servers_note, json.dumps({"pid": os.getpid(), **facts}))


def _forget(places: Places) -> None:
    """Deletes the note, except a note of failure, which the waiting process may not have read yet."""
    note = json.loads(places.servers_note.read_text()) if places.servers_note.exists() else {}
    if note.get("state") != "failed":
        places.servers_note.unlink(missing_ok=True)


def _start(places: Places, kinds: list[str], supervisor: Supervisor) -> None:
    # Requests to an earlier owner are void after a crash or a restart of the machine.
    places.keep_servers.unlink(missing_ok=True)
    _note(places, state="starting")
    home = prepare_home(places) if "postgres" in kinds else None
    clear_leftovers(places, home)
    chosen = _settle_ports(places)
    if home:
        postgres.ensure_cluster(home, chosen)
        supervisor.start(postgres.service(places, home, chosen))
        postgres.ensure_roles_and_database(chosen)
    if "valkey" in kinds:
        supervisor.start(valkey.service(places, chosen))
    supervisor.start(_mail_service(places, chosen))


def clear_leftovers(places: Places, home: DatabaseHome | None) -> None:
    if home and postgres.clear_leftover(home):
        say("Stopped a PostgreSQL that an earlier run left behind.")
    if valkey.clear_leftover(places, update_choices(places)):
        say("Stopped a Valkey that an earlier run left behind.")


def _settle_ports(places: Places) -> Choices:
    kept = update_choices(places)
    return update_choices(
        places,
        postgres_port=free_port(kept.postgres_port),
        valkey_port=free_port(kept.valkey_port),
        smtp_port=free_port(kept.smtp_port),
    )


def _mail_service(places: Places, chosen: Choices) -> Service:
    script = Path(__file__).with_name("smtp.py")
    return Service(
        name="Mail server",
        command=[sys.executable, "-P", str(script), str(chosen.smtp_port), str(places.mail)],
        log=places.log("smtp"),
        is_ready=lambda: _mail_answers(chosen.smtp_port),
        environment=os.environ,
        folder=places.data,
    )


def _mail_answers(port: int) -> bool:
    try:
        with smtplib.SMTP(LOOPBACK, port, timeout=2) as connection:
            return connection.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _serve(places: Places, stop: StopSignal, supervisor: Supervisor) -> None:
    """Returns when nobody needs the servers; new users then wait for `users.lock` until all servers have stopped."""
    users = Lock(places.users_lock)
    while places.keep_servers.exists() or not users.try_alone():
        supervisor.check()
        stop.pause(0.3)
