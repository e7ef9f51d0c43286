"""Paths of the trial's files. All are in the data folder, except the database of root (see `database_home`)."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Places:
    """Names of files and folders inside one data folder (`HZ_DATA_DIR`, by default `.data/`)."""

    data: Path

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def mail(self) -> Path:
        return self.data / "mail"

    @property
    def valkey(self) -> Path:
        return self.data / "valkey"

    @property
    def beat_schedule(self) -> Path:
        return self.data / "beat-schedule"

    @property
    def environment(self) -> Path:
        return self.data / "trial.env"

    @property
    def choices(self) -> Path:
        """File with ports, passwords and the secret key, chosen once."""
        return self.data / "trial.json"

    @property
    def run_lock(self) -> Path:
        """Held by `make run`; only one runs in each data folder."""
        return self.data / "run.lock"

    @property
    def run_note(self) -> Path:
        return self.data / "run.json"

    @property
    def servers_lock(self) -> Path:
        """Held by the process that owns PostgreSQL, Valkey and the mail server."""
        return self.data / "servers.lock"

    @property
    def servers_note(self) -> Path:
        return self.data / "servers.json"

    @property
    def users_lock(self) -> Path:
        """Held as shared by all users of the servers; a process that gets it exclusively knows that there are none."""
        return self.data / "users.lock"

    @property
    def keep_servers(self) -> Path:
        """While this file exists the servers keep running without users (`make shell-env`)."""
        return self.data / "servers.keep"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def open_places() -> Places:
    """Creates the data folder, private to its owner; for root, others may pass through to the database folder."""
    places = Places(Path(os.environ.get("HZ_DATA_DIR") or ROOT / ".data").resolve())
    places.data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    for folder in (places.logs, places.mail, places.valkey):
        folder.mkdir(mode=0o700, exist_ok=True)
    return places
