"""`trial.env` in the data folder: the environment variables of all services and of `manage.py`."""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from .choices import LOOPBACK, Choices, write_private
from .places import Places

OWNER = "HZ_OWNER_DATABASE_URL"
KINDS = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}


@dataclass(frozen=True)
class Outside:
    """Addresses of servers outside the trial, which then does not start its own server of that kind."""

    database_url: str | None
    redis_url: str | None
    owner_database_url: str | None = None

    @property
    def embedded(self) -> list[str]:
        kinds = {"postgres": self.database_url, "valkey": self.redis_url}
        return [*(kind for kind, url in kinds.items() if url is None), "smtp"]


def read_outside(chosen: Choices) -> Outside:
    """An address with the trial's own password comes from `make shell-env` and is not an outside address."""
    database = os.environ.get("DATABASE_URL") or None
    redis = os.environ.get("REDIS_URL") or None
    if database and urlsplit(database).password in (chosen.postgres_application_password, chosen.postgres_password):
        database = None
    if redis and urlsplit(redis).password == chosen.valkey_password:
        redis = None
    return Outside(database, redis, (os.environ.get(OWNER) or None) if database else None)


def trial_variables(places: Places, chosen: Choices, outside: Outside) -> dict[str, str]:
    return {
        "HZ_MODE": "trial",
        "HZ_DATA_DIR": str(places.data),
        "HZ_BASE_URL": chosen.base_url,
        "SECRET_KEY": chosen.secret_key,
        **_database_variables(chosen, outside),
        "REDIS_URL": outside.redis_url or chosen.redis_url,
        "EMAIL_URL": f"smtp://{LOOPBACK}:{chosen.smtp_port}",
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
    }


def _database_variables(chosen: Choices, outside: Outside) -> dict[str, str]:
    """An outside database may have only one role; the empty owner then overrides an inherited variable."""
    if outside.database_url:
        return {"DATABASE_URL": outside.database_url, OWNER: outside.owner_database_url or ""}
    return {"DATABASE_URL": chosen.database_url, OWNER: chosen.owner_database_url}


def write_environment(places: Places, variables: dict[str, str]) -> None:
    lines = [f"{name}='{value}'" for name, value in variables.items()]
    write_private(places.environment, "\n".join(["# Written at every start of the trial servers.", *lines, ""]))


def service_environment(variables: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **variables, "PYTHONUNBUFFERED": "1"}


def testing_variables(variables: dict[str, str]) -> dict[str, str]:
    """Tests use another Valkey database, so that the worker of a running service does not take their tasks."""
    address = urlsplit(variables["REDIS_URL"])
    if address.path in ("", "/", "/0"):
        address = address._replace(path="/15")
    return {**variables, "REDIS_URL": address.geturl(), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
