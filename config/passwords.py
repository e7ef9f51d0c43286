"""The two password policies: Django validators and the maximum age of a password."""

from datetime import timedelta
from typing import Any

from config.env import PasswordPolicy

_DJANGO = "django.contrib.auth.password_validation"
_SHORTEST = {PasswordPolicy.ASVS: 12, PasswordPolicy.GBT22239: 8}
PASSWORD_MAX_AGES: dict[PasswordPolicy, timedelta | None] = {
    PasswordPolicy.ASVS: None,
    PasswordPolicy.GBT22239: timedelta(days=90),
}


def password_validators(policy: PasswordPolicy) -> list[dict[str, Any]]:
    composition = [{"NAME": "hztargets.services.accounts.passwords.CompositionValidator"}]
    return [
        {"NAME": f"{_DJANGO}.UserAttributeSimilarityValidator"},
        {"NAME": f"{_DJANGO}.MinimumLengthValidator", "OPTIONS": {"min_length": _SHORTEST[policy]}},
        {"NAME": f"{_DJANGO}.CommonPasswordValidator"},
        *(composition if policy is PasswordPolicy.GBT22239 else []),
    ]
