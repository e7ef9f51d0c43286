"""The only reader of environment variables. Typed; whatever is missing or wrong stops the start with a sentence."""

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


@dataclass(frozen=True)
class Environment:
    """What differs from one installation to the next; everything else is a setting."""

    mode: Mode
    secret_key: str
    database: dict[str, Any]
    redis_url: str
    email: dict[str, Any]
    email_from: str
    base_url: str
    allowed_hosts: list[str]
    data_dir: Path
    log_json: bool

    @property
    def is_trial(self) -> bool:
        return self.mode is Mode.TRIAL


def read_environment() -> Environment:
    """Environment variables win over `<HZ_DATA_DIR>/trial.env`, which `make run` writes."""
    env = environ.Env()
    data_dir = Path(env.str("HZ_DATA_DIR", default=str(ROOT / ".data"))).resolve()
    trial_file = data_dir / "trial.env"
    if env.str("HZ_MODE", default="trial") == Mode.TRIAL and trial_file.exists():
        environ.Env.read_env(str(trial_file), overwrite=False)
    mode = _read_mode(env)
    return Environment(
        mode=mode,
        secret_key=_require(env, "SECRET_KEY", "a long random text, for example from `openssl rand -base64 48`"),
        database=_read_database(env),
        redis_url=_require(env, "REDIS_URL", "for example redis://127.0.0.1:6379/0"),
        email=env.email_url("EMAIL_URL", default="consolemail://"),
        email_from=env.str("HZ_EMAIL_FROM", default="hztargets@localhost"),
        base_url=_read_base_url(env, mode),
        allowed_hosts=env.list("HZ_ALLOWED_HOSTS", default=["*"] if mode is Mode.TRIAL else []),
        data_dir=data_dir,
        log_json=env.bool("HZ_LOG_JSON", default=mode is Mode.PRODUCTION),
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


def _read_base_url(env: environ.Env, mode: Mode) -> str:
    default = "http://127.0.0.1:8000" if mode is Mode.TRIAL else ""
    value: str = env.str("HZ_BASE_URL", default=default).rstrip("/")
    if not value.startswith(("http://", "https://")):
        raise ImproperlyConfigured(
            "HZ_BASE_URL must be the address people open, such as https://targets.example.gov.cn."
        )
    return value
