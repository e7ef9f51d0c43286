"""Ports, passwords and the secret key: chosen at the first start, stored in `trial.json` for its owner only."""

import json
import os
import secrets
import socket
import tempfile
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from .locks import take_alone
from .places import Places
from .terminal import TrialError

LOOPBACK = "127.0.0.1"


def _password() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Choices:
    """Port 0 means: not chosen yet."""

    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    web_port: int = 8000
    postgres_port: int = 0
    postgres_admin_password: str = field(default_factory=_password)
    postgres_password: str = field(default_factory=_password)
    postgres_application_password: str = field(default_factory=_password)
    valkey_port: int = 0
    valkey_password: str = field(default_factory=_password)
    smtp_port: int = 0

    @property
    def database_url(self) -> str:
        return self._database_url("hztargets_application", self.postgres_application_password)

    @property
    def owner_database_url(self) -> str:
        return self._database_url("hztargets", self.postgres_password)

    def _database_url(self, role: str, password: str) -> str:
        return f"postgres://{role}:{password}@{LOOPBACK}:{self.postgres_port}/hztargets"

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.valkey_password}@{LOOPBACK}:{self.valkey_port}/0"

    @property
    def base_url(self) -> str:
        return f"http://{LOOPBACK}:{self.web_port}"


def update_choices(places: Places, **changes: Any) -> Choices:
    """Reads the stored values, chooses missing ones, applies the changes, and writes all in one step."""
    lock = take_alone(places.choices.with_suffix(".lock"), patience=10)
    if lock is None:
        raise TrialError(f"Another process keeps {places.choices} locked.")
    try:
        chosen = replace(_read(places.choices), **changes)
        write_private(places.choices, json.dumps(asdict(chosen), indent=1))
        return chosen
    finally:
        lock.release()


def _read(path: Path) -> Choices:
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Choices()
    except PermissionError:
        raise TrialError(f"{path} belongs to another user. Choose another folder with HZ_DATA_DIR=….") from None
    except ValueError:
        raise TrialError(f"{path} cannot be read. Restore it, or remove its folder to start afresh.") from None
    known = {one.name for one in fields(Choices)}
    return Choices(**{name: value for name, value in kept.items() if name in known})


def write_private(path: Path, text: str) -> None:
    """Replaces the file in one step; it is readable by its owner only, which mkstemp ensures."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(name, path)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port(kept: int) -> int:
    """The stored port, or a new one if none is stored or another program uses it."""
    if kept and is_free(kept):
        return kept
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
