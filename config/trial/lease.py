"""Use of the shared servers: starts their owning process if it is not running, and releases it at the end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .environment import KINDS
from .locks import Lock, is_held
from .places import ROOT, Places
from .terminal import StopSignal, TrialError, say, tail

NAMES = {"postgres": "PostgreSQL", "valkey": "Valkey", "smtp": "mail"}
START_LIMIT = 120.0
STOP_LIMIT = 40.0


@contextmanager
def servers_in_use(places: Places, kinds: list[str], stop: StopSignal) -> Iterator[None]:
    """The servers run inside the block. The last user waits until they have stopped."""
    users = Lock(places.users_lock)
    _join(users, stop)
    try:
        ensure_servers(places, kinds, stop)
        yield
    finally:
        users.release()
        if not wait_until_stopped(places):
            say("The servers go on: a shell or another command uses them. `make down` ends them.")


def _join(users: Lock, stop: StopSignal) -> None:
    end = time.monotonic() + STOP_LIMIT
    while not users.try_shared():
        if time.monotonic() > end:
            raise TrialError("The servers of an earlier command do not stop. Try `make down`.")
        stop.pause(0.2)


def ensure_servers(places: Places, kinds: list[str], stop: StopSignal) -> None:
    """Requires `users.lock` held as shared, else the owning process may exit at once."""
    started = time.monotonic()
    owner = None if is_held(places.servers_lock) else _start_owner(places, kinds)
    while (note := _read_note(places)).get("state") != "ready":
        ended = owner is not None and owner.poll() is not None
        if note.get("state") == "failed" or (ended and not is_held(places.servers_lock)):
            raise TrialError(note.get("message") or f"The servers did not start:\n{tail(places.log('servers'))}")
        if time.monotonic() > started + START_LIMIT:
            raise TrialError(f"The servers did not start in {START_LIMIT:.0f} s; see {places.logs}.")
        stop.pause(0.1)
    _require(note, kinds)
    if owner is None:
        say("The servers are running already; using them.")
    else:
        names = ", ".join(NAMES[kind] for kind in kinds)
        say(f"Servers are ready: {names} ({time.monotonic() - started:.1f} s).")


def _require(note: dict[str, Any], kinds: list[str]) -> None:
    if missing := [KINDS[kind] for kind in kinds if kind not in note["kinds"]]:
        raise TrialError(
            f"The running servers were started with {' and '.join(missing)} from outside. "
            "Set the same here, or stop them first with `make down`."
        )


def _start_owner(places: Places, kinds: list[str]) -> "subprocess.Popen[bytes]":
    places.servers_note.unlink(missing_ok=True)
    with places.log("servers").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "config.trial", "own-servers", *kinds],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env={**os.environ, "HZ_DATA_DIR": str(places.data), "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )


def _read_note(places: Places) -> dict[str, Any]:
    try:
        note: dict[str, Any] = json.loads(places.servers_note.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return note


def wait_until_stopped(places: Places) -> bool:
    """True when the servers have stopped; False at once when another user still needs them."""
    end = time.monotonic() + STOP_LIMIT
    while is_held(places.servers_lock):
        if is_needed(places) or time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def is_needed(places: Places) -> bool:
    """Needed by a shell or another command. While the owner stops, it holds `users.lock` exclusively."""
    if places.keep_servers.exists():
        return True
    users = Lock(places.users_lock)
    try:
        return not users.try_alone() and users.try_shared()
    finally:
        users.release()
