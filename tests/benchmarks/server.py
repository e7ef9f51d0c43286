"""The pages and the API as an installation serves them: gunicorn, production's settings, the application's own role."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from config.settings.base import ENV
from hztargets.services.database_rights import grant_rights

_PATIENCE = 30
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    port: int
    process: int

    def cpu(self) -> tuple[dict[str, float], dict[str, float]]:
        """Seconds of processor time so far: of each of the server's workers, and of each session of the database."""
        workers = Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            sessions = [str(pid) for (pid,) in cursor.fetchall()]
        return {one: _seconds(one) for one in workers}, {one: _seconds(one) for one in sessions}


def _seconds(process: str) -> float:
    try:
        columns = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(columns[11]) + int(columns[12])) / _TICK


@contextmanager
def running_server() -> Iterator[Server]:
    """On the benchmark's own database; the ready address is polled instead of a fixed wait.

    No worker is replaced after its number of requests: its processor time would be lost with it.
    """
    port = _free_port()
    options = ["--config", "config/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "--max-requests", "0"]
    command = [sys.executable, "-m", "gunicorn", *options]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, "config.wsgi"], cwd=settings.BASE_DIR, env=_environment(port), stdout=log, stderr=log
        )
        try:
            _wait_until_ready(port, process)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def _environment(port: int) -> dict[str, str]:
    return {
        **os.environ,
        "HZ_MODE": "production",
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.server_settings",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATABASE_URL": _database_address(),
        "HZ_OWNER_DATABASE_URL": "",
        "HZ_BASE_URL": f"http://127.0.0.1:{port}",
        "HZ_ALLOWED_HOSTS": "127.0.0.1",
    }


def _database_address() -> str:
    """Under the role that production works with, where there is one besides the owner."""
    role, password = ENV.database["USER"], ENV.database["PASSWORD"]
    if role != connection.settings_dict["USER"]:
        grant_rights(role=role)
    place = connection.settings_dict
    return f"postgres://{quote(role)}:{quote(password)}@{place['HOST']}:{place['PORT'] or 5432}/{place['NAME']}"


def _wait_until_ready(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the benchmark's server did not become ready")
