"""`make shell-env` and `make down`: the shared PostgreSQL, Valkey and mail server."""

import os
import shlex
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from tests.integration.trial.running import PATIENCE, Trial, wait_for

pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks for orphans in /proc")


def _exports(text: str) -> dict[str, str]:
    words = [shlex.split(line) for line in text.splitlines()]
    assert [word[0] for word in words] == ["export"] * len(words)
    return dict(word[1].split("=", 1) for word in words)


def test_shell_env_prints_exports_only_and_the_servers_outlive_it(servers: Trial) -> None:
    shown = servers.command("shell-env")
    assert shown.returncode == 0, shown.stderr
    exported = _exports(shown.stdout)
    assert exported["DATABASE_URL"] == servers.variables()["DATABASE_URL"]
    assert exported["PATH"].endswith(":$PATH")
    with psycopg.connect(exported["DATABASE_URL"]) as database:
        facts = "SELECT current_setting('server_encoding'), current_setting('TimeZone'), current_setting('fsync')"
        assert database.execute(facts).fetchone() == ("UTF8", "UTC", "on")
    with redis.Redis.from_url(exported["REDIS_URL"]) as broker:
        kept = broker.config_get("appendonly", "appendfsync", "maxmemory-policy")
    assert kept == {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}


def test_servers_listen_on_this_machine_only_and_want_a_password(servers: Trial) -> None:
    servers.command("shell-env")
    variables = servers.variables()
    without = variables["DATABASE_URL"].replace(variables["DATABASE_URL"].split(":")[2].split("@")[0], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(without)
    port = variables["REDIS_URL"].rpartition(":")[2]
    with redis.Redis.from_url(f"redis://127.0.0.1:{port}") as broker, pytest.raises(redis.AuthenticationError):
        broker.ping()
    assert _listening_addresses(variables) == {"127.0.0.1"}


def test_every_mail_is_kept_as_a_file(servers: Trial) -> None:
    servers.command("shell-env")
    port = int(servers.variables()["EMAIL_URL"].rpartition(":")[2])
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for number in range(3):
            connection.sendmail("a@example.org", ["b@example.org"], f"Subject: mail {number}\r\n\r\ntext\r\n")
    subjects = [path.read_text().splitlines()[1] for path in sorted((servers.data / "mail").glob("*.eml"))]
    assert subjects == ["Subject: mail 0", "Subject: mail 1", "Subject: mail 2"]


def test_servers_left_behind_are_taken_over_with_their_data(servers: Trial) -> None:
    servers.command("shell-env")
    variables = servers.variables()
    with psycopg.connect(variables["HZ_OWNER_DATABASE_URL"]) as database:
        database.execute("CREATE TABLE left_behind (word text)")
        database.execute("INSERT INTO left_behind VALUES ('here')")
    with redis.Redis.from_url(variables["REDIS_URL"]) as broker:
        broker.set("left", "behind")
    leftovers = [_Leftover(servers.child(servers.owner(), word)) for word in ("bin/postgres", "valkey-server")]
    servers.command("down")
    assert servers.processes() == []
    with leftovers[0].running(), leftovers[1].running():
        assert wait_for(lambda: _answers(variables), PATIENCE)
        again = servers.command("shell-env")
        assert again.returncode == 0, again.stderr
        assert [one.has_ended() for one in leftovers] == [True, True]
    with psycopg.connect(variables["HZ_OWNER_DATABASE_URL"]) as database:
        assert database.execute("SELECT word FROM left_behind").fetchall() == [("here",)]
        database.execute("DROP TABLE left_behind")
    with redis.Redis.from_url(variables["REDIS_URL"]) as broker:
        assert broker.getdel("left") == b"behind"
    assert servers.variables() == variables


def test_stale_process_id_file_does_not_stop_the_start(servers: Trial) -> None:
    servers.command("shell-env")
    note = servers.data / "postgres" / "cluster" / "postmaster.pid"
    stale = note.read_text().splitlines()
    servers.command("down")
    # After a restart of a container the noted number belongs to some other process: here, to this very test.
    note.write_text("\n".join([str(os.getpid()), *stale[1:], ""]))
    again = servers.command("shell-env")
    assert again.returncode == 0, again.stderr
    with psycopg.connect(servers.variables()["DATABASE_URL"]) as database:
        assert database.execute("SELECT 1").fetchone() == (1,)


def test_down_stops_what_shell_env_started(servers: Trial) -> None:
    servers.command("shell-env")
    assert servers.processes() != []
    down = servers.command("down")
    assert (down.returncode, down.stdout) == (0, "Everything is stopped.\n")
    assert servers.processes() == []
    assert servers.command("down").stdout == "Nothing is running.\n"


class _Leftover:
    """A server started again in the same way as by its owner, but without a process that watches it."""

    def __init__(self, process: int) -> None:
        proc = Path("/proc", str(process))
        self._folder = (proc / "cwd").readlink()
        self._command = (proc / "cmdline").read_text().rstrip("\0").split("\0")
        if "valkey-server" in self._command[0]:
            # Valkey shows its address in place of its arguments.
            self._command = [str((proc / "exe").readlink()), str(self._folder / "valkey.conf")]
        self._user = proc.stat().st_uid

    @contextmanager
    def running(self) -> Iterator[None]:
        with subprocess.Popen(
            self._command,
            cwd=self._folder,
            user=self._user,
            env={"LC_ALL": "C"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as self._process:
            try:
                yield
            finally:
                if not self.has_ended():
                    self._process.kill()

    def has_ended(self) -> bool:
        return wait_for(lambda: self._process.poll() is not None, PATIENCE)


def _answers(variables: dict[str, str]) -> bool:
    try:
        with psycopg.connect(variables["DATABASE_URL"]), redis.Redis.from_url(variables["REDIS_URL"]) as broker:
            return bool(broker.ping())
    except (psycopg.OperationalError, redis.RedisError):
        return False


def _listening_addresses(variables: dict[str, str]) -> set[str]:
    """Of the three servers' ports, from the kernel's own table."""
    ports = {
        int(variables[name].rpartition(":")[2].partition("/")[0]) for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")
    }
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, _, port = local.partition(":")
            if state == "0A" and int(port, 16) in ports:
                found.add(
                    ".".join(str(byte) for byte in reversed(bytes.fromhex(address))) if len(address) == 8 else address
                )
    return found
