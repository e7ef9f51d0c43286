"""Keys for programs. A department's program files like its clerk, a program of the oversight side only reads.

Each program has its own account, which nobody can log in to; its name is recorded with its actions. The key is shown
once and not stored; its digest is stored, which is safe for 32 random bytes.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from django.db import transaction
from django.db.models import Q

from hztargets.domain.problems import Problem
from hztargets.models import ApiToken, Department, Role, User
from hztargets.services.auditing import record_event
from hztargets.services.errors import ServiceError
from hztargets.services.permissions import allow

log = structlog.get_logger(__name__)

DEFAULT_DAYS, MAX_DAYS = 365, 730
MAX_NAME = 40
OVERLAP = timedelta(hours=24)
"""How long the old key stays valid after a new one is made, so that a nightly run meanwhile does not fail."""
USE_NOTED_EVERY = timedelta(minutes=1)
"""Shortest time between two updates of the last use, so that a read request rarely writes."""
_PREFIX_LENGTH = 12


@dataclass(frozen=True)
class NewToken:
    """`key` cannot be read again later."""

    token: ApiToken
    key: str


@transaction.atomic
def issue_token(
    *, name: str, department: Department | None, scope: str, days: int = DEFAULT_DAYS, by: User, now: datetime
) -> NewToken:
    """A program's account and its first key; without department for the oversight side, which only reads."""
    allow(by, "manage_tokens")
    name = name.strip()
    _check_new_token(name, department, scope, days)
    account = _account_for(name, department)
    return _new_key(account, scope, timedelta(days=days), by, now, "token.issue")


@transaction.atomic
def replace_token(*, token: ApiToken, by: User, now: datetime) -> NewToken:
    """A new key for the same account, with the same lifetime; the old one ends within `OVERLAP`."""
    allow(by, "manage_tokens")
    old = _usable(token, now)
    old.expires_at = min(old.expires_at, now + OVERLAP)
    new = _new_key(old.account, old.scope, token.expires_at - token.created_at, by, now, "token.replace", old=old)
    old.save(update_fields=["expires_at"])
    return new


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, now: datetime) -> ApiToken:
    """Ends the key at once."""
    allow(by, "manage_tokens")
    row = _usable(token, now)
    row.revoked_at, row.revoked_by = now, by
    row.save(update_fields=["revoked_at", "revoked_by"])
    record_event(action="token.revoke", subject=row, by=by, now=now, after=_token_facts(row))
    return row


def use_key(*, key: str, address: str | None, now: datetime) -> ApiToken:
    """The token of that key; its use is recorded. Raises `ServiceError` for a key that is unknown, revoked or
    expired."""
    token = ApiToken.objects.select_related("account__department").filter(digest=_digest(key)).first()
    if token is None:
        raise ServiceError(Problem("invalid_token"))
    if token.revoked_at is not None or not token.fits_account:
        raise ServiceError(Problem("token_revoked"))
    if token.expires_at <= now:
        raise ServiceError(Problem("token_expired", facts={"day": token.expires_at.date()}))
    structlog.contextvars.bind_contextvars(token=token.prefix)
    _note_use(token, address, now)
    return token


def _check_new_token(name: str, department: Department | None, scope: str, days: int) -> None:
    if not 0 < len(name) <= MAX_NAME:
        raise ServiceError(Problem("name_missing", "name", facts={"limit": MAX_NAME}))
    if not 1 <= days <= MAX_DAYS:
        raise ServiceError(Problem("days_out_of_range", "days", facts={"limit": MAX_DAYS}))
    if scope not in ApiToken.Scope.values:
        raise ServiceError(Problem("scope_unknown", "scope"))
    if department is None and scope != ApiToken.Scope.READ:
        raise ServiceError(Problem("scope_needs_department", "scope"))
    if User.objects.filter(display_name=_display_name(name, department), api_tokens__isnull=False).exists():
        raise ServiceError(Problem("name_taken", "name"))


def _display_name(name: str, department: Department | None) -> str:
    return f"{department.name if department else ''}接口·{name}"


def _account_for(name: str, department: Department | None) -> User:
    """The account is inactive: only people log in and have sessions."""
    account = User(
        username=f"api.{department.code if department else 'oversight'}.{secrets.token_hex(4)}",
        display_name=_display_name(name, department),
        role=Role.CLERK if department else Role.SERVICE,
        department=department,
        is_active=False,
    )
    account.set_unusable_password()
    account.save()
    return account


def _new_key(
    account: User,
    scope: str,
    lifetime: timedelta,
    by: User,
    now: datetime,
    action: str,
    old: ApiToken | None = None,
) -> NewToken:
    key = f"hzt_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        account=account,
        scope=scope,
        prefix=key[:_PREFIX_LENGTH],
        digest=_digest(key),
        created_at=now,
        created_by=by,
        expires_at=now + lifetime,
    )
    before = _token_facts(old) if old else None
    record_event(action=action, subject=token, by=by, now=now, before=before, after=_token_facts(token))
    return NewToken(token, key)


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def _token_facts(token: ApiToken) -> dict[str, str]:
    return {
        "account": token.account.username,
        "name": token.account.display_name,
        "key": str(token),
        "scope": token.scope,
        "expires_at": token.expires_at.isoformat(),
    }


def _usable(token: ApiToken, now: datetime) -> ApiToken:
    row = ApiToken.objects.select_for_update(of=("self",)).select_related("account").get(pk=token.pk)
    if row.revoked_at is not None or row.expires_at <= now:
        raise ServiceError(Problem("token_ended"))
    return row


def _note_use(token: ApiToken, address: str | None, now: datetime) -> None:
    before = now - USE_NOTED_EVERY
    if token.last_used_at is not None and token.last_used_at > before and token.last_used_from == address:
        return
    is_old = Q(last_used_at__isnull=True) | Q(last_used_at__lte=before) | ~Q(last_used_from=address)
    ApiToken.objects.filter(is_old, pk=token.pk).update(last_used_at=now, last_used_from=address)
