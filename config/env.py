"""The only module that reads environment variables. A missing or wrong value stops the start with a message."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent


class Mode(StrEnum):
    TRIAL = "trial"
    PRODUCTION = "production"


class PasswordPolicy(StrEnum):
    """ASVS 5.0 requires length and forbids composition rules and rotation; GB/T 22239 requires both."""

    ASVS = "asvs"
    GBT22239 = "gbt22239"


@dataclass(frozen=True)
class Environment:
    """Values that differ between installations; everything else is a setting."""

    mode: Mode
    secret_key: str
    database: dict[str, Any]
    database_owner: dict[str, str] | None
    redis_url: str
    email: dict[str, Any]
    email_from: str
    base_url: str
    allowed_hosts: list[str]
    data_dir: Path
    log_json: bool
    proxies: int
    password_policy: PasswordPolicy

    @property
    def is_trial(self) -> bool:
        return self.mode is Mode.TRIAL


def read_environment() -> Environment:
    """Environment variables have priority over `<HZ_DATA_DIR>/trial.env`, which `make run` writes."""
    env = environ.Env()
    data_dir = Path(env.str("HZ_DATA_DIR", default=str(ROOT / ".data"))).resolve()
    trial_file = data_dir / "trial.env"
    if env.str("HZ_MODE", default="trial") == Mode.TRIAL and trial_file.exists():
        environ.Env.read_env(str(trial_file), overwrite=False)
    mode = _read_mode(env)
    return Environment(
        mode=mode,
        secret_key=_require(env, "SECRET_KEY", "a long random text, for example from `openssl rand -base64 48`"),
        database=(database := _read_database(env)),
        database_owner=_read_owner(env, mode, database),
        redis_url=_require(env, "REDIS_URL", "for example redis://127.0.0.1:6379/0"),
        email=env.email_url("EMAIL_URL", default="consolemail://"),
        email_from=env.str("HZ_EMAIL_FROM", default="hztargets@localhost"),
        base_url=_read_base_url(env, mode),
        allowed_hosts=env.list("HZ_ALLOWED_HOSTS", default=["*"] if mode is Mode.TRIAL else []),
        data_dir=data_dir,
        log_json=env.bool("HZ_LOG_JSON", default=mode is Mode.PRODUCTION),
        proxies=env.int("HZ_PROXIES", default=0),
        password_policy=_read_password_policy(env),
    )


def _read_mode(env: environ.Env) -> Mode:
    text = env.str("HZ_MODE", default="trial")
    try:
        return Mode(text)
    except ValueError:
        raise ImproperlyConfigured(f"HZ_MODE is {text!r}; use 'trial' or 'production'.") from None


def _require(env: environ.Env, name: str, example: str) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it to {example}, or start the trial servers with `make run` "
            'or `eval "$(make -s shell-env)"`.'
        )
    return str(value)


def _read_database(env: environ.Env) -> dict[str, Any]:
    _require(env, "DATABASE_URL", "for example postgres://user:password@127.0.0.1:5432/hztargets")
    database: dict[str, Any] = env.db_url("DATABASE_URL")
    if database["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database (postgres://…).")
    return database


def _read_owner(env: environ.Env, mode: Mode, database: dict[str, Any]) -> dict[str, str] | None:
    """`USER` and `PASSWORD`, in this order, of the role that owns the tables; None when there is only one role.

    A trial's file may name the owner on its own server while DATABASE_URL leads to another: that owner means nothing.
    """
    if not env.str("HZ_OWNER_DATABASE_URL", default=""):
        return None
    owner: dict[str, Any] = env.db_url("HZ_OWNER_DATABASE_URL")
    is_elsewhere = any(owner[name] != database[name] for name in ("ENGINE", "HOST", "PORT"))
    if is_elsewhere and mode is Mode.PRODUCTION:
        raise ImproperlyConfigured("HZ_OWNER_DATABASE_URL must lead to the same server as DATABASE_URL.")
    if is_elsewhere or owner["USER"] == database["USER"]:
        return None
    return {name: str(owner[name]) for name in ("USER", "PASSWORD")}


def _read_password_policy(env: environ.Env) -> PasswordPolicy:
    text = env.str("HZ_PASSWORD_POLICY", default=PasswordPolicy.ASVS)
    try:
        return PasswordPolicy(text)
    except ValueError:
        raise ImproperlyConfigured(f"HZ_PASSWORD_POLICY is {text!r}; use 'asvs' or 'gbt22239'.") from None


def _read_base_url(env: environ.Env, mode: Mode) -> str:
    default = "http://127.0.0.1:8000" if mode is Mode.TRIAL else ""
    value: str = env.str("HZ_BASE_URL", default=default).rstrip("/")
    if not value.startswith(("http://", "https://")):
        raise ImproperlyConfigured(
            "HZ_BASE_URL must be the address people open, such as https://targets.example.gov.cn."
        )
    return value
