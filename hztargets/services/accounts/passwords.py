"""A user's choice of a password, and when a new one is needed."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hztargets.models import PasswordChoice, User
from hztargets.services.auditing import record_event

_KINDS_NEEDED = 3
SET_BY_ANOTHER = ""
"""Stored instead of a fingerprint when somebody else knows the password."""
MUST_CHANGE = "must_change_password"
"""Session key: the user must change the password before anything else."""


class CompositionValidator:
    """GB/T 22239: at least three of capital letters, small letters, digits and other characters."""

    def validate(self, password: str, user: Any = None) -> None:
        kinds = [str.isupper, str.islower, str.isdigit, lambda letter: not letter.isalnum()]
        if sum(any(map(is_kind, password)) for is_kind in kinds) < _KINDS_NEEDED:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return _("Use at least three of: capital letters, small letters, digits, other characters.")


@transaction.atomic
def change_password(*, user: User, password: str, now: datetime) -> None:
    """Sets the password its owner has chosen. The form has checked it against the policy."""
    user.set_password(password)
    user.save(update_fields=["password"])
    PasswordChoice.objects.update_or_create(user=user, defaults={"fingerprint": _fingerprint(user), "chosen_at": now})
    record_event(action="password.change", subject=user, by=user, now=now)


def needs_new_password(*, user: User, max_age: timedelta | None, now: datetime) -> bool:
    """A password that an administrator has set is only for the first log-in. With `max_age`, the owner must have chosen
    it within that time."""
    choice = PasswordChoice.objects.filter(user=user).first()
    if choice is not None and choice.fingerprint == SET_BY_ANOTHER:
        return True
    if max_age is None:
        return False
    return choice is None or choice.fingerprint != _fingerprint(user) or now - choice.chosen_at > max_age


def _fingerprint(user: User) -> str:
    return hashlib.sha256(user.password.encode()).hexdigest()
