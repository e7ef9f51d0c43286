"""Accounts are managed by two administrators (三员分立), so that neither can give themselves rights alone.

The system administrator creates accounts, changes names and addresses and sets passwords. The security administrator
decides on roles and departments and switches accounts on. A new account is switched off and has the requested role.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from hztargets.domain.problems import Problem
from hztargets.models import PasswordChoice, Role, User
from hztargets.services.accounts.passwords import SET_BY_ANOTHER
from hztargets.services.auditing import record_event
from hztargets.services.errors import NotAllowed, ServiceError
from hztargets.services.permissions import allow

ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
FIELDS = ("username", "display_name", "email", "language", "role", "department", "is_active")
MAY_CHANGE = {
    Role.SYSTEM_ADMIN: frozenset({"username", "display_name", "email", "language", "is_active"}),
    Role.SECURITY_ADMIN: frozenset({"role", "department", "is_active"}),
}
GUARDED = frozenset({Role.SECURITY_ADMIN, Role.AUDITOR})
"""Roles that supervise the system administrator, who may set their passwords only while the account is switched off."""


@transaction.atomic
def add_account(*, account: User, by: User, now: datetime) -> User:
    """Stores a new account, switched off until the security administrator has confirmed its role."""
    allow(by, "keep_accounts")
    account.is_active = False
    _fit_to_role(account)
    account.save()
    PasswordChoice.objects.create(user=account, fingerprint=SET_BY_ANOTHER, chosen_at=now)
    record_event(action="account.add", subject=account, by=by, now=now, after=_account_facts(account))
    return account


@transaction.atomic
def change_account(*, account: User, by: User, now: datetime) -> User:
    """Stores what `account` holds now. Raises `NotAllowed` where only the other administrator may decide that."""
    stored = User.objects.select_for_update(of=("self",), no_key=True).select_related("department").get(pk=account.pk)
    before, after = _account_facts(stored), _account_facts(account)
    changed = {name for name in FIELDS if before[name] != after[name]}
    _check_change(stored, changed, by)
    if not changed:
        return account
    _fit_to_role(account)
    account.save()
    record_event(
        action=_action(changed, after),
        subject=account,
        by=by,
        now=now,
        before={name: before[name] for name in FIELDS if name in changed},
        after={name: after[name] for name in FIELDS if name in changed},
    )
    return account


@transaction.atomic
def set_password_of(*, account: User, password: str | None, by: User, now: datetime) -> None:
    """Sets a password its owner has to change at the next log-in; None leaves the account without. The form has checked
    it against the policy."""
    allow(by, "keep_accounts")
    check_password_may_be_set(account)
    account.set_password(password)
    account.save(update_fields=["password"])
    known = {"fingerprint": SET_BY_ANOTHER, "chosen_at": now}
    PasswordChoice.objects.update_or_create(user=account, defaults=known)
    record_event(action="account.password", subject=account, by=by, now=now)


def check_password_may_be_set(account: User) -> None:
    if account.role in GUARDED and account.is_active:
        raise NotAllowed(Problem("account_guarded"))


def _check_change(stored: User, changed: set[str], by: User) -> None:
    if not changed <= MAY_CHANGE.get(Role(by.role), frozenset()):
        raise NotAllowed(Problem("other_administrators_task"))
    if stored.pk == by.pk and changed & {"role", "department", "is_active"}:
        raise NotAllowed(Problem("own_account"))
    if "is_active" in changed and not stored.is_active and by.role != Role.SECURITY_ADMIN:
        raise ServiceError(Problem("switched_on_elsewhere", "is_active"))


def _fit_to_role(account: User) -> None:
    """Whether the administration pages are open follows from the role."""
    account.is_staff = account.role in ADMINISTRATORS
    account.is_superuser = account.role == Role.SYSTEM_ADMIN


def _action(changed: set[str], after: dict[str, Any]) -> str:
    if changed & {"role", "department"}:
        return "account.role"
    if changed == {"is_active"}:
        return "account.on" if after["is_active"] else "account.off"
    return "account.change"


def _account_facts(account: User) -> dict[str, Any]:
    values = {name: getattr(account, name) for name in FIELDS}
    return {**values, "department": account.department.name if account.department else ""}
