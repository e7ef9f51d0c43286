"""The embedded PostgreSQL: a real server from a wheel, on the loopback address only, with passwords."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql

from .children import Service
from .choices import LOOPBACK, Choices
from .database_home import DatabaseHome
from .places import Places
from .terminal import TrialError

OWNER = "hztargets"
APPLICATION = "hztargets_application"
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "fsync": "on",
    "max_connections": "100",
    "log_min_messages": "warning",
}


def ensure_cluster(home: DatabaseHome, chosen: Choices) -> None:
    """Creates the database files once. An interrupted attempt leaves only `cluster.new`, which is deleted."""
    if (home.cluster / "PG_VERSION").exists():
        return
    unfinished = home.folder / "cluster.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    password = home.folder / "password"
    password.touch(mode=0o600)
    password.write_text(chosen.postgres_admin_password)
    if home.user is not None and home.group is not None:
        os.chown(password, home.user, home.group)
    try:
        _run_initdb(home, unfinished, password)
    finally:
        password.unlink()
    unfinished.rename(home.cluster)


def _run_initdb(home: DatabaseHome, cluster: Path, password: Path) -> None:
    options = ["--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"]
    # Sorting by code point, upper and lower case by Unicode; needs no locale of the operating system.
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    done = subprocess.run(
        [home.programs / "initdb", "-D", cluster, *options, *locale],
        user=home.user,
        group=home.group,
        extra_groups=None if home.user is None else [],
        cwd=home.folder,
        env=_environment(),
        capture_output=True,
        text=True,
        start_new_session=True,
    )
    if done.returncode != 0:
        raise TrialError(f"PostgreSQL could not make its files in {cluster}:\n{done.stdout}{done.stderr}")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def service(places: Places, home: DatabaseHome, chosen: Choices) -> Service:
    settings = {**SETTINGS, "port": str(chosen.postgres_port)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Service(
        name="PostgreSQL",
        command=[str(home.programs / "postgres"), "-D", str(home.cluster), *options],
        log=places.log("postgres"),
        is_ready=lambda: _answers(chosen),
        environment=_environment(),
        folder=home.folder,
        # "Fast" shutdown: ends sessions, writes a checkpoint. SIGTERM would wait for every client to leave.
        stop_signal=signal.SIGINT,
        stop_limit=15.0,
        user=home.user,
        group=home.group,
    )


def _connect(chosen: Choices) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        host=LOOPBACK,
        port=chosen.postgres_port,
        user="postgres",
        password=chosen.postgres_admin_password,
        dbname="postgres",
        connect_timeout=3,
        autocommit=True,
    )


def _answers(chosen: Choices) -> bool:
    try:
        with _connect(chosen):
            return True
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise TrialError(
                "The database was made with another password than trial.json holds. "
                "Bring the right trial.json back, or remove the data folder to start afresh."
            ) from None
        return False


def ensure_roles_and_database(chosen: Choices) -> None:
    """The owner of the tables may create databases, for the tests; the application may not. Neither is a superuser.
    The owner may act as the application role, so that tests can check the rights of that role."""
    owner, application = sql.Identifier(OWNER), sql.Identifier(APPLICATION)
    with _connect(chosen) as connection:
        _ensure_role(connection, OWNER, "LOGIN CREATEDB", chosen.postgres_password)
        _ensure_role(connection, APPLICATION, "LOGIN", chosen.postgres_application_password)
        connection.execute(sql.SQL("GRANT {} TO {}").format(application, owner))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [OWNER]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(owner, owner))


def _ensure_role(connection: "psycopg.Connection[tuple[object, ...]]", name: str, rights: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    statement = sql.SQL("{} ROLE {} {} PASSWORD {}").format(
        sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(name), sql.SQL(rights), sql.Literal(password)
    )
    connection.execute(statement)


def clear_leftover(home: DatabaseHome) -> bool:
    """Stops a server that an earlier run left behind; deletes a process id file of a process that has ended.

    PostgreSQL itself takes any running process with the stored id for an earlier server, which is usually wrong after
    a restart of a container.
    """
    note = home.cluster / "postmaster.pid"
    if not note.exists():
        return False
    process = int(note.read_text().split()[0])
    if not _serves(process, home.cluster):
        note.unlink()
        return False
    os.kill(process, signal.SIGINT)
    end = time.monotonic() + 15
    while note.exists():
        if time.monotonic() > end:
            raise TrialError(f"An earlier PostgreSQL (process {process}) does not stop. End it, then try again.")
        time.sleep(0.1)
    return True


def _serves(process: int, cluster: Path) -> bool:
    try:
        return Path(f"/proc/{process}/cwd").resolve() == cluster.resolve()
    except OSError:
        return False
