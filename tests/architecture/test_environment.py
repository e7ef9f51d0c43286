"""What the environment may say about database roles, proxies and passwords, and what is refused at the start."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import Environment, PasswordPolicy, read_environment

APPLICATION = "postgres://application:a@db.example:5432/targets"
OWNER = "postgres://owner:o@db.example:5432/targets"


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name in ("HZ_OWNER_DATABASE_URL", "HZ_PROXIES", "HZ_PASSWORD_POLICY"):
        monkeypatch.delenv(name, raising=False)
    given = {
        "HZ_MODE": "production",
        "HZ_DATA_DIR": str(tmp_path),
        "SECRET_KEY": "secret",
        "DATABASE_URL": APPLICATION,
        "REDIS_URL": "redis://broker/0",
        "HZ_BASE_URL": "https://targets.example",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def read(patch: pytest.MonkeyPatch, **given: str) -> Environment:
    for name, value in given.items():
        patch.setenv(name, value)
    return read_environment()


def test_one_role_no_proxy_and_asvs_by_default(production: pytest.MonkeyPatch) -> None:
    env = read(production)
    assert (env.database_owner, env.proxies, env.password_policy) == (None, 0, PasswordPolicy.ASVS)


def test_the_owner_is_another_role_on_the_same_server(production: pytest.MonkeyPatch) -> None:
    env = read(production, HZ_OWNER_DATABASE_URL=OWNER)
    assert env.database_owner == {"USER": "owner", "PASSWORD": "o"}
    assert list(env.database_owner) == ["USER", "PASSWORD"]
    assert env.database["USER"] == "application"


def test_the_same_role_twice_is_one_role(production: pytest.MonkeyPatch) -> None:
    assert read(production, HZ_OWNER_DATABASE_URL=APPLICATION).database_owner is None


def test_an_owner_on_another_server_is_refused(production: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="same server"):
        read(production, HZ_OWNER_DATABASE_URL=OWNER.replace("db.example", "other.example"))


def test_in_a_trial_the_owner_in_the_file_means_nothing_for_a_database_elsewhere(
    production: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "trial.env").write_text(f"HZ_OWNER_DATABASE_URL='{OWNER}'\n")
    production.setenv("HZ_OWNER_DATABASE_URL", "")  # restored afterwards, whatever the file sets
    production.delenv("HZ_OWNER_DATABASE_URL")
    elsewhere = APPLICATION.replace("db.example", "other.example")
    assert read(production, HZ_MODE="trial", DATABASE_URL=elsewhere).database_owner is None
    assert read(production, HZ_MODE="trial", DATABASE_URL=APPLICATION).database_owner is not None


def test_an_unknown_password_policy_stops_the_start(production: pytest.MonkeyPatch) -> None:
    assert read(production, HZ_PASSWORD_POLICY="gbt22239").password_policy is PasswordPolicy.GBT22239
    with pytest.raises(ImproperlyConfigured, match="use 'asvs' or 'gbt22239'"):
        read(production, HZ_PASSWORD_POLICY="none")
